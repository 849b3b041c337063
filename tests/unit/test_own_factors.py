"""Recovery codes, the app that goes, SMS that is switched off: there is always a second factor (ID-3, ID-8)."""

from __future__ import annotations

import pyotp
import pytest
from hypothesis import given
from hypothesis import strategies as st

from chalicelib.domain import factors, recovery_codes
from chalicelib.domain.factors import Factor
from chalicelib.domain.identity import Actor
from chalicelib.errors import CredentialsError, LastFactorError, LockedOutError, NotFoundError, WrongStateError
from chalicelib.ports import keys
from chalicelib.ports.tables import Store
from tests.accounts import CALLER, Accounts


class Owner(Accounts):
    """Somebody who is signed in."""

    def __init__(self) -> None:
        super().__init__()
        self.person = self.register()
        self.me: Actor = self.actor(self.enter())

    def enter_by(self, factor: str, code: str) -> dict:
        return self.sign_in.finish(CALLER, self.begin(), factor, code)

    def totp(self) -> pyotp.TOTP:
        generator = pyotp.TOTP(self.people.begin_totp(self.me)["secret"])
        self.people.confirm_totp(self.me, generator.at(self.clock()))
        self.clock.advance(seconds=60)
        return generator

    def factors_shown(self) -> list[str]:
        return self.people.me(self.me)["factors"]

    def account(self) -> dict:
        return self.tables.get(keys.credentials(self.person)) or {}


@pytest.fixture
def world() -> Owner:
    return Owner()


# --- recovery codes


@pytest.mark.requirement("ID-8")
def test_ten_codes_are_shown_once_and_kept_hashed(world):
    codes = world.own_factors.make(world.me)["codes"]
    assert len(set(codes)) == 10
    assert all(len(recovery_codes.normal(code)) * 5 == 80 for code in codes)  # bits
    assert world.own_factors.left(world.me)["left"] == 10
    stored = repr([row for store in Store for row in world.tables.rows(store).values()]) + repr(world.audit.entries)
    assert not any(code in stored or recovery_codes.normal(code) in stored for code in codes)
    assert world.told(world.person) == ["recovery_codes_made"]


@pytest.mark.requirement("ID-8")
def test_a_code_signs_in_once_and_the_owner_is_told_each_time_and_when_few_are_left(world):
    codes = world.own_factors.make(world.me)["codes"]
    for code in codes:
        assert world.enter_by("recovery-code", code.lower().replace("-", " "))
        with pytest.raises(CredentialsError):
            world.enter_by("recovery-code", code)
        world.clock.advance(minutes=16)
    told = world.told(world.person)[1:]
    assert told == ["recovery_code_used"] * 6 + ["recovery_codes_few"] * 4
    me = world.actor(world.enter())
    assert world.own_factors.left(me)["left"] == 0
    assert world.people.me(me)["factors"] == ["sms"]


@pytest.mark.requirement("ID-8")
def test_new_codes_end_the_old_ones(world):
    old, new = (world.own_factors.make(world.me)["codes"] for _ in range(2))
    with pytest.raises(CredentialsError):
        world.enter_by("recovery-code", old[0])
    assert world.enter_by("recovery-code", new[0])


@pytest.mark.requirement("ID-8")
def test_of_two_uses_of_a_code_at_the_same_moment_one_wins(world):
    code = world.own_factors.make(world.me)["codes"][0]
    challenge, won = world.begin(), []
    world.tables.before_next_commit(lambda: won.append(world.sessions.step_up(world.me, "recovery-code", code)))
    with pytest.raises(CredentialsError):
        world.sign_in.finish(CALLER, challenge, "recovery-code", code)
    assert len(won) == 1
    assert world.own_factors.left(world.me)["left"] == 9


@pytest.mark.requirement("ID-8")
def test_a_code_that_meets_new_codes_is_not_accepted(world):
    code = world.own_factors.make(world.me)["codes"][0]
    world.tables.before_next_commit(lambda: world.own_factors.make(world.me))
    with pytest.raises(CredentialsError):
        world.sessions.step_up(world.me, "recovery-code", code)
    assert world.own_factors.left(world.me)["left"] == 10


@pytest.mark.requirement("ID-8", "SEC-3")
def test_codes_of_another_and_guesses_open_nothing_and_are_limited(world):
    world.own_factors.make(world.me)
    world.register(2)
    other = world.actor(world.enter(2))
    theirs = world.own_factors.make(other)["codes"]
    for code in [*theirs, "0" * 16, "", "x"][:9]:
        with pytest.raises(CredentialsError):
            world.sessions.step_up(world.me, "recovery-code", code)
    with pytest.raises((LockedOutError, CredentialsError)):
        world.sessions.step_up(world.me, "recovery-code", "1" * 16)
    with pytest.raises(LockedOutError):
        world.sessions.step_up(world.me, "recovery-code", "1" * 16)


def test_without_its_audit_entry_there_are_no_codes(world):
    world.tables.fail_next_commit()
    with pytest.raises(Exception, match=r".*"):
        world.own_factors.make(world.me)
    assert "recovery" not in world.account()


@given(st.binary(min_size=10, max_size=10))
def test_a_code_is_80_bits_whatever_they_are_and_is_read_as_it_was_written(random: bytes):
    text = recovery_codes.code_text(random)
    assert [len(part) for part in text.split("-")] == [4, 4, 4, 4]
    kept = [recovery_codes.hashed(text, "p")]
    for typed in (text, text.lower(), text.replace("-", ""), text.replace("0", "o").replace("1", "l")):
        assert recovery_codes.remaining(kept, typed, "p") == []
    assert recovery_codes.remaining(kept, text, "q") is None
    number = 0
    for letter in recovery_codes.normal(text):
        number = number * 32 + "0123456789ABCDEFGHJKMNPQRSTVWXYZ".index(letter)
    assert number.to_bytes(10, "big") == random


# --- factors that go


@pytest.mark.requirement("ID-3")
def test_factors_are_listed_strongest_first(world):
    world.totp()
    world.own_factors.make(world.me)
    assert world.factors_shown() == ["totp", "recovery-code", "sms"]
    details = {each["factor"]: each for each in world.people.me(world.me)["factor_details"]}
    assert details["totp"]["since"]
    assert details["recovery-code"]["left"] == 10
    assert details["sms"]["may_be_switched_off"] is True


@pytest.mark.requirement("ID-3")
def test_sms_goes_only_when_there_is_something_better_and_codes_for_the_day_it_is_lost(world):
    with pytest.raises(WrongStateError):
        world.own_factors.set_sms(world.me, on=False)
    world.own_factors.make(world.me)
    with pytest.raises(WrongStateError):
        world.own_factors.set_sms(world.me, on=False)
    world.totp()
    assert world.own_factors.set_sms(world.me, on=False) == {"factors": ["totp", "recovery-code"]}
    assert world.own_factors.set_sms(world.me, on=False) == {"factors": ["totp", "recovery-code"]}  # repeatable
    assert world.told(world.person)[-1] == "factor_removed"
    with pytest.raises(WrongStateError):
        world.sign_in.send_code(CALLER, world.begin())
    with pytest.raises(LastFactorError):
        world.own_factors.remove_totp(world.me)
    assert world.own_factors.set_sms(world.me, on=True) == {"factors": ["totp", "recovery-code", "sms"]}
    assert world.own_factors.remove_totp(world.me) == {"factors": ["recovery-code", "sms"]}


@pytest.mark.requirement("ID-3")
def test_a_code_that_was_sent_before_sms_was_switched_off_opens_nothing(world):
    world.totp()
    world.own_factors.make(world.me)
    challenge = world.begin()
    world.sign_in.send_code(CALLER, challenge)
    world.own_factors.set_sms(world.me, on=False)
    with pytest.raises(CredentialsError):
        world.sign_in.finish(CALLER, challenge, "sms", world.sms_code())


@pytest.mark.requirement("ID-3")
def test_an_app_that_was_removed_does_not_answer_and_may_come_again(world):
    generator = world.totp()
    assert world.own_factors.remove_totp(world.me) == {"factors": ["sms"]}
    assert world.told(world.person)[-1] == "factor_removed"
    with pytest.raises(CredentialsError):
        world.enter_by("totp", generator.at(world.clock()))
    with pytest.raises(NotFoundError):
        world.own_factors.remove_totp(world.me)
    again = world.totp()
    assert world.enter_by("totp", again.at(world.clock()))
    assert world.account()["totp_count"] == 2  # no version of the sealed secret is used twice


@pytest.mark.requirement("ID-3")
def test_an_app_removed_while_its_code_is_on_the_way_opens_nothing(world):
    generator, challenge = world.totp(), world.begin()
    world.tables.before_next_commit(lambda: world.own_factors.remove_totp(world.me))
    with pytest.raises(CredentialsError):
        world.sign_in.finish(CALLER, challenge, "totp", generator.at(world.clock()))


@pytest.mark.requirement("ID-3")
def test_two_removals_at_the_same_moment_leave_a_factor(world):
    world.totp()
    world.own_factors.make(world.me)
    world.tables.before_next_commit(lambda: world.own_factors.set_sms(world.me, on=False))
    with pytest.raises(WrongStateError):
        world.own_factors.remove_totp(world.me)
    assert world.factors_shown() == ["totp", "recovery-code"]


@pytest.mark.parametrize("change", ["make", "left", "remove_totp", "off"])
def test_who_has_no_account_has_no_factors(world, change):
    stranger = Actor(type(world.person)("nobody"), world.me.role, session_id="s")
    calls = {"off": lambda: world.own_factors.set_sms(stranger, on=False)}
    with pytest.raises(NotFoundError):
        calls.get(change, lambda: getattr(world.own_factors, change)(stranger))()


# --- the rules, over every account


ACCOUNTS = st.fixed_dictionaries(
    {"passkeys": st.integers(0, 3), "recovery": st.lists(st.just("h"), max_size=3)},
    optional={"totp": st.just(b""), "sms_off": st.just(True)},
)


@given(ACCOUNTS)
def test_what_may_go_leaves_a_factor_that_stays(account):
    for factor, without in (
        (Factor.TOTP, {k: v for k, v in account.items() if k != "totp"}),
        (Factor.PASSKEY, {**account, "passkeys": max(0, account["passkeys"] - 1)}),
    ):
        left = set(factors.enrolled(without)) & factors.LASTING
        assert factors.may_go(account, factor) == bool(left)
    if factors.may_switch_sms_off(account):
        assert set(factors.enrolled({**account, "sms_off": True})) & factors.STRONG


@pytest.mark.parametrize(
    ("factor", "code", "assertion", "field"),
    [
        ("passkey", None, {}, None),
        ("passkey", "000000", None, "/assertion"),
        ("passkey", "000000", {}, "/code"),
        ("totp", "000000", None, None),
        ("sms", None, None, "/code"),
        ("recovery-code", None, {}, "/code"),
        ("sms", "000000", {}, "/assertion"),
    ],
)
def test_an_answer_has_what_its_factor_needs_and_nothing_else(factor, code, assertion, field):
    problem = factors.problem_of(factor, code, assertion)
    assert (problem and problem.field) == field
