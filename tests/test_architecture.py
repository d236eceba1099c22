"""Dependencies point one way, from the command line over config and the run to models, sources and core."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

PACKAGE = Path(__file__).parents[1] / "rompy_hydra"

LAYERS = [
    {"cli", "doctor", "run_verbs", "testing"},
    {"config", "report"},
    {
        "",
        "model_run",
        "build",
        "faults",
        "request",
        "members",
        "together",
        "run_dir",
        "run_log",
        "stages",
        "work",
        "run_stage",
        "post_stage",
        "keys",
        "preflight",
        "import_verb",
        "jobs",
        "output_file",
        "installation",
    },
    {"pipeline", "postprocessor", "run_backend", "model"},
    {"domain", "forcing"},
    {"data"},
    {"source"},
    {"core", "plugins", "lock"},
    {"errors"},
]
"""The first part of a module's name within the package, from top to bottom; "" is the package itself."""

SEPARATE = {1, 3}
"""Layers whose members do not know each other."""

EXCEPTIONS = {
    ("model", "run_backend.base"),  # what a run may use: words that both sides speak
    ("model", "run_backend.job"),  # and how it ended
    ("postprocessor", "run_backend.base"),  # the name of the file that has what a model printed
    ("postprocessor", "report.figures"),  # figures are drawn alike wherever they appear; they know arrays only
}
"""Imports that the order of the layers forbids: who, and what."""


def modules() -> Iterator[tuple[str, ast.Module]]:
    for path in sorted(PACKAGE.rglob("*.py")):
        parts = path.relative_to(PACKAGE).with_suffix("").parts
        yield ".".join(p for p in parts if p != "__init__"), ast.parse(path.read_text(encoding="utf-8"))


def is_package(module: str) -> bool:
    return PACKAGE.joinpath(*module.split(".")).is_dir()


def own_imports(module: str, tree: ast.Module) -> Iterator[tuple[int, str]]:
    """(line, name within the package) of each import of our own, in functions and for type checking too."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            names = [a.name for a in node.names]
        elif isinstance(node, ast.ImportFrom):
            base = absolute(module, node)
            names = [f"{base}.{a.name}" for a in node.names]
        else:
            continue
        yield from ((node.lineno, n.partition(".")[2]) for n in names if n.split(".")[0] == "rompy_hydra")


def absolute(module: str, node: ast.ImportFrom) -> str:
    if not node.level:
        return node.module or ""
    parts = ["rompy_hydra", *module.split(".")] if module else ["rompy_hydra"]
    drop = node.level - 1 if is_package(module) else node.level
    return ".".join([*parts[: len(parts) - drop], *([node.module] if node.module else [])])


def layer_of(name: str) -> int | None:
    return next((i for i, names in enumerate(LAYERS) if name.split(".")[0] in names), None)


def allowed(importer: str, imported: str) -> bool:
    above, below = layer_of(importer), layer_of(imported)
    who, whom = importer.split(".")[0], imported.split(".")[0]
    if any(who == a and f"{imported}.".startswith(f"{b}.") for a, b in EXCEPTIONS):
        return True
    if who != whom and above == below and above in SEPARATE:
        return False
    return above is not None and below is not None and above <= below


def test_every_module_belongs_to_a_layer():
    assert [name for name, _ in modules() if layer_of(name) is None] == []


def test_imports_point_from_the_command_line_towards_core():
    wrong = [
        f"{module or '__init__'}:{line} imports {imported}"
        for module, tree in modules()
        for line, imported in own_imports(module, tree)
        if not allowed(module, imported)
    ]
    assert wrong == []


@pytest.mark.parametrize("figures", ["report.figures", "report.domain_figure", "report.canvas"])
def test_figures_know_nothing_but_core(figures):
    known = [name for _, name in own_imports(figures, dict(modules())[figures])]
    assert all(layer_of(name) >= layer_of("core") or name.startswith("report.canvas") for name in known)


def test_only_the_config_layer_knows_hydra():
    wrong = [
        f"{module}:{node.lineno}"
        for module, tree in modules()
        if not module.startswith("config")
        for node in ast.walk(tree)
        if isinstance(node, ast.Import | ast.ImportFrom) and {"hydra", "omegaconf"} & set(top_names(node))
    ]
    assert wrong == []


def top_names(node: ast.Import | ast.ImportFrom) -> list[str]:
    if isinstance(node, ast.Import):
        return [a.name.split(".")[0] for a in node.names]
    return [] if node.level else [(node.module or "").split(".")[0]]


@pytest.mark.parametrize(
    ("importer", "imported", "expected"),
    [
        ("model.anuga.solve", "run_backend.job.Exit", True),
        ("model.anuga", "run_backend.local", False),
        ("run_backend.local", "model.base", False),
        ("model_run", "config", False),
        ("config", "report.tables", False),
        ("postprocessor.plots", "postprocessor.base", True),
        ("postprocessor.noop", "run_backend.baseline", False),
        ("source.csv", "domain.Domain", False),
        ("cli", "core.period", True),
    ],
)
def test_the_rules_say_what_they_are_meant_to(importer, imported, expected):
    assert allowed(importer, imported) is expected
