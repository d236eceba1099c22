"""A batch job: followed by the files that it writes and by what the scheduler says of it."""

from __future__ import annotations

import logging
import math
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from signal import SIGKILL
from typing import Self

from ...errors import BackendError, Problem
from ..job import Exit, Handle
from ..output import Lines
from .commands import accounted, cancel, cancel_unseen, find, listed
from .files import GrowingFile, JobFiles, Note
from .states import ENDINGS, OUT_OF_MEMORY, Seen
from .watch import WATCH, Snapshot

log = logging.getLogger(__name__)

_STEP_S = 0.1
_LONGEST_STEP_S = 1.0
_ENDING_INTERVAL_S = 1.0
"""How often the scheduler is asked when something tells of an end, which it alone can make certain."""
_DELAY_S = 10.0
"""How long what a job has written last may take to arrive on a shared disk."""
_SETTLE_S = 5.0
_END_S = 180.0
"""How long a cancelled job may take to be gone: KillWait of the cluster, and what its epilogue does."""


class NotEndedError(BackendError):
    """A job that was to be ended may go on."""


@dataclass(frozen=True)
class Reference:
    """What finds a job again."""

    job_name: str
    """Unique, as it is listed: it finds the job even where nobody has seen its id."""
    user: str
    """Number of the user that it belongs to."""
    folder: str
    """Relative to the workspace."""
    array: str = ""
    """Name of the job array that it is a task of."""
    id: str = ""

    @property
    def name(self) -> str:
        """For people."""
        return f"Slurm job {self.id or self.job_name}"

    @classmethod
    def of(cls, recorded: Mapping[str, str]) -> Self:
        """The reference in a record."""
        return cls(**{key: recorded.get(key, "") for key in ("job_name", "user", "folder", "array", "id")})

    def recorded(self) -> dict[str, str]:
        """As it is kept in a record."""
        told = {"name": self.name, "job_name": self.job_name, "user": self.user, "folder": self.folder}
        return told | {key: value for key in ("array", "id") if (value := getattr(self, key))}

    @property
    def selection(self) -> tuple[str, ...]:
        """What scancel is given to end it; where nobody has seen its id, to end the whole array."""
        return (self.id,) if self.id else (f"--name={self.array or self.job_name}", f"--user={self.user}")


class SlurmHandle(Handle):
    """A job in the queue; it goes on when this process ends."""

    def __init__(
        self,
        reference: Reference,
        workspace: Path,
        on_line: Callable[[str], None],
        *,
        is_new: bool = True,
    ) -> None:
        self.job = reference
        self._is_seen = is_new
        """Whether it goes on as far as is known; of a job that another process has started that is to be seen first."""
        self._files = JobFiles(workspace / reference.folder)
        self._lines = Lines(on_line)
        self._output = GrowingFile(self._files.output, self._lines)
        self.poll_interval_s = 10.0
        """How often the scheduler is asked."""
        self._made_at = self._stirred_at = time.monotonic()
        self._read_at = self._polled_at = float("-inf")
        self._over_since: float | None = None
        self._told: set[str] = set()
        self._ended: Exit | None = None
        WATCH.add(reference.user)

    @property
    def reference(self) -> dict[str, str]:
        """Its name and id, its user and folder."""
        return self.job.recorded()

    @property
    def running_s(self) -> float:
        """Since its script began; 0 for one that may have ended: nobody has to end it at its time limit."""
        may_have_ended = not self._is_seen or self._files.exit.exists()
        return 0.0 if may_have_ended else self._files.running_s(time.time())

    @property
    def tail(self) -> tuple[str, ...]:
        """The last lines of output."""
        return self._lines.tail

    def read(self, limit_s: float) -> None:
        """Hand over the output that has come since; looks less and less often where there is none."""
        time.sleep(limit_s)
        if self._is_due(self._read_at):
            self._read_at = time.monotonic()
            if self._output.read():
                self._stirred_at = self._read_at

    def poll(self) -> Exit | None:
        """How it ended: by its own note where that is of success, else by what the scheduler says too."""
        if self._ended is None and self._is_due(self._polled_at):
            self._polled_at = time.monotonic()
            snapshot = WATCH.look(min(self.poll_interval_s, _ENDING_INTERVAL_S if self._is_urgent else math.inf))
            note = self._files.note(self.job.job_name)  # after the queue: of a job that has ended it is the last one
            seen = snapshot.jobs.get(self.job.job_name)
            self._tell(seen)
            self._is_seen |= seen is not None and not seen.has_ended and snapshot.asked_at > self._made_at
            if self._is_over(note, seen, snapshot):
                self._ended = self._finished(note, seen)
        return self._ended

    def cancel(self) -> None:
        """Have Slurm end it, by SIGTERM and then SIGKILL, and wait until it is gone.

        Raises:
            NotEndedError: the scheduler does not answer, or does not end it; or this was interrupted itself, and
                nobody waits for the end that Slurm was asked for.
        """
        if self._ended is not None:
            return
        try:
            seen = find(self.job.job_name, self.job.user)
            if seen is not None and not seen.has_ended:
                cancel(seen.id)
                self._wait_until_gone()
        except BackendError as error:
            raise self._not_ended(f"could not be ended: {error.problems[0].message}") from error
        except KeyboardInterrupt as stop:
            if self.job.id or not self.job.array:  # the others of an array are not to end with it
                cancel_unseen([self.job.selection])
            raise self._not_ended("is to end, which nobody waits for") from stop
        self._files.clear()
        self._hand_over_rest(None)

    def settle(self) -> None:
        """After a good end, which its note tells first, wait a moment for the scheduler to know of it too."""
        seen = WATCH.look(math.inf).jobs.get(self.job.job_name)
        deadline = time.monotonic() + _SETTLE_S
        try:
            while (seen is None or not seen.has_ended) and time.monotonic() < deadline:
                seen = listed([self.job.user], patiently=False).get(self.job.job_name)
                if seen is None:
                    return
                time.sleep(0 if seen.has_ended else _STEP_S)
        except BackendError as error:
            log.debug("%s", error)

    def close(self) -> None:
        """Wait for it no longer."""
        WATCH.remove(self.job.user)

    @property
    def _is_urgent(self) -> bool:
        return not self._is_seen or (self._over_since is not None and time.monotonic() - self._over_since < _DELAY_S)

    def _is_due(self, last: float) -> bool:
        """Whether to look again: a shared disk is not asked ten times a second for hours."""
        now = time.monotonic()
        return now - last >= min(max((now - self._stirred_at) / 10, _STEP_S), _LONGEST_STEP_S)

    def _tell(self, seen: Seen | None) -> None:
        """Where it is, and why it waits, each once."""
        if seen is None or seen.has_ended:
            return
        why = seen.why_it_waits
        if seen.word not in self._told:
            log.info("%s is %s", self.job.name, seen.word)
        if why and why not in self._told:
            log.warning("%s waits: %s", self.job.name, why)
        self._told |= {seen.word, why}

    def _is_over(self, note: Note | None, seen: Seen | None, snapshot: Snapshot) -> bool:
        """A job that was told to run again has left a note too; so a failure is one when the scheduler says so."""
        if note is not None and note.is_good:
            return True
        now = time.monotonic()
        gone = snapshot.asked_at > self._made_at and (seen is None or seen.has_ended)
        if note is None and not gone:
            self._over_since = None
            return False
        if self._over_since is None:
            self._over_since = now
        is_told_again = gone and snapshot.asked_at > self._over_since
        if note is None and (seen is not None or self._files.has_started):
            return not _leaves_a_note(seen) or (is_told_again and now - self._over_since > _DELAY_S)
        return is_told_again

    def _finished(self, note: Note | None, seen: Seen | None) -> Exit:
        self._hand_over_rest(note)
        self._files.clear()
        used = accounted(self.job.id) if self.job.id else None
        if used is not None and used.has_ended and (seen is None or not seen.has_ended):
            seen = used
        words = self._files.words_of_slurm()
        ended = _ending(note, seen, words, has_started=self._files.has_started)
        if ended.code != 0:
            for line in words[-3:]:
                log.info("Slurm: %s", line)
        return replace(
            ended,
            duration_s=self._files.running_s(time.time()),
            tail=self.tail,
            queued_s=self._files.queued_s(time.time()),
            cpu_s=used.cpu_s if used is not None else None if note is None else note.cpu_s,
            max_rss_mb=None if used is None else used.max_rss_mb,
        )

    def _hand_over_rest(self, note: Note | None) -> None:
        """All output, which on a shared disk may come later than the news of the end."""
        deadline = time.monotonic() + _DELAY_S
        while self._output.read() or (
            note is not None and self._output.position < note.bytes and time.monotonic() < deadline
        ):
            time.sleep(_STEP_S / 10)
        self._lines.finish()

    def _not_ended(self, told: str) -> NotEndedError:
        hint = f"it may go on: scancel {' '.join(self.job.selection)}"
        return NotEndedError(Problem("run_backend", f"{self.job.name} {told}", hint=hint))

    def _wait_until_gone(self) -> None:
        deadline, step_s = time.monotonic() + _END_S, _STEP_S
        while (seen := find(self.job.job_name, self.job.user)) is not None and not seen.has_ended:
            if time.monotonic() > deadline:
                raise BackendError(Problem("run_backend", f"it still is {seen.state} after {_END_S:.0f} s"))
            self.read(step_s)
            step_s = min(step_s * 1.5, _LONGEST_STEP_S)


def _ending(note: Note | None, seen: Seen | None, words: list[str], *, has_started: bool) -> Exit:
    """How it ended, and why."""
    if note is not None and note.is_good:
        return Exit("exited", 0)
    if _out_of_memory(words) or (seen is not None and seen.state == "OUT_OF_MEMORY"):
        return Exit("signalled", signal=SIGKILL, reason="out of memory")
    ending, reason = ENDINGS[seen.state] if seen is not None and seen.has_ended else ("exited", "")
    if ending != "exited":
        return Exit(ending, reason=reason)
    if note is None:
        return _without_note(seen, has_started=has_started)
    failed = note.step in ("prologue", "epilogue")
    return Exit("exited", note.code, reason=f"its {note.step} failed with exit code {note.code}" if failed else "")


def _leaves_a_note(seen: Seen | None) -> bool:
    """Whether the script came to its end, as far as Slurm knows."""
    return seen is None or (ENDINGS[seen.state][0] == "exited" and seen.reason in ("", "None", "NonZeroExitCode"))


def _without_note(seen: Seen | None, *, has_started: bool) -> Exit:
    if seen is None and not has_started:
        return Exit("cancelled", reason="cancelled in Slurm before it started")
    if seen is None:
        return Exit("cancelled", reason="Slurm knows no more of it, and it has left no exit code")
    if seen.state == "COMPLETED":
        return Exit("exited", 0)
    return Exit("cancelled", reason=f"Slurm says {seen.state}, {seen.reason}")


def _out_of_memory(words: list[str]) -> bool:
    return any(sign in line for line in words for sign in OUT_OF_MEMORY)
