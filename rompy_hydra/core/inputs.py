"""What an experiment reads of the user's data."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from . import secrets
from .hashing import FileRecord, file_state, hash_data, record_file
from .store import THIS_PROCESS, Store


@dataclass(frozen=True)
class Input:
    """A file, or data at an address, that an experiment reads; its content decides whether a run is still current."""

    key: str
    """Config key that names it."""
    path: Path | None = None
    """The file, where it is on this machine and is a single one."""
    coverage: str = ""
    """What it covers, in words: times, box, variables."""
    url: str = ""
    """The address of data that are elsewhere, or the folder of data in many files; without secrets."""
    version: str = ""
    """What tells content at an address from other content there; empty where nothing could be learned."""
    described: bool = False
    """Whether the version is that of a description, such as names and shapes, under which the content may change."""

    @property
    def name(self) -> str:
        """The path or the address."""
        return secrets.mask(self.url) if self.path is None else str(self.path)

    @property
    def identified(self) -> bool:
        """Whether content that has changed is noticed."""
        return self.path is not None or bool(self.version and not self.described)

    @property
    def state(self) -> list[str | int]:
        """What changes whenever it does, found without reading it; of content that is not identified, with the process.

        Raises:
            OSError: the file is not there.
        """
        if self.path is not None:
            return file_state(self.path)
        return [self._address, self.version, *([] if self.identified else [THIS_PROCESS])]

    @property
    def _address(self) -> str:
        """Without secrets, and another one for other data."""
        return secrets.mask(self.url, secrets.tag)

    def record(self, known: Mapping[str, FileRecord]) -> FileRecord:
        """It as it is now; a hash is taken from `known` while the file was not touched.

        What only a description is known of is the same as long as that is; what nothing is known of, never.

        Raises:
            OSError: the file cannot be read.
        """
        if self.path is not None:
            return record_file(self.path, self.name, known, self.key, Store().hash_of)
        digest = hash_data([self._address, self.version] if self.version else self.state)
        return FileRecord(path=self.name, size=0, mtime_ns=0, sha256=digest, key=self.key, identified=self.identified)
