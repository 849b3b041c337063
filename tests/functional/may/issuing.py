"""Who may change what documents are signed with, and verify a paper."""

from __future__ import annotations

from typing import Any

from tests.functional.may.people import EVERYBODY

MAY: dict[str, set[str]] = {
    "seal-certificate-read": {"administrator"},
    "seal-certificate-request": {"administrator"},
    "seal-certificate-put": {"administrator"},
    "seal-certificate-withdraw": {"administrator"},
    "organisation-stamp-put": {"administrator"},
    "organisation-stamp-read": {"administrator"},
    "organisation-stamp-image": {"administrator"},
    "organisation-stamp-remove": {"administrator"},
    "signing-certificate-read": {"doctor"},
    "signing-certificate-request": {"doctor"},
    "signing-certificate-put": {"doctor"},
    "signing-certificate-withdraw": {"doctor"},
    "document-verify": EVERYBODY,
    "upload-signature-put": {"patient", "stranger", "representative"},
    "upload-signature-read": {"patient", "stranger", "representative"},
}
BODIES: dict[str, Any] = {
    "SigningRequest": {},
    "SigningCertificate": {"certificate": "MAA="},
    "DocumentCode": {"code": "AAAAAAAAAAAAAAAAAAAAAA#AAAAAAAA"},
    "DetachedSignature": {"cms": "MAA="},
}
