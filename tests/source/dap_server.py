"""An OPeNDAP server: ``/TROUBLE/NAME`` is the netCDF file NAME of its folder, with a trouble (see `App`)."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from email.utils import formatdate
from pathlib import Path
from typing import Any
from wsgiref.simple_server import make_server

import netCDF4

TOKEN = "s3cr3t-hunter2"


def dataset(path: Path) -> Any:
    """A netCDF file as it is stored: packed numbers and attributes untouched."""
    from pydap.model import BaseType, DatasetType, GridType

    with netCDF4.Dataset(path) as file:
        file.set_auto_maskandscale(False)
        found = DatasetType(path.stem, attributes={"NC_GLOBAL": {n: file.getncattr(n) for n in file.ncattrs()}})
        plain = {
            name: BaseType(name, v[...], v.dimensions, attributes={n: v.getncattr(n) for n in v.ncattrs()})
            for name, v in file.variables.items()
        }
        for name, variable in plain.items():
            if name in file.dimensions or not all(d in plain for d in variable.dims):
                found[name] = variable
                continue
            grid = found[name] = GridType(name, attributes=variable.attributes)
            grid[name] = variable
            for dim in variable.dims:
                grid[dim] = plain[dim]
    return found


class App:
    """Troubles: fine, 401, 404, 500, bearer and basic (ask for a credential), dies (in the middle of gridded values),
    web (a page instead of data), dated (with the time of change), now (with that of the answer in its place).
    """

    def __call__(self, environ: dict[str, Any], start_response: Callable[..., Any]) -> Any:
        from pydap.handlers.lib import BaseHandler

        _, trouble, rest = environ["PATH_INFO"].split("/", 2)
        name, _, kind = rest.rpartition(".")
        status = self._refusal(trouble, environ, Path(name), kind)
        if status:
            start_response(status, [("Content-Type", "text/plain")])
            return [status.encode()]
        if trouble == "web":
            start_response("200 OK", [("Content-Type", "text/html")])
            return [b"<html><body>Please accept the licence</body></html>"]
        times = {"dated": Path(name).stat().st_mtime, "now": time.time()}

        def start(status: str, headers: list[tuple[str, str]]) -> Any:
            changed = [("Last-Modified", formatdate(times[trouble], usegmt=True))] if trouble in times else []
            return start_response(status, [*headers, *changed])

        answer = BaseHandler(dataset(Path(name)))(environ, start)
        dies = trouble == "dies" and kind == "dods" and "u10" in environ["QUERY_STRING"]
        return _half(b"".join(answer)) if dies else answer

    def _refusal(self, trouble: str, environ: dict[str, Any], path: Path, kind: str) -> str:
        given = environ.get("HTTP_AUTHORIZATION", "")
        if (trouble == "bearer" and given != f"Bearer {TOKEN}") or (trouble == "basic" and not given):
            return "401 Unauthorized"
        if trouble in ("401", "404", "500"):
            return f"{trouble} Refused"
        return "" if path.is_file() and kind in ("dds", "das", "dods") else "404 Not Found"


def _half(content: bytes) -> Iterator[bytes]:
    yield content[: len(content) // 2]
    raise ConnectionAbortedError("this server dies now and then")


if __name__ == "__main__":
    with make_server("127.0.0.1", 0, App()) as server:
        print(f"http://127.0.0.1:{server.server_port}")  # noqa: T201  for who has started it
        server.serve_forever()
