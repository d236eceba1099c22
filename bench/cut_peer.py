"""Read u10 and v10 of a file and write them, as rompy's own grid data do; run with the peer's Python.

python cut_peer.py FILE FOLDER
"""

from __future__ import annotations

import sys
from pathlib import Path

from measured import measured
from rompy.core.data import DataGrid
from rompy.core.source import SourceFile


def main(file: Path, folder: Path) -> None:
    """Report the time and memory of one copy."""
    grid = DataGrid(id="wind", source=SourceFile(uri=file), variables=["u10", "v10"])
    with measured():
        grid.get(folder)


if __name__ == "__main__":
    main(*map(Path, sys.argv[1:]))
