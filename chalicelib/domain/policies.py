"""What a word of the registry of policies changes (ACT-4)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

CHECK_EVERY = timedelta(days=30)
"""A person's policy is checked by itself once a month."""
CHECK_TRIES_EVERY = timedelta(hours=6)
"""When the registry did not answer."""

STATUSES = frozenset({"active", "closed", "unknown"})
"""Words of the registry; ``disputed`` is ours: the number that it names belongs to another card."""
SHOWN = ("oms_policy", "policy_status", "policy_checked_at", "policy_insurer", "policy_until")
EVENTS: Mapping[str, str] = {
    "closed": "policy_closed",
    "unknown": "policy_unknown",
    "disputed": "policy_disputed",
    "active": "policy_active",
    "number": "policy_number_changed",
}
"""What happened, and the notice of it."""


@dataclass(frozen=True, slots=True)
class Found:
    """``content`` of the policy from now on; ``change`` a key of EVENTS or ""; ``moved``: the number is another."""

    content: dict[str, Any]
    change: str
    moved: bool


def judged(content: Mapping[str, Any], status: str, number: str, insurer: str, until: str, at: str) -> Found:
    """``content``: what is known; the rest is what the registry said at ``at``."""
    before, old = content.get("policy_status", "active"), str(content["oms_policy"])
    moved = status == "active" and number != old
    new: dict[str, Any] = {
        **content,
        "policy_status": status,
        "policy_checked_at": at,
        "policy_insurer": insurer,
        "policy_until": until,
    }
    if moved:
        new["oms_policy"] = number
        new["earlier"] = [*content.get("earlier", []), {"oms_policy": old, "until": at}]
    change = "number" if moved else status if status != before else ""
    return Found(new, change, moved)
