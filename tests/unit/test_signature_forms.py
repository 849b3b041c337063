"""CMS that says too little, too much, or something else (ID-5)."""

from __future__ import annotations

from typing import Any

import pytest
from asn1crypto import algos, core
from asn1crypto import cms as asn1_cms
from asn1crypto import x509 as asn1_x509
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import pkcs7

from chalicelib.domain.signatures import MAX_CERTIFICATES
from tests import pki
from tests.pki import der
from tests.signed import SUBJECT, TEXT, Pki, answer

BARE = (pkcs7.PKCS7Options.DetachedSignature, pkcs7.PKCS7Options.Binary)

pytestmark = pytest.mark.requirement("ID-5")


def altered(change: Any) -> Any:
    """CMS that somebody took apart and put together again."""

    def make(world: Pki) -> bytes:
        found = asn1_cms.ContentInfo.load(world.sign())
        change(found["content"], world)
        return found.dump(force=True)

    return make


def swap_certificate(data: Any, world: Pki) -> None:
    """Another's certificate in the signer's place."""
    other = world.middle.issue(SUBJECT, pki.key("other").public_key())
    data["certificates"] = [asn1_x509.Certificate.load(der(c)) for c in (other, world.middle.certificate)]
    data["signer_infos"][0]["sid"] = asn1_cms.SignerIdentifier(
        name="issuer_and_serial_number",
        value={"issuer": asn1_x509.Certificate.load(der(other)).issuer, "serial_number": other.serial_number},
    )


def same_key_other_certificate(world: Pki) -> bytes:
    """A signature that names its certificate (CAdES) does not serve another one of the same key."""
    leaf, other = world.leaf(), world.leaf()
    found = asn1_cms.ContentInfo.load(world.sign(leaf))
    resign(found["content"], world, ess(leaf), data_certificate=other)
    return found.dump(force=True)


def named_certificate(world: Pki) -> bytes:
    leaf = world.leaf()
    found = asn1_cms.ContentInfo.load(world.sign(leaf))
    resign(found["content"], world, ess(leaf))
    return found.dump(force=True)


def by_key_identifier(data: Any, world: Pki) -> None:
    identifier = x509.SubjectKeyIdentifier.from_public_key(world.key.public_key()).digest
    data["signer_infos"][0]["sid"] = asn1_cms.SignerIdentifier(name="subject_key_identifier", value=identifier)


def named_by_sha1(world: Pki) -> bytes:
    leaf = world.leaf()
    found = asn1_cms.ContentInfo.load(world.sign(leaf))
    resign(found["content"], world, ess(leaf, "sha1"))
    return found.dump(force=True)


def ess(leaf: x509.Certificate, digest: str = "sha256") -> Any:
    from asn1crypto import tsp

    named = tsp.ESSCertIDv2({"hash_algorithm": {"algorithm": digest}, "cert_hash": leaf.fingerprint(hashes.SHA256())})
    value = tsp.SigningCertificateV2({"certs": [named]})
    return asn1_cms.CMSAttribute({"type": "signing_certificate_v2", "values": [value]})


def resign(data: Any, world: Pki, *more: Any, data_certificate: x509.Certificate | None = None) -> None:
    signer = data["signer_infos"][0]
    kept = [a for a in signer["signed_attrs"] if a["type"].native in {"content_type", "message_digest"}]
    attributes = asn1_cms.CMSAttributes([*kept, *more])
    signer["signed_attrs"] = attributes
    covered = b"\x31" + signer["signed_attrs"].dump(force=True)[1:]
    signer["signature"] = world.key.sign(covered, ec.ECDSA(hashes.SHA256()))
    if data_certificate is not None:
        loaded = asn1_x509.Certificate.load(der(data_certificate))
        data["certificates"] = [loaded, asn1_x509.Certificate.load(world.middle.der)]
        signer["sid"] = asn1_cms.SignerIdentifier(
            name="issuer_and_serial_number",
            value={"issuer": loaded.issuer, "serial_number": loaded.serial_number},
        )


def attributes(*names: str, twice: str = "", kind: str = "") -> Any:
    def change(data: Any, world: Pki) -> None:
        signer = data["signer_infos"][0]
        kept = [a for a in signer["signed_attrs"] if a["type"].native in names]
        kept += [a for a in signer["signed_attrs"] if a["type"].native == twice]
        if kind:
            for attribute in kept:
                if attribute["type"].native == "content_type":
                    attribute["values"] = [asn1_cms.ContentType(kind)]
        signer["signed_attrs"] = asn1_cms.CMSAttributes(kept)
        covered = b"\x31" + signer["signed_attrs"].dump(force=True)[1:]
        signer["signature"] = world.key.sign(covered, ec.ECDSA(hashes.SHA256()))

    return altered(change)


def no_attributes(data: Any, world: Pki) -> None:
    signer = data["signer_infos"][0]
    del signer["signed_attrs"]
    signer["signature"] = world.key.sign(TEXT, ec.ECDSA(hashes.SHA256()))


def two_signers(data: Any, world: Pki) -> None:
    signer = data["signer_infos"][0]
    data["signer_infos"] = [signer, signer.copy()]


def no_signers(data: Any, world: Pki) -> None:
    data["signer_infos"] = []


def attached(world: Pki) -> bytes:
    return world.sign(options=(pkcs7.PKCS7Options.Binary,))


def sha1(data: Any, world: Pki) -> None:
    signer = data["signer_infos"][0]
    signer["digest_algorithm"] = algos.DigestAlgorithm({"algorithm": "sha1"})


def sha1_signature(data: Any, world: Pki) -> None:
    data["signer_infos"][0]["signature_algorithm"] = algos.SignedDigestAlgorithm({"algorithm": "sha1_ecdsa"})


def another_digest(data: Any, world: Pki) -> None:
    data["signer_infos"][0]["signature_algorithm"] = algos.SignedDigestAlgorithm({"algorithm": "sha512_ecdsa"})


def too_many(world: Pki) -> bytes:
    world.others += [world.leaf() for _ in range(MAX_CERTIFICATES)]
    return world.sign()


def without_certificate(world: Pki) -> bytes:
    return world.sign(options=(*BARE, pkcs7.PKCS7Options.NoCerts))


def the_same_twice(data: Any, world: Pki) -> None:
    serial = data["signer_infos"][0]["sid"].chosen["serial_number"].native
    mine = next(choice for choice in data["certificates"] if choice.chosen.serial_number == serial)
    data["certificates"] = [*data["certificates"], mine]


SIGNATURES = {
    "over another text": (lambda w: w.sign(text=b"another challenge"), "credentials-invalid"),
    "swapped certificate": (altered(swap_certificate), "credentials-invalid"),
    "named certificate": (named_certificate, "ok"),
    "certificate named by SHA-1": (named_by_sha1, "invalid-fields attributes"),
    "signer named by the key": (altered(by_key_identifier), "ok"),
    "another certificate of the same key": (same_key_other_certificate, "credentials-invalid"),
    "put together again": (attributes("content_type", "message_digest"), "ok"),
    "no digest": (attributes("content_type"), "invalid-fields attributes"),
    "no content type": (attributes("message_digest"), "invalid-fields attributes"),
    "two digests": (attributes("content_type", "message_digest", twice="message_digest"), "invalid-fields attributes"),
    "content of another type": (
        attributes("content_type", "message_digest", kind="signed_data"),
        "invalid-fields attributes",
    ),
    "no attributes": (altered(no_attributes), "invalid-fields attributes"),
    "two signers": (altered(two_signers), "invalid-fields signers"),
    "no signers": (altered(no_signers), "invalid-fields signers"),
    "the text inside": (attached, "invalid-fields detached"),
    "SHA-1": (altered(sha1), "algorithm-unsupported"),
    "ECDSA with SHA-1": (altered(sha1_signature), "algorithm-unsupported"),
    "two digests that differ": (altered(another_digest), "algorithm-unsupported"),
    "too many certificates": (too_many, "invalid-fields certificates"),
    "no certificate": (without_certificate, "invalid-fields certificates"),
    "the signer's certificate twice": (altered(the_same_twice), "invalid-fields certificates"),
    "trailing bytes": (lambda w: w.sign() + b"\0", "invalid-fields der"),
    "cut short": (lambda w: w.sign()[:-1], "invalid-fields der"),
    "not signed data": (lambda _: core.OctetString(b"x").dump(), "invalid-fields der"),
}


@pytest.mark.parametrize("case", SIGNATURES)
def test_signatures(case):
    make, expected = SIGNATURES[case]
    world = Pki()
    assert answer(world, make(world)) == expected


def test_a_small_key():
    world = Pki("1024")
    assert answer(world, world.sign()) == "algorithm-unsupported"


def test_another_curve():
    world = Pki()
    world.key = ec.generate_private_key(ec.SECP256K1())
    assert answer(world, world.sign()) == "algorithm-unsupported"
