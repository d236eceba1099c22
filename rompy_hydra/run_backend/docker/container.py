"""What a container is made of, in the words of the engine's API."""

from __future__ import annotations

import os
import posixpath
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from ..job import Job
from ..on_host import RANKS
from .image import Image
from .leftovers import labels
from .volumes import WORKSPACE, mounts

if TYPE_CHECKING:
    from .backend import DockerRunBackend

_TMP = "/tmp"
_HOME = {
    "HOME": _TMP,  # that of the image belongs to another user
    "PYTHONUNBUFFERED": "1",
}
_RANKS = {**RANKS, "OMPI_MCA_btl_vader_single_copy_mechanism": "none"}
"""Ranks may not read the memory of each other in a container; Open MPI up to 4 tries, and complains."""
_SHM = 1024**3
"""Bytes that ranks may exchange in shared memory; those in use count as memory."""
_PIDS = 32_768
"""Processes and threads, so that a model out of hand does not take those of the machine."""
OWN = {
    "Mounts": "volumes",
    "Binds": "volumes",
    "NanoCpus": "cpus",
    "Memory": "memory",
    "MemorySwap": "memory",
    "NetworkMode": "network",
    "ReadonlyRootfs": "read_only",
    "DeviceRequests": "gpus",
}
"""Settings of the engine -> the key that sets them here."""


def container_config(backend: DockerRunBackend, job: Job, image: Image, engine: Mapping[str, Any]) -> dict[str, Any]:
    """All that the engine needs to know.

    Args:
        backend: the fields of the config.
        job: what to execute.
        image: where it is.
        engine: what the engine tells of itself.
    """
    argv = list(backend.argv(job))
    is_launched = bool(backend.mpiexec) or backend.is_launched(job)
    env = {**_HOME, **(_RANKS if is_launched else {}), **job.env, **backend.env_vars}
    started_by_image = {"Cmd": argv} if backend.entrypoint else {"Entrypoint": argv[:1], "Cmd": argv[1:]}
    return {
        "Image": image.id,
        **started_by_image,
        "WorkingDir": posixpath.normpath(f"{WORKSPACE}/{backend.working_dir}"),
        "User": backend.user or _caller(engine),
        "Env": [f"{name}={value}" for name, value in env.items()],
        "Labels": labels(job.workspace),
        "AttachStdout": True,
        "AttachStderr": True,
        "HostConfig": {**_host_config(backend, job, engine), **backend.extra},
    }


def _host_config(backend: DockerRunBackend, job: Job, engine: Mapping[str, Any]) -> dict[str, Any]:
    cpus = min(backend.cpus, int(engine.get("NCPU") or backend.cpus))
    limited = {"Memory": backend.memory, "MemorySwap": backend.memory} if backend.memory else {}
    count = -1 if backend.gpus == "all" else backend.gpus
    gpus = {"DeviceRequests": [{"Count": count, "Capabilities": [["gpu"]]}]} if count else {}
    in_memory = {} if any(v.target == _TMP for v in backend.volumes) else {_TMP: "rw,exec,nosuid,nodev,mode=1777"}
    return {
        **mounts(job.workspace, backend.volumes, backend.host_paths),
        **limited,
        **gpus,
        "NanoCpus": cpus * 10**9,
        "NetworkMode": backend.network,
        "ReadonlyRootfs": backend.read_only,
        "GroupAdd": [] if backend.user or is_rootless(engine) else [str(group) for group in os.getgroups()],
        "CapDrop": ["ALL"],
        "SecurityOpt": ["no-new-privileges"],
        "Init": True,
        "LogConfig": {"Type": "none"},
        "PidsLimit": _PIDS,
        "ShmSize": _SHM,
        "Tmpfs": in_memory,
    }


def is_rootless(engine: Mapping[str, Any]) -> bool:
    """Whether the engine runs as a user, whom the containers then know as root."""
    return any("name=rootless" in option for option in engine.get("SecurityOptions") or ())


def _caller(engine: Mapping[str, Any]) -> str:
    return "0:0" if is_rootless(engine) else f"{os.getuid()}:{os.getgid()}"
