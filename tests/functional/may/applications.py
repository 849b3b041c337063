"""Routes: keys of partners, and applications that a patient lets into the card (SMART app launch)."""

from __future__ import annotations

from typing import Any

from tests.functional.may.people import EVERYBODY

MAY: dict[str, set[str]] = {
    "partner-keys-replace": {"administrator"},
    "partner-keys-rotate": EVERYBODY,
    "smart-configuration": EVERYBODY,
    "smart-configuration-fhir": EVERYBODY,
    "app-register": {"administrator"},
    "app-list": {"administrator"},
    "app-revoke": {"administrator"},
    "app-ask": EVERYBODY,
    "app-give-back": EVERYBODY,
    "app-inspect": EVERYBODY,
    "app-request-read": {"patient", "stranger"},
    "app-allow": {"patient", "stranger"},
    "app-mine": {"patient", "stranger"},
    "app-end": {"patient", "stranger"},
}

BODIES: dict[str, Any] = {
    "PartnerKeys": {"jwks": {"keys": [{"kty": "EC", "crv": "P-256", "kid": "k1", "x": "AA", "y": "AA"}]}},
    "OwnKeys": {"signed": "a.b.c"},
    "App": {
        "name_ru": "Дневник",
        "name_en": "Diary",
        "redirect_uris": ["https://app.example/back"],
        "scopes": ["patient/Observation.rs"],
        "terms": "https://app.example/terms",
    },
    "AppAnswer": {"allow": True},
    "TokenForm": {},
}
