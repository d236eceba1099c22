"""Takes on what a program may use, and becomes that program: run by itself, with nothing but the standard library.

Python code between fork and exec (``preexec_fn``) may wait for ever for a lock that another thread held at the fork;
here it runs after an exec. What cannot be taken on is told on a pipe, which the exec of the program closes.
"""

from __future__ import annotations

import _signal  # type: ignore[import-not-found]  # `signal` itself takes 10 ms to import
import os
import sys


def become(errors: int, nice: int, cores: str, limits: str, argv: list[str]) -> None:
    """Set niceness, cores and limits (``stack=-1,core=0``), then execute `argv`.

    On return it has failed: `errors` got ``step number``, where the number is that of the system's error.
    """
    step = "nice"
    try:
        os.set_inheritable(errors, False)
        os.nice(nice)
        step = "pin"
        if cores:
            os.sched_setaffinity(0, map(int, cores.split(",")))
        for limit in filter(None, limits.split(",")):
            step = f"rlimits.{limit.partition('=')[0]}"
            _limit(*limit.split("="))
        step = "command"
        for ignored in (_signal.SIGPIPE, _signal.SIGXFSZ):  # by every Python, and so by what it becomes
            _signal.signal(ignored, _signal.SIG_DFL)
        os.execv(argv[0], argv)
    except (OSError, ValueError) as error:
        os.write(errors, f"{step} {getattr(error, 'errno', None) or 1}".encode())


def _limit(name: str, text: str) -> None:
    """Set what holds now; what it may be raised to is raised with it, where one may."""
    import resource

    which, value = getattr(resource, f"RLIMIT_{name.upper()}"), int(text)
    highest = resource.getrlimit(which)[1]
    is_beyond = highest != resource.RLIM_INFINITY and (value == resource.RLIM_INFINITY or value > highest)
    resource.setrlimit(which, (value, value if is_beyond else highest))


if __name__ == "__main__":
    errors, nice, cores, limits, *argv = sys.argv[1:]
    become(int(errors), int(nice), cores, limits, argv)
    os._exit(1)
