"""Counters of the month, the report of an organisation as data and as paper, and its end."""

from __future__ import annotations

import json
from datetime import UTC, datetime

import pytest

from chalicelib.domain.identity import Role
from chalicelib.domain.review import COUNTERS
from chalicelib.domain.texts import ACCESS_REPORT
from chalicelib.errors import NotFoundError, UnavailableError
from chalicelib.ports import keys
from chalicelib.services.access_reports import printable
from tests.unit.review_world import ReviewWorld

pytestmark = pytest.mark.requirement("AUD-4")


@pytest.fixture
def world() -> ReviewWorld:
    made = ReviewWorld()
    made.watch = made.officer()
    made.doctor = made.staff()
    made.member(made.doctor, "clinic", Role.DOCTOR, staff_number="17", position="терапевт")
    return made


def work(world: ReviewWorld) -> None:
    who = {"actor": world.doctor.person_id, "member": world.doctor.member_id}
    world.log.consented(actor=world.doctor.person_id)
    for _ in range(3):
        world.log.read(**who)
    world.log.add("visit:create", **who)
    world.log.add("visit:download", **who)
    world.log.read("boris", **who, outcome="denied")
    world.log.read(actor="nina", purpose="emergency")
    world.log.add("visit:read", "anna", "anna", role="patient", org="", member="")
    world.log.read(actor="x", org="hospital")


def test_each_act_of_staff_counts_for_the_organisation_and_the_member(world):
    work(world)
    world.review.run()
    report = world.reports.report(world.watch, "clinic", "2026-03")
    total = {"reads": 5, "changes": 1, "refusals": 1, "exports": 1, "break_glass": 1, "out_of_hours": 0}
    assert report["total"] == total
    doctor, nina = report["members"]
    assert (doctor["staff_number"], doctor["position"], doctor["reads"], doctor["refusals"]) == ("17", "терапевт", 4, 1)
    assert (nina["member_id"], nina["staff_number"], nina["break_glass"]) == ("m-nina", "", 1)
    assert report["closed_at"] is None
    assert world.reports.report(world.watch, "clinic", "2026-02")["total"] == dict.fromkeys(COUNTERS, 0)


def test_reading_a_report_is_an_entry_and_a_foreign_one_a_refusal(world):
    world.reports.report(world.watch, "clinic", "2026-03")
    (event,) = world.entries("access-report:read")
    assert (event.subject, event.resource_id, dict(event.details)) == ("sys", "clinic", {"month": "2026-03"})
    foreign = world.officer("elsewhere", "hospital")
    with pytest.raises(NotFoundError):
        world.reports.report(foreign, "clinic", "2026-03")
    assert (world.audit.events[-1].outcome, world.audit.events[-1].reason) == ("denied", "scope")
    assert world.reports.report(world.system_officer(), "clinic", "2026-03")["month"] == "2026-03"


@pytest.mark.parametrize(("organisation", "month"), [("clinic", "2026-13"), ("clinic", "x"), ("nowhere", "2026-03")])
def test_a_month_or_an_organisation_that_does_not_exist(world, organisation, month):
    with pytest.raises(NotFoundError):
        world.reports.report(world.system_officer(), organisation, month)


def test_the_month_is_that_of_the_place(world):
    world.log.now = datetime(2026, 3, 31, 21, 30, tzinfo=UTC)  # half past midnight in Moscow
    world.log.read()
    world.review.run()
    assert world.counters(month="2026-04")["reads"] == 1
    assert world.counters(month="2026-03") == {}


@pytest.mark.parametrize("language", ["ru", "en"])
def test_the_paper_says_the_same_in_both_languages(world, language):
    work(world)
    world.review.run()
    report = world.reports.report(world.watch, "clinic", "2026-03")
    template, content = json.loads(world.reports.document(report, language).partition(b"\n")[2])
    assert template == "record"
    assert content["title"] == ACCESS_REPORT["title"].to(language)
    total, members, _ = content["sections"]
    assert [int(number) for _, number in total["rows"]] == list(report["total"].values())
    assert [row[0] for row in members["table"]["rows"]] == ["17, терапевт", "m-nina"]
    assert all(len(row) == len(members["table"]["columns"]) for row in members["table"]["rows"])


def test_every_counter_has_its_words():
    for name in COUNTERS:
        assert {name, f"{name}_short"} <= set(ACCESS_REPORT)


def test_the_real_printer_takes_it(world):
    from chalicelib.documents.pdf import PdfPrinter

    work(world)
    world.review.run()
    report = world.reports.report(world.watch, "clinic", "2026-03")
    for language in ("ru", "en"):
        assert PdfPrinter().render("record", printable(report, language, world.moment())).startswith(b"%PDF")


# --- the end of a month


def close(world: ReviewWorld, when: datetime) -> dict[str, int]:
    world.clock.now = when
    return world.reports.close()


APRIL = datetime(2026, 4, 1, 3, 0, tzinfo=UTC)


def test_officers_are_told_once_that_the_month_is_closed(world):
    work(world)
    world.officer("elsewhere", "hospital")
    world.clock.now = APRIL
    world.review.run()
    assert close(world, APRIL) == {"closed": 2}
    assert close(world, APRIL.replace(day=2)) == {"closed": 0}
    told = [person for event, person in world.events() if event == "report_ready"]
    assert sorted(told) == ["staff-elsewhere", world.watch.person_id]
    assert world.reports.report(world.watch, "clinic", "2026-03")["closed_at"] == "2026-04-01T03:00:00.000Z"


def test_a_month_is_not_closed_before_the_review_has_come_to_its_end(world):
    work(world)
    world.review.run()
    with pytest.raises(UnavailableError):
        close(world, APRIL)
    world.review.run()
    assert world.reports.close() == {"closed": 1}


def test_an_organisation_without_any_access_has_nothing_to_close(world):
    world.clock.now = APRIL
    world.review.run()
    assert world.reports.close() == {"closed": 0}
    assert world.tables.get(keys.access_closed("clinic", "2026-03")) is None


def test_two_closings_at_once_tell_once(world):
    work(world)
    world.clock.now = APRIL
    world.review.run()
    world.tables.before_next_commit(world.reports.close)
    world.reports.close()
    assert [e for e, _ in world.events()].count("report_ready") == 1
