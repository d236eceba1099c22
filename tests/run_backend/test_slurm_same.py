"""The demonstration experiment is the same as a job of a real Slurm cluster as it is on this machine."""

from __future__ import annotations

import json

import numpy as np
import pytest
import xarray as xr

pytest.importorskip("anuga", reason="needs the extra anuga")
SHORT = ("period.duration=1h", "forcing.tides.surge=null", "postprocessor=export")


def test_inputs_are_equal_in_every_byte_and_results_to_1e_12(cli, cluster, tmp_path):
    for backend in ("local", "slurm"):
        done = cli(*SHORT, f"run_backend={backend}", f"output_dir={backend}")
        assert done.returncode == 0, done.stdout + done.stderr
    (local,), (slurm,) = tmp_path.glob("local/*"), tmp_path.glob("slurm/*")
    stages = [json.loads((folder / "run.json").read_text())["stages"] for folder in (local, slurm)]
    inputs = [{file["path"]: file["sha256"] for file in stage["generate"]["files"]} for stage in stages]
    assert inputs[0] == inputs[1]
    assert stages[1]["run"]["job"]["backend"] == "slurm"
    products = sorted(path.relative_to(local) for path in local.glob("products/**/*.nc"))
    assert products
    for product in products:
        with xr.open_dataset(local / product) as expected, xr.open_dataset(slurm / product) as found:
            assert set(expected.data_vars) == set(found.data_vars)
            for name, variable in expected.data_vars.items():
                if np.issubdtype(variable.dtype, np.floating):
                    np.testing.assert_allclose(found[name], variable, rtol=0, atol=1e-12)
