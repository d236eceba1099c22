"""Sources that are one file, here or at an address."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Any, ClassVar

from pydantic import BeforeValidator, Field

from ..core.inputs import Input
from ..errors import DataError
from .base import Source
from .remote import file_input, local_file

Address = Annotated[str, BeforeValidator(lambda v: str(v) if isinstance(v, Path) else v), Field(min_length=1)]
"""A path or a URL, as text."""


class OneFile(Source):
    """Base of sources that are one file."""

    access: ClassVar = frozenset({"storage"})
    path: Address
    """The file, or its address: https, s3, what fsspec knows. A relative path is relative to the current directory,
    ``~`` is the home directory."""
    storage: dict[str, Any] = {}
    """For an address, as fsspec has it: ``{anon: true}``, ``{headers: {Authorization: "Bearer ${oc.env:TOKEN}"}}``."""
    sha256: str | None = Field(None, pattern=r"^[0-9a-fA-F]{64}$")
    """What the content of the file has to be; one at an address then needs no server once it is in the cache."""

    def file(self) -> Path:
        """The file; a copy in the cache of one at an address.

        Raises:
            DataError: it is not there, cannot be read or fetched, or is not the one that is expected.
            ConfigError: a package that fetches it is not installed.
        """
        return local_file(self.path, self.storage, self.sha256, "path")

    def inputs(self, key: str) -> list[Input]:
        """The file, or its address with what tells that its content has changed."""
        try:
            return [file_input(self.path, self.storage, self.sha256, f"{key}.path")]
        except DataError:
            return [Input(f"{key}.path", url=self.path)]

    def identity(self) -> dict[str, Any]:
        """All but where the file is: its content counts."""
        return {k: v for k, v in super().identity().items() if k not in ("path", "sha256")}
