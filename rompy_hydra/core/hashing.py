"""Content hashes: of plain data, and of files."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Iterable, Mapping
from pathlib import Path
from typing import Any

from pydantic import BaseModel, ConfigDict


class FileRecord(BaseModel):
    """A file as it was: enough to tell whether it has changed."""

    model_config = ConfigDict(frozen=True, extra="ignore")

    path: str
    """Relative to the run directory for its own files, as given for the user's."""
    size: int
    mtime_ns: int
    sha256: str
    ctime_ns: int = 0
    inode: int = 0
    key: str = ""
    """Config key that names the file, for the user's files."""
    identified: bool = True
    """Whether the hash is that of the content; of data at an address it may be that of their description."""


def hash_data(data: Any) -> str:
    """SHA-256 of plain data, independent of the order of keys.

    >>> hash_data({"a": 1, "b": 2}) == hash_data({"b": 2, "a": 1})
    True
    """
    text = json.dumps(data, sort_keys=True, separators=(",", ":"), default=str)
    return hashlib.sha256(text.encode()).hexdigest()


def hash_file(path: Path) -> str:
    """SHA-256 of a file's content."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def file_state(path: Path) -> list[str | int]:
    """What changes whenever a file does, found without reading it.

    Raises:
        OSError: the file is not there.
    """
    return [str(path.absolute()), *_stamps(path).values()]


def _stamps(path: Path) -> dict[str, int]:
    stat = path.stat()
    return {"size": stat.st_size, "mtime_ns": stat.st_mtime_ns, "ctime_ns": stat.st_ctime_ns, "inode": stat.st_ino}


def record_file(
    path: Path,
    name: str,
    known: Mapping[str, FileRecord],
    key: str = "",
    hash_of: Callable[[Path], str] = hash_file,
) -> FileRecord:
    """The file as it is now; its hash is taken from `known` while nothing says that it was touched."""
    stamps, before = _stamps(path), known.get(name)
    if before is not None and all(getattr(before, stamp) == now for stamp, now in stamps.items()):
        return before.model_copy(update={"key": key})
    return FileRecord(path=name, **stamps, sha256=hash_of(path), key=key)


def record_files(root: Path, names: Iterable[str]) -> tuple[FileRecord, ...]:
    """The named files below `root` as they are now, in order of their names."""
    return tuple(record_file(root / name, name, {}) for name in sorted(names))


def unchanged(root: Path, records: Iterable[FileRecord]) -> str:
    """Empty when every file is still as recorded, else the name of the first one that is not."""
    for record in records:
        path = root / record.path
        if not path.is_file():
            return f"{record.path} is missing"
        if record_file(path, record.path, {record.path: record}).sha256 != record.sha256:
            return f"{record.path} has changed"
    return ""


def files_below(root: Path) -> list[str]:
    """Names of all files below `root`, relative, sorted; empty where there is no such directory."""
    return sorted(p.relative_to(root).as_posix() for p in root.rglob("*") if p.is_file())


def entries_below(root: Path) -> list[str]:
    """Like `files_below`, with links that lead to folders or nowhere."""
    return sorted(p.relative_to(root).as_posix() for p in root.rglob("*") if p.is_file() or p.is_symlink())
