"""What Hydra's grammar and composition complain about, in the words of this package."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import yaml
from hydra.errors import MissingConfigException
from omegaconf import DictConfig, OmegaConf
from omegaconf.errors import ConfigAttributeError, ConfigKeyError, OmegaConfBaseException

from ..core import secrets
from ..errors import Problem, did_you_mean
from .args import VERBS
from .hydra_api import Override, file_being_read

if TYPE_CHECKING:
    from .compose import Composer

_LIST_FROM_MAPPING = "Cannot merge DictConfig with ListConfig"
"""How OmegaConf says that a list was expected."""


def shown(path: Path) -> str:
    """Relative to here where it is below, absolute elsewhere."""
    here = Path.cwd()
    return str(path.relative_to(here)) if path.is_relative_to(here) else str(path)


def said(override: Override) -> str:
    """The origin of what an override sets, secrets masked."""
    return f"command-line override '{masked(override)}'"


def masked(override: Override) -> str:
    """The override as it was typed, without the value of a key that looks secret."""
    text = override.input_line or ""
    key, equals, value = text.partition("=")
    hidden = equals and secrets.looks_secret(key.split(".")[-1]) and "${" not in value
    return secrets.mask(f"{key}=***" if hidden else text)


def register_typed_secrets(overrides: Iterable[Override]) -> None:
    """Secrets typed on the command line are shown nowhere from now on."""
    for override in overrides:
        *around, name = override.key_or_group.split(".")
        if around and secrets.looks_secret(name):
            for value in _values(override):
                if isinstance(value, str) and "${" not in value:
                    secrets.register(value)


def _values(override: Override) -> Iterable[Any]:
    return override.sweep_iterator() if override.is_discrete_sweep() else [override.value()]


def unparsed(text: str, message: str) -> Problem:
    """An override that is not in Hydra's grammar."""
    if text.lstrip("+~").startswith("="):
        return Problem(text, "an override needs a key before the =", hint="write KEY=VALUE")
    if "=" not in text and not text.startswith("~"):
        near = did_you_mean(text, VERBS)
        hint = f"write {text or 'KEY'}=VALUE" + (f"; or {near}" if near.startswith("did") else "")
        return Problem(text, "an override needs a value", hint=hint)
    lines = [line for line in message.splitlines() if line and not line.startswith(("See ", "Error parsing override"))]
    found = lines[0].removeprefix("LexerNoViableAltException: ")
    hint = "in a shell, quote a value with special characters twice: 'key=\"a, b\"'; a list is key=[a,b]"
    return Problem(text.split("=")[0].lstrip("+~"), f"cannot read this override: {found}", hint=hint).at(
        f"command-line override '{secrets.mask(text)}'"
    )


def unknown_option(group: str, option: str, options: Sequence[str]) -> Problem:
    """There is no such file in a config group."""
    return Problem(group, f"there is no option '{option}' of {group}", option, hint=did_you_mean(option, options))


def unasked_sweep(override: Override) -> Problem:
    """Several values without -m."""
    value = masked(override).partition("=")[2]
    hint = f"add -m to run each of them, or write [{value}] for a list and \"'{value}'\" for a text"
    return Problem(override.key_or_group, "several values without a sweep", value, said(override), hint)


def no_values(override: Override) -> Problem:
    """A sweep over an empty range, or over a pattern that no option matches."""
    value = masked(override).partition("=")[2]
    hint = "range(A,B) ends before B; glob(PATTERN) is for the options of a config group; or write them out: a,b"
    return Problem(override.key_or_group, "there is no value to sweep over", value, said(override), hint)


def swept_hydra(override: Override) -> Problem:
    """A sweep over Hydra's own settings."""
    value = masked(override).partition("=")[2]
    message = "Hydra's own settings are the same for the whole sweep"
    return Problem(override.key_or_group, message, value, said(override), "give one value")


def unapplied(override: Override, error: Exception, cfg: DictConfig) -> Problem:
    """A value that Hydra could not set, add or delete."""
    key = override.key_or_group
    cause = error.__cause__ if isinstance(error.__cause__, OmegaConfBaseException) else error
    lines = str(cause).splitlines()
    if override.package is not None:
        message, hint = f"there is no config group '{key}'", "the form group@package=option is for config groups"
    elif override.is_add():
        message, hint = "this key has a value already", f"write it without the +: {(override.input_line or '')[1:]}"
    elif isinstance(cause, ConfigAttributeError | ConfigKeyError):
        message, hint = "there is no such key here", did_you_mean(key.split(".")[-1], _siblings(cfg, key))
    elif override.is_delete():
        message, hint = "there is no such key to delete", did_you_mean(key.split(".")[-1], _siblings(cfg, key))
    else:
        message, hint = lines[0].replace(_LIST_FROM_MAPPING, "expected a list, not a mapping"), ""
    return Problem(key, message, origin=said(override), hint=hint)


def _siblings(cfg: DictConfig, key: str) -> list[str]:
    parent = OmegaConf.select(cfg, key.rpartition(".")[0]) if "." in key else cfg
    return [str(k) for k in parent] if isinstance(parent, DictConfig) else []


def broken(error: BaseException, composer: Composer, groups: Sequence[Override]) -> Problem:
    """Why Hydra could not compose at all."""
    if isinstance(error, MissingConfigException):
        return _missing_file(error, composer, groups)
    if isinstance(error, RecursionError):
        return _endless(error, composer)
    cause = error.__cause__ if isinstance(error.__cause__, OmegaConfBaseException | yaml.YAMLError) else error
    if isinstance(cause, yaml.MarkedYAMLError):
        return _bad_yaml(cause)
    unused = re.search(r"Could not override '([^']+)'", str(cause))
    if unused:
        return _unused(unused.group(1), str(cause), composer, groups)
    doubled = re.match(r"(\S+) appears more than once in the final defaults list", str(cause))
    if doubled:
        return _doubled(doubled.group(1), composer, groups)
    return _unexpected(cause, composer)


def _endless(error: RecursionError, composer: Composer) -> Problem:
    config_path = file_being_read(error)
    option = config_path.rpartition("/")[2]
    origin = composer.line_of([config_path], option) if config_path else ""
    hint = "take it out of its own defaults list; an alias (*name) must not stand inside what it names (&name)"
    return Problem("", "this file contains itself, directly or through others", origin=origin, hint=hint)


def _doubled(group: str, composer: Composer, groups: Sequence[Override]) -> Problem:
    origin = composer.line_of(_suspects(None, composer, groups), group)
    message = "this choice is made twice in the defaults lists"
    return Problem(group, message, origin=origin, hint=f"write override /{group}: OPTION in the later one")


def _unexpected(error: BaseException, composer: Composer) -> Problem:
    """Anything else, with the file that was being read and the first line of what Hydra says."""
    text = str(error)
    lines = [line.strip() for line in text.splitlines() if line.strip()] or [type(error).__name__]
    full_key = re.search(r"full_key: (\S+)", text)
    key = full_key.group(1) if full_key else str(getattr(error, "full_key", None) or "")
    merged = re.match(r"In '([^']+)': \w+ raised while composing config:", text)
    config_path = merged.group(1) if merged else file_being_read(error)
    origin = composer.line_of([config_path], key.rpartition(".")[2]) if config_path else ""
    hint = "write \\${...} for a literal ${...}" if "${" in text else ""
    return Problem(key, lines[1] if merged and len(lines) > 1 else lines[0], origin=origin, hint=hint)


def _missing_file(error: MissingConfigException, composer: Composer, groups: Sequence[Override]) -> Problem:
    missing = (error.missing_cfg_file or composer.config_name).removesuffix(".yaml")
    said_by = re.search(r"^In '([^']+)'", str(error))
    group, _, option = missing.rpartition("/")
    if not said_by and not group:
        options = composer.options("")
        message = f"there is no config file '{missing}.yaml' in the search path"
        hint = f"{did_you_mean(missing, options)}; rompy-hydra --info searchpath shows where it is looked for"
        return Problem("--config-name", message, missing, hint=hint)
    problem = unknown_option(group or "defaults", option, composer.options(group))
    return problem.at(composer.line_of(_suspects(said_by, composer, groups), option))


def _suspects(said_by: re.Match[str] | None, composer: Composer, groups: Sequence[Override]) -> list[str]:
    """Config files whose defaults lists may name an option: Hydra names the list that is overridden, not who does."""
    chosen = [f"{o.key_or_group}/{o.value()}" for o in groups]
    single = [f"{group}/{name}" for group, name in composer.loader.single_choices(composer.config_name).items()]
    return [*([said_by.group(1)] if said_by else []), *chosen, *single]


def _bad_yaml(error: yaml.MarkedYAMLError) -> Problem:
    mark = error.problem_mark or error.context_mark
    where = f"{shown(Path(mark.name))}:{mark.line + 1}" if mark else ""
    text = f"{error.problem or error.context or 'cannot be read'}"
    duplicate = re.search(r"found duplicate key (.+)", text)
    if duplicate:
        return Problem(duplicate.group(1), "this key is written twice in one mapping", origin=where, hint="remove one")
    hint = "quote text that holds a colon, a hash or braces; indent with spaces, not tabs"
    return Problem("", f"this is not YAML: {text}", origin=where, hint=hint)


HEADER = "an experiment file is a mapping, and starts with the line '# @package _global_'"


def _unused(key: str, message: str, composer: Composer, groups: Sequence[Override]) -> Problem:
    by = next((said(o) for o in groups if o.get_key_element() == key), "")
    said_by = re.search(r"In '([^']+)'", message)
    group, _, package = key.partition("@")
    origin = by or (composer.line_of([said_by.group(1)], group) if said_by else "")
    if by:
        hint = f"write +{key}=..."
    elif package.startswith("experiment."):
        hint = HEADER
    else:
        hint = "leave out the word override"
    return Problem(group, "the defaults list has no such choice to replace", origin=origin, hint=hint)
