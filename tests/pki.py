"""Authorities, certificates, revocation lists and responders for tests of electronic signatures; nothing is random
but keys, which are made once.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from functools import cache
from typing import Any

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec, padding, rsa
from cryptography.hazmat.primitives.serialization import pkcs7
from cryptography.x509 import ocsp
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID, ObjectIdentifier

from tests.fakes import START

SNILS = ObjectIdentifier("1.2.643.100.3")
YEAR = timedelta(days=365)
RESPONDER = "http://ocsp.example"


@cache
def key(name: str, kind: str = "ec") -> Any:
    """``kind``: ec, ec384, or the number of bits of an RSA key."""
    if kind.isdecimal():
        return rsa.generate_private_key(65537, int(kind))
    return ec.generate_private_key(ec.SECP384R1() if kind == "ec384" else ec.SECP256R1())


def der(thing: Any) -> bytes:
    return thing.public_bytes(serialization.Encoding.DER)


def subject_of(name: str, **attributes: str) -> x509.Name:
    """``attributes``: snils, surname, given."""
    oids = {"snils": SNILS, "surname": NameOID.SURNAME, "given": NameOID.GIVEN_NAME}
    parts = [x509.NameAttribute(NameOID.COMMON_NAME, name)]
    for field_name, value in attributes.items():
        kind = x509.name._ASN1Type.NumericString if field_name == "snils" else x509.name._ASN1Type.UTF8String
        parts.append(x509.NameAttribute(oids[field_name], value, _type=kind))
    return x509.Name(parts)


@dataclass
class Authority:
    """A certificate that may sign others, with its key and what it has revoked."""

    name: str
    kind: str = "ec"
    certificate: x509.Certificate = field(init=False)
    revoked: set[int] = field(default_factory=set)
    serial: int = 1000

    @property
    def key(self) -> Any:
        return key(self.name, self.kind)

    @property
    def der(self) -> bytes:
        return der(self.certificate)

    def next_serial(self) -> int:
        self.serial += 1
        return self.serial

    # --- what it signs

    def issue(
        self,
        subject: x509.Name,
        public_key: Any,
        *,
        since: datetime = START - YEAR,
        until: datetime = START + YEAR,
        ca: bool | None = False,
        path: int | None = None,
        usages: tuple[str, ...] = ("digital_signature",),
        extended: tuple[ObjectIdentifier, ...] | None = (ExtendedKeyUsageOID.CLIENT_AUTH,),
        responder: bool = True,
        digest: Any = None,
        more: tuple[tuple[x509.ExtensionType, bool], ...] = (),
    ) -> x509.Certificate:
        made = (
            x509.CertificateBuilder()
            .subject_name(subject)
            .issuer_name(self.certificate.subject)
            .public_key(public_key)
            .serial_number(self.next_serial())
            .not_valid_before(since)
            .not_valid_after(until)
            .add_extension(x509.SubjectKeyIdentifier.from_public_key(public_key), critical=False)
            .add_extension(x509.AuthorityKeyIdentifier.from_issuer_public_key(self.key.public_key()), critical=False)
        )
        if ca is not None:
            made = made.add_extension(x509.BasicConstraints(ca=ca, path_length=path if ca else None), critical=True)
        if usages:
            made = made.add_extension(key_usage(*usages), critical=True)
        if extended:
            made = made.add_extension(x509.ExtendedKeyUsage(extended), critical=False)
        if responder:
            where = x509.AccessDescription(
                x509.oid.AuthorityInformationAccessOID.OCSP, x509.UniformResourceIdentifier(RESPONDER)
            )
            made = made.add_extension(x509.AuthorityInformationAccess([where]), critical=False)
        for extension, critical in more:
            made = made.add_extension(extension, critical=critical)
        return made.sign(self.key, digest or hashes.SHA256())

    def authority(self, name: str, kind: str = "ec", **how: Any) -> Authority:
        """One below this one."""
        made = Authority(name, kind)
        given = {"ca": True, "usages": ("key_cert_sign", "crl_sign", "digital_signature"), "extended": None, **how}
        made.certificate = self.issue(subject_of(name), made.key.public_key(), **given)
        made.serial = made.certificate.serial_number * 100
        return made

    def crl(
        self,
        number: int = 1,
        *,
        at: datetime = START - timedelta(hours=1),
        hours: float = 24,
        signed_by: Any = None,
        digest: Any = None,
        more: tuple[tuple[x509.ExtensionType, bool], ...] = (),
    ) -> bytes:
        made = (
            x509.CertificateRevocationListBuilder()
            .issuer_name(self.certificate.subject)
            .last_update(at)
            .next_update(at + timedelta(hours=hours))
            .add_extension(x509.AuthorityKeyIdentifier.from_issuer_public_key(self.key.public_key()), critical=False)
        )
        if number:
            made = made.add_extension(x509.CRLNumber(number), critical=False)
        for extension, critical in more:
            made = made.add_extension(extension, critical=critical)
        for serial in sorted(self.revoked):
            entry = x509.RevokedCertificateBuilder().serial_number(serial).revocation_date(at - timedelta(days=1))
            made = made.add_revoked_certificate(entry.build())
        return der(made.sign(signed_by or self.key, digest or hashes.SHA256()))

    def ocsp(
        self,
        certificate: x509.Certificate,
        *,
        status: ocsp.OCSPCertStatus = ocsp.OCSPCertStatus.GOOD,
        at: datetime = START - timedelta(minutes=5),
        hours: float = 12,
        responder: tuple[x509.Certificate, Any] | None = None,
        nonce: bytes = b"",
        digest: Any = None,
    ) -> bytes:
        """The answer of this authority, or of a ``responder`` (certificate, key)."""
        who, private = responder or (self.certificate, self.key)
        revoked = status is ocsp.OCSPCertStatus.REVOKED
        made = (
            ocsp.OCSPResponseBuilder()
            .add_response(
                cert=certificate,
                issuer=self.certificate,
                algorithm=hashes.SHA1(),  # noqa: S303 - only names the certificate (RFC 6960)
                cert_status=status,
                this_update=at,
                next_update=at + timedelta(hours=hours),
                revocation_time=at - timedelta(hours=1) if revoked else None,
                revocation_reason=None,
            )
            .responder_id(ocsp.OCSPResponderEncoding.HASH, who)
            .certificates([who])
        )
        if nonce:
            made = made.add_extension(x509.OCSPNonce(nonce), critical=False)
        return der(made.sign(private, digest or hashes.SHA256()))

    def responder(self, **how: Any) -> tuple[x509.Certificate, Any]:
        private = key(f"responder of {self.name}")
        given = {
            "usages": ("digital_signature",),
            "extended": (ExtendedKeyUsageOID.OCSP_SIGNING,),
            "responder": False,
            "more": ((x509.OCSPNoCheck(), False),),
            **how,
        }
        return self.issue(subject_of("responder"), private.public_key(), **given), private


def root(name: str = "Root", kind: str = "ec", **how: Any) -> Authority:
    """An authority that vouches for itself."""
    made = Authority(name, kind)
    made.certificate = _self_signed(subject_of(name), made.key, **how)
    return made


def _self_signed(
    subject: x509.Name,
    private: Any,
    *,
    ca: bool = True,
    since: datetime = START - 5 * YEAR,
    until: datetime = START + 5 * YEAR,
    more: tuple[tuple[x509.ExtensionType, bool], ...] = (),
) -> x509.Certificate:
    made = (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(subject)
        .public_key(private.public_key())
        .serial_number(1)
        .not_valid_before(since)
        .not_valid_after(until)
        .add_extension(x509.BasicConstraints(ca=ca, path_length=None), critical=True)
        .add_extension(key_usage("key_cert_sign", "crl_sign", "digital_signature"), critical=True)
        .add_extension(x509.SubjectKeyIdentifier.from_public_key(private.public_key()), critical=False)
    )
    for extension, critical in more:
        made = made.add_extension(extension, critical=critical)
    return made.sign(private, hashes.SHA256())


def key_usage(*names: str) -> x509.KeyUsage:
    known = (
        "digital_signature",
        "content_commitment",
        "key_encipherment",
        "data_encipherment",
        "key_agreement",
        "key_cert_sign",
        "crl_sign",
        "encipher_only",
        "decipher_only",
    )
    return x509.KeyUsage(**{name: name in names for name in known})


def cms(
    text: bytes,
    certificate: x509.Certificate,
    private: Any,
    *others: x509.Certificate,
    digest: Any = None,
    options: tuple[pkcs7.PKCS7Options, ...] = (pkcs7.PKCS7Options.DetachedSignature, pkcs7.PKCS7Options.Binary),
    pss: bool = False,
) -> bytes:
    """Detached CMS as any signing program makes it."""
    how = padding.PSS(padding.MGF1(digest or hashes.SHA256()), padding.PSS.DIGEST_LENGTH) if pss else None
    made = pkcs7.PKCS7SignatureBuilder().set_data(text)
    made = made.add_signer(certificate, private, digest or hashes.SHA256(), rsa_padding=how)
    for other in others:
        made = made.add_certificate(other)
    return made.sign(serialization.Encoding.DER, list(options))
