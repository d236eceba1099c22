"""The command table as a page for people."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from .form import FORM
from .grammar import Argument, Choice, Command, Count, Flag, Group, Item, Rows, Rule, Value, Word
from .quantities import PARTIT, PARTITIONED, QUANTITIES
from .table import SECTIONS

_HEAD = """# SWAN's commands

Every command of SWAN 41.45 as it is written in a config. In the column *values*, `real` and `integer` are numbers,
`text` is kept up to so many characters, `file` is the name of a file beside the command file, `time` is ISO 8601 and
`duration` is such as `10min` or `PT1H`. What is not given is left to SWAN: its value is in the column *default*.
A name in **bold** must be given; a name with a dot belongs to a node of its own.

SWAN's files are read back, so that what decides their form is fixed and no key: {form}.
"""
_COLUMNS = "| name | SWAN | what it is | values | default |\n|---|---|---|---|---|"


def reference() -> str:
    """The page in markdown."""
    form = ", ".join(f"`{name}` of `{command}`" for command, names in FORM.items() for name in names)
    lines = [_HEAD.format(form=form)]
    for section, commands in SECTIONS.items():
        lines.append(f"## {section.capitalize()}\n")
        for command in commands:
            lines += [*_of_command(command), ""]
    lines += ["## Quantities\n", *_of_quantities((*QUANTITIES, *PARTITIONED, PARTIT))]
    return "\n".join(lines).rstrip() + "\n"


def _of_command(command: Command) -> Iterator[str]:
    words = f" (`{command.keyword}`)" if command.keyword else ""
    yield f"### {command.name}{words}\n"
    yield f"{command.doc}{_gates(command)}\n"
    rows = [row for item in command.items for row in _of_item(item, "")]
    if rows:
        yield _COLUMNS
        yield from rows
    else:
        yield "It has no data."
    yield from (f"\n{_of_rule(rule)}" for rule in command.rules)


def _of_item(item: Item, path: str) -> Iterator[str]:
    match item:
        case Argument():
            yield _row(path, item, item.in_swan, _limits(item), _default(item.default), item.unit)
        case Word():
            yield _row(path, item, "", _list(item.values), _default(item.default))
        case Flag():
            yield _row(path, item, item.keyword, "true or false", "false")
        case Group():
            yield _row(path, item, item.keyword, "a node", "", "", item.rules)
            yield from _inside(item.items, f"{path}{item.name}.")
        case Choice():
            yield from _of_choice(item, path)
        case Rows():
            cells = ", ".join(_cell(i) for i in item.items)
            kind = f"list of [{cells}]" if item.as_lists and len(item.items) > 1 else f"list of {cells}"
            yield _row(path, item, "", kind if item.as_lists else "list of nodes", "")
            yield from _inside(() if item.as_lists else item.items, f"{path}{item.name}.")


def _of_choice(choice: Choice, path: str) -> Iterator[str]:
    values = ", ".join(f"`{o.value}`" for o in choice.options)
    is_own = choice.name in ("law", "kind")
    yield _row(path, choice, "", values if is_own else f"a node with `kind`: {values}", _default(choice.default))
    inner = path if is_own else f"{path}{choice.name}."
    key = f"{choice.name}: " if is_own else f"{choice.name}.kind: "
    for option in choice.options:
        name = f"*{path}{key}{option.value}*"
        yield f"| {name} | {_code(option.keyword)} | {option.doc}{_gates(option)}{_of_rules(option.rules)} | | |"
        yield from _inside(option.items, inner)


def _inside(items: tuple[Item, ...], path: str) -> Iterator[str]:
    for item in items:
        yield from _of_item(item, path)


def _row(
    path: str, item: Any, swan: str, values: str, default: str, unit: str = "", rules: tuple[Rule, ...] = ()
) -> str:
    is_required = item.at_least > 0 if isinstance(item, Rows) else getattr(item, "required", False)
    name = f"**{path}{item.name}**" if is_required else f"{path}{item.name}"
    doc = f"{item.doc}{_gates(item)}{_of_rules(rules)}"
    return f"| {name} | {_code(swan)} | {doc} | {values}{f' [{unit}]' if unit else ''} | {default} |"


def _code(text: str) -> str:
    return f"`{text}`" if text else ""


def _cell(item: Argument | Word) -> str:
    return _list(item.values) if isinstance(item, Word) else f"{item.name}{f' [{item.unit}]' if item.unit else ''}"


def _list(values: tuple[Value, ...]) -> str:
    if len(values) > 20:
        return "a [quantity](#quantities)"
    return ", ".join(f"`{v.name}`{_gates(v)}" for v in values)


def _limits(item: Argument) -> str:
    names = {"interval": "duration"}
    if item.longest and item.type == "text":
        return f"text of {item.longest}"
    signs = (("gt", "> "), ("ge", ">= "), ("lt", "< "), ("le", "<= "))
    limits = [f"{sign}{getattr(item, key):g}" for key, sign in signs if getattr(item, key) is not None]
    return ", ".join([names.get(item.type, item.type), *(limits if item.type in ("real", "integer") else [])])


def _default(value: float | str | None) -> str:
    return "" if value is None else f"{value:g}" if isinstance(value, int | float) else f"`{value}`"


def _gates(thing: Any) -> str:
    since = f" SWAN {thing.since} and later." if thing.since else ""
    return since + (f" SWAN before {thing.until} only." if thing.until else "")


def _of_rules(rules: tuple[Rule, ...]) -> str:
    return "".join(f" {_of_rule(rule)}" for rule in rules)


def _of_rule(rule: Rule) -> str:
    names = ", ".join(f"`{n}`" for n in rule.names)
    if isinstance(rule, Count):
        return f"At least {rule.least} of {names}." if rule.least else f"At most {rule.most} of {names}."
    return f"{names} must not fall." if rule.may_be_equal else f"{names} must rise."


def _of_quantities(values: tuple[Value, ...]) -> Iterator[str]:
    yield "| name | SWAN | what it is | unit |\n|---|---|---|---|"
    yield from (f"| {v.name} | {_code(v.keyword)} | {v.doc}{_gates(v)} | {v.unit} |" for v in values)
