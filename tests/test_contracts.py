"""The built-in plugins pass the tests that plugins of others are given; sources in source/test_contract.py."""

from __future__ import annotations

import pytest

from rompy_hydra.model.anuga import Anuga
from rompy_hydra.model.base import Experiment, Model
from rompy_hydra.model.generic import Generic
from rompy_hydra.run_backend.base import RunBackend
from rompy_hydra.run_backend.local import LocalRunBackend
from rompy_hydra.testing import ModelTests, RunBackendTests

BOX = {"kind": "box", "x": [0, 2000], "y": [0, 1000], "resolution_m": 400}
PERIOD = {"start": "2023-01-01", "duration": "1h", "interval": "30min"}


class TestLocal(RunBackendTests):
    def backend(self, **options: object) -> RunBackend:
        return LocalRunBackend.model_validate(options)


class TestAnuga(ModelTests):
    def model(self) -> Model:
        return Anuga(
            initial_stage_m=0, boundaries={s: {"kind": "reflective"} for s in ("west", "east", "south", "north")}
        )

    def experiment(self) -> Experiment:
        bed = {"kind": "flat", "elevation_m": -5}
        wind = {"kind": "constant", "speed_m_s": 10, "from_deg": 270}
        domain = {"crs": "local", "vertical_datum": "MSL", "mesh": BOX, "bathymetry": bed}
        return Experiment.model_validate({"period": PERIOD, "domain": domain, "forcing": {"wind": wind}})


class TestGeneric(ModelTests):
    @pytest.fixture(autouse=True)
    def _templates(self, tmp_path_factory: pytest.TempPathFactory) -> None:
        self.templates = tmp_path_factory.mktemp("templates")
        (self.templates / "INPUT.j2").write_text("{{ period.start | iso }}\n")

    def model(self) -> Model:
        return Generic(templates=self.templates, argv="model INPUT", outputs=["*.nc"])

    def experiment(self) -> Experiment:
        return Experiment.model_validate({"period": PERIOD})
