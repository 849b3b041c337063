"""Records on the page of a link: laboratory tables, files, what stays unfolded in another language (DOC-4, REC-5)."""

from __future__ import annotations

import json
from typing import Any

import pytest

from chalicelib.handlers.records import described
from chalicelib.records.registry import RECORD_TYPES
from tests.portal.node import OUTSIDE
from tests.portal.test_page import Page, leads_somewhere
from tests.portal.test_share_page import BASE, HELD, OPENED, walked

pytestmark = pytest.mark.requirement("DOC-4", "UX-1")
TYPES = json.loads(json.dumps({"items": [described(spec) for spec in RECORD_TYPES]}))
KIND = "laboratory-result"
LIST = f"{BASE}/records/{KIND}?limit=20"
PASSED, UNFOLDED = ("passcode", "x"), ("unfold", 0)
VALUES: list[dict[str, Any]] = [
    {
        "name": "Гемоглобин",
        "loinc": "718-7",
        "value": "118",
        "unit": "g/L",
        "low": "120",
        "high": "160",
        "applies_to": {"sex": "female", "age_from": 18, "age_to": 60},
        "method": "фотометрия",
        "interpretation": "L",
    },
    {"name": "СОЭ", "value": "5", "unit": "mm/h", "high": "20", "interpretation": "N"},
    {"name": "Белок в моче", "text": "не найден", "reference_text": "нет", "interpretation": None},
]
RESULT = {
    "id": "r1",
    "kind": KIND,
    "body": {"occurred_at": "2026-03-01T10:00:00+09:00", "laboratory": "Лаб 1", "panel": "ОАК", "values": VALUES},
}


def opened(kind: str, *, document: bool = False, files: bool = False) -> list[Any]:
    label = next(one["labels"] for one in TYPES["items"] if one["name"] == kind)
    held = {**HELD, "kinds": [{"kind": kind, "label": label, "document": document, "files": files}]}
    return [OPENED[0], ["GET", BASE, 200, held], ["GET", "/api/v1/record-types", 200, TYPES]]


def results(*records: dict[str, Any], **more: Any) -> list[Any]:
    return ["GET", LIST, 200, {"items": records, **more}]


@pytest.mark.requirement("DOC-4", "REC-5")
def test_results_are_a_short_table_and_codes_and_methods_stand_below_it() -> None:
    page = walked([*opened(KIND), results(RESULT)], PASSED, UNFOLDED)["shown"][-1]
    assert page["headings"] == ["1 марта 2026 г. в 10:00 – Лаб 1; ОАК"]
    rows = (
        "Показатель Значение Ед. Норма Оценка Гемоглобин 118 г/л 120 – 160 (жен., 18–60) ↓ ниже нормы"
        " СОЭ 5 мм/ч ≤ 20  Белок в моче не найден  нет  Коды и методы Гемоглобин LOINC: 718-7; Метод: фотометрия"
    )
    assert page["held"].endswith(rows)


@pytest.mark.requirement("DOC-4", "REC-5")
@pytest.mark.parametrize(
    ("ages", "shown"),
    [({"age_from": 18}, "≥ 18"), ({"age_to": 0}, "≤ 0"), ({"sex": "male"}, "муж."), ({}, None)],
    ids=["from", "to", "sex", "nobody"],
)
def test_for_whom_a_range_is_stands_beside_it(ages: dict[str, Any], shown: str | None) -> None:
    value = {"name": "СОЭ", "value": "5", "unit": "mm/h", "low": "1", "applies_to": ages or None}
    record = {**RESULT, "body": {**RESULT["body"], "values": [value]}}  # type: ignore[dict-item]
    held = walked([*opened(KIND), results(record)], PASSED, UNFOLDED)["shown"][-1]["held"]
    assert held.endswith(f"≥ 1 ({shown})" if shown else "≥ 1")
    assert "Коды" not in held


def test_another_language_keeps_what_was_unfolded_and_reads_nothing_anew() -> None:
    answers = [*opened(KIND), results(RESULT)]
    found = walked(answers, PASSED, UNFOLDED, ("unfold", 1), ("language", 1), ("fold", 1), ("language", 0))
    english, folded, russian = found["shown"][-3:]
    assert english["open"] == ["Laboratory result", "Codes and methods"]
    assert "Analyte Value Unit Range Mark" in english["held"]
    assert english["headings"] == ["March 1, 2026 at 10:00 AM – Лаб 1; ОАК"]
    assert folded["open"] == ["Laboratory result"]
    assert russian["open"] == ["Результат анализа"]
    assert len(found["asked"]) == 4


def test_what_was_folded_again_is_not_read_again_and_more_is_pressed_once() -> None:
    more = ["GET", f"{LIST}&cursor=c1", 200, {"items": [{**RESULT, "id": "r2"}]}]
    found = walked(
        [*opened(KIND), results(RESULT, next="c1"), more], PASSED, UNFOLDED, ("fold", 0), UNFOLDED, ("both", 0)
    )
    assert len(found["shown"][-1]["headings"]) == 2
    assert [call["path"] for call in found["asked"][3:]] == [LIST, f"{LIST}&cursor=c1"]


def test_what_could_not_be_read_folds_again_and_may_be_asked_for_again() -> None:
    found = walked([*opened(KIND), ["GET", LIST, 403, {"code": "access-denied"}], results(RESULT)], PASSED, UNFOLDED)
    assert found["shown"][-1]["open"] == []
    assert found["shown"][-1]["state"] == "Этим владелец карты не поделился."
    offline = walked(opened(KIND), PASSED, UNFOLDED, ("language", 1))["shown"]
    assert offline[-2]["state"].startswith("Нет связи")
    assert offline[-1]["state"].startswith("No connection")


STUDY = {
    "id": "r1",
    "kind": "imaging-study",
    "body": {
        "occurred_at": "2026-03-01T10:00:00+03:00",
        "centre": "Центр",
        "modality": "US",
        "attachments": [{"upload_id": "u1", "title": "Снимок"}],
    },
}
STUDIES = ["GET", f"{BASE}/records/imaging-study?limit=20", 200, {"items": [STUDY]}]
FILE = f"{BASE}/records/imaging-study/r1/files/u1"


@pytest.mark.requirement("DOC-4", "REC-5", "REC-9")
def test_files_of_records_are_taken_in_ranges_under_a_name_that_tells_nothing() -> None:
    given = {"Content-Disposition": 'attachment; filename="u1.dcm"', "Content-Type": "application/dicom"}
    parts = [
        ["GET", FILE, 206, "abcd", {**given, "Content-Range": "bytes 0-3/6"}],
        ["GET", FILE, 206, "ef", {**given, "Content-Range": "bytes 4-5/6"}],
    ]
    found = walked([*opened("imaging-study", files=True), STUDIES, *parts], PASSED, UNFOLDED, ("press", 0))
    assert found["shown"][1]["headings"] == ["1 марта 2026 г. в 10:00 – Центр; УЗИ"]
    assert "Файлы Снимок Скачать файл" in found["shown"][1]["held"]
    assert [call["range"] for call in found["asked"] if call["path"] == FILE] == ["bytes=0-4194303", "bytes=4-4194307"]
    assert found["saved"] == ["abcdef"]
    assert [one["download"] for one in found["clicked"] if "download" in one] == ["imaging-study-u1.dcm"]
    assert found["shown"][-1]["state"] == ""


@pytest.mark.requirement("DOC-4", "REC-5", "REC-9")
def test_a_file_that_may_not_be_taken_has_no_button_and_a_part_that_is_missing_is_no_file() -> None:
    page = walked([*opened("imaging-study"), STUDIES], PASSED, UNFOLDED)["shown"][-1]
    assert "Снимок" in page["held"]
    assert "Скачать" not in page["held"]
    broken = ["GET", FILE, 206, "abcd", {"Content-Range": "bytes 0-3/6"}]
    found = walked([*opened("imaging-study", files=True), STUDIES, broken], PASSED, UNFOLDED, ("press", 0))
    assert found["saved"] == []
    assert found["shown"][-1]["state"].startswith("Нет связи")


@pytest.mark.parametrize("name", ["a", "journal", "s", "d", "r"])
def test_each_page_has_an_icon(name: str) -> None:
    page = Page()
    page.feed((OUTSIDE / f"{name}.html").read_text("utf-8"))
    (icon,) = [dict(given)["href"] for tag, given in page.elements if tag == "link" and dict(given)["rel"] == "icon"]
    assert leads_somewhere(str(icon))
