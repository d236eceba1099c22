"""Packages that only some users need, imported when they are used."""

from __future__ import annotations

from importlib import import_module
from typing import Any

from ..errors import ConfigError, Problem


def load(module: str, extra: str, key: str, what: str) -> Any:
    """The module of a package that an extra brings.

    Args:
        module: what is imported.
        extra: the extra of this package.
        key: config key that asks for it.
        what: what needs it, for the message.

    Raises:
        ConfigError: it is not installed; with the command that installs it.
    """
    try:
        return import_module(module)
    except ImportError as error:
        hint = f'pip install "rompy-hydra[{extra}]"'
        package = module.split(".")[0]
        message = f"{what} needs the package {package}, which is not installed"
        if getattr(error, "name", package) != package:
            message = f"{what} needs the package {package}, which cannot be imported: {error}"
        raise ConfigError(Problem(key, message, hint=hint)) from error
