"""Containers that runs have left, told apart by labels: whose they are, and which process is to remove them."""

from __future__ import annotations

import os
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

from ...core import secrets
from ...core.driver import Driver
from ..job import Leftover
from .engine import connected

if TYPE_CHECKING:
    from docker import APIClient

_PREFIX = "org.rompy-hydra"
_USER, _DRIVER, _WORKSPACE = f"{_PREFIX}.user", f"{_PREFIX}.driver", f"{_PREFIX}.workspace"


def labels(workspace: Path) -> dict[str, str]:
    """Labels of a container that this process starts."""
    return {
        _USER: str(os.getuid()),
        _DRIVER: Driver.here().text,
        _WORKSPACE: secrets.mask(str(workspace)),
    }


def leftovers(host: str = "") -> list[Leftover]:
    """Containers of this user whose driver is certainly dead.

    Raises:
        BackendError: the engine cannot be asked.
    """
    with connected(host) as api:
        return [_leftover(container, host) for container in _of_the_dead(api)]


def remove_leftovers(api: APIClient, workspace: Path) -> None:
    """Remove the containers that dead drivers have left at work in a workspace."""
    for container in _of_the_dead(api, f"{_WORKSPACE}={labels(workspace)[_WORKSPACE]}"):
        remove(api, container["Id"])


def remove(api: APIClient, container: str) -> None:
    """Kill and remove a container with the volumes of its own; nothing happens where it is gone."""
    from docker.errors import NotFound

    try:
        api.remove_container(container, force=True, v=True)
    except NotFound:
        return


def _of_the_dead(api: APIClient, *more: str) -> list[dict[str, Any]]:
    mine = api.containers(all=True, filters={"label": [f"{_USER}={os.getuid()}", *more]})
    return [container for container in mine if (driver := _driver(container)) is not None and driver.gone]


def _driver(container: dict[str, Any]) -> Driver | None:
    """Which process is to remove it; None where its label is of another version, and so nothing certain."""
    try:
        return Driver.parse(container["Labels"].get(_DRIVER, ""))
    except ValueError:
        return None


def _leftover(container: dict[str, Any], host: str) -> Leftover:
    told = f"of the run in {container['Labels'].get(_WORKSPACE)}, whose {_driver(container)} has ended"
    return Leftover(f"container {container['Id'][:12]}", told, partial(_remove_at, host, container["Id"]))


def _remove_at(host: str, container: str) -> None:
    with connected(host) as api:
        remove(api, container)
