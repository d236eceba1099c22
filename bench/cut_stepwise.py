"""Read and write u10 and v10 one time after the other with xarray; tells what all times would take.

python cut_stepwise.py FILE FOLDER STEPS
"""

from __future__ import annotations

import sys
from pathlib import Path

import netCDF4
import xarray as xr
from measured import measured


def main(file: Path, folder: Path, steps: int) -> None:
    """Report the time of the first steps, as if all had been done."""
    with xr.open_dataset(file, engine="netcdf4") as data, netCDF4.Dataset(folder / "steps.nc", "w") as out:
        count = data.sizes["time"]
        for name, size in (
            ("time", None),
            ("latitude", data.sizes["latitude"]),
            ("longitude", data.sizes["longitude"]),
        ):
            out.createDimension(name, size)
        names = ("u10", "v10")
        written = {name: out.createVariable(name, "f4", ("time", "latitude", "longitude")) for name in names}
        with measured(times=count / steps):
            for i in range(steps):
                for name in names:
                    written[name][i] = data[name].isel(time=i).to_numpy()


if __name__ == "__main__":
    main(Path(sys.argv[1]), Path(sys.argv[2]), int(sys.argv[3]))
