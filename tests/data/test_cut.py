"""The part of data that a period and a place need: bracketed, padded, around the globe, and what is missing of it."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
import xarray as xr

from rompy_hydra.core.period import Period
from rompy_hydra.core.times import seconds
from rompy_hydra.data.cut import Box, Need, at_times, cut
from rompy_hydra.data.quantities import QUANTITIES
from rompy_hydra.data.understand import Understood
from rompy_hydra.domain import Domain
from tests.data.lookalike import HOURS, LAT, LON, SIX_HOURS, START, air, cut_of, domain, hours, problems, values


def wind(data: xr.Dataset) -> xr.DataArray:
    return Understood(data, "forcing.wind.source").field(QUANTITIES["eastward_wind"])


def span(first_h: float, last_h: float) -> tuple[float, float]:
    first, last = seconds(hours(first_h, last_h)).tolist()
    return first, last


BOX = Box(115.3, 115.6, -32.6, -32.4)


class TestBracketing:
    """What lies around the box and the period, not what lies within."""

    def test_a_box_between_points_gets_the_points_around_it(self):
        part = cut(wind(air()), Need(span(1.5, 3.5), Box(115.3, 115.4, -32.6, -32.55), pad=0))
        assert part.lon.values.tolist() == [115.25, 115.5]
        assert part.lat.values.tolist() == [-32.75, -32.5]
        assert part.time.values.tolist() == HOURS[1:5].tolist()

    @pytest.mark.parametrize("pad", [0, 1, 3])
    def test_cells_and_steps_are_added_in_numbers_of_points(self, pad: int):
        part = cut(wind(air()), Need(span(3.5, 4.5), BOX, pad=pad))
        expected = {"time": 3 + 2 * pad, "lat": 3 + 2 * pad, "lon": 3 + 2 * pad}
        assert dict(part.sizes) == expected

    def test_on_unequal_steps_it_is_points_that_count_too(self):
        lon = np.array([100.0, 110.0, 114.0, 115.0, 115.5, 116.0, 120.0, 140.0])
        part = cut(wind(air(lon)), Need(None, BOX, pad=1))
        assert part.lon.values.tolist() == [114.0, 115.0, 115.5, 116.0, 120.0]

    def test_at_the_edge_of_the_data_there_is_no_more(self):
        part = cut(wind(air()), Need(span(0, 8), Box(LON[0], LON[2], LAT[-2], LAT[-1]), pad=2))
        assert part.lon.values.tolist() == LON[:5].tolist()
        assert part.lat.values.tolist() == LAT[-4:].tolist()
        assert part.sizes["time"] == 9

    def test_values_stay_with_their_places(self):
        data = air()
        part = cut(wind(data.isel(lat=slice(None, None, -1))), Need(span(2, 4), BOX))
        expected = data.u10.sel(time=part.time, lat=part.lat, lon=part.lon)
        assert np.array_equal(part.values, expected.values)

    def test_nothing_is_read_before_it_is_asked_for(self):
        part = cut(wind(air()), Need(span(2, 4), BOX))
        assert not part.variable._in_memory

    def test_without_a_need_it_is_the_whole(self):
        whole = wind(air())
        assert cut(whole, Need()) is whole

    def test_single_times_can_be_picked(self):
        data = air()
        part = at_times(wind(data), np.array([0, 3, 4]))
        assert part.time.values.tolist() == HOURS[[0, 3, 4]].tolist()
        assert np.array_equal(part.values, data.u10.values[[0, 3, 4]])


class TestGlobe:
    """Rompy's box across the dateline lost half of the domain."""

    GLOBE = air(np.arange(0.0, 360.0, 2.5), np.arange(-60.0, 61.0, 2.5))

    @pytest.mark.parametrize(
        ("west", "east", "lon"),
        [
            (-3.0, 4.0, [-5.0, -2.5, 0.0, 2.5, 5.0]),
            (177.0, 184.0, [175.0, 177.5, 180.0, 182.5, 185.0]),
            (-183.0, -176.0, [-185.0, -182.5, -180.0, -177.5, -175.0]),
            (357.0, 364.0, [355.0, 357.5, 360.0, 362.5, 365.0]),
            (116.0, 117.0, [115.0, 117.5]),
        ],
    )
    def test_a_box_over_the_edge_of_the_data_is_whole(self, west: float, east: float, lon: list[float]):
        part = cut(wind(self.GLOBE), Need(None, Box(west, east, -10.0, 0.0), pad=0))
        assert part.lon.values.tolist() == lon  # in the longitudes of the box
        expected = self.GLOBE.u10.sel(lon=np.array(lon) % 360.0, lat=part.lat)
        assert np.array_equal(part.values, expected.values)

    def test_the_whole_circle_is_there_once(self):
        part = cut(wind(self.GLOBE), Need(None, Box(-180.0, 180.0, -10.0, 0.0)))
        assert part.sizes["lon"] == 144
        assert len(set((part.lon.values % 360).tolist())) == 144

    def test_places_around_the_dateline_have_a_short_box(self):
        box = Box.around(np.array([-541.0, -539.5]), np.array([1.0, 2.0]), is_lonlat=True)
        assert (box.west, box.east) == (179.0, 180.5)
        assert Box.around(np.array([500_000.0]), np.array([1.0]), is_lonlat=False).west == 500_000.0


def told(*arguments: Any, **fields: Any) -> list[str]:
    return [p.message for p in problems(*arguments, **fields)]


class TestCoverage:
    """Every shortcoming is told before a run, with both ranges."""

    def test_data_that_cover_it_have_no_problem(self):
        assert problems(air()) == []

    def test_a_wind_that_ends_ten_minutes_early_is_refused_with_both_times(self):
        (message,) = told(air(), period=Period(start=START, duration="8h10min"))
        assert "2023-01-01T08:00:00Z, the run needs 2023-01-01T00:00:00Z .. 2023-01-01T08:10:00Z" in message
        assert message.endswith("; 10 min are missing at its end")

    @pytest.mark.parametrize(
        ("lon", "lat", "covered", "needed"),
        [
            (117.8, -32.6, "lon 113.000 .. 118.000", "lon 117.800 .. 118.200"),
            (112.9, -32.6, "lon 113.000 .. 118.000", "lon 112.900 .. 113.300"),
            (115.0, -30.2, "lat -35.000 .. -30.000", "lat -30.200 .. -29.800"),
        ],
    )
    def test_a_part_of_the_domain_without_wind_is_refused_with_both_limits(
        self, lon: float, lat: float, covered: str, needed: str
    ):
        (message,) = told(air(), domain(lon, lat))
        assert covered in message
        assert needed in message
        assert "no place in common" not in message

    @pytest.mark.parametrize("lon", [15.6, -64.4, 120.0])
    def test_data_of_another_place_are_refused(self, lon: float):
        (problem,) = problems(air(), domain(lon))
        assert problem.message.endswith("; they have no place in common")
        assert problem.hint == "give data that cover the domain, or make the domain smaller"

    def test_a_place_far_away_does_not_get_the_value_of_the_edge(self):
        from rompy_hydra.errors import DataError

        with pytest.raises(DataError, match="they have no place in common"):
            values(air(), [15.0], [-32.0])

    def test_a_nearly_global_domain_is_not_covered_by_europe(self):
        europe = air(np.arange(-15.0, 25.1, 1.0), np.arange(-60.0, 61.0, 1.0))
        box = {"kind": "box", "x": (20.0, 350.0), "y": (-1.0, 1.0), "resolution_m": 200_000}
        ring = Domain(mesh=box, bathymetry={"kind": "flat", "elevation_m": -5})
        assert len(told(europe, ring)) == 1

    def test_a_gap_within_the_period_is_refused_or_interpolated(self):
        data = air().isel(time=[0, 1, 2, 3, 6, 7, 8])
        (problem,) = problems(data)
        assert "1 gap within the period: the longest lasts 3 h, from 2023-01-01T03:00:00Z" in problem.message
        assert problems(data, gaps="interpolate") == []
        places = [115.6, 115.9], [-32.6, -32.5]
        at_three, at_six = values(air(), *places, at=[3, 6]).transpose(1, 0, 2)
        across = values(data, *places, at=[4], gaps="interpolate")[:, 0]
        assert across == pytest.approx(at_three + (at_six - at_three) / 3, abs=1e-12)

    def test_a_domain_with_a_gap_in_time_and_beyond_the_data_is_told_both(self):
        found = told(air().isel(time=[0, 1, 2, 3, 6, 7, 8]), domain(117.8))
        assert ["gap" in m for m in found] == [True, False]

    @pytest.mark.parametrize(("dim", "name"), [("time", "time"), ("lat", "lat"), ("lon", "lon")])
    def test_data_cut_to_nothing_are_refused(self, dim: str, name: str):
        (problem,) = problems(air().isel({dim: slice(0, 0)}))
        assert problem.message == f"u10 is empty: there is nothing along its dimension {name}"
        assert problem.hint == "the data were cut to nothing; look at how they were made"

    @pytest.mark.parametrize("missing", [slice(11, 12), slice(9, 13), slice(3, 18)])
    def test_columns_that_are_missing_within_the_domain_are_told(self, missing: slice):
        kept = np.delete(np.arange(21), missing)
        (message,) = told(air().isel(lon=kept))
        low, high = 113.0 + 0.25 * (missing.start - 1), 113.0 + 0.25 * missing.stop
        expected = f"coordinate lon of u10 goes from {low:g} to {high:g} within the domain"
        assert message == f"{expected}, a step of {high - low:g} beside steps of 0.25"
        assert problems(air().isel(lon=kept), domain(117.6, width=0.3)) == []

    @pytest.mark.parametrize("dim", ["lat", "lon"])
    def test_a_single_row_is_no_grid(self, dim: str):
        (message,) = told(air().isel({dim: [5]}))
        assert message == f"coordinate {dim} of u10 has a single point, two are needed to interpolate"

    def test_u_and_v_at_other_times_or_places_are_refused_with_what_differs(self):
        data = air()
        late = data.v10.isel(time=slice(1, None)).rename(time="later")
        (message,) = told(xr.Dataset({"u10": data.u10, "v10": late}))
        assert message == (
            "u10 and v10 are not at the same places and times: their time has 9 values, 2023-01-01T00:00:00 .. "
            "2023-01-01T08:00:00, and 8 values, 2023-01-01T01:00:00 .. 2023-01-01T08:00:00"
        )
        (message,) = told(data.assign(v10=data.v10.isel(time=0, drop=True)))
        assert message.endswith(": u10 is along time, lat, lon and v10 is along lat, lon")
        staggered = data.v10.rename(lon="lon_v").assign_coords(lon_v=("lon_v", data.lon.values + 0.125, data.lon.attrs))
        (message,) = told(xr.Dataset({"u10": data.u10, "v10": staggered}))
        assert message.endswith("their lon has 21 values, 113.0 .. 118.0, and 21 values, 113.125 .. 118.125")


def test_a_cut_of_the_same_domain_is_the_same_whatever_is_around_it():
    """A larger archive gives the same forcing, byte for byte."""
    small = air()
    large = small.reindex(lon=np.arange(100.0, 140.0, 0.25), lat=np.arange(-60.0, -10.0, 0.25), fill_value=3.0)
    assert cut_of(large, domain(), SIX_HOURS) == cut_of(small, domain(), SIX_HOURS)
