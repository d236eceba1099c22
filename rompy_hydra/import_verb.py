"""The verb ``import``: a set-up of a model's own files becomes an experiment."""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import Any, NoReturn

from .core.atomic import write_atomic
from .errors import ConfigError, Problem, did_you_mean

_MODELS = ("swan",)
_USAGE = "rompy-hydra import swan INPUT [-o conf/experiment/NAME.yaml] [--crs EPSG:n] [--force]"


class _Parser(argparse.ArgumentParser):
    def error(self, message: str) -> NoReturn:
        """As every other problem."""
        raise ConfigError(Problem("", f"import: {message}", hint=_USAGE))


def import_setup(words: list[str]) -> dict[str, Any]:
    """Import a set-up, write the experiment, and say what became of its parts.

    Args:
        words: model, file and options.

    Returns:
        ``file``: the experiment; ``files``: others that were written; ``lines``: what became of the commands.

    Raises:
        ConfigError: wrong words, a file that exists already, a set-up that cannot be expressed.
        DataError: there is no such set-up.
    """
    args = _parsed(words)
    from .model.swan.importing import experiment_text, import_swan, summary

    state = import_swan(args.path, args.crs)
    target = args.output or Path("conf/experiment") / f"{state.config['name'].lower()}.yaml"
    made = {state.folder / name: write for name, write in state.products.items()}
    if (there := next((p for p in (target, *made) if p.exists()), None)) and not args.force:
        raise ConfigError(Problem("", f"{there} is there already", hint="give another name with -o, or --force"))
    target.parent.mkdir(parents=True, exist_ok=True)
    write_atomic(target, experiment_text(state))
    for path, write in made.items():
        write(path)
    return {"file": target, "files": list(made), "lines": summary(state)}


def _parsed(words: list[str]) -> argparse.Namespace:
    if not words or words[0] not in _MODELS:
        hint = did_you_mean(words[0], _MODELS) if words else _USAGE
        raise ConfigError(Problem("", "import needs the model whose set-up it is", hint=hint or _USAGE))
    parser = _Parser(add_help=False)
    parser.add_argument("path", type=Path)
    parser.add_argument("-o", "--output", type=Path)
    parser.add_argument("--crs")
    parser.add_argument("--force", action="store_true")
    return parser.parse_args(words[1:])
