"""The reference system that data say they are in."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import xarray as xr


def own_crs(data: xr.Dataset, name: str) -> str | None:
    """``EPSG:n`` or WKT of a variable's places by its CF grid mapping; None where the data do not say."""
    array = data[name]
    mapping = str(array.attrs.get("grid_mapping") or array.encoding.get("grid_mapping") or "spatial_ref").split(":")[0]
    if mapping not in data.variables:
        return None
    return _as_text(dict(data[mapping].attrs))


def _as_text(attributes: dict[str, Any]) -> str | None:
    from ..core.proj import CRS, CRSError

    text = attributes.get("crs_wkt") or attributes.get("spatial_ref") or attributes.get("epsg_code")
    try:
        crs = CRS.from_user_input(text) if text else CRS.from_cf(attributes)
    except (CRSError, KeyError):
        return None
    authority = crs.to_authority(min_confidence=70)
    found: str = ":".join(authority) if authority else crs.to_wkt()
    return found
