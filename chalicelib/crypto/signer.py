"""Tokens and prescriptions signed with ES256, and tokens sealed (jwe.py), under keys of ``signing_keys.py``.

The header must be exactly the one that we write: algorithm ES256, the ``typ`` of the purpose, nothing more. So neither
another algorithm nor another purpose's token can be presented (RFC 8725 sections 3.1 and 3.11).
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING, Any

from chalicelib.crypto import jwe, jws
from chalicelib.crypto.signing_keys import KID, ROTATE_AFTER, Pair, SigningKeys
from chalicelib.errors import MalformedError, NotSignedInError
from chalicelib.ports import Clock
from chalicelib.ports.tables import Tables

if TYPE_CHECKING:
    from cryptography.hazmat.primitives.asymmetric.ec import EllipticCurvePrivateKey
    from mypy_boto3_kms import KMSClient

LEEWAY = 5  # seconds that the clocks of our own functions may differ


@dataclass(frozen=True, slots=True)
class Purpose:
    """What one ring signs. ``kept``: how long a retired key goes on verifying; longer than ``longest``.

    ``longest`` is the longest life of a token, None where the signature itself does not go stale: then ``exp`` is
    the business of whoever asked for it.
    """

    typ: str
    kept: timedelta
    longest: timedelta | None
    deflated: bool = False
    named_elsewhere: bool = False
    """Its ``iss`` is what the claims say: the name that another system gave us, or one whose keys stand elsewhere."""
    rotated: timedelta = ROTATE_AFTER
    alone: bool = False
    """Its keys are published in a list of their own: whoever believes them need not believe our tokens."""
    sealed: bool = False
    """Its tokens are read by nobody but us; its keys sign nothing."""


PURPOSES: Mapping[str, Purpose] = {
    "access": Purpose("at+jwt", kept=timedelta(days=1), longest=timedelta(hours=12)),
    # What a client holds for us and has no use for: a place in a list, an opening of a link. They name partitions and
    # cards (design section 7).
    "sealed": Purpose(
        "medkarta-sealed+jwe",
        kept=timedelta(days=1),
        longest=timedelta(hours=12),
        alone=True,
        sealed=True,
    ),
    # A prescription lives up to a year (RX-5); deflated for a smaller QR.
    "prescription": Purpose("medkarta-rx+jws", kept=timedelta(days=400), longest=None, deflated=True),
    # The word of the one who approved an erasure, for the eraser. Its claim ``good_until`` says how long it may begin
    # (domain/erasures.py); for so long as is said here, what has begun can be finished. Then there is the receipt.
    "erasure-order": Purpose("medkarta-erasure-order+jws", kept=timedelta(days=400), longest=None),
    # Who we are to an identity provider (RFC 7523); nobody but the provider verifies it. ``kept`` is for its copy of
    # our keys.
    "oidc-client": Purpose("JWT", kept=timedelta(days=1), longest=timedelta(minutes=10), named_elsewhere=True),
    # Who a patient is, for an application that they let in (OpenID Connect Core, 2).
    "id-token": Purpose("JWT", kept=timedelta(days=1), longest=timedelta(hours=2)),
    # SMART Health Cards know no typ. A certificate does not expire, so a key verifies as long as it is shown around;
    # few keys, because each one costs a call to KMS when the list of them is made.
    "health-card": Purpose(
        "",
        kept=timedelta(days=3660),
        longest=None,
        deflated=True,
        named_elsewhere=True,
        rotated=timedelta(days=365),
        alone=True,
    ),
    # What another organisation received, and that it did: shown for as long as somebody may ask.
    "transfer": Purpose("medkarta-transfer+jws", kept=timedelta(days=400), longest=None, alone=True),
    # To which others seal transfers for us; used by crypto/transfer_box.py alone.
    "transfer-box": Purpose("medkarta-transfer+jwe", kept=timedelta(days=400), longest=None, alone=True, sealed=True),
    # Evidence: as long as the log keeps the entry that names it (infra/stores.yaml, AuditRetentionDays).
    "receipt": Purpose("medkarta-erasure-receipt+jws", kept=timedelta(days=1900), longest=None),
}


class KmsSigner:
    """Implements ``ports.Signer``; ``rotate_if_due`` is for a schedule."""

    def __init__(
        self,
        tables: Tables,
        kms_factory: Callable[[], KMSClient],
        system_key_arn: str,
        tenant: str,
        issuer: str,
        clock: Clock,
        monotonic: Callable[[], float],
        former_key_arns: Collection[str] = (),
    ) -> None:
        self._issuer, self._clock = issuer, clock
        kept = {name: rules.kept for name, rules in PURPOSES.items()}
        rotated = {name: rules.rotated for name, rules in PURPOSES.items()}
        self._keys = SigningKeys(
            tables, kms_factory, system_key_arn, tenant, clock, monotonic, kept, former_key_arns, rotated
        )

    def issue(self, claims: Mapping[str, Any], *, purpose: str) -> str:
        """Compact JWS, or JWE, of the claims and our ``iss``. Warm: no read and no call.

        A token that goes stale must have ``aud``, ``iat`` and ``exp`` (seconds), and live ``longest`` at most.
        Raises MalformedError for claims or a purpose of a wrong form, KeyUnavailableError, KeyIntegrityError.
        """
        rules = _rules(purpose)
        if rules.longest is not None:
            issued, expires = claims.get("iat"), claims.get("exp")
            if not (type(issued) is int and type(expires) is int and isinstance(claims.get("aud"), str)):
                raise MalformedError("a token needs aud, iat and exp")
            if expires > self._clock().timestamp() + rules.longest.total_seconds():
                raise MalformedError("a token may not live so long")
        pair = self._keys.active(purpose)
        issuer = {} if rules.named_elsewhere else {"iss": self._issuer}
        make = jwe.make if rules.sealed else jws.make
        return make(pair.private, _header(rules, pair.kid), {**claims, **issuer})

    def verify(self, token: str, *, purpose: str, audience: str = "") -> dict[str, Any]:
        """Claims of a token of ours. NotSignedInError for any defect; KeyUnavailableError when KMS does not answer.

        Steps: 1 form and size; 2 the header is ours; 3 the key is ours and not past its time; 4 signature or seal;
        5 issuer, audience (required for what goes stale), time. The ``exp`` of a prescription is not looked at: an
        expired one is still authentic, and the pharmacy is told its state.
        """
        rules = _rules(purpose)
        claims = self._unsealed(token, purpose, rules) if rules.sealed else self._signed(token, purpose, rules)
        self._check_claims(claims, rules, audience)
        return claims

    def _signed(self, token: str, purpose: str, rules: Purpose) -> dict[str, Any]:
        parts = jws.take_apart(token)
        jws.check_signature(self._pair(parts.header, purpose, rules).private.public_key(), parts)
        return jws.claims_of(parts)

    def _unsealed(self, token: str, purpose: str, rules: Purpose) -> dict[str, Any]:
        parts = jwe.take_apart(token)
        return jwe.claims_of(self._pair(parts.header, purpose, rules).private, parts)

    def _pair(self, header: Mapping[str, Any], purpose: str, rules: Purpose) -> Pair:
        kid = header.get("kid")
        if not isinstance(kid, str) or not KID.fullmatch(kid) or header != _header(rules, kid):
            raise NotSignedInError
        pair = self._keys.by_kid(purpose, kid)
        if pair.good_until is not None and self._clock() >= pair.good_until:
            raise NotSignedInError
        return pair

    def opening(self, kid: str) -> EllipticCurvePrivateKey:
        """The key to which a transfer was sealed. Raises NotSignedInError for none of ours."""
        return self._keys.by_kid("transfer-box", kid).private

    def published(self, purpose: str = "") -> dict[str, Any]:
        """JWKS (RFC 7517): public halves of all keys whose signatures may still be shown to somebody.

        Of one purpose, or of all that have no list of their own.
        """
        common = tuple(name for name, rules in PURPOSES.items() if not rules.alone)
        return {"keys": self._keys.public((purpose,) if purpose else common)}

    def rotate(self, purpose: str) -> bool:
        """A new active key; the old one goes on verifying. False when another environment was faster.

        Warm environments sign with the old key for five minutes more. An off-line verifier knows the new key once
        it has fetched the JWKS again.
        """
        _rules(purpose)
        return self._keys.rotate(purpose)

    def rotate_if_due(self) -> int:
        """New keys for purposes whose active key is old (``Purpose.rotated``); returns how many. Repeatable."""
        return self._keys.rotate_if_due()

    def _check_claims(self, claims: Mapping[str, Any], rules: Purpose, audience: str) -> None:
        if claims.get("iss") != self._issuer or (audience and claims.get("aud") != audience):
            raise NotSignedInError
        if rules.longest is None:
            return
        now, issued, expires = self._clock().timestamp(), claims.get("iat"), claims.get("exp")
        if not audience or not isinstance(issued, int) or not isinstance(expires, int):
            raise NotSignedInError
        if not issued - LEEWAY <= now < expires:
            raise NotSignedInError


def _rules(purpose: str) -> Purpose:
    try:
        return PURPOSES[purpose]
    except KeyError:
        raise MalformedError("no such purpose") from None


def _header(rules: Purpose, kid: str) -> dict[str, str]:
    if rules.sealed:
        return {"alg": jwe.ALG, "enc": jwe.ENC, "kid": kid, "typ": rules.typ}
    header = {"alg": "ES256", "kid": kid} | ({"typ": rules.typ} if rules.typ else {})
    return {**header, "zip": "DEF"} if rules.deflated else header
