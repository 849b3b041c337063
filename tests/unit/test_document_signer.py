"""Keys of documents and what certificate is taken for them (DOC-3)."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from cryptography.hazmat.primitives import hashes
from cryptography.x509 import load_der_x509_csr

from chalicelib.domain.identity import PersonId
from chalicelib.domain.signing import doctor_subject, organisation_subject
from chalicelib.errors import (
    AlgorithmUnsupportedError,
    CertificateRefusedError,
    InvalidFieldsError,
    KeyIntegrityError,
    KeyUnavailableError,
    RevocationUnknownError,
    SigningRequestError,
)
from chalicelib.ports import keys
from chalicelib.ports.certificates import Trust
from chalicelib.ports.tables import Put, Store
from tests import pki
from tests.document_keys import CLINIC, DAY, USAGES, Signing, printed
from tests.unit.crypto_fakes import SYSTEM_KEY, refusal

pytestmark = [pytest.mark.requirement("DOC-3", "SEC-1")]


@pytest.fixture
def world() -> Signing:
    return Signing()


@pytest.mark.parametrize(("algorithm", "size"), [("ecdsa-p256", 256), ("rsa-2048", 2048)])
def test_a_request_is_signed_by_its_own_key_which_is_stored_wrapped(world: Signing, algorithm: str, size: int) -> None:
    kid, request = world.asked(algorithm)
    assert request.is_signature_valid
    assert request.public_key().key_size == size
    assert "Клиника" in request.subject.rfc4514_string()
    row = world.tables.get(keys.document_key(CLINIC, kid))
    assert row
    assert set(row) >= {"wrapped", "key_arn", "algorithm"}
    assert b"PRIVATE" not in bytes(row["wrapped"])
    assert world.kms.calls["encrypt"] == 1


LONG = "Государственное бюджетное учреждение здравоохранения «Городская клиническая больница имени Боткина»"


@pytest.mark.parametrize(
    "subject",
    [
        organisation_subject(LONG, "1.2.643.5.1.13.13.12.2.77.7777"),
        organisation_subject("", ""),
        doctor_subject(
            {"last_name": "Константинопольская" * 3, "first_name": "Александра" * 5, "snils": "11223344595"}
        ),
        doctor_subject({}),
    ],
    ids=["long-organisation", "nameless", "long-doctor", "unknown"],
)
def test_any_name_fits_into_a_request(world: Signing, subject: dict[str, str]) -> None:
    made = world.signer.requested(CLINIC, "ecdsa-p256", subject)
    assert load_der_x509_csr(made.request).is_signature_valid


def test_what_is_taken_says_whose_it_is(world: Signing) -> None:
    found = world.credential()
    assert (found.owner, found.name) == (CLINIC, "Клиника")
    assert found.valid_from < world.clock() < found.valid_until
    assert world.signer.usable(found, world.trust, world.clock())


def refused(world: Signing, chain: tuple[bytes, ...], kid: str, trust: Trust | None = None) -> str:
    with pytest.raises(CertificateRefusedError) as found:
        world.accepted(kid, chain, trust=trust)
    return str(found.value.extra["reason"])


@pytest.mark.parametrize(
    ("how", "reason"),
    [
        ({"usages": ("digital_signature",)}, "usage"),
        ({"usages": ("key_encipherment",)}, "usage"),
        ({"usages": ()}, "usage"),
        ({"ca": True, "usages": (*USAGES, "key_cert_sign")}, "usage"),
        ({"until": pki.START - DAY}, "expired"),
        ({"since": pki.START + DAY}, "not-yet-valid"),
    ],
    ids=["no-commitment", "another-use", "no-use", "authority", "expired", "early"],
)
def test_a_certificate_that_cannot_sign_documents_is_refused(world: Signing, how: dict[str, Any], reason: str) -> None:
    kid, request = world.asked()
    assert refused(world, world.certified(request, **how), kid) == reason


def test_another_keys_certificate_is_refused(world: Signing) -> None:
    kid, _ = world.asked()
    _, other = world.asked()
    with pytest.raises(SigningRequestError):
        world.accepted(kid, world.certified(other))


def test_a_chain_that_leads_to_no_anchor_is_refused(world: Signing) -> None:
    kid, request = world.asked()
    chain = world.certified(request)
    assert refused(world, chain, kid, Trust()) == "untrusted"
    assert refused(world, chain[:1], kid) == "untrusted"


def test_revocation_has_to_be_known(world: Signing) -> None:
    kid, request = world.asked()
    chain = world.certified(request)
    with pytest.raises(RevocationUnknownError):
        world.accepted(kid, chain, trust=Trust(world.trust.anchors, (world.root.crl(),)))
    world.middle.revoked.add(world.middle.serial)
    assert refused(world, chain, kid) == "revoked"


def test_weak_digests_and_noise_are_refused(world: Signing) -> None:
    kid, request = world.asked()
    with pytest.raises(AlgorithmUnsupportedError):
        world.accepted(kid, world.certified(request, digest=hashes.SHA224()))
    for chain, field in (((b"0" * 500,), "/certificate"), ((*world.certified(request)[:1], b"0"), "/chain/0")):
        with pytest.raises(InvalidFieldsError) as refused_for:
            world.accepted(kid, chain)
        assert refused_for.value.fields[0].field == field


def test_a_credential_stops_being_usable(world: Signing) -> None:
    found, trust = world.credential(), world.trust
    assert not world.signer.usable(found, trust, found.valid_until)
    assert not world.signer.usable(found, trust, found.valid_from - timedelta(seconds=1))
    assert not world.signer.usable(found, Trust((), trust.lists), world.clock())
    assert world.signer.usable(found, Trust(trust.anchors), world.clock())  # a late list stops nobody
    world.middle.revoked.add(int(found.serial, 16))
    assert not world.signer.usable(found, world.trust, world.clock())


# --- the private key


def test_a_destroyed_key_signs_no_more(world: Signing) -> None:
    found = world.credential()
    world.tables.commit([world.signer.destroyed(found.owner, found.kid, world.clock())])
    with pytest.raises(KeyIntegrityError):
        world.signer.signed(printed(), found, world.clock())
    assert "wrapped" not in world.tables.rows(Store.KEYS)[keys.document_key(found.owner, found.kid)]


def test_a_key_moved_to_another_owner_does_not_unwrap(world: Signing) -> None:
    kid, _ = world.asked()
    row = world.tables.rows(Store.KEYS)[keys.document_key(CLINIC, kid)]
    other = PersonId("other")
    world.tables.commit([Put(keys.document_key(other, kid), row)])
    with pytest.raises(KeyIntegrityError):
        world.keys.opened(other, kid)


def test_a_key_under_another_key_of_kms_is_not_believed(world: Signing) -> None:
    kid, _ = world.asked()
    row = world.tables.rows(Store.KEYS)[keys.document_key(CLINIC, kid)]
    world.tables.commit([Put(keys.document_key(CLINIC, kid), {**row, "key_arn": SYSTEM_KEY + "-of-mine"}, None)])
    with pytest.raises(KeyIntegrityError):
        world.keys.opened(CLINIC, kid)


def test_without_kms_nothing_is_signed(world: Signing) -> None:
    found = world.credential()
    world.kms.fail_next(refusal("KMSInternalException"))
    with pytest.raises(KeyUnavailableError):
        world.signer.signed(printed(), found, world.clock())


def test_a_signature_costs_one_call_of_kms(world: Signing) -> None:
    found = world.credential()
    world.kms.calls.clear()
    world.signer.signed(printed(), found, world.clock())
    assert dict(world.kms.calls) == {"decrypt": 1}
