"""The container engine: where it is, and in plain words why it cannot do what it was asked for."""

from __future__ import annotations

import os
import re
import socket
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

from ...core import secrets
from ...errors import BackendError, Problem

if TYPE_CHECKING:
    from docker import APIClient

ANSWER_S = 60
"""How long an engine may take to answer; building and pulling images apart."""
HOST = "run_backend.host"


def engine_host(given: str = "") -> str:
    """Address of the engine: the given one, or that of DOCKER_HOST, the Docker context, the first socket there is."""
    from docker.context import ContextAPI

    if address := given or os.environ.get("DOCKER_HOST", ""):
        return address
    context = ContextAPI.get_current_context()
    if context is not None and context.name != "default" and context.Host:
        return str(context.Host)
    own = Path(os.environ.get("XDG_RUNTIME_DIR", f"/run/user/{os.getuid()}"))
    sockets: list[str | Path] = [
        "/var/run/docker.sock",
        own / "docker.sock",
        own / "podman/podman.sock",
        "/run/podman/podman.sock",
    ]
    return f"unix://{next((s for s in sockets if os.access(s, os.F_OK)), sockets[0])}"


@contextmanager
def connected(given: str = "", timeout_s: int = ANSWER_S) -> Iterator[APIClient]:
    """A client of the engine for the block, in which what goes wrong is told in plain words.

    Raises:
        BackendError: there is no engine, it does not answer, or refuses what it is asked for.
    """
    host = engine_host(given)
    with in_words(host):
        client = connect(host, timeout_s)
        try:
            yield client
        finally:
            client.close()


def reach(host: str) -> None:
    """Nothing where somebody listens; the client would leave a socket open that it could not connect.

    Raises:
        OSError: nobody does.
    """
    if host.startswith("unix://"):
        with socket.socket(socket.AF_UNIX) as probe:
            probe.settimeout(ANSWER_S)
            probe.connect(host.removeprefix("unix://"))


def connect(host: str, timeout_s: int = ANSWER_S) -> APIClient:
    """A client of the engine at an address, which has answered."""
    from docker import APIClient
    from docker.utils import kwargs_from_env

    if host.partition("://")[0] not in ("unix", "tcp", "http", "https"):
        message = "expected unix:///path/of/a/socket, or tcp://localhost:2375"
        raise BackendError(Problem(HOST, message, host, hint="an engine elsewhere does not see the files of this one"))
    reach(host)
    tls = kwargs_from_env().get("tls", False) if host.startswith("tcp://") else False
    return APIClient(base_url=host, version="auto", timeout=timeout_s, tls=tls)


def engine_errors() -> tuple[type[Exception], ...]:
    """What the client raises: its own, those of requests and of sockets, which are OSErrors, and those of urllib3."""
    from docker.errors import DockerException
    from urllib3.exceptions import HTTPError

    return (DockerException, HTTPError, OSError)


@contextmanager
def in_words(host: str) -> Iterator[None]:
    """Tell what the client raises in plain words.

    Raises:
        BackendError: what went wrong, and what to do.
    """
    try:
        yield
    except engine_errors() as error:
        raise BackendError(problem_of(error, host)) from error


def problem_of(error: Exception, host: str) -> Problem:
    """What an error of the client means."""
    from docker.errors import APIError

    if isinstance(error, APIError):
        return problem_of_words(str(error.explanation or error))
    cause = next((e for e in _chain(error) if isinstance(e, OSError) and e.errno), None)
    if isinstance(cause, FileNotFoundError):
        hint = "start Docker or Podman, or say where its socket is: run_backend.host or DOCKER_HOST"
        return Problem(HOST, f"there is no container engine at {host}: no such socket", hint=hint)
    if isinstance(cause, PermissionError):
        hint = "join the group that owns it (usermod -aG docker $USER, then log in again), or use rootless Podman"
        return Problem(HOST, f"you are not allowed to use the container engine at {host}", hint=hint)
    if isinstance(cause, ConnectionRefusedError):
        hint = "start it: systemctl start docker"
        return Problem(HOST, f"the container engine at {host} is not running", hint=hint)
    if any("timed out" in str(e).lower() or isinstance(e, TimeoutError) for e in _chain(error)):
        hint = "it may be busy, or hang: docker info"
        return Problem(HOST, f"the container engine at {host} does not answer", hint=hint)
    message = f"the container engine at {host} has failed: {secrets.mask(str(error))}"
    return Problem(HOST, message, hint="docker info tells whether it works")


_REFUSALS = (
    (r"no space left on device", "", "the disk of the container engine is full",
     "docker system df tells what fills it, docker system prune frees some of it"),
    (r"bind source path does not exist|statfs .*no such file", "run_backend.host_paths",
     "the container engine does not see a folder of this machine",
     "both have to see the same files; host_paths maps paths of a container to those of its host"),
    (r"device driver.*gpu|nvidia", "run_backend.gpus", "the container engine has no access to GPUs",
     "install the NVIDIA Container Toolkit, or leave gpus out"),
    (r"network \S+ not found|unable to find network", "run_backend.network", "there is no such network",
     "docker network ls"),
    (r"unable to find (user|group)|no matching entries in", "run_backend.user", "the image has no such user",
     "give numbers, such as 1000:1000, or leave user out for your own"),
    (r"minimum memory", "run_backend.memory", "the memory is less than a container can have", "allow more"),
    (r"exec format error|does not match the (specified|detected)|no match for platform|no matching manifest"
     r"|no image found in", "run_backend.platform", "the image is for another kind of processor",
     "take an image for this machine, or build it here with dockerfile"),
    (r"invalid reference format|invalid tag|repository name must", "run_backend.image",
     "expected the name of an image, such as swan:41.45 or name@sha256:...", ""),
)  # fmt: skip
"""What an engine says, as a pattern -> key, message and hint."""


def problem_of_words(words: str) -> Problem:
    """What the words mean with which an engine has refused something."""
    said = secrets.mask(" ".join(words.split()))
    for pattern, key, message, hint in _REFUSALS:
        if re.search(pattern, words, re.IGNORECASE):
            return Problem(key, f"{message}: {said}", hint=hint)
    return Problem("run_backend", f"the container engine has refused: {said}")


def _chain(error: BaseException | None) -> Iterator[BaseException]:
    """An error and what has led to it, also where libraries pass it as an argument of theirs."""
    waiting: list[Any] = [error]
    seen: set[int] = set()
    while waiting:
        one = waiting.pop(0)
        if isinstance(one, BaseException) and id(one) not in seen:
            seen.add(id(one))
            yield one
            waiting += [*one.args, getattr(one, "reason", None), one.__cause__, one.__context__]
