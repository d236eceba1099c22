"""A small experiment with wind from a source, and the command line, called in this process."""

from __future__ import annotations

import signal
from dataclasses import dataclass
from pathlib import Path
from typing import Any, NamedTuple

import pytest
import yaml

from rompy_hydra.cli import main


class Said(NamedTuple):
    """What the command line says, and its exit code."""

    code: int
    out: str
    err: str


@dataclass(frozen=True)
class Command:
    """Calls the command line in a folder of its own: in this process, where all that it imports is there already."""

    folder: Path
    capture: pytest.CaptureFixture[str]

    def __call__(self, *words: str) -> Said:
        handler = signal.getsignal(signal.SIGTERM)
        try:
            with pytest.raises(SystemExit) as stop:
                main(words)
        finally:
            signal.signal(signal.SIGTERM, handler)
        return Said(int(stop.value.code or 0), *self.capture.readouterr())


def write_experiment(folder: Path, source: dict[str, Any], name: str = "blown") -> str:
    """``conf/experiment/NAME.yaml`` below a folder; returns the override that selects it."""
    path = folder / "conf" / "experiment" / f"{name}.yaml"
    path.parent.mkdir(parents=True, exist_ok=True)
    content = {
        "defaults": [{"override /model": "generic"}, {"override /postprocessor": "noop"}],
        "name": name,
        "period": {"start": "2023-01-01T01:00:00Z", "duration": "2h"},
        "domain": {
            "mesh": {"kind": "box", "x": [114.9, 115.1], "y": [-32.6, -32.4], "resolution_m": 3000},
            "bathymetry": {"kind": "flat", "elevation_m": -5},
        },
        "forcing": {"wind": {"kind": "grid", "source": source}},
        "model": {"argv": ["sh", "-c", "echo all is well > out.txt"]},
    }
    path.write_text(f"# @package _global_\n{yaml.safe_dump(content, sort_keys=False)}")
    return f"experiment={name}"
