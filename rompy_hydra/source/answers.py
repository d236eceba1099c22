"""What the errors of the libraries that talk to servers mean, in the words of a user."""

from __future__ import annotations

import errno
import sys
from collections.abc import Iterator
from dataclasses import replace
from http import HTTPStatus

from ..core import secrets
from ..errors import ConfigError, DataError, Problem, RompyHydraError

_LATER = (408, 425, 429, 500, 502, 503, 504)
"""HTTP answers that may be another one in a moment."""
_UNREACHABLE = {"EndpointConnectionError", "ConnectTimeoutError", "ReadTimeoutError", "ClientPayloadError"}
"""Classes of libraries that are no ConnectionError although they mean one."""
_LONGEST = 160
"""Characters of a reason; a library may quote whole answers."""
_NO_CREDENTIAL = {"NoCredentialsError", "PartialCredentialsError", "TokenRetrievalError", "UnauthorizedSSOTokenError"}
_BEARER = '{headers: {Authorization: "Bearer ${oc.env:TOKEN}"}}, or as a part of the address'
_CREDENTIALS = {
    "http": _BEARER,
    "https": _BEARER,
    "s3": '{key: "${oc.env:KEY}", secret: "${oc.env:SECRET}"}, or {anon: true} where all may read',
}
"""Kind of address -> how a credential is given in the key ``storage``."""


def server_errors(*more: type[BaseException]) -> tuple[type[BaseException], ...]:
    """What libraries raise over an answer or for want of one, as far as they are loaded; and `more`."""
    found: list[type[BaseException]] = [OSError, *more]  # those of requests are among the first
    if "aiohttp" in sys.modules:
        found.append(sys.modules["aiohttp"].ClientError)
    if "botocore.exceptions" in sys.modules:
        found += [sys.modules["botocore.exceptions"].BotoCoreError, sys.modules["botocore.exceptions"].ClientError]
    if "oceanum.datamesh.exceptions" in sys.modules:
        found.append(sys.modules["oceanum.datamesh.exceptions"].DatameshConnectError)
    return tuple(found)


def status_of(error: BaseException) -> int | None:
    """The HTTP status that a server answered with, if it answered."""
    for cause in _chain(error):
        told = getattr(cause, "response", None)
        in_answer = told.get("ResponseMetadata", {}).get("HTTPStatusCode") if isinstance(told, dict) else None
        status = getattr(cause, "status", None) or in_answer or getattr(told, "status_code", None)
        if isinstance(status, int) and status >= 300 and not _is_malformed(cause):
            return status
    return None


def is_passing(error: BaseException) -> bool:
    """Whether it may be gone in a moment: no answer, or one that says so; never a full disk."""
    status = status_of(error)
    if status is not None:
        return status in _LATER
    return is_of_network(error)


def is_of_network(error: BaseException) -> bool:
    """Whether there was no answer, or not all of one."""
    chain = list(_chain(error))
    modules = {type(c).__module__.partition(".")[0] for c in chain}
    is_lost = any(isinstance(c, ConnectionError | TimeoutError) for c in chain)
    return is_lost or bool({type(c).__name__ for c in chain} & _UNREACHABLE or modules & {"aiohttp", "requests"})


def is_about_credential(error: BaseException) -> bool:
    """Whether a credential is missing, wrong or too old."""
    kinds = {type(c).__name__ for c in _chain(error)}
    if kinds & _NO_CREDENTIAL or "PermissionError" in kinds:
        return True
    status = status_of(error)
    return status in (401, 403) or (status == 400 and "token" in reason(error).lower())


def reason(error: BaseException) -> str:
    """Why, on one line."""
    status, innermost = status_of(error), list(_chain(error))[-1]
    said = str(getattr(innermost, "message", "") or innermost) or type(innermost).__name__
    if status is None:
        return secrets.mask(" ".join(said.split()))[:_LONGEST]
    phrase = HTTPStatus(status).phrase if status in set(HTTPStatus) else ""
    answer = f"the server answers {status} {phrase}".strip()
    told = getattr(innermost, "response", None)
    detail = told.get("Error", {}).get("Message", "") if isinstance(told, dict) else getattr(innermost, "detail", "")
    return answer if detail in ("", phrase) else secrets.mask(f"{answer}: {detail}")


def refusal(error: BaseException, url: str, key: str) -> RompyHydraError:
    """What to tell the user."""
    status, where = status_of(error), secrets.mask(url)
    if any(isinstance(c, TypeError) for c in _chain(error)):
        return _unknown_option(error, url, key)
    if is_about_credential(error):
        return DataError(Problem(key, f"{where} may not be read: {reason(error)}", hint=_credential_hint(url)))
    if isinstance(error, FileNotFoundError) and status in (None, 404) and not is_passing(error):
        told = f": {reason(error)}" if status else ""
        return DataError(Problem(key, f"there is nothing at {where}{told}", hint="check the address"))
    return DataError(Problem(key, f"{where} cannot be fetched: {reason(error)}", hint=_later_hint(error)))


def unreadable(error: BaseException, key: str) -> Problem:
    """The problem where values cannot be read of data that could be opened."""
    if is_of_network(error) or status_of(error) is not None:
        message = f"the data cannot be read to their end: {reason(error)}"
        return Problem(key, message, hint=_later_hint(error), data=True)
    hint = "the file is damaged or cut short; copy or download it again"
    return Problem(key, f"the data cannot be read: {error}", hint=hint, data=True)


def is_full_disk(error: BaseException) -> bool:
    """Whether it is the disk of this machine that has no room."""
    return isinstance(error, OSError) and error.errno in (errno.ENOSPC, errno.EDQUOT)


def at_key(error: RompyHydraError, key: str) -> RompyHydraError:
    """The same error for problems below a config key."""
    return type(error)(replace(p, key=f"{key}.{p.key}" if p.key else key) for p in error.problems)


def _later_hint(error: BaseException) -> str:
    if is_about_credential(error):
        return "check the credential, it may be wrong or have expired"
    status = status_of(error)
    if status is None:
        return "check the address and the network, and try again later"
    return "the server is in trouble; try again later" if status in _LATER else "check the address"


def _credential_hint(url: str) -> str:
    if "=***" in url or ":***@" in url:
        return "the secret of this address was left out when it was recorded; write ${oc.env:NAME} in place of ***"
    how = _CREDENTIALS.get(url.partition("://")[0], "")
    given = f"storage: {how}" if how else "the key storage beside it"
    return f"check the credential, it may be wrong or have expired; it is given as {given}"


def _unknown_option(error: BaseException, url: str, key: str) -> ConfigError:
    where = f"{key.rpartition('.')[0]}.storage".lstrip(".")
    protocol = url.partition("://")[0]
    message = f"{protocol}:// does not take these options: {reason(error)}"
    return ConfigError(Problem(where, message, hint=f"they are those of fsspec for {protocol}"))


def _is_malformed(error: BaseException) -> bool:
    """Whether aiohttp makes up a status for an answer that it cannot read."""
    return any(type(c).__module__ == "aiohttp.http_exceptions" for c in _chain(error))


def _chain(error: BaseException) -> Iterator[BaseException]:
    """An error and what it was raised from, the innermost last."""
    here: BaseException | None = error
    while here is not None:
        yield here
        here = here.__cause__ or here.__context__
