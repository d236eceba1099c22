"""One run from Python: what is done, what is skipped, what is recorded."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import psutil
import pytest

from rompy_hydra import BackendError, ConfigError, DataError, ModelRun, PostprocessError
from rompy_hydra.run_dir import State

WRITE = ["sh", "-c", "echo step 1; cat number.txt > out.txt"]


@pytest.fixture
def number(tmp_path: Path) -> Path:
    file = tmp_path / "number.txt"
    file.write_text("1\n")
    return file


def staged(number: Path, **more: object) -> ModelRun:
    model = {"model_type": "generic", "files": {"number.txt": str(number)}, "argv": WRITE, "outputs": ["out.txt"]}
    return ModelRun(name="staged", output_dir=number.parent / "runs", model=model, **more)


def states(run: ModelRun) -> dict[str, State]:
    record = run.record
    assert record is not None
    return {name: stage.state for name, stage in record.stages.items()}


def log(run: ModelRun) -> str:
    return run.directory.log.read_text()


def test_a_bare_run_executes_any_command(tmp_path: Path) -> None:
    run = ModelRun(run_id="bare", output_dir=tmp_path)
    assert run.run(backend="local", command=["sh", "-c", "echo $GREETING > hello.txt"], env_vars={"GREETING": "hi"})
    assert (tmp_path / "bare" / "model" / "hello.txt").read_text() == "hi\n"


def test_without_any_command_nothing_is_called_a_success(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match="neither the model nor the backend names a command"):
        ModelRun(run_id="bare", output_dir=tmp_path).run(backend="local")
    assert list(tmp_path.iterdir()) == []


def test_the_run_id_follows_the_science_and_not_the_place(number: Path) -> None:
    here, there = staged(number), staged(number, rerun="run")
    other = ModelRun(name="staged", output_dir=number.parent, model={"model_type": "generic"})
    assert here.run_id == there.run_id != other.run_id


def test_a_second_run_skips_what_is_current(number: Path) -> None:
    assert staged(number).run()
    written = (staged(number).workspace / "out.txt").stat().st_mtime_ns
    assert staged(number).run()
    assert (staged(number).workspace / "out.txt").stat().st_mtime_ns == written
    assert "run: skipped, current since" in log(staged(number))


def test_changed_data_rerun_from_the_first_stage_they_touch_and_say_why(number: Path) -> None:
    assert staged(number).run()
    number.write_text("2\n")
    assert staged(number).run()
    assert (staged(number).workspace / "out.txt").read_text() == "2\n"
    assert f"changed since {staged(number).record.created[:10]}" in log(staged(number))  # type: ignore[union-attr]
    assert "model.files.number.txt" in log(staged(number)).split("changed since")[1].splitlines()[0]


def test_touched_data_with_the_same_content_change_nothing(number: Path) -> None:
    assert staged(number).run()
    os.utime(number, (0, 0))
    assert staged(number).run()
    assert log(staged(number)).count("run: begins,") == 1


def test_a_lost_output_file_is_made_again(number: Path) -> None:
    assert staged(number).run()
    (staged(number).workspace / "out.txt").unlink()
    assert staged(number).run()
    assert "run: begins, model/out.txt is missing" in log(staged(number))


def test_another_backend_alone_reruns_nothing(number: Path) -> None:
    assert staged(number).run(backend="local", timeout=60)
    assert staged(number).run(backend="local", timeout=90, cpus=2)
    assert log(staged(number)).count("run: begins,") == 1


def test_another_command_reruns_the_model(number: Path) -> None:
    assert staged(number).run()
    assert staged(number).run(command=["sh", "-c", "echo other > out.txt"])
    assert "run: begins, changed since" in log(staged(number))


def test_rerun_forces_a_stage(number: Path) -> None:
    assert staged(number).run()
    assert staged(number, rerun="run").run()
    assert "run: begins, asked for by rerun=run" in log(staged(number))


def test_a_failing_command_is_a_failure_with_its_exit_code_and_last_lines_on_record(tmp_path: Path) -> None:
    run = ModelRun(run_id="fails", output_dir=tmp_path)
    assert run.run(command=["sh", "-c", "echo too steep; exit 3"]) is False
    stage = run.record.stage("run")  # type: ignore[union-attr]
    assert (stage.state, stage.exit["code"], stage.exit["tail"]) == (State.FAILED, 3, ["too steep"])  # type: ignore[index]
    assert "too steep" in stage.message


def test_a_failed_run_can_be_tried_again_in_the_same_directory(tmp_path: Path) -> None:
    run = ModelRun(run_id="again", output_dir=tmp_path)
    assert not run.run(command=["sh", "-c", "echo half > old.txt; exit 1"])
    assert run.run(command=["sh", "-c", "echo whole > new.txt"])
    assert not (run.workspace / "old.txt").exists(), "evidence of an earlier attempt must not survive"


def test_exit_code_zero_without_the_expected_output_is_a_failure(number: Path) -> None:
    run = staged(number)
    assert run.run(command=["true"]) is False
    assert "it wrote no out.txt" in run.record.stage("run").message  # type: ignore[union-attr]


def test_a_run_past_its_time_limit_is_an_error_and_on_record(tmp_path: Path) -> None:
    run = ModelRun(run_id="slow", output_dir=tmp_path)
    with pytest.raises(BackendError, match="time limit"):
        run.run(command=["sh", "-c", "echo begun; sleep 60"], timeout=0.5)
    assert states(run)["run"] is State.FAILED
    assert run.record.stage("run").exit["tail"] == ["begun"]  # type: ignore[union-attr,index]


def test_postprocessing_a_run_that_never_was_is_an_error(tmp_path: Path) -> None:
    with pytest.raises(PostprocessError, match="no finished model run"):
        ModelRun(run_id="never", output_dir=tmp_path).postprocess(processor="noop")


def test_noop_finds_empty_output(number: Path) -> None:
    run = ModelRun(run_id="empty", output_dir=number.parent)
    assert run.run(command=["touch", "nothing.txt"])
    result = run.postprocess(processor="noop", validate_outputs=True)
    assert result["success"] is False
    assert "nothing.txt" in result["message"]


def test_a_pipeline_tells_what_it_completed(number: Path) -> None:
    result = staged(number).pipeline(pipeline_backend="local", run_backend="local", processor="noop")
    assert result["success"] is True
    assert result["stages_completed"] == ["generate", "run", "postprocess"]
    assert result["run_id"] == staged(number).run_id


def test_a_pipeline_stops_at_the_first_failure(number: Path) -> None:
    result = staged(number).pipeline(run_backend="local", run_kwargs={"command": ["false"]}, processor="noop")
    assert (result["success"], result["failed_stage"], result["stages_completed"]) == (False, "run", ["generate"])


def test_cleanup_on_failure_removes_what_this_run_wrote_and_keeps_the_record(number: Path) -> None:
    run = staged(number)
    run.pipeline(run_kwargs={"command": ["sh", "-c", "echo x > y; exit 1"]}, cleanup_on_failure=True)
    assert not run.workspace.exists()
    assert states(run) == {"generate": State.PENDING, "run": State.FAILED, "postprocess.noop": State.PENDING}


def test_cleanup_on_failure_keeps_what_is_older(number: Path) -> None:
    staged(number).generate()
    run = staged(number)
    run.pipeline(run_kwargs={"command": ["sh", "-c", "echo x > y; exit 1"]}, cleanup_on_failure=True)
    assert [p.name for p in run.workspace.iterdir()] == ["number.txt"]


def test_selected_stages_only(number: Path) -> None:
    result = staged(number).pipeline(stages=["generate"])
    assert result["stages_completed"] == ["generate"]
    assert states(staged(number)) == {"generate": State.DONE}


def test_an_explicit_run_id_is_never_reused_for_other_science(number: Path) -> None:
    assert staged(number, run_id="mine").run()
    other = ModelRun(
        run_id="mine", output_dir=number.parent / "runs", model={"model_type": "generic", "argv": ["true"]}
    )
    with pytest.raises(ConfigError, match="holds another experiment") as error:
        other.run()
    assert "model.argv" in str(error.value)


def test_archive_sets_the_old_directory_aside(number: Path) -> None:
    assert staged(number, run_id="mine").run()
    other = ModelRun(
        run_id="mine", output_dir=number.parent / "runs", on_existing="archive", model={"model_type": "generic"}
    )
    assert other.run(command=["true"])
    assert (number.parent / "runs" / "mine.archived-1" / "model" / "out.txt").exists()


@pytest.mark.parametrize("name", ["a/b", "..", "../victim", "", " ", "-x", "a:b"])
def test_a_run_id_is_a_plain_file_name(name: str, tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match="run_id"):
        ModelRun(run_id=name, output_dir=tmp_path)


def test_missing_data_stop_everything_before_anything_is_written(tmp_path: Path) -> None:
    run = staged(tmp_path / "absent.txt")
    with pytest.raises(DataError, match="no such file"):
        run.run()
    assert not (tmp_path / "runs").exists()


def test_an_output_dir_that_is_a_file_is_refused(number: Path) -> None:
    with pytest.raises(ConfigError, match="is not a directory"):
        ModelRun(run_id="x", output_dir=number / "below").run(command=["true"])


def test_the_record_names_inputs_outputs_command_and_versions(number: Path) -> None:
    run = staged(number)
    assert run.run()
    data = json.loads(run.directory.record_file.read_text())
    assert data["inputs"][0]["path"] == str(number)
    assert len(data["inputs"][0]["sha256"]) == 64
    outputs = [f["path"] for f in data["stages"]["run"]["files"]]
    assert outputs == ["model/out.txt", "model/output.log"]
    assert data["stages"]["run"]["command"] == WRITE
    assert "rompy-hydra" in data["versions"]


def test_events_are_json_lines_with_run_and_stage(number: Path) -> None:
    run = staged(number)
    assert run.run()
    events = [json.loads(line) for line in run.directory.events.read_text().splitlines()]
    assert {e["run_id"] for e in events} == {run.run_id}
    assert [e["stage"] for e in events if e["message"].startswith("running:")] == ["run"]


def test_two_processes_never_work_in_one_directory(tmp_path: Path) -> None:
    script = (
        "from rompy_hydra import ModelRun\n"
        f"ModelRun(run_id='one', output_dir={str(tmp_path)!r}).run(command=['sleep', '30'])\n"
    )
    first = subprocess.Popen([sys.executable, "-c", script])
    try:
        _wait_for(lambda: (tmp_path / "one" / "model" / "output.log").exists())
        with pytest.raises(BackendError, match="in use by process"):
            ModelRun(run_id="one", output_dir=tmp_path).run(command=["true"])
    finally:
        first.terminate()
        first.wait()


def test_kill_9_loses_nothing_and_the_next_call_goes_on(tmp_path: Path) -> None:
    marker = f"{time.time_ns() % 10**6}.25"
    script = (
        "from rompy_hydra import ModelRun\n"
        f"ModelRun(run_id='cut', output_dir={str(tmp_path)!r}).run(command=['sleep', {marker!r}])\n"
    )
    first = subprocess.Popen([sys.executable, "-c", script])
    _wait_for(lambda: (tmp_path / "cut" / "model" / "output.log").exists())
    first.send_signal(signal.SIGKILL)
    first.wait()
    _wait_for(lambda: not any(marker in " ".join(p.info["cmdline"] or []) for p in psutil.process_iter(["cmdline"])))
    run = ModelRun(run_id="cut", output_dir=tmp_path)
    assert states(run)["run"] is State.RUNNING
    assert run.run(command=["sh", "-c", "echo done > out.txt"])
    assert states(run)["run"] is State.DONE
    assert "the last attempt was cut off" in log(run)


def _wait_for(condition: object, timeout_s: float = 20) -> None:
    deadline = time.monotonic() + timeout_s
    while not condition():  # type: ignore[operator]
        assert time.monotonic() < deadline, "waited in vain"
        time.sleep(0.05)
