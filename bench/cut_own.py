"""Read u10 and v10 of a file and keep the part that is needed, as every experiment does.

python cut_own.py FILE [--steps N]
"""

from __future__ import annotations

import sys
from pathlib import Path

import pyproj  # noqa: F401  what an experiment has loaded before it comes to its data
import xarray  # noqa: F401
from measured import measured

import rompy_hydra.data.ask as road
from rompy_hydra.data.cut import Box, Need
from rompy_hydra.source.file import FileSource


def main(file: Path) -> None:
    """Report the time and memory of one cut, the whole of the file."""
    wanted = {name: road.Wanted("forcing.wind") for name in ("eastward_wind", "northward_wind")}
    ask = road.Ask(FileSource(path=file), "forcing.wind", wanted)
    with ask.open():
        pass  # an experiment has looked at its data before, and has loaded what that takes
    with measured(), ask.cut(Need(box=Box(100.0, 160.0, -70.0, -10.0))):
        pass


if __name__ == "__main__":
    main(Path(sys.argv[1]))
