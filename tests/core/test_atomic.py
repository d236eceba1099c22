"""Files that are there as a whole or not at all."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from rompy_hydra.core.atomic import write_atomic


def test_a_file_is_readable_for_whom_other_files_of_this_process_are(tmp_path: Path) -> None:
    write_atomic(tmp_path / "here", "text")
    (tmp_path / "plain").touch()
    assert (tmp_path / "here").stat().st_mode == (tmp_path / "plain").stat().st_mode


def test_the_mask_of_other_threads_is_left_alone(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(os, "umask", lambda _: pytest.fail("the mask was changed"))
    write_atomic(tmp_path / "here", "text")
    assert [p.name for p in tmp_path.iterdir()] == ["here"]
