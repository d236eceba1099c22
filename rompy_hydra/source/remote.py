"""Files at addresses: looked at, and fetched into the cache."""

from __future__ import annotations

import errno
import hashlib
import logging
import os
import sys
import time
from collections.abc import Callable, Iterator, Mapping
from http import HTTPStatus
from pathlib import Path
from typing import Any

from ..core import secrets
from ..core.hashing import hash_data
from ..core.store import Store, need_room
from ..errors import ConfigError, DataError, Problem

log = logging.getLogger(__name__)

DOWNLOAD = "download"
_PAUSES_S = (0.5, 2.0)
"""Before the second attempt, and before the last one."""
_PASSING = (408, 425, 429, 500, 502, 503, 504)
"""HTTP answers that may be another one in a moment."""
_UNREACHABLE = {"EndpointConnectionError", "ConnectTimeoutError", "ReadTimeoutError", "ClientPayloadError"}
"""Classes of libraries that are no ConnectionError although they mean one."""
_LOOKED_AT_S = 60.0
"""For so long an address is not looked at again."""
_EXTRAS = {"s3": "s3", "s3a": "s3", "gs": "gcs", "gcs": "gcs"}
_known: dict[str, tuple[float, dict[str, Any]]] = {}


def is_remote(path: str) -> bool:
    """Whether a path is an address."""
    return "://" in path and not path.startswith("file://")


def filesystem(url: str, storage: Mapping[str, Any], key: str) -> tuple[Any, str]:
    """The fsspec filesystem of an address, and the path in it.

    Raises:
        ConfigError: an unknown kind of address, or a package that is not installed; with the command that installs it.
    """
    from fsspec.core import url_to_fs

    protocol = url.partition("://")[0].partition("::")[0]
    try:
        found: tuple[Any, str] = url_to_fs(url, **storage)
    except ImportError as error:
        extra = _EXTRAS.get(protocol)
        hint = f'pip install "rompy-hydra[{extra}]"' if extra else str(error)
        message = f"addresses that begin with {protocol}:// need a package that is not installed"
        raise ConfigError(Problem(key, message, secrets.mask(url), hint=hint)) from error
    except ValueError as error:
        raise ConfigError(Problem(key, f"this address is not understood: {error}", secrets.mask(url))) from error
    return found


def looked_at(url: str, storage: Mapping[str, Any], key: str) -> dict[str, Any]:
    """What a server says of a file without sending it: size, version, time of change.

    Raises:
        DataError: it is not there, may not be read, or cannot be reached; with the server's answer.
    """
    name = hash_data([url, storage])
    if name in _known and time.monotonic() - _known[name][0] < _LOOKED_AT_S:
        return _known[name][1]
    fs, path = filesystem(url, storage, key)
    said: dict[str, Any] = _attempted(lambda: fs.info(path), url, key)
    kept = {k: str(v) for k, v in said.items() if k in _TELLING and v is not None}
    if said.get("type") == "directory":
        kept["type"] = "directory"
    _known[name] = time.monotonic(), kept
    return kept


_TELLING = (
    "size",
    "ETag",
    "etag",
    "Last-Modified",
    "LastModified",
    "mtime",
    "Content-MD5",
    "md5Hash",
    "VersionId",
    "sha",
)


def fetched(url: str, storage: Mapping[str, Any], sha256: str | None, key: str) -> Path:
    """A copy of a file in the cache; fetched when it is not there, or the server has another one now.

    Raises:
        DataError: it cannot be fetched, or is not the one whose hash was given.
    """
    said = looked_at(url, storage, key)
    fs, path = filesystem(url, storage, key)
    name = os.path.basename(path.split("?")[0]) or "data"  # noqa: PTH119  of an address

    def make(target: Path) -> None:
        need_room(target.parent, int(said.get("size") or 0), f"the copy of {secrets.mask(url)}", key)
        log.info("fetching %s", secrets.mask(url))
        _attempted(lambda: _fetch(fs, path, target, said), url, key)
        if sha256 is not None and (found := _sha256(target)) != sha256.lower():
            message = f"what was fetched is not the file that was expected: its SHA-256 is {found}"
            raise DataError(Problem(key, message, sha256, hint="check the address and the hash"))

    made_of = {"url": secrets.mask(url), "said": said, "sha256": sha256}
    return Store().get(DOWNLOAD, made_of, name, make, what=url)


def _fetch(fs: Any, path: str, target: Path, said: Mapping[str, Any]) -> None:
    fs.get_file(path, str(target))
    size = int(said.get("size") or 0)
    if size and target.stat().st_size != size:
        got = target.stat().st_size
        target.unlink()
        raise ConnectionError(f"it was cut short: {got} of {size} bytes")


def _sha256(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def _attempted(action: Callable[[], Any], url: str, key: str) -> Any:
    """Do it; again after a pause where the network, and not the answer, is at fault."""
    for pause_s in _PAUSES_S:
        try:
            return action()
        except _errors() as error:
            if not _is_passing(error):
                raise _refusal(error, url, key) from error
            log.warning("%s: %s; trying again in %g s", secrets.mask(url), _reason(error), pause_s)
            time.sleep(pause_s)
    try:
        return action()
    except _errors() as error:
        raise _refusal(error, url, key) from error


def _errors() -> tuple[type[BaseException], ...]:
    """What the libraries behind fsspec raise, as far as they are loaded."""
    found: list[type[BaseException]] = [OSError]
    if "aiohttp" in sys.modules:
        found.append(sys.modules["aiohttp"].ClientError)
    if "botocore.exceptions" in sys.modules:
        found += [sys.modules["botocore.exceptions"].BotoCoreError, sys.modules["botocore.exceptions"].ClientError]
    return tuple(found)


def _chain(error: BaseException) -> Iterator[BaseException]:
    """An error and what it was raised from, the innermost last."""
    here: BaseException | None = error
    while here is not None:
        yield here
        here = here.__cause__ or here.__context__


def _status(error: BaseException) -> int | None:
    """The HTTP status that a server answered with, if it answered."""
    for cause in _chain(error):
        told = getattr(cause, "response", None)
        in_answer = told.get("ResponseMetadata", {}).get("HTTPStatusCode") if isinstance(told, dict) else None
        status = getattr(cause, "status", None) or in_answer
        if isinstance(status, int) and status >= 300:
            return status
    return None


def _is_passing(error: BaseException) -> bool:
    """Whether it may be gone in a moment: no answer, or one that says so; never a full disk."""
    status = _status(error)
    if status is not None:
        return status in _PASSING
    names = {type(c).__name__ for c in _chain(error)}
    return any(isinstance(c, ConnectionError | TimeoutError) for c in _chain(error)) or bool(names & _UNREACHABLE)


def _reason(error: BaseException) -> str:
    status, innermost = _status(error), list(_chain(error))[-1]
    if status is not None:
        phrase = HTTPStatus(status).phrase if status in set(HTTPStatus) else ""
        return f"the server answers {status} {phrase}".strip()
    return secrets.mask(str(innermost) or type(innermost).__name__)


def _refusal(error: BaseException, url: str, key: str) -> BaseException:
    """What to tell the user; a full disk stays what it is."""
    if isinstance(error, OSError) and error.errno in (errno.ENOSPC, errno.EDQUOT):
        return error
    status, where = _status(error), secrets.mask(url)
    if isinstance(error, PermissionError) or status in (401, 403):
        hint = f"check the credential, it may have expired; give it as {key.rpartition('.')[0]}.storage".replace(
            " .", " "
        )
        return DataError(Problem(key, f"{where} may not be read: {_reason(error)}", hint=hint))
    if isinstance(error, FileNotFoundError) and (status in (None, 404) and not _is_passing(error)):
        return DataError(Problem(key, f"there is nothing at {where}: {_reason(error)}", hint="check the address"))
    hint = "check the address and the network, and try again later"
    return DataError(Problem(key, f"{where} cannot be reached: {_reason(error)}", hint=hint))
