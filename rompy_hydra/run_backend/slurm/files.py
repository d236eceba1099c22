"""What a job and those who wait for it write for each other, in a folder that both see."""

from __future__ import annotations

import os
import re
import shutil
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

from ..output import CHUNK, Lines

_CHUNKS_AT_ONCE = 64


@dataclass(frozen=True)
class Note:
    """What the script of a job has written last."""

    code: int
    """Exit code of the command, or of the line that ended the script before or after it."""
    step: str
    """How far it came: ``prologue``, ``command``, ``epilogue`` or ``done``."""
    bytes: int
    """How much output there is; it may arrive later."""
    stopped: bool
    """Whether the scheduler has asked it to end, which a model may answer with exit code 0."""
    cpu_s: float
    """Processor time of what the script has started on its own node."""

    @property
    def is_good(self) -> bool:
        """Whether it ended well, and by itself: nothing that the scheduler says can make a failure of that."""
        return self.code == 0 and not self.stopped


@dataclass(frozen=True)
class JobFiles:
    """The folder of a job."""

    folder: Path

    @property
    def script(self) -> Path:
        """The batch script; its time is that of the submission."""
        return self.folder / "job.sh"

    @property
    def output(self) -> Path:
        """What the job prints, as it is."""
        return self.folder / "output"

    @property
    def slurm_log(self) -> Path:
        """What Slurm has to say of the job."""
        return self.folder / "slurm.log"

    @property
    def started(self) -> Path:
        """Its time is that of the start."""
        return self.folder / "started"

    @property
    def exit(self) -> Path:
        """The note of the end."""
        return self.folder / "exit"

    @property
    def secrets(self) -> Path:
        """Variables that only the job may read."""
        return self.folder / "secrets"

    def make(self) -> None:
        """An empty folder."""
        if self.folder.exists():
            shutil.rmtree(self.folder)
        self.folder.mkdir(parents=True)

    def write_secrets(self, text: str) -> None:
        """Readable for nobody else from the first byte on."""
        with os.fdopen(os.open(self.secrets, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as file:
            file.write(text)

    def clear(self) -> None:
        """Remove what nobody must find after the end."""
        self.secrets.unlink(missing_ok=True)

    def give_up(self) -> None:
        """Without its script a job that Slurm only now takes knows that nobody wants it any more."""
        with suppress(NotADirectoryError):
            self.script.unlink(missing_ok=True)
            self.clear()

    def note(self, name: str) -> Note | None:
        """The note of the job of this name; None before it has ended."""
        text = _text(self.exit)
        said = dict(line.split("=", 1) for line in text.splitlines() if "=" in line)
        if said.get("job") != name:
            return None
        stopped = bool(said.get("stopped"))
        return Note(int(said["code"]), said["step"], int(said["bytes"] or 0), stopped, _children_s(text))

    def words_of_slurm(self) -> list[str]:
        """What Slurm, or the shell, has said of the job, such as why it was ended."""
        return list(dict.fromkeys(line.strip() for line in _text(self.slurm_log).splitlines() if line.strip()))

    @property
    def has_started(self) -> bool:
        """Whether its script began."""
        return self.started.exists()

    def queued_s(self, now_s: float) -> float:
        """How long it has waited, or did; all by the clock of the disk."""
        return max((_time(self.started) or now_s) - (_time(self.script) or now_s), 0.0)

    def running_s(self, now_s: float) -> float:
        """How long it has run, or did; 0 before it has started."""
        started = _time(self.started)
        return 0.0 if started is None else max((_time(self.exit) or now_s) - started, 0.0)


class GrowingFile:
    """A file that grows, handed over as lines from its beginning."""

    def __init__(self, path: Path, lines: Lines) -> None:
        self.position = 0
        self._path, self._lines = path, lines

    def read(self) -> bool:
        """Hand over what is new; whether there was something."""
        try:
            with self._path.open("rb") as file:  # opened anew: so a shared disk shows what others have written
                file.seek(self.position)
                return self._feed(file)
        except FileNotFoundError:
            return False

    def _feed(self, file: BinaryIO) -> bool:
        for count in range(_CHUNKS_AT_ONCE):
            chunk = file.read(CHUNK)
            if not chunk:
                return count > 0
            self.position += len(chunk)
            self._lines.take(chunk)
        return True


def _text(path: Path) -> str:
    try:
        return path.read_text(encoding="utf-8", errors="replace")
    except FileNotFoundError:
        return ""


def _time(path: Path) -> float | None:
    try:
        return path.stat().st_mtime
    except FileNotFoundError:
        return None


def _children_s(text: str) -> float:
    """Seconds of the last line that the shell's ``times`` prints, user and system.

    >>> _children_s("0m0.004s 0m0.002s\\n1m2.500s 0m0.250s\\n")
    62.75
    """
    rows = re.findall(r"(\d+)m([\d.]+)s (\d+)m([\d.]+)s", text)
    minutes, seconds, more_minutes, more_seconds = map(float, rows[-1] if rows else (0, 0, 0, 0))
    return 60 * (minutes + more_minutes) + seconds + more_seconds
