"""ES256 signatures (RFC 7515, RFC 7518) under private keys that KMS wraps; one key ring a purpose.

Rows of the store ``keys``, partition ``signing#<purpose>``:
    active       {kid, ver}
    key#<kid>    {wrapped, public, key_arn, created_at, retired_at?}     kid = RFC 7638 thumbprint

Rules:
  1. verifying unwraps our own private row and derives the public half from it: a database administrator can plant a
     public key, but cannot make KMS unwrap a row that KMS never wrapped
  2. two environments that make the first key at the same moment agree on the one that was stored first
  3. a retired key is published until what it signed has expired; a prescription lives a year
  4. the algorithm is ES256 whatever the header says, and ``typ`` keeps the purposes apart
"""

from __future__ import annotations

import hmac
import json
import re
import zlib
from base64 import urlsafe_b64decode, urlsafe_b64encode
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from hashlib import sha256
from typing import Any

from chalicelib.crypto.cache import TtlCache
from chalicelib.crypto.kms import kms_call, wrapped_of
from chalicelib.errors import ConflictError, KeyIntegrityError, MalformedError, NotSignedInError
from chalicelib.ports import Clock
from chalicelib.ports.tables import Item, Key, Put, Store, Tables, Update

PURPOSES: Mapping[str, timedelta] = {"access": timedelta(days=1), "prescription": timedelta(days=400)}
"""How long a retired key of each purpose stays published."""

TYPES = {"access": "at+jwt", "prescription": "medkarta-rx+jws"}
DEFLATED = frozenset({"prescription"})
SHORT_LIVED = frozenset({"access"})
ROTATE_AFTER = timedelta(days=90)
MAX_TOKEN = 8192
MAX_INFLATED = 16_384
SIZE = 32  # bytes of r and of s
TTL = 300
KID = re.compile(r"[A-Za-z0-9_-]{43}")
LEEWAY = 5  # seconds that clocks of our own functions may differ


@dataclass(frozen=True, slots=True)
class _Pair:
    kid: str
    private: Any = field(repr=False)
    jwk: Mapping[str, str]


class KmsSigner:
    def __init__(
        self,
        tables: Tables,
        kms: Callable[[], Any],
        system_key_arn: str,
        tenant: str,
        issuer: str,
        clock: Clock,
        monotonic: Callable[[], float],
    ) -> None:
        self._tables = tables
        self._kms = kms
        self._key_arn = system_key_arn
        self._tenant = tenant
        self._issuer = issuer
        self._clock = clock
        self._kids: TtlCache[str, str] = TtlCache(clock, monotonic, TTL, 10)
        self._pairs: TtlCache[tuple[str, str], _Pair | None] = TtlCache(clock, monotonic, TTL, 100)

    # --- the port

    def issue(self, claims: Mapping[str, Any], *, purpose: str) -> str:
        """Compact JWS of the claims and our issuer. Payloads of prescriptions are deflated, for a smaller QR."""
        pair = self._active(purpose)
        header: dict[str, str] = {"alg": "ES256", "typ": TYPES[purpose], "kid": pair.kid}
        payload = json.dumps({"iss": self._issuer, **claims}, ensure_ascii=False, separators=(",", ":")).encode()
        if purpose in DEFLATED:
            header["zip"] = "DEF"
            squeeze = zlib.compressobj(9, zlib.DEFLATED, -15)
            payload = squeeze.compress(payload) + squeeze.flush()
        signed = f"{_b64(json.dumps(header, separators=(',', ':')).encode())}.{_b64(payload)}"
        return f"{signed}.{_b64(_sign(pair.private, signed.encode()))}"

    def verify(self, token: str, *, purpose: str, audience: str = "") -> dict[str, Any]:
        """Claims of a token of ours. NotSignedInError for any defect; KeyUnavailableError when KMS does not answer.

        Checks, in this order: 1 form and size  2 header (algorithm, type, kid)  3 signature  4 issuer, audience, time.
        """
        signed, header, payload, signature = _parts(token)
        if header.get("alg") != "ES256" or header.get("typ") != TYPES[purpose]:
            raise NotSignedInError
        kid = header.get("kid")
        if not isinstance(kid, str) or not KID.fullmatch(kid):
            raise NotSignedInError
        pair = self._pairs.get((purpose, kid), lambda: self._load(purpose, kid))
        if pair is None or not _verified(pair.private.public_key(), signature, signed):
            raise NotSignedInError
        claims = _claims(payload, deflated=header.get("zip") == "DEF")
        self._check(claims, purpose, audience)
        return claims

    def _check(self, claims: Mapping[str, Any], purpose: str, audience: str) -> None:
        if claims.get("iss") != self._issuer:
            raise NotSignedInError
        if audience and not hmac.compare_digest(str(claims.get("aud")).encode(), audience.encode()):
            raise NotSignedInError
        if purpose not in SHORT_LIVED:
            return  # the validity of a prescription is a state of its own; its signature does not go stale
        now, issued, expires = self._clock().timestamp(), claims.get("iat"), claims.get("exp")
        if not isinstance(issued, int) or not isinstance(expires, int) or not issued - LEEWAY <= now < expires:
            raise NotSignedInError

    def published(self) -> dict[str, Any]:
        """JWKS (RFC 7517): active and retired keys whose signatures may still be shown to somebody."""
        now = self._clock()
        found = []
        for purpose, kept in PURPOSES.items():
            self._active(purpose)
            for row in self._rows(purpose):
                retired = row.get("retired_at")
                if retired is None or now < datetime.fromisoformat(retired) + kept:
                    found.append({**row["public"], "use": "sig", "alg": "ES256", "kid": row["sk"].removeprefix("key#")})
        return {"keys": found}

    def rotate_if_due(self) -> int:
        """New keys for purposes whose active key is older than ninety days; returns how many. Repeatable."""
        return sum(self.rotate(purpose) for purpose in PURPOSES if self._due(purpose))

    def rotate(self, purpose: str) -> bool:
        """A new active key; the old one goes on verifying. False when another environment was faster."""
        old = self._tables.get(_active_key(purpose))
        if old is None:
            self._active(purpose)
            return True
        kid, row = self._new_row(purpose)
        now = self._clock().isoformat()
        writes = (
            Update(_active_key(purpose), {"kid": kid}, add={"ver": 1}, expect={"ver": old["ver"]}),
            Put(_pair_key(purpose, kid), row),
            Update(_pair_key(purpose, old["kid"]), {"retired_at": now}),
        )
        try:
            self._tables.commit(writes)
        except ConflictError:
            return False
        finally:
            self._kids.forget()
        return True

    # --- keys

    def _due(self, purpose: str) -> bool:
        active = self._tables.get(_active_key(purpose))
        row = self._tables.get(_pair_key(purpose, active["kid"])) if active else None
        return row is not None and self._clock() - datetime.fromisoformat(row["created_at"]) > ROTATE_AFTER

    def _active(self, purpose: str) -> _Pair:
        kid = self._kids.get(purpose, lambda: self._active_kid(purpose))
        pair = self._pairs.get((purpose, kid), lambda: self._load(purpose, kid))
        if pair is None:
            raise KeyIntegrityError
        return pair

    def _active_kid(self, purpose: str) -> str:
        row = self._tables.get(_active_key(purpose))
        if row is not None:
            return str(row["kid"])
        kid, made = self._new_row(purpose)
        try:
            self._tables.commit([Put(_active_key(purpose), {"kid": kid, "ver": 1}), Put(_pair_key(purpose, kid), made)])
        except ConflictError:
            row = self._tables.get(_active_key(purpose))
            if row is None:
                raise KeyIntegrityError from None
            return str(row["kid"])
        return kid

    def _new_row(self, purpose: str) -> tuple[str, Item]:
        from cryptography.hazmat.primitives.asymmetric import ec

        private = ec.generate_private_key(ec.SECP256R1())
        jwk = _jwk(private.public_key())
        kid = _thumbprint(jwk)
        secret = private.private_numbers().private_value.to_bytes(SIZE, "big")
        with kms_call():
            answer = self._kms().encrypt(
                KeyId=self._key_arn, Plaintext=secret, EncryptionContext=self._context(purpose, kid)
            )
        created = self._clock().isoformat()
        return kid, {
            "wrapped": answer["CiphertextBlob"],
            "key_arn": self._key_arn,
            "public": dict(jwk),
            "created_at": created,
        }

    def _load(self, purpose: str, kid: str) -> _Pair | None:
        """None for a kid that is not ours (kept for a while too: a flood of forged tokens must not cost reads)."""
        from cryptography.hazmat.primitives.asymmetric import ec

        row = self._tables.get(_pair_key(purpose, kid))
        if row is None:
            return None
        with kms_call():
            answer = self._kms().decrypt(
                CiphertextBlob=wrapped_of(row.get("wrapped")),
                KeyId=self._key_arn,
                EncryptionContext=self._context(purpose, kid),
            )
        private = ec.derive_private_key(int.from_bytes(answer["Plaintext"], "big"), ec.SECP256R1())
        jwk = _jwk(private.public_key())
        if _thumbprint(jwk) != kid:
            raise KeyIntegrityError
        return _Pair(kid, private, jwk)

    def _rows(self, purpose: str) -> list[Item]:
        return self._tables.query(Store.KEYS, f"signing#{purpose}", "key#", limit=100).items

    def _context(self, purpose: str, kid: str) -> dict[str, str]:
        return {"purpose": "signing", "tenant": self._tenant, "use": purpose, "kid": kid}


def _active_key(purpose: str) -> Key:
    return Key(Store.KEYS, f"signing#{purpose}", "active")


def _pair_key(purpose: str, kid: str) -> Key:
    return Key(Store.KEYS, f"signing#{purpose}", f"key#{kid}")


def _jwk(public: Any) -> dict[str, str]:
    numbers = public.public_numbers()
    x, y = (_b64(n.to_bytes(SIZE, "big")) for n in (numbers.x, numbers.y))
    return {"kty": "EC", "crv": "P-256", "x": x, "y": y}


def _thumbprint(jwk: Mapping[str, str]) -> str:
    """RFC 7638: the required members in lexical order, without blanks."""
    return _b64(sha256(json.dumps(dict(sorted(jwk.items())), separators=(",", ":")).encode()).digest())


def _sign(private: Any, message: bytes) -> bytes:
    """Raw r || s, as JWS wants it (RFC 7518 section 3.4); DER would be refused by everybody else."""
    from cryptography.hazmat.primitives import hashes
    from cryptography.hazmat.primitives.asymmetric import ec, utils

    r, s = utils.decode_dss_signature(private.sign(message, ec.ECDSA(hashes.SHA256())))
    return r.to_bytes(SIZE, "big") + s.to_bytes(SIZE, "big")


def _verified(public: Any, signature: bytes, message: bytes) -> bool:
    from cryptography.exceptions import InvalidSignature
    from cryptography.hazmat.primitives import hashes
    from cryptography.hazmat.primitives.asymmetric import ec, utils

    if len(signature) != 2 * SIZE:
        return False
    r, s = int.from_bytes(signature[:SIZE], "big"), int.from_bytes(signature[SIZE:], "big")
    try:
        public.verify(utils.encode_dss_signature(r, s), message, ec.ECDSA(hashes.SHA256()))
    except InvalidSignature:
        return False
    return True


def _parts(token: str) -> tuple[bytes, dict[str, Any], bytes, bytes]:
    """Signed bytes, header, payload, signature. Raises NotSignedInError."""
    if len(token) > MAX_TOKEN or not token.isascii() or token.count(".") != 2:  # noqa: PLR2004
        raise NotSignedInError
    head, payload, signature = token.split(".")
    try:
        header = json.loads(_unb64(head))
        if not isinstance(header, dict):
            raise NotSignedInError
        return f"{head}.{payload}".encode(), header, _unb64(payload), _unb64(signature)
    except (ValueError, RecursionError, MalformedError):
        raise NotSignedInError from None


def _claims(payload: bytes, *, deflated: bool) -> dict[str, Any]:
    try:
        if deflated:
            inflate = zlib.decompressobj(-15)
            payload = inflate.decompress(payload, MAX_INFLATED)
        claims = json.loads(payload)
    except (ValueError, RecursionError, zlib.error):
        raise NotSignedInError from None
    if not isinstance(claims, dict):
        raise NotSignedInError
    return claims


def _b64(data: bytes) -> str:
    return urlsafe_b64encode(data).rstrip(b"=").decode()


def _unb64(text: str) -> bytes:
    """Strict: only the alphabet, and only the one spelling of the last character."""
    data = urlsafe_b64decode(text + "=" * (-len(text) % 4))
    if _b64(data) != text:
        raise MalformedError("not base64url")
    return data
