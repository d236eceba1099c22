"""Wind stress on water: air density and the published drag laws."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal

if TYPE_CHECKING:
    from ...core.mesh import Floats

AIR_DENSITY_KG_M3 = 1.22
"""Density of air at sea level, 15 degrees Celsius."""

DragLaw = Literal["large_pond_1981", "wu_1982", "garratt_1977", "constant"]


def drag_coefficient(law: DragLaw, speed_m_s: Floats, constant: float | None, limit: float) -> Floats:
    """Drag coefficient (1) for wind speeds at 10 m (m/s), never above `limit` (but for ``constant``).

    - ``large_pond_1981``: 1.2e-3 below 11 m/s, then (0.49 + 0.065 U)e-3; Large and Pond (1981), J. Phys.
      Oceanogr. 11, 324.
    - ``wu_1982``: (0.8 + 0.065 U)e-3; Wu (1982), J. Geophys. Res. 87, 9704.
    - ``garratt_1977``: (0.75 + 0.067 U)e-3; Garratt (1977), Mon. Weather Rev. 105, 915.
    - ``constant``: the given number.
    """
    import numpy as np

    if law == "constant":
        return np.full_like(speed_m_s, constant)
    at_rest, per_m_s = {"large_pond_1981": (0.49, 0.065), "wu_1982": (0.8, 0.065), "garratt_1977": (0.75, 0.067)}[law]
    coefficient = (at_rest + per_m_s * speed_m_s) * 1e-3
    if law == "large_pond_1981":
        coefficient = np.where(speed_m_s < 11.0, 1.2e-3, coefficient)
    capped: Floats = np.minimum(coefficient, limit)
    return capped


def wind_stress(
    u10_m_s: Floats, v10_m_s: Floats, law: DragLaw, constant: float | None = None, limit: float = 3.5e-3
) -> tuple[Floats, Floats]:
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
