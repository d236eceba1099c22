"""Input grids of SWAN."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from pydantic import ValidationError

from rompy_hydra.errors import DataError
from rompy_hydra.source.base import opened
from rompy_hydra.source.swan_grid import SwanGridSource

DEPTH = np.array([[1.0, 2.0, 3.0], [4.0, 5.0, 6.0]])
"""(ny, nx), the first row in the south."""
LAYOUTS = {
    1: "4 5 6\n1 2 3\n",
    2: "4 5 6 1\n2 3\n",
    3: "1 2 3\n4 5 6\n",
    4: "1 2\n3 4 5 6\n",
    5: "1 4\n2 5\n3 6\n",
    6: "1 4 2\n5 3 6\n",
}
GRID = {"quantity": "bottom", "x": 100, "y": 200, "dx": 10, "dy": 20, "nx": 3, "ny": 2}


def source(folder: Path, text: str, **given: object) -> SwanGridSource:
    path = folder / "grid.dat"
    path.write_text(text)
    return SwanGridSource.model_validate({"path": path, **GRID, **given})


def refused(found: SwanGridSource) -> str:
    with pytest.raises(DataError) as caught, opened(found, "domain.bathymetry.source") as data:
        data.load()
    return str(caught.value)


@pytest.mark.parametrize(("idla", "text"), LAYOUTS.items())
def test_values_are_where_each_layout_puts_them(tmp_path, idla, text):
    data = source(tmp_path, text, idla=idla).open()
    assert data.depth.values.tolist() == DEPTH.tolist()
    assert (data.x.values.tolist(), data.y.values.tolist()) == ([100, 110, 120], [200, 220])


def test_a_bottom_is_a_depth_in_metres(tmp_path):
    attributes = source(tmp_path, LAYOUTS[3], idla=3).open().depth.attrs
    assert (attributes["positive"], attributes["units"]) == ("down", "m")


def test_the_exception_is_meant_after_the_factor(tmp_path):
    data = source(tmp_path, "1 2 -99\n4 5 6\n", idla=3, factor=-1, exception=99).open()
    assert np.isnan(data.depth.values).tolist() == [[False, False, True], [False] * 3]
    assert data.depth.values[1].tolist() == [-4, -5, -6]


def test_longitudes_and_latitudes_are_called_so(tmp_path):
    assert set(source(tmp_path, LAYOUTS[3], idla=3, is_lonlat=True).open().coords) == {"lon", "lat"}


def wind(folder: Path, **given: object) -> SwanGridSource:
    text = "".join(f"t{t}\n" + f"{t}. {t}. {t}.\n" * 2 + "0 0 0\n" * 2 for t in range(4))
    changing = {"start": "2023-01-01", "step": "10min", "nhedt": 1, "nhedf": 1}
    return source(folder, "wind of a storm\n" + text, quantity="wind", **changing, **given)


def test_fields_follow_each_other_in_time(tmp_path):
    data = wind(tmp_path).open()
    assert data.u10.dims == ("time", "y", "x")
    assert data.time.values[-1] == np.datetime64("2023-01-01T00:30")
    assert data.u10.isel(time=2).values.tolist() == [[2.0] * 3] * 2
    assert data.v10.attrs["standard_name"] == "y_wind"
    assert wind(tmp_path, is_lonlat=True).open().v10.attrs["standard_name"] == "northward_wind"


def test_times_behind_the_last_that_is_used_are_left_out(tmp_path):
    assert wind(tmp_path, stop="2023-01-01T00:10").open().sizes["time"] == 2


def test_components_along_a_turned_grid_become_those_towards_east_and_north(tmp_path):
    data = wind(tmp_path, rotation_deg=90, is_lonlat=True).open()
    assert data.u10.isel(time=2).values == pytest.approx(0.0)
    assert data.v10.isel(time=2).values == pytest.approx(2.0)
    assert data.lon.values == pytest.approx(np.array([[100.0] * 3, [80.0] * 3]))
    assert data.lat.values == pytest.approx(np.array([[200, 210, 220]] * 2))


def test_components_in_a_plane_stay_along_the_grid_and_say_so(tmp_path):
    data = wind(tmp_path, rotation_deg=90).open()
    assert data.u10.isel(time=2).values == pytest.approx(2.0)
    assert data.u10.attrs["standard_name"] == "x_wind"


def test_a_series_names_its_files(tmp_path):
    for number in range(3):
        (tmp_path / f"{number}.dat").write_text(f"{number} " * 3 + "\n" + f"{number} " * 3 + "\n")
    given = {"quantity": "water_level", "series": True, "start": "2023-01-01", "step": "1h"}
    found = source(tmp_path, "0.dat\n'1.dat'\n2.dat\n", **given)
    assert found.open().water_level.isel(time=2).values.tolist() == [[2.0] * 3] * 2
    assert [i.path.name for i in found.inputs("key") if i.path] == ["grid.dat", "0.dat", "1.dat", "2.dat"]


def test_a_curvilinear_grid_has_its_places_in_a_file(tmp_path):
    (tmp_path / "grid.xy").write_text("0 1 2\n0 1 -9\n\n5 5 5\n6 6.5 -9\n".replace("\n\n", "\n"))
    layout = {"path": tmp_path / "grid.xy", "idla": 3, "factor": 1000, "exception": [-9000]}
    regular = dict.fromkeys(("x", "y", "dx", "dy"))
    data = source(tmp_path, LAYOUTS[3], idla=3, coordinate_file=layout, **regular).open()
    assert data.depth.dims == ("j", "i")
    assert data.y.values[0].tolist() == [5000.0] * 3
    assert np.isnan(data.x.values).sum() == 1


def test_a_grid_needs_places(tmp_path):
    with pytest.raises(ValidationError, match="needs x, y and dx"):
        source(tmp_path, LAYOUTS[3], x=None)


def test_a_file_that_ends_early_says_what_it_should_hold(tmp_path):
    assert "3 by 2 values" in refused(source(tmp_path, "1 2 3\n"))
    assert "domain.bathymetry.source.path" in refused(source(tmp_path, "1 2 3\n"))
    assert "ends within field 5 of 7" in refused(wind(tmp_path, stop="2023-01-01T01:00"))


def test_a_format_that_is_none_is_refused(tmp_path):
    assert "not understood at '3A4'" in refused(source(tmp_path, LAYOUTS[3], format="(3A4)"))


@pytest.mark.parametrize(
    ("form", "text"),
    [
        ("(5X,2(F6.1))", "row 1   1.0   2.0\n   3.0\nrow 2   4.0   5.0\n   6.0\n"),
        ("(5X,F6.1/(2F6.1))", "row 1   1.0\n   2.0   3.0\nrow 2   4.0\n   5.0   6.0\n"),
        ("(5X,1(F6.1),2(1X,(F5.1)))", "row 1   1.0   2.0   3.0\nrow 2   4.0   5.0   6.0\n"),
        ("(2(F6.1),5X,1(2X,1(F4.1)))", "   1.0   2.0 and    3.0\n   4.0   5.0 and    6.0\n"),
        ("(3F6.1/)", "   1.0   2.0   3.0\nbehind a row\n   4.0   5.0   6.0\nbehind a row\n"),
    ],
)
def test_a_line_that_goes_on_is_read_by_the_last_group_of_the_format(tmp_path, form, text):
    """What gfortran reads by these formats."""
    assert source(tmp_path, text, idla=3, format=form).open().depth.values.tolist() == DEPTH.tolist()


def test_a_format_without_numbers_for_lines_that_go_on_is_refused(tmp_path):
    assert "(F6.1,(5X))' reads no more than 1 of 3" in refused(source(tmp_path, LAYOUTS[3], format="(F6.1,(5X))"))


def test_of_a_series_the_files_that_are_there_are_inputs(tmp_path):
    found = source(tmp_path, "a.dat\nb.dat\n", series=True)
    assert [one.path.name for one in found.inputs("forcing.wind.source")] == ["grid.dat"]
    for name in ("a.dat", "b.dat"):
        (tmp_path / name).write_text(LAYOUTS[3])
    assert [one.path.name for one in found.inputs("forcing.wind.source")] == ["grid.dat", "a.dat", "b.dat"]


def test_a_single_row_holds_across_it(tmp_path):
    data = source(tmp_path, "1 2 3\n", ny=1, idla=3).open()
    assert data.depth.values.tolist() == [[1, 2, 3], [1, 2, 3]]
    assert data.y.values.tolist() == [170, 230]
