"""Data on an OPeNDAP server."""

from __future__ import annotations

import warnings
from typing import TYPE_CHECKING, Any, ClassVar, Literal

from pydantic import Field

from ..core import secrets
from ..core.extras import load
from ..core.hashing import hash_data
from ..core.inputs import Input
from ..errors import ConfigError, DataError, Problem
from .base import GridSource
from .formats import AS_IT_IS

if TYPE_CHECKING:
    import requests
    import xarray as xr

_TIMEOUT_S = 60.0
_ATTEMPTS = 3


class OpendapSource(GridSource):
    """Data on an OPeNDAP server (THREDDS, Hyrax, ERDDAP), of which only what is needed is sent; extra opendap."""

    source_type: Literal["opendap"] = "opendap"
    access: ClassVar = frozenset({"user", "password", "token"})
    url: str = Field(pattern=r"^https?://")
    """The data URL of the server, without an ending such as .html or .dds."""
    user: str | None = None
    """User name, where the server asks for one."""
    password: str | None = None
    """Password; take it from the environment: ``${oc.env:OPENDAP_PASSWORD}``."""
    token: str | None = None
    """A bearer token instead of user name and password; take it from the environment."""

    def open(self) -> xr.Dataset:
        """The data as a lazy dataset; values are sent when they are read.

        Raises:
            DataError: the server refuses, has no such data, or cannot be reached; with its answer.
            ConfigError: the package pydap is not installed.
        """
        # netCDF-C can read these servers too, but answers that are cut short become numbers there, and attributes that
        # it cannot parse are lost without a word
        load("pydap", "opendap", "url", "an OPeNDAP server")
        import xarray as xr

        self._described()
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", UserWarning)  # that DAP2, which every server speaks, is an old protocol
            try:
                data = xr.open_dataset(self.url, engine="pydap", session=self._session(), cache=False, **AS_IT_IS)
            except (OSError, ValueError, RuntimeError) as error:
                message = f"{secrets.mask(self.url)} cannot be opened: {error}"
                raise DataError(Problem("url", message, hint="does it end in the name of a data set?")) from error
        return data

    def inputs(self, key: str) -> list[Input]:
        """The address, with the server's description of the data as their version."""
        try:
            return [Input(f"{key}.url", url=self.url, version=hash_data(self._described()))]
        except DataError:
            return [Input(f"{key}.url", url=self.url)]

    def _session(self) -> requests.Session:
        import requests
        from requests.adapters import HTTPAdapter
        from urllib3.util.retry import Retry

        if (self.user is None) != (self.password is None):
            missing = "password" if self.password is None else "user"
            raise ConfigError(Problem(missing, "user and password belong together", hint=f"give {missing} too"))
        session = requests.Session()
        patient = Retry(_ATTEMPTS, backoff_factor=0.5, status_forcelist=(429, 502, 503, 504), raise_on_status=False)
        for scheme in ("http://", "https://"):
            session.mount(scheme, HTTPAdapter(max_retries=patient))
        if self.user is not None and self.password is not None:
            session.auth = (self.user, self.password)
        if self.token is not None:
            session.headers["Authorization"] = f"Bearer {self.token}"
        return session

    def _described(self) -> list[Any]:
        """What the server says of the structure and the attributes of the data.

        Raises:
            DataError: it does not; with its answer.
        """
        import requests

        said = []
        with self._session() as session:
            for ending in ("dds", "das"):
                try:
                    answer = session.get(f"{self.url}.{ending}", timeout=_TIMEOUT_S)
                except requests.RequestException as error:
                    reason = secrets.mask(str(error))
                    hint = "check the address and the network, and try again later"
                    raise DataError(
                        Problem("url", f"{secrets.mask(self.url)} cannot be reached: {reason}", hint=hint)
                    ) from error
                self._check(answer)
                said.append(answer.text)
        return said

    def _check(self, answer: requests.Response) -> None:
        if answer.ok:
            return
        told = f"the server answers {answer.status_code} {answer.reason}"
        where = secrets.mask(self.url)
        if answer.status_code in (401, 403):
            hint = "give user and password, or a token, or renew them: they may have expired"
            raise DataError(Problem("url", f"{where} may not be read: {told}", hint=hint))
        hint = "check the address: open it with .html at its end in a browser"
        raise DataError(Problem("url", f"there are no data at {where}: {told}", hint=hint))
