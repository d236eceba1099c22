"""Physics and numerics: what the config says, and OFF for what it leaves out although SWAN would not."""

from __future__ import annotations

from typing import Any

from ...core.mesh import Mesh
from .assembly import Part, Site
from .language.media import OBSTACLE
from .language.nodes import node_of
from .language.numerics import PROP
from .language.physics import OFF
from .language.table import SECTIONS
from .preflight import MOST_CFL, courant_number

_WITH_GROWTH = ("windgrowth", "quadrupl", "wcapping")
"""Processes that SWAN computes even without a word of growth by wind."""


def physics(site: Site) -> Part:
    """Every command of the physics that is given, in SWAN's order."""
    part, config = Part(), site.model.physics
    for command in SECTIONS["physics"]:
        if command.name == OBSTACLE.name:
            for name, node in config.obstacles.items():
                part.say(f"model.physics.obstacles.{name}", node)
        elif command.name == OFF.name:
            for key, what in _switched_off(config):
                part.say(key, node_of(OFF, what=what))
        elif (node := getattr(config, command.name)) is not None:
            part.say(f"model.physics.{command.name}", node)
    part.notes += _doubts(config)
    return part


def _doubts(config: Any) -> list[str]:
    """What SWAN 41.45 makes of the physics without a word."""
    found, generation = [], config.generation
    if generation is not None and generation.law == "komen" and generation.cds2 is None and config.wcap is None:
        found.append(
            "model.physics.generation.cds2 is not given: SWAN 41.45 takes 5e-5, where Komen et al. and its manual have "
            "2.36e-5; its waves are lower"
        )
    if generation is not None and (config.breaking is None or "breaking" in config.off):
        found.append(
            "model.physics.breaking is off while waves grow: SWAN 41.45 leaves a number unset then, and its heights "
            "vary by some per cent from run to run; breaking makes no difference in deep water"
        )
    return found


def _switched_off(config: Any) -> list[tuple[str, str]]:
    """Config key and process."""
    found: dict[str, str] = {}
    if config.generation is None:
        given = {"quadrupl": config.quadrupl, "wcapping": config.wcap, "windgrowth": None}
        found |= {what: "model.physics.generation" for what in _WITH_GROWTH if given[what] is None}
    if config.breaking is None:
        found["breaking"] = "model.physics.breaking"
    found |= dict.fromkeys(config.off, "model.physics.off")
    return [(key, what) for what, key in found.items()]


def numerics(site: Site) -> Part:
    """PROP and NUMERIC; of themselves only the scheme that SWAN asks for where its own is refused."""
    part, config = Part(), site.model.numerics
    if config.prop is not None:
        part.say("model.numerics.prop", config.prop)
    elif needs_first_order(site):
        part.say("model.numerics.prop", node_of(PROP, "bsbt"))
        part.notes.append(
            f"propagation by the first-order scheme BSBT: the higher-order one is refused above a Courant number of "
            f"{MOST_CFL:g}, here {courant_number(site):.0f}; shorten model.mode.step for it"
        )
    if config.numeric is not None:
        part.say("model.numerics.numeric", config.numeric)
    return part


def needs_first_order(site: Site) -> bool:
    """Whether SWAN would refuse its higher-order scheme for a nonstationary run on a structured grid."""
    if isinstance(site.geometry.shape, Mesh) or site.model.mode.kind != "nonstationary":
        return False
    return courant_number(site) > MOST_CFL
