"""Whole ocean-model experiments from a few lines of config: composed, validated, run, judged, recorded."""

from __future__ import annotations

from importlib import import_module
from importlib.util import find_spec
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from .core.period import Period
    from .errors import BackendError, ConfigError, DataError, ModelError, PostprocessError, RompyHydraError
    from .model_run import ModelRun

__version__ = "0.1.0"

_HOME = {
    "ModelRun": "model_run",
    "Period": "core.period",
    **dict.fromkeys(
        ("RompyHydraError", "ConfigError", "DataError", "ModelError", "BackendError", "PostprocessError"), "errors"
    ),
}

__all__ = [
    "BackendError",
    "ConfigError",
    "DataError",
    "ModelError",
    "ModelRun",
    "Period",
    "PostprocessError",
    "RompyHydraError",
]


def __getattr__(name: str) -> Any:
    """Import a public name when it is used, so that importing the package costs nothing."""
    if name not in _HOME:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    if find_spec("eccodes"):  # whoever opens data with xarray next loads it
        import_module(".core.proj", __name__)
    return getattr(import_module(f".{_HOME[name]}", __name__), name)
