"""Private keys that documents are signed with, wrapped by KMS (DOC-3).

Rows of the store ``keys``, partition ``signer#<owner>``:
    key#<kid>    {wrapped, key_arn, algorithm, created_at} or {destroyed_at}
    kid = SHA-256 of the public key (SubjectPublicKeyInfo), base64url
KMS encryption context: {purpose: "document-signing", tenant, owner, kid}. The purpose is not that of the keys of tokens
(signing_keys.py), so that whoever may sign documents cannot make a token.

A key is believed because KMS unwraps it under its own owner and kid, and its public half has that kid. It is unwrapped
for each use and not kept.
"""

from __future__ import annotations

import hashlib
from base64 import urlsafe_b64encode
from collections.abc import Callable, Collection, Mapping
from datetime import datetime
from typing import TYPE_CHECKING, Any

from chalicelib.crypto.ids import checked
from chalicelib.crypto.kms import kms_call, wrapped_of
from chalicelib.domain.identity import PersonId
from chalicelib.domain.moments import stamp
from chalicelib.errors import KeyIntegrityError
from chalicelib.ports import Clock, keys
from chalicelib.ports.signing import Requested
from chalicelib.ports.tables import Expect, Put, Tables, Write

if TYPE_CHECKING:
    from mypy_boto3_kms import KMSClient

PURPOSE = "document-signing"
RSA_BITS = 2048
OIDS = {
    "common_name": "2.5.4.3",
    "organisation": "2.5.4.10",
    "organisation_identifier": "2.5.4.97",
    "surname": "2.5.4.4",
    "given_name": "2.5.4.42",
}


class DocumentKeys:
    def __init__(
        self,
        tables: Tables,
        kms: Callable[[], KMSClient],
        key_arn: str,
        tenant: str,
        clock: Clock,
        former_key_arns: Collection[str] = (),
    ) -> None:
        self._tables, self._kms, self._key_arn = tables, kms, key_arn
        self._known_arns = frozenset({key_arn, *former_key_arns})
        self._tenant, self._clock = checked(tenant), clock

    def requested(self, owner: PersonId, algorithm: str, subject: Mapping[str, str]) -> Requested:
        private = _new(algorithm)
        kid = kid_of(private.public_key())
        with kms_call():
            answer = self._kms().encrypt(
                KeyId=self._key_arn, Plaintext=_dumped(private), EncryptionContext=self._context(owner, kid)
            )
        row = {
            "wrapped": answer["CiphertextBlob"],
            "key_arn": self._key_arn,
            "algorithm": algorithm,
            "created_at": stamp(self._clock()),
        }
        return Requested(kid, _request(private, subject), Put(keys.document_key(owner, kid), row))

    def destroyed(self, owner: PersonId, kid: str, now: datetime) -> Write:
        return Put(keys.document_key(owner, kid), {"destroyed_at": stamp(now)}, Expect.PRESENT)

    def opened(self, owner: PersonId, kid: str) -> Any:
        """The private key. Raises KeyIntegrityError for a row that is not its owner's, KeyUnavailableError."""
        row = self._tables.get(keys.document_key(owner, kid)) or {}
        wrapped, arn = wrapped_of(row.get("wrapped")), row.get("key_arn")
        if not isinstance(arn, str) or arn not in self._known_arns:
            raise KeyIntegrityError
        with kms_call():
            answer = self._kms().decrypt(CiphertextBlob=wrapped, KeyId=arn, EncryptionContext=self._context(owner, kid))
        private = _loaded(answer["Plaintext"])
        if kid_of(private.public_key()) != kid:
            raise KeyIntegrityError
        return private

    def _context(self, owner: str, kid: str) -> dict[str, str]:
        return {"purpose": PURPOSE, "tenant": self._tenant, "owner": checked(owner), "kid": checked(kid)}


def kid_of(public_key: Any) -> str:
    from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

    info = public_key.public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)
    return urlsafe_b64encode(hashlib.sha256(info).digest()).decode().rstrip("=")


def _new(algorithm: str) -> Any:
    from cryptography.hazmat.primitives.asymmetric import ec, rsa

    if algorithm == "rsa-2048":
        return rsa.generate_private_key(65537, RSA_BITS)
    return ec.generate_private_key(ec.SECP256R1())


def _dumped(private: Any) -> bytes:
    from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat

    dumped: bytes = private.private_bytes(Encoding.DER, PrivateFormat.PKCS8, NoEncryption())
    return dumped


def _loaded(secret: bytes) -> Any:
    from cryptography.hazmat.primitives.serialization import load_der_private_key

    try:
        return load_der_private_key(secret, None)
    except (TypeError, ValueError):
        raise KeyIntegrityError from None


def _request(private: Any, subject: Mapping[str, str]) -> bytes:
    """PKCS#10 (RFC 2986) for a certificate that signs documents."""
    from cryptography import x509
    from cryptography.hazmat.primitives.hashes import SHA256
    from cryptography.hazmat.primitives.serialization import Encoding

    names = [x509.NameAttribute(x509.ObjectIdentifier(OIDS[name]), value) for name, value in subject.items() if value]
    usage = x509.KeyUsage(
        digital_signature=True,
        content_commitment=True,
        key_encipherment=False,
        data_encipherment=False,
        key_agreement=False,
        key_cert_sign=False,
        crl_sign=False,
        encipher_only=False,
        decipher_only=False,
    )
    made = x509.CertificateSigningRequestBuilder().subject_name(x509.Name(names)).add_extension(usage, critical=True)
    return made.sign(private, SHA256()).public_bytes(Encoding.DER)
