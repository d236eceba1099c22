"""Data sources of Datamesh."""

from __future__ import annotations

import os
import warnings
from typing import TYPE_CHECKING, Any, ClassVar, Literal

from ..core import secrets
from ..core.extras import load
from ..core.hashing import hash_data
from ..core.inputs import Input
from ..errors import ConfigError, DataError, Problem
from .base import GridSource

if TYPE_CHECKING:
    import xarray as xr

VARIABLE = "DATAMESH_TOKEN"
_FRESH = ("last_modified", "tend", "tstart", "dataschema", "geom")
"""What the description of a data source says of its content."""


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
        """The data as a lazy dataset.

        Raises:
            ConfigError: there is no token, or the package oceanum is not installed.
            DataError: the token is refused, there is no such data source, or it is no gridded one.
        """
        connector = self._connector()
        data = self._asked(lambda: connector.load_datasource(self.datasource))
        if not hasattr(data, "data_vars"):
            found = "nothing" if data is None else type(data).__name__
            raise DataError(Problem("datasource", f"expected a gridded data source, got {found}", self.datasource))
        result: xr.Dataset = data
        return result

    def inputs(self, key: str) -> list[Input]:
        """The data source, with what its description says of its content."""
        url = f"datamesh:{self.datasource}"
        try:
            connector = self._connector()
            described = self._asked(lambda: connector.get_datasource(self.datasource)).model_dump(mode="json")
        except (DataError, ConfigError):
            return [Input(f"{key}.datasource", url=url)]
        return [Input(f"{key}.datasource", url=url, version=hash_data({k: described.get(k) for k in _FRESH}))]

    def _connector(self) -> Any:
        token = self.token or os.environ.get(VARIABLE)
        if not token:
            hint = f"export {VARIABLE}=..., or set token: ${{oc.env:{VARIABLE}}}"
            raise ConfigError(Problem("token", "Datamesh asks for an access token, and none is given", hint=hint))
        secrets.register(token, f"${{oc.env:{VARIABLE}}}")
        oceanum = load("oceanum.datamesh", "datamesh", "source_type", "a data source of Datamesh")
        address = {} if self.service is None else {"service": self.service}
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # its check for a newer version; what fails is told by the next call
            return oceanum.Connector(token=token, **address)

    def _asked(self, ask: Any) -> Any:
        from oceanum.datamesh.exceptions import DatameshConnectError, DatameshQueryError, DatameshSessionError

        try:
            with warnings.catch_warnings():
                warnings.simplefilter("ignore")
                return ask()
        except (DatameshConnectError, DatameshQueryError, DatameshSessionError, OSError) as error:
            reason = secrets.mask(str(error)) or type(error).__name__
            refused = any(word in reason.lower() for word in ("authoriz", "401", "403", "token", "forbidden"))
            hint = f"renew the token in {VARIABLE}: it may have expired" if refused else "check the id and the network"
            raise DataError(Problem("datasource", f"Datamesh answers: {reason}", self.datasource, hint=hint)) from error
