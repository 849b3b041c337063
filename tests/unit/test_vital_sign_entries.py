"""What devices send, what is put before a doctor, and what a patient entered and a doctor confirmed (REC-9, REC-10)."""

from __future__ import annotations

import json
from datetime import timedelta
from typing import Any

import pytest

from chalicelib.domain.moments import local
from chalicelib.errors import (
    AccessDeniedError,
    IdempotencyKeyReusedError,
    InvalidFieldsError,
    MedkartaError,
    StaleVersionError,
    UnavailableError,
    WrongStateError,
)
from chalicelib.ports import keys
from chalicelib.ports.tables import Store
from chalicelib.records.conditions import CHRONIC_CONDITION
from chalicelib.records.observation import ALLERGY, HEALTH_STATUS, OBSERVATION_SERIES, VITAL_SIGN
from tests.vital_world import VitalWorld, body
from tests.world import ANNA

DAY = timedelta(days=1)


@pytest.fixture
def world() -> VitalWorld:
    return VitalWorld()


def readings(world: VitalWorld, count: int, first: timedelta = timedelta()) -> list[dict[str, Any]]:
    return [body("pulse", world.clock() - first - timedelta(minutes=n), str(60 + n % 9)) for n in range(count)]


def records(world: VitalWorld) -> int:
    return sum(key.sk.startswith("R#vital-sign#") for key in world.tables.rows(Store.CARD))


# --- devices


@pytest.mark.requirement("REC-10")
def test_what_a_device_sends_is_stored_once(world: VitalWorld) -> None:
    first = world.devices.take(world.anna, ANNA, "Тонометр", readings(world, 100))
    assert (first["stored"], first["known"], records(world)) == (100, 0, 100)
    again = world.devices.take(world.anna, ANNA, "Тонометр", readings(world, 100))
    assert (again["stored"], again["known"], again["records"]) == (0, 100, first["records"])
    assert first["kept"] == again["kept"] == []
    other = world.devices.take(world.anna, ANNA, "Часы", readings(world, 1))
    assert other["stored"] == 1
    world.pump()
    assert world.series("pulse")["statistics"]["count"] == 101
    shown = world.records.read(world.anna, ANNA, VITAL_SIGN, first["records"][0])
    assert (shown["body"]["device"], shown["source"]) == ("Тонометр", "patient-reported")
    assert len(world.entries("vital-sign:create")) == 101


@pytest.mark.requirement("REC-10")
def test_readings_of_a_device_are_watched_together_and_told_of_once(world: VitalWorld) -> None:
    sent = [body("pulse", world.clock() - timedelta(minutes=n), "135") for n in range(40)]
    world.devices.take(world.anna, ANNA, "Часы", sent)
    watched = [row for row in world.tables.rows(Store.CARD).values() if "check_vital_signs" in row.get("react", ())]
    assert len(watched) <= 4
    world.pump()
    assert world.told(world.anna) == ["vital_sign_urgent"]


@pytest.mark.requirement("REC-10")
def test_one_that_is_wrong_is_named_and_none_is_stored(world: VitalWorld) -> None:
    sent = readings(world, 3)
    sent[1] = body("pulse", world.clock() + DAY, "70")
    sent.append(sent[0])
    with pytest.raises(InvalidFieldsError) as refused:
        world.devices.take(world.anna, ANNA, "Часы", sent)
    assert [p.field for p in refused.value.fields] == ["/readings/1/occurred_at", "/readings/3"]
    assert records(world) == 0


@pytest.mark.requirement("REC-10")
def test_a_request_that_broke_off_is_finished_by_the_next(world: VitalWorld) -> None:
    commit = world.gate.commit
    parts: list[int] = []

    def second_fails(*given: Any) -> Any:
        parts.append(1)
        if len(parts) == 2:
            raise UnavailableError
        return commit(*given)

    world.gate.commit = second_fails
    with pytest.raises(UnavailableError):
        world.devices.take(world.anna, ANNA, "Часы", readings(world, 80))
    begun = records(world)
    assert 0 < begun < 80
    done = world.devices.take(world.anna, ANNA, "Часы", readings(world, 80))
    assert (done["stored"], done["known"], records(world)) == (80 - begun, begun, 80)
    world.pump()
    assert world.series("pulse")["statistics"]["count"] == 80


def test_two_requests_with_the_same_readings_at_once(world: VitalWorld) -> None:
    sent = readings(world, 10)
    world.tables.before_next_commit(lambda: world.devices.take(world.anna, ANNA, "Часы", sent[:5]))
    world.devices.take(world.anna, ANNA, "Часы", sent)
    assert records(world) == 10


@pytest.mark.requirement("REC-10")
def test_other_values_of_a_moment_that_is_known_are_not_lost_in_silence(world: VitalWorld) -> None:
    sent = readings(world, 4)
    ids = world.devices.take(world.anna, ANNA, "Часы", sent[:3])["records"]
    changed = [sent[0], body("pulse", world.clock() - timedelta(minutes=1), "99"), *sent[2:]]
    found = world.devices.take(world.anna, ANNA, "Часы", changed)
    assert (found["stored"], found["known"]) == (1, 3)
    assert found["kept"] == [{"reading": 1, "record": ids[1], "kept": "earlier"}]
    assert world.records.read(world.anna, ANNA, VITAL_SIGN, ids[1])["body"]["value"] == "61"


@pytest.mark.requirement("ACC-3")
def test_nobody_learns_by_guessing_what_another_person_measured(world: VitalWorld) -> None:
    sent = readings(world, 1)
    (record,) = world.devices.take(world.anna, ANNA, "Часы", sent)["records"]
    guesses = [body("pulse", world.clock(), value) for value in ("60", "61")]
    told = [world.devices.take(world.doctor, ANNA, "Часы", [guess])["kept"] for guess in guesses]
    assert told == [[{"reading": 0, "record": record, "kept": "earlier"}]] * 2


def test_what_was_corrected_stays_corrected(world: VitalWorld) -> None:
    sent = readings(world, 1)
    (record,) = world.devices.take(world.anna, ANNA, "Часы", sent)["records"]
    world.amend(record, "pulse", "99")
    world.devices.take(world.anna, ANNA, "Часы", sent)
    assert world.records.read(world.anna, ANNA, VITAL_SIGN, record)["body"]["value"] == "99"


@pytest.mark.requirement("ACC-2")
def test_a_device_of_a_stranger_is_refused(world: VitalWorld) -> None:
    other = world.staff("other")
    for _ in range(2):
        with pytest.raises(MedkartaError) as refused:
            world.devices.take(other, ANNA, "Часы", readings(world, 2))
        assert refused.value.status == 403
        world.devices.take(world.anna, ANNA, "Часы", readings(world, 2))


# --- before a doctor


def order(world: VitalWorld, **changes: Any) -> dict[str, Any]:
    now = world.clock()
    return {"code": "pulse", "since": (now - 30 * DAY).isoformat(), "until": (now + DAY).isoformat(), **changes}


@pytest.mark.requirement("REC-10")
def test_a_doctor_takes_a_period_over_and_the_patient_hears_of_it(world: VitalWorld) -> None:
    ids = [world.enter("pulse", value, ago=timedelta(hours=n)) for n, value in enumerate(("60", "115", "71"))]
    world.pump()
    made, repeated = world.transfers.make(world.doctor, ANNA, order(world), "k" * 16)
    content = made["body"]
    assert (repeated, made["source"], content["count"], content["out_of_limits"]) == (False, "staff", 3, "33.3")
    assert content["parts"] == [{"part": "value", "least": "60", "greatest": "115", "mean": "82.00"}]
    assert [point["record"] for point in content["points"]] == ids[::-1]
    assert {point["source"] for point in content["points"]} == {"patient-reported"}
    again, repeated = world.transfers.make(world.doctor, ANNA, order(world), "k" * 16)
    assert (again["id"], again["body"], repeated) == (made["id"], content, True)
    with pytest.raises(IdempotencyKeyReusedError):
        world.transfers.make(world.doctor, ANNA, order(world, code="pulse", comment="x"), "k" * 16)
    world.pump()
    assert world.inbox(world.anna).count("new_record") == 1
    world.amend(ids[0], "pulse", "61")
    world.pump()
    after, _ = world.transfers.make(world.doctor, ANNA, order(world), "l" * 16)
    assert after["body"]["digest"] != content["digest"]


@pytest.mark.requirement("REC-10")
def test_a_patient_sends_a_period_to_the_attending_doctors(world: VitalWorld) -> None:
    world.enter("pulse", "60")
    world.pump()
    made, _ = world.transfers.make(world.anna, ANNA, order(world, comment="После прогулки"), "k" * 16)
    world.pump()
    assert made["source"] == "patient-reported"
    assert "patient_series_sent" in world.inbox(world.doctor)
    assert "new_record" not in world.inbox(world.anna)
    confirmed = world.records.confirm(world.doctor, ANNA, OBSERVATION_SERIES, made["id"], 1)
    assert confirmed["source"] == "patient-reported"


def test_nothing_measured_is_nothing_to_put_before_anybody(world: VitalWorld) -> None:
    with pytest.raises(InvalidFieldsError) as refused:
        world.transfers.make(world.doctor, ANNA, order(world), "k" * 16)
    assert refused.value.fields[0].field == "/since"


@pytest.mark.requirement("REC-10", "DOC-1")
@pytest.mark.parametrize("language", ["ru", "en"])
def test_a_series_on_paper_says_who_reported_and_what_it_comes_to(world: VitalWorld, language: str) -> None:
    world.enter("blood-pressure", "150", "95")
    world.enter("blood-pressure", "120", "80", by=world.doctor, ago=timedelta(hours=2))
    world.pump()
    pdf = world.sheets.pdf(world.anna, ANNA, "blood-pressure", None, world.clock() + DAY, language)
    _, content = json.loads(pdf.partition(b"\n")[2])
    *_, chart, table = content["sections"]
    assert len(chart["chart"]["lines"]) == 2
    assert content["document_id"] == ""
    assert table["table"]["columns"][0] == {"ru": "Дата и время", "en": "Date and time"}[language]
    assert f"{local(world.clock()):%H:%M}" in {row[0].split()[1] for row in table["table"]["rows"]}
    sources = {row[-1] for row in table["table"]["rows"]}
    assert sources == ({"пациент", "медработник"} if language == "ru" else {"patient", "clinician"})
    assert len(world.entries("vital-sign-series:download")) == 1


# --- whose word it is


@pytest.mark.requirement("REC-9")
@pytest.mark.parametrize(
    ("kind", "content"),
    [
        (HEALTH_STATUS, {"mood": "poor", "pain": 6, "complaints": ["headache"]}),
        (ALLERGY, {"substance": "Пыльца", "category": "environment"}),
        (CHRONIC_CONDITION, {"diagnosis": {"code": "I10", "text": "Гипертензия"}, "clinical_status": "active"}),
    ],
    ids=lambda one: one.name if hasattr(one, "name") else "",
)
def test_what_a_patient_reports_stays_marked_also_when_a_doctor_confirms_it(world: VitalWorld, kind, content) -> None:
    content = {"occurred_at": world.moment(), **content}
    made, _ = world.records.create(world.anna, ANNA, kind, content, world.key())
    assert made["source"] == "patient-reported"
    confirmed = world.records.confirm(world.doctor, ANNA, kind, made["id"], 1)
    assert (confirmed["source"], confirmed["version"], confirmed["body"]) == ("patient-reported", 2, content)
    assert confirmed["confirmed"]["person"] == world.doctor.person_id
    world.pump()
    assert world.inbox(world.anna).count("record_confirmed") == 1
    (listed,), _ = world.records.page(world.doctor, ANNA, kind, limit=5, after=None)
    assert (listed["source"], listed["confirmed"]["role"]) == ("patient-reported", "doctor")
    with pytest.raises(WrongStateError):
        world.records.confirm(world.doctor, ANNA, kind, made["id"], 2)
    amended = world.records.amend(world.anna, ANNA, kind, made["id"], content, 2)
    assert (amended["source"], "confirmed" in amended) == ("patient-reported", False)
    newest, middle, oldest = world.records.history(world.anna, ANNA, kind, made["id"])
    assert ["confirmed" in version for version in (newest, middle, oldest)] == [False, True, False]


@pytest.mark.requirement("REC-9")
def test_a_patient_does_not_edit_what_staff_wrote(world: VitalWorld) -> None:
    content = {"occurred_at": world.moment(), "substance": "Пенициллин", "category": "drug"}
    staff, _ = world.records.create(world.doctor, ANNA, ALLERGY, content, world.key())
    with pytest.raises(WrongStateError):
        world.records.amend(world.anna, ANNA, ALLERGY, staff["id"], content, 1)
    with pytest.raises(WrongStateError):
        world.records.confirm(world.doctor, ANNA, ALLERGY, staff["id"], 1)
    mine, _ = world.records.create(world.anna, ANNA, ALLERGY, content, world.key())
    world.records.amend(world.doctor, ANNA, ALLERGY, mine["id"], {**content, "criticality": "high"}, 1)
    assert world.records.read(world.anna, ANNA, ALLERGY, mine["id"])["source"] == "patient-reported"
    with pytest.raises(WrongStateError):  # its content is the doctor's now
        world.records.amend(world.anna, ANNA, ALLERGY, mine["id"], content, 2)


@pytest.mark.requirement("REC-9", "ACC-5")
def test_only_a_doctor_confirms_and_only_what_they_read(world: VitalWorld) -> None:
    record = world.enter("pulse", "70")
    with pytest.raises(AccessDeniedError):
        world.records.confirm(world.anna, ANNA, VITAL_SIGN, record, 1)
    with pytest.raises(StaleVersionError):
        world.records.confirm(world.doctor, ANNA, VITAL_SIGN, record, 4)
    world.tables.fail_next_commit()
    with pytest.raises(MedkartaError):
        world.records.confirm(world.doctor, ANNA, VITAL_SIGN, record, 1)
    world.records.confirm(world.doctor, ANNA, VITAL_SIGN, record, 1)
    row = world.row(keys.record(ANNA, VITAL_SIGN.name, record))
    assert "check_vital_sign" in row["react"]
    world.pump()
    assert world.series("pulse")["statistics"]["count"] == 1
