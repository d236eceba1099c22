"""What a process may use of a machine whose control groups limit it."""

from __future__ import annotations

import os
from pathlib import Path

import psutil
import pytest

from rompy_hydra.core.machine import memory_limit, usable_cpus


def groups(folder: Path, lines: str, files: dict[str, str]) -> tuple[Path, Path]:
    """Control groups as the kernel shows them: the groups of a process, and where they are mounted."""
    own = folder / "cgroup"
    own.write_text(lines)
    for name, content in files.items():
        path = folder / "mounted" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(f"{content}\n")
    return own, folder / "mounted"


def test_without_limits_all_of_the_machine_may_be_used(tmp_path: Path) -> None:
    shown = groups(tmp_path, "0::/user.slice\n", {"user.slice/cpu.max": "max 100000", "user.slice/memory.max": "max"})
    assert usable_cpus(*shown) == len(os.sched_getaffinity(0))
    assert memory_limit(*shown) == psutil.virtual_memory().total


def test_the_narrowest_limit_of_all_groups_around_a_process_counts(tmp_path: Path) -> None:
    files = {"a/cpu.max": "50000 100000", "a/b/cpu.max": "max 100000", "a/b/memory.max": "9000", "a/memory.max": "7000"}
    shown = groups(tmp_path, "0::/a/b\n", files)
    assert usable_cpus(*shown) == 0.5
    assert memory_limit(*shown) == 7000


def test_the_first_version_of_control_groups_is_understood(tmp_path: Path) -> None:
    lines = "4:memory:/docker/abc\n3:cpu,cpuacct:/docker/abc\n1:name=systemd:/\n0::/\n"
    files = {
        "memory/memory.limit_in_bytes": "9223372036854771712",
        "memory/docker/abc/memory.limit_in_bytes": "5000",
        "cpu/cpu.cfs_quota_us": "-1",
        "cpu/cpu.cfs_period_us": "100000",
        "cpu/docker/abc/cpu.cfs_quota_us": "25000",
        "cpu/docker/abc/cpu.cfs_period_us": "100000",
    }
    shown = groups(tmp_path, lines, files)
    assert usable_cpus(*shown) == 0.25
    assert memory_limit(*shown) == 5000


def test_in_a_container_the_group_of_outside_is_not_to_be_seen(tmp_path: Path) -> None:
    shown = groups(tmp_path, "4:memory:/docker/abc\n", {"memory/memory.limit_in_bytes": "6000"})
    assert memory_limit(*shown) == 6000


def test_cores_that_a_process_may_not_run_on_do_not_count(tmp_path: Path) -> None:
    before = os.sched_getaffinity(0)
    if len(before) < 2:
        pytest.skip("needs two cores")
    os.sched_setaffinity(0, {min(before)})
    try:
        assert usable_cpus(tmp_path / "none", tmp_path) == 1
    finally:
        os.sched_setaffinity(0, before)
