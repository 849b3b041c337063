"""Certificates for the keys of documents, and signing with both. Implements ``ports.signing.DocumentSigner``."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from chalicelib.crypto.cms import certificate_of, readable
from chalicelib.crypto.document_keys import DocumentKeys, kid_of
from chalicelib.crypto.signature_algorithms import SignatureAlgorithms
from chalicelib.domain.identity import PersonId
from chalicelib.domain.signing import field_of
from chalicelib.errors import (
    AlgorithmUnsupportedError,
    CertificateRefusedError,
    KeyIntegrityError,
    SigningRequestError,
)
from chalicelib.ports.certificates import Trust
from chalicelib.ports.signing import Credential, Requested
from chalicelib.ports.tables import Write

USAGE = "non_repudiation"
"""What verifiers of PDFs ask for (ETSI EN 319 412-2, 4.3.2, types A to D)."""


class X509DocumentSigner:
    def __init__(self, document_keys: DocumentKeys, algorithms: SignatureAlgorithms | None = None) -> None:
        self._keys = document_keys
        self._algorithms = algorithms or SignatureAlgorithms()

    def requested(self, owner: PersonId, algorithm: str, subject: Mapping[str, str]) -> Requested:
        return self._keys.requested(owner, algorithm, subject)

    def destroyed(self, owner: PersonId, kid: str, now: datetime) -> Write:
        return self._keys.destroyed(owner, kid, now)

    def accepted(
        self, owner: PersonId, kid: str, chain: tuple[bytes, ...], ocsp: tuple[bytes, ...], trust: Trust, now: datetime
    ) -> Credential:
        from chalicelib.crypto.paths import Paths, fresh_responses, refused

        certificate, *others = [certificate_of(der, field_of(n)) for n, der in enumerate(chain)]
        if _kid(certificate) != kid:
            raise SigningRequestError
        self._algorithms.check_key(certificate.public_key)
        if certificate.ca or not _signs(certificate):
            raise refused("usage")
        answers: list[Any] = readable("/ocsp", lambda: fresh_responses(ocsp, b"", now))
        paths = Paths(self._algorithms)
        readable("/chain", lambda: paths.to_anchor(certificate, others, trust, now, responses=answers))
        return Credential(
            owner=owner,
            kid=kid,
            chain=chain,
            name=_holder(certificate),
            serial=f"{certificate.serial_number:X}",
            valid_from=certificate.not_valid_before,
            valid_until=certificate.not_valid_after,
            fingerprint=certificate.sha256.hex(),
        )

    def usable(self, credential: Credential, trust: Trust, now: datetime) -> bool:
        """Revocation by the stored lists alone: a list that is late stops nobody, one that names the key does."""
        if not credential.valid_from <= now < credential.valid_until:
            return False
        from chalicelib.crypto.paths import Paths, not_listed

        certificate, *others = [certificate_of(der, "/chain") for der in credential.chain]
        try:
            path, _ = Paths(self._algorithms).to_anchor(certificate, others, trust, now)
            not_listed(path, trust.lists)
        except (CertificateRefusedError, AlgorithmUnsupportedError):
            return False
        return True

    def signed(self, pdf: bytes, credential: Credential, now: datetime) -> bytes:
        from chalicelib.crypto.pades import sign

        private = self._keys.opened(credential.owner, credential.kid)
        if _kid(certificate_of(credential.chain[0], "/chain")) != credential.kid:
            raise KeyIntegrityError
        return sign(pdf, private, credential.chain, now)


def _kid(certificate: Any) -> str:
    from cryptography.x509 import load_der_x509_certificate

    return readable(field_of(0), lambda: kid_of(load_der_x509_certificate(certificate.dump()).public_key()))


def _signs(certificate: Any) -> bool:
    usage = certificate.key_usage_value
    return usage is not None and USAGE in usage.native


def _holder(certificate: Any) -> str:
    """Whom the certificate names: a person by surname and given names, an organisation by its name."""
    named = certificate.subject.native
    person = " ".join(str(named[part]) for part in ("surname", "given_name") if named.get(part))
    return (person or str(named.get("common_name") or named.get("organization_name") or ""))[:200]
