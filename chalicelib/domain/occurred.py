"""When something of a card can have happened: not in the future, and not before anybody who has a card was born."""

from __future__ import annotations

from datetime import UTC, datetime

from chalicelib.errors import FieldProblem

EARLIEST = datetime(1900, 1, 1, tzinfo=UTC)


def impossible(field: str, moment: datetime, now: datetime) -> FieldProblem | None:
    """What is wrong with an aware ``moment``, if anything."""
    if moment > now:
        return FieldProblem(f"/{field}", "future", "this lies in the future")
    if moment < EARLIEST:
        return FieldProblem(f"/{field}", "too-early", f"this lies before {EARLIEST.year}")
    return None
