"""The batch script of a job: every word quoted, every secret elsewhere."""

from __future__ import annotations

import os
import re
import shlex
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from functools import cached_property
from importlib.resources import files
from typing import Any

from ...core import secrets
from ..on_host import Launch
from .files import JobFiles

_NOT_HERE = "ARRAY_INX|CLUSTERS|EXPORT|WAIT"
"""What would make another thing of the job than the one that is followed."""
_FOR_SBATCH = re.compile(rf"SLURM_CONF$|SBATCH_(?!({_NOT_HERE})$)")
"""Where the cluster is, and what people have set as defaults; a clean environment has these too."""
_OF_ANOTHER_JOB = re.compile(rf"SLURM_|SRUN_|SBATCH_({_NOT_HERE})$")
"""What the job that this process may itself be part of has said to its own processes."""


@dataclass(frozen=True)
class ShellLines:
    """What people write into a batch script, as it is."""

    modules: Sequence[str] = ()
    prologue: Sequence[str] = ()
    epilogue: Sequence[str] = ()


@dataclass(frozen=True)
class Script:
    """What a batch script says."""

    name: str
    options: Sequence[str]
    """Those of sbatch."""
    launch: Launch
    lines: ShellLines
    requeue: bool

    def write(self, files_of_job: JobFiles) -> None:
        """Write the script, and the file of its secrets."""
        files_of_job.make()
        lines = [f"export {key}={shlex.quote(value)}\n" for key, value in self._hidden.items()]
        lines += [f"{name}={shlex.quote(word)}\n" for name, word in self._hidden_words.items()]
        if lines:
            files_of_job.write_secrets("".join(lines))
        shown = {key: value for key, value in self._variables[0].items() if key not in self._hidden}
        argv = [f'"${_word(n)}"' if _word(n) in self._hidden_words else shlex.quote(w) for n, w in self._numbered]
        files_of_job.script.write_text(self._text(files_of_job, shown, argv, bool(lines)), encoding="utf-8")

    @cached_property
    def env(self) -> dict[str, str]:
        """The environment to submit it with."""
        return {key: value for key, value in self._variables[1].items() if key not in self._hidden}

    @cached_property
    def _variables(self) -> tuple[dict[str, str], dict[str, str]]:
        """What was added for the model, and what sbatch passes on."""
        return _split(self.launch.env)

    @cached_property
    def _hidden(self) -> dict[str, str]:
        added, inherited = self._variables
        return {key: value for key, value in {**inherited, **added}.items() if _is_secret(key, value)}

    @property
    def _numbered(self) -> list[tuple[int, str]]:
        return list(enumerate(self.launch.argv))

    @cached_property
    def _hidden_words(self) -> dict[str, str]:
        """Words of the command that are secrets, each by the name of the shell variable that stands for it."""
        return {_word(number): word for number, word in self._numbered if secrets.mask(word) != word}

    def _text(self, files_of_job: JobFiles, env: Mapping[str, str], argv: Sequence[str], has_secrets: bool) -> str:
        words = self.launch.argv
        return rendered(
            "batch.sh.j2",
            name=self.name,
            options=self.options,
            folder=str(files_of_job.folder),
            script=files_of_job.script.name,
            output=files_of_job.output.name,
            exit=files_of_job.exit.name,
            started=files_of_job.started.name,
            secrets=files_of_job.secrets.name if has_secrets else "",
            env=env,
            **asdict(self.lines),
            requeue=self.requeue,
            where=str(self.launch.where),
            programs=[word for word in (words[0], str(self.launch.program)) if "/" not in word],
            argv=argv,
        )


def rendered(template: str, **values: Any) -> str:
    """A template of this package, with every value in its place."""
    from jinja2 import FunctionLoader, StrictUndefined
    from jinja2.sandbox import SandboxedEnvironment

    loader = FunctionLoader(lambda name: files(__package__).joinpath(name).read_text(encoding="utf-8"))
    surroundings = SandboxedEnvironment(loader=loader, undefined=StrictUndefined, keep_trailing_newline=True)
    surroundings.filters["quote"] = shlex.quote
    return surroundings.get_template(template).render(values)


def _word(number: int) -> str:
    return f"word{number}"


def _split(env: Mapping[str, str]) -> tuple[dict[str, str], dict[str, str]]:
    """What was added for the model, and what this process has anyway, which sbatch passes on."""
    added = {key: value for key, value in env.items() if os.environ.get(key) != value}
    inherited = {key: value for key, value in env.items() if key not in added and not _OF_ANOTHER_JOB.match(key)}
    return added, inherited | {key: value for key, value in os.environ.items() if _FOR_SBATCH.match(key)}


def _is_secret(key: str, value: str) -> bool:
    return key.isidentifier() and (secrets.looks_secret(key) or secrets.mask(value) != value)
