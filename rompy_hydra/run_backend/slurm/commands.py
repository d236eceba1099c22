"""The commands of Slurm: submit, list, cancel, look up; what fails for a moment is tried again."""

from __future__ import annotations

import logging
import os
import re
import shlex
import subprocess
import time
from collections.abc import Iterable, Iterator, Mapping
from contextlib import suppress
from pathlib import Path

from ...errors import BackendError, Problem
from .states import Seen, state_word

log = logging.getLogger(__name__)

PATIENCE_S = 60.0
"""How long the scheduler may not answer before that is an error."""
_PASSING = re.compile(
    r"unable to contact slurm|socket timed out|connection (?:refused|timed out|reset)|connect failure"
    r"|communication connection failure|zero bytes were transmitted|temporarily unable|temporarily unavailable"
    r"|transport endpoint|slurm_receive_msg|slurm_send_.*msg|persistent connection"
)
"""Errors of a scheduler that is restarted or overloaded."""
_DEFAULTS = re.compile(r"(SQUEUE|SCANCEL|SACCT|SINFO)_|SLURM_CLUSTERS$")
"""What people have set for their own use of these commands; some of it hides jobs, or asks before it cancels one."""
_LISTED = "%i|%T|%r|%K|%j"
_KEYS = {
    r"array": "array",
    r"account": "account",  # before the next one: of both together Slurm says "account/partition combination"
    r"partition": "partition",
    r"qos|quality of service": "qos",
    r"reservation": "reservation",
    r"memory": "mem",
    r"time limit|time specification": "time",
    r"node count|node configuration|more processors|cpu count": "nodes",
    r"feature|option|constraint": "directives",
}
"""What a refusal is about -> the field that says it."""
_HINTS = {
    "array": "each member has its number in the sweep, below MaxArraySize of scontrol show config; "
    "sweep over less at a time, or set run_backend.array=false",
    "": "sinfo and scontrol show partition tell what the cluster has",
}


class NoAnswerError(BackendError):
    """The scheduler is away, and was for as long as that is waited for."""


def submit(options: Iterable[str], name: str, folder: Path, env: Mapping[str, str]) -> str:
    """Submit a script of which a job comes that is listed by this name, as no other is; returns the id of sbatch.

    Raises:
        BackendError: the scheduler refuses it, or does not answer.
    """
    for last in _attempts():
        done = _run(["sbatch", "--parsable", *options], cwd=folder, env=env)
        if done.returncode == 0:
            return done.stdout.split(";")[0].strip()
        if not _passes(done.stderr):
            raise _refusal(done.stderr)
        log.warning("the scheduler did not answer: %s", told(done.stderr))
        if found := find(name, str(os.getuid())):  # it may have taken the job all the same
            return found.id.partition("_")[0]
        if last:
            raise _no_answer(done.stderr)
    raise AssertionError


def listed(users: Iterable[str], *, patiently: bool = True) -> dict[str, Seen]:
    """Name -> job, of all that the scheduler knows of these users; a task of an array is ``<name>_<number>``.

    Raises:
        BackendError: the scheduler does not answer.
    """
    whose = f"--user={','.join(sorted(users))}"
    asked = ["squeue", "--noheader", "--array", "--states=all", whose, f"--format={_LISTED}"]
    rows = [line.split("|", 4) for line in _answered(asked, patiently=patiently).splitlines() if line.count("|") >= 4]
    return {
        f"{name}_{task}" if task.isdigit() else name: Seen(id_, state_word(state), reason)
        for id_, state, reason, task, name in rows
    }


def find(name: str, user: str) -> Seen | None:
    """The job of this name; None where the scheduler knows of none."""
    return listed([user]).get(name)


def cancel(*job_ids: str) -> None:
    """Ask Slurm to end jobs, which it does with SIGTERM and then SIGKILL; nothing happens to those that have ended.

    Raises:
        BackendError: the scheduler does not answer.
    """
    _answered(["scancel", *job_ids], fine=r"invalid job id|already complet")


def cancel_unseen(selections: Iterable[tuple[str, ...]]) -> None:
    """The same for who is in a hurry: Slurm is asked while this process goes on, or ends.

    Args:
        selections: words that have scancel end a job.
    """
    lines = "\n".join(f"scancel {shlex.join(words)} &" for words in selections)
    with suppress(OSError):
        subprocess.run(
            ["sh", "-c", lines],
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            env=_own_env(),
            start_new_session=True,
            check=False,
        )


def accounted(job_id: str) -> Seen | None:
    """A job as the accounting has it; None without accounting, or where it has nothing of the job yet."""
    fields = "JobID,State,TotalCPU,MaxRSS"
    try:
        done = _run(["sacct", "--noheader", "--parsable2", f"--jobs={job_id}", f"--format={fields}"])
    except BackendError:
        return None
    rows = [line.split("|") for line in done.stdout.splitlines()]
    if done.returncode != 0 or not rows or len(rows[0]) != 4 or rows[0][0] != job_id:
        return None
    sizes = [size for row in rows if len(row) == 4 and (size := _megabytes(row[3])) is not None]
    return Seen(job_id, state_word(rows[0][1]), "", _seconds(rows[0][2]), max(sizes, default=None))


def told(error: str) -> str:
    """What a command of Slurm has said, without its own name."""
    lines = [re.sub(r"^\w+: (error|fatal): ", "", line).strip() for line in error.splitlines()]
    return "; ".join(dict.fromkeys(line for line in lines if line)) or "no reason given"


def _seconds(text: str) -> float | None:
    """Seconds of ``1-02:03:04``, ``02:03:04`` or ``03:04.567``; None for anything else.

    >>> _seconds("1-02:03:04"), _seconds("01:04.500"), _seconds("INVALID")
    (93784.0, 64.5, None)
    """
    match = re.fullmatch(r"(?:(\d+)-)?(?:(\d+):)?(\d+):(\d+(?:\.\d*)?)", text)
    days, hours, minutes, seconds = (float(part or 0) for part in match.groups()) if match else (0.0,) * 4
    return 86400 * days + 3600 * hours + 60 * minutes + seconds if match else None


def _megabytes(text: str) -> float | None:
    """Megabytes of ``309636K``, ``1.5G`` or plain bytes; None for anything else.

    >>> _megabytes("2048K"), _megabytes("1.5G"), _megabytes("0"), _megabytes("-")
    (2.0, 1536.0, 0.0, None)
    """
    match = re.fullmatch(r"(\d+(?:\.\d*)?)([KMGTP]?)", text)
    return float(match[1]) * 1024.0 ** ("KMGTP".find(match[2] or " ") - 1) if match else None


def _answered(argv: list[str], fine: str = "", *, patiently: bool = True) -> str:
    for number, last in enumerate(_attempts() if patiently else (True,)):
        done = _run(argv)
        if done.returncode == 0 or (fine and re.search(fine, done.stderr, re.IGNORECASE)):
            return done.stdout
        if not _passes(done.stderr):
            raise BackendError(Problem("run_backend", f"{argv[0]} failed: {told(done.stderr)}"))
        if last:
            raise _no_answer(done.stderr)
        if number == 0:
            log.warning("the scheduler does not answer, and is asked again for %.0f s", PATIENCE_S)
    raise AssertionError


def _attempts() -> Iterator[bool]:
    """Whether it is the last one; pauses in between, longer and longer."""
    deadline, pause_s = time.monotonic() + PATIENCE_S, 0.5
    while time.monotonic() + pause_s < deadline:
        yield False
        time.sleep(pause_s)
        pause_s *= 2
    yield True


def _run(
    argv: list[str], cwd: Path | None = None, env: Mapping[str, str] | None = None
) -> subprocess.CompletedProcess[str]:
    try:
        return subprocess.run(
            argv,
            cwd=cwd,
            env=_own_env() if env is None else env,
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            errors="replace",
            check=False,
            timeout=PATIENCE_S,
            start_new_session=True,  # Ctrl-C is for this process, which may have to ask for a cancellation then
        )
    except FileNotFoundError:
        hint = "run this on a login node of the cluster, load its module, or choose run_backend=local"
        message = f"there is no {argv[0]} on PATH, so no Slurm here"
        raise BackendError(Problem("run_backend", message, argv[0], hint=hint)) from None
    except OSError as error:  # this machine has no process or no file left for the question
        raise BackendError(Problem("run_backend", f"the scheduler cannot be asked: {error}")) from error
    except subprocess.TimeoutExpired:
        return subprocess.CompletedProcess(argv, 1, "", f"connection timed out: no answer for {PATIENCE_S:.0f} s")


def _own_env() -> dict[str, str]:
    return {key: value for key, value in os.environ.items() if not _DEFAULTS.match(key)}


def _passes(error: str) -> bool:
    return bool(_PASSING.search(error.lower()))


def _no_answer(error: str) -> NoAnswerError:
    hint = "it may be restarted: try again in a while; scontrol ping tells whether it is back"
    return NoAnswerError(Problem("run_backend", f"the scheduler does not answer: {told(error)}", hint=hint))


def _refusal(error: str) -> BackendError:
    reason = told(error)
    found = next((key for words, key in _KEYS.items() if re.search(words, reason.lower())), "")
    hint = _partitions() if found == "partition" else _HINTS.get(found, _HINTS[""])
    return BackendError(Problem(f"run_backend.{found}".rstrip("."), f"Slurm refuses the job: {reason}", hint=hint))


def _partitions() -> str:
    done = _run(["sinfo", "--noheader", "--format=%R"])
    return f"partitions: {', '.join(done.stdout.split())}" if done.returncode == 0 else "sinfo lists the partitions"
