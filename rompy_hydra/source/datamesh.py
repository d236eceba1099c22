"""Data sources of Datamesh."""

from __future__ import annotations

import os
import warnings
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, ClassVar, Literal

from ..core import secrets
from ..core.extras import load
from ..core.hashing import hash_data
from ..core.inputs import Input
from ..errors import ConfigError, DataError, Problem
from .answers import is_about_credential, is_passing, reason, server_errors
from .base import GridSource
from .formats import open_zarr

if TYPE_CHECKING:
    import xarray as xr

VARIABLE = "DATAMESH_TOKEN"
_FRESH = {"modified", "tend", "tstart", "dataschema", "geom"}
"""What the description of a data source says of its content."""
_LATER = 502
"""The answer after which oceanum waits and asks again."""


class DatameshSource(GridSource):
    """A data source of Datamesh (oceanum.io), read lazily: only the chunks that are needed are sent; extra datamesh."""

    source_type: Literal["datamesh"] = "datamesh"
    access: ClassVar = frozenset({"token", "service"})
    datasource: str
    """Id of the data source."""
    token: str | None = None
    """Access token, in a config file ``${oc.env:DATAMESH_TOKEN}``; None takes that environment variable."""
    service: str | None = None
    """Address of the service; None takes the public one."""

    def open(self) -> xr.Dataset:
        """The data as a lazy dataset; closing it ends the session at the service.

        Raises:
            ConfigError: there is no token, or the package oceanum is not installed.
            DataError: the token is refused, there is no such data source, or it is no gridded one.
        """
        connector = self._connector()
        from oceanum.datamesh.session import Session
        from oceanum.datamesh.zarr import ZarrClient

        with self._answering(), ExitStack() as until_closed:
            session = Session.acquire(connector)
            until_closed.callback(_end, session)
            self._check_gridded(connector, session)
            chunks = ZarrClient(connector, self.datasource, session, api="zarr")
            chunks.http_session = _Asking(chunks.http_session, missing=404)
            data = open_zarr(chunks, {"consolidated": True, "decode_coords": "all"})
            data.set_close(until_closed.pop_all().close)
        return data

    def inputs(self, key: str) -> list[Input]:
        """The data source, with what its description says of its content."""
        url = f"datamesh:{self.datasource}"
        try:
            connector = self._connector()
            with self._answering():
                described = connector.get_datasource(self.datasource)
        except (DataError, ConfigError):
            return [Input(f"{key}.datasource", url=url)]
        # what the service does not send has the time of the import as its default
        told = described.model_dump(mode="json", include=_FRESH, exclude_unset=True)
        return [Input(f"{key}.datasource", url=url, version=hash_data(told), described="modified" not in told)]

    def _connector(self) -> Any:
        token = (self.token or os.environ.get(VARIABLE, "")).strip()
        if not token:
            hint = f"export {VARIABLE}=..., or set token: ${{oc.env:{VARIABLE}}}"
            raise ConfigError(Problem("token", "Datamesh asks for an access token, and none is given", hint=hint))
        secrets.register(token.removeprefix("Bearer "), f"${{oc.env:{VARIABLE}}}")
        oceanum = load("oceanum.datamesh", "datamesh", "source_type", "a data source of Datamesh")
        # without its look for a newer version, which it prints
        quiet = type("Connector", (oceanum.Connector,), {"_check_info": lambda _: None})
        connector = quiet(token=token, **({} if self.service is None else {"service": self.service}))
        connector._cachedir.cleanup()  # it is for whole tables
        connector.http_session = _Asking(connector.http_session)
        return connector

    def _check_gridded(self, connector: Any, session: Any) -> None:
        """As `load_datasource` of oceanum does, which would go on to fetch the whole of a table."""
        from oceanum.datamesh.query import Query

        stage = connector._stage_request(Query(datasource=self.datasource), session)
        found = "nothing" if stage is None else f"a {stage.container.value}"
        if found != "a dataset":
            hint = "for a table of times, download it as CSV and use source_type: csv"
            message = f"expected a gridded data source, got {found}"
            raise DataError(Problem("datasource", message, self.datasource, hint=hint))

    @contextmanager
    def _answering(self) -> Iterator[None]:
        """Errors of oceanum as those of the data source.

        Raises:
            DataError: the service refuses, has no such data source, or cannot be reached; with its answer.
        """
        from oceanum.datamesh.exceptions import DatameshQueryError, DatameshSessionError

        try:
            with warnings.catch_warnings():
                warnings.simplefilter("ignore")  # what fails is told below
                yield
        except server_errors(DatameshQueryError, DatameshSessionError, ValueError, KeyError) as error:
            hint = "check the id of the data source"
            if is_about_credential(error):
                hint = f"renew the token, in {VARIABLE} or the key token: it may have expired"
            elif is_passing(error):
                hint = "check the network, and try again later"
            message = f"it cannot be read from Datamesh: {reason(error)}"
            raise DataError(Problem("datasource", message, self.datasource, hint=hint)) from error


class RefusedError(OSError):
    """An answer that is none, with its status and what the service says, for `answers`."""

    def __init__(self, answer: Any) -> None:
        self.status: int = answer.status_code
        try:
            self.detail = secrets.mask(" ".join(str(answer.json()["detail"]).split()))
        except (ValueError, KeyError, TypeError):
            self.detail = ""
        super().__init__(f"{self.status} {self.detail}")


@dataclass(frozen=True)
class _Asking:
    """Asks for oceanum, which would take a chunk that is refused for one without values."""

    session: Any
    missing: int | None = None
    """The answer that says that there are no values."""

    def request(self, *words: Any, **options: Any) -> Any:
        answer = self.session.request(*words, **options)
        if answer.status_code >= 400 and answer.status_code not in (self.missing, _LATER):
            raise RefusedError(answer)
        return answer


def _end(session: Any) -> None:
    with suppress(*server_errors()):  # it ends by itself in an hour
        session.close()
