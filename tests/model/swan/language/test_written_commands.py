"""What is written, a reader of SWAN's rules takes back with the same values."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from rompy_hydra.model.swan.language.grammar import Argument, Fixed, Rows, Word
from rompy_hydra.model.swan.language.nodes import CommandNode
from rompy_hydra.model.swan.language.render import Statement, text_of
from rompy_hydra.model.swan.language.table import COMMANDS

from .changes import CHANGES
from .samples import nodes
from .schemes import SCHEMES
from .strategies import any_node
from .swan_reader import NotSwanError, commands, read, scheme

READERS = {name: scheme(text) for name, text in SCHEMES.items()}


def data_of(node: CommandNode) -> Iterator[tuple[str, Any]]:
    """The data of a node in SWAN's order, without its keywords."""
    for item in node.items:
        if isinstance(item, Fixed):
            continue
        value = getattr(node, item.name)
        if value is None and getattr(item, "always", False):
            value = item.default  # type: ignore[union-attr]
        if isinstance(item, Argument) and value is not None:
            yield _datum(item, value)
        elif isinstance(value, CommandNode):
            yield from data_of(value)
        elif isinstance(item, Rows):
            for row in value:
                yield from _data_of_row(item, row)


def _data_of_row(item: Rows, row: Any) -> Iterator[tuple[str, Any]]:
    if isinstance(row, CommandNode):
        yield from data_of(row)
    else:
        cells = row if isinstance(row, tuple) else (row,)
        yield from (_datum(a, v) for a, v in zip(item.items, cells, strict=False) if not isinstance(a, Word))


def _datum(item: Any, value: Any) -> tuple[str, Any]:
    if item.type == "interval":
        return "interval", value.total_seconds()
    return ("text" if item.type == "file" else item.type), value


def check(node: CommandNode) -> None:
    """The reader takes the command, with the values of the node."""
    assert node.command is not None
    text = text_of([Statement("model.key", node)])
    (tokens,) = commands(text)
    found = [d for d in read(tokens, READERS[node.command.name]) if d[0] != "word"]
    expected = list(data_of(node))
    assert len(found) == len(expected), text
    for (kind, got), (wanted, value) in zip(found, expected, strict=True):
        assert wanted == kind or {wanted, kind} == {"integer", "real"}, text
        assert got == (pytest.approx(value, rel=1e-9, abs=1e-300) if isinstance(value, float) else value), text


def test_every_command_has_a_scheme() -> None:
    assert set(SCHEMES) == set(COMMANDS)


@pytest.mark.parametrize("name", COMMANDS)
def test_each_thing_of_a_command_is_read_back(name: str) -> None:
    for _, node in nodes(COMMANDS[name], "41.51", CHANGES.get(name)):
        check(node)


@pytest.mark.parametrize("name", COMMANDS)
@settings(max_examples=10, deadline=None)
@given(data=st.data())
def test_any_valid_node_is_read_back(name: str, data: st.DataObject) -> None:
    check(data.draw(any_node(COMMANDS[name], "41.51")))


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("friction", "FRICTION JONSWAP CFJON='x'"),
        ("friction", "FRICTION JON 0.038 0.067"),
        ("friction", "FRICTION JONSWAP KN=0.05"),
        ("group", "GROUP 'a' 1 2 3"),
        ("group", "GROUP 'a' ix1=0 iy1=0 ix2=1 iy2=1"),
        ("group", "GROUP 'a' 0 1. 0 1"),
        ("initial", "INITIAL PAR HS=1 PER=5 DIR=0"),
        ("triad", "TRIAD SPB A=0.95 BIPHASE ELDEBERKY"),
        ("readinp", "READINP BOTTOM 'file' 3 0 FREE"),
        ("readinp", "READINP VX 1. 'file'"),
        ("set", "SET NSWEEP=3 CURV"),
        ("set", "SET GRAV=3000000000."),
    ],
)
def test_the_reader_refuses_what_swan_refuses(name: str, text: str) -> None:
    with pytest.raises(NotSwanError):
        [read(tokens, READERS[name]) for tokens in commands(text + "\n")]


def test_the_reader_takes_what_swan_takes() -> None:
    text = "$ a comment $ FRIC & more comment\n JON, CON 38.e-3 ! the rest\n"
    (tokens,) = commands(text)
    assert read(tokens, READERS["friction"])[-1] == ("real", 0.038)
    (tokens,) = commands("COMP NONST 20230101.060000 1 HR 20230101.120000\n")
    time = datetime(2023, 1, 1, 6, tzinfo=UTC)
    expected = [("time", time), ("interval", 3600.0), ("time", time + timedelta(hours=6))]
    assert read(tokens, READERS["compute"])[2:] == expected
