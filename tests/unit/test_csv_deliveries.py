"""What becomes of the rows of an export (PRT-9)."""

from __future__ import annotations

import csv
import io
import json
import re
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from chalicelib.domain import hl7
from chalicelib.domain.hl7 import WORDS
from chalicelib.domain.identity import Actor
from chalicelib.domain.moments import stamp
from chalicelib.errors import UnavailableError
from chalicelib.interop.csv_files.reading import PART
from chalicelib.interop.csv_files.tables import tables
from chalicelib.ports.tables import Store
from chalicelib.services.hl7 import Dropped
from chalicelib.services.hl7.receiving import TOGETHER
from tests.hl7_world import ANNA, OTHER_SNILS, SNILS, Hl7World
from tests.unit.test_csv_files import HEADER, file, row
from tests.unit.test_hl7_drop import MemoryDrop

pytestmark = pytest.mark.requirement("PRT-9")


@pytest.fixture
def world() -> Hl7World:
    world = Hl7World()
    world.known()
    world.office()
    world.laboratory()
    return world


def put(world: Hl7World, raw: bytes, lab: Actor | None = None) -> list[list[str]]:
    """Lines of the answer: row, outcome, word, column."""
    text = world.receiving.receive(lab or world.laboratory(), raw, "csv").text
    assert text.startswith("\ufeff")
    return [line[:4] for line in csv.reader(io.StringIO(text.removeprefix("\ufeff")), delimiter=";")][1:]


def test_each_row_has_its_answer_and_a_bad_one_stops_none(world: Hl7World) -> None:
    rows = [row(), row("8", ""), row("9", at="вчера"), row("10", snils="123"), row("11", snils=OTHER_SNILS)]
    rows += [row("12", test="Калий"), row("13", name="Петрова Ольга", born="01.01.1990")]
    assert put(world, file(*rows)) == [
        ["2", "taken", "", ""],
        ["3", "refused", "row-empty", "7"],
        ["4", "refused", "row-value", "10"],
        ["5", "refused", "row-value", "2"],
        ["6", "waits", "unmatched", ""],
        ["7", "taken", "", ""],
        ["8", "waits", "unmatched", ""],
    ]
    assert world.values() == {"Глюкоза": "4.8", "Калий": "4.8"}
    assert {one["reason"] for one in world.waiting()} == {"unmatched", "contradicts"}


def test_the_same_again_does_nothing_and_a_changed_row_is_a_correction(world: Hl7World) -> None:
    put(world, file(row(), row("8", test="Калий")))
    put(world, file(row(), row("8", test="Калий")))
    put(world, file(row("8", test="Калий"), row()))
    assert sorted(one["ver"] for one in world.rows_of(begins="R#laboratory-result#")) == [1, 1]
    world.clock.advance(hours=1)
    assert put(world, file(row(value="5,4"), charset="cp1251"))[0][1] == "taken"
    assert sorted(one["ver"] for one in world.rows_of(begins="R#laboratory-result#")) == [1, 2]
    assert world.values() == {"Глюкоза": "5.4", "Калий": "4.8"}


def test_the_same_file_is_read_anew_when_the_tables_are_others(
    world: Hl7World, monkeypatch: pytest.MonkeyPatch
) -> None:
    raw = file(row() + ";загадочный", header=HEADER + ";Статус")
    assert [line[1:3] for line in put(world, raw)] == [["refused", "row-value"]]
    known = replace(next(one for one in tables()[1].columns if one.id == "status"), other="code")
    others = [replace(tables()[1], columns=tuple(known if one.id == "status" else one for one in tables()[1].columns))]
    monkeypatch.setattr("chalicelib.interop.csv_files.tables.tables", lambda: others)
    assert [line[1:3] for line in put(world, raw)] == [["refused", "row-value"]], "as it was answered"
    monkeypatch.setattr("chalicelib.interop.csv_files.reading.edition", lambda: "another")
    assert [line[1] for line in put(world, raw)] == ["waits"], "read, but no status of FHIR"


def test_a_registrar_sees_the_one_row_and_says_whose_it_is(world: Hl7World) -> None:
    put(world, file(row("1", snils="", name="Иванова Анна"), row("2", "чужое", snils=OTHER_SNILS)))
    first, _ = sorted(world.waiting(), key=lambda one: one["id"])
    opened = world.queue_office.opened(world.office_again(), first["id"])
    assert "чужое" not in opened["text"]
    assert opened["text"].startswith(HEADER)
    assert opened["patient"]["last_name"] == "Иванова"
    world.at_clinic()
    world.queue_office.bind(world.office_again(), first["id"], ANNA, 1)
    assert world.values() == {"Глюкоза": "4.8"}


def test_originals_are_kept_sealed_and_nothing_of_them_is_plain(world: Hl7World) -> None:
    raw = file(row())
    put(world, raw)
    rows = world.tables.rows(Store.CARD)
    (original,) = [item for key, item in rows.items() if key.sk.startswith("RAW#")]
    assert world.hl7_tools.original(world.laboratory(), "clinic", original["id"], "hl7:open") == raw
    stored = [item for key, item in rows.items() if key.pk.startswith(("HL7#", "CLIENT#"))]
    assert not any(word in repr(item) for item in stored for word in ("Глюкоза", "Иванова", SNILS))


def test_the_patient_is_told_once_for_a_file(world: Hl7World) -> None:
    put(world, file(*(row(str(number), test=f"Т{number}") for number in range(3))))
    assert len(world.rows_of(begins="R#laboratory-result#")) == 3
    told = ["notify_patient" in one["react"] for one in world.rows_of(begins="R#laboratory-result#")]
    assert told.count(True) == 1


def test_large_files_are_answered_row_by_row(world: Hl7World) -> None:
    found = put(
        world, file(*(row("1" if number else "0", "" if number == PART else "1") for number in range(PART + 2)))
    )
    assert [line[0] for line in found] == [str(number) for number in range(2, PART + 4)]
    assert [line[0] for line in found if line[1] == "refused"] == [str(PART + 2)]


def test_any_number_of_rows_may_wait(world: Hl7World) -> None:
    """A worker that dies after some of them wait already, and the one that does it again."""
    raw, lab = file(*(row(str(number), snils=OTHER_SNILS) for number in range(PART))), world.laboratory()
    left, commit = [4], world.tables.commit

    def dies(writes: Any) -> None:
        left[0] -= 1
        if left[0] == 0:
            raise UnavailableError
        commit(writes)

    world.tables.commit = dies  # type: ignore[method-assign]
    with pytest.raises(UnavailableError):
        put(world, raw, lab)
    assert len([key for key in world.tables.rows(Store.CARD) if key.sk.startswith("UNMATCHED#")]) == TOGETHER
    assert {line[1] for line in put(world, raw, lab)} == {"waits"}
    assert len([key for key in world.tables.rows(Store.CARD) if key.sk.startswith("UNMATCHED#")]) == PART


def test_files_of_the_drop(world: Hl7World) -> None:
    put(world, file(row("first")))
    drop = MemoryDrop()
    drop.files = {
        "csv/lab/a.csv": file(row()),
        "csv/lab/b.csv": file("1", header="А;Б"),
        "csv/nobody/c.csv": file(row()),
    }
    world.tables.fail_next_commit(1, UnavailableError())
    service = Dropped(world.hl7_tools, world.receiving, drop)
    first = service.run()
    assert first["failed"] + first["taken"] + first["refused"] == 3
    service.run()
    assert drop.files == {}
    assert "2;taken;" in drop.answers["csv/lab/a.csv"]
    assert "2;refused;no-table;" in drop.answers["csv/lab/b.csv"]
    assert "2;refused;refused;" in drop.answers["csv/nobody/c.csv"]
    assert WORDS["no-table"][0].replace(";", ",") in drop.answers["csv/lab/b.csv"]


def test_a_reader_of_a_form_of_ones_own_is_one_file(world: Hl7World) -> None:
    """The example of docs/adapters.md, as it stands there."""
    page = (Path(__file__).parents[2] / "docs" / "adapters.md").read_text("utf-8")
    (example,) = re.findall(r"```python\n(class JsonLines.*?)```", page, re.DOTALL)
    words: dict[str, Any] = {**vars(hl7), "json": json, "stamp": stamp, "datetime": datetime, "UTC": UTC}
    exec(example, words)  # noqa: S102 - our own page
    world.hl7_tools.readers = {**world.hl7_tools.readers, "json": words["JsonLines"]()}
    known = {"card": "77", "last": "Иванова", "born": "1980-05-12", "test": "Группа крови", "value": "A(II)"}
    known |= {"at": "2026-02-25", "id": "r1"}
    raw = "\n".join(["нет", json.dumps(known), json.dumps(known | {"id": "r2", "card": "78"})]).encode()
    lab = world.laboratory()
    assert world.receiving.receive(lab, raw, "json").text == "1 row-value\n2 unmatched\n3 unmatched\n"
    first = min(world.waiting(), key=lambda one: str(one["id"]))
    assert world.queue_office.opened(world.office_again(), first["id"])["text"] == json.dumps(known)
    world.at_clinic()
    world.queue_office.bind(world.office_again(), first["id"], ANNA, 1)
    assert len(world.rows_of()) == 1
    later = json.dumps(known | {"value": "B(III)"}).encode()
    assert world.receiving.receive(lab, later, "json").text == "1 taken\n"
    assert [one["ver"] for one in world.rows_of()] == [2]
