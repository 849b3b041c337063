"""On the way out: what the deciding function announces, and what the senders' queues hold. Ids only, no content."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import Protocol

from chalicelib.domain.identity import PersonId


@dataclass(frozen=True, slots=True)
class Outgoing:
    """One notice by one channel (domain/deliveries.py EVERY)."""

    person_id: PersonId
    notice_id: str
    channel: str


class Dispatcher(Protocol):
    def publish(self, message: Outgoing) -> None:
        """Hand one over to the senders of its channel. Raises UnavailableError."""
        ...


class Patience(Protocol):
    def put_off(self, queue: str, handle: str, wait: timedelta) -> None:
        """Have a message that was taken come again after ``wait``. Raises UnavailableError."""
        ...
