"""What was ordered and is not done yet (REC-13): laboratory orders, referrals and planned studies in one list."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, timedelta
from typing import Any

from chalicelib.domain.access import Action
from chalicelib.records.spec import PATIENT_AND_CLINICIANS, unstored

OPEN_ORDERS = unstored(
    "open-order",
    "referrals",
    {Action.READ: PATIENT_AND_CLINICIANS},
    {"ru": "Открытые назначения", "en": "Open orders"},
    collection="open-orders",
)
"""Composed, not stored, as the overview is."""

KINDS = ("laboratory-order", "planned-study", "referral")
OPEN = frozenset({"draft", "active", "on-hold"})
DAYS = ("planned_for", "valid_until")
"""The day by which it is due: of a study, of a referral's validity."""
SOON = timedelta(days=14)
"""Our own choice."""
MOST = 100
"""Newest records of a kind that are looked at."""


def compose(found: Mapping[str, Sequence[Mapping[str, Any]]], today: date) -> dict[str, Any]:
    """``items``: overdue ones first, then by day, then those without a day. ``whole``: whether all were
    looked at. A record that its source took back is no open order.
    """
    listed = [record for kind in KINDS for record in found.get(kind, ())]
    standing = [record for record in listed if "status" not in record and record["body"].get("status") in OPEN]
    items = [{**record, "due_on": _day(record), "due": _due(_day(record), today)} for record in standing]
    whole = all(len(found.get(kind, ())) < MOST for kind in KINDS)
    return {"items": sorted(items, key=lambda item: (item["due_on"] or "9999", item["id"])), "whole": whole}


def _day(record: Mapping[str, Any]) -> str | None:
    return next((str(record["body"][name]) for name in DAYS if record["body"].get(name)), None)


def _due(day: str | None, today: date) -> str:
    """``overdue``, ``soon``, ``later``, or ``undated``."""
    if day is None:
        return "undated"
    due = date.fromisoformat(day)
    if due < today:
        return "overdue"
    return "soon" if due <= today + SOON else "later"
