"""Short readings in a printed export: one table a kind, one line of the contents, however many there are."""

from __future__ import annotations

import json
from datetime import timedelta
from io import BytesIO
from typing import Any

import pytest
from pypdf import PdfReader

from chalicelib.documents.booklet import PdfBooklet
from chalicelib.errors import TooLargeError
from chalicelib.ports import keys
from chalicelib.ports.tables import Store, Update
from chalicelib.records.observation import HEALTH_STATUS, VITAL_SIGN
from chalicelib.services.exports.files import halves
from tests.exports_world import FakeBooklet
from tests.unit.test_attachments import FilesWorld
from tests.world import ANNA

READINGS = 127


@pytest.fixture
def world() -> FilesWorld:
    return FilesWorld()


def measure(world: FilesWorld, count: int, **more: Any) -> None:
    for number in range(count):
        at = (world.clock() - timedelta(hours=number + 1)).isoformat()
        body = {"occurred_at": at, "code": "blood-pressure", "systolic": "128", "diastolic": "82", "unit": "mm[Hg]"}
        world.records.create(world.anna, ANNA, VITAL_SIGN, {**body, **more}, f"sign-{number:04d}-0123456789")


def feel(world: FilesWorld, note: str, number: int = 0) -> None:
    at = (world.clock() - timedelta(hours=number + 1)).isoformat()
    body = {"occurred_at": at, "mood": "poor", "pain": 4, "complaints": ["headache", "fever"], "note": note}
    world.records.create(world.anna, ANNA, HEALTH_STATUS, body, f"felt-{number:04d}-0123456789")


def entries(world: FilesWorld, language: str = "ru") -> list[dict[str, Any]]:
    export_id = world.order(world.anna, format="pdf", language=language)
    assert world.made(world.anna, export_id)["state"] == "ready"
    lines = [json.loads(line) for line in world.file(world.anna, export_id).splitlines()]
    return [entry for line in lines for entry in line.get("entries", ())]


def table(entry: dict[str, Any]) -> dict[str, Any]:
    (section,) = entry["sections"]
    found: dict[str, Any] = section["table"]
    return found


@pytest.mark.requirement("DOC-1", "REC-10")
@pytest.mark.parametrize(
    ("language", "columns", "row"),
    [
        (
            "ru",
            ["Дата и время", "Показатель", "Значение", "Единица", "Как измерено", "Источник"],
            ["артериальное давление", "128/82", "мм рт. ст.", "дома, Тонометр", "со слов пациента"],
        ),
        (
            "en",
            ["Date and time", "Sign", "Value", "Unit", "How measured", "Source"],
            ["blood pressure", "128/82", "mmHg", "at home, Тонометр", "reported by the patient"],
        ),
    ],
    ids=["ru", "en"],
)
def test_readings_are_rows_with_a_date_a_sign_a_value_a_unit_and_a_source(
    world: FilesWorld, language: str, columns: list[str], row: list[str]
) -> None:
    measure(world, 3, place="home", device="Тонометр")
    feel(world, "плохо")
    signs, felt = entries(world, language)
    assert (signs["title"], felt["title"], len(table(signs)["rows"])) == ("", "", 3)
    assert table(signs)["columns"] == columns
    assert [cell.lower() for cell in table(signs)["rows"][0][1:]] == [cell.lower() for cell in row]
    assert table(felt)["rows"][0][-2] == "плохо"


@pytest.mark.requirement("DOC-1")
def test_many_readings_have_one_heading_and_stretches_of_bounded_size(world: FilesWorld) -> None:
    measure(world, READINGS)
    found = entries(world)
    assert [bool(entry["heading"]) for entry in found] == [True, False]
    assert sum(len(table(entry)["rows"]) for entry in found) == READINGS
    assert max(len(table(entry)["rows"]) for entry in found) == 120


@pytest.mark.requirement("DOC-1")
def test_on_paper_they_are_few_pages_and_one_line_of_the_contents(world: FilesWorld) -> None:
    object.__setattr__(world.maker._t, "booklet", PdfBooklet())
    measure(world, READINGS)
    export_id = world.order(world.anna, format="pdf")
    state = world.made(world.anna, export_id)
    assert (state["state"], state["records"]) == ("ready", READINGS)
    pdf = PdfReader(BytesIO(world.file(world.anna, export_id)), strict=True)
    assert [bookmark.title for bookmark in pdf.outline] == ["Показатель"]
    assert len(pdf.pages) <= 9
    text = "".join(page.extract_text() for page in pdf.pages)
    assert text.count("128/82") == READINGS


@pytest.mark.requirement("DOC-1")
def test_a_reading_that_cannot_be_opened_is_a_row_that_says_so(world: FilesWorld) -> None:
    measure(world, 2)
    row = world.tables.query(Store.CARD, keys.patient(ANNA), "R#vital-sign#").items[0]
    world.tables.commit([Update(keys.record(ANNA, "vital-sign", row["id"]), {"sealed": b"nothing", "react": []})])
    (entry,) = entries(world)
    said = [row[1] for row in table(entry)["rows"]]
    assert "Запись не удалось открыть" in said
    assert len(said) == 2


class NarrowBooklet(FakeBooklet):
    """No table of more than so many rows, and no note as long as a book."""

    def add(self, state: Any, content: Any) -> Any:
        for entry in content["entries"]:
            rows = (entry["sections"][0].get("table") or {"rows": []})["rows"]
            if len(rows) > 2 or any("книга" in cell for row in rows for cell in row):
                raise TooLargeError
        return super().add(state, content)


@pytest.mark.requirement("DOC-1")
def test_a_table_too_long_for_a_stretch_is_halved_and_one_row_too_long_keeps_no_other(world: FilesWorld) -> None:
    object.__setattr__(world.maker._t, "booklet", NarrowBooklet())
    for number, note in enumerate(["один", "два", "книга", "четыре", "пять"]):
        feel(world, note, number)
    found = entries(world)
    said = json.dumps(found, ensure_ascii=False)
    assert [bool(entry["heading"]) for entry in found] == [True, *[False] * (len(found) - 1)]
    for word in ("один", "два", "четыре", "пять", "слишком длинна"):
        assert said.count(word) == 1


def test_what_is_no_table_is_not_halved() -> None:
    entry = {"heading": "", "title": "Осмотр", "sections": [{"title": "", "rows": []}]}
    assert halves(entry) == [entry]
