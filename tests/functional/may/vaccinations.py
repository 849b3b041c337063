"""Routes of the plan of vaccinations and of certificates."""

from __future__ import annotations

from typing import Any

from tests.functional.may.people import EVERYBODY, OWNERS, READERS

MAY: dict[str, set[str]] = {
    "vaccination-plan-read": READERS,
    **{f"vaccination-certificate-{action}": OWNERS for action in ("list", "read", "history", "download")},
    **{f"vaccination-certificate-{action}": OWNERS for action in ("create", "file", "revoke")},
    "health-card-keys": EVERYBODY,
    "health-card-revocations": EVERYBODY,
}

BODIES: dict[str, Any] = {"VaccinationCertificateRequest": {"names_holder": True}}
