"""Many experiments from one command line."""

from __future__ import annotations

import json
import os
from pathlib import Path

import pytest

from rompy_hydra import config
from rompy_hydra.config import Sweep
from rompy_hydra.errors import BackendError, ConfigError, ModelError, Problem
from rompy_hydra.lock import Lock
from rompy_hydra.request import Request

from .conftest import Project


def sweep(*words: str) -> Sweep:
    return config.load_sweep(config.parse(["-m", "experiment=mine", *words]))


def refused(*words: str) -> dict[str, Problem]:
    with pytest.raises(ConfigError) as caught:
        sweep(*words)
    return {p.key: p for p in caught.value.problems}


def leave_a_mark(request: Request) -> int:
    """A member: what it was told, written where it was told to be; fails where its version says so."""
    directory = request.model_run.directory.path
    directory.mkdir(parents=True)
    version = request.model_run.model.model_dump()["version"]
    (directory / "mark").write_text(f"{version} {os.getpid()}")
    if version == "raises":
        raise ModelError("it failed")
    if version == "exits":
        raise SystemExit(7)
    return int(version) if version.isdigit() else 0


@pytest.mark.usefixtures("project")
class TestMembers:
    def test_each_has_a_directory_named_after_what_is_swept(self) -> None:
        found = sweep("model.version=a,b", "run_backend.cpus=1,2")
        assert [m.name for m in found.members] == [
            "0-version=a,cpus=1",
            "1-version=a,cpus=2",
            "2-version=b,cpus=1",
            "3-version=b,cpus=2",
        ]
        run = found.members[2].request.model_run
        assert run.directory.path == found.directory / "2-version=b,cpus=1"
        assert found.directory == Path.cwd() / "outputs" / found.id

    def test_names_are_plain_file_names_whatever_is_swept(self) -> None:
        names = [m.name for m in sweep("model.argv=[a b,/c],['../d']").members]
        assert names == ["0-argv=a_b,c", "1-argv=d"]

    def test_keys_that_end_alike_are_told_apart(self) -> None:
        [first, _] = [m.name for m in sweep("model.values.a.x=1,2", "model.values.b.x=1").members]
        assert first == "0-x=1"
        [first, *_] = [m.name for m in sweep("model.values.a.x=1,2", "model.values.b.x=1,2").members]
        assert first == "0-model.values.a.x=1,model.values.b.x=1"

    def test_ranges_and_choices_of_hydras_grammar_work(self) -> None:
        assert len(sweep("run_backend.cpus=range(1,4)", "model.version=choice(a,b)").members) == 6

    def test_options_of_groups_are_swept(self, project: Project) -> None:
        project.write("conf/experiment/yours", (project.root / "conf/experiment/mine.yaml").read_text())
        found = config.load_sweep(config.parse(["-m", "+experiment=mine,yours"]))
        assert [m.name for m in found.members] == ["0-experiment=mine", "1-experiment=yours"]

    def test_params_of_a_file_are_swept(self, project: Project) -> None:
        project.write(
            "conf/experiment/grid",
            """
            # @package _global_
            defaults: [mine]
            hydra:
              sweeper:
                params: {model.version: "a,b"}
            """,
        )
        found = config.load_sweep(config.parse(["-m", "experiment=grid", "model.failure=x"]))
        assert [m.name for m in found.members] == ["0-version=a", "1-version=b"]

    def test_the_same_sweep_has_the_same_id_and_another_one_has_another(self) -> None:
        assert sweep("model.version=a,b").id == sweep("model.version=a,b").id
        assert sweep("model.version=a,b").id != sweep("model.version=a,c").id
        assert sweep("model.version=a,b").id != sweep("model.version=a,b", "model.failure=x").id
        assert sweep("model.version=a,b").id.startswith("mine-sweep-")

    def test_more_processors_are_the_same_sweep(self) -> None:
        assert sweep("model.version=a,b").id == sweep("model.version=a,b", "run_backend.cpus=2").id

    def test_params_of_an_override_are_swept(self) -> None:
        found = sweep("hydra.sweeper.params={model.version: 'a,b'}")
        assert [m.name for m in found.members] == ["0-version=a", "1-version=b"]

    def test_run_ids_that_differ_are_kept(self) -> None:
        assert [m.name for m in sweep("run_id=a,b").members] == ["a", "b"]

    def test_one_run_id_for_all_is_refused(self) -> None:
        assert "share one run directory" in refused("run_id=x", "model.version=a,b")["run_id"].message

    def test_a_secret_is_in_no_name(self, monkeypatch: pytest.MonkeyPatch) -> None:
        found = sweep("run_backend.env_vars.API_TOKEN=hunter22,hunter33")
        assert not any("hunter" in str((m.name, m.overrides)) for m in found.members)


@pytest.mark.usefixtures("project")
class TestProblems:
    def test_problems_of_all_members_are_told_once_with_their_numbers(self) -> None:
        problems = refused("period.start=2023-01-01,soon", "run_backend.cpus=1,0,2", "model.vrsion=x")
        assert problems["period.start"].message.endswith("(jobs #3, #4, #5)")
        assert problems["run_backend.cpus"].message.endswith("(jobs #1, #4)")
        assert problems["model.vrsion"].message.endswith("(all jobs)")
        assert problems["model.vrsion"].hint == "did you mean 'version'?"

    def test_an_unknown_option_stops_the_sweep_with_the_number_of_its_job(self) -> None:
        assert refused("model=generic,gneric")["model"].message.endswith("(job #1)")

    def test_hydras_own_settings_are_not_swept(self) -> None:
        assert "hydra.verbose" in refused("hydra.verbose=true,false")

    def test_another_sweeper_is_refused_by_name(self) -> None:
        problems = refused("hydra.sweeper._target_=hydra_plugins.optuna.Sweeper")
        assert problems["hydra.sweeper"].value == "hydra_plugins.optuna.Sweeper"

    def test_a_continuous_sweep_is_refused(self) -> None:
        assert "interval" in next(iter(refused("run_backend.cpus=interval(1,4)").values())).message.lower()

    @pytest.mark.parametrize("word", ["x=range(0,0)", "x=glob(*)"])
    def test_a_sweep_over_nothing_is_refused(self, word: str) -> None:
        assert refused(word)["x"].origin == f"command-line override '{word}'"

    def test_params_that_are_no_values_are_refused(self) -> None:
        assert "hydra.sweeper.params.a" in refused("+hydra.sweeper.params={a: {b: c}}")

    def test_members_cannot_have_different_output_directories(self) -> None:
        assert refused("output_dir=o1,o2")["output_dir"].value == ["o1", "o2"]

    def test_nothing_is_written_when_one_member_is_wrong(self) -> None:
        refused("run_backend.cpus=1,0")
        assert not Path("outputs").exists()


LAUNCHERS = ["basic", "joblib"]


@pytest.mark.parametrize("launcher", LAUNCHERS)
@pytest.mark.usefixtures("project")
class TestLaunch:
    @pytest.fixture(autouse=True)
    def _available(self, launcher: str) -> None:
        if launcher == "joblib":
            pytest.importorskip("hydra_plugins.hydra_joblib_launcher")

    def test_every_member_runs_though_some_fail(self, launcher: str) -> None:
        found = sweep(f"hydra/launcher={launcher}", "model.version=good,raises,exits,'4'")
        results = config.launch(found, leave_a_mark)
        assert [r.exit_code for r in results] == [0, 4, 7, 4]
        assert isinstance(results[1].error, ModelError)
        marks = [(found.directory / m.name / "mark").read_text().split()[0] for m in found.members]
        assert marks == ["good", "raises", "exits", "4"]

    def test_hydra_leaves_nothing_of_its_own(self, launcher: str) -> None:
        found = sweep(f"hydra/launcher={launcher}", "model.version=a,b", "hydra.job.chdir=true")
        config.launch(found, leave_a_mark)
        written = {str(p.relative_to(found.directory)) for p in found.directory.rglob("*") if p.is_file()}
        assert written == {"sweep.json", "0-version=a/mark", "1-version=b/mark"}
        assert sorted(p.name for p in Path.cwd().iterdir()) == ["conf", "outputs"]

    def test_the_record_of_the_sweep_says_how_each_member_ended(self, launcher: str) -> None:
        found = sweep(f"hydra/launcher={launcher}", "model.version=good,raises")
        config.launch(found, leave_a_mark)
        record = json.loads((found.directory / "sweep.json").read_text())
        assert record["sweep"] == found.id
        assert [(m["name"], m["exit_code"]) for m in record["members"]] == [
            ("0-version=good", 0),
            ("1-version=raises", 4),
        ]

    def test_batches_keep_the_numbers_of_the_members(self, launcher: str) -> None:
        found = sweep(f"hydra/launcher={launcher}", "hydra.sweeper.max_batch_size=2", "model.version=a,b,raises")
        assert [r.exit_code for r in config.launch(found, leave_a_mark)] == [0, 0, 4]

    def test_the_same_sweep_is_not_started_twice(self, launcher: str) -> None:
        found = sweep(f"hydra/launcher={launcher}", "model.version=a,b")
        found.directory.mkdir(parents=True)
        with Lock(found.directory / "run.lock"), pytest.raises(BackendError, match="running already"):
            config.launch(found, leave_a_mark)
        assert not (found.directory / "sweep.json").exists()


def stop_at_b(request: Request) -> int:
    """A member that the user interrupts."""
    if request.model_run.model.model_dump()["version"] == "b":
        raise KeyboardInterrupt
    return 0


@pytest.mark.usefixtures("project")
def test_an_interrupted_sweep_has_recorded_the_members_that_ended() -> None:
    found = sweep("model.version=a,b,c")
    with pytest.raises(KeyboardInterrupt):
        config.launch(found, stop_at_b)
    record = json.loads((found.directory / "sweep.json").read_text())
    assert [m["exit_code"] for m in record["members"]] == [0, 130, None]


@pytest.mark.usefixtures("project")
def test_joblib_uses_other_processes() -> None:
    pytest.importorskip("hydra_plugins.hydra_joblib_launcher")
    found = sweep("hydra/launcher=joblib", "model.version=a,b")
    config.launch(found, leave_a_mark)
    pids = {(found.directory / m.name / "mark").read_text().split()[1] for m in found.members}
    assert str(os.getpid()) not in pids
