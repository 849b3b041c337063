"""What looks into uploaded files."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Protocol

CLEAN, INFECTED, NOT_SCANNED = "clean", "infected", "not-scanned"


class ScanChecker(Protocol):
    def fault(self, media_type: str, data: bytes) -> str:
        """Why a file is refused (``domain/scans.py``, Fault); "" when it is what it says and holds nothing active."""
        ...


class VirusScanner(Protocol):
    def scan(self, chunks: Iterable[bytes]) -> str:
        """A file, chunk by chunk: ``clean``, ``infected``, or ``not-scanned`` where no scanner is connected.

        Raises ScannerUnavailableError: the file waits, and is looked at again.
        """
        ...


class Quarantine(Protocol):
    """Ciphertext of files that nobody has looked at yet."""

    def put(self, key: str, ciphertext: bytes) -> None: ...

    def get(self, key: str) -> bytes:
        """NotFoundError if there is none."""
        ...

    def delete(self, key: str) -> None:
        """Repeatable."""
        ...
