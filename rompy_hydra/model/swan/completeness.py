"""Whether an output file of SWAN is whole: there, not cut off, and holding its last time."""

from __future__ import annotations

import math
import re
from datetime import timedelta
from mmap import ACCESS_READ, mmap
from pathlib import Path
from struct import unpack
from typing import TYPE_CHECKING, Any

from ...core.period import format_time, parse_time
from ...source.classic import check_whole
from .case import Case, OutputFile
from .progress import iso_time
from .reading.variables import columns, columns_of_width, find

if TYPE_CHECKING:
    from collections.abc import Iterator

    from ...core.mesh import Floats

_TIME = b"date and time"
_SPECTRUM = re.compile(rb"(?m)^[ \t]*(FACTOR|ZERO|NODATA|LOCATION +\d+)[ \t]*$")
_COUNT = rb"(?m)^ *(\d+).*number of "
_TAIL_BYTES = 4096
_HEIGHT = "hs"
_DRY_TEXT = -8.0
"""Below it a wave height in text is SWAN's exception value for dry points, -9 m."""


def output_files(workspace: Path, output: OutputFile) -> list[Path]:
    """The file; of a restart of an MPI run that of each rank."""
    whole = workspace / output.path
    ranks = sorted(workspace.glob(f"{output.path}-[0-9][0-9][0-9]")) if output.kind == "restart" else []
    return [whole] if whole.is_file() or not ranks else ranks


def output_fault(workspace: Path, output: OutputFile) -> str:
    """What is missing of an output, in words with its name; empty for a whole one."""
    files = output_files(workspace, output)
    return next((f for path in files if (f := _file_fault(workspace, path, output))), "")


def _file_fault(workspace: Path, path: Path, output: OutputFile) -> str:
    if not path.is_file():
        return f"{path.name} is missing"
    if path.stat().st_size == 0:
        return f"{path.name} is empty"
    if output.format == "netcdf":
        return _netcdf_fault(path, output)
    if output.kind == "block":
        return _block_fault(path, output, _field_names(workspace, output))
    return _table_fault(path, output) if output.kind == "table" else _spectra_fault(path, output)


def _netcdf_fault(path: Path, output: OutputFile) -> str:
    import netCDF4

    try:
        check_whole(path)
        with netCDF4.Dataset(path) as data:
            if output.last is None:
                return ""
            if "time" not in data.variables or len(data["time"]) == 0:
                return f"{path.name} holds no time"
            time, count = data["time"], len(data["time"])
            reached = netCDF4.num2date(time[-1], time.units, only_use_cftime_datetimes=False)
    except (OSError, RuntimeError) as error:
        return f"{path.name} cannot be read: {error}"
    return _late(path, format_time(parse_time(reached)), output) or _few(path, count, output)


def _late(path: Path, reached: str, output: OutputFile) -> str:
    if output.last is None or not reached:
        return ""
    differ_s = abs((parse_time(reached) - parse_time(output.last)).total_seconds())
    return f"{path.name} ends at {reached}, expected {output.last}" if differ_s >= 1 else ""


def _few(path: Path, count: int, output: OutputFile) -> str:
    expected = times_expected(output)
    return f"{path.name} holds {count} of {expected} times" if expected is not None and count != expected else ""


def times_expected(output: OutputFile) -> int | None:
    """Number of times of a complete output; 1 for a stationary run, None where it is not known."""
    if output.last is None:
        return 1
    if output.first is None or not output.interval_s:
        return None
    length = parse_time(output.last) - parse_time(output.first)
    return int(length / timedelta(seconds=output.interval_s) + 1e-6) + 1


def _table_fault(path: Path, output: OutputFile) -> str:
    rows = [line.split() for line in _tail(path).splitlines()[1:] if line.strip() and not line.startswith("%")]
    if not rows:
        rows = [line.split() for line in _rows(path)]
    if not rows:
        return f"{path.name} holds no row"
    if not _ends_line(path) or len(rows[-1]) != len(rows[0]):
        return f"{path.name} is cut off in its last row"
    if (column := _column_of(output, "time", len(rows[-1]))) is not None:
        return _late(path, iso_time(rows[-1][column]), output)
    times = times_expected(output)
    count = sum(1 for _ in _rows(path))
    return f"{path.name} holds {count} rows, which are not {times} equal times" if times and count % times else ""


def _column_of(output: OutputFile, name: str, width: int) -> int | None:
    """Where a quantity stands in rows of a table that have so many columns; None where it is not there."""
    if not _is_understood(output) or (found := columns_of_width(output.variables, width)) is None:
        return None
    index, chosen = found
    names = [n for _, n in chosen]
    return index + names.index(name) if name in names else None


def _field_names(workspace: Path, output: OutputFile) -> list[str]:
    """The short name of each field that SWAN writes at a time; none where a quantity is not understood."""
    if not _is_understood(output):
        return []
    from .reading.commands import commands_of, partitions_of

    is_partitioned = any(q.kind == "partitions" for q, _ in columns(output.variables))
    partitions = partitions_of(commands_of(workspace)) if is_partitioned else 0
    return [name for _, name in columns(output.variables, partitions)]


def _is_understood(output: OutputFile) -> bool:
    return all(find(word) is not None for word in output.variables)


def _block_fault(path: Path, output: OutputFile, names: list[str]) -> str:
    """SWAN's fields of one file have equal sizes; with a header each tells its time."""
    if stamps := re.findall(r"Time:\s*(\d{8}\.\d{6})", _tail(path, path.stat().st_size // 2)):
        return _late(path, iso_time(stamps[-1]), output)
    count = (times_expected(output) or 0) * len(names)
    if count and not _are_equal_fields(path, count):
        return f"{path.name} does not hold {count} whole fields"
    return ""


def _are_equal_fields(path: Path, count: int) -> bool:
    """Whether a file is `count` pieces of one size, each of whole lines."""
    length, rest = divmod(path.stat().st_size, count)
    with path.open("rb") as file, mmap(file.fileno(), 0, access=ACCESS_READ) as content:
        return not rest and all(content[i * length - 1 : i * length] == b"\n" for i in range(1, count + 1))


def _spectra_fault(path: Path, output: OutputFile) -> str:
    with path.open("rb") as file, mmap(file.fileno(), 0, access=ACCESS_READ) as content:
        return _text_spectra_fault(path, content, output) if content[:4] == b"SWAN" else _record_fault(path, content)


def _text_spectra_fault(path: Path, content: mmap, output: OutputFile) -> str:
    last_time = max(content.rfind(_TIME), 0)
    stamp = content[content.rfind(b"\n", 0, last_time) + 1 : last_time].decode("ascii", "replace").strip()
    if late := _late(path, iso_time(stamp), output):
        return late
    spectra = list(_SPECTRUM.finditer(content, last_time))
    points = _header_number(content, b"locations")
    if points is not None and len(spectra) != points:
        return f"{path.name} holds {len(spectra)} of {points} spectra at its last time"
    return "" if not spectra or _is_whole(content, spectra[-1]) else f"{path.name} is cut off in its last spectrum"


def _is_whole(content: mmap, last: re.Match[bytes]) -> bool:
    """Whether the last spectrum has all its frequencies, and a factor where it has two dimensions."""
    lines = 1 if last[1] == b"FACTOR" else 0
    if last[1] not in (b"ZERO", b"NODATA"):
        lines += _header_number(content, b"frequencies") or 0
    return content[-1:] == b"\n" and content[last.end() :].count(b"\n") > lines


def _header_number(content: mmap, what: bytes) -> int | None:
    match = re.search(_COUNT + what, content)
    return int(match[1]) if match else None


def _record_fault(path: Path, content: mmap) -> str:
    """An unformatted file of Fortran ends with a record whose length stands before and behind it."""
    size = len(content)
    if size >= 8:
        (length,) = unpack("=i", content[-4:])
        if 0 < length <= size - 8 and unpack("=i", content[size - 8 - length : size - 4 - length]) == (length,):
            return ""
    return f"{path.name} is cut off in its last record"


def _tail(path: Path, length: int = _TAIL_BYTES) -> str:
    with path.open("rb") as file:
        file.seek(max(path.stat().st_size - max(length, _TAIL_BYTES), 0))
        return file.read().decode("ascii", "replace")


def _ends_line(path: Path) -> bool:
    return _tail(path).endswith("\n")


def _rows(path: Path) -> Iterator[str]:
    with path.open(encoding="ascii", errors="replace") as file:
        yield from (line for line in file if line.strip() and not line.startswith("%"))


def final_heights(workspace: Path, case: Case) -> Floats | None:
    """(n,) significant wave heights [m] of wet points at the last time; None where no output has them.

    A field is taken before tables of points.
    """
    hs = find(_HEIGHT)
    outputs = [o for o in case.outputs if o.kind in ("block", "table") and hs in map(find, o.variables)]
    for output in sorted(outputs, key=lambda o: (o.kind != "block", o.location != "COMPGRID")):
        found = _heights(workspace, output)
        if found is not None:
            import numpy as np

            return found[np.isfinite(found) & (found > _DRY_TEXT)]
    return None


def _heights(workspace: Path, output: OutputFile) -> Floats | None:
    path, times = workspace / output.path, times_expected(output)
    if output.format == "netcdf":
        import netCDF4

        with netCDF4.Dataset(path) as data:
            return _last_field(data[_HEIGHT]) if _HEIGHT in data.variables else None
    if output.kind == "table":
        return _last_rows(path, output, times) if times else None
    names = _field_names(workspace, output)
    return _last_block(path, names, times) if times and names and "%" not in _tail(path) else None


def _last_rows(path: Path, output: OutputFile, times: int) -> Floats | None:
    """The wave heights of a table at its last time."""
    import numpy as np

    width = len(next(_rows(path)).split())
    if (column := _column_of(output, _HEIGHT, width)) is None:
        return None
    heights = [_number(words, column) if len(words := row.split()) == width else math.nan for row in _rows(path)]
    return np.array(heights[-(len(heights) // times) :], dtype=np.float64)


def _last_block(path: Path, names: list[str], times: int) -> Floats:
    """The wave heights of a text block without headers at its last time."""
    import numpy as np

    length = path.stat().st_size // (times * len(names))
    with path.open("rb") as file:
        file.seek(((times - 1) * len(names) + names.index(_HEIGHT)) * length)
        words = file.read(length).decode("ascii", "replace").split()
    return np.array([_number(words, i) for i in range(len(words))], dtype=np.float64)


def _number(words: list[str], place: int) -> float:
    """Not a number where SWAN printed stars."""
    try:
        return float(words[place])
    except ValueError:
        return math.nan


def _last_field(variable: Any) -> Floats:
    import numpy as np

    return np.ma.filled(np.ma.asarray(variable[-1], dtype=np.float64), np.nan).ravel()
