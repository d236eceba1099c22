"""Images: found, built, built again when what goes into them has changed, and pinned by what they are."""

from __future__ import annotations

from contextlib import closing

import pytest

from rompy_hydra.errors import BackendError
from rompy_hydra.run_backend.docker import DockerRunBackend
from rompy_hydra.run_backend.docker.image import BUILT
from rompy_hydra.run_backend.job import Job
from tests.run_backend.docker.conftest import BUSYBOX


@pytest.fixture
def context(tmp_path):
    folder = tmp_path / "context"
    folder.mkdir()
    (folder / "greeting").write_text("hello")
    lines = [
        f"FROM {BUSYBOX}",
        "ARG VERSION=0",
        "ARG API_TOKEN",
        "COPY greeting /greeting",
        "RUN echo $VERSION > /version",
    ]
    (folder / "Dockerfile").write_text("\n".join(lines) + "\n")
    return folder


@pytest.fixture
def images(engine):
    """Ids of the images that were built; removed after the test."""

    def built():
        with engine.client() as client:
            return {i["Id"] for i in client.images(BUILT)}

    before = built()
    yield built
    with engine.client() as client:
        for image in built() - before:
            client.remove_image(image, force=True)


def told(error):
    (problem,) = error.value.problems
    return problem


READ = ["sh", "-c", "cat /greeting /version"]


def test_a_dockerfile_is_built_once_and_again_when_a_copied_file_changes(execute, context, images):
    fields = {"dockerfile": context / "Dockerfile", "build_args": {"VERSION": "1.0.0"}}
    assert execute(READ, **fields).tail == ("hello1.0.0",)
    first = images()
    (context / "greeting").touch()
    execute(READ, **fields)
    assert images() == first
    (context / "greeting").write_text("changed ")
    assert execute(READ, **fields).tail == ("changed 1.0.0",)
    assert len(images() - first) == 1


def test_the_context_may_be_another_folder_and_ignores_what_it_says(execute, context, images, tmp_path):
    other = tmp_path / "other"
    other.mkdir()
    (other / "Dockerfile").write_text((context / "Dockerfile").read_text())
    (context / ".dockerignore").write_text("# results\nresults\n")
    fields = {"dockerfile": other / "Dockerfile", "build_context": context}
    assert execute(READ, **fields).tail == ("hello0",)
    first = images()
    (context / "results").write_text("of another run")
    execute(READ, **fields)
    assert images() == first


def test_a_build_that_fails_tells_its_step_and_its_last_lines(execute, context, images):
    with (context / "Dockerfile").open("a") as file:
        file.write("RUN echo compiling; echo no such module netcdf; exit 3\n")
    with pytest.raises(BackendError) as caught:
        execute(READ, dockerfile=context / "Dockerfile")
    problem = told(caught)
    assert problem.key == "run_backend.dockerfile"
    assert "Step 6/6 : RUN echo compiling" in problem.message
    assert "| no such module netcdf" in problem.message
    assert "non-zero code: 3" in problem.message


@pytest.mark.parametrize(
    ("line", "part"),
    [("COPY nothing /x", "nothing"), ("FRUM x", "FRUM"), ("FROM no-such-image-anywhere:1", "no-such-image-anywhere")],
)
def test_a_dockerfile_that_is_wrong_is_told(execute, context, images, line, part):
    with (context / "Dockerfile").open("a") as file:
        file.write(f"{line}\n")
    with pytest.raises(BackendError) as caught:
        execute(READ, dockerfile=context / "Dockerfile")
    assert told(caught).key == "run_backend.dockerfile"
    assert part.lower() in told(caught).message.lower()


def test_a_secret_build_argument_is_shown_nowhere(execute, context, images, caplog):
    with (context / "Dockerfile").open("a") as file:
        file.write("RUN echo $API_TOKEN; exit 3\n")
    with caplog.at_level("DEBUG", logger="rompy_hydra"), pytest.raises(BackendError) as caught:
        execute(READ, dockerfile=context / "Dockerfile", build_args={"API_TOKEN": "tell-nobody"})
    assert "tell-nobody" not in str(caught.value)
    assert "***" in str(caught.value)
    assert "tell-nobody" not in caplog.text


def test_an_argument_that_the_dockerfile_does_not_take_is_told(execute, context, images, caplog):
    execute(READ, dockerfile=context / "Dockerfile", build_args={"VERSON": "1"})
    assert "[VERSON] were not consumed" in caplog.text


def test_an_image_that_is_not_here_and_cannot_be_pulled_is_told(execute):
    with pytest.raises(BackendError) as caught:
        execute("true", image="localhost:9/no-such-image:1")
    problem = told(caught)
    assert (problem.key, problem.value) == ("run_backend.image", "localhost:9/no-such-image:1")
    assert "cannot pull it" in problem.message
    with pytest.raises(BackendError, match="no such image"):
        execute("true", image="no-such-image:1", pull="never")


def test_an_image_for_another_machine_is_told(execute):
    with pytest.raises(BackendError, match="no such image for linux/arm64"):
        execute("true", platform="linux/arm64", pull="never")
    assert execute("true", platform="linux/amd64").code == 0


def test_a_name_that_is_none_is_told_by_key(execute):
    with pytest.raises(BackendError) as caught:
        execute("true", image="SWAN image")
    assert told(caught).key == "run_backend.image"


def test_a_program_for_another_machine_is_told(execute, engine):
    arm = b"\x7fELF\x02\x01\x01" + b"\0" * 9 + b"\x02\0\xb7\0\x01\0\0\0" + b"\0" * 40
    engine.load("arm:test", {"bin/model": arm, "bin/sh": arm})
    with pytest.raises(BackendError) as caught:
        execute("/bin/model", image="arm:test")
    assert told(caught).key == "run_backend.platform"


def test_the_image_is_recorded_by_what_it_is(engine, workspace):
    with engine.client() as client:
        identity = client.inspect_image(BUSYBOX)["Id"]
    with closing(DockerRunBackend(image=BUSYBOX, command="true").start(Job((), workspace), print)) as handle:
        told = handle.reference
    assert (told["image"], told["image_id"], told["digest"]) == (BUSYBOX, identity, "")
    assert len(told["container"]) == 64
    assert "name" not in told  # it ends with this process


def test_another_image_is_another_program_and_another_name_is_not(engine, workspace, tmp_path, monkeypatch):
    job = Job(("model",), workspace)

    def of(name, last=None):
        return DockerRunBackend(image=name).fingerprint(job, last or {})

    engine.load("other:1", {"bin/x": b""})
    with engine.client() as client:
        client.tag(BUSYBOX, "renamed", "1")
        identity = client.inspect_image(BUSYBOX)["Id"]
    assert of("renamed:1") == of(BUSYBOX)
    assert of("other:1") != of(BUSYBOX)
    with pytest.raises(BackendError, match="no such image"):
        of("no-such-image:1")
    monkeypatch.setenv("DOCKER_HOST", f"unix://{tmp_path}/none.sock")
    assert of(BUSYBOX, {"image": BUSYBOX, "image_id": identity}) == DockerRunBackend(
        image=BUSYBOX, host=engine.host
    ).fingerprint(job, {})
    with pytest.raises(BackendError, match="no container engine"):
        of("renamed:1", {"image": BUSYBOX, "image_id": identity})


def test_a_dockerfile_is_another_program_when_what_it_copies_changes_whether_or_not_there_is_an_engine(
    context, workspace
):
    backend = DockerRunBackend(dockerfile=context / "Dockerfile", host="unix:///none")
    before = backend.fingerprint(Job(("model",), workspace), {})
    assert backend.fingerprint(Job(("model",), workspace), {}) == before
    (context / "greeting").write_text("changed")
    assert backend.fingerprint(Job(("model",), workspace), {}) != before


def test_a_plan_says_what_has_to_be_done_first(engine, context, workspace, tmp_path):
    job = Job(("true",), workspace)
    assert DockerRunBackend(image=BUSYBOX).notes(job) == []
    assert DockerRunBackend(image="no-such-image:1").notes(job) == [
        "image no-such-image:1 is not here and has to be pulled"
    ]
    (note,) = DockerRunBackend(dockerfile=context / "Dockerfile").notes(job)
    assert note.endswith("is built first")
    (note,) = DockerRunBackend(image=BUSYBOX, host=f"unix://{tmp_path}/none").notes(job)
    assert "no container engine" in note
