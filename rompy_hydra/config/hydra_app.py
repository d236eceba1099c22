"""Hydra's own commands, on configs that are checked before Hydra acts on them."""

from __future__ import annotations

import io
import os
import re
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, redirect_stderr, redirect_stdout, suppress
from importlib.metadata import version
from typing import TYPE_CHECKING, Any

from ..core import secrets
from ..errors import ConfigError, Problem
from .args import OUR_FLAGS, VERBS, Args

if TYPE_CHECKING:
    from omegaconf import DictConfig

    from .compose import Composer
    from .hydra_api import Composing, RunMode


def hydra_command(args: Args) -> bool:
    """Carry out --help, --hydra-help, --cfg, --info, --version or --shell-completion; False if none is asked for.

    Raises:
        ConfigError: the config cannot be composed, or holds what Hydra must not act on.
    """
    asked = args.namespace
    if args.version:
        _print_versions()
        return True
    if not (asked.help or asked.hydra_help or asked.cfg or asked.info or asked.shell_completion):
        return False
    from .compose import Composer
    from .hydra_api import application, args_parser

    composer = Composer(args)
    asked.overrides = list(args.overrides) if asked.shell_completion else composer.normal(args.overrides)
    with application(composer.loader, _checked(composer)) as hydra, _masked():
        if asked.help:
            hydra.app_help(args.config_name, args_parser(), asked)
        elif asked.hydra_help:
            asked.overrides = [o for o in asked.overrides if o.lstrip("+~").startswith("hydra")]
            hydra.hydra_help(None, args_parser(), asked)
        elif asked.cfg:
            hydra.show_cfg(args.config_name, asked.overrides, asked.cfg, asked.package, asked.resolve)
        elif asked.info:
            hydra.show_info(asked.info, args.config_name, asked.overrides)
        else:
            _complete(hydra, args.config_name, asked.overrides)
    return True


def _checked(composer: Composer) -> Composing:
    """Composes what Hydra acts on; the secrets in it are known from then on."""
    from omegaconf import OmegaConf

    from .environment import note_secrets
    from .loading import Draft

    def compose(config_name: str | None, overrides: Sequence[str], run_mode: RunMode) -> DictConfig:
        composed = composer.checked(config_name, overrides, run_mode)
        Draft(composed, ())
        note_secrets({}, {"hydra": str(OmegaConf.to_container(composed.cfg.hydra, resolve=False))})
        return composed.cfg

    return compose


@contextmanager
def _masked() -> Iterator[None]:
    """What is printed meanwhile appears at the end, without secrets."""
    text = io.StringIO()
    try:
        with redirect_stdout(text):
            yield
    finally:
        print(secrets.mask(text.getvalue()), end="")  # noqa: T201  the command's answer


def _print_versions() -> None:
    print(f"rompy-hydra {version('rompy-hydra')}\nHydra {version('hydra-core')}")  # noqa: T201  the command's answer


def _complete(hydra: Any, config_name: str, overrides: Sequence[str]) -> None:
    """Hydra's completion for the words after our verb; the verbs themselves for the first word; flags."""
    line = os.environ.get("COMP_LINE", "")
    if not line and any(o.startswith("query=") for o in overrides):
        hint = 'for completion in this shell: eval "$(rompy-hydra -sc install=bash)"'
        raise ConfigError(Problem("COMP_LINE", "the shell asks with the line in this variable", hint=hint))
    words = line.split()
    first, last = words[1] if len(words) > 1 else "", words[-1] if line[-1:].strip() else ""
    if last.startswith("-"):
        print(" ".join(f for f in _flags() if f.startswith(last)))  # noqa: T201  the shell reads it
        return
    if line and len(words) <= 1 + (not line.endswith(" ")):
        print(" ".join(v for v in VERBS if v.startswith(first)))  # noqa: T201  the shell reads it
    if first in VERBS:
        line = line.replace(f" {first}", "", 1)
    for flag in OUR_FLAGS:
        line = line.replace(f" {flag}", "")
    os.environ["COMP_LINE"] = line
    found = _suggestions(hydra, config_name, overrides)
    if first == "explain":
        found = re.sub(r"=(?=\s)", "", found)
    print(found, end="")  # noqa: T201  the shell reads it


def _suggestions(hydra: Any, config_name: str, overrides: Sequence[str]) -> str:
    from .hydra_api import BROKEN_CONFIG

    text = io.StringIO()
    with suppress(*BROKEN_CONFIG, ConfigError, SystemExit), redirect_stdout(text), redirect_stderr(io.StringIO()):
        hydra.shell_completion(config_name, list(overrides))  # half a command line is no error
    return text.getvalue()


def _flags() -> list[str]:
    from .hydra_api import args_parser

    known = [o for action in args_parser()._actions for o in action.option_strings if o.startswith("--")]
    return sorted({*known, *OUR_FLAGS, "--version"} - {"--experimental-rerun"})
