"""Real SWAN, where there is one."""

from __future__ import annotations

import os
import subprocess
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from tests.model.swan.running import real_swan

_LIMIT_S = 120.0


@dataclass(frozen=True)
class SwanRun:
    """What one run of SWAN left."""

    folder: Path
    exit_code: int
    stdout: str

    @property
    def print_text(self) -> str:
        """SWAN's log."""
        return self._text("PRINT")

    @property
    def errors(self) -> str:
        """Its errors; empty where there are none."""
        return self._text("Errfile")

    @property
    def succeeded(self) -> bool:
        """Whether it came to its end without an error; its exit code says little."""
        refused = ("** No start of computation", "** No continuation", "Terminating error")
        return (
            self.exit_code == 0
            and not self.errors
            and (self.folder / "norm_end").exists()
            and not any(words in self.print_text for words in refused)
        )

    def warnings(self) -> list[str]:
        """Lines of the log that warn."""
        return [line.strip() for line in self.print_text.splitlines() if "** Warning" in line]

    def block(self, file: str) -> dict[str, Any]:
        """Fields of a ``.mat`` file of BLOCK, in single precision: ``Hsig``, ``Depth``, ``Windv_x``, ..."""
        from scipy.io import loadmat

        return {name: values for name, values in loadmat(self.folder / file).items() if not name.startswith("__")}

    def table(self, file: str) -> Any:
        """(n, k) numbers of a TABLE without a header."""
        return np.loadtxt(self.folder / file, ndmin=2)

    def _text(self, name: str) -> str:
        path = self.folder / name
        return path.read_text(encoding="utf-8", errors="replace") if path.exists() else ""


@pytest.fixture
def swan(tmp_path: Path) -> Callable[..., SwanRun]:
    """Run SWAN in ``tmp_path`` with the commands that are given; one that it refuses fails the test."""
    program = real_swan()

    def run(commands: str, *, must_succeed: bool = True) -> SwanRun:
        for name in ("PRINT", "Errfile", "norm_end"):
            (tmp_path / name).unlink(missing_ok=True)
        (tmp_path / "INPUT").write_text(commands, encoding="ascii")
        env = {**os.environ, "OMP_NUM_THREADS": "1"}
        done = subprocess.run(
            [program], cwd=tmp_path, env=env, capture_output=True, text=True, timeout=_LIMIT_S, check=False
        )
        found = SwanRun(tmp_path, done.returncode, done.stdout + done.stderr)
        assert found.succeeded or not must_succeed, found.errors + found.print_text[-3000:] + found.stdout[-500:]
        return found

    return run
