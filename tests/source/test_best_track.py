"""Best tracks: b-decks and tables, with their quirks and faults."""

from __future__ import annotations

import math
from datetime import UTC, datetime
from pathlib import Path

import pytest
from pydantic import ValidationError

from rompy_hydra.errors import DataError
from rompy_hydra.source.cyclone import CycloneSource
from rompy_hydra.source.cyclone.fixes import VALUES, Fix
from tests.storms import deck_line, straight, track

KNOT, NMI = 1852 / 3600, 1852.0

KATRINA = Path(__file__).with_name("bal122005.dat").read_text(encoding="utf-8")
"""Lines of the best track of hurricane Katrina by the US National Hurricane Center."""


def fixes(folder: Path, text: str, **options) -> list[Fix]:
    return track(folder, text.splitlines(), **options).fixes()


def refused(folder: Path, text: str, **options) -> str:
    with pytest.raises(DataError) as caught:
        fixes(folder, text, **options)
    return str(caught.value)


def test_lines_of_one_time_are_one_fix(tmp_path):
    first, landfall, last = fixes(tmp_path, KATRINA)
    assert first.time == datetime(2005, 8, 29, 6, tzinfo=UTC)
    assert (first.lon, first.lat, first.centre_pa, first.line) == (-89.6, 28.2, 91300.0, 1)
    assert (first.max_wind_m_s, first.rmax_m) == pytest.approx((125 * KNOT, 20 * NMI))
    assert (landfall.line, last.line) == (4, 5)


def test_the_fourth_column_is_the_minutes_of_a_best_track(tmp_path):
    assert fixes(tmp_path, KATRINA)[1].time == datetime(2005, 8, 29, 11, 10, tzinfo=UTC)


def test_what_a_short_line_lacks_is_missing(tmp_path):
    landfall = fixes(tmp_path, KATRINA)[1]
    assert landfall.centre_pa == 92000.0
    assert all(math.isnan(x) for x in (landfall.rmax_m, landfall.ambient_pa, landfall.gale_radius_m))


def test_the_ambient_pressure_is_2_hpa_over_the_outermost_closed_isobar(tmp_path):
    assert fixes(tmp_path, KATRINA)[0].ambient_pa == 100800.0


def test_the_mean_gale_radius_is_085_of_the_mean_over_quadrants_that_have_gales(tmp_path):
    assert fixes(tmp_path, KATRINA)[0].gale_radius_m == pytest.approx(0.85 * 175 * NMI)
    half = [deck_line(0, 115, -15, rad=34, radii=(0, 60, 100, 0)), deck_line(6, 115, -15)]
    assert fixes(tmp_path, "\n".join(half))[0].gale_radius_m == pytest.approx(0.85 * 80 * NMI)


def test_a_full_circle_has_one_radius(tmp_path):
    lines = [line.replace("NEQ", "AAA") for line in straight(115, -15, rad=34, radii=(90, 0, 0, 0))]
    assert track(tmp_path, lines).fixes()[0].gale_radius_m == pytest.approx(0.85 * 90 * NMI)


def test_zero_and_blank_and_negative_numbers_are_missing(tmp_path):
    (zero, blank, negative) = fixes(
        tmp_path,
        "WP, 01, 1985010100,   , BEST,   0, 105N, 1300E,   0,    0\n"
        "WP, 01, 1985010106,   , BEST,   0, 106N, 1300E,    ,     \n"
        "WP, 01, 1985010112,   , BEST,   0, 107N, 1300E, -99, -999\n",
    )
    for fix in (zero, blank, negative):
        assert math.isnan(fix.max_wind_m_s)
        assert math.isnan(fix.centre_pa)


def test_forecasts_among_the_lines_are_passed_over(tmp_path):
    forecast = deck_line(3, 115, -15, tech="OFCL", tau=24)
    first, *rest = straight(115, -15)
    assert track(tmp_path, [first, forecast, "", *rest]).fixes() == track(tmp_path, [first, "", "", *rest]).fixes()


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        ("282N", "282", r"line 1: expected tenths of degrees up to 900 and N or S in column LatN/S"),
        ("282N", "2820N", "up to 900 and N or S"),
        ("896W", "896N", "up to 1800 and E or W in column LonE/W"),
        ("282N", "282S", r"expected N in the basin AL \(North Atlantic\)"),
        ("AL, 12", "AX, 12", "(?s)expected a basin of ATCF in column BASIN.*got:  'AX'.*known: AL, CP"),
        ("2005082911, 10", "2005083211, 10", r"line 4: expected a time such as 2005082818 in column YYYYMMDDHH"),
        (
            "BEST,   0, 293N",
            "BEST,  12, 293N",
            "(?s)line 4: expected 0, as in a best track in column TAU.*'12'.*forecast",
        ),
        ("125,  913", "fast,  913", "(?s)line 1: expected a number in column VMAX.*'fast'"),
        ("110,  920", "110, 920x", "line 4: expected a number in column MSLP"),
        ("200,  200,  150,  150", "200, many, 150, 150", r"line 1: expected numbers in column RAD1 \.\. RAD4"),
        ("2005082911, 10", "2005082904, 10", "(?s)line 4: times have to increase.*see line 1"),
        (
            "293N,  896W",
            "293N,  896E",
            "(?s)line 4: expected a storm that moves at less than 50 m/s from line 1.*hemisphere",
        ),
        ("110,  920", "110,   92", r"(?s)line 4: expected a central pressure of 850 \.\. 1050 hPa.*'92 hPa'"),
        ("110,  920", "299,  920", r"line 4: expected a maximum wind of 0 \.\. 120 m/s"),
        (
            "1006,  300,  20",
            "1006,  300, 999",
            r"(?s)line 5: expected a radius of maximum wind of 2 \.\. 1000 km.*1850.15 km",
        ),
    ],
)
def test_a_line_that_cannot_be_is_refused_with_its_column(tmp_path, old: str, new: str, message: str):
    assert old in KATRINA
    with pytest.raises(DataError, match=message):
        fixes(tmp_path, KATRINA.replace(old, new))


def test_one_time_at_two_places_is_refused(tmp_path):
    moved = KATRINA.replace("282N,  896W, 125,  913, HU,  50", "282N,  895W, 125,  913, HU,  50")
    assert "line 2: expected the position of line 1, which has the same time: lon -89.6" in refused(tmp_path, moved)


def test_a_line_cut_short_before_its_position_is_refused(tmp_path):
    assert "line 6: expected at least the columns BASIN to LonE/W" in refused(
        tmp_path, KATRINA + "AL, 12, 2005083000\n"
    )


def test_a_deck_of_forecasts_is_told_for_what_it_is(tmp_path):
    message = refused(tmp_path, KATRINA.replace("BEST", "OFCL"))
    assert "no line of technique BEST, but OFCL; that is an a-deck of forecasts" in message


def test_a_single_fix_is_no_track(tmp_path):
    assert "holds only one fix, at line 1; a track needs two" in refused(tmp_path, KATRINA.splitlines()[0])


@pytest.mark.parametrize(
    ("content", "looks"),
    [
        (b"\x1f\x8b\x08\x00\xff\xfe", "gzip"),
        (b"CDF\x01\xff\xfe\x00\x00" * 20, "netCDF-3"),
        (b"<!DOCTYPE html>\n<html>", "a web page"),
        (b"", "an empty file"),
        (b" \n\n", "an empty file"),
        (b"\xff\xfe\x00\x01", "unknown binary data"),
    ],
)
def test_what_is_no_best_track_is_told_for_what_it_is(tmp_path, content: bytes, looks: str):
    path = tmp_path / "bal122005.dat"
    path.write_bytes(content)
    with pytest.raises(DataError, match=f"is not a best track; it looks like {looks}"):
        CycloneSource(path=path).fixes()


def test_other_text_is_told_for_what_it_is(tmp_path):
    message = refused(
        tmp_path, "AL122005,            KATRINA,     34,\n20050823, 1800,  , TD, 23.1N,  75.1W,  30, 1008\n"
    )
    assert "is not a best track; it looks like text that begins with 'AL122005," in message  # HURDAT2
    assert "give an ATCF b-deck or a CSV table" in message


def test_a_missing_file_is_refused_with_the_nearest_name(tmp_path):
    track(tmp_path, straight(115, -15))
    with pytest.raises(DataError, match=r"(?s)path: no such file.*did you mean bsh182024\.dat\?"):
        CycloneSource(path=tmp_path / "bsh192024.dat").open()


TABLE = """\
time,lon,lat,pressure_hPa,vmax_kt,rmax_km,POCI
2024-03-10T00:00Z,115.0,-15.0,950,100,37.04,1006
2024-03-10T14:00+08:00,114.5,-16.0,945,,30,
2024031012,114.0,-17.0,-999,110,,1004
"""


def test_columns_of_a_table_are_found_by_their_usual_names(tmp_path):
    first, second, third = fixes(tmp_path, TABLE, table={"missing": -999})
    assert (first.lon, first.lat, first.centre_pa, first.line) == (115.0, -15.0, 95000.0, 2)
    assert (first.max_wind_m_s, first.rmax_m, first.ambient_pa) == pytest.approx((100 * KNOT, 37040.0, 100800.0))
    assert second.time == datetime(2024, 3, 10, 6, tzinfo=UTC)
    assert third.time == datetime(2024, 3, 10, 12, tzinfo=UTC)
    assert math.isnan(second.max_wind_m_s)
    assert math.isnan(third.centre_pa)


def test_a_table_and_a_deck_of_one_storm_are_the_same(tmp_path):
    deck = track(tmp_path, straight(115, -15, -0.5, -1.0))
    rows = "\n".join(
        f"2024-03-10T{h:02d}:00,{115 - 0.5 * i},{-15 - i},950,100,20,1008" for i, h in enumerate((0, 6, 12))
    )
    header = "Time (UTC),Longitude,Latitude,MSLP [mb],Max wind [kt],RMW [nmi],Ambient pressure (hPa)"
    table = track(tmp_path, [header, *rows.split("\n")], name="storm.csv")
    for one, other in zip(table.fixes(), deck.fixes(), strict=True):
        assert one.time == other.time
        values = ("lon", "lat", *VALUES[:4])
        assert [getattr(one, v) for v in values] == pytest.approx([getattr(other, v) for v in values])


def test_the_line_of_units_of_ibtracs_is_passed_over(tmp_path):
    text = "SID,ISO_TIME,LAT,LON,USA_WIND,USA_PRES,USA_RMW\n ,,degrees_north,degrees_east,kts,mb,nmile\n"
    rows = "2005,2005-08-29 06:00:00,28.2,-89.6,125,913,20\n2005,2005-08-29 12:00:00,29.5,-89.6,110,923, \n"
    first, second = fixes(tmp_path, text + rows, table={"wind_units": "kt", "radius_units": "nmi"})
    assert (first.centre_pa, first.max_wind_m_s, first.line) == pytest.approx((91300, 125 * KNOT, 3))
    assert math.isnan(second.rmax_m)


def test_columns_can_be_named_and_units_be_told(tmp_path):
    text = "when;x;y;p;wind speed;eye\n2024-03-10;115;-15;95000;51.4;20\n2024-03-11;115;-16;95000;51.4;20\n"
    columns = {"time": "when", "lon": "x", "lat": "y", "central_pressure": "p", "radius_of_max_wind": "eye"}
    units = {"wind_units": "m s-1", "pressure_units": "Pa", "radius_units": "nmi"}
    first, _ = fixes(tmp_path, text, table={"columns": columns, "delimiter": ";", **units})
    assert (first.centre_pa, first.max_wind_m_s, first.rmax_m) == pytest.approx((95000, 51.4, 20 * NMI))


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        (
            "vmax_kt",
            "vmax",
            r"table.wind_units: the units of column vmax are not told; expected one of kt, m s-1, km/h",
        ),
        ("rmax_km", "rmax_kt", r"table.radius_units: column rmax_kt is in kt; expected one of nmi, km"),
        ("time,", "begin,", r"(?s)table.columns: .* has no column for time, but begin.*columns: \{time: NAME\}"),
        ("945,,30,", "945,,30", "(?s)line 3: expected 7 cells"),
        ("945,,30,", "deep,,30,", "line 3: expected a number in column pressure_hPa"),
        ("114.5", "", "line 3: expected a number in column lon"),
        ("114.5", "1145", "(?s)line 3: expected degrees of longitude and latitude.*in tenths"),
        ("2024031012", "10/03/2024", "(?s)line 4: expected a time such as .* in column time.*'10/03/2024'"),
        ("37.04", "37040", r"line 2: expected a radius of maximum wind of 2 \.\. 1000 km"),
        (",950,", ",95000,", r"(?s)line 2: expected a central pressure of 850 \.\. 1050 hPa.*check the units"),
        ("-999", "0", "line 4: expected a central pressure"),
    ],
)
def test_a_table_that_cannot_be_read_is_refused_with_line_and_column(tmp_path, old: str, new: str, message: str):
    assert old in TABLE
    with pytest.raises(DataError, match=message):
        fixes(tmp_path, TABLE.replace(old, new, 1), table={"missing": -999})


def test_a_column_that_is_not_there_is_refused_with_the_nearest(tmp_path):
    message = refused(tmp_path, TABLE, table={"columns": {"max_wind": "vmx_kt"}})
    assert "table.columns.max_wind: " in message
    assert "did you mean 'vmax_kt'?" in message


def test_a_quantity_that_is_unknown_is_refused_when_configured():
    with pytest.raises(ValidationError, match="central_pressure"):
        CycloneSource(path="x.csv", table={"columns": {"pressure": "p"}})


def test_the_format_can_be_said(tmp_path):
    message = refused(tmp_path, TABLE, format="atcf")
    assert "line 1: expected at least the columns BASIN to LonE/W" in message
