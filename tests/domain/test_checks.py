"""What is found wrong with a domain before anything is written."""

from __future__ import annotations

import re
from pathlib import Path

import numpy as np
import pytest

from rompy_hydra.domain import Domain
from rompy_hydra.errors import ConfigError

PERTH = [(115.593, -32.647), (115.613, -32.647), (115.613, -32.612), (115.593, -32.612)]


def only_problem(domain: Domain):
    (problem,) = domain.problems()
    return problem


def test_a_sound_domain_has_no_problems(polygon):
    island = {"outline": [(300, 200), (400, 200), (350, 260)]}
    assert polygon(mesh={"holes": {"isle": island}}, stations={"pier": {"x_m": 100, "y_m": 100}}).problems() == []


def test_an_outline_that_crosses_itself_is_told_with_its_edges(polygon):
    problem = only_problem(polygon([(0, 0), (100, 100), (100, 0), (0, 100)]))
    assert problem.key == "domain.mesh.outline"
    assert "edges 0 and 2 (counted from 0) meet" in problem.message
    assert not problem.data


def test_an_outline_that_passes_twice_through_a_vertex_is_told(polygon):
    problem = only_problem(polygon([(0, 0), (100, 0), (50, 50), (100, 100), (0, 100), (50, 50)]))
    assert problem.value == [50.0, 50.0]


@pytest.mark.parametrize("outline", [[(0, 0), (10, 0), (20, 0)], [(0, 0), (1e6, 0), (1e6, 1e-3)]])
def test_an_outline_without_area_is_told(polygon, outline):
    assert only_problem(polygon(outline)).message == "the outline encloses no area"


@pytest.mark.parametrize(
    "outline",
    [[(0, 0), (20, 0), (10, 0)], [(0, 0), (100, 100), (100, 0), (0, 100)], [(0, 0), (9, 0), (9, 9), (9, 20), (9, 9)]],
)
def test_a_bad_outline_is_refused_before_it_reaches_the_mesh_generator(polygon, outline):
    with pytest.raises(ConfigError, match="outline"):
        polygon(outline).build_mesh()


def test_a_resolution_in_the_wrong_unit_is_told(polygon):
    problem = only_problem(polygon(PERTH, 0.001, "EPSG:4326"))
    assert problem.key == "domain.mesh.resolution_m"
    assert "makes about" in problem.message
    suggested = re.fullmatch(r"it is in metres; (\S+) would make about a million", problem.hint)
    assert suggested is not None
    count = polygon(PERTH, float(suggested[1]), "EPSG:4326").estimate_cells()
    assert count == pytest.approx(1e6, rel=0.1)  # the suggestion has two digits


@pytest.mark.parametrize(
    ("outline", "count"),
    [
        ([[2000, 0], [3000, 0], [3000, 400]], 1),  # far off
        ([[-200, 400], [300, 900], [-200, 900]], 1),  # the box around it overlaps, it does not
        ([[-100, -100], [500, -100], [500, 100]], 0),  # over the edge
        ([[-100, 200], [1100, 200], [1100, 300], [-100, 300]], 0),  # right across, with no vertex inside
        ([[-100, -100], [1100, -100], [1100, 600], [-100, 600]], 0),  # around all of it
    ],
)
def test_a_region_that_refines_nothing_is_told(polygon, outline, count: int):
    found = polygon(mesh={"regions": {"reef": {"outline": outline, "resolution_m": 20}}}).problems()
    expected = "this region is outside of the domain, which covers x 0.0 .. 1000.0, y 0.0 .. 500.0"
    assert [(p.key, p.message) for p in found] == [("domain.mesh.regions.reef", expected)] * count


@pytest.mark.parametrize(
    ("outline", "message"),
    [
        ([(900, 100), (1100, 100), (1000, 200)], "not inside of the outline"),
        ([(2000, 100), (2100, 100), (2000, 200)], "not inside of the outline"),
        ([(310, 210), (390, 210), (350, 250)], "overlaps another one"),
    ],
)
def test_an_island_is_inside_and_alone(polygon, outline, message: str):
    holes = {"first": {"outline": [(300, 200), (400, 200), (350, 260)]}, "second": {"outline": outline}}
    problem = only_problem(polygon(mesh={"holes": holes}))
    assert problem.key == "domain.mesh.holes.second"
    assert message in problem.message


def test_an_outline_file_is_checked_like_a_written_one(polygon, tmp_path: Path):
    path = tmp_path / "coast.csv"
    path.write_text("lon,lat\n-32.6,115.5\n-32.6,115.6\n-32.5,115.6\n")
    problem = only_problem(polygon([], mesh={"outline_file": path}, crs="EPSG:4326"))
    assert problem.key == "domain.mesh.outline_file"
    assert "lon and lat look swapped" in problem.message


def test_edges_are_counted_in_an_outline_file(polygon, tmp_path: Path):
    path = tmp_path / "coast.csv"
    path.write_text("x,y\n0,0\n9,0\n9,9\n")
    domain = polygon([], mesh={"outline_file": path}, boundaries={"ocean": [1, 3]})
    assert (only_problem(domain).message, only_problem(domain).value) == ("the outline has edges 0..2", 3)
    assert [(i.key, i.path) for i in domain.inputs()] == [("domain.mesh.outline_file", path)]


def test_a_station_outside_is_told_with_what_the_domain_covers(polygon):
    stations = {"in": {"lon": 115.6, "lat": -32.63}, "out": {"lon": 115.6, "lat": -32.7}}
    problem = only_problem(polygon(PERTH, 500.0, "EPSG:4326", stations=stations))
    assert problem.key == "domain.stations.out"
    assert problem.value == (115.6, -32.7)
    assert "covers lon 115.593 .. 115.613, lat -32.647 .. -32.612" in problem.message


def test_a_station_in_degrees_and_in_metres_is_the_same_place(polygon):
    domain = polygon(PERTH, 500.0, "EPSG:4326", stations={"a": {"lon": 115.6, "lat": -32.63}})
    x, y = domain.station_points()["a"]
    again = polygon(PERTH, 500.0, "EPSG:4326", stations={"a": {"x_m": x, "y_m": y}})
    lon, lat = again.lonlat(*(np.array([c]) for c in again.station_points()["a"]))
    assert (lon[0], lat[0]) == pytest.approx((115.6, -32.63), abs=1e-8)


@pytest.mark.parametrize(("crs", "message"), [("EPSG:4283", "counts in degrees"), ("EPSG:999999", "not a reference")])
def test_a_system_that_is_not_metric_is_told(polygon, crs: str, message: str):
    assert message in only_problem(polygon(crs=crs)).message


def test_the_projection_of_a_lonlat_domain_can_be_chosen(polygon):
    domain = polygon(PERTH, 500.0, "EPSG:4326", projection="EPSG:28350")
    assert domain.metric_crs() == "EPSG:28350"
    assert domain.problems() == []
    assert "counts in degrees" in only_problem(polygon(PERTH, 500.0, "EPSG:4326", projection="EPSG:4283")).message


def test_a_domain_too_wide_for_its_zone_is_noted(polygon):
    wide = [(142.0, -20.0), (154.0, -20.0), (154.0, -10.0), (142.0, -10.0)]
    (note,) = polygon(wide, 20_000.0, "EPSG:4326").notes()
    assert "lengths near its edge are about 0.5% too long" in note  # (6 degrees cos 10)**2 / 2
    assert polygon(PERTH, 500.0, "EPSG:4326").notes() == []


def test_an_idealised_domain_is_checked_without_numpy():
    import subprocess
    import sys

    code = (
        "import sys; from rompy_hydra.domain import Domain;"
        "print(Domain(crs='local', mesh={'kind': 'box', 'x': (0, 9), 'y': (0, 9), 'resolution_m': 1},"
        " stations={'a': {'x_m': 1, 'y_m': 2}},"
        " bathymetry={'kind': 'flat', 'elevation_m': -1}).problems(), 'numpy' in sys.modules)"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[] False"


def test_a_station_that_would_be_inside_with_lon_and_lat_exchanged_is_told():
    box = {"kind": "box", "x": (8.0, 8.1), "y": (54.0, 54.1), "resolution_m": 900}
    fields = {"mesh": box, "bathymetry": {"kind": "flat", "elevation_m": -9}}
    swapped = only_problem(Domain(**fields, stations={"buoy": {"lon": 54.05, "lat": 8.05}}))
    assert (swapped.key, swapped.hint) == ("domain.stations.buoy", "lon and lat look swapped")
    assert only_problem(Domain(**fields, stations={"buoy": {"lon": 8.05, "lat": 55}})).hint == "move it inside"
