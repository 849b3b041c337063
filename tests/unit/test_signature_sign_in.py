"""Sign-in and confirmation of identity by electronic signature (ID-5, ID-7)."""

from __future__ import annotations

from base64 import b64encode
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest

from chalicelib.domain.assurance import level_of
from chalicelib.errors import (
    AuditUnavailableError,
    CertificateRefusedError,
    CredentialsError,
    IdentityMismatchError,
    InvalidFieldsError,
    MedkartaError,
    NoAccountError,
    RevocationUnknownError,
    TooLargeError,
    WrongStateError,
)
from chalicelib.ports import keys
from chalicelib.ports.certificates import CACHE_SECONDS
from chalicelib.ports.tables import Update
from tests import pki
from tests.accounts import CALLER
from tests.pki import der
from tests.signature_world import URL, SignatureWorld

pytestmark = pytest.mark.requirement("ID-5")


@pytest.fixture
def world() -> SignatureWorld:
    return SignatureWorld()


def test_a_signature_stands_for_the_password_and_the_second_factor_follows(world):
    begun = world.begun()
    assert URL in begun["text"]
    assert begun["ocsp_nonce"] in begun["text"]
    made = world.signatures.finish(CALLER, begun["challenge_id"], world.signed(begun))
    assert made["factors"] == ["sms"]
    assert world.row(keys.challenge(made["challenge_id"]))["method"] == "signature"
    tokens = world.second_factor(made["challenge_id"])
    assert world.actor(tokens).person_id == world.person
    (event,) = world.events("session:signature")
    assert (event.outcome, event.subject) == ("success", world.person)
    assert len(event.details["certificate"]) == 64


def test_a_signature_without_cms_and_an_answer_of_the_responder(world):
    world.tables.commit([world.forget_list(world.middle)])
    begun = world.begun()
    with pytest.raises(RevocationUnknownError):
        world.signatures.finish(CALLER, begun["challenge_id"], world.signed(begun))
    begun = world.begun()
    answer = world.middle.ocsp(world.certificate, nonce=bytes.fromhex(begun["ocsp_nonce"]))
    form = {**world.signed(begun), "ocsp": [b64encode(answer).decode()]}
    assert world.signatures.finish(CALLER, begun["challenge_id"], form)


def test_a_text_is_good_once_right_or_wrong(world):
    begun = world.begun()
    form = world.signed(begun)
    world.signatures.finish(CALLER, begun["challenge_id"], form)
    with pytest.raises(CredentialsError):
        world.signatures.finish(CALLER, begun["challenge_id"], form)
    begun = world.begun()
    for form in (world.signed(world.begun()), world.signed(begun)):  # a wrong one, then the right one
        with pytest.raises(CredentialsError):
            world.signatures.finish(CALLER, begun["challenge_id"], form)
    assert {e.reason for e in world.events("session:signature")[1:]} == {"credentials-invalid"}


def test_answers_at_once_make_one_challenge(world):
    begun = world.begun()
    form = world.signed(begun)

    def finish(_n: int) -> Any:
        try:
            return world.signatures.finish(CALLER, begun["challenge_id"], form)["challenge_id"]
        except CredentialsError:
            return None

    with ThreadPoolExecutor(4) as pool:
        assert len([made for made in pool.map(finish, range(4)) if made]) == 1


def test_a_text_lives_five_minutes_and_is_of_one_purpose(world):
    begun = world.begun()
    world.clock.advance(minutes=5)
    with pytest.raises(CredentialsError):
        world.signatures.finish(CALLER, begun["challenge_id"], world.signed(begun))
    confirming = world.signatures.begin_confirmation(world.me)
    with pytest.raises(CredentialsError):
        world.signatures.finish(CALLER, confirming["challenge_id"], world.signed(confirming))
    signing_in = world.begun()
    with pytest.raises(CredentialsError):
        world.signatures.finish_confirmation(world.me, signing_in["challenge_id"], world.signed(signing_in))
    with pytest.raises(CredentialsError):
        world.signatures.finish(CALLER, "unknown", world.signed(signing_in))


def test_a_text_that_could_not_be_read_is_not_used_up(world):
    begun = world.begun()
    for form in ({"cms": "*"}, {}, {"cms": "MAA=", "signature": "MAA="}, {"signature": "MAA="}):
        with pytest.raises(InvalidFieldsError):
            world.signatures.finish(CALLER, begun["challenge_id"], form)
    with pytest.raises(TooLargeError):
        world.signatures.finish(CALLER, begun["challenge_id"], {"cms": b64encode(bytes(70_000)).decode()})
    assert world.signatures.finish(CALLER, begun["challenge_id"], world.signed(begun))


@pytest.mark.parametrize("algorithm", ["", "md5", "rsa-sha1"])
def test_parts_without_cms_name_their_algorithm(world, algorithm):
    begun = world.begun()
    form = {"signature": "MAA=", "certificate": "MAA=", "algorithm": algorithm}
    with pytest.raises(InvalidFieldsError) as caught:
        world.signatures.finish(CALLER, begun["challenge_id"], form)
    assert caught.value.fields[0].field == "/algorithm"


def test_who_has_no_account_is_told_so(world):
    stranger = world.certified(snils=world.form(7)["snils"])
    with pytest.raises(NoAccountError):
        world.finish(stranger)
    for state in ("unclaimed", "ward"):
        world.tables.commit([Update(keys.profile(world.person), {"state": state})])
        with pytest.raises(NoAccountError):
            world.finish()
    world.tables.commit([Update(keys.profile(world.person), {"state": "blocked"})])
    with pytest.raises(CredentialsError) as caught:
        world.finish()
    assert caught.value.code == "credentials-invalid"
    assert {e.subject for e in world.events("session:signature")} == {"sys"}


def test_an_account_that_is_closed_meanwhile_opens_nothing(world):
    begun = world.begun()
    form = world.signed(begun)
    world.change_after_verifying(Update(keys.profile(world.person), {"state": "blocked"}))
    with pytest.raises(CredentialsError):
        world.signatures.finish(CALLER, begun["challenge_id"], form)
    assert not [k for k in world.tables.rows(keys.Store.IDENTITY) if k.pk.startswith("CHALLENGE#")]


def test_a_recovery_makes_the_challenge_useless_and_not_the_certificate(world):
    for _ in range(2):
        begun = world.finish()["challenge_id"]
        world.tables.commit([Update(keys.profile(world.person), {}, {"epoch": 1})])
        with pytest.raises(CredentialsError):
            world.second_factor(begun)
    assert world.second_factor(world.finish()["challenge_id"])


def test_without_its_audit_entry_there_is_no_challenge(world):
    begun = world.begun()
    world.audit.fail_next()
    with pytest.raises(AuditUnavailableError):
        world.signatures.finish(CALLER, begun["challenge_id"], world.signed(begun))
    assert not world.events("session:signature")


def test_what_is_stored_and_told_names_nobody(world):
    made = world.finish()
    stored = world.tables.raw_bytes()
    assert world.form()["snils"].encode() not in stored
    assert "Журавлёва".encode() not in stored
    assert made


# --- whom to trust


def test_a_removed_anchor_counts_no_more_after_a_minute(world):
    assert world.finish()
    row = world.row(keys.trust_anchor(world.anchor))
    world.tables.commit([Update(keys.trust_anchor(world.anchor), {"state": "removed"})])  # by another environment
    world.clock.advance(seconds=CACHE_SECONDS - 1)
    assert world.finish()
    world.clock.advance(seconds=1)
    with pytest.raises(CertificateRefusedError):
        world.finish()
    world.tables.commit([Update(keys.trust_anchor(world.anchor), {"state": row["state"]})])
    world.clock.advance(seconds=CACHE_SECONDS)
    world.trust.remove(world.administrator, world.anchor)  # by this one
    with pytest.raises(CertificateRefusedError):
        world.finish()


def test_a_list_that_names_the_certificate(world):
    assert world.finish()
    world.middle.revoked.add(world.certificate.serial_number)
    world.put_list(world.middle, 2)
    with pytest.raises(CertificateRefusedError) as caught:
        world.finish()
    assert caught.value.extra == {"reason": "revoked"}


# --- confirmation


@pytest.mark.requirement("ID-7")
def test_a_signature_confirms_an_identity(world):
    assert level_of(world.row(keys.profile(world.person))) == 1
    assert world.confirm() == {"confirmed": True, "channel": "signature"}
    assert level_of(world.row(keys.profile(world.person))) == 3
    assert world.told(world.person) == ["signature_confirmed"]
    assert [e.outcome for e in world.events("identity-signature:finish")] == ["success"]


@pytest.mark.requirement("ID-7")
@pytest.mark.parametrize(
    ("changes", "differing"),
    [
        ({"snils": "11223344595"}, "snils"),
        ({"surname": "Другая"}, "last_name"),
        ({"given": "Ксения"}, "given_names"),
        ({"given": "Мария Аркадьевна", "surname": "Другая"}, "last_name given_names"),
    ],
)
def test_another_persons_signature_confirms_nothing(world, changes, differing):
    with pytest.raises(IdentityMismatchError) as caught:
        world.confirm(world.certified(**changes))
    assert caught.value.extra == {"differing": differing}
    assert level_of(world.row(keys.profile(world.person))) == 1
    assert world.told(world.person) == ["signature_differs"]
    assert world.events("identity-signature:finish")[-1].outcome == "denied"


def test_letters_that_differ_in_writing_alone_are_the_same(world):
    assert world.confirm(world.certified(surname="ЖУРАВЛЕВА", given="КСЕНИЯ АРКАДЬЕВНА"))


def test_another_session_does_not_end_a_confirmation(world):
    begun = world.signatures.begin_confirmation(world.me)
    for other in (world.actor(world.enter()), world.somebody()):
        with pytest.raises(CredentialsError):
            world.signatures.finish_confirmation(other, begun["challenge_id"], world.signed(begun))


def test_the_profile_that_was_compared_is_the_one_that_rises(world):
    begun = world.signatures.begin_confirmation(world.me)
    form = world.signed(begun)
    world.change_after_verifying(Update(keys.profile(world.person), {}, {"ver": 1}))
    with pytest.raises(WrongStateError):
        world.signatures.finish_confirmation(world.me, begun["challenge_id"], form)


def test_every_refusal_has_a_code(world):
    """Also that of a certificate by nobody, which is the likeliest of all."""
    stranger = pki.root("Stranger")
    certificate = stranger.issue(world.subject(), world.key.public_key())
    with pytest.raises(MedkartaError) as caught:
        world.finish(certificate)
    assert (caught.value.code, caught.value.status) == ("certificate-refused", 401)
    assert der(certificate)
