"""Routes: exchange of cards between organisations under consent."""

from __future__ import annotations

from typing import Any

from tests.functional.may.people import EVERYBODY, ID, OWNERS

ASKING = {"doctor", "registrar"}
ADMINISTRATOR = {"administrator"}
SYSTEMS: set[str] = set()
"""A clinical system needs a scope that the one of this table has not; tests/functional/test_transfers.py has one."""

MAY: dict[str, set[str]] = {
    "transfer-keys": EVERYBODY,
    "transfer-request": ASKING,
    "transfer-list": ASKING,
    "transfer-read": ASKING,
    "transfer-part": SYSTEMS,
    "transfer-accept": SYSTEMS,
    "transfer-take": SYSTEMS,
    "transfer-mine": OWNERS | {"stranger"},
    "transfer-sender-put": ADMINISTRATOR,
    "transfer-sender-list": ADMINISTRATOR,
    "transfer-sender-remove": ADMINISTRATOR,
}

BODIES: dict[str, Any] = {
    "TransferForm": {"patient_id": ID, "purpose": "лечение"},
    "Acceptance": {"parts": 1},
    "Sender": {
        "issuer": "https://other.example",
        "name": "Другая система",
        "jwks": {"keys": [{"kty": "EC", "crv": "P-256", "kid": "a", "x": "a", "y": "b"}]},
    },
}
