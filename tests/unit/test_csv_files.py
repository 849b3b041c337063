"""Exports of other record systems as CSV: what is read of them (PRT-9)."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from chalicelib.interop.csv_files import CsvFiles
from chalicelib.interop.csv_files import cells as convert
from chalicelib.interop.csv_files.cells import CONVERSIONS, About
from chalicelib.interop.csv_files.reading import PART
from chalicelib.interop.csv_files.tables import TABLES, layout, normal, tables
from chalicelib.interop.mapping import mapped
from tests.hl7_world import SNILS, rules

pytestmark = pytest.mark.requirement("PRT-9")

NOW = datetime(2026, 11, 26, 12, tzinfo=UTC)
HEADER = "№ заказа;СНИЛС;ФИО;Дата рождения;Код теста;Показатель;Результат;Ед. изм.;Норма;Дата взятия"
RUSSIAN = About()


def row(
    order: str = "7", value: str = "4,8", snils: str = SNILS, name: str = "Иванова Анна Петровна", **more: str
) -> str:
    said = {"born": "12.05.1980", "code": "GLU", "test": "Глюкоза", "unit": "ммоль/л", "range": "3,9-6,1"} | more
    said |= {"at": more.get("at", "25.02.2026 08:10")}
    cells = [
        order,
        snils,
        name,
        said["born"],
        said["code"],
        said["test"],
        value,
        said["unit"],
        said["range"],
        said["at"],
    ]
    return ";".join(cells)


def file(*rows: str, header: str = HEADER, charset: str = "utf-8-sig", end: str = "\r\n") -> bytes:
    return end.join([header, *rows, ""]).encode(charset)


def read(raw: bytes) -> list[dict[str, Any]]:
    return [group.reports[0].resource for group in CsvFiles().read(raw, NOW).groups]


# --- cells


@pytest.mark.parametrize(
    ("said", "found"),
    [
        ("25.11.2026", "2026-11-25"),
        ("2026-11-25", "2026-11-25"),
        ("5.1.2026", "2026-01-05"),
        ("25.11.2026 08:10", "2026-11-25T08:10:00+03:00"),
        ("2026-11-25T08:10:30Z", "2026-11-25T08:10:30+00:00"),
        ("2026-11-25 08:10:30+0500", "2026-11-25T08:10:30+05:00"),
        ("31.02.2026", None),
        ("11/25/2026", None),
        ("25.11.26", None),
        ("25.11.2026 около 8", None),
        ("вчера", None),
    ],
)
def test_moments(said: str, found: str | None) -> None:
    assert convert.moment(said, RUSSIAN) == found


@pytest.mark.parametrize(
    ("said", "decimal", "found"),
    [
        ("4,8", True, "4.8"),
        ("5,10", True, "5.10"),
        ("1 234,5", True, "1234.5"),
        ("1,234", True, "1.234"),
        ("1,234", False, "1,234"),
        ("<0,5", True, "<0.5"),
        ("+", True, "+"),
    ],
)
def test_numbers(said: str, decimal: bool, found: str) -> None:  # noqa: FBT001 - a table
    assert convert.plain(said, About(comma_is_decimal=decimal)) == found


def test_results_are_numbers_or_words() -> None:
    number = convert.result("5,10", RUSSIAN)
    assert number is not None
    assert number["valueQuantity"]["value"].text == "5.10"
    assert convert.result("<0,5", RUSSIAN) == {"valueQuantity": {"value": 0.5, "comparator": "<"}}
    assert convert.result("не обнаружено", RUSSIAN) == {"valueString": "не обнаружено"}
    assert convert.bounds("3,125-6,125", RUSSIAN) == {
        "text": "3,125-6,125",
        "low": {"value": 3.125},
        "high": {"value": 6.125},
    }
    assert convert.bounds("отр.", RUSSIAN) == {"text": "отр."}
    assert [convert.icd10(one, RUSSIAN) for one in ("Е11.9", "i10", "E11.9+", "диабет")] == ["E11.9", "I10", None, None]


# --- files


@pytest.mark.parametrize(
    ("charset", "separator", "end"),
    [
        ("utf-8", ";", "\n"),
        ("utf-8-sig", ";", "\r\n"),
        ("cp1251", "\t", "\r\n"),
        ("utf-16", "\t", "\r\n"),
        ("cp1251", "|", "\r"),
    ],
)
def test_however_it_was_saved(charset: str, separator: str, end: str) -> None:
    raw = file(
        *(one.replace(";", separator) for one in (row(), row("8"))),
        header=HEADER.replace(";", separator),
        charset=charset,
        end=end,
    )
    assert [one["code"]["text"] for one in read(raw)] == ["Глюкоза"] * 2


def test_a_title_above_the_header_empty_lines_and_cells_over_lines() -> None:
    raw = file(
        row(), "", ";;;;;;;;;", row("8", '"не\nобнаружено; ""повторить"""'), header="Журнал за ноябрь\r\n" + HEADER
    )
    assert [one.get("valueString") for one in read(raw)] == [None, 'не\nобнаружено; "повторить"']


def test_a_result_as_a_resource() -> None:
    (found,) = read(file(row()))
    assert rules().problems(found | {"subject": {"reference": "Patient/1"}}) == []
    assert found["valueQuantity"] == {"value": 4.8, "unit": "ммоль/л"}
    assert found["referenceRange"] == [{"text": "3,9-6,1", "low": {"value": 3.9}, "high": {"value": 6.1}}]
    assert mapped(found | {"performer": [{"display": "Л"}]}).kind == "laboratory-result"


DIAGNOSES = "Код записи;СНИЛС;Фамилия;Имя;Код МКБ-10;Диагноз;Дата;Характер;Состояние;Тип диагноза;Дата окончания"
VACCINATIONS = "№ карты;Фамилия;Имя;Дата рождения;Вакцина;Код вакцины;Дата прививки;Серия;Доза, мл;Этап;МО"


@pytest.mark.parametrize(
    ("raw", "kind"),
    [
        (
            file(
                f"1;{SNILS};Иванова;Анна;Е11.9;Диабет;01.02.2021;хроническое;ремиссия;заключительный;", header=DIAGNOSES
            ),
            "chronic-condition",
        ),
        (
            file(f"2;{SNILS};Иванова;Анна;J06.9;ОРВИ;01.02.2026;острое;;предварительный;05.02.2026", header=DIAGNOSES),
            "",
        ),
        (
            file(
                "77;Иванова;Анна;12.05.1980;Превенар 13;pcv;01.10.2025;АВ1;0,5;V1;Поликлиника № 1",
                header=VACCINATIONS,
            ),
            "vaccination",
        ),
        (file("77;Иванова;Анна;12.05.1980;Гриппол плюс;;01.10.2025;;;;", header=VACCINATIONS), ""),
    ],
)
def test_diagnoses_and_vaccinations(raw: bytes, kind: str) -> None:
    (found,) = read(raw)
    about = {"Condition": "subject", "Immunization": "patient"}[found["resourceType"]]
    assert rules().problems(found | {about: {"reference": "Patient/1"}}) == []
    assert mapped(found).kind == kind


def test_a_word_that_is_on_no_list_stays_a_word_where_it_may() -> None:
    header = HEADER + ";Флаг;Статус"
    flagged = read(file(row() + ";Выше нормы;Готов", row("8") + ";⬆ В;", header=header))
    assert [one["interpretation"][0].get("text") for one in flagged] == [None, "⬆ В"]
    reading = CsvFiles().read(file(row() + ";;загадочный", header=header), NOW)
    assert [(fault.word, fault.place and fault.place.field) for fault in reading.faults] == [("row-value", 12)]


def test_what_no_table_knows_is_told() -> None:
    reading = CsvFiles().read(file("1;2", header="А;Б"), NOW)
    assert [(fault.word, fault.error) for fault in reading.faults] == [("no-table", True)]


def test_parts_are_whole_rows_under_the_header() -> None:
    rows = [row(str(number), '"а\nб"' if number % 7 == 0 else "1") for number in range(PART * 2 + 5)]
    parts = CsvFiles().split(file(*rows, charset="cp1251"))
    numbers = [one["identifier"][0]["value"] for part in parts for one in read(part)]
    assert len(parts) == 3
    assert numbers == [str(number) for number in range(len(rows))]


@given(st.binary(max_size=200), st.integers(0, 300))
@settings(max_examples=60, deadline=None)
@example(b'"', 0)
@example(b"\x00", 100)
def test_nothing_sent_raises(noise: bytes, at: int) -> None:
    raw = file(row(), row("8"), charset="cp1251")
    spoiled = raw[:at] + noise + raw[at:]
    reader = CsvFiles()
    for part in reader.split(spoiled):
        reading = reader.read(part, NOW)
        assert reading.rows >= len(reading.groups)
        for number in range(len(reading.groups)):
            assert reader.shown(part, number)


# --- tables


def test_tables_are_well_told() -> None:
    for path in TABLES.glob("*.json"):
        for one in json.loads(path.read_text("utf-8"))["columns"]:
            assert {one.get("as", "line"), one.get("other", "line")} <= CONVERSIONS.keys()
            assert all(normal(word) for word in one.get("words", {}))
    for table in tables():
        assert {name for key in table.keys for name in key} <= {column.id for column in table.columns} | {"person"}
        header = ["СНИЛС", *(min(column.names) for column in table.columns if column.needed)]
        found = layout(header)
        assert found is not None
        assert found.table is table


def test_no_two_columns_of_a_table_have_one_name() -> None:
    for table in tables():
        names = [name for column in table.columns for name in column.names]
        assert len(names) == len(set(names)), table.name
