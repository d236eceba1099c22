"""A container at work: its output, how it ended, and its removal."""

from __future__ import annotations

import logging
import re
import sys
import time
from collections.abc import Callable, Mapping
from contextlib import ExitStack, suppress
from typing import Any
from uuid import uuid4

from ...core.sizes import format_size
from ...errors import BackendError, Problem
from ..job import Exit, Handle
from ..watchdog import Watchdog
from .engine import connect, engine_errors, problem_of, problem_of_words, reach
from .image import Image
from .leftovers import remove
from .stream import ContainerOutput

log = logging.getLogger(__name__)

_LOOK_S = 1.0
"""A container whose output goes on is looked after this often."""
_PATIENCE_S = 60.0
"""How long an engine may be away, as when it is restarted, before a run is given up."""
_LAST_WORDS_S = 5.0
"""How long output may take to arrive, and removing may take, when a container has ended or has to."""
_STEP_S = 0.1
_GUARD = 'exec "$@"'
_ENDED = ("exited", "stopped", "dead", "removed")
_NO_INIT = re.compile(r"docker-init|container-init|catatonit")
_NO_PROGRAM = re.compile(
    r'exec:? "?(?P<program>[^":]+)"?: (?P<why>.*(?:not found|no such file|permission denied|format error))'
    r"|FATAL tini .*?exec (?P<of_tini>.*) failed: (?P<tini>.*)|catatonit.*?failed to exec pid1: (?P<catatonit>.*)",
    re.IGNORECASE,
)
"""Who says that a program cannot be started: the engine, or the first process of the container, which it brings."""


class ContainerHandle(Handle):
    """A container of its own; it is removed when it has ended, and when this process has, however that ends."""

    def __init__(
        self, host: str, image: Image, config: dict[str, Any], on_line: Callable[[str], None], grace_s: float
    ) -> None:
        self._host, self._image, self._config, self._grace_s = host, image, config, grace_s
        self._container = f"rompy-hydra-{uuid4().hex[:12]}"
        self._id = ""
        self._ended: Exit | None = None
        self._removed = False
        self._away_since: float | None = None
        self._was_away = self._to_attach = False
        with ExitStack() as stack:
            self._api = connect(host)
            stack.callback(self._api.close)
            guard = (sys.executable, "-m", f"{__package__}.guard", host, self._container)
            self._guard = stack.enter_context(Watchdog(_GUARD, *guard))
            stack.callback(self._let_go)
            self._output = self._started(on_line)
            stack.callback(self._output.close)
            self._begun = time.monotonic()
            self._next_look = self._begun + _LOOK_S
            self._stack = stack.pop_all()

    @property
    def reference(self) -> dict[str, str]:
        """The image, by all that tells which it was, and the container, which ends with this process."""
        image = {"image": self._image.name, "image_id": self._image.id, "digest": self._image.digest}
        return {**image, "container": self._id}

    @property
    def running_s(self) -> float:
        """Since it was started."""
        return time.monotonic() - self._begun

    @property
    def tail(self) -> tuple[str, ...]:
        """The last lines of output."""
        return self._output.tail

    def read(self, limit_s: float) -> None:
        """Hand over what arrives next; where nothing can, wait for the end."""
        if not self._output.ended:
            self._output.read(limit_s)
            return
        deadline = time.monotonic() + limit_s
        with suppress(*engine_errors()):  # what is wrong is found out by `poll`
            reach(self._host)
            self._api.wait(self._container, timeout=max(limit_s, 1e-3))  # type: ignore[arg-type]  # a part of a second too
            return
        time.sleep(max(deadline - time.monotonic(), 0.0))

    def poll(self) -> Exit | None:
        """How it ended; the container is removed then.

        Raises:
            BackendError: its program could not be started, or the engine has been away for too long.
        """
        now = time.monotonic()
        if self._ended is None and (self._output.ended or now >= self._next_look):
            self._next_look = now + _LOOK_S
            state = self._state()
            if state is not None and state["Status"] in _ENDED:
                self._ended = self._finish(state)
            elif state is not None and self._to_attach:
                self._attach_again()
        return self._ended

    def cancel(self) -> None:
        """Ask it to end, kill it where it does not, hand over its last words, and remove it."""
        if self._removed:
            return
        try:
            self._ask_to_end()
        finally:
            self._output.close()  # an engine whose output nobody reads does not come to an end with a container
            self._remove(_LAST_WORDS_S)
            self._output.drain(0)

    def close(self) -> None:
        """Remove the container if it is still there, and end the connections."""
        self._stack.close()

    def _started(self, on_line: Callable[[str], None]) -> ContainerOutput:
        """Create and start the container, and receive its output from the first byte on."""
        from docker.errors import APIError

        try:
            return self._start(on_line)
        except APIError as error:
            words = str(error.explanation or error)
            if not (self._config["HostConfig"]["Init"] and _NO_INIT.search(words)):
                raise _not_started(words, self._config, self._image) from error
        log.warning("the container has no init, so that a request to end may not be heard: %s", words)
        remove(self._api, self._container)
        self._config["HostConfig"]["Init"] = False
        return self._started(on_line)

    def _start(self, on_line: Callable[[str], None]) -> ContainerOutput:
        created = self._api.create_container_from_config(self._config, self._container)  # type: ignore[no-untyped-call]
        self._id = created["Id"]
        for warning in created.get("Warnings") or ():
            if "discarded" in warning.lower():
                raise BackendError(Problem("run_backend", f"the container engine cannot keep to a limit: {warning}"))
            log.warning("container engine: %s", warning)
        output = ContainerOutput(self._api, self._container, on_line)
        try:
            self._api.start(self._container)
        except BaseException:
            output.close()
            raise
        return output

    def _state(self) -> Mapping[str, Any] | None:
        """What the engine tells of the container; None while the engine is away."""
        from docker.errors import NotFound

        try:
            reach(self._host)
            state: Mapping[str, Any] = self._api.inspect_container(self._container)["State"]
        except NotFound:
            return {"Status": "removed"}
        except engine_errors() as error:
            self._note_absence(error)
            return None
        self._away_since = None
        return state

    def _note_absence(self, error: Exception) -> None:
        now = time.monotonic()
        if self._away_since is None:
            log.warning("the container engine at %s does not answer; waiting for it", self._host)
            self._away_since = now
        self._was_away = self._to_attach = True
        if now - self._away_since > _PATIENCE_S:
            raise BackendError(problem_of(error, self._host)) from error

    def _attach_again(self) -> None:
        """The engine is back, and was told to keep containers alive meanwhile."""
        log.warning("the container engine is back; what the model printed meanwhile may be lost")
        self._output.close()
        with suppress(*engine_errors()):  # away once more
            self._output.attach()
            self._to_attach = False

    def _finish(self, state: Mapping[str, Any]) -> Exit:
        duration_s = self.running_s
        self._output.drain(_LAST_WORDS_S)
        if state.get("ExitCode") and len(self.tail) == 1 and _NO_PROGRAM.search(self.tail[0]):
            raise _not_started(self.tail[0], self._config, self._image)
        self._remove(_PATIENCE_S)
        if state["Status"] == "removed":
            reason = "the container was removed from outside"
            return Exit("signalled", signal=9, duration_s=duration_s, tail=self.tail, reason=reason)
        code = int(state["ExitCode"])
        reason = self._reason(state) if code else ""
        return Exit("exited", code=code, duration_s=duration_s, tail=self.tail, reason=reason)

    def _reason(self, state: Mapping[str, Any]) -> str:
        if state.get("OOMKilled"):
            limit = self._config["HostConfig"].get("Memory")
            return f"out of memory, of which it had {format_size(limit)}" if limit else "out of memory"
        return "the container engine stopped while it ran" if self._was_away else str(state.get("Error") or "")

    def _ask_to_end(self) -> None:
        with suppress(*engine_errors()):  # it has ended, or the engine is away
            reach(self._host)
            self._api.kill(self._container, "SIGTERM")
        deadline = time.monotonic() + self._grace_s
        while time.monotonic() < deadline and not self._is_over():
            self._output.read(_STEP_S)

    def _is_over(self) -> bool:
        if not self._output.ended:
            return False
        state = self._state()
        return state is None or state["Status"] in _ENDED

    def _remove(self, limit_s: float) -> None:
        deadline = time.monotonic() + limit_s
        while not self._removed:
            try:
                reach(self._host)
                remove(self._api, self._container)
                self._removed = True
            except engine_errors() as error:
                self._was_away = True
                if time.monotonic() > deadline:
                    log.warning("container %s cannot be removed yet: %s", self._container, error)
                    return
                time.sleep(_STEP_S)

    def _let_go(self) -> None:
        """Remove the container, or leave that to the guard: while the engine is away, or may still be creating it."""
        self._guard.needed = True
        if not self._removed:
            self._remove(_LAST_WORDS_S)
        self._guard.needed = not (self._removed and self._id)


def _not_started(words: str, config: Mapping[str, Any], image: Image) -> BackendError:
    match = _NO_PROGRAM.search(words)
    if match is None:
        return BackendError(problem_of_words(words))
    why = (match["why"] or match["tini"] or match["catatonit"]).lower()
    program = [*config.get("Entrypoint", ()), *config["Cmd"]][0]
    if "format error" in why:
        message = f"{program} of image {image.name} is a program for another kind of processor"
        return BackendError(Problem("run_backend.platform", message, hint="take an image for this machine"))
    message = f"image {image.name} has no such program, or lacks its interpreter or loader"
    if "permission denied" in why:
        message = f"image {image.name} has no such program that you may execute"
    hint = "say where the image has it: run_backend.executable=/path/of/the/model"
    if program == "bash":
        hint = "without bash in the image, give command as a list: [sh, -c, 'model | tee log'], and shell: false"
    return BackendError(Problem("run_backend.executable", message, program, hint=hint))
