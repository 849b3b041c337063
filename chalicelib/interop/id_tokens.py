"""ID tokens of a provider: signature by its published keys, then each claim (OpenID Connect Core 1.0, 3.1.3.7).

PyJWT checks the signature. Times, issuer, audience and nonce are checked here, against our own clock and by rules
that leave nothing to an option of a library.
"""

from __future__ import annotations

import hashlib
import hmac
import json
from base64 import urlsafe_b64decode, urlsafe_b64encode
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from math import isfinite
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from jwt.types import Options

ALGORITHMS = {"ES256": "EC", "RS256": "RSA", "PS256": "RSA"}
"""What we take, and the kind of key that it needs: neither ``none`` nor anything with a shared secret."""

SKEW = 60  # seconds that the provider's clock may differ from ours
OLDEST = 600  # seconds; a token is made when it is asked for
MAX_TOKEN = 16_384
RSA_BITS = range(2048, 8193)  # weaker is broken, and larger costs whoever checks it
EXPONENT_BITS = range(2, 34)
MAX_SUBJECT = 255


class TokenError(Exception):
    """``reason`` is one word for the audit entry."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


class UnknownKeyError(TokenError):
    """Signed by a key that is not among those given: there may be newer ones."""


@dataclass(frozen=True, slots=True)
class Expected:
    issuer: str
    client_id: str
    nonce: str
    access_token: str = ""


def checked(token: object, keys: Sequence[Mapping[str, Any]], expected: Expected, now: float) -> dict[str, Any]:
    """Claims of a token that is sound. Raises TokenError, UnknownKeyError."""
    if not isinstance(token, str) or not token.isascii() or len(token) > MAX_TOKEN:
        raise TokenError("form")
    claims = _signed(token, keys)
    _check_parties(claims, expected)
    _check_times(claims, now)
    if not _same(claims.get("nonce"), expected.nonce):
        raise TokenError("nonce")
    subject = claims.get("sub")
    if not isinstance(subject, str) or not 0 < len(subject) <= MAX_SUBJECT or not subject.isascii():
        raise TokenError("sub")
    if "at_hash" in claims and not _same(claims["at_hash"], access_token_hash(expected.access_token)):
        raise TokenError("at_hash")
    return claims


def access_token_hash(access_token: str) -> str:
    """``at_hash``: the left half of SHA-256, which all of our algorithms use (section 3.1.3.6)."""
    half = hashlib.sha256(access_token.encode()).digest()[:16]
    return urlsafe_b64encode(half).rstrip(b"=").decode("ascii")


def _signed(token: str, keys: Sequence[Mapping[str, Any]]) -> dict[str, Any]:
    import jwt

    try:
        header = jwt.get_unverified_header(token)
    except (jwt.InvalidTokenError, ValueError, RecursionError):
        raise TokenError("form") from None
    algorithm = header.get("alg")
    if not isinstance(algorithm, str) or algorithm not in ALGORITHMS:
        raise TokenError("alg")
    if "crit" in header or "b64" in header:
        raise TokenError("crit")
    key = _key(header.get("kid"), algorithm, keys)
    if key is None:
        raise UnknownKeyError("key")
    unchecked: Options = {  # checked by the caller, against our clock and rules
        "verify_exp": False,
        "verify_nbf": False,
        "verify_iat": False,
        "verify_aud": False,
        "verify_iss": False,
        "verify_sub": False,
        "verify_jti": False,
    }
    try:
        found: dict[str, Any] = jwt.decode(
            token, jwt.PyJWK.from_dict(dict(key), algorithm=algorithm).key, [algorithm], options=unchecked
        )
    except (jwt.PyJWTError, ValueError, TypeError, KeyError, RecursionError):
        raise TokenError("signature") from None
    return found


def _key(kid: object, algorithm: str, keys: Sequence[Mapping[str, Any]]) -> Mapping[str, Any] | None:
    """The one key that fits; None when there is none, or no saying which."""
    fitting = [key for key in keys if _fits(key, algorithm) and kid in (None, key.get("kid"))]
    return fitting[0] if len(fitting) == 1 else None


def _fits(key: Mapping[str, Any], algorithm: str) -> bool:
    if key.get("kty") != ALGORITHMS[algorithm]:
        return False
    if key.get("use", "sig") != "sig" or key.get("alg", algorithm) != algorithm:
        return False
    if key["kty"] == "EC":
        return bool(key.get("crv") == "P-256")
    return _bits(key.get("n")) in RSA_BITS and _bits(key.get("e")) in EXPONENT_BITS


def _bits(number: object) -> int:
    if not isinstance(number, str) or len(number) > MAX_TOKEN:
        return 0
    try:
        return int.from_bytes(urlsafe_b64decode(number + "=" * (-len(number) % 4)), "big").bit_length()
    except ValueError:
        return 0


def _check_parties(claims: Mapping[str, Any], expected: Expected) -> None:
    if claims.get("iss") != expected.issuer:
        raise TokenError("iss")
    audience = claims.get("aud")
    named = [audience] if isinstance(audience, str) else audience
    if not isinstance(named, list) or expected.client_id not in named:
        raise TokenError("aud")
    if claims.get("azp", None if len(named) > 1 else expected.client_id) != expected.client_id:
        raise TokenError("azp")


def _check_times(claims: Mapping[str, Any], now: float) -> None:
    times: list[Any] = [claims.get("exp"), claims.get("iat"), claims.get("nbf", claims.get("iat"))]
    if not all(map(_is_moment, times)):
        raise TokenError("times")
    ends, made, begins = times
    if now >= ends + SKEW:
        raise TokenError("exp")
    if not now - OLDEST - SKEW <= made <= now + SKEW:
        raise TokenError("iat")
    if begins > now + SKEW:
        raise TokenError("nbf")


def _is_moment(value: object) -> bool:
    """Whole numbers are not made floats: one of four hundred digits would not fit."""
    return type(value) is int or (type(value) is float and isfinite(value))


def _same(given: object, expected: str) -> bool:
    return isinstance(given, str) and hmac.compare_digest(_bytes(given), _bytes(expected))


def _bytes(text: str) -> bytes:
    return text.encode("utf-8", "surrogatepass")


def json_object(text: bytes) -> dict[str, Any]:
    """Raises ValueError for anything but one JSON object."""
    try:
        value = json.loads(text)
    except (RecursionError, UnicodeDecodeError):
        raise ValueError("not JSON") from None
    if not isinstance(value, dict):
        raise ValueError("not an object")  # noqa: TRY004  # an answer's fault, not a caller's
    return value
