"""A run backend whose jobs outlive the process that starts them: a queue made of processes and files, for a test.

Jobs wait while there is a file ``hold`` in the queue's folder. Each question for states adds a line to ``questions``.
"""

from __future__ import annotations

import os
import signal
import subprocess
import time
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from pathlib import Path

from rompy_hydra.errors import BackendError, Problem
from rompy_hydra.run_backend.job import Exit, Handle, Job
from rompy_hydra.run_backend.on_host import OnHost

_JOB = """
place=$1; shift
while [ -e "$place/../hold" ]; do sleep 0.05; done
: > "$place/started"
"$@" > "$place/output" 2>&1
echo $? > "$place/code.new"; mv "$place/code.new" "$place/code"
"""


class QueueBackend(OnHost):
    """Runs the model as a job of a small queue."""

    folder: Path
    """Of the queue."""
    wait: bool = True
    """See the job to its end."""

    @property
    def waits(self) -> bool:
        return self.wait

    def start(self, job: Job, on_line: Callable[[str], None]) -> Handle:
        launch = self.launch(job)
        number = len(list(self.folder.glob("job-*"))) + 1
        place = self.folder / f"job-{number}"
        place.mkdir()
        (place / "output").touch()
        process = subprocess.Popen(
            ["sh", "-c", _JOB, "sh", place, *launch.argv],
            cwd=launch.where,
            env=launch.env,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            start_new_session=True,
        )
        process.returncode = 0  # it is not waited for
        return QueueHandle({"name": f"job {number}", "place": str(place), "pid": str(process.pid)}, on_line)

    @classmethod
    def attach(cls, reference: Mapping[str, str], workspace: Path, on_line: Callable[[str], None]) -> Handle:
        if not Path(reference["place"]).is_dir():
            raise BackendError(Problem("run_backend", f"{reference['name']} is gone"))
        return QueueHandle(dict(reference), on_line)

    @classmethod
    def states(cls, references: Sequence[Mapping[str, str]]) -> list[str]:
        places = [Path(r["place"]) for r in references]
        with (places[0].parent / "questions").open("a") as file:
            file.write(f"{len(references)}\n")
        return [_state(place) for place in places]


def _state(place: Path) -> str:
    if not place.is_dir():
        return ""
    if (place / "code").exists():
        return "ended"
    return "running" if (place / "started").exists() else "queued"


class QueueHandle(Handle):
    """A job of the queue."""

    def __init__(self, reference: dict[str, str], on_line: Callable[[str], None]):
        self._reference, self._on_line = reference, on_line
        self._place = Path(reference["place"])
        self._file = (self._place / "output").open(errors="replace")
        self._lines: list[str] = []
        self._ended: Exit | None = None

    @property
    def reference(self) -> dict[str, str]:
        return self._reference

    @property
    def running_s(self) -> float:
        with suppress(OSError):
            return time.time() - (self._place / "started").stat().st_mtime
        return 0.0

    @property
    def tail(self) -> tuple[str, ...]:
        return tuple(self._lines)

    def read(self, limit_s: float) -> None:
        if not self._take():
            time.sleep(limit_s)

    def _take(self) -> bool:
        lines = [line.rstrip("\n") for line in iter(lambda: self._file.readline(10_000), "")]
        for line in lines:
            self._lines.append(line)
            self._on_line(line)
        return bool(lines)

    def poll(self) -> Exit | None:
        code = self._place / "code"
        if self._ended is None and code.exists():
            self._take()
            self._ended = Exit("exited", code=int(code.read_text()), duration_s=self.running_s, tail=self.tail)
        return self._ended

    def cancel(self) -> None:
        self._ended = self.poll() or Exit("cancelled", tail=self.tail)
        with suppress(ProcessLookupError):
            os.killpg(int(self._reference["pid"]), signal.SIGKILL)
            (self._place / "code").write_text("137")

    def close(self) -> None:
        self._file.close()
