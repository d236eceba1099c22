"""What a container prints, as it comes from the engine."""

from __future__ import annotations

import struct
import time
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from ..output import CHUNK, LONGEST_LINE, Lines

if TYPE_CHECKING:
    from docker import APIClient

_HEADER = struct.Struct(">BxxxL")
"""Which stream, and how many bytes of it follow."""


class ContainerOutput:
    """Standard output and error of a container, handed over line by line in the order in which the engine has them.

    The engine sends both in pieces that end anywhere: a line that has begun waits for its end, so that neither stream
    interrupts a line of the other.
    """

    def __init__(self, api: APIClient, container: str, on_line: Callable[[str], None]) -> None:
        self._api, self._container = api, container
        self._lines = Lines(on_line)
        self._frames = b""
        self._begun: dict[int, bytes] = {}
        self.attach()

    @property
    def tail(self) -> tuple[str, ...]:
        """The last lines, shortened and printable."""
        return self._lines.tail

    def attach(self) -> None:
        """Receive what is printed from now on."""
        self.ended = False
        """Nothing will come any more: the streams are closed, or the engine is gone."""
        self._attached: Any = self._api.attach_socket(self._container, {"stdout": 1, "stderr": 1, "stream": 1})
        self._socket = getattr(self._attached, "_sock", self._attached)

    def read(self, limit_s: float) -> None:
        """Hand over what arrives next; waits for it at most `limit_s`."""
        if self.ended:
            time.sleep(limit_s)
            return
        self._socket.settimeout(max(limit_s, 1e-3))
        try:
            chunk = self._socket.recv(CHUNK)
        except TimeoutError:
            return
        except OSError:  # the engine has gone, which its next answer will tell
            chunk = b""
        if not chunk:
            self.close()
        self._take(chunk)

    def drain(self, limit_s: float) -> None:
        """Hand over the rest, for at most `limit_s`, and receive nothing any more."""
        deadline = time.monotonic() + limit_s
        while not self.ended and (left_s := deadline - time.monotonic()) > 0:
            self.read(left_s)
        self.close()
        for stream in list(self._begun):
            self._hand_over(self._begun.pop(stream))
        self._lines.finish()

    def close(self) -> None:
        """Receive nothing any more."""
        if not self.ended:
            self.ended = True
            getattr(self._attached, "_response", self._attached).close()  # the client keeps both of one connection

    def _take(self, chunk: bytes) -> None:
        self._frames += chunk
        while len(self._frames) >= _HEADER.size:
            stream, size = _HEADER.unpack_from(self._frames)
            end = _HEADER.size + size
            if len(self._frames) < end:
                return
            self._put(stream, self._frames[_HEADER.size : end])
            self._frames = self._frames[end:]

    def _put(self, stream: int, piece: bytes) -> None:
        text = self._begun.pop(stream, b"") + piece
        whole = max(text.rfind(b"\n"), text.rfind(b"\r")) + 1
        if len(text) - whole >= LONGEST_LINE:
            whole = len(text)
        self._hand_over(text[:whole])
        if rest := text[whole:]:
            self._begun[stream] = rest

    def _hand_over(self, text: bytes) -> None:
        if text:
            self._lines.take(text)
