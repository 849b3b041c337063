"""A time that is asked for, in parameters and bodies alike: ``from`` and ``to``, each a date or a moment.

``from`` lies within, ``to`` does not; a date is a day in UTC, and as ``to`` means the end of that day.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime
from typing import Any

from chalicelib.domain.moments import moment_of
from chalicelib.errors import FieldProblem, InvalidFieldsError

PERIOD_QUERY: Mapping[str, Mapping[str, Any]] = {
    "from": {"type": "string", "maxLength": 40, "description": "ISO 8601 with an offset, or a date"},
    "to": {"type": "string", "maxLength": 40, "description": "Exclusive; a date means its end"},
}


def moment(text: str, field: str, *, end: bool = False) -> datetime | None:
    """One end of a time, in UTC; None where it is not said. Raises InvalidFieldsError with ``field`` named."""
    found = moment_of(text, end=end) if text else None
    if text and found is None:
        raise InvalidFieldsError(fields=(FieldProblem(field, "format", "ISO 8601 with an offset, or a date"),))
    return found


def period(query: Mapping[str, str]) -> tuple[datetime | None, datetime | None]:
    """Both ends, from the parameters of PERIOD_QUERY. Raises InvalidFieldsError."""
    return moment(query.get("from", ""), "?from"), moment(query.get("to", ""), "?to", end=True)


def day(text: str, field: str) -> date:
    """Raises InvalidFieldsError with ``field`` named."""
    try:
        found = date.fromisoformat(text) if len(text) == len("2026-12-31") else None
    except ValueError:
        found = None
    if found is None:
        raise InvalidFieldsError(fields=(FieldProblem(field, "format", "a date like 2026-12-31"),))
    return found


def day_or_moment(text: str | None, field: str) -> date | None:
    """A date as a date, where its offset is that of each record; else as ``moment``. Raises InvalidFieldsError."""
    found = moment(text or "", field)
    return found.date() if found and len(text or "") == len("2026-01-01") else found
