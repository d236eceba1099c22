"""Removes a container whose driver has died: ``python -m rompy_hydra.run_backend.docker.guard HOST NAME``."""

from __future__ import annotations

import sys
import time
from contextlib import closing

from .engine import connect, engine_errors

_APPEARS_S = 10.0
"""How long it may take until a container is there whose creation the driver had asked for."""
_PATIENCE_S = 600.0
"""How long an engine may be gone, as when it is restarted."""
_STEP_S = 0.5


def remove_surely(host: str, name: str) -> None:
    """Remove a container, also one that only now appears, and also when the engine is away for a while."""
    from docker.errors import NotFound

    begun = time.monotonic()
    while (passed_s := time.monotonic() - begun) < _PATIENCE_S:
        try:
            with closing(connect(host)) as api:
                api.remove_container(name, force=True, v=True)
                return
        except NotFound:
            if passed_s > _APPEARS_S:
                return
        except engine_errors():  # away; nobody is there who could be told
            pass
        time.sleep(_STEP_S)


if __name__ == "__main__":
    remove_surely(*sys.argv[1:])
