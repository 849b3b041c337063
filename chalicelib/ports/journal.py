"""Reading the audit log. Adapter: ``audit/reader.py``."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Protocol

from chalicelib.domain.access import Permit
from chalicelib.domain.identity import PersonId


@dataclass(frozen=True, slots=True)
class LogEntry:
    """One entry as the log has it (docs/audit.md).

    ``seq`` is its place in the log of ``year`` (-1 when it is missing from the index), ``number`` its place in its
    chain, ``at`` the log's time, which never falls. ``person_id`` says whose chain it is, "" when that is not known any
    more. ``body`` is None when its keys are destroyed, or when it is not what was logged (then ``altered`` is true).
    """

    year: int
    seq: int
    tag: str
    number: int
    id: str
    at: datetime
    person_id: PersonId
    body: Mapping[str, Any] | None
    altered: bool = False


@dataclass(frozen=True, slots=True)
class Checkpoint:
    """The newest published state of a year's log. ``note`` is the signed text, ``root`` base64; ``witnesses``: name and
    moment of each cosignature.
    """

    year: int
    origin: str
    size: int
    root: str
    note: str
    witnesses: tuple[tuple[str, datetime], ...] = ()


class AuditReader(Protocol):
    """What the log says. Bodies are opened for a permit of the kind ``journal`` (one person's chains: ``chain``,
    ``bundle``) or ``audit-log`` (everybody's: ``slice``); AccessDeniedError for another. UnavailableError passes.
    """

    def years(self, person_id: PersonId) -> list[int]:
        """Years in which the person has a chain, oldest first."""
        ...

    def chain(self, permit: Permit, year: int, *, limit: int, before: int | None = None) -> list[LogEntry]:
        """Entries of the person's chain below number ``before``, newest first; empty at its beginning."""
        ...

    def log_years(self) -> list[int]:
        """Years that have a log, oldest first."""
        ...

    def size(self, year: int) -> int:
        """How many entries of a year's log are committed and can be read."""
        ...

    def newest(self) -> datetime | None:
        """Log time of the newest entry that can be read; None for an empty log."""
        ...

    def place(self, year: int, moment: datetime) -> int:
        """Place of the first entry with this log time or a later one; the size when there is none."""
        ...

    def checkpoint(self, year: int) -> Checkpoint | None:
        """The newest published checkpoint, cosigned anew every minute."""
        ...

    def slice(self, permit: Permit, year: int, start: int, end: int) -> list[LogEntry]:
        """Entries ``start`` to ``end`` (exclusive) of a year's log, oldest first; at most 256."""
        ...

    def entry_times(self, person_id: PersonId, since: datetime, until: datetime) -> list[datetime]:
        """Log times of the person's entries from ``since`` to ``until`` (both included), oldest first.

        From the envelopes alone: no body is opened, so it needs no permit and leaves no entry (AUD-4). Chains of both
        years when the two moments are in different ones.
        """
        ...

    def ready(self, person_id: PersonId, requests: Mapping[int, str]) -> bool:
        """Whether the published log covers the entries of a request, so that ``bundle`` has what it needs."""
        ...

    def bundle(self, permit: Permit, requests: Mapping[int, str], nonce: str) -> Mapping[str, Any] | None:
        """A patient's bundle that ends, in each year, with the entry named; None while one of them is not published.

        ``requests``: year to id of the entry of the request for it.
        """
        ...

    def consistency(self, year: int, old: int, new: int) -> list[str]:
        """Proof (RFC 9162, 2.1.4; base64) that the log of ``new`` entries begins with that of ``old``.

        NotFoundError unless ``0 < old <= new`` and ``new`` is published.
        """
        ...
