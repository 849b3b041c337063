"""The key of a session."""

from __future__ import annotations

from typing import Any

from tests.functional.may.people import PEOPLE

MAY: dict[str, set[str]] = {"session-key-establish": PEOPLE}

BODIES: dict[str, Any] = {"PublicKey": {"public_key": {"kty": "RSA", "n": "A" * 342, "e": "AQAB"}}}
