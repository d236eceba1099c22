"""Everything that depends on the inside of this version of Hydra (1.3), and nothing else."""

from __future__ import annotations

import copy
import traceback
from argparse import ArgumentParser
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from importlib.metadata import distributions
from typing import Any

import yaml
from hydra import version
from hydra._internal.callbacks import Callbacks
from hydra._internal.config_loader_impl import ConfigLoaderImpl
from hydra._internal.config_repository import IConfigRepository
from hydra._internal.config_search_path_impl import ConfigSearchPathImpl
from hydra._internal.core_plugins.basic_sweeper import BasicSweeper
from hydra._internal.hydra import Hydra
from hydra._internal.utils import get_args_parser
from hydra.core.default_element import GroupDefault, ResultDefault
from hydra.core.global_hydra import GlobalHydra
from hydra.core.object_type import ObjectType
from hydra.core.override_parser.overrides_parser import OverridesParser
from hydra.core.override_parser.types import Override, OverrideType
from hydra.core.plugins import Plugins
from hydra.core.utils import JobReturn, setup_globals
from hydra.errors import HydraException, OverrideParseException
from hydra.types import HydraContext, RunMode
from omegaconf import DictConfig, OmegaConf, open_dict, read_write
from omegaconf.errors import OmegaConfBaseException

from ..errors import ConfigError, Problem
from .plugin_source import ADDRESS, PluginSource

BROKEN_CONFIG = (
    HydraException,
    OmegaConfBaseException,
    yaml.YAMLError,
    ValueError,
    KeyError,
    AssertionError,
    RecursionError,
)
"""What Hydra raises over a config that it cannot compose; it asserts and uses plain errors for malformed files, and
follows a file that includes itself until Python stops it.
"""

CORE_PLUGINS = "hydra._internal.core_plugins."
BASIC_SWEEPER = f"{BasicSweeper.__module__}.{BasicSweeper.__name__}"


def args_parser() -> ArgumentParser:
    """Hydra's own command line."""
    return get_args_parser()


@dataclass(frozen=True)
class Layer:
    """One config file of a composition, in the order of merging."""

    config_path: str
    """Name in the search path without suffix, e.g. ``model/anuga``."""
    package: str
    """Where its content goes, e.g. ``postprocessor.plots``; empty for the root."""
    provider: str
    """Which entry of the search path had it."""
    address: str
    """That entry, e.g. ``file:///home/me/conf``."""


Composing = Callable[[str | None, Sequence[str], RunMode], DictConfig]
"""Composes a config of this name with these overrides for a run or a sweep."""


class Loader(ConfigLoaderImpl):
    """Hydra's loader, which remembers which files a composition was made of."""

    def __init__(self, search_path: Sequence[tuple[str, str]]):
        version.setbase("1.3")
        _scan_hydra_plugins()
        setup_globals()
        Plugins.instance().register(PluginSource)
        entries = ConfigSearchPathImpl()
        middle = [*search_path, ("plugins", f"{ADDRESS}entry-points")]
        for provider, address in [("hydra", "pkg://hydra.conf"), *middle, ("schema", "structured://")]:
            entries.append(provider, address)
        super().__init__(entries)
        self.layers: tuple[Layer, ...] = ()
        self.known: IConfigRepository = self.repository
        self.instead: Composing | None = None

    def load_configuration(
        self,
        config_name: str | None,
        overrides: list[str],
        run_mode: RunMode,
        from_shell: bool = True,
        validate_sweep_overrides: bool = True,
    ) -> DictConfig:
        """What Hydra's own commands call: composed by `instead` where that is set."""
        if self.instead is not None:
            return self.instead(config_name, overrides, run_mode)
        return super().load_configuration(config_name, overrides, run_mode, from_shell, validate_sweep_overrides)

    def look_in(self, config_name: str | None, overrides: list[str]) -> None:
        """Take the ``hydra.searchpath`` of the primary config and of the overrides into account."""
        _, self.known = self._parse_overrides_and_create_caching_repo(config_name, overrides)

    def get_group_options(
        self,
        group_name: str,
        results_filter: ObjectType | None = ObjectType.CONFIG,
        config_name: str | None = None,
        overrides: list[str] | None = None,
    ) -> list[str]:
        """Options of a group; Hydra would copy and parse everything anew for each of them."""
        return self.known.get_group_options(group_name, results_filter)

    def layer_of(self, config_path: str) -> Layer | None:
        """The file behind a name such as ``experiment/mine``, without reading it; None if there is none."""
        for source in self.known.get_sources():
            if source.is_config(config_path):
                return Layer(config_path, "", source.provider, source.full_path())
        return None

    def compose_groups(self, config_name: str | None, overrides: list[str], run_mode: RunMode) -> DictConfig:
        """One composition of the chosen options; fills `layers`."""
        return super().load_configuration(config_name, overrides, run_mode, from_shell=True)

    def _compose_config_from_defaults_list(self, defaults: list[ResultDefault], repo: IConfigRepository) -> DictConfig:
        layers = []
        for default in defaults:
            loaded = repo.load_config(default.config_path or "")
            if loaded is not None and loaded.provider != "hydra":
                package = default.package or ""
                layers.append(Layer(default.config_path or "", package, loaded.provider, loaded.path))
        self.layers = tuple(layers)
        return super()._compose_config_from_defaults_list(defaults, repo)

    def single_choices(self, config_name: str) -> dict[str, str]:
        """Groups of which the primary config's defaults list chooses one option, with that option."""
        loaded = self.known.load_config(config_name) if self.known.config_exists(config_name) else None
        defaults = (loaded.defaults_list or []) if loaded else []
        single = [d for d in defaults if isinstance(d, GroupDefault) and d.is_name() and not d.override]
        return {d.group or "": d.get_name() or "" for d in single}


@contextmanager
def application(loader: Loader, compose: Composing) -> Iterator[Hydra]:
    """Hydra's application object, which composes with `compose` only."""
    GlobalHydra.instance().clear()
    hydra = Hydra(task_name="rompy-hydra", config_loader=loader)
    GlobalHydra.instance().initialize(hydra)
    loader.instead = compose
    try:
        yield hydra
    finally:
        loader.instead = None
        GlobalHydra.instance().clear()


def parse_override(text: str, loader: Loader) -> Override:
    """One override in Hydra's grammar; the loader is for sweeps over all options of a group.

    Raises:
        OverrideParseException: with the grammar's message.
    """
    return OverridesParser.create(config_loader=loader).parse_overrides([text])[0]


def apply_override(cfg: DictConfig, override: Override) -> None:
    """Set, add or delete one value. A key that the files do not mention is added: the schema decides what exists.

    Raises:
        HydraException: it cannot be added or deleted.
    """
    fills = override.is_hydra_override() and _fills_a_null(cfg, override)
    if fills:
        OmegaConf.update(cfg, override.key_or_group, {}, merge=False)
    adding = override.type == OverrideType.CHANGE and (fills or not override.is_hydra_override())
    ConfigLoaderImpl._apply_overrides_to_config(
        [replace(override, type=OverrideType.FORCE_ADD) if adding else override], cfg
    )


def _fills_a_null(cfg: DictConfig, override: Override) -> bool:
    """A mapping for a typed null of Hydra's own, such as ``hydra.sweeper.params``, which it refuses to merge into."""
    around, _, name = override.key_or_group.rpartition(".")
    parent = OmegaConf.select(cfg, around) if around else cfg
    empty = isinstance(parent, DictConfig) and name in parent and parent[name] is None
    return empty and isinstance(override.value(), dict)


def split_sweep(overrides: Sequence[Override], max_batch_size: int | None) -> list[list[list[str]]]:
    """Batches of members, each the list of its overrides: the product of all swept values.

    Raises:
        HydraException: a kind of sweep that the basic sweeper does not know.
    """
    return BasicSweeper.split_arguments(list(overrides), max_batch_size)


class _MemberLoader(ConfigLoaderImpl):
    """Gives a launcher nothing to compose: members are composed and checked before."""

    def __init__(self) -> None:
        """Needs no search path."""

    def load_sweep_config(self, master_config: DictConfig, sweep_overrides: list[str]) -> DictConfig:
        cfg = copy.deepcopy(master_config)
        cfg.hydra.overrides.task = [o for o in sweep_overrides if not o.startswith("hydra")]
        return cfg


def launch_members(
    cfg: DictConfig, batches: Sequence[Sequence[Sequence[str]]], task: Callable[[DictConfig], Any]
) -> list[Any]:
    """What the task returned or raised for every member, through the chosen launcher plugin, which numbers from 0.

    `cfg` holds the `hydra` node only; the launcher makes no directory but ``hydra.sweep.dir``.
    """
    context = HydraContext(config_loader=_MemberLoader(), callbacks=Callbacks())
    returns: list[JobReturn] = []
    for batch in batches:
        launcher = Plugins.instance().instantiate_launcher(hydra_context=context, task_function=task, config=cfg)
        returns += launcher.launch(batch, initial_job_idx=len(returns))
    return [r._return_value for r in returns]


def quiet(cfg: DictConfig, sweep_dir: str) -> DictConfig:
    """The `hydra` node alone, told to write nothing of its own."""
    silent = {"version": 1, "root": None, "disable_existing_loggers": False}
    alone = copy.deepcopy(OmegaConf.masked_copy(cfg, "hydra"))
    with read_write(alone), open_dict(alone):
        alone.hydra.output_subdir = None
        alone.hydra.job.chdir = False
        alone.hydra.sweep.dir, alone.hydra.sweep.subdir = sweep_dir, "."
        alone.hydra.job_logging, alone.hydra.hydra_logging = silent, silent
    return alone


def file_being_read(error: BaseException) -> str:
    """Name of the config file that Hydra was reading when it raised, e.g. ``experiment/mine``; empty if none."""
    found = ""
    for frame, _ in traceback.walk_tb(error.__traceback__):
        if frame.f_code.co_name == "load_config":
            found = str(frame.f_locals["config_path"])
        elif frame.f_code.co_name == "_create_defaults_tree_impl":
            found = frame.f_locals["root"].node.get_config_path() or found
    return found


def _scan_hydra_plugins() -> None:
    try:
        Plugins.instance()
    except Exception as error:  # a package of others fails while Hydra imports it, in any way
        raise ConfigError(_broken_plugin(error)) from error


def _broken_plugin(error: Exception) -> Problem:
    frames = [f for f, _ in traceback.walk_tb(error.__traceback__) if "modname" in f.f_locals]
    module = frames[-1].f_locals["modname"] if frames else "hydra_plugins"
    name = _distribution_of(module)
    message = f"the Hydra plugin {module} of {name} cannot be imported: {type(error).__name__}: {error}"
    return Problem("", message, hint=f"update or uninstall {name}")


def _distribution_of(module: str) -> str:
    start = module.replace(".", "/")
    for distribution in distributions():
        if any(str(file).startswith(start) for file in distribution.files or ()):
            return str(distribution.name)
    return "an unknown package"


__all__ = [
    "BASIC_SWEEPER",
    "BROKEN_CONFIG",
    "CORE_PLUGINS",
    "Layer",
    "Loader",
    "Override",
    "OverrideParseException",
    "RunMode",
    "application",
    "apply_override",
    "args_parser",
    "file_being_read",
    "launch_members",
    "parse_override",
    "quiet",
    "split_sweep",
]
