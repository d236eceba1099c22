"""A separately installed package with plugins, made for a test."""

from __future__ import annotations

from pathlib import Path
from textwrap import dedent


def install(site: Path, name: str, modules: dict[str, str], entry_points: dict[str, dict[str, str]]) -> Path:
    """Lay a package and its metadata into `site`, as an installer would; returns `site` for PYTHONPATH.

    Args:
        site: plays site-packages.
        name: of the package and its distribution.
        modules: module name -> source.
        entry_points: group -> {name: target}.
    """
    package = site / name
    package.mkdir(parents=True, exist_ok=True)
    (package / "__init__.py").write_text("")
    for module, source in modules.items():
        path = package / module
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(dedent(source))
    info = site / f"{name}-1.0.dist-info"
    info.mkdir(exist_ok=True)
    (info / "METADATA").write_text(f"Metadata-Version: 2.1\nName: {name}\nVersion: 1.0\n")
    groups = (f"[{g}]\n" + "\n".join(f"{n} = {t}" for n, t in entries.items()) for g, entries in entry_points.items())
    (info / "entry_points.txt").write_text("\n\n".join(groups) + "\n")
    return site
