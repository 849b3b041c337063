"""iCalendar texts (RFC 5545, RFC 5546): what services need of whoever writes and reads them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

from chalicelib.domain.calendars import Entry
from chalicelib.domain.outside_times import Change
from chalicelib.errors import InvalidFieldsError


@dataclass(frozen=True, slots=True)
class Received:
    """One change of a batch, or what is wrong with it."""

    uid: str
    change: Change | InvalidFieldsError


class CalendarTexts(Protocol):
    def written(self, entries: Sequence[Entry], language: str) -> bytes:
        """A feed. The same entries make the same bytes."""
        ...

    def read(self, data: bytes) -> list[Received]:
        """The changes of one message, without a schedule. Raises InvalidFieldsError for what is no such message."""
        ...
