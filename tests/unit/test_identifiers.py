from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chalicelib.domain import identifiers as ids
from chalicelib.domain import passwords_policy
from chalicelib.domain.registrations import login_candidates, normal_form
from chalicelib.errors import InvalidFieldsError
from tests.accounts import Accounts

TODAY = date(2026, 3, 2)
DIGITS = st.text("0123456789", min_size=9, max_size=9)


def code_of(rule, *values) -> str:
    with pytest.raises(InvalidFieldsError) as caught:
        rule(*values)
    (found,) = caught.value.fields
    return found.code


# --- SNILS


@pytest.mark.requirement("ID-1")
@pytest.mark.parametrize(
    "value",
    ["123-456-789 64", "112-233-445 95", "087-654-303 00", "001-508-815 00", "001-437-544 00", "006-996-682 00"],
)
def test_snils_vectors(value):
    assert ids.normal_snils(value) == "".join(c for c in value if c.isdecimal())


@pytest.mark.requirement("ID-1")
@pytest.mark.parametrize(
    ("value", "code"),
    [
        ("160-722-398 28", "check-digits"),
        ("123-456-789 65", "check-digits"),
        ("001-001-998 00", "manual-review"),
        ("000-000-001 64", "manual-review"),
        ("1234567896", "format"),
        ("123456789640", "format"),
        ("١٢٣٤٥٦٧٨٩٦٤", "format"),
        ("", "format"),
    ],
)
def test_snils_that_is_refused(value, code):
    assert code_of(ids.normal_snils, value) == code


@given(DIGITS.filter(lambda nine: int(nine) > ids.SNILS_UNCHECKED), st.integers(0, 99))
def test_snils_has_exactly_one_pair_of_check_digits(nine, other):
    right = ids.snils_check_digits(nine)
    assert ids.normal_snils(nine + right) == nine + right
    if f"{other:02d}" != right:
        assert code_of(ids.normal_snils, f"{nine}{other:02d}") == "check-digits"


@given(DIGITS.filter(lambda nine: int(nine) > 100_000_000), st.integers(0, 8), st.integers(1, 9))
def test_one_wrong_digit_of_a_snils_is_always_found(nine, place, change):
    """It moves the sum by 1..9 times 1..9, below 101: only the remainders 100 and 0 are written alike."""
    wrong = nine[:place] + str((int(nine[place]) + change) % 10) + nine[place + 1 :]
    both = {sum(int(d) * (9 - i) for i, d in enumerate(n)) % 101 for n in (nine, wrong)}
    same = ids.snils_check_digits(wrong) == ids.snils_check_digits(nine)
    assert same == (both == {0, 100})


# --- policy, passport


@pytest.mark.requirement("ID-1")
def test_policy_vectors():
    assert ids.normal_oms("7800 0800 0012 3454") == "7800080000123454"
    for wrong in ("7700008000112233", "5049740870000124"):
        assert code_of(ids.normal_oms, wrong) == "check-digits"
    assert ids.oms_check_digit("770000800011223") == "6"
    assert ids.oms_check_digit("504974087000012") == "5"


@given(st.text("0123456789", min_size=15, max_size=15), st.integers(0, 14), st.integers(1, 9))
def test_one_wrong_digit_of_a_policy_is_always_found(fifteen, place, change):
    wrong = fifteen[:place] + str((int(fifteen[place]) + change) % 10) + fifteen[place + 1 :]
    assert ids.oms_check_digit(wrong) != ids.oms_check_digit(fifteen)


def test_passport():
    assert ids.normal_passport_series("45 10") == "4510"
    assert ids.normal_passport_number("000123") == "000123"
    assert code_of(ids.normal_passport_series, "451") == "format"
    assert code_of(ids.normal_passport_number, "12345a") == "format"


# --- phone, e-mail


@pytest.mark.requirement("ID-1")
@pytest.mark.parametrize(
    ("value", "normal"),
    [
        ("8 916 123-45-67", "+79161234567"),
        ("9161234567", "+79161234567"),
        ("+7 (916) 1234567", "+79161234567"),
        ("+7 701 123 4567", "+77011234567"),
        ("+1 202 555 0123", "+12025550123"),
        ("+49 1512 3456789", "+4915123456789"),
    ],
)
def test_phones(value, normal):
    assert ids.normal_phone(value) == normal


@pytest.mark.parametrize(
    ("value", "code"),
    [
        ("+7 495 123-45-67", "not-mobile"),
        ("911", "format"),
        ("", "format"),
        ("+79161234567 ext 5", "format"),
        ("9" * 999, "format"),
    ],
)
def test_phones_that_are_refused(value, code):
    assert code_of(ids.normal_phone, value) == code


@pytest.mark.parametrize(
    ("value", "normal"),
    [
        (" Anna.B@Example.ORG ", "anna.b@example.org"),
        ("a+b@xn--e1afmkfd.xn--p1ai", "a+b@xn--e1afmkfd.xn--p1ai"),
        ("a@почта.рф", "a@xn--80a1acny.xn--p1ai"),
    ],
)
def test_addresses(value, normal):
    assert ids.normal_email(value) == normal


@pytest.mark.parametrize(
    "value",
    [
        "",
        "a",
        "a@b",
        "@b.ru",
        "a@",
        "a b@c.ru",
        "a..b@c.ru",
        ".a@c.ru",
        "a@-c.ru",
        "a@c..ru",
        "a@1.2.3.4",
        "а@c.ru",
        "a@c.ru\r\nBcc: x@y.ru",
        "x" * 65 + "@c.ru",
        "a@" + "b" * 64 + ".ru",
        "a@" + "b." * 130 + "ru",
        "a@" + "." * 400,
    ],
)
def test_addresses_that_are_refused(value):
    assert code_of(ids.normal_email, value) == "format"


# --- dates, names


@pytest.mark.parametrize(
    ("value", "code"),
    [
        ("2026-03-03", "future"),
        ("1905-03-01", "too-early"),
        ("2025-02-29", "format"),
        ("20250228", "format"),
        ("١٩٨٧-٠٤-١٢", "format"),
    ],
)
def test_birth_dates_that_are_refused(value, code):
    assert code_of(ids.normal_birth_date, value, TODAY) == code


def test_birth_dates_at_the_edges():
    assert ids.normal_birth_date("2026-03-02", TODAY) == TODAY
    assert ids.normal_birth_date("1905-03-03", TODAY) == date(1905, 3, 3)


@pytest.mark.parametrize(
    ("value", "normal"),
    [
        ("  Салтыков-Щедрин ", "Салтыков-Щедрин"),
        ("О’Коннор", "О'Коннор"),
        ("аль  Фараби", "аль Фараби"),
        ("И" + "\u0306" + "ван", "Йван"),
        ("Ё" * 100, "Ё" * 100),
    ],
)
def test_names(value, normal):
    assert ids.normal_name(value, "/last_name") == normal


@pytest.mark.parametrize(
    "value", ["", "  ", "-", "Иван2", "<b>", "Иван\u202e", "Иван-", "-Иван", "a" * 101, "Ива\u0000н", "🙂"]
)
def test_names_that_are_refused(value):
    assert code_of(ids.normal_name, value, "/last_name") in {"format", "length"}


@given(st.text(max_size=400))
def test_any_text_is_normalised_or_refused_in_our_own_words(text):
    """No rule ever raises anything else, quotes what was typed, or changes its own answer."""
    rules = (
        ids.normal_snils,
        ids.normal_oms,
        ids.normal_phone,
        ids.normal_email,
        ids.normal_passport_series,
        lambda t: ids.normal_name(t, "/n"),
        lambda t: str(ids.normal_birth_date(t, TODAY)),
    )
    for rule in rules:
        once, refused = outcome(rule, text)
        if refused is None:
            assert rule(once) == once
        elif len(text) > 8:
            assert not any(text in problem.message for problem in refused.fields)


def outcome(rule, text):
    try:
        return rule(text), None
    except InvalidFieldsError as error:
        return None, error


# --- the whole form


@pytest.mark.requirement("ID-1")
def test_all_problems_are_named_at_once():
    form = Accounts.form(
        snils="112-233-445 96", phone="+74951234567", email="x", birth_date="3000-01-01", password="short"
    )
    with pytest.raises(InvalidFieldsError) as caught:
        normal_form(form, TODAY)
    named = {problem.field for problem in caught.value.fields}
    assert named == {"/snils", "/phone", "/email", "/birth_date", "/password"}


def test_what_a_login_may_be():
    assert login_candidates("Anna@Example.org") == [("email", "anna@example.org")]
    assert login_candidates("112-233-445 95") == [("snils", "11223344595")]
    assert login_candidates("8 916 123 45 67")[0] == ("phone", "+79161234567")
    assert login_candidates("nobody") == []


# --- passwords


@pytest.mark.requirement("ID-1")
@pytest.mark.parametrize(
    ("password", "code"),
    [
        ("Korotko-1", "too-short"),
        ("Bez-Tsifr-Sovsem", "no-digit"),
        ("nizkie-bukvy-77", "no-capital"),
        ("BezZnakov77Sovsem", "no-special"),
        ("Password123!", "common"),
        ("P@ssw0rd!2024", "common"),
        ("Qwerty12345!", "common"),
        ("Йцукен12345!", "common"),
        ("Gfhjkm2024!!", "common"),
        ("1qaz@WSX3edc", "common"),
        ("Ksusha-2008!", "common"),
        ("Привет2025!!", "common"),
        ("AAAAAAAAAA1!", "common"),
        ("Tab\tInside-77x", "unprintable"),
        ("x" * 129, "too-long"),
    ],
)
def test_passwords_that_are_refused(password, code):
    with pytest.raises(InvalidFieldsError) as caught:
        passwords_policy.check(password)
    assert code in {problem.code for problem in caught.value.fields}


@pytest.mark.parametrize("password", ["Синица-в-руках-7", "correct Horse battery 9", "kB7#vq!Lm2zz", "Demo-Card-2026"])
def test_passwords_that_are_good(password):
    assert passwords_policy.check(password, ["Иванова", "anna@example.org", "+79161234567"]) == password


@pytest.mark.parametrize("password", ["Ivanova#Kvartira77", "xx-ANNA.B-Xx-55555", "Zz!9161234567zz"])
def test_own_data_is_no_password(password):
    with pytest.raises(InvalidFieldsError) as caught:
        passwords_policy.check(password, ["Ivanova", "anna.b@example.org", "+79161234567"])
    assert [problem.code for problem in caught.value.fields] == ["own-data"]


def test_one_password_is_one_on_every_keyboard():
    assert passwords_policy.prepared("И\u0306") == passwords_policy.prepared("Й")


def test_the_list_is_as_large_as_it_says():
    assert len(passwords_policy._common()) > 4000
    assert all(line == line.casefold() for line in passwords_policy._common())
