"""Commands as people write them: a line, or a list of words, for a shell or without one."""

from __future__ import annotations

import re
import shlex
from typing import Annotated, Any

from pydantic import AfterValidator, BeforeValidator


def _text_of_integer(value: Any) -> Any:
    return str(value) if isinstance(value, int) and not isinstance(value, bool) else value


def _without_nul(text: str) -> str:
    if "\0" in text:
        raise ValueError("expected text without the character NUL, at which the system would cut it off")
    return text


def _name_of_variable(name: str) -> str:
    if not re.fullmatch(r"[A-Za-z_][A-Za-z0-9_]*", name):
        raise ValueError("expected the name of a variable: letters, digits and underscores, no digit in front")
    return name


Word = Annotated[str, BeforeValidator(_text_of_integer), AfterValidator(_without_nul)]
"""One argument or variable; an integer is written out, any other number must be quoted so that its spelling is kept."""
Variables = dict[Annotated[str, AfterValidator(_name_of_variable)], Word]
"""Environment variables; what a batch script could not export is no name of one anywhere."""


def split_line(line: str) -> list[str]:
    """The words of a command line, quotes as in a shell.

    Raises:
        ValueError: a quote is not closed.
    """
    try:
        return shlex.split(line)
    except ValueError as error:
        raise ValueError(f"cannot be split into words: {error}") from None


_QUOTED = re.compile(r"""'[^']*'|\\.|"(?:[^"\\]|\\.)*["]""", re.DOTALL)


def shell_characters(line: str) -> str:
    """The characters of a command line that only a shell understands, each once.

    >>> shell_characters("swan | tee log > $OUT")
    '$>|'
    >>> shell_characters("awk '{print $1}' a.txt")
    ''
    """

    def expanded(match: re.Match[str]) -> str:
        text = match.group()
        return "".join(re.findall(r"(?<!\\)[$`]", text)) if text.startswith('"') else ""

    return "".join(sorted(set(_QUOTED.sub(expanded, line)) & set("|&;<>$`*?\n")))


def checked_line(line: str, shell: bool) -> str:
    """A command line that means what it seems to mean, `shell` or not.

    Raises:
        ValueError: it is empty, or only a shell would understand it.
    """
    _without_nul(line)
    if not line.strip():
        raise ValueError("expected a program and its arguments, found nothing; null takes the model's own command")
    special = shell_characters(line)
    if special and not shell:
        raise ValueError(
            f"{special!r} means something to a shell only; set shell: true to run it in one, or give a list of words"
        )
    if not shell:
        _check_program(split_line(line))
    return line


def checked_list(words: list[Any], shell: bool) -> list[str]:
    """The words of a command as text.

    Raises:
        ValueError: there is none, one is no text, or `shell` is asked for.
    """
    if shell:
        raise ValueError("a list is executed without a shell; give one string, or set shell: false")
    texts = [_text_of_integer(word) for word in words]
    for number, text in enumerate(texts):
        if not isinstance(text, str):
            raise ValueError(f"argument {number} is {words[number]!r}, expected text; put it in quotes")  # noqa: TRY004
        _without_nul(text)
    _check_program(texts)
    return texts


def _check_program(argv: list[str]) -> None:
    if not argv or not argv[0].strip():
        raise ValueError("expected a program and its arguments, found nothing; null takes the model's own command")
    name, equals, _ = argv[0].partition("=")
    if equals and name.isidentifier():
        raise ValueError(f"'{argv[0]}' is no program; set env_vars: {{{name}: ...}} instead of writing it in front")
