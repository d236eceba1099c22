"""Commands that come first: the run, constants, mode and coordinates."""

from __future__ import annotations

from .assembly import Part, Site
from .language.nodes import node_of
from .language.startup import COORDINATES, MODE, PROJECT, SET

_LONGEST_NAME = 16


def start(site: Site) -> Part:
    """PROJECT, SET, MODE and COORDINATES; directions are nautical, and North is true north at the centre."""
    model, part = site.model, Part()
    part.say("name", node_of(PROJECT, name=_plain(site.experiment.name), nr="1"))
    given = {n: v for n in type(model.constants).model_fields if (v := getattr(model.constants, n)) is not None}
    north = {} if (nor := site.geometry.north_deg()) == 90.0 else {"nor": nor}
    part.say("model.constants", node_of(SET, **{**given, **north, "convention": "nautical"}))
    time = "stationary" if model.mode.kind == "stationary" else "nonstationary"
    part.say("model.mode", node_of(MODE, time=time, dimensions="one" if model.grid.is_line else "two"))
    kind = "spherical" if site.geometry.is_spherical else "cartesian"
    projection = {"projection": model.grid.projection} if site.geometry.is_spherical else {}
    part.say("model.grid", node_of(COORDINATES, kind, **projection, repeating=model.grid.repeating))
    return part


def _plain(name: str) -> str:
    return name.replace("'", "")[:_LONGEST_NAME]
