"""Where config files are looked for: one list, and the first match wins."""

from __future__ import annotations

import os
from pathlib import Path

from .. import plugins
from ..errors import ConfigError, Problem, did_you_mean
from .args import Args

BUILT_IN = "pkg://rompy_hydra.conf"
VARIABLE = "ROMPY_HYDRA_CONF"


def search_path(args: Args) -> list[tuple[str, str]]:
    """(provider, address) in order: --config-path, --config-dir, the environment, ./conf, plugin packages, built-in.

    Raises:
        ConfigError: a directory that was asked for does not exist.
    """
    found = [("--config-path", _address("--config-path", args.config_path))] if args.config_path else []
    found += [("--config-dir", _address("--config-dir", d)) for d in args.config_dirs]
    found += [
        (f"${VARIABLE}", _address(f"${VARIABLE}", d)) for d in os.environ.get(VARIABLE, "").split(os.pathsep) if d
    ]
    # our own source tree's conf is a package: the built-in entry has it already
    if Path("conf").is_dir() and not Path("conf/__init__.py").exists():
        found.append(("./conf", _address("./conf", "conf")))
    found += [(f"plugin {name}", f"pkg://{package}") for name, package in plugins.conf_packages()]
    return [*found, ("built-in", BUILT_IN)]


def _address(asked_by: str, place: str) -> str:
    if place.startswith("pkg://"):
        return place
    path = Path(place.removeprefix("file://")).expanduser()
    if not path.is_dir():
        raise ConfigError(Problem(asked_by, "expected a directory of config files", place, hint=_near(path)))
    return f"file://{path.absolute()}"


def _near(path: Path) -> str:
    if path.is_file():
        return f"this is a file; write --config-path {path.parent} --config-name {path.stem}"
    if not path.parent.is_dir():
        return f"{path.parent} does not exist either"
    return did_you_mean(path.name, [p.name for p in path.parent.iterdir() if p.is_dir()])
