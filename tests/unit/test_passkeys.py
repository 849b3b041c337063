"""Passkeys: registering, signing in, stepping up, and every way it must not work (ID-4, ID-7)."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from chalicelib.domain.assurance import Channel, channels_of
from chalicelib.domain.identity import Actor
from chalicelib.errors import (
    AlreadyExistsError,
    CredentialsError,
    LastFactorError,
    NotFoundError,
    SessionEndedError,
    WrongStateError,
)
from chalicelib.ports import keys
from chalicelib.ports.tables import Delete, Store
from tests.accounts import CALLER, URL, Accounts
from tests.authenticator import PRESENT, Authenticator

pytestmark = pytest.mark.requirement("ID-4")


class Passkeys(Accounts):
    """Somebody who is signed in, with a device."""

    def __init__(self) -> None:
        super().__init__()
        self.person = self.register()
        self.me = self.actor(self.enter())
        self.device = Authenticator(URL)

    def enrol(self, device: Authenticator | None = None, me: Actor | None = None, name: str = "Телефон") -> str:
        device, me = device or self.device, me or self.me
        made = self.passkeys.add(me, device.create(self.passkeys.options(me)), name)
        return str(made["passkey_id"])

    def ask(self) -> tuple[str, dict[str, Any]]:
        challenge = self.begin()
        return challenge, self.sign_in.ask_passkey(CALLER, challenge)

    def answer(self, challenge: str, answer: dict[str, Any]) -> dict[str, Any]:
        return self.sign_in.finish(CALLER, challenge, "passkey", "", assertion=answer)

    def enter_by(self, device: Authenticator, **client: Any) -> dict[str, Any]:
        challenge, options = self.ask()
        return self.answer(challenge, device.get(options, **client))

    def account(self) -> dict[str, Any]:
        return self.tables.get(keys.credentials(self.person)) or {}


@pytest.fixture
def world() -> Passkeys:
    return Passkeys()


# --- registering


@pytest.mark.requirement("ID-7")
def test_a_passkey_is_registered_and_is_the_strongest_factor(world):
    options = world.passkeys.options(world.me)
    assert options["authenticatorSelection"] == {
        "residentKey": "preferred",
        "requireResidentKey": False,
        "userVerification": "required",
    }
    assert (options["attestation"], options["rp"]["id"]) == ("none", "card.example")
    made = world.passkeys.add(world.me, world.device.create(options), "Телефон")
    assert (made["name"], made["state"]) == ("Телефон", "active")
    shown = world.people.me(world.me)
    assert shown["factors"] == ["passkey", "sms"]
    assert shown["factor_details"][0] == {"factor": "passkey", "count": 1}
    assert Channel.BIOMETRIC in channels_of(world.tables.get(keys.profile(world.person)))
    assert world.told(world.person) == ["factor_added"]
    assert [e.subject for e in world.events("passkey:add")] == [world.person]


def test_a_passkey_signs_in_and_steps_up_and_the_session_says_so(world):
    world.enrol()
    tokens = world.enter_by(world.device)
    actor = world.actor(tokens)
    assert [s["factor"] for s in world.sessions.mine(actor) if s["current"]] == ["passkey"]
    world.clock.advance(minutes=20)
    assert world.sessions.step_up(actor, "passkey", "", world.device.get(world.sessions.ask_passkey(actor)))
    row = world.tables.get(keys.session(world.person, actor.session_id))
    assert row["confirmed_at"] == int(world.clock().timestamp())
    assert "asked" not in row


def test_the_device_that_is_there_is_excluded_from_the_next_registration(world):
    world.enrol()
    assert [known["id"] for known in world.passkeys.options(world.me)["excludeCredentials"]] == [world.device.id]
    with pytest.raises(AlreadyExistsError):
        world.enrol()


def test_a_passkey_of_another_person_is_refused(world):
    world.enrol()
    world.register(2)
    other = world.actor(world.enter(2))
    with pytest.raises(AlreadyExistsError):
        world.enrol(world.device, other)
    assert world.people.me(other)["factors"] == ["sms"]


def test_ten_passkeys_are_enough(world):
    for _ in range(10):
        world.enrol(Authenticator(URL))
    with pytest.raises(WrongStateError):
        world.passkeys.options(world.me)


@pytest.mark.parametrize(
    ("device", "client"),
    [
        ({"flags": PRESENT}, {}),
        ({"origin": "https://card.example.org"}, {}),
        ({"origin": "http://card.example"}, {}),
        ({"rp_id": "example"}, {}),
        ({}, {"type": "webauthn.get"}),
        ({}, {"challenge": "AAAA"}),
        ({}, {"challenge": 7}),
    ],
)
def test_a_registration_that_is_not_right_is_refused(world, device, client):
    for name, value in device.items():
        setattr(world.device, name, value)
    with pytest.raises(CredentialsError):
        world.passkeys.add(world.me, world.device.create(world.passkeys.options(world.me), **client), "x")
    assert world.people.me(world.me)["factors"] == ["sms"]


def test_a_registration_is_bound_to_its_session_its_time_and_its_purpose_and_good_once(world):
    options = world.passkeys.options(world.me)
    with pytest.raises(CredentialsError):  # another session of the same person
        world.passkeys.add(world.actor(world.enter()), world.device.create(options), "x")
    world.enrol(Authenticator(URL))  # takes another challenge, so the first is gone
    with pytest.raises(CredentialsError):
        world.passkeys.add(world.me, world.device.create(options), "x")
    options = world.passkeys.options(world.me)
    world.clock.advance(seconds=300)
    with pytest.raises(CredentialsError):
        world.passkeys.add(world.me, world.device.create(options), "x")
    world.clock.advance(minutes=10)
    first = world.enrol()
    with pytest.raises(CredentialsError):  # a challenge that asks who is there registers nothing
        world.passkeys.add(
            world.me, Authenticator(URL).create({**options, **world.sessions.ask_passkey(world.me)}), "x"
        )
    assert first


@pytest.mark.parametrize("answer", [{}, {"id": 1}, {"response": 3}, {"response": {"clientDataJSON": "!"}}, {"id": "x"}])
def test_noise_is_no_answer(world, answer):
    world.enrol()
    world.passkeys.options(world.me)
    with pytest.raises(CredentialsError):
        world.passkeys.add(world.me, answer, "x")
    challenge, _ = world.ask()
    with pytest.raises(CredentialsError):
        world.answer(challenge, answer)


@pytest.mark.parametrize("field", ["attestationObject", "clientDataJSON"])
def test_a_cut_registration_is_no_answer(world, field):
    answer = world.device.create(world.passkeys.options(world.me))
    whole = answer["response"][field]
    for part in (whole[:20], whole[:-8], "", None):
        answer["response"][field] = part
        with pytest.raises(CredentialsError):
            world.passkeys.add(world.me, answer, "x")


def test_a_registration_in_an_ended_session_makes_nothing(world):
    answer = world.device.create(world.passkeys.options(world.me))
    world.tables.before_next_commit(lambda: world.sessions.sign_out(world.me))
    with pytest.raises(WrongStateError):
        world.passkeys.add(world.me, answer, "x")
    with pytest.raises(SessionEndedError):
        world.passkeys.options(world.me)
    assert "passkeys" not in world.account()


# --- answering


@pytest.mark.parametrize(
    ("spoil", "client"),
    [
        (lambda d: setattr(d, "flags", PRESENT), {}),
        (lambda d: setattr(d, "origin", "https://evil.example"), {}),
        (lambda d: setattr(d, "rp_id", "evil.example"), {}),
        (lambda d: setattr(d, "key", Authenticator(URL).key), {}),
        (lambda d: setattr(d, "owner", b"somebody-else"), {}),
        (repr, {"type": "webauthn.create"}),
        (repr, {"challenge": "AAAA"}),
    ],
)
def test_an_answer_that_is_not_right_opens_nothing(world, spoil: Callable[[Authenticator], None], client):
    world.enrol()
    good = world.device.twin()
    spoil(world.device)
    with pytest.raises(CredentialsError):
        world.enter_by(world.device, **client)
    assert world.events("session:create")[-1].reason == "factor"
    good.count = world.device.count
    assert world.enter_by(good)


def test_an_answer_is_good_once_for_its_own_challenge_and_five_minutes(world):
    world.enrol()
    challenge, options = world.ask()
    answer = world.device.get(options)
    other, _ = world.ask()
    with pytest.raises(CredentialsError):
        world.answer(other, answer)
    assert world.answer(challenge, answer)
    with pytest.raises(CredentialsError):
        world.answer(challenge, answer)
    late, options = world.ask()
    world.clock.advance(seconds=300)
    with pytest.raises(CredentialsError):
        world.answer(late, world.device.get(options))


def test_a_step_up_answer_is_good_once(world):
    world.enrol(device := Authenticator(URL, counts=False))  # no counter would catch it
    answer = device.get(world.sessions.ask_passkey(world.me))
    world.sessions.step_up(world.me, "passkey", "", answer)
    with pytest.raises(CredentialsError):
        world.sessions.step_up(world.me, "passkey", "", answer)


def test_of_two_uses_of_one_answer_at_the_same_moment_one_wins(world):
    world.enrol(device := Authenticator(URL, counts=False))
    answer, won = device.get(world.sessions.ask_passkey(world.me)), []
    world.tables.before_next_commit(lambda: won.append(world.sessions.step_up(world.me, "passkey", "", answer)))
    with pytest.raises(CredentialsError):
        world.sessions.step_up(world.me, "passkey", "", answer)
    assert len(won) == 1


def test_a_passkey_of_another_does_not_answer(world):
    world.enrol()
    world.register(2)
    other = world.actor(world.enter(2))
    theirs = Authenticator(URL)
    world.enrol(theirs, other)
    challenge, options = world.ask()
    for owner in (None, theirs.owner, world.device.owner):
        theirs.owner = owner
        with pytest.raises(CredentialsError):
            world.answer(challenge, theirs.get(options))


def test_there_is_nothing_to_ask_without_a_challenge_or_a_passkey(world):
    with pytest.raises(CredentialsError):
        world.sign_in.ask_passkey(CALLER, "none")
    with pytest.raises(WrongStateError):
        world.ask()
    with pytest.raises(CredentialsError):
        world.answer(world.begin(), {})


# --- a key in two hands


def test_a_counter_that_goes_back_suspends_the_passkey_and_the_owner_is_told(world):
    world.enrol()
    twin = world.device.twin()
    assert world.enter_by(world.device)
    assert world.enter_by(world.device)
    with pytest.raises(CredentialsError):
        world.enter_by(twin)
    assert world.told(world.person)[-1] == "passkey_suspended"
    assert world.events("passkey:suspend")[-1].reason == "counter"
    assert [p["state"] for p in world.passkeys.mine(world.me)] == ["suspended"]
    assert world.people.me(world.me)["factors"] == ["sms"]
    assert Channel.BIOMETRIC not in channels_of(world.tables.get(keys.profile(world.person)))
    with pytest.raises(CredentialsError):  # neither of the two any more, also with a challenge from before
        world.sessions.step_up(world.me, "passkey", "", world.device.get({"challenge": "AAAA"}))
    world.passkeys.delete(world.me, world.passkeys.mine(world.me)[0]["passkey_id"])
    assert world.account()["passkeys"] == 0


def test_a_change_of_the_account_at_that_moment_saves_no_copied_key(world):
    world.enrol()
    twin = world.device.twin()
    assert world.enter_by(world.device)
    challenge, options = world.ask()
    world.tables.before_next_commit(lambda: world.own_factors.make(world.me))
    with pytest.raises(CredentialsError):
        world.answer(challenge, twin.get(options))
    assert [p["state"] for p in world.passkeys.mine(world.me)] == ["suspended"]
    assert world.own_factors.left(world.me)["left"] == 10


def test_who_cannot_sign_suspends_nothing(world):
    world.enrol()
    assert world.enter_by(world.device)
    forger = world.device.twin()
    forger.key, forger.count = Authenticator(URL).key, 0
    with pytest.raises(CredentialsError):
        world.enter_by(forger)
    assert world.enter_by(world.device)


def test_with_nothing_else_left_a_suspension_switches_sms_on_again(world):
    world.enrol()
    twin = world.device.twin()
    world.own_factors.make(world.me)
    world.own_factors.set_sms(world.me, on=False)
    assert world.enter_by(world.device)
    with pytest.raises(CredentialsError):
        world.enter_by(twin)
    assert world.people.me(world.me)["factors"] == ["recovery-code", "sms"]


# --- those that are there


def test_passkeys_are_listed_named_and_deleted_by_their_owner_alone(world):
    first = world.enrol()
    world.clock.advance(minutes=1)
    world.enrol(Authenticator(URL), name="Ключ")
    assert world.passkeys.rename(world.me, first, "Старый телефон")["name"] == "Старый телефон"
    assert [p["name"] for p in world.passkeys.mine(world.me)] == ["Старый телефон", "Ключ"]
    world.register(2)
    other = world.actor(world.enter(2))
    assert world.passkeys.mine(other) == []
    for call in (lambda: world.passkeys.delete(other, first), lambda: world.passkeys.rename(other, first, "x")):
        with pytest.raises(NotFoundError):
            call()
    world.passkeys.delete(world.me, first)
    assert [p["name"] for p in world.passkeys.mine(world.me)] == ["Ключ"]
    assert world.told(world.person)[-1] == "factor_removed"
    with pytest.raises(CredentialsError):
        world.enter_by(world.device)
    assert world.enrol()  # a deleted credential has no owner any more


def test_a_name_is_nowhere_in_the_clear(world):
    world.enrol(name="Телефон Журавлёвой")
    stored = repr([row for store in Store for row in world.tables.rows(store).values()])
    assert "Телефон" not in stored


def test_the_last_factor_stays(world):
    only = world.enrol()
    world.own_factors.make(world.me)
    world.own_factors.set_sms(world.me, on=False)
    with pytest.raises(LastFactorError):
        world.passkeys.delete(world.me, only)
    second = world.enrol(Authenticator(URL))
    world.passkeys.delete(world.me, only)
    with pytest.raises(LastFactorError):
        world.passkeys.delete(world.me, second)


def test_two_deletions_at_the_same_moment_leave_one(world):
    first, second = world.enrol(), world.enrol(Authenticator(URL))
    world.own_factors.make(world.me)
    world.own_factors.set_sms(world.me, on=False)
    world.tables.before_next_commit(lambda: world.passkeys.delete(world.me, second))
    with pytest.raises(WrongStateError):
        world.passkeys.delete(world.me, first)
    assert world.account()["passkeys"] == 1


def test_a_half_dead_registration_can_be_repeated(world):
    answer = world.device.create(world.passkeys.options(world.me))
    world.tables.fail_next_commit()
    with pytest.raises(Exception, match=r".*"):
        world.passkeys.add(world.me, answer, "x")
    assert world.passkeys.add(world.me, answer, "x")


def test_an_account_that_goes_meanwhile_gets_no_passkey(world):
    answer = world.device.create(world.passkeys.options(world.me))
    world.tables.commit([Delete(keys.credentials(world.person))])
    with pytest.raises(NotFoundError):
        world.passkeys.add(world.me, answer, "x")
