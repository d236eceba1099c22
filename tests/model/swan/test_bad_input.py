"""Input that is wrong is refused with its key before anything is written."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import xarray as xr

from rompy_hydra import ModelRun
from rompy_hydra.errors import RompyHydraError

from .sea import (
    METRIC,
    START,
    STATIONARY,
    SWELL,
    WEST,
    bathymetry,
    described,
    on_grid,
    sea,
    spectra_data,
    spectra_from,
    wind_data,
)


def refused(folder: Path, *changes: dict[str, Any]) -> list[Any]:
    """The problems of an experiment, of which nothing was written."""
    with pytest.raises(RompyHydraError) as caught:
        sea(folder, *changes).run()
    assert not (folder / "runs").exists()
    return list(caught.value.problems)


def model(**part: Any) -> dict[str, Any]:
    return {"model": part}


def wind(**node: Any) -> dict[str, Any]:
    return {"forcing": {"wind": node}}


def waves(**segments: Any) -> dict[str, Any]:
    return {"forcing": {"waves": segments}}


def table(*variables: str, at: str = "stations") -> dict[str, Any]:
    return model(output={"tables": {"more": {"at": at, "variables": list(variables)}}})


SERIES = {"kind": "series", "times": [START, "2020-01-01T01:00:00Z"], "hs_m": [2, 3], "tp_s": [8, 8]}
SERIES |= {"from_deg": [270, 270], "spread_deg": 25.0}

CONFIGS: dict[str, tuple[dict[str, Any], str, str]] = {
    "an unknown key": (model(spectrl=3), "model.spectrl", "did you mean 'spectral'?"),
    "a word for a number": (model(spectral={"directions": "many"}), "model.spectral.directions", "integer"),
    "frequencies that fall": (model(spectral={"low_hz": 2.0}), "model.spectral", "not above low_hz 2"),
    "a misspelt law": (
        model(physics={"generation": {"law": "komenn"}}),
        "model.physics.generation.law",
        "did you mean 'komen'?",
    ),
    "a misspelt model": (model(model_type="swam"), "model.model_type", "did you mean 'swan'?"),
    "a misspelt kind of waves": (
        waves(west={**WEST, "kind": "parametrik"}),
        "forcing.waves.west.kind",
        "did you mean 'parametric'?",
    ),
    "waves without a kind": (
        waves(west={k: v for k, v in WEST.items() if k != "kind"}),
        "forcing.waves.west.kind",
        "expected one of parametric, points, series, spectra",
    ),
    "a misspelt key of waves": (
        waves(west={**WEST, "spred_deg": 3}),
        "forcing.waves.west.spred_deg",
        "did you mean 'spread_deg'?",
    ),
    "a misspelt key of a shape": (
        waves(west={**WEST, "shape": {"kind": "jonswap", "gama": 3}}),
        "forcing.waves.west.shape.gama",
        "did you mean 'gamma'?",
    ),
    "a negative peak enhancement": (
        waves(west={**WEST, "shape": {"kind": "jonswap", "gamma": -5}}),
        "forcing.waves.west.shape.gamma",
        "1 .. 10",
    ),
    "waves on a segment that is not there": (waves(wst=WEST), "forcing.waves.wst", "did you mean 'west'?"),
    "waves that are too long": (waves(west={**WEST, "tp": 30.0}), "forcing.waves.west", "0.0333 Hz"),
    "waves narrower than the directions": (
        waves(west={**WEST, "spread_deg": 5.0}),
        "forcing.waves.west",
        "set model.spectral.directions to 72 or more",
    ),
    "a series of waves that ends early": (waves(west=SERIES), "forcing.waves.west.times", "1 h are missing at its end"),
    "a set name of more than eight characters": (
        model(output={"sets": {"abcdefghij": {"kind": "points", "points": [[4.1, 52.1]]}}}),
        "model.output.sets.abcdefghij.[key]",
        "should match",
    ),
    "an output name that is too long for SWAN": (
        model(output={"tables": {"x" * 40: {"variables": ["hs"]}}}),
        f"model.output.tables.{'x' * 40}.[key]",
        "should match",
    ),
    "a set that is not defined": (table("hs", at="shore"), "model.output", "no set of points shore"),
    "a quantity that SWAN has not": (table("hss"), "model.output.tables.more.variables", "did you mean 'hs'?"),
    "quantities that only others list": (table("dpm"), "model.output.tables.more.variables", "no such output"),
    "a peakedness in netCDF": (
        model(output={"fields": {"f": {"variables": ["hs", "qp"]}}}),
        "model.output.fields.f.variables",
        "does not write QP as netcdf",
    ),
    "another value for dry points": (
        model(output={"quantities": {"hs": {"excv": -1}}}),
        "model.output.quantities.hs.excv",
        "there is no such key here",
    ),
    "directions of the mathematician in a line that is passed on": (
        model(extra_commands={"start": ["SET CART"]}),
        "model.extra_commands.start",
        "with another convention SWAN's files would be read wrongly",
    ),
    "energy instead of variance in a line that is passed on": (
        model(extra_commands={"start": ["SET INRHOG=1"]}),
        "model.extra_commands.start",
        "inrhog",
    ),
    "another value for dry points in a line that is passed on": (
        model(extra_commands={"output": ["QUANTITY HSIG EXCV=-1."]}),
        "model.extra_commands.output",
        "excv",
    ),
    "an end before the start": ({"period": {"duration": None, "end": "2019-01-01"}}, "period", "start"),
    "a step that does not go into the period": (
        model(mode={"kind": "nonstationary", "step": "7min"}),
        "model.mode.step",
        "not a whole number of steps",
    ),
    "an output between steps": ({"period": {"interval": "15min"}}, "period.interval", "not a whole number of steps"),
    "a wind without growth": (model(physics={"generation": None}), "model.physics.generation", "no growth"),
    "growth without a wind": (
        {"forcing": {"wind": None, "waves": {"west": WEST}}},
        "model.physics.generation",
        "needs a wind",
    ),
    "exponential growth from nothing": (
        model(physics={"generation": {"law": "komen", "agrow": None}}),
        "model.initial.kind",
        "model.physics.generation.agrow={}",
    ),
    "set-up in degrees": (model(physics={"setup": {}}), "model.physics.setup", "metres only"),
    "fields in one dimension": (
        model(grid={"kind": "line"}, output={"fields": {"f": {"variables": ["hs"]}}}),
        "model.output.fields.f",
        "not write it in one dimension",
    ),
    "a frame in one dimension": (
        model(
            grid={"kind": "line"},
            output={
                "fields": {},
                "sets": {"box": {"kind": "frame", "xpfr": 4.1, "ypfr": 52, "alpfr": 0, "xlenfr": 0.2, "ylenfr": 0.1}},
            },
        ),
        "model.output.sets.box",
        "take points or a curve",
    ),
    "a nest in one dimension": (
        model(
            grid={"kind": "line"},
            output={"nests": {"fine": {"x": 4.1, "y": 52, "size": [0.2, 0.1], "cells": [10, 8]}}},
        ),
        "model.output.nests.fine",
        "not write it in one dimension",
    ),
    "one dimension on triangles": (
        {
            "domain": {
                "mesh": {"kind": "box", "x": [4.0, 4.4], "y": [52.0, 52.2], "resolution_m": 4000.0},
            },
            **model(grid={"kind": "line"}),
        },
        "model.grid.kind",
        "regular grid",
    ),
    "one dimension on a grid that is regular in degrees, in metres": (
        model(grid={"kind": "line", "coordinates": "metric"}),
        "model.grid.kind",
        "metric crs",
    ),
    "a command that this SWAN does not know": (
        model(version="41.41", physics={"triad": {"law": "spb"}}),
        "model.physics.triad.law",
        "known from 41.45 on",
    ),
}


@pytest.mark.parametrize("name", CONFIGS)
def test_a_config_that_is_wrong_is_refused_with_its_key(tmp_path: Path, name: str):
    change, key, words = CONFIGS[name]
    found = [p for p in refused(tmp_path, change) if p.key == key]
    assert len(found) == 1, found
    assert words in f"{found[0]} {found[0].hint}"


def test_each_mistake_is_told_once_and_alone(tmp_path: Path):
    nested = waves(west={**WEST, "shape": {"kind": "jonswap", "gama": 3}}, east={**WEST, "hz": 2})
    told = refused(tmp_path, nested, model(mode={"kind": "nonstationary", "stpe": "5min"}))
    assert sorted(p.key for p in told) == [
        "forcing.waves.east.hz",
        "forcing.waves.west.shape.gama",
        "model.mode.stpe",
    ]


def test_a_model_without_its_type_lists_the_models(tmp_path: Path):
    config = described()
    del config["model"]["model_type"]
    with pytest.raises(RompyHydraError, match="known: anuga, generic, swan"):
        ModelRun(**config, output_dir=tmp_path)


def test_a_period_with_a_time_zone_is_the_same_in_utc(tmp_path: Path):
    """Naive times are UTC."""
    starts = (START, "2020-01-01T01:00:00+01:00", "2020-01-01T00:00:00")
    runs = [sea(tmp_path, {"period": {"start": start}}) for start in starts]
    assert len({run.science_hash for run in runs}) == 1


def test_a_name_that_is_long_or_quoted_is_cut_for_swan(tmp_path: Path):
    run = sea(tmp_path, {"name": "a-name-of-more-than-sixteen"})
    assert "PROJect NAME='a-name-of-more-t'" in (run.generate() / "INPUT").read_text()


WIND = wind_data()
HERE = (WIND.longitude > 4.1) & (WIND.longitude < 4.3)
WINDS: dict[str, tuple[xr.Dataset, dict[str, Any], str]] = {
    "that begins later": (WIND.isel(time=slice(1, 4)), {}, "1 h are missing at its start"),
    "that ends early": (WIND.isel(time=slice(0, 2)), {}, "1 h are missing at its end"),
    "of another year": (WIND, {"period": {"start": "2021-01-01T00:00:00Z"}}, "no time in common"),
    "of a single time": (WIND.isel(time=[0]), {}, "2 h are missing at its end"),
    "with a gap in time": (WIND.isel(time=[0, 1, 3]), {"period": {"duration": "3h"}}, "gaps: interpolate"),
    "of another sea": (WIND.assign_coords(longitude=WIND.longitude + 40), {}, "no place in common"),
    "over a part of the domain": (WIND.isel(longitude=slice(0, 8)), {}, "the domain needs lon 4.000 .. 4.400"),
    "that is missing on land": (WIND.where(~HERE), {}, "set forcing.wind.nan to nearest_wet, or to a number"),
    "in knots that says metres": (WIND * 50, {}, "u10"),
}


@pytest.mark.parametrize("name", WINDS)
def test_a_wind_is_refused(tmp_path: Path, name: str):
    data, change, words = WINDS[name]
    for variable in data:
        data[variable].attrs = WIND[variable].attrs
    (problem,) = refused(tmp_path, {"forcing": {"wind": on_grid(tmp_path, data)}}, change)
    assert problem.key.startswith("forcing.wind")
    assert words in f"{problem} {problem.hint}"


def test_a_wind_of_other_names_is_refused_with_those_that_there_are(tmp_path: Path):
    (problem,) = refused(tmp_path, {"forcing": {"wind": on_grid(tmp_path, WIND, u="uwind", v="vwind")}})
    assert (problem.key, problem.value) == ("forcing.wind.u", "uwind")
    assert "u10, v10" in problem.message


def test_a_file_that_is_missing_is_refused(tmp_path: Path):
    node = {"kind": "grid", "source": {"source_type": "file", "path": str(tmp_path / "nothing.nc")}}
    (problem,) = refused(tmp_path, wind(**node))
    assert problem.key == "forcing.wind.source.path"


def test_a_wind_that_is_missing_at_a_later_time_stops_before_swan(tmp_path: Path):
    data = WIND.where(~(HERE & (WIND.time == WIND.time[1])))
    run = sea(tmp_path, {"forcing": {"wind": on_grid(tmp_path, data)}})
    with pytest.raises(RompyHydraError, match=r"values around the domain are missing"):
        run.run()
    assert not (run.workspace / "INPUT").exists()


def _spectra(change: Callable[[xr.Dataset], xr.Dataset]) -> xr.Dataset:
    return change(spectra_data())


SPECTRA: dict[str, tuple[Callable[[xr.Dataset], xr.Dataset], str]] = {
    "far away": (lambda d: d.assign_coords(lon=d.lon + 20), "tolerance_km"),
    "missing at a site": (lambda d: d.where(d.site != 1), "NaN or infinite in 3 of 9"),
    "negative": (lambda d: -d, "negative"),
    "ending early": (lambda d: d.isel(time=[0, 1]), "1 h are missing at its end"),
    "with a gap": (lambda _: spectra_data(6).isel(time=[0, 1, 4, 5]), "gaps: interpolate"),
    "of no sea of this world": (lambda d: d * 1e4, "significant wave height of 200 m"),
}


@pytest.mark.parametrize("name", SPECTRA)
def test_spectra_are_refused(tmp_path: Path, name: str):
    change, words = SPECTRA[name]
    data = _spectra(change)
    data.efth.attrs = {"units": "m2 s degree-1"}
    node = spectra_from(tmp_path, data)
    (problem,) = refused(tmp_path, SWELL, waves(west=node), {"period": {"duration": "2h"}})
    assert problem.key.startswith("forcing.waves.west")
    assert words in f"{problem} {problem.hint}"


def test_spectra_in_a_sea_that_is_nowhere_on_earth_are_refused(tmp_path: Path):
    local = {"domain": {**METRIC, "crs": "local"}}
    (problem,) = refused(tmp_path, SWELL, local, waves(west=spectra_from(tmp_path, spectra_data())))
    assert "crs local" in problem.message


def test_a_bed_that_is_missing_in_the_domain_is_refused(tmp_path: Path):
    (problem,) = refused(tmp_path, bathymetry(tmp_path, hole=True, sign="elevation"))
    assert problem.key.startswith("domain.bathymetry")
    assert "nan" in problem.hint


@pytest.mark.parametrize("sign", [-1.0, 1.0])
def test_a_bed_of_which_nothing_tells_the_sign_is_refused(tmp_path: Path, sign: float):
    (problem,) = refused(tmp_path, bathymetry(tmp_path, sign))
    assert problem.key == "domain.bathymetry.sign"
    assert ("elevation is likely" if sign < 0 else "depth is likely") in problem.message


def test_a_bed_of_the_wrong_sign_is_all_land(tmp_path: Path):
    (problem,) = refused(tmp_path, bathymetry(tmp_path, 1.0, sign="elevation"))
    assert "sign" in f"{problem} {problem.hint}"


def test_waves_over_land_are_refused(tmp_path: Path):
    beach = {
        "kind": "profile",
        "origin": {"lon": 4.2, "lat": 52.1},
        "direction_deg": 90,
        "distance_m": [-9000, 0],
        "elevation_m": [5, -20],
    }
    (problem,) = refused(tmp_path, SWELL, {"domain": {"bathymetry": beach}}, waves(west=WEST))
    assert problem.key == "forcing.waves.west"
    assert "on land" in problem.message


def test_a_calm_sea_without_a_boundary_is_refused(tmp_path: Path):
    (problem,) = refused(tmp_path, SWELL, model(mode=STATIONARY))
    assert "no waves come in at a boundary" in problem.message
