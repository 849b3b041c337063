"""One signature as it was sent: CMS SignedData (RFC 5652) with one signer and no content, or its parts.

What comes out is what has to be checked: whose certificate, which algorithm, over which bytes. Nothing here trusts it.
"""

from __future__ import annotations

import hashlib
import hmac
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, TypeVar

from chalicelib.domain.signatures import MAX_CERTIFICATES, Proof, broken
from chalicelib.errors import CredentialsError, MedkartaError

if TYPE_CHECKING:
    from chalicelib.crypto.signature_algorithms import SignatureAlgorithms

T = TypeVar("T")

SIGNING_CERTIFICATE_V2 = "1.2.840.113549.1.9.16.2.47"
CONTENT_TYPE = "1.2.840.113549.1.9.3"
MESSAGE_DIGEST = "1.2.840.113549.1.9.4"


@dataclass(frozen=True, slots=True)
class Signed:
    """``covered``: the bytes that the signature is over. ``others``: certificates that came along."""

    certificate: Any
    others: tuple[Any, ...]
    algorithm: Any
    signature: bytes
    covered: bytes


def signed(proof: Proof, text: bytes, algorithms: SignatureAlgorithms) -> Signed:
    """Raises InvalidFieldsError for what cannot be read, CredentialsError for a signature over something else."""
    if proof.cms:
        return readable("/cms", lambda: _from_cms(proof.cms, text, algorithms))
    certificate = certificate_of(proof.certificate, "/certificate")
    others = certificates_of(proof.chain, "/chain")
    return Signed(certificate, others, algorithms.named(proof.algorithm), proof.signature, text)


def readable(field: str, read: Callable[[], T]) -> T:
    """What ``read`` returns. asn1crypto reads late and fails in many ways: all of them mean that it is not readable."""
    try:
        return read()
    except MedkartaError:
        raise
    except Exception:  # noqa: BLE001 - hostile DER; whatever it breaks, the answer is the same
        raise broken(field, "der", "this cannot be read") from None


def certificate_of(der: bytes, field: str) -> Any:
    from asn1crypto import x509

    def read() -> Any:
        found = x509.Certificate.load(der, strict=True)
        _touch(found)
        return found

    return readable(field, read)


def certificates_of(ders: Iterable[bytes], field: str) -> tuple[Any, ...]:
    return tuple(certificate_of(der, f"{field}/{n}") for n, der in enumerate(ders))


def _touch(certificate: Any) -> None:
    """Read what is read later on, so that hostile DER fails here."""
    # The library's own structures are needed for keys of unknown kinds.
    import pyhanko_certvalidator.asn1_types  # noqa: F401

    _ = (
        certificate.subject.hashable,
        certificate.issuer.hashable,
        certificate.serial_number,
        certificate.not_valid_before,
        certificate.not_valid_after,
        certificate.public_key.algorithm,
        certificate.critical_extensions,
    )


def _from_cms(der: bytes, text: bytes, algorithms: SignatureAlgorithms) -> Signed:
    from asn1crypto import cms, tsp  # tsp brings the structure of signingCertificateV2

    _ = tsp
    content = cms.ContentInfo.load(der, strict=True)
    if content["content_type"].native != "signed_data":
        raise broken("/cms", "der", "CMS SignedData is needed")
    data = content["content"]
    if data["encap_content_info"]["content"].native is not None:
        raise broken("/cms", "detached", "the signature has to be detached")
    if len(data["signer_infos"]) != 1:
        raise broken("/cms", "signers", "exactly one signer")
    signer = data["signer_infos"][0]
    certificates = _certificates(data)
    mine, others = _signers(signer, certificates)
    digest_oid = signer["digest_algorithm"]["algorithm"].dotted
    covered = _covered(signer, mine, algorithms.digest(digest_oid, text))
    algorithm = algorithms.with_digest(signer["signature_algorithm"], digest_oid)
    return Signed(mine, others, algorithm, signer["signature"].native, covered)


def _certificates(data: Any) -> list[Any]:
    found = list(data["certificates"] or ())
    if not 1 <= len(found) <= MAX_CERTIFICATES or any(choice.name != "certificate" for choice in found):
        raise broken("/cms", "certificates", f"from 1 to {MAX_CERTIFICATES} X.509 certificates")
    return [certificate_of(choice.chosen.dump(), "/cms") for choice in found]


def _signers(signer: Any, certificates: list[Any]) -> tuple[Any, tuple[Any, ...]]:
    """The certificate that the signer is named by, and the others."""
    sid = signer["sid"]
    if sid.name == "issuer_and_serial_number":
        name, serial = sid.chosen["issuer"], sid.chosen["serial_number"].native
        fitting = [c for c in certificates if c.serial_number == serial and c.issuer == name]
    else:
        fitting = [c for c in certificates if c.key_identifier == sid.chosen.native]
    if len(fitting) != 1:
        raise broken("/cms", "certificates", "the signer's certificate is needed, once")
    return fitting[0], tuple(c for c in certificates if c is not fitting[0])


def _covered(signer: Any, certificate: Any, digest: bytes) -> bytes:
    """The signed attributes, which say what was signed and by whom (RFC 5652, section 5.4)."""
    attributes = signer["signed_attrs"]
    found: dict[str, Any] = {}
    for attribute in attributes:
        oid = attribute["type"].dotted
        if oid in found:
            raise broken("/cms", "attributes", "an attribute stands twice")
        found[oid] = attribute["values"]
    for oid in (CONTENT_TYPE, MESSAGE_DIGEST):
        if oid not in found or len(found[oid]) != 1:
            raise broken("/cms", "attributes", "contentType and messageDigest have to be signed")
    if found[CONTENT_TYPE][0].native != "data":
        raise broken("/cms", "attributes", "contentType has to be data")
    if not hmac.compare_digest(found[MESSAGE_DIGEST][0].native, digest):
        raise CredentialsError
    if SIGNING_CERTIFICATE_V2 in found:
        _check_named(found[SIGNING_CERTIFICATE_V2], certificate)
    # The attributes stand under [0] IMPLICIT, and are signed as the SET that they are.
    return b"\x31" + bytes(attributes.dump())[1:]


def _check_named(values: Any, certificate: Any) -> None:
    """ESS signingCertificateV2 (RFC 5035): the signature is bound to exactly this certificate."""
    named = values[0]["certs"][0]
    algorithm = named["hash_algorithm"]["algorithm"].native
    if algorithm not in {"sha256", "sha384", "sha512"}:
        raise broken("/cms", "attributes", "signingCertificateV2 by SHA-2")
    if not hmac.compare_digest(named["cert_hash"].native, hashlib.new(algorithm, certificate.dump()).digest()):
        raise CredentialsError
