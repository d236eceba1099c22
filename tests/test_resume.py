"""What is current, what is done again, and what is never touched."""

from __future__ import annotations

import json
import os
import shutil
import threading
import time
from pathlib import Path
from typing import Any

import pytest

from rompy_hydra import BackendError, ConfigError, ModelRun, PostprocessError
from rompy_hydra.core.inputs import Input
from rompy_hydra.model.base import Plan
from rompy_hydra.model.generic import Generic
from rompy_hydra.run_dir import State


@pytest.fixture
def data(tmp_path: Path) -> Path:
    file = tmp_path / "data.txt"
    file.write_text("1\n")
    return file


def staged(data: Path, argv: list[str] | None = None, **more: Any) -> ModelRun:
    copy = ["sh", "-c", "cat data.txt > out.txt"]
    model = {"model_type": "generic", "files": {"data.txt": str(data)}, "argv": argv or copy}
    return ModelRun(name="r", output_dir=data.parent / "runs", model=model, **more)


def log(run: ModelRun) -> str:
    return run.directory.log.read_text()


def state(run: ModelRun, stage: str) -> State:
    record = run.record
    assert record is not None
    return record.stage(stage).state


def test_a_folder_that_no_run_has_made_is_never_touched(tmp_path: Path) -> None:
    (tmp_path / "project/model").mkdir(parents=True)
    (tmp_path / "project/model/thesis.txt").write_text("years of work")
    for more in ({}, {"on_existing": "archive"}):
        with pytest.raises(ConfigError, match="is there already and is no run directory"):
            ModelRun(run_id="project", output_dir=tmp_path, **more).run(command=["true"])
    assert (tmp_path / "project/model/thesis.txt").read_text() == "years of work"


def test_an_empty_folder_is_taken(tmp_path: Path) -> None:
    (tmp_path / "x").mkdir()
    assert ModelRun(run_id="x", output_dir=tmp_path).run(command=["true"])


def test_new_input_files_take_the_old_output_with_them(data: Path) -> None:
    assert staged(data).run()
    data.write_text("2\n")
    staged(data).generate()
    assert state(staged(data), "run") is State.PENDING
    with pytest.raises(PostprocessError, match="stage run is pending"):
        staged(data).postprocess("noop")


def test_an_input_replaced_by_one_of_the_same_size_and_time_is_read_again(data: Path) -> None:
    assert staged(data).run()
    stat, other = data.stat(), data.with_name("other.txt")
    other.write_text("2\n")
    os.utime(other, ns=(stat.st_atime_ns, stat.st_mtime_ns))
    other.replace(data)
    assert staged(data).run()
    assert (staged(data).workspace / "out.txt").read_text() == "2\n"


def test_a_run_directory_that_was_copied_is_current(data: Path) -> None:
    assert staged(data, run_id="a").run()
    runs, elsewhere = data.parent / "runs", data.parent / "elsewhere"
    shutil.copytree(runs, elsewhere)
    data.write_text(data.read_text())
    again = ModelRun(**{**staged(data, run_id="a").as_config(), "output_dir": elsewhere})
    assert again.run()
    assert log(again).count("run: begins") == 1


def test_data_that_may_have_changed_without_a_sign_are_told_and_not_read_again(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    one = Input("forcing.wind.source.url", url="https://x.org/wind", version="u10, v10", described=True)
    monkeypatch.setattr(Generic, "plan", lambda *_: Plan(inputs=(one,)))
    run = ModelRun(run_id="d", output_dir=tmp_path)
    for _ in range(2):
        assert run.run(command=["true"])
    told = "https://x.org/wind: content not identified by its server, rerun=generate reads it again"
    assert f"; {told}" in log(run)
    assert log(run).count("generate: begins") == 1
    (known,) = run.record.inputs  # type: ignore[union-attr]
    assert not known.identified


def test_output_that_was_deleted_is_no_output(data: Path) -> None:
    assert staged(data).run()
    (staged(data).workspace / "out.txt").unlink()
    with pytest.raises(PostprocessError, match=r"out.txt is missing"):
        staged(data).postprocess("noop")


def test_a_new_input_file_survives_until_the_model_reads_it(data: Path) -> None:
    templates = data.parent / "templates"
    templates.mkdir()
    (templates / "a").write_text("a\n")
    model = {"model_type": "generic", "templates": str(templates), "argv": ["sh", "-c", "cat * > all.out"]}
    for expected in ("a\n", "a\nb\n"):
        run = ModelRun(run_id="t", output_dir=data.parent / "runs", model=model)
        assert run.run()
        assert (run.workspace / "all.out").read_text() == expected
        (templates / "b").write_text("b\n")


def test_after_a_clean_up_the_next_attempt_has_its_input(data: Path) -> None:
    fails = {"command": ["sh", "-c", "cat data.txt > half.txt; exit 1"]}
    for _ in range(2):
        run = staged(data)
        run.generate()
        run.pipeline(run_kwargs=fails, cleanup_on_failure=True)
        assert [p.name for p in run.workspace.iterdir()] == ["data.txt"]
    assert staged(data).run()


def test_a_model_may_change_its_own_input(data: Path) -> None:
    argv = ["sh", "-c", "echo used >> data.txt; cp data.txt out.txt"]
    assert staged(data, argv).run()
    assert staged(data, argv).run()
    assert log(staged(data, argv)).count("run: begins") == 1
    assert staged(data, argv, rerun="run").run()
    assert (staged(data, argv).workspace / "out.txt").read_text() == "1\nused\n", "the input must be fresh again"


def test_what_is_forced_is_forced_once(data: Path) -> None:
    run = staged(data, rerun="all")
    run.pipeline(processor="noop")
    assert log(run).count("generate: begins") == 1


def test_other_environment_variables_are_another_run(data: Path) -> None:
    argv = ["sh", "-c", "echo $X > out.txt"]
    assert staged(data, argv).run(env_vars={"X": "1"})
    assert staged(data, argv).run(env_vars={"X": "2"})
    assert (staged(data, argv).workspace / "out.txt").read_text() == "2\n"
    assert "the environment" in log(staged(data, argv))


def test_another_program_of_the_same_name_is_another_run(data: Path) -> None:
    folders = [data.parent / name for name in ("old", "new")]
    for folder in folders:
        folder.mkdir()
        (folder / "model").write_text(f"#!/bin/sh\necho {folder.name} > out.txt\n")
        (folder / "model").chmod(0o755)
    for folder in folders:
        run = staged(data, ["model"])
        assert run.run(env_vars={"PATH": f"{folder}:/usr/bin:/bin"})
        assert (run.workspace / "out.txt").read_text() == f"{folder.name}\n"


def test_a_postprocessor_that_is_no_longer_asked_for_does_not_fail_the_run(data: Path) -> None:
    run = ModelRun(run_id="e", output_dir=data.parent / "runs")
    run.pipeline(run_kwargs={"command": ["touch", "empty"]}, processor="noop")
    assert run.record.state is State.FAILED  # type: ignore[union-attr]
    run.pipeline(run_kwargs={"command": ["touch", "empty"]}, processor=[])
    assert run.record.state is State.DONE  # type: ignore[union-attr]


def test_noop_looks_anew_each_time(data: Path) -> None:
    folder = data.parent / "elsewhere"
    folder.mkdir()
    (folder / "a").write_text("x")
    options = {"processor": "noop", "process_kwargs": {"output_dir": str(folder)}}
    assert staged(data).pipeline(**options)["success"]
    (folder / "a").unlink()
    assert not staged(data).pipeline(**options)["success"]


def test_secrets_in_the_science_are_neither_shown_nor_in_the_way(data: Path) -> None:
    model = {"model_type": "generic", "values": {"api_token": "hunter2-hunter2"}, "argv": ["true"]}
    run = ModelRun(run_id="s", output_dir=data.parent / "runs", model=model)
    assert run.run()
    assert ModelRun(run_id="s", output_dir=data.parent / "runs", model=model).run()
    files = [p for p in run.directory.path.rglob("*") if p.is_file()]
    assert [p for p in files if b"hunter2" in p.read_bytes()] == []


def test_a_secret_given_in_python_appears_in_no_file(data: Path) -> None:
    run = staged(data, ["sh", "-c", "echo $API_TOKEN; echo $API_TOKEN > /dev/null; cp data.txt out.txt"])
    assert run.run(env_vars={"API_TOKEN": "hunter2-hunter2"})
    files = [p for p in run.directory.path.rglob("*") if p.is_file()]
    assert [p for p in files if b"hunter2" in p.read_bytes()] == []


def test_a_progress_pattern_that_matches_nonsense_does_not_end_the_model(data: Path) -> None:
    model = {"model_type": "generic", "progress_pattern": r"(?P<percent>\S+)", "argv": ["echo", "start"]}
    run = ModelRun(run_id="p", output_dir=data.parent / "runs", model=model)
    assert run.run()
    assert "progress cannot be read from 'start'" in log(run)


@pytest.mark.parametrize(
    ("printed", "fraction"),
    [("2023-01-01T03:00:00Z", 0.5), ("2023-01-01T09:00:00+03:00", 1.0), ("2022-12-31T00:00:00Z", 0.0), ("3 h", None)],
)
def test_a_time_alone_tells_how_much_of_the_period_is_behind(data: Path, printed: str, fraction: float | None) -> None:
    model = {"model_type": "generic", "progress_pattern": "at (?P<time>.+)", "argv": ["echo", f"at {printed}"]}
    period = {"start": "2023-01-01T00:00:00Z", "duration": "6h"}
    run = ModelRun(name="r", output_dir=data.parent / "runs", model=model, period=period)
    assert run.run()
    events = [json.loads(line) for line in run.directory.events.read_text().splitlines()]
    assert [e["progress"] for e in events if "progress" in e] == [{"fraction": fraction, "time": printed, "text": ""}]


def test_links_to_folders_and_to_nowhere_are_no_trouble(data: Path) -> None:
    argv = ["sh", "-c", "mkdir run1; echo x > run1/out; ln -s run1 latest; ln -s nowhere dangling"]
    assert staged(data, argv).run()
    assert staged(data, argv, rerun="run").run()


def test_archiving_happens_once_and_plan_knows_it(data: Path) -> None:
    assert staged(data, run_id="a").run()
    again = staged(data, run_id="a", on_existing="archive")
    again.generate()
    assert again.run()
    assert sorted(p.name for p in (data.parent / "runs").iterdir()) == ["a", "a.archived-1"]
    assert not (data.parent / "runs/a.archived-1/run.lock").exists()


def test_config_yaml_of_a_python_run_says_how_it_was_executed(data: Path) -> None:
    run = staged(data)
    run.pipeline(run_kwargs={"cpus": 2}, processor="noop")
    text = run.directory.config.read_text()
    assert "cpus: 2" in text
    assert "noop:\n    _target_: rompy_hydra.postprocessor.noop.Noop" in text


def test_a_pipeline_of_others_is_told_as_it_is(data: Path) -> None:
    from rompy_hydra.plugins import Bound, Plugin
    from rompy_hydra.plugins import plugin as find

    class Cloud:
        """Takes one option, and none of the others."""

        def execute(self, model_run: ModelRun, queue: str = "x") -> dict[str, Any]:
            raise KeyError(queue)

    like: Plugin = find("pipeline", "local")
    with pytest.raises(BackendError, match="raised KeyError: 'fast'"):
        staged(data).pipeline(Bound(like, Cloud(), {"queue": "fast"}), run_backend="local")


def test_threads_of_one_process_do_not_share_a_directory(tmp_path: Path) -> None:
    results: list[str] = []

    def go() -> None:
        try:
            ModelRun(run_id="t", output_dir=tmp_path).run(command=["sleep", "1"])
            results.append("ran")
        except BackendError as error:
            results.append(str(error))

    threads = [threading.Thread(target=go) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(r == "ran" for r in results) == [False, True]
    assert any("in use" in r for r in results)


def test_the_record_is_readable_json_at_every_moment(data: Path) -> None:
    run = staged(data)
    assert run.run()
    assert json.loads(run.directory.record_file.read_text())["record_version"] == 1


def test_a_typo_gives_up_no_finished_run(data: Path) -> None:
    assert staged(data).run()
    for wrong in ({"command": "no-such-program"}, {"working_dir": "nope"}):
        with pytest.raises(BackendError):
            staged(data).run(**wrong)
    assert (staged(data).workspace / "out.txt").read_text() == "1\n"
    assert state(staged(data), "run") is State.DONE


def test_a_workspace_that_was_deleted_is_made_again(tmp_path: Path) -> None:
    run = ModelRun(run_id="w", output_dir=tmp_path)
    assert run.run(command=["touch", "out"])
    (run.workspace / "out").unlink()
    (run.workspace / "output.log").unlink()
    run.workspace.rmdir()
    assert run.run(command=["touch", "out"])


def test_a_changed_script_is_another_run(data: Path) -> None:
    script = data.parent / "script.py"
    for text in ("one", "two"):
        script.write_text(f"open('out.txt', 'w').write('{text}')")
        run = staged(data, ["python", str(script)])
        assert run.run()
        assert (run.workspace / "out.txt").read_text() == text


def test_a_secret_that_is_an_ordinary_word_does_not_break_the_record(data: Path) -> None:
    for word in ("done", "model", "output"):
        run = staged(data, run_id=word)
        assert run.run(env_vars={"API_TOKEN": word})
        assert run.pipeline(run_kwargs={"env_vars": {"API_TOKEN": word}})["success"]
        assert state(run, "run") is State.DONE


def test_a_run_that_ends_does_not_silence_another_one(tmp_path: Path) -> None:
    signs = {name: tmp_path / f"{name} may end" for name in ("first", "second")}
    runs, threads = {}, {}
    for name, sign in signs.items():
        runs[name] = ModelRun(run_id=name, output_dir=tmp_path)
        command = ["sh", "-c", f"until [ -e '{sign}' ]; do sleep 0.01; done; echo last words"]
        threads[name] = threading.Thread(target=runs[name].run, kwargs={"command": command})
        threads[name].start()
        while not runs[name].directory.log.exists() or "running:" not in log(runs[name]):
            time.sleep(0.01)
    for name in signs:
        signs[name].touch()
        threads[name].join()
    assert ["model | last words" in log(run) for run in runs.values()] == [True, True]


def test_runs_in_threads_keep_their_logs_apart(tmp_path: Path) -> None:
    runs = [ModelRun(run_id=f"t{i}", output_dir=tmp_path) for i in range(3)]
    threads = [threading.Thread(target=r.run, kwargs={"command": ["echo", str(r.run_id)]}) for r in runs]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert [log(r).count("running:") for r in runs] == [1, 1, 1]
    assert [log(r).count(f"model | {r.run_id}") for r in runs] == [1, 1, 1]


def test_a_record_of_a_newer_version_is_left_alone(data: Path) -> None:
    run = staged(data, run_id="n")
    assert run.run()
    text = run.directory.record_file.read_text().replace('"record_version": 1', '"record_version": 99')
    run.directory.record_file.write_text(text)
    with pytest.raises(ConfigError, match="newer version"):
        run.run()
    assert run.directory.record_file.read_text() == text


def test_a_change_of_directory_moves_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    run = ModelRun(run_id="c", output_dir="out")
    (tmp_path / "elsewhere").mkdir()
    monkeypatch.chdir(tmp_path / "elsewhere")
    assert run.run(command=["true"])
    assert (tmp_path / "out/c/run.json").exists()


@pytest.mark.parametrize("name", [None, ["local"], 3])
def test_a_backend_is_chosen_by_a_name(tmp_path: Path, name: Any) -> None:
    with pytest.raises(ConfigError, match="no run_backend plugin of this name"):
        ModelRun(output_dir=tmp_path).run(backend=name)


def test_an_output_dir_that_leads_nowhere_is_refused(tmp_path: Path) -> None:
    (tmp_path / "link").symlink_to(tmp_path / "nowhere")
    with pytest.raises(ConfigError, match="is not a directory"):
        ModelRun(output_dir=tmp_path / "link").run(command=["true"])
