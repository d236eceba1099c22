"""What ANUGA's plan tells and refuses, without a run."""

import json
import subprocess
import sys
from pathlib import Path

import pytest
from pydantic import ValidationError

from rompy_hydra.model.anuga import Anuga
from rompy_hydra.model.base import Experiment

from .conftest import BAY, experiment


def keys(plan):
    return {p.key: p for p in plan.problems}


def test_a_plan_names_files_size_and_what_the_model_lacks():
    plan = Anuga().plan(experiment())
    assert not plan.problems
    assert "level_ocean.csv" in plan.files
    assert 100 < plan.cells < 400
    assert plan.steps > 500
    assert any("no Coriolis" in note for note in plan.notes)


def test_a_plan_names_the_files_that_generate_writes(tmp_path):
    pytest.importorskip("anuga")
    river = {"swan": {"kind": "constant", "location": {"x_m": 1500, "y_m": 700}, "radius_m": 200, "discharge_m3_s": 5}}
    wind = {"kind": "constant", "u_m_s": 10, "v_m_s": 0}
    asked = experiment(forcing={"wind": wind, "river": river})
    Anuga().generate(tmp_path, asked)
    assert sorted(p.name for p in tmp_path.iterdir()) == sorted(Anuga().plan(asked).files)


def test_the_estimated_steps_are_of_the_right_order(finished):
    estimated = Anuga().plan(experiment()).steps
    assert 0.5 < estimated / json.loads((finished / "diagnostics.json").read_text())["steps"] < 3


def test_a_plan_of_an_idealised_domain_imports_nothing_heavy():
    code = (
        "import sys; from tests.model.anuga.conftest import experiment; from rompy_hydra.model.anuga import Anuga;"
        "before = set(sys.modules); Anuga().plan(experiment());"
        "print([m for m in ('anuga', 'xarray', 'netCDF4', 'matplotlib', 'pyproj') if m in set(sys.modules) - before])"
    )
    root = Path(__file__).parents[3]
    done = subprocess.run([sys.executable, "-c", code], cwd=root, capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"


def test_a_misspelt_segment_is_refused_with_the_nearest_name():
    problems = keys(Anuga(boundaries={"ocaen": {"kind": "tide"}}).plan(experiment()))
    assert problems["model.boundaries.ocaen"].hint == "did you mean 'ocean'?"


def test_an_open_segment_without_condition_is_refused_by_name():
    named = experiment(domain={"boundaries": {"ocean": [0], "river_mouth": [2]}})
    assert "model.boundaries.river_mouth" in keys(Anuga().plan(named))


def test_a_condition_without_its_forcing_is_refused():
    problems = keys(Anuga(boundaries={"ocean": {"kind": "series"}}).plan(experiment()))
    assert "forcing.water_level" in problems
    assert "forcing.tides" in problems, "and the tides that nothing takes"


def test_a_region_that_the_mesh_does_not_have_is_refused():
    problems = keys(Anuga(friction={"regions": {"ref": 0.04}}).plan(experiment()))
    assert problems["model.friction.regions.ref"].hint == "did you mean 'reef'?"


def test_a_domain_and_a_period_are_needed():
    assert set(keys(Anuga().plan(Experiment()))) == {"domain", "period"}


def test_islands_reflect_without_a_word():
    island = {"islet": {"outline": [(1400, 900), (1700, 900), (1550, 1100)]}}
    mesh = {**BAY["mesh"], "holes": island}
    assert not Anuga().plan(experiment(domain={"mesh": mesh})).problems


def test_a_constant_drag_law_without_its_coefficient_says_what_is_missing():
    with pytest.raises(ValidationError, match="law: constant needs a coefficient, which is missing"):
        Anuga(wind_drag={"law": "constant"})
    assert Anuga(wind_drag={"law": "constant", "coefficient": 0.002}).wind_drag.coefficient == 0.002


def test_a_drag_coefficient_beside_another_law_says_where_it_belongs():
    with pytest.raises(ValidationError, match="coefficient belongs to law: constant, not to wu_1982"):
        Anuga(wind_drag={"law": "wu_1982", "coefficient": 0.001})


def test_sides_of_a_box_without_a_name_are_land_and_the_plan_says_so():
    box = {"mesh": {"kind": "box", "x": (0, 3000), "y": (0, 2000), "resolution_m": 300}}
    asked = experiment(domain={**box, "boundaries": {"ocean": ["south"]}})
    plan = Anuga().plan(asked)
    assert not plan.problems
    assert "closed by default: the east, north, west of the box, without a name in domain.boundaries" in plan.notes
    opened = Anuga(boundaries={"east": {"kind": "transmissive"}}).plan(asked)
    assert "closed by default: the north, west of the box, without a name in domain.boundaries" in opened.notes
