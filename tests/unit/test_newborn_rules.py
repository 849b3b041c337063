"""Rules of a newborn's registration, and of permissions about a child."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chalicelib.domain.minor_permissions import OLDEST_PERMISSION, normal_permission, still_good
from chalicelib.domain.newborns import (
    OLDEST_DAYS,
    SINGLE_PARENT,
    normal_birth_certificate,
    normal_newborn,
    normal_other_parent,
)
from chalicelib.errors import InvalidFieldsError

TODAY = date(2026, 3, 2)
CHILD = {
    "last_name": "Журавлёв",
    "first_name": "Лев",
    "birth_date": "2026-02-20",
    "sex": "male",
    "birth_certificate": "II-АБ № 123456",
}


def codes(error: pytest.ExceptionInfo[InvalidFieldsError]) -> list[tuple[str, str]]:
    return [(p.field, p.code) for p in error.value.fields]


@pytest.mark.requirement("SPC-1")
@pytest.mark.parametrize(
    ("typed", "normal"),
    [
        ("II-АБ № 123456", "II-АБ 123456"),
        ("ii-аб 123456", "II-АБ 123456"),
        ("II - АБ 123456", "II-АБ 123456"),
        ("II–АБ№123456", "II-АБ 123456"),
        ("XIV-ИК N 000001", "XIV-ИК 000001"),
        ("ІІ-МЮ 765432", "II-МЮ 765432"),  # a Cyrillic numeral
        ("IV-AB 111111", "IV-АВ 111111"),  # Latin letters
        ("Ⅱ-АБ 123456", "II-АБ 123456"),
    ],
)
def test_a_certificate_is_one_however_it_is_typed(typed: str, normal: str) -> None:
    assert normal_birth_certificate(typed) == normal
    assert normal_birth_certificate(normal) == normal


@pytest.mark.parametrize(
    "typed",
    [
        "",
        "123456",
        "II-АБ 12345",
        "II-АБ 1234567",
        "IIII-АБ 123456",
        "VX-АБ 123456",
        "II-А 123456",
        "II-АБВ 123456",
        "II-QZ 123456",
        "2-АБ 123456",
        "II АБ 123456 ",
        "II-АБ ١٢٣٤٥٦",
        "I" * 5000 + "-АБ 123456",
    ],
)
def test_what_is_no_certificate(typed: str) -> None:
    with pytest.raises(InvalidFieldsError) as error:
        normal_birth_certificate(typed)
    assert codes(error) == [("/birth_certificate", "format")]


@given(st.text(max_size=40))
def test_a_certificate_never_surprises(typed: str) -> None:
    try:
        normal = normal_birth_certificate(typed)
    except InvalidFieldsError:
        return
    assert normal_birth_certificate(normal) == normal


@pytest.mark.requirement("SPC-1")
def test_how_old_a_newborn_may_be() -> None:
    oldest = TODAY - timedelta(days=OLDEST_DAYS)
    assert normal_newborn({**CHILD, "birth_date": oldest.isoformat()}, TODAY)["birth_date"] == oldest.isoformat()
    for wrong, code in (((oldest - timedelta(days=1)).isoformat(), "too-old"), ("2026-03-03", "future")):
        with pytest.raises(InvalidFieldsError) as error:
            normal_newborn({**CHILD, "birth_date": wrong}, TODAY)
        assert codes(error) == [("/birth_date", code)]


def test_every_broken_field_is_named_at_once() -> None:
    broken = {**CHILD, "first_name": "1", "birth_certificate": "x", "snils": "11223344500", "oms_policy": "1" * 16}
    with pytest.raises(InvalidFieldsError) as error:
        normal_newborn(broken, TODAY)
    assert [f for f, _ in codes(error)] == ["/first_name", "/birth_certificate", "/snils", "/oms_policy"]


@pytest.mark.requirement("SPC-1")
def test_the_other_parent_or_a_basis_and_not_both() -> None:
    other = {"snils": "112-233-445 95", "birth_date": "1990-01-01"}
    assert normal_other_parent({"other_parent": other}, TODAY) == {"snils": "11223344595", "birth_date": "1990-01-01"}
    assert normal_other_parent({"single_parent_basis": next(iter(SINGLE_PARENT))}, TODAY) is None
    for form in ({}, {"other_parent": other, "single_parent_basis": "court-decision"}):
        with pytest.raises(InvalidFieldsError):
            normal_other_parent(form, TODAY)


# --- permissions

PERMISSION = {
    "basis": "notarised-permission",
    "kind": "parent",
    "number": "77 АА 1234567",
    "authority": "Нотариус города Москвы",
    "issued_on": "2026-01-10",
    "for_case": "case",
}


@pytest.mark.requirement("SPC-2")
def test_a_permission_is_for_one_thing_and_ages() -> None:
    given_ = normal_permission(PERMISSION, TODAY)
    assert given_["for_case"] == "case"
    issued = date.fromisoformat(given_["issued_on"])
    assert still_good(given_, issued + OLDEST_PERMISSION)
    assert not still_good(given_, issued + OLDEST_PERMISSION + timedelta(days=1))
    court = {**PERMISSION, "basis": "court-decision", "issued_on": "2019-01-10"}
    assert still_good(normal_permission(court, TODAY), date(2036, 1, 1))
    ending = normal_permission({**PERMISSION, "until": "2026-03-05"}, TODAY)
    assert [still_good(ending, date(2026, 3, day)) for day in (5, 6)] == [True, False]


@pytest.mark.requirement("SPC-2")
@pytest.mark.parametrize(
    ("changes", "field", "code"),
    [
        ({"for_case": None}, "/child", "choice"),
        ({"child": {"birth_certificate": "II-АБ 123456", "birth_date": "2020-01-01"}}, "/child", "choice"),
        ({"issued_on": "2020-01-10"}, "/issued_on", "too-old"),
        ({"issued_on": "2026-03-03"}, "/issued_on", "future"),
        ({"until": "2026-03-01"}, "/until", "past"),
        ({"until": "2026-02-31"}, "/until", "format"),
        ({"number": " "}, "/number", "format"),
        ({"kind": "guardian"}, "/basis", "basis"),
        ({"basis": "birth-certificate"}, "/basis", "basis"),  # it says nothing about the other parent's word
        ({"for_case": None, "child": {"birth_date": "2020-01-01"}}, "/child/birth_certificate", "choice"),
        ({"for_case": None, "child": {"snils": "1", "birth_date": "2020-01-01"}}, "/child/snils", "format"),
    ],
)
def test_what_is_no_permission(changes: dict, field: str, code: str) -> None:
    with pytest.raises(InvalidFieldsError) as error:
        normal_permission({**PERMISSION, **changes}, TODAY)
    assert codes(error) == [(field, code)]
