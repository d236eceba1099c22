"""The members of a sweep as one job array of a real Slurm cluster, from the command line."""

from __future__ import annotations

import json
import signal

import pytest

from tests.run_backend.array_sweeps import (
    COMPUTE,
    FAILS,
    LATER,
    codes,
    jobs,
    said,
    states,
    submissions,
    sweep_dir,
    tasks,
    wait_until_running,
)


def test_one_array_is_submitted_shown_read_cancelled_in_part_and_seen_to_later(cli, members, cluster, tmp_path):
    done = cli(*members(LATER))
    assert (done.returncode, "3 submitted" in done.stdout) == (0, True), said(done)
    ((array, *_), *others) = tasks(cluster)
    assert [(one, task) for one, task, _ in others] == [(array, "1"), (array, "2")]
    assert [job["id"] for job in jobs(tmp_path)] == [f"{array}_{n}" for n in range(3)]
    wait_until_running(cluster)
    folder = sweep_dir(tmp_path)
    cluster.wait_for(lambda: cli("logs", str(folder / "1-version=b")).stdout == "ready\n")
    assert f"Slurm job {array}_1" in cli("cancel", str(folder / "1-version=b")).stdout
    assert states(cli) == ["running", "interrupted", "running"]
    (tmp_path / "go").touch()
    resumed = cli("resume", str(folder))
    assert resumed.returncode == 0, said(resumed)
    assert states(cli) == ["done"] * 3
    assert codes(tmp_path) == [0, 0, 0]
    assert (folder / "2-version=c" / "model" / "output.log").read_text() == "ready\ncomputed\n"


def test_a_failed_member_is_told_and_the_same_command_runs_it_alone(cli, members, cluster, tmp_path):
    done = cli(*members(text=f"{FAILS}; {COMPUTE}"))
    assert done.returncode == 1
    assert "exit code 3" in done.stderr
    assert "| out of range" in done.stderr
    assert states(cli) == ["failed", "done", "done"]
    assert codes(tmp_path) == [4, 0, 0]
    (tmp_path / "go").touch()
    again = cli(*members(text=f"{FAILS}; {COMPUTE}"))
    assert again.returncode == 0, said(again)
    name = sweep_dir(tmp_path).name
    assert len(submissions(cluster, name)) == 2
    rows = cluster.call("squeue", "-h", "-r", "-t", "all", "-o", "%j").split()
    assert len([row for row in rows if row.startswith(name)]) == 4  # three, and then the one that had failed


def test_all_members_are_cancelled_at_once(cli, members, cluster, tmp_path):
    cli(*members(LATER))
    cancelled = cli("cancel", str(sweep_dir(tmp_path)))
    assert cancelled.stdout.count("is cancelled") == 3, said(cancelled)
    assert tasks(cluster) == []
    assert states(cli) == ["interrupted"] * 3


def test_a_member_is_cancelled_while_the_driver_waits_for_the_others(cli, members, driver, cluster, tmp_path):
    process = driver(*members())
    wait_until_running(cluster)
    assert "is cancelled" in cli("cancel", str(sweep_dir(tmp_path) / "0-version=a")).stdout
    (tmp_path / "go").touch()
    output, _ = process.communicate(timeout=60)
    assert process.returncode == 1, output
    assert "another process has ended its job: cancelled" in output
    assert states(cli) == ["interrupted", "done", "done"]


@pytest.mark.parametrize(("number", "code"), [(signal.SIGINT, 130), (signal.SIGTERM, 143)])
def test_a_stopped_driver_leaves_no_task(cli, members, driver, cluster, tmp_path, number, code):
    process = driver(*members())
    wait_until_running(cluster)
    process.send_signal(number)
    assert process.wait(30) == code
    assert tasks(cluster) == []
    assert states(cli) == ["interrupted"] * 3


def test_a_stopped_driver_leaves_the_tasks_where_that_is_asked_for(cli, members, driver, cluster, tmp_path):
    process = driver(*members("run_backend.on_interrupt=detach"))
    wait_until_running(cluster)
    process.send_signal(signal.SIGINT)
    assert process.wait(30) == 130
    assert states(cli) == ["running"] * 3


def test_the_tasks_of_a_killed_driver_are_found_again_and_not_started_twice(cli, members, driver, cluster, tmp_path):
    """Also those whose id nobody has recorded, as when it was killed between the answer of sbatch and the record."""
    process = driver(*members())
    wait_until_running(cluster)
    process.kill()
    process.wait()
    for path in sweep_dir(tmp_path).glob("[01]*/run.json"):
        content = json.loads(path.read_text())
        job = content["stages"]["run"]["job"]
        job["name"] = f"Slurm job {job['job_name']}"
        del job["id"]
        path.write_text(json.dumps(content))
    assert states(cli) == ["running"] * 3
    (tmp_path / "go").touch()
    again = cli(*members())
    assert again.returncode == 0, said(again)
    assert states(cli) == ["done"] * 3
    assert len(submissions(cluster, sweep_dir(tmp_path).name)) == 1


def test_what_slurm_refuses_is_told_for_every_member(cli, members, cluster, tmp_path):
    done = cli(*members("run_backend.partition=nosuch"))
    assert done.returncode == 1
    assert done.stderr.count("run_backend.partition: Slurm refuses the job") == 3
    assert states(cli) == ["failed"] * 3


def test_a_run_that_is_no_sweep_is_a_job_of_its_own(cli, members, cluster, tmp_path):
    done = cli(*members(text=COMPUTE, versions="a")[1:])
    assert done.returncode == 0, said(done)
    assert "this is a job of its own" in said(done)


def test_what_is_done_anew_in_other_processes_is_set_aside_once(cli, members, cluster, tmp_path):
    pytest.importorskip("hydra_plugins.hydra_joblib_launcher", reason="needs the extra parallel")
    for more in ((), ("rerun=all", "on_existing=archive", "hydra/launcher=joblib", "hydra.launcher.n_jobs=2")):
        done = cli(*members(*more, text=COMPUTE, versions="a,b"))
        assert done.returncode == 0, said(done)
    names = sorted(path.parent.name for path in sweep_dir(tmp_path).glob("*/run.json"))
    assert names == ["0-version=a", "0-version=a.archived-1", "1-version=b", "1-version=b.archived-1"]
