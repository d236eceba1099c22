"""The table of output quantities: the keywords that SWAN takes, in the formats in which it writes them."""

import numpy as np
import pytest

from rompy_hydra.model.swan.reading.output import open_output
from rompy_hydra.model.swan.reading.variables import find, problems, quantities

from . import runs
from .conftest import stationary

SPARE = ("TIME", "XC", "YC", "XP", "YP")


def test_every_short_name_is_that_of_one_quantity():
    names = [n for q in quantities() for n in q.names]
    assert len(names) == len(set(names))


@pytest.mark.parametrize(
    ("word", "names"),
    [
        ("HSIGN", ("hs",)),
        ("HS", ("hs",)),
        ("HSWE", ("hswell",)),
        ("DISS", ("dissip",)),
        ("DISSURF", ("dissurf",)),
        ("DISSWELL", ("disswell",)),
        ("DISWCAP", ("diswcap",)),
        ("DISTUR", ("distur",)),
        ("DIST", ("dist",)),
        ("PDIR", ("pdir",)),
        ("PTDIR", tuple(f"pdir{i}" for i in range(6))),
        ("TMM10", ("tmm10",)),
        ("VEL", ("xcur", "ycur")),
        ("ywnd", ("xwnd", "ywnd")),
    ],
)
def test_a_keyword_is_understood_as_swan_does(word, names):
    assert find(word).names == names


def test_units_are_those_of_udunits_and_vectors_have_two_components():
    cf_units = pytest.importorskip("cf_units")
    for quantity in quantities():
        assert not cf_units.Unit(quantity.units or "1").is_unknown()
        assert len(quantity.names) == {"vector": 2, "partitions": 6}.get(quantity.kind, 1)
        assert len(quantity.netcdf) in (0, len(quantity.names))


def test_attributes_name_components_partitions_and_cf_names():
    wind, partition = find("WIND"), find("PTHSIGN")
    assert wind.attributes("ywnd")["standard_name"] == "y_wind"
    assert wind.attributes("xwnd")["long_name"].endswith("x component")
    assert partition.attributes("phs3")["long_name"].endswith("(3)")
    assert find("DIR").attributes("dir")["standard_name"] == "sea_surface_wave_from_direction"
    assert find("DIR").is_direction
    assert not find("DSPR").is_direction


@pytest.mark.parametrize(
    ("word", "format", "version", "told"),
    [
        ("HSING", "table", "41.45", "did you mean 'HSIGN'?"),
        ("tpss", "table", "41.45", "did you mean 'tps'?"),
        ("hsignificant", "table", "41.45", "no such output quantity"),
        ("QB", "netcdf", "41.45", "does not write QB as netcdf"),
        ("TIME", "block", "41.45", "does not write TIME as block"),
        ("GAMMA", "table", "41.41", "new in SWAN 41.45"),
        ("GAMMA", "table", "41.5", "new in SWAN 41.45"),
    ],
)
def test_what_swan_cannot_write_is_told_by_its_key(word, format, version, told):
    (problem,) = problems(["HSIGN", word], "model.output.variables", format, version)
    assert problem.key == "model.output.variables"
    assert told in str(problem)


def test_what_swan_can_write_is_no_problem():
    for form in ("netcdf", "block", "table"):
        for quantity in quantities():
            words = [quantity.keyword, quantity.needed, quantity.names[0]] if quantity.is_in(form) else []
            assert problems(words, "model.output.variables", form) == []


def test_versions_are_compared_by_their_numbers():
    assert problems(["GAMMA"], "model.output.variables", "table", "41.100") == []


def test_a_table_that_would_crash_swan_is_refused():
    (problem,) = problems(["HSIGN"] * 51, "model.output.variables", "table")
    assert "51 columns" in str(problem)
    assert problems(["HSIGN"] * 51, "model.output.variables", "block") == []


@pytest.mark.swan
def test_swan_takes_every_keyword_in_every_format_that_it_is_said_to_have(tmp_path):
    words = {f: [q.keyword for q in quantities() if q.is_in(f) and q.keyword not in SPARE] for f in ("netcdf", "block")}
    third = len(words["block"]) // 3
    tables = {
        "one.tab": ["XC", "YC", *words["block"][:third]],
        "two.tab": words["block"][third:-7],
        "partitions.tab": words["block"][-7:],
    }
    requests = {
        "BLOCK 'COMPGRID' NOHEAD 'all.nc'": words["netcdf"],
        "BLOCK 'COMPGRID' NOHEAD 'all.txt'": ["XP", "YP", *words["block"]],
        **{f"TABLE 'STATIONS' NOHEAD '{name}'": these for name, these in tables.items()},
    }
    commands = "".join(" &\n ".join([start, *these]) + "\n" for start, these in requests.items())
    stationary(tmp_path, runs.REGULAR, runs.SWELL, commands)
    outputs = [
        runs.output("all.nc", "block", "COMPGRID", " ".join(words["netcdf"]), False),
        runs.output("all.txt", "block", "COMPGRID", " ".join(["XP", "YP", *words["block"]]), False),
        *(runs.output(name, "table", "STATIONS", " ".join(these), False) for name, these in tables.items()),
    ]
    runs.case(outputs, is_stationary=True).write(tmp_path)
    data = open_output(tmp_path)
    names = {n for q in quantities() if q.keyword not in SPARE for n in q.names}
    assert names <= set(data)
    assert {f"station_{n}" for n in names} <= set(data)
    np.testing.assert_allclose(data.steep, data.hs / data.wlen, rtol=0.01, atol=1e-3)
