"""``sweep.json``: how each member of a sweep ended, written as it ends, by whichever process ran it."""

from __future__ import annotations

import json
import time
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path

from ..core.atomic import write_atomic
from ..errors import BackendError, Problem
from ..lock import Lock
from ..run_dir import RunDir

_PATIENCE_S = 60.0
_PAUSE_S = 0.05


@dataclass(frozen=True)
class SweepRecord:
    """The record in a sweep's directory."""

    directory: Path

    @property
    def file(self) -> Path:
        """Where it is."""
        return self.directory / "sweep.json"

    @contextmanager
    def held(self) -> Iterator[None]:
        """Keep the same sweep from being started a second time.

        Raises:
            BackendError: it is running already.
        """
        self.directory.mkdir(parents=True, exist_ok=True)
        with ExitStack() as stack:
            try:
                stack.enter_context(Lock(RunDir(self.directory).lock))
            except BackendError as error:
                message = f"this sweep is running already: {error.problems[0].message}"
                hint = f"wait for it to finish; if that process is gone: rompy-hydra unlock {self.directory}"
                raise BackendError(Problem("", message, hint=hint)) from error
            yield

    def begin(self, sweep_id: str, members: Sequence[tuple[str, Sequence[str]]]) -> None:
        """Name the sweep and its members, each with its overrides; none of them has ended."""
        rows = [{"name": name, "overrides": list(overrides), "exit_code": None} for name, overrides in members]
        self._write({"sweep": sweep_id, "members": rows})

    def ended(self, name: str, exit_code: int) -> None:
        """A member has ended; nothing happens where there is no sweep."""
        if not self.file.is_file():
            return
        with self._alone():
            content = json.loads(self.file.read_text(encoding="utf-8"))
            for row in content["members"]:
                if row["name"] == name:
                    row["exit_code"] = exit_code
            self._write(content)

    def _write(self, content: object) -> None:
        write_atomic(self.file, json.dumps(content, indent=2) + "\n")

    @contextmanager
    def _alone(self) -> Iterator[None]:
        """Members that end at the same moment write one after the other."""
        deadline = time.monotonic() + _PATIENCE_S
        with ExitStack() as stack:
            while True:
                try:
                    stack.enter_context(Lock(self.file.with_name(f"{self.file.name}.lock")))
                    break
                except BackendError:
                    if time.monotonic() > deadline:
                        raise
                time.sleep(_PAUSE_S)
            yield
