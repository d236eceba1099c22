"""Members of a sweep as jobs of ``hydra/launcher=submitit_slurm``, seen to their end also where sacct does not work."""

from __future__ import annotations

import logging
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from shutil import which
from subprocess import run
from typing import Any

from hydra.core.utils import JobReturn, JobStatus

from ..errors import BackendError, Problem

SLURM_LAUNCHER = "hydra_plugins.hydra_submitit_launcher.submitit_launcher.SlurmLauncher"
_LONGEST_PAUSE_S = 60

log = logging.getLogger(__name__)


@contextmanager
def jobs_seen_to(folder: Path) -> Iterator[None]:
    """Within the block every job of submitit ends: with its result, or with an error in place of one.

    submitit asks sacct whether a job has ended, and waits for ever for a killed one where there is no accounting; it
    raises the first error, and leaves the other jobs behind. Here squeue is asked, an error is the result of its
    member alone, and an interruption cancels every job. What is pickled for the jobs is in a folder of this user alone.

    Raises:
        BackendError: there is no Slurm here, or it refuses the jobs.
    """
    from submitit.core.utils import FailedJobError
    from submitit.slurm import slurm

    if which("sbatch") is None or which("srun") is None:
        hint = "run this on a login node of the cluster, load its module, or leave hydra/launcher out"
        message = "there is no sbatch and srun on PATH, so no Slurm here"
        raise BackendError(Problem("hydra.launcher", message, hint=hint))

    job: Any = slurm.SlurmJob
    (folder / ".submitit").mkdir(mode=0o700, parents=True, exist_ok=True)
    watcher, results = job.watcher, job.results
    job.watcher, job.results = _squeue_watcher(), _results_or_error(results)
    try:
        yield
    except BaseException as error:
        if job.watcher.unfinished:
            run(["scancel", *job.watcher.unfinished], check=False)
        if isinstance(error, FailedJobError):  # those of a job are results by then
            hint = "set hydra.launcher.partition, account or another of its keys; sinfo tells what the cluster has"
            message = f"Slurm refuses the jobs: {_last_line(error).removeprefix('sbatch: error: ')}"
            raise BackendError(Problem("hydra.launcher", message, hint=hint)) from error
        raise
    finally:
        job.watcher, job.results = watcher, results


def _results_or_error(results: Any) -> Any:
    from submitit.core.utils import FailedJobError, UncompletedJobError

    def results_or_error(job: Any) -> list[Any]:
        try:
            return list(results(job))
        except (FailedJobError, UncompletedJobError) as error:
            message = f"Slurm job {job.job_id} has ended without a result: {job.watcher.get_state(job.job_id, 'cache')}"
            ended = JobReturn(status=JobStatus.FAILED)
            ended.return_value = BackendError(Problem("", message, hint=f"see {job.paths.stderr}; {_last_line(error)}"))
            return [ended]

    return results_or_error


def _last_line(error: Exception) -> str:
    return str(error).strip().splitlines()[-1].strip()


def _squeue_watcher() -> Any:
    from submitit.slurm import slurm

    base: Any = slurm.SlurmInfoWatcher

    class SqueueWatcher(base):  # type: ignore[misc]
        """Asks squeue, which every cluster has; it forgets a job some minutes after its end."""

        def register_job(self, job_id: str) -> None:
            super().register_job(job_id)
            if "_" not in job_id:  # an array, or the only job
                log.info("submitted as Slurm job %s", job_id)

        @property
        def unfinished(self) -> list[str]:
            """Jobs that nobody has seen the end of."""
            return sorted(self._registered - self._finished)

        def _make_command(self) -> list[str] | None:
            if not self.unfinished:
                return None
            whose = f"--user={os.getuid()}"
            return ["squeue", "--array", "--states=all", "--noheader", whose, "--format=%i|%T|%N"]

        def read_info(self, string: bytes | str) -> dict[str, dict[str, str]]:
            text = string if isinstance(string, str) else string.decode()
            rows = [line.strip().split("|") for line in text.splitlines()]
            found = {row[0]: {"JobID": row[0], "State": row[1], "NodeList": row[2]} for row in rows if len(row) == 3}
            forgotten = {job: {"JobID": job, "State": "ENDED", "NodeList": ""} for job in self.unfinished}
            return {**forgotten, **found}

    return SqueueWatcher(delay_s=_LONGEST_PAUSE_S)
