"""A plan in words."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

from ..core import secrets

if TYPE_CHECKING:
    from ..core.inputs import Input
    from ..model.base import Plan
    from ..request import Request
    from ..stages import Action


def plan_text(request: Request, actions: Sequence[Action]) -> str:
    """What would be done and why, what is read and written, what it costs."""
    return secrets.mask("\n".join(_lines(request, actions)))


def _lines(request: Request, actions: Sequence[Action]) -> Iterator[str]:
    run, plan, argv, notes = request.model_run, request.model_run.plan, request.argv(), request.notes()
    yield f"{run.run_id}"
    yield f"  directory  {run.directory.path}"
    if run.period is not None:
        yield f"  period     {run.period}"
    if argv:
        yield f"  command    {' '.join(argv)}"
    yield "actions"
    width = max((len(a.stage) for a in actions), default=0)
    yield from (f"  {a.stage:{width}}  {'do  ' if a.do else 'skip'}  {a.reason}" for a in actions)
    if plan.inputs:
        yield "reads"
        yield from reads_lines([plan])
    if plan.files:
        yield "writes, into model/"
        yield from (f"  {name}" for name in plan.files)
    costs = list(_costs(plan))
    if costs:
        yield f"costs about  {', '.join(costs)}"
    if notes:
        yield "notes"
        yield from (f"  - {note}" for note in notes)


def reads_lines(plans: Sequence[Plan]) -> Iterator[str]:
    """Each file or address that is read, with what it covers, once."""
    yield from dict.fromkeys(f"  {i.name}  {i.coverage}  ({i.key}){_doubt(i)}" for plan in plans for i in plan.inputs)


def _doubt(one: Input) -> str:
    return "" if one.identified else "  content not identified by its server"


def _costs(plan: Plan) -> Iterator[str]:
    if plan.cells is not None:
        yield f"{plan.cells:,} cells"
    if plan.steps is not None:
        yield f"{plan.steps:,} steps"
    if plan.memory_mb is not None:
        yield f"{plan.memory_mb:,.0f} MB of memory"
    if plan.disk_mb is not None:
        yield f"{max(plan.disk_mb, 1):,.0f} MB of disk"


def sweep_text(plans: Sequence[tuple[Request, Sequence[Action]]]) -> str:
    """One line per member: what would be done, and its cost."""
    lines = []
    for request, actions in plans:
        run = request.model_run
        todo = [a.stage for a in actions if a.do]
        what = f"do {', '.join(todo)}" if todo else "everything is current"
        lines.append("  ".join([run.name_of_run, what, *_costs(run.plan)]))
    return secrets.mask("\n".join(lines))
