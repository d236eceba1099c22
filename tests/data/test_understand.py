"""Which variable is meant, in which unit and sense, and what was said in another way."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest
import xarray as xr

from rompy_hydra.data.quantities import ELEVATION, QUANTITIES, recognised, vertical_sign
from rompy_hydra.data.understand import Change, Understood
from rompy_hydra.domain import Domain
from rompy_hydra.errors import DataError
from tests.data.lookalike import air, domain, forcing, problems, source, values

EAST, PRESSURE, FROM = (
    QUANTITIES[n] for n in ("eastward_wind", "air_pressure_at_mean_sea_level", "wind_from_direction")
)


def understood(**variables: dict[str, str]) -> Understood:
    """Data with these variables; each is given by its attributes."""
    data = {name: ("x", [1.0, 2.0], attributes) for name, attributes in variables.items()}
    return Understood(xr.Dataset(data), "forcing.wind.source")


def refused(data: Understood, quantity: Any, name: str | None = None) -> tuple[str, str]:
    with pytest.raises(DataError) as caught:
        data.variable(quantity, name, "forcing.wind.u")
    (problem,) = caught.value.problems
    assert problem.key == "forcing.wind.u"
    return problem.message, problem.hint


STANDARD = {"standard_name": "eastward_wind"}
CURRENT = {"standard_name": "eastward_sea_water_velocity"}
AT_THE_GROUND = {"standard_name": "surface_air_pressure"}
WAVES = {"standard_name": "sea_surface_wave_significant_height"}
LEVEL = QUANTITIES["sea_surface_height_above_mean_sea_level"]


class TestVariable:
    @pytest.mark.parametrize(
        ("variables", "name", "found", "why"),
        [
            ({"a": {}, "b": {}}, "b", "b", "the config"),
            ({"a": STANDARD, "b": {}}, None, "a", "standard_name 'eastward_wind'"),
            ({"u10": {}, "v10": {}}, None, "u10", "its name"),
            ({"U10": {}, "u": {}}, None, "U10", "its name"),  # at 10 m rather than at some height
            ({"u10": STANDARD, "u100": STANDARD}, None, "u10", "standard_name 'eastward_wind'"),
            ({"northward_wind": {}, "eastward_wind": {}}, None, "eastward_wind", "its name"),
            ({"u10": {}, "gust": STANDARD}, None, "gust", "standard_name 'eastward_wind'"),
            ({"ua": {"standard_name": "x_wind"}, "va": {}}, None, "ua", "standard_name 'x_wind'"),
        ],
    )
    def test_the_config_comes_before_standard_names_and_these_before_names(
        self, variables: dict[str, dict[str, str]], name: str | None, found: str, why: str
    ):
        assert understood(**variables).variable(EAST, name, "forcing.wind.u") == (found, why)

    def test_the_only_variable_is_the_pressure_but_never_half_a_wind(self):
        assert understood(whatever={}).variable(PRESSURE, None, "k") == ("whatever", "the only variable")
        message, hint = refused(understood(whatever={}), EAST)
        assert message == "nothing tells which variable is eastward_wind; there are whatever"
        assert hint == "say which one is meant, e.g. forcing.wind.u: whatever"

    def test_a_name_that_is_not_there_is_refused_with_the_nearest_one(self):
        assert refused(understood(u10={}, v10={}), EAST, "u_10") == (
            "the data have no variable u_10, but u10, v10",
            "did you mean 'u10'?",
        )

    def test_several_that_say_the_same_are_not_chosen_from(self):
        message, hint = refused(understood(ua=STANDARD, ub=STANDARD), EAST)
        assert message == "several variables are eastward_wind: ua, ub"
        assert hint == "say which one is meant, e.g. forcing.wind.u: ua"

    @pytest.mark.parametrize(
        ("variables", "quantity", "found"),
        [
            ({"u": CURRENT, "Uwind": STANDARD}, EAST, "Uwind"),
            ({"u10": {}, "u100": STANDARD}, EAST, "u10"),
            ({"100u": STANDARD, "10u": STANDARD}, EAST, "10u"),
            (
                {"pressure": AT_THE_GROUND, "prmsl": {"standard_name": "unknown"}},
                PRESSURE,
                "prmsl",
            ),
            ({"depth": {}, "z": {}}, ELEVATION, "depth"),
        ],
    )
    def test_what_says_that_it_is_something_else_is_not_taken(self, variables, quantity, found: str):
        assert understood(**variables).variable(quantity, None, "k")[0] == found

    @pytest.mark.parametrize(
        ("variables", "quantity", "told"),
        [
            ({"u": CURRENT}, EAST, "there are u (eastward_sea_water_velocity)"),
            ({"sp": AT_THE_GROUND}, PRESSURE, "there are sp (surface_air_pressure)"),
            ({"pressure": AT_THE_GROUND}, PRESSURE, "pressure (surface_air_pressure)"),
            ({"sp": {}}, PRESSURE, "there are sp"),
            ({"VHM0": WAVES}, LEVEL, f"VHM0 ({WAVES['standard_name']})"),
            ({"elevation": {"standard_name": "height_above_mean_sea_level"}}, LEVEL, "(height_above_mean_sea_level)"),
            ({"elevation": {"standard_name": "sea_surface_height_above_geoid"}}, ELEVATION, "(sea_surface_height"),
            ({"hs": WAVES}, ELEVATION, "hs (sea_surface"),
            ({"hs": {}}, LEVEL, "there are hs"),
            ({"temperature": {}}, LEVEL, "there are temperature"),
            ({"discharge": {}}, LEVEL, "there are discharge"),
            ({"u100": STANDARD}, EAST, "there are u100 (at 100 m)"),
        ],
    )
    def test_what_is_something_else_is_told_and_not_taken_for_lack_of_another(self, variables, quantity, told: str):
        assert told in refused(understood(**variables), quantity)[0]
        name = next(iter(variables))
        assert understood(**variables).variable(quantity, name, "k") == (name, "the config")

    @pytest.mark.parametrize("names", [("SSH", "zos"), ("eta", "water_level"), ("ssh", "SSH")])
    def test_two_usual_names_are_not_chosen_from(self, names: tuple[str, str]):
        message, _ = refused(understood(**{name: {} for name in names}), LEVEL)
        assert message == f"several variables are {LEVEL.name}: {', '.join(names)}"

    @pytest.mark.parametrize(
        ("name", "value", "attributes", "told"),
        [
            ("height", 100.0, {"units": "m"}, "u (at 100 m)"),
            ("heightAboveGround", 80.0, {}, "u (at 80 m)"),
            ("level", 850.0, {"units": "hPa"}, "u (at 850 hPa)"),
            ("level", 925.0, {"units": "millibars"}, "u (at 925 millibars)"),
            ("plev", 85_000.0, {"units": "Pa", "standard_name": "air_pressure"}, "u (at 85000 Pa)"),
        ],
    )
    @pytest.mark.parametrize("dims", [(), ("z",)])
    def test_a_wind_at_another_height_is_taken_where_the_config_names_it(self, name, value, attributes, told, dims):
        array = xr.DataArray(np.zeros((1, 2)), dims=("z", "x"), attrs=STANDARD)
        array = (array if dims else array[0]).assign_coords(
            {name: (dims, np.full((1,) * len(dims), value), attributes)}
        )
        data = Understood(array.to_dataset(name="u"), "k")
        assert told in refused(data, EAST)[0]
        assert data.variable(EAST, "u", "k") == ("u", "the config")

    @pytest.mark.parametrize(
        ("name", "value", "attributes"),
        [
            ("height", 10.0, {"units": "m"}),
            ("heightAboveGround", 10.0, {}),
            ("level", 1000.0, {"units": "cm"}),
            ("level", 1.0, {}),
            ("number", 7.0, {"units": "1"}),
            ("lev", 1.0, {"units": "1", "standard_name": "ocean_sigma_coordinate"}),
        ],
    )
    def test_a_wind_at_ten_metres_or_on_a_level_of_which_nothing_is_known_is_the_wind(self, name, value, attributes):
        array = xr.DataArray(np.zeros(2), dims="x", attrs=STANDARD, coords={name: ((), value, attributes)})
        assert Understood(array.to_dataset(name="u"), "k").variable(EAST, None, "k")[0] == "u"

    def test_attributes_that_are_no_text_are_told_as_they_are(self):
        data = understood(u10={"standard_name": np.arange(2)})  # type: ignore[dict-item]
        assert "there are u10 ([0 1])" in refused(data, EAST)[0]
        data = understood(u10={"units": np.array(["m", "s"])})  # type: ignore[dict-item]
        with pytest.raises(DataError, match="are not understood, expected m s-1"):
            data.field(EAST)

    def test_data_without_variables_are_told_as_such(self):
        assert "there are none" in refused(understood(), EAST)[0]
        assert "but none at all" in refused(understood(), EAST, "u10")[0]


class TestSense:
    @pytest.mark.parametrize(
        ("attributes", "units", "quantity", "expected"),
        [
            ({"units": "hPa"}, None, PRESSURE, [100.0, 200.0]),
            ({"units": "Pa"}, "hPa", PRESSURE, [100.0, 200.0]),  # the config knows better than the data
            ({}, None, PRESSURE, [1.0, 2.0]),
            ({"units": "degree", "standard_name": "wind_to_direction"}, None, FROM, [-179.0, -178.0]),
            ({"units": "rad", "standard_name": "wind_to_direction"}, None, FROM, np.degrees([1.0, 2.0]) - 180),
            ({"units": "m", "standard_name": "depth"}, None, ELEVATION, [-1.0, -2.0]),
            ({"units": "cm", "standard_name": "altitude"}, None, ELEVATION, [0.01, 0.02]),
            ({"units": "1"}, None, QUANTITIES["sea_water_practical_salinity"], [1.0, 2.0]),
            ({"units": "degrees Celsius"}, None, QUANTITIES["sea_water_temperature"], [1.0, 2.0]),
            ({"units": "K"}, None, QUANTITIES["air_temperature"], [-272.15, -271.15]),
        ],
    )
    def test_numbers_are_those_of_the_quantity(self, attributes, units, quantity, expected):
        data = understood(a=attributes)
        found = data.field(quantity, "a", "k", units)
        numbers = data.plain("a", turned=data.turned("a", quantity, units))
        assert numbers.values == pytest.approx(np.array(expected), rel=1e-12)
        assert found.name == quantity.name
        assert found.attrs["units"] == quantity.units

    @pytest.mark.parametrize(("sign", "expected"), [(1.0, [1.0, 2.0]), (-1.0, [-1.0, -2.0])])
    def test_what_the_config_says_of_the_sign_is_done(self, sign: float, expected: list[float]):
        assert understood(z={}).field(ELEVATION, "z", "k", sign=sign).values.tolist() == expected

    def test_units_that_are_not_understood_name_the_key_to_set(self):
        with pytest.raises(DataError) as caught:
            Understood(air(), "forcing.wind.source", "forcing.wind").turned("u10", PRESSURE)
        (problem,) = caught.value.problems
        assert problem.message == "units 'm s**-1' measure something else, expected Pa"
        assert problem.hint == "set forcing.wind.units to what the numbers are in, such as Pa"


@pytest.mark.parametrize(
    ("name", "standard_name", "quantity"),
    [
        ("u10", "", "eastward_wind"),
        ("u", "", None),  # wind or current
        ("a", "eastward_sea_water_velocity", "eastward_sea_water_velocity"),
        ("a", "wind_to_direction", "wind_from_direction"),
        ("elevation", "", None),  # of the bed or of the sea
        ("depth", "", ELEVATION.name),
        ("u10", "eastward_wind_shear", None),  # the standard name says that it is something else
        ("Hs", "", "sea_surface_wave_significant_height"),
    ],
)
def test_a_quantity_is_recognised_only_where_it_is_told(name: str, standard_name: str, quantity: str | None):
    found = recognised(name, standard_name)
    assert (found.name if found else None) == quantity


@pytest.mark.parametrize(
    ("attributes", "sign"),
    [
        ({"positive": "up"}, "elevation"),
        ({"positive": "DOWN"}, "depth"),
        ({"standard_name": "sea_floor_depth_below_geoid"}, "depth"),
        ({"standard_name": "altitude"}, "elevation"),
        ({"standard_name": "sea_floor_depth_below_geoid", "positive": "up"}, "elevation"),
        ({"long_name": "depth"}, None),
    ],
)
def test_attributes_tell_depths_from_elevations(attributes: dict[str, str], sign: str | None):
    assert vertical_sign(attributes) == sign


def test_a_bed_is_the_same_as_elevation_and_as_depth():
    lon, lat = np.arange(115.0, 116.1, 0.1), np.arange(-33.0, -31.9, 0.1)
    z = -20.0 + 30.0 * (lon - 115.0)[None, :] + 0.0 * lat[:, None]
    box = {"kind": "box", "x": (115.3, 115.5), "y": (-32.6, -32.4), "resolution_m": 5000}

    def bed(values: np.ndarray, **attributes: str) -> np.ndarray:
        data = xr.Dataset({"z": (("lat", "lon"), values, attributes)}, coords={"lat": lat, "lon": lon})
        made = Domain(mesh=box, bathymetry={"kind": "grid", "source": source(data)})
        x, y = np.meshgrid(np.linspace(320_000, 350_000, 9), np.linspace(6_400_000, 6_410_000, 5))
        return made.elevation_at(x.ravel(), y.ravel())

    up = bed(z, positive="up", units="m")
    assert np.ptp(up) > 4.0
    for said in (
        bed(-z, positive="down", units="m"),
        bed(-z, standard_name="depth", units="m"),
        bed(z * 100, standard_name="altitude", units="cm"),
        bed(-z * 1000, positive="down", units="mm"),
    ):
        assert said == pytest.approx(up, rel=1e-13)  # a product and its inverse


class TestChanges:
    """What `explain` and `rompy-hydra data` show."""

    def test_what_is_said_otherwise_is_told_with_what_tells_so(self, tmp_path: Path):
        data = air().rename(time="valid_time", lat="latitude", lon="longitude")
        data = data.isel(latitude=slice(None, None, -1)).assign_coords(
            longitude=("longitude", data.longitude.values + 360.0, {"standard_name": "longitude"})
        )
        for name in ("u10", "v10"):
            data[name].attrs["units"] = "knots"
        packing = {"dtype": "int16", "scale_factor": 0.01, "_FillValue": -32767}
        data.to_netcdf(tmp_path / "air.nc", encoding=dict.fromkeys(("u10", "v10"), packing))
        found = forcing(tmp_path / "air.nc").wind.changes("forcing.wind")
        assert found == [
            Change("u10", "knots", "m s-1", "units"),
            Change("u10", "packed int16", "float64", "scale_factor and add_offset"),
            Change("u10", "variable", "eastward_wind", "its name"),
            Change("valid_time", "coordinate", "time", "its name"),
            Change("latitude", "from north to south", "from south to north", "its values"),
            Change("longitude", "473 .. 478", "113 .. 118", "one convention of longitudes"),
            Change("longitude", "coordinate", "lon", "standard_name 'longitude'"),
            Change("latitude", "coordinate", "lat", "standard_name 'latitude'"),
            Change("v10", "knots", "m s-1", "units"),
            Change("v10", "packed int16", "float64", "scale_factor and add_offset"),
            Change("v10", "variable", "northward_wind", "its name"),
        ]

    def test_of_data_in_our_own_words_nothing_is_told(self):
        data = air().rename(u10="eastward_wind", v10="northward_wind")
        for name in ("eastward_wind", "northward_wind"):
            data[name].attrs["units"] = "m s-1"
        assert forcing(data).wind.changes("forcing.wind") == []

    @pytest.mark.parametrize(
        ("change", "told"),
        [
            (lambda d: d.transpose("lon", "lat", "time"), "dimensions lon, lat, time"),
            (lambda d: d.isel(time=slice(None, None, -1)), "times out of order"),
            (lambda d: d.isel(time=0), "a single time"),
            (lambda d: d.convert_calendar("noleap", use_cftime=True), "calendar noleap"),
        ],
    )
    def test_the_order_of_things_is_told(self, change, told: str):
        assert told in [c.found for c in forcing(change(air())).wind.changes("forcing.wind")]


def test_the_data_of_the_caller_are_not_changed():
    """A filter or a dataset that is used twice has to mean the same twice."""
    data = air().isel(lat=slice(None, None, -1))
    before = data.copy(deep=True)
    values(data, [115.6], [-32.5])
    problems(data, domain())
    assert data.identical(before)
    assert data.u10.dims == before.u10.dims
    assert data.u10.attrs == before.u10.attrs == {"units": "m s**-1"}
