"""Every command, in the order in which SWAN wants them in a command file."""

from __future__ import annotations

from . import boundaries, generation, grids, lockup, media, numerics, output, physics, places, scattering, startup
from .grammar import Command

SECTIONS: dict[str, tuple[Command, ...]] = {
    "startup": (startup.PROJECT, startup.SET, startup.MODE, startup.COORDINATES),
    "grids": (grids.CGRID, grids.READGRID, grids.INPGRID, grids.READINP, grids.WIND, grids.ICE),
    "boundaries": (
        boundaries.BOUND_SHAPE,
        boundaries.BOUNDSPEC,
        boundaries.BOUNDNEST1,
        boundaries.BOUNDNEST2,
        boundaries.BOUNDNEST3,
        boundaries.INITIAL,
    ),
    "physics": (
        generation.GENERATION,
        generation.SSWELL,
        generation.NEGATINP,
        generation.WCAP,
        generation.QUADRUPL,
        generation.MDIA,
        physics.BREAKING,
        physics.FRICTION,
        physics.TRIAD,
        media.VEGETATION,
        media.MUD,
        media.SICE,
        media.TURBULENCE,
        scattering.BRAGG,
        scattering.SCAT,
        scattering.SURFBEAT,
        generation.LIMITER,
        media.OBSTACLE,
        physics.SETUP,
        physics.DIFFRACTION,
        physics.OFF,
    ),
    "numerics": (numerics.PROP, numerics.NUMERIC),
    "output": (
        places.FRAME,
        places.GROUP,
        places.CURVE,
        places.RAY,
        places.ISOLINE,
        places.POINTS,
        places.NGRID,
        output.QUANTITY,
        output.OUTPUT_OPTIONS,
        output.BLOCK,
        output.TABLE,
        output.SPECOUT,
        output.NESTOUT,
        output.TEST,
    ),
    "lockup": (lockup.INCLUDE, lockup.COMPUTE, lockup.HOTFILE, lockup.STOP),
}
"""Sections of a command file by name, each with its commands."""

COMMANDS: dict[str, Command] = {c.name: c for commands in SECTIONS.values() for c in commands}
"""Commands by the name of their node."""


def section_of(name: str) -> str:
    """The section of a command.

    >>> section_of("friction")
    'physics'
    """
    return next(section for section, commands in SECTIONS.items() if any(c.name == name for c in commands))
