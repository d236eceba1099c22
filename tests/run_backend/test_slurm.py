"""Jobs of a real Slurm cluster that run to their end, and jobs that Slurm refuses."""

from __future__ import annotations

import pytest

from rompy_hydra.run_backend.slurm import SlurmRunBackend
from rompy_hydra.testing import RunBackendTests


class TestContract(RunBackendTests):
    @pytest.fixture(autouse=True)
    def _in_a_cluster(self, cluster):
        pass

    def backend(self, **options):
        return SlurmRunBackend.model_validate({"poll_interval": 0.3, **options})
