"""Secrets are used and never shown: registered values are replaced in everything this package writes or prints."""

from __future__ import annotations

import re
from typing import Any

_SECRET_WORD = re.compile(
    r"(?:^|_)(?:[a-z]*(?:tokens?|secrets?|passwords?|passwd|passphrase|credentials?)|pat|(?<=_)pwd)(?=$|[^a-z])"
    r"|(?:api|(?:^|_)(?:access|auth|private|secret|signing))_?key(?=$|[^a-z])"
    r"|pass(?=$|[^a-z])"
)
_NO_SECRET = re.compile(
    r"max_tokens|(?:all|band|by|com|first|high|low|over|second|single|sur|tres|under)_?pass(?![a-z])"
)
"""What ends like a secret and is none: counts of words, filters, ways round."""
_VARIABLE_KEY = re.compile(r"[A-Z0-9_]+_KEY")
"""An environment variable, by its capitals; a lower-case ``sort_key`` of a config is none."""
_URL_PASSWORD = re.compile(
    r"(?P<user>\b[a-z][a-z0-9+.-]{0,31}://[^\s/:@]*):"
    r"(?:[^\s/@]+|(?!\d{1,5}/)[^\s\"'@]+)(?:@[^\s/@]+)*@"  # a slash may be in it, unless it follows a port
)
_URL_QUERY = re.compile(r"\?[^\s\"'<>?]*=[^\s\"'<>]*")
_PARAMETER = re.compile(r"(?P<start>[?&](?P<name>[^=&?]+)=)(?P<value>[^&#]+)")
_SECRET_PARAMETERS = {"key", "sig", "signature", "auth", "authorization", "jwt", "pwd"}
"""Parameters of an address that are secrets there, beside those whose name says so anywhere."""
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
    """Register every text in plain data whose key says that it is a secret."""
    if isinstance(data, dict):
        for key, value in data.items():
            if isinstance(value, str) and looks_secret(str(key)):
                register(value)
            register_tree(value)
    elif isinstance(data, list | tuple):
        for value in data:
            register_tree(value)


def registered() -> dict[str, str]:
    """Value -> placeholder, to be restored in another process."""
    return dict(_registered)


def restore(known: dict[str, str]) -> None:
    """Know again what another process had registered."""
    _registered.update(known)


def mask(text: str) -> str:
    """The text with every registered secret, and every password, token or signature in a URL, replaced.

    >>> mask("https://ann:hunter2@example.org/data?token=abc&year=2023")
    'https://ann:***@example.org/data?token=***&year=2023'
    """
    for value in sorted(_registered, key=len, reverse=True):
        text = text.replace(value, _registered[value])
    text = _URL_PASSWORD.sub(r"\g<user>:***@", text)
    return _URL_QUERY.sub(lambda query: _PARAMETER.sub(_mask_parameter, query[0]), text) if "?" in text else text


def _mask_parameter(found: re.Match[str]) -> str:
    name = re.sub(r"(?i)^x-(amz|goog)-", "", found["name"])
    is_secret = looks_secret(name) or name.lower() in _SECRET_PARAMETERS
    return f"{found['start']}***" if is_secret and not found["value"].startswith("${") else found[0]


def mask_tree(data: Any) -> Any:
    """A copy of plain data with every string masked; values under keys that look secret are hidden altogether."""
    if isinstance(data, dict):
        return {k: _mask_value(str(k), v) for k, v in data.items()}
    if isinstance(data, list | tuple):
        return [mask_tree(v) for v in data]
    return mask(data) if isinstance(data, str) else data


def _mask_value(key: str, value: Any) -> Any:
    if isinstance(value, str) and looks_secret(key) and not value.startswith("${"):
        return "***"
    return mask_tree(value)
