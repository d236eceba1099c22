"""Pictures and series of a wave model's output on every kind of grid."""

import csv

import matplotlib.image
import numpy as np
import pytest
import xarray as xr

from rompy_hydra import ModelRun
from rompy_hydra.errors import PostprocessError
from rompy_hydra.postprocessor.drawing_ground import ground_of
from rompy_hydra.postprocessor.export import Export
from rompy_hydra.postprocessor.plots import Plots
from rompy_hydra.postprocessor.stations import find_stations, series_at
from rompy_hydra.postprocessor.subject import components_towards, subject_of
from rompy_hydra.report import figures

from . import waves
from .conftest import output, rewrite


def colours(path):
    picture = matplotlib.image.imread(path)[..., :3]
    return len(np.unique((picture * 255).astype(int).reshape(-1, 3), axis=0))


@pytest.mark.parametrize("grid", [waves.regular, waves.curvilinear, waves.nodes])
def test_waves_are_drawn_on_every_kind_of_grid(make_run, grid):
    run = make_run({})
    rewrite(run, grid())
    files = Plots().process(run)["files"]
    assert files == [str(run.products / n) for n in ("map_maximum.png", "map_last.png")]
    assert all(colours(f) > 100 for f in files)


def test_the_main_field_is_told_by_the_output_or_recognised():
    assert subject_of(waves.regular()).kind == "waves"
    assert subject_of(waves.regular()).dims == ("lat", "lon")
    assert subject_of(waves.curvilinear()).name == "hs"
    assert subject_of(output()).kind == "flow"
    assert subject_of(xr.Dataset({"salt": (("time", "x"), np.zeros((2, 2)))})) is None


def test_a_cell_surrounds_its_point_and_arrows_stand_on_points():
    data = waves.regular()
    geometry = ground_of(data, subject_of(data)).geometry
    assert geometry.corners.shape == (10, 14, 2)
    np.testing.assert_allclose(geometry.corners[0, 0], [115 - 0.0125, -32 - 0.0125])
    np.testing.assert_allclose(geometry.corners[-1, -1], [115.3 + 0.0125, -31.8 + 0.0125])
    chosen = figures._lattice(geometry, np.ones(9 * 13, bool))
    assert len(chosen) == 9 * 13, "as many as there are, on a coarse grid"


def test_a_face_has_the_mean_of_its_wet_nodes_and_is_dry_with_one_wet_node_alone():
    data = waves.nodes()
    cells = ground_of(data, subject_of(data)).cells
    values = np.full(55, np.nan)
    values[[0, 1, 12]] = 1.0, 2.0, 3.0
    drawn = cells(values)
    assert drawn[0] == pytest.approx(2.0)  # nodes 0, 1, 12
    assert drawn[40] == pytest.approx(2.0)  # nodes 0, 12, 11, of which 11 is dry
    assert np.isnan(drawn[1]), "nodes 1, 2, 13"


@pytest.mark.parametrize(("from_deg", "towards"), [(0, (0, -1)), (90, (-1, 0)), (225, (0.5**0.5, 0.5**0.5))])
def test_arrows_point_where_waves_go(from_deg, towards):
    np.testing.assert_allclose(components_towards(from_deg), towards, atol=1e-12)


def test_stations_take_the_nearest_point_that_has_water(make_run):
    # In the dry north-east corner of the curved grid, where the nearest point of all is dry.
    run = make_run({"quay": {"x_m": 3200, "y_m": 2350}, "sea": {"x_m": 1800, "y_m": 900}})
    data = waves.curvilinear()
    rewrite(run, data)
    stations = find_stations(run, data)
    series = series_at(data, stations)
    assert series.hs.dims == ("time", "station")
    assert np.isfinite(series.hs).all()
    dry = np.isnan(data.hs[-1])
    distance = np.hypot(data.x - 3200, data.y - 2350)
    assert bool(dry.isel(distance.argmin(["yc", "xc"])))
    assert stations["quay"].distance_m == pytest.approx(float(distance.where(~dry).min()))


def test_stations_of_a_domain_in_metres_are_found_on_a_grid_in_degrees(tmp_path):
    domain = {
        "crs": "EPSG:32750",
        "mesh": {"kind": "box", "x": (310000, 330000), "y": (6458000, 6478000), "resolution_m": 5000},
        "bathymetry": {"kind": "flat", "elevation_m": -6},
        "stations": {"reef": {"lon": 115.106, "lat": -31.948}},
    }
    model = {"model_type": "generic", "outputs": ["out.nc"]}
    run = ModelRun(name="bay", run_id="bay-1", output_dir=tmp_path, domain=domain, model=model)
    data = waves.regular()
    (station,) = find_stations(run, data).values()
    assert station.place == pytest.approx((115.106, -31.948), abs=1e-6)
    # The point at 115.1 E, 31.95 S is 566 m to the west and 222 m to the south.
    assert station.distance_m == pytest.approx(608, rel=0.01)
    np.testing.assert_array_equal(
        series_at(data, {"reef": station}).hs[:, 0], data.hs.sel(lon=115.1, lat=-31.95, method="nearest")
    )


def test_series_of_the_output_itself_are_used(make_run):
    run = make_run({"elsewhere": {"x_m": 900, "y_m": 300}})
    rewrite(run, waves.with_series(waves.regular()))
    files = Plots(maximum=False, last=False).process(run)["files"]
    assert files == [str(run.products / "series_stations.png")]
    assert colours(files[0]) > 100
    Export().process(run)
    with xr.open_dataset(run.products / "basin_stations.nc") as series:
        assert list(series.station_name.values.astype(str)) == ["reef", "beach"]
        np.testing.assert_array_equal(series.hs, [[1, 3], [2, 4]])
        np.testing.assert_array_equal(series.lon, [115.05, 115.25])
        assert series.hs.attrs["standard_name"] == waves.HS["standard_name"]
        assert series.sizes["time"] == 2
    with (run.products / "basin_stations.csv").open() as file:
        rows = list(csv.DictReader(file))
    assert list(rows[0]) == ["time", "station", "hs_m", "tps_s", "dir_deg", "dissip_m2_s"]
    assert rows[3] == {
        "time": "2023-01-01T02:00:00Z",
        "station": "beach",
        "hs_m": "4.0000",
        "tps_s": "11.0000",
        "dir_deg": "365.0000",
        "dissip_m2_s": "3e-06",
    }


def test_an_output_of_series_alone_has_no_map(make_run):
    run = make_run({})
    data = waves.with_series(waves.regular())
    rewrite(run, data.drop_vars(["hs", "dir", "bed_elevation"]).assign_attrs(primary_variable="station_hs"))
    assert Plots().process(run)["files"] == [str(run.products / "series_stations.png")]


def test_export_keeps_every_field_whatever_its_times(make_run):
    run = make_run({})
    data = waves.with_series(waves.regular())
    rewrite(run, data)
    Export().process(run)
    with xr.open_dataset(run.products / "basin.nc") as back:
        np.testing.assert_array_equal(back.hs, data.hs)
        np.testing.assert_array_equal(back.station_dir, data.station_dir)
        assert list(back.station_name.values.astype(str)) == ["reef", "beach"]


def test_a_single_time_is_drawn(make_run):
    run = make_run({})
    rewrite(run, waves.with_series(waves.regular(1)).isel(station_time=[0]))
    assert len(Plots().process(run)["files"]) == 3


def test_an_output_about_something_else_is_refused(run):
    rewrite(run, xr.Dataset({"salt": (("time", "x"), np.zeros((2, 2)))}))
    with pytest.raises(PostprocessError, match="neither of the two"):
        Plots().process(run)


def test_an_output_that_does_not_tell_where_its_values_are_is_refused(make_run):
    run = make_run({})
    rewrite(run, waves.curvilinear().drop_vars(["x", "y"]))
    with pytest.raises(PostprocessError, match="no coordinates over yc, xc"):
        Plots().process(run)


def test_colours_of_waves_begin_at_zero_and_a_uniform_height_is_called_so():
    assert figures._uniform(np.array([1.0, 1.0]), "height") == "; height uniform, 1.00 m"
    assert figures._limits(np.array([1.0, 2.0]), from_zero=True)[0] == 0.0
