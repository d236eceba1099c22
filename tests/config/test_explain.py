"""What one key means, and where its value comes from."""

from __future__ import annotations

import json

import pytest

from rompy_hydra import config
from rompy_hydra.config import Explanation
from rompy_hydra.config.fields import Field
from rompy_hydra.errors import UNSET, ConfigError
from rompy_hydra.run_backend.local import LocalRunBackend

from .conftest import Project


def explain(key: str, *words: str) -> Explanation:
    return config.explain(config.parse(words), key)


@pytest.mark.usefixtures("project")
class TestExplain:
    def test_a_value_of_a_file(self) -> None:
        found = explain("model.friction.coefficient")
        assert found.value == found.default == 0.025
        assert found.type == "number, >= 0, <= 1"
        assert "Manning" in found.doc
        assert "anuga.yaml:" in found.origin

    def test_a_value_of_an_override(self) -> None:
        found = explain("model.friction.coefficient", "model.friction.coefficient=0.03")
        assert found.value == 0.03
        assert found.origin == "command-line override 'model.friction.coefficient=0.03'"

    def test_a_value_through_an_interpolation(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setenv("N", "0.04")
        found = explain("model.friction.coefficient", "model.friction.coefficient=${oc.env:N}")
        assert found.value == "0.04"
        assert found.origin.endswith("(written as ${oc.env:N})")

    def test_a_key_that_no_file_sets_has_the_default_of_the_schema(self) -> None:
        found = explain("forcing.wind", "experiment=mine")
        assert (found.value, found.origin) == (None, "default")
        assert found.type == "kind constant or kind series or kind grid or null"

    def test_a_key_that_has_to_be_given_and_is_not(self) -> None:
        found = explain("domain.mesh.resolution_m", "experiment=mine", "domain.mesh.kind=box")
        assert (found.value, found.default) == (UNSET, UNSET)
        assert found.units == "m"
        assert "value" not in found.as_dict()

    def test_a_key_that_its_file_asks_for(self) -> None:
        found = explain("data_dir", "experiment=perth_nearshore")
        assert found.value is UNSET
        assert found.origin.endswith("perth_nearshore.yaml:21")

    def test_an_element_of_a_list(self) -> None:
        found = explain("domain.mesh.outline.1.0")
        assert isinstance(found.value, int | float)
        assert "tidal_bay.yaml:" in found.origin

    def test_a_subtree_lists_what_may_stand_inside(self) -> None:
        found = explain("model")
        assert found.value["model_type"] == "anuga"
        assert {"friction", "boundaries", "output"} <= set(found.keys)

    def test_a_plugin_tells_its_own_keys(self) -> None:
        assert "timeout" in explain("run_backend").keys
        assert {"export", "plots"} <= set(explain("postprocessor").keys)
        assert explain("postprocessor.noop", "postprocessor=noop").doc

    def test_a_unit_comes_with_the_name(self) -> None:
        assert explain("forcing.tides.constituents.M2.phase_deg").units == "degrees"
        assert explain("domain.stations.gap.x_m").units == "m"

    def test_it_works_on_a_config_that_is_not_valid(self) -> None:
        assert explain("name", "experiment=mine", "model.nosuch=1").value == "mine"

    def test_it_is_plain_data(self) -> None:
        for key in ("model", "period", "domain", "forcing", "postprocessor", "pipeline", "output_dir", "rerun"):
            json.dumps(explain(key).as_dict())

    @pytest.mark.parametrize(
        ("key", "hint"),
        [
            ("modle", "did you mean 'model'?"),
            ("model.frction", "did you mean 'model.friction'?"),
            ("model.friction.coeficient", "did you mean 'model.friction.coefficient'?"),
            ("period.interval.x", "period.interval is a single value"),
            ("run_backend.tmeout", "did you mean 'run_backend.timeout'?"),
        ],
    )
    def test_an_unknown_key_is_answered_with_the_nearest_one(self, key: str, hint: str) -> None:
        with pytest.raises(ConfigError) as caught:
            explain(key)
        assert caught.value.problems[0].hint == hint


def test_the_text_says_value_origin_type_and_meaning(project: Project) -> None:
    lines = [line.strip() for line in str(explain("run_backend.cpus", "run_backend.cpus=2")).splitlines()]
    assert lines[0] == "run_backend.cpus = 2"
    assert "from:    command-line override 'run_backend.cpus=2'" in lines
    assert "type:    whole number, >= 1" in lines


def test_the_origin_of_a_key_can_be_asked_for(project: Project) -> None:
    found = config.origin(config.parse(["experiment=mine"]), "model.argv")
    assert str(found) == "conf/experiment/mine.yaml:8"
    assert config.origin(config.parse(["experiment=mine"]), "nosuch.key") is None


def test_the_record_of_a_composition_has_the_origin_of_every_key(project: Project) -> None:
    origins = project.load("experiment=mine", "run_backend.cpus=2").composition.origins
    assert origins["model.argv"] == "conf/experiment/mine.yaml:8"
    assert origins["run_backend.cpus"] == "command-line override 'run_backend.cpus=2'"
    assert origins["output_dir"].endswith("config.yaml:17")
    assert not any(key.startswith("hydra") for key in origins)


def test_a_size_is_told_with_its_unit_and_not_as_a_number() -> None:
    told = {name: Field.of(info).type_text() for name, info in LocalRunBackend.model_fields.items()}
    assert told["memory"] == "size with its unit, e.g. 4GB or null"
    assert told["output_limit"].startswith("size with its unit, e.g. 4GB, >")
