"""Routes of results over time, of drafts from a result, and of open orders."""

from __future__ import annotations

from typing import Any

from tests.functional.may.people import ID, OWNERS, READERS

MAY: dict[str, set[str]] = {
    "result-comparison-read": READERS,
    "result-comparison-download": READERS,
    "open-order-read": READERS,
    "result-send": OWNERS | {"stranger"},
    "result-draft-create": {"doctor"},
    "result-draft-list": {"doctor"},
    "result-draft-amend": {"doctor"},
    "result-draft-revoke": {"doctor"},
    "result-draft-accept": {"doctor"},
}

BODIES: dict[str, Any] = {
    "ResultComparison": {"analytes": ["Гемоглобин"]},
    "ComparedResults": {"analytes": ["Гемоглобин"]},
    "SentResult": {"record_id": ID, "organisation_id": "clinic", "member_id": "nobody"},
    "DraftOrder": {"record_id": ID, "kinds": ["referral"]},
    "DraftEdit": {"body": {"specialty": "Кардиолог"}},
}
