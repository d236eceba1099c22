"""Nothing made, but looked at."""

from __future__ import annotations

from pathlib import Path
from typing import Any, ClassVar

from ..core.hashing import files_below
from ..run_backend.base import OUTPUT_LOG
from .base import Postprocessor


class Noop(Postprocessor):
    """Check that the run has left output and that none of it is empty; writes nothing."""

    cached: ClassVar[bool] = False  # what it looks at may have changed

    validate_outputs: bool = True
    """Fail when there is no output, or an empty file among it."""
    output_dir: Path | None = None
    """Where to look instead of in the run's own directory."""

    def process(self, model_run: Any, **kwargs: Any) -> dict[str, Any]:
        """Lists the output files; `success` is False when validation finds fault with them."""
        root = model_run.directory.path if self.output_dir is None else self.output_dir.expanduser()
        outputs = self._outputs(model_run, root)
        fault = self._fault(root, outputs) if self.validate_outputs else ""
        message = (
            fault or f"{len(outputs)} output files{', none empty' if self.validate_outputs else ', not validated'}"
        )
        return {"success": not fault, "message": message, "outputs": outputs}

    def _outputs(self, model_run: Any, root: Path) -> list[str]:
        if self.output_dir is not None:
            return files_below(root)
        return [file.path for file in model_run.record.stage("run").files]

    def _fault(self, root: Path, outputs: list[str]) -> str:
        if not outputs:
            return f"there is no output in {root}"
        empty = [name for name in outputs if Path(name).name != OUTPUT_LOG and _size(root / name) == 0]
        return f"empty output: {', '.join(empty)}" if empty else ""


def _size(path: Path) -> int:
    return path.stat().st_size if path.is_file() else 0
