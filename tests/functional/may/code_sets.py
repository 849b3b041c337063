"""Code sets and checks of forms: for whoever is signed in."""

from __future__ import annotations

from typing import Any

from tests.functional.may.people import SESSIONS

MAY: dict[str, set[str]] = {
    "code-set-list": SESSIONS,
    "code-set-suggest": SESSIONS,
    "code-set-read": SESSIONS,
    "entry-check": SESSIONS,
}

BODIES: dict[str, Any] = {"PartialEntry": {"reason": "Осмотр"}}
