"""The plots postprocessor: pictures that show what is in the data."""

import matplotlib.image
import numpy as np
import pytest

from rompy_hydra.errors import PostprocessError
from rompy_hydra.postprocessor.plots import Plots
from rompy_hydra.report import figures

from .conftest import output, rewrite


def drawn(path):
    """The picture as (rows, columns, RGB)."""
    return matplotlib.image.imread(path)[..., :3]


def test_maps_and_series_are_drawn_by_default(run):
    result = Plots().process(run)
    names = [p.name for p in sorted(run.products.iterdir())]
    assert names == ["map_last.png", "map_maximum.png", "series_stations.png"]
    assert sorted(result["files"]) == [str(run.products / n) for n in names]
    assert result["success"]


def test_every_picture_is_large_and_has_many_colours(run):
    for path in Plots().process(run)["files"]:
        picture = drawn(path)
        assert picture.shape[1] > 1000
        assert len(np.unique((picture * 255).astype(int).reshape(-1, 3), axis=0)) > 100


def test_the_maximum_map_does_not_depend_on_what_comes_last(run):
    Plots(last=False, series=False).process(run)
    first = drawn(run.products / "map_maximum.png")
    rewrite(run, output().isel(time=[4, 0, 2, 1, 3]).assign_coords(time=output()["time"]))
    Plots(last=False, series=False).process(run)
    assert np.array_equal(drawn(run.products / "map_maximum.png"), first)


def test_repeating_draws_the_same_bytes(run):
    files = Plots().process(run)["files"]
    first = [(run.products / f).read_bytes() for f in files]
    Plots().process(run)
    assert [(run.products / f).read_bytes() for f in files] == first


def test_more_maps_are_drawn_at_the_nearest_times(run):
    Plots(maximum=False, series=False, times=["2023-01-01T03:50:00Z"]).process(run)
    last, extra = (drawn(run.products / n) for n in ("map_last.png", "map_20230101T0350.png"))
    assert np.array_equal(last, extra), "ten minutes before the last field, the last is the nearest"


def test_a_run_without_stations_has_no_series(make_run):
    run = make_run({})
    Plots().process(run)
    assert not (run.products / "series_stations.png").exists()


def test_a_wholly_dry_field_is_drawn_as_land(run):
    rewrite(run, output().assign(water_level=output()["water_level"] * np.nan))
    assert Plots(series=False).process(run)["success"]


def test_output_without_a_mesh_is_refused_by_name(run):
    rewrite(run, output().drop_vars(["face_nodes", "bed_elevation"]))
    with pytest.raises(PostprocessError, match="the output has no bed_elevation, face_nodes"):
        Plots().process(run)


def test_a_uniform_field_is_called_so_and_its_colours_are_not_stretched_over_noise():
    level = np.array([0.7996, 0.8004, np.nan])
    assert figures._uniform(level) == "; level uniform, 0.80 m"
    assert figures._limits(level) == pytest.approx((0.7, 0.9))
    assert figures._uniform(np.array([0.7, 0.8])) == ""


def test_an_arrow_that_would_leave_the_frame_is_left_out():
    corners = np.array([[[0, 0], [30, 0], [0, 10]], [[90, 10], [100, 0], [100, 10]]], dtype=float)
    geometry = figures.Geometry(corners, corners.mean(axis=1), np.zeros(2), lonlat=False)
    # The second centre is 3.3 from the right frame; the longest arrow is 5.5 long.
    eastward = (np.array([1.0, 1.0]), np.zeros(2))
    assert list(figures._tips_inside(geometry, np.array([0, 1]), eastward, 1.0)) == [True, False]
