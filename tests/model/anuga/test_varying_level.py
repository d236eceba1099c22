"""Water levels that vary along an open boundary."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from rompy_hydra.core.period import Period
from rompy_hydra.forcing import AtlasTides, Tides, WaterLevelSeries
from rompy_hydra.model.anuga import Anuga
from rompy_hydra.model.anuga.level_writing import SegmentLevel
from rompy_hydra.run_backend.job import Exit
from tests.forcing.atlases import write_tpxo

from .basin import CLOSED, GRAVITY, Basin
from .conftest import TIDES, experiment, solve

pytest.importorskip("anuga")
pytest.importorskip("pyTMD")

SOUTH, WEST = -32.6, 115.5
COAST = {
    "crs": "EPSG:4326",
    "mesh": {"kind": "box", "x": (WEST, WEST + 0.04), "y": (SOUTH, SOUTH + 0.02), "resolution_m": 500},
    "boundaries": {"ocean": ["west", "south"]},
    "bathymetry": {"kind": "flat", "elevation_m": -10},
    "stations": {},
}
START = datetime(2023, 1, 1, tzinfo=UTC)


def linear(lon, lat):
    return 0.5 + 5.0 * (lon - WEST) + 1j * (0.2 - 4.0 * (lat - SOUTH))


@pytest.fixture
def atlas(tmp_path: Path) -> dict[str, Any]:
    lon, lat = np.arange(114.0, 117.01, 0.25), np.arange(-34.0, -31.99, 0.25)
    return {"kind": "atlas", "path": write_tpxo(tmp_path / "atlas", {"M2": linear}, lon, lat)}


def on_coast(tides: dict[str, Any], forcing: dict[str, Any] | None = None, domain=None, **period):
    return experiment(domain={**COAST, **(domain or {})}, forcing={"tides": tides, **(forcing or {})}, **period)


def generated(folder: Path, asked, **model) -> Path:
    folder.mkdir()
    Anuga(**model).generate(folder, asked)
    return folder


def edge_middles(folder: Path) -> Any:
    """(k, 2) lon and lat of the edges of the segment ocean, in the order of the boundary file."""
    from pyproj import Transformer

    case = json.loads((folder / "case.json").read_text())
    points, triangles = np.load(folder / "mesh_points.npy"), np.load(folder / "mesh_triangles.npy")
    edges = np.load(folder / "mesh_boundary.npy")
    triangle, edge, _ = edges[edges[:, 2] == case["segments"].index("ocean")].T
    ends = [points[triangles[triangle, (edge + shift) % 3], :2] for shift in (1, 2)]
    x, y = ((ends[0] + ends[1]) / 2 + case["origin_m"]).T
    return np.stack(Transformer.from_crs(case["crs"], "EPSG:4326", always_xy=True).transform(x, y), axis=1)


def test_every_edge_gets_the_tide_of_its_own_place(tmp_path, atlas):
    folder = generated(tmp_path / "run", on_coast(atlas, duration="26h"))
    levels, times_s = np.load(folder / "level_ocean.npy"), np.load(folder / "times_level_ocean.npy")
    places = edge_middles(folder)
    assert levels.shape == (26 * 60 + 1, len(places))
    assert times_s.tolist() == [60.0 * i for i in range(26 * 60 + 1)]
    for row in (0, 777, -1):
        h = linear(*places.T)
        part = {"amplitude_m": 1.0, "phase_deg": 0.0}, {"amplitude_m": 1.0, "phase_deg": 90.0}
        cosine, sine = (
            Tides(constituents={"M2": p}, phase_reference="greenwich", nodal_corrections="otis").at(
                [START + timedelta(seconds=times_s[row])]
            )
            for p in part
        )
        assert levels[row] == pytest.approx(h.real * cosine - h.imag * sine, abs=1e-6)
    assert np.ptp(levels[0]) > 0.1


def test_a_plan_names_the_files_of_a_level_that_varies_and_says_how_much(tmp_path, atlas):
    asked = on_coast(atlas)
    plan = Anuga().plan(asked)
    assert not plan.problems
    folder = generated(tmp_path / "run", asked)
    assert sorted(p.name for p in folder.iterdir()) == sorted(plan.files)
    assert [i.path.name for i in plan.inputs] == ["h_m2_tpxo9_atlas_30_v5.nc"]
    (note,) = [n for n in plan.notes if n.startswith("boundary ocean: tide, ")]
    assert "m over MSL, at one time up to 0.2" in note
    assert "tides: M2 of the atlas, nodal corrections of OTIS" in plan.notes


def test_a_plan_knows_how_large_the_levels_are(tmp_path, atlas):
    fine = {"mesh": {**COAST["mesh"], "resolution_m": 250}}
    asked = on_coast(atlas, domain=fine, duration="300h", interval="300h")
    plan = Anuga().plan(asked)
    size = (generated(tmp_path / "run", asked) / "level_ocean.npy").stat().st_size
    assert plan.disk_mb == pytest.approx((size + 2 * plan.cells * 18) / 1e6, rel=0.4)  # a guess without a mesh


def test_generating_twice_writes_the_same_bytes(tmp_path, atlas):
    first, second = (generated(tmp_path / name, on_coast(atlas)) for name in "ab")
    names = sorted(p.name for p in first.iterdir())
    assert {n: (first / n).read_bytes() for n in names} == {n: (second / n).read_bytes() for n in names}


def test_a_run_starts_from_the_mean_level_along_the_boundary(tmp_path, atlas):
    folder = generated(tmp_path / "run", on_coast(atlas))
    started = json.loads((folder / "case.json").read_text())["initial_stage_m"]
    assert started == pytest.approx(np.load(folder / "level_ocean.npy")[0].mean(), abs=1e-6)


def test_a_series_and_an_inverse_barometer_come_on_top_at_every_edge(tmp_path, atlas):
    series = {"kind": "series", "times": ["2023-01-01T00:00", "2023-01-01T00:30:30", "2023-01-01T02:00"]}
    more = {"water_level": {**series, "values_m": [0.0, 0.5, 0.5]}}
    low = {"pressure": {"kind": "constant", "pressure_pa": 101325 - 2000}}
    alone = generated(tmp_path / "alone", on_coast(atlas))
    both = generated(
        tmp_path / "both",
        on_coast(atlas, {**more, **low}),
        boundaries={"ocean": {"kind": "tide", "inverse_barometer": True}},
    )
    added = np.load(both / "level_ocean.npy")[-1] - np.load(alone / "level_ocean.npy")[-1]
    assert added == pytest.approx(0.5 + 2000 / (1025 * 9.8), abs=1e-5)
    assert 1830.0 in np.load(both / "times_level_ocean.npy"), "the corner of the series"


def test_the_ramp_goes_on_from_one_block_to_the_next(tmp_path, atlas):
    ramped = generated(tmp_path / "ramped", on_coast({**atlas, "ramp": "20h"}, duration="24h"))
    plain = generated(tmp_path / "plain", on_coast(atlas, duration="24h"))
    ratio = np.load(ramped / "level_ocean.npy")[600] / np.load(plain / "level_ocean.npy")[600]
    assert ratio == pytest.approx(0.5, abs=1e-5)


def keys(plan):
    return {p.key: p for p in plan.problems}


def test_a_boundary_beyond_the_atlas_is_told_before_anything_is_written(atlas):
    away = {**COAST["mesh"], "x": (116.98, 117.02)}
    problem = keys(Anuga().plan(on_coast(atlas, domain={"mesh": away})))["forcing.tides.path"]
    assert problem.data
    assert "covers lon 114.000 .. 117.000" in problem.message
    assert "the tide is needed at lon 116.980 .. 117.020, lat -32.600 .. -32.580" in problem.message


def test_only_the_open_boundary_has_to_be_in_the_atlas(atlas):
    wide = {**COAST["mesh"], "x": (116.98, 117.02)}
    assert not Anuga().plan(on_coast(atlas, domain={"mesh": wide, "boundaries": {"ocean": ["west"]}})).problems


def test_an_outline_that_makes_no_mesh_is_told_as_that(atlas):
    bow_tie = [(115.5, -32.6), (115.54, -32.58), (115.54, -32.6), (115.5, -32.58)]
    mesh = {"kind": "polygon", "outline": bow_tie, "resolution_m": 500}
    plan = Anuga().plan(on_coast(atlas, domain={"mesh": mesh, "boundaries": {"ocean": [3]}}))
    assert list(keys(plan)) == ["domain.mesh.outline"]


def test_a_domain_that_the_tide_never_reaches_is_dry(atlas):
    high = {"bathymetry": {"kind": "flat", "elevation_m": 1.0}}
    assert "domain.bathymetry" in keys(Anuga().plan(on_coast(atlas, domain=high)))
    assert not Anuga().plan(on_coast({**atlas, "mean_m": 1.0}, domain=high)).problems


def level_of(*nodes, duration: str = "30h") -> SegmentLevel:
    period = Period(start=START, duration=duration)
    corners = sorted({period.stop}.union(*(node.steps(period) for node in nodes)))
    return SegmentLevel(list(nodes), corners, period, None)


def test_no_more_than_a_block_is_in_memory_however_long_the_run():
    tide = Tides.model_validate(TIDES)
    series = WaterLevelSeries(times=[START + timedelta(minutes=90.5 * i) for i in range(100)], values_m=[0.0] * 100)
    level = level_of(tide, series, duration="100h30s")
    blocks = list(level._blocks())
    times = [time for block in blocks for time in block]
    minutes = {START + timedelta(minutes=i) for i in range(6001)}
    assert times == sorted(minutes | set(series.steps(level.period)))
    assert max(len(block) for block in blocks) <= 360 + 5


@pytest.mark.parametrize("name", ["M2", "M8"])
def test_straight_lines_between_the_steps_keep_their_promise(name: str):
    tide = Tides(constituents={name: {"amplitude_m": 1, "phase_deg": 0}}, phase_reference=START)
    level = level_of(tide, duration="12h")
    written = np.concatenate([level.at(block) for block in level._blocks()])
    between = tide.at([START + timedelta(minutes=i + 0.5) for i in range(720)])
    speed = np.radians({"M2": 28.9841042, "M8": 115.9364166}[name]) / 3600
    promised = (speed * 60) ** 2 / 8
    assert 0.9 * promised < np.abs((written[1:] + written[:-1]) / 2 - between).max() <= promised * 1.0001
    assert promised == pytest.approx({"M2": 1e-5, "M8": 1.5e-4}[name], rel=0.15)


def at_edges(basin: Basin, name: str, times_s, values, side: int = 0) -> dict[str, Any]:
    """A condition with a level for each edge of one side, from functions of x."""
    edges = np.load(basin.folder / "mesh_boundary.npy")
    points, triangles = np.load(basin.folder / "mesh_points.npy"), np.load(basin.folder / "mesh_triangles.npy")
    triangle, edge, _ = edges[edges[:, 2] == side].T
    middles = (points[triangles[triangle, (edge + 1) % 3], 0] + points[triangles[triangle, (edge + 2) % 3], 0]) / 2
    levels = np.stack([value(middles) for value in values])
    files = {"times": basin.save(f"times_{name}.npy", times_s), "values": basin.save(f"{name}.npy", levels)}
    return {"kind": "level", "radiation": 0.0, **files}


def test_the_solver_prescribes_at_each_edge_what_is_given_there(tmp_path):
    from rompy_hydra.model.anuga.solve import make_domain

    basin = Basin(tmp_path)
    south = at_edges(basin, "south", [0.0, 100.0], [lambda x: 0.1 + 1e-4 * x, lambda x: 0.3 + 2e-4 * x])
    case = replace(basin.case, boundaries={**CLOSED, "south": south}, initial_stage_m=0.0)
    domain = make_domain(case, tmp_path)
    ids = domain.tag_boundary_cells["south"]
    x = domain.get_edge_midpoint_coordinates()[3 * domain.boundary_cells[ids] + domain.boundary_edges[ids], 0]
    for time_s, expected in ((0.0, 0.1 + 1e-4 * x), (25.0, 0.15 + 1.25e-4 * x), (500.0, 0.3 + 2e-4 * x)):
        domain.relative_time = time_s
        domain.update_boundary()
        assert domain.quantities["stage"].boundary_values[ids] == pytest.approx(expected, abs=1e-9)
    assert np.ptp(x) == pytest.approx(1900.0)


TILT, RAMP_S = 1e-5, 800.0


@pytest.fixture(scope="module")
def tilted(tmp_path_factory) -> list[Basin]:
    """A shelf whose open side is slowly tilted: up towards the east, and up towards the west."""
    runs = []
    for name, slope in (("east", lambda x: TILT * x), ("west", lambda x: TILT * (2000.0 - x))):
        basin = Basin(tmp_path_factory.mktemp(name), nx=40, ny=4)
        south = at_edges(basin, "south", [0.0, RAMP_S], [lambda x: 0.0 * x, slope])
        runs.append(basin.run(boundaries={**CLOSED, "south": south}, duration_s=RAMP_S, output_interval_s=RAMP_S))
    return runs


def test_a_linear_tide_along_the_boundary_is_linear_in_the_cells_beside_it(tilted):
    east, _ = tilted
    x, y = east.centres.T
    beside = (y < 50) & (x > 150) & (x < 1850)  # nearer to its ends the current along the boundary meets the walls
    level_m, expected = east.output("stage_c")[-1][beside], TILT * x[beside]
    head_m = (GRAVITY * TILT * RAMP_S / 2) ** 2 / (2 * GRAVITY)  # of what the slope has made of water at rest
    assert np.abs(level_m - expected).max() < 0.02 * TILT * 2000 + head_m
    assert np.polyfit(x[beside], level_m, 1)[0] == pytest.approx(TILT, rel=0.03)


def test_without_a_coriolis_force_no_side_is_preferred(tilted):
    """On a turning Earth a Kelvin wave would lean on one coast; here what is mirrored answers as its mirror image."""
    east, west = tilted
    order, mirrored = (
        np.lexsort(np.round(np.stack([basin.centres[:, 1], x]), 6))
        for basin, x in ((east, east.centres[:, 0]), (west, 2000.0 - west.centres[:, 0]))
    )
    for name, sign in (("stage_c", 1.0), ("xmomentum_c", -1.0), ("ymomentum_c", 1.0)):
        ours, theirs = east.output(name)[-1][order], west.output(name)[-1][mirrored]
        assert np.abs(ours).max() > 1e-4, name
        assert ours == pytest.approx(sign * theirs, abs=2e-3 * np.abs(ours).max()), name


def test_a_level_that_is_the_same_at_every_edge_does_what_a_series_does(tmp_path):
    from .test_physics import level

    outputs = []
    time_s = np.arange(0.0, 1801.0, 60.0)
    tide_m = 0.3 * np.cos(2 * np.pi * time_s / 3600.0)
    for name in ("series", "edges"):
        (tmp_path / name).mkdir()
        basin = Basin(tmp_path / name)
        values = [lambda x, value=value: value + 0.0 * x for value in np.round(tide_m, 6)]
        south = (
            level(basin, "south.csv", time_s, tide_m) if name == "series" else at_edges(basin, "south", time_s, values)
        )
        basin.run(boundaries={**CLOSED, "south": south}, initial_stage_m=0.3, duration_s=1800.0)
        outputs.append(basin.output("stage_c"))
    assert np.array_equal(*outputs)


def test_a_level_that_is_not_finite_ends_the_run_with_its_name(tmp_path, atlas):
    folder = generated(tmp_path / "run", on_coast(atlas, duration="10min", interval="10min"))
    levels = np.load(folder / "level_ocean.npy")
    levels[3, 1] = np.nan
    np.save(folder / "level_ocean.npy", levels)
    done = solve(folder)
    verdict = Anuga().verdict(folder, Exit("exited", done.returncode))
    assert not verdict.success
    assert "level_ocean.npy holds values that are not finite" in verdict.evidence


def test_an_atlas_drives_a_run(tmp_path, atlas):
    folder = generated(tmp_path / "run", on_coast(atlas, duration="30min", interval="10min"))
    done = solve(folder)
    assert done.returncode == 0, done.stderr
    verdict = Anuga().verdict(folder, Exit("exited", 0))
    assert verdict.success, verdict.evidence
    with Anuga().open(folder) as data:
        level_m = data["water_level"].isel(time=-1).values
    given = np.load(folder / "level_ocean.npy")[-1]
    assert given.min() - 0.2 < level_m.min() < level_m.max() < given.max() + 0.2


def test_an_atlas_is_a_node_of_level_like_any_other(atlas):
    node = AtlasTides(**atlas)
    lon, lat = np.array([115.5]), np.array([-32.6])
    assert not node.is_uniform
    assert node.at([START], lon, lat).shape == (1, 1)
    assert node.steps(Period(start=START, duration="6h")) == [START, START + timedelta(hours=6)]
