"""Waves as directional spectra: conventions, places, times, and energy that is kept."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest
import xarray as xr
from pydantic import ValidationError

from rompy_hydra.core.period import Period
from rompy_hydra.data.spectra import significant_heights_m
from rompy_hydra.domain import Domain
from rompy_hydra.errors import DataError
from rompy_hydra.forcing import Forcing
from rompy_hydra.source.dataset import DatasetSource
from tests.conftest import SHARED
from tests.data.lookalike import START

DATA = SHARED / "data"
WW3, AUSTRALIA = DATA / "perth_nearshore" / "ww3-spectra-20230101.nc", DATA / "australia" / "spectra-20230101.nc"
PERIOD = Period(start=START, duration="6h")
FREQ, DIRECTION = 0.04 * 1.1 ** np.arange(20), np.arange(0.0, 360.0, 15.0)
LON, LAT = np.array([115.0, 115.2, 115.4]), np.array([-32.5, -32.5, -32.5])
HEIGHTS = np.array([1.0, 2.0, 3.0])
BOX = Domain(
    mesh={"kind": "box", "x": (115.1, 115.3), "y": (-32.6, -32.4), "resolution_m": 3000},
    bathymetry={"kind": "flat", "elevation_m": -20},
)


def shape(from_deg: float = 225.0) -> np.ndarray:
    """(nf, nd) a swell of 1 m and 12 s [m2/Hz/degree]."""
    towards = np.maximum(np.cos(np.radians(DIRECTION - from_deg)), 0.0) ** 20
    found = np.exp(-((FREQ[:, None] - 1 / 12) ** 2) / 2e-4) * towards
    return found * (1.0 / significant_heights_m(found, FREQ, DIRECTION)) ** 2


def spectra(**coords: Any) -> xr.Dataset:
    """Swells of 1, 2 and 3 m at three sites, that grow by a tenth with every step of three hours."""
    growth = (1.0 + 0.1 * np.arange(4)) ** 2
    energy = growth[:, None, None, None] * (HEIGHTS**2)[None, :, None, None] * shape()
    times = np.datetime64("2023-01-01", "ns") + np.arange(4) * np.timedelta64(3, "h")
    return xr.Dataset(
        {"efth": (("time", "site", "freq", "dir"), energy, {"units": "m2 s degree-1"})},
        {"time": times, "freq": FREQ, "dir": DIRECTION, "lon": ("site", LON), "lat": ("site", LAT), **coords},
    )


def node(data: xr.Dataset | Path, **fields: Any) -> dict[str, Any]:
    source = DatasetSource(data=data) if isinstance(data, xr.Dataset) else {"source_type": "file", "path": str(data)}
    return {"kind": "spectra", "source": source, **fields}


def read(data: xr.Dataset | Path | dict[str, Any], lon: Any = LON, lat: Any = LAT, **fields: Any) -> Any:
    """(times, frequencies, directions, spectra) at places for six hours."""
    waves = Forcing(waves={"west": data if isinstance(data, dict) else node(data, **fields)}).waves["west"]
    with waves.prepared(PERIOD) as ready:
        blocks = list(ready.blocks(np.asarray(lon, float), np.asarray(lat, float)))
        values = np.concatenate([v for _, v in blocks])
        assert [w.start for w, _ in blocks][1:] == [w.stop for w, _ in blocks][:-1]
        assert len(values) == len(ready.times)
        return ready.times, ready.freq_hz, ready.dir_from_deg, values


def heights(found: Any) -> np.ndarray:
    return significant_heights_m(found[3], found[1], found[2])


def problems(data: xr.Dataset | Path, domain: Domain | None = BOX, period: Period = PERIOD, **fields: Any) -> list[Any]:
    return Forcing(waves={"west": node(data, **fields)}).problems(period, domain)


def as_ww3(data: xr.Dataset) -> xr.Dataset:
    """Per radian, going to, places at each time, other names, as WAVEWATCH III writes them."""
    names = {"site": "station", "freq": "frequency", "dir": "direction", "lon": "longitude", "lat": "latitude"}
    found = data.rename(names)
    found["efth"] = (found.efth * (180.0 / np.pi)).assign_attrs(units="m2 s rad-1")
    to = {"standard_name": "sea_surface_wave_to_direction", "units": "degree"}
    found = found.assign_coords(direction=("direction", (found.direction.values + 180.0) % 360.0, to))
    for name in ("longitude", "latitude"):
        found[name] = (("time", "station"), np.tile(found[name].values, (4, 1)))
    return found


def on_a_grid(data: xr.Dataset) -> xr.Dataset:
    """The three sites as a row of a grid, with latitudes from the north."""
    along = data.drop_vars(["lon", "lat"]).rename(site="longitude").assign_coords(longitude=LON)
    energy = along.efth.expand_dims(latitude=[-32.0, -32.5, -33.0]).transpose("time", "latitude", "longitude", ...)
    return energy.where(energy.latitude == -32.5, 0.0).to_dataset(name="efth").assign_coords(latitude=[-32, -32.5, -33])


CONVENTIONS = {
    "of WW3": as_ww3,
    "longitudes of 0..360": lambda d: d.assign_coords(lon=d.lon % 360),
    "directions out of order": lambda d: d.isel(dir=[*range(5, -1, -1), *range(23, 5, -1)]),
    "directions of -180..180": lambda d: d.assign_coords(dir=(d.dir + 180) % 360 - 180),
    "other dimensions": lambda d: d.transpose("dir", "site", "time", "freq"),
    "times out of order": lambda d: d.isel(time=[2, 0, 3, 1]),
    "m2/Hz/deg": lambda d: d.assign(efth=d.efth.assign_attrs(units="m2/Hz/deg")),
    "m**2 s radian**-1": lambda d: d.assign(efth=(d.efth * 180 / np.pi).assign_attrs(units="m**2 s radian**-1")),
    "directions in radians": lambda d: d.assign_coords(dir=("dir", np.radians(DIRECTION), {"units": "radian"})),
    "cm2 s degree-1": lambda d: d.assign(efth=(d.efth * 1e4).assign_attrs(units="cm2 s degree-1")),
    "a grid": on_a_grid,
}


@pytest.mark.parametrize("name", CONVENTIONS)
@pytest.mark.parametrize("method", ["nearest", "idw", "linear"])
def test_spectra_are_the_same_whatever_the_convention(name: str, method: str):
    found = read(CONVENTIONS[name](spectra()), method=method)
    assert found[1] == pytest.approx(FREQ)
    assert found[2] == pytest.approx(DIRECTION, abs=1e-9)
    growth = 1.0 + 0.1 * np.arange(3)
    assert heights(found) == pytest.approx(growth[:, None] * HEIGHTS, rel=1e-6)  # at the sites themselves
    assert found[3][0, 0] == pytest.approx(shape(), rel=1e-6, abs=1e-12)


def test_what_is_changed_is_told():
    waves = Forcing(waves={"west": node(as_ww3(spectra()))}).waves["west"]
    found = [(c.what, c.found, c.made) for c in waves.changes("forcing.waves.west")]
    assert ("efth", "m2 s rad-1", "m2 s degree-1") in found
    assert ("direction", "waves go to", "waves come from") in found


def test_the_energy_of_a_place_between_two_sites_is_linear_along_the_segment():
    lon = np.array([115.0, 115.05, 115.1, 115.2, 115.3, 115.4])
    found = read(spectra(), lon, np.full(6, -32.49), method="linear")  # a line beside the sites
    energy = np.interp(lon, LON, HEIGHTS**2)
    assert heights(found)[0] == pytest.approx(np.sqrt(energy), rel=1e-4)  # a plane in place of the sphere


def test_before_the_first_and_after_the_last_site_these_hold():
    found = read(spectra(), [114.9, 115.0, 115.4, 115.5], [-32.5] * 4, method="linear")
    assert heights(found)[0] == pytest.approx([1.0, 1.0, 3.0, 3.0])


def test_the_mean_by_inverse_distance_counts_sites_within_reach():
    middle = read(spectra(), [115.1], [-32.5], method="idw")
    weights = np.array([1 / 1, 1 / 1, 1 / 3])
    assert heights(middle)[0, 0] ** 2 == pytest.approx((weights * HEIGHTS**2).sum() / weights.sum(), rel=1e-4)
    near = read(spectra(), [115.1], [-32.5], method="idw", tolerance_km=12)  # the third is 28 km away
    assert heights(near)[0, 0] ** 2 == pytest.approx(2.5, rel=1e-6)


def test_uniform_spectra_stay_uniform_by_every_method():
    same = spectra()
    same["efth"] = same.efth.isel(site=[0, 0, 0])
    for method in ("nearest", "idw", "linear"):
        found = read(same, np.linspace(114.9, 115.5, 7), np.linspace(-32.6, -32.4, 7), method=method)
        assert found[3][0] == pytest.approx(np.broadcast_to(shape(), (7, *shape().shape)), rel=1e-9, abs=1e-15)


def test_times_are_those_of_the_data_around_the_period():
    waves = Forcing(waves={"west": node(spectra())}).waves["west"]
    with waves.prepared(Period(start="2023-01-01T01:00", end="2023-01-01T05:00")) as ready:
        assert [t.hour for t in ready.times] == [0, 3, 6]
        (_, values), *_ = ready.blocks(LON, LAT)
    assert len(values) == 3
    assert [t.hour for t in waves.steps(Period(start="2023-01-01T01:00", end="2023-01-01T05:00"))] == [1, 3, 5]


def test_a_spectrum_without_time_holds_always():
    found = read(spectra().isel(time=0, drop=True))
    assert [t.hour for t in found[0]] == [0, 6]
    assert heights(found) == pytest.approx(np.tile(HEIGHTS, (2, 1)))


def test_a_single_buoy_is_a_site():
    found = read(spectra().isel(site=1), [115.3], [-32.4])
    assert heights(found)[0] == pytest.approx([2.0])


def test_blocks_are_as_long_as_memory_allows(tmp_path: Path):
    long = xr.concat([spectra()] * 300, "time").assign_coords(
        time=np.datetime64("2023-01-01", "ns") + np.arange(1200) * np.timedelta64(1, "h")
    )
    long.astype("f4").to_netcdf(
        tmp_path / "long.nc", encoding={"efth": {"zlib": True, "chunksizes": (1200, 1, 20, 24)}}
    )
    waves = Forcing(waves={"west": node(tmp_path / "long.nc", method="linear")}).waves["west"]
    lon = np.linspace(115.0, 115.4, 50)
    with waves.prepared(Period(start=START, duration="1199h")) as ready:
        sizes = [v.nbytes for _, v in ready.blocks(lon, np.full(50, -32.5))]
    assert len(sizes) > 5
    assert max(sizes) <= 2**24


class TestProblems:
    def test_spectra_for_the_period_and_the_segment_are_right(self):
        assert problems(spectra()) == []
        assert problems(spectra(), None) == []

    def test_a_boundary_that_ends_early_is_told_with_both_ranges(self):
        (problem,) = problems(spectra(), period=Period(start=START, duration="12h"))
        assert problem.key == "forcing.waves.west.source"
        assert "2023-01-01T09:00:00Z, the run needs 2023-01-01T00:00:00Z .. 2023-01-01T12:00:00Z" in problem.message

    def test_a_gap_in_the_times_is_told(self):
        times = np.datetime64("2023-01-01", "ns") + np.array([0, 1, 2, 12]) * np.timedelta64(1, "h")
        (problem,) = problems(spectra(time=times))
        assert "the longest lasts 10 h" in problem.message
        assert problems(spectra(time=times), gaps="interpolate") == []

    def test_sites_that_are_too_far_are_told_with_the_distance(self):
        far = spectra(lon=("site", LON - 3.0))
        (problem,) = problems(far)
        assert (
            "the nearest of 3 sites (lon 112.000 .. 112.400, lat -32.500 .. -32.500) is 253.6 km from"
            in problem.message
        )
        assert "more than 100 km" in problem.message
        assert "forcing.waves.west.tolerance_km: 254" in problem.hint
        assert problems(far, tolerance_deg=3.0) == []
        (problem,) = problems(far, tolerance_deg=0.1)
        assert "more than tolerance_deg: 0.1" in problem.message

    def test_a_missing_spectrum_is_an_error_by_site_and_time_and_never_zero_energy(self):
        data = spectra()
        data["efth"][1, 0, 4, 5] = np.nan
        with pytest.raises(DataError, match=r"efth is NaN or infinite .* 115\.0000, -32\.5000 at 2023-01-01T03:00:00Z"):
            read(data)
        assert heights(read(data, LON[1:], LAT[1:]))[0] == pytest.approx([2.0, 3.0])  # it is not needed there

    def test_sites_on_land_may_be_left_out(self):
        data = spectra()
        data["efth"][:, 0] = np.nan
        with pytest.raises(DataError, match=r"forcing\.waves\.nan: nearest_wet"):
            read(data)
        assert heights(read(data, nan="nearest_wet"))[0] == pytest.approx([2.0, 2.0, 3.0])

    def test_negative_energy_is_an_error(self):
        data = spectra()
        data["efth"][0, 2, 4, 5] = -1.0
        with pytest.raises(DataError, match="efth is negative in 1 of"):
            read(data)

    def test_energies_in_other_units_than_said_are_told_by_their_height(self):
        data = spectra()
        data["efth"] = data.efth * 180 / np.pi * 9  # heights of 45 m, and 54 m after six hours
        data["efth"].attrs["units"] = "m2 s degree-1"
        (problem,) = problems(data)
        assert "significant wave height of 54.5 m at 2023-01-01T06:00:00Z" in problem.message
        assert "forcing.waves.west.units" in problem.hint
        assert problems(data, units="m2 s rad-1") == []

    @pytest.mark.parametrize(
        ("change", "message"),
        [
            (lambda d: d.efth.attrs.update(units="m2 s"), "units 'm2 s' of efth say neither degrees nor radians"),
            (lambda d: d.efth.attrs.update(units="m s-1 degree-1"), "measure something else"),
            (lambda d: d.freq.attrs.update(units="rad s-1"), "freq is in rad s-1"),
            (lambda d: d.dir.attrs.update(standard_name="sea_surface_wave_to_direction"), "as wavespectra writes"),
        ],
    )
    def test_units_and_directions_in_doubt_are_told(self, change: Any, message: str):
        data = spectra()
        change(data)
        (problem,) = problems(data)
        assert message in problem.message

    def test_a_direction_of_which_nothing_is_told_is_asked_for(self):
        data = spectra().rename(dir="theta")
        (problem,) = problems(data)
        assert problem.key == "forcing.waves.west.directions"
        assert problems(data, directions="from") == []
        turned = read(data, directions="to")
        assert turned[3][0, 0].sum(axis=0).argmax() * 15 == 45  # 225 is where they go

    @pytest.mark.parametrize(
        ("data", "message"),
        [
            (spectra().isel(dir=[0, 1, 2, 5, 6, 7]), "not evenly spaced"),
            (spectra().isel(freq=slice(None, None, -1)), "positive and increase"),
            (spectra().rename(dir="angle"), "efth has no directions"),
            (spectra().drop_vars(["lon", "lat"]), "efth is along site too"),
            (spectra().rename(efth="energy"), "nothing tells which variable is the spectrum"),
        ],
    )
    def test_spectra_that_are_not_whole_are_told(self, data: xr.Dataset, message: str):
        found = problems(data)
        assert len(found) == 1
        assert message in found[0].message

    def test_a_local_domain_is_nowhere_near_a_site(self):
        local = Domain(
            crs="local",
            mesh={"kind": "box", "x": (0, 9e3), "y": (0, 9e3), "resolution_m": 3000},
            bathymetry={"kind": "flat", "elevation_m": -20},
        )
        (problem,) = problems(spectra(), local)
        assert "spectra at sites need a domain on Earth, this one has crs local" in problem.message

    def test_one_tolerance_is_given(self):
        with pytest.raises(ValidationError, match="tolerance_km or tolerance_deg, not both"):
            Forcing(waves={"west": node(spectra(), tolerance_km=9, tolerance_deg=1)})


def test_inputs_tell_what_the_spectra_cover(tmp_path: Path):
    spectra().to_netcdf(tmp_path / "swell.nc")
    (found,) = Forcing(waves={"west": node(tmp_path / "swell.nc")}).inputs()
    assert found.key == "forcing.waves.west.source.path"
    assert found.coverage.endswith("4 times; 3 sites, lon 115.000 .. 115.400, lat -32.500 .. -32.500, "
                                   "20 frequencies x 24 directions")  # fmt: skip


@pytest.mark.real_data
@pytest.mark.skipif(not WW3.exists(), reason="the acceptance data are not here")
@pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning")  # readers that leave files open
class TestReal:
    def test_heights_at_the_sites_of_ww3_are_those_of_wavespectra(self):
        wavespectra = pytest.importorskip("wavespectra", reason="wave spectra need the extra waves")
        with wavespectra.read_ww3(str(WW3)) as data:
            expected = data.spec.hs().load()
            direction = data.spec.dm().load()
            lon, lat = data.lon.values.astype(float), data.lat.values.astype(float)
        for source in ({"source_type": "wavespectra", "reader": "ww3"}, {"source_type": "file"}):
            for method in ("nearest", "idw", "linear"):
                given = {"kind": "spectra", "source": {**source, "path": str(WW3)}, "method": method}
                times, freq, towards, values = read(given, lon, lat)
                assert len(times) == 3
                there = xr.Dataset(
                    {"efth": (("time", "site", "freq", "dir"), values)}, {"freq": freq, "dir": towards}
                ).spec
                assert there.hs().values == pytest.approx(expected.values[:3], rel=1e-6)
                off = np.abs((there.dm().values - direction.values[:3] + 180) % 360 - 180)
                assert off.max() < 1e-3

    def test_spectra_around_australia_keep_their_heights(self):
        with xr.open_dataset(AUSTRALIA) as data:
            lon, lat = data.lon.values[::40].astype(float), data.lat.values[::40].astype(float)
            expected = significant_heights_m(data.efth.values[:2, ::40], data.freq.values, data.dir.values)
        found = read(AUSTRALIA, lon % 360, lat)
        assert heights(found) == pytest.approx(expected, rel=1e-6)
