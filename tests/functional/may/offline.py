"""Keys of what the portal keeps on a device."""

from __future__ import annotations

from typing import Any

from tests.functional.may.people import PEOPLE, SESSIONS

MAY: dict[str, set[str]] = {"vault-key-give": SESSIONS, "vault-key-forget": PEOPLE}

BODIES: dict[str, Any] = {"Epochs": {"earlier": [0]}}
