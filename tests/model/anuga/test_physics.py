"""Known answers of shallow-water physics, computed by the real solver."""

import numpy as np
import pytest

from rompy_hydra.model.anuga.case import write_series
from rompy_hydra.model.anuga.config import LevelSeries
from rompy_hydra.model.anuga.judging import verdict

from .basin import CLOSED, GRAVITY, Basin

pytest.importorskip("anuga")

DEPTH_M, LENGTH_M = 10.0, 2000.0
PERIOD_S = 2 * LENGTH_M / np.sqrt(GRAVITY * DEPTH_M)
RAMP_S = 8 * PERIOD_S
LARGE_POND = {"law": "large_pond_1981", "coefficient": None, "limit": 3.5e-3}


def level(basin, name, times_s, level_m, radiation=0.0):
    write_series(basin.folder / name, "water_level_m", np.asarray(times_s, float), np.asarray(level_m, float))
    return {"kind": "level", "series": name, "radiation": radiation}


def mean_over_last_period(basin):
    """(m,) water level over the last seiche period, so that what is left of the oscillation cancels."""
    steps = round(PERIOD_S / basin.case.output_interval_s)
    return basin.output("stage_c")[-steps:].mean(axis=0)


def slope(basin, level_m):
    return np.polyfit(basin.centres[:, 0], level_m, 1)[0]


def test_a_closed_basin_conserves_volume_to_rounding(tmp_path):
    sloping = Basin(tmp_path, bed=lambda x, _y: -10 + 12 * x / 2000)
    wind = {"times": sloping.save("t.npy", [0]), "values": sloping.save("w.npy", [[[15.0], [5.0]]])}
    measured = sloping.run(wind={**wind, **LARGE_POND}).measured
    volume = np.array(measured["volume_m3"])
    assert max(measured["max_speed_m_s"]) > 0.01, "the water must have moved for this to mean anything"
    # Sums of 320 doubles over some 300 steps: rounding of a few 1e-16 each, growing like a random walk.
    assert np.ptp(volume) / volume[0] < 1e-13
    assert abs(measured["volume_error_m3"]) / volume[0] < 1e-13


def test_a_still_lake_over_rough_ground_stays_still(tmp_path):
    def island(x, y):
        return -8 + 11 * np.exp(-(((x - 900) / 300) ** 2) - ((y - 150) / 150) ** 2) + np.sin(x / 90)

    lake = Basin(tmp_path, nx=30, ny=8, bed=island).run()
    wet = lake.output("stage_c")[0] - lake.output("elevation_c") > 0.01
    assert 0 < (~wet).sum() < wet.size / 4
    assert max(lake.measured["max_speed_m_s"]) < 1e-10  # a well-balanced scheme leaves rounding only
    assert np.abs(lake.output("stage_c")[-1][wet]).max() < 1e-6  # the file is in single precision


def test_a_seiche_has_the_period_of_merian(tmp_path):
    basin = Basin(tmp_path, nx=40, ny=2, width_m=100.0)
    tilt = np.outer([1.0], 0.05 * basin.points[:, 0])  # a pressure gradient that sets in at once
    pressure = {"times": basin.save("t.npy", [0]), "values": basin.save("p.npy", tilt)}
    basin.run(pressure=pressure, duration_s=4 * PERIOD_S, output_interval_s=4.0)
    west = basin.centres[:, 0] < 100
    anomaly = basin.output("stage_c")[:, west].mean(axis=1)
    time_s = np.array(basin.measured["time_s"])
    anomaly -= anomaly[time_s < 3.99 * PERIOD_S].mean()
    up = np.flatnonzero((anomaly[:-1] < 0) & (anomaly[1:] >= 0))
    crossings = time_s[up] - anomaly[up] * np.diff(time_s)[up] / (anomaly[up + 1] - anomaly[up])
    assert len(crossings) == 4
    assert np.diff(crossings).mean() == pytest.approx(PERIOD_S, rel=0.01)


def test_wind_set_up_balances_the_stress(tmp_path):
    basin = Basin(tmp_path)
    blowing = [[[0.0], [0.0]], [[20.0], [0.0]]]
    wind = {"times": basin.save("t.npy", [0, RAMP_S]), "values": basin.save("w.npy", blowing), **LARGE_POND}
    basin.run(wind=wind, duration_s=RAMP_S + 2 * PERIOD_S, output_interval_s=PERIOD_S / 16)
    stress_pa = 1.22 * (0.49 + 0.065 * 20) * 1e-3 * 20**2
    expected = stress_pa / (1025.0 * GRAVITY * DEPTH_M)
    assert slope(basin, mean_over_last_period(basin)) == pytest.approx(expected, rel=0.03)


def test_water_stands_low_under_high_pressure(tmp_path):
    basin = Basin(tmp_path)
    ramp = np.outer([0.0, 1.0], 1000.0 * basin.points[:, 0] / LENGTH_M)
    pressure = {"times": basin.save("t.npy", [0, RAMP_S]), "values": basin.save("p.npy", ramp)}
    basin.run(pressure=pressure, duration_s=RAMP_S + 2 * PERIOD_S, output_interval_s=PERIOD_S / 16)
    expected = -1000.0 / LENGTH_M / (1025.0 * GRAVITY)
    assert slope(basin, mean_over_last_period(basin)) == pytest.approx(expected, rel=0.03)


def test_wind_leaves_dry_land_dry_and_at_rest(tmp_path):
    beach = Basin(tmp_path, bed=lambda x, _y: -5 + 8 * x / LENGTH_M)
    wind = {"times": beach.save("t.npy", [0]), "values": beach.save("w.npy", [[[-20.0], [0.0]]]), **LARGE_POND}
    beach.run(wind=wind)
    dry = beach.centres[:, 0] > 1500
    assert np.all(beach.output("xmomentum_c")[-1][dry] == 0.0)
    assert np.all(beach.output("stage_c")[-1][dry] == beach.output("elevation_c")[dry])


def test_a_river_brings_its_discharge(tmp_path):
    basin = Basin(tmp_path)
    write_series(tmp_path / "river.csv", "discharge_m3_s", np.array([0.0]), np.array([25.0]))
    river = {"name": "swan", "series": "river.csv", "triangles": [3, 4, 5]}
    measured = basin.run(rivers=(river,)).measured
    volume = np.array(measured["volume_m3"])
    expected = 25.0 * np.array(measured["time_s"])
    assert np.abs(volume - volume[0] - expected).max() / volume[0] < 1e-12  # rounding of the sum over all cells
    assert measured["river_volume_m3"]["swan"] == pytest.approx(25.0 * 600, rel=1e-12)


def test_an_abstraction_that_runs_dry_says_how_much_is_missing(tmp_path):
    pond = Basin(tmp_path, nx=3, ny=3, length_m=30.0, width_m=30.0, bed=lambda x, _y: -1.0 + 0 * x)
    write_series(tmp_path / "pump.csv", "discharge_m3_s", np.array([0.0]), np.array([-5.0]))
    every = list(range(len(pond.centres)))
    measured = pond.run(rivers=({"name": "pump", "series": "pump.csv", "triangles": every},)).measured
    assert measured["river_shortfall_m3"]["pump"] == pytest.approx(5.0 * 600 - 30 * 30 * 1.0, rel=1e-6)
    assert "WARNING: river pump ran dry and took out 2.1e+03 m3 less" in verdict(tmp_path, None).evidence


def test_a_short_channel_follows_the_tide_at_its_mouth(tmp_path):
    channel = Basin(tmp_path, nx=8, ny=2, width_m=500.0)
    time_s = np.arange(0, 6 * 3600 + 1, 60.0)
    tide_m = 0.5 * np.cos(2 * np.pi * time_s / 44714.0)  # starts at rest, at high water
    mouth = level(channel, "mouth.csv", time_s, tide_m)
    channel.run(
        boundaries={**CLOSED, "west": mouth}, initial_stage_m=0.5, duration_s=6 * 3600.0, output_interval_s=600.0
    )
    head = channel.output("stage_c")[:, channel.centres[:, 0] > 1750].mean(axis=1)
    # Quarter-wave theory: 1/cos(kL) = 1.0004 here; the rest is the discretisation of a coarse mesh.
    assert np.abs(head - tide_m[::10]).max() < 0.005 * 0.5
    exchanged = channel.measured["boundary_flux_m3"][-1]
    assert exchanged == pytest.approx(2000 * 500 * (head[-1] - head[0]), rel=0.01)
    assert abs(channel.measured["volume_error_m3"]) / channel.measured["volume_m3"][0] < 1e-12


def test_uniform_flow_down_a_slope_follows_manning(tmp_path):
    slope_of_bed, depth_m, manning = 2e-4, 2.0, 0.05
    channel = Basin(tmp_path, ny=2, bed=lambda x, _y: -depth_m - slope_of_bed * x, friction=manning)
    ends = {
        "west": level(channel, "west.csv", [0.0], [0.0]),
        "east": level(channel, "east.csv", [0.0], [-slope_of_bed * LENGTH_M]),
    }
    channel.run(boundaries={**CLOSED, **ends}, duration_s=3600.0, output_interval_s=1800.0, initial_stage_m=-0.2)
    middle = np.abs(channel.centres[:, 0] - 1000) < 300
    speed = (channel.output("xmomentum_c")[-1] / (channel.output("stage_c")[-1] - channel.output("elevation_c")))[
        middle
    ]
    normal = depth_m ** (2 / 3) * np.sqrt(slope_of_bed) / manning
    entrance_m = normal**2 / (2 * GRAVITY)  # water that comes from rest starts this much lower
    expected = normal * np.sqrt(1 - entrance_m / (slope_of_bed * LENGTH_M))
    assert speed.mean() == pytest.approx(expected, rel=0.03)  # the ends hold their level, not the normal depth


def test_a_level_below_the_bed_of_the_edge_drains_and_then_stops(tmp_path):
    flat = Basin(tmp_path, bed=lambda x, _y: -1.0 + 0 * x)
    falling = level(flat, "falling.csv", [0.0, 300.0], [0.0, -3.0])
    flat.run(boundaries={**CLOSED, "east": falling}, duration_s=3600.0)
    volume = np.array(flat.measured["volume_m3"])
    assert np.all(np.diff(volume) <= 0)
    assert 0 <= volume[-1] < 0.25 * volume[0]
    assert max(flat.measured["max_speed_m_s"]) < 2 * np.sqrt(GRAVITY * 1.0)  # the front of a dam break is the limit


def test_two_threads_compute_what_one_computes(tmp_path):
    stages = []
    for threads in (1, 2):
        (tmp_path / str(threads)).mkdir()
        basin = Basin(tmp_path / str(threads), bed=lambda x, _y: -10 + 12 * x / LENGTH_M)
        wind = {"times": basin.save("t.npy", [0]), "values": basin.save("w.npy", [[[15.0], [5.0]]]), **LARGE_POND}
        stages.append(basin.run(threads, wind=wind).output("stage_c"))
    assert np.array_equal(*stages)


def test_no_jet_grows_where_three_sides_are_open(tmp_path):
    bay = Basin(tmp_path, nx=12, ny=12, width_m=2000.0, bed=lambda x, y: -12 + 3 * np.sin(x / 300) * np.cos(y / 200))
    time_s = np.arange(0, 6 * 3600 + 1, 600.0)
    tide = level(bay, "tide.csv", time_s, np.cos(2 * np.pi * time_s / 44714.0))
    sides = dict.fromkeys(("south", "north", "west"), tide)
    bay.run(boundaries={**CLOSED, **sides}, initial_stage_m=1.0, duration_s=6 * 3600.0, output_interval_s=3600.0)
    # What fills and empties the bay is L/h d(eta)/dt = 2000/9 * 1.4e-4 = 0.03 m/s; a jet would be many times that.
    assert max(bay.measured["max_speed_m_s"]) < 0.06


def test_wind_drives_water_through_a_channel_between_two_open_ends(tmp_path):
    length_m, manning, wind_m_s = 12e3, 0.025, 10.0
    channel = Basin(tmp_path, nx=16, ny=4, length_m=length_m, width_m=4000.0, friction=manning)
    wind = {"times": channel.save("t.npy", [0]), "values": channel.save("w.npy", [[[wind_m_s], [0.0]]]), **LARGE_POND}
    ends = {side: level(channel, f"{side}.csv", [0.0], [0.0], LevelSeries().radiation) for side in ("west", "east")}
    channel.run(wind=wind, boundaries={**CLOSED, **ends}, duration_s=14 * 3600.0, output_interval_s=7200.0)
    speed = (channel.output("xmomentum_c")[-1] / DEPTH_M)[np.abs(channel.centres[:, 0] - length_m / 2) < 2000].mean()
    head_m = 1.22 * 1.2e-3 * wind_m_s**2 * length_m / (1025.0 * GRAVITY * DEPTH_M)  # what the stress can hold up
    friction_s2_m = manning**2 * length_m / DEPTH_M ** (4 / 3)
    entrance_s2_m = 1 / (2 * GRAVITY)  # water that comes from rest starts this much lower
    assert speed == pytest.approx(np.sqrt(head_m / (friction_s2_m + entrance_s2_m)), rel=0.02)
    assert speed == pytest.approx(np.sqrt(head_m / friction_s2_m), rel=0.08), "the entrance costs 7 %"
