"""The experiments around the commands that read grids and fields."""

from typing import Any

from rompy_hydra.model.swan.language.render import words_of

from . import scene as files
from .scene import Scene


def _written(node: Any, values: list[float]) -> bytes:
    kind = node.format.kind if node.format else "free"
    if kind == "unformatted":
        rows = [values[i : i + 5] for i in range(0, len(values), 5)]
        return files.records(rows if node.idla in (None, 1, 3, 5) else [values])
    if kind == "code":
        width, per_line, lead = {1: (5, 12, " " * 10), 5: (5, 16, ""), 6: (6, 12, ""), 8: (8, 10, "")}[node.format.idfm]
        return files.fixed(values, width, per_line, lead)
    return files.fixed(values, 8, 5)


def readgrid(s: Scene, node: Any, text: list[str]) -> None:
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


def inpgrid(s: Scene, node: Any, text: list[str]) -> None:
    quantity, own = node.quantity, _WHOLE.get(node.quantity, node.quantity)
    if node.kind == "curvilinear":
        s.files["xy.txt"] = files.coordinates()
        s.put("cgrid", "CGRID CURVILINEAR 4 4 CIRCLE 12 0.05 0.5 10")
        s.put("readgrid", "READGRID COORDINATES 1. 'xy.txt' 3 0 0 FREE")
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


def readinp(s: Scene, node: Any, text: list[str]) -> None:
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
