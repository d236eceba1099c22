"""What a config may name: registered plugins, and of Hydra's own subtree only what does nothing of its own."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from omegaconf import DictConfig, OmegaConf
from omegaconf.errors import OmegaConfBaseException

from .. import plugins
from ..errors import Problem, did_you_mean
from .hydra_api import CORE_PLUGINS

LOGGING = ("job_logging", "hydra_logging")
PLUGGED = ("launcher", "sweeper")

_LOG_CLASSES = {
    f"logging.{name}"
    for name in (
        "Formatter",
        "StreamHandler",
        "FileHandler",
        "NullHandler",
        "handlers.RotatingFileHandler",
        "handlers.TimedRotatingFileHandler",
        "handlers.WatchedFileHandler",
    )
}
_STREAMS = {"ext://sys.stdout", "ext://sys.stderr"}
_REACHING_OUT = ("()", ".", "queue", "listener")
"""Keys of a logging config that import, call or set something."""


def target_problems(tree: Any) -> Iterator[Problem]:
    """A problem for every ``_target_`` in plain data that is not a registered plugin."""
    allowed = {p.target for group in plugins.ROMPY_GROUPS for p in plugins.plugins(group).values()}
    for path, key, value in _walk(tree):
        if key == "_target_" and value not in allowed:
            message = "expected the class of a registered plugin; nothing else is ever called"
            near = did_you_mean(str(value), allowed)
            hint = near if near.startswith("did") else "rompy-hydra list shows the plugins"
            yield Problem(".".join((*path, key)), message, value, hint=hint)


def hydra_problems(cfg: DictConfig) -> list[Problem]:
    """What Hydra must not act on in its own subtree: callbacks, factories, classes that are not its plugins."""
    raw: Any = OmegaConf.to_container(cfg.hydra, resolve=False)
    problems = [*_callbacks(raw.get("callbacks")), *_targets_elsewhere(raw)]
    for name in LOGGING:
        problems += _logging(name, raw.get(name))
    for name in PLUGGED:
        problems += _plugged(name, cfg)
    return problems


def _callbacks(callbacks: Any) -> Iterator[Problem]:
    if callbacks:
        names = list(callbacks) if isinstance(callbacks, dict) else []
        for key in [f"hydra.callbacks.{name}" for name in names] or ["hydra.callbacks"]:
            yield Problem(key, "callbacks are not run: they are code that no check sees", hint="remove it")


def _targets_elsewhere(raw: dict[str, Any]) -> Iterator[Problem]:
    rest = {k: v for k, v in raw.items() if k not in ("callbacks", *LOGGING, *PLUGGED)}
    for path, key, value in _walk(rest, ("hydra",)):
        if key == "_target_":
            yield Problem(".".join((*path, key)), "nothing is called here", value, hint="remove it")


def _logging(name: str, node: Any) -> Iterator[Problem]:
    hint = "logging is set up by this program; leave it as it is shipped"
    for path, key, value in _walk({name: node}, ("hydra",)):
        where = ".".join((*path, key))
        if key in _REACHING_OUT or key == "_target_":
            yield Problem(where, "a logging config must not call anything", value, hint=hint)
        elif key == "class" and value not in _LOG_CLASSES:
            yield Problem(where, "expected a standard handler or formatter of logging", value, hint=hint)
        elif isinstance(value, str) and "://" in value and value not in _STREAMS:
            yield Problem(where, "expected ext://sys.stdout or ext://sys.stderr", value, hint=hint)
        elif isinstance(value, str) and "${" in value and key != "filename":
            yield Problem(where, "only a file name may be an interpolation here", value, hint=hint)


def _plugged(name: str, cfg: DictConfig) -> Iterator[Problem]:
    """A launcher or sweeper is checked as Hydra will see it: with its interpolations resolved."""
    key = f"hydra.{name}"
    try:
        node = OmegaConf.to_container(cfg.hydra[name], resolve=True) if cfg.hydra.get(name) is not None else {}
    except OmegaConfBaseException as error:
        yield Problem(key, str(error).splitlines()[0])
        return
    if not isinstance(node, dict):
        yield Problem(key, "expected a node of a Hydra plugin", node)
        return
    for path, step, value in _walk(node, ("hydra", name)):
        ours = str(value).startswith(("hydra_plugins.", CORE_PLUGINS))
        if step == "_target_" and (len(path) > len(("hydra", name)) or not ours):
            message = f"expected a Hydra {name} plugin (hydra/{name}=...); nothing else is called here"
            yield Problem(".".join((*path, step)), message, value)


def _walk(node: Any, path: tuple[str, ...] = ()) -> Iterator[tuple[tuple[str, ...], str, Any]]:
    """(path, key, value) of everything below, mappings and lists alike."""
    items = node.items() if isinstance(node, dict) else enumerate(node) if isinstance(node, list) else ()
    for key, value in items:
        yield path, str(key), value
        yield from _walk(value, (*path, str(key)))
