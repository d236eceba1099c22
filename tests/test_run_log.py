"""The log of a run, where it cannot be written."""

from __future__ import annotations

import errno
import logging
from pathlib import Path

import pytest

from rompy_hydra.run_dir import RunDir
from rompy_hydra.run_log import StageName, run_log


@pytest.mark.parametrize("full", ["run.log", "events.jsonl"])
def test_a_log_that_a_full_disk_does_not_take_is_an_error_of_its_run_alone(tmp_path: Path, full: str) -> None:
    package = logging.getLogger("rompy_hydra")
    before = package.handlers[:], package.level
    (tmp_path / full).symlink_to("/dev/full")
    with pytest.raises(OSError, match="No space left") as raised, run_log(RunDir(tmp_path), "one", StageName()):
        package.warning("words")
    assert raised.value.errno == errno.ENOSPC
    assert (package.handlers, package.level) == before
    package.warning("more words")
