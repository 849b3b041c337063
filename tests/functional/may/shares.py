"""Who may make links, and what whoever opened one may do."""

from __future__ import annotations

from typing import Any

from tests.functional.may.people import EVERYBODY, OWNERS

CARDS = OWNERS | {"stranger"}
HOLDERS = {"recipient"}

MAY: dict[str, set[str]] = {
    "share-create": CARDS,
    "share-list": CARDS,
    "share-revoke": CARDS,
    "share-openings": CARDS,
    "share-open": EVERYBODY,
    "share-read": HOLDERS,
    "share-records": HOLDERS,
    "share-record": HOLDERS,
    "share-document": HOLDERS,
}

BODIES: dict[str, Any] = {
    "ShareForm": {"recipient": "insurer", "label": "Страховая", "sections": ["visits"], "download": True},
    "ShareOpening": {"secret": "x" * 32, "passcode": "СИРЕНЬ27"},
}
