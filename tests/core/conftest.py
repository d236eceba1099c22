"""Folders that cannot be written."""

from __future__ import annotations

import os
import subprocess
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest


@pytest.fixture
def read_only() -> Iterator[Callable[[Path], None]]:
    """Makes a folder one that this process cannot write to; permissions do not stop root, a mount does."""
    mounted: list[Path] = []
    opened: list[Path] = []

    def make(folder: Path) -> None:
        if os.geteuid() != 0:
            opened.extend([folder, *(p for p in folder.rglob("*") if p.is_dir())])
            for path in opened:
                path.chmod(0o555)
            return
        for options in (["--bind"], ["-o", "remount,ro,bind"]):
            done = subprocess.run(["mount", *options, folder, folder], capture_output=True, text=True, check=False)
            if done.returncode != 0:
                pytest.skip(f"no folder can be made read-only here: {done.stderr.strip()}")
            if folder not in mounted:
                mounted.append(folder)

    yield make
    for path in opened:
        path.chmod(0o755)
    for folder in mounted:
        subprocess.run(["umount", folder], check=True)
