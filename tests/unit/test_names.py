"""Names as one line, and surnames that a man and a woman of one family write differently."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chalicelib.domain.names import full_name, same_name, surname_stem


@pytest.mark.requirement("AUD-4")
@pytest.mark.parametrize(
    ("his", "hers"),
    [
        ("Иванов", "Иванова"),
        ("ЖУРАВЛЁВ", "Журавлева"),
        ("Кузьмин", "Кузьмина"),
        ("Куницын", "Куницына"),
        ("Достоевский", "Достоевская"),
        ("Троцкий", "Троцкая"),
        ("Толстой", "Толстая"),
        ("Белый", "Белая"),
        ("Синий", "Синяя"),
        ("Шевченко", "Шевченко"),
        ("Черных", "Черных"),
        ("Smith", "Smith"),
        ("Петров-Водкин", "Петрова"),
        ("Римская‑Корсакова", "Римский"),
    ],
)
def test_one_family_has_one_stem(his, hers):
    assert surname_stem(his) == surname_stem(hers) != ""


@pytest.mark.requirement("AUD-4")
@pytest.mark.parametrize(("one", "other"), [("Иванов", "Петров"), ("Белый", "Белов"), ("Ли", "Лий"), ("Ой", "Ий")])
def test_other_families_have_others(one, other):
    assert surname_stem(one) != surname_stem(other)


@given(st.text(max_size=40))
def test_a_stem_is_letters_alone_whatever_is_typed(surname):
    stem = surname_stem(surname)
    assert not stem or stem.isalpha()
    assert surname_stem(f"  {surname} ") == stem


def test_a_name_is_one_line_and_spelling_does_not_matter():
    assert full_name({"last_name": "Иванова", "first_name": "Анна", "middle_name": ""}) == "Иванова Анна"
    assert full_name({}) == "—"
    assert same_name(" Фёдоров  Пётр", "федоров петр")
    assert not same_name("Фёдоров", "Федорова")
