"""A command inside of a container, where there is no engine but Apptainer."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

RUNTIME = "apptainer"


def runtime_words(image: str, workspace: Path, where: Path, options: Sequence[str]) -> tuple[str, ...]:
    """What stands in front of a command to run it in a container that sees the workspace, at its own path.

    >>> runtime_words("swan:41.45", Path("/runs/a,b/model"), Path("/runs/a,b/model"), ["--nv"])[2:]
    ('--no-home', '--mount', 'type=bind,"source=/runs/a,b/model","destination=/runs/a,b/model"', '--pwd', \
'/runs/a,b/model', '--nv', 'docker://swan:41.45')
    """
    place = str(workspace).replace('"', '""')
    mount = f'type=bind,"source={place}","destination={place}"'
    return (RUNTIME, "exec", "--no-home", "--mount", mount, "--pwd", str(where), *options, _address(image))


def image_file(image: str) -> Path | None:
    """The file that an image is; None for one of a registry."""
    is_file = image.endswith((".sif", ".img", ".sqsh")) or image.startswith(("/", "./", "~"))
    return Path(image).expanduser().absolute() if is_file else None


def _address(image: str) -> str:
    """As Apptainer has it: a name alone is one of a registry, as Docker has it."""
    file = image_file(image)
    return str(file) if file is not None else image if "://" in image else f"docker://{image}"
