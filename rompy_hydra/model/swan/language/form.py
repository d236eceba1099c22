"""What of the commands decides how SWAN's own files are to be read. It is fixed, since they are read back."""

from __future__ import annotations

from typing import Any

from .nodes import CommandNode

FORM: dict[str, dict[str, Any]] = {
    "set": {"convention": "nautical", "inrhog": 0, "printf": None, "prtest": None},
    "quantity": {"excv": None, "axes": "problem"},
    "output_options": {"comment": "%"},
}
"""Command -> its data that are no keys of the config -> what they are here; None is what SWAN takes itself."""


def other_form(node: CommandNode) -> list[str]:
    """The data of a command by which SWAN's files would be read wrongly.

    >>> from .nodes import node_of
    >>> from .output import QUANTITY
    >>> other_form(node_of(QUANTITY, quantities=["hsign"], excv=-1, fmin=0.04, axes="problem"))
    ['excv']
    """
    fixed = FORM.get(node.command.name if node.command else "", {})
    return [name for name, own in fixed.items() if getattr(node, name) not in (None, own)]
