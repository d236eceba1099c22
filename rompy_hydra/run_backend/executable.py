"""Finds the program of a command, and says in words why it cannot be started."""

from __future__ import annotations

import errno
import os
import shutil
import sys
from collections.abc import Iterable
from difflib import get_close_matches
from pathlib import Path

from ..errors import BackendError, Problem

KEY = "run_backend.command"


def find_executable(name: str, folders: Iterable[Path], search_path: str, advice: str = "") -> Path:
    """The file that `name` stands for: a relative path such as ``./swan`` in `folders`, a bare name on `search_path`.

    ``python`` is the interpreter that runs this package. `advice` is told where there is no such program.

    Raises:
        BackendError: there is none, or it cannot be executed; says where it was looked for.
    """
    if name == "python":
        return Path(sys.executable)
    if "/" not in name:
        found = shutil.which(name, path=search_path)
        return Path(found).absolute() if found else _refuse_bare_name(name, list(folders), search_path, advice)
    places = [folder.absolute() / Path(name).expanduser() for folder in dict.fromkeys([*folders, Path.cwd()])]
    found_at = next((place for place in places if place.exists()), None)
    if found_at is None:
        tried = " and ".join(dict.fromkeys(os.path.normpath(place) for place in places))
        raise _error("there is no such program", name, f"looked for {tried}" + (f"; {advice}" if advice else ""))
    return _executable(found_at, name)


def _executable(path: Path, name: str) -> Path:
    if path.is_dir():
        raise _error(f"{path} is a folder, expected a program", name)
    if not os.access(path, os.X_OK):
        raise _error(f"{path} is not executable", name, f"chmod +x {path}")
    return path


def _refuse_bare_name(name: str, folders: list[Path], search_path: str, advice: str) -> Path:
    beside = next((folder / name for folder in folders if (folder / name).is_file()), None)
    if beside is not None:
        raise _error(f"the program is not on PATH, but {beside} exists", name, f"write ./{name}")
    near = get_close_matches(name, _names_on(search_path), n=1, cutoff=0.75)
    hint = f"did you mean '{near[0]}'? " if near else ""
    hint += advice or "install it, load its module, or give the path of the program"
    raise _error("there is no such program on PATH", name, hint)


def _names_on(search_path: str) -> set[str]:
    folders = [Path(folder) for folder in search_path.split(os.pathsep) if folder]
    return {name for folder in folders if os.access(folder, os.R_OK | os.X_OK) for name in os.listdir(folder)}  # noqa: PTH208  names are all it takes


def why_not_started(error: OSError | ValueError, argv: list[str]) -> BackendError:
    """What the system's refusal to start `argv` means."""
    program = Path(argv[0])
    code = error.errno if isinstance(error, OSError) else None
    if code == errno.ENOENT and program.exists():
        return _error(
            f"{program} cannot be started: {_interpreter(program)} is not there",
            argv[0],
            "install it, or correct line 1",
        )
    if code == errno.ENOEXEC:
        hint = "start a script with a line such as #!/bin/sh; compile a program for this machine"
        return _error(f"{program} is neither a script with #! nor a program for this machine", argv[0], hint)
    if code == errno.E2BIG:
        return _error("the arguments and the environment are too long for the system", argv[0])
    return _error(f"{program} cannot be started: {error}", argv[0])


def _interpreter(program: Path) -> str:
    with program.open("rb") as file:
        first = file.readline(200).rstrip(b"\n")
    if first.startswith(b"#!"):
        return f"its interpreter {first[2:].decode(errors='replace').strip(' ')!r}"
    return "the dynamic loader that it was linked for"


def _error(message: str, value: str, hint: str = "") -> BackendError:
    return BackendError(Problem(KEY, message, value, hint=hint))
