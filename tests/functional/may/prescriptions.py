"""Routes of prescriptions, of the counter of a pharmacy, and of orders at pharmacies."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

from tests.functional.may.people import EVERYBODY, ID, OWNERS, READERS
from tests.world import PRESCRIPTION

PATIENTS = OWNERS | {"stranger"}

MAY: dict[str, set[str]] = {
    "insurance-policy-check": set(),
    "insurance-payment-report": set(),
    "insurance-payment-mine": {"patient", "representative", "stranger"},
    "chain-order-list": set(),
    "chain-order-report": set(),
    "prescription-status": EVERYBODY,
    "prescription-check": {"doctor"},
    "prescription-create": {"doctor"},
    "prescription-replace": {"doctor"},
    "prescription-revoke": {"doctor"},
    "prescription-dispensings": READERS,
    "prescription-verify": {"pharmacy"},
    "prescription-dispense": {"pharmacy"},
    "prescription-reverse": {"pharmacy"},
    "loyalty-list": PATIENTS,
    "loyalty-give": PATIENTS,
    "loyalty-withdraw": PATIENTS,
    "pharmacy-order-stock": PATIENTS,
    "pharmacy-order-create": PATIENTS,
    "pharmacy-order-list": PATIENTS,
    "pharmacy-order-read": PATIENTS,
    "pharmacy-order-cancel": PATIENTS,
}

AT = (datetime.now(UTC) - timedelta(days=1)).isoformat()
PART = {"line": 1, "packs": 1}

BODIES: dict[str, Any] = {
    "PolicyQuestion": {"oms_policy": "7853320842000018", "birth_date": "1990-01-01"},
    "Payment": {
        "oms_policy": "7853320842000018",
        "birth_date": "1990-01-01",
        "service": "x",
        "state": "paid",
        "sequence": 1,
    },
    "OrderStanding": {"state": "ready", "number": 1},
    "PrescribingCheck": {"drugs": [{"inn": "Амоксициллин", "atc": "J01CA04"}]},
    "Prescription": {**PRESCRIPTION, "occurred_at": AT},
    "Revocation": {"reason": "error"},
    "Code": {"code": "a" * 22},
    "Dispensing": {"code": "a" * 22, "drugs": [PART], "pharmacist": {"name": "Сидорова"}},
    "Reversal": {"code": "a" * 22, "dispensing": 1, "reason": "wrong-drug"},
    "StockQuestion": {"prescription_id": ID, "region": "Казань"},
    "PharmacyOrder": {"prescription_id": ID, "chain": "nobody", "pharmacy_id": "r-1", "kind": "reservation"},
    "Loyalty": {"number": "770012345", "consent_given": True},
}
