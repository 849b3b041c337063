"""Password hashes, and the hashes of tokens and one-time codes beside them."""

from __future__ import annotations

import time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from chalicelib.crypto.passwords import Argon2Passwords
from chalicelib.domain import secrets
from chalicelib.domain.secrets import hash_code, hash_secret, same_code, same_secret
from tests.effort import tried

pytestmark = pytest.mark.requirement("ID-1", "SEC-3")
PASSWORDS = Argon2Passwords()
RIGHT = "Верный-пароль-1"
COST = secrets._SCRYPT_N


def test_right_password_verifies_and_others_do_not() -> None:
    hashed = PASSWORDS.hash(RIGHT)
    assert PASSWORDS.verify(hashed, RIGHT)
    for wrong in ("", RIGHT + " ", RIGHT.lower(), RIGHT[:-1], "\ud800"):
        assert not PASSWORDS.verify(hashed, wrong)


def test_cost_is_the_one_of_the_decision_and_the_salt_is_fresh() -> None:
    first, second = PASSWORDS.hash(RIGHT), PASSWORDS.hash(RIGHT)
    assert first.startswith("$argon2id$v=19$m=19456,t=2,p=1$")
    assert first != second


def test_a_hash_of_other_parameters_is_outdated_and_still_verifies() -> None:
    from argon2 import PasswordHasher

    old = PasswordHasher(time_cost=1, memory_cost=8192, parallelism=1).hash(RIGHT)
    assert PASSWORDS.verify(old, RIGHT)
    assert [PASSWORDS.outdated(hashed) for hashed in (old, PASSWORDS.hash(RIGHT), "", "x")] == [True, False, True, True]


def test_password_typed_on_two_systems_is_one_password() -> None:
    decomposed = RIGHT.replace("й", "\u0438\u0306")
    assert decomposed != RIGHT
    assert PASSWORDS.verify(PASSWORDS.hash(RIGHT), decomposed)
    assert PASSWORDS.verify(PASSWORDS.hash(decomposed), RIGHT)


def cpu_of_verifying(hashed: str) -> float:
    best = 60.0
    for _ in range(5):
        start = time.thread_time()
        PASSWORDS.verify(hashed, "wrong")
        best = min(best, time.thread_time() - start)
    return best


@pytest.mark.parametrize("broken", ["", "x", "$argon2id$v=19$m=19456,t=2,p=1$AAAA", "$2b$12$notargon", "я"])
def test_login_that_does_not_exist_costs_as_much_as_a_wrong_password(broken: str) -> None:
    assert PASSWORDS.verify(broken, "wrong") is False
    assert cpu_of_verifying(broken) > cpu_of_verifying(PASSWORDS.hash(RIGHT)) / 2


@given(st.text(max_size=60), st.text(max_size=60))
def test_only_the_same_token_is_the_same(one: str, other: str) -> None:
    hashed = hash_secret(one)
    assert same_secret(hashed, one)
    assert same_secret(hashed, other) == (one == other)
    assert len(hashed) == 43
    assert not same_secret("", one)
    assert not same_secret(one, hashed)


def test_hash_of_a_token_is_sha_256_for_ever() -> None:
    assert hash_secret("abc") == "ungWv48Bz-pBQUDeXa4iI7ADYaOWF3qctBD_YfIAFa0"  # FIPS 180-2, example B.1


@settings(max_examples=tried(10), deadline=None)
@given(st.from_regex(r"[0-9]{6}", fullmatch=True), st.from_regex(r"[0-9]{6}", fullmatch=True))
def test_code_is_bound_to_its_challenge(code: str, other: str) -> None:
    hashed = hash_code(code, "challenge-1")
    assert same_code(hashed, code, "challenge-1")
    assert same_code(hashed, other, "challenge-1") == (code == other)
    assert not same_code(hashed, code, "challenge-2")
    assert code not in hashed


def test_all_codes_of_a_stolen_row_take_longer_to_try_than_a_code_lives(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(secrets, "_SCRYPT_N", COST)  # tests/conftest.py makes it cheap for all others
    start = time.thread_time()
    for code in range(5):
        hash_code(f"{code:06}", "challenge")
    seconds_for_all = (time.thread_time() - start) / 5 * 10**6
    assert seconds_for_all > 3600  # one core; a code lives ten minutes


@pytest.mark.parametrize("odd", ["", "\ud800", "1" * 10_000, "я"])
def test_no_input_of_a_stranger_raises(odd: str) -> None:
    assert not same_secret(hash_secret("x"), odd)
    assert not same_secret(odd, "x")
    assert not same_code(hash_code("123456", "c"), odd, "c")
    assert not same_code(odd, "123456", "c")
