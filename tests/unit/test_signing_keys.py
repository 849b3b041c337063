"""Signing keys: what they cost, whom to believe, how they come and go."""

from __future__ import annotations

import json
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
from cryptography.hazmat.primitives.asymmetric import ec

from chalicelib.crypto import jwe, jws
from chalicelib.crypto.signer import PURPOSES
from chalicelib.errors import (
    ConflictError,
    KeyIntegrityError,
    KeyUnavailableError,
    NotSignedInError,
    OutcomeUnknownError,
    UnavailableError,
)
from chalicelib.ports.tables import Delete, Put
from tests.unit.crypto_fakes import FOREIGN_KEY, SYSTEM_KEY, TENANT, refusal
from tests.unit.signer_fakes import AUDIENCE, ISSUER, Place, active, pair, part, refused, signed_with

pytestmark = pytest.mark.requirement("ID-9", "RX-2")


@pytest.fixture
def here() -> Place:
    place = Place()
    place.token()
    place.cost()
    return place


# --- price


def test_price_of_the_first_and_of_further_tokens() -> None:
    here = Place()
    token = here.token()
    assert here.cost() == (2, 3)  # encrypt and decrypt; active, commit, key row
    for _ in range(3):
        here.verify(here.token())
    assert here.cost() == (0, 0)
    there = Place(here)
    there.verify(token)
    assert here.cost() == (1, 1)
    there.token()
    assert here.cost() == (0, 1)


def test_key_is_unwrapped_once_an_environment_and_its_row_looked_at_every_five_minutes(here: Place) -> None:
    for _ in range(5):
        here.clock.advance(minutes=5)
        here.verify(here.token())
    assert here.cost() == (0, 10)


def test_row_that_was_deleted_disarms_its_key_within_five_minutes(here: Place) -> None:
    token = here.token()
    here.tables.commit([Delete(pair(here.active_kid()))])
    here.verify(token)
    here.clock.advance(minutes=5)
    refused(here, token)
    with pytest.raises(KeyIntegrityError):
        here.token()


def test_unknown_kid_costs_one_read_and_cannot_push_out_known_keys(here: Place) -> None:
    stranger = ec.generate_private_key(ec.SECP256R1())
    kids = [jws.b64(n.to_bytes(32, "big")) for n in range(300)]

    def forged(kid: str) -> str:
        return signed_with(stranger, {"alg": "ES256", "typ": "at+jwt", "kid": kid}, here.claims(iss=ISSUER))

    good = here.token()
    for kid in kids:
        refused(here, forged(kid))
    assert here.cost() == (0, 300)
    for kid in kids:
        refused(here, forged(kid))
    here.verify(good)
    assert here.cost() == (0, 0)
    for kid in ("", "x" * 42, "x" * 44, "../active", "é" * 43):
        refused(here, forged(kid))
    assert here.cost() == (0, 0)
    here.clock.advance(seconds=30)
    refused(here, forged(kids[0]))
    assert here.cost() == (0, 1)


# --- whom to believe


def planted(place: Place) -> tuple[ec.EllipticCurvePrivateKey, str]:
    """What a database administrator can do without KMS: a row with a key pair of their own."""
    private = ec.generate_private_key(ec.SECP256R1())
    jwk = jws.jwk_of(private.public_key())
    kid = jws.thumbprint(jwk)
    real = place.tables.rows()[pair(place.active_kid())]
    place.tables.commit([Put(pair(kid), {**real, "public": jwk}, expect=None)])
    return private, kid


def test_planted_key_neither_signs_nor_is_published(here: Place, caplog: pytest.LogCaptureFixture) -> None:
    private, kid = planted(here)
    token = signed_with(private, {"alg": "ES256", "typ": "at+jwt", "kid": kid}, here.claims(iss=ISSUER))
    with pytest.raises(KeyIntegrityError):
        here.verify(token)
    published = {key["kid"] for key in here.signer.published()["keys"]}
    assert kid not in published
    assert here.active_kid() in published
    assert "does not unwrap" in caplog.text
    assert kid not in caplog.text
    here.tables.tamper(active(), kid=kid)
    with pytest.raises(KeyIntegrityError):
        Place(here).token()


@pytest.mark.parametrize("damage", [{"wrapped": b""}, {"key_arn": FOREIGN_KEY}, {"key_arn": 5}, {"retired_at": "soon"}])
def test_damaged_key_row_is_an_alarm(here: Place, damage: dict) -> None:
    token = here.token()
    here.tables.tamper(pair(here.active_kid()), **damage)
    with pytest.raises(KeyIntegrityError):
        Place(here).verify(token)


def test_key_of_one_purpose_or_tenant_does_not_serve_another(here: Place) -> None:
    token = here.token()
    kid = here.active_kid()
    row = here.tables.rows()[pair(kid)]
    here.tables.commit([Put(pair(kid, "prescription"), row)])
    key = here.signer._keys.active("access")
    forged = signed_with(
        key.private, {"alg": "ES256", "typ": "medkarta-rx+jws", "kid": kid, "zip": "DEF"}, {"iss": ISSUER}
    )
    with pytest.raises(KeyIntegrityError):
        here.signer.verify(forged, purpose="prescription")
    with pytest.raises(KeyIntegrityError):
        Place(here, tenant="hospital-2").verify(token)


@pytest.mark.parametrize("secret", [bytes(32), b"\xff" * 32, b"", (5).to_bytes(32, "big")])
def test_unwrapped_secret_that_is_not_the_key_of_its_kid_is_an_alarm(here: Place, secret: bytes) -> None:
    token = here.token()
    kid = here.active_kid()
    context = {"purpose": "signing", "tenant": TENANT, "use": "access", "kid": kid}
    blob = here.kms.encrypt(KeyId=SYSTEM_KEY, Plaintext=secret, EncryptionContext=context)["CiphertextBlob"]
    here.tables.tamper(pair(kid), wrapped=blob)
    with pytest.raises(KeyIntegrityError):
        Place(here).verify(token)


def test_private_key_is_stored_wrapped_only_and_never_printed(here: Place) -> None:
    key = here.signer._keys.active("access")
    secret = key.private.private_numbers().private_value.to_bytes(32, "big")
    assert secret not in here.tables.raw_bytes()
    assert "private" not in repr(key)
    assert "d" not in {name for jwk in here.signer.published()["keys"] for name in jwk}


def test_kms_that_does_not_answer_is_unavailable_and_not_a_bad_token(here: Place) -> None:
    token = here.token()
    there = Place(here)
    here.kms.fail_next(refusal("ThrottlingException"))
    with pytest.raises(KeyUnavailableError):
        there.verify(token)
    assert there.verify(token)["sub"] == "p1"


# --- keys come and go


def test_environments_that_make_the_first_key_together_agree() -> None:
    first = Place()
    places = [first, *(Place(first) for _ in range(7))]
    with ThreadPoolExecutor(8) as pool:
        tokens = list(pool.map(Place.token, places))
    assert {json.loads(part(token, 0))["kid"] for token in tokens} == {first.active_kid()}
    assert all(place.verify(token) for place in places for token in tokens)


def test_lost_reply_of_the_first_key_is_settled() -> None:
    here = Place()
    here.tables.lose_reply_next()
    assert here.verify(here.token())["sub"] == "p1"


@pytest.mark.parametrize("failure", [OutcomeUnknownError(), ConflictError(index=-1)])
def test_first_key_that_cannot_be_stored_for_certain_is_no_alarm(failure: Exception) -> None:
    here = Place()
    here.tables.fail_next_commit(4, failure)
    with pytest.raises(UnavailableError):
        here.token()
    here.tables.fail_next_commit(3, failure)
    assert here.verify(here.token())["sub"] == "p1"


def test_rotation_keeps_old_tokens_and_signs_with_the_new_key(here: Place) -> None:
    there = Place(here)
    old = there.token()
    kid = here.active_kid()
    here.cost()
    assert here.signer.rotate("access")
    assert here.active_kid() != kid
    assert json.loads(part(here.token(), 0))["kid"] == here.active_kid()
    assert here.verify(old)
    assert there.verify(here.token())
    assert json.loads(part(there.token(), 0))["kid"] == kid
    here.clock.advance(minutes=5)
    assert json.loads(part(there.token(), 0))["kid"] == here.active_kid()


@pytest.mark.parametrize("purpose", sorted(PURPOSES))
def test_retired_key_is_published_and_believed_until_all_it_signed_is_over(here: Place, purpose: str) -> None:
    here.signer.issue(here.claims(), purpose=purpose)
    retired = here.active_kid(purpose)
    here.signer.rotate(purpose)
    rules = PURPOSES[purpose]
    kept = rules.kept

    def published() -> bool:
        listed = {key["kid"] for key in here.signer.published(purpose if rules.alone else "")["keys"]}
        assert not rules.alone or retired not in {key["kid"] for key in here.signer.published()["keys"]}
        return retired in listed

    private = here.signer._keys.by_kid(purpose, retired).private
    zipped = {"zip": "DEF"} if rules.deflated else {}
    form = {"alg": "dir", "enc": "A256GCM"} if rules.sealed else {"alg": "ES256"}
    header = {**form, "kid": retired, **zipped} | ({"typ": rules.typ} if rules.typ else {})
    make = jwe.make if rules.sealed else signed_with

    def believed() -> bool:
        token = make(private, header, here.claims(iss=ISSUER))
        try:
            here.signer.verify(token, purpose=purpose, audience=AUDIENCE)
        except NotSignedInError:
            return False
        return True

    here.clock.advance(seconds=kept.total_seconds() - 1)
    assert published()
    assert believed()
    here.clock.advance(minutes=5)
    assert not published()
    assert not believed()


def test_keys_are_kept_longer_than_anything_they_signed_lives() -> None:
    for rules in PURPOSES.values():
        assert rules.kept > (rules.longest or timedelta(days=366)) + timedelta(minutes=10)


def test_of_two_rotations_at_once_one_wins(here: Place) -> None:
    there = Place(here)
    here.tables.before_next_commit(lambda: there.signer.rotate("access"))
    assert here.signer.rotate("access") is False
    assert here.verify(here.token())
    assert json.loads(part(here.token(), 0))["kid"] == here.active_kid()


def test_lost_reply_of_a_rotation_is_recognised(here: Place) -> None:
    here.tables.lose_reply_next()
    assert here.signer.rotate("access") is True


def test_key_that_was_lost_between_two_reads_is_an_alarm(here: Place) -> None:
    """Somebody wins the first key and then removes it; ``active`` never names what is no kid."""
    lost = Place()
    lost.tables.fail_next_commit(1, ConflictError(index=0))
    with pytest.raises(KeyIntegrityError):
        lost.token()
    here.tables.tamper(active(), kid="short")
    with pytest.raises(KeyIntegrityError):
        Place(here).token()


def test_rotation_before_the_first_key_makes_one() -> None:
    here = Place()
    assert here.signer.rotate("access") is True
    assert here.active_kid()


def test_keys_rotate_when_they_are_due_and_not_again(here: Place) -> None:
    for purpose in ("", "health-card", "sealed", "transfer", "transfer-box"):
        here.signer.published(purpose)
    assert here.signer.rotate_if_due() == 0
    here.clock.advance(days=91)
    assert here.signer.rotate_if_due() == len(PURPOSES) - 1
    assert here.signer.rotate_if_due() == 0
    here.clock.advance(days=275)
    assert here.signer.rotate_if_due() == len(PURPOSES)
    assert Place().signer.rotate_if_due() == 0


def test_published_keys_of_many_years_come_whole(here: Place) -> None:
    for _ in range(60):
        here.signer.rotate("prescription")
    assert (
        len(here.signer.published()["keys"]) == 60 + len([rules for rules in PURPOSES.values() if not rules.alone]) - 1
    )
    here.cost()
    here.signer.published()
    assert here.cost() == (0, 0)


def test_keys_wrapped_by_a_former_system_key_still_serve(here: Place) -> None:
    token = here.token()
    moved = Place(here, system_key_arn=SYSTEM_KEY + "2", former_key_arns=[SYSTEM_KEY])
    assert moved.verify(token)
    moved.signer.rotate("access")
    here.kms.disabled.add(SYSTEM_KEY)
    assert Place(here, system_key_arn=SYSTEM_KEY + "2").token()
