"""Runs a model in a container of Docker or Podman."""

from __future__ import annotations

import logging
from collections.abc import Callable, Mapping
from datetime import timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

from pydantic import Field, ValidationInfo, field_validator, model_validator

from ...core import secrets
from ...core.command_line import Word
from ...core.findings import Finding
from ...core.hashing import hash_data
from ...core.sizes import Size
from ...errors import BackendError, Problem
from ..base import FolderInWorkspace, RunBackend, WallTime, check_start
from ..job import Job, Leftover
from .container import OWN, container_config
from .engine import connected, engine_host, in_words
from .handle import ContainerHandle
from .image import Build, Image, Pull, build_image, find_image, get_image
from .leftovers import leftovers, remove_leftovers
from .volumes import Volume, check_links

if TYPE_CHECKING:
    from docker import APIClient

log = logging.getLogger(__name__)


class DockerRunBackend(RunBackend):
    """Runs the model in a container of Docker or Podman, and removes that whatever ends the run.

    The workspace is ``/workspace`` in it. Programs are those of the image, ``python`` and ``mpiexec`` too.
    """

    cpu: int | None = Field(None, ge=1)
    """Another name of ``cpus``."""
    memory: Size | None = None
    """Memory that all its processes may use together, as ``4GB``; null for no limit. One that needs more is ended."""
    image: str | None = None
    """Name of an image that the engine has, or can pull: ``swan:41.45``, or ``name@sha256:...`` for this very one."""
    dockerfile: Path | None = None
    """Dockerfile that an image is built of, instead of ``image``; again only when what it is built of has changed."""
    build_context: Path | None = None
    """Folder whose files the Dockerfile copies; that of the Dockerfile where nothing is said."""
    build_args: dict[str, Word] = Field(default_factory=dict)
    """Values of the ``ARG`` lines of the Dockerfile."""
    pull: Pull = "missing"
    """When to pull the image, or the one that a Dockerfile begins with: ``missing`` where it is not here."""
    platform: str = Field("", pattern=r"^(|[a-z0-9]+/[a-z0-9_]+(/[a-z0-9]+)?)$")
    """Kind of machine that the image is for, as ``linux/arm64``; empty for that of the engine."""
    executable: str = ""
    """The model's program in the image, in place of the one that the model's own command names."""
    entrypoint: bool = False
    """Let the image's own entry point start the command, such as a script that sets up its environment."""
    working_dir: FolderInWorkspace = "."
    """Where the command runs, relative to the workspace."""
    volumes: list[Volume] = Field(default_factory=list)
    """Further folders and files in the container: ``./data:/data:ro``, or a mapping of source, target, read_only."""
    user: str = ""
    """Whom it runs as, ``user`` or ``uid:gid``; empty for you, so that its files are yours."""
    network: str = "none"
    """Network that it may use: ``none``, ``bridge``, ``host``, or the name of one."""
    read_only: bool = False
    """Let it write to the workspace, the volumes and ``/tmp`` alone, and not to a copy of the image of its own."""
    gpus: int | Literal["all"] = 0
    """How many GPUs it may use, or ``all``."""
    host: str = ""
    """Address of the engine, as ``unix:///run/podman/podman.sock``; empty for the one that ``docker`` would use."""
    host_paths: dict[str, str] = Field(default_factory=dict)
    """What the engine calls folders that it knows under another path: path here -> path there."""
    grace: WallTime = timedelta(seconds=10)
    """Between asking the model to end (SIGTERM) and killing it; a bare number is seconds."""
    extra: dict[str, Any] = Field(default_factory=dict)
    """Further settings, by their names in ``HostConfig`` of the engine's API: ``{ShmSize: 8589934592}``."""

    @model_validator(mode="before")
    @classmethod
    def _cpu_is_cpus(cls, data: Any) -> Any:
        cpu = data.get("cpu") if isinstance(data, Mapping) else None
        if isinstance(cpu, int) and cpu > 0 and data.get("cpus", 1) == 1:  # which a config has where nothing is said
            return {**data, "cpus": cpu}
        return data

    @field_validator("cpu")
    @classmethod
    def _is_the_same(cls, value: int | None, info: ValidationInfo) -> int | None:
        cpus = info.data.get("cpus", value)
        if value is not None and value != cpus:
            raise ValueError(f"cpu is another name of cpus, which is {cpus}; give one of them")
        return value

    @field_validator("dockerfile")
    @classmethod
    def _is_a_file(cls, value: Path | None, info: ValidationInfo) -> Path | None:
        image = info.data.get("image", "")  # one that is wrong has been told
        if value is None and image is None:
            raise ValueError("there is no image: set run_backend.image to the name of one, or dockerfile, to build one")
        if value is not None and image:
            raise ValueError("give either image, the name of one, or dockerfile, to build one")
        if value is None:
            return None
        path = value.expanduser().absolute()
        if not path.is_file():
            raise ValueError(f"there is no file {path}")
        return path

    @field_validator("build_context", "build_args")
    @classmethod
    def _is_for_a_dockerfile(cls, value: Any, info: ValidationInfo) -> Any:
        if value and not info.data.get("dockerfile"):
            raise ValueError("is for a dockerfile, of which there is none")
        if not isinstance(value, Path):
            return value
        path = value.expanduser().absolute()
        if not path.is_dir():
            raise ValueError(f"there is no folder {path}")
        return path

    @field_validator("executable")
    @classmethod
    def _is_the_models(cls, value: str, info: ValidationInfo) -> str:
        if value and info.data.get("command") is not None:
            raise ValueError("is the program of the model's own command, which command replaces; give one of them")
        return value

    @field_validator("volumes")
    @classmethod
    def _have_places_of_their_own(cls, value: list[Any]) -> list[Any]:
        targets = [volume.target for volume in value]
        twice = next((t for t in targets if targets.count(t) > 1), None)
        if twice is not None:
            raise ValueError(f"two volumes have the same place in the container, {twice}")
        return value

    @field_validator("extra")
    @classmethod
    def _has_no_key_here(cls, value: dict[str, Any]) -> dict[str, Any]:
        known = next((name for name in value if name in OWN), None)
        if known is not None:
            raise ValueError(f"{known} is what run_backend.{OWN[known]} sets")
        return value

    def _words(self, job: Job) -> tuple[str, ...]:
        words = super()._words(job)
        if not self.executable:
            return words
        at = words.index(job.program) if self.is_launched(job) else 0
        return (*words[:at], self.executable, *words[at + 1 :])

    def program(self, job: Job) -> str:
        """The word of `argv` that is the model itself."""
        return self.executable or super().program(job)

    def locate(self, job: Job) -> None:
        """Get the image here; this machine does not know more of its program.

        Raises:
            BackendError: the image cannot be had.
        """
        with connected(self.host) as api:
            self._get_image(api)

    def fingerprint(self, job: Job, last: Mapping[str, str]) -> str:
        """Changes with the image, whatever its name, or with what it is built of; nothing is pulled or built.

        Raises:
            BackendError: the engine has no such image, and `last` was not of it.
        """
        if self.dockerfile is not None:
            return hash_data([self._build.key, self.entrypoint])
        return hash_data([self._known_id(last), self.entrypoint])

    def start(self, job: Job, on_line: Callable[[str], None]) -> ContainerHandle:
        """Start the job in a container of its own.

        Raises:
            BackendError: there is no engine, no image, or no such program in it.
        """
        check_start(self.argv(job), job.workspace, self.working_dir)
        check_links(job.workspace, self.volumes)
        secrets.register_tree({"env_vars": self.env_vars, "build_args": self.build_args})
        with connected(self.host) as api:
            remove_leftovers(api, job.workspace)
            image = self._get_image(api)
            config = container_config(self, job, image, api.info())
        host = engine_host(self.host)
        with in_words(host):
            return ContainerHandle(host, image, config, on_line, self.grace.total_seconds())

    def notes(self, job: Job) -> list[str]:
        """Whether there is an engine, and the image here."""
        try:
            with connected(self.host, timeout_s=5) as api:
                name = self._build.tag if self.dockerfile else str(self.image)
                is_here = find_image(api, name, self.platform) is not None
        except BackendError as error:
            return [problem.message for problem in error.problems]
        todo = "is built first" if self.dockerfile else "is not here and has to be pulled"
        return [] if is_here else [f"image {name} {todo}"]

    @classmethod
    def health(cls) -> list[Finding]:
        """Whether an engine answers, and which."""
        try:
            with connected(timeout_s=5) as api:
                version = api.version()
        except BackendError as error:
            (problem,) = error.problems
            state: Literal["absent", "fails"] = "absent" if "no such socket" in problem.message else "fails"
            return [Finding("container engine", state, problem.message, problem.hint)]
        name = next((c["Name"] for c in version.get("Components") or ()), "Engine")
        return [Finding("container engine", "works", f"{name} {version['Version']} at {engine_host()}")]

    @classmethod
    def leftovers(cls) -> list[Leftover]:
        """Containers of this user whose driver is certainly dead."""
        [engine] = cls.health()
        return [] if engine.state == "absent" else leftovers()

    @property
    def _build(self) -> Build:
        assert self.dockerfile is not None
        return Build(self.dockerfile, self.build_context or self.dockerfile.parent, self.build_args, self.platform)

    def _get_image(self, api: APIClient) -> Image:
        if self.dockerfile is not None:
            return build_image(api, self._build, self.pull)
        return get_image(api, str(self.image), self.pull, self.platform)

    def _known_id(self, last: Mapping[str, str]) -> str:
        name = str(self.image)
        try:
            with connected(self.host) as api:
                image = find_image(api, name, self.platform)
        except BackendError:
            image = None
            if last.get("image") != name:
                raise
        if image is not None:
            return image.id
        if last.get("image") == name:
            return last["image_id"]
        raise BackendError(Problem("run_backend.image", "the container engine has no such image", name))
