"""What looks into uploaded files."""

from __future__ import annotations

from typing import Protocol


class ScanChecker(Protocol):
    def fault(self, media_type: str, data: bytes) -> str:
        """Why a file is refused (``domain/scans.py``, Fault); "" when it is what it says and holds nothing active."""
        ...


class VirusScanner(Protocol):
    def scan(self, data: bytes) -> str:
        """``clean``, ``infected``, or ``not-scanned`` where no scanner is connected. Raises UnavailableError."""
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
