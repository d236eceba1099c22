"""Sweeps over what SWAN computes, from the command line."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from .running import real_swan

CONFIG = """\
# @package _global_
name: bay
period: {start: 2020-01-01, duration: 1h, interval: 1h}
domain:
  crs: local
  mesh: {kind: regular, x: 0, y: 0, size: [20000, 16000], cells: [10, 8]}
  bathymetry: {kind: flat, elevation_m: -20}
  stations: {mid: {x_m: 10000, y_m: 8000}}
forcing:
  wind: {kind: constant, speed_m_s: 12, from_deg: 270}
  waves: {west: {kind: parametric, hs: 1, tp: 8, from_deg: 270, spread_deg: 25}}
model:
  spectral: {directions: 24, low_hz: 0.05, high_hz: 0.5}
  output: {fields: {}, tables: {stations: {variables: [hs, tm01]}}}
"""


@pytest.mark.swan
def test_members_differ_by_what_was_swept(cli: Any, tmp_path: Path):
    real_swan()
    (tmp_path / "conf/experiment").mkdir(parents=True)
    (tmp_path / "conf/experiment/bay.yaml").write_text(CONFIG)
    words = ("-m", "+experiment=bay", "model=swan", "model/swan/mode=stationary")
    done = cli(*words, "model/swan/physics=komen,st6", "forcing.waves.west.hs=1,2,3")
    assert done.returncode == 0, done.stdout + done.stderr
    found: dict[tuple[str, float], float] = {}
    for record in sorted(tmp_path.glob("outputs/**/run.json")):
        assert json.loads(record.read_text())["stages"]["run"]["state"] == "done"
        text = (record.parent / "model/INPUT").read_text()
        law = "st6" if "GEN3 ST6" in text else "komen"
        height = float(text.split("PAR HS=")[1].split()[0])
        rows = np.loadtxt(record.parent / "model/stations.tab", comments="%", ndmin=2)
        found[law, height] = float(rows[0, 2])
    assert sorted(found) == [(law, hs) for law in ("komen", "st6") for hs in (1.0, 2.0, 3.0)]
    for law in ("komen", "st6"):
        assert found[law, 1.0] < found[law, 2.0] < found[law, 3.0]
    assert len(set(found.values())) == 6
