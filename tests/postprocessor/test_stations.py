"""Series at the stations: data that other programs read, equal to the output at the nearest face."""

import csv

import numpy as np
import pytest
import xarray as xr

from rompy_hydra.postprocessor.export import Export

from .conftest import output, rewrite


def nearest(data, x_m, y_m):
    return data.isel(face=int(np.argmin(np.hypot(data.face_x - x_m, data.face_y - y_m).values)))


def test_the_netcdf_is_a_cf_discrete_sampling_geometry_with_the_values_of_the_nearest_face(run):
    Export().process(run)
    with xr.open_dataset(run.products / "basin_stations.nc") as series:
        assert series.attrs["featureType"] == "timeSeries"
        assert series["station_name"].attrs["cf_role"] == "timeseries_id"
        assert [str(n.decode() if isinstance(n, bytes) else n) for n in series["station_name"].values] == [
            "pier",
            "flat",
        ]
        assert series["water_level"].dims == ("station", "time")
        assert series["water_level"].attrs == {"units": "m"}
        assert {"x", "y", "station_name"} <= set(series["water_level"].coords)
        np.testing.assert_array_equal(series["x"], [900, 1900])
        for i, x_m in enumerate((900, 1900)):
            for field in ("water_level", "u", "v"):
                np.testing.assert_array_equal(series[field][i], nearest(output(), x_m, 300)[field])
        assert 0 < float(series["distance"].max()) < 200, "not further than a face is long"


def test_the_table_has_a_line_for_each_time_and_station_and_nothing_where_it_is_dry(run):
    Export().process(run)
    with (run.products / "basin_stations.csv").open() as file:
        rows = list(csv.DictReader(file))
    assert len(rows) == 5 * 2
    assert list(rows[0]) == ["time", "station", "water_level_m", "u_m_s", "v_m_s"]
    assert (rows[2]["time"], rows[2]["station"]) == ("2023-01-01T01:00:00Z", "pier")
    expected = float(nearest(output(), 900, 300)["water_level"][1])
    assert float(rows[2]["water_level_m"]) == pytest.approx(expected, abs=5.1e-5)  # four decimals
    dry = [r for r in rows if r["station"] == "flat"]
    assert all(r["water_level_m"] == r["u_m_s"] == "" for r in dry), "the flat is above every wave"


def test_repeating_gives_the_same_bytes(run):
    paths = [run.products / f"basin_stations.{kind}" for kind in ("nc", "csv")]
    Export().process(run)
    first = [p.read_bytes() for p in paths]
    Export().process(run)
    assert [p.read_bytes() for p in paths] == first


def test_stations_on_earth_have_longitude_and_latitude(run):
    on_earth = output().assign_attrs(crs="EPSG:32750").assign_coords(node_lon=("node", np.zeros(33)))
    rewrite(run, on_earth)
    Export().process(run)
    with xr.open_dataset(run.products / "basin_stations.nc") as series:
        assert series["lon"].attrs["units"] == "degrees_east"
        assert "x" not in series.variables


def test_without_stations_there_are_no_such_files(make_run):
    run = make_run({})
    assert Export().process(run)["files"] == [str(run.products / "basin.nc")]


def test_output_without_faces_has_no_series(run):
    rewrite(run, output().drop_vars(["face_x", "face_y"]))
    assert Export().process(run)["files"] == [str(run.products / "basin.nc")]
