"""Which signature algorithms count, by OID, and the place where a certified provider of others is plugged in.

Everything that is checked here or by the library goes through one ``SignatureAlgorithms``: the signature of the person,
of every certificate, of lists and of answers of responders. What is not in these tables is refused.
"""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from chalicelib.domain.signatures import GOST
from chalicelib.errors import AlgorithmUnsupportedError

if TYPE_CHECKING:
    from chalicelib.ports.certificates import SignatureProvider

MIN_RSA_BITS = 2048
MAX_RSA_BITS = 8192  # a larger key only costs time
CURVES = frozenset({"secp256r1", "secp384r1"})

DIGESTS = {
    "2.16.840.1.101.3.4.2.1": "sha256",
    "2.16.840.1.101.3.4.2.2": "sha384",
    "2.16.840.1.101.3.4.2.3": "sha512",
}
RSA = "1.2.840.113549.1.1.1"
PSS = "1.2.840.113549.1.1.10"
PKCS1 = {
    "1.2.840.113549.1.1.11": "sha256",
    "1.2.840.113549.1.1.12": "sha384",
    "1.2.840.113549.1.1.13": "sha512",
}
ECDSA = {
    "1.2.840.10045.4.3.2": "sha256",
    "1.2.840.10045.4.3.3": "sha384",
    "1.2.840.10045.4.3.4": "sha512",
}


class SignatureAlgorithms:
    """``digest`` and ``verify`` by OID. Arguments of ``verify`` are structures of asn1crypto."""

    def __init__(self, providers: Sequence[SignatureProvider] = ()) -> None:
        self._digests = {oid: provider for provider in providers for oid in provider.digests}
        self._signatures = {oid: provider for provider in providers for oid in provider.signatures}

    def digest(self, oid: str, data: bytes) -> bytes:
        if oid in self._digests:
            return self._digests[oid].digest(oid, data)
        if oid not in DIGESTS:
            raise unsupported(oid)
        return hashlib.new(DIGESTS[oid], data).digest()

    def named(self, name: str) -> Any:
        """The algorithm of a signature without CMS, by its name in domain/signatures.py."""
        from asn1crypto import algos

        kind, _, digest = name.rpartition("-")
        if kind != "rsa-pss":
            return algos.SignedDigestAlgorithm({"algorithm": f"{digest}_{kind}"})
        parameters = {
            "hash_algorithm": {"algorithm": digest},
            "mask_gen_algorithm": {"algorithm": "mgf1", "parameters": {"algorithm": digest}},
            "salt_length": hashlib.new(digest).digest_size,
        }
        return algos.SignedDigestAlgorithm({"algorithm": "rsassa_pss", "parameters": parameters})

    def with_digest(self, algorithm: Any, digest_oid: str) -> Any:
        """The algorithm of a signer of CMS, where bare RSA leaves the digest to another field (RFC 3370, 3.2)."""
        from asn1crypto import algos

        oid = algorithm["algorithm"].dotted
        if oid == RSA and digest_oid in DIGESTS:
            return algos.SignedDigestAlgorithm({"algorithm": f"{DIGESTS[digest_oid]}_rsa"})
        said = PKCS1.get(oid) or ECDSA.get(oid) or (_pss_digest(algorithm) if oid == PSS else None)
        if said is not None and said != DIGESTS.get(digest_oid):
            raise unsupported(digest_oid)
        return algorithm

    def check_key(self, key: Any) -> None:
        """Raises AlgorithmUnsupportedError for a key of a kind or size that is not accepted."""
        oid = key["algorithm"]["algorithm"].dotted
        if oid in self._signatures:
            return
        if key.algorithm in {"rsa", "rsassa_pss"}:
            if not MIN_RSA_BITS <= key.bit_size <= MAX_RSA_BITS:
                raise AlgorithmUnsupportedError(f"RSA keys have {MIN_RSA_BITS} to {MAX_RSA_BITS} bits")
        elif key.algorithm != "ec" or key.curve[0] != "named" or key.curve[1] not in CURVES:
            raise unsupported(oid)

    def check_algorithm(self, algorithm: Any) -> str:
        """Kind of key of an accepted algorithm; empty for one of a provider. Raises AlgorithmUnsupportedError."""
        oid = str(algorithm["algorithm"].dotted)
        if oid in self._signatures:
            return ""
        if oid in ECDSA:
            return "ec"
        if oid in PKCS1 or (oid == PSS and _pss_digest(algorithm)):
            return "rsa"
        raise unsupported(oid)

    def verify(self, key: Any, algorithm: Any, signature: bytes, data: bytes) -> bool:
        """Whether the signature fits. Raises AlgorithmUnsupportedError, never another error."""
        family, oid = self.check_algorithm(algorithm), algorithm["algorithm"].dotted
        if not family:
            return self._signatures[oid].verify(oid, key.dump(), signature, data)
        self.check_key(key)
        if not key.algorithm.startswith(family):
            return False
        return _fits(key, algorithm, signature, data)


def unsupported(oid: str) -> AlgorithmUnsupportedError:
    """GOST is named; it stands in most certificates of the country, and the reader should know what is missing."""
    return AlgorithmUnsupportedError(GOST.get(oid, oid[:64]))


def _pss_digest(algorithm: Any) -> str | None:
    """The one digest of PSS parameters, None unless they are those that are accepted (RFC 4055, 3.1)."""
    parameters = algorithm["parameters"]
    oid = parameters["hash_algorithm"]["algorithm"].dotted
    mask = parameters["mask_gen_algorithm"]
    digest = DIGESTS.get(oid)
    sound = (
        digest is not None
        and mask["algorithm"].native == "mgf1"
        and mask["parameters"]["algorithm"].dotted == oid
        and hashlib.new(digest).digest_size <= int(parameters["salt_length"].native) <= MAX_RSA_BITS // 8
        and parameters["trailer_field"].native == "trailer_field_bc"
    )
    return digest if sound else None


def _fits(key: Any, algorithm: Any, signature: bytes, data: bytes) -> bool:
    from cryptography.exceptions import InvalidSignature, UnsupportedAlgorithm
    from pyhanko_certvalidator.sig_validate import DefaultSignatureValidator

    try:
        DefaultSignatureValidator().validate_signature(signature, data, key, algorithm)
    except (InvalidSignature, UnsupportedAlgorithm, ValueError, TypeError, AssertionError):
        return False
    return True
