"""A stand-in for a certification centre: it certifies whatever key it is asked to, for the demo hospital alone.

Its key lives as long as the object: once the hospital is loaded nobody can make another certificate under its anchor.
Nothing of it is deployed; in production an administrator proposes a real authority, and an officer approves it.
"""

from __future__ import annotations

from base64 import b64decode, b64encode
from datetime import UTC, datetime, timedelta

from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import Encoding
from cryptography.x509.oid import NameOID

NAME = "Учебный УЦ Медкарты"
YEARS = timedelta(days=3650)
YEAR = timedelta(days=365)
USES: tuple[str, ...] = (
    "digital_signature",
    "content_commitment",
    "key_encipherment",
    "data_encipherment",
    "key_agreement",
)
USES += ("key_cert_sign", "crl_sign", "encipher_only", "decipher_only")


class Centre:
    def __init__(self) -> None:
        self._key = ec.generate_private_key(ec.SECP256R1())
        self._name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, NAME)])
        made = self._dated(self._name, YEARS).public_key(self._key.public_key())
        made = made.add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
        made = made.add_extension(_usage("key_cert_sign", "crl_sign"), critical=True)
        self._certificate = made.sign(self._key, SHA256()).public_bytes(Encoding.DER)

    @property
    def certificate(self) -> str:
        """Its own, for the trust store; base64 of DER."""
        return b64encode(self._certificate).decode()

    def revocation_list(self) -> str:
        """Nothing is revoked, for a year."""
        now = datetime.now(UTC)
        made = (
            x509.CertificateRevocationListBuilder()
            .issuer_name(self._name)
            .last_update(now - timedelta(minutes=5))
            .next_update(now + YEAR)
            .add_extension(x509.CRLNumber(int(now.timestamp())), critical=False)
        )
        return b64encode(made.sign(self._key, SHA256()).public_bytes(Encoding.DER)).decode()

    def certified(self, request: str) -> str:
        """A certificate for the key and the subject of a request (PKCS#10, base64 of DER)."""
        asked = x509.load_der_x509_csr(b64decode(request))
        if not asked.is_signature_valid:
            raise ValueError("the request is not signed by its own key")
        made = self._dated(asked.subject, YEAR).public_key(asked.public_key())
        made = made.add_extension(x509.BasicConstraints(ca=False, path_length=None), critical=True)
        made = made.add_extension(_usage("digital_signature", "content_commitment"), critical=True)
        return b64encode(made.sign(self._key, SHA256()).public_bytes(Encoding.DER)).decode()

    def _dated(self, subject: x509.Name, long: timedelta) -> x509.CertificateBuilder:
        now = datetime.now(UTC)
        return (
            x509.CertificateBuilder()
            .subject_name(subject)
            .issuer_name(self._name)
            .serial_number(x509.random_serial_number())
            .not_valid_before(now - timedelta(hours=1))
            .not_valid_after(now + long)
        )


def _usage(*uses: str) -> x509.KeyUsage:
    return x509.KeyUsage(**{use: use in uses for use in USES})
