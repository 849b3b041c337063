"""Copies of records and the transfer to another organisation, as rules (DOC-5).

What leaves on paper or on a carrier is prepared by the organisation that holds it; no clinical content goes through the
case. A transfer opens nothing by itself: when the organisation has done its part, the receiving doctor's request for
consent is put before the patient, with the sections that they named, and the patient answers it as any other.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from chalicelib.domain.identifiers import Findings, problem


@dataclass(frozen=True, slots=True)
class Term:
    """How long an organisation may take. ``source``: where that stands."""

    period: timedelta
    source: str


TERM = Term(
    timedelta(days=30),
    "Order of the Ministry of Health 789n of 31.07.2020 with Federal Law 59-FZ, article 12, part 1: 30 days from"
    " registration (unverified)",
)
TRANSFER_TERM = Term(timedelta(days=30), "As for copies; no term of its own is known (unverified)")

DELIVERIES = ("pick-up", "post", "electronic")
FORMS = ("copy", "extract")
REASONS = ("moving", "choice", "other")
"""Why somebody goes to another organisation. Stored: never rename, never reuse."""


def normal_copies(form: Mapping[str, Any], today: date) -> dict[str, Any]:
    """What is asked for, checked. Raises InvalidFieldsError with every broken field named."""
    found = Findings()
    given = {name: value for name, value in form.items() if value is not None}
    since = found.check(_day, given.get("period_from"), today, "/period_from")
    until = found.check(_day, given.get("period_until"), today, "/period_until")
    found.close()
    if since and until and since > until:
        raise problem("/period_until", "order", "the period ends before it begins")
    if given["delivery"] == "post" and not given.get("address"):
        raise problem("/address", "required", "where to send it")
    return given


def _day(value: str | None, today: date, field: str) -> date | None:
    if value is None:
        return None
    try:
        day = date.fromisoformat(value)
    except ValueError:
        raise problem(field, "format", "a date as YYYY-MM-DD") from None
    if day > today:
        raise problem(field, "future", "this lies in the future")
    return day
