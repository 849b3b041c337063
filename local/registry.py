"""What the stand-ins for registries have in common: a question by number, a server on loopback, manners good and bad.

Which digits choose the manners, and what is said of a number that is known, each has of its own.
"""

from __future__ import annotations

import json
import threading
import time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs

SLOW = 8.0  # seconds; the clients wait for three and five
LARGEST = 1000


class Registry:
    """Serves on a port of loopback that the system chooses."""

    name = "registry"
    length = 0
    """Characters of a number that can be known."""

    def __init__(self, slow: float = SLOW) -> None:
        self.slow = slow
        self.asked: list[str] = []
        self._server: ThreadingHTTPServer | None = None

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self._server.server_address[1]}" if self._server else ""

    def start(self) -> None:
        registry = self

        class Handler(_Handler):
            def answer(self, number: str) -> tuple[int, bytes]:
                return registry.answer(number)

        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self._server.daemon_threads = True
        threading.Thread(target=self._server.serve_forever, name=self.name, daemon=True).start()

    def stop(self) -> None:
        """Harmless when not running."""
        if self._server:
            self._server.shutdown()
            self._server.server_close()
            self._server = None

    def answer(self, number: str) -> tuple[int, bytes]:
        """Status and body for one question."""
        self.asked.append(number)
        kind = self.kind(number)
        if kind == "0002" or (kind == "0004" and self.asked.count(number) % 2):
            return 500, b"{}"
        if kind == "0003":
            time.sleep(self.slow)
        if kind == "0005":
            return 200, b"<html>"
        unknown = kind == "0001" or len(number) != self.length or not number.isdecimal()
        said = {"status": "unknown"} if unknown else self.known(number, kind)
        return 200, json.dumps(said, ensure_ascii=False).encode()

    def kind(self, number: str) -> str:
        """The four digits that choose the manners."""
        raise NotImplementedError

    def known(self, number: str, kind: str) -> dict[str, Any]:
        """What is said of a number that is known."""
        raise NotImplementedError


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def answer(self, number: str) -> tuple[int, bytes]:
        raise NotImplementedError

    def do_POST(self) -> None:
        length = min(int(self.headers.get("Content-Length") or 0), LARGEST)
        form = parse_qs(self.rfile.read(length).decode("ascii", "replace"))
        status, body = self.answer(form.get("number", [""])[0]) if self.path == "/check" else (404, b"{}")
        self.send_response(status)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *args: Any) -> None:
        """Numbers of cards and policies are in no log."""
