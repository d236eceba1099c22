"""What the segments of a boundary are called that a file or a grid brings without names of the user's."""

from __future__ import annotations

OPEN, LAND, ISLAND = "open", "land", "island"
"""In mesh files, and in grids with missing points, they are numbered: ``open_1``, ``land_2``. An edge of a polygon or a
mesh file without a name is plain ``land``."""

SIDES = ("south", "east", "north", "west")
"""Sides of a box or a structured grid in its own frame, counter-clockwise from its first point."""
