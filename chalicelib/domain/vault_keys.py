"""Keys of what the portal keeps on a device (UX-2) as pure rules.

A person has one random secret, sealed under their own keys; every key is an HMAC of it (RFC 2104) over what it is for:

    purpose    "cache" (what was read) or "draft" (what was written and not sent)
    device     the tag of ``X-Device-ID``: a copied profile of a browser is of no use beside another device's id
    epoch      grows with a new password, a recovery, the end of all other sessions, and "forget on all devices"

A cache is only ever opened by the key of the present epoch, so raising it makes every earlier one unreadable. A draft
is a person's own work and may be all that there is of it: whoever is signed in gets the keys of earlier epochs too,
for drafts alone, as many as a device can have waiting.
"""

from __future__ import annotations

import hashlib
import hmac
from collections.abc import Iterable, Mapping
from enum import StrEnum
from typing import Any

SECRET_BYTES = 32
NAMED = 8
"""Earlier epochs that one request may name; more wait until those drafts are sealed anew."""
BACK = 64
"""How many epochs back a draft is still opened."""


class Purpose(StrEnum):
    CACHE = "cache"
    DRAFT = "draft"


def epoch_of(profile: Mapping[str, Any] | None, row: Mapping[str, Any] | None) -> int:
    """The present epoch: of the account (domain/sessions.py, rule 4) and of the devices; neither ever falls."""
    return int((profile or {}).get("epoch", 0)) + int((row or {}).get("raised", 0))


def derived(secret: bytes, purpose: Purpose, device: str, epoch: int) -> bytes:
    """256 bits for AES-GCM. Each part has its length before it: no two sets of parts make one message."""
    parts = (b"vault", purpose.value.encode(), device.encode(), str(epoch).encode())
    message = b"".join(len(part).to_bytes(4, "big") + part for part in parts)
    return hmac.new(secret, message, hashlib.sha256).digest()


def opened_for_drafts(named: Iterable[int], epoch: int) -> list[int]:
    """The earlier epochs, of those that were named, whose drafts may still be opened; newest first."""
    return sorted({one for one in named if max(0, epoch - BACK) <= one < epoch}, reverse=True)
