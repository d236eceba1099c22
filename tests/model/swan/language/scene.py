"""A small experiment that real SWAN runs in milliseconds, into which any command fits."""

from collections.abc import Iterable

import numpy as np

MESHES = 4
SIZE_M = 100.0
_NODES = [(i * SIZE_M, j * SIZE_M) for j in range(MESHES + 1) for i in range(MESHES + 1)]
_EDGE = [0.0, MESHES * SIZE_M]
_MARKERS = [1 if x in _EDGE or y in _EDGE else 0 for x, y in _NODES]

SLOTS = (
    *("project", "set", "mode", "coordinates", "cgrid", "readgrid", "bottom", "fields", "boundary", "initial"),
    *("generation", "physics", "numerics", "places", "output", "compute", "after"),
)

REGULAR = "CGRID REGULAR 0. 0. 0. 400. 400. 4 4 CIRCLE 12 0.05 0.5 10"
UNSTRUCTURED = "CGRID UNSTRUCTURED CIRCLE 12 0.05 0.5 10"


class Scene:
    """Commands by their place in the file, and the files that they need."""

    def __init__(self) -> None:
        self.slots: dict[str, list[str]] = {s: [] for s in SLOTS}
        self.slots["project"] = ["PROJECT 'test' '1'"]
        self.slots["cgrid"] = [REGULAR]
        self.slots["bottom"] = [f"INPGRID BOTTOM {self.grid()}", "READINP BOTTOM 1. 'bottom.txt' 3 0 FREE"]
        self.slots["numerics"] = ["NUMERIC STOPC STAT 1"]
        self.slots["fields"] = ["WIND 10. 20."]
        self.slots["compute"] = ["COMPUTE"]
        self.files: dict[str, bytes] = {"bottom.txt": field(10.0)}
        self.first: Scene | None = None
        """What is run before, in the same folder."""

    def grid(self) -> str:
        return "REGULAR 0. 0. 0. 4 4 100. 100."

    def put(self, slot: str, *lines: str) -> "Scene":
        """Replace what is in a slot."""
        self.slots[slot] = list(lines)
        return self

    def add(self, slot: str, *lines: str) -> "Scene":
        """Add to what is in a slot."""
        self.slots[slot] += lines
        return self

    def nonstationary(self, compute: str = "COMPUTE NONSTAT 20230101.000000 10. SEC 20230101.000020") -> "Scene":
        """Two steps of ten seconds from the beginning of 2023."""
        return self.put("mode", "MODE NONSTATIONARY").put("compute", compute)

    def unstructured(self) -> "Scene":
        """The same water on triangles."""
        self.files |= mesh()
        self.put("cgrid", UNSTRUCTURED).put("readgrid", "READGRID UNSTRUCTURED TRIANGLE 'mesh'")
        return self

    def text(self) -> str:
        lines = [line for slot in SLOTS for line in self.slots[slot]]
        return "\n".join([*lines, "STOP", ""])


def field(value: float, times: int = 1) -> bytes:
    """A uniform field, once for each time or component."""
    row = " ".join([f"{value:g}"] * (MESHES + 1))
    return ("\n".join([row] * (MESHES + 1) * times) + "\n").encode()


def coordinates() -> bytes:
    """All x, then all y of the points, rows from the south."""
    rows = range(MESHES + 1)
    xs = [" ".join(f"{i * SIZE_M:g}" for i in rows) for _ in rows]
    ys = [" ".join([f"{j * SIZE_M:g}"] * (MESHES + 1)) for j in rows]
    return ("\n".join([*xs, *ys]) + "\n").encode()


def fixed(values: Iterable[float], width: int, per_line: int, lead: str = "") -> bytes:
    """Rows of numbers in columns of one width."""
    rows = np.array(list(values)).reshape(-1, MESHES + 1)
    assert per_line >= MESHES + 1
    return ("\n".join(lead + "".join(f"{v:{width}.0f}" for v in row) for row in rows) + "\n").encode()


def records(rows: Iterable[Iterable[float]]) -> bytes:
    """Fortran's unformatted sequential records of single precision."""
    return b"".join(_record(np.asarray(list(row), "<f4").tobytes()) for row in rows)


def _record(data: bytes) -> bytes:
    mark = np.array([len(data)], "<i4").tobytes()
    return mark + data + mark


def _triangles() -> list[tuple[int, int, int]]:
    found = []
    for j in range(MESHES):
        for i in range(MESHES):
            a = j * (MESHES + 1) + i + 1
            b, c, d = a + 1, a + MESHES + 1, a + MESHES + 2
            found += [(a, b, d), (a, d, c)] if (i + j) % 2 else [(a, b, c), (b, d, c)]
    return found


def mesh() -> dict[str, bytes]:
    """The points with triangles between them, in the form of Triangle; all of the boundary has marker 1."""
    nodes = [f"{n} {x:g} {y:g} {m}" for n, ((x, y), m) in enumerate(zip(_NODES, _MARKERS, strict=True), 1)]
    elements = [f"{n} {a} {b} {c}" for n, (a, b, c) in enumerate(_triangles(), 1)]
    return {
        "mesh.node": "\n".join([f"{len(nodes)} 2 0 1", *nodes, ""]).encode(),
        "mesh.ele": "\n".join([f"{len(elements)} 3 0", *elements, ""]).encode(),
    }


def easymesh() -> dict[str, bytes]:
    """The same in the form of EasyMesh."""
    nodes = [f"{n:5}:{x:22.14e}{y:22.14e}{m:3}" for n, ((x, y), m) in enumerate(zip(_NODES, _MARKERS, strict=True))]
    elements = [f"{n:4}:{a - 1:5}{b - 1:5}{c - 1:5}" + " 0" * 9 for n, (a, b, c) in enumerate(_triangles())]
    return {
        "easy.n": "\n".join([str(len(nodes)), *nodes, ""]).encode(),
        "easy.e": "\n".join([str(len(elements)), *elements, ""]).encode(),
    }


def fort14() -> dict[str, bytes]:
    """The same in the form of ADCIRC, 10 m deep, with one open boundary around."""
    nodes = [f"{n} {x:g} {y:g} 10." for n, (x, y) in enumerate(_NODES, 1)]
    elements = [f"{n} 3 {a} {b} {c}" for n, (a, b, c) in enumerate(_triangles(), 1)]
    side = MESHES + 1
    south, east = list(range(1, side + 1)), list(range(2 * side, side * side + 1, side))
    north, west = list(range(side * side - 1, side * (side - 1), -1)), list(range(side * (side - 2) + 1, 1, -side))
    ring = [str(n) for n in (*south, *east, *north, *west)]
    text = ["mesh", f"{len(elements)} {len(nodes)}", *nodes, *elements]
    text += ["1", str(len(ring)), str(len(ring)), *ring, "0", "0", ""]
    return {"fort.14": "\n".join(text).encode()}


def spectra(points: Iterable[tuple[float, float]]) -> bytes:
    """Two-dimensional spectra of SWAN at points, of one time."""
    at = list(points)
    values = "\n".join([" ".join(["10"] * 12)] * 6)
    lines = ["SWAN   1", "LOCATIONS", str(len(at)), *(f"{x:g} {y:g}" for x, y in at)]
    lines += ["AFREQ", "6", *(f"{f:g}" for f in (0.05, 0.08, 0.12, 0.18, 0.28, 0.45))]
    lines += ["CDIR", "12", *(f"{d:g}" for d in range(15, 375, 30))]
    lines += ["QUANT", "1", "EnDens", "m2/Hz/degr", "-99."]
    for _ in at:
        lines += ["FACTOR", "0.1E-04", values]
    return ("\n".join(lines) + "\n").encode()


def tpar() -> bytes:
    """Heights, periods, directions and spreadings of two times."""
    return b"TPAR\n20230101.000000 1. 5. 270. 2.\n20230102.000000 2. 6. 270. 2.\n"


def wavewatch(form: str) -> bytes:
    """Spectra at two points, of one time, as WAVEWATCH III writes them."""
    frequencies, directions = [0.06, 0.1, 0.2, 0.4], [4.7124, 3.1416, 1.5708, 0.0]
    points = [(b"A", 0.0), (b"B", 0.1)]
    if form == "unformatted":
        head = b"WAVEWATCH III SPECTRA" + np.array([4, 4, 2], "<i4").tobytes() + b"test".ljust(30)
        parts = [head, np.array(frequencies, "<f4").tobytes(), np.array(directions, "<f4").tobytes()]
        parts.append(np.array([20230101, 0], "<i4").tobytes())
        for name, x in points:
            parts.append(name.ljust(10) + np.array([0.0, x, 10.0, 5.0, 0.0, 0.0, 0.0], "<f4").tobytes())
            parts.append(np.full(16, 1e-3, "<f4").tobytes())
        return b"".join(_record(p) for p in parts)
    one = "\n".join("".join([f"{1e-3:11.3e}"] * n) for n in (7, 7, 2))
    lines = [f" WAVEWATCH III SPECTRA  {4:6}{4:6}{2:6}  {'test':30} "]
    lines += ["".join(f"{f:10.3e}" for f in frequencies), "".join(f"{d:11.3e}" for d in directions), "20230101 000000"]
    for station, x in points:
        lines += [f" {station.decode():10} {0.0:7.2f}{x:7.2f}{10.0:10.1f}{5.0:7.2f}{0.0:6.1f}{0.0:7.2f}{0.0:6.1f}", one]
    return ("\n".join(lines) + "\n").encode()


def wam(form: str) -> dict[str, bytes]:
    """A list of files, and spectra at two points 0.01 degrees apart, of two times."""
    head, times, xs = [4.0, 4.0, 0.0, 0.06, 1.5, 2.0, 1.0], ("2301010000", "2301010100"), (0.0, 0.01)
    if form == "free":
        lines = [" ".join(f"{v:g}" for v in head)]
        for time in times:
            for x in xs:
                lines += [f"{x:g} 0. {time} 1. 1. 0.1", *["0.1 0.1 0.1 0.1"] * 4]
        data = ("\n".join(lines) + "\n").encode()
    else:
        parts = [np.array(head, "<f4").tobytes()]
        for time in times:
            for x in xs:
                date = (time + "00").encode() if form == "workstation" else np.array([float(time)], "<f4").tobytes()
                parts.append(np.array([x, 0.0], "<f4").tobytes() + date + np.array([1.0, 1.0, 0.1], "<f4").tobytes())
                parts.append(np.full(16, 0.1, "<f4").tobytes())
        data = b"".join(_record(p) for p in parts)
    return {"wam.lst": b"wam.txt\n", "wam.txt": data}
