"""Fields found on pages of words, and which pages are read: pure rules (UX-3)."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chalicelib.domain.recognition.confirmation import origins, parts, unconfirmed
from chalicelib.domain.recognition.drafting import KINDS, drafted
from chalicelib.domain.recognition.faults import WORDS, Fault
from chalicelib.domain.recognition.found import moment, number
from chalicelib.domain.recognition.pages import Box, Measures, Page, Word, effective_dpi, fault_of, marks_of
from chalicelib.domain.recognition.protocol import code_of
from chalicelib.records.bodies.units import UNITS
from chalicelib.records.registry import record_type
from chalicelib.records.shapes import validate
from tests.recognition_world import LABORATORY, PROTOCOL, page

pytestmark = pytest.mark.requirement("UX-3")

ZONE = "Europe/Moscow"
CODES = {text: code for code, both in UNITS.items() for text in both}


def of(kind: str, *pages: Page) -> Any:
    return drafted(kind, pages, CODES, ZONE)


def test_a_laboratory_form_with_a_heading() -> None:
    found = of("laboratory-result", LABORATORY)
    body = found.body
    assert body["occurred_at"] == "2026-03-20T08:30:00+03:00"
    assert (body["laboratory"], body["category"]) == ("Лаборатория «Гемотест»", "blood")
    assert body["values"][0] == {"name": "Гемоглобин", "value": "142", "unit": "g/L", "low": "120", "high": "160"}
    assert body["values"][1]["value"] == "11.2"
    assert body["values"][2]["unit"] == "mm/h"
    assert body["values"][3] == {"name": "Белок в моче", "text": "не обнаружен"}
    assert body["conclusion"] == "Лейкоцитоз."
    assert found.patient["text"] == "Журавлёва Ксения Аркадьевна"
    validate(record_type("laboratory-result").body, body)


def test_a_laboratory_form_of_blanks_alone() -> None:
    rows = page([(10, "Глюкоза"), (40, "5,1"), (55, "ммоль/л"), (70, "3,9-6,1")], [(10, "Холестерин"), (40, "4,8")])
    for bare in (rows, page([(10, "Глюкоза"), (40, "5,1"), (55, "ммоль/л")])):
        first = of("laboratory-result", bare).body["values"][0]
        assert (first["name"], first["value"], first["unit"]) == ("Глюкоза", "5.1", "mmol/L")
    assert of("laboratory-result", rows).body["values"][0]["high"] == "6.1"


def test_a_table_goes_on_over_pages_that_repeat_its_heading() -> None:
    head = [(10, "Показатель"), (40, "Результат"), (55, "Ед. изм."), (70, "Референсные значения")]
    first = page(head, [(10, "АЛТ"), (40, "31"), (55, "Ед/л"), (70, "до 41")])
    second = page(head, [(10, "АСТ"), (40, "28"), (55, "Ед/л"), (70, "< 40")], number=2)
    found = of("laboratory-result", first, second)
    assert [row["name"] for row in found.body["values"]] == ["АЛТ", "АСТ"]
    assert [row["high"] for row in found.body["values"]] == ["41", "40"]
    assert {one["page"] for one in found.fields if one["field"].startswith("/values/1/")} == {2}


def test_a_protocol_of_running_text() -> None:
    body = of("examination-protocol", PROTOCOL).body
    assert body["occurred_at"] == "2026-03-21T10:15:00+03:00"
    assert body["doctor_name"] == "Петров Пётр Петрович"
    assert body["complaints"] == "головная боль по утрам, повышение давления до 160/95, слабость."
    assert body["conclusion"] == "Гипертоническая болезнь II стадии."
    assert body["follow_up_plan"].endswith("повторный приём через 2 недели.")
    (diagnosis,) = body["diagnoses"]
    assert (diagnosis["code"], diagnosis["role"]) == ("I11.9", "main")
    validate(record_type("examination-protocol").body, body)


@pytest.mark.parametrize(
    ("read", "code"),
    [
        ("I11.9", ("I11.9", False)),
        ("111.9", ("I11.9", True)),
        ("(J45.0)", ("J45.0", False)),
        ("Е11.О", ("E11.0", True)),  # Russian letters
        ("112", None),
        ("160/95", None),
        ("Ж11", None),
    ],
)
def test_codes_that_were_misread_are_marked_as_guessed(read: str, code: Any) -> None:
    assert code_of(read) == code


def test_in_the_column_of_codes_a_number_is_one() -> None:
    head, row = [(10, "Код"), (25, "Диагноз"), (70, "Роль")], [(10, "110"), (25, "Гипертензия"), (70, "основной")]
    found = of("examination-protocol", page(head, row))
    assert found.body["diagnoses"] == [{"code": "I10", "text": "Гипертензия", "role": "main"}]
    assert found.fields[0]["guessed"] is True


def test_numbers_and_moments() -> None:
    assert (number("5,10"), number("1O,5"), number("не обнаружен"), number("12:30")) == (
        ("5.10", False),
        ("10.5", True),
        None,
        None,
    )
    assert moment("от 5 марта 2026 г. 9:05", ZONE) == "2026-03-05T09:05:00+03:00"
    assert moment("31.02.2026", ZONE) is None


@pytest.mark.parametrize(
    ("read", "unit", "guessed"),
    [
        ("x109/n", "10*9/L", False),
        ("MM/Y", "mm/h", True),
        ("ммоль/л", "mmol/L", False),
        ("имоль/л", "имоль/л", True),  # milli, micro, nano or pico: nobody guesses
    ],
)
def test_a_unit_is_guessed_where_one_alone_is_meant(read: str, unit: str, *, guessed: bool) -> None:
    row = page([(10, "Показатель"), (40, "Значение"), (55, "Ед.")], [(10, "Калий"), (40, "4.1"), (55, read)])
    found = {one["field"]: one for one in of("laboratory-result", row).fields}["/values/0/unit"]
    assert (found["value"], found["guessed"]) == (unit, guessed)


def test_a_range_that_is_upside_down_says_nothing() -> None:
    row = page([(10, "Показатель"), (40, "Значение"), (70, "Норма")], [(10, "Калий"), (40, "4.1"), (70, "9.0-4.0")])
    value = of("laboratory-result", row).body["values"][0]
    assert "low" not in value
    assert value["reference_text"] == "9.0-4.0"


def test_confidence_is_that_of_the_least_sure_word_and_refuses_nothing() -> None:
    found = of("laboratory-result", page([(10, "Лаборатория:"), (35, "Гемотест")], confidence=3))
    assert [one["confidence"] for one in found.fields] == [3]
    assert (
        of("laboratory-result", page([(10, "Лаборатория:"), (35, "Х")], confidence=None)).fields[0]["confidence"]
        is None
    )


def test_which_pages_are_read() -> None:
    good = Measures(dpi=300, ink=0.02, sharpness=90)
    assert (fault_of(good), marks_of(good)) == (None, ())
    assert fault_of(Measures(dpi=300, ink=0.0, sharpness=0)) is Fault.BLANK
    assert fault_of(Measures(dpi=150, ink=0.02, sharpness=90)) is Fault.RESOLUTION
    assert fault_of(Measures(dpi=300, ink=0.02, sharpness=20)) is Fault.BLURRED
    taken = Measures(dpi=300, ink=0.02, sharpness=40, unevenness=75, keystone=2.5, skew=-1.1, turned=90)
    assert marks_of(taken) == ("photographed", "uneven-light", "soft", "turned", "skewed")
    assert set(WORDS) == set(Fault)


@pytest.mark.parametrize(
    ("size", "said", "dpi"),
    [
        ((2480, 3508), 300, 300),
        ((2480, 3508), 0, 310),  # A4 that says nothing: taken for a sheet
        ((2480, 3508), 72, 310),  # a camera's 72
        ((1240, 1754), 600, 155),  # a sheet of two inches: not believed
        ((1748, 2480), 300, 300),  # A5
    ],
)
def test_dots_an_inch_are_believed_where_a_sheet_follows_from_them(
    size: tuple[int, int], said: float, dpi: float
) -> None:
    assert effective_dpi(*size, said) == pytest.approx(dpi, abs=1)


def test_what_a_person_confirms_and_where_it_comes_from() -> None:
    draft = {"laboratory": "Гемо", "values": [{"name": "А", "value": "1"}, {"name": "Б", "value": "2"}]}
    moved = {"name": "Б", "value": "2", "interpretation": "N", "method": None}
    body = {"laboratory": "Гемотест", "values": [moved], "panel": "Кровь", "status": "final", "related": []}
    assert list(parts(body)) == ["/laboratory", "/values/0", "/panel"]
    assert unconfirmed(body, ["/laboratory", "/panel"]) == ["/values/0"]
    assert origins(draft, body) == {"/laboratory": "corrected", "/values/0": "recognised", "/panel": "entered"}


words = st.builds(
    Word,
    st.text(st.sampled_from("АбвI1l|.,:-<()/ 09тЖалобыДиагноз"), min_size=1, max_size=12).filter(str.strip),
    st.builds(Box, *[st.floats(0, 1900)] * 2, *[st.floats(1, 90)] * 2),
    st.none() | st.integers(0, 100),
)


@given(st.lists(words, max_size=40), st.sampled_from(KINDS))
def test_whatever_was_read_gives_a_draft_with_places_on_the_page(found: list[Word], kind: str) -> None:
    made = of(kind, Page(1, 2000, 2800, tuple(found)))
    for one in made.fields:
        left, top, width, height = one["box"]
        assert 0 <= left <= left + width <= 1.0001
        assert 0 <= top <= top + height <= 1.0001
