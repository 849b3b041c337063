"""Key uses against the log. The reading of what CloudTrail delivers: test_cloudtrail.py."""

from __future__ import annotations

from datetime import timedelta

import pytest

from chalicelib.errors import UnavailableError
from chalicelib.ports import keys
from chalicelib.ports.key_uses import AUDIT_SUBJECT, PATIENT_KEY, KeyUse
from chalicelib.ports.tables import Put
from tests.unit.review_world import ReviewWorld

pytestmark = pytest.mark.requirement("AUD-4")
DAY = "2026-03-02"


@pytest.fixture
def world() -> ReviewWorld:
    made = ReviewWorld()
    made.review.run()
    return made


def use(world: ReviewWorld, number: int = 1, *, minutes: float = 0, **changes) -> KeyUse:
    given = {
        "id": f"use-{number}",
        "at": world.log.now + timedelta(minutes=minutes),
        "purpose": PATIENT_KEY,
        "subject": "anna",
        "key": "key-1",
        "caller": "medkarta-APIHandlerRole-1",
        "succeeded": True,
    }
    return KeyUse(**(given | changes))


def later(world: ReviewWorld, minutes: float = 30) -> None:
    """Time passes, and the review comes to the end of the log."""
    world.clock.advance(minutes=minutes)
    world.review.run()


def test_a_use_beside_an_entry_of_that_person_is_explained(world):
    world.log.consented()
    world.log.read()
    uses = [use(world, n, minutes=m) for n, m in enumerate([0, 9, -2.5])]
    world.uses.deliver(f"{DAY}/a", *uses)
    later(world)
    assert world.reconciliation.run() == {"uses": 3, "unmatched": 0, "waiting": 0, "unreadable": 0}
    assert world.rules() == []


@pytest.mark.parametrize(("minutes", "subject"), [(10.5, "anna"), (-3.5, "anna"), (0, "boris")])
def test_a_use_without_an_entry_near_it_is_a_finding(world, minutes, subject):
    officer = world.system_officer()
    world.log.consented()
    world.log.read()
    world.uses.deliver(f"{DAY}/a", use(world, minutes=minutes, subject=subject))
    later(world)
    assert world.reconciliation.run()["unmatched"] == 1
    (finding,) = world.found().values()
    assert (finding["rule"], finding["patient"], finding["actor"], finding["entries"]) == (
        "unmatched-key-use", subject, "medkarta-APIHandlerRole-1", ["use-1"],
    )  # fmt: skip
    assert world.events() == [("finding_opened", officer.person_id)]


def test_uses_that_failed_opened_nothing(world):
    world.uses.deliver(f"{DAY}/a", use(world, succeeded=False))
    later(world)
    assert world.reconciliation.run() == {"uses": 1, "unmatched": 0, "waiting": 0, "unreadable": 0}


def test_each_file_is_read_once_and_each_event_counts_once(world):
    world.uses.deliver(f"{DAY}/a", use(world, 1), use(world, 2))
    later(world)
    world.reconciliation.run()
    world.uses.deliver(f"{DAY}/b", use(world, 2), use(world, 3))
    world.reconciliation.run()
    world.reconciliation.run()
    assert world.uses.opened == [f"{DAY}/a", f"{DAY}/b"]
    (finding,) = world.found().values()
    assert (finding["entries"], finding["count"]) == (["use-1", "use-2", "use-3"], 3)


def test_a_use_is_judged_when_the_log_had_time(world):
    world.uses.deliver(f"{DAY}/a", use(world))
    later(world, 4)
    assert world.reconciliation.run() == {"uses": 0, "unmatched": 0, "waiting": 1, "unreadable": 0}
    world.log.now = world.clock()
    world.log.add("visit:read", "anna")  # sequenced late
    later(world, 2)
    assert world.reconciliation.run() == {"uses": 1, "unmatched": 1, "waiting": 0, "unreadable": 0}


def test_nothing_is_judged_before_the_review_has_come_so_far(world):
    world.uses.deliver(f"{DAY}/a", use(world))
    world.clock.advance(hours=3)
    assert world.reconciliation.run()["waiting"] == 1
    fresh = ReviewWorld()
    fresh.uses.deliver(f"{DAY}/a", use(fresh))
    assert fresh.reconciliation.run() == {"uses": 0, "unmatched": 0, "waiting": 0, "unreadable": 0}
    assert fresh.uses.opened == []


def test_a_file_that_comes_two_days_late_is_reconciled_and_after_an_outage_all_are(world):
    later(world)
    world.reconciliation.run()
    late = use(world)
    later(world, 60 * 48)
    world.uses.deliver(f"{DAY}/late", late)
    assert world.reconciliation.run()["unmatched"] == 1
    world.uses.deliver("2026-03-04/a", use(world, 2, minutes=60 * 47))
    later(world, 60 * 24 * 10)
    world.reconciliation.run()
    (one, other) = world.found().values()
    assert {one["entries"][0], other["entries"][0]} == {"use-1", "use-2"}


def test_a_waiting_file_is_not_forgotten_when_days_pass_without_a_review(world):
    world.uses.deliver(f"{DAY}/a", use(world))
    for _ in range(6):
        world.clock.advance(days=1)
        assert world.reconciliation.run()["waiting"] == 1
    world.review.run()
    assert world.reconciliation.run()["unmatched"] == 1


def test_opening_the_log_must_be_an_entry_too(world):
    world.tables.commit([Put(keys.audit_tag("t-anna"), {"person": "anna", "year": 2026})])
    subject = {"purpose": AUDIT_SUBJECT, "subject": "t-anna", "caller": "medkarta-AuditReaderRole-1"}
    world.uses.deliver(f"{DAY}/a", use(world, 1, **subject))
    later(world)
    assert world.reconciliation.run()["unmatched"] == 1
    (finding,) = world.found().values()
    assert (finding["patient"], finding["about"]["purpose"]) == ("anna", AUDIT_SUBJECT)


@pytest.mark.parametrize(
    ("kind", "whose", "explained"),
    [("audit-log", "sys", True), ("journal", "anna", True), ("journal", "boris", False), ("visit", "anna", False)],
)
def test_which_readings_explain_the_key_of_a_chain(world, kind, whose, explained):
    world.tables.commit([Put(keys.audit_tag("t-anna"), {"person": "anna", "year": 2026})])
    world.log.add("audit:read", whose, "officer", role="security-officer", kind=kind)
    subject = {"purpose": AUDIT_SUBJECT, "subject": "t-anna"}
    world.uses.deliver(f"{DAY}/a", use(world, 1, minutes=14, **subject), use(world, 2, minutes=-2, **subject))
    world.uses.deliver(f"{DAY}/b", use(world, 3, minutes=40, **subject))
    later(world, 60)
    assert world.reconciliation.run()["unmatched"] == (1 if explained else 3)


def test_a_use_before_an_erasure_had_its_entries_in_what_is_gone(world):
    row = {"state": "destroyed", "destroyed_at": (world.clock() + timedelta(minutes=1)).isoformat()}
    world.tables.commit([Put(keys.key_state("anna"), row)])
    world.uses.deliver(f"{DAY}/a", use(world, 1), use(world, 2, minutes=2))
    later(world)
    assert world.reconciliation.run()["unmatched"] == 1
    (finding,) = world.found().values()
    assert finding["entries"] == ["use-2"]


@pytest.mark.parametrize("failing", range(1, 6))
def test_a_crash_in_between_judges_every_use_and_none_twice(world, failing):
    for number in range(60):
        world.uses.deliver(f"{DAY}/{number // 30}", *(
            use(world, n, subject=f"p{n}") for n in range(number // 30 * 30, number // 30 * 30 + 30)
        ))  # fmt: skip
    later(world)
    inner, calls = world.tables.commit, []

    def commit(writes):
        calls.append(len(writes))
        if len(calls) == failing:
            raise UnavailableError
        inner(writes)

    world.tables.commit = commit
    with pytest.raises(UnavailableError):
        world.reconciliation.run()
    world.reconciliation.run()
    assert max(calls) <= 100
    assert sorted(f["patient"] for f in world.found().values()) == sorted(f"p{n}" for n in range(60))
    assert {f["count"] for f in world.found().values()} == {1}


# --- files that cannot be read


def test_a_file_that_cannot_be_read_is_a_finding_and_the_others_go_on(world):
    officer = world.system_officer()
    world.uses.deliver(f"{DAY}/a", use(world, 1))
    world.uses.damaged.add(f"{DAY}/a")
    world.uses.deliver(f"{DAY}/b", use(world, 2))
    later(world)
    assert world.reconciliation.run() == {"uses": 1, "unmatched": 1, "waiting": 0, "unreadable": 1}
    assert world.rules() == ["key-log-unreadable", "unmatched-key-use"]
    assert ("finding_opened", officer.person_id) in world.events()
    assert world.reconciliation.run() == {"uses": 0, "unmatched": 0, "waiting": 0, "unreadable": 1}
    (finding,) = (f for f in world.found().values() if f["rule"] == "key-log-unreadable")
    assert (finding["count"], finding["about"]) == (1, {"file": f"{DAY}/a"})


@pytest.mark.parametrize(("days", "read"), [(29, 1), (31, 0)])
def test_it_is_tried_again_for_a_month(world, days, read):
    world.uses.deliver(f"{DAY}/a", use(world, 1))
    world.uses.damaged.add(f"{DAY}/a")
    later(world)
    world.reconciliation.run()
    world.clock.advance(days=days)
    world.review.run()
    world.reconciliation.run()
    world.uses.damaged.clear()
    assert world.reconciliation.run()["uses"] == read


def test_while_no_file_can_be_had_nothing_is_done_or_found(world):
    world.uses.deliver(f"{DAY}/a", use(world, 1))
    later(world)
    world.uses.fail_next()
    with pytest.raises(UnavailableError):
        world.reconciliation.run()
    assert world.rules() == []
    assert world.reconciliation.run()["uses"] == 1
