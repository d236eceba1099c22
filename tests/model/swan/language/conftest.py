"""Where the executable is, and what a run of it says."""

import os
import subprocess
from collections.abc import Callable, Mapping
from pathlib import Path

import pytest

from tests.model.swan.running import real_swan

from .scene import Scene

Swan = Callable[[Path, str, Mapping[str, bytes]], list[str]]


@pytest.fixture(scope="session")
def swan() -> Swan:
    """Runs a command file with its files in an empty folder; returns what SWAN complains of."""
    executable = real_swan()

    def run(folder: Path, text: str, files: Mapping[str, bytes]) -> list[str]:
        folder.mkdir(parents=True, exist_ok=True)
        for name, content in files.items():
            (folder / name).write_bytes(content)
        (folder / "INPUT").write_text(text)
        env = {**os.environ, "OMP_NUM_THREADS": "1"}
        done = subprocess.run([executable], cwd=folder, env=env, capture_output=True, text=True, timeout=120)
        return _complaints(folder, done)

    return run


@pytest.fixture(scope="session")
def version(swan: Swan, tmp_path_factory: pytest.TempPathFactory) -> str:
    """The version that the executable says it is."""
    folder = tmp_path_factory.mktemp("version")
    swan(folder, Scene().text(), Scene().files)
    printed = (folder / "PRINT").read_text(errors="replace")
    return printed.partition("VERSION NUMBER")[2].split()[0]


def _complaints(folder: Path, done: "subprocess.CompletedProcess[str]") -> list[str]:
    printed = (folder / "PRINT").read_text(errors="replace") if (folder / "PRINT").exists() else ""
    signs = ("** Error", "** Severe", "** Terminating", "Illegal keyword", "** No start", "Data field skipped")
    found = [line.strip() for line in printed.splitlines() if any(s in line for s in signs)]
    if (folder / "Errfile").exists():
        found += (folder / "Errfile").read_text(errors="replace").splitlines()[:3]
    if done.returncode or not (folder / "norm_end").exists():
        found.append(f"exit {done.returncode}: {(done.stderr or done.stdout)[-200:]}")
    if "iteration" not in printed + done.stdout:
        found.append("nothing was computed")
    return found
