"""A stand-in for the registry of migration cards, with manners good and bad by the last digits of a card's number.

    …0001  unknown        …0003  answers too slowly      …0005  answers what is not JSON
    …0002  always fails   …0004  fails every other time  …0006  a stay that ended
Every other number is valid for 200 days. Nothing here is the state's registry, and nothing is checked.
"""

from __future__ import annotations

import json
import threading
import time
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs

DAYS = 200
SLOW = 8.0  # seconds; the client waits for five
LARGEST = 1000


class MigrationRegistry:
    """Serves on a port of loopback that the system chooses."""

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
        threading.Thread(target=self._server.serve_forever, name="migration-registry", daemon=True).start()

    def stop(self) -> None:
        """Harmless when not running."""
        if self._server:
            self._server.shutdown()
            self._server.server_close()
            self._server = None

    def answer(self, number: str) -> tuple[int, bytes]:
        """Status and body for one question."""
        self.asked.append(number)
        kind = number[-4:]
        if kind == "0002" or (kind == "0004" and self.asked.count(number) % 2):
            return 500, b"{}"
        if kind == "0003":
            time.sleep(self.slow)
        if kind == "0005":
            return 200, b"<html>"
        if kind == "0001" or not (len(number) == 11 and number.isdecimal()):  # noqa: PLR2004
            return 200, json.dumps({"status": "unknown"}).encode()
        until = datetime.now(UTC).date() + timedelta(days=-1 if kind == "0006" else DAYS)
        return 200, json.dumps({"status": "valid", "valid_until": until.isoformat(), "purpose": "work"}).encode()


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
        """Numbers of cards are in no log."""
