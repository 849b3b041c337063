"""Exports: who may order what, made in steps that may die anywhere, downloaded by whom it concerns, deleted in time."""

from __future__ import annotations

import hashlib
import json
from datetime import UTC, date, datetime
from typing import Any

import pytest

from chalicelib.domain import exports
from chalicelib.domain.access import Level
from chalicelib.domain.exports import RECORDS, STALLED, Order
from chalicelib.domain.identity import Actor, Role
from chalicelib.errors import (
    AccessDeniedError,
    AlreadyExistsError,
    ConsentRequiredError,
    InvalidFieldsError,
    KeyUnavailableError,
    MedkartaError,
    NotFoundError,
    NotReadyError,
)
from chalicelib.ports import keys
from chalicelib.ports.tables import Delete, Update
from chalicelib.records.examination import EXAMINATION_PROTOCOL
from chalicelib.records.observation import ALLERGY
from tests.exports_world import ExportsWorld, fill
from tests.world import ANNA, BORIS, PRESCRIPTION, PROTOCOL

ALLERGY_BODY = {"occurred_at": "2025-02-01T10:00:00+03:00", "substance": "Пыльца", "category": "environment"}


@pytest.fixture
def world() -> ExportsWorld:
    made = ExportsWorld()
    made.open()
    return made


def whole(world: ExportsWorld, who: Actor, export_id: str) -> Any:
    assert world.made(who, export_id)["state"] == "ready"
    return json.loads(world.file(who, export_id))


@pytest.mark.requirement("DOC-1")
def test_the_json_holds_every_record_of_the_card(world: ExportsWorld) -> None:
    fill(world, 3)
    world.records.create(world.anna, ANNA, ALLERGY, ALLERGY_BODY, "allergy-0123456789")
    export_id = world.order(world.anna)
    found = whole(world, world.anna, export_id)
    assert found["format"] == exports.JSON_FORMAT
    assert found["person"]["last_name"] == "Иванова"
    assert found["count"] == len(found["records"]) == 4
    assert [record["kind"] for record in found["records"]] == ["examination-protocol"] * 3 + ["allergy"]
    assert found["records"][0]["organisation"] == "Поликлиника № 1"
    state = world.exports.state(world.anna, export_id)
    assert (state["records"], state["sha256"]) == (4, hashlib.sha256(world.file(world.anna, export_id)).hexdigest())


def test_an_empty_card_makes_a_whole_file(world: ExportsWorld) -> None:
    assert whole(world, world.anna, world.order(world.anna))["records"] == []
    pdf = world.order(world.anna, format="pdf")
    assert world.made(world.anna, pdf)["state"] == "ready"


@pytest.mark.requirement("DOC-1", "REC-4")
def test_earlier_versions_come_with_their_record_when_they_are_wanted(world: ExportsWorld) -> None:
    made, _ = world.records.create(world.doctor, ANNA, EXAMINATION_PROTOCOL, PROTOCOL, "one-0123456789abcd")
    world.records.amend(world.doctor, ANNA, EXAMINATION_PROTOCOL, made["id"], {**PROTOCOL, "conclusion": "Иное"}, 1)
    newest = whole(world, world.anna, world.order(world.anna))["records"][0]
    assert (newest["version"], "earlier" in newest) == (2, False)
    both = whole(world, world.anna, world.order(world.anna, versions="all"))["records"][0]
    assert [both["body"]["conclusion"], both["earlier"][0]["body"]["conclusion"]] == ["Иное", PROTOCOL["conclusion"]]


@pytest.mark.requirement("DOC-1")
@pytest.mark.parametrize(
    ("order", "count"),
    [
        ({}, 3),
        ({"sections": ("protocols",)}, 2),
        ({"sections": ("allergies",)}, 1),
        ({"since": date(2026, 2, 1)}, 2),
        ({"until": date(2025, 2, 1)}, 1),
        ({"since": date(2026, 3, 1), "until": date(2026, 3, 1)}, 1),
        ({"since": datetime(2026, 2, 28, 21, 30, tzinfo=UTC)}, 1),
        ({"since": datetime(2026, 2, 28, 20, tzinfo=UTC), "until": datetime(2026, 2, 28, 21, 30, tzinfo=UTC)}, 1),
        ({"since": datetime(2026, 2, 28, 20, tzinfo=UTC), "until": date(2026, 3, 1)}, 2),
    ],
    ids=["whole", "protocols", "allergies", "since", "until", "one-day", "from a moment", "two moments", "mixed"],
)
def test_an_order_chooses_sections_and_days(world: ExportsWorld, order: dict[str, Any], count: int) -> None:
    """A day is the day that was written, in the offset of the one who wrote: 00:30 in Moscow is the new day."""
    fill(world, 1, occurred_at="2026-03-01T00:30:00+03:00")
    world.records.create(
        world.doctor,
        ANNA,
        EXAMINATION_PROTOCOL,
        {**PROTOCOL, "occurred_at": "2026-02-28T23:00:00+03:00"},
        "day-before-0123456789",
    )
    world.records.create(world.anna, ANNA, ALLERGY, ALLERGY_BODY, "allergy-0123456789")
    assert whole(world, world.anna, world.order(world.anna, **order))["count"] == count


@pytest.mark.parametrize(
    ("order", "field"),
    [
        ({"sections": ("protocols", "secrets")}, "/sections/1"),
        ({"since": date(2026, 2, 2), "until": date(2026, 2, 1)}, "/to"),
        ({"since": datetime(2026, 2, 2, tzinfo=UTC), "until": datetime(2026, 2, 2, tzinfo=UTC)}, "/to"),
        ({"since": date(2026, 3, 3)}, "/from"),
        ({"format": "pdf", "versions": "all"}, "/versions"),
    ],
    ids=["section", "backwards", "no time", "future", "versions"],
)
def test_an_order_that_cannot_be_filled_is_refused(world: ExportsWorld, order: dict[str, Any], field: str) -> None:
    with pytest.raises(InvalidFieldsError) as refused:
        world.order(world.anna, **order)
    assert [problem.field for problem in refused.value.fields] == [field]


# --- who


@pytest.mark.requirement("DOC-1", "ACC-3", "ACC-5")
def test_a_doctor_exports_what_a_full_consent_opens(world: ExportsWorld) -> None:
    fill(world, 1)
    export_id = world.order(world.doctor)
    assert whole(world, world.doctor, export_id)["count"] == 1
    assert "card_exported" in world.inbox(world.anna)
    assert "export_ready" in world.inbox(world.doctor)
    assert [event.resource_type for event in world.entries("examination-protocol:export")] == ["examination-protocol"]
    with pytest.raises(NotFoundError):
        world.exports.state(world.anna, export_id)


@pytest.mark.requirement("ACC-3", "ACC-5")
@pytest.mark.parametrize(
    ("level", "sections"), [(Level.LIMITED, ()), (Level.FULL, ("allergies",))], ids=["limited", "other-section"]
)
def test_a_doctor_exports_nothing_beyond_the_consent(
    world: ExportsWorld, level: Level, sections: tuple[str, ...]
) -> None:
    other = world.staff("other")
    world.consent(other, level=level, sections=sections)
    with pytest.raises(ConsentRequiredError):
        world.order(other, sections=("protocols",))
    assert not world.lines()
    assert world.entries("examination-protocol:download")[-1].outcome == "denied"


@pytest.mark.requirement("ACC-5")
@pytest.mark.parametrize("role", [Role.NURSE, Role.REGISTRAR, Role.SECURITY_OFFICER])
def test_other_staff_export_nothing_whatever_they_may_read(world: ExportsWorld, role: Role) -> None:
    other = world.staff("other", role)
    world.consent(other)
    with pytest.raises(AccessDeniedError):
        world.order(other)
    assert not world.lines()


@pytest.mark.requirement("ACC-4", "DOC-1")
def test_a_consent_that_ends_closes_the_finished_export(world: ExportsWorld) -> None:
    fill(world, 1)
    export_id = world.order(world.doctor)
    world.made(world.doctor, export_id)
    world.tables.commit([Delete(keys.consent(ANNA, world.doctor.member_id))])
    with pytest.raises(ConsentRequiredError):
        world.file(world.doctor, export_id)


def test_another_person_does_not_learn_of_an_export(world: ExportsWorld) -> None:
    export_id = world.order(world.anna)
    boris = world.patient(BORIS)
    for ask in (world.exports.state, lambda who, one: world.exports.download(who, one, "")):
        with pytest.raises(NotFoundError):
            ask(boris, export_id)
    assert world.exports.mine(boris, 20, None)[0] == []
    assert [one["export_id"] for one in world.exports.mine(world.anna, 20, None)[0]] == [export_id]


def test_fields_for_the_owner_alone_are_not_in_a_doctors_export(world: ExportsWorld) -> None:
    world.prescriptions.issue(world.doctor, ANNA, PRESCRIPTION, "prescription-0123456789")
    own = whole(world, world.anna, world.order(world.anna))["records"][0]
    theirs = whole(world, world.doctor, world.order(world.doctor))["records"][0]
    assert ("qr" in own["body"], "qr" in theirs["body"]) == (True, False)


# --- one at a time


@pytest.mark.requirement("DOC-1")
def test_one_export_at_a_time_and_a_repeat_is_the_same_one(world: ExportsWorld) -> None:
    order = Order("json")
    first, repeated = world.exports.order(world.anna, ANNA, order, "the-same-key-012345")
    again, really = world.exports.order(world.anna, ANNA, order, "the-same-key-012345")
    assert (first["export_id"], repeated, really) == (again["export_id"], False, True)
    with pytest.raises(AlreadyExistsError):
        world.order(world.anna)
    with pytest.raises(NotReadyError):
        world.file(world.anna, first["export_id"])
    world.order(world.doctor)  # another person is not kept waiting
    world.pump()
    world.order(world.anna)


def test_one_that_does_not_move_any_more_does_not_stand_in_the_way(world: ExportsWorld) -> None:
    world.order(world.anna)
    world.clock.advance(minutes=STALLED.total_seconds() / 60 + 1)
    world.session(world.anna.person_id, world.anna.role)
    assert world.made(world.anna, world.order(world.anna))["state"] == "ready"


# --- steps that die


@pytest.mark.requirement("DOC-1")
def test_a_card_of_many_records_takes_many_steps_of_bounded_size(world: ExportsWorld) -> None:
    fill(world, RECORDS * 2 + 5)
    export_id = world.order(world.anna)
    found = whole(world, world.anna, export_id)
    row = world.row(keys.export(world.anna.person_id, export_id))
    assert (int(row["step"]), len(row["pieces"])) == (3, 3)
    assert found["count"] == RECORDS * 2 + 5
    ids = [record["id"] for record in found["records"]]
    assert len(set(ids)) == len(ids)
    assert [event.details["records"] for event in world.entries("export:make")] == [RECORDS, RECORDS]


@pytest.mark.requirement("DOC-1")
@pytest.mark.parametrize("form", ["json", "pdf"])
@pytest.mark.parametrize("death", range(1, 9))
def test_a_step_that_dies_anywhere_is_made_again_and_the_file_is_the_same(
    world: ExportsWorld, form: str, death: int
) -> None:
    """The n-th thing that a step puts, reads or commits fails; whatever was half done, the file is whole in the end."""
    fill(world, RECORDS + 2)
    calm = world.order(world.anna, format=form)
    world.made(world.anna, calm)
    wanted = without_names(world.file(world.anna, calm), calm)
    export_id = world.order(world.anna, format=form)
    failures = 0
    for turn in range(12):
        if turn % 2 == 0:
            fail_at(world, death + turn // 2)
        failures += bool(world.step(world.anna, export_id))
        calm_again(world)
    assert failures
    assert without_names(world.file(world.anna, export_id), export_id) == wanted
    assert len(world.entries("export:finish")) == 2


def fail_at(world: ExportsWorld, number: int) -> None:
    """The number-th use of the documents or of a key from now on fails."""
    left = [number]
    for fake in (world.files, world.vault):
        for name in {"put", "get", "seal", "open"} & set(dir(fake)):
            setattr(fake, name, failing(getattr(type(fake), name).__get__(fake), left))


def failing(real: Any, left: list[int]) -> Any:
    def call(*args: Any) -> Any:
        left[0] -= 1
        if left[0] == 0:
            raise KeyUnavailableError
        return real(*args)

    return call


def calm_again(world: ExportsWorld) -> None:
    for fake in (world.files, world.vault):
        for name in {"put", "get", "seal", "open"} & set(vars(fake)):
            delattr(fake, name)


def without_names(data: bytes, export_id: str) -> bytes:
    return data.replace(export_id.encode(), b"id")


def test_two_tries_of_a_step_at_one_moment_make_one(world: ExportsWorld) -> None:
    fill(world, RECORDS + 1)
    export_id = world.order(world.anna)
    staged, writes = world.maker.make(world.row(keys.export(world.anna.person_id, export_id)))
    world.step(world.anna, export_id)
    with pytest.raises(MedkartaError):
        world.gate.commit(staged, writes)  # the slower one: the row has moved on
    assert whole(world, world.anna, export_id)["count"] == RECORDS + 1


@pytest.mark.requirement("DOC-1")
def test_a_damaged_record_is_named_and_does_not_keep_the_rest(world: ExportsWorld) -> None:
    fill(world, 2)
    made, _ = world.records.create(world.doctor, ANNA, EXAMINATION_PROTOCOL, PROTOCOL, "damaged-0123456789")
    world.pump()
    key = keys.record(ANNA, "examination-protocol", made["id"])
    world.tables.commit([Update(key, {"sealed": b"nothing", "react": []})])
    found = whole(world, world.anna, world.order(world.anna))
    assert [record.get("unreadable", False) for record in found["records"]].count(True) == 1
    assert found["count"] == 3


@pytest.mark.requirement("DOC-1")
def test_a_step_asks_the_tables_as_often_whatever_the_card_holds(world: ExportsWorld) -> None:
    """Round trips of the second step, and the same when the card has twice the records."""
    counts = []
    for more in (2 * RECORDS, 2 * RECORDS):
        fill(world, more, examination=f"Осмотр {len(counts)}")
        export_id = world.order(world.anna)
        world.step(world.anna, export_id)
        before = len(world.tables.calls)
        world.step(world.anna, export_id)
        counts.append(len(world.tables.calls) - before)
        while world.exports.state(world.anna, export_id)["state"] == "making":
            world.step(world.anna, export_id)
        world.clock.advance(minutes=1)
    assert counts[0] == counts[1] <= RECORDS + 16  # the vault of the tests asks for the key each time
