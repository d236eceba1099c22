"""Whole experiments in a container, as a user has them: the record, resuming, the same results as without one."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import numpy as np
import pytest
import xarray as xr

from rompy_hydra import ModelRun
from rompy_hydra.core.hashing import files_below
from tests.run_backend.docker.conftest import BUSYBOX, PYTHON
from tests.run_backend.docker.engines import busybox, this_python

COMPUTE = ["touch", "level.txt"]


def test_the_calls_of_the_documentation_work(engine, tmp_path, monkeypatch):
    """With an image, and with a Dockerfile."""
    monkeypatch.chdir(tmp_path)
    for name in ("data", "docker"):
        (tmp_path / name).mkdir()
    (tmp_path / "data" / "depth").write_text("5\n")
    program = b'#!/bin/sh\ncat /data/depth; echo "$MODEL_CONFIG $0 $*" | tee out.txt\n'
    engine.load("rompy/schism:latest", {**busybox(), "usr/local/bin/schism": program})
    model = ModelRun(name="call", output_dir="out")
    assert model.run(
        backend="docker",
        image="rompy/schism:latest",
        executable="/usr/local/bin/schism",
        cpu=4,
        volumes=["./data:/data:ro"],
        env_vars={"MODEL_CONFIG": "production"},
    )
    assert (model.workspace / "out.txt").read_text() == "production /usr/local/bin/schism \n"
    assert model.record.stage("run").exit["tail"][0] == "5"
    launcher = '#!/bin/sh\nshift 2; exec "$@"\n'
    (tmp_path / "docker" / "mpiexec").write_text(launcher)
    (tmp_path / "docker" / "model").write_text("#!/bin/sh\necho version $VERSION > out.txt\n")
    lines = [f"FROM {BUSYBOX}", "ARG MODEL_VERSION", "ENV VERSION=$MODEL_VERSION", "COPY mpiexec /bin/"]
    lines += ["COPY model /usr/local/bin/", "RUN chmod 755 /bin/mpiexec /usr/local/bin/model", ""]
    (tmp_path / "docker" / "Dockerfile").write_text("\n".join(lines))
    built = ModelRun(name="built", output_dir="out")
    assert built.run(
        backend="docker",
        dockerfile="./docker/Dockerfile",
        build_args={"MODEL_VERSION": "1.0.0"},
        executable="/usr/local/bin/model",
        mpiexec="mpiexec",
        cpu=8,
    )
    assert (built.workspace / "out.txt").read_text() == "version 1.0.0\n"
    assert built.record.stage("run").job["image"].startswith("rompy-hydra/build:")


def test_the_record_pins_the_image_and_a_run_is_current_until_it_changes(engine, tmp_path):
    engine.load("model:1", busybox())
    run = ModelRun(name="pinned", output_dir=tmp_path)
    options = {"backend": "docker", "image": "model:1", "command": COMPUTE}
    assert run.run(**options)
    stage = run.record.stage("run")
    with engine.client() as client:
        assert stage.job["image_id"] == client.inspect_image("model:1")["Id"]
    again = ModelRun(name="pinned", output_dir=tmp_path)
    assert again.run(**options)
    assert again.record.stage("run").started == stage.started
    assert again.record.stage("run").job == stage.job
    engine.load("model:1", {**busybox(), "etc/version": b"2"})
    assert run.run(**options)
    assert "executable" in run.record.stage("run").reason


def test_a_failed_model_is_recorded_with_its_exit_and_last_lines(engine, tmp_path):
    run = ModelRun(name="bad", output_dir=tmp_path)
    assert not run.run(backend="docker", image=BUSYBOX, command=["sh", "-c", "echo no bathymetry; exit 3"])
    stage = run.record.stage("run")
    assert (stage.state, stage.exit["code"], stage.exit["tail"]) == ("failed", 3, ["no bathymetry"])


def test_memory_is_told_as_the_reason(engine, tmp_path):
    run = ModelRun(name="big", output_dir=tmp_path)
    assert not run.run(backend="docker", image=BUSYBOX, command="tail /dev/zero", memory="32MiB")
    assert "out of memory" in run.record.stage("run").message


def test_a_full_disk_ends_the_run_and_leaves_no_container(engine, small_disk):
    run = ModelRun(name="full", output_dir=small_disk)
    with pytest.raises(OSError, match="No space left"):
        run.run(backend="docker", image=BUSYBOX, command=["sh", "-c", "yes $(seq 1000)"])
    assert engine.containers() == []


def test_secrets_are_in_no_file_of_the_run(engine, tmp_path):
    run = ModelRun(name="secret", output_dir=tmp_path)
    assert run.run(
        backend="docker", image=BUSYBOX, command=["sh", "-c", "echo $API_TOKEN"], env_vars={"API_TOKEN": "tell-nobody"}
    )
    folder = run.directory.path
    assert [name for name in files_below(folder) if "tell-nobody" in (folder / name).read_text()] == []
    assert (run.workspace / "output.log").read_text() == "***\n"


def command_line(*words):
    generic = ["~experiment", "model=generic", "postprocessor=noop", "run_id=cut", "run_backend=docker"]
    return [sys.executable, "-m", "rompy_hydra.cli", *generic, f"run_backend.image={BUSYBOX}", *words]


def wait_for_line(path: Path, line: str) -> None:
    deadline = time.monotonic() + 60
    while not (path.is_file() and line in path.read_text()):
        assert time.monotonic() < deadline
        time.sleep(0.05)


@pytest.mark.parametrize(
    ("number", "code", "state"),
    [(signal.SIGTERM, 143, "interrupted"), (signal.SIGKILL, -9, "running")],
)
def test_a_driver_that_is_ended_leaves_no_container_and_the_run_can_be_resumed(engine, tmp_path, number, code, state):
    data = tmp_path / "data"
    data.mkdir()
    line = "[sh,-c,'echo ready; [ -e /data/go ] || sleep 600; echo done']"
    more = [f"run_backend.command={line}", f"run_backend.volumes=['{data}:/data:ro']", "run_backend.grace=1s"]
    pipes = {"stdout": subprocess.PIPE, "stderr": subprocess.STDOUT}
    with subprocess.Popen(command_line(*more), cwd=tmp_path, **pipes) as process:
        wait_for_line(tmp_path / "outputs/cut/model/output.log", "ready")
        process.send_signal(number)
        process.communicate(timeout=60)
    assert process.returncode == code
    record = json.loads((tmp_path / "outputs/cut/run.json").read_text())
    assert record["stages"]["run"]["state"] == state
    (data / "go").touch()
    resume = [sys.executable, "-m", "rompy_hydra.cli", "resume", "outputs/cut"]
    done = subprocess.run(resume, cwd=tmp_path, capture_output=True, text=True, timeout=100, check=False)
    assert done.returncode == 0, done.stderr
    assert (tmp_path / "outputs/cut/model/output.log").read_text() == "ready\ndone\n"


def test_the_default_experiment_has_the_same_results_in_a_container(engine, tmp_path):
    """The same inputs to the last bit, and results within 1e-12, with the same versions of every library."""
    common = ["period.duration=20min", "forcing.tides.surge=null", "postprocessor=noop"]
    volumes = ",".join(f"'{v}'" for v in this_python())
    container = ["run_backend=docker", f"run_backend.image={PYTHON}", f"run_backend.volumes=[{volumes}]"]
    runs = []
    for name, words in {"here": [], "there": container}.items():
        command = [sys.executable, "-m", "rompy_hydra.cli", *common, *words, f"output_dir={tmp_path / name}"]
        done = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, timeout=200, check=False)
        assert done.returncode == 0, done.stderr
        (run,) = (tmp_path / name).iterdir()
        runs.append(run)
    here, there = (json.loads((run / "run.json").read_text())["stages"] for run in runs)
    assert [(f["path"], f["sha256"]) for f in here["generate"]["files"]] == [
        (f["path"], f["sha256"]) for f in there["generate"]["files"]
    ]
    outputs = [sorted(run.glob("model/*.sww")) + sorted(run.glob("model/*.nc")) for run in runs]
    assert outputs[0]
    for one, other in zip(*outputs, strict=True):
        with xr.open_dataset(one, decode_times=False) as a, xr.open_dataset(other, decode_times=False) as b:
            assert set(a.variables) == set(b.variables)
            for variable in a.variables:
                if a[variable].dtype.kind == "f":
                    np.testing.assert_allclose(a[variable], b[variable], rtol=0, atol=1e-12)
    assert {p.stat().st_uid for p in runs[1].rglob("*")} == {os.getuid()}
