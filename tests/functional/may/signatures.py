"""Who may sign in by electronic signature, and change whom signatures are trusted by."""

from __future__ import annotations

from typing import Any

from tests.functional.may.people import EVERYBODY, PEOPLE

MAY: dict[str, set[str]] = {
    "signature-begin": EVERYBODY,
    "signature-finish": EVERYBODY,
    "identity-signature-begin": PEOPLE,
    "identity-signature-finish": PEOPLE,
    "trust-list": {"administrator", "security-officer"},
    "trust-propose": {"administrator"},
    "trust-approve": {"security-officer"},
    "trust-remove": {"administrator"},
    "trust-replace-list": {"administrator"},
}
BODIES: dict[str, Any] = {
    "SignatureProof": {"cms": "MAA="},
    "TrustAnchor": {"certificate": "MAA="},
    "RevocationList": {"content": "MAA="},
}
