"""Several experiments that are carried out as one: how each of them ended."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from .errors import Problem, RompyHydraError, Submitted, SweepError

if TYPE_CHECKING:
    from .request import Request


@dataclass(frozen=True)
class MemberResult:
    """How one member ended."""

    member: str
    exit_code: int
    error: Exception | None = None

    @property
    def state(self) -> str:
        """``done``, ``failed``, or ``submitted`` for a job that goes on without this process."""
        if isinstance(self.error, Submitted):
            return "submitted"
        return "failed" if self.exit_code else "done"

    def as_dict(self) -> dict[str, Any]:
        """For ``--json``."""
        told = {"run_id": self.member, "exit_code": self.exit_code, "state": self.state}
        return {**told, "error": str(self.error or "")}


def exit_code_of(error: BaseException) -> int:
    """What a process ends with that this error ends."""
    return int(getattr(error, "exit_code", 130 if isinstance(error, KeyboardInterrupt) else 1))


def carried_out(name: str, request: Request) -> MemberResult:
    """Carry out one of them; an error of it does not stop the others."""
    try:
        request.execute()
    except RompyHydraError as error:
        return MemberResult(name, error.exit_code, error)
    return MemberResult(name, 0)


def summary(results: Sequence[MemberResult], place: str) -> Iterator[str]:
    """Lines that say how all of them ended."""
    count = {state: sum(r.state == state for r in results) for state in ("done", "submitted")}
    submitted = f", {count['submitted']} submitted" if count["submitted"] else ""
    yield f"{count['done']} of {len(results)} members done{submitted}, in {place}"
    yield from (f"  {r.member}  {r.state}" for r in results)
    if submitted:
        yield f"rompy-hydra status {place} shows them, rompy-hydra resume {place} sees them to their end"


def raise_for_failed(results: Sequence[MemberResult]) -> None:
    """Nothing where none has failed.

    Raises:
        SweepError: each that did, with its reason.
    """
    failed = [r for r in results if r.exit_code]
    if failed:
        raise SweepError([Problem(r.member, str(r.error or "failed")) for r in failed])
