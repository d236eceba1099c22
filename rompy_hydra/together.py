"""Jobs of a sweep that are started together: held back, started as one, and seen to their end as they come to it."""

from __future__ import annotations

import logging
import time
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType
from typing import TYPE_CHECKING
from uuid import uuid4

from . import keys
from .errors import BackendError, Detached, HeldBack, Problem, Submitted, Terminated
from .jobs import end_jobs, job_of_record, job_states, left
from .lock import Lock, read_holder
from .members import MemberResult, carried_out, exit_code_of
from .run_backend.job import Job, Together
from .run_backend.joint import JointRunBackend
from .run_dir import Record, State
from .run_log import TOLD_LATER
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
    def has_own_job(self) -> bool:
        """Whether its job is the one that this process has announced, started or not."""
        record = self.request.model_run.record
        announced = {key: value for key, value in self.backend.announced(self.job).items() if key != "name"}
        return record is not None and announced.items() <= job_of_record(record).items()

    @property
    def is_free(self) -> bool:
        """Whether no other process is at work in its run directory, such as one that cancels it."""
        holder = read_holder(self.request.model_run.directory.lock)
        return holder is None or holder.gone

    def write(self, record: Record) -> None:
        self.request.model_run.directory.write(record)

    def failed(self, error: Exception) -> MemberResult:
        return MemberResult(self.name, exit_code_of(error), error)

    def submitted(self, told: Mapping[str, str]) -> MemberResult:
        """Record what finds its job."""
        directory = self.request.model_run.directory
        record = self.record.updated(RUN, job={**self.record.stage(RUN).job, **told})
        self.write(record)
        return MemberResult(self.name, 0, Submitted(left(record, directory.path)))

    def refused(self, error: BackendError) -> MemberResult:
        """Record that there is no job, unless another process has done something else with the run."""
        if self.has_own_job:
            with self.request.model_run.working() as work:
                work.move(RUN, State.FAILED, message=str(error))
                log.error("run failed: %s", error, extra=TOLD_LATER)
        return self.failed(error)


class JointJobs:
    """The jobs of a sweep that are started together; leaving the block at an interruption ends them.

    Carrying out a member whose job is held back ends with `HeldBack`; `go_on` starts what was held back.
    """

    def __init__(self, name: str, folder: Path, requests: Sequence[Request]):
        """Find the members whose backend starts jobs together.

        Args:
            name: of the sweep.
            folder: where a backend may keep what belongs to all of the jobs.
            requests: the members of the sweep.
        """
        backends = [request.run_backend.instance for request in requests]
        self._members = {
            n: _Member(requests[n], b) for n, b in enumerate(backends) if isinstance(b, JointRunBackend) and b.joins
        }
        self._name, self._folder = f"{name}.{uuid4().hex[:8]}", folder
        self._followed: dict[int, _Member] = {}
        self._ended: Callable[[MemberResult], None] = lambda _: None

    def __enter__(self) -> JointJobs:
        for n, member in self._members.items():
            member.request.model_run.hold_back(Together(self._name, n, self._folder))
        return self

    def __exit__(self, kind: type[BaseException] | None, stop: BaseException | None, _: TracebackType | None) -> None:
        if stop is not None:
            begun = [m for n, m in self._members.items() if n in self._followed or m.has_own_job]
            _interrupted(begun, stop, self._ended)

    def go_on(self, results: Sequence[MemberResult], ended: Callable[[MemberResult], None]) -> list[MemberResult]:
        """Start the jobs that were held back, and see them to their end where that is asked for.

        Args:
            results: how carrying out each member of the sweep has ended.
            ended: told of each that ends here, as it does.

        Returns:
            How each of them has ended then.
        """
        found, self._ended = dict(enumerate(results)), ended
        found |= _started({n: m for n, m in self._members.items() if isinstance(found[n].error, HeldBack)})
        left_alone = {n: m for n, m in self._members.items() if isinstance(found[n].error, Submitted)}
        self._followed = {n: m for n, m in left_alone.items() if m.backend.waits}
        for n, result in _seen_to(self._followed):
            found[n] = result
            ended(result)
        return [found[n] for n in range(len(results))]


def _started(members: Mapping[int, _Member]) -> dict[int, MemberResult]:
    """Start what is held back, with every run directory claimed until that is recorded."""
    told: dict[int, MemberResult | BackendError] = {}
    with ExitStack() as claims:
        ready: dict[type[JointRunBackend], list[int]] = {}
        for n, member in members.items():
            try:
                claims.enter_context(Lock(member.request.model_run.directory.lock))
                _check_own_job(member)
                ready.setdefault(type(member.backend), []).append(n)
            except (BackendError, OSError) as error:
                told[n] = member.failed(error)
        for kind, numbers in ready.items():
            answers = _started_as_one(kind, [members[n] for n in numbers])
            for n, answer in zip(numbers, answers, strict=True):
                told[n] = answer if isinstance(answer, BackendError) else members[n].submitted(answer)
    return {n: members[n].refused(one) if isinstance(one, BackendError) else one for n, one in told.items()}


def _started_as_one(kind: type[JointRunBackend], members: Sequence[_Member]) -> list[dict[str, str] | BackendError]:
    try:
        return kind.start_together([(member.backend, member.job) for member in members])
    except BaseException as stop:
        state = State.INTERRUPTED if isinstance(stop, KeyboardInterrupt) else State.FAILED
        for member in members:
            member.write(member.record.moved(RUN, state, message=f"not started: {_words(stop)}"))
        raise


def _check_own_job(member: _Member) -> None:
    if not member.has_own_job:
        message = "another process has done something with this run while its job was held back"
        hint = f"rompy-hydra status {member.request.model_run.directory.path} shows what it is now"
        raise BackendError(Problem("", message, hint=hint))


def _seen_to(members: dict[int, _Member]) -> Iterator[tuple[int, MemberResult]]:
    """See to each as soon as its job has ended; no run directory is claimed meanwhile, so that one can be cancelled.

    Args:
        members: loses each that has ended.
    """
    for member in members.values():
        member.request.model_run.see_to_the_end()  # in the place that a launcher may have set up in another process
    records = {n: member.record for n, member in members.items()}
    watch = _Watch()
    while members:
        states = dict(zip(members, watch.states([records[n] for n in members]), strict=True))
        for n in [n for n, state in states.items() if state not in _GOES_ON and members[n].is_free]:
            result = _judged(members[n], job_of_record(records[n]))
            del members[n]
            yield n, result
        if members:
            time.sleep(min(member.backend.look_interval_s for member in members.values()))


class _Watch:
    """What has become of jobs, told where it changes."""

    def __init__(self) -> None:
        self._said: Mapping[str, int] = {}
        self._trouble = ""

    def states(self, records: Sequence[Record]) -> list[str]:
        """As `job_states`, ``unknown`` where a scheduler does not answer."""
        try:
            states, trouble = job_states(records), ""
        except BackendError as error:
            states, trouble = ["unknown"] * len(records), error.problems[0].message
        if trouble and not self._trouble:
            log.warning("%s; jobs go on meanwhile", trouble)
        self._trouble = trouble
        if self._said != (said := Counter(states)):
            log.info("jobs: %s", ", ".join(f"{count} {state}" for state, count in sorted(said.items())))
        self._said = said
        return states


def _judged(member: _Member, job: Mapping[str, str]) -> MemberResult:
    """Judge and postprocess, unless another process has done something else with the run; no error stops the others."""
    run = member.request.model_run
    log.info("member %s", member.name)
    try:
        with run.working() as work:
            _check_same_job(work.record, job)
            return carried_out(member.name, member.request)
    except Exception as error:  # noqa: BLE001  as a launcher has it
        return member.failed(error)


def _check_same_job(record: Record, job: Mapping[str, str]) -> None:
    stage = record.stage(RUN)
    if stage.state is not State.DONE and job_of_record(record) != job:
        raise BackendError(Problem("", f"another process has ended its job: {stage.message or stage.state}"))


def _words(stop: BaseException) -> str:
    """What is recorded of it."""
    if isinstance(stop, KeyboardInterrupt):
        return "terminated" if isinstance(stop, Terminated) else "interrupted"
    return f"{type(stop).__name__}: {stop}"


def _interrupted(members: Sequence[_Member], stop: BaseException, ended: Callable[[MemberResult], None]) -> None:
    """End the jobs, or leave them.

    Raises:
        Detached: they go on.
    """
    if not members:
        return
    place = members[0].request.model_run.output_dir
    if any(member.backend.leaves_at(stop) for member in members):
        log.info("the jobs go on without this process; rompy-hydra resume %s sees them to their end", place)
        raise Detached from stop
    by_run = {member.request.model_run.directory: member for member in members}
    try:
        found = end_jobs(list(by_run), _words(stop))
    except BackendError as error:
        log.error("%s", error)  # noqa: TRY400  the user is told what, not where in the code
        log.error("jobs may go on: rompy-hydra cancel %s ends them", place)  # noqa: TRY400
        return
    for run, trouble in found.items():
        if trouble is None:
            ended(MemberResult(by_run[run].name, exit_code_of(stop)))
        else:
            log.error("%s", trouble)
