"""Deciding what a run still needs, and why."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from .core.hashing import hash_data, unchanged
from .run_dir import RunDir, StageRecord, State

GENERATE, RUN, POSTPROCESS = "generate", "run", "postprocess"
STAGES = (GENERATE, RUN, POSTPROCESS)


@dataclass(frozen=True)
class Action:
    """One stage, whether it is to be done, and the reason."""

    stage: str
    do: bool
    reason: str

    def __str__(self) -> str:
        return f"{self.stage}: {'begins' if self.do else 'skipped'}, {self.reason}"


def post_stage(processor: str) -> str:
    """Name of the stage of one postprocessor."""
    return f"{POSTPROCESS}.{processor}"


def decide(
    stage: str,
    record: StageRecord,
    parts: Mapping[str, str],
    root: Path,
    rerun: str | None,
    always: str = "",
    doubt: str = "",
) -> Action:
    """Whether a stage must be done.

    Args:
        stage: its name.
        record: what is known of it.
        parts: what decides its result.
        root: the run directory.
        rerun: the stage that is asked for although it may be current.
        always: the reason why it is done each time, if it is.
        doubt: why what is current may yet not be.
    """
    if always:
        return Action(stage, True, always)
    if rerun in ("all", stage.split(".")[0]):
        return Action(stage, True, f"asked for by rerun={rerun}")
    if record.state is not State.DONE:
        return Action(stage, True, _unfinished(record))
    if record.key != hash_data(dict(parts)):
        return Action(stage, True, f"changed since {record.ended}: {', '.join(_changed(record.parts, parts))}")
    if stage == GENERATE and not RunDir(root).workspace.is_dir():
        return Action(stage, True, "its files are missing")
    broken = unchanged(root, record.files)
    if broken:
        return Action(stage, True, broken)
    return Action(stage, False, f"current since {record.ended}{doubt}")


def _unfinished(record: StageRecord) -> str:
    return {
        State.PENDING: record.reason or "not done yet",
        State.RUNNING: "the last attempt was cut off",
        State.FAILED: "the last attempt failed",
        State.INTERRUPTED: "the last attempt was interrupted",
    }[record.state]


def _changed(old: Mapping[str, str], new: Mapping[str, str]) -> list[str]:
    names = [name for name in {**old, **new} if old.get(name) != new.get(name)]
    return sorted(names)
