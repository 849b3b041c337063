"""The witness over HTTP: ``POST /add-checkpoint``, ``GET /`` and ``GET /health``."""

from __future__ import annotations

import json
import logging
import re
import sys
import threading
from collections.abc import Callable
from http import HTTPStatus
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

from witness.protocol import Answer, Witness

log = logging.getLogger("witness")

LARGEST_BODY = 64 * 1024
READ_ON = 1024 * 1024  # of a body that is too large this much is read, so that its sender hears the answer
THREADS = 64
_LENGTH = re.compile("[0-9]{1,18}")
LIMIT = 10.0  # seconds that a connection may keep silent


class Server(ThreadingHTTPServer):
    """At most ``THREADS`` connections at once; more wait in the queue of the socket."""

    daemon_threads = True

    def __init__(self, host: str, port: int, witness: Witness) -> None:
        """Raises OSError when the port is taken."""
        self.witness = witness
        self._free = threading.BoundedSemaphore(THREADS)
        super().__init__((host, port), Handler)

    def process_request(self, request: Any, client_address: Any) -> None:
        self._free.acquire()
        try:
            super().process_request(request, client_address)
        except BaseException:
            self._free.release()
            raise

    def process_request_thread(self, request: Any, client_address: Any) -> None:
        try:
            super().process_request_thread(request, client_address)
        finally:
            self._free.release()

    def handle_error(self, request: Any, client_address: Any) -> None:  # noqa: ARG002 - as the base calls it
        broken = isinstance(sys.exception(), OSError)  # the base calls this while it handles the exception
        log.log(logging.DEBUG if broken else logging.ERROR, "a connection broke", exc_info=not broken)


class Handler(BaseHTTPRequestHandler):
    server: Server
    protocol_version = "HTTP/1.1"
    timeout = LIMIT

    def do_POST(self) -> None:
        if self.path != "/add-checkpoint":
            self._refuse(404, "no such address")
        elif "Transfer-Encoding" in self.headers:
            self._refuse(411, "the length must be said")
        else:
            self._add_checkpoint(self.headers.get_all("Content-Length", []))

    def do_GET(self) -> None:
        if "Content-Length" in self.headers or "Transfer-Encoding" in self.headers:
            self.close_connection = True  # a body here is not read, so nothing may follow it
        if self.path not in ("/", "/health"):
            self._refuse(404, "no such address")
            return
        self._guarded(
            lambda: Answer(200, json.dumps(self.server.witness.health(), indent=1) + "\n", "application/json")
        )

    def _add_checkpoint(self, lengths: list[str]) -> None:
        if len(lengths) != 1 or not _LENGTH.fullmatch(lengths[0]):
            self._refuse(411, "the length must be said")
            return
        length = int(lengths[0])
        if length > LARGEST_BODY:
            self._read_away(min(length, READ_ON))
            self._refuse(413, "too large")
            return
        body = self.rfile.read(length)
        if len(body) == length:
            self._guarded(lambda: self.server.witness.add_checkpoint(body))
        else:
            self.close_connection = True

    def _guarded(self, make: Callable[[], Answer]) -> None:
        try:
            answer = make()
        except Exception:
            log.exception("a fault of the witness itself")
            answer = Answer(503, "a fault of the witness; see its log\n")
        self._send(answer)

    def _read_away(self, length: int) -> None:
        while length > 0 and (chunk := self.rfile.read(min(length, LARGEST_BODY))):
            length -= len(chunk)

    def _refuse(self, status: int, reason: str) -> None:
        """Of the body nothing is known, so the connection ends."""
        self.close_connection = True
        self._send(Answer(status, f"{reason}\n"))

    def _send(self, answer: Answer) -> None:
        body = answer.body.encode()
        self.send_response(answer.status)
        self.send_header("Content-Type", answer.kind)
        self.send_header("Content-Length", str(len(body)))
        self.send_header("Cache-Control", "no-store")
        self.send_header("X-Content-Type-Options", "nosniff")
        if self.close_connection:
            self.send_header("Connection", "close")
        self.end_headers()
        self.wfile.write(body)
        if answer.status != HTTPStatus.OK:
            log.info("%d %s", answer.status, answer.body.strip())

    def send_error(self, code: int, message: str | None = None, explain: str | None = None) -> None:  # noqa: ARG002
        """What the base class finds wrong with a request, without repeating any of it."""
        self.request_version = self.protocol_version  # else it answers broken first lines as HTTP/0.9, without a status
        self._refuse(code, HTTPStatus(code).phrase)

    def version_string(self) -> str:
        return "witness"

    def log_request(self, code: int | str = "-", size: int | str = "-") -> None:
        """Refusals are logged by ``_send``; a cosignature a minute is no news."""
