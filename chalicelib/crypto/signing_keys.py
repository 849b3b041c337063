"""Rings of ES256 private keys that KMS wraps, one ring a purpose.

Rows of the store ``keys``, partition ``signing#<purpose>``:
    active       {kid, ver}
    key#<kid>    {wrapped, key_arn, created_at, retired_at?}     kid = RFC 7638 thumbprint of the public half
KMS encryption context: {purpose: "signing", tenant, use: <purpose>, kid}

Rules:
  1. a key is believed because KMS unwraps it under its own kid and purpose, and its public half has that kid. No
     public key is ever read from a row, neither to verify nor to publish: whoever administers the database could plant
     one, but cannot make KMS unwrap what KMS never wrapped
  2. two environments that make the first key at the same moment agree on the one that was stored first
  3. a retired key verifies, and is published, until what it signed has expired; it does not sign
  4. one KMS call a key and environment; a row is looked at again every ``TTL`` seconds, so deleting it disarms its key
  5. an unknown kid costs one read, and then none for a while; it cannot push known keys out of the cache
"""

from __future__ import annotations

import logging
import re
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any

from chalicelib.crypto import jws
from chalicelib.crypto.cache import TtlCache
from chalicelib.crypto.ids import checked
from chalicelib.crypto.kms import kms_call, wrapped_of
from chalicelib.errors import ConflictError, KeyIntegrityError, NotSignedInError, OutcomeUnknownError, UnavailableError
from chalicelib.ports import Clock
from chalicelib.ports.tables import Item, Key, Put, Store, Tables, Update, Write

if TYPE_CHECKING:
    from cryptography.hazmat.primitives.asymmetric.ec import EllipticCurvePrivateKey
    from mypy_boto3_kms import KMSClient

_log = logging.getLogger(__name__)

ROTATE_AFTER = timedelta(days=90)
TTL = 300  # seconds
UNKNOWN_TTL = 30  # seconds
TRIES = 4
KID = re.compile(r"[A-Za-z0-9_-]{43}")


@dataclass(frozen=True, slots=True)
class Pair:
    """One unwrapped key; ``good_until`` is set once it is retired."""

    kid: str
    private: EllipticCurvePrivateKey = field(repr=False)
    good_until: datetime | None


class SigningKeys:
    """``kept``: each purpose, and how long a retired key of it goes on verifying; must be longer than ``TTL``.

    ``rotated``: purposes whose key is exchanged at another age than ``ROTATE_AFTER``.
    """

    def __init__(
        self,
        tables: Tables,
        kms_factory: Callable[[], KMSClient],
        system_key_arn: str,
        tenant: str,
        clock: Clock,
        monotonic: Callable[[], float],
        kept: Mapping[str, timedelta],
        former_key_arns: Collection[str] = (),
        rotated: Mapping[str, timedelta] | None = None,
    ) -> None:
        self._rotated = rotated or {}
        self._tables, self._kms, self._key_arn = tables, kms_factory, system_key_arn
        self._known_arns = frozenset({system_key_arn, *former_key_arns})
        self._tenant, self._clock, self._kept = checked(tenant), clock, kept
        self._kids: TtlCache[str, str] = TtlCache(clock, monotonic, TTL, len(kept))
        self._pairs: TtlCache[tuple[str, str], Pair] = TtlCache(clock, monotonic, TTL, 100)
        self._unknown: TtlCache[tuple[str, str], bool] = TtlCache(clock, monotonic, UNKNOWN_TTL, 1000)
        self._jwks: TtlCache[tuple[str, ...], list[dict[str, str]]] = TtlCache(clock, monotonic, TTL, len(kept))
        # What KMS has unwrapped, by its wrapped form: only rows that KMS wrapped for us get in, so it stays small.
        self._unwrapped: dict[tuple[str, str, bytes], EllipticCurvePrivateKey] = {}

    def active(self, purpose: str) -> Pair:
        """The key to sign with, made if there is none yet. Raises KeyIntegrityError, KeyUnavailableError."""
        kid = self._kids.get(purpose, lambda: self._active_kid(purpose))
        try:
            return self.by_kid(purpose, kid)
        except NotSignedInError:  # ``active`` names a key that is not there
            self._kids.forget()
            raise KeyIntegrityError from None

    def by_kid(self, purpose: str, kid: str) -> Pair:
        """The key that a token names. Raises NotSignedInError for a kid that is not ours."""
        place = (purpose, kid)
        if self._unknown.peek(place):
            raise NotSignedInError
        try:
            return self._pairs.get(place, lambda: self._load(purpose, kid))
        except NotSignedInError:
            self._unknown.put(place, True)
            raise

    def public(self, purposes: tuple[str, ...]) -> list[dict[str, str]]:
        """JWKs of all keys of some purposes whose signatures may still be shown to somebody.

        A row that does not unwrap is left out and told to the log: it must neither be published nor stop the others.
        """
        return [dict(jwk) for jwk in self._jwks.get(purposes, lambda: self._public_keys(purposes))]

    # --- rotation

    def rotate_if_due(self) -> int:
        """New keys for purposes whose active key is old (ninety days as a rule); returns how many. Repeatable."""
        return sum(self.rotate(purpose) for purpose in self._kept if self._due(purpose))

    def rotate(self, purpose: str) -> bool:
        """A new active key; the old one goes on verifying. False when another environment was faster.

        Warm environments sign with the old key for ``TTL`` seconds more. An off-line verifier knows the new key once
        it has fetched the JWKS again.
        """
        old = self._tables.get(_active_key(purpose))
        if old is None:
            self.active(purpose)
            return True
        kid, row = self._new_row(purpose)
        writes: tuple[Write, ...] = (
            Update(_active_key(purpose), {"kid": kid}, add={"ver": 1}, expect={"ver": old["ver"]}),
            Put(_pair_key(purpose, kid), row),
            Update(_pair_key(purpose, old["kid"]), {"retired_at": self._clock().isoformat()}),
        )
        try:
            return self._settled(purpose, kid, writes)
        finally:
            for cached in (self._kids, self._pairs, self._jwks):
                cached.forget()

    def _due(self, purpose: str) -> bool:
        active = self._tables.get(_active_key(purpose))
        row = self._tables.get(_pair_key(purpose, active["kid"])) if active else None
        after = self._rotated.get(purpose, ROTATE_AFTER)
        return row is not None and self._clock() - datetime.fromisoformat(row["created_at"]) > after

    def _settled(self, purpose: str, kid: str, writes: tuple[Write, ...]) -> bool:
        """Whether ``kid`` is the active one after these writes, also when a reply is lost.

        Raises OutcomeUnknownError or UnavailableError when several tries did not settle it.
        """
        failure: UnavailableError = UnavailableError()
        for _ in range(TRIES):
            try:
                self._tables.commit(writes)
            except ConflictError as error:
                row = self._tables.get(_active_key(purpose))
                if row is not None and row.get("kid") == kid:
                    return True
                if error.index >= 0:  # else another transaction was in the way, not another key
                    return False
            except OutcomeUnknownError as error:
                failure = error
            else:
                return True
        raise failure

    def _active_kid(self, purpose: str) -> str:
        row = self._tables.get(_active_key(purpose))
        if row is None:
            kid, made = self._new_row(purpose)
            writes = (Put(_active_key(purpose), {"kid": kid, "ver": 1}), Put(_pair_key(purpose, kid), made))
            if self._settled(purpose, kid, writes):
                return kid
            row = self._tables.get(_active_key(purpose))
        found = row.get("kid") if row else None
        if not isinstance(found, str) or not KID.fullmatch(found):
            raise KeyIntegrityError
        return found

    def _new_row(self, purpose: str) -> tuple[str, Item]:
        from cryptography.hazmat.primitives.asymmetric import ec

        private = ec.generate_private_key(ec.SECP256R1())
        kid = jws.thumbprint(jws.jwk_of(private.public_key()))
        secret = private.private_numbers().private_value.to_bytes(jws.SIZE, "big")
        with kms_call():
            answer = self._kms().encrypt(
                KeyId=self._key_arn, Plaintext=secret, EncryptionContext=self._context(purpose, kid)
            )
        created = self._clock().isoformat()
        return kid, {"wrapped": answer["CiphertextBlob"], "key_arn": self._key_arn, "created_at": created}

    def _load(self, purpose: str, kid: str) -> Pair:
        row = self._tables.get(_pair_key(purpose, kid))
        if row is None:
            raise NotSignedInError
        return self._pair_of(purpose, kid, row)

    def _pair_of(self, purpose: str, kid: str, row: Mapping[str, Any]) -> Pair:
        return Pair(kid, self._unwrap(purpose, kid, row), _good_until(row, self._kept[purpose]))

    def _unwrap(self, purpose: str, kid: str, row: Mapping[str, Any]) -> EllipticCurvePrivateKey:
        wrapped, arn = wrapped_of(row.get("wrapped")), row.get("key_arn")
        known = self._unwrapped.get((purpose, kid, wrapped))
        if known is not None:
            return known
        if not isinstance(arn, str) or arn not in self._known_arns:
            raise KeyIntegrityError
        with kms_call():
            answer = self._kms().decrypt(
                CiphertextBlob=wrapped, KeyId=arn, EncryptionContext=self._context(purpose, kid)
            )
        private = _private(answer["Plaintext"])
        if jws.thumbprint(jws.jwk_of(private.public_key())) != kid:
            raise KeyIntegrityError
        self._unwrapped[purpose, kid, wrapped] = private
        return private

    def _public_keys(self, purposes: tuple[str, ...]) -> list[dict[str, str]]:
        now, found = self._clock(), []
        for purpose in purposes:
            self.active(purpose)
            for row in self._rows(purpose):
                try:
                    pair = self._pair_of(purpose, str(row["sk"]).removeprefix("key#"), row)
                except KeyIntegrityError:
                    _log.exception("a signing key row does not unwrap and is not published")
                    continue
                if pair.good_until is None or now < pair.good_until:
                    jwk = jws.jwk_of(pair.private.public_key())
                    found.append({**jwk, "use": "sig", "alg": "ES256", "kid": pair.kid})
        return found

    def _rows(self, purpose: str) -> list[Item]:
        rows: list[Item] = []
        after: Item | None = None
        while True:
            page = self._tables.query(Store.KEYS, f"signing#{purpose}", "key#", after=after)
            rows, after = rows + page.items, page.after
            if after is None:
                return rows

    def _context(self, purpose: str, kid: str) -> dict[str, str]:
        return {"purpose": "signing", "tenant": self._tenant, "use": purpose, "kid": kid}


def _good_until(row: Mapping[str, Any], kept: timedelta) -> datetime | None:
    retired = row.get("retired_at")
    try:
        return None if retired is None else datetime.fromisoformat(retired) + kept
    except (TypeError, ValueError):
        raise KeyIntegrityError from None


def _private(secret: bytes) -> EllipticCurvePrivateKey:
    from cryptography.hazmat.primitives.asymmetric import ec

    try:
        return ec.derive_private_key(int.from_bytes(secret, "big"), ec.SECP256R1())
    except ValueError:
        raise KeyIntegrityError from None


def _active_key(purpose: str) -> Key:
    return Key(Store.KEYS, f"signing#{purpose}", "active")


def _pair_key(purpose: str, kid: str) -> Key:
    return Key(Store.KEYS, f"signing#{purpose}", f"key#{kid}")
