"""What is accepted in a config, and what it means; no engine is needed."""

from __future__ import annotations

from pathlib import Path

import pytest
from pydantic import ValidationError

from rompy_hydra.run_backend.docker import DockerRunBackend
from rompy_hydra.run_backend.docker.volumes import on_host


@pytest.fixture(autouse=True)
def _here(tmp_path, monkeypatch):
    for name in ("data", "a:b", "with space"):
        (tmp_path / name).mkdir()
    (tmp_path / "Dockerfile").write_text("FROM scratch\n")
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("HOME", str(tmp_path))


def volume(text):
    (found,) = DockerRunBackend(image="x", volumes=[text]).volumes
    return found


def refusal(**fields):
    with pytest.raises(ValidationError) as caught:
        DockerRunBackend.model_validate(fields)
    (error,) = caught.value.errors()
    return ".".join(map(str, error["loc"])), error["msg"]


@pytest.mark.parametrize(
    ("text", "source", "target", "read_only", "relabel"),
    [
        ("./data:/data", "data", "/data", False, ""),
        ("./data:/data:ro", "data", "/data", True, ""),
        ("./data:/data:rw", "data", "/data", False, ""),
        ("./data:/data:ro,Z", "data", "/data", True, "Z"),
        ("./data:/data:z", "data", "/data", False, "z"),
        ("~/data:/data/", "data", "/data", False, ""),
        ("./a:b:/data:ro", "a:b", "/data", True, ""),
        ("./with space:/data", "with space", "/data", False, ""),
        (".:/here", ".", "/here", False, ""),
    ],
)
def test_a_volume_is_read_as_it_is_written(tmp_path, text, source, target, read_only, relabel):
    found = volume(text)
    assert Path(found.source) == (tmp_path / source).resolve()
    assert (found.target, found.read_only, found.relabel) == (target, read_only, relabel)


def test_a_volume_written_out_is_read_again():
    backend = DockerRunBackend(image="x", volumes=["./a:b:/data:ro"])
    assert DockerRunBackend.model_validate(backend.model_dump(mode="json")) == backend


@pytest.mark.parametrize(
    ("text", "part"),
    [
        ("./data", "expected source:target"),
        ("./data:data", "expected source:target"),
        ("./data:/data:rx", "unknown option 'rx'"),
        ("./data:/data:", "unknown option ''"),
        ("./data:/data:ro,rw", "contradict"),
        ("./data:/data:z,Z", "contradict"),
        ("./none:/data", "there is no"),
        ("data:/data", "write ./data"),
        ("./data:/", "root of the container"),
        ("./data:/workspace", "is the workspace"),
        ("./data:/workspace/../workspace/x", "without '..'"),
        ("./data:/workspace/data", "is the workspace"),
        ("./a:b:/data:Z", "path with a colon"),
    ],
)
def test_a_volume_that_cannot_be_meant_is_refused(text, part):
    where, message = refusal(image="x", volumes=[text])
    assert where.startswith("volumes.0")
    assert part in message


@pytest.mark.parametrize(
    ("fields", "where", "part"),
    [
        ({}, "dockerfile", "set run_backend.image"),
        ({"image": "x", "dockerfile": "Dockerfile"}, "dockerfile", "either image"),
        ({"dockerfile": "none"}, "dockerfile", "there is no file"),
        ({"image": "x", "build_args": {"A": "1"}}, "build_args", "for a dockerfile"),
        ({"dockerfile": "Dockerfile", "build_context": "none"}, "build_context", "there is no folder"),
        ({"image": "x", "cpus": 2, "cpu": 4}, "cpu", "another name of cpus, which is 2"),
        ({"image": "x", "cpu": 0}, "cpu", "greater than or equal to 1"),
        ({"image": "x", "memory": "4"}, "memory", "with its unit"),
        ({"image": "x", "command": "a", "executable": "b"}, "executable", "give one of them"),
        ({"image": "x", "volumes": ["./data:/d", "./a:b:/d/"]}, "volumes", "the same place"),
        ({"image": "x", "extra": {"Memory": 5}}, "extra", "run_backend.memory"),
        ({"image": "x", "platform": "arm"}, "platform", "match pattern"),
        ({"image": "x", "pull": "sometimes"}, "pull", "'missing', 'always' or 'never'"),
    ],
)
def test_fields_that_contradict_each_other_are_refused_by_key(fields, where, part):
    found, message = refusal(**fields)
    assert found == where
    assert part in message


def test_cpu_is_another_name_of_cpus():
    assert DockerRunBackend(image="x", cpu=4).cpus == 4
    assert DockerRunBackend(image="x", cpu=4, cpus=4).cpus == 4
    assert DockerRunBackend(image="x", cpu=4, cpus=1).cpus == 4  # 1 is what the config has where nothing is said


@pytest.mark.parametrize(
    ("path", "expected"),
    [
        ("/here/run/model", "/data/run/model"),
        ("/here", "/data"),
        ("/hereafter/x", "/hereafter/x"),
        ("/here/in/x", "/y/x"),
    ],
)
def test_paths_are_mapped_by_their_longest_known_parent(path, expected):
    assert on_host(path, {"/here": "/data", "/here/in/": "/y"}) == expected
