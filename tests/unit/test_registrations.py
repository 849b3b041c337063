from __future__ import annotations

import json
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest

from chalicelib.domain import limits
from chalicelib.domain.access import Permit
from chalicelib.errors import (
    AlreadyExistsError,
    CredentialsError,
    InvalidFieldsError,
    LockedOutError,
    MedkartaError,
    NotFoundError,
    OutcomeUnknownError,
    TooManyRequestsError,
    UnavailableError,
    WrongStateError,
)
from chalicelib.ports import Sealed, keys
from chalicelib.ports.tables import Store
from tests.accounts import CALLER, PASSWORD, Accounts, repeat

pytestmark = pytest.mark.requirement("ID-1", "ID-2")


@pytest.fixture
def world() -> Accounts:
    return Accounts()


def apply(world: Accounts, n: int = 1, **changes) -> str:
    return world.registrations.apply(CALLER, world.form(n, **changes))["registration_id"]


def test_a_confirmed_registration_is_an_account(world):
    person = world.register()
    row = world.tables.get(keys.profile(person))
    assert (row["state"], row["level"], row["language"], row["ver"]) == ("active", 1, "ru", 1)
    permit = Permit(person, "profile", "profile", "test")
    profile = json.loads(world.vault.open(permit, Sealed("profile", 1, row["sealed"])))
    assert profile["phone"] == "+79260012233"
    assert profile["email"] == "person1@example.org"
    assert profile["passport_series"] == "4510"
    assert not {"password", "language"} & set(profile)
    assert world.events("registration:confirm")[-1].subject == person


@pytest.mark.requirement("ACC-8")
def test_a_child_has_no_account_and_a_young_person_no_word_of_their_own(world):
    with pytest.raises(InvalidFieldsError) as refused:
        world.register(birth_date="2012-03-03")  # 14 tomorrow
    assert [(f.field, f.code) for f in refused.value.fields] == [("/birth_date", "too-young")]
    young, grown = world.register(birth_date="2012-03-02"), world.register(2, birth_date="2011-03-02")
    assert world.tables.get(keys.profile(young))["own_word_from"] == "2027-03-01T21:00:00.000Z"
    assert "own_word_from" not in world.tables.get(keys.profile(grown))


def test_nothing_works_before_both_codes_are_right(world):
    registration = apply(world)
    phone, email = world.codes()
    for given in ((phone, "000000"), ("000000", email), (email, phone)):
        if given != (phone, email):
            with pytest.raises(CredentialsError):
                world.registrations.confirm(CALLER, registration, *given)
    assert not [key for key in world.tables.rows(Store.IDENTITY) if key.pk.startswith(("PERSON#", "BI#"))]
    assert [e.reason for e in world.events("registration:confirm")] == ["code"] * 3
    assert world.registrations.confirm(CALLER, registration, phone, email)


@pytest.mark.requirement("SEC-2", "SEC-3")
def test_no_table_holds_what_was_typed(world):
    registration = apply(world)
    phone, email = world.codes()
    before = world.tables.raw_bytes()
    world.registrations.confirm(CALLER, registration, phone, email)
    for stored in (before, world.tables.raw_bytes()):
        for secret in (
            "Журавлёва",
            "Ксения",
            "79260012233",
            "person1",
            PASSWORD,
            "45 10",
            world.form()["snils"],
            "192.0.2.1",
        ):
            assert secret.encode() not in stored
        assert f'"{phone}"'.encode() not in stored
        assert email.encode() not in stored.replace(registration.encode(), b"")


def test_the_answer_is_the_same_for_taken_identifiers_and_the_owner_is_told(world):
    owner = world.register(1)
    fresh = world.registrations.apply(CALLER, world.form(2))
    assert world.told(owner) == []
    for field in ("snils", "phone", "email"):
        taken = world.registrations.apply(CALLER, world.form(3, **{field: world.form(1)[field]}))
        assert set(taken) == set(fresh)
        assert taken["expires_at"] == fresh["expires_at"]
    assert world.told(owner) == ["registration_attempted"] * 3


@pytest.mark.parametrize("field", ["snils", "phone", "email"])
def test_a_taken_identifier_ends_in_one_error_that_does_not_say_which(world, field):
    world.register(1)
    registration = apply(world, 2, **{field: world.form(1)[field]})
    with pytest.raises(AlreadyExistsError) as caught:
        world.registrations.confirm(CALLER, registration, *world.codes())
    assert (caught.value.detail, caught.value.extra, caught.value.fields) == ("", {}, ())
    assert caught.value.__suppress_context__
    people = {key.pk for key in world.tables.rows(Store.IDENTITY) if key.pk.startswith("PERSON#")}
    assert len(people) == 1


def test_two_registrations_of_one_person_make_one_account(world):
    first = apply(world)
    first_codes = world.codes()
    second = apply(world)
    second_codes = world.codes()

    def confirm(what):
        try:
            return world.registrations.confirm(CALLER, what[0], *what[1])
        except AlreadyExistsError:
            return None

    with ThreadPoolExecutor(2) as pool:
        made = list(pool.map(confirm, [(first, first_codes), (second, second_codes)]))
    assert sum(person is not None for person in made) == 1


def test_a_confirmation_can_be_repeated(world):
    registration = apply(world)
    codes = world.codes()
    person = world.registrations.confirm(CALLER, registration, *codes)
    assert world.registrations.confirm(CALLER, registration, *codes) == person
    assert "sealed" not in world.tables.get(keys.registration(registration))
    with pytest.raises(CredentialsError):
        world.registrations.confirm(CALLER, registration, "000000", codes[1])


@pytest.mark.parametrize("commit", range(2))
@pytest.mark.parametrize("lost", [False, True], ids=["fails", "reply-lost"])
def test_a_crash_of_a_confirmation_is_repeatable(world, commit, lost):
    """Each commit of it once does not happen, and once happens without its reply."""
    registration = apply(world)
    codes = world.codes()
    left = [commit]

    def fault():
        if left[0] == 0:
            if lost:
                world.tables.lose_reply_next()
            else:
                world.tables.fail_next_commit()
        else:
            left[0] -= 1
            world.tables.before_next_commit(fault)

    world.tables.before_next_commit(fault) if commit else fault()
    with pytest.raises((UnavailableError, OutcomeUnknownError)):
        world.registrations.confirm(CALLER, registration, *codes)
    person = world.registrations.confirm(CALLER, registration, *codes)
    assert world.begin()
    assert world.tables.get(keys.profile(person))["state"] == "active"


def test_codes_live_ten_minutes(world):
    registration = apply(world)
    codes = world.codes()
    world.clock.advance(minutes=10)
    with pytest.raises(CredentialsError):
        world.registrations.confirm(CALLER, registration, *codes)


@pytest.mark.requirement("SEC-3")
def test_a_code_takes_five_answers_also_all_at_once(world):
    registration = apply(world)
    codes = world.codes()

    def guess(n):
        try:
            world.registrations.confirm(CALLER, registration, codes[0], f"{(int(codes[1]) + n) % 10**6:06d}")
        except MedkartaError as error:
            return error.code
        return "in"

    with ThreadPoolExecutor(4) as pool:
        found = list(pool.map(guess, range(1, 13)))
    assert sorted(set(found)) == ["credentials-invalid", "locked-out"]
    assert found.count("credentials-invalid") == limits.CODE.limit
    with pytest.raises(LockedOutError) as caught:
        world.registrations.confirm(CALLER, registration, *codes)
    assert caught.value.retry_after > 0


def test_new_codes_replace_the_old_ones_and_are_limited(world):
    registration = apply(world)
    old = world.codes()
    world.registrations.send_codes(CALLER, registration)
    new = world.codes()
    if old != new:
        with pytest.raises(CredentialsError):
            world.registrations.confirm(CALLER, registration, *old)
    assert world.registrations.confirm(CALLER, registration, *new)
    with pytest.raises(NotFoundError):
        world.registrations.send_codes(CALLER, registration)


def test_no_codes_are_sent_for_what_was_confirmed_meanwhile(world):
    registration = apply(world)
    codes = world.codes()
    sent = len(world.messenger.texts)
    world.tables.before_next_commit(lambda: world.registrations.confirm(CALLER, registration, *codes))
    with pytest.raises(WrongStateError):
        world.registrations.send_codes(CALLER, registration)
    assert len(world.messenger.texts) == sent
    assert world.registrations.confirm(CALLER, registration, *codes)


@pytest.mark.requirement("SEC-3")
def test_nobody_is_flooded_with_messages(world):
    registration = apply(world)
    with pytest.raises(TooManyRequestsError):
        repeat(limits.SMS_TARGET.limit + 1, lambda: world.registrations.send_codes(CALLER, registration))
    with pytest.raises(TooManyRequestsError):
        apply(world)
    assert len(world.messenger.texts) == limits.SMS_TARGET.limit
    apply(world, 2)


def test_a_registration_ends_after_a_day(world):
    registration = apply(world)
    world.clock.now += timedelta(hours=24)
    for call in (
        lambda: world.registrations.confirm(CALLER, registration, *world.codes()),
        lambda: world.registrations.send_codes(CALLER, registration),
        lambda: world.registrations.confirm(CALLER, "unknown", "1", "2"),
    ):
        with pytest.raises(NotFoundError):
            call()
    row = world.tables.get(keys.registration(registration))
    assert row["expires"] == int(world.clock().timestamp())


def test_a_form_with_problems_leaves_nothing(world):
    with pytest.raises(InvalidFieldsError):
        apply(world, password="Password123!")
    assert not world.tables.rows()
    assert not world.messenger.texts


def test_texts_come_in_the_language_of_the_form(world):
    apply(world, language="en")
    assert world.messenger.texts[-1][1].startswith("Medkarta: code")
    apply(world, 2)
    assert world.messenger.texts[-1][1].startswith("Медкарта: код")


def test_a_registration_without_an_audit_entry_does_not_happen(world):
    world.audit.fail_next()
    with pytest.raises(UnavailableError):
        apply(world)
    assert not [key for key in world.tables.rows(Store.IDENTITY) if key.pk.startswith("REG#")]
    assert not world.messenger.texts


@pytest.mark.requirement("AUD-4")
def test_twelve_bits_of_the_surname_stay_for_the_review_and_no_more(world):
    one, other = world.register(1, last_name="Журавлёв"), world.register(2, last_name="Журавлева-Петрова")
    family = [world.tables.get(keys.profile(person))["family"] for person in (one, other)]
    assert family == [world.index.tag("family", "журавлев")[:2]] * 2
    assert len(family[0]) == 2
