"""ClamAV's daemon as the virus scanner: INSTREAM over TCP or a Unix socket (clamd(8)), so the file goes by in chunks.

Its ``StreamMaxLength`` has to be at least the largest file (100 MiB): over it clamd answers with an error, and an
error is never a verdict: the file waits.
"""

from __future__ import annotations

import re
import socket
import struct
from collections.abc import Iterable
from urllib.parse import urlsplit

from chalicelib.errors import ScannerUnavailableError
from chalicelib.ports.scans import CLEAN, INFECTED

PIECE = 256 * 1024
MAX_ANSWER = 4096
_FOUND = re.compile(rb"stream: [^\r\n\0]{1,512} FOUND\0")


class Clamd:
    """Implements ``ports.scans.VirusScanner``. ``address``: ``tcp://host:port`` or ``unix:///path``; seconds."""

    def __init__(self, address: str, timeout: float = 20) -> None:
        self._address = urlsplit(address)
        self._timeout = timeout

    def scan(self, chunks: Iterable[bytes]) -> str:
        try:
            with self._connected() as line:
                return _verdict(self._asked(line, chunks))
        except OSError:
            raise ScannerUnavailableError from None

    def _connected(self) -> socket.socket:
        if self._address.scheme == "unix":
            line = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
            line.settimeout(self._timeout)
            try:
                line.connect(self._address.path)
            except OSError:
                line.close()
                raise
            return line
        place = (self._address.hostname or "localhost", self._address.port or 3310)
        return socket.create_connection(place, self._timeout)

    @staticmethod
    def _asked(line: socket.socket, chunks: Iterable[bytes]) -> bytes:
        """Each piece after its length, an empty one at the end; the ``z`` makes command and answer end with a zero."""
        line.sendall(b"zINSTREAM\0")
        for chunk in chunks:
            for start in range(0, len(chunk), PIECE):
                piece = memoryview(chunk)[start : start + PIECE]
                line.sendall(struct.pack(">I", len(piece)))
                line.sendall(piece)
        line.sendall(struct.pack(">I", 0))
        answer = b""
        while not answer.endswith(b"\0") and len(answer) < MAX_ANSWER:
            more = line.recv(MAX_ANSWER)
            if not more:
                break
            answer += more
        return answer


def _verdict(answer: bytes) -> str:
    if answer == b"stream: OK\0":
        return CLEAN
    if _FOUND.fullmatch(answer):
        return INFECTED
    raise ScannerUnavailableError  # an error, a limit, or half an answer
