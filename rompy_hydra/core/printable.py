"""Text of unknown origin, made safe to print."""

from __future__ import annotations

import re

_COLOUR = re.compile(r"\x1b\[[0-9;]*m")
_CONTROL = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f]")


def printable(text: str) -> str:
    r"""The text without colours, with every other control character but tab and newline written out.

    >>> printable("\x1b[31mwarm\x1b[0m \x1b]0;title\x07")
    'warm \\x1b]0;title\\x07'
    """
    return _CONTROL.sub(lambda found: f"\\x{ord(found.group()):02x}", _COLOUR.sub("", text))
