"""The page of all commands."""

from pathlib import Path

from rompy_hydra.model.swan.language.grammar import Argument, walk
from rompy_hydra.model.swan.language.reference import reference
from rompy_hydra.model.swan.language.table import COMMANDS

PAGE = Path(__file__).parents[4] / "docs" / "swan_commands.md"
AGAIN = "python -c 'from rompy_hydra.model.swan.language.reference import reference; print(reference(), end=\"\")'"


def test_the_page_is_that_of_the_table() -> None:
    assert PAGE.read_text(encoding="utf-8") == reference(), f"write it again: {AGAIN} > docs/{PAGE.name}"


def test_the_page_has_every_command_and_every_argument() -> None:
    page = reference()
    for command in COMMANDS.values():
        assert f"### {command.name}" in page
        for item in walk(command.items):
            if isinstance(item, Argument):
                assert item.name in page


def test_the_page_has_no_broken_rows() -> None:
    rows = [line for line in reference().splitlines() if line.startswith("|")]
    assert {line.count("|") for line in rows} == {5, 6}
