"""Plugins, found by their entry points and imported only when they are selected."""

from __future__ import annotations

import ast
import logging
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import cache
from importlib.metadata import EntryPoint, EntryPoints, entry_points
from importlib.util import find_spec
from inspect import Parameter, signature
from pathlib import Path
from typing import Any, get_type_hints

from pydantic import BaseModel, ConfigDict, create_model

from .core import secrets
from .errors import ConfigError, Problem, RompyHydraError, did_you_mean

log = logging.getLogger(__name__)

ROMPY_GROUPS = {
    "model": "rompy.config",
    "source": "rompy.source",
    "run_backend": "rompy.run",
    "postprocessor": "rompy.postprocess",
    "pipeline": "rompy.pipeline",
}
"""Our config group -> the entry point group of rompy in which plugins of others are found too."""

METHODS = {"run_backend": "run", "postprocessor": "process", "pipeline": "execute"}
"""The one method of each late-bound plugin kind."""

TYPE_FIELDS = {"model": "model_type", "source": "source_type"}
"""The discriminator of the kinds that are part of the scientific state."""


@dataclass(frozen=True)
class Plugin:
    """One registered plugin; `load` imports it."""

    group: str
    """Config group: model, source, run_backend, postprocessor or pipeline."""
    name: str
    """Option name in the config group, and name in the Python API."""
    target: str
    """Dotted name, as in ``_target_``."""
    distribution: str
    """The installed package that brings it."""
    version: str
    entry_point: EntryPoint
    note: str = ""
    """Why it is not selectable; empty for a usable plugin."""

    @property
    def usable(self) -> bool:
        """False for rompy's own entries and for names that clash."""
        return not self.note

    def load(self) -> type:
        """Import the plugin.

        Raises:
            ConfigError: it cannot be imported, or is not a class; names the guilty distribution.
        """
        try:
            loaded = self.entry_point.load()
        except (Exception, SystemExit) as error:  # a plugin may fail in any way; the reason is passed on
            raise self._broken(f"cannot be imported: {type(error).__name__}: {error}") from error
        if not isinstance(loaded, type):
            raise self._broken(f"is not a class but {type(loaded).__name__}")
        return loaded

    def _broken(self, reason: str) -> ConfigError:
        hint = f"update or uninstall {self.distribution}, or choose another {self.group}"
        return ConfigError(Problem(self.group, f"plugin '{self.name}' of {self.distribution} {reason}", hint=hint))

    @property
    def description(self) -> str:
        """First line of the class docstring, read from the source text without importing it."""
        return _first_docstring_line(self.target)


def plugins(group: str) -> dict[str, Plugin]:
    """The usable plugins of a config group by name."""
    return {p.name: p for p in every_plugin() if p.group == group and p.usable}


def plugin(group: str, name: str) -> Plugin:
    """One plugin by group and name.

    Raises:
        ConfigError: there is no such plugin; the hint has the nearest name.
    """
    known = plugins(group)
    if not isinstance(name, str) or name not in known:
        hint = did_you_mean(str(name), known)
        raise ConfigError(Problem(group, f"there is no {group} plugin of this name", name, hint=hint))
    return known[name]


def plugin_of_target(group: str, target: str) -> Plugin | None:
    """The plugin of a group that a ``_target_`` names, None if it names none."""
    return next((p for p in plugins(group).values() if p.target == target), None)


def conf_packages() -> list[tuple[str, str]]:
    """(name, package) of every package that contributes YAML through ``rompy_hydra.conf``."""
    return sorted((ep.name, ep.value) for ep in entry_points(group="rompy_hydra.conf"))


@cache
def every_plugin() -> tuple[Plugin, ...]:
    """All registered plugins, unusable ones too, each with the reason."""
    select = entry_points().select  # once: each call of entry_points reads the metadata of every distribution
    return tuple(p for group in ROMPY_GROUPS for p in _plugins_of(group, select))


def _plugins_of(group: str, select: Callable[..., EntryPoints]) -> Iterator[Plugin]:
    taken: dict[str, Plugin] = {}
    ours = select(group=f"rompy_hydra.{group}")
    own = [e for e in ours if _distribution(e)[0] == "rompy-hydra"]
    others = [e for e in ours if e not in own]
    rompys = list(select(group=ROMPY_GROUPS[group]))
    for entry in [*own, *others, *rompys]:
        distribution, version = _distribution(entry)
        known = taken.get(entry.name)
        target = f"{entry.module}.{entry.attr}" if _well_formed(entry) else ""
        if known is not None and known.target == target:
            continue
        note = _unusable(entry, distribution, known)
        found = Plugin(group, entry.name, target, distribution, version, entry, note)
        if found.usable:
            taken[entry.name] = found
        yield found


def _unusable(entry: EntryPoint, distribution: str, known: Plugin | None) -> str:
    if not _well_formed(entry):
        log.warning("plugin %r of %s is skipped: %r is not module:Class", entry.name, distribution, entry.value)
        return f"skipped: {entry.value!r} is not module:Class"
    if distribution == "rompy" or (distribution.startswith("rompy-") and not distribution.startswith("rompy-hydra")):
        return "foreign: a plugin of rompy itself, for rompy's own ModelRun"
    return f"hidden: the name is taken by {known.distribution}" if known else ""


def _well_formed(entry: EntryPoint) -> bool:
    match = entry.pattern.match(entry.value)
    return bool(match and match.group("attr"))


def _distribution(entry: EntryPoint) -> tuple[str, str]:
    dist = entry.dist
    return ("unknown", "") if dist is None else (dist.name.lower().replace("_", "-"), dist.version)


def _first_docstring_line(target: str) -> str:
    module, _, attribute = target.rpartition(".")
    path = _source_file(module)
    if path is None:
        return ""
    try:
        tree = ast.parse(path.read_text(encoding="utf-8"))
    except (OSError, SyntaxError, ValueError):
        return "(its source cannot be read)"
    return _docstring_in(tree, attribute) or _reexported(tree, module, attribute)


def _docstring_in(tree: ast.Module, name: str) -> str:
    for node in ast.walk(tree):
        if isinstance(node, ast.ClassDef) and node.name == name:
            return (ast.get_docstring(node) or "").split("\n")[0]
    return ""


def _reexported(tree: ast.Module, module: str, name: str) -> str:
    for node in ast.walk(tree):
        if isinstance(node, ast.ImportFrom) and node.level == 1 and any(a.name == name for a in node.names):
            return _first_docstring_line(f"{module}.{node.module}.{name}")
    return ""


def _source_file(module: str) -> Path | None:
    top, *rest = module.split(".")
    spec = find_spec(top)  # of a top-level name: finds without importing
    if spec is None:
        return None
    if not rest:
        return Path(spec.origin) if spec.origin else None
    for root in spec.submodule_search_locations or ():
        base = Path(root).joinpath(*rest)
        for candidate in (base.with_suffix(".py"), base / "__init__.py"):
            if candidate.is_file():
                return candidate
    return None


@dataclass(frozen=True)
class Bound:
    """A late-bound plugin with its checked arguments, ready to be called with a model run."""

    plugin: Plugin
    instance: Any
    kwargs: dict[str, Any]
    """Arguments of the node; for a pydantic plugin they are its fields already."""

    @property
    def node(self) -> dict[str, Any]:
        """The config node that gives this plugin again, defaults included, as plain data."""
        fields = self.instance.model_dump(mode="json") if isinstance(self.instance, BaseModel) else self.kwargs
        return {"_target_": self.plugin.target, **fields}

    def call(self, model_run: Any, failure: type[RompyHydraError], **more: Any) -> Any:
        """Call the plugin's method as the contract has it; of `more` it is given what it takes.

        Raises:
            RompyHydraError: a `failure` that says what the plugin raised, or its own.
        """
        method: Callable[..., Any] = getattr(self.instance, METHODS[self.plugin.group])
        own = {} if isinstance(self.instance, BaseModel) else self.kwargs
        try:
            return method(model_run, **{**_accepted(method, more), **own})
        except (RompyHydraError, OSError):
            raise
        except (Exception, SystemExit) as error:
            message = f"'{self.plugin.name}' raised {type(error).__name__}: {error}"
            raise failure(Problem(self.plugin.group, message, hint="--debug shows the traceback")) from error


def _accepted(method: Callable[..., Any], kwargs: dict[str, Any]) -> dict[str, Any]:
    parameters = signature(method).parameters.values()
    if any(p.kind is Parameter.VAR_KEYWORD for p in parameters):
        return kwargs
    return {k: v for k, v in kwargs.items() if k in {p.name for p in parameters}}


def bind(found: Plugin, kwargs: dict[str, Any]) -> Bound:
    """Check `kwargs` against the plugin's fields or its method's signature, and make the instance.

    Raises:
        pydantic.ValidationError: wrong fields of a pydantic plugin, wrong options of another one.
        ConfigError: a class that lacks its method, or cannot be made without arguments.
    """
    cls = found.load()
    secrets.register_tree(kwargs)
    if issubclass(cls, BaseModel):
        return Bound(found, cls.model_validate(kwargs), kwargs)
    options = _options(found, cls, kwargs)
    try:
        return Bound(found, cls(), options)
    except Exception as error:
        hint = "a plugin class takes no arguments; its options are those of its method"
        raise ConfigError(Problem(found.group, f"plugin '{found.name}' cannot be made: {error}", hint=hint)) from error


def _options(found: Plugin, cls: type, kwargs: dict[str, Any]) -> dict[str, Any]:
    """The arguments as the method's annotations have them."""
    name = METHODS[found.group]
    method = getattr(cls, name, None)
    if not callable(method):
        raise ConfigError(Problem(found.group, f"plugin '{found.name}' ({found.target}) has no method {name}()"))
    checked = _model_of(method).model_validate(kwargs)
    return {key: getattr(checked, key) for key in kwargs}


def options_model(found: Plugin) -> type[BaseModel]:
    """The model whose fields are the plugin's options."""
    cls = found.load()
    return cls if issubclass(cls, BaseModel) else _model_of(getattr(cls, METHODS[found.group]))


def _model_of(method: Callable[..., Any]) -> type[BaseModel]:
    """A pydantic model with the options of a method as its fields; what has no annotation may be anything."""
    parameters = list(signature(method).parameters.values())[2:]
    try:
        hints = get_type_hints(method)
    except (NameError, TypeError):  # an annotation that only a type checker can read
        hints = {}
    catch_all = any(p.kind is Parameter.VAR_KEYWORD for p in parameters)
    fields: dict[str, Any] = {
        p.name: (hints.get(p.name, Any), ... if p.default is Parameter.empty else p.default)
        for p in parameters
        if p.kind not in (Parameter.VAR_KEYWORD, Parameter.VAR_POSITIONAL)
    }
    config = ConfigDict(extra="allow" if catch_all else "forbid", arbitrary_types_allowed=True, protected_namespaces=())
    return create_model(method.__qualname__, __config__=config, **fields)
