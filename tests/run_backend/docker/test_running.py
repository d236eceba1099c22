"""What a container is, sees and may do, and what comes out of it."""

from __future__ import annotations

import os
import threading
import tracemalloc
from pathlib import Path

import pytest

from rompy_hydra.core import secrets
from rompy_hydra.errors import BackendError
from rompy_hydra.run_backend.docker import DockerRunBackend
from rompy_hydra.run_backend.job import Job
from rompy_hydra.run_backend.output import LONGEST_LINE
from tests.run_backend.docker.conftest import BUSYBOX


def shell(line):
    return ["sh", "-c", line]


def refusal(execute, command="true", **fields):
    with pytest.raises(BackendError) as caught:
        execute(command, **fields)
    (problem,) = caught.value.problems
    return problem


def open_files():
    return len(list(Path("/proc/self/fd").iterdir()))


def test_files_land_in_the_workspace_and_belong_to_the_caller(execute, workspace):
    (workspace / "sub").mkdir()
    ended = execute(shell("pwd; id -u; id -g; touch out"), working_dir="sub")
    assert ended.tail == ("/workspace/sub", str(os.getuid()), str(os.getgid()))
    assert (workspace / "sub" / "out").stat().st_uid == os.getuid()


def test_another_user_has_a_home_and_a_place_for_temporary_files(execute, workspace):
    workspace.chmod(0o777)
    ended = execute(
        shell("id -u; touch $HOME/a /tmp/b out && cp /bin/busybox /tmp/busybox && /tmp/busybox true"), user="1234:4321"
    )
    assert (ended.code, ended.tail) == (0, ("1234",))
    assert ((workspace / "out").stat().st_uid, (workspace / "out").stat().st_gid) == (1234, 4321)


def test_variables_of_job_and_backend_reach_the_program_and_no_others(execute, workspace, monkeypatch):
    monkeypatch.setenv("FROM_OUTSIDE", "1")
    job = Job(tuple(shell("echo $FROM_OUTSIDE $OF_JOB $OF_USER $BOTH")), workspace, {"OF_JOB": "2", "BOTH": "job"})
    assert execute(job=job, env_vars={"OF_USER": 3, "BOTH": "user"}).tail == ("2 3 user",)


def test_cpus_and_memory_are_limits(execute):
    files = "memory/memory.limit_in_bytes memory/memory.memsw.limit_in_bytes memory.max cpu/cpu.cfs_quota_us cpu.max"
    told = execute(shell(f"cd /sys/fs/cgroup; cat {files} 2>&1 | grep -v cannot; true"), memory="64MiB", cpu=1).tail
    told = [line for line in told if "No such file" not in line]
    assert str(64 * 1024**2) in told
    assert "9223372036854771712" not in told
    assert any(line.startswith("100000") for line in told)


def test_more_cores_than_there_are_limit_nothing(execute):
    assert execute("true", cpu=512).code == 0


def test_it_has_no_network_no_capabilities_and_gets_none(execute):
    told = execute(shell("ls /sys/class/net; grep -E 'CapEff|CapBnd|NoNewPrivs' /proc/self/status")).tail
    assert told == ("lo", "CapEff:\t0000000000000000", "CapBnd:\t0000000000000000", "NoNewPrivs:\t1")


def test_it_writes_nowhere_but_to_its_workspace_and_volumes(execute, workspace, tmp_path):
    for name in ("mine", "ours"):
        (tmp_path / name).mkdir()
    (tmp_path / "mine" / "data").write_text("kept")
    volumes = [f"{tmp_path}/mine:/mine:ro", f"{tmp_path}/ours:/ours"]
    line = "echo x > /mine/data; rm /mine/data; touch /mine/new /ours/new /workspace/new; touch /outside"
    before = {p.name for p in Path("/").iterdir()}
    execute(shell(line), volumes=volumes)
    assert (tmp_path / "mine" / "data").read_text() == "kept"
    assert sorted(p.relative_to(tmp_path).as_posix() for p in tmp_path.rglob("*") if p.is_file()) == [
        "mine/data", "model/new", "ours/new",
    ]  # fmt: skip
    assert {p.name for p in Path("/").iterdir()} == before


def test_a_read_only_root_still_has_workspace_and_temporary_files(execute, workspace):
    ended = execute(shell("touch /workspace/a /tmp/b && ! touch /c"), read_only=True)
    assert ended.code == 0


def test_paths_with_colons_and_spaces_can_be_mounted(execute, tmp_path):
    folder = tmp_path / "wave data: 2024"
    folder.mkdir()
    (folder / "hs").write_text("1.5\n")
    volume = {"source": str(folder), "target": "/data", "read_only": True}
    assert execute(shell("cat /data/hs; cat /again/hs"), volumes=[volume, f"{folder}:/again:ro"]).tail == (
        "1.5", "1.5",
    )  # fmt: skip


def test_a_link_that_would_lead_nowhere_is_an_error_unless_it_is_mounted(execute, workspace, tmp_path):
    (tmp_path / "data").mkdir()
    (tmp_path / "data" / "bottom").write_text("5\n")
    (workspace / "bottom").symlink_to(tmp_path / "data" / "bottom")
    (workspace / "within").symlink_to("nothing-yet")
    problem = refusal(execute)
    assert problem.key == "run_backend.volumes"
    volume = f"{tmp_path}/data:{tmp_path}/data:ro"
    assert problem.hint == f"add '{volume}'"
    assert execute(["cat", "bottom"], volumes=[volume]).tail == ("5",)


def test_host_paths_name_the_workspace_as_the_engine_knows_it(execute, workspace, tmp_path):
    elsewhere = tmp_path / "elsewhere"
    elsewhere.mkdir()
    execute(["touch", "/workspace/out"], host_paths={str(workspace): str(elsewhere)})
    assert [p.name for p in elsewhere.iterdir()] == ["out"]
    problem = refusal(execute, host_paths={str(tmp_path): "/nowhere/on/this/machine"})
    assert problem.key == "run_backend.host_paths"


def test_the_executable_takes_the_place_of_the_models_program(execute, workspace):
    assert execute(job=Job(("swan", "-v"), workspace), executable="echo").tail == ("-v",)
    launched = Job(("env", "A=1", "swan", "x"), workspace, program="swan")
    assert execute(job=launched, executable="echo").tail == ("x",)
    assert execute(job=Job((), workspace), executable="true").code == 0


def test_an_mpi_launcher_of_the_image_starts_the_program(execute, workspace):
    backend = {"mpiexec": "echo --bind-to core", "cpu": 2}
    assert execute(job=Job(("swan",), workspace), executable="/bin/swan", **backend).tail == (
        "--bind-to core -n 2 /bin/swan",
    )


def test_the_entry_point_of_the_image_runs_where_it_is_asked_for(execute, engine):
    engine.load("entry:test", {"bin": "usr/bin"})
    with engine.client() as client:
        built = client.create_container(BUSYBOX, ["true"])
        client.commit(built, repository="entry", tag="test", changes='ENTRYPOINT ["/bin/echo", "entered"]')
        client.remove_container(built)
    assert execute(["echo", "x"], image="entry:test").tail == ("x",)
    assert execute(["echo", "x"], image="entry:test", entrypoint=True).tail == ("entered echo x",)


def test_other_settings_go_to_the_engine_as_they_are(execute):
    assert execute(shell("ulimit -c"), extra={"Ulimits": [{"Name": "core", "Soft": 0, "Hard": 0}]}).tail == ("0",)


def test_an_exit_code_is_kept_with_the_last_lines(execute):
    lines = []
    ended = execute(shell("for i in $(seq 200); do echo line $i; done; exit 3"), lines=lines)
    assert (ended.ending, ended.code, ended.tail[-1]) == ("exited", 3, "line 200")
    assert lines == [f"line {i}" for i in range(1, 201)]


def test_neither_stream_interrupts_a_line_of_the_other(execute):
    line = "printf 'one two '; sleep 0.2; echo error >&2; sleep 0.2; printf 'three\\n'; printf end"
    assert execute(shell(line)).tail == ("error", "one two three", "end")


def test_bytes_that_are_no_text_are_replaced(execute):
    assert execute(["printf", r"a\377b\000c\td\n"]).tail == ("a\ufffdb\ufffdc\td",)


def test_progress_with_carriage_returns_arrives_step_by_step(execute):
    lines = []
    execute(["printf", r"10%%\r20%%\r30%%\r\ndone\n"], lines=lines)
    assert lines == ["10%", "20%", "30%", "done"]


def test_lines_arrive_while_the_program_runs(workspace, engine):
    lines = []

    def on_line(line):
        lines.append(line)
        (workspace / "go").touch()  # the program would wait for ever if lines came at its end only

    command = shell("echo first; while [ ! -e go ]; do sleep 0.02; done; echo second")
    ended = DockerRunBackend(image=BUSYBOX, command=command, timeout=20).execute(Job((), workspace), on_line)
    assert (ended.ending, lines) == ("exited", ["first", "second"])


def test_a_flood_without_a_newline_takes_bounded_memory(engine, workspace):
    size, received, longest = 100_000_000, 0, 0

    def count(line):
        nonlocal received, longest
        received, longest = received + len(line), max(longest, len(line))

    command = shell(f"yes {'x' * 60} | tr -d '\\n' | head -c {size}")
    tracemalloc.start(1)
    try:
        ended = DockerRunBackend(image=BUSYBOX, command=command).execute(Job((), workspace), count)
        peak = tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()
    assert (ended.code, received, longest) == (0, size, LONGEST_LINE)
    assert peak < 20_000_000


def test_nothing_of_a_run_stays_open(execute):
    execute("true")
    before = (open_files(), threading.active_count())
    for _ in range(3):
        execute("true")
    refusal(execute, "no-such-program")
    assert (open_files(), threading.active_count()) == before


def test_secrets_are_used_and_neither_shown_nor_written_on_the_container(engine, workspace):
    seen = []

    def look(line):
        with engine.client() as client:
            seen.append(str(client.inspect_container(engine.containers()[0])["Config"]["Labels"]))

    fields = {"command": shell("echo $API_TOKEN"), "env_vars": {"API_TOKEN": "tell-nobody"}}
    ended = DockerRunBackend(image=BUSYBOX, **fields).execute(Job((), workspace), look)
    assert ended.tail == ("***",)
    assert "org.rompy-hydra.driver" in seen[0]
    assert "tell-nobody" not in seen[0]
    assert secrets.mask("tell-nobody") == "***"


@pytest.mark.parametrize(
    ("fields", "key", "part"),
    [
        ({"command": "no-such-program"}, "executable", "no such program"),
        ({"command": "/etc"}, "executable", "no such program"),
        ({"command": "echo x | cat", "shell": True}, "executable", "no such program"),
        ({"user": "ann"}, "user", "no such user"),
        ({"network": "nonet"}, "network", "no such network"),
        ({"gpus": 1}, "gpus", "no access to GPUs"),
        ({"memory": "1MB"}, "memory", "less than a container can have"),
        ({"working_dir": "none"}, "working_dir", "there is no folder"),
        ({"host": "ssh://wave1"}, "host", "expected unix://"),
    ],
)
def test_what_cannot_be_started_is_told_by_key(execute, fields, key, part):
    problem = refusal(execute, **{"command": "true", **fields})
    assert problem.key == f"run_backend.{key}"
    assert part in problem.message
    assert problem.hint or problem.value
