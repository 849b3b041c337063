"""Issued documents: signing, stamps, verification."""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING

from chalicelib.bootstrap.clients import aws
from chalicelib.bootstrap.signatures import Signatures

if TYPE_CHECKING:
    from chalicelib.crypto.document_signer import X509DocumentSigner
    from chalicelib.services.issuing import IssuingService
    from chalicelib.services.reactions import OtherReaction


class Issuing(Signatures):
    @cached_property
    def document_signer(self) -> X509DocumentSigner:
        from chalicelib.crypto.document_keys import DocumentKeys
        from chalicelib.crypto.document_signer import X509DocumentSigner

        settings = self.settings
        made = DocumentKeys(self.tables, lambda: aws("kms"), settings.system_key, settings.tenant, self.clock)
        return X509DocumentSigner(made)

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

    def other_reactions(self) -> dict[str, OtherReaction]:
        return {**super().other_reactions(), **self.issuing.reactions}
