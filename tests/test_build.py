"""From a plain tree to typed objects: every problem at once, each at its key."""

from __future__ import annotations

from typing import Any

import pytest

from rompy_hydra.build import build
from rompy_hydra.errors import ConfigError, Problem

EXECUTION: dict[str, Any] = {
    "run_backend": {"_target_": "rompy_hydra.run_backend.local.LocalRunBackend"},
    "postprocessor": {"noop": {"_target_": "rompy_hydra.postprocessor.noop.Noop"}},
    "pipeline": {"_target_": "rompy_hydra.pipeline.local.LocalPipeline"},
}
ANUGA: dict[str, Any] = {"model_type": "anuga"}
DOMAIN: dict[str, Any] = {
    "crs": "local",
    "vertical_datum": "MSL",
    "mesh": {"kind": "box", "x_m": [0, 1000], "y_m": [0, 1000], "resolution_m": 100},
    "bathymetry": {"kind": "flat", "elevation_m": -10},
}


def problems(**changes: Any) -> dict[str, Problem]:
    with pytest.raises(ConfigError) as error:
        build({**EXECUTION, "model": {"model_type": "generic"}, **changes})
    return {p.key: p for p in error.value.problems}


def test_problems_of_every_part_come_together() -> None:
    found = problems(
        run_id="a/b",
        model={"model_type": "generic", "outputs": 5},
        run_backend={**EXECUTION["run_backend"], "cpus": 0},
        period={"start": "2023-01-01", "duration": 6},
    )
    assert set(found) == {"run_id", "model.outputs", "run_backend.cpus", "period.duration"}


def test_an_unknown_key_has_a_suggestion_from_its_own_node() -> None:
    found = problems(model={**ANUGA, "friction": {"law": "manning", "coeficient": 0.03}}, domain=DOMAIN)
    assert found["model.friction.coeficient"].hint == "did you mean 'coefficient'?"


def test_a_wrong_kind_names_the_known_ones() -> None:
    found = problems(model={**ANUGA, "boundaries": {"ocean": {"kind": "tid"}}}, domain=DOMAIN)
    wrong = found["model.boundaries.ocean.kind"]
    assert "tide" in wrong.message
    assert wrong.hint == "did you mean 'tide'?"


def test_a_missing_kind_names_the_known_ones() -> None:
    found = problems(domain={**DOMAIN, "mesh": {"resolution_m": 3}})
    assert found["domain.mesh.kind"].message == "expected one of bathymetry, box, curvilinear, file, polygon, regular"


def test_one_mistake_in_a_list_is_one_problem() -> None:
    assert set(problems(model={"model_type": "generic", "argv": [True]})) == {"model.argv.0"}


def test_a_boolean_is_never_a_number() -> None:
    assert "true/false" in problems(model={**ANUGA, "dry_depth_m": True}, domain=DOMAIN)["model.dry_depth_m"].message


@pytest.mark.parametrize("value", [float("nan"), float("inf")])
def test_a_number_is_finite(value: float) -> None:
    assert "finite" in problems(model={**ANUGA, "dry_depth_m": value}, domain=DOMAIN)["model.dry_depth_m"].message


def test_a_nested_source_is_checked_by_its_own_class() -> None:
    level = {"kind": "series", "source": {"source_type": "csv", "pth": "a.csv"}, "variable": "ssh"}
    found = problems(forcing={"water_level": level})
    assert set(found) == {"forcing.water_level.source.pth", "forcing.water_level.source.path"}


def test_an_unknown_source_is_told_once() -> None:
    level = {"kind": "series", "source": {"source_type": "cvs"}, "variable": "ssh"}
    found = problems(forcing={"water_level": level})
    assert set(found) == {"forcing.water_level.source.source_type"}
    assert found["forcing.water_level.source.source_type"].hint == "did you mean 'csv'?"


@pytest.mark.parametrize("target", ["os.system", "rompy_hydra.errors.ConfigError", "builtins.eval"])
def test_only_registered_classes_are_instantiated(target: str) -> None:
    assert "run_backend._target_" in problems(run_backend={"_target_": target})


def test_a_class_of_another_group_is_refused() -> None:
    assert "pipeline._target_" in problems(pipeline=EXECUTION["run_backend"])


def test_a_bare_target_on_postprocessor_is_explained() -> None:
    found = problems(postprocessor={"_target_": "rompy_hydra.postprocessor.noop.Noop"})
    assert "# @package postprocessor.<name>" in found["postprocessor"].hint


def test_a_request_is_built_from_good_nodes() -> None:
    request = build({**EXECUTION, "name": "ok", "model": {"model_type": "generic"}})
    assert request.model_run.name == "ok"
    assert list(request.postprocessors) == ["noop"]
