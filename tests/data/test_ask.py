"""A cut in the cache: what it is kept under, and what happens when it goes or is damaged."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import numpy as np
import pytest
import xarray as xr

from rompy_hydra.core.store import Store
from rompy_hydra.data.ask import Ask, Wanted
from rompy_hydra.data.cut import Box, Need
from rompy_hydra.data.fields import Fields
from rompy_hydra.errors import DataError
from rompy_hydra.source.dataset import DatasetSource
from tests.data.lookalike import air

NEED = Need(None, Box(115.3, 115.6, -32.6, -32.4))


@pytest.fixture(autouse=True)
def store(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Store:
    monkeypatch.setenv("ROMPY_HYDRA_CACHE", str(tmp_path / "cache"))
    return Store()


@contextmanager
def cut() -> Iterator[Fields]:
    wanted = {"eastward_wind": Wanted("forcing.wind.u")}
    with Ask(DatasetSource(data=air()), "forcing.wind", wanted).cut(NEED) as fields:
        yield fields


def test_a_cut_that_another_process_removes_before_it_is_opened_is_made_again(monkeypatch: pytest.MonkeyPatch) -> None:
    get, removed = Store.get, []

    def got_and_removed(self: Store, *args: object) -> Path:
        kept = get(self, *args)  # type: ignore[arg-type]
        if not removed:
            removed.append(kept)
            shutil.rmtree(kept.parent)
        return kept

    monkeypatch.setattr(Store, "get", got_and_removed)
    with cut() as fields:
        assert np.isfinite(fields.first.values).all()


def test_a_cut_that_the_disk_damaged_is_told_and_made_anew(store: Store) -> None:
    with cut() as fields:
        expected = fields.first.values.copy()
    (entry,) = store.entries()
    file = store.root / entry.kind / entry.digest / entry.file

    def read() -> None:
        with cut():
            file.write_bytes(bytes(entry.size))
            raise OSError("an error of HDF5")

    with pytest.raises(DataError, match="is damaged in the cache: an error of HDF5") as caught:
        read()
    assert caught.value.problems[0].key == "forcing.wind.source"
    with cut() as fields:
        assert np.array_equal(fields.first.values, expected)


def test_an_error_of_others_while_a_cut_is_read_is_theirs() -> None:
    with pytest.raises(OSError, match="no space"), cut():
        raise OSError("no space")


@pytest.mark.parametrize(
    "change",
    [
        lambda d: d.assign_attrs(vertical_datum="LAT"),
        lambda d: d.assign(u10=d.u10.assign_attrs(levels=np.where(np.arange(3000) == 1500, -1, np.arange(3000)))),
        lambda d: d.reset_coords("depth"),
    ],
)
def test_everything_that_a_dataset_says_is_in_its_hash(change) -> None:
    data = air().assign_attrs(vertical_datum="MSL").assign_coords(depth=0.0)
    data = data.assign(u10=data.u10.assign_attrs(levels=np.arange(3000)))
    one, same, other = (DatasetSource(data=d).identity()["data"] for d in (data, data.copy(deep=True), change(data)))
    assert one == same != other


def test_a_dataset_with_attributes_of_any_kind_has_a_hash() -> None:
    data = xr.Dataset({"u": ("x", [1.0], {"a": np.float32(1), "b": [1, 2], "c": "text", "d": np.array(["x", "y"])})})
    assert DatasetSource(data=data).identity()["data"].startswith("sha256 ")
