"""The run of the review: each entry once, whatever happens; who is told; what officers see and say."""

from __future__ import annotations

import json

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from chalicelib.domain.findings import Outcome
from chalicelib.domain.identity import PersonId, Role
from chalicelib.domain.thresholds import CARDS_AN_HOUR
from chalicelib.errors import (
    AccessDeniedError,
    MedkartaError,
    NotFoundError,
    OutcomeUnknownError,
    StaleVersionError,
    UnavailableError,
    WrongStateError,
)
from chalicelib.ports import keys
from chalicelib.ports.tables import Put, Store
from tests.effort import tried
from tests.unit.review_world import ReviewWorld
from tests.world import ANNA

pytestmark = pytest.mark.requirement("AUD-4")


@pytest.fixture
def world() -> ReviewWorld:
    return ReviewWorld()


def busy(world: ReviewWorld) -> None:
    """A log that has something for most rules, over two hours and more than one page of places."""
    log = world.log
    log.signed_in("192.0.2.7", "s-doc")
    log.consented()
    log.read()
    for n in range(CARDS_AN_HOUR + 6):
        log.read(f"p{n:03d}", "nosy")
    for n in range(7):
        log.read(f"q{n}", "curious", outcome="denied", after=1)
    log.signed_in("203.0.113.5", "s-doc", after=30)
    log.read(purpose="emergency", after=10)
    log.read(after=60)
    log.add("visit:create")
    log.add("audit:incident", "sys", "system", role="system", org="", outcome="error", reason="writer-gap")
    log.unreadable("boris")
    log.read("anna", after=8 * 60)


EXPECTED = {"bulk-reading", "refusals", "new-network", "break-glass", "incident", "unreadable-entry", "out-of-hours"}


def test_what_is_found_is_stored_once_and_the_cursor_is_at_the_end(world):
    busy(world)
    counts = world.review.run()
    assert counts["entries"] == len(world.log.entries)
    assert set(world.rules()) == EXPECTED | {"outside-department"}
    before = world.found()
    assert world.review.run() == {"entries": 0, "findings": 0}
    assert world.found() == before
    assert world.row(keys.review_cursor("2026"))["seq"] == len(world.log.entries)
    assert world.row(keys.review_cursor("caught-up"))["at"] == world.moment()


def test_each_run_says_in_the_log_what_it_reads_and_reads_nothing_twice(world):
    busy(world)
    world.review.run()
    size = len(world.log.entries)
    (event,) = world.entries("audit:review")
    assert (event.actor.session_id, event.subject, event.resource_type) == ("review", "sys", "audit-log")
    assert dict(event.details) == {"year": 2026, "from": 0, "to": size}
    world.log.take(world.audit)
    world.review.run()
    assert dict(world.entries("audit:review")[1].details) == {"year": 2026, "from": size, "to": size + 1}
    assert world.reader.slices == [(2026, 0, size), (2026, size, size + 1)]


def test_without_its_entry_nothing_is_read(world):
    busy(world)
    world.audit.fail_next()
    with pytest.raises(MedkartaError):
        world.review.run()
    assert world.reader.slices == []
    assert world.found() == {}


def test_pages_end_where_bundles_do_and_years_follow_one_another(world):
    for _ in range(300):
        world.log.read()
    world.log.read(after=60 * 24 * 320)
    world.review.run()
    assert [(y, a, b) for y, a, b in world.reader.slices] == [(2026, 0, 256), (2026, 256, 300), (2027, 0, 1)]
    world.log.read()
    world.review.run()
    assert world.reader.slices[-1] == (2027, 1, 2)


def whole(build) -> tuple[dict, dict]:
    """Findings and counters of a log that was reviewed in one undisturbed run."""
    world = ReviewWorld()
    build(world)
    world.review.run()
    return world.found(), world.counters()


@settings(max_examples=tried(25), deadline=None)
@given(st.lists(st.integers(0, 70), min_size=1, max_size=5))
def test_runs_of_any_length_find_the_same(cuts):
    expected = whole(busy)
    world = ReviewWorld()
    busy(world)
    everything, world.log.entries = world.log.entries, []
    for end in [*sorted(cuts), len(everything)]:
        world.log.entries = everything[:end]
        world.reviewer().run()
    assert (world.found(), world.counters()) == expected


@pytest.mark.parametrize("commits_before", range(8))
@pytest.mark.parametrize("how", ["refused", "reply lost", "read fails"])
def test_a_crash_at_any_point_loses_nothing_and_doubles_nothing(commits_before, how):
    expected = whole(busy)
    world = ReviewWorld()
    officer = world.officer()
    busy(world)
    inner, calls = world.tables.commit, []

    def commit(writes):
        if any(write.key.store is Store.AUDIT_INDEX for write in writes):
            calls.append(len(writes))
            if len(calls) == commits_before + 1:
                if how == "reply lost":
                    inner(writes)
                    raise OutcomeUnknownError
                raise UnavailableError
        inner(writes)

    world.tables.commit = commit
    if how == "read fails":
        world.reader.fail_next()
    crashed = 0
    try:
        world.review.run()
    except UnavailableError:
        crashed += 1
    world.tables.commit = inner
    world.reviewer().run()
    assert crashed == (how == "read fails" or len(calls) > commits_before)
    assert (world.found(), world.counters()) == expected
    assert max(calls, default=0) <= 100
    told = [event for event in world.events() if event == ("finding_opened", officer.person_id)]
    assert len(told) in {1, 2}  # one a run


def test_two_runs_at_once_share_the_work_and_double_nothing():
    expected = whole(busy)
    world = ReviewWorld()
    busy(world)
    started = []

    def other():
        if not started:
            started.append(1)
            world.reviewer().run()

    inner = world.tables.commit

    def commit(writes):
        if any(write.key.pk == "REVIEW" for write in writes):
            world.tables.commit = inner
            other()
        inner(writes)

    world.tables.commit = commit
    world.review.run()
    assert started
    assert (world.found(), world.counters()) == expected


def test_a_transaction_never_grows_beyond_what_it_can_hold(world):
    """Every entry another patient, another finding, and eight officers to tell."""
    for n in range(12):
        world.officer(f"officer{n}")
    for n in range(120):
        world.person(PersonId(f"p{n}"))
        world.log.read(f"p{n}", f"doc{n % 40}", purpose="emergency", after=10 if n % 40 == 0 else 0)
    sizes = []
    inner = world.tables.commit

    def commit(writes):
        sizes.append(len(writes))
        inner(writes)

    world.tables.commit = commit
    world.review.run()
    assert max(sizes) <= 100
    assert world.rules().count("break-glass") == 120
    assert len({person for event, person in world.events() if event == "finding_about_card"}) == 120
    assert len({person for event, person in world.events() if event == "finding_opened"}) == 8


# --- facts from outside the log


def test_colleagues_relatives_and_hours_come_from_the_rows_of_today(world):
    doctor = world.staff()
    world.patient()
    world.member(doctor, "clinic", Role.DOCTOR)
    world.tables.commit([Put(keys.staff("clinic", "m-anna"), {**world.row(keys.staff("clinic", doctor.member_id)),
                                                             "person": ANNA, "member": "m-anna"})])  # fmt: skip
    for person in (ANNA, doctor.person_id):
        world.tables.tamper(keys.profile(person), family="aB")
    world.tables.tamper(keys.organisation("clinic"), hours={"first": 8, "end": 11, "zone": "Europe/Moscow"})
    world.log.consented(actor=doctor.person_id)
    world.log.read(actor=doctor.person_id, member=f"m-{doctor.person_id}")
    world.review.run()
    assert world.rules() == ["colleague", "out-of-hours", "possible-relative"]
    assert ("finding_about_card", ANNA) in world.events()


def test_only_a_signed_receipt_or_order_excuses_an_unreadable_entry(world):
    entry = world.log.unreadable("boris")
    from chalicelib.services.review import hash_of

    row = {"id": "er1", "tags": [hash_of(entry.tag)], "state": "executed", "receipt": "forged.receipt"}
    world.tables.commit([Put(keys.erasure("er1"), row)])
    world.review.run()
    assert world.rules() == ["unreadable-entry"]
    receipt = world.signer.issue({"erasure": "er1", "tags": [hash_of(entry.tag)]}, purpose="receipt")
    world.tables.tamper(keys.erasure("er1"), receipt=receipt)
    world.log.unreadable("boris", altered=True)
    other = world.log.unreadable("vera")
    world.log.unreadable("boris")
    world.review.run()
    assert world.rules() == ["altered-entry", "unreadable-entry", "unreadable-entry"]
    assert {f["patient"]: f["count"] for f in world.found().values() if f["rule"] == "unreadable-entry"} == {
        "boris": 1,
        other.person_id: 1,
    }


def test_an_erasure_under_way_has_a_signed_order(world):
    from chalicelib.services.review import hash_of

    entry = world.log.unreadable("boris")
    order = world.signer.issue({"erasure": "er1", "patient": "boris"}, purpose="erasure-order")
    world.tables.commit([Put(keys.erasure("er1"), {"id": "er1", "tags": [hash_of(entry.tag)], "order": order})])
    world.review.run()
    assert world.found() == {}


# --- who is told


def test_officers_of_the_organisation_are_told_once_and_else_those_of_the_system(world):
    own, other, system = world.officer(), world.officer("elsewhere", "hospital"), world.system_officer()
    world.log.read(purpose="emergency")
    world.log.read("boris")
    world.review.run()
    assert world.events() == [("finding_opened", own.person_id)]
    world.log.read("vera", "x", org="nowhere")
    world.log.add("audit:incident", "sys", "system", role="system", org="", reason="alien-row")
    world.review.run()
    assert world.events() == [("finding_opened", own.person_id), *[("finding_opened", system.person_id)] * 1]
    assert other.person_id not in {person for _, person in world.events()}


def test_who_it_is_about_is_not_asked_to_look_into_it(world):
    officer, second = world.officer(), world.officer("second")
    world.log.read(actor=officer.person_id, role="security-officer")
    for n in range(5):
        world.log.read(f"p{n}", officer.person_id, role="security-officer", outcome="denied")
    world.review.run()
    assert world.events() == [("finding_opened", second.person_id)]
    (finding,) = world.found()
    with pytest.raises(AccessDeniedError):
        world.findings.resolve(officer, finding, 1, Outcome.FALSE_ALARM, "", "ru")
    assert world.audit.events[-1].reason == "self"


def test_notices_say_nothing_of_who_or_what(world):
    world.patient()
    officer = world.officer()
    world.log.read(purpose="emergency")
    world.review.run()
    world.pump()
    assert world.inbox(officer) == ["finding_opened"]
    notices = world.notices.mine(world.session(ANNA, Role.PATIENT), "en", 50, None)[0]
    assert [n["event"] for n in notices] == ["finding_about_card"]
    assert "doc" not in json.dumps([n["text"] for n in notices]).replace("documents", "")


def test_people_without_an_account_are_not_told(world):
    world.log.read("registrations", purpose="emergency")
    world.review.run()
    assert world.rules() == ["break-glass", "outside-department"]
    assert world.events() == []


# --- the officer


def test_an_officer_sees_the_own_organisation_and_one_of_the_system_everything(world):
    own, system = world.officer(), world.system_officer()
    world.log.read(purpose="emergency", after=1)
    world.log.read("boris", "x", org="hospital")
    world.log.add("audit:incident", "sys", "system", role="system", org="", reason="alien-row")
    world.review.run()
    seen, _ = world.findings.listed(own, "", "ru", 50, None)
    assert {f["organisation"] for f in seen} == {"clinic"}
    everything, _ = world.findings.listed(system, "", "en", 50, None)
    assert {f["organisation"] for f in everything} == {"clinic", "hospital", ""}
    assert {f["title"] for f in everything} >= {"Emergency access", "Tampering with the outbox"}
    foreign = next(f["finding_id"] for f in everything if f["organisation"] == "hospital")
    with pytest.raises(NotFoundError):
        world.findings.read(own, foreign, "ru")
    assert (world.audit.events[-1].action, world.audit.events[-1].outcome) == ("finding:read", "denied")
    assert world.findings.read(system, foreign, "ru")["rule"] == "outside-department"
    with pytest.raises(NotFoundError):
        world.findings.read(system, "unknown", "ru")


def test_pages_of_findings_with_a_filter(world):
    officer = world.officer()
    for n in range(5):
        world.log.read(f"p{n}")
        world.review.run()
        world.clock.advance(minutes=1)
    first, after = world.findings.listed(officer, "", "ru", 2, None)
    rest, end = world.findings.listed(officer, "", "ru", 50, after)
    ids = [f["finding_id"] for f in first + rest]
    assert len(set(ids)) == 5
    assert end is None
    assert [f["found_at"] for f in first + rest] == sorted((f["found_at"] for f in first + rest), reverse=True)
    world.findings.resolve(officer, ids[0], 1, Outcome.EXPLAINED, "12/2026", "ru")
    assert [f["finding_id"] for f in world.findings.listed(officer, "resolved", "ru", 50, None)[0]] == [ids[0]]
    assert len(world.findings.listed(officer, "open", "ru", 50, None)[0]) == 4
    assert len(world.entries("finding:list")) == 4


def test_a_resolution_is_an_entry_with_a_word_and_a_number(world):
    world.patient()
    officer = world.officer()
    world.log.read(purpose="emergency")
    world.review.run()
    finding = next(i for i, f in world.found().items() if f["rule"] == "break-glass")
    with pytest.raises(StaleVersionError):
        world.findings.resolve(officer, finding, 2, Outcome.CONFIRMED, "", "ru")
    shown = world.findings.resolve(officer, finding, 1, Outcome.CONFIRMED, "77-1", "ru")
    assert (shown["state"], shown["outcome"], shown["version"]) == ("resolved", "confirmed", 2)
    (event,) = world.entries("finding:resolve")
    assert (event.resource_id, dict(event.details)) == (finding, {"outcome": "confirmed", "reference": "77-1"})
    assert ("finding_confirmed", ANNA) in world.events()
    with pytest.raises(WrongStateError):
        world.findings.resolve(officer, finding, 2, Outcome.EXPLAINED, "", "ru")


def test_more_of_the_same_opens_a_resolved_finding_again(world):
    officer = world.officer()
    world.log.read()
    world.review.run()
    (finding,) = world.found()
    world.findings.resolve(officer, finding, 1, Outcome.FALSE_ALARM, "", "ru")
    world.log.read(after=1)
    world.review.run()
    shown = world.findings.read(officer, finding, "ru")
    assert (shown["state"], shown["count"], shown["version"], "outcome" in shown) == ("open", 2, 3, False)


def test_nothing_that_the_review_stores_is_content_or_an_address(world):
    busy(world)
    world.review.run()
    stored = world.tables.raw_bytes()
    for secret in (b"192.0.2.7", b"203.0.113", b"s-doc"):
        assert secret not in stored
