"""Any executable at all, as a model."""

from __future__ import annotations

from pathlib import Path

import pytest

from rompy_hydra import ConfigError, DataError, ModelRun
from rompy_hydra.model.base import Experiment
from rompy_hydra.model.generic import Generic
from rompy_hydra.run_backend.job import Exit

PERIOD = {"start": "2023-01-01T00:00", "duration": "6h"}


@pytest.fixture
def templates(tmp_path: Path) -> Path:
    folder = tmp_path / "templates"
    folder.mkdir()
    return folder


def run(tmp_path: Path, **model: object) -> ModelRun:
    return ModelRun(name="g", output_dir=tmp_path / "out", period=PERIOD, model={"model_type": "generic", **model})


def test_templates_are_rendered_with_the_experiment_and_ones_own_values(tmp_path: Path, templates: Path) -> None:
    (templates / "INPUT.j2").write_text("START {{ period.start | iso }}\nHS {{ hs }}\n")
    workspace = run(tmp_path, templates=str(templates), values={"hs": 1.5}).generate()
    assert (workspace / "INPUT").read_text() == "START 2023-01-01T00:00:00Z\nHS 1.5\n"


def test_an_undefined_name_is_found_before_anything_is_written(tmp_path: Path, templates: Path) -> None:
    (templates / "INPUT").write_text("one\n{{ hss }}\n")
    with pytest.raises(ConfigError, match=r"INPUT:2: 'hss' is undefined") as error:
        run(tmp_path, templates=str(templates), values={"hs": 1.5}).generate()
    assert "did you mean 'hs'?" in str(error.value)
    assert not (tmp_path / "out").exists()


def test_a_template_cannot_leave_the_sandbox(tmp_path: Path, templates: Path) -> None:
    (templates / "INPUT").write_text("{{ ''.__class__.__mro__ }}")
    with pytest.raises(ConfigError, match="INPUT:1"):
        run(tmp_path, templates=str(templates)).generate()


def test_files_that_are_not_text_are_copied_as_they_are(tmp_path: Path, templates: Path) -> None:
    (templates / "mask.bin").write_bytes(b"\xff\xfe\x00{{")
    workspace = run(tmp_path, templates=str(templates)).generate()
    assert (workspace / "mask.bin").read_bytes() == b"\xff\xfe\x00{{"


def test_line_ends_are_kept(tmp_path: Path, templates: Path) -> None:
    (templates / "INPUT").write_bytes(b"a\r\nb")
    workspace = run(tmp_path, templates=str(templates)).generate()
    assert (workspace / "INPUT").read_bytes() == b"a\r\nb"


def test_generating_again_gives_the_same_bytes(tmp_path: Path, templates: Path) -> None:
    (templates / "INPUT").write_text("{{ period.length | duration }} {{ values_of.a }}\n")
    model = Generic(templates=templates, values={"values_of": {"a": 1}})
    texts = []
    for name in ("one", "two"):
        (tmp_path / name).mkdir()
        model.generate(tmp_path / name, Experiment(period=PERIOD))
        texts.append((tmp_path / name / "INPUT").read_bytes())
    assert texts == [b"PT6H 1\n"] * 2


@pytest.mark.parametrize("name", ["../out.txt", "/etc/passwd"])
def test_staged_files_stay_in_the_workspace(tmp_path: Path, name: str) -> None:
    with pytest.raises(ConfigError, match="inside the workspace"):
        run(tmp_path, files={name: "x"})


def test_a_missing_template_folder_is_an_error_of_the_data(tmp_path: Path) -> None:
    with pytest.raises(DataError, match="no such folder"):
        run(tmp_path, templates=str(tmp_path / "absent")).generate()


def test_progress_is_read_by_the_pattern() -> None:
    model = Generic(progress_pattern=r"time (?P<time>\S+) +(?P<percent>[\d.]+) %")
    progress = model.progress("time 2023-01-01T03:00 50.0 %")
    assert progress is not None
    assert (progress.fraction, progress.time) == (0.5, "2023-01-01T03:00")
    assert model.progress("nothing of the kind") is None


def test_a_pattern_that_is_none_is_refused() -> None:
    with pytest.raises(ValueError, match="regular expression"):
        Generic(failure="(")


@pytest.mark.parametrize(
    ("printed", "success"),
    [("all done\n", True), ("all done\nFATAL: dry\n", False), ("stopped\n", False)],
)
def test_patterns_decide_whatever_the_exit_code_says(tmp_path: Path, printed: str, success: bool) -> None:
    (tmp_path / "output.log").write_text(printed)
    verdict = Generic(success="all done", failure="^FATAL").verdict(tmp_path, Exit("exited", 0))
    assert verdict.success is success


def test_the_models_own_words_are_quoted(tmp_path: Path) -> None:
    (tmp_path / "output.log").write_text("FATAL: bottom file too short\n")
    assert "bottom file too short" in Generic(failure="FATAL").verdict(tmp_path, Exit("exited", 0)).evidence


def test_an_empty_output_file_is_a_failure(tmp_path: Path) -> None:
    (tmp_path / "hs.nc").touch()
    assert Generic(outputs=["*.nc"]).verdict(tmp_path, Exit("exited", 0)).evidence == "hs.nc is empty"
