"""Idempotency keys (draft-ietf-httpapi-idempotency-key-header): hashed, with a fingerprint of the body.

The fingerprint is keyed with the client's key, which is not stored: nobody who reads the row can try out short bodies.
"""

from __future__ import annotations

import hashlib
import hmac
import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any


@dataclass(frozen=True, slots=True)
class Once:
    """One request that must take effect once. ``result`` is what a repeat is answered from: ids only, no content."""

    caller: str
    operation: str
    key_hash: str
    fingerprint: str
    result: Mapping[str, Any] = field(default_factory=dict)


def once(caller: str, operation: str, key: str, body: Any, result: Mapping[str, Any]) -> Once:
    text = json.dumps(body, sort_keys=True, ensure_ascii=False, default=str).encode()
    return Once(
        caller=caller,
        operation=operation,
        key_hash=hashlib.sha256(b"medkarta/idempotency/v1\n" + key.encode()).hexdigest(),
        fingerprint=hmac.new(key.encode(), text, hashlib.sha256).hexdigest(),
        result=result,
    )


def same_request(stored: str, given: Once) -> bool:
    return hmac.compare_digest(stored, given.fingerprint)
