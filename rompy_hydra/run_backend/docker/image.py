"""The image of a container: found, pulled or built, and pinned by what it is instead of by its name."""

from __future__ import annotations

import logging
from collections import deque
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

from ...core import secrets
from ...core.hashing import hash_data, hash_file
from ...core.printable import printable
from ...errors import BackendError, Problem
from .engine import problem_of_words

if TYPE_CHECKING:
    from docker import APIClient

log = logging.getLogger(__name__)

Pull = Literal["missing", "always", "never"]
BUILT = "rompy-hydra/build"
"""Name of the images that are built here; their tag tells what they were built of."""
_TOLD_LINES = 15


@dataclass(frozen=True)
class Image:
    """An image that the engine has."""

    name: str
    id: str
    """``sha256:...``, which no other image has."""
    digest: str = ""
    """The name that pulls this very image from its registry, ``name@sha256:...``; empty for one that is in none."""


def find_image(api: APIClient, name: str, platform: str = "") -> Image | None:
    """The image of that name which the engine has, for that platform; None where it has none."""
    from docker.errors import ImageNotFound

    try:
        found: dict[str, Any] = api.inspect_image(name)  # type: ignore[no-untyped-call]
    except ImageNotFound:
        return None
    if platform and platform.split("/")[:2] != [found.get("Os"), found.get("Architecture")]:
        return None
    return Image(name, found["Id"], next(iter(found.get("RepoDigests") or ()), ""))


def get_image(api: APIClient, name: str, pull: Pull, platform: str) -> Image:
    """The image of that name, pulled where that is needed or asked for.

    Raises:
        BackendError: the engine does not have it, and cannot or may not pull it.
    """
    image = None if pull == "always" else find_image(api, name, platform)
    if image is None and pull == "never":
        hint = "load it with docker load, or let it be pulled: run_backend.pull=missing"
        raise BackendError(
            Problem("run_backend.image", f"the container engine has no such image{_for(platform)}", name, hint=hint)
        )
    if image is None:
        _pull(api, name, platform)
        image = find_image(api, name, platform)
    if image is None:
        message = f"what was pulled is not{_for(platform)}"
        raise BackendError(Problem("run_backend.platform", message, platform, hint="leave platform out"))
    return image


def _for(platform: str) -> str:
    return f" for {platform}" if platform else ""


def _pull(api: APIClient, name: str, platform: str) -> None:
    from docker.errors import APIError
    from docker.utils import parse_repository_tag

    repository, tag = parse_repository_tag(name)
    log.info("pulling image %s", name)
    try:
        steps = api.pull(repository, tag=tag or "latest", stream=True, decode=True, platform=platform or None)
        refusal = "".join([str(step.get("error", "")) for step in steps])  # to the end, which frees the connection
    except APIError as error:
        refusal = str(error.explanation or error)
    if refusal:
        raise BackendError(_not_pulled(name, refusal))


def _not_pulled(name: str, words: str) -> Problem:
    known = problem_of_words(words)
    if known.key != "run_backend":
        return known
    message = f"the container engine does not have this image and cannot pull it: {secrets.mask(words)}"
    hint = "check its name, log in (docker login), or bring it here with docker save and docker load"
    return Problem("run_backend.image", message, name, hint=hint)


@dataclass(frozen=True)
class Build:
    """What an image is built of."""

    dockerfile: Path
    context: Path
    """Folder whose files it may copy, those in its .dockerignore apart."""
    args: Mapping[str, str] = field(default_factory=dict)
    platform: str = ""

    @property
    def key(self) -> str:
        """Changes when anything does that goes into the image, base images apart.

        Raises:
            BackendError: a file cannot be read.
        """
        try:
            return hash_data([hash_file(self.dockerfile), dict(self.args), self.platform, self._content()])
        except OSError as error:
            raise BackendError(Problem("run_backend.build_context", f"cannot be read: {error}")) from error

    @property
    def tag(self) -> str:
        """Name of the image."""
        return f"{BUILT}:{self.key[:16]}"

    def _content(self) -> list[Any]:
        """Name, permissions and content of each file of the context that the engine is given."""
        from docker.utils.build import exclude_paths

        ignored = self.context / ".dockerignore"
        lines = ignored.read_text(encoding="utf-8").splitlines() if ignored.is_file() else []
        patterns = [line.strip() for line in lines if line.strip() and not line.startswith("#")]
        name = str(self.dockerfile.relative_to(self.context)) if self.dockerfile.is_relative_to(self.context) else ""
        return [_state(self.context / p, p) for p in sorted(exclude_paths(str(self.context), patterns, name or None))]


def _state(path: Path, name: str) -> list[Any]:
    if path.is_symlink():
        return [name, str(path.readlink())]
    return [name, path.stat().st_mode, hash_file(path) if path.is_file() else ""]


def build_image(api: APIClient, build: Build, pull: Pull) -> Image:
    """The image of a Dockerfile, built unless one of the same content is there.

    Raises:
        BackendError: it cannot be built; with the step that failed and its last lines.
    """
    tag = build.tag
    image = None if pull == "always" else find_image(api, tag)
    if image is None:
        log.info("building image %s of %s", tag, build.dockerfile)
        _build(api, build, tag, pull)
        image = find_image(api, tag)
    if image is None:
        raise BackendError(Problem("run_backend.dockerfile", f"the container engine has not kept {tag}"))
    return image


def _build(api: APIClient, build: Build, tag: str, pull: Pull) -> None:
    from docker.errors import APIError

    try:
        steps = api.build(
            path=str(build.context),
            dockerfile=str(build.dockerfile),
            tag=tag,
            buildargs=dict(build.args),
            platform=build.platform or None,
            pull=pull == "always",
            rm=True,
            forcerm=True,
            decode=True,
        )
        _follow_build(steps, build)
    except APIError as error:
        raise _not_built(build, str(error.explanation or error)) from error


def _follow_build(steps: Iterable[Mapping[str, Any]], build: Build) -> None:
    lines: deque[str] = deque(maxlen=_TOLD_LINES)
    begun = refusal = ""
    for step in steps:  # to the end, which frees the connection
        refusal += str(step.get("error", ""))
        for line in str(step.get("stream", "")).splitlines():
            text = secrets.mask(printable(line))
            begun = text if line.startswith("Step ") else begun
            lines.append(text)
            log.log(logging.WARNING if "[Warning]" in line else logging.DEBUG, "%s", text)
    if refusal:
        raise _not_built(build, refusal, begun, [line for line in lines if line.strip()])


def _not_built(build: Build, words: str, step: str = "", lines: Iterable[str] = ()) -> BackendError:
    known = problem_of_words(words)
    if "no space left" in words:
        return BackendError(known)
    where = f" at {step}" if step else ""
    tail = "".join(f"\n      | {line}" for line in lines)
    message = f"{build.dockerfile} cannot be built{where}: {secrets.mask(words)}{tail}"
    return BackendError(Problem("run_backend.dockerfile", message, hint="correct the Dockerfile, or what it copies"))
