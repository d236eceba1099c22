"""Any executable at all, as a model."""

from __future__ import annotations

import re
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

from pydantic import field_validator

from ..core.command_line import Word, split_line
from ..core.hashing import files_below
from ..core.inputs import Input
from ..core.printable import printable
from ..errors import DataError, Problem
from ..run_backend.base import OUTPUT_LOG, Resources
from ..run_backend.job import Exit
from .base import Command, Experiment, Model, Plan, Progress, Verdict

if TYPE_CHECKING:
    import xarray as xr

_TEMPLATE_SUFFIX = ".j2"
_LONGEST_QUOTE = 500
"""Characters of a log line that are quoted as evidence."""


class Generic(Model):
    """Any executable: templates rendered from the config, files to stage, a command, and patterns that judge it."""

    model_type: Literal["generic"] = "generic"
    templates: Path | None = None
    """Folder of jinja2 templates, rendered into the workspace under the same names, without a ``.j2`` suffix."""
    values: dict[str, Any] = {}
    """Your own names for use in the templates, beside ``name``, ``period``, ``domain`` and ``forcing``."""
    files: dict[str, Path] = {}
    """Files to copy into the workspace: name there -> path here."""
    argv: str | list[Word] | None = None
    """What executes the model in the workspace: a list of words, or a string that is split without a shell."""
    outputs: list[str] = []
    """Files that a successful run has written, as glob patterns relative to the workspace."""
    logs: list[str] = []
    """Log files of the model in which ``success`` and ``failure`` are looked for, besides what it prints."""
    success: str | None = None
    """Regular expression that a successful run prints."""
    failure: str | None = None
    """Regular expression that only a failed run prints."""
    progress_pattern: str | None = None
    """Regular expression with named groups ``percent``, ``fraction``, ``time`` or ``text``, tried on each line."""
    version: Word = ""
    """Version of the model, for the record; another version makes earlier output out of date."""

    @field_validator("success", "failure", "progress_pattern")
    @classmethod
    def _is_a_pattern(cls, value: str | None) -> str | None:
        try:
            re.compile(value or "")
        except re.error as error:
            raise ValueError(f"expected a regular expression: {error}") from None
        return value

    @field_validator("files")
    @classmethod
    def _stays_inside(cls, value: dict[str, Path]) -> dict[str, Path]:
        for name in value:
            if Path(name).is_absolute() or ".." in Path(name).parts:
                raise ValueError(f"expected names inside the workspace, got {name!r}")
        return value

    def plan(self, experiment: Experiment) -> Plan:
        """Renders every template in memory, so that a mistake in one is found before anything is written."""
        domain, forcing = experiment.domain, experiment.forcing
        problems = list(self._missing_files())
        if not problems:
            problems += [p for _, p in self._rendered(experiment) if isinstance(p, Problem)]
        problems += [*(domain.problems() if domain else ()), *forcing.problems(experiment.period, domain)]
        inputs = [*self._inputs(), *(domain.inputs() if domain else ()), *forcing.inputs()]
        names = [_without_suffix(n) for n in self._template_names()]
        notes = () if self._judged() else ("no evidence of success is configured; only the exit code will tell",)
        return Plan((*names, *self.files), tuple(inputs), notes=notes, problems=tuple(problems))

    def generate(self, workspace: Path, experiment: Experiment) -> None:
        """Writes the rendered templates and copies the files."""
        for name, content in self._rendered(experiment):
            target = workspace / _without_suffix(name)
            target.parent.mkdir(parents=True, exist_ok=True)
            if isinstance(content, Problem):
                raise DataError(content)
            if content is None:
                shutil.copyfile(self._template(name), target)
            else:
                target.write_text(content, encoding="utf-8", newline="")
            target.chmod(self._template(name).stat().st_mode & 0o777)
        for name, source in self.files.items():
            (workspace / name).parent.mkdir(parents=True, exist_ok=True)
            shutil.copy(source.expanduser(), workspace / name)

    def command(self, workspace: Path, resources: Resources) -> Command | None:
        """The configured words; None leaves the command to the run backend."""
        words = split_line(self.argv) if isinstance(self.argv, str) else self.argv
        return Command(tuple(words), version=self.version) if words else None

    def progress(self, line: str) -> Progress | None:
        """What ``progress_pattern`` finds in the line."""
        match = re.search(self.progress_pattern, line) if self.progress_pattern else None
        if match is None:
            return None
        found = {k: v for k, v in match.groupdict().items() if v}
        fraction = float(found["fraction"]) if "fraction" in found else None
        if "percent" in found:
            fraction = float(found["percent"]) / 100
        return Progress(fraction, found.get("time", ""), found.get("text", ""))

    def verdict(self, workspace: Path, exit: Exit | None) -> Verdict:
        """Exit code, patterns and expected files, in this order; the first that speaks of failure decides."""
        outputs = tuple(sorted({name for pattern in self.outputs for name in _matches(workspace, pattern)}))
        if exit is not None and (exit.ending != "exited" or exit.code != 0):
            return Verdict(False, _last_words(exit), outputs)
        for reason in self._failures(workspace):
            return Verdict(False, reason, outputs)
        return Verdict(True, self._success_in_words(exit, outputs), outputs)

    def open(self, workspace: Path) -> xr.Dataset:
        """The netCDF files among ``outputs``, combined by their coordinates."""
        import xarray as xr

        names = [n for pattern in self.outputs for n in _matches(workspace, pattern) if n.endswith((".nc", ".nc4"))]
        if not names:
            hint = "name the model's netCDF output in model.outputs"
            raise DataError(Problem("model.outputs", f"no netCDF output in {workspace}", self.outputs, hint=hint))
        if len(names) == 1:
            return xr.open_dataset(workspace / names[0], engine="netcdf4")
        combined = xr.combine_by_coords([xr.open_dataset(workspace / name, engine="netcdf4") for name in names])
        assert isinstance(combined, xr.Dataset)
        return combined

    def _failures(self, workspace: Path) -> Iterator[str]:
        if self.failure:
            found = (line for line in self._log_lines(workspace) if re.search(self.failure, line))
            yield from (f"its log says: {printable(line.strip()[:_LONGEST_QUOTE])}" for line in found)
        if self.success and not any(re.search(self.success, line) for line in self._log_lines(workspace)):
            yield f"its log does not say {self.success!r}"
        for pattern in self.outputs:
            names = _matches(workspace, pattern)
            if not names:
                yield f"it wrote no {pattern}"
            yield from (f"{name} is empty" for name in names if (workspace / name).stat().st_size == 0)

    def _log_lines(self, workspace: Path) -> Iterator[str]:
        for pattern in (OUTPUT_LOG, *self.logs):
            for name in _matches(workspace, pattern):
                with (workspace / name).open(encoding="utf-8", errors="replace") as file:
                    yield from file

    def _success_in_words(self, exit: Exit | None, outputs: tuple[str, ...]) -> str:
        said = ["its exit code is 0"] if exit is not None else []
        said += [f"its log says {self.success!r}"] if self.success else []
        said += [f"it wrote {', '.join(outputs)}"] if outputs else []
        return ", ".join(said) or "nothing speaks against it; no evidence is configured"

    def _judged(self) -> bool:
        return bool(self.outputs or self.success or self.failure)

    def _template_names(self) -> list[str]:
        return files_below(self.templates.expanduser()) if self.templates is not None else []

    def _template(self, name: str) -> Path:
        assert self.templates is not None
        return self.templates.expanduser() / name

    def _inputs(self) -> Iterator[Input]:
        for name in self._template_names():
            yield Input("model.templates", self._template(name))
        for name, path in self.files.items():
            if path.expanduser().is_file():
                yield Input(f"model.files.{name}", path.expanduser())

    def _missing_files(self) -> Iterator[Problem]:
        if self.templates is not None and not self.templates.expanduser().is_dir():
            message = "there is no such folder of templates"
            yield Problem("model.templates", message, str(self.templates), data=True)
        for name, path in self.files.items():
            if not path.expanduser().is_file():
                yield Problem(f"model.files.{name}", "there is no such file", str(path), data=True)

    def _rendered(self, experiment: Experiment) -> Iterator[tuple[str, str | Problem | None]]:
        """Name and text of each template; None for a file that is not text, a Problem for one that does not render."""
        if self.templates is None:
            return
        from .templates import render

        names = {"name": experiment.name, "period": experiment.period, "domain": experiment.domain}
        context = {**names, "forcing": experiment.forcing, **self.values}
        for name in self._template_names():
            yield name, render(self.templates.expanduser(), name, context)


def _without_suffix(name: str) -> str:
    return name.removesuffix(_TEMPLATE_SUFFIX)


def _matches(workspace: Path, pattern: str) -> list[str]:
    return sorted(p.relative_to(workspace).as_posix() for p in workspace.glob(pattern) if p.is_file())


def _last_words(exit: Exit) -> str:
    last = next((line.strip() for line in reversed(exit.tail) if line.strip()), "")
    return f"{exit}; its last line: {last}" if last else f"{exit}; it printed nothing"
