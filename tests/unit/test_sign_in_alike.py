"""Known and unknown logins cannot be told apart: the same answers by the same work (ID-3, SEC-3)."""

from __future__ import annotations

from dataclasses import replace

import pytest

from chalicelib.domain.identity import Actor, PersonId
from chalicelib.domain.suspicion import device_of
from chalicelib.errors import CredentialsError, LockedOutError, MedkartaError
from chalicelib.ports import keys
from chalicelib.ports.tables import Update
from tests.accounts import CALLER, PASSWORD, Accounts

pytestmark = pytest.mark.requirement("ID-3", "SEC-3")

WRONG = "Совсем-другой-1"


@pytest.fixture
def world() -> Accounts:
    made = Accounts()
    made.person = made.register()
    return made


def work_of(world: Accounts, login: str, password: str) -> tuple[type, list[str], int, int]:
    """Error, round trips to the tables, password hashes, and entries of one attempt."""
    before = len(world.tables.calls), world.passwords.checks, len(world.audit.entries)
    with pytest.raises(MedkartaError) as raised:
        world.sign_in.begin(CALLER, login, password)
    calls = world.tables.calls[before[0] :]
    return raised.type, calls, world.passwords.checks - before[1], len(world.audit.entries) - before[2]


LOGINS = {
    "phone": ("8 (926) 001-22-33", "8 (926) 999-22-33"),
    "e-mail": ("person1@example.org", "nobody@example.org"),
    "snils": (Accounts.form()["snils"], Accounts.form(77)["snils"]),
}


@pytest.mark.parametrize("kind", sorted(LOGINS))
def test_a_known_and_an_unknown_login_cost_the_same(world, kind):
    known, unknown = LOGINS[kind]
    for _ in range(5):
        seen = work_of(world, known, WRONG)
        assert seen == work_of(world, unknown, WRONG)
        assert seen[0] is CredentialsError
        assert seen[2:] == (1, 1)  # one hash, one entry
    locked = work_of(world, known, PASSWORD)
    assert locked == work_of(world, unknown, PASSWORD)
    assert locked[0] is LockedOutError
    assert locked[2] == 0


def answers(world: Accounts, login: str, times: int, password: str = WRONG, caller: Actor = CALLER) -> list[str]:
    found = []
    for _ in range(times):
        try:
            world.sign_in.begin(caller, login, password)
            found.append("in")
        except MedkartaError as error:
            found.append(error.code)
    return found


@pytest.mark.parametrize("first", sorted(LOGINS))
@pytest.mark.parametrize("second", sorted(LOGINS))
def test_a_lock_does_not_tell_which_logins_are_one_persons(world, first, second):
    known, unknown = zip(LOGINS[first], LOGINS[second], strict=True)
    for login in (known[0], unknown[0]):
        answers(world, login, 6)
    assert answers(world, known[1], 6) == answers(world, unknown[1], 6)


def test_a_stranger_does_not_lock_the_owner_out_at_home(world):
    """Of a device that keeps an id; words that every browser says make none known."""
    kept, words = (replace(CALLER, device=device_of("Chrome, Windows", kept).tag) for kept in ("kept-at-home", ""))
    for home in (kept, words):
        challenge = world.sign_in.begin(home, LOGINS["phone"][0], PASSWORD)["challenge_id"]
        world.sign_in.send_code(home, challenge)
        world.sign_in.finish(home, challenge, "sms", world.sms_code())
    assert answers(world, LOGINS["phone"][0], 6)[-1] == "locked-out"
    assert answers(world, LOGINS["phone"][0], 1, PASSWORD, words) == ["locked-out"]
    assert answers(world, LOGINS["phone"][0], 1, PASSWORD, kept) == ["in"]
    assert answers(world, LOGINS["phone"][0], 6, WRONG, kept) == ["credentials-invalid"] * 5 + ["locked-out"]


@pytest.mark.parametrize("state", ["unclaimed", "ward", "closed", "erased"])
def test_an_account_that_is_not_active_costs_the_same_too(world, state):
    world.tables.commit([Update(keys.profile(world.person), {"state": state})])
    assert work_of(world, LOGINS["phone"][0], PASSWORD) == work_of(world, LOGINS["phone"][1], PASSWORD)


@pytest.mark.parametrize("ask", ["ask_passkey", "send_code"])
def test_a_challenge_that_is_none_says_nothing(world, ask):
    over = world.begin()
    world.clock.advance(minutes=10)
    seen = []
    for challenge in ("none", over):
        before = len(world.tables.calls)
        with pytest.raises(CredentialsError):
            getattr(world.sign_in, ask)(CALLER, challenge)
        seen.append(world.tables.calls[before:])
    assert seen[0] == seen[1] == ["get"]


def test_a_hash_of_earlier_parameters_is_replaced_when_the_password_is_right(world):
    key = keys.credentials(world.person)
    world.tables.commit([Update(key, {"password": "old$x"})])
    world.passwords.verify = lambda hashed, secret: hashed in {"old$x", world.passwords.hash(secret)}
    assert world.begin()
    assert world.tables.get(key)["password"].startswith("fake$")
    calls = len(world.tables.calls)
    assert world.begin()
    assert world.tables.calls[calls:].count("commit") == 1  # nothing to replace any more


def test_a_password_that_changes_at_that_moment_is_not_overwritten(world):
    key = keys.credentials(PersonId(world.person))
    world.tables.commit([Update(key, {"password": "old$x"})])
    world.passwords.verify = lambda _hashed, _secret: True
    world.tables.before_next_commit(lambda: world.tables.commit([Update(key, {"password": "fake$new"})]))
    world.begin()
    assert world.tables.get(key)["password"] == "fake$new"
