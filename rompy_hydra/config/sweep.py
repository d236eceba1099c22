"""Many experiments from one command line: all are checked before the first one starts."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Sequence
from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from hydra.core.hydra_config import HydraConfig
from hydra.errors import HydraException
from omegaconf import DictConfig

from ..core import secrets
from ..core.hashing import hash_data
from ..errors import ConfigError, Detached, Problem, Submitted
from ..members import MemberResult, exit_code_of
from ..model_run import SCIENCE
from .args import Args
from .complaints import masked, no_values
from .compose import Composed, Composer
from .hydra_api import BASIC_SWEEPER, Override, RunMode, launch_members, quiet, split_sweep
from .loading import Draft, annotated
from .submitit_jobs import SLURM_LAUNCHER, jobs_seen_to
from .sweep_record import SweepRecord

if TYPE_CHECKING:
    from ..request import Request

_LONGEST_NAME = 120


@dataclass(frozen=True)
class Member:
    """One experiment of a sweep."""

    name: str
    """Its run directory below the sweep's, e.g. ``0-coefficient=0.02``."""
    overrides: tuple[str, ...]
    request: Request


@dataclass(frozen=True)
class Sweep:
    """Checked experiments that are run as one."""

    id: str
    """``<name>-sweep-<hash>``; the same sweep has the same id."""
    directory: Path
    """Where the members' run directories are."""
    members: tuple[Member, ...]
    batch_size: int
    """How many members the launcher is given at once."""
    launcher: DictConfig
    """Hydra's own subtree, for its launcher plugin."""


def load_sweep(args: Args) -> Sweep:
    """Compose, check and build every member of a sweep; writes nothing.

    Raises:
        ConfigError: what is wrong with any of them, each problem once with the numbers of its jobs.
    """
    composer = Composer(args)
    whole = composer.compose(args.overrides, RunMode.MULTIRUN)
    if whole.problems:
        raise ConfigError([annotated(p, whole.origins) for p in whole.problems])
    overrides = [*_params(whole, composer), *(o for o in whole.overrides if not o.is_hydra_override())]
    drafts = _drafts(composer, _members(overrides, whole))
    names = _names(drafts, overrides)
    sweep_id = _sweep_id(drafts, names)
    directory = _output_dir(drafts) / sweep_id
    requests = _requests(drafts, names, directory)
    members = [
        Member(name, tuple(draft.composition().overrides), request)
        for name, draft, request in zip(names, drafts, requests, strict=True)
    ]
    size = whole.cfg.hydra.sweeper.max_batch_size or len(members)
    return Sweep(sweep_id, directory, tuple(members), size, quiet(whole.cfg, str(directory)))


def launch(
    sweep: Sweep,
    run_one: Callable[[Request], int],
    go_on: Callable[[list[MemberResult], Callable[[MemberResult], None]], list[MemberResult]] | None = None,
) -> list[MemberResult]:
    """Run every member through the launcher plugin of the config, in this process or in others.

    `run_one` returns an exit code. One that fails or raises an error does not stop the others; an interruption does.
    `go_on` does in this process what is left when all of them have ended, tells of each that ends then, and returns
    how all have ended.

    Raises:
        BackendError: the same sweep is running already.
    """
    record = SweepRecord(sweep.directory)
    with record.held():
        record.begin(sweep.id, [(m.name, m.overrides) for m in sweep.members])
        task = _Task(sweep.members, run_one, secrets.registered(), record)
        lines = [list(m.overrides) for m in sweep.members]
        batches = [lines[i : i + sweep.batch_size] for i in range(0, len(lines), sweep.batch_size)]
        with _jobs_seen_to(sweep):
            returned = launch_members(sweep.launcher, batches, task)
        results = [_result(m.name, r) for m, r in zip(sweep.members, returned, strict=True)]

        def ended(result: MemberResult) -> None:
            record.ended(result.member, result.exit_code)

        for result in results:
            if result.state == "failed":  # a process that was killed has not said so
                ended(result)
        return results if go_on is None else go_on(results, ended)


def _jobs_seen_to(sweep: Sweep) -> AbstractContextManager[None]:
    if sweep.launcher.hydra.launcher.get("_target_") != SLURM_LAUNCHER:
        return nullcontext()
    return jobs_seen_to(sweep.directory)


@dataclass(frozen=True)
class _Task:
    """What a launcher calls, here or in another process: the member is found by the number it gives."""

    members: tuple[Member, ...]
    run_one: Callable[[Request], int]
    secrets: dict[str, str]
    """What is never shown, for a process that has not seen the config."""
    record: SweepRecord

    def __call__(self, _: DictConfig) -> int:
        secrets.restore(self.secrets)
        member = self.members[HydraConfig.get().job.num]
        try:
            code = int(self.run_one(member.request))
        except SystemExit as stop:  # it would end the whole sweep silently
            code = stop.code if isinstance(stop.code, int) else int(stop.code is not None)
        except (Submitted, Detached):
            raise
        except BaseException as error:
            self.record.ended(member.name, exit_code_of(error))
            raise
        self.record.ended(member.name, code)
        return code


def _result(name: str, value: Any) -> MemberResult:
    if not isinstance(value, Exception):
        return MemberResult(name, int(value))
    return MemberResult(name, exit_code_of(value), value)


def _params(whole: Composed, composer: Composer) -> list[Override]:
    """``hydra.sweeper.params`` of a config file, as overrides."""
    sweeper = whole.cfg.hydra.sweeper
    if sweeper.get("_target_") != BASIC_SWEEPER:
        hint = "sweeps are made by this program; leave hydra/sweeper=basic"
        raise ConfigError(Problem("hydra.sweeper", "this sweeper is not supported", sweeper.get("_target_"), hint=hint))
    for key, value in (sweeper.params or {}).items():
        if not isinstance(value, str | int | float):
            message = "expected the values to sweep over, as a text"
            raise ConfigError(Problem(f"hydra.sweeper.params.{key}", message, value, hint=f"e.g. {key}: 1,2,3"))
    return composer.parsed([f"{key}={value}" for key, value in (sweeper.params or {}).items()])


def _members(overrides: Sequence[Override], whole: Composed) -> list[list[str]]:
    try:
        [members] = split_sweep(overrides, None)
    except HydraException as error:
        raise ConfigError(Problem("", str(error).splitlines()[0], hint="write the values out: a=1,2,3")) from error
    if not members:
        empty = [o for o in overrides if o.is_discrete_sweep() and not list(o.sweep_iterator())]
        raise ConfigError([no_values(o) for o in empty])
    hydra = [o.input_line or "" for o in whole.overrides if o.is_hydra_override()]
    return [[*hydra, *member] for member in members]


def _drafts(composer: Composer, members: Sequence[Sequence[str]]) -> list[Draft]:
    """Every member composed; what cannot be composed at all is reported for all members at once."""
    groups = composer.groups()
    failures: list[tuple[int, Problem]] = []
    drafts = []
    for number, overrides in enumerate(members):
        try:
            drafts.append(Draft(composer.compose(overrides), groups))
        except ConfigError as error:
            failures += [(number, p) for p in error.problems]
    if failures:
        raise ConfigError(_merged(failures, len(members)))
    return drafts


def _requests(drafts: Sequence[Draft], names: Sequence[str], directory: Path) -> list[Request]:
    failures: list[tuple[int, Problem]] = []
    requests = []
    for number, (draft, name) in enumerate(zip(drafts, names, strict=True)):
        try:
            requests.append(draft.request(output_dir=str(directory), run_id=name))
        except ConfigError as error:
            failures += [(number, p) for p in error.problems]
    if failures:
        raise ConfigError(_merged(failures, len(drafts)))
    return requests


def _merged(failures: Iterable[tuple[int, Problem]], count: int) -> list[Problem]:
    """Each problem once, with the numbers of the jobs that have it."""
    jobs: dict[str, tuple[Problem, list[int]]] = {}
    for number, problem in failures:
        jobs.setdefault(str(problem), (problem, []))[1].append(number)
    return [replace(p, message=f"{p.message} ({_jobs(numbers, count)})") for p, numbers in jobs.values()]


def _jobs(numbers: Sequence[int], count: int) -> str:
    if len(numbers) == count:
        return "all jobs" if count > 1 else "job #0"
    shown = ", ".join(f"#{n}" for n in numbers[:8])
    return f"job{'s' if len(numbers) > 1 else ''} {shown}{', ...' if len(numbers) > 8 else ''}"


def _names(drafts: Sequence[Draft], overrides: Sequence[Override]) -> list[str]:
    """Run ids: as given where they differ, else made of the swept values."""
    given = [d.tree.get("run_id") for d in drafts]
    if any(g is not None for g in given):
        if len(set(given)) < len(given):
            hint = "leave run_id out, or sweep it too: each member needs a directory of its own"
            raise ConfigError(
                Problem("run_id", "members of a sweep would share one run directory", given[0], hint=hint)
            )
        return [str(g) for g in given]
    swept = [o.key_or_group for o in overrides if o.is_sweep_override()]
    short = _short_keys(swept)
    return [_name(number, draft, short) for number, draft in enumerate(drafts)]


def _short_keys(keys: Sequence[str]) -> dict[str, str]:
    """The last word of each key, or the whole key where two end alike."""
    last = [re.split(r"[./]", k)[-1] for k in keys]
    return {k: w if last.count(w) == 1 else k for k, w in zip(keys, last, strict=True)}


def _name(number: int, draft: Draft, short: dict[str, str]) -> str:
    said = {o.key_or_group: masked(o).partition("=")[2] for o in draft.composed.overrides}
    parts = [f"{word}={said[key]}" for key, word in short.items() if key in said]
    text = "-".join([str(number), ",".join(parts)]) if parts else str(number)
    safe = re.sub(r"[^A-Za-z0-9._=,+-]+", "_", text).replace("..", "_")
    safe = re.sub(r"(?<=[=,-])_+|_+(?=,|$)", "", safe)
    return safe[:_LONGEST_NAME].rstrip("._")


def _output_dir(drafts: Sequence[Draft]) -> Path:
    places = sorted({str(d.tree.get("output_dir", "outputs")) for d in drafts})
    if len(places) > 1:
        message = "a sweep has one directory, and its members different output_dir"
        hint = "give one output_dir; each member gets a directory of its own in it"
        raise ConfigError(Problem("output_dir", message, secrets.mask_tree(places), hint=hint))
    return Path(places[0]).expanduser().absolute()


def _sweep_id(drafts: Sequence[Draft], names: Sequence[str]) -> str:
    """Of the science and of what is swept; where and how it is executed makes no other sweep."""
    science = [{k: secrets.mask_tree(d.tree.get(k)) for k in SCIENCE} for d in drafts]
    name = re.sub(r"[^A-Za-z0-9_-]+", "_", str(drafts[0].tree.get("name", "experiment")))
    return f"{name}-sweep-{hash_data([science, names])[:8]}"
