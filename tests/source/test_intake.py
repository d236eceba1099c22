"""Data sets of intake catalogues."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Any

import pytest
import yaml
from pydantic import ValidationError

from rompy_hydra.errors import ConfigError
from rompy_hydra.source import remote
from rompy_hydra.source.file import FileSource
from rompy_hydra.source.intake import IntakeSource
from tests.source.servers import Server
from tests.source.winds import KEY, means, problem, wind, write_zarr

pytest.importorskip("intake", reason="intake catalogues need the extra intake")
pytest.importorskip("intake_xarray", reason="intake catalogues need the extra intake")
pytestmark = pytest.mark.usefixtures("cache")

FIELDS = [3, 4, 5, 6, 7]
WIND = """
  wind:
    description: wind of a year
    driver: netcdf
    args: {urlpath: "FOLDER/wind-{{ year }}.nc", chunks: {}}
    parameters:
      year: {type: int, default: 2023, description: which one}
"""
OTHERS = """
  all: {driver: netcdf, args: {urlpath: "FOLDER/wind-*.nc", xarray_kwargs: {combine: by_coords}}}
  two: {driver: netcdf, args: {urlpath: ["FOLDER/wind-2024.nc", "FOLDER/wind-2023.nc"]}}
  store: {driver: zarr, args: {urlpath: "FOLDER/wind.zarr"}}
  gone: {driver: netcdf, args: {urlpath: "FOLDER/wind-1999.nc"}}
  odd: {driver: abacus, args: {urlpath: "FOLDER/wind-2023.nc"}}
"""


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A catalogue and its files."""
    wind().to_netcdf(tmp_path / "wind-2023.nc")
    wind(first=5).to_netcdf(tmp_path / "wind-2024.nc")
    write_zarr(wind(), tmp_path / "wind.zarr")
    (tmp_path / "catalogue.yaml").write_text(text("{{ CATALOG_DIR }}"))
    return tmp_path


def text(folder: object) -> str:
    return f"sources:{WIND}{OTHERS}".replace("FOLDER", str(folder))


def of(folder: Path, dataset_id: str = "wind", **parameters: Any) -> IntakeSource:
    return IntakeSource(catalog_uri=str(folder / "catalogue.yaml"), dataset_id=dataset_id, parameters=parameters)


def test_a_data_set_is_opened_lazily_and_without_dask(folder: Path) -> None:
    assert means(of(folder)) == FIELDS
    with of(folder).open() as data:
        assert not data.u10.variable._in_memory
        assert data.u10.chunks is None  # whatever the catalogue says


def test_parameters_choose_the_file(folder: Path) -> None:
    assert means(of(folder, year=2024)) == [8, 9, 10, 11, 12]
    assert means(of(folder, year="2024")) == [8, 9, 10, 11, 12]


def test_a_catalogue_may_be_written_into_the_config(folder: Path) -> None:
    source = IntakeSource(catalog_yaml=text(folder), dataset_id="wind", parameters={"year": 2024})
    assert means(source) == [8, 9, 10, 11, 12]
    assert [i.key for i in source.inputs(KEY)] == [f"{KEY}.dataset_id"]


@pytest.mark.parametrize(("dataset_id", "count"), [("all", 10), ("two", 10), ("store", 5)])
def test_patterns_lists_and_stores_are_joined_as_files_are(folder: Path, dataset_id: str, count: int) -> None:
    assert means(of(folder, dataset_id)) == [3.0 + i for i in range(count)]


def test_the_catalogue_and_its_files_are_inputs_with_keys_of_the_config(folder: Path) -> None:
    found = of(folder, "two").inputs(KEY)
    names = ["catalogue.yaml", "wind-2024.nc", "wind-2023.nc"]
    assert [(i.key, i.path) for i in found] == [
        (f"{KEY}.{'catalog_uri' if n == 'catalogue.yaml' else 'dataset_id'}", folder / n) for n in names
    ]


def test_a_catalogue_on_a_web_server_is_read_and_its_change_noticed(folder: Path, http: Server) -> None:
    path = http.root / "catalogue.yaml"
    wind().to_netcdf(http.root / "wind-2023.nc")
    source = IntakeSource(catalog_uri=f"{http.url}/catalogue.yaml", dataset_id="wind")
    versions = []
    for words in ("", "\n# the same in other words\n"):
        path.write_text(text("{{ CATALOG_DIR }}") + words)
        remote._known.clear()
        assert means(source) == FIELDS
        catalogue, file = source.inputs(KEY)
        assert file.url == f"{http.url}/wind-2023.nc"
        versions.append(catalogue.version)
    assert versions[0] != versions[1]


@pytest.mark.parametrize(
    ("dataset_id", "parameters", "key", "message", "hint"),
    [
        (
            "winds",
            {},
            "dataset_id",
            "the catalogue has no data set of this name, but wind, all, two",
            "did you mean 'wind'?",
        ),
        (
            "wind",
            {"yaer": 1},
            "parameters.yaer",
            "wind has no parameter of this name, but year",
            "did you mean 'year'?",
        ),
        ("store", {"year": 1}, "parameters.year", "store has no parameter of this name, but none", ""),
        ("wind", {"year": "soon"}, "parameters", "wind cannot be opened: invalid literal for int()", ""),
        ("wind", {"year": 2025}, "dataset_id", "wind: no such file: ", "did you mean wind-2024.nc or wind-2023.nc?"),
        ("gone", {}, "dataset_id", "gone: no such file: ", "did you mean"),
        ("odd", {}, "dataset_id", "odd cannot be opened: No plugins loaded for this entry: abacus", ""),
    ],
)
def test_what_is_not_in_it_is_told(
    folder: Path, dataset_id: str, parameters: dict[str, Any], key: str, message: str, hint: str
) -> None:
    found = problem(of(folder, dataset_id, **parameters))
    assert found.key == f"{KEY}.{key}"
    assert found.message.startswith(message)
    assert hint in found.hint


@pytest.mark.parametrize(
    ("content", "message"),
    [
        ("sources: [", "is no catalogue that intake can read: while parsing a flow"),
        (
            "a,b\n1,2\n",
            "is no catalogue that intake can read: it has validation errors: ('catalog must be a dictionary'",
        ),
        ("name: wind", "is no catalogue that intake can read: it has validation errors: (\"missing key 'sources'\""),
        ("version: 2\nentries: {}\ndata: {}\naliases: {}\nuser_parameters: {}\nmetadata: {}\n", "of version 2"),
    ],
)
def test_what_is_no_catalogue_is_told(tmp_path: Path, content: str, message: str) -> None:
    (tmp_path / "catalogue.txt").write_text(content)
    by_file = problem(IntakeSource(catalog_uri=str(tmp_path / "catalogue.txt"), dataset_id="wind"))
    by_text = problem(IntakeSource(catalog_yaml=content, dataset_id="wind"))
    assert (by_file.key, by_text.key) == (f"{KEY}.catalog_uri", f"{KEY}.catalog_yaml")
    assert message in by_file.message
    assert message in by_text.message
    assert by_text.message.startswith("this text ")


def test_a_catalogue_that_is_not_there_is_told(folder: Path, http: Server) -> None:
    found = problem(IntakeSource(catalog_uri=str(folder / "catalog.yaml"), dataset_id="wind"))
    assert (found.key, found.hint) == (f"{KEY}.catalog_uri", "did you mean catalogue.yaml?")
    found = problem(IntakeSource(catalog_uri=f"{http.url}/none.yaml?token=hunter2", dataset_id="wind"))
    assert found.message == f"there is nothing at {http.url}/none.yaml?token=***: the server answers 404 Not Found"


@pytest.mark.parametrize("given", [{}, {"catalog_uri": "a.yaml", "catalog_yaml": "sources: {}"}])
def test_it_needs_one_catalogue(given: dict[str, str]) -> None:
    with pytest.raises(ValidationError, match=r"give either catalog_uri .* or catalog_yaml"):
        IntakeSource(dataset_id="wind", **given)


def test_commands_in_a_catalogue_are_not_executed(tmp_path: Path) -> None:
    default = f"{{{{ shell('touch {tmp_path}/pwned') }}}}"
    entry = {"driver": "netcdf", "args": {"urlpath": "{{ year }}.nc"}}
    entry["parameters"] = {"year": {"type": "str", "default": default, "description": "x"}}
    problem(IntakeSource(catalog_yaml=yaml.safe_dump({"sources": {"wind": entry}}), dataset_id="wind"))
    assert not (tmp_path / "pwned").exists()


def test_coordinates_are_handed_on(folder: Path) -> None:
    source = IntakeSource(catalog_uri=str(folder / "catalogue.yaml"), dataset_id="wind", coordinates={"lon": "x"})
    assert source.named_coordinates == FileSource(path="x.nc", coordinates={"lon": "x"}).named_coordinates


@pytest.mark.parametrize("module", ["intake", "intake_xarray"])
def test_a_missing_package_is_told_with_its_command(folder: Path, monkeypatch: pytest.MonkeyPatch, module: str) -> None:
    monkeypatch.setitem(sys.modules, module, None)
    found = problem(of(folder), ConfigError)
    assert found.key == f"{KEY}.source_type"
    assert found.message.endswith(f"needs the package {module}, which is not installed")
    assert found.hint == 'pip install "rompy-hydra[intake]"'
    catalogue, data = of(folder).inputs(KEY)
    assert (catalogue.key, catalogue.identified) == (f"{KEY}.catalog_uri", True)
    assert (data.key, data.identified) == (f"{KEY}.dataset_id", False)


def test_what_only_a_driver_can_find_is_not_identified(folder: Path) -> None:
    text = f"sources: {{table: {{driver: csv, args: {{urlpath: {folder}/*.csv}}}}}}"
    (found,) = IntakeSource(catalog_yaml=text, dataset_id="table").inputs(KEY)
    assert (found.key, found.name, found.identified) == (f"{KEY}.dataset_id", "table", False)
