"""Whose certificates count for an electronic signature, and every way in which one does not (ID-5)."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from cryptography import x509
from cryptography.x509.oid import ExtendedKeyUsageOID, ObjectIdentifier

from chalicelib.domain.signatures import Proof
from chalicelib.errors import MedkartaError
from chalicelib.ports.certificates import Trust
from tests import pki
from tests.fakes import START
from tests.pki import YEAR
from tests.signed import SUBJECT, TEXT, Pki, answer

KC1 = "1.2.643.100.113.1"

pytestmark = pytest.mark.requirement("ID-5")


def leafs(**how: Any) -> Any:
    return lambda world: world.sign(world.leaf(**how))


def self_signed(world: Pki) -> bytes:
    made = pki._self_signed(SUBJECT, world.key, ca=False)
    return pki.cms(TEXT, made, world.key)


def stranger(world: Pki) -> bytes:
    other = pki.root("Root", "ec384").authority("Middle", "ec384")
    return pki.cms(TEXT, other.issue(SUBJECT, world.key.public_key()), world.key, other.certificate)


def by_no_authority(world: Pki) -> bytes:
    middle = world.root.authority("Middle", ca=False)
    return under(world, middle)


def under(world: Pki, middle: pki.Authority) -> bytes:
    world.lists = [world.root.crl(), middle.crl()]
    world.middle, world.others = middle, [middle.certificate]
    return world.sign()


def path_too_long(world: Pki) -> bytes:
    short = world.root.authority("Short", path=0)
    low = short.authority("Low")
    world.lists = [world.root.crl(), short.crl(), low.crl()]
    world.middle, world.others = low, [low.certificate, short.certificate]
    return world.sign()


def name_constraint(world: Pki) -> bytes:
    only = x509.NameConstraints([x509.DirectoryName(pki.subject_of("Others"))], None)
    return under(world, world.root.authority("Narrow", more=((only, True),)))


def weak_middle(world: Pki) -> bytes:
    return under(world, world.root.authority("Weak", "1024"))


def the_anchor_itself(world: Pki) -> bytes:
    return pki.cms(TEXT, world.root.certificate, world.root.key)


def named_as_the_anchor(world: Pki) -> bytes:
    own = world.root.issue(world.root.certificate.subject, world.root.key.public_key(), until=START - YEAR / 2)
    return pki.cms(TEXT, own, world.root.key)


def an_authority(world: Pki) -> bytes:
    return pki.cms(TEXT, world.middle.certificate, world.middle.key)


def other_names(world: Pki, **attributes: str) -> bytes:
    return world.sign(world.middle.issue(pki.subject_of("Анна", **attributes), world.key.public_key()))


def asked_policy(world: Pki, *policies: str) -> bytes:
    world.policies = (KC1,)
    said = x509.CertificatePolicies([x509.PolicyInformation(ObjectIdentifier(p), None) for p in policies])
    more = ((said, False),) if policies else ()
    world.middle = world.root.authority("Qualified", more=more)
    world.lists, world.others = [world.root.crl(), world.middle.crl()], [world.middle.certificate]
    return world.sign(world.leaf(more=more))


CERTIFICATES = {
    "expired": (leafs(until=START - timedelta(minutes=2)), "certificate-refused expired"),
    "within the skew": (leafs(until=START - timedelta(seconds=30)), "ok"),
    "not yet valid": (leafs(since=START + timedelta(minutes=2)), "certificate-refused not-yet-valid"),
    "wrong extended usage": (leafs(extended=(ExtendedKeyUsageOID.SERVER_AUTH,)), "certificate-refused usage"),
    "no extended usage": (leafs(extended=None), "ok"),
    "e-mail": (leafs(extended=(ExtendedKeyUsageOID.EMAIL_PROTECTION,)), "ok"),
    "wrong usage": (leafs(usages=("key_agreement",)), "certificate-refused usage"),
    "no usage": (leafs(usages=()), "certificate-refused usage"),
    "non-repudiation": (leafs(usages=("content_commitment",)), "ok"),
    "an authority": (leafs(ca=True, usages=("digital_signature", "key_cert_sign")), "certificate-refused authority"),
    "the authority above": (an_authority, "certificate-refused authority"),
    "the anchor itself": (the_anchor_itself, "certificate-refused authority"),
    "the anchor's name and key in another certificate": (named_as_the_anchor, "certificate-refused authority"),
    "self-signed": (self_signed, "certificate-refused untrusted"),
    "another root of the same name": (stranger, "certificate-refused untrusted"),
    "intermediate that is none": (by_no_authority, "certificate-refused path"),
    "path length": (path_too_long, "certificate-refused path"),
    "name constraint": (name_constraint, "certificate-refused path"),
    "weak key above": (weak_middle, "algorithm-unsupported"),
    "unknown critical extension": (
        leafs(more=((x509.UnrecognizedExtension(ObjectIdentifier("1.2.3.4"), b"\x05\x00"), True),)),
        "certificate-refused path",
    ),
    "no SNILS": (lambda w: other_names(w, surname="Журавлёва"), "certificate-refused snils"),
    "a SNILS that is none": (lambda w: other_names(w, snils="11223344594"), "certificate-refused snils"),
    "policy": (lambda w: asked_policy(w, KC1), "ok"),
    "another policy": (lambda w: asked_policy(w, "1.2.643.100.113.2"), "certificate-refused path"),
    "no policy": (asked_policy, "certificate-refused path"),
}


@pytest.mark.parametrize("case", CERTIFICATES)
def test_certificates(case):
    make, expected = CERTIFICATES[case]
    world = Pki()
    assert answer(world, make(world)) == expected


def test_two_snils_are_none():
    world = Pki()
    twice = x509.Name([*SUBJECT, x509.NameAttribute(pki.SNILS, "11223344595", _type=x509.name._ASN1Type.NumericString)])
    proof = world.sign(world.middle.issue(twice, world.key.public_key()))
    assert answer(world, proof) == "certificate-refused snils"


def test_a_usage_that_the_anchor_allows():
    own = ObjectIdentifier("1.2.643.3.5.10.2.12")
    world = Pki()
    proof = world.sign(world.leaf(extended=(own,)))
    assert answer(world, proof) == "certificate-refused usage"
    world.usages = (own.dotted_string,)
    assert answer(world, proof) == "ok"


@pytest.mark.parametrize(("since", "until"), [(-5, -1), (1, 5)], ids=["expired", "not yet"])
def test_an_anchor_has_its_time_too(since, until):
    world = Pki()
    world.root = pki.root(since=START + since * YEAR, until=START + until * YEAR)
    assert answer(world, world.sign()).startswith("certificate-refused")


def test_nothing_is_trusted_without_anchors():
    world = Pki()
    sent = Proof(cms=world.sign())
    with pytest.raises(MedkartaError) as caught:
        world.certificates.verify(sent, TEXT, Trust(), START)
    assert caught.value.extra == {"reason": "untrusted"}
