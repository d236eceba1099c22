"""SWAN's file of wave parameters along time (TPAR), which BOUNDSPEC ... FILE reads: one file for one place.

What SWAN makes of it is said elsewhere: ``BOUND SHAPESPEC`` tells whether the period is that of the peak or the mean
period, and whether the spread is in degrees or the power of a cosine. Without it SWAN takes the spread as a power, and
24 degrees become a sea of about 11. Between two times SWAN turns and shifts both spectra to the mean direction and
frequency of their energy and adds what the weights leave of each. After the last time it keeps the last spectrum and
warns. A height of 0 is no waves; SWAN warns of it at each of its times.
"""

from __future__ import annotations

from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from ....core.mesh import Floats
from .files import created, finite, time_texts

_LONGEST = 1e6
"""Numbers below it fit the twelve characters that SWAN reads of each."""


def write_parameters(
    path: Path,
    times: NDArray[np.datetime64],
    hs_m: Floats,
    period_s: Floats,
    from_deg: Floats,
    spread: Floats,
) -> None:
    """Write the parameters of one place; the same bytes when repeated.

    Args:
        path: the file.
        times: (nt,) whole seconds, increasing.
        hs_m: (nt,) significant wave height.
        period_s: (nt,) peak or mean period.
        from_deg: (nt,) direction that waves come from, clockwise from north; written from 0 to 360.
        spread: (nt,) directional spread in degrees, or the power of a cosine.

    Raises:
        ValueError: times are not as above, or a value is missing, negative, too large, or a period or spread of 0.
    """
    columns = {"wave height": hs_m, "period": period_s, "direction": from_deg, "spread": spread}
    for what, values in columns.items():
        finite(values, what)
        if what != "direction" and (values < 0).any():
            raise ValueError(f"a {what} is negative")
    if min(period_s.min(), spread.min()) < 1e-3:
        raise ValueError("a period or a spread is zero")
    if max(hs_m.max(), period_s.max(), spread.max()) >= _LONGEST:
        raise ValueError(f"a value is not below {_LONGEST:g}")
    direction = np.mod(np.round(np.mod(from_deg, 360.0), 3), 360.0)
    rows = zip(time_texts(times), hs_m.tolist(), period_s.tolist(), direction.tolist(), spread.tolist(), strict=True)
    lines = [
        "TPAR",
        *(f"{time} {hs:.4f} {period:.4f} {from_:.3f} {dd:.4f}" for time, hs, period, from_, dd in rows),
        "",
    ]
    with created(path) as file:
        file.write("\n".join(lines).encode("ascii"))
