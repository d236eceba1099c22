"""The command line: our verbs here, everything else to the config layer."""

from __future__ import annotations

import gc
import json
import logging
import os
import signal
import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, nullcontext, redirect_stdout
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, NoReturn

from . import config
from .core import secrets
from .core.printable import printable
from .errors import (
    BackendError,
    ConfigError,
    DataError,
    Problem,
    RompyHydraError,
    SweepError,
    Terminated,
    did_you_mean,
)
from .members import MemberResult, raise_for_failed, summary
from .report.telling import print_json, say, show_traceback, tell
from .run_dir import RunDir

if TYPE_CHECKING:
    from .request import Request
    from .stages import Action

_STDERR = 2


@dataclass(frozen=True)
class Flags:
    """Our own flags, allowed anywhere on the command line."""

    json: bool = False
    debug: bool = False
    verbose: bool = False


def main(argv: Sequence[str] | None = None) -> NoReturn:
    """Entry point of ``rompy-hydra``; exits with the codes of `rompy_hydra.errors`."""
    gc.disable()  # start-up makes many objects and hardly any garbage; a run switches it on again
    words = list(sys.argv[1:] if argv is None else argv)
    flags = Flags(**{flag.removeprefix("--"): flag in words for flag in config.OUR_FLAGS})
    words = [w for w in words if w not in config.OUR_FLAGS]
    signal.signal(signal.SIGTERM, _terminate)
    sys.excepthook = show_traceback
    _replace_closed_streams()
    try:
        code = _dispatch(words, flags)
        sys.stdout.flush()
    except BrokenPipeError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        code = 1
    except (RompyHydraError, KeyboardInterrupt, OSError) as error:
        if flags.debug:
            raise
        code = tell(error, as_json=flags.json)
    finally:
        gc.enable()
    sys.exit(code)


def _replace_closed_streams() -> None:
    """Without standard streams (``>&-``) nothing is shown, and no file takes their numbers."""
    while (number := os.open(os.devnull, os.O_RDWR)) <= _STDERR:
        pass
    os.close(number)
    sys.stdout = sys.stdout or os.fdopen(1, "w", closefd=False)
    sys.stderr = sys.stderr or os.fdopen(2, "w", closefd=False)


def _dispatch(words: list[str], flags: Flags) -> int:
    verb, rest = _verb(words)
    if verb != "run" and {"--help", "-h"} & set(rest):
        rest, verb = ["--help"], "run"
    return _VERBS[verb](rest, flags)


def _verb(words: list[str]) -> tuple[str, list[str]]:
    if not words or words[0].startswith(("-", "+", "~")) or "=" in words[0]:
        late = [w for w in words if w in _VERBS]
        if late:
            raise ConfigError(Problem("", "the verb comes first", hint=f"rompy-hydra {late[0]} ..."))
        return "run", words
    if words[0] not in _VERBS:
        shown = f"rompy-hydra data {words[0]} shows it" if words[0] in ("domain", "forcing") else ""
        problem = Problem("", f"there is no verb '{words[0]}'", hint=shown or did_you_mean(words[0], _VERBS))
        raise ConfigError(problem)
    return words[0], words[1:]


def _run(words: list[str], flags: Flags) -> int:
    args = config.parse(words)
    if config.hydra_command(args):
        return 0
    if args.multirun:
        return _sweep(args, flags)
    _execute(config.load(args), flags)
    return 0


def _execute(request: Request, flags: Flags) -> None:
    from .report.terminal import display

    gc.enable()
    with display(verbose=flags.verbose, quiet=flags.json), _stdout_is_ours(flags):
        result = request.execute()
    if flags.json:
        print_json({**result, "directory": str(request.model_run.directory.path)})
    else:
        print(_summary(request))


def _summary(request: Request) -> str:
    from .stages import post_stage

    run = request.model_run
    record = run.record
    stages = [post_stage(name) for name in request.postprocessors]
    files = sorted({f.path for stage in stages for f in record.stage(stage).files}) if record is not None else []
    lines = [f"{run.run_id}: done, in {_shown(run.directory.path)}"]
    return "\n".join([*lines, *(f"  {_shown(run.directory.path / name)}" for name in files)])


def _shown(path: Path) -> str:
    """The path as one would type it here."""
    here = Path.cwd()
    return str(path.relative_to(here)) if path.is_relative_to(here) else str(path)


def _sweep(args: Any, flags: Flags) -> int:
    from .report.terminal import display
    from .together import JointJobs

    sweep = config.load_sweep(args)
    requests = [member.request for member in sweep.members]
    for request in requests:
        request.check()
    joint = JointJobs(sweep.id, RunDir(sweep.directory).job, requests)
    gc.enable()
    with display(verbose=flags.verbose, quiet=flags.json), _stdout_is_ours(flags), joint:
        results = config.launch(sweep, _run_member, joint.go_on)
    return _show_members(results, sweep.directory, {"sweep": sweep.id}, flags)


def _show_members(results: Sequence[MemberResult], place: Path, more: dict[str, str], flags: Flags) -> int:
    if flags.json:
        print_json({**more, "directory": str(place), "members": [r.as_dict() for r in results]})
        return SweepError.exit_code if any(r.exit_code for r in results) else 0
    print("\n".join(summary(results, _shown(place))))
    raise_for_failed(results)
    return 0


@contextmanager
def _stdout_is_ours(flags: Flags) -> Iterator[None]:
    """With --json nothing else may print there, not even a plugin."""
    with redirect_stdout(sys.stderr) if flags.json else nullcontext():
        yield


def _run_member(request: Request) -> int:
    """One member of a sweep, perhaps in another process; its errors are collected by the launcher."""
    logging.getLogger(__name__).info("member %s", request.model_run.run_id)
    request.execute()
    return 0


def _plan(words: list[str], flags: Flags) -> int:
    from .report.plan import plan_text, sweep_text

    args = config.parse(words)
    requests = [m.request for m in config.load_sweep(args).members] if args.multirun else [config.load(args)]
    plans = [(r, r.actions()) for r in requests]
    if flags.json:
        found = [_plan_data(request, actions) for request, actions in plans]
        print_json(found if args.multirun else found[0])
    elif args.multirun:
        print(sweep_text(plans))
    else:
        [(request, actions)] = plans
        print(plan_text(request, actions))
    return 0


def _plan_data(request: Request, actions: Sequence[Action]) -> dict[str, Any]:
    run = request.model_run
    place = {"run_id": run.run_id, "directory": run.directory.path}
    return {**place, "argv": request.argv(), "plan": run.plan, "notes": request.notes(), "actions": actions}


def _check(words: list[str], flags: Flags) -> int:
    args = config.parse(words)
    requests = [m.request for m in config.load_sweep(args).members] if args.multirun else [config.load(args)]
    for request in requests:
        request.check()
    names = [r.model_run.run_id for r in requests]
    plans = [r.model_run.plan for r in requests]
    if flags.json:
        reads = [{"run_id": name, "reads": plan.inputs} for name, plan in zip(names, plans, strict=True)]
        print_json({"ok": True, "run_ids": names, "data": reads})
        return 0
    from .report.plan import reads_lines

    reads_text = secrets.mask("\n".join(reads_lines(plans)))
    print(f"ok: {', '.join(map(str, names))} (nothing was written; rompy-hydra plan shows what it would cost)")
    if reads_text:
        print(f"reads\n{reads_text}")
    return 0


def _explain(words: list[str], flags: Flags) -> int:
    key = words[0].removesuffix("=") if words else "-"
    if key.startswith("-") or "=" in key:
        raise ConfigError(
            Problem("", "explain needs a key", hint="e.g. rompy-hydra explain model.friction.coefficient")
        )
    args = config.parse(words[1:])
    found = config.explain(args, key)
    changes = _changes(args, key) if key.partition(".")[0] in ("domain", "forcing") else {}
    if flags.json:
        print_json({**found.as_dict(), **({"changes": changes} if changes else {})})
        return 0
    print(found)
    if changes:
        from .report.changes import changes_text

        print(changes_text(changes))
    return 0


def _changes(args: Any, key: str) -> dict[str, Any]:
    """What is understood otherwise than the data say; nothing, and a word of it, where they are not usable yet."""
    from .report.changes import changes_of

    try:
        return changes_of(config.load(args).model_run, key)
    except (ConfigError, DataError):
        say("the data were not looked at; rompy-hydra check says why")
        return {}


def _data(words: list[str], flags: Flags) -> int:
    if not words or words[0].startswith("-") or "=" in words[0].partition("/")[0]:
        hint = "e.g. rompy-hydra data wind.nc, or rompy-hydra data forcing.wind experiment=NAME"
        raise ConfigError(Problem("", "data needs a file, an address, a key of the experiment or a source", hint=hint))
    from .report.data import look, picture_path

    subject = config.find_subject(words[0], words[1:])
    seen = look(subject.node, subject.title, subject.key)
    if flags.json:
        print_json(seen.rows)
        return 0
    print(seen.text)
    picture = picture_path(words[0])
    picture.parent.mkdir(parents=True, exist_ok=True)
    if seen.draw(picture):
        print(f"picture: {picture}")
    return 0


def _cache(words: list[str], flags: Flags) -> int:
    from .report.cache import cache

    rows, text = cache(words)
    if flags.json:
        print_json(rows)
    else:
        print(text)
    return 0


def _list(words: list[str], flags: Flags) -> int:
    from .report.tables import plugin_rows, print_table

    is_group = bool(words) and not words[0].startswith("-") and "=" not in words[0]
    if not is_group:
        _no_more(words)
    rows = config.option_rows(config.parse(words[1:]), words[0]) if is_group else plugin_rows()
    if flags.json:
        print_json(rows)
    else:
        print_table(rows)
    return 0


def _status(words: list[str], flags: Flags) -> int:
    from .report.tables import print_table, status_rows

    folder = Path(words[0]) if words else Path("outputs")
    _no_more(words[1:])
    if not folder.is_dir():
        raise ConfigError(Problem("", f"there is no directory {folder}", hint="rompy-hydra status DIR"))
    rows = status_rows(folder)
    if flags.json:
        print_json(rows)
    elif rows:
        print_table(rows)
    else:
        print(f"no runs below {folder}")
    return 0


def _schema(words: list[str], flags: Flags) -> int:
    folder = Path(words[0]) if words else Path(".rompy_hydra_schema")
    _no_more(words[1:])
    files = config.schema(folder)
    if flags.json:
        print_json([str(f) for f in files])
    else:
        print("\n".join(map(_shown, files)))
        print(f"first line of your experiment file:  # yaml-language-server: $schema={files[0]}")
    return 0


def _unlock(words: list[str], flags: Flags) -> int:
    from .report.unlock import unlock

    if len(words) != 1:
        raise ConfigError(Problem("", "unlock needs one run directory", hint="rompy-hydra unlock outputs/RUN_ID"))
    said = unlock(Path(words[0]))
    if flags.json:
        print_json({"message": said})
    else:
        print(said)
    return 0


def _resume(words: list[str], flags: Flags) -> int:
    from .run_verbs import known_to_sweep, resume, unfinished

    requests = unfinished(words)
    if not requests:
        say("everything there is done")
        return 0
    if len(requests) == 1:
        with known_to_sweep(requests[0]):
            _execute(requests[0], flags)
        return 0
    from .report.terminal import display

    with display(verbose=flags.verbose, quiet=flags.json), _stdout_is_ours(flags):
        results = resume(requests)
    return _show_members(results, Path(words[0]), {}, flags)


def _cancel(words: list[str], flags: Flags) -> int:
    from .run_verbs import cancel

    said = cancel(words)
    if flags.json:
        print_json({"messages": said})
    else:
        print("\n".join(said))
    return 0


def _logs(words: list[str], flags: Flags) -> int:
    from .run_verbs import logs

    logs(words, lambda line: print(json.dumps(line) if flags.json else printable(line), flush=True))
    return 0


def _doctor(words: list[str], flags: Flags) -> int:
    from .doctor import examine
    from .report.doctor import print_sections

    places = [word for word in words if word != "--clean"]
    _no_more(places[1:])
    folder = Path(places[0]) if places else Path("outputs")
    if places and not folder.is_dir():
        raise ConfigError(Problem("", f"there is no directory {folder}", hint="rompy-hydra doctor DIR --clean"))
    sections = examine(folder, clean="--clean" in words)
    if flags.json:
        print_json(sections)
    else:
        print_sections(sections)
    return 0 if all(section.is_fit for section in sections) else BackendError.exit_code


def _import(words: list[str], flags: Flags) -> int:
    from .import_verb import import_setup

    found = import_setup(words)
    if flags.json:
        print_json(found)
        return 0
    print("\n".join(found["lines"]))
    print("\n".join(_shown(path) for path in (found["file"], *found["files"])))
    return 0


def _no_more(words: list[str]) -> None:
    if words:
        raise ConfigError(Problem("", f"unexpected: {' '.join(words)}", hint="rompy-hydra --help lists the verbs"))


def _terminate(*_: Any) -> NoReturn:
    raise Terminated


_VERBS: dict[str, Callable[[list[str], Flags], int]] = {
    "run": _run,
    "plan": _plan,
    "check": _check,
    "explain": _explain,
    "data": _data,
    "cache": _cache,
    "list": _list,
    "status": _status,
    "resume": _resume,
    "cancel": _cancel,
    "logs": _logs,
    "schema": _schema,
    "unlock": _unlock,
    "doctor": _doctor,
    "import": _import,
}


if __name__ == "__main__":
    main()
