"""Jobs of a sweep that are started together: held back, started as one, and seen to their end as they come to it."""

from __future__ import annotations

import logging
import time
from collections import Counter
from collections.abc import Mapping, Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING
from uuid import uuid4

from . import keys
from .errors import BackendError, Detached, HeldBack, Problem, RompyHydraError, Submitted
from .jobs import ask_to_end, end_job, job_of_record, job_states, left
from .lock import Lock, read_holder
from .members import MemberResult, carried_out
from .run_backend.base import Job, Together
from .run_backend.joint import JointRunBackend
from .run_dir import Record, State
from .stages import RUN

if TYPE_CHECKING:
    from .request import Request

log = logging.getLogger(__name__)

_GOES_ON = ("queued", "running", "unknown")


@dataclass(frozen=True)
class _Member:
    """A member of a sweep whose job is started with those of others."""

    request: Request
    backend: JointRunBackend

    @property
    def name(self) -> str:
        return self.request.model_run.name_of_run

    @property
    def job(self) -> Job:
        return keys.job_of(self.request.model_run, self.backend)

    @property
    def record(self) -> Record:
        record = self.request.model_run.record
        assert record is not None  # its job is held back, or was started
        return record

    @property
    def is_free(self) -> bool:
        """Whether no other process is at work in its run directory, such as one that cancels it."""
        holder = read_holder(self.request.model_run.directory.lock)
        return holder is None or holder.gone

    def write(self, record: Record) -> None:
        self.request.model_run.directory.write(record)


def hold_back(name: str, folder: Path, requests: Sequence[Request]) -> None:
    """Have the jobs wait that are to be started together: carrying such a request out ends with `HeldBack`.

    Args:
        name: of the sweep.
        folder: where a backend may keep what belongs to all of the jobs.
        requests: its members.
    """
    whole = f"{name}.{uuid4().hex[:8]}"
    for number, member in _members(requests).items():
        member.request.model_run.hold_back(Together(whole, number, folder))


def go_on(requests: Sequence[Request], results: Sequence[MemberResult]) -> list[MemberResult]:
    """Start the jobs that were held back, and see them to their end where that is asked for.

    Args:
        requests: the members of a sweep.
        results: how carrying out each of them has ended.

    Returns:
        How each of them has ended then.

    Raises:
        KeyboardInterrupt: none of the jobs is left, unless that is asked for.
    """
    members, found = _members(requests), dict(enumerate(results))
    found |= _started({n: m for n, m in members.items() if isinstance(found[n].error, HeldBack)})
    left_alone = {n: m for n, m in members.items() if isinstance(found[n].error, Submitted)}
    found |= _seen_to({n: m for n, m in left_alone.items() if m.backend.waits})
    return [found[n] for n in range(len(results))]


def _members(requests: Sequence[Request]) -> dict[int, _Member]:
    """Number -> each whose backend starts jobs together."""
    backends = {n: request.run_backend.instance for n, request in enumerate(requests)}
    return {n: _Member(requests[n], b) for n, b in backends.items() if isinstance(b, JointRunBackend) and b.joins}


def _started(members: Mapping[int, _Member]) -> dict[int, MemberResult]:
    """Start what is held back, with every run directory claimed until that is recorded."""
    results: dict[int, MemberResult] = {}
    with ExitStack() as claims:
        ready: dict[type[JointRunBackend], list[int]] = {}
        for n, member in members.items():
            try:
                _claim(member, claims)
                ready.setdefault(type(member.backend), []).append(n)
            except BackendError as error:
                results[n] = _failed(member, error)
        for kind, numbers in ready.items():
            results |= zip(numbers, _started_as_one(kind, [members[n] for n in numbers]), strict=True)
    return results


def _claim(member: _Member, claims: ExitStack) -> None:
    directory = member.request.model_run.directory
    claims.enter_context(Lock(directory.lock))
    if not member.backend.announced(member.job).items() <= job_of_record(member.record).items():
        message = "another process has done something with this run while its job was held back"
        raise BackendError(Problem("", message, hint=f"rompy-hydra status {directory.path} shows what it is now"))


def _started_as_one(kind: type[JointRunBackend], members: Sequence[_Member]) -> list[MemberResult]:
    try:
        told = kind.start_together([(member.backend, member.job) for member in members])
    except BaseException as stop:
        for member in members:
            state = State.INTERRUPTED if isinstance(stop, KeyboardInterrupt) else State.FAILED
            member.write(member.record.moved(RUN, state, message=f"not started: {stop or type(stop).__name__}"))
        raise
    return [_recorded(member, one) for member, one in zip(members, told, strict=True)]


def _recorded(member: _Member, told: dict[str, str] | BackendError) -> MemberResult:
    if isinstance(told, BackendError):
        member.write(member.record.moved(RUN, State.FAILED, message=str(told)))
        return _failed(member, told)
    record = member.record
    started = record.updated(RUN, job={**record.stage(RUN).job, **told})
    member.write(started)
    return MemberResult(member.name, 0, Submitted(left(started, member.request.model_run.directory.path)))


def _failed(member: _Member, error: RompyHydraError) -> MemberResult:
    return MemberResult(member.name, error.exit_code, error)


def _seen_to(members: Mapping[int, _Member]) -> dict[int, MemberResult]:
    """See to each as soon as its job has ended; no run directory is claimed meanwhile, so that one can be cancelled."""
    for member in members.values():
        member.request.model_run.see_to_the_end()  # in the place that a launcher may have set up in another process
    waiting = {n: (member, member.record) for n, member in members.items()}
    results: dict[int, MemberResult] = {}
    said: dict[str, int] = {}
    try:
        while waiting:
            states = dict(zip(waiting, _states([record for _, record in waiting.values()]), strict=True))
            if said != (said := Counter(states.values())):
                log.info("jobs: %s", ", ".join(f"{count} {state}" for state, count in sorted(said.items())))
            for n in [n for n, state in states.items() if state not in _GOES_ON and waiting[n][0].is_free]:
                member, record = waiting[n]
                results[n] = _ended(member, job_of_record(record))
                del waiting[n]
            if waiting:
                time.sleep(min(member.backend.look_interval_s for member, _ in waiting.values()))
    except BaseException as stop:
        _interrupted([member for member, _ in waiting.values()], stop)
        raise
    return results


def _states(records: Sequence[Record]) -> list[str]:
    try:
        return job_states(records)
    except BackendError as error:
        log.warning("%s; jobs go on meanwhile", error.problems[0].message)
        return ["unknown"] * len(records)


def _ended(member: _Member, job: Mapping[str, str]) -> MemberResult:
    """Judge and postprocess, unless another process has done something else with the run."""
    run = member.request.model_run
    try:
        with run.working() as work:
            stage = work.record.stage(RUN)
            if stage.state is not State.DONE and job_of_record(work.record) != job:
                raise BackendError(Problem("", f"another process has ended its job: {stage.message or stage.state}"))
            return carried_out(member.name, member.request)
    except RompyHydraError as error:
        return _failed(member, error)


def _interrupted(members: Sequence[_Member], stop: BaseException) -> None:
    """End the jobs, or leave them.

    Raises:
        Detached: they go on.
    """
    going_on = [member for member in members if job_of_record(member.record)]
    if any(member.backend.leaves_at(stop) for member in going_on):
        raise Detached from stop
    try:
        ask_to_end([member.record for member in going_on])
    except BackendError as error:
        log.error("%s", error)  # noqa: TRY400  the user is told what, not where in the code
    for member in going_on:
        try:
            end_job(member.request.model_run.directory, "interrupted")
        except BackendError as error:
            log.error("%s", error)  # noqa: TRY400
