"""Plugins of others: found without being imported, never able to break the command line."""

from __future__ import annotations

import json
import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.plugin_package import install

Cli = Callable[..., subprocess.CompletedProcess[str]]
BACKEND = '''
"""Imported."""
from pathlib import Path
Path("imported.txt").touch()

class Queue:
    """Submits to a queue.

    More text.
    """

    def run(self, model_run, *, account, walltime="1h"):
        model_run.generate()
        (model_run.workspace / "out.txt").write_text(f"{account} {walltime}")
        return True
'''
BASE = ("~experiment", "model=generic", "postprocessor=noop")


@pytest.fixture
def site(tmp_path: Path) -> Path:
    return install(
        tmp_path / "site",
        "reef",
        {
            "queue.py": BACKEND,
            "conf/__init__.py": "",
            "conf/run_backend/reefcluster.yaml": "_target_: reef.queue.Queue\naccount: reef\n",
        },
        {
            "rompy_hydra.run_backend": {
                "queue": "reef.queue:Queue",
                "broken": "reef.absent:Nothing",
                "malformed": "no colon",
                "local": "reef.queue:Queue",
            },
            "rompy_hydra.conf": {"reef": "reef.conf"},
        },
    )


def test_a_plugin_is_listed_with_its_origin_and_not_imported(cli: Cli, site: Path, tmp_path: Path) -> None:
    rows = json.loads(cli("list", "--json", PYTHONPATH=str(site)).stdout)
    queue = next(r for r in rows if r["name"] == "queue")
    assert (queue["group"], queue["from"], queue["description"]) == ("run_backend", "reef 1.0", "Submits to a queue.")
    assert not (tmp_path / "imported.txt").exists()


def test_our_own_name_wins_a_clash_and_the_list_says_so(cli: Cli, site: Path) -> None:
    rows = json.loads(cli("list", "--json", PYTHONPATH=str(site)).stdout)
    local = {
        r["from"].split()[0]: r["description"] for r in rows if r["name"] == "local" and r["group"] == "run_backend"
    }
    assert "hidden: the name is taken by rompy-hydra" in local["reef"]
    assert "hidden" not in local["rompy-hydra"]


def test_a_plugin_without_yaml_is_an_option(cli: Cli, site: Path, tmp_path: Path) -> None:
    done = cli(*BASE, "run_backend=queue", "+run_backend.account=x", "run_id=q", PYTHONPATH=str(site))
    assert done.returncode == 0, done.stderr
    assert (tmp_path / "outputs/q/model/out.txt").read_text() == "x 1h"


def test_yaml_contributed_by_a_package_is_an_option(cli: Cli, site: Path, tmp_path: Path) -> None:
    done = cli(*BASE, "run_backend=reefcluster", "run_id=q", PYTHONPATH=str(site))
    assert done.returncode == 0, done.stderr
    assert (tmp_path / "outputs/q/model/out.txt").read_text() == "reef 1h"


def test_options_are_checked_against_the_methods_signature(cli: Cli, site: Path, tmp_path: Path) -> None:
    done = cli(*BASE, "run_backend=queue", "+run_backend.acount=x", PYTHONPATH=str(site))
    assert done.returncode == 2
    assert "run_backend.acount: there is no such key here" in done.stderr
    assert "did you mean 'account'?" in done.stderr
    assert "run_backend.account: this key is needed" in done.stderr
    assert not (tmp_path / "outputs").exists()


def test_annotated_options_of_a_plain_class_have_their_type(cli: Cli, tmp_path: Path) -> None:
    source = """
        from __future__ import annotations
        class High:
            def process(self, model_run, threshold_m: float = 1.0):
                return {"success": True, "twice": 2 * threshold_m}
    """
    site = install(tmp_path / "high", "high", {"p.py": source}, {"rompy.postprocess": {"high": "high.p:High"}})
    words = ("~experiment", "model=generic", "model.argv=[touch,x]", "postprocessor=high", "--json")
    done = cli(*words, "+postprocessor.high.threshold_m=abc", PYTHONPATH=str(site))
    assert done.returncode == 2
    assert json.loads(done.stdout)["problems"][0]["key"] == "postprocessor.high.threshold_m"
    done = cli(*words, "+postprocessor.high.threshold_m=2", PYTHONPATH=str(site))
    assert json.loads(done.stdout)["postprocess"]["high"]["twice"] == 4.0


def test_a_broken_plugin_breaks_nothing_until_it_is_selected(cli: Cli, site: Path) -> None:
    assert cli("--help", PYTHONPATH=str(site)).returncode == 0
    chosen = cli(*BASE, "run_backend=broken", PYTHONPATH=str(site))
    assert chosen.returncode == 2
    assert "plugin 'broken' of reef cannot be imported: ModuleNotFoundError" in chosen.stderr


def test_a_malformed_entry_point_is_skipped_with_a_reason(cli: Cli, site: Path) -> None:
    rows = json.loads(cli("list", "--json", PYTHONPATH=str(site)).stdout)
    assert "is not module:Class" in next(r for r in rows if r["name"] == "malformed")["description"]


def test_plugins_appear_in_help_and_completion(cli: Cli, site: Path) -> None:
    assert "queue" in cli("--help", PYTHONPATH=str(site)).stdout


def test_an_unknown_name_in_python_says_what_there_is() -> None:
    from rompy_hydra import ConfigError, ModelRun

    with pytest.raises(ConfigError, match="did you mean 'local'"):
        ModelRun().run(backend="locl")


@pytest.mark.parametrize("reason", ["raise SystemExit(0)", "import sys; sys.exit(3)", "raise KeyError('x')"])
def test_a_plugin_that_raises_is_a_failure_whatever_it_raises(cli: Cli, tmp_path: Path, reason: str) -> None:
    source = f"class Bad:\n    def run(self, model_run):\n        {reason}\n"
    site = install(tmp_path / "bad", "bad", {"b.py": source}, {"rompy.run": {"bad": "bad.b:Bad"}})
    done = cli(*BASE, "run_backend=bad", PYTHONPATH=str(site))
    assert done.returncode == 5
    assert "'bad' raised" in done.stderr
    assert "Traceback" not in done.stderr


def test_a_plugin_that_exits_at_import_is_told(cli: Cli, tmp_path: Path) -> None:
    site = install(tmp_path / "bad", "bad", {"b.py": "raise SystemExit(0)"}, {"rompy.run": {"bad": "bad.b:Bad"}})
    done = cli("check", *BASE, "run_backend=bad", PYTHONPATH=str(site))
    assert done.returncode == 2
    assert "plugin 'bad' of bad cannot be imported" in done.stderr


def test_a_model_without_one_of_its_methods_is_told(cli: Cli, tmp_path: Path) -> None:
    source = "from rompy_hydra.model.base import Model\nclass Half(Model):\n    model_type: str = 'half'\n"
    site = install(tmp_path / "half", "half", {"m.py": source}, {"rompy.config": {"half": "half.m:Half"}})
    done = cli("check", "~experiment", "model=half", "postprocessor=noop", PYTHONPATH=str(site))
    assert done.returncode == 2
    assert "Half cannot be made" in done.stderr
