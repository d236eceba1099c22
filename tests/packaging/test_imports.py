"""Start-up stays quick: nothing heavy is imported before it is needed."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest

HEAVY = {
    "xarray",
    "matplotlib",
    "dask",
    "docker",
    "netCDF4",
    "anuga",
    "pyproj",
    "scipy",
    "pandas",
    "numpy",
    "jinja2",
    "pyTMD",
}

PROBE = """
import json, sys
try:
    {statement}
except SystemExit as stop:
    assert not stop.code, stop.code
finally:
    print(json.dumps(sorted({{name.partition(".")[0] for name in sys.modules}})), file=sys.stderr)
"""


def imported_by(statement: str, folder: Path) -> set[str]:
    code = PROBE.format(statement=statement)
    done = subprocess.run([sys.executable, "-c", code], cwd=folder, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    return set(json.loads(done.stderr.splitlines()[-1]))


@pytest.mark.parametrize(
    "statement",
    [
        "import rompy_hydra",
        "from rompy_hydra.cli import main; main(['--help'])",
        "from rompy_hydra.cli import main; main(['list'])",
        "from rompy_hydra.cli import main; main(['explain', 'model.friction'])",
    ],
)
def test_nothing_heavy_is_imported(statement, tmp_path):
    assert imported_by(statement, tmp_path) & HEAVY == set()


def test_a_check_of_an_idealised_domain_needs_arrays_for_its_bed_and_nothing_else(tmp_path):
    imported = imported_by("from rompy_hydra.cli import main; main(['check'])", tmp_path)
    assert imported & HEAVY == {"numpy"}


def test_the_probe_sees_a_heavy_import(tmp_path):
    assert "numpy" in imported_by("import rompy_hydra; import numpy", tmp_path)


NAMES = """
import sys
from rompy_hydra.cli import main
try:
    main(["--help"])
except SystemExit:
    print(*sys.modules, file=sys.stderr)
"""


def test_help_needs_no_class_of_any_node(tmp_path):
    done = subprocess.run([sys.executable, "-c", NAMES], cwd=tmp_path, capture_output=True, text=True, check=True)
    assert not {"rompy_hydra.build", "rompy_hydra.model.base", "rompy_hydra.domain"} & set(done.stderr.split())
