"""Secrets are used and never shown: registered values are replaced in everything this package writes or prints."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Callable, Iterator
from functools import partial
from itertools import pairwise
from typing import Any
from urllib.parse import unquote

_SECRET_WORD = re.compile(
    r"(?:^|_)(?:[a-z]*(?:tokens?|secrets?|passwords?|passwd|passphrase|credentials?)|pat|(?<=_)pwd)(?=$|[^a-z])"
    r"|(?:api|(?:^|_)(?:access|auth|private|secret|signing))_?key(?=$|[^a-z])"
    r"|pass(?=$|[^a-z])"
    r"|(?:^|_)auth(?:orization)?$"
)
_NO_SECRET = re.compile(
    r"max_tokens|(?:all|band|by|com|first|high|low|over|second|single|sur|tres|under)_?pass(?![a-z])"
)
"""What ends like a secret and is none: counts of words, filters, ways round."""
_VARIABLE_KEY = re.compile(r"[A-Z0-9_]+_KEY")
"""An environment variable, by its capitals; a lower-case ``sort_key`` of a config is none."""
_URL_PASSWORD = re.compile(
    r"(?P<user>\b[a-z][a-z0-9+.-]{0,31}://[^\s/:@]*):"
    r"(?P<password>(?:[^\s/@]+|(?!\d{1,5}/)[^\s\"'@]+)(?:@[^\s/@]+)*)@"  # a slash in it follows no port
)
_PLACES = ("file", "path", "dir")
"""Ends of the names of options that say where a secret is, and not what."""
_COMMANDS = {"command", "argv", "mpiexec"}
"""Keys of what is executed, in whose words there may be options such as ``--token TEXT``."""
_URL_QUERY = re.compile(r"\?[^\s\"'<>?]*=[^\s\"'<>]*")
_PARAMETER = re.compile(r"(?P<start>[?&](?P<name>[^=&?]+)=)(?P<value>[^&#]+)")
_SECRET_PARAMETERS = {"key", "sig", "signature", "jwt", "pwd"}
"""Parameters of an address that are secrets there, beside those whose name says so anywhere."""
_DOUBTFUL_PARAMETERS = {"key"}
"""Those of them that may as well say which data are meant: ``?key=perth``."""
_HIDDEN = "***"
_MASKED = re.compile(r"(?:^|=)\*\*\*$|://[^\s/:@]*:\*\*\*@")
_SHORTEST = 4
_SHORTEST_LINE = 8

_registered: dict[str, str] = {}


def looks_secret(name: str) -> bool:
    """Whether a key or the name of an environment variable says that its value is a secret.

    >>> [looks_secret(name) for name in ("API_TOKEN", "PGPASSWORD", "CDSAPI_KEY", "keyboard", "sort_key")]
    [True, True, True, False, False]
    """
    if _VARIABLE_KEY.fullmatch(name):
        return True
    words = re.sub(r"([a-z])([A-Z])", r"\1_\2", name).lower()
    return bool(_SECRET_WORD.search(_NO_SECRET.sub("", re.sub(r"[^a-z0-9]+", "_", words))))


def register(value: str, placeholder: str = "***") -> None:
    """From now on show `placeholder` wherever `value` would appear; values below four characters are left alone.

    A line of a longer text, such as a private key, is hidden where it appears alone too.
    """
    if len(value) >= _SHORTEST:
        _registered.setdefault(value, placeholder)
    lines = [line.strip() for line in value.splitlines()]
    for line in lines if len(lines) > 1 else ():
        if len(line) >= _SHORTEST_LINE:
            _registered.setdefault(line, "***")


def register_tree(data: Any) -> None:
    """Register every text in plain data whose key says that it is a secret, of ``auth: [user, password]`` the second.

    The token of a header such as ``Bearer TOKEN`` is hidden where it appears alone too, and so are the password of an
    address and, in a command, the value of an option such as ``--token``.
    """
    if isinstance(data, dict):
        for key, value in data.items():
            for text in _texts(str(key), value):
                register(text)
                register(text.partition(" ")[2])
            for text in _option_values(value) if key in _COMMANDS else ():
                register(text)
            register_tree(value)
    elif isinstance(data, list | tuple):
        for value in data:
            register_tree(value)
    elif isinstance(data, str):
        for found in _URL_PASSWORD.finditer(data):
            register(found["password"])
            register(unquote(found["password"]))


def registered() -> dict[str, str]:
    """Value -> placeholder, to be restored in another process."""
    return dict(_registered)


def restore(known: dict[str, str]) -> None:
    """Know again what another process had registered."""
    _registered.update(known)


def mask(text: str, doubtful: Callable[[str], str] = lambda _: _HIDDEN) -> str:
    """The text with every registered secret, and every password, token or signature in a URL, replaced.

    Args:
        text: what is to be shown.
        doubtful: what to show of a parameter that is a secret or says which data are meant; hidden unless said here.

    >>> mask("https://ann:hunter2@example.org/data?token=abc&year=2023")
    'https://ann:***@example.org/data?token=***&year=2023'
    """
    for value in sorted(_registered, key=len, reverse=True):
        text = text.replace(value, _registered[value])
    text = _URL_PASSWORD.sub(r"\g<user>:***@", text)
    masked = partial(_mask_parameter, doubtful=doubtful)
    return _URL_QUERY.sub(lambda query: _PARAMETER.sub(masked, query[0]), text) if "?" in text else text


def is_masked(text: str) -> bool:
    """Whether a word, such as one that was recorded, has ``***`` where a secret was.

    >>> [is_masked(word) for word in ("***", "--token=***", "https://ann:***@example.org", "*** start ***")]
    [True, True, True, False]
    """
    return bool(_MASKED.search(text))


def tag(value: str) -> str:
    """Stands for a text that may be a secret: tells two apart, and is too short to find out which text it was.

    >>> tag("perth") != tag("sydney")
    True
    """
    return f"{_HIDDEN}{hashlib.sha256(value.encode()).hexdigest()[:4]}"


def _mask_parameter(found: re.Match[str], doubtful: Callable[[str], str]) -> str:
    name, value = re.sub(r"(?i)^x-(amz|goog)-", "", found["name"]).lower(), found["value"]
    if value.startswith(("${", _HIDDEN)) or not (looks_secret(found["name"]) or name in _SECRET_PARAMETERS):
        return found[0]
    return f"{found['start']}{doubtful(value) if name in _DOUBTFUL_PARAMETERS else _HIDDEN}"


def mask_tree(data: Any, doubtful: Callable[[str], str] = lambda _: _HIDDEN) -> Any:
    """A copy of plain data with every string masked; values under keys that look secret are hidden altogether."""
    if isinstance(data, dict):
        return {k: _mask_value(str(k), v, doubtful) for k, v in data.items()}
    if isinstance(data, list | tuple):
        return [mask_tree(v, doubtful) for v in data]
    return mask(data, doubtful) if isinstance(data, str) else data


def _mask_value(key: str, value: Any, doubtful: Callable[[str], str]) -> Any:
    hidden = [text for text in _texts(key, value) if not text.startswith("${")]
    if isinstance(value, str):
        return _HIDDEN if hidden else mask(value, doubtful)
    return [_HIDDEN if v in hidden else mask_tree(v, doubtful) for v in value] if hidden else mask_tree(value, doubtful)


def _option_values(command: Any) -> Iterator[str]:
    """What follows options whose names say that it is a secret; a variable or a file that holds it is none."""
    given = command.split() if isinstance(command, str) else command
    words = [str(word) for word in given] if isinstance(given, list | tuple) else []
    for word, following in pairwise([*words, ""]):
        name, equals, value = word.partition("=")
        is_secret = name.startswith("-") and looks_secret(name.lstrip("-")) and not name.endswith(_PLACES)
        text = (value if equals else following).strip("\"'")
        if is_secret and not text.startswith(("-", "$")):
            yield text


def _texts(key: str, value: Any) -> list[str]:
    """What is secret under a key: a text or those of a list, for ``auth: [user, password]`` the second."""
    if not looks_secret(key):
        return []
    several = value if isinstance(value, list | tuple) else [value]
    texts = [v for v in several if isinstance(v, str)]
    return texts[1:] if key.lower() == "auth" and len(texts) == 2 else texts
