"""Whether the packages are installed that this one needs, and which of those that only some users need."""

from __future__ import annotations

from collections.abc import Iterator
from importlib.metadata import PackageNotFoundError, metadata, requires, version

from packaging.requirements import Requirement

from .core.extras import install_command
from .core.findings import Finding

PACKAGE = "rompy-hydra"
_FOR_DEVELOPERS = "dev"


def needed() -> Finding:
    """The packages without which nothing works."""
    found = list(_required(""))
    wrong = [told for _, told in found if told]
    if wrong:
        return Finding("packages", "fails", "; ".join(wrong), f"pip install --upgrade {PACKAGE}")
    return Finding("packages", "works", f"all {len(found)} that are needed")


def extras() -> Iterator[Finding]:
    """Each extra: its packages with their versions, or what is missing and the command that installs it."""
    for extra in sorted(set(metadata(PACKAGE).get_all("Provides-Extra") or ()) - {_FOR_DEVELOPERS}):
        found = list(_required(extra))
        wrong = [told for _, told in found if told]
        if not wrong:
            told = ", ".join(f"{name} {version(name)}" for name, _ in found)
            yield Finding(f"extra {extra}", "works", told)
            continue
        is_there = any(_version(name) for name, told in found if told)
        yield Finding(f"extra {extra}", "fails" if is_there else "absent", "; ".join(wrong), install_command(extra))


def _required(extra: str) -> Iterator[tuple[str, str]]:
    """The packages that an extra brings, or of none those that are always needed, each with what is wrong with it."""
    for requirement in map(Requirement, requires(PACKAGE) or ()):
        marker = requirement.marker
        always = marker is None or marker.evaluate({"extra": ""})
        if always if not extra else not always and marker is not None and marker.evaluate({"extra": extra}):
            yield requirement.name, _wrong(requirement)


def _wrong(requirement: Requirement) -> str:
    found = _version(requirement.name)
    if not found:
        return f"{requirement.name} is not installed"
    if not requirement.specifier.contains(found, prereleases=True):
        return f"{requirement.name} is {found}, {requirement.specifier} is needed"
    return ""


def _version(name: str) -> str:
    try:
        return version(name)
    except PackageNotFoundError:
        return ""
