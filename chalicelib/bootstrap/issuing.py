"""Issued documents: signing, stamps, verification."""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING

from chalicelib.bootstrap.cases import Cases
from chalicelib.bootstrap.clients import aws
from chalicelib.bootstrap.signatures import Signatures

if TYPE_CHECKING:
    from chalicelib.crypto.document_signer import X509DocumentSigner
    from chalicelib.services.issuing import IssuingService
    from chalicelib.services.reactions import OtherReaction
    from chalicelib.services.signing_certificates import SigningCertificateService
    from chalicelib.services.stamps import StampService
    from chalicelib.services.upload_signatures import UploadSignatureService
    from chalicelib.services.verification import VerificationService


class Issuing(Cases, Signatures):
    @cached_property
    def document_signer(self) -> X509DocumentSigner:
        from chalicelib.crypto.document_keys import DocumentKeys
        from chalicelib.crypto.document_signer import X509DocumentSigner

        settings = self.settings
        made = DocumentKeys(self.tables, lambda: aws("kms"), settings.system_key, settings.tenant, self.clock)
        return X509DocumentSigner(made, self.algorithms)

    @cached_property
    def issuing(self) -> IssuingService:
        """For every service that issues documents of its own (ports/issuing.py)."""
        from chalicelib.documents.pdf import PdfPrinter
        from chalicelib.services.issuing import IssuingService, Press

        press = Press(
            gate=self.gate,
            tables=self.tables,
            vault=self.vault,
            documents=self.document_store,
            printer=PdfPrinter(),
            signer=self.document_signer,
            trust=self.trust_store,
            clock=self.clock,
            public_url=self.settings.public_url,
        )
        return IssuingService(press)

    @cached_property
    def signing_certificates(self) -> SigningCertificateService:
        from chalicelib.services.signing_certificates import SigningCertificateService

        return SigningCertificateService(
            self.gate, self.tables, self.vault, self.patient_keys, self.document_signer, self.trust_store, self.clock
        )

    @cached_property
    def stamps(self) -> StampService:
        from chalicelib.documents.scans import PdfScans
        from chalicelib.documents.stamps import PillowStamps
        from chalicelib.services.stamps import StampService

        return StampService(
            self.gate,
            self.tables,
            self.vault,
            self.patient_keys,
            self.quarantine,
            PdfScans(),
            self.virus_scanner,
            PillowStamps(),
            self.clock,
        )

    @cached_property
    def verification(self) -> VerificationService:
        from chalicelib.services.verification import VerificationService

        return VerificationService(self.gate, self.tables, self.settings.public_url)

    @cached_property
    def upload_signatures(self) -> UploadSignatureService:
        from chalicelib.crypto.file_signatures import X509FileSignatures
        from chalicelib.services.upload_signatures import UploadSignatureService

        return UploadSignatureService(
            self.gate,
            self.tables,
            self.vault,
            self.document_store,
            X509FileSignatures(self.algorithms),
            self.trust_store,
            self.clock,
        )

    def other_reactions(self) -> dict[str, OtherReaction]:
        return {
            **super().other_reactions(),
            **self.issuing.reactions,
            **self.stamps.reactions,
            **self.upload_signatures.reactions,
        }
