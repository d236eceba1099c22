"""An HTTP server with the troubles of real ones: ``/TROUBLE/NAME`` is the file NAME of its folder, with one."""

from __future__ import annotations

import hashlib
import re
import time
from collections import Counter
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

TOKEN = "s3cr3t-hunter2"
_asked: Counter[str] = Counter()
_sent: Counter[str] = Counter()


class Handler(BaseHTTPRequestHandler):
    """Troubles: an HTTP status for always (503) or for some times (500x3), token and bearer (ask for one), cut (half of
    the file), long and short (a wrong length), slow (when it is first asked for), silent, bare (no length, no version),
    nohead, values (those of a Zarr store are refused), asked (the file
    that the parameter key names; all have one version), expired (a token of S3), and fine.
    """

    def do_GET(self) -> None:
        self._answer(is_head=False)

    def do_HEAD(self) -> None:
        self._answer(is_head=True)

    def _answer(self, *, is_head: bool) -> None:
        parts = urlsplit(self.path)
        trouble, _, name = parts.path.lstrip("/").partition("/")
        _asked[self.path] += 1
        if trouble == "silent":
            time.sleep(60)
        if trouble == "expired":
            self._expired(is_head)
            return
        if status := self._refusal(trouble, parts.query, is_head):
            self.send_error(status)
            return
        file = Path(f"{parse_qs(parts.query)['key'][0]}.nc" if trouble == "asked" else name)
        if not file.is_file():
            self.send_error(404)
            return
        content = file.read_bytes()
        size = len(content)
        self.send_response(200)
        if trouble == "asked":
            self.send_header("ETag", '"1"')
        elif trouble != "bare":
            shown = {"long": size + 10, "short": size - 10}.get(trouble, size)
            self.send_header("Content-Length", str(size if trouble == "long" and not is_head else shown))
            self.send_header("ETag", f'"{hashlib.sha256(content).hexdigest()[:16]}"')
        self.end_headers()
        if not is_head:
            self._send(content, trouble)

    def _expired(self, is_head: bool) -> None:
        """As S3 does: a question without content is answered without a reason."""
        reason = b"<Error><Code>ExpiredToken</Code><Message>The provided token has expired.</Message></Error>"
        self.send_response(400)
        self.send_header("Content-Type", "application/xml")
        self.send_header("Content-Length", "0" if is_head else str(len(reason)))
        self.end_headers()
        self.wfile.write(b"" if is_head else reason)

    def _refusal(self, trouble: str, query: str, is_head: bool) -> int:
        if found := re.fullmatch(r"([45]\d\d)(?:x(\d))?", trouble):
            return int(found[1]) if _asked[self.path] <= int(found[2] or 1_000_000) else 0
        if trouble == "token":
            return 0 if TOKEN in parse_qs(query).get("token", []) else 403
        if trouble == "bearer":
            return 0 if self.headers["Authorization"] == f"Bearer {TOKEN}" else 401
        if trouble == "values":
            return 500 if re.search(r"/u10/\d", self.path) else 0
        return 405 if trouble == "nohead" and is_head else 0

    def _send(self, content: bytes, trouble: str) -> None:
        _sent[self.path] += 1
        if trouble == "slow" and _sent[self.path] == 1:
            for byte in content:
                self.wfile.write(bytes([byte]))
                time.sleep(0.05)
        else:
            self.wfile.write(content[: len(content) // 2] if trouble == "cut" else content)


if __name__ == "__main__":
    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        print(f"http://127.0.0.1:{server.server_port}")  # noqa: T201  for who has started it
        server.serve_forever()
