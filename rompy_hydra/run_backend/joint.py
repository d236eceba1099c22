"""The contract of a run backend that starts the jobs of a sweep together."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Mapping, Sequence
from typing import Self

from ..errors import BackendError
from .base import RunBackend
from .job import Job


class JointRunBackend(RunBackend, ABC):
    """A run backend whose scheduler takes many jobs by one request, such as a job array.

    Its jobs are announced one by one, as any other; one with a place among others (``job.together``) is then checked
    instead of started, and started with them when all are ready.
    """

    @property
    @abstractmethod
    def joins(self) -> bool:
        """Whether the jobs of a sweep are to be started together."""

    @property
    @abstractmethod
    def look_interval_s(self) -> float:
        """How often it is asked what has become of jobs [s]."""

    @abstractmethod
    def check(self, job: Job) -> None:
        """Nothing for a job that can be started, as far as that can be told; writes nothing.

        Raises:
            BackendError: it cannot, such as for want of its program.
        """

    @classmethod
    @abstractmethod
    def start_together(cls, jobs: Sequence[tuple[Self, Job]]) -> list[dict[str, str] | BackendError]:
        """Start jobs that were checked, each as its own backend has it.

        Returns:
            For each what is recorded of it, as `Handle.reference`, or why it could not be started.

        Raises:
            BaseException: what interrupted it, such as KeyboardInterrupt; nothing of the jobs is left.
        """

    @classmethod
    @abstractmethod
    def ask_to_end(cls, references: Sequence[Mapping[str, str]]) -> None:
        """Ask for the end of jobs, with one request for all; does not wait for it, `Handle.cancel` does.

        Interrupted, it asks all the same, and does not wait for an answer either.

        Raises:
            BackendError: the scheduler does not answer.
        """
