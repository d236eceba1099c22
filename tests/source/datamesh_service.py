"""A service that plays Datamesh: data sources are the Zarr stores of its folder, ``ID.zarr``.

Their description is in ``ID.json``. Troubles: ``table`` is no gridded one; the wind of ``wild-STATUS`` is refused from
the third time on; all others are not there.
"""

from __future__ import annotations

import json
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

TOKEN = "s3cr3t-hunter2"


class Handler(BaseHTTPRequestHandler):
    def do_GET(self) -> None:
        self._answer()

    def do_HEAD(self) -> None:
        self._answer()

    def do_POST(self) -> None:
        self._answer()

    def do_DELETE(self) -> None:
        self.send_response(204)
        self.end_headers()

    def _answer(self) -> None:
        content = self.rfile.read(int(self.headers["Content-Length"] or 0))
        kind, _, rest = urlsplit(self.path).path.strip("/").partition("/")
        if kind == "info":
            self._json({"message": "a newer version is there"})
        elif (token := self.headers["X-DATAMESH-TOKEN"]) != TOKEN:
            self._json({"detail": f"Invalid token: {token}"}, 401)
        elif kind == "session":
            day = {"creation_time": "2026-01-01T00:00:00Z", "end_time": "2026-01-02T00:00:00Z"}
            self._json({"id": "7", "user": "ann", "write": False, **day})
        elif kind == "oceanql":
            self._stage(json.loads(content)["datasource"])
        elif kind == "datasource":
            self._described(rest)
        else:
            self._chunk(rest)

    def _stage(self, name: str) -> None:
        if not known(name):
            self._json({"detail": f"Datasource {name} not found"}, 404)
            return
        container = "dataframe" if name == "table" else "dataset"
        told = {"qhash": "1", "formats": [], "size": 1, "dlen": 1, "coordmap": {}, "coordkeys": {}, "sig": "1"}
        self._json({"query": {"datasource": name}, "container": container, **told})

    def _described(self, name: str) -> None:
        if not known(name):
            self._json({"detail": "Not found."}, 404)
            return
        told: dict[str, Any] = {"name": name, "driver": "onzarr", "schema": {"attrs": {}, "dims": {}}}
        if (file := Path(f"{name}.json")).is_file():
            told |= json.loads(file.read_text())
        self._json({"geometry": {"type": "Point", "coordinates": [115.0, -32.0]}, "properties": told})

    def _chunk(self, rest: str) -> None:
        name, _, key = rest.partition("/")
        path = Path(f"{name}.zarr", key)
        if name.startswith("wild-") and path.parent.name == "u10" and path.name >= "2.0.0":
            self.send_error(int(name.removeprefix("wild-")))
        elif path.is_file():
            self._send(path.read_bytes(), 200)
        else:
            self.send_error(404)

    def _json(self, data: Any, status: int = 200) -> None:
        self._send(json.dumps(data).encode(), status)

    def _send(self, content: bytes, status: int) -> None:
        self.send_response(status)
        self.send_header("Content-Length", str(len(content)))
        self.end_headers()
        if self.command != "HEAD":
            self.wfile.write(content)


def known(name: str) -> bool:
    return name == "table" or Path(f"{name}.zarr").is_dir()


if __name__ == "__main__":
    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        print(f"http://127.0.0.1:{server.server_port}")  # noqa: T201  for who has started it
        server.serve_forever()
