"""What every writer needs: a file that is there only when it is whole, and times as SWAN spells them."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO, Any

import numpy as np
from numpy.typing import NDArray


@contextmanager
def created(path: Path) -> Iterator[IO[bytes]]:
    """A file to write bytes to; it is removed when writing fails."""
    with path.open("wb") as file:
        try:
            yield file
        except BaseException:
            path.unlink(missing_ok=True)
            raise


def time_texts(times: NDArray[np.datetime64]) -> list[str]:
    """Times as ``YYYYMMDD.hhmmss``, SWAN's first way of writing them.

    >>> time_texts(np.array(["2020-02-29T06:30"], dtype="datetime64[m]"))
    ['20200229.063000']

    Raises:
        ValueError: a time is missing, is not a whole second, or does not come after the one before.
    """
    whole = times.astype("datetime64[s]")
    if np.isnat(whole).any() or (whole != times).any():
        raise ValueError("a time is missing, or is not a whole second")
    if (np.diff(whole) <= np.timedelta64(0, "s")).any():
        raise ValueError("times do not increase")
    return [t.translate(_TO_SWAN) for t in np.datetime_as_string(whole, unit="s").tolist()]


_TO_SWAN = str.maketrans({"-": None, ":": None, "T": "."})


def finite(values: NDArray[Any], what: str) -> None:
    """Refuse values that are not finite.

    Raises:
        ValueError: with how many there are.
    """
    count = values.size - int(np.count_nonzero(np.isfinite(values)))
    if count:
        raise ValueError(f"{count} of {values.size} values of {what} are not finite")
