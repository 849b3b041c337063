"""Electronic signatures and the trust store."""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING

from chalicelib.bootstrap.core import Core

if TYPE_CHECKING:
    from chalicelib.crypto.certificates import X509Certificates
    from chalicelib.crypto.signature_algorithms import SignatureAlgorithms
    from chalicelib.ports.certificates import TrustStore
    from chalicelib.services.signatures import SignatureService
    from chalicelib.services.trust import TrustService


class Signatures(Core):
    @cached_property
    def algorithms(self) -> SignatureAlgorithms:
        """Of every signature that is checked. A certified provider is named here (docs/signatures.md)."""
        from chalicelib.crypto.signature_algorithms import SignatureAlgorithms

        return SignatureAlgorithms(())

    @cached_property
    def certificates(self) -> X509Certificates:
        from chalicelib.crypto.certificates import X509Certificates

        return X509Certificates(self.algorithms)

    @cached_property
    def trust_store(self) -> TrustStore:
        from chalicelib.ports.certificates import TrustStore

        return TrustStore(self.tables, self.clock)

    @cached_property
    def signatures(self) -> SignatureService:
        from chalicelib.services.signatures import SignatureService

        return SignatureService(
            self.gate,
            self.tables,
            self.vault,
            self.index,
            self.certificates,
            self.trust_store,
            self.clock,
            self.settings.public_url,
        )

    @cached_property
    def trust(self) -> TrustService:
        from chalicelib.services.trust import TrustService

        return TrustService(self.gate, self.tables, self.certificates, self.trust_store, self.clock)
