"""The user's cache: what was slow to fetch or to cut, kept by what it was made of and shared by every experiment.

An entry is a folder ``<root>/<kind>/<hash>`` with one file and ``entry.json``. It appears whole or not at all; while
one process makes it, others that need it wait.
"""

from __future__ import annotations

import errno
import json
import logging
import math
import os
import re
import shutil
import struct
import tempfile
import time
import zlib
from collections.abc import Callable, Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager, suppress
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from stat import S_ISREG
from typing import Any
from uuid import uuid4

from pydantic import BaseModel, ConfigDict, Field

from ..errors import ConfigError, DataError, Problem
from . import secrets
from .atomic import write_atomic
from .hashing import file_state, hash_data, hash_file

log = logging.getLogger(__name__)

VARIABLE = "ROMPY_HYDRA_CACHE"
LIMIT_VARIABLE = "ROMPY_HYDRA_CACHE_LIMIT"
DEFAULT_LIMIT = "20 GB"
FORMAT = 1
"""Entries of another format are not found, and pruned in time."""
_ENTRY, _BUILDING, _LOCKS, _HASHES = "entry.json", "building", "locks", "hashes"
_WORTH_REMEMBERING = 2**24
"""Bytes; a smaller file is hashed as fast as its hash is looked up."""
_REMEMBERED_S = 100 * 86400.0
"""How long the hash of a file is kept."""
THIS_PROCESS = uuid4().hex
"""Takes the place of a version where there is none: what is kept under it is found by this process only."""
_BLOCK, _PIECE, _AT_ONCE = 2**20, 2**26, 2
"""Bytes that are read at once, those of a piece of a file, and pieces that are read side by side."""
_UNITS = {"B": 1, "KB": 10**3, "MB": 10**6, "GB": 10**9, "TB": 10**12}


class Entry(BaseModel):
    """One file of the cache."""

    model_config = ConfigDict(frozen=True, strict=True, extra="forbid", allow_inf_nan=False)

    kind: str
    digest: str
    file: str = Field(pattern=r"^[^/\x00]*[^/\x00.][^/\x00]*$")
    """Name of the file, which tells its format."""
    size: int = Field(ge=0)
    mtime_ns: int
    ctime_ns: int
    crc32: int
    """Of the content; tells a fault of the disk in a third of the time that a hash takes."""
    created: float = Field(ge=0, le=datetime.max.replace(tzinfo=UTC).timestamp() - 1)
    """Seconds since 1970."""
    made_of: dict[str, Any]
    """What decides the content, secrets masked."""
    what: str = ""
    """The content in words."""
    used: float = 0.0
    """When it was last asked for, seconds since 1970."""


def size_text(count: float) -> str:
    """A number of bytes for people.

    >>> size_text(1_400_000), size_text(0)
    ('1.4 MB', '0 B')
    """
    unit = next((u for u in reversed(_UNITS) if count >= _UNITS[u]), "B")
    return f"{count / _UNITS[unit]:.{0 if unit == 'B' else 1}f} {unit}"


def parse_size(text: str) -> int:
    """Bytes of a size such as ``500 MB`` or ``20GB``.

    >>> parse_size("1.5 GB")
    1500000000

    Raises:
        ValueError: no number, or an unknown unit.
    """
    found = re.fullmatch(r"(\d+(?:\.\d*)?|\.\d+)\s*([KMGT]?B)", text.strip().upper())
    if found is None:
        raise ValueError(f"expected a size such as 500 MB or 20 GB, got {text!r}")
    count = float(found[1]) * _UNITS[found[2]]
    if not math.isfinite(count):
        raise ValueError(f"expected a size such as 500 MB or 20 GB, got a number of {len(found[1])} digits")
    return int(count)


class Store:
    """The cache in one folder: ``$ROMPY_HYDRA_CACHE``, else the user's cache folder of the operating system."""

    def __init__(self, root: Path | None = None):
        self.root = root or _root()

    def get(
        self, kind: str, made_of: Mapping[str, Any], file: str, make: Callable[[Path], None], what: str = ""
    ) -> Path:
        """The file of an entry, made first where there is none.

        Args:
            kind: what it is, such as ``cut`` or ``download``.
            made_of: everything that decides the content, as plain data.
            file: name of the file in the entry.
            make: writes the content to a path that does not exist yet.
            what: the content in words, for who lists the cache.

        Raises:
            ConfigError: the cache cannot be written, or its limit is no size.
            Whatever `make` raises; nothing is left of it then.
        """
        digest = _digest(made_of)
        if found := self._sound(kind, digest):
            return found
        room = self.limit()
        with self._alone(digest):
            found = self._sound(kind, digest)
            if found is None:
                with self._workbench(digest) as bench:
                    make(bench / file)
                    made = {"made_of": secrets.mask_tree(dict(made_of)), "what": secrets.mask(what)}
                    found = self._keep(bench / file, kind, digest, made)
                self.prune(room, keep=found)
        return found

    def find(self, kind: str, made_of: Mapping[str, Any]) -> Path | None:
        """The file of an entry; None where there is none, or it is damaged."""
        return self._sound(kind, _digest(made_of))

    def drop(self, file: Path) -> None:
        """Remove the entry of a file that turned out to be of no use."""
        _discard(file.parent)

    def entries(self) -> list[Entry]:
        """Every entry, the one used longest ago first."""
        paths = self.root.glob(f"*/*/{_ENTRY}")  # also of those that are half made or half removed, by other names
        found = [entry for path in paths if (entry := _read(path)) is not None]
        return sorted(found, key=lambda e: e.used)

    def prune(self, limit: int | None = None, older_than_s: float = 0.0, keep: Path | None = None) -> list[Entry]:
        """Remove what was used longest ago until the rest fits, and what dead processes left; returns the former.

        Args:
            limit: bytes to keep; None takes the limit of the cache.
            older_than_s: also remove everything that was not used for so long; 0 for no such limit.
            keep: the file of an entry that stays.
        """
        room = self.limit() if limit is None else limit
        entries = [e for e in self.entries() if keep is None or e.digest != keep.parent.name]
        total = sum(e.size for e in entries) + (keep.stat().st_size if keep else 0)
        removed = []
        for entry in entries:
            is_old = older_than_s > 0 and time.time() - entry.used > older_than_s
            if total > room or is_old:
                self.remove(entry)
                removed.append(entry)
                total -= entry.size
        self._sweep()
        return removed

    def _sweep(self) -> None:
        """Remove what dead processes left half made or half removed, and hashes of long ago."""
        for left in self.root.glob(f"{_BUILDING}/*.*/"):
            with suppress(ConfigError), self._lock(left.name.partition(".")[0], wait=False) as mine:
                if mine:
                    shutil.rmtree(left, ignore_errors=True)
        for doomed in self.root.glob("*/.*.*.*/"):
            shutil.rmtree(doomed, ignore_errors=True)
        for memo in self.root.joinpath(_HASHES).glob("*"):
            with suppress(OSError):
                if time.time() - memo.stat().st_mtime > _REMEMBERED_S:
                    memo.unlink()

    def limit(self) -> int:
        """Bytes that the cache may hold.

        Raises:
            ConfigError: the variable holds no size.
        """
        try:
            return parse_size(os.environ.get(LIMIT_VARIABLE, DEFAULT_LIMIT))
        except ValueError as error:
            raise ConfigError(Problem(f"${LIMIT_VARIABLE}", str(error))) from None

    def remove(self, entry: Entry) -> None:
        """Forget one entry; a process that reads it now reads on."""
        _discard(self.root / entry.kind / entry.digest)

    def damaged(self) -> list[Entry]:
        """Entries whose content is not what was written; reads everything."""
        return [e for e in self.entries() if not _is_sound(self.root / e.kind / e.digest, e, thoroughly=True)]

    def is_damaged(self, file: Path) -> bool:
        """Whether the file of an entry is not what was written; reads all of it."""
        entry = _read(file.parent / _ENTRY)
        return entry is not None and not _is_sound(file.parent, entry, thoroughly=True)

    def hash_of(self, path: Path) -> str:
        """SHA-256 of a file outside of the cache, remembered as long as the file does not change."""
        if path.stat().st_size < _WORTH_REMEMBERING:
            return hash_file(path)
        memo = self.root / _HASHES / hash_data(file_state(path))
        with suppress(OSError):
            return memo.read_text(encoding="ascii")
        found = hash_file(path)
        with suppress(OSError):  # without a cache it is computed again next time
            memo.parent.mkdir(parents=True, exist_ok=True)
            write_atomic(memo, found)
        return found

    def scratch(self) -> Path:
        """A folder for temporary files, on the disk of the cache.

        Raises:
            ConfigError: the cache cannot be written.
        """
        return self._folder(_BUILDING)

    def _folder(self, name: str) -> Path:
        path = self.root / name
        with self._writing():
            path.mkdir(parents=True, exist_ok=True)
        return path

    @contextmanager
    def _writing(self) -> Iterator[None]:
        """Says that it is the cache that cannot be written, and where it is."""
        try:
            yield
        except OSError as error:
            message = f"the cache {self.root} cannot be written: {error.strerror or error}"
            if error.errno == errno.ENOSPC:
                message += f", {size_text(shutil.disk_usage(_existing(self.root)).free)} are free"
            in_the_way = self._in_the_way(error)
            hint = f"remove {in_the_way}" if in_the_way else f"set {VARIABLE} to a folder of yours, on a disk with room"
            raise ConfigError(Problem(f"${VARIABLE}", message, hint=hint)) from error

    def _in_the_way(self, error: OSError) -> Path | None:
        """What is below the cache where a folder of it should be."""
        path = Path(error.filename if isinstance(error, FileExistsError | NotADirectoryError) else self.root)
        around = [p for p in (path, *path.parents) if p != self.root and p.is_relative_to(self.root)]
        return next((p for p in around if not p.is_dir() and (p.exists() or p.is_symlink())), None)

    def _sound(self, kind: str, digest: str) -> Path | None:
        folder = self.root / kind / digest
        entry = _read(folder / _ENTRY)
        if entry is None:
            return None
        if not _is_sound(folder, entry):
            log.warning("the cache entry %s is damaged and is made anew", folder)
            _discard(folder)
            return None
        with suppress(OSError):
            os.utime(folder / _ENTRY)
        return folder / entry.file

    def _keep(self, path: Path, kind: str, digest: str, made: Mapping[str, Any]) -> Path:
        """Turn the workbench of a file into an entry."""
        stat = path.stat()
        entry = Entry(
            kind=kind,
            digest=digest,
            file=path.name,
            size=stat.st_size,
            mtime_ns=stat.st_mtime_ns,
            ctime_ns=stat.st_ctime_ns,
            crc32=_crc32(path),
            created=time.time(),
            **made,
        )
        final = self._folder(kind) / digest
        with self._writing():
            _write(path.parent / _ENTRY, entry)
            _discard(final)
            path.parent.rename(final)
        return final / path.name

    @contextmanager
    def _workbench(self, digest: str) -> Iterator[Path]:
        """A new folder to build in; what dead processes left of this entry is removed."""
        building = self._folder(_BUILDING)
        for left in building.glob(f"{digest}.*"):
            shutil.rmtree(left, ignore_errors=True)
        with self._writing():
            bench = Path(tempfile.mkdtemp(prefix=f"{digest}.", dir=building))
        try:
            yield bench
        finally:
            shutil.rmtree(bench, ignore_errors=True)

    @contextmanager
    def _alone(self, digest: str) -> Iterator[None]:
        """Only one process makes an entry."""
        with self._lock(digest, wait=True):
            yield
            (self.root / _LOCKS / f"{digest}.lock").unlink(missing_ok=True)  # who waits for it finds the entry first

    @contextmanager
    def _lock(self, digest: str, *, wait: bool) -> Iterator[bool]:
        """The lock of an entry; whether it is held, which it is for sure after waiting."""
        from filelock import FileLock, Timeout

        lock = FileLock(self._folder(_LOCKS) / f"{digest}.lock")
        with self._writing():
            try:
                lock.acquire(timeout=0)
            except Timeout:
                if wait:
                    log.info("another process is making what is needed; waiting for it")
                    lock.acquire()
        try:
            yield lock.is_locked
        finally:
            lock.release()


def need_room(folder: Path, count: int, what: str, key: str) -> None:
    """Nothing where a disk has room for `count` more bytes.

    Raises:
        DataError: it has not; says both numbers.
    """
    existing = _existing(folder)
    free = shutil.disk_usage(existing).free
    if count > free:
        place = next((p.parent for p in existing.parents if p.name == _BUILDING), existing)  # a workbench will be gone
        message = f"{what} needs {size_text(count)}, the disk of {place} has {size_text(free)} free"
        hint = f"make room (rompy-hydra cache prune), or set {VARIABLE} to a folder on another disk"
        raise DataError(Problem(key, message, hint=hint))


@contextmanager
def writing_to(folder: Path, count: int, what: str, key: str) -> Iterator[None]:
    """Tells a disk that is full or cannot be written from data that cannot be read; HDF5 says only that it failed.

    Raises:
        DataError: instead of what was raised inside.
    """
    try:
        yield
    except (RuntimeError, OSError) as error:
        need_room(folder, count, what, key)
        hint = f"see whether the cache can be written, or set {VARIABLE} to another folder"
        raise DataError(Problem(key, f"{what} cannot be written: {error}", hint=hint)) from error


def _existing(folder: Path) -> Path:
    """The folder, or what there is of the way to it."""
    return next(p for p in (folder, *folder.parents) if p.exists())


def _root() -> Path:
    from platformdirs import user_cache_path

    given = os.environ.get(VARIABLE)
    try:
        if given:
            given.encode()  # which every message about it will be
            return Path(given).expanduser().absolute()
    except (UnicodeEncodeError, RuntimeError) as error:
        message = f"the cache cannot be there: {error}"
        raise ConfigError(Problem(f"${VARIABLE}", message, given, hint="set it to a folder of yours")) from error
    return user_cache_path("rompy-hydra")


def _digest(made_of: Mapping[str, Any]) -> str:
    return hash_data({"format": FORMAT, **made_of})


def _is_sound(folder: Path, entry: Entry, *, thoroughly: bool = False) -> bool:
    """Whether the file is as it was written; its content is read only where its times say that it was touched."""
    try:
        stat = (folder / entry.file).stat()
    except OSError:
        return False
    if stat.st_size != entry.size or not S_ISREG(stat.st_mode):
        return False
    untouched = (stat.st_mtime_ns, stat.st_ctime_ns) == (entry.mtime_ns, entry.ctime_ns)
    if untouched and not thoroughly:
        return True
    if _crc32(folder / entry.file) != entry.crc32:
        return False
    if not untouched:
        _note_times(folder / _ENTRY, entry, stat)
    return True


def _note_times(path: Path, entry: Entry, stat: os.stat_result) -> None:
    """A copied or restored cache is looked at once; nothing is used by that."""
    with suppress(OSError):
        used = path.stat()
        times = {"mtime_ns": stat.st_mtime_ns, "ctime_ns": stat.st_ctime_ns}
        _write(path, entry.model_copy(update=times))
        os.utime(path, ns=(used.st_atime_ns, used.st_mtime_ns))


def _crc32(path: Path) -> int:
    """Of a file; of a large one that of the CRCs of its pieces, which are read side by side."""
    starts = range(0, max(1, path.stat().st_size), _PIECE)
    with ThreadPoolExecutor(_AT_ONCE) as pool:
        found = list(pool.map(partial(_piece_crc32, path), starts))
    return found[0] if len(found) == 1 else zlib.crc32(struct.pack(f"<{len(found)}I", *found))


def _piece_crc32(path: Path, start: int) -> int:
    found, left = 0, _PIECE
    with path.open("rb", buffering=0) as file:
        file.seek(start)
        while left and (block := file.read(min(_BLOCK, left))):
            found, left = zlib.crc32(block, found), left - len(block)
    return found


def _discard(folder: Path) -> None:
    """Remove an entry at once, so that nobody finds half of it."""
    if not (folder.exists() or folder.is_symlink()):
        return
    doomed = folder.with_name(f".{folder.name}.{os.getpid()}.{time.monotonic_ns()}")
    with suppress(OSError):  # another process was faster
        folder.rename(doomed)
        if doomed.is_symlink() or doomed.is_file():
            doomed.unlink()
        shutil.rmtree(doomed, ignore_errors=True)


def _read(path: Path) -> Entry | None:
    try:
        content = json.loads(path.read_text(encoding="utf-8"))
        entry = Entry(**{**content, "used": path.stat().st_mtime})
    except (OSError, ValueError, TypeError, RecursionError):
        return None
    return entry if path.parts[-3:-1] == (entry.kind, entry.digest) else None


def _write(path: Path, entry: Entry) -> None:
    write_atomic(path, json.dumps(entry.model_dump(), indent=1, sort_keys=True, default=str) + "\n")
