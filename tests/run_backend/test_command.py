from datetime import timedelta
from pathlib import Path

import pytest
from pydantic import ValidationError

from rompy_hydra.run_backend.job import Job
from rompy_hydra.run_backend.local import LocalRunBackend


def argv(**fields):
    return LocalRunBackend(**fields).argv(Job(("own", "command"), Path()))


def refusal(**fields):
    with pytest.raises(ValidationError) as caught:
        LocalRunBackend(**fields)
    (error,) = caught.value.errors()
    return ".".join(map(str, error["loc"])), error["msg"]


def test_without_a_command_the_model_brings_its_own():
    assert argv() == ("own", "command")


def test_a_string_is_split_as_a_shell_splits_words():
    assert argv(command="swan -input 'my case.swn' \"b c\"") == ("swan", "-input", "my case.swn", "b c")


def test_a_list_is_taken_as_it_is():
    assert argv(command=["swan", "a | b", "$HOME", "*"]) == ("swan", "a | b", "$HOME", "*")


def test_integers_in_a_list_are_written_out():
    assert argv(command=["mpirun", "-n", 4, "swan"]) == ("mpirun", "-n", "4", "swan")


def test_a_float_in_a_list_is_refused_because_its_spelling_is_lost():
    key, message = refusal(command=["swan", 1.50])
    assert key == "command"
    assert "argument 1 is 1.5" in message
    assert "quotes" in message


def test_a_shell_line_fails_when_any_part_of_its_pipe_fails():
    assert argv(command="a | b", shell=True) == ("bash", "-o", "pipefail", "-c", "a | b")


@pytest.mark.parametrize(
    "special", ["a | b", "a > b", "a < b", "a && b", "a; b", "a $B", "a *.nc", "a `b`", "a &", 'a "$B"']
)
def test_a_string_with_shell_characters_needs_shell_true(special):
    key, message = refusal(command=special)
    assert key == "command"
    assert "shell: true" in message
    assert "list" in message


@pytest.mark.parametrize(
    "quoted", ["awk '{print $1}' f", r"a \$B", r'a "\$B"', "a 'b|c'", 'python -c "import os; print(1)"']
)
def test_quoted_shell_characters_are_plain_text(quoted):
    assert argv(command=quoted)[0] in {"awk", "a", "python"}


def test_a_list_and_shell_exclude_each_other():
    assert "without a shell" in refusal(command=["a", "b"], shell=True)[1]


@pytest.mark.parametrize("nothing", ["", "  ", [], [""], ["  "]])
def test_an_empty_command_is_refused(nothing):
    assert "found nothing" in refusal(command=nothing)[1]


def test_an_unclosed_quote_is_refused():
    assert "No closing quotation" in refusal(command="swan 'a")[1]


@pytest.mark.parametrize("command", ["OMP_NUM_THREADS=4 swan", ["OMP_NUM_THREADS=4", "swan"]])
def test_a_variable_in_front_of_the_program_points_to_env_vars(command):
    assert "env_vars: {OMP_NUM_THREADS: ...}" in refusal(command=command)[1]


@pytest.mark.parametrize("wrong", [4, {"a": 1}])
def test_a_command_of_another_type_gets_one_sentence(wrong):
    assert refusal(command=wrong)[1].endswith("expected a command line or a list of arguments")


@pytest.mark.parametrize(
    ("value", "seconds"), [(3600, 3600), (0.5, 0.5), ("90", 90), ("2h", 7200), ("PT1M", 60), (timedelta(hours=1), 3600)]
)
def test_a_timeout_is_seconds_or_a_duration(value, seconds):
    assert LocalRunBackend(timeout=value).timeout.total_seconds() == seconds


@pytest.mark.parametrize("value", [0, -1, "soon", "10:30", 1e300, True, "-5"])
def test_a_timeout_that_is_none_is_refused(value):
    assert refusal(timeout=value)[0] == "timeout"


def test_the_timeout_survives_serialisation():
    backend = LocalRunBackend(timeout=90, grace=2)
    assert LocalRunBackend.model_validate(backend.model_dump(mode="json")) == backend


def test_variables_may_be_integers_but_not_booleans():
    assert LocalRunBackend(env_vars={"A": 1, "B": "x"}).env_vars == {"A": "1", "B": "x"}
    assert refusal(env_vars={"A": True})[0] == "env_vars.A"


@pytest.mark.parametrize("outside", ["/tmp", "..", "a/../../b"])
def test_the_working_directory_stays_in_the_workspace(outside):
    key, message = refusal(working_dir=outside)
    assert key == "working_dir"
    assert "inside the workspace" in message


@pytest.mark.parametrize("cpus", [0, -1, 1.5, True])
def test_cpus_are_a_positive_count(cpus):
    assert refusal(cpus=cpus)[0] == "cpus"


@pytest.mark.parametrize(
    ("size", "expected"), [("4GB", 4_000_000_000), ("1.5 gib", 1_610_612_736), ("512M", 536_870_912), ("9B", 9)]
)
def test_an_amount_of_memory_has_a_unit(size, expected):
    assert LocalRunBackend(memory=size).memory == expected


@pytest.mark.parametrize("size", [4, 4e9, "4", "4 giga", "-1GB", "0GB", "1e3MB", True, "GB"])
def test_an_amount_of_memory_without_one_is_refused(size):
    assert refusal(memory=size)[0] == "memory"


def test_an_output_limit_leaves_room_for_something():
    assert refusal(output_limit="1kB")[0] == "output_limit"


@pytest.mark.parametrize("value", [-1, 1.5, True, "none", "4", None])
def test_a_limit_of_the_system_is_a_whole_number_a_size_or_unlimited(value):
    assert refusal(rlimits={"stack": value})[0] == "rlimits.stack"


def test_a_limit_that_the_system_does_not_know_is_refused():
    assert refusal(rlimits={"stuck": 1})[0].startswith("rlimits.stuck")


@pytest.mark.parametrize("nice", [-21, 20, 1.5])
def test_niceness_is_what_the_system_takes(nice):
    assert refusal(nice=nice)[0] == "nice"


def test_limits_survive_serialisation():
    backend = LocalRunBackend(memory="1.5GiB", rlimits={"stack": "unlimited", "core": 0, "fsize": "1GB"})
    for dumped in (backend.model_dump(mode="json"), backend.model_dump()):
        assert LocalRunBackend.model_validate(dumped) == backend
    assert backend.model_dump()["memory"] == "1536MiB"
