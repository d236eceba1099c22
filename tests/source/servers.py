"""Real servers for tests: each in a process of its own, on a free port of this machine, gone when the tests are."""

from __future__ import annotations

import os
import re
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from tests.conftest import REPO

_WATCHED = """
import os, runpy, sys, threading
def watch():
    sys.stdin.buffer.read()  # ends when the process of the tests does, however it does
    os._exit(0)
threading.Thread(target=watch, daemon=True).start()
sys.argv = sys.argv[1:]
runpy.run_module(sys.argv[0], run_name="__main__", alter_sys=True)
"""
_ADDRESS = re.compile(r"http://127\.0\.0\.1:\d+")


@dataclass(frozen=True)
class Server:
    """A server that answers."""

    url: str
    """``http://127.0.0.1:PORT``."""
    root: Path
    """The folder that it serves."""
    process: subprocess.Popen[bytes]
    log: Path

    def said(self) -> str:
        """What it has written, with a line for each request."""
        return self.log.read_text()

    @contextmanager
    def asked(self) -> Iterator[list[str]]:
        """The requests, such as ``GET /wind.nc``, that come in meanwhile; filled at the end."""
        before, found = len(self.said()), []
        yield found
        time.sleep(0.1)  # a request is logged after it is answered
        found += re.findall(r'"([A-Z]+ \S+) HTTP', self.said()[before:])


@contextmanager
def served(root: Path, module: str, *words: str, **env: str) -> Iterator[Server]:
    """A module run as a server in a folder; it takes port 0 for any, and writes the address that it then has."""
    root.mkdir(parents=True, exist_ok=True)
    log = root.with_name(f"{root.name}.log")
    command = [sys.executable, "-u", "-c", _WATCHED, module, *words]
    environment = {**os.environ, "PYTHONPATH": str(REPO), **env}
    with log.open("wb") as stream:
        process = subprocess.Popen(
            command, cwd=root, env=environment, stdin=subprocess.PIPE, stdout=stream, stderr=subprocess.STDOUT
        )
    try:
        yield Server(_address(process, log), root, process, log)
    finally:
        process.kill()
        process.communicate()


def _address(process: subprocess.Popen[bytes], log: Path) -> str:
    deadline = time.monotonic() + 60
    while (found := _ADDRESS.search(log.read_text())) is None:
        assert process.poll() is None, log.read_text()
        assert time.monotonic() < deadline, "it does not say where it listens"
        time.sleep(0.02)
    return found[0]
