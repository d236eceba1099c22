"""Cleans up after this process should it die without warning."""

from __future__ import annotations

import os
import subprocess
from contextlib import suppress
from typing import Self

_WAIT = r"""
trap '' INT TERM HUP
told=
exec 3<&0                                   # a background job would be given /dev/null
{
    while read -r word; do                  # ends when the pipe closes: the parent is gone
        [ "$word" != over ] || exit
        told=$word
    done
"""
_GO = "\n} <&3 &\n"
"""The shell that starts it exits at once: an orphan is not found by those who kill a process with its descendants."""


class Watchdog:
    """Runs a shell script with `arguments` should this process die; use it in a ``with`` statement.

    A small shell waits on a pipe that only this process holds open. It has a session of its own, ignores what a
    terminal sends, and is no descendant of this process. A fork of this process that does not exec keeps the pipe
    open too; the watchdog then waits for that one as well.
    """

    def __init__(self, script: str, *arguments: str) -> None:
        self._script, self._arguments = _WAIT + script + _GO, arguments
        self.needed = False
        """Whether the script is to do its work at the end of the ``with`` statement, where this process could not."""

    def __enter__(self) -> Self:
        read_end, self._write_end = os.pipe()
        try:
            self._start(read_end)
        except BaseException:
            os.close(self._write_end)
            raise
        finally:
            os.close(read_end)
        return self

    def __exit__(self, *_: object) -> None:
        if not self.needed:
            self.tell("over")
        os.close(self._write_end)

    def tell(self, word: str) -> None:
        """Give the script a word, as ``$told``; the last one counts."""
        with suppress(BrokenPipeError):  # somebody has killed it
            os.write(self._write_end, f"{word}\n".encode())

    def _start(self, read_end: int) -> None:
        subprocess.run(
            ["sh", "-c", self._script, "watchdog", *self._arguments],
            stdin=read_end,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            cwd="/",
            start_new_session=True,
            check=True,
        )
