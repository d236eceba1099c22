"""The command line in Hydra's own grammar."""

from __future__ import annotations

import re
from argparse import ArgumentParser, Namespace
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, NoReturn

from ..errors import ConfigError, Problem, did_you_mean

VERBS = (
    "run",
    "plan",
    "check",
    "explain",
    "data",
    "cache",
    "list",
    "status",
    "resume",
    "cancel",
    "logs",
    "schema",
    "unlock",
    "doctor",
    "import",
)
"""First words of the command line that are ours and not Hydra's."""

OUR_FLAGS = ("--json", "--debug", "--verbose")
"""Flags of our own, which may stand beside any of Hydra's."""


@dataclass(frozen=True)
class Args:
    """A parsed command line, without our own verb and flags."""

    overrides: tuple[str, ...]
    config_dirs: tuple[str, ...]
    """``--config-dir``, as often as it was given; the first one wins."""
    config_path: str | None
    config_name: str
    version: bool
    namespace: Namespace
    """What Hydra's own parser made of it, for Hydra's own commands."""

    @property
    def multirun(self) -> bool:
        """A sweep is asked for."""
        return bool(self.namespace.multirun)


def parse(argv: Sequence[str]) -> Args:
    """Parse a command line; the verb and our own flags are already taken out.

    Raises:
        ConfigError: an unknown flag, or one without its value.
    """
    from .hydra_api import args_parser

    ours, rest = _our_parser().parse_known_args([_spelled_out(word) for word in argv])
    parser = args_parser()
    parser.error = _refusal(parser)  # type: ignore[method-assign]
    namespace = parser.parse_intermixed_args(rest)
    if namespace.experimental_rerun is not None:
        hint = "a run directory is run again with --config-path RUN_DIRECTORY --config-name config"
        raise ConfigError(Problem("--experimental-rerun", "this flag is not supported", hint=hint))
    return Args(
        overrides=tuple(namespace.overrides),
        config_dirs=tuple(ours.config_dir),
        config_path=namespace.config_path,
        config_name=_without_suffix(namespace.config_name or "config"),
        version=ours.version,
        namespace=namespace,
    )


def _our_parser() -> ArgumentParser:
    """Flags that mean more here than in Hydra: a repeatable --config-dir, both versions."""
    parser = ArgumentParser(add_help=False, allow_abbrev=False)
    parser.add_argument("--config-dir", action="append", default=[])
    parser.add_argument("--version", action="store_true")
    parser.error = _refusal(parser)  # type: ignore[method-assign]
    return parser


def _spelled_out(word: str) -> str:
    """``-cd`` in full: beside it, argparse would take Hydra's ``-c`` for a beginning of it."""
    return re.sub(r"^-cd(?==|$)", "--config-dir", word)


def _refusal(parser: ArgumentParser) -> Any:
    def refuse(message: str) -> NoReturn:
        unknown = re.search(r"unrecognized arguments: (\S+)", message)
        known = [o for action in parser._actions for o in action.option_strings if o.startswith("--")]
        hint = did_you_mean(unknown.group(1), [*known, *OUR_FLAGS]) if unknown else "rompy-hydra --help lists the flags"
        raise ConfigError(Problem("", message, hint=hint))

    return refuse


def _without_suffix(name: str) -> str:
    return name.removesuffix(".yaml")
