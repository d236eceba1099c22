"""The bed of a mesh coarser than its soundings, as values at the nodes or as means around them."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
import xarray as xr

from rompy_hydra.domain import Domain
from rompy_hydra.errors import DataError
from rompy_hydra.source.dataset import DatasetSource

BOX = {"kind": "box", "x": [0, 2000], "y": [0, 1000], "resolution_m": 150}
REGULAR = {"kind": "regular", "x": 0, "y": 0, "size": [2000, 1000], "spacing": 100}


def channel() -> xr.Dataset:
    """A bed of -10 m with a channel of 40 m width and 5 m depth, every 10 m."""
    x, y = np.arange(-100, 2101, 10.0), np.arange(-100, 1101, 10.0)
    bed = np.where(np.abs(y[:, None] - 500.0) < 20.0, -15.0, -10.0) + 0.0 * x
    return xr.Dataset({"elevation": (("y", "x"), bed, {"units": "m", "positive": "up"})}, {"x": x, "y": y})


def domain(mesh: dict[str, Any], **bed: Any) -> Domain:
    source = DatasetSource(data=bed.pop("data", channel()))
    return Domain(crs="local", mesh=mesh, bathymetry={"kind": "grid", "source": source, **bed})


def volume_m3(of: Domain) -> float:
    mesh = of.build_mesh()
    return float(of.bed_m(mesh)[mesh.triangles].mean(axis=1) @ mesh.areas_m2)


@pytest.mark.parametrize("mesh", [BOX, REGULAR], ids=["triangles", "grid"])
def test_the_mean_keeps_the_volume_of_a_channel_that_values_at_the_nodes_lose_or_widen(mesh: dict[str, Any]):
    expected = -10.0 * 2e6 - 5.0 * 30.0 * 2000.0  # bilinear between points 10 m apart, the sides slope over 10 m

    assert volume_m3(domain(mesh, method="mean")) == pytest.approx(expected, rel=1e-4)
    assert abs(volume_m3(domain(mesh, method="bilinear")) - expected) > 0.3 * 300_000.0


def test_the_mean_of_a_grid_along_the_data_is_that_over_its_cells():
    bed_m = domain(REGULAR, method="mean")
    found = bed_m.bed_m(bed_m.build_mesh()).reshape(11, 21)

    assert found[5, 7] == pytest.approx((70.0 * -10.0 + 30.0 * -15.0) / 100.0, abs=1e-9)
    assert found[2, 7] == -10.0


def test_an_offset_to_the_datum_is_added_to_a_mean_as_well():
    plain, raised = (domain(BOX, method="mean", offset_m=offset) for offset in (None, 0.25))
    difference = raised.bed_m(raised.build_mesh()) - plain.bed_m(plain.build_mesh())
    np.testing.assert_allclose(difference, 0.25, atol=1e-12)


def test_a_mean_takes_what_is_there_where_a_part_has_no_soundings_if_that_is_wanted():
    data = channel()
    data["elevation"][:, :20] = np.nan  # the first 90 m of the domain
    refused, filled = (domain(BOX, method="mean", data=data, nan=policy) for policy in ("error", "nearest_wet"))

    with pytest.raises(DataError, match=r"elevation is NaN at \d+ of \d+ places that the domain needs"):
        refused.bed_m(refused.build_mesh())
    bed_m = filled.bed_m(filled.build_mesh())
    assert np.isfinite(bed_m).all()
    assert bed_m.min() >= -15.0
    assert bed_m.max() <= -10.0


def test_a_mean_of_data_on_a_curvilinear_grid_is_refused_with_the_remedy():
    x, y = np.meshgrid(np.arange(-100, 2101, 50.0), np.arange(-100, 1101, 50.0))
    coords = {"x": (("j", "i"), x + 0.1 * y), "y": (("j", "i"), y)}
    data = xr.Dataset({"elevation": (("j", "i"), 0 * x - 10.0, {"units": "m", "positive": "up"})}, coords)
    of = domain(BOX, method="mean", data=data, crs="local")

    with pytest.raises(DataError) as caught:
        of.bed_m(of.build_mesh())
    assert "domain.bathymetry.method: a mean needs data on a rectangular grid" in str(caught.value)
    assert "bilinear" in str(caught.value)
