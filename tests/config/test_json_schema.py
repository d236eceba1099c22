"""Schemas by which an editor completes and checks config files."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from omegaconf import OmegaConf

from rompy_hydra import config

jsonschema = pytest.importorskip("jsonschema")
CONF = Path(__file__).parents[2] / "conf"


@pytest.fixture(scope="module")
def written(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Any]:
    folder = tmp_path_factory.mktemp("schema")
    files = config.schema(folder)
    return {str(f.relative_to(folder)): json.loads(f.read_text()) for f in files}


def check(schema: Any, text: str) -> list[str]:
    validator = jsonschema.Draft7Validator(schema)
    plain = OmegaConf.to_container(OmegaConf.create(text))  # which leaves dates as text, as editors do
    return [e.message for e in validator.iter_errors(plain)]


def test_every_plugin_option_and_the_experiment_have_one(written: dict[str, Any]) -> None:
    assert {"experiment.json", "model/anuga.json", "run_backend/local.json", "postprocessor/noop.json"} <= set(written)
    for content in written.values():
        jsonschema.Draft7Validator.check_schema(content)


@pytest.mark.parametrize("path", sorted(CONF.glob("experiment/*.yaml")), ids=lambda p: p.stem)
def test_shipped_experiments_agree_with_the_schema(written: dict[str, Any], path: Path) -> None:
    assert check(written["experiment.json"], path.read_text()) == []


@pytest.mark.parametrize(
    "path", sorted(p for g in ("model", "run_backend", "pipeline", "postprocessor") for p in CONF.glob(f"{g}/*.yaml")),
    ids=lambda p: f"{p.parent.name}-{p.stem}",
)  # fmt: skip
def test_shipped_options_agree_with_their_schema(written: dict[str, Any], path: Path) -> None:
    assert check(written[f"{path.parent.name}/{path.stem}.json"], path.read_text()) == []


def test_a_part_of_the_keys_is_enough_and_interpolations_are_allowed(written: dict[str, Any]) -> None:
    text = (
        "defaults: [mine]\nperiod: {duration: '${length}'}\ndata_dir: ???\nmodel: {friction: {coefficient: '${n}'}}\n"
    )
    assert check(written["experiment.json"], text) == []


GRID = "domain: {mesh: {kind: regular, x: 0, y: 0, size: [100, 50], spacing: %s}}\n"


@pytest.mark.parametrize(("spacing", "is_right"), [("10", True), ("[10, 5]", True), ("'${dx}'", True), ("wide", False)])
def test_a_spacing_is_one_number_or_two(written: dict[str, Any], spacing: str, is_right: bool) -> None:
    assert (check(written["experiment.json"], GRID % spacing) == []) == is_right


@pytest.mark.parametrize("text", ["nme: x\n", "period: {strt: 2023-01-01}\n", "on_existing: rsume\n", "period: 3\n"])
def test_a_wrong_key_or_value_is_marked(written: dict[str, Any], text: str) -> None:
    assert check(written["experiment.json"], text)
