"""A stand-in for the registry of insurance policies, with manners good and bad by the fifth-last to second-last digits.

    …0001x unknown   …0003x answers too slowly      …0005x answers what is not JSON   …0007x has a new number
    …0002x fails     …0004x fails every other time  …0006x closed
Every other number is active. Nothing here is the state's register, and nothing is checked.
"""

from __future__ import annotations

import json
import threading
import time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs

from chalicelib.domain.identifiers import oms_check_digit

SLOW = 8.0  # seconds; the client waits for three
LARGEST = 1000
INSURER = "СМО «Демо-страхование»"


class OmsRegistry:
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
        threading.Thread(target=self._server.serve_forever, name="oms-registry", daemon=True).start()

    def stop(self) -> None:
        """Harmless when not running."""
        if self._server:
            self._server.shutdown()
            self._server.server_close()
            self._server = None

    def answer(self, number: str) -> tuple[int, bytes]:
        """Status and body for one question."""
        self.asked.append(number)
        kind = number[-5:-1]
        if kind == "0002" or (kind == "0004" and self.asked.count(number) % 2):
            return 500, b"{}"
        if kind == "0003":
            time.sleep(self.slow)
        if kind == "0005":
            return 200, b"<html>"
        if kind == "0001" or len(number) != 16:  # noqa: PLR2004
            return 200, json.dumps({"status": "unknown"}).encode()
        said = {"status": "closed" if kind == "0006" else "active", "number": number, "insurer": INSURER}
        if kind == "0006":
            said["until"] = "2026-01-31"
        if kind == "0007":
            fifteen = f"{number[:11]}9007"
            said["number"] = fifteen + oms_check_digit(fifteen)
        return 200, json.dumps(said, ensure_ascii=False).encode()


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
        """Numbers of policies are in no log."""
