"""Physics and numerics: the same commands, with what SWAN does of itself said."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from ..language.table import SECTIONS
from .state import given

if TYPE_CHECKING:
    from .state import State

_TACIT_CDS2 = 5e-5
"""That of saturation-based whitecapping, with which SWAN 41.45 begins."""


def physics(state: State) -> None:
    """``model.physics`` and ``model.numerics``; of a command that comes twice the last one counts."""
    found: dict[str, Any] = {}
    for entry in list(state.named(*(c.name for c in SECTIONS["physics"]))):
        name = entry.parsed.name
        if name == "obstacle":
            obstacles = found.setdefault("obstacles", {})
            obstacles[f"obstacle_{len(obstacles) + 1}"] = given(entry.node)
        elif name == "off":
            found.setdefault("off", []).append(entry.node.what)
        else:
            found[name] = given(entry.node)
        state.express(entry)
    _say_komen(state, found)
    state.set("model.physics", _with_what_swan_does(found))
    numerics = {e.parsed.name: given(e.node) for e in state.named("prop", "numeric")}
    state.express(*state.named("prop", "numeric"))
    if numerics:
        state.set("model.numerics", numerics)


def _say_komen(state: State, found: dict[str, Any]) -> None:
    """The coefficient that SWAN 41.45 has for Komen's whitecapping where no command gives it: that of another law."""
    cds2 = _TACIT_CDS2
    for name in ("generation", "wcap"):
        if (node := found.get(name)) and node["law"] == "komen":
            if "cds2" not in node:
                node["cds2"] = cds2
                state.notes.append(f"model.physics.{name}: SWAN 41.45 takes cds2 {cds2:g} here; Komen's own is 2.36e-5")
            cds2 = node["cds2"]


def _with_what_swan_does(found: dict[str, Any]) -> dict[str, Any]:
    """With the growth and the breaking that SWAN has where the command file says nothing of them."""
    off = found.get("off", [])
    tacit: dict[str, Any] = {}
    if "generation" not in found:
        tacit["generation"] = {"law": "westhuysen"}
    if "breaking" not in found and "breaking" not in off:
        tacit["breaking"] = {"law": "constant"}
    return {**tacit, **found}
