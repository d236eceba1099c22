"""For each command the experiment around it, and values that fit there."""

from collections.abc import Callable
from typing import Any

from rompy_hydra.model.swan.language.nodes import CommandNode
from rompy_hydra.model.swan.language.render import folded, words_of
from rompy_hydra.model.swan.language.table import section_of

from . import scene as files
from .scene import Scene

BOUNDARY = ["BOUND SHAPE JONSWAP 3.3 PEAK DSPR POWER", "BOUNDSPEC SIDE W CONSTANT PAR 1. 5. 20. 2."]
TINY = {"hss": 0.5, "tss": 5.0}

CHANGES: dict[str, dict[str, Any]] = {
    "set": {"cdcap": 0.003, "uscap": 5.0, "printf": 4, "prtest": 4, "nsweep": 3},
    "cgrid": {
        "xlenc": 400.0,
        "ylenc": 400.0,
        "mxc": 4,
        "myc": 4,
        "xexc": -99.0,
        "yexc": -99.0,
        "dir1": -60.0,
        "dir2": 120.0,
    },
    "readgrid": {"idla": 3},
    "readinp": {"quantity": "wind"},
    "inpgrid": {
        "quantity": "wlevel",
        "xpinp": 0.0,
        "ypinp": 0.0,
        "mxinp": 4,
        "myinp": 4,
        "dxinp": 100.0,
        "dyinp": 100.0,
        "excval": -99.0,
    },
    "boundspec": {"dd": 2.0, "k": 1, "hs": 1.0},
    "boundnest2": {"lwdate": 12, "xgc": 0.0, "ygc": 0.0},
    "boundnest3": {"xgc": 0.0, "ygc": 0.0},
    "initial": {"hs": 1.0, "dd": 2.0, "ix1": 0, "ix2": 4, "iy1": 0, "iy2": 4},
    "generation": {"a1sds": 5.7e-7, "a2sds": 8e-6, "p1sds": 4.0, "p2sds": 4.0, "feswell": 0.006, "cdsv": 1.2},
    "sswell": {"feswell": 0.006},
    "negatinp": {"rdcoef": 0.04},
    "mdia": {"lambda": 0.25},
    "mud": {"layer": 0.3, "rhow": 1025.0},
    "vegetation": {"diamtr": 0.01, "nstems": 10},
    "bragg": {"nreg": 4, "mkx": 4, "mky": 4, "dkx": 0.01, "dky": 0.01},
    "scat": {"kxlow": -1.0, "kylow": -1.0, "kxlen": 2.0, "kylen": 2.0, "mkxc": 20, "mkyc": 20},
    "obstacle": {
        "trcoef": 0.3,
        "alpha1": 1e-4,
        "reflc": 0.5,
        "line": [[150.0, 50.0], [150.0, 350.0]],
        "slope": 45.0,
        "bk": 5.0,
    },
    "numeric": {"mxitst": 2, "eps1": 1e-4, "cdlim": 1.0, "dhoval": 0.02, "dtoval": 0.02},
    "frame": {"sname": "set", "xpfr": 0.0, "ypfr": 0.0, "alpfr": 0.0, "xlenfr": 300.0, "ylenfr": 300.0},
    "group": {"sname": "set", "ix1": 0, "ix2": 2, "iy1": 0, "iy2": 3},
    "curve": {"sname": "set"},
    "ray": {"rname": "rays", "xq1": 300.0, "yq1": 200.0},
    "isoline": {"sname": "set", "dep": 10.0},
    "points": {"sname": "set"},
    "ngrid": {"sname": "set", "xpn": 100.0, "ypn": 100.0, "alpn": 0.0, "xlenn": 200.0, "ylenn": 200.0},
    "quantity": {"lexp": 0.0, "hexp": 10.0},
    "block": {"fname": "out.txt", "idla": 3},
    "nestout": {"sname": "nest"},
    "test": {"itest": 1},
}


def build(node: CommandNode) -> Scene:
    """The experiment with the command in it."""
    assert node.command is not None
    name = node.command.name
    text = list(folded(words_of(node)))
    made = Scene()
    _SCENES.get(name, _anywhere)(made, node, text)
    return made


def _anywhere(s: Scene, node: CommandNode, text: list[str]) -> None:
    assert node.command is not None
    slot = {"boundaries": "boundary", "grids": "fields", "lockup": "compute"}.get(section_of(node.command.name))
    s.add(slot or section_of(node.command.name), *text)


def _in(slot: str) -> Callable[[Scene, CommandNode, list[str]], None]:
    return lambda s, node, text: s.put(slot, *text) and None


def _mode(s: Scene, node: Any, text: list[str]) -> None:
    if node.time == "nonstationary":
        s.nonstationary()
    if node.dimensions == "one":
        s.put("cgrid", "CGRID REGULAR 0. 0. 0. 400. 0. 4 0 CIRCLE 12 0.05 0.5 10")
        s.put("bottom", "INPGRID BOTTOM REGULAR 0. 0. 0. 4 0 100. 100.", "READINP BOTTOM 1. 'bottom.txt' 3 0 FREE")
    s.put("mode", *text)


def _coordinates(s: Scene, node: Any, text: list[str]) -> None:
    s.put("coordinates", *text)
    if node.kind == "spherical":
        s.put("cgrid", "CGRID REGULAR 0. 0. 0. 0.04 0.04 4 4 CIRCLE 12 0.05 0.5 10")
        s.put("bottom", "INPGRID BOTTOM REGULAR 0. 0. 0. 4 4 0.01 0.01", "READINP BOTTOM 1. 'bottom.txt' 3 0 FREE")


def _cgrid(s: Scene, node: Any, text: list[str]) -> None:
    if node.kind == "unstructured":
        s.unstructured()
    if node.kind == "curvilinear":
        s.files["xy.txt"] = files.coordinates()
        s.put("readgrid", "READGRID COORDINATES 1. 'xy.txt' 3 0 0 FREE")
    s.put("cgrid", *text)


def _written(node: Any, values: list[float]) -> bytes:
    kind = node.format.kind if node.format else "free"
    if kind == "unformatted":
        rows = [values[i : i + 5] for i in range(0, len(values), 5)]
        return files.records(rows if node.idla in (None, 1, 3, 5) else [values])
    if kind == "code":
        width, per_line, lead = {1: (5, 12, " " * 10), 5: (5, 16, ""), 6: (6, 12, ""), 8: (8, 10, "")}[node.format.idfm]
        return files.fixed(values, width, per_line, lead)
    return files.fixed(values, 8, 5)


def _readgrid(s: Scene, node: Any, text: list[str]) -> None:
    s.put("readgrid", *text)
    if node.kind == "coordinates":
        s.put("cgrid", "CGRID CURVILINEAR 4 4 CIRCLE 12 0.05 0.5 10")
        s.files["file.txt"] = _written(node, [float(v) for v in files.coordinates().split()])
        return
    s.put("cgrid", files.UNSTRUCTURED)
    if node.kind == "adcirc":
        s.files |= files.fort14()
        s.put("bottom")
        return
    made = files.mesh() if node.kind == "triangle" else files.easymesh()
    s.files |= {"file.txt." + name.rpartition(".")[2]: data for name, data in made.items()}


_VECTORS = ("current", "wind", "vx", "wx")
_OTHERS = {"vx": "vy", "vy": "vx", "wx": "wy", "wy": "wx"}
_WHOLE = {"vx": "current", "vy": "current", "wx": "wind", "wy": "wind"}


def _needs(s: Scene, quantity: str) -> None:
    more = {
        "friction": "FRICTION JONSWAP",
        "nplants": "VEGETATION 1 1. 0.01 1 1.",
        "turbulence": "TURBULENCE",
        "mudlayer": "MUD",
        "aice": "SICE",
        "hice": "SICE D15",
        "hss": "OBSTACLE FIG 0.0001 LINE 150. 50. 150. 350.",
        "tss": "OBSTACLE FIG 0.0001 HSS=1. TSS=5. LINE 150. 50. 150. 350.",
    }
    if quantity in more:
        s.add("physics", more[quantity])
    if quantity in ("hss", "tss"):
        other = "TSS" if quantity == "hss" else "HSS"
        s.files["other.txt"] = files.field(1.0)
        s.add("fields", f"INPGRID {other} {s.grid()}", f"READINP {other} 1. 'other.txt' 3 0 FREE")
    if quantity == "hice":
        s.files["other.txt"] = files.field(0.5)
        s.add("fields", f"INPGRID AICE {s.grid()}", "READINP AICE 1. 'other.txt' 3 0 FREE")


def _inpgrid(s: Scene, node: Any, text: list[str]) -> None:
    quantity, own = node.quantity, _WHOLE.get(node.quantity, node.quantity)
    if node.kind == "curvilinear":
        s.files["xy.txt"] = files.coordinates()
        s.put("cgrid", "CGRID CURVILINEAR 4 4 CIRCLE 12 0.05 0.5 10").put(
            "readgrid", "READGRID COORDINATES 1. 'xy.txt' 3 0 0 FREE"
        )
    if node.kind == "unstructured":
        s.unstructured()
    moving = node.nonstationary is not None
    if moving:
        s.nonstationary()
    fields = (2 if own in _VECTORS else 1) * (7 if moving else 1)
    s.files["file.txt"] = files.field(10.0 if quantity == "bottom" else 0.5, fields)
    if quantity == "bottom":
        s.put("bottom", *text, "READINP BOTTOM 1. 'file.txt' 3 0 FREE")
        return
    other = ["INPGRID " + _OTHERS[quantity].upper() + " " + " ".join(words_of(node)[2:])] if quantity in _OTHERS else []
    wind = [] if own == "wind" else s.slots["fields"]
    headers = " 0" * (moving + (own in _VECTORS))
    s.put("fields", *wind, *text, *other, f"READINP {own.upper()} 1. 'file.txt' 3 0{headers} FREE")
    _needs(s, quantity)


def _readinp(s: Scene, node: Any, text: list[str]) -> None:
    quantity = node.quantity
    vector = quantity in _VECTORS
    values = [10.0 if quantity == "bottom" else 1.0] * 25 * (1 + vector)
    s.files |= {"file.txt": b"data.txt\n" if node.source.kind == "series" else _written(node, values)}
    s.files["data.txt"] = _written(node, values)
    wind = [] if quantity in ("bottom", "wind") else s.slots["fields"]
    times = ""
    if node.nhedt is not None:
        times = " NONSTAT 20230101.000000 1 HR"
        s.nonstationary()
        s.files["file.txt"] *= 2
    s.put("bottom" if quantity == "bottom" else "fields", *wind, f"INPGRID {quantity.upper()} {s.grid()}{times}", *text)
    _needs(s, quantity)


def _boundspec(s: Scene, node: Any, text: list[str]) -> None:
    s.put("boundary", BOUNDARY[0], *text)
    if node.kind in ("side_k", "segment_k"):
        s.unstructured()
    if "file" in node.spectrum.kind:
        s.nonstationary()
        s.files["file.txt"] = files.tpar()


def _boundnest1(s: Scene, node: Any, text: list[str]) -> None:
    corners = [(0, 0), (400, 0), (400, 400), (0, 400)]
    s.files["file.txt"] = files.spectra(corners)
    s.put("boundary", *text)


def _boundnest2(s: Scene, node: Any, text: list[str]) -> None:
    s.nonstationary()
    s.files |= files.wam(node.format)
    s.files["file.txt"] = s.files.pop("wam.lst")
    s.put("boundary", *text)


def _boundnest3(s: Scene, node: Any, text: list[str]) -> None:
    s.nonstationary()
    s.files["file.txt"] = files.wavewatch(node.format)
    if node.origin is None:
        s.put("coordinates", "COORDINATES SPHERICAL")
    s.put("boundary", *text)
    length = 0.04 if node.origin is None else 4000.0
    s.put("cgrid", f"CGRID REGULAR 0. 0. 0. {length} {length} 4 4 CIRCLE 12 0.05 0.5 10")
    mesh = length / 4
    s.put("bottom", f"INPGRID BOTTOM REGULAR 0. 0. 0. 4 4 {mesh} {mesh}", "READINP BOTTOM 1. 'bottom.txt' 3 0 FREE")


def _initial(s: Scene, node: Any, text: list[str]) -> None:
    s.put("initial", *text)
    if node.kind == "hotstart":
        form = "UNFORMATTED" if node.format == "unformatted" else "FREE"
        s.first = Scene().put("after", f"HOTFILE 'file.txt' {form}")


def _generation(s: Scene, node: Any, text: list[str]) -> None:
    s.put("generation", *text)
    if node.law == "gen4":
        s.put("fields").put("boundary", *BOUNDARY)


def _st6(s: Scene, node: Any, text: list[str]) -> None:
    s.put("generation", "GEN3 ST6", *text)


def _mdia(s: Scene, node: Any, text: list[str]) -> None:
    s.put("generation", "GEN3 KOMEN", "QUADRUPL 4", *text)


def _triad(s: Scene, node: Any, text: list[str]) -> None:
    s.put("boundary", *BOUNDARY).put("physics", "BREAKING", *text)


def _sice(s: Scene, node: Any, text: list[str]) -> None:
    s.put("physics", "ICE 0.5 0.5", *text)


def _bragg(s: Scene, node: Any, text: list[str]) -> None:
    s.files |= {"file.txt": files.field(1e-3), "bottom.txt": b"10. " * 441}
    s.put("bottom", "INPGRID BOTTOM REGULAR 0. 0. 0. 20 20 20. 20.", "READINP BOTTOM 1. 'bottom.txt' 4 0 FREE")
    s.put("physics", *text)


def _scat(s: Scene, node: Any, text: list[str]) -> None:
    s.put("fields").put("generation", "GEN4").put("physics", *text).put("boundary", *BOUNDARY)


def _surfbeat(s: Scene, node: Any, text: list[str]) -> None:
    s.put("fields").put("physics", *text).put("boundary", *BOUNDARY).put("generation", "OFF QUADRUPL", "OFF WCAPPING")


def _setup(s: Scene, node: Any, text: list[str]) -> None:
    s.put("physics", *text)


def _numeric(s: Scene, node: Any, text: list[str]) -> None:
    s.put("numerics", *text)
    if node.criterion and node.criterion.iterations and node.criterion.iterations.kind == "nonstationary":
        s.nonstationary()
    if node.setup:
        s.put("physics", "SETUP")


def _prop(s: Scene, node: Any, text: list[str]) -> None:
    s.nonstationary().add("numerics", *text)


def _place(s: Scene, node: Any, text: list[str]) -> None:
    s.put("places", *text)
    kind = node.command.name
    if kind == "points":
        s.files["file.txt"] = b"50. 50.\n60. 60.\n"
    if kind == "ngrid":
        made = files.mesh() if getattr(node, "kind", "") == "triangle" else files.easymesh()
        s.files |= {"file.txt." + name.rpartition(".")[2]: data for name, data in made.items()}
        s.put("output", "NESTOUT 'set' 'out.txt'")
    elif kind in ("frame", "group"):
        s.put("output", "BLOCK 'set' NOHEADER 'out.txt' HSIGN")
    elif kind != "ray":
        s.put("output", "TABLE 'set' HEADER 'out.txt' HSIGN")


def _obstacle(s: Scene, node: Any, text: list[str]) -> None:
    s.put("physics", *text)
    kind = node.transmission.kind if node.transmission else ""
    if kind.startswith("by_frequency"):
        count = 11 * (12 if "direction" in kind else 1)
        more = node.transmission.model_copy(update={"trcoef": [0.3] * count})
        s.put("physics", *folded(words_of(node.model_copy(update={"transmission": more}))))


def _off(s: Scene, node: Any, text: list[str]) -> None:
    s.put("physics", *(["OFF QUADRUPL"] if node.what == "windgrowth" else []), *text)
    if node.what == "quadrupl":
        s.put("generation", "GEN2")


def _isoline(s: Scene, node: Any, text: list[str]) -> None:
    s.files["bottom.txt"] = b"\n".join([b"20. 15. 9. 5. 2."] * 5) + b"\n"
    s.put("places", "RAY 'rays' 10. 100. 390. 100. 2 10. 300. 390. 300.")
    s.add("places", *text).put("output", "TABLE 'set' HEADER 'out.txt' HSIGN")


def _output(s: Scene, node: Any, text: list[str]) -> None:
    if getattr(node, "output", None) or node.command.name == "quantity":
        s.nonstationary()
    names = {q if isinstance(q, str) else q.quantity for q in getattr(node, "quantities", [])}
    if names & {"time", "tsec"}:
        s.nonstationary()
    if node.command.name == "nestout":
        s.put("places", "NGRID 'nest' 100. 100. 0. 200. 200. 2 2")
    s.put("output", *text)


def _test(s: Scene, node: Any, text: list[str]) -> None:
    if node.points and node.points.points.kind == "k":
        s.unstructured()
    whole = "\n".join(text)
    for name in ("par", "s1d", "s2d"):
        whole = whole.replace("'file.txt'", f"'{name}.txt'", 1)
    s.put("initial", whole)


def _include(s: Scene, node: Any, text: list[str]) -> None:
    s.files["file.txt"] = b"FRICTION JONSWAP\n"
    s.put("physics", *text)


def _compute(s: Scene, node: Any, text: list[str]) -> None:
    if node.kind != "stationary":
        s.nonstationary()
    if node.kind == "nonstationary" and node.tbegc is None:
        text = ["COMPUTE NONSTAT 20230101.000000 10. SEC 20230101.000010", *text]
    s.put("compute", *text)


def _hotfile(s: Scene, node: Any, text: list[str]) -> None:
    s.put("after", *text)


def _stop(s: Scene, node: Any, text: list[str]) -> None:
    s.put("after", *text)


_SCENES: dict[str, Callable[[Scene, Any, list[str]], Any]] = {
    "project": _in("project"),
    "set": _in("set"),
    "mode": _mode,
    "coordinates": _coordinates,
    "cgrid": _cgrid,
    "readgrid": _readgrid,
    "inpgrid": _inpgrid,
    "readinp": _readinp,
    "wind": _in("fields"),
    "bound_shape": lambda s, node, text: s.put("boundary", *text, BOUNDARY[1]),
    "boundspec": _boundspec,
    "boundnest1": _boundnest1,
    "boundnest2": _boundnest2,
    "boundnest3": _boundnest3,
    "initial": _initial,
    "generation": _generation,
    "sswell": _st6,
    "negatinp": _st6,
    "wcap": lambda s, node, text: s.put("generation", "GEN3 KOMEN", *text),
    "mdia": _mdia,
    "triad": _triad,
    "sice": _sice,
    "ice": lambda s, node, text: s.put("physics", *text, "SICE"),
    "bragg": _bragg,
    "scat": _scat,
    "surfbeat": _surfbeat,
    "obstacle": _obstacle,
    "off": _off,
    "numeric": _numeric,
    "prop": _prop,
    "frame": _place,
    "group": _place,
    "curve": _place,
    "ray": _place,
    "points": _place,
    "ngrid": _place,
    "isoline": _isoline,
    "quantity": _output,
    "block": _output,
    "table": _output,
    "specout": _output,
    "nestout": _output,
    "output_options": _output,
    "test": _test,
    "include": _include,
    "compute": _compute,
    "hotfile": _hotfile,
    "stop": _stop,
}
