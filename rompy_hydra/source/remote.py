"""Files at addresses: looked at, and fetched into the cache."""

from __future__ import annotations

import asyncio
import logging
import os
import time
from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import replace
from pathlib import Path
from typing import Any

from ..core import secrets
from ..core.extras import install_command
from ..core.files import existing_file, user_path
from ..core.hashing import hash_data, hash_file
from ..core.inputs import Input
from ..core.store import THIS_PROCESS, Store, need_room
from ..errors import ConfigError, DataError, Problem
from .answers import is_full_disk, is_passing, reason, refusal, server_errors, status_of

log = logging.getLogger(__name__)

DOWNLOAD = "download"
_PAUSES_S = (0.5, 2.0)
"""Before the second attempt, and before the last one."""
_SILENCE_S = 60.0
"""A server that sends nothing for so long is given up."""
_PARTING_S = 2.0
"""For what is left to be done when a download is given up."""
_LOOKED_AT_S = 60.0
"""For so long an address is not looked at again; one that was refused, for a moment only."""
_REFUSED_S = 5.0
_LISTING_S = 20.0
"""A store of so many files that listing them takes longer is not listed."""
_EXTRAS = {"s3": "s3", "s3a": "s3", "gs": "gcs", "gcs": "gcs"}
_VERSIONS = (
    "ETag",
    "etag",
    "Last-Modified",
    "LastModified",
    "last_modified",
    "updated",
    "created",
    "modify",
    "mtime",
    "Content-MD5",
    "md5Hash",
    "VersionId",
    "generation",
    "sha",
)
"""What tells one content from another at the same address, as the filesystems of fsspec call it."""
_UNLISTED = "where the server does not list its files, name each of them instead of a pattern"
_known: dict[str, tuple[float, dict[str, Any] | DataError]] = {}


def is_remote(path: str) -> bool:
    """Whether a path is an address."""
    return "://" in path and not path.startswith("file://")


def filesystem(url: str, storage: Mapping[str, Any], key: str) -> tuple[Any, str]:
    """The fsspec filesystem of an address, and the path in it.

    Raises:
        ConfigError: an unknown kind of address, or a package that is not installed; with the command that installs it.
    """
    from fsspec.core import url_to_fs

    secrets.register_tree(dict(storage))
    protocol = url.partition("://")[0].partition("::")[0]
    try:
        found: tuple[Any, str] = url_to_fs(url, **options_for(url, storage))
    except ImportError as error:
        extra = _EXTRAS.get(protocol)
        hint = install_command(extra) if extra else str(error)
        message = f"addresses that begin with {protocol}:// need a package that is not installed"
        raise ConfigError(Problem(key, message, secrets.mask(url), hint=hint)) from error
    except ValueError as error:
        raise ConfigError(Problem(key, f"this address is not understood: {error}", secrets.mask(url))) from error
    return found


def options_for(url: str, storage: Mapping[str, Any]) -> dict[str, Any]:
    """Those of the user for fsspec; over HTTP a download may last as long as bytes arrive."""
    if not url.startswith(("http://", "https://")):
        return dict(storage)
    import aiohttp

    patience = aiohttp.ClientTimeout(total=None, sock_connect=_SILENCE_S, sock_read=_SILENCE_S)
    return {**storage, "client_kwargs": {"timeout": patience, **storage.get("client_kwargs", {})}}


def matching(pattern: str, storage: Mapping[str, Any], key: str) -> list[str]:
    """The addresses that fit a pattern, in order.

    Raises:
        DataError: there are none, or the server does not list its files.
    """
    fs, path = filesystem(pattern, storage, key)
    fs.invalidate_cache()  # which may be older than the files
    try:
        found = _attempted(lambda: sorted(fs.glob(path)), pattern, storage, key)
    except DataError as error:
        if status_of(error) not in (403, 404):
            raise
        raise DataError(replace(p, hint=f"{p.hint}; {_UNLISTED}") for p in error.problems) from error
    if not found:
        message = f"no file fits the pattern {secrets.mask(pattern)}"
        raise DataError(Problem(key, message, hint=f"check the address; {_UNLISTED}"))
    return [fs.unstrip_protocol(p) for p in found]


def looked_at(url: str, storage: Mapping[str, Any], key: str) -> dict[str, Any]:
    """What a server says of a file without sending it: size, version, time of change.

    Raises:
        DataError: it is not there, may not be read, or cannot be reached; with the server's answer.
    """
    return _remembered(hash_data([url, storage]), lambda: _looked_at(url, storage, key), key)


def listed(url: str, storage: Mapping[str, Any], key: str) -> dict[str, Any]:
    """What a server says of every file in a folder, by name; empty where it does not tell the version of each.

    Raises:
        DataError: it cannot be reached, or may not be read.
    """
    if url.startswith(("http://", "https://")):
        return {}  # of which a list is a page of names
    return _remembered(hash_data([url, storage, "files"]), lambda: _listed(url, storage, key), key)


def _remembered(name: str, look: Callable[[], dict[str, Any]], key: str) -> dict[str, Any]:
    """What is seen by looking, which is not done again for a while."""
    when, kept = _known.get(name, (-_LOOKED_AT_S, {}))
    age_s = time.monotonic() - when
    if isinstance(kept, DataError) and age_s < _REFUSED_S:
        raise DataError(replace(p, key=key) for p in kept.problems) from kept
    if not isinstance(kept, DataError) and age_s < _LOOKED_AT_S:
        return kept
    try:
        said = look()
    except DataError as error:
        _known[name] = time.monotonic(), error
        raise
    _known[name] = time.monotonic(), said
    return said


def _looked_at(url: str, storage: Mapping[str, Any], key: str) -> dict[str, Any]:
    fs, path = filesystem(url, storage, key)
    said: dict[str, Any] = _attempted(lambda: _info(fs, path), url, storage, key)
    told = _told(said)
    if told.get("type") == "directory":
        hint = "is it a Zarr store? then set format: zarr, or let its name end in .zarr"
        raise DataError(Problem(key, f"{secrets.mask(url)} is a folder, expected a file", hint=hint))
    return told


def _told(said: Mapping[str, Any]) -> dict[str, Any]:
    return {k: str(v) for k, v in said.items() if k in ("size", "type", *_VERSIONS) and v is not None}


def _listed(url: str, storage: Mapping[str, Any], key: str) -> dict[str, Any]:
    from fsspec.asyn import AsyncFileSystem, sync
    from fsspec.exceptions import FSTimeoutError

    fs, path = filesystem(url, storage, key)
    fs.invalidate_cache()

    def look() -> dict[str, Any]:
        if not isinstance(fs, AsyncFileSystem):
            return dict(fs.find(path, detail=True))
        with suppress(FSTimeoutError):
            return dict(sync(fs.loop, fs._find, path, detail=True, timeout=_LISTING_S))
        return {}

    found = {name: _told(said) for name, said in _attempted(look, url, storage, key).items()}
    return found if all(map(_has_version, found.values())) else {}


def _info(fs: Any, path: str) -> Any:
    try:
        return fs.info(path)
    except OSError as error:
        if "s3" in fs.protocol and status_of(error) in (400, 403):
            fs.cat_file(path, start=0, end=1)  # only the answer to this says why
        raise


def fetched(url: str, storage: Mapping[str, Any], sha256: str | None, key: str) -> Path:
    """A copy of a file in the cache; fetched when it is not there, or the server has another one now.

    One whose hash is given needs no server once it is there. One of which the server tells no version is fetched once
    by each process.

    Raises:
        DataError: it cannot be fetched, or is not the one whose hash was given.
    """
    said = {} if sha256 else looked_at(url, storage, key)
    fs, path = filesystem(url, storage, key)
    name = os.path.basename(path.split("?")[0]) or "data"  # noqa: PTH119  of an address

    def make(target: Path) -> None:
        expected = said or looked_at(url, storage, key)
        need_room(Store().root, int(expected.get("size") or 0), f"the copy of {secrets.mask(url)}", key)
        log.info("fetching %s", secrets.mask(url))
        _attempted(lambda: _fetch(fs, path, target, expected), url, storage, key)
        check_hash(hash_file(target), sha256, url, key)

    address = secrets.mask(url, str)  # of which the store shows no more than any other text
    by = said if _has_version(said) else {**said, "process": THIS_PROCESS}
    made_of = {"sha256": sha256.lower()} if sha256 else {"url": address, "said": by}
    return Store().get(DOWNLOAD, made_of, name, make, what=url)


def local_file(path: str, storage: Mapping[str, Any], sha256: str | None, key: str) -> Path:
    """The file at a path, or the copy in the cache of one at an address.

    Raises:
        DataError: it is not there, cannot be read or fetched, or is not the one whose hash was given.
    """
    if is_remote(path):
        return fetched(path, storage, sha256, key)
    found = existing_file(Path(path.removeprefix("file://")), key)
    if sha256 is not None:
        check_hash(Store().hash_of(found), sha256, path, key)
    return found


def file_input(path: str, storage: Mapping[str, Any], sha256: str | None, key: str) -> Input:
    """A file or an address as an input; of an address with what tells its content from another one there.

    Raises:
        DataError: the server does not tell.
    """
    if not is_remote(path):
        return Input(key, user_path(Path(path.removeprefix("file://"))))
    if sha256 is not None:
        return Input(key, url=path, version=sha256.lower())
    said = looked_at(path, storage, key)
    version = hash_data(said) if _has_version(said) else Store().hash_of(fetched(path, storage, None, key))
    return Input(key, url=path, version=version)


def check_hash(found: str, expected: str | None, name: str, key: str) -> None:
    """Nothing for the content that is expected.

    Raises:
        DataError: it is another one.
    """
    if expected is not None and found != expected.lower():
        message = f"{secrets.mask(name)} is not the file that was expected: its SHA-256 is {found}"
        where = f"{key.rpartition('.')[0]}.sha256".lstrip(".")
        raise DataError(Problem(where, message, expected, hint="check the address and the hash: one of them is wrong"))


def _has_version(said: Mapping[str, Any]) -> bool:
    return any(name in said for name in _VERSIONS)


def _fetch(fs: Any, path: str, target: Path, said: Mapping[str, Any]) -> None:
    fs.get_file(path, str(target))
    size = int(said.get("size") or 0)
    if size and target.stat().st_size != size:
        got = target.stat().st_size
        target.unlink()
        raise ConnectionError(f"it was cut short: {got} of {size} bytes")


def _attempted(action: Callable[[], Any], url: str, storage: Mapping[str, Any], key: str) -> Any:
    """Do it; again after a pause where the network, and not the answer, is at fault."""
    unknown_option = (TypeError,) if storage else ()
    pauses = iter(() if url.startswith("s3") else _PAUSES_S)  # the library for S3 tries again by itself
    while True:
        try:
            return action()
        except KeyboardInterrupt:
            _give_up()
            raise
        except server_errors(*unknown_option) as error:
            pause_s = next(pauses, None)
            if is_full_disk(error):
                raise
            if pause_s is None or not is_passing(error):
                raise refusal(error, url, key) from error
            log.warning("%s: %s; trying again in %g s", secrets.mask(url), reason(error), pause_s)
        time.sleep(pause_s)


def _give_up() -> None:
    """End what fsspec does in a thread of its own, where it would go on after Ctrl-C."""
    from fsspec.asyn import get_loop

    async def cancel() -> None:
        others = asyncio.all_tasks() - {asyncio.current_task()}
        for task in others:
            task.cancel()
        if others:
            await asyncio.wait(others, timeout=_PARTING_S)

    with suppress(TimeoutError):
        asyncio.run_coroutine_threadsafe(cancel(), get_loop()).result(timeout=2 * _PARTING_S)
