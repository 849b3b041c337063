"""What every stand-in for another organisation's system has in common: a server on a port of loopback, in a thread."""

from __future__ import annotations

import sys
import threading
from collections.abc import Mapping
from http import HTTPStatus
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any


class Handler(BaseHTTPRequestHandler):
    """Answers in the name of ``stand_in``; at most ``largest`` bytes of a request are read."""

    protocol_version = "HTTP/1.1"
    stand_in: Any
    largest = 100_000

    def do_GET(self) -> None:
        self.get()

    def do_POST(self) -> None:
        self.post()

    def get(self) -> None:
        self.send_error(HTTPStatus.NOT_IMPLEMENTED)

    def post(self) -> None:
        self.send_error(HTTPStatus.NOT_IMPLEMENTED)

    def told(self) -> bytes:
        return self.rfile.read(min(int(self.headers.get("Content-Length") or 0), self.largest))

    def say(self, status: int, body: bytes, headers: Mapping[str, str] | None = None) -> None:
        self.send_response(status)
        for name, value in {"Content-Type": "application/json", **(headers or {})}.items():
            self.send_header(name, value)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *args: Any) -> None:
        """What is asked about people is in no log."""


class StandIn:
    """Serves on a port of loopback that the system chooses."""

    name = "stand-in"
    handler: type[Handler]

    def __init__(self, slow: float) -> None:
        self.slow = slow
        self._server: ThreadingHTTPServer | None = None

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self._server.server_address[1]}" if self._server else ""

    def start(self) -> None:
        handler = type("Handler", (self.handler,), {"stand_in": self})
        self._server = _Server(("127.0.0.1", 0), handler)
        threading.Thread(target=self._server.serve_forever, name=self.name, daemon=True).start()

    def stop(self) -> None:
        """Harmless when not running."""
        if self._server:
            self._server.shutdown()
            self._server.server_close()
            self._server = None


class _Server(ThreadingHTTPServer):
    daemon_threads = True

    def handle_error(self, request: Any, client_address: Any) -> None:
        """A client that gave up is what some faults are for; anything else is told as usual."""
        if not isinstance(sys.exception(), ConnectionError):
            super().handle_error(request, client_address)
