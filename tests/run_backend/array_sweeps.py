"""A sweep of three members as one job array, and what is to be seen of it."""

from __future__ import annotations

import json
from pathlib import Path

BASE = (
    "-m",
    "~experiment",
    "model=generic",
    "postprocessor=noop",
    "run_backend=slurm",
    "run_backend.poll_interval=0.3",
    "run_backend.array=true",
    "model.outputs=[out.txt]",
)
LATER = "run_backend.wait=false"
COMPUTE = "echo computed | tee out.txt"
FAILS = "case $PWD in *0-version=a*) [ -e ../../../../go ] || { echo out of range; exit 3; };; esac"
WAIT = "echo ready; until [ -e ../../../../go ]; do sleep 0.1; done"


def overrides(tmp_path, *more, text=f"{WAIT}; {COMPUTE}", versions="a,b,c"):
    """What runs the model that this text is of; it waits for a file."""
    path = tmp_path / "model.sh"
    path.write_text(f"#!/bin/sh\n{text}\n")
    path.chmod(0o755)
    return (*BASE, f"model.argv=[{path}]", f"model.version={versions}", *more)


def sweep_dir(tmp_path) -> Path:
    (folder,) = (tmp_path / "outputs").iterdir()
    return folder


def jobs(tmp_path):
    records = [json.loads(path.read_text()) for path in sorted(sweep_dir(tmp_path).glob("*/run.json"))]
    return [record["stages"]["run"]["job"] for record in records]


def states(cli):
    return [row["state"] for row in json.loads(cli("status", "--json").stdout)]


def codes(tmp_path):
    return [row["exit_code"] for row in json.loads((sweep_dir(tmp_path) / "sweep.json").read_text())["members"]]


def tasks(cluster):
    """Array, task and state of every job that waits or runs."""
    return [tuple(row.split()) for row in cluster.call("squeue", "-h", "-r", "-o", "%F %K %T").splitlines()]


def wait_until_running(cluster):
    cluster.wait_for(lambda: [state for *_, state in tasks(cluster)] == ["RUNNING"] * 3)


def submissions(cluster, name):
    """Arrays that were ever submitted for a sweep."""
    rows = cluster.call("squeue", "-h", "-r", "-t", "all", "-o", "%F %j").splitlines()
    return {row.split()[0] for row in rows if row.split()[1].startswith(name)}


def said(done):
    return f"{done.stdout}{done.stderr}"
