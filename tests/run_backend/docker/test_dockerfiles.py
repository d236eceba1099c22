"""The Dockerfiles of the project make images that run models; takes minutes and a network."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
import tarfile
from pathlib import Path

import pytest

from rompy_hydra.errors import BackendError
from rompy_hydra.run_backend.docker import DockerRunBackend
from rompy_hydra.run_backend.job import Job
from tests.conftest import REPO
from tests.run_backend.docker.engines import MUST_RUN, Engine, need

pytestmark = [
    pytest.mark.network,
    pytest.mark.skipif(not MUST_RUN, reason="makes a Debian and installs ANUGA; CI=true or SETUP=1 runs it"),
    pytest.mark.timeout(1500),
]
DEBIAN = "debian:here"
CERTIFICATES = Path("etc/ssl/certs/ca-certificates.crt")


@pytest.fixture(scope="module")
def debian(_engine: Engine, tmp_path_factory: pytest.TempPathFactory) -> None:
    """A Debian with Python, in which certificates of this machine are trusted."""
    (debootstrap,) = need("debootstrap")
    folder = tmp_path_factory.mktemp("debian")
    root = folder / "root"
    packages = "--include=python3-venv,ca-certificates"
    subprocess.run(
        [debootstrap, "--variant=minbase", packages, "bookworm", root], check=True, stdout=subprocess.DEVNULL
    )
    shutil.copy(Path("/") / CERTIFICATES, root / CERTIFICATES)
    with tarfile.open(folder / "root.tar", "w") as tar:
        tar.add(root, ".")
    with _engine.client() as client:
        client.import_image_from_file(str(folder / "root.tar"), repository="debian", tag="here")
    shutil.rmtree(folder)


def wrapped(folder, program):
    return DockerRunBackend(
        dockerfile=REPO / "docker" / "wrapped.Dockerfile",
        build_context=folder,
        build_args={"BASE": DEBIAN, "PROGRAM": program},
        executable=program,
    )


@pytest.mark.usefixtures("debian")
def test_a_model_that_the_user_brings_along_runs_in_its_image(engine, tmp_path, workspace):
    (tmp_path / "build").mkdir()
    (tmp_path / "build" / "swan.exe").write_text("#!/bin/sh\nid -u\necho computed > out.txt\n")
    backend = wrapped(tmp_path / "build", "swan.exe")
    assert backend.execute(Job(("swan",), workspace), print).tail == (str(os.getuid()),)
    assert (workspace / "out.txt").read_text() == "computed\n"
    with engine.client() as client:
        (image,) = client.images("rompy-hydra/build")
        assert client.inspect_image(image["Id"])["Config"]["User"] == "65534:65534"


@pytest.mark.usefixtures("debian", "engine")
def test_a_library_that_is_missing_ends_the_build_with_its_name(tmp_path, workspace):
    (conmon,) = need("conmon")
    shutil.copy(conmon, tmp_path / "swan.exe")
    with pytest.raises(BackendError, match=r"\| add to PACKAGES what has:\s+libglib-2\.0"):
        wrapped(tmp_path, "swan.exe").execute(Job((), workspace), print)


@pytest.mark.usefixtures("debian")
def test_the_embedded_model_runs_in_its_image(engine, tmp_path):
    settings = {name: os.environ[name] for name in ("PIP_INDEX_URL", "PIP_CERT") if name in os.environ}
    with engine.client() as client:
        steps = client.build(
            path=str(REPO),
            dockerfile="docker/embedded.Dockerfile",
            tag="rompy-hydra/anuga",
            buildargs={"BASE": DEBIAN, **settings},
            network_mode="host",
            rm=True,
            decode=True,
        )
        told = list(steps)
    assert [step["error"] for step in told if "error" in step] == [], told[-20:]
    words = ["run_backend=docker", "run_backend.image=rompy-hydra/anuga", "postprocessor=noop"]
    words += ["period.duration=20min", "forcing.tides.surge=null"]
    command = [sys.executable, "-m", "rompy_hydra.cli", *words]
    done = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, timeout=300, check=False)
    assert done.returncode == 0, done.stderr
    (run,) = (tmp_path / "outputs").iterdir()
    job = json.loads((run / "run.json").read_text())["stages"]["run"]["job"]
    assert (job["backend"], job["image"]) == ("docker", "rompy-hydra/anuga")
