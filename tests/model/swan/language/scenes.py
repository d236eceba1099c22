"""For each command the experiment around it, and values that fit there."""

from collections.abc import Callable
from typing import Any

from rompy_hydra.model.swan.language.nodes import CommandNode
from rompy_hydra.model.swan.language.render import folded, words_of
from rompy_hydra.model.swan.language.table import section_of

from . import fields
from . import scene as files
from .scene import Scene

_Place = Callable[[Scene, Any, list[str]], None]
BOUNDARY = ["BOUND SHAPE JONSWAP 3.3 PEAK DSPR POWER", "BOUNDSPEC SIDE W CONSTANT PAR 1. 5. 20. 2."]


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


def _in(slot: str, before: tuple[str, ...] = (), after: tuple[str, ...] = ()) -> _Place:
    def place(s: Scene, _: Any, text: list[str]) -> None:
        s.put(slot, *before, *text, *after)

    return place


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


def _boundspec(s: Scene, node: Any, text: list[str]) -> None:
    s.put("boundary", BOUNDARY[0], *text)
    if node.kind in ("side_k", "segment_k"):
        s.unstructured()
    if "file" in node.spectrum.kind:
        s.nonstationary()
        s.files["file.txt"] = files.tpar()


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


def _with_waves(s: Scene, node: Any, text: list[str]) -> None:
    before = {"triad": ["BREAKING"], "surfbeat": ["OFF QUADRUPL", "OFF WCAPPING"], "scat": []}[node.command.name]
    s.put("boundary", *BOUNDARY).put("physics", *before, *text)
    if node.command.name != "triad":
        s.put("fields")
    if node.command.name == "scat":
        s.put("generation", "GEN4")


def _boundnest1(s: Scene, _: Any, text: list[str]) -> None:
    corners = [(0, 0), (400, 0), (400, 400), (0, 400)]
    s.files["file.txt"] = files.spectra(corners)
    s.put("boundary", *text)


def _bragg(s: Scene, node: Any, text: list[str]) -> None:
    s.files |= {"file.txt": files.field(1e-3), "bottom.txt": b"10. " * 441}
    s.put("bottom", "INPGRID BOTTOM REGULAR 0. 0. 0. 20 20 20. 20.", "READINP BOTTOM 1. 'bottom.txt' 4 0 FREE")
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
    names = {q if isinstance(q, str) else q.quantity for q in getattr(node, "quantities", [])}
    if getattr(node, "output", None) or node.command.name == "quantity" or names & {"time", "tsec"}:
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


_SCENES: dict[str, _Place] = {
    "project": _in("project"),
    "set": _in("set"),
    "mode": _mode,
    "coordinates": _coordinates,
    "cgrid": _cgrid,
    "readgrid": fields.readgrid,
    "inpgrid": fields.inpgrid,
    "readinp": fields.readinp,
    "wind": _in("fields"),
    "bound_shape": _in("boundary", after=(BOUNDARY[1],)),
    "boundspec": _boundspec,
    "boundnest1": _boundnest1,
    "boundnest2": _boundnest2,
    "boundnest3": _boundnest3,
    "initial": _initial,
    "generation": _generation,
    "sswell": _in("generation", ("GEN3 ST6",)),
    "negatinp": _in("generation", ("GEN3 ST6",)),
    "wcap": _in("generation", ("GEN3 KOMEN",)),
    "mdia": _in("generation", ("GEN3 KOMEN", "QUADRUPL 4")),
    "triad": _with_waves,
    "sice": _in("physics", ("ICE 0.5 0.5",)),
    "ice": _in("physics", after=("SICE",)),
    "bragg": _bragg,
    "scat": _with_waves,
    "surfbeat": _with_waves,
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
    "hotfile": _in("after"),
    "stop": _in("after"),
}
