"""Sealed bodies of one session as pure rules (ID-10): JWE compact, ``dir`` with ``A256GCM`` (RFC 7516, RFC 7518).

The protected header of a request names what it was sealed for, and nothing else may stand in it:

    alg, enc   "dir", "A256GCM"
    kid        the session key
    op         method and path, so that a body cannot be sent to another place
    jti        a number of its own, 16 to 64 characters: good once
    iat        seconds since 1970, at most two minutes from the server's clock

An answer is sealed under the same key; its header names ``kid``, the request's id (``req``), the status and the type
of the content (``cty``).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

ALG, ENC = "dir", "A256GCM"
KEY_BYTES = 32
RSA_BITS = 2048
CLOCK = timedelta(minutes=2)
REMEMBERED = 2 * CLOCK
"""How long a ``jti`` must be remembered: from the earliest to the latest moment at which its ``iat`` is taken."""

_NAMES = frozenset({"alg", "enc", "kid", "op", "jti", "iat"})
_JTI = range(16, 65)


@dataclass(frozen=True, slots=True)
class Purpose:
    """What a sealed body must have been made for."""

    kid: str
    operation: str


def defect(header: Mapping[str, Any], purpose: Purpose, now: datetime) -> str:
    """Why a request's header does not fit, as a word for tests and logs; "" when it does."""
    if set(header) != _NAMES or header["alg"] != ALG or header["enc"] != ENC:
        return "header"
    if header["kid"] != purpose.kid:
        return "key"
    if header["op"] != purpose.operation:
        return "operation"
    jti, issued = header["jti"], header["iat"]
    if not isinstance(jti, str) or len(jti) not in _JTI or not jti.isascii():
        return "number"
    if isinstance(issued, bool) or not isinstance(issued, int):
        return "time"
    # In whole numbers: one of four hundred digits is no float.
    return "" if abs(int(now.timestamp()) - issued) <= CLOCK.total_seconds() else "time"


def request_header(purpose: Purpose, jti: str, now: datetime) -> dict[str, Any]:
    """What a client puts over a request's body."""
    return {
        "alg": ALG,
        "enc": ENC,
        "kid": purpose.kid,
        "op": purpose.operation,
        "jti": jti,
        "iat": int(now.timestamp()),
    }


def answer_header(kid: str, request_id: str, status: int, content_type: str) -> dict[str, Any]:
    return {"alg": ALG, "enc": ENC, "kid": kid, "req": request_id, "status": status, "cty": content_type}
