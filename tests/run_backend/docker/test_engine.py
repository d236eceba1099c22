"""Which engine is used, and what is told where none can be."""

from __future__ import annotations

import json
import os
import socket
import subprocess
import sys
import threading
import time
from contextlib import suppress

import pytest

from rompy_hydra.errors import BackendError
from rompy_hydra.run_backend.docker import DockerRunBackend
from rompy_hydra.run_backend.docker.engine import connected, engine_host, problem_of_words
from tests.run_backend.docker.conftest import BUSYBOX


def problem(host, timeout_s=5):
    with pytest.raises(BackendError) as caught, connected(host, timeout_s):
        pass
    (found,) = caught.value.problems
    assert found.key == "run_backend.host"
    assert found.hint
    return found.message


def listening(path, answer):
    """A socket that answers each client with some bytes, or with none at all."""
    server = socket.socket(socket.AF_UNIX)
    server.bind(str(path))
    server.listen()

    def serve():
        with suppress(OSError):  # closed by the test
            while True:
                client, _ = server.accept()
                with client:
                    if client.recv(10_000):  # and not just a look whether anybody listens
                        client.sendall(answer) if answer else time.sleep(2)

    threading.Thread(target=serve, daemon=True).start()
    return server


def test_the_address_is_the_given_one_or_that_of_docker(tmp_path, monkeypatch):
    monkeypatch.setenv("XDG_RUNTIME_DIR", str(tmp_path))
    monkeypatch.setenv("DOCKER_HOST", "tcp://wave1:2375")
    assert engine_host("unix:///mine") == "unix:///mine"
    assert engine_host() == "tcp://wave1:2375"
    monkeypatch.delenv("DOCKER_HOST")
    if not os.access("/var/run/docker.sock", os.F_OK):
        assert engine_host() == "unix:///var/run/docker.sock"
        (tmp_path / "podman").mkdir()
        (tmp_path / "podman" / "podman.sock").touch()
        assert engine_host() == f"unix://{tmp_path}/podman/podman.sock"


def test_the_docker_context_is_used(tmp_path, monkeypatch):
    folder = tmp_path / "contexts" / "meta" / "x"
    folder.mkdir(parents=True)
    context = {"Name": "cluster", "Metadata": {}, "Endpoints": {"docker": {"Host": "unix:///of/context"}}}
    (tmp_path / "config.json").write_text(json.dumps({"currentContext": "cluster"}))
    code = "from rompy_hydra.run_backend.docker.engine import engine_host; print(engine_host())"
    from hashlib import sha256

    folder.rename(folder.with_name(sha256(b"cluster").hexdigest()))
    (tmp_path / "contexts" / "meta" / sha256(b"cluster").hexdigest() / "meta.json").write_text(json.dumps(context))
    env = {k: v for k, v in os.environ.items() if k != "DOCKER_HOST"} | {"DOCKER_CONFIG": str(tmp_path)}
    done = subprocess.run([sys.executable, "-c", code], env=env, capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "unix:///of/context"


def test_no_engine(tmp_path):
    assert "no such socket" in problem(f"unix://{tmp_path}/none.sock")


def test_an_engine_that_is_down(tmp_path):
    with socket.socket(socket.AF_UNIX) as left_over:
        left_over.bind(str(tmp_path / "s"))
    assert "is not running" in problem(f"unix://{tmp_path}/s")


def test_an_engine_that_may_not_be_used(engine):
    engine.socket.chmod(0o600)
    os.seteuid(65534)
    try:
        assert "not allowed to use the container engine" in problem(engine.host)
    finally:
        os.seteuid(0)


def test_an_engine_that_does_not_answer(tmp_path):
    with listening(tmp_path / "s", b""):
        begun = time.monotonic()
        assert "does not answer" in problem(f"unix://{tmp_path}/s", timeout_s=1)
        assert time.monotonic() - begun < 5


def test_something_that_is_no_engine(tmp_path):
    with listening(tmp_path / "s", b"220 mail ready\r\n"):
        assert "has failed" in problem(f"unix://{tmp_path}/s")


def test_the_health_tells_of_the_engine(engine, tmp_path, monkeypatch):
    (finding,) = DockerRunBackend.health()
    assert (finding.name, finding.state) == ("container engine", "works")
    assert engine.host in finding.told
    monkeypatch.setenv("DOCKER_HOST", f"unix://{tmp_path}/none.sock")
    assert [f.state for f in DockerRunBackend.health()] == ["absent"]
    assert DockerRunBackend.leftovers() == []
    monkeypatch.setenv("DOCKER_HOST", "ssh://wave1")
    assert [f.state for f in DockerRunBackend.health()] == ["fails"]


@pytest.mark.parametrize(
    ("words", "key"),
    [
        ("write /var/lib/x: no space left on device", ""),
        ("No such image: x for platform: no match for platform in manifest", "run_backend.platform"),
        ("invalid mount config for type bind: bind source path does not exist: /x", "run_backend.host_paths"),
        ("something new", "run_backend"),
    ],
)
def test_what_an_engine_says_is_told_by_key(words, key):
    found = problem_of_words(words)
    assert found.key == key
    assert words in found.message


def test_an_engine_without_an_init_runs_programs_all_the_same(engine, workspace, caplog):
    from rompy_hydra.run_backend.job import Job
    from tests.run_backend.docker.engines import busybox, docker_engine

    with docker_engine(**{"init-path": "/no/docker-init"}) as bare:
        bare.load(BUSYBOX, busybox())
        backend = DockerRunBackend(image=BUSYBOX, command="echo computed", host=bare.host)
        assert backend.execute(Job((), workspace), print).tail == ("computed",)
        assert "has no init" in caplog.text
        assert bare.containers() == []
        with pytest.raises(BackendError, match="no such program"):
            DockerRunBackend(image=BUSYBOX, command="none", host=bare.host).execute(Job((), workspace), print)
        assert bare.containers() == []
