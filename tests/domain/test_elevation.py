"""The bed: idealised shapes and gridded data."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import xarray as xr

from rompy_hydra.domain import Domain, Place
from rompy_hydra.errors import DataError
from rompy_hydra.source.dataset import DatasetSource
from rompy_hydra.source.file import FileSource
from tests.conftest import SHARED

PERTH = SHARED / "data" / "perth_nearshore" / "bathy.nc"
OUTLINE = [(115.593, -32.647), (115.613, -32.647), (115.613, -32.612), (115.593, -32.612)]


def at(domain: Domain, *points: tuple[float, float]) -> list[float]:
    x, y = np.array(points).T
    return domain.elevation_at(x, y).tolist()


@pytest.mark.parametrize(
    ("direction_deg", "point"),
    [(0, (500, 150)), (90, (550, 100)), (180, (500, 50)), (270, (450, 100)), (-90, (450, 100))],
)
def test_a_profile_runs_in_its_compass_direction(polygon, direction_deg: float, point: tuple[float, float]):
    bed = {"kind": "profile", "origin": {"x_m": 500, "y_m": 100}, "direction_deg": direction_deg}
    domain = polygon(bathymetry={**bed, "distance_m": [0, 100, 200], "elevation_m": [-10, -2, 2]})
    assert at(domain, (500, 100), point) == pytest.approx([-10, -6])


def test_a_profile_is_constant_beyond_its_ends(polygon):
    bed = {"kind": "profile", "origin": {"x_m": 500, "y_m": 100}, "direction_deg": 90}
    domain = polygon(bathymetry={**bed, "distance_m": [0, 100], "elevation_m": [-10, -2]})
    assert at(domain, (0, 0), (990, 0)) == [-10, -2]


def test_a_round_hill_and_a_long_channel_are_added(polygon):
    hill = {"x_m": 200, "y_m": 100, "height_m": 4, "radius_m": 50}
    channel = {"x_m": 600, "y_m": 300, "height_m": -3, "radius_m": 20, "length_m": 200, "direction_deg": 90}
    domain = polygon(bathymetry={"kind": "flat", "elevation_m": -5, "features": {"hill": hill, "channel": channel}})
    edge = np.exp(-1.0)
    assert at(domain, (200, 100), (200, 150)) == pytest.approx([-1, -5 + 4 * edge])
    assert at(domain, (520, 300), (700, 300), (600, 320), (720, 300)) == pytest.approx(
        [-8, -8, -5 - 3 * edge, -5 - 3 * edge]
    )


@pytest.fixture
def grid(tmp_path: Path) -> Callable[..., dict[str, Any]]:
    """The config of a plane bed z = -20 + x / 100 + y / 50 on a grid in metres."""

    def make(attributes: dict[str, str] | None = None, change=lambda z: z, flip=False, **fields: Any) -> dict[str, Any]:
        x, y = np.arange(-100.0, 1101.0, 100.0), np.arange(-100.0, 601.0, 50.0)[:: -1 if flip else 1]
        z = change(-20 + x[None, :] / 100 + y[:, None] / 50)
        data = xr.Dataset({"z": (("y", "x"), z, attributes or {})}, coords={"x": x, "y": y})
        data.to_netcdf(tmp_path / "bed.nc")
        return {"kind": "grid", "source": FileSource(path=tmp_path / "bed.nc"), **fields}

    return make


@pytest.mark.parametrize("flip", [False, True])
def test_a_plane_is_interpolated_exactly(polygon, grid, flip: bool):
    domain = polygon(bathymetry=grid(sign="elevation", flip=flip))
    x, y = np.random.default_rng(1).uniform((0, 0), (1000, 500), (50, 2)).T
    assert domain.elevation_at(x, y) == pytest.approx(-20 + x / 100 + y / 50, abs=1e-12)  # rounding only
    assert domain.problems() == []


@pytest.mark.parametrize(
    ("attributes", "sign", "elevation"),
    [
        ({}, "elevation", -20.0),
        ({}, "depth", 20.0),
        ({"positive": "down"}, None, 20.0),
        ({"standard_name": "altitude"}, None, -20.0),
        ({"positive": "up"}, "elevation", -20.0),
        ({"units": "cm"}, "elevation", -0.2),
    ],
)
def test_the_sign_is_as_stated_or_as_the_data_say(polygon, grid, attributes, sign, elevation: float):
    assert at(polygon(bathymetry=grid(attributes, sign=sign)), (0, 0)) == [elevation]


def test_a_bed_in_other_units_is_told_where_to_say_them(polygon, grid):
    (problem,) = polygon(bathymetry=grid({"units": "fathom deep"}, sign="elevation")).problems()
    assert problem.hint == "set domain.bathymetry.units to what the numbers are in, such as m"
    assert at(polygon(bathymetry=grid(sign="elevation", units="ft")), (0, 0)) == pytest.approx([-6.096])


def test_a_sign_is_never_guessed(polygon, grid):
    (problem,) = polygon(bathymetry=grid()).problems()
    assert problem.key == "domain.bathymetry.sign"
    assert "% of its values here are negative, so an elevation is likely" in problem.message
    assert problem.hint == "say bathymetry.sign: elevation (negative under water) or depth (positive under water)"


def test_a_sign_that_contradicts_the_data_is_refused(polygon, grid):
    (problem,) = polygon(bathymetry=grid({"positive": "down"}, sign="elevation")).problems()
    assert "the config says elevation, the attributes of z say depth ({'positive': 'down'})" in problem.message


def test_a_domain_that_is_all_land_is_noted(polygon, grid):
    assert "is domain.bathymetry.sign right?" in polygon(bathymetry=grid(sign="depth")).notes()[-1]
    assert len(polygon(bathymetry=grid(sign="elevation")).notes()) == 1


def test_a_domain_beyond_the_data_is_refused_with_both_ranges(polygon, grid):
    outline = [(0, 0), (1200, 0), (1200, 500)]
    (problem,) = polygon(outline, bathymetry=grid(sign="elevation")).problems()
    assert problem.data
    assert (
        "z covers x -100.0 .. 1100.0, y -100.0 .. 600.0, the domain needs x 0.0 .. 1200.0, y 0.0 .. 500.0"
        in problem.message
    )


def hole(z):
    z[4:6, 5:7] = np.nan  # y 100 and 150, x 400 and 500
    return z


def test_missing_values_are_refused_with_their_number_and_place(polygon, grid):
    domain = polygon(bathymetry=grid(sign="elevation", change=hole))
    (problem,) = domain.problems()
    assert "NaN at" in problem.message
    west = float(problem.message.split("between ")[1].split(",")[0])
    assert 300 < west < 350  # from x = 300 on a neighbour is missing
    assert "nearest_wet" in problem.hint
    with pytest.raises(DataError, match=r"NaN at 1 of 2 places that the domain needs, at 450.0, 120.0"):
        at(domain, (450, 120), (800, 120))


def test_missing_values_can_be_taken_from_the_nearest_point(polygon, grid):
    domain = polygon(bathymetry=grid(sign="elevation", change=hole, nan="nearest_wet"))
    assert domain.problems() == []
    assert at(domain, (500, 160)) == pytest.approx([-20 + 5 + 4])  # the value at y = 200


@pytest.mark.parametrize(
    ("fields", "attributes", "message"),
    [
        ({"vertical_datum": "LAT"}, {}, "these data refer to LAT, the domain to MSL"),
        ({}, {"vertical_datum": "AHD"}, "these data refer to AHD, the domain to MSL"),
        ({"vertical_datum": "msl"}, {}, ""),
        (
            {},
            {"standard_name": "height_above_reference_ellipsoid"},
            "these data refer to the ellipsoid, the domain to MSL",
        ),
        ({}, {"long_name": "elevation relative to LAT"}, "these data refer to LAT, the domain to MSL"),
        ({}, {"long_name": "height above MSL"}, ""),
        ({}, {"long_name": "mean over LAT/LON boxes"}, ""),
        ({"vertical_datum": "LAT", "offset_m": -0.5}, {}, ""),
    ],
)
def test_another_vertical_datum_needs_an_offset(polygon, grid, fields, attributes, message: str):
    domain = polygon(bathymetry=grid(attributes, sign="elevation", **fields))
    found = [p.message for p in domain.problems()]
    assert found == ([message] if message else [])
    assert at(domain, (0, 0)) == [-20 + fields.get("offset_m", 0.0)]


def plane(lon: np.ndarray, lat: np.ndarray) -> xr.DataArray:
    z = -20.0 + 5.0 * (lon - 115.0)[None, :] + 0.0 * lat[:, None]
    return xr.DataArray(z, dims=("lat", "lon"), coords={"lat": lat, "lon": lon}, name="elevation")


@pytest.mark.parametrize("times", [[np.datetime64("2020-01-01", "ns")], [0.0], None])
def test_a_bed_of_one_time_is_a_bed(polygon, times: Any):
    still = plane(np.arange(115.0, 116.1, 0.1), np.arange(-33.0, -31.9, 0.1))
    timed = still.expand_dims({"time": 1 if times is None else times})
    beds = [
        polygon(
            OUTLINE,
            500.0,
            "EPSG:4326",
            bathymetry={"kind": "grid", "sign": "elevation", "source": DatasetSource(data=data)},
        )
        for data in (still, timed, timed.isel(time=0))
    ]
    assert beds[1].problems() == []
    first, *others = (bed.elevation_at(*bed.build_mesh().points_m.T).tobytes() for bed in beds)
    assert others == [first, first]


def test_a_bed_at_a_single_point_is_refused(polygon):
    data = plane(np.arange(115.0, 116.1, 0.1), np.arange(-33.0, -31.9, 0.1)).isel(lat=4, lon=6)
    domain = polygon(
        OUTLINE,
        500.0,
        "EPSG:4326",
        bathymetry={"kind": "grid", "sign": "elevation", "source": DatasetSource(data=data)},
    )
    (problem,) = domain.problems()
    assert problem.message.startswith("elevation has no coordinates that are its longitude and latitude")


def test_a_missing_file_is_told_with_its_key(polygon, tmp_path: Path):
    bed = {"kind": "grid", "sign": "depth", "source": FileSource(path=tmp_path / "bed.nc")}
    domain = polygon(bathymetry=bed)
    (problem,) = domain.problems()
    assert problem.key == "domain.bathymetry.source.path"
    assert problem.data
    assert [i.key for i in domain.inputs()] == ["domain.bathymetry.source.path"]


@pytest.mark.parametrize("west", [-1.0, 179.0, 359.0, -180.0])
@pytest.mark.parametrize("first", [-180.0, 0.0])
def test_a_global_grid_serves_a_domain_across_its_seam(tmp_path: Path, west: float, first: float):
    lon, lat = np.arange(first, first + 360.0, 5.0), np.arange(90.0, -91.0, -5.0)
    z = -1000 + 100 * np.cos(np.radians(lon))[None, :] * np.cos(np.radians(lat))[:, None]
    coords = {"lon": ("lon", lon, {"units": "degrees_east"}), "lat": ("lat", lat, {"units": "degrees_north"})}
    xr.Dataset({"z": (("lat", "lon"), z)}, coords=coords).to_netcdf(tmp_path / "globe.nc")
    bed = {"kind": "grid", "sign": "elevation", "source": FileSource(path=tmp_path / "globe.nc")}
    box = {"kind": "box", "x": (west, west + 1.0 + (west in (-1.0, 179.0))), "y": (-1, 1), "resolution_m": 20_000}
    domain = Domain(mesh=box, bathymetry=bed)
    assert domain.problems() == []
    nearest = 5 * round((west + 0.5) / 5)
    assert at(domain, domain.locate(Place(lon=nearest, lat=0.0))) == pytest.approx(
        [-1000 + 100 * np.cos(np.radians(nearest))]
    )


@pytest.mark.real_data
@pytest.mark.skipif(not PERTH.exists(), reason="the acceptance data are not here")
class TestPerth:
    """Surveyed bathymetry whose variable is called depth and is an elevation, with NaN on its eastern edge."""

    def domain(self, outline=OUTLINE, **bed: Any) -> Domain:
        mesh = {"kind": "polygon", "outline": outline, "resolution_m": 150}
        source = FileSource(path=PERTH)
        return Domain(mesh=mesh, bathymetry={"kind": "grid", "source": source, "sign": "elevation", **bed})

    def test_off_the_land_it_is_a_bed_under_water(self):
        domain = self.domain()
        assert domain.problems() == []
        assert domain.notes()[0].startswith("bed from -16.7 to -4.")
        assert domain.notes()[0].endswith("m over MSL, 100% of it below")

    def test_a_point_of_the_survey_has_its_surveyed_depth(self):
        with xr.open_dataset(PERTH) as data:
            spot = data.depth[40, 50]
            x, y = self.domain().locate(Place(lon=float(spot.x), lat=float(spot.y)))
            # over the projection and back is exact to a micrometre
            assert at(self.domain(), (x, y)) == pytest.approx([float(spot)], abs=1e-4)

    def test_the_name_depth_is_not_taken_for_a_sign(self):
        (problem,) = self.domain(sign=None).problems()
        assert "depth is an elevation or a depth; 100% of its values here are negative" in problem.message

    def test_the_land_edge_is_refused_and_can_be_filled(self):
        outline = [(115.593, -32.647), (115.628, -32.647), (115.628, -32.612), (115.593, -32.612)]
        (problem,) = self.domain(outline).problems()
        assert "depth is NaN at" in problem.message
        assert "115.6280, -32.61" in problem.message
        assert self.domain(outline, nan="nearest_wet").problems() == []
