"""The patient's form before a visit (APT-4): what fills it in, how it is kept, that it is submitted once."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from chalicelib.domain.appointments import State
from chalicelib.domain.identity import PersonId
from chalicelib.errors import (
    AccessDeniedError,
    CardStateError,
    ErasedError,
    IdempotencyKeyReusedError,
    InvalidFieldsError,
    NotFoundError,
    OutcomeUnknownError,
    StaleVersionError,
    UnavailableError,
    WrongStateError,
)
from chalicelib.ports import keys
from chalicelib.ports.tables import Store, Update
from chalicelib.records.printing import sections
from chalicelib.records.registry import record_type
from chalicelib.records.shapes import validate
from chalicelib.services.visit_forms.cabinet import MOST
from tests.visit_form_world import DIAGNOSIS, DRUG, KEY, NEXT, PAST, FormWorld
from tests.world import ANNA

pytestmark = pytest.mark.requirement("APT-4")

SAID = {"complaints": "Головная боль по утрам", "medicines": [{"name": "Мелатонин", "taking": "new"}]}
TAKES = {"drug": DRUG, "dosage": "1 раз в день", "started_on": "2025-01-01"}
PRESSURE = {"code": "blood-pressure", "systolic": "150", "diastolic": "95", "unit": "mm[Hg]", "place": "home"}


@pytest.fixture
def world() -> FormWorld:
    return FormWorld()


def submit(world: FormWorld, key: str = KEY, **more: Any) -> tuple[dict[str, Any], bool]:
    return world.forms.submit(world.anna, NEXT, {**SAID, **more}, key)


def test_a_first_visit_begins_with_what_the_card_knows_and_nothing_confirmed(world: FormWorld) -> None:
    taken = world.write("medication-statement", TAKES, days=-90)
    allergy = world.write("allergy", {"substance": "Пенициллин", "category": "drug", "reaction": "Сыпь"}, days=-400)
    chronic = world.write("chronic-condition", {"diagnosis": DIAGNOSIS}, days=-200)
    form = world.form()
    assert (form["state"], form["version"], form["last_visit"], form["record"]) == ("open", 0, None, None)
    assert form["body"]["medicines"] == [{"name": "Лизиноприл 10 мг", "dosage": "1 раз в день"}]
    assert form["body"]["allergies"] == [{"substance": "Пенициллин", "reaction": "Сыпь"}]
    assert form["body"]["conditions"] == [{"name": "Гипертензия"}]
    assert {"complaints", "changes", "since", "questions", "measured"}.isdisjoint(form["body"])
    origins = {(one["field"], one["kind"], one["record"], one["changed"]) for one in form["prefilled"]["sources"]}
    assert origins == {
        ("/medicines/0", "medication-statement", taken, None),
        ("/allergies/0", "allergy", allergy, None),
        ("/conditions/0", "chronic-condition", chronic, None),
    }
    assert [link["id"] for link in form["body"]["related"]] == [taken, allergy, chronic]
    assert form["beside"] == []


def test_an_empty_card_gives_an_empty_form(world: FormWorld) -> None:
    form = world.form()
    assert (form["body"], form["prefilled"]["sources"], form["last_visit"]) == ({}, [], None)


def test_a_repeat_visit_marks_what_changed_since_the_last_one_and_shows_what_was_advised(world: FormWorld) -> None:
    old = world.write("medication-statement", TAKES, days=-90)
    visit = world.visited()
    fresh = world.write("chronic-condition", {"diagnosis": DIAGNOSIS}, days=-3)
    form = world.form()
    assert form["last_visit"]["record"] == visit
    changed = {one["record"]: one["changed"] for one in form["prefilled"]["sources"]}
    assert changed == {old: False, fresh: True}
    (advised,) = form["beside"]
    assert (advised["field"], advised["value"], advised["record"]) == ("/recommendations", "Контроль давления", visit)
    assert "recommendations" not in form["body"]


def test_a_visit_of_another_specialty_is_not_the_last_one_unless_it_was_this_doctor(world: FormWorld) -> None:
    body = {"doctor_name": "Сидоров С. С.", "reason": "Осмотр"}
    other = world.write("visit", body, days=-10)
    world.appointment("other", days=-10, state=State.FULFILLED, visit=other, specialty="neurology")
    assert world.form()["last_visit"] is None
    missed = world.write("visit", body, days=-9)
    world.appointment("missed", days=-9, state=State.NOSHOW, visit=missed)
    assert world.form()["last_visit"] is None
    own = world.write("visit", body, days=-20, by=world.doctor)
    assert world.form()["last_visit"]["record"] == own


def test_readings_at_home_since_the_last_visit_the_newest_of_each_sign(world: FormWorld) -> None:
    world.visited()
    world.write("vital-sign", PRESSURE, days=-40)
    world.write("vital-sign", PRESSURE | {"systolic": "140"}, days=-5)
    newest = world.write("vital-sign", PRESSURE | {"systolic": "130"}, days=-1)
    world.write("vital-sign", PRESSURE | {"systolic": "120", "place": "office"}, days=-0.5)
    form = world.form()
    (reading,) = form["body"]["measured"]
    assert reading["systolic"] == "130"
    assert [one["record"] for one in form["prefilled"]["sources"]] == [newest]


def test_what_is_over_was_taken_back_or_does_not_fit_is_left_out(world: FormWorld) -> None:
    world.write("medication-statement", TAKES | {"status": "stopped", "ended_on": "2025-02-01"})
    world.write("medication-statement", TAKES | {"ended_on": "2025-02-01"})
    world.write("medication-statement", TAKES, status={"state": "withdrawn"})
    world.write("allergy", {"substance": "Пыльца", "category": "environment", "clinical_status": "resolved"})
    world.write("chronic-condition", {"diagnosis": DIAGNOSIS, "clinical_status": "resolved"})
    world.write("vital-sign", PRESSURE | {"systolic": "9000"}, days=-1)  # of before a reading was checked
    assert world.form()["body"] == {}


def test_what_was_new_the_last_time_is_asked_about_until_the_card_has_it(world: FormWorld) -> None:
    said = {"specialty": "cardiology", "complaints": "Одышка", "since": "2026-01-01", "questions": "Можно ли в баню?"}
    said |= {"medicines": [{"name": "Мелатонин", "taking": "new"}, {"name": "Аспирин", "taking": "not-any-more"}]}
    world.write("visit-form", said, days=-30)
    form = world.form()
    assert form["body"]["medicines"] == [{"name": "Мелатонин"}]
    assert {one["field"]: one["value"] for one in form["beside"]} == {
        "/complaints": "Одышка",
        "/questions": "Можно ли в баню?",
    }
    assert {"complaints", "questions", "since"}.isdisjoint(form["body"])
    world.write("visit-form", {**said, "specialty": "neurology", "medicines": []}, days=-1)
    assert world.form()["body"]["medicines"] == [{"name": "Мелатонин"}]


def test_looking_costs_three_batches_a_query_a_kind_and_one_entry(world: FormWorld) -> None:
    world.visited()
    before = len(world.tables.calls)
    world.form()
    calls = world.tables.calls[before:]
    assert calls.count("query") == len(MOST) + 1
    assert calls.count("get_many") == 3  # the gate, the appointment, the schedule
    (entry,) = world.entries("visit-form:prefill")
    assert set(entry.details["kinds"].split()) == {*MOST, "visit-form-draft"}


# --- a draft


def test_a_draft_is_one_sealed_and_has_versions(world: FormWorld) -> None:
    assert world.forms.keep(world.anna, NEXT, SAID, 0)["version"] == 1
    assert "Головная".encode() not in world.tables.raw_bytes()
    form = world.form()
    assert (form["state"], form["version"], form["body"]) == ("draft", 1, SAID)
    assert form["appointment"]["start"] == world.row(keys.appointment(ANNA, NEXT))["start"]
    with pytest.raises(StaleVersionError):
        world.forms.keep(world.anna, NEXT, SAID, 0)
    world.forms.keep(world.anna, NEXT, {"complaints": "Другое"}, 1)
    assert world.form()["body"] == {"complaints": "Другое"}
    assert [entry.resource_version for entry in world.entries("visit-form:draft")] == [1, 2]


def test_of_two_devices_one_keeps_its_draft(world: FormWorld) -> None:
    world.tables.before_next_commit(lambda: world.forms.keep(world.anna, NEXT, {"complaints": "Первый"}, 0))
    with pytest.raises(StaleVersionError):
        world.forms.keep(world.anna, NEXT, SAID, 0)
    assert world.form()["body"] == {"complaints": "Первый"}


def test_a_draft_is_not_kept_for_a_visit_that_was_moved_or_cancelled_meanwhile(world: FormWorld) -> None:
    world.tables.before_next_commit(lambda: world.appointment(NEXT, days=3))
    with pytest.raises(StaleVersionError):
        world.forms.keep(world.anna, NEXT, SAID, 0)
    world.appointment(NEXT, days=2, state=State.CANCELLED)
    with pytest.raises(WrongStateError):
        world.forms.keep(world.anna, NEXT, SAID, 0)


# --- submission


def test_submitted_it_is_a_record_that_the_appointment_names(world: FormWorld) -> None:
    world.forms.keep(world.anna, NEXT, SAID, 0)
    now = world.clock().astimezone(ZoneInfo("Europe/Moscow")).isoformat(timespec="seconds")
    record, repeated = submit(world)
    assert not repeated
    validate("records.bodies.visit_forms:VisitForm", record["body"])
    assert (record["body"]["specialty"], record["body"]["occurred_at"]) == ("cardiology", now)
    assert world.row(keys.appointment(ANNA, NEXT))["form"] == record["id"]
    form = world.form()
    assert (form["state"], form["record"], form["body"]["complaints"]) == (
        "submitted",
        record["id"],
        SAID["complaints"],
    )
    assert "sealed" not in world.row(keys.visit_form(ANNA, NEXT))  # the draft has gone into the record
    world.pump()
    assert world.inbox(world.anna) == []  # nobody is told
    for again in (lambda: submit(world, KEY + "2"), lambda: world.forms.keep(world.anna, NEXT, SAID, 2)):
        with pytest.raises(WrongStateError):
            again()
    assert world.rows_of("visit-form") == [record["id"]]


@pytest.mark.parametrize(("language", "words"), [("ru", "не подтверждено"), ("en", "not confirmed")])
def test_what_got_no_answer_is_printed_as_not_confirmed(world: FormWorld, language: str, words: str) -> None:
    asked = {"medicines": [{"name": "А", "taking": "taken"}, {"name": "Б"}], "conditions": [{"name": "Гипертензия"}]}
    record, _ = submit(world, **asked, allergies=[{"substance": "Пенициллин", "still": "no"}])
    printed = sections(record_type("visit-form"), record["body"], language)
    last = [[row[-1] for row in one["table"]["rows"]] for one in printed if one["table"]]
    assert last[0][1] == last[2][0] == words
    assert words not in {last[0][0], last[1][0]}


def test_it_says_since_which_visit_the_patient_was_asked(world: FormWorld) -> None:
    world.visited()
    world.appointment(NEXT, days=2, zone="Pacific/Honolulu")  # the evening before, by the clinic's clock
    day = date.fromisoformat(world.row(keys.appointment(ANNA, PAST))["start"][:10]) - timedelta(days=1)
    assert submit(world)[0]["body"]["last_visit_on"] == day.isoformat()


def test_the_same_key_submits_once_also_when_the_answer_was_lost_and_the_visit_has_begun(world: FormWorld) -> None:
    world.tables.lose_reply_next()
    with pytest.raises(OutcomeUnknownError):
        submit(world)
    world.clock.advance(days=3)
    world.session(ANNA, world.anna.role)
    record, repeated = submit(world)
    assert repeated
    assert world.rows_of("visit-form") == [record["id"]]
    with pytest.raises(IdempotencyKeyReusedError):
        submit(world, complaints="Другое")


def test_a_submission_that_fails_leaves_the_draft(world: FormWorld) -> None:
    world.forms.keep(world.anna, NEXT, SAID, 0)
    world.tables.fail_next_commit()
    with pytest.raises(UnavailableError):
        submit(world)
    assert (world.form()["state"], world.rows_of("visit-form")) == ("draft", [])
    submit(world)
    assert len(world.rows_of("visit-form")) == 1


def test_two_submissions_at_once_make_one_record(world: FormWorld) -> None:
    world.tables.before_next_commit(lambda: submit(world, KEY + "2"))
    with pytest.raises(WrongStateError):
        submit(world)
    assert len(world.rows_of("visit-form")) == 1


BEGUN: tuple[Callable[[FormWorld], Any], ...] = (
    lambda world: world.clock.advance(days=2),
    lambda world: world.appointment(NEXT, days=2, state=State.ARRIVED),
)


@pytest.mark.parametrize("when", BEGUN)
def test_once_the_visit_has_begun_the_form_is_closed(world: FormWorld, when: Callable[[FormWorld], None]) -> None:
    world.forms.keep(world.anna, NEXT, SAID, 0)
    when(world)
    world.session(ANNA, world.anna.role)
    form = world.form()
    assert (form["state"], form["body"], form["prefilled"]["sources"]) == ("closed", SAID, [])
    for late in (lambda: submit(world), lambda: world.forms.keep(world.anna, NEXT, SAID, 1)):
        with pytest.raises(WrongStateError):
            late()


def test_a_link_to_what_is_not_on_the_card_is_refused(world: FormWorld) -> None:
    with pytest.raises(InvalidFieldsError):
        submit(world, related=[{"kind": "allergy", "id": "0" * 36}])


# --- who may


def test_another_patient_finds_no_such_appointment(world: FormWorld) -> None:
    boris = world.patient(PersonId("boris"))
    for tried in (
        lambda: world.forms.form(boris, NEXT, "ru"),
        lambda: world.forms.keep(boris, NEXT, SAID, 0),
        lambda: world.forms.submit(boris, NEXT, SAID, KEY),
    ):
        with pytest.raises(NotFoundError):
            tried()


def test_staff_fill_in_no_form_and_a_card_that_is_not_open_has_none(world: FormWorld) -> None:
    with pytest.raises(AccessDeniedError):
        world.forms.form(world.doctor, NEXT, "ru")
    world.tables.commit([Update(keys.card(ANNA), {"state": "suspended"})])
    with pytest.raises(CardStateError):
        submit(world)
    world.keys.destroy(ANNA, "entry")
    world.tables.commit([Update(keys.card(ANNA), {"state": "active"})])
    with pytest.raises(ErasedError):
        world.forms.keep(world.anna, NEXT, SAID, 0)
    assert not [key for key in world.tables.rows(Store.CARD) if key.sk.startswith("VISITFORM#")]
