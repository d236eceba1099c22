"""Packages that only some users need, imported when they are used."""

from __future__ import annotations

import logging
from collections.abc import Iterator
from contextlib import contextmanager
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
        with quiet_import():
            return import_module(module)
    except ImportError as error:
        hint = install_command(extra)
        package = module.split(".")[0]
        message = f"{what} needs the package {package}, which is not installed"
        if getattr(error, "name", package) != package:
            message = f"{what} needs the package {package}, which cannot be imported: {error}"
        raise ConfigError(Problem(key, message, hint=hint)) from error


def install_command(extra: str) -> str:
    """What installs an extra of this package.

    >>> install_command("waves")
    'pip install "rompy-hydra[waves]"'
    """
    return f'pip install "rompy-hydra[{extra}]"'


@contextmanager
def quiet_import() -> Iterator[None]:
    """Leaves the root logger as it was: a package that logs while it is imported gives it a handler and a level."""
    handlers, level = logging.root.handlers[:], logging.root.level
    try:
        yield
    finally:
        logging.root.handlers[:] = handlers
        logging.root.setLevel(level)
