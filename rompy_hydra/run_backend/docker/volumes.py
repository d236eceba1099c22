"""Folders and files of this machine that a container sees, written as for Docker and read strictly."""

from __future__ import annotations

import os
import posixpath
import re
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Annotated, Any, Literal

from pydantic import BeforeValidator, field_validator, model_validator

from ...core.node import Node
from ...errors import BackendError, Problem

WORKSPACE = "/workspace"
"""Where a container has the workspace."""
_SPELLED = re.compile(r"(?P<source>.+?):(?P<target>/[^:]*)(?::(?P<options>[^:/]*))?", re.DOTALL)
_READ_ONLY = {"ro": True, "rw": False}


class Mounted(Node):
    """A folder or file of this machine, and where a container sees it."""

    source: str
    """On this machine; ``~`` is your home, and what is relative begins at the current directory."""
    target: str
    """In the container, an absolute path."""
    read_only: bool = False
    """Whether the container may only read it."""
    relabel: Literal["", "z", "Z"] = ""
    """For SELinux: ``z`` lets every container use it, ``Z`` this one alone."""

    @field_validator("source")
    @classmethod
    def _is_there(cls, value: str) -> str:
        """Absolute from the start: a later change of the current directory moves nothing."""
        if "/" not in value and value not in (".", "..", "~"):
            raise ValueError(
                f"expected a path; write ./{value} for a folder here, volumes with a name are not supported"
            )
        path = Path(value).expanduser().absolute()
        if not path.exists():
            raise ValueError(f"there is no {path} on this machine")
        return os.path.normpath(path)

    @field_validator("target")
    @classmethod
    def _is_a_place_of_its_own(cls, value: str) -> str:
        if not value.startswith("/") or ".." in value.split("/"):
            raise ValueError(f"expected an absolute path in the container without '..', got {value!r}")
        path = posixpath.normpath(value)
        if path in ("/", "//"):
            raise ValueError(
                "the root of the container cannot be replaced; mount it to a folder of its own, such as /data"
            )
        if _is_at_or_below(path, WORKSPACE):
            raise ValueError(f"{WORKSPACE} is the workspace; mount it elsewhere, such as /data")
        return path

    @model_validator(mode="after")
    def _can_be_spelled(self) -> Mounted:
        if self.relabel and ":" in self.source + self.target:
            raise ValueError("z and Z cannot be given for a path with a colon; label it with chcon instead")
        return self


def _of_text(value: Any) -> Any:
    """The parts of ``source:target[:options]``."""
    if not isinstance(value, str):
        return value
    match = _SPELLED.fullmatch(value)
    if match is None:
        raise ValueError("expected source:target, as ./data:/data or ./data:/data:ro")
    options = match["options"].split(",") if match["options"] is not None else []
    unknown = [o for o in options if o not in (*_READ_ONLY, "z", "Z")]
    if unknown:
        raise ValueError(f"unknown option {unknown[0]!r}; there are ro, rw, z and Z")
    access, labels = [o for o in options if o in _READ_ONLY], [o for o in options if o not in _READ_ONLY]
    if len(access) > 1 or len(labels) > 1:
        raise ValueError(f"{', '.join(options)} contradict each other")
    read_only = _READ_ONLY[access[0]] if access else False
    return {"source": match["source"], "target": match["target"], "read_only": read_only, "relabel": "".join(labels)}


Volume = Annotated[Mounted, BeforeValidator(_of_text)]
"""A mount, also as ``source:target[:options]``."""


def on_host(path: Path | str, host_paths: Mapping[str, str]) -> str:
    """What the engine calls a path of this machine, by the longest of its parents in `host_paths`."""
    text = os.path.normpath(path)
    for here in sorted(host_paths, key=len, reverse=True):
        if _is_at_or_below(text, os.path.normpath(here)):
            return os.path.normpath(host_paths[here] + "/" + os.path.relpath(text, here))
    return text


def mounts(workspace: Path, volumes: Sequence[Mounted], host_paths: Mapping[str, str]) -> dict[str, list[Any]]:
    """The workspace and the volumes, in the words of the engine's API.

    A relabelled one goes to ``Binds``, the only place that has it; the others to ``Mounts``, where a path may have
    colons, and one that is missing is an error instead of an empty folder of root's.
    """
    plain = [Mounted.model_construct(source=str(workspace), target=WORKSPACE, read_only=False, relabel="")]
    plain += [v for v in volumes if not v.relabel]
    return {
        "Mounts": [
            {"Type": "bind", "Source": on_host(v.source, host_paths), "Target": v.target, "ReadOnly": v.read_only}
            for v in plain
        ],
        "Binds": [
            f"{on_host(v.source, host_paths)}:{v.target}:{'ro' if v.read_only else 'rw'},{v.relabel}"
            for v in volumes
            if v.relabel
        ],
    }


def check_links(workspace: Path, volumes: Sequence[Mounted]) -> None:
    """Nothing where every symbolic link of the workspace leads to something in the container too.

    Raises:
        BackendError: one leads to a file of this machine that the container does not have.
    """
    seen = (WORKSPACE, *(v.target for v in volumes))
    for folder, folders, files in os.walk(workspace):
        inside = posixpath.join(WORKSPACE, os.path.relpath(folder, workspace))
        for name in (*folders, *files):
            link = Path(folder, name)
            if not link.is_symlink() or not link.exists():
                continue
            leads_to = posixpath.normpath(posixpath.join(inside, link.readlink()))
            if not any(_is_at_or_below(leads_to, place) for place in seen):
                raise BackendError(_dangling(link, workspace))


def _dangling(link: Path, workspace: Path) -> Problem:
    target = link.resolve()
    message = f"{link.relative_to(workspace)} in the workspace is a link to {target}, which the container does not have"
    place = link.readlink().parent
    hint = f"add '{place}:{place}:ro'" if place.is_absolute() else "copy the file instead of linking it"
    return Problem("run_backend.volumes", message, hint=hint)


def _is_at_or_below(path: str, place: str) -> bool:
    return path == place or path.startswith(place.rstrip("/") + "/")
