"""A run directory: every file name in it, once, and the record of what happened."""

from __future__ import annotations

import json
import os
import platform
import shutil
import socket
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime
from enum import StrEnum
from errno import ENOSPC
from functools import cache
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from subprocess import SubprocessError
from subprocess import run as run_process
from typing import Any

from pydantic import BaseModel, ConfigDict, ValidationError

from .core import secrets
from .core.atomic import write_atomic
from .core.hashing import FileRecord
from .errors import ConfigError, Problem
from .lock import Lock

RECORD_VERSION = 1
_VERSIONED = ("rompy-hydra", "hydra-core", "omegaconf", "pydantic", "numpy", "xarray", "netCDF4", "anuga")


class State(StrEnum):
    """State of a stage."""

    PENDING = "pending"
    RUNNING = "running"
    DONE = "done"
    FAILED = "failed"
    INTERRUPTED = "interrupted"


_NEXT = {
    State.PENDING: {State.RUNNING},
    State.RUNNING: {State.DONE, State.FAILED, State.INTERRUPTED, State.RUNNING, State.PENDING},
    State.DONE: {State.RUNNING, State.PENDING},
    State.FAILED: {State.RUNNING, State.PENDING},
    State.INTERRUPTED: {State.RUNNING, State.PENDING},
}


class StageRecord(BaseModel):
    """What happened in one stage."""

    model_config = ConfigDict(frozen=True, extra="ignore")

    state: State = State.PENDING
    key: str = ""
    """Hash of everything that decides the result; equal keys mean equal results."""
    parts: dict[str, str] = {}
    """What went into the key, so that a later call can say what changed."""
    reason: str = ""
    """Why it was run."""
    started: str = ""
    ended: str = ""
    message: str = ""
    files: tuple[FileRecord, ...] = ()
    """What it wrote, relative to the run directory."""
    kept: tuple[str, ...] = ()
    """Files of the workspace that were there before the model started."""
    command: tuple[str, ...] = ()
    job: dict[str, str] = {}
    """What finds a job again that outlives the process that started it: ``backend``, ``name``, and what that needs."""
    exit: dict[str, Any] | None = None
    verdict: dict[str, Any] | None = None
    result: dict[str, Any] = {}


class Record(BaseModel):
    """The record of a run, ``run.json``."""

    model_config = ConfigDict(frozen=True, extra="ignore")

    record_version: int = RECORD_VERSION
    run_id: str
    name: str
    created: str
    science_hash: str
    science: dict[str, Any]
    """The scientific state: period, domain, forcing and model with every default."""
    stages: dict[str, StageRecord] = {}
    inputs: tuple[FileRecord, ...] = ()
    overrides: tuple[str, ...] = ()
    choices: dict[str, str] = {}
    origins: dict[str, str] = {}
    versions: dict[str, str] = {}
    git_commit: str = ""
    host: dict[str, str] = {}

    def stage(self, name: str) -> StageRecord:
        """A stage's record; a pending one where there is none."""
        return self.stages.get(name, StageRecord())

    def moved(self, name: str, state: State, **details: Any) -> Record:
        """The record with one stage moved to a new state: the only way a state changes."""
        old = self.stage(name)
        if state not in _NEXT[old.state]:
            raise ValueError(f"stage {name} cannot go from {old.state} to {state}")
        times = {"started": now(), "ended": ""} if state is State.RUNNING else {"ended": now()}
        fresh = StageRecord() if state in (State.RUNNING, State.PENDING) else old
        new = fresh.model_copy(update={"state": state, **times, **details})
        return self.model_copy(update={"stages": {**self.stages, name: new}})

    def updated(self, name: str, **details: Any) -> Record:
        """The record with more said of one stage, in the state it is in."""
        changed = self.stage(name).model_copy(update=details)
        return self.model_copy(update={"stages": {**self.stages, name: changed}})

    @property
    def state(self) -> State:
        """One state for the whole run: the first that is not done, else done."""
        states = [s.state for s in self.stages.values()]
        return next((s for s in states if s is not State.DONE), State.DONE if states else State.PENDING)


def now() -> str:
    """The time now, ISO 8601 in UTC with seconds."""
    return datetime.now(UTC).isoformat(timespec="seconds").replace("+00:00", "Z")


@dataclass(frozen=True)
class RunDir:
    """One run directory; says where everything is."""

    path: Path

    @property
    def config(self) -> Path:
        """The resolved experiment; feeding it back reproduces the run."""
        return self.path / "config.yaml"

    @property
    def record_file(self) -> Path:
        """The record."""
        return self.path / "run.json"

    @property
    def log(self) -> Path:
        """The human log."""
        return self.path / "run.log"

    @property
    def events(self) -> Path:
        """The log as JSON lines."""
        return self.path / "events.jsonl"

    @property
    def job(self) -> Path:
        """What a run backend keeps of an execution, such as the batch script."""
        return self.path / "job"

    @property
    def workspace(self) -> Path:
        """The model's working directory."""
        return self.path / "model"

    @property
    def staging(self) -> Path:
        """Where input files are written before they become the workspace."""
        return self.path / ".model.new"

    @property
    def products(self) -> Path:
        """What postprocessors made."""
        return self.path / "products"

    def in_workspace(self, name: str) -> str:
        """Name within this directory of a file of the workspace."""
        return f"{self.workspace.name}/{name}"

    def in_products(self, name: str) -> str:
        """Name within this directory of a product."""
        return f"{self.products.name}/{name}"

    @property
    def lock(self) -> Path:
        """Held while a process works here."""
        return self.path / "run.lock"

    def make(self) -> None:
        """Make the directory, unless it is there.

        Raises:
            ConfigError: that is not possible there.
        """
        try:
            self.path.mkdir(parents=True, exist_ok=True)
        except OSError as error:
            if error.errno == ENOSPC:
                raise
            raise ConfigError(Problem("output_dir", f"{self.path} cannot be made: {error.strerror}")) from error

    def read(self) -> Record | None:
        """The record; None where there is none.

        Raises:
            ConfigError: the record cannot be read.
        """
        try:
            record = Record.model_validate_json(self.record_file.read_text(encoding="utf-8"))
        except (FileNotFoundError, NotADirectoryError):
            return None
        except (OSError, ValidationError, ValueError) as error:
            reason = str(error).splitlines()[0]
            hint = "move this directory away, or give another run_id"
            message = f"the record {self.record_file} cannot be read: {reason}"
            raise ConfigError(Problem("", message, hint=hint)) from error
        if record.record_version > RECORD_VERSION:
            message = f"{self.record_file} was written by a newer version (record {record.record_version})"
            raise ConfigError(Problem("", message, hint="update rompy-hydra, or give another run_id"))
        return record

    def write(self, record: Record) -> None:
        """Save the record, secrets masked."""
        write_atomic(self.record_file, json.dumps(_masked(record.model_dump(mode="json")), indent=2) + "\n")

    @property
    def is_foreign(self) -> bool:
        """Whether something is here that no run has made."""
        own = {p.name for p in (self.record_file, self.config, self.log, self.events, self.lock)}
        names = {p.name for p in self.path.iterdir()} if self.path.is_dir() else set()
        begun = {
            n for n in names if n.startswith((f".{self.record_file.name}.", f".{self.config.name}.", self.lock.name))
        }
        return self.record_file.name not in names and bool(names - own - begun)

    def set_aside(self, lock: Lock) -> Path:
        """Rename the directory to a free ``<run_id>.archived-N``, with its lock held, and say which."""
        n = 1
        while (target := self.path.with_name(f"{self.path.name}.archived-{n}")).exists():
            n += 1
        self.path.rename(target)
        lock.moved_to(RunDir(target).lock)
        return target

    def clear_staging(self) -> None:
        """Make an empty folder for new input files."""
        if self.staging.exists():
            shutil.rmtree(self.staging)
        self.staging.mkdir()

    def remove(self, names: Iterable[str]) -> None:
        """Remove files of this directory by their relative names, and the folders left empty within its own two."""
        for name in names:
            path = self.path / name
            path.unlink(missing_ok=True)
            for parent in path.relative_to(self.path).parents[:-2]:
                folder = self.path / parent
                if not folder.is_dir() or any(folder.iterdir()):
                    break
                folder.rmdir()

    def drop_half_written(self) -> None:
        """Remove what a process that was killed while writing has left; called with the lock held."""
        for path in self.path.glob(f".{self.record_file.name}.*"):
            path.unlink()
        for path in self.path.glob(f".{self.config.name}.*"):
            path.unlink()

    def publish_workspace(self) -> None:
        """Make the staged input files the workspace."""
        if self.workspace.exists():
            shutil.rmtree(self.workspace)
        self.staging.rename(self.workspace)


_FREE_TEXT = ("message", "exit", "verdict", "result", "command", "reason")


def _masked(data: dict[str, Any]) -> dict[str, Any]:
    """Secrets are masked where people wrote; states, times, names of files and hashes stay what they are."""
    stages = {
        name: {k: secrets.mask_tree(v) if k in _FREE_TEXT else v for k, v in stage.items()}
        for name, stage in data["stages"].items()
    }
    texts = {k: secrets.mask_tree(data[k]) for k in ("science", "overrides", "origins", "choices")}
    return {**data, **texts, "stages": stages}


def find_runs(root: Path) -> list[RunDir]:
    """Every run directory at or below `root`, in order of their paths."""
    return [run for run in find_claimed(root) if run.record_file.is_file()]


def find_claimed(root: Path) -> list[RunDir]:
    """Every directory at or below `root` with a record or a lock, also those of sweeps and of runs that never began."""
    found = []
    for folder, subfolders, files in os.walk(root):
        run = RunDir(Path(folder))
        if {run.record_file.name, run.lock.name} & set(files):
            found.append(run)
        if run.record_file.name in files:
            subfolders.clear()
        subfolders[:] = sorted(s for s in subfolders if not s.startswith("."))
    return sorted(found, key=lambda run: run.path)


@cache
def versions() -> dict[str, str]:
    """Versions of Python and of the packages that decide a result."""
    found = {"python": platform.python_version()}
    for name in _VERSIONED:
        try:
            found[name] = version(name)
        except PackageNotFoundError:
            continue
    return found


def host() -> dict[str, str]:
    """Where this process runs."""
    return {"name": socket.gethostname(), "system": f"{platform.system()} {platform.release()}"}


def git_commit() -> str:
    """The commit of the user's own checkout in the current directory, with ``-dirty``; empty outside of one."""
    try:
        done = run_process(
            ["git", "describe", "--always", "--dirty", "--abbrev=40", "--exclude=*"],
            capture_output=True,
            text=True,
            timeout=10,
            check=False,
        )
    except (OSError, SubprocessError):
        return ""
    return done.stdout.strip() if done.returncode == 0 else ""
