"""What was taken, and what is to come, in the cabinet (APT-3, REC-7)."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from chalicelib.domain.access import Level
from chalicelib.domain.identity import Actor, PersonId, Role
from chalicelib.domain.moments import stamp
from chalicelib.errors import (
    AccessDeniedError,
    IdempotencyKeyReusedError,
    InvalidFieldsError,
    NotFoundError,
    StaleVersionError,
)
from chalicelib.ports import keys
from chalicelib.ports.rows import representation
from chalicelib.ports.tables import Update
from chalicelib.ports.timers import Timer, set_timer
from tests.reminder_world import ReminderWorld
from tests.world import ANNA, BORIS

pytestmark = pytest.mark.requirement("APT-3", "REC-7")

WHEN = "2026-03-02T08:00:00+03:00"
KEY = "intake-key-00000001"


@pytest.fixture
def world() -> ReminderWorld:
    return ReminderWorld()


def mark(world: ReminderWorld, record: str, key: str = KEY, actor: Actor | None = None, **changes: str) -> Any:
    form = {"medication_statement": record, "when": WHEN, "state": "taken", **changes}
    return world.intakes.mark(actor or world.anna, form, key)


def marks(world: ReminderWorld, actor: Actor | None = None) -> list[Any]:
    days, _ = world.intakes.listed(actor or world.anna, 20, None)
    return [(day["day"], one["when"][11:16], one["state"]) for day in days for one in day["marks"]]


def acting(world: ReminderWorld, sections: tuple[str, ...] = ()) -> Actor:
    """Boris acts for Anna, within sections."""
    world.person(BORIS)
    now = world.clock()
    world.tables.commit(
        representation(
            PersonId(ANNA),
            PersonId(BORIS),
            kind="granted",
            until=now + timedelta(days=90),
            basis="granted",
            now=now,
            level=Level.FULL,
            sections=sections,
        )
    )
    rights = ["records", "report"]
    world.tables.commit([Update(keys.representation(ANNA, BORIS), {"rights": rights})])
    session_id = world.session(BORIS, Role.REPRESENTATIVE).session_id
    world.tables.tamper(keys.session(BORIS, session_id), ward=ANNA)
    return Actor(BORIS, Role.REPRESENTATIVE, session_id=session_id, ward_id=ANNA, confirmed_at=now)


def test_marks_stand_by_day_sealed_and_the_newest_first(world: ReminderWorld) -> None:
    record = world.takes()
    mark(world, record)
    mark(world, record, KEY + "2", when="2026-03-01T20:00:00+03:00", state="skipped")
    mark(world, record, KEY + "3", when="2026-03-02T20:00:00+03:00")
    assert marks(world) == [
        ("2026-03-02", "05:00", "taken"),
        ("2026-03-02", "17:00", "taken"),
        ("2026-03-01", "17:00", "skipped"),
    ]
    assert b"skipped" not in world.tables.raw_bytes()
    assert [event.resource_id for event in world.entries("intakes:mark")] == ["2026-03-02", "2026-03-01", "2026-03-02"]


def test_the_day_is_that_of_the_persons_zone(world: ReminderWorld) -> None:
    record = world.takes()
    world.wish(zone="Asia/Vladivostok")
    assert mark(world, record, when="2026-03-01T15:00:00+00:00")[0]["day"] == "2026-03-02"


def test_a_later_word_replaces_and_a_repeated_request_changes_nothing(world: ReminderWorld) -> None:
    record = world.takes()
    assert mark(world, record)[1] is False
    assert mark(world, record)[1] is True
    assert world.row(keys.intakes(ANNA, "2026-03-02"))["ver"] == 1
    with pytest.raises(IdempotencyKeyReusedError):
        mark(world, record, state="skipped")
    mark(world, record, KEY + "2", state="skipped")
    assert marks(world) == [("2026-03-02", "05:00", "skipped")]


def test_two_telephones_at_once_lose_no_mark(world: ReminderWorld) -> None:
    record = world.takes()
    other = {"when": "2026-03-02T20:00:00+03:00"}
    world.tables.before_next_commit(lambda: None)  # the entry of reading
    world.tables.before_next_commit(lambda: mark(world, record, KEY + "2", **other))
    mark(world, record)
    assert [at for _, at, _ in marks(world)] == ["05:00", "17:00"]


def test_a_day_that_is_never_still_is_told_of(world: ReminderWorld) -> None:
    record = world.takes()
    mark(world, record)
    day = keys.intakes(ANNA, "2026-03-02")
    seal = world.vault.seal

    def meanwhile(*said: Any) -> bytes:
        world.tables.commit([Update(day, add={"ver": 1})])
        world.tables.tamper(day, sealed=seal(said[0], said[1], b'{"marks": []}'))
        return bytes(seal(*said))

    world.vault.seal = meanwhile
    with pytest.raises(StaleVersionError):
        mark(world, record, KEY + "2")


@pytest.mark.parametrize("when", ["2026-02-20T08:00:00+03:00", "2026-03-04T08:00:00+03:00"])
def test_what_is_too_far_off_is_refused_by_name(world: ReminderWorld, when: str) -> None:
    with pytest.raises(InvalidFieldsError) as refused:
        mark(world, world.takes(), when=when)
    assert [field.field for field in refused.value.fields] == ["/when"]


def test_of_no_statement_of_the_card_nothing_is_marked_or_silenced(world: ReminderWorld) -> None:
    with pytest.raises(NotFoundError):
        mark(world, "nobody")
    with pytest.raises(NotFoundError):
        world.reminders.mute(world.anna, "nobody", muted=True)


def test_who_acts_within_other_sections_sees_and_marks_nothing(world: ReminderWorld) -> None:
    record = world.takes()
    mark(world, record)
    boris = acting(world, ("vaccinations",))
    with pytest.raises(AccessDeniedError):
        mark(world, record, KEY + "2", boris)
    with pytest.raises(AccessDeniedError):
        world.intakes.listed(boris, 20, None)
    with pytest.raises(AccessDeniedError):
        world.reminders.mute(boris, record, muted=True)


def test_who_acts_for_everything_marks_for_the_ward(world: ReminderWorld) -> None:
    record = world.takes()
    boris = acting(world)
    assert mark(world, record, actor=boris)[0]["by"] == "representative"
    assert marks(world, boris) == marks(world)


# --- what is to come


def topics(world: ReminderWorld, actor: Actor) -> list[str]:
    return [line["topic"] for line in world.reminders.coming(actor, 50, None)[0]]


def test_the_soonest_first_page_by_page(world: ReminderWorld) -> None:
    records = [world.takes(times=[f"{hour}:00"]) for hour in (21, 18, 20)]
    test = world.to_do("2026-03-05")
    seen, after = [], None
    while True:
        items, after = world.reminders.coming(world.anna, 2, after)
        seen += items
        if after is None:
            break
    assert [line["about"].get("id") for line in seen] == [records[1], records[2], records[0], test]
    assert [line["when"] for line in seen] == sorted(line["when"] for line in seen)
    assert seen[0] == {
        "topic": "intake",
        "when": "2026-03-02T15:00:00.000Z",
        "about": {"kind": "medication-statement", "id": records[1]},
        "muted": False,
    }
    world.reminders.mute(world.anna, records[1], muted=True)
    assert world.reminders.coming(world.anna, 1, None)[0][0]["muted"] is True
    assert len(world.entries("reminder:list")) == 3


def test_who_acts_sees_what_they_may_list_and_nothing_that_is_the_owners(world: ReminderWorld) -> None:
    world.takes()
    world.to_do("2026-03-31")
    boris = acting(world, ("referrals",))
    assert topics(world, world.anna) == ["intake", "test", "representation"]
    assert topics(world, boris) == ["test"]


def test_when_a_ward_is_where_nobody_sees_to_whom_a_doctor_closed_something(world: ReminderWorld) -> None:
    start = world.clock() + timedelta(days=3)
    timer = Timer(PersonId(ANNA), "visit", "visit-1", start, {"start": stamp(start), "zone": "Europe/Moscow"})
    world.tables.commit(set_timer(timer, world.clock()))
    boris = acting(world)
    assert "visit" in topics(world, boris)
    world.tables.tamper(keys.representation(ANNA, BORIS), hidden=["referrals"])
    assert "visit" not in topics(world, boris)
    assert "visit" in topics(world, world.anna)


def test_an_empty_card_has_an_empty_list(world: ReminderWorld) -> None:
    assert world.reminders.coming(world.anna, 20, None) == ([], None)
    assert world.intakes.listed(world.anna, 20, None) == ([], None)
