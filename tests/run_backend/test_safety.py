"""What is executed is what was written: no shell reads it unless one was asked for, and no secret takes a way out."""

from __future__ import annotations

import json
import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest
from pydantic import ValidationError

from rompy_hydra.run_backend.job import Job
from rompy_hydra.run_backend.local import LocalRunBackend

Cli = Callable[..., subprocess.CompletedProcess[str]]
HOSTILE = [
    "; touch pwned",
    "$(touch pwned)",
    "`touch pwned`",
    "| touch pwned",
    "&& touch pwned",
    "> pwned",
    "\ntouch pwned\n",
    "'; touch pwned; '",
    '"; touch pwned; "',
    "*",
    "~",
    "${HOME}",
    "-rf",
    "",
    " a  b ",
    "\\",
    "é\u202e",
]
GENERIC = ("~experiment", "model=generic", "postprocessor=noop", "run_id=r")


@pytest.fixture
def arguments(script, tmp_path):
    """A program that writes its arguments as JSON, and what it was given."""
    program = script("import json, os, sys\njson.dump([sys.argv[1:], dict(os.environ)], open('given.json', 'w'))",
                     name="show.py", interpreter="/usr/bin/env python3")  # fmt: skip
    return program, lambda: json.loads((tmp_path / "given.json").read_text())


def test_hostile_words_arrive_as_they_are(execute, arguments, tmp_path):
    program, given = arguments
    assert execute([str(program), *HOSTILE]).code == 0
    assert given()[0] == HOSTILE
    assert not (tmp_path / "pwned").exists()


def test_hostile_words_of_the_model_arrive_as_they_are(execute, arguments, tmp_path):
    program, given = arguments
    assert execute(job=Job((str(program), *HOSTILE), tmp_path)).code == 0
    assert given()[0] == HOSTILE
    assert not (tmp_path / "pwned").exists()


def test_hostile_words_pass_a_launcher_as_they_are(execute, script, arguments, tmp_path):
    program, given = arguments
    launcher = script('shift 2\nexec "$@"', name="launch")
    assert execute([str(program), *HOSTILE], mpiexec=str(launcher)).code == 0
    assert given()[0] == HOSTILE
    assert not (tmp_path / "pwned").exists()


def test_hostile_variables_arrive_as_they_are(execute, arguments, tmp_path):
    program, given = arguments
    variables = {f"V{number}": word for number, word in enumerate(HOSTILE)}
    assert execute([str(program)], env_vars=variables).code == 0
    assert {name: given()[1][name] for name in variables} == variables
    assert not (tmp_path / "pwned").exists()


def test_a_shell_is_there_where_it_was_asked_for(execute, tmp_path):
    assert execute("echo $((1 + 1)) > made", shell=True).code == 0
    assert (tmp_path / "made").read_text() == "2\n"


def refusal(**fields):
    with pytest.raises(ValidationError) as caught:
        LocalRunBackend(**fields)
    return caught.value.errors()[0]["msg"]


@pytest.mark.parametrize("name", ["", "A=B", "1A", "A B", "A;B", "A\0", "É", "A-B"])
def test_what_is_no_name_of_a_variable_is_refused(name):
    assert "letters, digits and underscores" in refusal(env_vars={name: "x"})


@pytest.mark.parametrize("fields", [{"env_vars": {"A": "a\0b"}}, {"command": ["a", "b\0c"]}, {"command": "a b\0c"}])
def test_text_that_the_system_would_cut_off_is_refused(fields):
    assert "NUL" in refusal(**fields)


@pytest.mark.parametrize(
    "run_id", ["../r", "a/b", "", ".", "..", "-rf", "a b", "a\nb", "a\0b", "~", "$(id)", "é" * 300]
)
def test_a_run_id_that_leads_out_of_the_output_directory_is_refused(run_id, tmp_path):
    from rompy_hydra import ModelRun
    from rompy_hydra.errors import ConfigError

    with pytest.raises(ConfigError, match="run_id"):
        ModelRun(run_id=run_id, output_dir=tmp_path)
    assert list(tmp_path.iterdir()) == []


def leaks(folder: Path, secret: str, *said: subprocess.CompletedProcess[str]) -> list[str]:
    files = [p for p in folder.rglob("*") if p.is_file() and secret.encode() in p.read_bytes()]
    return [str(p) for p in files] + [s.args[2] for s in said if secret in s.stdout + s.stderr]


@pytest.mark.parametrize(
    ("words", "env"),
    [
        (["+run_backend.env_vars.DATABASE_URL=${oc.env:DATABASE_URL}"], {"DATABASE_URL": "postgres://a:hunter-22@h/d"}),
        (["+run_backend.env_vars.DATABASE_URL='postgres://a:hunter-22@h/d'"], {}),
        (["+run_backend.env_vars.DATABASE_URL='postgres://a:hunter%2d22@h/d'"], {}),
        (["+run_backend.env_vars.AUTH_TOKEN=hunter-22"], {}),
    ],
)
def test_a_secret_that_a_model_prints_by_itself_is_masked(
    cli: Cli, tmp_path: Path, words: list[str], env: dict
) -> None:
    """Put together from pieces, so that only what the backend was given can be known by this process."""
    command = 'model.argv=[sh,-c,"printf %s%s\\\\n hunter -22; printf %s%s\\\\n hunter -22 >&2"]'
    plan = cli("plan", *GENERIC, *words, command, **env)
    done = cli(*GENERIC, *words, command, "--verbose", **env)
    assert done.returncode in (0, 6), done.stderr
    assert "***" in (tmp_path / "outputs/r/model/output.log").read_text()
    assert leaks(tmp_path, "hunter-22", plan, done) == []


@pytest.mark.parametrize("written", ["[echo,--api-token,hunter-22]", "[echo,'--password=hunter-22']"])
def test_a_secret_among_the_words_of_a_command_is_masked(cli: Cli, tmp_path: Path, written: str) -> None:
    plan = cli("plan", *GENERIC, f"model.argv={written}")
    done = cli(*GENERIC, f"model.argv={written}", "--verbose")
    assert "***" in plan.stdout
    assert leaks(tmp_path, "hunter-22", plan, done) == []


def test_a_traceback_shows_no_secret(cli: Cli, tmp_path: Path) -> None:
    words = ("+run_backend.env_vars.API_TOKEN=hunter-22", "run_backend.command=hunter-22")
    done = cli(*GENERIC, *words, "--debug")
    assert "Traceback" in done.stderr
    assert leaks(tmp_path, "hunter-22", done) == []


def test_what_stands_for_a_typed_secret_is_never_executed_in_its_place(cli: Cli, tmp_path: Path) -> None:
    command = 'model.argv=[sh,-c,"test ${#API_TOKEN} = 9 && test -e ../../../go"]'
    assert cli(*GENERIC, "+run_backend.env_vars.API_TOKEN=hunter-22", command.replace("${", "\\${")).returncode == 4
    (tmp_path / "go").write_text("")
    resumed = cli("resume", "outputs/r")
    assert resumed.returncode == 5, resumed.stderr
    assert "run_backend.env_vars.API_TOKEN" in resumed.stderr
    assert "write ${oc.env:VARIABLE}" in resumed.stderr
    again = ("--config-path", str(tmp_path / "outputs/r"), "--config-name", "config")
    done = cli(*again, "run_backend.env_vars.API_TOKEN=hunter-22")
    assert done.returncode in (0, 6), done.stderr
    assert leaks(tmp_path, "hunter-22", resumed, done) == []
