"""The Python calls and custom classes of the plugin document run as they stand there."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.conftest import SHARED
from tests.plugin_package import install

DOCUMENT = SHARED / "seed" / "plugin_architecture.md"
pytestmark = pytest.mark.skipif(not DOCUMENT.is_file(), reason=f"the plugin document is not at {DOCUMENT}")

PRELUDE = "import logging\nfrom pathlib import Path\nlogger = logging.getLogger(__name__)\n"
HELPERS = {
    "CustomRunBackend": """
def _execute_custom_logic(self, model_run, **kwargs):
    workspace = Path(model_run.output_dir) / model_run.run_id / "model"
    (workspace / "level.txt").write_text(f"{sorted(kwargs)}\\n")
    return True
""",
    "AnalysisPostprocessor": """
def _calculate_metrics(self, output_dir):
    return {"files": len(list((output_dir / "model").iterdir()))}
def _generate_plots(self, output_dir):
    return []
""",
    "CloudPipelineBackend": """
def _submit_cloud_job(self, model_run, **kwargs):
    return "job-7"
def _wait_for_completion(self, job_id):
    pass
def _download_results(self, job_id):
    return [job_id]
def _process_outputs(self, outputs, **kwargs):
    return {"downloaded": outputs}
""",
}


def blocks(language: str) -> list[str]:
    """The document's code blocks of a language."""
    return re.findall(rf"```{language}\n(.*?)```", DOCUMENT.read_text(), re.DOTALL)


def block_with(text: str) -> str:
    return next(b for b in blocks("python") if text in b)


def plugin_module(name: str) -> str:
    """The document's class, with the methods that it leaves to its reader."""
    helper = HELPERS[name]
    methods = re.findall(r"^def (\w+)", helper, re.MULTILINE)
    attach = "".join(f"{name}.{m} = {m}\n" for m in methods)
    return f"{PRELUDE}{block_with(f'class {name}')}\n{helper}\n{attach}"


@pytest.fixture
def site(tmp_path: Path) -> Path:
    return install(
        tmp_path / "site",
        "mypackage",
        {
            "backends.py": plugin_module("CustomRunBackend"),
            "processors.py": plugin_module("AnalysisPostprocessor"),
            "pipelines.py": plugin_module("CloudPipelineBackend"),
        },
        {
            "rompy.run": {"custom": "mypackage.backends:CustomRunBackend"},
            "rompy.postprocess": {"analysis": "mypackage.processors:AnalysisPostprocessor"},
            "rompy.pipeline": {"cloud": "mypackage.pipelines:CloudPipelineBackend"},
        },
    )


@pytest.fixture
def python(tmp_path: Path, site: Path) -> Callable[[str], subprocess.CompletedProcess[str]]:
    """Run statements with `model`, a run whose workspace holds the document's executable."""
    program = tmp_path / "my_model_executable"
    program.write_text("#!/bin/sh\necho $OMP_NUM_THREADS > threads.txt\n")
    program.chmod(0o755)
    (tmp_path / "custom_output").mkdir()
    (tmp_path / "custom_output" / "level.txt").write_text("1\n")
    setup = (
        "from rompy_hydra import ModelRun\n"
        "model = ModelRun(run_id='doc', output_dir='out', model={'model_type': 'generic',\n"
        f"    'files': {{'my_model_executable': {str(program)!r}}}, 'argv': './my_model_executable'}})\n"
    )

    def call(statements: str) -> subprocess.CompletedProcess[str]:
        environment = {**os.environ, "PYTHONPATH": str(site)}
        command = [sys.executable, "-c", setup + statements]
        return subprocess.run(command, cwd=tmp_path, env=environment, capture_output=True, text=True, timeout=60)

    return call


def checked(done: subprocess.CompletedProcess[str]) -> str:
    assert done.returncode == 0, done.stderr
    return done.stdout


def test_the_local_backend_calls_run(python: Callable[[str], subprocess.CompletedProcess[str]]) -> None:
    calls = block_with('command="./my_model_executable"')
    threads = "print((model.workspace / 'threads.txt').read_text())"
    out = checked(
        python(f"{calls}\nprint(success)\nmodel = model.model_copy(update={{'rerun': 'run'}})\n{calls}\n{threads}")
    )
    assert out.split() == ["True", "4"]


def test_the_noop_calls_run(python: Callable[[str], subprocess.CompletedProcess[str]]) -> None:
    out = checked(python(f"model.run(backend='local')\n{block_with('validate_outputs=True')}\nprint(results)"))
    assert "'success': True" in out
    assert "level.txt" in out


def test_the_pipeline_calls_run(python: Callable[[str], subprocess.CompletedProcess[str]]) -> None:
    calls = block_with("cleanup_on_failure=True").replace('run_backend="docker"', 'run_backend="custom"')
    out = checked(python(f"{calls}\nprint(results)"))
    assert "'success': True" in out
    assert "Analysis completed successfully" in out


def test_the_custom_run_backend_runs_by_name(python: Callable[[str], subprocess.CompletedProcess[str]]) -> None:
    out = checked(python("print(model.run(backend='custom', flavour=1))\nprint(model.record.stage('run').state)"))
    assert out.split() == ["True", "done"]


def test_the_custom_pipeline_runs_by_name(python: Callable[[str], subprocess.CompletedProcess[str]]) -> None:
    out = checked(python("print(model.pipeline(pipeline_backend='cloud')['stages_completed'])"))
    assert out.strip() == "['generate', 'submit', 'execute', 'postprocess']"


def test_the_three_custom_classes_work_on_the_command_line(
    cli: Callable[..., subprocess.CompletedProcess[str]], site: Path
) -> None:
    words = ["~experiment", "model=generic", "+run_backend.flavour=2"]
    chosen = ["run_backend=custom", "postprocessor=analysis"]
    done = cli(*words, *chosen, "--json", PYTHONPATH=str(site))
    assert done.returncode == 0, done.stderr
    result = json.loads(done.stdout)
    assert result["success"]
    assert result["postprocess"]["analysis"]["metrics"] == {"files": 1}
    cloud = cli("~experiment", "model=generic", "pipeline=cloud", "postprocessor=noop", "--json", PYTHONPATH=str(site))
    assert json.loads(cloud.stdout)["job_id"] == "job-7"


def test_the_custom_classes_are_listed_with_their_origin(
    cli: Callable[..., subprocess.CompletedProcess[str]], site: Path
) -> None:
    rows = json.loads(cli("list", "--json", PYTHONPATH=str(site)).stdout)
    found = {row["name"]: row for row in rows if row["from"] == "mypackage 1.0"}
    assert set(found) == {"custom", "analysis", "cloud"}
    assert found["custom"]["description"] == "Custom run backend example."
