"""Jobs that outlive the process that started them, as a user meets them on the command line."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import time
from pathlib import Path

import pytest

from rompy_hydra.run_backend.base import RunBackend
from rompy_hydra.testing import RunBackendTests
from tests import plugin_package
from tests.queue_backend import QueueBackend

EXPERIMENT = """
# @package _global_
defaults:
  - override /model: generic
  - override /run_backend: queue
  - override /postprocessor: []
name: mine
run_id: mine
model:
  argv: [sh, -c, 'echo begun; while [ ! -e ../../go ]; do sleep 0.05; done; echo ended']
run_backend:
  folder: ${oc.env:QUEUE}
"""


class TestQueue(RunBackendTests):
    @pytest.fixture(autouse=True)
    def _queue(self, tmp_path_factory: pytest.TempPathFactory) -> None:
        self.folder = tmp_path_factory.mktemp("queue")

    def backend(self, **options: object) -> RunBackend:
        return QueueBackend.model_validate({"folder": self.folder, **options})


class Desk:
    """A user's folder and command line, and the queue."""

    def __init__(self, folder: Path):
        self.folder = folder
        self.queue = folder / "queue"
        self.queue.mkdir()
        source = Path(__file__).with_name("queue_backend.py").read_text()
        target = {"rompy_hydra.run_backend": {"queue": "cluster.queue:QueueBackend"}}
        site = plugin_package.install(folder / "site", "cluster", {"queue.py": source}, target)
        (folder / "conf/experiment").mkdir(parents=True)
        (folder / "conf/experiment/mine.yaml").write_text(EXPERIMENT.lstrip())
        self._environment = {**os.environ, "PYTHONPATH": str(site), "QUEUE": str(self.queue)}

    def start(self, *words: str) -> subprocess.Popen[str]:
        command = [sys.executable, "-m", "rompy_hydra.cli", *words]
        streams = {"stdout": subprocess.PIPE, "stderr": subprocess.PIPE, "text": True}
        return subprocess.Popen(command, cwd=self.folder, env=self._environment, **streams)

    def call(self, *words: str, code: int = 0) -> str:
        with self.start(*words) as process:
            out, err = process.communicate(timeout=60)
        assert process.returncode == code, out + err
        return out + err

    def submit(self, *words: str) -> str:
        return self.call("+experiment=mine", "run_backend.wait=false", *words)

    def status(self, folder: str = "outputs") -> dict[str, dict[str, str]]:
        return {row["run"]: row for row in json.loads(self.call("status", folder, "--json"))}

    def record(self, name: str = "mine") -> dict:
        return json.loads((self.folder / "outputs" / name / "run.json").read_text())["stages"]["run"]

    def go(self) -> None:
        (self.folder / "outputs/go").touch()

    @property
    def questions(self) -> list[str]:
        return (self.queue / "questions").read_text().split()

    def wait_for(self, name: str) -> None:
        deadline = time.monotonic() + 30
        while not (self.queue / name).exists():
            assert time.monotonic() < deadline
            time.sleep(0.05)


@pytest.fixture
def desk(tmp_path):
    made = Desk(tmp_path)
    yield made
    (made.queue / "hold").unlink(missing_ok=True)
    (tmp_path / "outputs").mkdir(exist_ok=True)
    made.go()  # no job is left


def test_a_job_is_left_watched_and_seen_to_its_end(desk):
    (desk.queue / "hold").touch()
    told = desk.submit()
    assert "job 1 is left to itself" in told
    assert "rompy-hydra resume" in told
    assert desk.status()["mine"]["state"] == "queued"
    (desk.queue / "hold").unlink()
    desk.wait_for("job-1/started")
    assert desk.status()["mine"]["state"] == "running"
    assert "job 1 is left to itself" in desk.submit()
    assert desk.call("logs", "outputs/mine").strip() == "begun"
    with desk.start("logs", "-f", "outputs/mine") as follower:
        desk.go()
        assert follower.communicate(timeout=60)[0] == "begun\nended\n"
    assert desk.status()["mine"]["state"] == "ended"
    assert "mine: done" in desk.call("resume", "outputs/mine")
    assert desk.status()["mine"]["state"] == "done"
    assert (desk.folder / "outputs/mine/model/output.log").read_text() == "begun\nended\n"
    assert "everything there is done" in desk.call("resume", "outputs/mine")


def test_another_run_beside_a_job_is_refused(desk):
    desk.submit()
    refused = desk.call("+experiment=mine", "run_backend.env_vars={A: '1'}", code=5)
    assert "job 1 of this run is running, and another run would disturb it" in refused
    assert "rompy-hydra cancel" in refused
    refused = desk.call("+experiment=mine", "rerun=generate", code=5)
    assert "writing its input files anew would disturb it" in refused
    assert desk.record()["state"] == "running"
    assert len(list(desk.queue.glob("job-*"))) == 1


def test_a_job_is_cancelled_and_may_be_run_again(desk):
    desk.submit()
    assert "job 1 of mine is cancelled" in desk.call("cancel", "outputs/mine")
    assert desk.record()["state"] == "interrupted"
    assert "nothing is at work" in desk.call("cancel", "outputs/mine")
    desk.go()
    assert "mine: done" in desk.call("resume", "outputs/mine")
    assert desk.record()["job"]["name"] == "job 2"


def test_a_job_whose_driver_was_killed_is_taken_up_again(desk):
    with desk.start("+experiment=mine") as driver:
        desk.wait_for("job-1/started")
        while not desk.record()["job"].get("name"):
            time.sleep(0.05)
        driver.kill()
        driver.communicate(timeout=60)
    assert desk.status()["mine"]["state"] == "running"
    desk.go()
    assert "mine: done" in desk.call("resume", "outputs/mine")
    assert len(list(desk.queue.glob("job-*"))) == 1


def test_cleaning_up_after_a_failure_leaves_a_job_that_goes_on_alone(desk):
    desk.submit("pipeline.cleanup_on_failure=true")
    assert (desk.folder / "outputs/mine/model").is_dir()
    assert desk.record()["state"] == "running"


def test_a_failed_job_is_told_as_one_that_was_watched(desk):
    (desk.queue / "hold").touch()
    desk.submit("model.argv=[sh,-c,'echo alas; exit 3']")
    (desk.queue / "hold").unlink()
    desk.wait_for("job-1/code")
    told = desk.call("resume", "outputs/mine", code=4)
    assert "exit code 3" in told
    assert "| alas" in told


def test_a_sweep_is_submitted_watched_with_one_question_and_seen_to_its_end(desk):
    words = ("-m", "+experiment=mine", "run_backend.wait=false", "run_id=a,b,c")
    script = "test -e ../../../go-on || echo begun; while [ ! -e ../../../go ]; do sleep 0.05; done"
    told = desk.call(*words, f"model.argv=[sh,-c,'{script}; test $0 != b',\"${{run_id}}\"]")
    assert "0 of 3 members done, 3 submitted" in told
    assert "a  submitted" in told
    [sweep] = (desk.folder / "outputs").glob("mine-sweep-*")
    assert [m["exit_code"] for m in json.loads((sweep / "sweep.json").read_text())["members"]] == [None, None, None]
    before = len(desk.questions) if (desk.queue / "questions").exists() else 0
    rows = desk.status()
    assert {row["state"] for row in rows.values()} == {"running"}
    assert desk.questions[before:] == ["3"]
    desk.go()
    told = desk.call("resume", str(sweep), code=1)
    assert "2 of 3 members done" in told
    assert "b  failed" in told
    assert [m["exit_code"] for m in json.loads((sweep / "sweep.json").read_text())["members"]] == [0, 4, 0]


def test_every_job_below_a_folder_is_cancelled(desk):
    desk.call("-m", "+experiment=mine", "run_backend.wait=false", "run_id=a,b")
    told = desk.call("cancel", "outputs")
    assert "job 1 of a is cancelled" in told
    assert "job 2 of b is cancelled" in told
    assert "nothing is at work" in desk.call("cancel", "outputs")


TELLS = 'model.argv=[sh,-c,"printf %s%s hunter -22; test $API_TOKEN = hunter-22"]'


def test_the_log_of_a_job_shows_no_secret(desk):
    desk._environment["API_TOKEN"] = "hunter-22"
    (desk.queue / "hold").touch()
    desk.submit("+run_backend.env_vars.API_TOKEN=${oc.env:API_TOKEN}", TELLS)
    (desk.queue / "hold").unlink()
    desk.wait_for("job-1/code")
    assert desk.call("logs", "outputs/mine").strip() == "${oc.env:API_TOKEN}"
    assert "mine: done" in desk.call("resume", "outputs/mine")


def test_a_job_whose_secret_was_typed_is_seen_to_its_end_and_not_started_with_what_stands_for_it(desk):
    (desk.queue / "hold").touch()
    desk.submit("+run_backend.env_vars.API_TOKEN=hunter-22", TELLS.replace("test $API_TOKEN = hunter-22", "exit 3"))
    (desk.queue / "hold").unlink()
    desk.wait_for("job-1/code")
    assert "exit code 3" in desk.call("resume", "outputs/mine", code=4)
    assert "a secret was here" in desk.call("resume", "outputs/mine", code=5)


def test_the_doctor_tells_of_a_job_that_nobody_has_looked_at(desk):
    desk.submit()
    assert "1 run, 1 at work" in desk.call("doctor")
    desk.go()
    desk.wait_for("job-1/code")
    told = desk.call("doctor", "--clean")
    assert "ended: job 1" in told
    assert "rompy-hydra resume outputs/mine" in told


def test_the_doctor_goes_on_where_a_queue_does_not_answer(desk):
    desk.submit()
    path = desk.folder / "site/cluster/queue.py"
    path.write_text(
        path.read_text().replace("        places = [", "        raise BackendError('it is closed')\n        places = [")
    )
    told = desk.call("doctor")
    assert "unknown: " in told
    assert "it is closed" in told
    desk.go()
