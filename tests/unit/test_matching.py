"""Whether two descriptions are of one person: levels, vetoes, blocks; and how well it does on made-up people."""

from __future__ import annotations

from random import Random  # noqa: TID251 - made-up people from a seed

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bench.matching import evaluate, report
from bench.people import again, made, twin
from chalicelib.domain.matching import FIELDS, THRESHOLD, VARIANTS, blocks, compare, contradicts, plain

pytestmark = pytest.mark.requirement("ACT-5")

ANNA = {
    "last_name": "Журавлёва",
    "first_name": "Анна",
    "middle_name": "Сергеевна",
    "birth_date": "1987-04-12",
    "sex": "female",
}


def bits(**changes: str) -> float:
    return round(compare(ANNA, {**ANNA, **changes}).bits, 1)


def test_the_weights_of_the_reference() -> None:
    by_name = {field.name: {n: round(level.bits, 1) for n, level in field.levels.items()} for field in FIELDS}
    assert by_name["last_name"] == {"same": 9.8, "close": 3.7, "differs": -4.6}
    assert by_name["birth_date"] == {"same": 14.6, "close": 2.7, "differs": -6.6}
    assert by_name["phone"] == {"same": 12.6, "differs": -1.3}
    assert by_name["passport"] == {"same": 19.7, "differs": -2.7}
    assert bits() == pytest.approx(36.6 - 19.9, abs=0.2)


@pytest.mark.parametrize(
    ("changes", "proposed"),
    [
        ({}, True),
        ({"last_name": "Журавлева"}, True),  # е for ё is no difference
        ({"last_name": "Журавлёа"}, True),
        ({"last_name": "Смирнова"}, True),  # married; everything else agrees
        ({"birth_date": "1987-12-04"}, True),  # day and month in each other's place
        ({"birth_date": "1990-01-01"}, False),
        ({"first_name": "Ольга"}, False),
        ({"first_name": "Ольга", "phone": "+79161234567"}, False),
    ],
)
def test_who_is_proposed(changes: dict[str, str], *, proposed: bool) -> None:
    assert compare(ANNA, {**ANNA, **changes}).proposed is proposed


def test_twins_and_two_numbers_are_never_proposed() -> None:
    rng = Random(1)  # noqa: S311
    for number in range(200):
        one = made(rng, number)
        other = twin(rng, one, 1000 + number)
        assert not compare(one, other).proposed
    with_phone = {**ANNA, "phone": "+79161234567", "snils": "11223344595"}
    result = compare(with_phone, {**with_phone, "snils": "08765430300"})
    assert (result.veto, result.proposed) == ("snils", False)
    assert result.probability > THRESHOLD


def test_an_equal_number_decides_and_what_speaks_against_it_is_seen() -> None:
    mine = {**ANNA, "snils": "11223344595"}
    assert compare(mine, {**mine, "last_name": "Смирнова"}).certain
    assert not contradicts(compare(mine, {**mine, "last_name": "Смирнова"}))
    assert contradicts(compare(mine, {**mine, "first_name": "Пётр", "last_name": "Орлов"}))
    assert contradicts(compare(mine, {**mine, "birth_date": "1950-01-31", "last_name": "Орлова"}))


def test_variants_of_a_name_are_close() -> None:
    assert compare({**ANNA, "first_name": "Наталья"}, {**ANNA, "first_name": "Наталия"}).close == ("first_name",)
    assert all(plain(name) == name for names in VARIANTS for name in names)


def test_blocks_hold_what_may_be_typed_differently() -> None:
    mine = blocks({**ANNA, "phone": "+79161234567"})
    married = blocks({**ANNA, "last_name": "Смирнова"})
    assert set(mine) == {"born-surname", "born-given", "stem-year", "phone"}
    assert mine["born-given"] == married["born-given"]
    assert mine["born-surname"] != married["born-surname"]
    assert blocks({**ANNA, "birth_date": "1987-12-04"})["stem-year"] == mine["stem-year"]


@given(st.integers(0, 10_000))
def test_a_comparison_is_the_same_from_both_sides(seed: int) -> None:
    rng = Random(seed)  # noqa: S311
    one = made(rng, seed)
    other = again(rng, one) if seed % 2 else made(rng, seed + 1)
    assert compare(one, other).bits == pytest.approx(compare(other, one).bits)
    assert 0 <= compare(one, other).probability <= 1
    assert compare(one, one).certain


def test_recall_and_precision_at_the_threshold() -> None:
    found = evaluate(seed=7, sizes=(6_000, 800, 800, 200))
    assert found.in_blocks / found.again >= 0.985
    assert found.right[THRESHOLD] / found.again >= 0.97
    assert found.right[THRESHOLD] / (found.right[THRESHOLD] + found.wrong[THRESHOLD]) >= 0.95
    assert found.disturbed[THRESHOLD] / found.new <= 0.02
    assert "(chosen)" in report(found)
