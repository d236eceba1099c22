"""One question to the scheduler for all jobs that this process waits for, however many that are."""

from __future__ import annotations

import logging
import threading
import time
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field

from ...errors import BackendError
from .commands import listed
from .states import Seen

log = logging.getLogger(__name__)


@dataclass(frozen=True)
class Snapshot:
    """The queue as it was at one moment."""

    asked_at: float = float("-inf")
    """When the question was put, on the monotonic clock: nothing of it is older."""
    jobs: dict[str, Seen] = field(default_factory=dict)
    """By name."""


class Watch:
    """The queue as all threads of this process see it, asked for at most once per interval and never waited for.

    A scheduler that does not answer takes ten seconds to say so; meanwhile output is read and Ctrl-C works.
    """

    def __init__(self) -> None:
        self.questions = 0
        """How many were put."""
        self._lock = threading.Lock()
        self._users: Counter[str] = Counter()
        self._snapshot = Snapshot()
        self._asked_at = float("-inf")
        self._asking = self._silent = False

    def add(self, user: str) -> None:
        """A job of this user is waited for."""
        with self._lock:
            self._users[user] += 1

    def remove(self, user: str) -> None:
        """It is waited for no longer."""
        with self._lock:
            self._users[user] -= 1

    def look(self, interval_s: float) -> Snapshot:
        """What is known; asks anew where the last question is older than the interval."""
        with self._lock:
            if not self._asking and time.monotonic() - self._asked_at >= interval_s:
                self._asking, self._asked_at = True, time.monotonic()
                self.questions += 1
                threading.Thread(target=self._ask, args=(self._asked_at, tuple(+self._users)), daemon=True).start()
            return self._snapshot

    def _ask(self, asked_at: float, users: Iterable[str]) -> None:
        found, trouble = self._snapshot, ""
        try:
            found = Snapshot(asked_at, listed(users, patiently=False))
        except BackendError as error:
            trouble = error.problems[0].message
        with self._lock:
            self._snapshot, self._asking = found, False
            if trouble and not self._silent:
                log.warning("%s; jobs go on meanwhile", trouble)
            elif self._silent and not trouble:
                log.info("the scheduler answers again")
            self._silent = bool(trouble)


WATCH = Watch()
"""That of this process."""
