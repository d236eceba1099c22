"""How long a netCDF-3 file has to be: netCDF-C reads zeros beyond the end of one that was cut short, without a word.

The header is laid out as in https://docs.unidata.ucar.edu/netcdf-c/current/file_format_specifications.html
"""

from __future__ import annotations

import math
import struct
from pathlib import Path
from typing import BinaryIO

_MAGIC = b"CDF"
_SIZES = {1: 1, 2: 1, 3: 2, 4: 4, 5: 4, 6: 8, 7: 1, 8: 2, 9: 4, 10: 8, 11: 8}
"""Code of a type -> bytes of a value."""
_STREAMED = 2**32 - 1
"""Number of records of a file that was not closed when it was written."""


def check_whole(path: Path) -> None:
    """Nothing for a whole netCDF-3 file, and for one of another kind.

    Raises:
        OSError: it ends before its last value.
    """
    with path.open("rb") as stream:
        magic = stream.read(4)
        if magic[:3] != _MAGIC or len(magic) < 4:
            return
        try:
            expected = _Header(stream, magic[3]).end()
        except struct.error as error:
            raise OSError("it is cut short within its header") from error
        except (KeyError, IndexError):
            return  # netCDF-C says what is wrong with a header
    size = path.stat().st_size
    if size < expected:
        raise OSError(f"it is cut short: {size} of {expected} bytes")


class _Header:
    def __init__(self, stream: BinaryIO, version: int):
        self.stream = stream
        self.counts = ">Q" if version == 5 else ">I"
        self.offsets = ">I" if version == 1 else ">Q"

    def end(self) -> int:
        """Position behind the last value of the file."""
        records = self._number(self.counts)
        self._number(">I")
        lengths = [self._dimension() for _ in range(self._number(self.counts))]
        self._skip_attributes()
        self._number(">I")
        found = [self._variable(lengths) for _ in range(self._number(self.counts))]
        fixed = [begin + size for is_record, size, begin in found if not is_record]
        moving = [(size, begin) for is_record, size, begin in found if is_record]
        if records in (0, _STREAMED, 2**64 - 1):
            moving = []
        step = sum(map(_padded, (size for size, _ in moving))) if len(moving) > 1 else sum(size for size, _ in moving)
        return max([*fixed, *(begin + (records - 1) * step + size for size, begin in moving)], default=0)

    def _dimension(self) -> int:
        self._skip_name()
        return self._number(self.counts)

    def _variable(self, lengths: list[int]) -> tuple[bool, int, int]:
        """Whether it has records, bytes of one or of all, and where it begins."""
        self._skip_name()
        shape = [lengths[self._number(self.counts)] for _ in range(self._number(self.counts))]
        self._skip_attributes()
        value = _SIZES[self._number(">I")]
        self._number(self.counts)  # its size as it is written, which is wrong for variables above 4 GB
        is_record = shape[:1] == [0]  # the length of the dimension of records is written as 0
        return is_record, value * math.prod(shape[1:] if is_record else shape), self._number(self.offsets)

    def _skip_attributes(self) -> None:
        self._number(">I")
        for _ in range(self._number(self.counts)):
            self._skip_name()
            value = _SIZES[self._number(">I")]
            self.stream.seek(_padded(value * self._number(self.counts)), 1)

    def _skip_name(self) -> None:
        self.stream.seek(_padded(self._number(self.counts)), 1)

    def _number(self, kind: str) -> int:
        (found,) = struct.unpack(kind, self.stream.read(struct.calcsize(kind)))
        return int(found)


def _padded(count: int) -> int:
    """Everything begins at a multiple of 4."""
    return -(-count // 4) * 4
