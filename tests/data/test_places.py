"""From grids to places, and what happens where data are missing."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
import xarray as xr

from rompy_hydra.data.places import _MOST_KEPT, ToPlaces, _kept, points_of, weights_at
from rompy_hydra.data.quantities import QUANTITIES
from rompy_hydra.data.understand import Understood
from rompy_hydra.errors import DataError
from rompy_hydra.forcing import Forcing
from tests.data.lookalike import HOURS, LAT, LON, SIX_HOURS, air, domain, forcing, hours, problems, source, values

SEA, LAND, SHORE = (116.1, -32.6), (114.1, -32.6), (115.1, -32.6)
"""The coast is at 115.0: the last point on land; points are 0.25 degrees apart."""


def coastal(last_dry: float = 115.0) -> xr.Dataset:
    """Winds of an ocean model: NaN on land."""
    data = air()
    return data.where(data.lon > last_dry)


def at(*places: tuple[float, float], data: xr.Dataset | None = None, **fields: Any) -> np.ndarray:
    """(nt, n) eastward components."""
    lon, lat = np.array(places).T
    return values(coastal() if data is None else data, lon, lat, **fields)[0]


class TestMissing:
    def test_it_is_an_error_that_names_the_places_and_what_to_do(self):
        with pytest.raises(DataError) as caught:
            at(SEA, LAND, SHORE)
        (problem,) = caught.value.problems
        assert problem.message == (
            "u10 is NaN at 2 of 3 places that the domain needs, between 114.1000, -32.6000 and 115.1000, -32.6000"
        )
        assert problem.hint == (
            "give data without gaps there, or say what to take: forcing.wind.nan: nearest_wet, or a number such as 0"
        )
        with pytest.raises(DataError, match=r"at 1 of 2 places that the domain needs, at 114\.1000, -32\.6000"):
            at(SEA, LAND)

    def test_it_does_not_matter_where_it_is_not_needed(self):
        assert at(SEA).tobytes() == at(SEA, data=air()).tobytes()
        data = coastal()
        data.u10[4] = np.nan  # a bad time between those that are asked for
        assert np.isfinite(at(SEA, data=data, at=[0, 3, 5, 8])).all()
        with pytest.raises(DataError):
            at(SEA, data=data, at=[3.5])

    def test_a_number_stands_in_only_where_it_is_missing(self):
        found = at(SEA, LAND, SHORE, nan=-1.5)
        assert found[:, :1] == pytest.approx(at(SEA), abs=1e-13)  # of another cut, with the last digit of another sum
        assert found[:, 1:].tolist() == [[-1.5, -1.5]] * 3

    def test_it_may_be_kept(self):
        found = at(SEA, LAND, nan="keep")
        assert np.isnan(found[:, 1]).all()
        assert found[:, :1] == pytest.approx(at(SEA), abs=1e-13)

    def test_the_nearest_point_with_data_stands_in(self):
        data = coastal()
        found = at(SEA, LAND, SHORE, nan="nearest_wet", at=[0])
        assert found[0, 0] == pytest.approx(at(SEA, at=[0])[0, 0], abs=1e-13)
        column = data.u10.isel(time=0).sel(lon=115.25).values
        nearest = column[np.argmin(np.abs(LAT - -32.6))]
        assert found[0, 1] == pytest.approx(nearest, abs=1e-13)
        south, north = column[LAT == -32.75].item(), column[LAT == -32.5].item()
        assert found[0, 2] == pytest.approx(0.4 * south + 0.6 * north, abs=1e-12)  # of its corners those at sea

    def test_a_coast_that_moves_is_followed_in_time(self):
        """Sea ice, drying flats: every time has its own points with data."""
        data = air()
        data = data.where((data.lon > 115.0) | (data.time > HOURS[3]))
        found = at(LAND, data=data, nan="nearest_wet", at=range(9))
        assert found[4:] == pytest.approx(at(LAND, data=air(), at=range(4, 9)), abs=1e-13)
        assert found[:4] == pytest.approx(at(LAND, nan="nearest_wet", at=range(4)), abs=1e-13)

    @pytest.mark.parametrize(("policy", "expected"), [("keep", np.nan), (2.5, 2.5)])
    def test_data_without_any_value_may_be_filled_or_kept(self, policy: Any, expected: float):
        data = air() * np.nan
        assert problems(data, nan=policy) == []
        assert np.array_equal(at(SEA, data=data, nan=policy), np.full((3, 1), expected), equal_nan=True)

    @pytest.mark.parametrize(
        ("policy", "message"),
        [
            ("error", "u10 is NaN at 412 of 412 places"),
            ("nearest_wet", "u10 has no data at all in the area of the domain"),
        ],
    )
    def test_data_without_any_value_are_refused(self, policy: str, message: str):
        found = problems(air() * np.nan, nan=policy)
        assert message in found[0].message

    def test_every_quantity_has_its_own_way(self):
        data = coastal().assign(msl=(coastal().u10 * 0 + 101_300.0).assign_attrs(units="Pa"))
        grid = {"kind": "grid", "source": source(data)}
        both = Forcing(wind={**grid, "nan": 0.0}, pressure={**grid, "nan": "nearest_wet"})
        assert both.problems(SIX_HOURS, domain(114.0)) == []
        lon, lat = np.array([LAND]).T
        assert both.wind.at(hours(0), lon, lat)[0].item() == 0.0
        assert both.pressure.at(hours(0), lon, lat).item() == 101_300.0
        strict = Forcing(wind={**grid, "nan": 0.0}, pressure=grid)
        assert [p.key for p in strict.problems(SIX_HOURS, domain(114.0))] == ["forcing.pressure.source"]

    def test_a_number_that_stands_for_no_value_is_recognised(self):
        data = air().where(lambda d: d.lon > 115.7, -9999.0)
        data.u10.attrs["units"] = data.v10.attrs["units"] = "m/s"
        found = problems(data)
        assert found[0].message.startswith("u10 is between -9999 and ")
        assert "the first is at 2023-01-01T00:00:00Z, lat -33, lon " in found[0].message
        assert found[0].hint == "is -9999 a missing value? then set forcing.wind.source.missing to it"


def curvilinear(turn_deg: float = 20.0, middle: float = 115.6) -> xr.Dataset:
    """Winds that are linear in longitude and latitude, on a grid that is turned."""
    angle = np.radians(turn_deg)
    j, i = np.mgrid[-20:21, -25:26] * 0.05
    lon = middle + np.cos(angle) * i - np.sin(angle) * j
    lat = -32.6 + np.sin(angle) * i + np.cos(angle) * j
    plane = 1.0 + 3.0 * (lon - middle) - 2.0 * (lat + 32.6)
    wind = plane[None] + 0.5 * np.arange(9.0)[:, None, None]
    wrapped = (lon + 180) % 360 - 180
    return xr.Dataset(
        {n: (("time", "eta", "xi"), wind * f, {"units": "m/s"}) for n, f in (("u10", 1.0), ("v10", -2.0))},
        coords={"time": HOURS, "lon": (("eta", "xi"), wrapped), "lat": (("eta", "xi"), lat)},
    )


class TestCurvilinear:
    @pytest.mark.parametrize("middle", [115.6, 0.0, 180.0])
    def test_fields_linear_in_space_are_exact(self, middle: float):
        x, y = middle + np.array([-0.3, 0.0, 0.25]), -32.6 + np.array([0.2, -0.3, 0.1])
        expected = 1.0 + 3.0 * (x - middle) - 2.0 * (y + 32.6) + 0.5 * np.array([[0.0], [1.25], [6.0]])
        found = values(curvilinear(middle=middle), x, y)
        # Shares are snapped by a millionth of a cell of 0.05 degrees with a slope of 3; turns round to 1e-13.
        assert found[0] == pytest.approx(expected, abs=1e-6)
        assert found[1] == pytest.approx(-2 * expected, abs=1e-6)

    def test_the_cut_is_as_good_as_the_whole(self):
        data = curvilinear()
        assert problems(data, domain(115.5, -32.7, 0.2)) == []
        with forcing(data).wind.prepared(SIX_HOURS, domain(115.5, -32.7, 0.2)) as ready:
            assert ready.fields.first.size < data.u10.size / 4
            x, y = np.array([115.51, 115.69]), np.array([-32.69, -32.51])
            assert np.array(ready.at(hours(0, 6), x, y)) == pytest.approx(values(data, x, y, at=[0, 6]), abs=1e-9)

    def test_a_domain_beyond_it_is_refused_with_its_limits(self):
        (problem,) = problems(curvilinear(), domain(116.7, -32.7, 0.4))
        told = "of 412 places of the domain are outside of the grid of u10, which covers lon 114.083 .. 117.117, lat "
        assert told in problem.message
        with pytest.raises(DataError, match="2 of 2 places of the domain are outside"):
            values(curvilinear(), [10.0, 20.0], [0.0, 1.0])

    def test_a_hole_in_its_coordinates_is_a_hole_in_its_values(self):
        data = curvilinear()
        for name in ("lon", "lat"):
            data[name].values[18:23, 20:24] = np.nan
        assert np.isfinite(at((115.9, -32.5), data=data)).all()
        with pytest.raises(DataError, match="places of the domain are outside of the grid"):
            at((115.5, -32.6), data=data)

    @pytest.mark.parametrize("turn_deg", [2.0, 20.0, 45.0])
    def test_places_along_a_line_are_inside_of_a_grid_that_covers_them(self, turn_deg: float):
        """A thin box holds few points of the grid, or none; its cells count."""
        data = curvilinear(turn_deg)
        rng = np.random.default_rng(3)
        for _ in range(40):
            along = np.linspace(0.0, rng.uniform(0.02, 0.7), 7)
            west, south = rng.uniform(115.25, 115.3), rng.uniform(-32.95, -32.9)
            for x, y in (
                (west + along, south + 0 * along),
                (west + 0 * along, south + along),
                (west + along, south + along),
            ):
                expected = 1.0 + 3.0 * (x - 115.6) - 2.0 * (y + 32.6)
                assert values(data, x, y, at=[0])[0, 0] == pytest.approx(expected, abs=1e-6)

    @pytest.mark.parametrize("fill", [0.0, 9.96921e36, -999.0])
    def test_points_whose_place_is_a_number_for_none_are_no_points(self, fill: float):
        data = curvilinear()
        for name in ("lon", "lat"):
            data[name].values[:3] = fill
        assert values(data, *np.array([SEA]).T, at=[0]) == pytest.approx(
            values(curvilinear(), *np.array([SEA]).T, at=[0]), abs=1e-9
        )
        with pytest.raises(DataError, match="places of the domain are outside of the grid"):
            values(data, [80.0], [-20.0])  # on the way from 0, 0 to the first row

    def test_a_grid_without_any_place_is_told(self):
        data = curvilinear()
        data.lon.values[:] = 9.96921e36
        with pytest.raises(DataError, match="coordinates lon and lat of u10 hold no places"):
            values(data, [115.6], [-32.6])


class TestAroundTheGlobe:
    """Grids of ocean models that begin somewhere, go round, and repeat two columns, one, or none."""

    def data(self, columns: int) -> xr.Dataset:
        lon, lat = np.meshgrid(73.0 + np.arange(columns), np.arange(-60.0, 60.0))
        lon, lat = lon + 0.3 * np.sin(np.radians(3 * lat)), lat + 0.2 * np.sin(np.radians(2 * lon))
        wave = np.cos(np.radians(lon - 20.0)), np.sin(np.radians(lon - 20.0))
        places = {"nav_lon": (("y", "x"), (lon + 180) % 360 - 180), "nav_lat": (("y", "x"), lat)}
        return xr.Dataset({n: (("y", "x"), f) for n, f in zip(("u10", "v10"), wave, strict=True)}, places)

    @pytest.mark.parametrize("columns", [360, 361, 362])
    @pytest.mark.parametrize("lon", [20.5, 72.5, 73.2, 74.5, -179.9, 179.8, 252.9])
    def test_every_place_has_its_value(self, columns: int, lon: float):
        found = values(self.data(columns), [lon, lon + 0.3], [-20.5, -20.4], at=[0])[:, 0]
        angle = np.radians(np.array([lon, lon + 0.3]) - 20.0)
        # Straight lines under a sine over cells of 1 degree, cut in two: h^2 / 4.
        assert found == pytest.approx(np.array([np.cos(angle), np.sin(angle)]), abs=np.radians(1.0) ** 2 / 4)

    def test_half_a_globe_is_not_closed(self):
        with pytest.raises(DataError, match="2 of 2 places of the domain are outside"):
            values(self.data(180), [-40.0, -40.1], [-20.5, -20.4], at=[0])


def test_a_grid_that_folds_over_itself_is_told_as_such():
    lon, lat = np.meshgrid(np.arange(110.0, 120.0), np.array([-35.0, -33.0, -31.0, -33.5, -36.0]))
    lon = lon + 0.01 * lat
    places = {"lon": (("y", "x"), lon), "lat": (("y", "x"), lat + 0.01 * lon)}
    data = xr.Dataset(dict.fromkeys(("u10", "v10"), (("y", "x"), lon)), places)
    with pytest.raises(DataError, match="the grid of u10 overlaps itself around the domain"):
        values(data, [115.3, 115.4], [-32.6, -32.5])


def test_separate_points_are_refused_as_a_field():
    data = air().isel(lat=[3]).squeeze("lat").rename(lon="site")
    data = data.assign_coords(lon=("site", LON), lat=("site", np.full(len(LON), -32.0)))
    with pytest.raises(DataError, match=r"u10 is given at separate points \(time, site\), not on a grid"):
        at(SEA, data=data)


def test_weights_are_made_once_for_u_and_v_and_kept_apart_for_other_grids_and_places():
    whole = Understood(air(), "k").field(QUANTITIES["eastward_wind"])
    x, y = np.array([115.1]), np.array([-32.1])
    first, _ = weights_at(whole, x, y, "k")
    assert weights_at(whole * 2, x, y, "k")[0] is first
    others = [weights_at(whole, y + 147.0, y, "k"), weights_at(whole[..., 1:], x, y, "k")]
    assert all(other is not first for other, _ in others)
    for shift in range(20):
        weights_at(whole, x + 0.01 * shift, y, "k")
    assert len(_kept) <= 8  # memory is bounded


def test_a_grid_in_metres_is_no_grid_in_degrees_of_the_same_numbers():
    values_2d = np.arange(12.0).reshape(3, 4)
    rows, columns = np.array([0.0, 1.0, 2.0]), np.array([0.0, 1.0, 2.0, 3.0])
    degrees = xr.DataArray(values_2d, dims=("lat", "lon"), coords={"lat": rows, "lon": columns}, name="z")
    metres = xr.DataArray(values_2d.T, dims=("y", "x"), coords={"y": columns, "x": rows}, name="z")
    x, y = np.array([0.5]), np.array([1.5])
    found = [weights_at(array, x, y, "k")[0].apply(array.values).item() for array in (degrees, metres)]
    assert found == [6.5, 3.5]


def test_points_are_in_the_order_of_the_values():
    array = Understood(air(), "k").field(QUANTITIES["eastward_wind"])
    lon, lat = points_of(array)
    at_point = array.isel(time=0).values.ravel()[30]
    assert at_point == array.isel(time=0).sel(lon=lon[30], lat=lat[30]).item()


def test_weights_of_changing_gaps_are_kept_for_the_latest_only():
    """A year of ice has thousands of patterns, each with weights of its own."""
    data = air()
    array = Understood(data, "k").field(QUANTITIES["eastward_wind"])
    to = ToPlaces(array, np.array([115.6, 116.1]), np.array([-32.6, -32.1]), "nearest_wet", "k", "n")
    steps = np.tile(data.u10.values[:1], (40, 1, 1))
    for number, step in enumerate(steps):
        step.ravel()[: 230 + number] = np.nan
    found = to(steps)
    assert len(to._filled) == _MOST_KEPT
    assert found[0].tobytes() == to(steps[:1])[0].tobytes()
