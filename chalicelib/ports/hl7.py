"""What the service of messages needs beside their readers (ports/readers.py)."""

from __future__ import annotations

from typing import Any, Protocol

from chalicelib.domain.identity import Actor, PersonId
from chalicelib.ports.tables import Write


class Proposals(Protocol):
    def proposal(
        self, actor: Actor, patient_id: PersonId, source_id: PersonId, basis: str
    ) -> tuple[str, list[Any], list[Write]]:
        """Id, entries (``services.gate.Staged``) and writes of a proposed merge (services/merges.py)."""
        ...


class Drop(Protocol):
    """Where partners leave files: ``<form>/<client id>/<name>``, answered in ``<form>-answers/…``."""

    def waiting(self, limit: int) -> list[str]:
        """Places of files, oldest first."""
        ...

    def get(self, place: str) -> bytes:
        """NotFoundError when it is gone, TooLargeError."""
        ...

    def answered(self, place: str, answer: bytes) -> None:
        """Put the answer down, then take the file away. Repeatable."""
        ...


class Waiting(Protocol):
    def waits(self, seconds: float) -> None:
        """How old the oldest message is that waits for a person; 0 when none does."""
        ...
