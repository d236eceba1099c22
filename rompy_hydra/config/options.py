"""The options of a config group, and what their files say they are for."""

from __future__ import annotations

from ..errors import ConfigError, Problem, did_you_mean
from .args import Args
from .compose import Composer
from .origins import heading


def option_rows(args: Args, group: str) -> list[dict[str, str]]:
    """One row for each option of a group such as ``model/swan/physics``: its name, and the first comment of its file.

    Raises:
        ConfigError: there is no such group.
    """
    composer = Composer(args)
    composer.normal(args.overrides)
    known = composer.all_groups()
    if group not in known:
        message = "there is no config group of this name"
        raise ConfigError(Problem("", message, group, hint=did_you_mean(group, known)))
    return [
        {"group": group, "name": name, "description": heading(layer) if layer is not None else ""}
        for name in composer.options(group)
        for layer in [composer.loader.layer_of(f"{group}/{name}")]
    ]
