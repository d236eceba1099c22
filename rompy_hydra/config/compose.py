"""From a command line to one composed config, collecting what is wrong instead of stopping at the first."""

from __future__ import annotations

import copy
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from hydra.errors import HydraException
from omegaconf import DictConfig
from omegaconf.errors import OmegaConfBaseException

from ..errors import ConfigError, Problem
from . import complaints
from .args import Args
from .hydra_api import (
    BROKEN_CONFIG,
    Layer,
    Loader,
    Override,
    OverrideParseException,
    RunMode,
    apply_override,
    parse_override,
)
from .origins import Origins, line_of
from .search_path import search_path
from .security import hydra_problems


@dataclass(frozen=True)
class Composed:
    """A composed config, what it was made of, and what is wrong with it so far."""

    cfg: DictConfig
    overrides: tuple[Override, ...]
    values: tuple[Override, ...]
    """Those of the overrides that set a value; the others choose options."""
    layers: tuple[Layer, ...]
    problems: tuple[Problem, ...]

    @property
    def origins(self) -> Origins:
        """Where each key came from; reads the files."""
        return Origins.of(self.layers, self.values)

    @property
    def choices(self) -> dict[str, str]:
        """Config group -> chosen option, Hydra's own groups left out."""
        chosen = self.cfg.hydra.runtime.choices.items()
        return {str(k): str(v) for k, v in chosen if not str(k).startswith("hydra/")}


class Composer:
    """Composes configs of one search path. A composition is kept per choice of options, so that the members of a
    sweep, which mostly differ in values, cost a copy each.
    """

    def __init__(self, args: Args):
        self.loader = Loader(search_path(args))
        self.config_name = args.config_name
        self._single: Mapping[str, str] = {}
        self._places: tuple[str | None, list[str]] | None = None
        self._known: dict[tuple[str | None, tuple[str, ...], RunMode], tuple[DictConfig, tuple[Layer, ...]]] = {}

    def compose(self, overrides: Sequence[str], run_mode: RunMode = RunMode.RUN) -> Composed:
        """Compose with these overrides.

        Raises:
            ConfigError: there is nothing to go on with: a file is missing or cannot be read.
        """
        return self.compose_named(self.config_name, overrides, run_mode)

    def compose_named(self, config_name: str | None, overrides: Sequence[str], run_mode: RunMode) -> Composed:
        """The same for another primary config, or for Hydra's own config alone (None)."""
        problems: list[Problem] = []
        self._look_around(config_name, overrides)
        parsed = self._parse(overrides, problems)
        groups = [o for o in parsed if self._is_for_hydra(o) and self._is_possible(o, run_mode, problems)]
        values = [o for o in parsed if not self._is_for_hydra(o) and self._is_single(o, run_mode, problems)]
        cfg, layers = self._base(config_name, groups, run_mode, problems)
        for override in values:
            self._apply(cfg, override, problems)
        self._note_overrides(cfg, parsed)
        problems += hydra_problems(cfg)
        return Composed(cfg, tuple(parsed), tuple(values), layers, tuple(problems))

    def checked(self, config_name: str | None, overrides: Sequence[str], run_mode: RunMode) -> Composed:
        """A composed config for Hydra to act on.

        Raises:
            ConfigError: there is a problem with it.
        """
        composed = self.compose_named(config_name, overrides, run_mode)
        if composed.problems:
            origins = composed.origins
            raise ConfigError([p if p.origin else p.at(str(origins.find(p.key) or "")) for p in composed.problems])
        return composed

    def normal(self, overrides: Sequence[str]) -> list[str]:
        """The overrides as Hydra's grammar has them; those that cannot be read are left as they are."""
        self._look_around(self.config_name, overrides)
        return [self._as_choice(text) for text in overrides]

    def _look_around(self, config_name: str | None, overrides: Sequence[str]) -> None:
        searched = [o for o in overrides if "hydra.searchpath" in o]
        if (config_name, searched) == self._places:
            return
        try:
            self.loader.look_in(config_name, searched)
            self._places = (config_name, searched)
            self._single = self.loader.single_choices(config_name) if config_name else {}
        except BROKEN_CONFIG as error:
            raise ConfigError(complaints.broken(error, self, ())) from error

    def parsed(self, overrides: Sequence[str]) -> list[Override]:
        """Overrides from elsewhere than the command line.

        Raises:
            ConfigError: they are not in Hydra's grammar.
        """
        problems: list[Problem] = []
        found = self._parse(overrides, problems)
        if problems:
            raise ConfigError(problems)
        return found

    def _parse(self, overrides: Sequence[str], problems: list[Problem]) -> list[Override]:
        parsed = []
        for text in overrides:
            if text.lstrip("+~").startswith("="):
                problems.append(complaints.unparsed(text, ""))
                continue
            try:
                parsed.append(parse_override(self._as_choice(text), self.loader))
            except OverrideParseException as error:
                problems.append(complaints.unparsed(text, error.message))
        return parsed

    def _as_choice(self, text: str) -> str:
        """``+experiment=x`` and ``experiment=x`` mean the same, whether or not the defaults list has one already;
        ``experiment=null`` is ``~experiment``.
        """
        key = text.lstrip("+").partition("=")[0]
        if key == "experiment" and key in self._single and text.endswith("=null"):
            return "~experiment"
        if key in self._single:
            return text.removeprefix("+") if not text.startswith("++") else text
        return f"+{text}" if text.startswith("experiment=") else text

    def _is_for_hydra(self, override: Override) -> bool:
        """A choice of options, or where Hydra looks for files; everything else is a value."""
        if override.key_or_group == "hydra.searchpath":
            return True
        value = override.value()
        is_value = isinstance(value, dict) or (value is None and override.key_or_group not in self._single)
        return not is_value and self.loader.known.group_exists(override.key_or_group)

    def _is_possible(self, override: Override, run_mode: RunMode, problems: list[Problem]) -> bool:
        if override.is_sweep_override() or override.is_delete() or override.key_or_group.startswith("hydra."):
            return self._is_single(override, run_mode, problems)
        group, value = override.key_or_group, override.value()
        if value is None:
            problems.append(complaints.unknown_option(group, "null", self.options(group)).at(complaints.said(override)))
            return False
        wanted = value if isinstance(value, list) else [value]
        unknown = [w for w in wanted if not self.loader.known.config_exists(f"{group}/{w}")]
        problems += [
            complaints.unknown_option(group, str(w), self.options(group)).at(complaints.said(override)) for w in unknown
        ]
        return not unknown

    @staticmethod
    def _is_single(override: Override, run_mode: RunMode, problems: list[Problem]) -> bool:
        """Swept values are left to the sweep, and refused without one."""
        if override.is_sweep_override() and override.is_hydra_override():
            problems.append(complaints.swept_hydra(override))
        elif override.is_sweep_override() and run_mode == RunMode.RUN:
            problems.append(complaints.unasked_sweep(override))
        return not override.is_sweep_override()

    def options(self, group: str) -> list[str]:
        """The options of a config group, or the primary configs for an empty name."""
        return [o for o in self.loader.get_group_options(group) if not o.startswith("_")]

    def line_of(self, config_paths: Iterable[str], word: str) -> str:
        """``file:line`` of a word in the first of these config files that has it, else the first file."""
        found = [line_of(layer, word) for layer in map(self.loader.layer_of, config_paths) if layer]
        return next((f for f in found if f.rpartition(":")[2].isdigit()), found[0] if found else "")

    def all_groups(self) -> list[str]:
        """Every config group, those inside of others too; Hydra's own left out."""
        found, open_ones = [], [g for g in self.groups() if g != "hydra"]
        while open_ones:
            group = open_ones.pop(0)
            found.append(group)
            open_ones += [f"{group}/{inner}" for inner in self.loader.list_groups(group)]
        return found

    def groups(self) -> list[str]:
        """The config groups at the top."""
        return list(self.loader.list_groups(""))

    def _base(
        self, config_name: str | None, groups: list[Override], run_mode: RunMode, problems: list[Problem]
    ) -> tuple[DictConfig, tuple[Layer, ...]]:
        lines = tuple(o.input_line or "" for o in groups)
        key = (config_name, lines, run_mode)
        if key not in self._known:
            try:
                cfg = self.loader.compose_groups(config_name, list(lines), run_mode)
            except BROKEN_CONFIG as error:
                found = complaints.broken(error, self, groups)
                raise ConfigError([*problems, found]) from error
            self._known[key] = (cfg, self.loader.layers)
        cfg, layers = self._known[key]
        return copy.deepcopy(cfg), layers

    @staticmethod
    def _apply(cfg: DictConfig, override: Override, problems: list[Problem]) -> None:
        try:
            apply_override(cfg, override)
        except (HydraException, OmegaConfBaseException) as error:
            problems.append(complaints.unapplied(override, error, cfg))

    @staticmethod
    def _note_overrides(cfg: DictConfig, overrides: Sequence[Override]) -> None:
        lines = [(o.is_hydra_override(), o.input_line or "") for o in overrides]
        cfg.hydra.overrides.hydra = [line for is_hydra, line in lines if is_hydra]
        cfg.hydra.overrides.task = [line for is_hydra, line in lines if not is_hydra]
