"""A warm environment of the signer, and what tests of it share."""

from __future__ import annotations

from base64 import urlsafe_b64decode

import pytest
from cryptography.hazmat.primitives.asymmetric import ec

from chalicelib.crypto import jws
from chalicelib.crypto.signer import KmsSigner
from chalicelib.errors import NotSignedInError
from chalicelib.ports.tables import Key, Store
from tests.fakes import FixedClock, MemoryTables
from tests.unit.crypto_fakes import SYSTEM_KEY, TENANT, FakeKms, Ticks

ISSUER = "https://card.example"
AUDIENCE = "medkarta-api"


class Place:
    """One warm environment; ``Place(first)`` is another one over the same stores."""

    def __init__(self, beside: Place | None = None, **settings: object) -> None:
        self.tables: MemoryTables = beside.tables if beside else MemoryTables()
        self.kms: FakeKms = beside.kms if beside else FakeKms()
        self.clock: FixedClock = beside.clock if beside else FixedClock()
        self.ticks = Ticks()
        arguments = {"system_key_arn": SYSTEM_KEY, "tenant": TENANT, "issuer": ISSUER, **settings}
        self.signer = KmsSigner(
            tables=self.tables, kms_factory=lambda: self.kms, clock=self.clock, monotonic=self.ticks, **arguments
        )

    def claims(self, **changes: object) -> dict:
        now = int(self.clock().timestamp())
        return {"sub": "p1", "aud": AUDIENCE, "iat": now, "exp": now + 600, **changes}

    def token(self, **changes: object) -> str:
        return self.signer.issue(self.claims(**changes), purpose="access")

    def verify(self, token: str) -> dict:
        return self.signer.verify(token, purpose="access", audience=AUDIENCE)

    def active_kid(self, purpose: str = "access") -> str:
        return self.tables.rows()[active(purpose)]["kid"]

    def cost(self) -> tuple[int, int]:
        counted = self.kms.total, len(self.tables.calls)
        self.kms.calls.clear()
        self.tables.calls.clear()
        return counted


def active(purpose: str = "access") -> Key:
    return Key(Store.KEYS, f"signing#{purpose}", "active")


def pair(kid: str, purpose: str = "access") -> Key:
    return Key(Store.KEYS, f"signing#{purpose}", f"key#{kid}")


def part(token: str, number: int) -> bytes:
    text = token.split(".")[number]
    return urlsafe_b64decode(text + "=" * (-len(text) % 4))


def signed_with(private: ec.EllipticCurvePrivateKey, header: dict, claims: dict) -> str:
    return jws.make(private, header, claims)


def refused(place: Place, token: str, purpose: str = "access", audience: str = AUDIENCE) -> None:
    with pytest.raises(NotSignedInError) as told:
        place.signer.verify(token, purpose=purpose, audience=audience)
    assert type(told.value) is NotSignedInError
    assert told.value.__cause__ is None
