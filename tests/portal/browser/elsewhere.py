"""A site of somebody else's, for what other people's pages may try."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

PAGE = b"<!doctype html><title>elsewhere</title><body>"


@dataclass(frozen=True)
class Elsewhere:
    """One server under two names. No policy of its own: what stops an attack must be ours.

    ``near`` is another port of the portal's host, to which a browser sends even cookies that are SameSite=Strict;
    ``far`` is another host.
    """

    near: str
    far: str


class _Answers(BaseHTTPRequestHandler):
    def do_GET(self) -> None:  # the name is the library's
        self.send_response(200)
        self.send_header("Content-Type", "text/html; charset=utf-8")
        self.end_headers()
        if self.path == "/":
            self.wfile.write(PAGE)

    def log_message(self, *_: object) -> None:
        pass


@contextmanager
def serving() -> Iterator[Elsewhere]:
    server = ThreadingHTTPServer(("127.0.0.1", 0), _Answers)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    port = server.server_address[1]
    try:
        yield Elsewhere(f"http://localhost:{port}/", f"http://127.0.0.1:{port}/")
    finally:
        server.shutdown()
        server.server_close()
