"""Config of constants, physics and numerics: SWAN's commands, each a key of its own name."""

from __future__ import annotations

from collections.abc import Iterable
from functools import partial
from typing import TYPE_CHECKING, Annotated, Any, TypeAlias

from pydantic import Field, create_model

from ...core.later import Later
from ...core.node import Node
from .language.form import FORM
from .language.grammar import Command
from .language.media import OBSTACLE
from .language.nodes import CommandNode, type_of, without
from .language.startup import SET
from .language.table import SECTIONS

_WITHOUT = "null: SWAN's own default."
_ABSENT = {
    "generation": "null: no growth, no whitecapping and no quadruplet interactions, for waves that only propagate.",
    "breaking": "null: none.",
    "friction": "null: none.",
    "triad": "null: none.",
}
"""What happens without a command, where that is not SWAN's own default."""


def _later(command: Command) -> Any:
    return Annotated[CommandNode, Later(partial(type_of, command))]


def _section(name: str, doc: str, commands: Iterable[Command], **more: Any) -> type[Node]:
    """A node with one optional key for each command."""
    fields: dict[str, Any] = {
        c.name: (_later(c) | None, Field(None, description=f"{c.doc} {_ABSENT.get(c.name, _WITHOUT)}"))
        for c in commands
    }
    made: type[Node] = create_model(name, __base__=Node, __doc__=doc, **fields, **more)
    return made


def _physics() -> type[Node]:
    commands = [c for c in SECTIONS["physics"] if c.name not in ("obstacle", "off")]
    off = next(c for c in SECTIONS["physics"] if c.name == "off")
    obstacles: Any = Field({}, description=f"{OBSTACLE.doc} By name.")
    switched_off: Any = Field([], description="Processes that are switched off.")
    words = type_of(off).model_fields["what"].annotation
    return _section(
        "Physics",
        "Sources and sinks of wave energy, and what else changes waves.",
        commands,
        obstacles=(dict[str, _later(OBSTACLE)], obstacles),  # type: ignore[misc]  # made at run time
        off=(list[words], switched_off),  # type: ignore[valid-type]
    )


if TYPE_CHECKING:
    Physics: TypeAlias = Any
    Numerics: TypeAlias = Any
    Constants: TypeAlias = Any
else:
    Physics = _physics()
    Numerics = _section("Numerics", "How the equations are solved.", SECTIONS["numerics"])
    Constants = type_of(without(SET, "nor", *FORM["set"]))
