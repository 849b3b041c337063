"""What an insurer asks and says about a policy and about payments (PRT-4), pure rules.

A policy is presented by number and birth date, and the answer is yes or no: an unknown number, another birth date, a
closed policy and a card that is closed to the insurer are one no.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

VALID = "active"
STATES = ("submitted", "accepted", "paid", "partly-paid", "refused", "returned")
"""Of a payment, as the insurer says them; in no order, since a payment may be taken back."""


def valid(policy: Mapping[str, Any], profile: Mapping[str, Any], birth_date: str, organisation_barred: object) -> bool:
    """Whether the one who presented a number and a birth date is insured, as far as is known here."""
    born = bool(birth_date) and profile.get("birth_date") == birth_date
    return born and not organisation_barred and policy.get("policy_status", VALID) == VALID


def newer(sequence: int, row: Mapping[str, Any] | None) -> bool:
    """Whether a word about a payment counts: insurers number them."""
    return row is None or sequence > int(row["sequence"])
