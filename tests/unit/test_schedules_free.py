"""Looking for a doctor and a free slot (APT-1, PRT-5): what is told, to whom, in what order, and what it costs."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from chalicelib.domain.identity import Actor, PersonId, Role
from chalicelib.domain.moments import stamp
from chalicelib.domain.schedule_forms import Change, Days
from chalicelib.errors import AccessDeniedError, ConflictError, InvalidFieldsError, NotFoundError
from chalicelib.ports import keys, schedule_rows
from chalicelib.ports.tables import Item, Put
from chalicelib.services.schedules.free import LOOKED_AT
from tests.effort import tried
from tests.schedules import FORM, WORKDAYS, Clinic

pytestmark = pytest.mark.requirement("APT-1", "PRT-5")

TUESDAY = "2026-03-03"
"""The day after the one on which the clock of tests stands still, at noon in Moscow."""
HIDDEN = {"rules", "exceptions", "person", "person_id", "version", "works_on_holidays", "created_at"}


@pytest.fixture
def clinic() -> Clinic:
    return Clinic()


@pytest.fixture
def anna(clinic: Clinic) -> Actor:
    return clinic.patient()


def starts(items: list[dict[str, Any]]) -> list[str]:
    return [one["start"][:16] for one in items]


def all_pages(clinic: Clinic, who: Actor, limit: int, days: Days, organisation: str = "") -> list[tuple[str, str]]:
    found: list[tuple[str, str]] = []
    after: Item | None = None
    while True:
        page = clinic.free.nearest(who, "therapy", organisation, days, (limit, after), "ru")
        assert len(page.items) <= limit
        found += [(one["start"], one["schedule"]["schedule_id"]) for one in page.items]
        after = page.after
        if after is None:
            return found


def one_rule(start: str, end: str, weekdays: list[int] = WORKDAYS) -> list[dict[str, Any]]:
    return [{**FORM["rules"][0], "weekdays": weekdays, "start": start, "end": end}]


def test_what_is_taken_or_too_near_is_not_told(clinic: Clinic, anna: Actor) -> None:
    schedule_id = clinic.schedule()
    items, after = clinic.free.slots(anna, schedule_id, Days(last=date(2026, 3, 3)), 20, None)
    assert after is None
    today = ["2026-03-02T10:00", "2026-03-02T10:30", "2026-03-02T11:00", "2026-03-02T11:30"]
    assert starts(items)[:5] == [*today, "2026-03-03T06:00"]
    assert len(items) == 4 + 10
    assert items[0] == {"start": f"{today[0]}:00.000Z", "end": f"{today[1]}:00.000Z", "zone": "Europe/Moscow"}
    clinic.book(schedule_id, f"{today[0]}:00.000Z", f"{today[1]}:00.000Z", "visit")
    held = {"state": "held", "until": f"{today[2]}:00.000Z", "patient": "anna", "entry": "e1", "ver": 1}
    held["held_until"] = stamp(clinic.clock() + timedelta(minutes=30))
    busy = {"until": f"{TUESDAY}T06:45:00.000Z"}
    clinic.tables.commit(
        [
            Put(keys.slot(schedule_id, f"{today[1]}:00.000Z"), held),
            Put(keys.busy(schedule_id, "2026-03-02T19:00:00.000Z", "hash"), busy),
        ]
    )
    left = starts(clinic.free.slots(anna, schedule_id, Days(last=date(2026, 3, 3)), 20, None)[0])
    assert left[:3] == [*today[2:], "2026-03-03T07:00"]
    clinic.clock.advance(minutes=30)  # the hold is over, and the first hour of notice has moved
    assert starts(clinic.free.slots(anna, schedule_id, Days(), 1, None)[0]) == [today[1]]


def test_pages_of_slots_are_the_same_slots(clinic: Clinic, anna: Actor) -> None:
    schedule_id = clinic.schedule()
    whole, _ = clinic.free.slots(anna, schedule_id, Days(), 500, None)
    assert whole[-1]["start"][:10] == "2026-04-01"  # thirty days ahead
    found: list[dict[str, str]] = []
    after: Item | None = None
    while True:
        items, after = clinic.free.slots(anna, schedule_id, Days(), 7, after)
        found += items
        if after is None:
            break
    assert found == whole


@pytest.mark.parametrize(
    ("first", "last", "expected"),
    [
        ("2026-03-03", "2026-03-03", 10),
        ("2026-03-07", "2026-03-08", 0),  # a weekend
        ("2026-02-20", "2026-03-03", 14),
        ("2026-02-01", "2026-02-28", 0),
        ("2026-04-01", "2026-04-30", 10),
        ("2026-04-02", None, 0),
        (None, "2026-03-03", 14),
        (None, "2027-03-03", 4 + 22 * 10),
    ],
)
def test_days_that_are_asked_for(
    clinic: Clinic, anna: Actor, first: str | None, last: str | None, expected: int
) -> None:
    days = Days(*(date.fromisoformat(one) if one else None for one in (first, last)))
    assert len(clinic.free.slots(anna, clinic.schedule(), days, 500, None)[0]) == expected


@pytest.mark.parametrize(
    ("first", "last", "expected"),
    [
        ("2026-03-03T06:30:00+00:00", "2026-03-03T07:30:00+00:00", ["2026-03-03T06:30", "2026-03-03T07:00"]),
        ("2026-03-03T11:20:00+00:00", "2026-03-03T21:00:00+00:00", ["2026-03-03T11:30"]),
        ("2026-03-02T23:00:00+00:00", "2026-03-03T06:30:00+00:00", ["2026-03-03T06:00"]),
        ("2026-03-03T11:30:00+00:00", "2026-03-03T11:30:00+00:00", []),
    ],
)
def test_moments_that_are_asked_for(clinic: Clinic, anna: Actor, first: str, last: str, expected: list[str]) -> None:
    schedule_id, days = clinic.schedule(), Days(datetime.fromisoformat(first), datetime.fromisoformat(last))
    assert starts(clinic.free.slots(anna, schedule_id, days, 500, None)[0]) == expected
    nearest = clinic.free.nearest(anna, "therapy", "", days, (9, None), "ru")
    assert starts(nearest.items) == expected


def test_a_month_may_be_asked_for_by_its_ends(clinic: Clinic, anna: Actor) -> None:
    days = Days(datetime(2026, 3, 1, tzinfo=UTC), datetime(2026, 4, 1, tzinfo=UTC))
    assert len(clinic.free.slots(anna, clinic.schedule(), days, 500, None)[0]) == 4 + 21 * 10


@pytest.mark.parametrize(
    ("first", "last"),
    [("2026-03-04", "2026-03-03"), ("2026-03-01", "2026-04-01"), ("9999-12-31", None), (None, "0001-01-01")],
)
def test_days_that_make_no_sense(clinic: Clinic, anna: Actor, first: str | None, last: str | None) -> None:
    days = Days(*(date.fromisoformat(one) if one else None for one in (first, last)))
    for ask in (
        lambda: clinic.free.slots(anna, clinic.schedule(), days, 20, None),
        lambda: clinic.free.nearest(anna, "therapy", "", days, (20, None), "ru"),
    ):
        with pytest.raises(InvalidFieldsError):
            ask()


def test_patients_see_no_rules_and_no_reasons(clinic: Clinic, anna: Actor) -> None:
    schedule_id = clinic.schedule()
    form = {"last": "2026-03-05", "reason": "sickness", "hours": []}
    clinic.office.put_exception(clinic.registrar, schedule_id, date(2026, 3, 4), form, Change(1))
    (listed,), _ = clinic.free.listed(anna, "therapy", "", (9, None), "ru")
    assert listed == clinic.free.shown(clinic.free.one(anna, schedule_id), "ru")
    assert not HIDDEN & listed.keys()
    assert "sickness" not in str(listed)
    assert clinic.doctor.person_id not in str(listed)
    assert listed["organisation"] == {"id": "clinic", "name": "Поликлиника № 1"}
    assert listed["specialty"] == {"code": "therapy", "name": "Терапия"}
    assert "2026-03-04" not in str(clinic.free.slots(anna, schedule_id, Days(), 500, None))
    with pytest.raises(NotFoundError):
        clinic.free.one(anna, "nobody")


def test_a_partner_sees_its_own_organisation_alone(clinic: Clinic) -> None:
    own = clinic.schedule()
    far = clinic.staff("far-registrar", Role.REGISTRAR, "hospital")
    clinic.works("far-doctor", "hospital")
    other = clinic.schedule(actor=far, member_id="member-far-doctor")
    system = Actor(PersonId("mis"), Role.CLINICAL_SYSTEM, organisation_id="clinic", scopes=frozenset())
    assert {schedule for _, schedule in all_pages(clinic, system, 9, Days())} == {own}
    assert [one["schedule_id"] for one in clinic.free.listed(system, "therapy", "", (9, None), "ru")[0]] == [own]
    for ask in (
        lambda: clinic.free.slots(system, other, Days(), 9, None),
        lambda: clinic.free.listed(system, "therapy", "hospital", (9, None), "ru"),
        lambda: clinic.free.nearest(system, "therapy", "hospital", Days(), (9, None), "ru"),
    ):
        with pytest.raises(AccessDeniedError):
            ask()
    assert len([event for event in clinic.audit.events if event.outcome == "denied"]) == 3
    anna = clinic.patient()
    assert {schedule for _, schedule in all_pages(clinic, anna, 50, Days())} == {own, other}
    assert {schedule for _, schedule in all_pages(clinic, anna, 50, Days(), "hospital")} == {other}


def test_the_nearest_slot_comes_first_whosever_it_is(clinic: Clinic, anna: Actor) -> None:
    early = clinic.schedule("key-of-the-early", rules=one_rule("08:00", "09:00", [2]))
    clinic.works("second")
    late = clinic.schedule("key-of-the-late1", member_id="member-second", rules=one_rule("14:00", "15:00", [1, 2]))
    found = all_pages(clinic, anna, 1, Days(last=date(2026, 3, 3)))
    assert [(start[8:16], schedule) for start, schedule in found] == [
        ("02T11:00", late),
        ("02T11:30", late),
        ("03T05:00", early),
        ("03T05:30", early),
        ("03T11:00", late),
        ("03T11:30", late),
    ]


def test_what_nobody_asks_for_is_not_read(clinic: Clinic, anna: Actor) -> None:
    for n in range(LOOKED_AT + 20):
        clinic.works(f"d{n}")
        start = f"{7 + n // 6:02d}:{n % 6 * 10:02d}"
        clinic.schedule(
            f"key-number-{n:05d}", member_id=f"member-d{n}", slot_minutes=10, rules=one_rule(start, "23:00")
        )
    clinic.tables.calls.clear()
    page = clinic.free.nearest(anna, "therapy", "", Days(date(2026, 3, 3)), (5, None), "ru")
    assert starts(page.items)[0] == "2026-03-03T04:00"
    assert page.complete
    assert clinic.tables.calls.count("query") <= 1 + 2 * 6
    assert len(clinic.tables.calls) <= 2 + 2 * 6


def test_a_page_ends_where_it_would_cost_too_much(clinic: Clinic, anna: Actor) -> None:
    ids = []
    for n in range(LOOKED_AT + 5):
        clinic.works(f"d{n}")
        ids.append(
            clinic.schedule(f"key-number-{n:05d}", member_id=f"member-d{n}", rules=one_rule("09:00", "10:00", [2]))
        )
    for schedule_id in ids:  # all are fully booked in the first week
        clinic.book(schedule_id, f"{TUESDAY}T06:00:00.000Z", f"{TUESDAY}T07:00:00.000Z", "visit")
    days = Days(last=date(2026, 3, 10))
    clinic.tables.calls.clear()
    page = clinic.free.nearest(anna, "therapy", "", days, (20, None), "ru")
    assert page.items == []
    assert page.after is not None
    assert clinic.tables.calls.count("query") == 1 + 2 * LOOKED_AT
    found = all_pages(clinic, anna, 20, days)
    assert len(found) == 2 * len(ids)
    assert len(set(found)) == len(found)


@settings(deadline=None, max_examples=tried(25))
@given(st.data())
def test_all_pages_together_are_what_each_schedule_has_in_order(data: st.DataObject) -> None:
    clinic = Clinic()
    anna, ids = clinic.patient(), []
    for n in range(data.draw(st.integers(1, 4))):
        clinic.works(f"d{n}")
        rules = one_rule(f"{data.draw(st.integers(7, 12)):02d}:00", "13:00", [1, 2, 4])
        zone = data.draw(st.sampled_from(["Europe/Moscow", "Asia/Kamchatka", "Europe/Kaliningrad"]))
        ids.append(clinic.schedule(f"key-number-{n:05d}", member_id=f"member-d{n}", rules=rules, zone=zone))
    for n, schedule_id in enumerate(data.draw(st.lists(st.sampled_from(ids), max_size=6))):
        start = datetime(2026, 3, 3, data.draw(st.integers(0, 11)), tzinfo=UTC) + timedelta(minutes=n)
        clinic.book(schedule_id, stamp(start), stamp(start + timedelta(hours=1)), f"visit-{n}")
    days = Days(date(2026, 3, 2), date(2026, 3, 6))
    expected = [
        (one["start"], schedule_id)
        for schedule_id in ids
        for one in clinic.free.slots(anna, schedule_id, days, 500, None)[0]
    ]
    assert all_pages(clinic, anna, data.draw(st.integers(1, 9)), days) == sorted(expected)


def test_the_fence_of_a_slot_holds_until_the_schedule_changes(clinic: Clinic) -> None:
    schedule_id = clinic.schedule()
    schedule = schedule_rows.read(clinic.tables, schedule_id)
    at = [datetime(2026, 3, 3, 6, tzinfo=UTC) + timedelta(minutes=30 * n) for n in range(40)]
    fences = [schedule_rows.fence(clinic.tables, schedule, start) for start in at]
    assert len({fence.key for fence in fences}) > keys.FENCES / 2
    clinic.tables.commit(fences[:1])
    clinic.office.change(clinic.registrar, schedule_id, FORM, Change(1))
    for fence in {fence.key: fence for fence in fences}.values():
        with pytest.raises(ConflictError):
            clinic.tables.commit([fence])
    fresh = replace(schedule, version=2)
    clinic.tables.commit([schedule_rows.fence(clinic.tables, fresh, at[0])])
