"""The user's files: where they are, and what they look like when they are something else."""

from __future__ import annotations

import glob
from difflib import get_close_matches
from pathlib import Path

from ..errors import DataError, Problem

_MAGIC = {
    b"CDF": "netCDF-3",
    b"\x89HDF": "netCDF-4 or HDF5",
    b"GRIB": "GRIB",
    b"PK\x03\x04": "a zip archive",
    b"\x1f\x8b": "gzip",
    b"II*\x00": "a TIFF image",
    b"MM\x00*": "a TIFF image",
    b"\x89PNG": "a PNG image",
    b"%PDF": "a PDF document",
    b"version https://git-lfs": "a git-lfs pointer; fetch the file itself with git lfs pull",
    b"<!DOCTYPE": "a web page, perhaps of a failed download",
    b"<html": "a web page, perhaps of a failed download",
}


def user_path(path: Path) -> Path:
    """The path with ``~`` expanded; a relative one is relative to the current directory."""
    return path.expanduser()


def is_folder(path: Path) -> bool:
    """Whether there is a folder at a path; no for one that cannot be looked at."""
    try:
        return path.is_dir()
    except OSError:
        return False


def existing_file(path: Path, key: str) -> Path:
    """The path of a readable file.

    Raises:
        DataError: it does not exist, is a folder, or may not be read; names the nearest files that exist.
    """
    found = user_path(path)
    try:
        if found.is_dir():
            hint = nearest_names(found / "x")
            raise DataError(Problem(key, f"{path} is a folder, expected a file", hint=hint))
        if found.exists() and not found.is_file():
            hint = "copy into a file what comes out of it"
            raise DataError(Problem(key, f"{path} is no regular file, but a device or a pipe", hint=hint))
        if not found.is_file():
            raise DataError(Problem(key, f"no such file: {path}{_resolved(path)}", hint=nearest_names(found)))
        with found.open("rb") as stream:
            stream.read(1)
    except OSError as error:
        raise DataError(
            Problem(key, f"{path} cannot be read: {error.strerror}", hint="check its permissions")
        ) from error
    return found


def fitting(path: Path, key: str) -> list[Path]:
    """The path itself, or the files that fit it as a pattern, in order.

    Raises:
        DataError: no file fits; names the nearest files that exist.
    """
    place = user_path(path)
    if not set("*?[") & set(str(path)) or place.exists():
        return [path]
    found = sorted(glob.glob(str(place)))  # noqa: PTH207  patterns may be absolute
    if not found:
        raise DataError(Problem(key, f"no file fits the pattern {path}", hint=nearest_names(place)))
    return [Path(f) for f in found]


def _resolved(path: Path) -> str:
    return "" if path.is_absolute() else f" (below {Path.cwd()})"


def nearest_names(path: Path) -> str:
    """A hint for a path that leads nowhere: the nearest names beside it, or the first folder that exists."""
    folder = path.parent
    if not folder.is_dir():
        there = next(p for p in path.absolute().parents if p.is_dir())
        return f"the folder {folder} does not exist; {there} does"
    names = sorted(p.name for p in folder.iterdir())
    near = get_close_matches(path.name, names, n=3, cutoff=0.5)
    if near:
        return f"did you mean {' or '.join(near)}?"
    more = ", ..." if len(names) > 8 else ""
    return f"in that folder: {', '.join(names[:8])}{more}" if names else "that folder is empty"


def looks_like(path: Path) -> str:
    """What the first bytes of a file say that it is.

    >>> from tempfile import TemporaryDirectory
    >>> with TemporaryDirectory() as folder:
    ...     file = Path(folder, "level.nc")
    ...     _ = file.write_text("time,level")
    ...     looks_like(file)
    "text that begins with 'time,level'"
    """
    with path.open("rb") as stream:
        head = stream.read(64)
    if not head:
        return "an empty file"
    for magic, name in _MAGIC.items():
        if head.startswith(magic):
            return name
    try:
        line = head.decode("utf-8", errors="strict" if len(head) < 60 else "ignore").splitlines()[0]
    except UnicodeDecodeError:
        line = ""
    printable = line.isprintable() and bool(line.strip())
    return f"text that begins with {line[:40]!r}" if printable else "unknown binary data"
