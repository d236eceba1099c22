"""Looking at the cache of data, and making room in it."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from typing import Any

from ..core.period import format_time, parse_duration
from ..core.store import Entry, Store, parse_size, size_text
from ..errors import ConfigError, Problem, did_you_mean
from .tables import aligned, counted

_VERBS = ("list", "prune", "verify", "clear")


def cache(words: Sequence[str]) -> tuple[list[dict[str, Any]], str]:
    """Carry out ``cache [list | prune [SIZE] [AGE] | verify | clear]``; the entries it is about, and what to say.

    Raises:
        ConfigError: an unknown word, or no size or age where one is expected.
    """
    verb, *rest = words or ["list"]
    if verb not in _VERBS or (rest and verb != "prune"):
        unknown = verb if verb not in _VERBS else " ".join(rest)
        hint = did_you_mean(unknown, _VERBS)
        raise ConfigError(Problem("", f"cache does not understand {unknown!r}", hint=hint))
    store = Store()
    if verb == "list":
        entries = store.entries()
        return _rows(entries), _listed(store, entries)
    if verb == "verify":
        entries = store.damaged()
        for entry in entries:
            store.remove(entry)
        found = f"{len(entries)} of them were damaged, and are removed" if entries else "all are as they were written"
        return _rows(entries), f"looked at every entry of {store.root}: {found}"
    limit, age = (0, timedelta(0)) if verb == "clear" else _limits(rest, store)
    entries = store.prune(limit, age.total_seconds())
    freed = sum(e.size for e in entries)
    return _rows(entries), f"removed {counted(len(entries), 'entry')} of {store.root}, {size_text(freed)}"


def _limits(words: Sequence[str], store: Store) -> tuple[int, timedelta]:
    """Size and age: ``prune 5GB``, ``prune 30d``, ``prune 5GB 30d``."""
    limit, age = store.limit(), timedelta(0)
    for word in words:
        try:
            limit = parse_size(word)
            continue
        except ValueError:
            pass
        try:
            age = parse_duration(word)
        except ValueError:
            hint = "rompy-hydra cache prune 5GB removes what was used longest ago; prune 30d what was not used since"
            raise ConfigError(Problem("", f"expected a size or a time, got {word!r}", hint=hint)) from None
    return limit, age


def _rows(entries: Sequence[Entry]) -> list[dict[str, Any]]:
    return [
        {
            "kind": e.kind,
            "size": e.size,
            "created": _time(e.created),
            "used": _time(e.used),
            "entry": e.digest,
            "what": e.what,
            "made_of": e.made_of,
        }
        for e in entries
    ]


def _time(at_s: float) -> str:
    return format_time(datetime.fromtimestamp(int(at_s), UTC))


def _listed(store: Store, entries: Sequence[Entry]) -> str:
    total = sum(e.size for e in entries)
    head = f"{store.root}: {counted(len(entries), 'entry')}, {size_text(total)} of at most {size_text(store.limit())}"
    if not entries:
        return head
    rows = [["kind", "size", "last used", "what"]]
    rows += [[e.kind, size_text(e.size), _time(e.used), e.what or e.digest[:12]] for e in reversed(entries)]
    return "\n".join([head, *aligned(rows)])
