"""Records of connected sources come into an opened card (ACT-3)."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from chalicelib.domain import gathering
from chalicelib.errors import (
    CardStateError,
    ConflictError,
    NotFoundError,
    SourceAnswerError,
    SourcePersonError,
    SourceUnavailableError,
    WrongStateError,
)
from chalicelib.ports import keys
from chalicelib.ports.gathering_rows import new_source
from chalicelib.ports.tables import Put, Update
from chalicelib.records.observation import ALLERGY
from tests.gathering_world import CLINIC, LAB, GatheringWorld, allergy, other
from tests.world import ANNA, BORIS

pytestmark = pytest.mark.requirement("ACT-3")


@pytest.fixture
def world() -> GatheringWorld:
    return GatheringWorld()


def test_an_opened_card_gathers_from_every_source_with_provenance(world: GatheringWorld) -> None:
    world.clinic.held = [allergy(n) for n in range(5)]
    world.lab.held = [allergy(7)]
    anna = world.opened()
    assert [world.state(CLINIC), world.state(LAB)] == ["waiting", "waiting"]
    assert world.gathering.run() == {"worked": 2, "failed": 0}
    assert (world.state(CLINIC), world.counts(CLINIC)) == ("done", {"added": 5})
    assert world.counts(LAB) == {"added": 1}
    items, _ = world.records.page(anna, ANNA, ALLERGY, limit=50, after=None)
    assert len(items) == 6
    shown = next(item for item in items if item["provenance"]["source"] == LAB)
    assert shown["source"] == "connected"
    assert shown["author"]["role"] == "system"
    assert "provenance" not in shown["body"]
    assert shown["provenance"] == {
        "source": LAB,
        "record": "AllergyIntolerance/7",
        "version": "1",
        "updated_at": "2025-02-01T10:00:01Z",
        "fetched_at": world.moment(),
    }
    asked, _ = world.clinic.asked[0]
    assert asked.identifiers == {"snils": "11223300159", "oms": "7800080000000116"}
    assert (asked.birth_date, asked.since) == ("1985-01-01", "")
    world.pump()
    assert world.inbox(anna).count("source_gathered") == 2
    assert "new_record" not in world.inbox(anna)


def test_each_record_and_each_question_has_its_entry_and_no_content_is_readable(world: GatheringWorld) -> None:
    world.clinic.held = [allergy(1), other(2)]
    world.opened()
    world.gathering.run()
    told = [event.action for event in world.audit.events if event.actor.session_id == "gather"]
    assert [told.count(action) for action in ("allergy:create", "unmapped:keep", "gather:ask")] == [1, 1, 2]
    assert all(event.subject == ANNA for event in world.audit.events if event.action.startswith("gather:"))
    stored = world.tables.raw_bytes()
    assert "Вещество".encode() not in stored
    assert b"AllergyIntolerance/1" not in stored


def test_a_second_run_changes_nothing_and_asks_for_changes_alone(world: GatheringWorld) -> None:
    world.clinic.held = [allergy(1), other(2), allergy(3)]
    world.opened()
    begun = world.clock()
    world.gathering.run()
    before, kept = world.substances(), world.kept_whole()
    world.clock.advance(days=8)
    world.gathering.run()
    assert (world.substances(), world.kept_whole()) == (before, kept)
    assert world.counts() == {"unchanged": 3}
    asked, _ = world.clinic.asked[-1]
    assert asked.since == gathering.since(begun.isoformat())


def test_versions_in_any_order_end_with_the_newest(world: GatheringWorld) -> None:
    world.clinic.page = 1
    world.clinic.held = [allergy(1, 2), allergy(1, 1), allergy(1, 3), allergy(1, 3), allergy(1, 2)]
    anna = world.opened()
    world.gathering.run()
    assert world.substances() == {"AllergyIntolerance/1": (2, "Вещество 1.3")}
    assert world.counts() == {"added": 1, "updated": 1}
    [item], _ = world.records.page(anna, ANNA, ALLERGY, limit=5, after=None)
    history = world.records.history(anna, ANNA, ALLERGY, item["id"])
    assert [version["provenance"]["version"] for version in history] == ["3", "2"]
    assert history[0]["changed"] == ["/substance"]


def test_what_the_card_has_no_kind_for_is_kept_whole_with_its_reason(world: GatheringWorld) -> None:
    future = {**allergy(3).body, "occurred_at": "2030-01-01T00:00:00Z"}
    large = allergy(4, kind="", body={}, reason="no-rule", content={"text": "x" * 300_000})
    world.clinic.held = [other(1), allergy(2, kind="", body={}, reason="unit"), allergy(3, body=future), large]
    anna = world.opened()
    world.gathering.run()
    assert world.kept_whole() == {
        "Immunization/1": "no-rule",
        "AllergyIntolerance/2": "unit",
        "AllergyIntolerance/3": "future",
        "AllergyIntolerance/4": "too-large",
    }
    shown, rest = world.sources.unmapped(anna, 10, None)
    assert rest is None
    first = next(item for item in shown if item["reference"] == "Immunization/1")
    assert first["content"] == {"resourceType": "AllergyIntolerance", "id": "1"}
    assert first["provenance"]["source"] == CLINIC
    assert world.counts() == {"unmapped": 4}


def test_large_records_come_in_smaller_pages(world: GatheringWorld, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("chalicelib.services.sources.LARGEST_PAGE", 1000)
    world.clinic.held = [other(n, content={"text": "x" * 600}) for n in range(5)]
    anna = world.opened()
    world.gathering.run()
    found, after, pages = [], None, 0
    while True:
        shown, after = world.sources.unmapped(anna, 50, after)
        found += [item["reference"] for item in shown]
        pages += 1
        if after is None:
            break
    assert sorted(found) == [f"Immunization/{n}" for n in range(5)]
    assert pages == 5


def test_a_record_that_fits_later_and_one_that_fits_no_more(world: GatheringWorld) -> None:
    world.clinic.held = [allergy(1, kind="", body={}, reason="unit"), allergy(2)]
    world.opened()
    world.gathering.run()
    anna = world.later(days=8)
    world.clinic.held = [allergy(1, 2), allergy(2, 2, kind="", body={}, reason="unit")]
    world.gathering.run()
    assert world.counts() == {"added": 1, "unmapped": 1}
    items, _ = world.records.page(anna, ANNA, ALLERGY, limit=5, after=None)
    states = {item["provenance"]["record"]: item.get("status", {}).get("state") for item in items}
    assert states == {"AllergyIntolerance/1": None, "AllergyIntolerance/2": "outdated"}
    [was] = [item for item in world.sources.unmapped(anna, 9, None)[0] if item["reference"] == "AllergyIntolerance/1"]
    assert was["status"]["state"] == "outdated"


def test_a_deletion_marks_and_an_older_version_after_it_stays_away(world: GatheringWorld) -> None:
    world.clinic.page = 1
    gone = {"gone": True, "kind": "", "body": {}, "content": {}}
    world.clinic.held = [allergy(1), allergy(1, 3, **gone), allergy(1, 2), allergy(2, 5, **gone), allergy(2, 4)]
    anna = world.opened()
    world.gathering.run()
    [item], _ = world.records.page(anna, ANNA, ALLERGY, limit=5, after=None)
    assert (item["status"]["state"], item["version"]) == ("withdrawn", 1)
    assert world.counts() == {"added": 1, "withdrawn": 2}
    anna = world.later(days=8)
    world.clinic.held = [allergy(1, 4)]
    world.gathering.run()
    assert "status" not in world.records.read(anna, ANNA, ALLERGY, item["id"])


def test_two_sources_with_the_same_names_do_not_meet(world: GatheringWorld) -> None:
    world.clinic.held, world.lab.held = [allergy(1)], [allergy(1, substance="Другое")]
    anna = world.opened()
    world.gathering.run()
    items, _ = world.records.page(anna, ANNA, ALLERGY, limit=5, after=None)
    assert sorted(item["body"]["substance"] for item in items) == ["Вещество 1.1", "Другое"]


def test_records_of_a_source_are_corrected_there(world: GatheringWorld) -> None:
    world.clinic.held = [allergy(1)]
    anna = world.opened()
    world.gathering.run()
    [item], _ = world.records.page(anna, ANNA, ALLERGY, limit=5, after=None)
    with pytest.raises(WrongStateError):
        world.records.amend(anna, ANNA, ALLERGY, item["id"], {**item["body"], "substance": "х"}, 1)


def test_records_of_somebody_else_are_counted_and_logged(world: GatheringWorld) -> None:
    world.clinic.held, world.clinic.refused = [allergy(1)], 2
    world.opened()
    world.gathering.run()
    assert world.counts() == {"added": 1, "refused": 2}
    [event] = world.entries("gather:refuse")
    assert (event.outcome, event.reason) == ("denied", "wrong-patient")


def test_what_did_not_fit_is_tried_again_when_more_can_be_mapped(world: GatheringWorld) -> None:
    future = {**allergy(3).body, "occurred_at": "2030-01-01T00:00:00Z"}
    world.clinic.held = [allergy(1, kind="", body={}, reason="unit"), allergy(2), allergy(3, body=future)]
    anna = world.opened()
    world.gathering.run()
    world.clinic.held[0] = allergy(1)
    world.clock.advance(hours=8)
    world.sources.refresh(anna, CLINIC, "ru")
    world.gathering.run()
    assert world.counts() == {"unchanged": 3}
    world.sources.refresh(anna, CLINIC, "ru")
    world.new_gathering(edition=2).run()
    assert world.clinic.asked[-1][0].since == ""
    assert world.counts() == {"added": 1, "unchanged": 1, "unmapped": 1}
    assert set(world.substances()) == {"AllergyIntolerance/1", "AllergyIntolerance/2"}
    world.sources.refresh(anna, CLINIC, "ru")
    world.new_gathering(edition=2).run()
    assert world.counts() == {"unchanged": 3}


# --- failures


def test_people_of_a_source_that_is_down_are_put_aside(world: GatheringWorld) -> None:
    world.clinic.errors = [SourceUnavailableError()]
    world.opened()
    world.person(BORIS, last_name="Борисов")
    world.tables.commit([Put(keys.card(BORIS), {"state": "active", "ver": 1})])
    world.tables.commit(new_source(BORIS, CLINIC, world.clock()))
    assert world.gathering.run() == {"worked": 3, "failed": 0}
    assert len(world.clinic.asked) == 1
    assert sorted(int(world.source(CLINIC, person)["attempts"]) for person in (ANNA, BORIS)) == [0, 1]
    world.clock.advance(minutes=6)
    world.gathering.run()
    assert {world.source(CLINIC, person)["state"] for person in (ANNA, BORIS)} == {"done"}


def test_failures_wait_longer_each_time_and_the_rest_goes_on(world: GatheringWorld) -> None:
    world.clinic.errors = [SourceUnavailableError() for _ in range(3)]
    world.clinic.held, world.lab.held = [allergy(1)], [allergy(2)]
    anna = world.opened()
    world.gathering.run()
    assert (world.state(CLINIC), world.state(LAB)) == ("running", "done")
    waits = []
    for _ in range(3):
        row = world.source(CLINIC)
        waits.append(row["due"])
        [shown] = [one for one in world.sources.mine(anna, "ru") if one["name"] == CLINIC]
        assert shown["last_error"]["code"] == "source-unavailable"
        assert "Источник" in shown["last_error"]["text"]
        world.clock.advance(hours=1)
        world.gathering.run()
    assert waits == sorted(set(waits))
    assert world.state(CLINIC) == "done"
    assert "last_error" not in world.sources.mine(anna, "en")[0]


def test_a_source_is_not_asked_sooner_than_it_wants(world: GatheringWorld) -> None:
    world.clinic.errors = [SourceUnavailableError(retry_after=7200)]
    world.opened()
    world.gathering.run()
    world.clock.advance(seconds=7100)
    world.gathering.run()
    assert len(world.clinic.asked) == 1
    world.clock.advance(seconds=200)
    world.gathering.run()
    assert len(world.clinic.asked) == 2


def test_a_run_is_given_up_and_begins_anew_the_next_day(world: GatheringWorld) -> None:
    world.clinic.errors = [SourceAnswerError() for _ in range(len(gathering.BACKOFF) + 1)]
    world.clinic.held = [allergy(1)]
    anna = world.opened()
    for _ in range(len(gathering.BACKOFF) + 1):
        world.gathering.run()
        world.clock.advance(hours=13)
    assert world.state() == "failed"
    world.pump()
    assert "source_failed" in world.inbox(anna)
    world.clock.advance(days=1)
    world.gathering.run()
    assert (world.state(), world.counts()) == ("done", {"added": 1})


def test_a_source_that_cannot_tell_the_person_is_given_up_at_once(world: GatheringWorld) -> None:
    world.clinic.errors = [SourcePersonError()]
    world.opened()
    world.gathering.run()
    assert (world.state(), world.source()["last_error"]) == ("failed", "source-person")


def test_a_failure_of_many_days_is_told_once(world: GatheringWorld) -> None:
    world.clinic.errors = [SourcePersonError() for _ in range(3)]
    world.opened()
    for _ in range(3):
        world.gathering.run()
        anna = world.later(days=2)
    world.pump()
    assert world.inbox(anna).count("source_failed") == 1
    world.gathering.run()
    assert (world.state(), world.source().get("told")) == ("done", None)


def test_a_source_that_never_ends_or_stands_still_is_broken(
    world: GatheringWorld, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("chalicelib.services.gathering.work.MOST_PAGES", 2)
    world.clinic.page = 1
    world.clinic.held = [allergy(n) for n in range(9)]
    world.opened()
    world.gathering.run()
    assert world.source()["last_error"] == "source-answer"


def test_what_nobody_foresaw_waits_its_turn_like_any_failure(world: GatheringWorld) -> None:
    world.clinic.errors = [ZeroDivisionError()]
    world.clinic.held, world.lab.held = [allergy(1)], [allergy(2)]
    world.opened()
    assert world.gathering.run() == {"worked": 1, "failed": 1}
    assert (world.source()["last_error"], world.state(LAB)) == ("internal", "done")
    assert world.source()["due"] > world.moment()
    world.clock.advance(minutes=2)
    world.gathering.run()
    assert world.state() == "done"


def test_a_long_source_lets_others_work(world: GatheringWorld) -> None:
    world.clinic.page = 1
    world.clinic.held = [allergy(n) for n in range(12)]
    world.opened()
    world.gathering.run()
    assert world.state() == "running"
    assert world.source()["due"] == world.moment()
    world.gathering.run()
    assert (world.state(), world.counts()) == ("done", {"added": 12})
    assert [cursor for _, cursor in world.clinic.asked] == ["", *(str(n) for n in range(1, 12))]


# --- the state of the card


def test_nothing_comes_into_a_card_that_is_not_open(world: GatheringWorld) -> None:
    world.clinic.held = [allergy(1)]
    world.opened()
    world.tables.commit([Update(keys.card(ANNA), {"state": "suspended"})])
    world.gathering.run()
    assert not world.substances()
    assert world.state() == "waiting"
    world.tables.commit([Update(keys.card(ANNA), {"state": "active"})])
    world.clock.advance(days=1)
    world.gathering.run()
    assert len(world.substances()) == 1
    world.clock.advance(days=8)
    world.tables.commit([Update(keys.card(ANNA), {"state": "merged", "merged_into": "x"})])
    world.gathering.run()
    assert (world.state(), world.source()["last_error"]) == ("paused", "card-state")
    assert not world.queued()


def test_a_card_that_is_suspended_during_a_page_gets_no_further_record(world: GatheringWorld) -> None:
    world.clinic.held = [allergy(1), allergy(2)]
    world.opened()
    close = lambda: world.tables.commit([Update(keys.card(ANNA), {"state": "suspended"})])  # noqa: E731
    original = world.clinic.fetch
    world.clinic.fetch = lambda *asked: (close(), original(*asked))[1]  # type: ignore[method-assign]
    world.gathering.run()
    assert not world.substances()


def test_an_erased_person_is_left_alone(world: GatheringWorld) -> None:
    world.clinic.held = [allergy(1)]
    world.opened()
    world.keys.destroy(ANNA, "entry")
    world.gathering.run()
    assert not world.queued()
    assert not world.entries("allergy:create")


# --- the person


def test_a_source_is_switched_off_and_on(world: GatheringWorld) -> None:
    world.clinic.held = [allergy(1)]
    anna = world.opened()
    assert world.sources.switch(anna, CLINIC, paused=True, language="ru")["state"] == "paused"
    assert world.sources.switch(anna, CLINIC, paused=True, language="ru")["state"] == "paused"
    world.gathering.run()
    assert not world.clinic.asked
    with pytest.raises(WrongStateError):
        world.sources.refresh(anna, CLINIC, "ru")
    assert world.sources.switch(anna, CLINIC, paused=False, language="ru")["state"] == "waiting"
    world.gathering.run()
    assert len(world.substances()) == 1
    with pytest.raises(NotFoundError):
        world.sources.switch(anna, "nobody", paused=True, language="ru")
    with pytest.raises(NotFoundError):
        world.sources.refresh(anna, "nobody", "ru")


def test_a_source_that_is_paused_while_it_is_worked_on_stops(world: GatheringWorld) -> None:
    world.clinic.held = [allergy(1), allergy(2)]
    anna = world.opened()
    original = world.clinic.fetch

    def fetch(*asked: Any) -> Any:
        world.sources.switch(anna, CLINIC, paused=True, language="ru")
        return original(*asked)

    world.clinic.fetch = fetch  # type: ignore[method-assign]
    assert world.gathering.run()["failed"] == 0
    assert (world.state(), world.substances()) == ("paused", {})


def test_asked_again_at_once(world: GatheringWorld) -> None:
    anna = world.opened()
    world.gathering.run()
    world.clinic.held = [allergy(1)]
    assert world.sources.refresh(anna, CLINIC, "ru")["state"] == "waiting"
    world.gathering.run()
    assert world.substances()
    assert len(world.queued()) == 2


def test_a_card_that_was_open_before_there_were_sources(world: GatheringWorld) -> None:
    anna = world.patient()
    assert [one["state"] for one in world.sources.mine(anna, "en")] == ["none", "none"]
    assert world.sources.refresh(anna, LAB, "en")["title"] == "Clinic 7"
    world.tables.commit([Update(keys.card(ANNA), {"state": "suspended"})])
    with pytest.raises(CardStateError):
        world.sources.refresh(anna, CLINIC, "en")


# --- rules


@pytest.mark.parametrize(
    ("older", "newer"),
    [
        (("2025-01-01T00:00:00Z", "9"), ("2025-01-01T00:00:01+00:00", "1")),
        (("2025-01-01T03:00:00+03:00", "1"), ("2025-01-01T00:00:00.000001Z", "1")),
        (("", "9"), ("", "10")),
        (("2025-01-01T00:00:00Z", "1"), ("2025-01-01T00:00:00Z", "2")),
    ],
)
def test_which_version_is_newer(older: tuple[str, str], newer: tuple[str, str]) -> None:
    assert gathering.order(*older) < gathering.order(*newer)


@pytest.mark.parametrize("updated", ["yesterday", "2025-01-01T00:00:00", "2025-13-01T00:00:00Z"])
def test_a_moment_that_is_none(updated: str) -> None:
    with pytest.raises(ValueError, match=r"."):
        gathering.order(updated, "1")


def test_patience() -> None:
    assert gathering.wait(1, None) == timedelta(minutes=1)
    assert gathering.wait(1, 3600) == timedelta(hours=1)
    assert gathering.wait(1, 10**9) == timedelta(days=1)
    assert gathering.wait(len(gathering.BACKOFF) + 1, None) is None


def test_another_conflict_than_an_expected_one_is_told(world: GatheringWorld) -> None:
    world.clinic.held = [allergy(1)]
    world.opened()
    world.audit.fail_next(1, ConflictError(index=7))
    world.gathering.run()
    assert world.state() in {"waiting", "running"}
