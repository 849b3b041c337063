"""Signing without cryptography: a signed file says at its end who signed it."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

from chalicelib.domain.file_signatures import Finding, State
from chalicelib.domain.identity import PersonId
from chalicelib.errors import SigningRequestError
from chalicelib.ports import keys
from chalicelib.ports.certificates import Trust
from chalicelib.ports.signing import Credential, Requested
from chalicelib.ports.tables import Expect, Put
from tests.memory_tables import Faults

YEAR = timedelta(days=365)


class FakeDocumentSigner(Faults):
    """A "certificate" is the kid of its key; ``revoked`` are the kids that may sign no more."""

    def __init__(self) -> None:
        super().__init__()
        self.revoked: set[str] = set()
        self._made = 0

    def requested(self, owner: PersonId, algorithm: str, subject: Mapping[str, str]) -> Requested:
        self._fault()
        self._made += 1
        kid = f"kid-{self._made}"
        request = f"{kid} {algorithm} {dict(subject)}".encode()
        return Requested(kid, request, Put(keys.document_key(owner, kid), {"wrapped": b"key"}))

    def accepted(
        self, owner: PersonId, kid: str, chain: tuple[bytes, ...], ocsp: tuple[bytes, ...], trust: Trust, now: datetime
    ) -> Credential:
        self._fault()
        if chain[0].decode() != kid:
            raise SigningRequestError
        return credential(owner, kid, now)

    def destroyed(self, owner: PersonId, kid: str, now: datetime) -> Any:
        return Put(keys.document_key(owner, kid), {"destroyed_at": now.isoformat()}, Expect.PRESENT)

    def usable(self, credential: Credential, trust: Trust, now: datetime) -> bool:
        return credential.kid not in self.revoked and credential.valid_from <= now < credential.valid_until

    def signed(self, pdf: bytes, credential: Credential, now: datetime) -> bytes:
        self._fault()
        return pdf + f"\n%signed {credential.owner} {credential.kid}".encode()


class FakeFileSignatures(Faults):
    """A signature is the text ``signed:`` with the file behind it; a PDF has one inside that it begins with."""

    def detached(self, data: bytes, cms: bytes, trust: Trust, now: datetime) -> Finding:
        self._fault()
        if cms != b"signed:" + data:
            return Finding(State.WRONG, "another-file")
        return Finding(State.VALID, signer={"name": "Петров Пётр", "organisation": "Клиника"})

    def embedded(self, pdf: bytes, trust: Trust, now: datetime) -> Finding | None:
        self._fault()
        return Finding(State.NOT_TRUSTED, "expired") if b"%signed" in pdf else None


def credential(owner: PersonId, kid: str, now: datetime) -> Credential:
    return Credential(owner, kid, (kid.encode(),), f"Holder {owner}", "A1B2", now - YEAR, now + YEAR, kid * 8)
