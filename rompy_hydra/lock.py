"""One process at a time in a run directory, also across hosts."""

from __future__ import annotations

import json
import logging
import os
import threading
import time
import uuid
from contextlib import suppress
from dataclasses import asdict, dataclass
from pathlib import Path

from .core.driver import Driver
from .errors import BackendError, Problem

log = logging.getLogger(__name__)

HEARTBEAT_S = 10.0
"""A holder touches its lock this often."""
STALE_S = 120.0
"""A lock of another host that has not been touched for so long may be broken by hand."""


@dataclass(frozen=True)
class Holder(Driver):
    """Who holds a lock."""

    token: str
    """Tells two locks of one process apart."""


class Lock:
    """A lock file with host, pid and a heartbeat; a dead holder's lock is taken over."""

    def __init__(self, path: Path):
        self.path = path
        self._token = ""
        self._stop = threading.Event()
        self._beat: threading.Thread | None = None

    def __enter__(self) -> Lock:
        holder = Holder(**asdict(Driver.here()), token=uuid.uuid4().hex)
        while not self._create(holder):
            self._take_over_or_refuse()
        self._token = holder.token
        self._beat = threading.Thread(target=self._heartbeat, name="lock-heartbeat", daemon=True)
        self._beat.start()
        return self

    def __exit__(self, *error: object) -> None:
        self._stop.set()
        if self._beat is not None:
            self._beat.join()
        holder = read_holder(self.path)
        if holder is not None and holder.token == self._token:
            self.path.unlink(missing_ok=True)

    def moved_to(self, path: Path) -> None:
        """The directory was renamed; the lock is given free there."""
        self.path = path

    def _create(self, holder: Holder) -> bool:
        """Appear in one step with the content complete: a hard link to a private file fails if the lock exists."""
        private = self.path.with_name(f"{self.path.name}.{holder.token}")
        try:
            private.write_text(json.dumps(asdict(holder)) + "\n", encoding="utf-8")
            os.link(private, self.path)
        except FileExistsError:
            return False
        finally:
            private.unlink(missing_ok=True)
        return True

    def _take_over_or_refuse(self) -> None:
        holder = read_holder(self.path)
        if holder is None:
            return
        if not holder.gone:
            with suppress(FileNotFoundError):  # it is given free at this moment
                raise BackendError(_in_use(self.path, holder))
            return
        log.warning("%s ended without finishing; its lock is taken over", holder)
        break_lock(self.path, holder)

    def _heartbeat(self) -> None:
        while not self._stop.wait(HEARTBEAT_S):
            try:
                holder = read_holder(self.path)
                if holder is None or holder.token != self._token:
                    log.error("the lock %s was taken by %s; two processes may be at work", self.path, holder)
                    return
                os.utime(self.path)
            except (OSError, BackendError) as error:
                log.warning("the lock %s cannot be kept fresh: %s", self.path, error)


def read_holder(path: Path) -> Holder | None:
    """Who holds the lock; None when it is free.

    Raises:
        BackendError: the lock file is damaged.
    """
    try:
        return Holder(**json.loads(path.read_text(encoding="utf-8")))
    except FileNotFoundError:
        return None
    except (ValueError, TypeError) as error:
        hint = f"if nothing runs there: rompy-hydra unlock {path.parent}"
        raise BackendError(Problem("", f"the lock {path} is damaged ({error})", hint=hint)) from error


def age_s(path: Path) -> float:
    """Seconds since the holder last touched its lock."""
    return time.time() - path.stat().st_mtime


def break_lock(path: Path, holder: Holder | None) -> None:
    """Remove a lock if it is still that holder's."""
    aside = path.with_name(f"{path.name}.broken-{uuid.uuid4().hex}")
    try:
        path.rename(aside)
    except FileNotFoundError:
        return
    if holder is not None and read_holder(aside) != holder:
        with suppress(FileExistsError):  # somebody else's: back to its place, unless that is taken meanwhile
            os.link(aside, path)
    aside.unlink()


def _in_use(path: Path, holder: Holder) -> Problem:
    message = f"the run directory {path.parent} is in use by {holder}, last seen {age_s(path):.0f} s ago"
    hint = "wait for it to finish, or give another run_id"
    if age_s(path) > STALE_S:
        hint = f"if that process is gone: rompy-hydra unlock {path.parent}"
    return Problem("", message, hint=hint)
