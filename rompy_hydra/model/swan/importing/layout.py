"""How READGRID and READINP say that a file is laid out, in the terms of the source of such files."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from .state import State

_CODES = {1: "(10X,12F5.0)", 5: "(16F5.0)", 6: "(12F6.0)", 8: "(10F8.0)"}


def layout_of(state: State, node: Any) -> dict[str, Any]:
    """Path, order, headers, format and factor of a file; what is as it is by default is left out."""
    source = getattr(node, "source", None)
    layout: dict[str, Any] = {"path": state.file(node.fname if source is None else source.fname)}
    for name in ("idla", "nhedf", "nhedt", "nhedvec"):
        if (value := getattr(node, name, None)) is not None and value != (1 if name == "idla" else 0):
            layout[name] = value
    if (form := _format(node.format)) != "free":
        layout["format"] = form
    if node.fac is not None and node.fac != 1.0:
        layout["factor"] = node.fac
    if source is not None and source.kind == "series":
        layout["series"] = True
    return layout


def _format(node: Any) -> str:
    if node is None:
        return "free"
    if node.kind == "fortran":
        return str(node.form)
    return _CODES.get(node.idfm, "free") if node.kind == "code" else str(node.kind)
