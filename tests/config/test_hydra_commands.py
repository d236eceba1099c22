"""Hydra's own commands keep working, and completion knows our verbs."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from rompy_hydra import config
from rompy_hydra.errors import ConfigError

from ..plugin_package import install
from .conftest import Project

Cli = Callable[..., subprocess.CompletedProcess[str]]


def said(capsys: pytest.CaptureFixture[str], *words: str) -> str:
    assert config.hydra_command(config.parse(words))
    return capsys.readouterr().out


def test_help_shows_verbs_groups_and_options(project: Project, capsys: pytest.CaptureFixture[str]) -> None:
    text = said(capsys, "--help")
    assert text.startswith("rompy-hydra:")
    assert all(f"\n{verb} " in text for verb in config.VERBS)
    assert "experiment: mine, perth_nearshore, swan_estuary, swan_fetch, " in text
    assert "postprocessor: export, known_answer, noop, plots" in text


def test_cfg_shows_the_composed_config(project: Project, capsys: pytest.CaptureFixture[str]) -> None:
    text = said(capsys, "--cfg", "job", "--package", "model", "+experiment=mine", "model.version=7")
    assert text == "# @package model\n" + "\n".join(
        [
            "_target_: rompy_hydra.model.generic.Generic",
            "model_type: generic",
            "argv:",
            "- echo",
            "- hi",
            "version: 7",
            "",
        ]
    )


def test_info_shows_the_search_path(project: Project, capsys: pytest.CaptureFixture[str]) -> None:
    text = said(capsys, "--info", "searchpath")
    assert text.index("./conf") < text.index("built-in")


def test_info_shows_the_defaults_of_an_experiment(project: Project, capsys: pytest.CaptureFixture[str]) -> None:
    assert "experiment/mine" in said(capsys, "--info", "defaults", "+experiment=mine")


def test_hydra_help_knows_our_groups_have_another_place(project: Project, capsys: pytest.CaptureFixture[str]) -> None:
    assert "hydra/launcher: basic" in said(capsys, "--hydra-help", "experiment=mine")


def test_both_versions_are_told(capsys: pytest.CaptureFixture[str]) -> None:
    lines = said(capsys, "--version").splitlines()
    assert [line.split()[0] for line in lines] == ["rompy-hydra", "Hydra"]


def test_a_wrong_override_is_refused_by_the_commands_too(project: Project) -> None:
    with pytest.raises(ConfigError) as caught:
        config.hydra_command(config.parse(["--cfg", "job", "model=gneric"]))
    assert caught.value.problems[0].hint == "did you mean 'generic'?"


def test_anything_else_is_no_hydra_command() -> None:
    assert not config.hydra_command(config.parse(["name=x"]))
    assert not config.hydra_command(config.parse(["-m", "name=x,y"]))


class TestCompletion:
    @staticmethod
    def suggestions(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, line: str) -> set[str]:
        monkeypatch.setenv("COMP_LINE", line)
        return set(said(capsys, "-sc", "query=bash").split())

    @pytest.mark.parametrize(
        ("line", "expected"),
        [
            ("rompy-hydra mod", {"model", "model="}),
            ("rompy-hydra plan mod", {"model", "model="}),
            ("rompy-hydra plan --json mod", {"model", "model="}),
            ("rompy-hydra model=gen", {"model=generic"}),
            ("rompy-hydra check +experiment=mi", {"+experiment=mine"}),
            ("rompy-hydra experiment=mine model.", {"model.argv."}),
            ("rompy-hydra pl", {"plan"}),
            ("rompy-hydra ", {"plan", "check", "model", "run_backend="}),
            ("rompy-hydra --c", {"--cfg", "--config-dir", "--config-name", "--config-path"}),
            ("rompy-hydra plan --js", {"--json"}),
            ("rompy-hydra explain model.friction.", {"model.friction.coefficient"}),
        ],
    )
    def test_words_are_completed(
        self,
        project: Project,
        capsys: pytest.CaptureFixture[str],
        monkeypatch: pytest.MonkeyPatch,
        line: str,
        expected: set[str],
    ) -> None:
        found = self.suggestions(capsys, monkeypatch, line)
        assert expected & found if "model=" in expected and len(expected) == 2 else expected <= found

    def test_verbs_are_not_suggested_after_a_verb(
        self, project: Project, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
    ) -> None:
        assert "plan" not in self.suggestions(capsys, monkeypatch, "rompy-hydra check ")

    def test_a_shell_that_asks_without_its_line_is_told(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.delenv("COMP_LINE", raising=False)
        with pytest.raises(ConfigError, match="COMP_LINE"):
            config.hydra_command(config.parse(["-sc", "query=bash"]))

    @pytest.mark.parametrize("line", ["rompy-hydra model=gneric na", "rompy-hydra a=[1 na", "rompy-hydra --nosuch na"])
    def test_half_a_wrong_line_is_no_error(
        self, project: Project, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, line: str
    ) -> None:
        monkeypatch.setenv("COMP_LINE", line)
        assert config.hydra_command(config.parse(["-sc", "query=bash"]))
        assert capsys.readouterr().err == ""

    def test_bash_completes_the_installed_command(self, project: Project) -> None:
        command = Path(sys.executable).parent / "rompy-hydra"
        if not command.exists():
            pytest.skip("the console script is not installed beside this Python")
        script = """
            eval "$(rompy-hydra -sc install=bash)"
            COMP_LINE="rompy-hydra plan +experiment=mi" COMP_CWORD=2
            hydra_bash_completion; echo "${COMPREPLY[@]}"
        """
        env = {**os.environ, "PATH": f"{command.parent}{os.pathsep}{os.environ['PATH']}"}
        done = subprocess.run(["bash", "-c", script], cwd=project.root, env=env, capture_output=True, text=True)
        assert (done.stdout.strip(), done.stderr) == ("+experiment=mine", "")


class TestPluginsOfOthers:
    @pytest.fixture
    def site(self, project: Project) -> Path:
        return install(
            project.root / "site",
            "reefpack",
            {
                "heavy.py": """
                    '''A plugin that tells when it is imported.'''
                    import sys
                    print("IMPORTED", file=sys.stderr)

                    class Reef:
                        '''Runs on the reef.'''
                        def run(self, model_run, depth_m: float = 1.0): return True

                    class Fish:
                        '''Counts fish.'''
                        def process(self, model_run, **kwargs): return {"success": True}
                """,
                "conf/__init__.py": "",
                "conf/run_backend/lagoon.yaml": "_target_: reefpack.heavy.Reef\ndepth_m: 3.0\n",
                "conf/run_backend/local.yaml": ("_target_: rompy_hydra.run_backend.local.LocalRunBackend\ncpus: 5\n"),
            },
            {
                "rompy.run": {"reef": "reefpack.heavy:Reef"},
                "rompy.postprocess": {"fish": "reefpack.heavy:Fish"},
                "rompy_hydra.conf": {"reefpack": "reefpack.conf"},
            },
        )

    def test_are_options_in_help_without_being_imported(self, cli: Cli, project: Project, site: Path) -> None:
        done = cli("--help", cwd=project.root, PYTHONPATH=str(site))
        assert "run_backend: docker, lagoon, local, reef, slurm" in done.stdout
        assert "postprocessor: export, fish, known_answer, noop, plots" in done.stdout
        assert "IMPORTED" not in done.stderr

    def test_are_suggested_when_misspelt(self, cli: Cli, project: Project, site: Path) -> None:
        done = cli("check", "experiment=mine", "run_backend=ref", cwd=project.root, PYTHONPATH=str(site))
        assert "did you mean 'reef'?" in done.stderr

    @pytest.mark.parametrize("words", [("run_backend=reef",), ("run_backend=lagoon",), ("postprocessor=[noop,fish]",)])
    def test_are_chosen_like_any_option(self, cli: Cli, project: Project, site: Path, words: tuple[str, ...]) -> None:
        done = cli("check", "experiment=mine", *words, cwd=project.root, PYTHONPATH=str(site))
        assert done.returncode == 0, done.stderr
        assert "IMPORTED" in done.stderr

    def test_yaml_of_a_plugin_package_wins_over_the_built_in(self, cli: Cli, project: Project, site: Path) -> None:
        done = cli("explain", "run_backend.cpus", "experiment=mine", cwd=project.root, PYTHONPATH=str(site))
        assert "run_backend.cpus = 5" in done.stdout, done.stderr

    def test_options_of_a_plain_class_are_checked_against_its_method(
        self, cli: Cli, project: Project, site: Path
    ) -> None:
        words = ("experiment=mine", "run_backend=reef", "run_backend.dpth_m=3")
        done = cli("check", *words, cwd=project.root, PYTHONPATH=str(site))
        assert done.returncode == 2
        assert "did you mean 'depth_m'?" in done.stderr
        assert "command-line override 'run_backend.dpth_m=3'" in done.stderr

    def test_explain_knows_the_parameters_of_a_plain_class(self, cli: Cli, project: Project, site: Path) -> None:
        words = ("explain", "run_backend.depth_m", "experiment=mine", "run_backend=reef")
        done = cli(*words, cwd=project.root, PYTHONPATH=str(site))
        assert "run_backend.depth_m = 1.0" in done.stdout, done.stderr
        assert "from:    default" in done.stdout
