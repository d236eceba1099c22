"""The backend passes the tests that backends of others are given."""

from __future__ import annotations

import pytest

from rompy_hydra.run_backend.base import RunBackend
from rompy_hydra.run_backend.docker import DockerRunBackend
from rompy_hydra.testing import RunBackendTests
from tests.run_backend.docker.conftest import PYTHON
from tests.run_backend.docker.engines import this_python


@pytest.mark.usefixtures("engine")
class TestDocker(RunBackendTests):
    def backend(self, **options: object) -> RunBackend:
        return DockerRunBackend.model_validate({"image": PYTHON, "volumes": this_python(), **options})
