"""What a wrong config is answered with: all problems at once, each with its origin and a way out."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from rompy_hydra.errors import UNSET

from .conftest import Project

Add = Callable[[str], None]


def test_every_problem_is_reported_at_once_with_its_line(project: Project, experiment: Add) -> None:
    experiment("""
          outputz: [a]
        on_existing: rsume
        run_backend:
          cpus: two
    """)
    problems = project.problems("experiment=mine", "period.interval=fast", "model=gneric", "nme=x")
    assert problems["on_existing"].origin == "conf/experiment/mine.yaml:10"
    assert problems["on_existing"].hint == "did you mean 'resume'?"
    assert problems["run_backend.cpus"].origin == "conf/experiment/mine.yaml:12"
    assert problems["period.interval"].origin == "command-line override 'period.interval=fast'"
    assert problems["nme"].hint == "did you mean 'name'?"
    assert problems["model"].value == "gneric"


def test_an_unknown_key_of_a_file_has_its_line_and_the_nearest_key(project: Project, experiment: Add) -> None:
    experiment("  outputz: [a]\n")
    problem = project.problem("experiment=mine")
    assert (problem.key, problem.origin) == ("model.outputz", "conf/experiment/mine.yaml:9")
    assert problem.hint == "did you mean 'outputs'?"


def test_a_node_whose_keys_contradict_each_other_is_not_shown_as_a_whole(project: Project) -> None:
    problem = project.problem("experiment=mine", "run_backend=slurm", "run_backend.ntasks=4", "run_backend.cpus=3")
    assert problem.key == "run_backend"
    assert problem.message.startswith("cpus: 3 is not ntasks x cpus_per_task")
    assert problem.value is UNSET


def test_a_text_in_place_of_a_list_is_answered_with_how_to_write_one(project: Project) -> None:
    problem = project.problem("experiment=mine", "run_backend=slurm", "run_backend.modules=gcc")
    assert (problem.message, problem.hint) == ("expected a list", "write [...] around it for a list of one")


def test_a_mapping_in_place_of_a_list_is_told_in_words(project: Project) -> None:
    volumes = "run_backend.volumes={source: ., target: /data}"
    problem = project.problem("experiment=mine", "run_backend=docker", "run_backend.image=x", volumes)
    assert (problem.key, problem.message) == ("run_backend.volumes", "expected a list, not a mapping")


def test_an_unknown_key_of_an_override_has_the_override_and_the_nearest_key(project: Project) -> None:
    problem = project.problem("experiment=mine", "model.outptus=[a]")
    assert problem.origin == "command-line override 'model.outptus=[a]'"
    assert problem.hint == "did you mean 'outputs'?"


def test_a_key_that_no_file_mentions_is_set_without_a_plus(project: Project) -> None:
    run = project.load("experiment=mine", "model.version=1.2.3", "domain=null").model_run
    assert run.model.model_dump()["version"] == "1.2.3"


def test_a_plus_before_a_key_that_has_a_value_is_refused(project: Project) -> None:
    assert project.problem("experiment=mine", "+name=x").hint == "write it without the +: name=x"


def test_deleting_what_is_not_there_names_the_nearest_key(project: Project) -> None:
    assert project.problem("experiment=mine", "~nam").hint == "did you mean 'name'?"


def test_an_element_of_a_list_is_overridden_and_blamed(project: Project) -> None:
    assert project.load("experiment=mine", "model.argv.1=ho").model_run.model.model_dump()["argv"] == ["echo", "ho"]
    assert project.problem("experiment=mine", "model.argv.7=x").key == "model.argv.7"


def test_a_key_inside_an_element_of_a_list_has_its_own_line(project: Project, experiment: Add) -> None:
    experiment("""
        domain:
          mesh:
            kind: polygon
            outline:
              - [0, 0]
              - [1, far]
    """)
    assert project.problems("experiment=mine")["domain.mesh.outline.1.1"].origin == "conf/experiment/mine.yaml:14"


def test_a_missing_key_is_blamed_on_what_surrounds_it(project: Project) -> None:
    problems = project.problems("experiment=mine", "domain.mesh.kind=box")
    assert problems["domain.mesh.resolution_m"].origin == "command-line override 'domain.mesh.kind=box'"


def test_a_mandatory_value_is_asked_for_in_the_words_of_its_file(project: Project, experiment: Add) -> None:
    experiment("""
        # Folder with the survey:
        #   bathy.nc   depths
        data_dir: ???
    """)
    problem = project.problem("experiment=mine", "model.argv=[cat,'${data_dir}/bathy.nc']")
    assert (problem.key, problem.origin) == ("data_dir", "conf/experiment/mine.yaml:11")
    lines = [line.strip() for line in problem.hint.splitlines()]
    assert lines == ["set it with data_dir=VALUE", "Folder with the survey:", "bathy.nc   depths"]


def test_an_interpolation_that_names_no_key_says_how_to_write_it_literally(project: Project, experiment: Add) -> None:
    experiment('  outputs: ["${f}.nc"]\n')
    problem = project.problem("experiment=mine")
    assert problem.key == "model.outputs.0"
    assert problem.origin == "conf/experiment/mine.yaml:9 (written as ${f}.nc)"
    assert problem.hint.endswith("\\${f}.nc")


def test_an_unset_environment_variable_is_named(project: Project, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("NX", raising=False)
    problem = project.problem("experiment=mine", "run_backend.cpus=${oc.env:NX}")
    assert problem.message == "the environment variable NX is not set"
    assert "export NX=" in problem.hint


def test_a_wrong_value_through_an_interpolation_shows_the_interpolation(
    project: Project, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("NX", "-3")
    problem = project.problem("experiment=mine", "run_backend.cpus=${oc.env:NX}")
    assert problem.value == "-3"
    assert "(written as ${oc.env:NX})" in problem.origin


def test_values_that_refer_to_each_other_in_a_circle_are_both_named(project: Project, experiment: Add) -> None:
    experiment("  version: ${model.failure}\n  failure: ${model.version}\n")
    problems = project.problems("experiment=mine")
    assert set(problems) == {"model.version", "model.failure"}
    assert "circle" in problems["model.version"].message


def test_an_unknown_resolver_is_refused(project: Project) -> None:
    assert "nosuch" in project.problem("experiment=mine", "model.version=${nosuch:1}").message


@pytest.mark.parametrize(
    ("text", "line", "message"),
    [
        ("name: x\nname: y\n", 3, "this key is written twice"),
        ("name: [x\nperiod: y\n", 3, "this is not YAML"),
        ("name:\tx: y\n", 2, "this is not YAML"),
        ('name: "${a"\n', 2, "no viable alternative"),
        ("hydra:\n  launcher: {nosuch: 1}\n", 3, "nosuch"),
    ],
)
def test_a_file_that_cannot_be_composed_is_named_with_the_line(
    project: Project, text: str, line: int, message: str
) -> None:
    project.write("conf/experiment/broken", f"# @package _global_\n{text}")
    problem = project.problem("experiment=broken")
    assert problem.origin == f"conf/experiment/broken.yaml:{line}"
    assert message in problem.message


@pytest.mark.parametrize(
    ("word", "key", "hint"),
    [
        ("model.argv=[a", "model.argv", "quote"),
        ("pln", "pln", "did you mean 'plan'?"),
        ("model=anuga,generic", "model", "add -m"),
        ("hydra.run.dr=x", "hydra.run.dr", "did you mean 'dir'?"),
        ("hydra/launcher=joblb", "hydra/launcher", "did you mean 'joblib'?"),
        ("hydra.mode=MULTIRUN", "hydra.mode", "add -m"),
        ("a@b=c", "a", "group@package"),
    ],
)
def test_a_wrong_override_says_what_to_write(project: Project, word: str, key: str, hint: str) -> None:
    if "joblb" in word:
        pytest.importorskip("hydra_plugins.hydra_joblib_launcher")
    problems = project.problems("experiment=mine", word)
    assert hint in problems[key].hint


def test_unreadable_overrides_do_not_hide_other_problems(project: Project) -> None:
    assert set(project.problems("experiment=mine", "a=[1", "b=[2", "name=x/y")) == {"a", "b", "name"}


@pytest.mark.parametrize("name", ["../x", "a/b", ".."])
def test_a_run_id_that_is_no_file_name_is_refused(project: Project, name: str) -> None:
    assert project.problem("experiment=mine", f"run_id={name}").key == "run_id"


@pytest.mark.parametrize(
    ("text", "message", "line"),
    [
        ("# @package _global_\ndefaults: [odd]\n", "contains itself", ":2"),
        ("# @package _global_\ndefaults: [mine]\na: &a [*a]\n", "contains itself", ""),
        ("# @package _global_\ndefaults: [mine]\na: &a {b: *a}\n", "contains itself", ""),
        ("# @package _global_\ndefaults:\n  - /model: generic\n  - mine\n", "made twice", ":3"),
    ],
)
def test_a_file_without_an_end_or_with_a_doubled_choice_is_named(
    project: Project, text: str, message: str, line: str
) -> None:
    project.write("conf/experiment/odd", text)
    problem = project.problem("experiment=odd")
    assert message in problem.message
    assert problem.origin == f"conf/experiment/odd.yaml{line}"


def test_a_byte_order_mark_is_explained(project: Project) -> None:
    path = project.root / "conf/experiment/odd.yaml"
    path.write_bytes(b"\xef\xbb\xbf# @package _global_\ndefaults: [mine]\nname: x\n")
    problem = project.problem("experiment=odd")
    assert problem.message.startswith("conf/experiment/odd.yaml:1: ")
    assert "byte order mark" in problem.message


def test_an_override_without_a_key_is_refused(project: Project) -> None:
    assert "a key before the =" in project.problem("experiment=mine", "=5").message


def test_no_experiment_at_all_can_be_asked_for(project: Project) -> None:
    request = project.load("experiment=null", "model=generic", "name=x", "model.argv=[a]", "postprocessor=noop")
    assert request.composition.overrides[0] == "~experiment"


def test_hydras_own_values_are_not_available(project: Project) -> None:
    problem = project.problem("experiment=mine", "model.version=${hydra:runtime.cwd}")
    assert "not available" in problem.message
    assert "${oc.env:PWD}" in problem.hint


class TestLeftOvers:
    MESH = "{kind: file, path: bay.msh}"

    def test_keys_of_the_kind_before_are_called_left_over(self, project: Project) -> None:
        found = project.problems(f"domain.mesh={self.MESH}")
        assert "domain.mesh.outline" in found
        for problem in found.values():
            assert "left over from" in problem.hint
            assert "put ~domain.mesh before the override" in problem.hint

    def test_the_hint_works(self, project: Project) -> None:
        found = project.problems("~domain.mesh", f"domain.mesh={self.MESH}")
        assert not any(key.startswith("domain.mesh") for key in found)

    def test_an_experiment_on_top_of_another_has_them_too(self, project: Project) -> None:
        text = f"# @package _global_\ndefaults: [tidal_bay]\ndomain: {{mesh: {self.MESH}}}\n"
        project.write("conf/experiment/odd", text)
        assert "add ~domain.mesh.outline" in project.problems("experiment=odd")["domain.mesh.outline"].hint

    def test_a_misspelt_key_beside_an_older_kind_is_not(self, project: Project) -> None:
        assert "left over" not in project.problem("domain.mesh.outlne=[]").hint
