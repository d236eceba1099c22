"""Runs and sweeps on a real Slurm cluster from the command line, as a user would."""

from __future__ import annotations

import json
import os
import signal
from pathlib import Path

import pytest

BASE = ("~experiment", "model=generic", "postprocessor=noop", "run_backend=slurm", "run_backend.poll_interval=0.3")
WAIT = "echo ready; until [ -e ../../../go ]; do sleep 0.1; done; echo computed | tee out.txt"


@pytest.fixture
def model(cluster, tmp_path):
    """A model that waits for a file; the overrides that run it."""

    def overrides(text=WAIT, *more):
        path = tmp_path / "model.sh"
        path.write_text(f"#!/bin/sh\n{text}\n")
        path.chmod(0o755)
        return (*BASE, f"model.argv=[{path}]", "model.outputs=[out.txt]", *more)

    return overrides


def run_dir(tmp_path):
    (path,) = (p for p in (tmp_path / "outputs").iterdir() if p.is_dir())
    return path


def record(folder: Path):
    return json.loads((folder / "run.json").read_text())


def statuses(cli):
    return [(row["state"], row["message"]) for row in json.loads(cli("status", "--json").stdout)]


def said(done):
    return f"{done.stdout}{done.stderr}"


def test_submit_and_exit_then_status_logs_and_resume(cli, model, cluster, tmp_path):
    done = cli(*model(), "run_backend.wait=false")
    assert (done.returncode, "is left to itself" in said(done)) == (0, True), said(done)
    (name,) = [line.split()[0] for line in cluster.jobs()]
    folder = run_dir(tmp_path)
    assert record(folder)["stages"]["run"]["job"]["name"] == f"Slurm job {name}"
    cluster.wait_for(lambda: statuses(cli)[0][0] == "running")
    assert statuses(cli)[0][1] == f"Slurm job {name}; rompy-hydra resume sees it to its end"
    cluster.wait_for(lambda: cli("logs", str(folder)).stdout == "ready\n")
    refused = cli(*model(), "model.version=2", "rerun=run", f"run_id={folder.name}")
    assert refused.returncode != 0
    (tmp_path / "go").touch()
    resumed = cli("resume", str(folder))
    assert resumed.returncode == 0, said(resumed)
    stage = record(folder)["stages"]["run"]
    assert stage["state"] == "done"
    assert [file["path"] for file in stage["files"]] == ["model/out.txt", "model/output.log"]
    assert (folder / "model" / "output.log").read_text() == "ready\ncomputed\n"
    assert cluster.jobs() == []


def test_the_job_of_a_killed_driver_is_found_again_and_not_started_twice(cli, model, driver, cluster, tmp_path):
    process = driver(*model())
    cluster.wait_for(lambda: "RUNNING" in "".join(cluster.jobs()))
    process.kill()
    process.wait()
    assert statuses(cli)[0][0] == "running"
    (tmp_path / "go").touch()
    resumed = cli(*model())
    assert resumed.returncode == 0, said(resumed)
    assert "was started at" in (run_dir(tmp_path) / "run.log").read_text()
    assert len(cluster.call("squeue", "-h", "-t", "all", "-o", "%j").split(run_dir(tmp_path).name)) == 2


def test_a_job_whose_id_nobody_recorded_is_found_by_its_name(cli, model, driver, cluster, tmp_path):
    """As after a driver was killed between the answer of sbatch and the record of it."""
    cli(*model(), "run_backend.wait=false")
    folder = run_dir(tmp_path)
    content = record(folder)
    job = content["stages"]["run"]["job"]
    job["name"] = f"Slurm job {job['job_name']}"
    del job["id"]
    (folder / "run.json").write_text(json.dumps(content))
    (tmp_path / "go").touch()
    resumed = cli("resume", str(folder))
    assert resumed.returncode == 0, said(resumed)
    assert record(folder)["stages"]["run"]["job"]["id"]
    assert len(cluster.call("squeue", "-h", "-t", "all", "-o", "%j").split(folder.name)) == 2


def test_an_announced_job_that_was_never_submitted_is_none(cli, model, cluster, tmp_path):
    cli(*model(), "run_backend.wait=false")
    folder = run_dir(tmp_path)
    for line in cluster.jobs():
        cluster.call("scancel", line.split()[0])
    content = record(folder)
    content["stages"]["run"]["job"] = {"backend": "slurm", "name": "Slurm job x.1", "job_name": "x.1", "user": "0"}
    (folder / "run.json").write_text(json.dumps(content))
    assert statuses(cli)[0][0] == "cut off"
    (tmp_path / "go").touch()
    assert cli(*model()).returncode == 0


def test_a_job_is_cancelled_from_another_terminal(cli, model, cluster, tmp_path):
    cli(*model(), "run_backend.wait=false")
    cancelled = cli("cancel", str(run_dir(tmp_path)))
    assert "is cancelled" in cancelled.stdout, said(cancelled)
    assert cluster.jobs() == []
    assert record(run_dir(tmp_path))["stages"]["run"]["state"] == "interrupted"


@pytest.mark.parametrize(("number", "code"), [(signal.SIGINT, 130), (signal.SIGTERM, 143)])
def test_a_stopped_driver_leaves_no_job(model, driver, cluster, tmp_path, number, code):
    process = driver(*model())
    cluster.wait_for(lambda: "RUNNING" in "".join(cluster.jobs()))
    process.send_signal(number)
    assert process.wait(30) == code
    assert cluster.jobs() == []
    assert record(run_dir(tmp_path))["stages"]["run"]["state"] == "interrupted"


def test_a_stopped_driver_leaves_its_job_where_that_is_asked_for(cli, model, driver, cluster, tmp_path):
    process = driver(*model(WAIT, "run_backend.on_interrupt=detach"))
    cluster.wait_for(lambda: "RUNNING" in "".join(cluster.jobs()))
    os.killpg(process.pid, signal.SIGINT)
    assert process.wait(30) == 130
    assert f"rompy-hydra resume {run_dir(tmp_path)} sees it" in (run_dir(tmp_path) / "run.log").read_text()
    assert statuses(cli)[0][0] == "running"
    (tmp_path / "go").touch()
    assert cli("resume", str(run_dir(tmp_path))).returncode == 0


def test_a_job_that_its_driver_would_leave_to_go_on_is_cancelled_with_it(cli, model, driver, cluster, tmp_path):
    driver(*model(WAIT, "run_backend.on_interrupt=detach"))
    cluster.wait_for(lambda: "RUNNING" in "".join(cluster.jobs()))
    cli("cancel", "outputs")
    assert cluster.jobs() == []
    assert record(run_dir(tmp_path))["stages"]["run"]["state"] == "interrupted"


def test_a_run_that_was_cut_off_between_two_stages_is_resumed(cli, model, cluster, tmp_path):
    (tmp_path / "go").touch()
    assert cli(*model()).returncode == 0
    folder = run_dir(tmp_path)
    content = record(folder)
    content["stages"] = {"generate": content["stages"]["generate"], "run": {"state": "pending"}}
    (folder / "run.json").write_text(json.dumps(content))
    for name in ("out.txt", "output.log"):
        (folder / "model" / name).unlink()
    assert cli("resume", str(folder)).returncode == 0
    assert record(folder)["stages"]["run"]["state"] == "done"


def test_a_second_ctrl_c_ends_the_job_too_and_leaves_it_on_record(instead, driver, model, cluster, tmp_path):
    """However soon it comes: the job is not forgotten before it is gone."""
    instead("squeue", 'kill -INT $PPID; exec $REAL "$@"')
    process = driver(*model())
    assert process.wait(60) == 130
    cluster.wait_for(lambda: not cluster.jobs())
    assert record(run_dir(tmp_path))["stages"]["run"]["state"] == "running"


def test_ctrl_c_just_after_the_submission_leaves_no_job(instead, driver, model, cluster, tmp_path):
    instead("sbatch", '$REAL "$@"; kill -INT $PPID')
    process = driver(*model())
    assert process.wait(60) == 130
    cluster.wait_for(lambda: not cluster.jobs())
    assert record(run_dir(tmp_path))["stages"]["run"]["state"] == "interrupted"


def test_a_failed_job_is_a_failed_model(cli, model, cluster, tmp_path):
    done = cli(*model("echo out of range; exit 3"))
    assert done.returncode == 4
    assert "exit code 3" in said(done)
    assert "| out of range" in said(done)


def test_without_a_scheduler_status_still_tells_what_is_recorded(cli, model, cluster, tmp_path):
    cli(*model(), "run_backend.wait=false")
    rows = json.loads(cli("status", "--json", PATH="/usr/sbin:/sbin").stdout)
    assert rows[0]["state"] == "unknown"
    assert "there is no squeue on PATH" in rows[0]["message"]


def test_a_sweep_is_submitted_and_seen_to_later(cli, model, cluster, tmp_path):
    sweep = cli(
        "-m", *model(WAIT.replace("../../../", "../../../../")), "run_backend.wait=false", "model.version=a,b,c"
    )
    assert sweep.returncode == 0, said(sweep)
    assert "0 of 3 members done" in sweep.stdout
    assert "3 submitted" in sweep.stdout
    (folder,) = (tmp_path / "outputs").iterdir()
    assert [m["exit_code"] for m in json.loads((folder / "sweep.json").read_text())["members"]] == [None] * 3
    cluster.wait_for(lambda: [state for state, _ in statuses(cli)] == ["running"] * 3)
    (tmp_path / "go").touch()
    resumed = cli("resume", str(folder))
    assert resumed.returncode == 0, said(resumed)
    assert [state for state, _ in statuses(cli)] == ["done"] * 3


def test_one_failed_member_does_not_keep_the_others_from_being_seen_to(cli, model, cluster, tmp_path):
    fails = "case $PWD in *0-version=a*) exit 3;; esac; echo computed > out.txt"
    cli("-m", *model(fails), "run_backend.wait=false", "model.version=a,b")
    (folder,) = (tmp_path / "outputs").iterdir()
    resumed = cli("resume", str(folder))
    assert resumed.returncode == 1
    assert "exit code 3" in resumed.stderr
    assert [state for state, _ in statuses(cli)] == ["failed", "done"]
