"""Electronic signatures of people: the forms and algorithms that are accepted, hostile input, GOST (ID-5)."""

from __future__ import annotations

import hashlib
import time

import pytest
from asn1crypto import algos, core
from asn1crypto import cms as asn1_cms
from asn1crypto import crl as asn1_crl
from asn1crypto import x509 as asn1_x509
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, padding
from cryptography.x509.oid import ObjectIdentifier
from hypothesis import given, settings
from hypothesis import strategies as st

from chalicelib.crypto.certificates import X509Certificates
from chalicelib.crypto.signature_algorithms import SignatureAlgorithms
from chalicelib.domain.signatures import MAX_CERTIFICATES, Proof
from chalicelib.errors import AlgorithmUnsupportedError, MedkartaError
from chalicelib.ports.certificates import Anchor, Trust
from tests import pki
from tests.effort import tried
from tests.fakes import START
from tests.pki import der
from tests.signed import SUBJECT, TEXT, Pki, answer, leaf_of

pytestmark = pytest.mark.requirement("ID-5")


@pytest.mark.parametrize("kind", ["ec", "ec384", "2048", "3072"])
@pytest.mark.parametrize("digest", [hashes.SHA256, hashes.SHA384, hashes.SHA512])
def test_a_signature_in_cms(kind, digest):
    world = Pki(kind)
    found = world.check(world.sign(digest=digest()))
    assert (found.snils, found.last_name, found.given_names) == ("11223344595", "Журавлёва", "Ксения Аркадьевна")
    assert found.anchor == hashlib.sha256(world.root.der).hexdigest()
    assert found.birth_date == ""


def test_pss_in_cms():
    world = Pki("2048")
    assert answer(world, world.sign(pss=True)) == "ok"


@pytest.mark.parametrize(
    ("kind", "algorithm"),
    [("2048", "rsa-sha256"), ("2048", "rsa-pss-sha384"), ("ec", "ecdsa-sha256"), ("ec384", "ecdsa-sha384")],
)
def test_a_signature_without_cms(kind, algorithm):
    world = Pki(kind)
    assert answer(world, raw(world, algorithm)) == "ok"
    assert answer(world, raw(world, algorithm), TEXT + b"x") == "credentials-invalid"
    others = {"rsa-sha512", "ecdsa-sha512", "rsa-pss-sha256"}
    assert {answer(world, raw(world, algorithm, said=other)) for other in others} == {"credentials-invalid"}


def raw(world: Pki, algorithm: str, said: str = "") -> Proof:
    kind, _, name = algorithm.rpartition("-")
    digest = {"sha256": hashes.SHA256, "sha384": hashes.SHA384, "sha512": hashes.SHA512}[name]()
    if kind == "ecdsa":
        signature = world.key.sign(TEXT, ec.ECDSA(digest))
    elif kind == "rsa":
        signature = world.key.sign(TEXT, padding.PKCS1v15(), digest)
    else:
        signature = world.key.sign(TEXT, padding.PSS(padding.MGF1(digest), digest.digest_size), digest)
    chain = (world.middle.der,)
    return Proof(signature=signature, algorithm=said or algorithm, certificate=der(world.leaf()), chain=chain)


def test_a_birth_date_where_the_certificate_says_it():
    day = core.GeneralizedTime(START.replace(year=1987, month=4, day=12))
    attribute = asn1_x509.SubjectDirectoryAttribute({"type": "1.3.6.1.5.5.7.9.1", "values": [day]})
    content = asn1_x509.SubjectDirectoryAttributes([attribute]).dump()
    world = Pki()
    leaf = world.leaf(more=((x509.UnrecognizedExtension(ObjectIdentifier("2.5.29.9"), content), False),))
    assert world.check(world.sign(leaf)).birth_date == "1987-04-12"


# --- hostile input


def test_many_ways_through_certificates_take_no_time():
    world = Pki()
    loops = [pki.root("Loop") for _ in range(1)]
    ring = [loops[0].authority("Loop").certificate for _ in range(MAX_CERTIFICATES - 1)]
    leaf = loops[0].issue(SUBJECT, world.key.public_key())
    world.root.certificate = loops[0].certificate
    proof = pki.cms(TEXT, leaf, world.key, *ring)
    begun = time.monotonic()
    assert answer(world, proof) != "ok"
    assert time.monotonic() - begun < 2


BASE = Pki()
SAMPLE = BASE.sign()
LEAF = leaf_of(SAMPLE)
ANSWER = BASE.middle.ocsp(x509.load_der_x509_certificate(LEAF))
LIST = BASE.middle.crl()


@settings(max_examples=tried(150), deadline=None)
@given(st.lists(st.tuples(st.integers(0, 4000), st.integers(0, 255)), min_size=1, max_size=4), st.integers(0, 2))
def test_broken_der_is_an_answer_and_no_accident(changes, what):
    sample = bytearray((SAMPLE, ANSWER, LIST)[what])
    for place, value in changes:
        sample[place % len(sample)] = value
    content = bytes(sample)
    found = None
    try:
        if what == 0:
            BASE.certificates.verify(Proof(cms=content), TEXT, BASE.trust, START)
        elif what == 1:
            BASE.certificates.verify(Proof(cms=SAMPLE, ocsp=(content,)), TEXT, BASE.trust, START)
        else:
            BASE.certificates.revocation_list(content, (BASE.middle.der,), BASE.trust, START)
    except MedkartaError as error:
        found = error
    assert found is None or found.status < 500


@settings(max_examples=tried(60), deadline=None)
@given(st.binary(max_size=200))
def test_noise_is_an_answer_and_no_accident(noise):
    for proof in (Proof(cms=noise), Proof(signature=b"x", certificate=noise, algorithm="rsa-sha256")):
        with pytest.raises(MedkartaError) as caught:
            BASE.certificates.verify(proof, TEXT, BASE.trust, START)
        assert caught.value.status < 500


# --- GOST


SPKI = bytes.fromhex("300a06082a85030701010101") + core.OctetBitString(b"gost key" + bytes(56)).dump()
GOST_KEY = asn1_x509.PublicKeyInfo.load(b"\x30" + bytes([len(SPKI)]) + SPKI)


class Streebog:
    """Stands for a certified provider: it accepts one signature."""

    digests = frozenset({"1.2.643.7.1.1.2.2"})
    signatures = frozenset({"1.2.643.7.1.1.1.1", "1.2.643.7.1.1.3.2"})

    def digest(self, oid: str, data: bytes) -> bytes:
        return hashlib.sha256(b"streebog" + data).digest()

    def verify(self, oid: str, public_key_info: bytes, signature: bytes, data: bytes) -> bool:
        return b"gost key" in public_key_info and signature == hashlib.sha256(data).digest()


def gost(world: Pki) -> bytes:
    """CMS by a key of GOST R 34.10-2012 whose certificate an ordinary authority has signed."""
    certificate = asn1_x509.Certificate.load(der(world.leaf()))
    tbs = certificate["tbs_certificate"]
    tbs["subject_public_key_info"] = GOST_KEY
    certificate["signature_value"] = world.middle.key.sign(tbs.dump(force=True), ec.ECDSA(hashes.SHA256()))
    found = asn1_cms.ContentInfo.load(world.sign())
    data = found["content"]
    loaded = asn1_x509.Certificate.load(certificate.dump(force=True))
    data["certificates"] = [loaded, asn1_x509.Certificate.load(world.middle.der)]
    signer = data["signer_infos"][0]
    signer["sid"] = asn1_cms.SignerIdentifier(
        name="issuer_and_serial_number", value={"issuer": loaded.issuer, "serial_number": loaded.serial_number}
    )
    signer["digest_algorithm"] = algos.DigestAlgorithm({"algorithm": "1.2.643.7.1.1.2.2"})
    signer["signature_algorithm"] = algos.SignedDigestAlgorithm({"algorithm": "1.2.643.7.1.1.1.1"})
    kept = [a for a in signer["signed_attrs"] if a["type"].native == "content_type"]
    digest = asn1_cms.CMSAttribute({"type": "message_digest", "values": [Streebog().digest("", TEXT)]})
    signer["signed_attrs"] = asn1_cms.CMSAttributes([*kept, digest])
    covered = b"\x31" + signer["signed_attrs"].dump(force=True)[1:]
    signer["signature"] = hashlib.sha256(covered).digest()
    return found.dump(force=True)


def test_gost_is_named_where_no_provider_is():
    world = Pki()
    with pytest.raises(AlgorithmUnsupportedError) as caught:
        world.check(gost(world))
    assert caught.value.detail == "GOST R 34.11-2012, 256 bits"


def under_gost(der_bytes: bytes, kind: type, *, own_key: bool = False) -> bytes:
    """A certificate or list as an authority of GOST would have signed it."""
    found = kind.load(der_bytes)
    tbs = found["tbs_certificate" if kind is asn1_x509.Certificate else "tbs_cert_list"]
    found["signature_algorithm"] = tbs["signature"] = algos.SignedDigestAlgorithm({"algorithm": "1.2.643.7.1.1.3.2"})
    if own_key:
        tbs["subject_public_key_info"] = GOST_KEY
    found["signature_value" if kind is asn1_x509.Certificate else "signature"] = hashlib.sha256(
        tbs.dump(force=True)
    ).digest()
    return found.dump(force=True)


def test_authorities_and_lists_by_a_provider():
    world = Pki()
    world.certificates = X509Certificates(SignatureAlgorithms([Streebog()]))
    root = under_gost(world.root.der, asn1_x509.Certificate, own_key=True)
    middle = under_gost(world.middle.der, asn1_x509.Certificate, own_key=True)
    leaf = under_gost(der(world.leaf()), asn1_x509.Certificate)
    lists = tuple(under_gost(a.crl(), asn1_crl.CertificateList) for a in (world.root, world.middle))
    trust = Trust((Anchor("gost", root),), lists)
    signature = world.key.sign(TEXT, ec.ECDSA(hashes.SHA256()))
    sent = Proof(signature=signature, algorithm="ecdsa-sha256", certificate=leaf, chain=(middle,))
    assert world.certificates.verify(sent, TEXT, trust, START).anchor == "gost"
    assert world.certificates.anchor(root, START).name == "Common Name: Root"
    assert world.certificates.revocation_list(lists[1], (middle,), trust, START).number == 1
    without = X509Certificates()
    for call in (
        lambda: without.verify(sent, TEXT, trust, START),
        lambda: without.anchor(root, START),
        lambda: without.revocation_list(lists[0], (), trust, START),
    ):
        with pytest.raises(AlgorithmUnsupportedError) as caught:
            call()
        assert caught.value.detail.startswith("GOST R 34.10-2012")


def test_gost_by_a_provider():
    world = Pki()
    world.certificates = X509Certificates(SignatureAlgorithms([Streebog()]))
    assert world.check(gost(world)).snils == "11223344595"
    assert answer(world, gost(world), b"another text") == "credentials-invalid"
