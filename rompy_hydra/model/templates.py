"""Rendering of input templates, in jinja2's sandbox."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any, Literal

from jinja2 import FileSystemLoader, StrictUndefined, TemplateError, TemplateSyntaxError
from jinja2.sandbox import ImmutableSandboxedEnvironment

from ..core.period import format_duration, format_time
from ..errors import Problem, did_you_mean


def render(folder: Path, name: str, context: Mapping[str, Any]) -> str | Problem | None:
    """A template's text with the context filled in; None for a file that is not text.

    An undefined name, a syntax error or anything the sandbox forbids becomes a Problem with template and line.
    Filters beside jinja2's own: ``iso`` for times and ``duration`` for lengths of time, both ISO 8601.
    """
    try:
        text = (folder / name).read_bytes().decode("utf-8")
    except UnicodeDecodeError:
        return None
    try:
        line_end: Literal["\n", "\r\n"] = "\r\n" if "\r\n" in text else "\n"
        return _environment(folder, line_end).get_template(name).render(context)
    except TemplateSyntaxError as error:
        return Problem("model.templates", f"{folder / name}:{error.lineno}: {error.message}")
    except (TemplateError, ArithmeticError, LookupError, TypeError, ValueError, AttributeError) as error:
        line = _line_in(error, name)
        hint = did_you_mean(_undefined_name(error), context) or "a name in a template is a key of model.values"
        return Problem("model.templates", f"{folder / name}{line}: {error}", hint=hint)


def _environment(folder: Path, line_end: Literal["\n", "\r\n"]) -> ImmutableSandboxedEnvironment:
    environment = ImmutableSandboxedEnvironment(
        loader=FileSystemLoader(folder, encoding="utf-8"),
        undefined=StrictUndefined,
        keep_trailing_newline=True,
        newline_sequence=line_end,
        autoescape=False,
    )
    environment.filters.update(iso=format_time, duration=format_duration)
    return environment


def _line_in(error: BaseException, name: str) -> str:
    trace, line = error.__traceback__, ""
    while trace is not None:
        if trace.tb_frame.f_code.co_filename.endswith(name):
            line = f":{trace.tb_lineno}"
        trace = trace.tb_next
    return line


def _undefined_name(error: BaseException) -> str:
    words = str(error).split("'")
    return words[1] if len(words) > 1 else ""
