"""Keys of documents with real certificates under an authority of the test, and KMS in memory."""

from __future__ import annotations

import asyncio
import io
from datetime import datetime, timedelta
from typing import Any

from asn1crypto import x509 as asn1_x509
from cryptography import x509

from chalicelib.crypto.document_keys import DocumentKeys
from chalicelib.crypto.document_signer import X509DocumentSigner
from chalicelib.domain.identity import PersonId
from chalicelib.ports.certificates import Anchor, Trust
from chalicelib.ports.signing import Credential
from tests import pki
from tests.fakes import FixedClock, MemoryTables
from tests.pki import der
from tests.unit.crypto_fakes import SYSTEM_KEY, TENANT, FakeKms

CLINIC = PersonId("clinic")
USAGES = ("digital_signature", "content_commitment")
DAY = timedelta(days=1)


class Signing:
    """An anchor, an authority under it, both with lists; a clinic that asks for a certificate."""

    def __init__(self) -> None:
        self.tables, self.kms, self.clock = MemoryTables(), FakeKms(), FixedClock()
        self.keys = DocumentKeys(self.tables, lambda: self.kms, SYSTEM_KEY, TENANT, self.clock)
        self.signer = X509DocumentSigner(self.keys)
        self.root = pki.root()
        self.middle = self.root.authority("Middle")

    @property
    def trust(self) -> Trust:
        anchor = Anchor(self.root.certificate.fingerprint(pki.hashes.SHA256()).hex(), self.root.der)
        return Trust((anchor,), (self.root.crl(), self.middle.crl()))

    def asked(
        self, algorithm: str = "ecdsa-p256", owner: PersonId = CLINIC
    ) -> tuple[str, x509.CertificateSigningRequest]:
        """Id of the stored key, and the request."""
        made = self.signer.requested(owner, algorithm, {"common_name": "Клиника", "organisation": "Клиника"})
        self.tables.commit([made.write])
        return made.kid, x509.load_der_x509_csr(made.request)

    def certified(self, request: Any, **how: Any) -> tuple[bytes, ...]:
        """The chain, as the authority gives it out."""
        given = {"usages": USAGES, "extended": None, **how}
        made = self.middle.issue(request.subject, request.public_key(), **given)
        return der(made), self.middle.der

    def credential(self, algorithm: str = "ecdsa-p256") -> Credential:
        kid, request = self.asked(algorithm)
        return self.accepted(kid, self.certified(request))

    def accepted(self, kid: str, chain: tuple[bytes, ...], *, trust: Trust | None = None) -> Credential:
        return self.signer.accepted(CLINIC, kid, chain, (), trust or self.trust, self.clock())


def printed(title: str = "Протокол осмотра") -> bytes:
    """A page as the system prints it."""
    from chalicelib.documents.pdf import PdfPrinter

    content = {"title": title, "issued_at": "2026-03-02T09:00:00+00:00", "document_id": "x", "version": 1}
    return PdfPrinter().render("record", content)


def judged(pdf: bytes, root: pki.Authority, at: datetime = pki.START) -> list[Any]:
    """What pyHanko says of each signature, as an outsider's program would."""
    from pyhanko.pdf_utils.reader import PdfFileReader
    from pyhanko.sign.validation import async_validate_pdf_signature
    from pyhanko_certvalidator import ValidationContext

    anchors = [asn1_x509.Certificate.load(root.der)]

    async def all_of() -> list[Any]:
        found = PdfFileReader(io.BytesIO(pdf)).embedded_signatures
        return [
            await async_validate_pdf_signature(
                one, ValidationContext(trust_roots=anchors, allow_fetching=False, moment=at)
            )
            for one in found
        ]

    return asyncio.run(all_of())


def holds(status: Any) -> bool:
    """Rule for any verifier: the signature is right, covers the whole file, and nothing was changed after it."""
    from pyhanko.sign.diff_analysis import ModificationLevel
    from pyhanko.sign.validation.status import SignatureCoverageLevel

    whole = status.coverage == SignatureCoverageLevel.ENTIRE_FILE
    return bool(status.bottom_line and whole and status.modification_level == ModificationLevel.NONE)
