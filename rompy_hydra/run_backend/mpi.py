"""The MPI launchers of this machine."""

from __future__ import annotations

import re
import shutil

from ..core.asking import NoAnswerError, answer
from ..core.findings import Finding
from .base import LAUNCHER

LAUNCHERS = (LAUNCHER, "mpirun", "srun")
"""What may start ranks, in the order in which it is looked for."""
_VENDORS = {
    "OpenRTE": "Open MPI",
    "Open MPI": "Open MPI",
    "prte": "Open MPI",
    "Intel(R) MPI": "Intel MPI",
    "HYDRA": "MPICH",
    "slurm": "Slurm",
}
"""What a launcher says of itself -> whose it is."""


def launchers() -> list[Finding]:
    """Each launcher with vendor, version and place."""
    return [_launcher(name) for name in LAUNCHERS]


def _launcher(name: str) -> Finding:
    path = shutil.which(name)
    if path is None:
        hint = "only models that run as MPI ranks need one of " + ", ".join(LAUNCHERS)
        return Finding(name, "absent", "not on PATH", hint)
    try:
        said = answer([path, "--version"])
    except NoAnswerError as error:
        return Finding(name, "fails", f"{path} {error}")
    return Finding(name, "works", f"{_vendor(said)}, {path}")


def _vendor(said: str) -> str:
    """Whose it is, and its version.

    >>> _vendor("mpiexec (OpenRTE) 4.1.4")
    'Open MPI 4.1.4'
    >>> _vendor("HYDRA build details:\\n    Version:                                 4.0.2")
    'MPICH 4.0.2'
    """
    vendor = next((vendor for word, vendor in _VENDORS.items() if word in said), "")
    number = re.search(r"\d+(?:\.\d+)+", said)
    return f"{vendor} {number[0]}" if vendor and number else said.strip().split("\n")[0]
