"""Consent on paper for a patient who cannot answer in the cabinet (ACC-1, ACT-5): limits, as data."""

from __future__ import annotations

from datetime import datetime, timedelta

from chalicelib.domain.consents import period_end
from chalicelib.domain.limits import DAY, Rule
from chalicelib.errors import FieldProblem, InvalidFieldsError

LONGEST = timedelta(days=90)
"""The patient cannot see or revoke it without an account, so it is no longer than a treatment (ePA: 90 days for
practices; reference: peers, 7.8)."""

RECORDED = Rule("paper-consent", 60, DAY)  # per registrar; each is an entry ``consent:paper``
GRANTEES = frozenset({"doctor", "nurse"})
MOST_SCANS = 5
"""Sheets of one form."""


def paper_end(text: str | None, role: str, now: datetime) -> datetime:
    """When a consent on paper ends: the day on the paper, or the usual one for the role. Raises InvalidFieldsError."""
    end = period_end(text, role, now)
    if end > now + LONGEST:
        if text is None:
            return now + LONGEST
        problem = FieldProblem("/valid_until", "range", f"within {LONGEST.days} days: it is on paper")
        raise InvalidFieldsError(fields=(problem,))
    return end
