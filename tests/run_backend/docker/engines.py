"""A container engine of the tests' own, and images made on the spot."""

from __future__ import annotations

import io
import os
import shutil
import signal
import socket
import subprocess
import sys
import tarfile
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from functools import cache
from pathlib import Path
from typing import Self
from uuid import uuid4

import docker
import psutil
import pytest

from tests.conftest import REPO

MUST_RUN = os.environ.get("CI") == "true" or os.environ.get("SETUP") == "1"
LABEL = "org.rompy-hydra.user"
_START_S = 60.0


def need(*programs: str) -> list[str]:
    """The programs as files; without one of them the test is skipped, but not in CI."""
    path = f"{os.environ['PATH']}:/usr/sbin:/sbin"
    found = [shutil.which(program, path=path) for program in programs]
    missing = [program for program, file in zip(programs, found, strict=True) if file is None]
    if os.getuid() != 0:
        missing.append("the right to start an engine (root)")
    if missing:
        told = f"no {', '.join(missing)}; SETUP=1 make test installs what it can"
        (pytest.fail if MUST_RUN else pytest.skip)(told)
    if hindrance := _hindrance():
        pytest.skip(f"containers cannot be made on this machine, not even without an engine: {hindrance}")
    return [str(file) for file in found]


@cache
def _hindrance() -> str:
    """Why the kernel lets nobody make a container here, as within some other container or a bare chroot."""
    probe = ["unshare", "--mount", "--pid", "--net", "--fork", "true"]
    tried = subprocess.run(probe, capture_output=True, text=True, check=False)
    if tried.returncode:
        return tried.stderr.strip()
    mounts = [line.split() for line in Path("/proc/mounts").read_text().splitlines()]
    groups = [options for _, _, kind, options, *_ in mounts if kind.startswith("cgroup")]
    return "" if any("rw" in options.split(",") for options in groups) else "no control groups can be written"


class Engine:
    """A daemon with all of its files in one folder."""

    def __init__(self, folder: Path, argv: list[str], env: dict[str, str] | None = None) -> None:
        self.folder, self._argv, self._env = folder, argv, {**os.environ, **(env or {})}
        self.socket = folder / "engine.sock"
        self.host = f"unix://{self.socket}"

    def __enter__(self) -> Self:
        self.start()
        return self

    def __exit__(self, *_: object) -> None:
        self.stop()

    def start(self) -> None:
        with (self.folder / "log").open("a") as log:
            self._process = subprocess.Popen(
                self._argv, stdout=log, stderr=log, stdin=subprocess.DEVNULL, env=self._env, start_new_session=True
            )
        deadline = time.monotonic() + _START_S
        while not self._answers():
            if self._process.poll() is not None or time.monotonic() > deadline:
                pytest.fail(f"the engine does not start:\n{(self.folder / 'log').read_text()[-3000:]}")
            time.sleep(0.05)

    def _answers(self) -> bool:
        with socket.socket(socket.AF_UNIX) as probe, suppress(OSError):  # on its way up, or down
            probe.settimeout(5)
            probe.connect(str(self.socket))
            probe.sendall(b"GET /_ping HTTP/1.0\r\n\r\n")
            return b" 200 " in probe.recv(1000)
        return False

    def stop(self, number: signal.Signals = signal.SIGTERM) -> None:
        """Ask the daemon to end, or kill it with the helper that would hinder the next one."""
        helpers = [p for p in psutil.Process(self._process.pid).children() if number == signal.SIGKILL]
        self._process.send_signal(number)
        self._process.wait(60)
        for helper in helpers:
            with suppress(psutil.NoSuchProcess):
                helper.kill()
            (self.folder / "exec/containerd/containerd.pid").unlink(missing_ok=True)

    @contextmanager
    def client(self) -> Iterator[docker.APIClient]:
        client = docker.APIClient(base_url=self.host, version="1.41", timeout=60)
        try:
            yield client
        finally:
            client.close()

    def containers(self) -> list[str]:
        """Names of all containers that runs have started, also of those that have ended."""
        with self.client() as client:
            return [c["Names"][0] for c in client.containers(all=True, filters={"label": LABEL})]

    def wait_for(self, count: int, limit_s: float = 20.0) -> list[str]:
        """The containers as soon as there are `count` of them, or those that there are when the limit is over."""
        deadline = time.monotonic() + limit_s
        while len(found := self.containers()) != count and time.monotonic() < deadline:
            time.sleep(0.05)
        return found

    def load(self, name: str, files: dict[str, bytes | str], **config: str) -> None:
        """Make an image of files (name -> content, or where a link leads)."""
        archive = io.BytesIO()
        with tarfile.open(fileobj=archive, mode="w") as tar:
            for path, content in files.items():
                entry = tarfile.TarInfo(path)
                entry.mode = 0o755
                if isinstance(content, str):
                    entry.type, entry.linkname = tarfile.SYMTYPE, content
                else:
                    entry.size = len(content)
                tar.addfile(entry, None if isinstance(content, str) else io.BytesIO(content))
        with self.client() as client:
            changes = [f"{word} {value}" for word, value in config.items()]
            repository, _, tag = name.partition(":")  # Podman takes no notice of the tag
            client.import_image_from_data(archive.getvalue(), repository=repository, tag=tag, changes=changes)


@contextmanager
def docker_engine(**settings: str) -> Iterator[Engine]:
    """A Docker Engine of its own: socket, images, containers, without a network of the machine."""
    (dockerd,) = need("dockerd")
    with _folder() as folder:
        (folder / "daemon.json").write_text("{}")
        options = [
            "--host", f"unix://{folder / 'engine.sock'}", "--data-root", f"{folder / 'data'}",
            "--exec-root", f"{folder / 'exec'}", "--pidfile", f"{folder / 'pid'}",
            "--config-file", f"{folder / 'daemon.json'}",
            "--containerd-namespace", folder.name, "--containerd-plugins-namespace", f"{folder.name}-plugins",
            "--bridge", "none", "--iptables=false", "--ip6tables=false",
            *(f"--{name}={value}" for name, value in settings.items()),
        ]  # fmt: skip
        with Engine(folder, [dockerd, *options]) as engine:
            yield engine


@contextmanager
def podman_engine() -> Iterator[Engine]:
    """The service of Podman, with images and containers of its own."""
    podman, _ = need("podman", "conmon")
    with _folder() as folder:
        limits = folder / "containers.conf"
        limits.write_text('[containers]\ndefault_ulimits = ["nofile=1024:1024", "nproc=4096:4096"]\n')
        places = [f"--{name}={folder / name}" for name in ("root", "runroot", "tmpdir")]
        options = [*places, "--cgroup-manager=cgroupfs", "--events-backend=file"]
        service = ["system", "service", "--time=0", f"unix://{folder / 'engine.sock'}"]
        with Engine(folder, [podman, *options, *service], {"CONTAINERS_CONF": str(limits)}) as engine:
            yield engine


@contextmanager
def _folder() -> Iterator[Path]:
    """With a short name, for that of a socket has 108 bytes at most; nothing stays mounted in it."""
    folder = Path("/tmp", f"rh-engine-{uuid4().hex[:8]}")  # without the underscores that a name of tempfile may have
    folder.mkdir(mode=0o755)
    try:
        yield folder
    finally:
        mounted = [line.split()[1] for line in Path("/proc/mounts").read_text().splitlines()]
        for place in sorted((m for m in mounted if m.startswith(f"{folder}/")), reverse=True):
            subprocess.run(["umount", "--lazy", place], check=False)
        shutil.rmtree(folder)


def busybox() -> dict[str, bytes | str]:
    """A root file system with busybox and nothing else."""
    (program,) = need("busybox")
    names = subprocess.run([program, "--list"], capture_output=True, text=True, check=True).stdout.split()
    return {"bin/busybox": Path(program).read_bytes(), **{f"bin/{n}": "busybox" for n in names if n != "busybox"}}


def links_to_usr() -> dict[str, bytes | str]:
    """A root file system that gets its programs from a ``/usr`` mounted into it; ``/sbin`` is left to Docker's init."""
    return {name: f"usr/{name}" for name in ("bin", "lib", "lib64")}


def this_python() -> list[str]:
    """Volumes by which a container has this very Python with its packages, and this package."""
    places = {"/usr", sys.base_prefix, sys.prefix, str(REPO)}
    return [f"{place}:{place}:ro" for place in sorted(places)]
