"""Records of any kind: create once, versions kept, lists in the order of dates."""

from __future__ import annotations

import threading

import pytest

from chalicelib.domain.access import Level
from chalicelib.domain.history import changed_fields
from chalicelib.errors import (
    AuditUnavailableError,
    ConflictError,
    DecryptionError,
    IdempotencyKeyReusedError,
    InvalidFieldsError,
    MedkartaError,
    NotFoundError,
    StaleVersionError,
    UnavailableError,
    WrongStateError,
)
from chalicelib.ports import keys
from chalicelib.ports.tables import Put, Store
from chalicelib.records.examination import EXAMINATION_PROTOCOL as KIND
from chalicelib.records.examination import VISIT
from chalicelib.records.medication import PRESCRIPTION as PRESCRIPTION_KIND
from chalicelib.records.observation import ALLERGY
from chalicelib.records.overview import OVERVIEW
from tests.world import ANNA, BORIS, PRESCRIPTION, PROTOCOL, World

KEY = "0123456789abcdef"


@pytest.fixture
def world() -> World:
    made = World()
    made.anna = made.patient()
    made.doctor = made.staff()
    made.consent(made.doctor)
    return made


def create(world: World, key: str = KEY, **changes):
    return world.records.create(world.doctor, ANNA, KIND, {**PROTOCOL, **changes}, key)[0]


@pytest.mark.requirement("SEC-1", "REC-3")
def test_what_is_written_is_read_and_never_stands_in_the_store(world: World) -> None:
    made = create(world)
    read = world.records.read(world.anna, ANNA, KIND, made["id"])
    assert read["body"] == PROTOCOL
    assert "бронхит".encode() not in world.tables.raw_bytes()


@pytest.mark.requirement("AUD-1")
def test_record_and_entry_are_one_transaction(world: World) -> None:
    rows = len(world.tables.rows(Store.CARD))
    world.audit.fail_next()
    with pytest.raises(AuditUnavailableError):
        create(world)
    world.tables.fail_next_commit()
    with pytest.raises(UnavailableError):
        create(world)
    assert len(world.tables.rows(Store.CARD)) == rows
    assert not world.entries("examination-protocol:create")
    create(world)
    assert len(world.entries("examination-protocol:create")) == 1


def test_one_key_makes_one_record(world: World) -> None:
    first = create(world)
    again, repeated = world.records.create(world.doctor, ANNA, KIND, PROTOCOL, KEY)
    assert (again["id"], repeated) == (first["id"], True)
    assert len(world.records.page(world.anna, ANNA, KIND, limit=10, after=None)[0]) == 1
    with pytest.raises(IdempotencyKeyReusedError):
        create(world, conclusion="Другое")


def test_a_repeat_after_revocation_gives_nothing_back(world: World) -> None:
    create(world)
    world.tables.tamper(keys.consent(ANNA, world.doctor.member_id), state="revoked")
    with pytest.raises(MedkartaError) as refused:
        create(world)
    assert refused.value.status == 403


def test_same_key_of_two_people_is_two_keys(world: World) -> None:
    other = world.staff("second")
    world.consent(other)
    first = create(world)
    second = world.records.create(other, ANNA, KIND, PROTOCOL, KEY)[0]
    assert first["id"] != second["id"]


@pytest.mark.requirement("REC-4")
def test_every_edit_keeps_the_earlier_version_and_says_what_changed(world: World) -> None:
    made = create(world)
    amended = {**PROTOCOL, "conclusion": "Пневмония"}
    world.records.amend(world.doctor, ANNA, KIND, made["id"], amended, 1)
    newest, oldest = world.records.history(world.anna, ANNA, KIND, made["id"])
    assert (newest["version"], newest["changed"]) == (2, ["/conclusion"])
    assert (oldest["version"], oldest["body"]["conclusion"]) == (1, "Острый бронхит")
    entry = world.entries("examination-protocol:amend")[-1]
    assert entry.prev == world.entries("examination-protocol:create")[-1].new != entry.new
    assert newest["created_at"] == oldest["created_at"]


@pytest.mark.requirement("REC-4")
def test_of_two_edits_of_one_version_one_wins(world: World) -> None:
    made = create(world)
    outcomes: list[str] = []
    barrier = threading.Barrier(8)

    def edit(number: int) -> None:
        barrier.wait()
        try:
            world.records.amend(world.doctor, ANNA, KIND, made["id"], {**PROTOCOL, "findings": str(number)}, 1)
            outcomes.append("won")
        except (StaleVersionError, ConflictError):
            outcomes.append("lost")

    threads = [threading.Thread(target=edit, args=(n,)) for n in range(8)]
    [t.start() for t in threads]
    [t.join() for t in threads]
    assert sorted(outcomes) == ["lost"] * 7 + ["won"]
    assert len(world.records.history(world.anna, ANNA, KIND, made["id"])) == 2


@pytest.mark.requirement("SEC-1")
def test_a_ciphertext_put_in_another_place_does_not_open(world: World) -> None:
    made, other = create(world), create(world, key=KEY + "x")
    world.records.amend(world.doctor, ANNA, KIND, made["id"], {**PROTOCOL, "findings": "-"}, 1)
    newest = world.row(keys.record(ANNA, KIND.name, made["id"]))
    old = world.row(keys.record_version(ANNA, KIND.name, made["id"], 1))
    foreign = world.row(keys.record(ANNA, KIND.name, other["id"]))
    for sealed in (old["sealed"], foreign["sealed"]):
        world.tables.tamper(keys.record(ANNA, KIND.name, made["id"]), sealed=sealed)
        with pytest.raises(DecryptionError):
            world.records.read(world.anna, ANNA, KIND, made["id"])
    world.tables.tamper(keys.record(ANNA, KIND.name, made["id"]), sealed=newest["sealed"])
    assert world.records.read(world.anna, ANNA, KIND, made["id"])["version"] == 2
    boris = world.patient(BORIS)
    world.tables.commit([Put(keys.record(BORIS, KIND.name, made["id"]), newest)])
    with pytest.raises(DecryptionError):
        world.records.read(boris, BORIS, KIND, made["id"])


@pytest.mark.requirement("REC-2")
def test_lists_are_newest_first_by_clinical_date_and_page_without_gaps(world: World) -> None:
    days = [5, 1, 9, 3, 7, 2, 8]
    for day in days:
        create(world, key=KEY + str(day), occurred_at=f"2026-02-0{day}T10:00:00+03:00")
    seen: list[str] = []
    after = None
    while True:
        items, after = world.records.page(world.anna, ANNA, KIND, limit=3, after=after)
        seen += [item["body"]["occurred_at"][8:10] for item in items]
        if after is None:
            break
    assert seen == [f"0{day}" for day in sorted(days, reverse=True)]


@pytest.mark.requirement("ACC-3")
def test_limited_consent_shows_the_summary_alone(world: World) -> None:
    made = create(world)
    limited = world.staff("limited")
    world.consent(limited, level=Level.LIMITED)
    shown = world.records.read(limited, ANNA, KIND, made["id"])
    assert set(shown["body"]) == set(KIND.summary)
    assert shown["summary_only"]


def test_the_future_is_refused_and_the_field_named(world: World) -> None:
    with pytest.raises(InvalidFieldsError) as refused:
        create(world, occurred_at="2026-03-03T10:00:00+03:00")
    assert refused.value.fields[0].field == "/occurred_at"


def test_a_process_is_not_written_by_the_generic_way(world: World) -> None:
    with pytest.raises(WrongStateError):
        world.records.create(world.doctor, ANNA, PRESCRIPTION_KIND, PRESCRIPTION, KEY)


def test_amending_the_unknown_or_the_stale(world: World) -> None:
    made = create(world)
    with pytest.raises(NotFoundError):
        world.records.amend(world.doctor, ANNA, KIND, "00000000-0000-7000-8000-000000000000", PROTOCOL, 1)
    with pytest.raises(StaleVersionError):
        world.records.amend(world.doctor, ANNA, KIND, made["id"], PROTOCOL, 4)


@pytest.mark.requirement("REC-9")
def test_what_a_patient_enters_is_marked_as_theirs(world: World) -> None:
    body = {"occurred_at": "2026-03-01T10:00:00+03:00", "substance": "Пенициллин", "category": "drug"}
    mine = world.records.create(world.anna, ANNA, ALLERGY, body, KEY)[0]
    assert (mine["source"], create(world)["source"]) == ("patient-reported", "staff")


@pytest.mark.requirement("REC-1", "ACC-4")
def test_overview_under_one_entry_leaves_out_what_consent_does_not_cover(world: World) -> None:
    kinds = (ALLERGY, VISIT)
    found = world.records.overview(world.anna, ANNA, OVERVIEW, kinds)
    assert (found["profile"][0]["last_name"], found["profile"][0]["oms_policy"]) == ("Иванова", "1")
    assert len(world.entries("overview:read")) == 1
    some = world.staff("some")
    world.consent(some, sections=("overview", "allergies"))
    assert set(world.records.overview(some, ANNA, OVERVIEW, kinds)) == {"profile", "allergy"}


@pytest.mark.requirement("SPC-8")
def test_destroyed_keys_close_the_card_and_no_others(world: World) -> None:
    made = create(world)
    boris = world.patient(BORIS)
    world.keys.destroy(ANNA, "entry")
    with pytest.raises(MedkartaError):
        world.records.read(world.anna, ANNA, KIND, made["id"])
    with pytest.raises(MedkartaError):
        create(world, key=KEY + "2")
    assert world.records.page(boris, BORIS, KIND, limit=5, after=None) == ([], None)


def test_changed_fields() -> None:
    assert changed_fields({"a": 1, "b": 2}, {"b": 3, "c": 4}) == ["/a", "/b", "/c"]
