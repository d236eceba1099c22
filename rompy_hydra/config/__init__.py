"""The config layer: compose, check, explain. The only place that knows Hydra.

`import rompy_hydra.config` is cheap; Hydra is imported by the first call.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from .args import OUR_FLAGS, VERBS, Args, parse
    from .explanation import Explanation, explain
    from .hydra_app import hydra_command
    from .json_schema import schema
    from .loading import load, origin
    from .options import option_rows
    from .subject import Subject, find_subject
    from .sweep import Member, Sweep, launch, load_sweep
    from .sweep_record import SweepRecord

_HOMES = {
    "OUR_FLAGS": "args",
    "VERBS": "args",
    "Args": "args",
    "parse": "args",
    "Subject": "subject",
    "find_subject": "subject",
    "hydra_command": "hydra_app",
    "load": "loading",
    "option_rows": "options",
    "origin": "loading",
    "Member": "sweep",
    "Sweep": "sweep",
    "SweepRecord": "sweep_record",
    "launch": "sweep",
    "load_sweep": "sweep",
    "Explanation": "explanation",
    "explain": "explanation",
    "schema": "json_schema",
}

__all__ = [
    "OUR_FLAGS",
    "VERBS",
    "Args",
    "Explanation",
    "Member",
    "Subject",
    "Sweep",
    "SweepRecord",
    "explain",
    "find_subject",
    "hydra_command",
    "launch",
    "load",
    "load_sweep",
    "option_rows",
    "origin",
    "parse",
    "schema",
]


def __getattr__(name: str) -> Any:
    if name not in _HOMES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(import_module(f".{_HOMES[name]}", __name__), name)
