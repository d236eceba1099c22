"""What Slurm says of a job, and how that reads as the end of a run."""

from __future__ import annotations

from dataclasses import dataclass

from ..job import Ending

WAITS = {"PENDING", "REQUEUED", "REQUEUE_FED", "REQUEUE_HOLD", "RESV_DEL_HOLD", "SPECIAL_EXIT"}
"""It has not started yet, or is to start again."""
ENDINGS: dict[str, tuple[Ending, str]] = {
    "COMPLETED": ("exited", ""),
    "FAILED": ("exited", ""),
    "TIMEOUT": ("timed out", "the time limit of the job"),
    "OUT_OF_MEMORY": ("signalled", "out of memory"),
    "NODE_FAIL": ("cancelled", "node failure"),
    "BOOT_FAIL": ("cancelled", "its node did not boot"),
    "LAUNCH_FAILED": ("cancelled", "its node could not launch it"),
    "RECONFIG_FAIL": ("cancelled", "its node could not be configured"),
    "PREEMPTED": ("cancelled", "preempted by another job"),
    "CANCELLED": ("cancelled", "cancelled in Slurm"),
    "DEADLINE": ("cancelled", "past its deadline"),
    "REVOKED": ("cancelled", "taken over by another cluster"),
}
"""Final states of Slurm, each with our ending and the reason; every other state is one of a job that goes on."""
OUT_OF_MEMORY = ("oom-kill event", "oom_kill event", "exceeded memory limit", "Exceeded job memory limit")
"""What Slurm says in the log of a job; without cgroups its state does not tell."""

_ORDINARY = {"", "None", "Priority", "Resources", "Dependency", "BeginTime", "Prolog", "Cleaning", "NodeDown"} | {
    "JobArrayTaskLimit"
}
"""Reasons to wait that pass by themselves, or belong to a job that does not wait."""
_REMEDIES = {
    "PartitionTimeLimit": "run_backend.time (or timeout) is over the limit of the partition: sinfo -o '%P %l'",
    "PartitionNodeLimit": "run_backend.nodes is over the limit of the partition",
    "PartitionConfig": "what it asks for is over the limits of the partition: scontrol show partition",
    "PartitionDown": "choose another run_backend.partition",
    "PartitionInactive": "choose another run_backend.partition",
    "BadConstraints": "no node has what run_backend.directives ask for",
    "ReqNodeNotAvail": "the nodes that it asks for are down or reserved: scontrol show reservation",
    "JobHeldUser": "scontrol release lets it go",
    "JobHeldAdmin": "ask those who run the cluster",
}


@dataclass(frozen=True)
class Seen:
    """A job as Slurm has it."""

    id: str
    state: str
    """``RUNNING``, without what may follow: ``CANCELLED by 1000`` is ``CANCELLED``."""
    reason: str = ""
    """Why it waits or has failed, in the words of Slurm."""
    cpu_s: float | None = None
    max_rss_mb: float | None = None

    @property
    def has_ended(self) -> bool:
        """Nothing of it is left but its record."""
        return self.state in ENDINGS

    @property
    def word(self) -> str:
        """``queued``, ``running`` or ``ended``."""
        return "ended" if self.has_ended else "queued" if self.state in WAITS else "running"

    @property
    def why_it_waits(self) -> str:
        """What may keep it from ever starting, and what to do; empty for an ordinary wait.

        >>> Seen("1", "PENDING", "PartitionTimeLimit").why_it_waits
        "PartitionTimeLimit; run_backend.time (or timeout) is over the limit of the partition: sinfo -o '%P %l'"
        >>> Seen("1", "PENDING", "Priority").why_it_waits
        ''
        """
        if self.state not in WAITS or self.reason in _ORDINARY:
            return ""
        name = self.reason.partition(",")[0].split()[0]
        return f"{self.reason}; {_REMEDIES.get(name, 'it may wait for long, or for ever')}"


def state_word(text: str) -> str:
    """The state alone.

    >>> state_word("CANCELLED by 1000"), state_word("COMPLETED+")
    ('CANCELLED', 'COMPLETED')
    """
    return (text.split() or [""])[0].rstrip("+")
