"""The command line as a user meets it: exit codes, messages, and nothing lost."""

from __future__ import annotations

import json
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import pytest

Cli = Callable[..., subprocess.CompletedProcess[str]]
GENERIC = ("~experiment", "model=generic", "postprocessor=noop", "run_id=r")


def argv(*words: str) -> str:
    """An override that sets the model's command."""
    return f"model.argv={json.dumps(list(words))}"


def record(folder: Path, run_id: str = "r") -> dict[str, dict[str, dict[str, str]]]:
    data = json.loads((folder / "outputs" / run_id / "run.json").read_text())
    assert isinstance(data, dict)
    return data


def started(folder: Path, *words: str) -> subprocess.Popen[str]:
    """A run in the background, once its model is at work."""
    command = [sys.executable, "-m", "rompy_hydra.cli", *words]
    process = subprocess.Popen(command, cwd=folder, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
    deadline = time.monotonic() + 60
    while not list(folder.glob("outputs/*/model/output.log")):
        assert process.poll() is None, process.communicate()[1]
        assert time.monotonic() < deadline
        time.sleep(0.05)
    return process


def test_a_run_says_where_its_results_are(cli: Cli) -> None:
    done = cli(*GENERIC, argv("sh", "-c", "echo 1 > out.txt"))
    assert done.returncode == 0, done.stderr
    assert done.stdout == "r: done, in outputs/r\n"


def test_a_run_leaves_only_its_own_directory(cli: Cli, tmp_path: Path) -> None:
    assert cli(*GENERIC, argv("true")).returncode == 0
    assert [p.name for p in tmp_path.iterdir()] == ["outputs"]
    assert sorted(p.name for p in (tmp_path / "outputs/r").iterdir()) == [
        "config.yaml", "events.jsonl", "model", "products", "run.json", "run.log",
    ]  # fmt: skip


def test_the_config_of_a_run_reproduces_it(cli: Cli, tmp_path: Path) -> None:
    words = ("~experiment", "model=generic", "postprocessor=noop", "name=again")
    assert cli(*words, argv("sh", "-c", "echo ok > out.txt")).returncode == 0
    [folder] = (tmp_path / "outputs").iterdir()
    done = cli("plan", "--config-path", str(folder), "--config-name", "config", "--json")
    assert done.returncode == 0, done.stderr
    plan = json.loads(done.stdout)
    assert plan["run_id"] == folder.name
    assert [a["stage"] for a in plan["actions"] if a["do"]] == ["postprocess.noop"]  # which looks anew each time


def test_a_model_that_exits_3_is_told_with_its_last_lines(cli: Cli, tmp_path: Path) -> None:
    done = cli(*GENERIC, argv("sh", "-c", "echo the bottom is dry; exit 3"))
    assert done.returncode == 4
    assert "exit code 3" in done.stderr
    assert "| the bottom is dry" in done.stderr
    assert "Traceback" not in done.stderr
    assert record(tmp_path)["stages"]["run"]["state"] == "failed"


def test_a_command_that_is_not_there(cli: Cli, tmp_path: Path) -> None:
    done = cli(*GENERIC, argv("swann.exe"))
    assert done.returncode == 5
    assert "swann.exe" in done.stderr
    assert record(tmp_path)["stages"]["run"]["state"] == "failed"


def test_a_time_out_is_told_with_the_last_lines(cli: Cli, tmp_path: Path) -> None:
    done = cli(*GENERIC, argv("sh", "-c", "echo step 1; sleep 60"), "run_backend.timeout=1")
    assert done.returncode == 5
    assert "| step 1" in done.stderr
    assert record(tmp_path)["stages"]["run"]["state"] == "failed"


def test_a_failing_postprocessor_has_its_own_exit_code(cli: Cli) -> None:
    done = cli(*GENERIC, argv("touch", "empty.txt"))
    assert done.returncode == 6
    assert "empty.txt" in done.stderr


@pytest.mark.parametrize(
    ("words", "key"),
    [
        (["model.argw=1"], "model.argw"),
        (["run_backend.cpus=many"], "run_backend.cpus"),
        (["+model.x._target_=os.system"], "model.x._target_"),
        (["run_id=a/b"], "run_id"),
        (["run_id=.."], "run_id"),
        (["period.start=10:30"], "period"),
        (["model.version=${model.version}"], "model.version"),
        (["model.version=${nothing}"], "model.version"),
    ],
)
def test_wrong_config_is_exit_2_names_the_key_and_writes_nothing(
    cli: Cli, tmp_path: Path, words: list[str], key: str
) -> None:
    done = cli("~experiment", "model=generic", "postprocessor=noop", *words)
    assert done.returncode == 2, done.stderr
    assert key in done.stderr
    assert "Traceback" not in done.stderr
    assert list(tmp_path.iterdir()) == []


def test_all_problems_come_at_once(cli: Cli) -> None:
    done = cli("check", "~experiment", "model=generic", "run_id=a/b", "run_backend.cpus=0", "+model.argw=1", "--json")
    keys = {p["key"] for p in json.loads(done.stdout)["problems"]}
    assert keys >= {"run_id", "run_backend.cpus", "model.argw"}


def test_an_output_dir_one_may_not_write_is_found_first(cli: Cli, tmp_path: Path) -> None:
    (tmp_path / "taken").write_text("")
    done = cli(*GENERIC, argv("true"), "output_dir=taken")
    assert done.returncode == 2
    assert "output_dir" in done.stderr


def test_a_missing_data_file_is_exit_3_with_its_origin(cli: Cli, tmp_path: Path) -> None:
    done = cli(*GENERIC, argv("true"), "model.files={a.txt: absent.txt}")
    assert done.returncode == 3
    assert "absent.txt" in done.stderr
    assert "command-line override" in done.stderr
    assert list(tmp_path.iterdir()) == []


def test_the_verbs_that_help_and_completion_offer_are_those_that_work() -> None:
    from rompy_hydra import cli, config

    assert tuple(cli._VERBS) == config.VERBS


def test_an_unknown_verb_is_explained(cli: Cli) -> None:
    done = cli("chek")
    assert done.returncode == 2
    assert "did you mean 'check'?" in done.stderr


def test_a_secret_from_the_environment_appears_in_no_file(cli: Cli, tmp_path: Path) -> None:
    secret = "s3cr3t-Zx81-value"
    words = ("+run_backend.env_vars.API_TOKEN=${oc.env:API_TOKEN}", argv("sh", "-c", "echo token is $API_TOKEN"))
    done = cli(*GENERIC, *words, "--verbose", API_TOKEN=secret)
    assert done.returncode == 0, done.stderr
    holding = [p for p in tmp_path.rglob("*") if p.is_file() and secret.encode() in p.read_bytes()]
    assert holding == []
    assert secret not in done.stdout + done.stderr
    assert "API_TOKEN: ${oc.env:API_TOKEN}" in (tmp_path / "outputs/r/config.yaml").read_text()


def test_ctrl_c_ends_the_model_and_leaves_the_directory_resumable(cli: Cli, tmp_path: Path) -> None:
    process = started(tmp_path, *GENERIC, argv("sh", "-c", "echo begun; test -f go || sleep 60"))
    process.send_signal(signal.SIGINT)
    _, said = process.communicate(timeout=30)
    assert process.returncode == 130, said
    assert "Traceback" not in said
    assert f"rompy-hydra resume {tmp_path / 'outputs/r'} goes on" in said
    assert record(tmp_path)["stages"]["run"]["state"] == "interrupted"
    assert not (tmp_path / "outputs/r/run.lock").exists()
    status = json.loads(cli("status", "--json").stdout)
    assert status[0]["state"] == "interrupted"


def test_sigterm_ends_the_model_with_its_own_exit_code(tmp_path: Path) -> None:
    process = started(tmp_path, *GENERIC, argv("sleep", "60"))
    process.terminate()
    _, said = process.communicate(timeout=30)
    assert process.returncode == 143, said


def test_status_knows_a_run_that_was_killed(cli: Cli, tmp_path: Path) -> None:
    process = started(tmp_path, *GENERIC, argv("sleep", "60"))
    process.kill()
    process.communicate()
    assert json.loads(cli("status", "--json").stdout)[0]["state"] == "cut off"
    assert cli(*GENERIC, argv("sleep", "0"), "on_existing=archive").returncode == 0


def test_plan_writes_nothing_and_shows_the_command(cli: Cli, tmp_path: Path) -> None:
    done = cli("plan", *GENERIC, argv("swan.exe", "case"))
    assert done.returncode == 0, done.stderr
    assert "swan.exe case" in done.stdout
    assert "run               do" in done.stdout
    assert list(tmp_path.iterdir()) == []


def test_plan_tells_that_the_directory_is_in_use(cli: Cli, tmp_path: Path) -> None:
    running = started(tmp_path, *GENERIC, argv("sleep", "30"))
    try:
        told = cli("plan", *GENERIC, argv("sleep", "30")).stdout
        assert f"WARNING: its directory is in use by process {running.pid}" in told
    finally:
        running.terminate()
        running.communicate()
    assert "in use" not in cli("plan", *GENERIC, argv("sleep", "30")).stdout


def test_plan_lists_the_very_actions_of_the_run(cli: Cli, tmp_path: Path) -> None:
    assert cli(*GENERIC, argv("sh", "-c", "echo 1 > out")).returncode == 0
    planned = json.loads(cli("plan", *GENERIC, argv("sh", "-c", "echo 1 > out"), "rerun=run", "--json").stdout)
    said = cli(*GENERIC, argv("sh", "-c", "echo 1 > out"), "rerun=run").stderr.splitlines()
    for action in planned["actions"][:2]:
        assert f"{action['stage']}: {'begins' if action['do'] else 'skipped'}, {action['reason']}" in said


def test_json_output_is_one_document(cli: Cli) -> None:
    result = json.loads(cli(*GENERIC, argv("sh", "-c", "echo 1 > out"), "--json").stdout)
    assert result["success"] is True


def test_the_options_of_a_group_say_when_to_use_them(cli: Cli) -> None:
    rows = json.loads(cli("list", "model/swan/physics", "--json").stdout)
    said = {row["name"]: row["description"] for row in rows}
    assert {"komen", "st6", "propagation_only"} <= said.keys()
    assert said["gen2"] == "Second generation: fast, for first looks."
    assert all(said.values())


def test_a_group_that_there_is_not_is_met_with_the_nearest(cli: Cli) -> None:
    done = cli("list", "model/swan/physic")
    assert done.returncode == 2
    assert "did you mean 'model/swan/physics'?" in done.stderr


def test_a_closed_pipe_is_no_traceback(tmp_path: Path) -> None:
    command = f"{sys.executable} -m rompy_hydra.cli list | true"
    done = subprocess.run(["bash", "-c", command], cwd=tmp_path, capture_output=True, text=True)
    assert "Traceback" not in done.stderr


def test_a_full_disk_is_told_and_the_run_goes_on_when_there_is_room(cli: Cli, small_disk: Path) -> None:
    ballast = small_disk / "ballast"
    ballast.write_bytes(b"x" * 1_850_000)
    words = (*GENERIC, argv("sh", "-c", "yes 0123456789 | head -c 99000"), f"output_dir={small_disk}")
    full = cli(*words)
    assert full.returncode == 5, full.stderr
    assert "No space left" in full.stderr
    assert "Traceback" not in full.stderr
    ballast.unlink()
    again = cli(*words)
    assert again.returncode == 0, again.stderr
    assert json.loads((small_disk / "r" / "run.json").read_text())["stages"]["run"]["state"] == "done"


def test_a_sweep_with_a_failed_member_is_one_json_document(cli: Cli) -> None:
    words = ("-m", "~experiment", "model=generic", "postprocessor=noop", "model.argv=[sh,-c,'exit 3'],[touch,x]")
    done = cli(*words, "--json")
    assert done.returncode == 1, done.stderr
    assert [m["exit_code"] for m in json.loads(done.stdout)["members"]] == [4, 6]


@pytest.mark.parametrize("words", [["check", "run_id=a/b"], ["output_dir=/proc/x", *GENERIC, argv("true")], ["chek"]])
def test_errors_are_one_json_document_too(cli: Cli, words: list[str]) -> None:
    done = cli(*words, "--json")
    assert json.loads(done.stdout)["exit_code"] == done.returncode == 2


def test_closed_streams_do_not_fail_a_run(tmp_path: Path) -> None:
    for number, closed in enumerate((">&-", "2>&-", ">&- 2>&-")):
        words = f"~experiment model=generic postprocessor=noop run_id=c{number} 'model.argv=[sh,-c,\"echo 1 > out\"]'"
        command = f"{sys.executable} -m rompy_hydra.cli {words} {closed}"
        done = subprocess.run(["bash", "-c", command], cwd=tmp_path, capture_output=True, text=True)
        assert done.returncode == 0, done.stderr
        assert (tmp_path / f"outputs/c{number}/model/out").exists()


def test_no_command_is_found_before_anything_is_written(cli: Cli, tmp_path: Path) -> None:
    for verb in ("check", "plan", "run"):
        done = cli(verb, *GENERIC)
        assert done.returncode == 2
        assert "neither the model nor the backend names a command" in done.stderr
    assert list(tmp_path.iterdir()) == []


def test_a_stage_that_is_not_chosen_cannot_be_forced(cli: Cli) -> None:
    done = cli("check", *GENERIC, argv("true"), "pipeline.stages=[postprocess]", "rerun=run")
    assert done.returncode == 2
    assert "not among pipeline.stages" in done.stderr
