"""Rules of results over time: units, analytes, ranges, breaks, trends."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chalicelib.domain.results.comparison import Result, Wish, compare, shown
from chalicelib.domain.results.points import Patient
from chalicelib.domain.results.suggestions import SUGGESTIONS
from chalicelib.domain.results.units import converted, read
from chalicelib.domain.texts import NOTICES
from chalicelib.domain.texts.results import BROKEN
from chalicelib.domain.ucum import is_unit
from chalicelib.records.registry import RECORD_TYPES
from tests.result_world import value
from tests.world import CODE_SETS

pytestmark = pytest.mark.requirement("REC-5")

ANALYTES, UNITS = CODE_SETS("analytes"), CODE_SETS("units")
START = datetime(2026, 1, 10, 8, tzinfo=UTC)
CODES = [row.code for row in UNITS.rows()]


@pytest.mark.parametrize(
    ("number", "unit", "to", "expected"),
    [
        ("118.0", "g/L", "g/dL", "11.80"),
        ("5.1", "mmol/L", "umol/L", "5100"),
        ("0.0051", "mol/L", "umol/L", "5100"),
        ("4.5", "10*9/L", "10*3/uL", "4.5"),
        ("4.50", "10*12/L", "10*6/uL", "4.50"),
        ("0.42", "L/L", "%", "42"),
        ("90", "fL", "um3", "90"),
        ("2.1", "m[IU]/L", "u[IU]/mL", "2.1"),
        ("1.015", "g/mL", "kg/L", "1.015"),
        ("3", "mg/g", "g/kg", "3"),
        ("5", "[IU]/mL", "k[IU]/L", "5"),
        ("5.1", "mmol/L", "mg/dL", None),
        ("90", "mL/min/{1.73_m2}", "mL/min", None),
        ("15", "mm/h", "mm/min", None),
        ("30", "mg/(24.h)", "g/(24.h)", None),
        ("30", "mg/(24.h)", "mg/(24.h)", "30"),
        ("5", "/[HPF]", "/uL", None),
        ("1", "{INR}", "1", None),
        ("36.6", "Cel", "mCel", None),
        ("6", "[pH]", "1", None),
        ("1", "U/L", "ukat/L", None),
        ("1", "", "1", None),
        ("1", "g..L", "g", None),
    ],
)
def test_units_are_converted_exactly_or_not_at_all(number: str, unit: str, to: str, expected: str | None) -> None:
    found = converted(Decimal(number), unit, to)
    assert (None if found is None else format(found, "f")) == expected


@given(st.sampled_from(CODES), st.sampled_from(CODES), st.decimals("0.000001", "999999999", places=6))
def test_a_conversion_goes_back_to_the_same_number(unit: str, to: str, number: Decimal) -> None:
    there = converted(number, unit, to)
    if there is not None:
        assert converted(there, to, unit) == number
    assert (there is None) == (converted(Decimal(1), to, unit) is None)


@given(st.text("mgLdu/.*109[]{}%hk-", max_size=12))
def test_any_text_is_a_unit_or_none(text: str) -> None:
    if read(text) is None:
        assert converted(Decimal(1), text, "g") is None


def test_units_of_the_code_set_are_read_unless_they_have_brackets() -> None:
    unread = [code for code in CODES if is_unit(code) and read(code) is None]
    assert [code for code in unread if "(" not in code and code != "dB"] == []


def result(days: int, *values: dict[str, Any], **more: Any) -> Result:
    body = {
        "occurred_at": (START + timedelta(days=days)).isoformat(),
        "laboratory": "КДЛ",
        "panel": "ОАК",
        "category": "blood",
        "values": list(values),
        **more,
    }
    return Result(f"r{days}", 1, body)


def matrix(*results: Result, wanted: tuple[str, ...] = (), panel: str = "", **patient: Any) -> dict[str, Any]:
    return shown(compare(results, Wish(wanted, panel, ANALYTES), Patient(**patient)))


def broken(found: dict[str, Any]) -> list[Any]:
    (line,) = found["analytes"]
    return [(part["broken_by"], [p["value"] for p in part["points"]]) for part in line["parts"]]


def test_one_analyte_under_several_names_codes_and_units_is_one_row() -> None:
    found = matrix(
        result(0, value("Гемоглобин", "130.0", loinc="718-7", low="120", high="160")),
        result(9, value("HGB", "12.5", "g/dL", low="12.0", high="16.0")),
        result(20, value("гемоглобин", "118", low="120", high="160")),
    )
    (line,) = found["analytes"]
    (part,) = line["parts"]
    assert (line["analyte"], line["names"]["en"], part["unit"]) == ("haemoglobin", "Haemoglobin", "g/L")
    assert [(p["value"], p["unit"], p["number"], p["low"], p["flag"]) for p in part["points"]] == [
        ("130.0", "g/L", "130.0", "120", "N"),
        ("12.5", "g/dL", "125", "120", "N"),
        ("118", "g/L", "118", "120", "L"),
    ]
    assert line["trend"] == {
        "comparable": True,
        "direction": "falling",
        "change": "-7",
        "relative_percent": "-5.6",
        "slope_per_day": "-0.6013",
        "unit": "g/L",
        "points": 3,
    }


def test_names_outside_the_code_set_meet_by_loinc_and_by_name() -> None:
    found = matrix(
        result(0, value("Зонулин  сыворотки", "1", "ng/mL", loinc="99999-1")),
        result(1, value("зонулин сыворотки", "2", "ng/mL")),
        result(2, value("Zonulin", "3", "ug/L", loinc="99999-1")),
        result(3, value("Мёд", "4")),
        result(4, value("мед", "5")),
    )
    rows = [[p["value"] for part in a["parts"] for p in part["points"]] for a in found["analytes"]]
    assert sorted(rows) == [["1", "2", "3"], ["4", "5"]]


def test_a_share_and_a_count_of_one_name_are_two_rows_and_so_are_blood_and_urine() -> None:
    found = matrix(
        result(0, value("Нейтрофилы", "60", "%"), value("Нейтрофилы", "3.1", "10*9/L")),
        result(1, value("Глюкоза", "5.1", "mmol/L")),
        result(2, value("Глюкоза", "0.2", "mmol/L"), category="urine"),
    )
    assert len(found["analytes"]) == 4


@pytest.mark.parametrize(
    ("first", "second", "reason"),
    [
        (value("Глюкоза", "5.1", "mmol/L"), value("Глюкоза", "92", "mg/dL"), "unit"),
        (value("СОЭ", "5", "mm/h", method="Панченков"), value("СОЭ", "9", "mm/h", method="Вестергрен"), "method"),
        (value("СОЭ", "5", "mm/h", loinc="4537-7"), value("СОЭ", "9", "mm/h", loinc="30341-2"), "loinc"),
        (value("СРБ", "1", "mg/L"), {"name": "СРБ", "text": "<0.5"}, "comparator"),
        (value("СРБ", "1", "mg/L"), {"name": "СРБ", "text": "не обнаружен"}, "text"),
        ({"name": "СРБ", "text": ">= 100"}, value("СРБ", "1", "mg/L"), "quantity"),
    ],
    ids=["unit", "method", "loinc", "comparator", "text", "quantity"],
)
def test_what_cannot_be_compared_breaks_the_series_and_says_why(first: Any, second: Any, reason: str) -> None:
    found = matrix(result(0, first), result(1, second))
    assert [why for why, _ in broken(found)] == [None, reason]
    assert found["analytes"][0]["trend"] == {"comparable": False, "reason": reason}
    assert reason in BROKEN


def test_another_specimen_breaks_and_a_method_that_is_not_said_does_not() -> None:
    found = matrix(
        result(0, value("Глюкоза", "5", "mmol/L", method="Гексокиназа"), specimen="Венозная кровь"),
        result(1, value("Глюкоза", "6", "mmol/L")),
        result(2, value("Глюкоза", "7", "mmol/L"), specimen="Капиллярная кровь"),
        result(3, value("Глюкоза", "8", "mmol/L", method="Другой")),
    )
    assert broken(found) == [(None, ["5", "6"]), ("specimen", ["7", "8"])]


def test_what_is_preliminary_is_shown_and_takes_no_part_in_a_trend() -> None:
    found = matrix(
        result(0, value("Калий", "4.0", "mmol/L")),
        result(1, value("Калий", "4.5", "mmol/L")),
        result(2, value("Калий", "9.9", "mmol/L"), status="preliminary"),
    )
    assert found["analytes"][0]["trend"]["change"] == "0.5"
    assert [p["preliminary"] for p in found["analytes"][0]["parts"][0]["points"]] == [False, False, True]
    alone = matrix(result(0, value("Калий", "4", "mmol/L"), status="preliminary"))
    assert alone["analytes"][0]["trend"]["reason"] == "preliminary"
    assert matrix(result(0, value("Калий", "4", "mmol/L")))["analytes"][0]["trend"]["reason"] == "first"


def test_what_was_withdrawn_is_counted_and_left_out() -> None:
    taken_back = Result("x", 1, result(2, value("Калий", "9", "mmol/L")).body, withdrawn=True)
    wrong = result(3, value("Калий", "8", "mmol/L"), status="entered-in-error")
    found = matrix(result(0, value("Калий", "4", "mmol/L")), taken_back, wrong)
    assert (found["withdrawn"], [r["record"] for r in found["results"]]) == (2, ["r0"])


@pytest.mark.parametrize(
    ("applies", "patient", "fits", "flag"),
    [
        ({"sex": "female"}, {"sex": "female"}, True, "L"),
        ({"sex": "male"}, {"sex": "female"}, False, None),
        ({"sex": "male"}, {}, None, None),
        ({"age_from": 18, "age_to": 60}, {"born": date(1987, 4, 12)}, True, "L"),
        ({"age_to": 17}, {"born": date(1987, 4, 12)}, False, None),
        ({"sex": "female", "age_to": 17}, {"sex": "female", "born": date(1987, 4, 12)}, False, None),
        ({"sex": "female", "age_to": 17}, {"sex": "female"}, None, None),
        (None, {"sex": "female"}, None, "L"),
    ],
    ids=["hers", "his", "unknown", "age", "another age", "one of two", "one unknown", "not said"],
)
def test_a_range_for_somebody_else_flags_nothing(applies: Any, patient: Any, fits: Any, flag: str | None) -> None:
    found = matrix(result(0, value("Гемоглобин", "118", low="120", high="160", applies_to=applies)), **patient)
    point = found["analytes"][0]["parts"][0]["points"][0]
    assert (point["range_fits"], point["flag"]) == (fits, flag)


def test_what_the_laboratory_calls_critical_is_critical() -> None:
    found = matrix(result(0, value("Калий", "6.9", "mmol/L", high="5.1", laboratory_flag="HH")))
    assert found["analytes"][0]["parts"][0]["points"][0]["flag"] == "HH"


@pytest.mark.parametrize(
    ("wanted", "panel", "count"),
    [
        (("Гемоглобин",), "", 1),
        (("haemoglobin", "ЁЖ"), "", 1),
        (("718-7",), "", 1),
        (("СОЭ", "hgb"), "", 2),
        ((), "оак", 2),
        ((), "биохимия", 0),
        (("Глюкоза",), "", 0),
    ],
)
def test_only_what_is_asked_for_is_shown(wanted: tuple[str, ...], panel: str, count: int) -> None:
    one = result(0, value("Гемоглобин", "130"), value("СОЭ", "5", "mm/h"))
    found = matrix(one, wanted=wanted, panel=panel)
    assert len(found["analytes"]) == count
    assert len(found["results"]) == min(count, 1)


@given(
    st.lists(
        st.tuples(st.integers(0, 400), st.sampled_from(["g/L", "g/dL", "mmol/L"]), st.decimals("0", "300", places=2)),
        max_size=12,
    )
)
def test_no_value_is_lost_and_every_part_is_in_one_unit_and_in_order(given_values: Any) -> None:
    results = [
        Result(f"r{n}", 1, result(days, value("Зонулин", format(number, "f"), unit)).body)
        for n, (days, unit, number) in enumerate(given_values)
    ]
    found = matrix(*results)
    points = [p for a in found["analytes"] for part in a["parts"] for p in part["points"]]
    assert sorted(p["record"] for p in points) == sorted(r.record for r in results)
    assert [p["at"] for p in points] == sorted(p["at"] for p in points)
    assert all(p["number"] is not None for p in points)


def test_rows_of_suggestions_name_analytes_that_exist_and_say_where_they_are_from() -> None:
    for row in SUGGESTIONS:
        for code in (row.analyte, *row.tests):
            assert ANALYTES.row(code), code
        assert "(unverified)" in row.source


def test_notices_of_states_exist() -> None:
    news = [event for spec in RECORD_TYPES for events in spec.news.values() for event in events.values()]
    assert set(news) <= set(NOTICES)
