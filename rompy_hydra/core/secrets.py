"""Secrets are used and never shown: registered values are replaced in everything this package writes or prints."""

from __future__ import annotations

import re
from typing import Any

_SECRET_WORD = re.compile(
    r"(?:^|[^a-z])(token|secret|password|passwd|passphrase|credentials?|(?:api|access|private|secret)_?key)(?:$|[^a-z])"
)
_URL_PASSWORD = re.compile(r"(?P<scheme>\b[a-z][a-z0-9+.-]*://)(?P<user>[^\s/:@]*):(?P<password>[^\s/@]+)@")
_SHORTEST = 4

_registered: dict[str, str] = {}


def looks_secret(name: str) -> bool:
    """Whether a key or the name of an environment variable says that its value is a secret.

    >>> looks_secret("API_TOKEN"), looks_secret("keyboard")
    (True, False)
    """
    return bool(_SECRET_WORD.search(re.sub(r"([a-z])([A-Z])", r"\1_\2", name).lower()))


def register(value: str, placeholder: str = "***") -> None:
    """From now on show `placeholder` wherever `value` would appear; values below four characters are left alone."""
    if len(value) >= _SHORTEST:
        _registered.setdefault(value, placeholder)


def register_tree(data: Any) -> None:
    """Register every text in plain data whose key says that it is a secret."""
    if isinstance(data, dict):
        for key, value in data.items():
            if isinstance(value, str) and looks_secret(str(key)):
                register(value)
            register_tree(value)


def registered() -> dict[str, str]:
    """Value -> placeholder, to be restored in another process."""
    return dict(_registered)


def restore(known: dict[str, str]) -> None:
    """Know again what another process had registered."""
    _registered.update(known)


def mask(text: str) -> str:
    """The text with every registered secret, and every password in a URL, replaced.

    >>> mask("https://ann:hunter2@example.org/data")
    'https://ann:***@example.org/data'
    """
    for value in sorted(_registered, key=len, reverse=True):
        text = text.replace(value, _registered[value])
    return _URL_PASSWORD.sub(r"\g<scheme>\g<user>:***@", text)


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
