"""Whatever goes wrong with one member of a job array, or with who waits for it, the others are what they should be."""

from __future__ import annotations

import json
import signal
import time

import pytest

from tests.run_backend.array_sweeps import (
    COMPUTE,
    LATER,
    WAIT,
    codes,
    jobs,
    said,
    states,
    submissions,
    sweep_dir,
    tasks,
)

COUNT = 'echo "$SLURM_JOB_ID" >>../../../../$(basename "$(dirname "$PWD")")'
"""Each execution of a member is a line of a file of its name."""
FIRST_WAITS = f"case $PWD in *0-version=a*) {WAIT};; esac; {COMPUTE}"


def executions(tmp_path):
    return {path.name: path.read_text().split() for path in tmp_path.glob("[012]-version=?")}


def rows(cli):
    return json.loads(cli("status", "--json").stdout)


def test_an_array_that_slurm_takes_after_it_was_given_up_does_nothing(cli, members, driver, instead, cluster, tmp_path):
    """As when its driver is killed while sbatch waits for a busy scheduler, and the same command is given again."""
    hang = "{ touch $HERE/hangs; until [ -e $HERE/go ]; do sleep 0.1; done; }"
    instead("sbatch", f'[ -e $HERE/hangs ] || {hang}; exec $REAL "$@"')
    words = members(text=f"{COUNT}; {COMPUTE}")
    process = driver(*words)
    cluster.wait_for((tmp_path / "hangs").exists)
    process.kill()
    process.wait()
    again = cli(*words)
    assert again.returncode == 0, said(again)
    name = sweep_dir(tmp_path).name
    once = executions(tmp_path)
    (tmp_path / "go").touch()
    cluster.wait_for(lambda: len(submissions(cluster, name)) == 2)
    cluster.wait_for(lambda: not tasks(cluster))
    assert executions(tmp_path) == once
    assert [len(lines) for lines in once.values()] == [1, 1, 1]


def test_a_model_may_change_its_own_input_files(cli, members, cluster, tmp_path):
    (tmp_path / "in.dat").write_text("base\n")
    more = f"+model.files={{in.dat: {tmp_path / 'in.dat'}}}"
    done = cli(*members(more, text=f"echo more >>in.dat; {COMPUTE}"))
    assert done.returncode == 0, said(done)
    assert states(cli) == ["done"] * 3


def test_what_was_changed_meanwhile_is_not_what_the_job_is_judged_by(cli, members, cluster, tmp_path):
    cli(*members(LATER))
    outputs = [folder / "job" / "output" for folder in sweep_dir(tmp_path).glob("*-version=*")]
    cluster.wait_for(lambda: [path.is_file() and path.read_text() for path in outputs] == ["ready\n"] * 3)
    (tmp_path / "other.sh").write_text("#!/bin/sh\nexit 1\n")
    (tmp_path / "other.sh").replace(tmp_path / "model.sh")
    (tmp_path / "go").touch()
    resumed = cli("resume", str(sweep_dir(tmp_path)))
    assert resumed.returncode == 0, said(resumed)
    assert states(cli) == ["done"] * 3


@pytest.mark.parametrize("who", ["the driver", "somebody"])
def test_a_member_that_has_ended_well_is_kept_when_the_others_are_ended(cli, members, driver, cluster, tmp_path, who):
    words = members("run_backend.poll_interval=60", text=f"{COUNT}; {FIRST_WAITS}")
    process = driver(*words) if who == "the driver" else cli(*words, LATER)
    cluster.wait_for(lambda: [task for _, task, _ in tasks(cluster)] == ["0"])
    if who == "the driver":
        process.send_signal(signal.SIGINT)
        assert process.wait(30) == 130
        assert codes(tmp_path) == [130, None, None]
    else:
        told = cli("cancel", str(sweep_dir(tmp_path))).stdout
        assert (told.count("is cancelled"), told.count("has ended; rompy-hydra resume")) == (1, 2), told
    assert states(cli) == ["interrupted", "ended", "ended"]
    (tmp_path / "go").touch()
    assert cli("resume", str(sweep_dir(tmp_path))).returncode == 0
    assert [len(lines) for lines in executions(tmp_path).values()] == [2, 1, 1]
    assert codes(tmp_path) == [0, 0, 0]


@pytest.mark.parametrize(("program", "left"), [("squeue", "ended"), ("sbatch", "interrupted")])
def test_ctrl_c_at_an_unlucky_moment_leaves_no_task(cli, members, driver, instead, cluster, tmp_path, program, left):
    """Each time that Slurm is asked, also for the second time; and just after the submission."""
    instead(program, {"squeue": 'kill -INT $PPID; exec $REAL "$@"', "sbatch": '$REAL "$@"; kill -INT $PPID'}[program])
    process = driver(*members())
    assert process.wait(60) == 130
    cluster.wait_for(lambda: not tasks(cluster))
    assert submissions(cluster, sweep_dir(tmp_path).name)
    (tmp_path / "bin" / program).unlink()
    assert states(cli) == [left] * 3


def test_ctrl_c_while_members_are_generated_leaves_none_that_waits(cli, members, driver, cluster, tmp_path):
    process = driver(*members(versions=",".join("abcdefghijklmnop")))
    first = "outputs/*/0-version=a/run.json"
    cluster.wait_for(lambda: any("waits for" in path.with_name("run.log").read_text() for path in tmp_path.glob(first)))
    process.send_signal(signal.SIGSTOP)
    told = next(row["message"] for row in rows(cli) if row["state"] == "waiting")
    assert told.endswith("is at work on its sweep")
    process.send_signal(signal.SIGINT)
    process.send_signal(signal.SIGCONT)
    assert process.wait(30) == 130
    assert set(states(cli)) <= {"interrupted", "pending"}, (rows(cli), process.stdout.read())
    assert tasks(cluster) == []


def test_members_that_fail_are_told_without_waiting_for_the_scheduler_each_time(cli, members, cluster, tmp_path):
    begun = time.monotonic()
    done = cli(*members("run_backend.poll_interval=20", text="exit 3"))
    assert done.returncode == 1
    assert states(cli) == ["failed"] * 3
    assert time.monotonic() - begun < 50  # 20 s until the end is seen, not 20 s more for each


def test_a_task_that_is_cancelled_before_it_starts_is_told_so(cli, members, cluster, tmp_path):
    cli(*members(LATER, "run_backend.array=1"))
    cluster.wait_for(lambda: sorted((s for *_, s in tasks(cluster)), reverse=True) == ["RUNNING", "PENDING", "PENDING"])
    cluster.call("scancel", jobs(tmp_path)[2]["id"])
    (tmp_path / "go").touch()
    resumed = cli("resume", str(sweep_dir(tmp_path)))
    assert "cancelled in Slurm before it started" in said(resumed)
    assert "it may wait for long" not in said(resumed)
    assert states(cli) == ["done", "done", "failed"]


def test_an_error_in_judging_one_member_does_not_end_the_others(cli, members, cluster, tmp_path):
    spoils = "case $PWD in *0-version=a*) rm -f output.log; mkdir output.log; exit 0;; esac; sleep 2"
    done = cli(*members(text=f"{spoils}; {COMPUTE}"))
    assert done.returncode == 1
    assert "output.log" in done.stderr
    assert states(cli) == ["failed", "done", "done"]


def test_a_job_that_cannot_be_written_does_not_keep_the_others_from_being_submitted(cli, members, cluster, tmp_path):
    words = members(text=COMPUTE)
    assert cli(*words).returncode == 0
    spoiled = sweep_dir(tmp_path) / "1-version=b" / "job"
    for path in spoiled.iterdir():
        path.unlink()
    spoiled.rmdir()
    spoiled.write_text("no folder")
    done = cli(*words, "rerun=run")
    assert done.returncode == 1
    assert "1-version=b: run_backend: its job cannot be written" in done.stderr
    assert states(cli) == ["done", "failed", "done"]
    assert "its job cannot be written" in (spoiled.parent / "run.log").read_text()


def test_the_sweep_knows_of_each_member_as_soon_as_it_has_ended(cli, members, driver, cluster, tmp_path):
    process = driver(*members(text=FIRST_WAITS))
    cluster.wait_for(lambda: [*tmp_path.glob("outputs/*/sweep.json")] and codes(tmp_path) == [None, 0, 0])
    assert states(cli) == ["running", "done", "done"]
    assert rows(cli)[0]["message"].endswith("is at work on its sweep")
    process.kill()
    process.wait()
    (tmp_path / "go").touch()
    assert cli("resume", str(sweep_dir(tmp_path))).returncode == 0
    assert codes(tmp_path) == [0, 0, 0]
