"""What the doctor is told of a real cluster, of one that does not answer, and of none."""

from __future__ import annotations

from pathlib import Path

import pytest

from rompy_hydra.core.findings import Finding
from rompy_hydra.run_backend.job import Job
from rompy_hydra.run_backend.slurm import SlurmRunBackend


def health() -> dict[str, Finding]:
    return {finding.name: finding for finding in SlurmRunBackend.health()}


def test_a_cluster_is_told_with_version_and_partitions(cluster):
    slurm = health()["Slurm"]
    assert slurm.state == "works"
    assert slurm.told.startswith("slurm-wlm ")
    assert "debug (nodes: 2), short (nodes: 2)" in slurm.told


def test_a_cluster_without_accounting_says_how_ends_are_told(cluster):
    accounting = health()["Slurm accounting"]
    assert accounting.state == "absent"
    assert "disabled" in accounting.told


def test_a_scheduler_that_cannot_be_reached_says_why(monkeypatch, tmp_path):
    (tmp_path / "slurm.conf").write_text("ClusterName=gone\nSlurmctldHost=localhost\nSlurmctldPort=1\n")
    monkeypatch.setenv("SLURM_CONF", str(tmp_path / "slurm.conf"))
    slurm = health()["Slurm"]
    if slurm.state == "absent":
        pytest.skip("Slurm is not installed here: make test SETUP=1")
    assert slurm.state == "fails"
    assert "scontrol ping" in slurm.hint


def test_without_slurm_and_apptainer_nothing_is_wrong(monkeypatch, tmp_path):
    monkeypatch.setenv("PATH", str(tmp_path))
    assert {finding.state for finding in health().values()} == {"absent"}


def notes(folder: Path, **fields: object) -> str:
    return " ".join(SlurmRunBackend.model_validate({"command": "true", **fields}).notes(Job((), folder)))


def test_a_plan_tells_when_a_job_would_start_or_why_not(cluster, tmp_path):
    assert "to start at" in notes(tmp_path, directives=["--comment='two words'"])
    assert "Invalid partition" in notes(tmp_path, partition="nowhere")
    assert cluster.jobs() == []


def test_a_plan_tells_that_there_is_no_slurm(monkeypatch, tmp_path):
    monkeypatch.setenv("PATH", str(tmp_path))
    assert "there is no sbatch on PATH" in notes(tmp_path)


def program(folder: Path, text: str) -> Path:
    path = folder / "apptainer"
    path.write_text(f"#!/bin/sh\n{text}\n")
    path.chmod(0o755)
    return path


def test_apptainer_is_told_with_its_version_or_what_is_wrong(monkeypatch, tmp_path):
    """Apptainer is in no Debian release; what it answers is its own wording."""
    path = program(tmp_path, "echo apptainer version 1.3.4")
    monkeypatch.setenv("PATH", f"{tmp_path}:/usr/bin:/bin")
    assert health()["Apptainer"].told == f"1.3.4, {path}"
    program(tmp_path, "echo no user namespaces; exit 1")
    assert health()["Apptainer"].told == f"{path} no user namespaces"
