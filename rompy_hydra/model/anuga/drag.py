"""Wind stress on water: air density and the published drag laws."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal

if TYPE_CHECKING:
    from numpy.typing import NDArray

AIR_DENSITY_KG_M3 = 1.22
"""Density of air at sea level, 15 degrees Celsius."""

DragLaw = Literal["large_pond_1981", "wu_1982", "garratt_1977", "constant"]


def drag_coefficient(law: DragLaw, speed_m_s: NDArray, constant: float | None, limit: float) -> NDArray:
    """Drag coefficient (1) for wind speeds at 10 m (m/s), never above `limit`.

    - ``large_pond_1981``: 1.2e-3 below 11 m/s, then (0.49 + 0.065 U)e-3; Large and Pond (1981), J. Phys. Oceanogr. 11, 324.
    - ``wu_1982``: (0.8 + 0.065 U)e-3; Wu (1982), J. Geophys. Res. 87, 9704.
    - ``garratt_1977``: (0.75 + 0.067 U)e-3; Garratt (1977), Mon. Weather Rev. 105, 915.
    - ``constant``: the given number.
    """
    import numpy as np

    coefficients = {
        "large_pond_1981": lambda u: np.where(u < 11.0, 1.2e-3, (0.49 + 0.065 * u) * 1e-3),
        "wu_1982": lambda u: (0.8 + 0.065 * u) * 1e-3,
        "garratt_1977": lambda u: (0.75 + 0.067 * u) * 1e-3,
        "constant": lambda u: np.full_like(u, constant),
    }
    return np.minimum(coefficients[law](speed_m_s), limit)


def wind_stress(
    u10_m_s: NDArray, v10_m_s: NDArray, law: DragLaw, constant: float | None = None, limit: float = 3.5e-3
) -> tuple[NDArray, NDArray]:
    """Eastward and northward stress (Pa): air density times drag coefficient times speed times wind component.

    >>> import numpy as np
    >>> tau_x, _ = wind_stress(np.array([10.0]), np.array([0.0]), "large_pond_1981")
    >>> round(float(tau_x[0]), 4)
    0.1464
    """
    import numpy as np

    speed = np.hypot(u10_m_s, v10_m_s)
    factor = AIR_DENSITY_KG_M3 * drag_coefficient(law, speed, constant, limit) * speed
    return factor * u10_m_s, factor * v10_m_s
