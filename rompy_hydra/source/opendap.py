"""Data on an OPeNDAP server."""

from __future__ import annotations

import logging
from datetime import timedelta
from email.utils import parsedate_to_datetime
from typing import TYPE_CHECKING, ClassVar, Literal

from pydantic import Field

from ..core import secrets
from ..core.extras import load
from ..core.hashing import hash_data
from ..core.inputs import Input
from ..errors import ConfigError, DataError, Problem
from .answers import reason
from .base import GridSource
from .formats import AS_IT_IS, settle_libraries

if TYPE_CHECKING:
    import requests
    import xarray as xr

_TIMEOUT_S = 60.0
_ATTEMPTS = 3
_FRESH = timedelta(minutes=1)
"""Data may change again within the second in which they were changed last."""
_BEGINNINGS = ("Dataset", "Attributes", "attributes")
"""Of the structure and the attributes of a data set, as servers describe them."""


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
        settle_libraries()
        load("pydap", "opendap", "url", "an OPeNDAP server")
        logging.getLogger("pydap").setLevel(logging.WARNING)  # it logs each address, with all that is in it
        self._described()
        session = self._session()
        try:
            data = self._opened(session)
        except (OSError, ValueError, RuntimeError) as error:
            session.close()
            message = f"{secrets.mask(self.url)} cannot be opened: {reason(error)}"
            raise DataError(Problem("url", message, hint="does it end in the name of a data set?")) from error
        data.set_close(session.close)
        return data

    def inputs(self, key: str) -> list[Input]:
        """The address; its version is when the data were changed, where the server says so, and their description."""
        try:
            said, changed = self._described()
        except DataError:
            return [Input(f"{key}.url", url=self.url)]
        return [Input(f"{key}.url", url=self.url, version=hash_data([said, changed]), described=not changed)]

    def _opened(self, session: requests.Session) -> xr.Dataset:
        import xarray as xr
        from pydap.client import open_url
        from xarray.backends import PydapDataStore

        there = open_url(self.url, session=session, protocol="dap2", get_kwargs={"auth": session.auth})
        store = PydapDataStore(there)  # type: ignore[no-untyped-call]
        return xr.open_dataset(store, engine="store", cache=False, **AS_IT_IS)

    def _session(self) -> requests.Session:
        import requests
        from requests.adapters import HTTPAdapter
        from urllib3.util.retry import Retry

        if (self.user is None) != (self.password is None):
            missing = "password" if self.password is None else "user"
            raise ConfigError(Problem(missing, "user and password belong together", hint=f"give {missing} too"))
        for secret in (self.password, self.token):
            secrets.register(secret or "")
        session = requests.Session()
        patient = Retry(_ATTEMPTS, backoff_factor=0.5, status_forcelist=(429, 502, 503, 504), raise_on_status=False)
        for scheme in ("http://", "https://"):
            session.mount(scheme, HTTPAdapter(max_retries=patient))
        if self.user is not None and self.password is not None:
            session.auth = (self.user, self.password)
        if self.token is not None:
            session.headers["Authorization"] = f"Bearer {self.token}"
        return session

    def _described(self) -> tuple[list[str], str]:
        """What the server says of the structure and the attributes of the data, and when they were changed.

        Raises:
            DataError: it does not; with its answer.
        """
        import requests

        said = []
        with self._session() as session:
            for ending in ("dds", "das"):
                try:
                    answer = session.get(self._with_ending(ending), timeout=_TIMEOUT_S)
                except requests.RequestException as error:
                    message = f"{secrets.mask(self.url)} cannot be reached: {reason(error)}"
                    hint = "check the address and the network, and try again later"
                    raise DataError(Problem("url", message, hint=hint)) from error
                self._check(answer)
                said.append(answer.text)
        is_recipe = self.url.partition("?")[0].endswith(".ncml")  # which stays the same when the files behind it change
        return said, "" if is_recipe else _changed(answer)

    def _with_ending(self, ending: str) -> str:
        address, mark, query = self.url.partition("?")
        return f"{address}.{ending}{mark}{query}"

    def _check(self, answer: requests.Response) -> None:
        told, where = f"the server answers {answer.status_code} {answer.reason}", secrets.mask(self.url)
        if answer.status_code in (401, 403):
            hint = "give user and password, or a token, or renew them: they may have expired"
            raise DataError(Problem("url", f"{where} may not be read: {told}", hint=hint))
        if answer.status_code >= 500:
            hint = "the server is in trouble; try again later, or with .html at the end of the address in a browser"
            raise DataError(Problem("url", f"{where} cannot be opened: {told}", hint=hint))
        if not answer.ok:
            hint = "check the address: open it with .html at its end in a browser"
            raise DataError(Problem("url", f"there are no data at {where}: {told}", hint=hint))
        if not answer.text.lstrip().startswith(_BEGINNINGS):
            begins = " ".join(answer.text.split())[:40]
            message = f"{where} is no OPeNDAP data set: the server answers with {begins!r}"
            hint = "check the address; a page may ask to log in or to accept a licence, in a browser"
            raise DataError(Problem("url", message, hint=hint))


def _changed(answer: requests.Response) -> str:
    """When data were changed; empty where the server does not say, or says that of its answer, which is of now."""
    try:
        changed, now = (parsedate_to_datetime(answer.headers[name]) for name in ("Last-Modified", "Date"))
    except (KeyError, ValueError):
        return ""
    return changed.isoformat() if now - changed > _FRESH else ""
