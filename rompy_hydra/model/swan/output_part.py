"""What SWAN writes: sets of points, blocks, tables, spectra and nests."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Any

import numpy as np

from ...core.axis import near
from ...core.geo import project
from ...core.mesh import Floats
from ...core.period import format_time
from .assembly import Part, Site
from .case import OutputFile
from .compute_part import last_computed, step_of
from .language.nodes import completed, node_of
from .language.output import BLOCK, NESTOUT, OUTPUT_OPTIONS, QUANTITY, SPECOUT, TABLE
from .language.places import CURVE, FRAME, GROUP, ISOLINE, NGRID, POINTS, RAY
from .language.quantities import PARTITIONED, QUANTITIES
from .output_config import GRID, STATIONS, IsolineSet, PointSet
from .reading.variables import find

_NAMES = {GRID: "COMPGRID", STATIONS: "STATIONS"}
_ENDINGS = {"netcdf": ".nc", "text": ".txt"}
_SETS = {"frame": FRAME, "group": GROUP, "curve": CURVE}
_PLACES = ("time", "xp", "yp")
"""First columns of a table."""


def output(site: Site) -> Part:
    """Every command of output, with the files that a complete run leaves."""
    part, config = Part(), site.model.output
    _say_sets(site, part)
    for word, node in config.quantities.items():
        quantity = completed(QUANTITY, node, quantities=[_keyword(word)])
        part.say(f"model.output.quantities.{word}", quantity)
    if config.options is not None:
        part.say("model.output.options", completed(OUTPUT_OPTIONS, config.options))
    _say_fields(site, part)
    _say_tables(site, part)
    _say_spectra(site, part)
    _say_nests(site, part)
    if config.test is not None:
        part.say("model.output.test", config.test)
    return part


def stations(site: Site) -> list[tuple[str, float, float]]:
    """Name, x and y in SWAN's coordinates of every station of the domain."""
    places = site.domain.station_points()
    if not places:
        return []
    x, y = project(*_columns(list(places.values())), site.domain.metric_crs(), site.geometry.crs)
    if site.geometry.is_spherical:
        west, _, east, _ = site.geometry.box
        x = near(x, (west + east) / 2)  # SWAN knows no turn of 360 degrees
    return [(name, float(a), float(b)) for name, a, b in zip(places, x, y, strict=True)]


def _columns(points: list[tuple[float, float]]) -> tuple[Floats, Floats]:
    x, y = np.array(points, dtype=np.float64).T
    return x, y


def _say_sets(site: Site, part: Part) -> None:
    if (found := stations(site)) and _uses(site, STATIONS):
        points = [(x, y) for _, x, y in found]
        part.say("domain.stations", node_of(POINTS, "points", sname=_NAMES[STATIONS], points=points))
    for name, node in site.model.output.sets.items():
        part.say(f"model.output.sets.{name}", *_set(name, node))


def _uses(site: Site, name: str) -> bool:
    config = site.model.output
    return any(one.at == name for one in (*config.fields.values(), *config.tables.values(), *config.spectra.values()))


def _set(name: str, node: Any) -> Iterator[Any]:
    if isinstance(node, PointSet):
        yield node_of(POINTS, "points", sname=name, points=node.points)
    elif isinstance(node, IsolineSet):
        rays = {n: getattr(node, n) for n in ("xp1", "yp1", "xq1", "yq1", "rays")}
        yield node_of(RAY, rname=name, **rays)
        yield node_of(ISOLINE, sname=name, rname=name, of=node.of, dep=node.depth_m)
    else:
        given = {n: getattr(node, n) for n in node.model_fields_set if n != "kind"}
        yield node_of(_SETS[node.kind], sname=name, **given)


def _say_fields(site: Site, part: Part) -> None:
    for name, one in site.model.output.fields.items():
        if one.at == STATIONS and not site.domain.stations:
            continue
        file, words = f"{name}{_ENDINGS[one.format]}", [_keyword(w) for w in one.variables]
        when, output = _when(site, one)
        part.say(
            f"model.output.fields.{name}",
            node_of(
                BLOCK,
                sname=_set_name(one.at),
                header="noheader",
                fname=file,
                layout={"idla": 3},
                quantities=words,
                **when,
            ),
        )
        part.outputs.append(OutputFile(file, "block", _set_name(one.at), one.format, _in_capitals(words), **output))


def _say_tables(site: Site, part: Part) -> None:
    places = [w for w in _PLACES if w != "time" or site.model.mode.kind != "stationary"]
    for name, one in site.model.output.tables.items():
        if one.at == STATIONS and not site.domain.stations:
            continue
        words = [*places, *map(_keyword, one.variables)]
        file, (when, output) = f"{name}.tab", _when(site, one)
        part.say(
            f"model.output.tables.{name}",
            node_of(TABLE, sname=_set_name(one.at), header="header", fname=file, quantities=words, **when),
        )
        part.outputs.append(OutputFile(file, "table", _set_name(one.at), "text", _in_capitals(words), **output))


def _say_spectra(site: Site, part: Part) -> None:
    for name, one in site.model.output.spectra.items():
        if one.at == STATIONS and not site.domain.stations:
            continue
        file = f"{name}{'.nc' if one.format == 'netcdf' else '.spc'}"
        when, output = _when(site, one)
        part.say(
            f"model.output.spectra.{name}",
            node_of(
                SPECOUT,
                sname=_set_name(one.at),
                dimensions="one" if one.dimensions == 1 else "two",
                frequency=one.frequency,
                fname=file,
                **when,
            ),
        )
        part.outputs.append(OutputFile(file, "spectra", _set_name(one.at), one.format, **output))


def _say_nests(site: Site, part: Part) -> None:
    for name, nest in site.model.output.nests.items():
        key, file = f"model.output.nests.{name}", f"{name}.nest"
        (xlenn, ylenn), (mxn, myn) = nest.size, nest.cells
        where = {"xpn": nest.x, "ypn": nest.y, "alpn": nest.rotation_deg, "xlenn": xlenn, "ylenn": ylenn}
        part.say(key, node_of(NGRID, "regular", sname=name, **where, mxn=mxn, myn=myn))
        when, output = _when(site, nest)
        part.say(key, node_of(NESTOUT, sname=name, fname=file, **when))
        part.outputs.append(OutputFile(file, "nest", name, "text", **output))


def _when(site: Site, one: Any) -> tuple[dict[str, Any], dict[str, Any]]:
    """What a command says of its times, and what a complete run holds."""
    if site.model.mode.kind == "stationary":
        return {}, {}
    interval = one.interval or site.period.interval
    first = first_time(site, one)
    last = last_time(site, first, interval)
    times = {"first": format_time(first), "last": format_time(last), "interval_s": interval.total_seconds()}
    return {"output": {"tbeg": first, "delt": interval}}, times


def first_time(site: Site, one: Any) -> datetime:
    """The first time of an output."""
    spin_up = getattr(site.model.mode, "spin_up", None) or timedelta(0)
    return getattr(one, "start", None) or site.period.start + spin_up


def last_time(site: Site, first: datetime, interval: timedelta) -> datetime:
    """The last one, on a whole number of intervals."""
    return first + ((last_computed(site) - first) // interval) * interval


def interval_fault(site: Site, interval: timedelta) -> str:
    """Why SWAN cannot write at an interval, or nothing."""
    if site.model.mode.kind == "stationary" or not interval % step_of(site):
        return ""
    return f"is not a whole number of steps of {step_of(site)}"


def _set_name(name: str) -> str:
    return _NAMES.get(name, name)


def _keyword(word: str) -> str:
    """The quantity of a word in the command table, however long or short the word is."""
    found = find(word)
    named = (v.name for v in (*QUANTITIES, *PARTITIONED) if found is not None and find(v.keyword) is found)
    return next(named, word.lower())


def _in_capitals(words: list[str]) -> tuple[str, ...]:
    return tuple(word.upper() for word in words)
