"""Calendar feeds (APT-2): what an address tells, and to whom it stops telling it."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from chalicelib.domain.calendars import NETWORKS_A_DAY, entry_due, parts_of
from chalicelib.domain.identity import Actor, PersonId, Role
from chalicelib.domain.limits import CALENDAR_FEED
from chalicelib.errors import (
    AuditUnavailableError,
    CardStateError,
    FeedUnknownError,
    IdempotencyKeyReusedError,
    InvalidFieldsError,
    NotFoundError,
    OutcomeUnknownError,
    StaleVersionError,
    StepUpRequiredError,
    TooManyFeedsError,
    TooManyRequestsError,
)
from chalicelib.ports import keys
from chalicelib.ports.rows import representation
from chalicelib.ports.tables import Delete, Put, Store, Update
from tests.calendar_world import CalendarWorld
from tests.world import ANNA, BORIS

pytestmark = pytest.mark.requirement("APT-2")


@pytest.fixture
def world() -> CalendarWorld:
    world = CalendarWorld()
    world.schedule()
    return world


@pytest.fixture
def anna(world: CalendarWorld) -> Actor:
    return world.patient()


def parent(world: CalendarWorld) -> Actor:
    """Boris acts for Anna."""
    world.person(BORIS)
    until = world.clock() + timedelta(days=300)
    world.tables.commit(representation(ANNA, BORIS, kind="parent", until=until, basis="case", now=world.clock()))
    session = world.session(BORIS, Role.REPRESENTATIVE)
    return Actor(BORIS, Role.REPRESENTATIVE, session.session_id, confirmed_at=world.clock(), ward_id=ANNA)


def lines(text: str, name: str) -> list[str]:
    whole = text.replace("\r\n ", "").split("\r\n")
    return [line.partition(":")[2] for line in whole if line.partition(":")[0] == name]


# --- what it tells


def test_a_visit_moves_and_is_cancelled_under_one_name(world: CalendarWorld, anna: Actor) -> None:
    address = world.feed(anna)
    assert lines(world.fetch(address), "UID") == []
    visit = world.book(anna, world.at(2))
    first = world.fetch(address)
    moved = world.appointments.move(anna, visit["id"], visit["version"], "", world.at(3))
    second = world.fetch(address)
    world.appointments.cancel(anna, visit["id"], moved["version"])
    third = world.fetch(address)
    assert [lines(text, "UID") for text in (first, second, third)] == [[f"{visit['id']}@medkarta"]] * 3
    assert [lines(text, "SEQUENCE") for text in (first, second, third)] == [["1"], ["2"], ["3"]]
    assert [lines(text, "STATUS") for text in (first, second, third)] == [["CONFIRMED"], ["CONFIRMED"], ["CANCELLED"]]
    assert lines(first, "DTSTART") != lines(second, "DTSTART")
    world.clock.advance(days=31)
    assert lines(world.fetch(address), "UID") == [], "a cancelled visit is shown for a while"


def test_a_feed_tells_times_and_no_more_unless_asked(world: CalendarWorld, anna: Actor) -> None:
    clinic = {"name": "Поликлиника; № 1, \\ «север»"}
    world.tables.commit([Put(keys.organisation("clinic"), clinic, None)])
    world.book(anna, world.at(2), reason="Кашель")
    little, more = world.fetch(world.feed(anna)), world.fetch(world.feed(anna, detail="places"))
    assert lines(little, "SUMMARY") == ["Приём"]
    for word in ("Петров", "Поликлиника", "12", "therapy", "Кашель", "anna"):
        assert word not in "".join(lines(little, "SUMMARY") + lines(little, "LOCATION") + lines(little, "DESCRIPTION"))
    assert "Кашель" not in more
    assert lines(more, "SUMMARY") == ["Приём: Петров П. П."]
    assert lines(more, "LOCATION") == ["Поликлиника\\; № 1\\, \\\\ «север»\\, 12"]
    assert lines(world.fetch(world.feed(anna, language="en")), "SUMMARY") == ["Appointment"]


def test_more_is_told_by_a_fresh_second_factor_alone(world: CalendarWorld, anna: Actor) -> None:
    world.clock.advance(minutes=6)
    world.feed(anna)
    with pytest.raises(StepUpRequiredError):
        world.feed(anna, detail="places")


def test_the_same_visits_have_the_same_tag(world: CalendarWorld, anna: Actor) -> None:
    address, caller = world.feed(anna), Actor(PersonId("anonymous"), Role.ANONYMOUS, ip="192.0.2.9")
    world.book(anna, world.at(2))
    first = world.reader.fetch(caller, address)
    world.clock.advance(hours=3)
    assert world.reader.fetch(caller, address) == first
    world.book(anna, world.at(4), world.schedule("s2", specialty="cardiology"))
    assert world.reader.fetch(caller, address).tag != first.tag


def test_staff_see_the_times_of_their_schedules(world: CalendarWorld, anna: Actor) -> None:
    doctor = world.staff()
    world.schedule("own", doctor=doctor)
    visit = world.book(anna, world.at(2), "own")
    text = world.fetch(world.feed(doctor, schedules=["own"]))
    assert lines(text, "UID") == [f"{visit['id']}@medkarta"]
    assert "anna" not in text
    world.appointments.cancel(anna, visit["id"], visit["version"])
    assert lines(world.fetch(world.feed(doctor, schedules=["own"])), "UID") == []
    assert world.feed(world.desk(), schedules=["own", "s1"]), "a registrar has those of the organisation"
    for actor, schedules in (
        (doctor, ["s1"]),
        (doctor, []),
        (doctor, ["own", "none"]),
        (anna, ["own"]),
        (world.staff("far", Role.REGISTRAR, "elsewhere"), ["own"]),
    ):
        with pytest.raises(InvalidFieldsError):
            world.feed(actor, schedules=schedules)


# --- the secret


def test_of_the_secret_a_hash_is_stored_and_nothing_is_said(world: CalendarWorld, anna: Actor) -> None:
    address = world.feed(anna)
    world.fetch(address)
    feed_id, secret = parts_of(address)
    assert secret
    assert len(secret) == 32
    assert secret not in str(world.tables.rows(Store.CARD))
    assert secret not in str(world.audit.events)
    assert secret not in str(world.feeds.mine(anna))
    for wrong in (
        feed_id,
        f"{feed_id}.ics",
        f"{feed_id}..ics",
        f"{feed_id}.{secret}x.ics",
        f"{feed_id}.{secret.lower()}.ics",
        f"0.{secret}.ics",
        f".{secret}.ics",
        "",
        "x" * 5000,
        f"{feed_id}.\udce4",
    ):
        with pytest.raises(FeedUnknownError):
            world.fetch(wrong)
    assert {event.outcome for event in world.entries("calendar:fetch")} == {"success", "denied"}
    assert lines(world.fetch(address.removesuffix(".ics")), "METHOD") == ["PUBLISH"]


def test_the_address_is_in_the_first_answer_alone(world: CalendarWorld, anna: Actor) -> None:
    form, key = {"detail": "times", "language": "ru", "schedules": []}, world.key()
    first, repeated = world.feeds.create(anna, form, key)
    again, replayed = world.feeds.create(anna, form, key)
    assert (repeated, replayed) == (False, True)
    assert again == {name: value for name, value in first.items() if name != "url"}
    with pytest.raises(IdempotencyKeyReusedError):
        world.feeds.create(anna, {**form, "language": "en"}, key)
    assert len(world.feeds.mine(anna)) == 1


def test_a_lost_reply_makes_no_second_feed(world: CalendarWorld, anna: Actor) -> None:
    form, key = {"detail": "times", "language": "ru", "schedules": []}, world.key()
    world.tables.lose_reply_next()
    with pytest.raises(OutcomeUnknownError):
        world.feeds.create(anna, form, key)
    assert world.feeds.create(anna, form, key)[1]
    assert len(world.feeds.mine(anna)) == 1


@pytest.mark.requirement("ACC-8")
def test_feeds_that_have_ended_take_nobodys_place(world: CalendarWorld, anna: Actor) -> None:
    """Who represents nobody any more, or works here no more, cannot revoke what was made in that role."""
    acting = parent(world)
    addresses = [world.feed(acting) for _ in range(5)]
    with pytest.raises(TooManyFeedsError):
        world.feed(acting)
    world.tables.commit([Update(keys.representation(ANNA, BORIS), {"state": "revoked"})])
    world.tables.commit([Put(keys.card(BORIS), {"state": "active", "ver": 1}, None)])
    boris = world.session(BORIS, Role.PATIENT)
    kept = [world.feed(boris) for _ in range(5)]
    with pytest.raises(TooManyFeedsError):
        world.feed(boris)
    assert [len(world.fetch(address)) > 0 for address in kept] == [True] * 5
    left = [row for key, row in world.tables.rows(Store.CARD).items() if key.sk.startswith("FEED#")]
    assert {row["ward"] for row in left} == {""}
    assert all(world.tables.get(keys.feed_place(parts_of(address)[0])) is None for address in addresses)


def test_at_most_five_also_at_once(world: CalendarWorld, anna: Actor) -> None:
    for _ in range(4):
        world.feed(anna)
    world.tables.before_next_commit(lambda: world.feed(anna))
    with pytest.raises(StaleVersionError):
        world.feed(anna)
    with pytest.raises(TooManyFeedsError):
        world.feed(anna)
    first = world.feeds.mine(anna)[0]["id"]
    world.feeds.revoke(anna, first)
    form, key = {"detail": "times", "language": "ru", "schedules": []}, world.key()
    world.feeds.create(anna, form, key)
    assert world.feeds.create(anna, form, key)[1], "the repeat of the fifth is no sixth"


def test_feeds_belong_to_the_role_they_were_made_in(world: CalendarWorld, anna: Actor) -> None:
    acting, own = parent(world), world.session(BORIS, Role.PATIENT)
    world.feed(acting)
    (made,) = world.feeds.mine(acting)
    assert world.feeds.mine(own) == []
    for other in (own, anna):
        with pytest.raises(NotFoundError):
            world.feeds.revoke(other, made["id"])


# --- the log


def test_no_entry_no_visits_and_one_entry_a_day_and_network(world: CalendarWorld, anna: Actor) -> None:
    address = world.feed(anna)
    world.audit.fail_next(error=AuditUnavailableError())
    with pytest.raises(AuditUnavailableError):
        world.fetch(address)
    for _ in range(3):
        world.fetch(address)
        world.clock.advance(hours=1)
    assert [event.subject for event in world.entries("calendar:fetch")] == [ANNA]
    world.fetch(address, "203.0.113.5")
    assert len(world.entries("calendar:fetch")) == 2, "from elsewhere: it may be in other hands"
    world.clock.advance(days=1)
    world.fetch(address)
    assert len(world.entries("calendar:fetch")) == 3
    (shown,) = world.feeds.mine(anna)
    assert shown["fetched_at"] == world.moment()


def test_networks_of_a_day_are_bounded() -> None:
    row: dict[str, Any] = {"networks": []}
    for n in range(NETWORKS_A_DAY):
        networks = entry_due("2026-03-01", str(n), row)
        assert networks is not None
        row = {"day": "2026-03-01", "networks": networks}
    assert entry_due("2026-03-01", "another", row) is None
    assert entry_due("2026-03-02", "another", row) == ["another"]


def test_whoever_acts_for_somebody_leaves_the_entry_with_them(world: CalendarWorld, anna: Actor) -> None:
    visit = world.book(anna, world.at(2))
    address = world.feed(parent(world))
    assert lines(world.fetch(address), "UID") == [f"{visit['id']}@medkarta"]
    (event,) = world.entries("calendar:fetch")
    assert event.subject == ANNA


def test_its_owner_is_told_that_there_is_one(world: CalendarWorld, anna: Actor) -> None:
    world.feed(anna)
    world.pump()
    assert "calendar_made" in world.inbox(anna)


def test_a_feed_is_fetched_so_often_and_no_oftener(world: CalendarWorld, anna: Actor) -> None:
    address = world.feed(anna)
    for _ in range(CALENDAR_FEED.limit):
        world.fetch(address)
    with pytest.raises(TooManyRequestsError):
        world.fetch(address)
    world.clock.advance(hours=1)
    world.fetch(address)


# --- its end


def test_it_is_revoked_at_once(world: CalendarWorld, anna: Actor) -> None:
    address = world.feed(anna)
    (made,) = world.feeds.mine(anna)
    world.feeds.revoke(anna, made["id"])
    with pytest.raises(FeedUnknownError):
        world.fetch(address)
    with pytest.raises(NotFoundError):
        world.feeds.revoke(anna, made["id"])
    assert world.feeds.mine(anna) == []
    assert keys.feed_place(made["id"]) not in world.tables.rows(Store.CARD)


def test_revoked_while_it_is_fetched(world: CalendarWorld, anna: Actor) -> None:
    address = world.feed(anna)
    (made,) = world.feeds.mine(anna)
    world.tables.before_next_commit(lambda: world.feeds.revoke(anna, made["id"]))
    with pytest.raises(FeedUnknownError):
        world.fetch(address)
    assert parts_of(address)[0] not in str([key for key in world.tables.rows(Store.CARD) if "FEED#" in key.sk])


ENDS: dict[str, tuple[str, Any]] = {
    "account": ("patient", Update(keys.profile(ANNA), {"state": "erased"})),
    "account that somebody recovered": ("patient", Update(keys.profile(ANNA), {"epoch": 1})),
    "card erased": ("patient", Update(keys.card(ANNA), {"state": "erased"})),
    "card that goes on as another": ("patient", Update(keys.card(ANNA), {"state": "merged"})),
    "membership": ("staff", Update(keys.member("staff-doctor", "member-doctor"), {"state": "removed"})),
    "membership in another role": ("staff", Update(keys.member("staff-doctor", "member-doctor"), {"role": "nurse"})),
    "representation": ("parent", Update(keys.representation(ANNA, BORIS), {"state": "revoked"})),
    "representation narrowed": ("parent", Update(keys.representation(ANNA, BORIS), {"hidden": ["visits"]})),
    "representation gone": ("parent", Delete(keys.representation(ANNA, BORIS))),
    "the ward's card": ("parent", Update(keys.card(ANNA), {"state": "erased"})),
}


@pytest.mark.parametrize("case", ENDS)
def test_it_ends_with_what_it_rests_on(world: CalendarWorld, anna: Actor, case: str) -> None:
    who, end = ENDS[case]
    if who == "staff":
        doctor = world.staff()
        world.schedule("own", doctor=doctor)
        address = world.feed(doctor, schedules=["own"])
    else:
        address = world.feed(anna if who == "patient" else parent(world))
    world.fetch(address)
    world.tables.commit([end])
    with pytest.raises(FeedUnknownError):
        world.fetch(address)


def test_it_ends_with_the_age_of_consent(world: CalendarWorld, anna: Actor) -> None:
    assert anna
    address = world.feed(parent(world))
    world.clock.advance(days=300)
    with pytest.raises(FeedUnknownError):
        world.fetch(address)


@pytest.mark.parametrize("state", ["erased", "merged", "merging"])
def test_none_is_made_for_a_closed_card(world: CalendarWorld, anna: Actor, state: str) -> None:
    world.tables.commit([Update(keys.card(ANNA), {"state": state})])
    with pytest.raises(CardStateError):
        world.feed(anna)


def test_a_suspended_card_is_read_on(world: CalendarWorld, anna: Actor) -> None:
    address = world.feed(anna)
    world.tables.commit([Update(keys.card(ANNA), {"state": "suspended"})])
    assert lines(world.fetch(address), "METHOD") == ["PUBLISH"]
