"""Vital signs watched as they come in: who is told, and that series hold whatever a trigger does (REC-10)."""

from __future__ import annotations

from datetime import timedelta

import pytest

from chalicelib.domain.access import Level
from chalicelib.domain.texts import NOTICES
from chalicelib.errors import ConflictError, MedkartaError, TooLargeError, UnavailableError
from chalicelib.ports import keys
from chalicelib.ports.rows import representation
from chalicelib.ports.tables import Put, Store
from chalicelib.records.observation import VITAL_SIGN
from chalicelib.services.vital_signs.knowledge import CONDITIONS
from tests.vital_world import VitalWorld
from tests.world import ANNA, BORIS

H = timedelta(hours=1)
URGENT, ATTENTION, BACK = "vital_sign_urgent", "vital_sign_attention", "vital_sign_withdrawn"


@pytest.fixture
def world() -> VitalWorld:
    return VitalWorld()


@pytest.mark.requirement("REC-10", "MSG-2")
def test_patient_representative_and_attending_doctor_hear_at_once_and_no_number_leaves(world: VitalWorld) -> None:
    world.enter("pulse", "135")
    world.clock.advance(minutes=5)
    boris = world.patient(BORIS)
    now = world.clock()
    world.tables.commit(representation(ANNA, BORIS, kind="court", until=None, basis="case", now=now))
    world.pump()
    assert world.told(world.anna) == world.told(boris) == [URGENT]
    assert world.told(world.doctor) == [f"patient_{URGENT}"]
    (mine,) = (n for n in world.notices.mine(world.anna, "ru", 50, None)[0] if n["event"] == URGENT)
    assert mine["text"].startswith("Пульс: ")
    assert "135" not in mine["text"]
    (theirs,) = (n for n in world.notices.mine(world.doctor, "en", 50, None)[0] if "vital" in n["event"])
    assert theirs["text"].startswith("Pulse: ")
    assert theirs["links"]["patient"] == ANNA
    raw = world.tables.raw_bytes()
    assert b"pulse" not in raw
    assert "Пульс".encode() not in raw
    assert "Пульс" not in NOTICES[URGENT].outside.ru


@pytest.mark.requirement("REC-10", "ACC-2")
@pytest.mark.parametrize(
    ("change", "hears"),
    [
        ({}, True),
        ({"level": "limited"}, False),
        ({"sections": ["allergies"]}, False),
        ({"sections": ["vital-signs"]}, True),
        ({"purpose": "consultation"}, False),
        ({"state": "revoked"}, False),
        ({"role": "nurse"}, False),
        ({"valid_until": "2026-03-02T08:59:00.000Z"}, False),
    ],
    ids=["treatment", "limited", "other section", "this section", "consultation", "revoked", "nurse", "over"],
)
def test_who_is_an_attending_doctor(world: VitalWorld, change: dict, hears: bool) -> None:  # noqa: FBT001
    world.tables.tamper(keys.consent(ANNA, world.doctor.member_id), **change)
    world.enter("pulse", "135")
    world.pump()
    assert bool(world.told(world.doctor)) is hears


@pytest.mark.requirement("REC-10", "ACC-2")
@pytest.mark.parametrize("how", ["left-the-post", "closed-to-the-doctor", "closed-to-the-organisation"])
def test_who_may_not_read_any_more_hears_no_more(world: VitalWorld, how: str) -> None:
    doctor = world.doctor
    if how == "left-the-post":
        world.tables.tamper(keys.member(doctor.person_id, doctor.member_id), state="removed")
    else:
        whom = doctor.member_id if how == "closed-to-the-doctor" else doctor.organisation_id
        world.tables.commit([Put(keys.barred(ANNA, whom), {"at": world.moment()})])
    world.enter("pulse", "135")
    world.pump()
    assert (world.told(world.anna), world.told(doctor)) == ([URGENT], [])


def test_a_doctor_is_not_told_of_what_they_wrote(world: VitalWorld) -> None:
    world.enter("pulse", "135", by=world.doctor)
    world.pump()
    assert (world.told(world.doctor), world.told(world.anna)) == ([], [URGENT])


@pytest.mark.requirement("REC-10")
def test_an_erased_doctor_keeps_nobody_else_from_hearing(world: VitalWorld) -> None:
    other = world.staff("other")
    world.consent(other)
    world.keys.destroy(world.doctor.person_id, "entry")
    world.enter("pulse", "135")
    world.pump()
    assert (world.told(world.anna), world.told(other)) == ([URGENT], [f"patient_{URGENT}"])


@pytest.mark.requirement("REC-10")
def test_a_corrected_slip_takes_the_alert_back_for_everybody(world: VitalWorld) -> None:
    record = world.enter("glucose", "25.5")
    world.pump()
    world.amend(record, "glucose", "5.5")
    world.pump()
    assert world.told(world.anna) == [URGENT, BACK]
    assert world.told(world.doctor) == [f"patient_{URGENT}", f"patient_{BACK}"]
    assert [p["values"]["value"] for p in world.series("glucose")["points"]] == ["5.5"]


@pytest.mark.requirement("REC-10")
def test_an_old_reading_is_flagged_and_told_to_nobody(world: VitalWorld) -> None:
    world.enter("pulse", "140", ago=timedelta(days=3))
    world.pump()
    assert world.told(world.anna) == []
    assert [p["level"] for p in world.series("pulse")["points"]] == ["urgent"]


@pytest.mark.requirement("REC-10", "REC-8")
def test_what_a_patient_reports_pushes_no_limits_of_a_doctor_out(world: VitalWorld) -> None:
    world.targets({"indicator": "pulse", "low": "50", "high": "90", "unit": "/min"})
    world.clock.advance(minutes=1)
    for _ in range(CONDITIONS + 1):
        world.targets(by=world.anna)
    world.enter("pulse", "95")
    world.pump()
    assert world.told(world.anna) == [ATTENTION]


@pytest.mark.requirement("REC-10", "REC-8")
def test_targets_that_a_doctor_set_hold_and_what_a_patient_wrote_does_not(world: VitalWorld) -> None:
    target = {"indicator": "blood-pressure-systolic", "low": "110", "high": "150", "unit": "mm[Hg]"}
    mine = world.targets({**target, "high": "200"}, by=world.anna)
    world.enter("blood-pressure", "145", "80")
    world.pump()
    assert world.told(world.anna) == [ATTENTION]
    world.clock.advance(hours=2)
    world.targets(target, {**target, "indicator": "ferritin"}, {**target, "indicator": "pulse"})
    world.enter("blood-pressure", "146", "80")
    world.pump()
    assert world.told(world.anna) == [ATTENTION]
    band = [b for b in world.series("blood-pressure")["bands"] if b["personal"]]
    assert [(b["part"], b["relation"], b["limit"]) for b in band] == [
        ("systolic", "<", "110"),
        ("systolic", ">", "150"),
    ]
    assert mine


@pytest.mark.requirement("REC-10")
def test_a_child_is_judged_by_personal_limits_alone() -> None:
    world = VitalWorld(born="2020-05-01")
    world.enter("pulse", "140")
    world.pump()
    assert world.told(world.anna) == []
    assert world.series("pulse")["points"][0]["level"] == "none"
    assert world.series("pulse")["bands"] == []
    world.targets({"indicator": "pulse", "low": "70", "high": "130", "unit": "/min"})
    world.enter("pulse", "141")
    world.pump()
    assert world.told(world.anna) == [ATTENTION]


@pytest.mark.requirement("REC-10")
def test_a_weight_with_a_known_height_has_an_index_that_is_shown_and_told_to_nobody(world: VitalWorld) -> None:
    world.enter("weight", "90")
    world.enter("height", "180")
    world.pump()
    assert world.series("body-mass-index")["points"] == []
    world.enter("weight", "90", ago=timedelta(minutes=1))
    world.pump()
    (index,) = world.series("body-mass-index")["points"]
    assert (index["values"], index["level"]) == ({"value": "27.8"}, "attention")
    assert world.told(world.anna) == []


# --- triggers that misbehave


def rows_of(world: VitalWorld) -> list[dict]:
    return [row for row in world.tables.rows(Store.CARD).values() if "check_vital_sign" in row.get("react", ())]


def states(world: VitalWorld) -> dict:
    rows = world.tables.rows(Store.CARD)
    return {key: row["ver"] for key, row in rows.items() if key.sk.startswith((keys.SERIES, "NOTICE#"))}


@pytest.mark.requirement("REC-10")
def test_a_repeated_trigger_does_nothing_twice(world: VitalWorld) -> None:
    world.enter("pulse", "135")
    world.pump()
    before, entries = states(world), len(world.audit.events)
    (row,) = rows_of(world)
    assert world.reactions.run("check_vital_sign", row) is False
    assert (states(world), len(world.audit.events)) == (before, entries)


@pytest.mark.requirement("REC-10")
@pytest.mark.parametrize("fault", ["before", "lost reply", "somebody was faster"])
def test_a_trigger_that_dies_half_way_tells_once(world: VitalWorld, fault: str) -> None:
    world.enter("pulse", "135")
    (row,) = rows_of(world)
    if fault == "before":
        world.tables.fail_next_commit(2)  # the entry of its reading, then what it stores
    elif fault == "lost reply":
        world.audit.append = _passing(world.audit.append, world.tables.lose_reply_next)
    else:
        second = _passing(world.audit.append, lambda: world.tables.before_next_commit(lambda: _run(world, row)))
        world.audit.append = second
    with_retry = 0
    for _ in range(4):
        try:
            world.reactions.run("check_vital_sign", row)
        except MedkartaError:
            with_retry += 1
    world.pump()
    assert world.told(world.anna) == [URGENT]
    assert world.told(world.doctor) == [f"patient_{URGENT}"]
    assert world.series("pulse")["statistics"]["count"] == 1


def _passing(append, once):
    """Let the next entry through, then set up the fault, once."""
    waiting = [once]

    def passing(*given, **named):
        done = append(*given, **named)
        if waiting:
            waiting.pop()()
        return done

    return passing


def _run(world: VitalWorld, row: dict) -> None:
    world.reactions.run("check_vital_sign", row)


@pytest.mark.requirement("REC-10")
def test_late_triggers_of_earlier_versions_change_nothing(world: VitalWorld) -> None:
    record = world.enter("pulse", "135", ago=timedelta(days=2))
    first = world.row(keys.record(ANNA, VITAL_SIGN.name, record))
    world.amend(record, "pulse", "70", ago=timedelta(days=1))
    second = world.row(keys.record(ANNA, VITAL_SIGN.name, record))
    world.amend(record, "pulse", "72", version=2, ago=timedelta(hours=1))
    third = world.row(keys.record(ANNA, VITAL_SIGN.name, record))
    for row in (third, first, second):
        world.reactions.run("check_vital_sign", row)
    assert [p["values"]["value"] for p in world.series("pulse")["points"]] == ["72"]


@pytest.mark.requirement("REC-10")
def test_a_reading_that_moves_to_another_day_or_sign_leaves_the_old_one(world: VitalWorld) -> None:
    record = world.enter("pulse", "140", ago=timedelta(hours=10))  # the evening before, by UTC
    world.pump()
    world.amend(record, "pulse", "141")
    world.pump()
    assert world.series("pulse")["statistics"]["count"] == 1
    world.amend(record, "respiration", "14", version=2)
    world.pump()
    assert (world.series("pulse")["points"], world.series("respiration")["statistics"]["count"]) == ([], 1)
    assert world.told(world.anna)[-1] == BACK


def test_a_full_day_goes_to_the_parked_ones(world: VitalWorld, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("chalicelib.domain.vital_signs.rolls.MOST_A_DAY", 2)
    for _ in range(3):
        world.enter("pulse", "70")
    rows = rows_of(world)
    with pytest.raises(TooLargeError):
        [world.reactions.run("check_vital_sign", row) for row in rows]
    assert world.series("pulse")["statistics"]["count"] == 2


# --- series


@pytest.mark.requirement("REC-10")
def test_a_series_is_read_at_a_flat_price(world: VitalWorld) -> None:
    def price(days: int) -> tuple[list[str], int]:
        world.tables.calls.clear()
        found = world.series("pulse", days=days, points=50)
        calls = [call for call in world.tables.calls if call != "get"]  # the fake vault asks for keys by itself
        return calls, len(found["points"])

    for day in range(60):
        for hour in range(2):
            world.enter("pulse", str(60 + day % 30), ago=timedelta(days=day, hours=hour))
    world.pump()
    short, many = price(7)[0], price(60)
    assert short.count("query") == many[0].count("query") == 1
    assert len(short) <= 5
    assert len(many[0]) <= len(short)
    assert many[1] == 50


@pytest.mark.requirement("REC-10")
def test_over_a_long_time_the_counts_are_exact(world: VitalWorld) -> None:
    values = [60 + (day * 7) % 60 for day in range(75)]
    for day, value in enumerate(values):
        world.enter("pulse", str(value), ago=timedelta(days=day))
    world.pump()
    found = world.series("pulse", days=120, points=20)
    assert found["resolution"] == "day"
    assert found["statistics"]["count"] == 75
    assert found["statistics"]["parts"]["value"]["min"] == str(min(values))
    assert found["statistics"]["parts"]["value"]["max"] == str(max(values))
    assert found["statistics"]["levels"]["attention"] == sum(value >= 111 for value in values)
    assert len(found["points"]) <= 20
    assert [p["at"] for p in found["points"]] == sorted(p["at"] for p in found["points"])


@pytest.mark.requirement("REC-10", "ACC-2")
def test_a_series_is_behind_the_gate(world: VitalWorld) -> None:
    world.enter("pulse", "70")
    world.pump()
    other = world.staff("other")
    with pytest.raises(MedkartaError) as refused:
        world.series("pulse", by=other)
    assert refused.value.status == 403
    world.consent(other, level=Level.LIMITED, sections=("vital-signs",))
    assert world.series("pulse", by=other)["statistics"]["count"] == 1
    with pytest.raises(MedkartaError):
        world.sheets.pdf(other, ANNA, "pulse", None, None, "ru")
    assert len(world.entries("vital-sign-series:read")) >= 2


def test_faults_on_the_way_are_no_data(world: VitalWorld) -> None:
    world.enter("pulse", "70")
    world.pump()
    world.audit.fail_next()
    with pytest.raises(MedkartaError):
        world.series("pulse")
    world.tables.fail_next(error=UnavailableError())
    with pytest.raises(UnavailableError):
        world.series("pulse")


def test_rows_of_a_series_are_written_on_condition(world: VitalWorld) -> None:
    """Two triggers at a time: the second finds the rows changed and is tried again."""
    world.enter("pulse", "70")
    world.enter("pulse", "71", ago=H)
    one, two = rows_of(world)
    world.audit.append = _passing(world.audit.append, lambda: world.tables.before_next_commit(lambda: _run(world, two)))
    with pytest.raises(ConflictError):
        world.reactions.run("check_vital_sign", one)
    world.reactions.run("check_vital_sign", one)
    assert world.series("pulse")["statistics"]["count"] == 2
