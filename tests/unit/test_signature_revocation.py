"""Revocation is known or the signature does not count: lists, answers of responders, and forgeries of both (ID-5)."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from asn1crypto import algos, core
from asn1crypto import crl as asn1_crl
from asn1crypto import ocsp as asn1_ocsp
from asn1crypto import x509 as asn1_x509
from cryptography import x509
from cryptography.x509 import ocsp

from tests import pki
from tests.fakes import START
from tests.pki import der
from tests.signed import NONCE, SUBJECT, Pki, answer, leaf_of

SHA1 = algos.SignedDigestAlgorithm({"algorithm": "sha1_ecdsa"})

pytestmark = pytest.mark.requirement("ID-5")


def revoked_leaf(world: Pki) -> bytes:
    leaf = world.leaf()
    world.middle.revoked.add(leaf.serial_number)
    return world.sign(leaf)


def revoked_middle(world: Pki) -> bytes:
    world.root.revoked.add(world.middle.certificate.serial_number)
    return world.sign()


def lists(*which: str, **how: Any) -> Any:
    def make(world: Pki) -> bytes:
        world.lists = [getattr(world, name).crl(**how) for name in which]
        return world.sign()

    return make


def foreign_list(world: Pki) -> bytes:
    world.lists = [world.root.crl(), world.middle.crl(signed_by=pki.key("stranger"))]
    return world.sign()


def answered(*, keep_list: bool = False, revoke: bool = False, **how: Any) -> Any:
    """The leaf by OCSP, the intermediate by the list of the root."""

    def make(world: Pki) -> bytes:
        leaf = world.leaf()
        if revoke:
            world.middle.revoked.add(leaf.serial_number)
        world.lists = [world.root.crl(), *([world.middle.crl()] if keep_list else [])]
        given = {name: value(world) if callable(value) else value for name, value in how.items()}
        world.ocsp = (world.middle.ocsp(leaf, **given),)
        return world.sign(leaf)

    return make


def of_another(world: Pki) -> bytes:
    world.lists = [world.root.crl()]
    world.ocsp = (world.middle.ocsp(world.leaf()),)
    return world.sign(world.leaf())


def copied_issuer(world: Pki) -> bytes:
    """A certificate with issuer, number and signature of the real authority, and the key of a stranger."""
    proof = answered()(world)
    private = pki.key("stranger")
    fake = asn1_x509.Certificate.load(world.middle.der)
    public = private.public_key().public_bytes(
        pki.serialization.Encoding.DER, pki.serialization.PublicFormat.SubjectPublicKeyInfo
    )
    fake["tbs_certificate"]["subject_public_key_info"] = asn1_x509.PublicKeyInfo.load(public)
    copied = x509.load_der_x509_certificate(fake.dump(force=True))
    leaf = x509.load_der_x509_certificate(leaf_of(proof))
    world.ocsp = (world.middle.ocsp(leaf, responder=(copied, private)),)
    return proof


def weak_list(world: Pki) -> bytes:
    found = asn1_crl.CertificateList.load(world.middle.crl())
    found["signature_algorithm"] = found["tbs_cert_list"]["signature"] = SHA1
    world.lists = [world.root.crl(), found.dump(force=True)]
    return world.sign()


def weak_answer(world: Pki) -> bytes:
    proof = answered()(world)
    found = asn1_ocsp.OCSPResponse.load(world.ocsp[0])
    basic = found.basic_ocsp_response
    basic["signature_algorithm"] = SHA1
    found["response_bytes"]["response"] = core.ParsableOctetString(basic.dump(force=True))
    world.ocsp = (found.dump(force=True),)
    return proof


def unlikely(world: Pki) -> tuple[x509.Certificate, Any]:
    return world.root.issue(SUBJECT, pki.key("stranger").public_key()), pki.key("stranger")


REVOKED, GOOD, UNKNOWN = ocsp.OCSPCertStatus.REVOKED, ocsp.OCSPCertStatus.GOOD, ocsp.OCSPCertStatus.UNKNOWN
REVOCATION = {
    "revoked by list": (revoked_leaf, "certificate-refused revoked"),
    "intermediate revoked": (revoked_middle, "certificate-refused revoked"),
    "no lists": (lists(), "revocation-unknown"),
    "no list of the root": (lists("middle"), "revocation-unknown"),
    "no list of the intermediate": (lists("root"), "revocation-unknown"),
    "old lists": (lists("root", "middle", at=START - timedelta(days=3)), "revocation-unknown"),
    "lists of tomorrow": (lists("root", "middle", at=START + timedelta(days=1)), "revocation-unknown"),
    "a list by another key": (foreign_list, "revocation-unknown"),
    "a list by SHA-1": (weak_list, "algorithm-unsupported"),
    "good": (answered(status=GOOD), "ok"),
    "revoked by answer": (answered(status=REVOKED), "certificate-refused revoked"),
    "revoked by answer, not by list": (answered(status=REVOKED, keep_list=True), "certificate-refused revoked"),
    "revoked by list, good by answer": (
        answered(status=GOOD, keep_list=True, revoke=True),
        "certificate-refused revoked",
    ),
    "unknown to the responder": (answered(status=UNKNOWN), "revocation-unknown"),
    "old answer": (answered(at=START - timedelta(days=2), hours=12), "revocation-unknown"),
    "answer that is good for too long": (answered(at=START - timedelta(days=2), hours=96), "revocation-unknown"),
    "answer of tomorrow": (answered(at=START + timedelta(days=1)), "revocation-unknown"),
    "answer about another": (of_another, "revocation-unknown"),
    "our nonce": (answered(nonce=NONCE), "ok"),
    "another nonce": (answered(nonce=b"another nonce"), "revocation-unknown"),
    "a responder of the authority": (answered(responder=lambda w: w.middle.responder()), "ok"),
    "a responder without the right": (
        answered(responder=lambda w: w.middle.responder(extended=None)),
        "revocation-unknown",
    ),
    "a responder of another authority": (answered(responder=lambda w: w.root.responder()), "revocation-unknown"),
    "a responder that expired": (
        answered(responder=lambda w: w.middle.responder(until=START - timedelta(days=1))),
        "revocation-unknown",
    ),
    "a stranger answers": (answered(responder=unlikely), "revocation-unknown"),
    "a stranger with the authority's numbers": (copied_issuer, "certificate-refused ambiguous"),
    "an answer by SHA-1": (weak_answer, "algorithm-unsupported"),
}


@pytest.mark.parametrize("case", REVOCATION)
def test_revocation(case):
    make, expected = REVOCATION[case]
    world = Pki()
    assert answer(world, make(world)) == expected


def test_a_responder_that_is_busy_says_nothing():
    world = Pki()
    busy = ocsp.OCSPResponseBuilder.build_unsuccessful(ocsp.OCSPResponseStatus.TRY_LATER)
    world.ocsp = (der(busy),)
    assert answer(world, world.sign()) == "invalid-fields status"
    world.ocsp = (b"\x30\x03\x02\x01",)
    assert answer(world, world.sign()) == "invalid-fields der"
