"""What an export says of a record besides its content: what became of it, who confirmed it, which files hang on it."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from typing import Any

import pytest

from chalicelib.domain import exports, prescriptions
from chalicelib.domain.identity import Role
from chalicelib.errors import TooLargeError
from chalicelib.records.documents import ATTACHED_DOCUMENT
from chalicelib.records.examination import EXAMINATION_PROTOCOL
from chalicelib.services.vaccinations import certificates
from tests.cases_world import PDF_TYPE, paper
from tests.exports_world import FakeBooklet
from tests.unit.test_attachments import FilesWorld
from tests.world import ANNA, PRESCRIPTION, PROTOCOL


@pytest.fixture
def world() -> FilesWorld:
    return FilesWorld()


def records(world: FilesWorld) -> list[dict[str, Any]]:
    export_id = world.order(world.anna)
    assert world.made(world.anna, export_id)["state"] == "ready"
    found: list[dict[str, Any]] = json.loads(world.file(world.anna, export_id))["records"]
    return found


def printed(world: FilesWorld, language: str = "ru") -> list[dict[str, Any]]:
    """Entries of the booklet."""
    export_id = world.order(world.anna, format="pdf", language=language)
    assert world.made(world.anna, export_id)["state"] == "ready"
    lines = [json.loads(line) for line in world.file(world.anna, export_id).splitlines()]
    return [entry for line in lines for entry in line.get("entries", ())]


def origin(entry: Mapping[str, Any]) -> dict[str, str]:
    return dict(entry["sections"][-1]["rows"])


def test_every_state_that_a_record_can_have_has_its_words() -> None:
    assert set(exports.STATES) >= {*prescriptions.State, certificates.ACTIVE, certificates.REVOKED}


@pytest.mark.requirement("DOC-1", "RX-3")
@pytest.mark.parametrize(
    ("language", "name", "states"),
    [
        ("ru", "Состояние", ("действует", "отозван", "срок действия истёк")),
        ("en", "Status", ("active", "revoked", "expired")),
    ],
    ids=["ru", "en"],
)
def test_paper_says_that_a_prescription_was_revoked_or_has_expired(
    world: FilesWorld, language: str, name: str, states: tuple[str, ...]
) -> None:
    made, _ = world.prescriptions.issue(world.doctor, ANNA, PRESCRIPTION, "rx-one-0123456789")
    active, revoked, expired = states
    assert [origin(entry)[name] for entry in printed(world, language)] == [active]
    world.prescriptions.revoke(world.doctor, ANNA, made["id"], "error", 1)
    world.prescriptions.issue(world.doctor, ANNA, PRESCRIPTION, "rx-two-0123456789")
    assert {origin(entry)[name] for entry in printed(world, language)} == {active, revoked}
    world.clock.advance(days=61)
    world.anna = world.session(ANNA, Role.PATIENT)
    assert {origin(entry)[name] for entry in printed(world, language)} == {expired, revoked}
    assert {record["status"]["state"] for record in records(world)} == {"expired", "revoked"}


@pytest.mark.requirement("DOC-1", "REC-9")
def test_what_a_doctor_confirmed_says_so_and_names_its_files_with_their_hashes(world: FilesWorld) -> None:
    data = paper()
    document = world.write(world.anna, world.own(data, PDF_TYPE), spec=ATTACHED_DOCUMENT)
    (record,) = records(world)
    assert "confirmed" not in record
    (file,) = record["files"]
    assert file == {
        "id": record["body"]["attachments"][0]["upload_id"],
        "type": PDF_TYPE,
        "size": len(data),
        "sha256": hashlib.sha256(data).hexdigest(),
    }
    world.records.confirm(world.doctor, ANNA, ATTACHED_DOCUMENT, document, 1)
    (record,) = records(world)
    assert record["confirmed"]["organisation"] == "Поликлиника № 1"
    assert "person" not in record["confirmed"]
    said = origin(printed(world)[0])
    assert said["Подтверждено врачом"].endswith("Поликлиника № 1")
    assert file["sha256"] in said["Файл"]


# --- a record that is too long for paper


class NarrowBooklet(FakeBooklet):
    """Takes at most so many entries a stretch, and no conclusion as long as a book."""

    def __init__(self, most: int) -> None:
        self._most = most

    def add(self, state: Mapping[str, Any], content: Mapping[str, Any]) -> tuple[bytes, dict[str, Any]]:
        text = json.dumps(content["entries"], ensure_ascii=False)
        if len(content["entries"]) > self._most or "книга" in text:
            raise TooLargeError
        return super().add(state, content)


@pytest.mark.requirement("DOC-1")
@pytest.mark.parametrize("most", [1, 2, 30])
def test_a_record_too_long_for_paper_is_named_and_keeps_no_other_from_it(world: FilesWorld, most: int) -> None:
    object.__setattr__(world.maker._t, "booklet", NarrowBooklet(most))
    for number, conclusion in enumerate(["один", "книга", "три", "четыре", "пять"]):
        body = {**PROTOCOL, "conclusion": conclusion}
        world.records.create(world.doctor, ANNA, EXAMINATION_PROTOCOL, body, f"long-{number}-0123456789")
    said = [json.dumps(entry, ensure_ascii=False) for entry in printed(world)]
    assert len(said) == 5
    for word in ("один", "три", "четыре", "пять", "слишком длинна"):
        assert sum(word in entry for entry in said) == 1


@pytest.mark.requirement("DOC-1")
def test_a_step_of_many_short_lines_ends_sooner(world: FilesWorld) -> None:
    """They take more paper than their length says."""
    for number in range(3):
        body = {**PROTOCOL, "conclusion": "я\n" * 3_000 + "я"}
        world.records.create(world.doctor, ANNA, EXAMINATION_PROTOCOL, body, f"line-{number}-0123456789")
    export_id = world.order(world.anna, format="pdf")
    assert world.step(world.anna, export_id) == ""
    assert world.exports.state(world.anna, export_id)["records"] == 1
