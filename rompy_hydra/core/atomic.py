"""Writing so that a reader, a crash or a full disk never sees half a file."""

from __future__ import annotations

import os
from pathlib import Path
from uuid import uuid4


def write_atomic(path: Path, text: str) -> None:
    """Write text through a temporary file in the same directory and a rename.

    Raises:
        OSError: it could not be written; the old file is untouched.
    """
    begun = path.with_name(f".{path.name}.{uuid4().hex}")
    try:
        with begun.open("x", encoding="utf-8") as file:
            file.write(text)
            file.flush()
            os.fsync(file.fileno())
        begun.replace(path)
    except BaseException:
        begun.unlink(missing_ok=True)
        raise
