"""Records of connected sources come into an opened card (ACT-3)."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from chalicelib.domain import gathering, merges
from chalicelib.domain.access import Permit
from chalicelib.errors import (
    CardStateError,
    NotFoundError,
    WrongStateError,
)
from chalicelib.ports import Sealed, keys
from chalicelib.ports.gathering_rows import new_source
from chalicelib.ports.tables import Put, Store, Update
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


def test_the_same_record_by_two_ways_is_the_same_to_a_merge() -> None:
    body = {**allergy(1).body, "provenance": {"fetched_at": "2026-03-02T09:00:00.000Z"}}
    assert merges.fingerprint(body) == merges.fingerprint(allergy(1).body)


def test_records_that_came_with_a_merged_card_are_known_and_updated_in_place(world: GatheringWorld) -> None:
    world.clinic.held = [allergy(1), allergy(2), other(3)]
    world.opened()
    world.gathering.run()
    world.patient(BORIS)
    went = {key: row for key, row in world.tables.rows(Store.CARD).items() if key.pk == keys.patient(ANNA)}
    carried = [row for key, row in went.items() if key.sk.startswith("R#")]
    for row in carried:  # what a merge does, in short: services/carrying
        permit = Permit(BORIS, "allergy", row["id"], "test", writes=True)
        text = world.vault.open(Permit(ANNA, "allergy", row["id"], "t"), Sealed(row["id"], 1, row["sealed"]))
        new = {**row, "patient": BORIS, "sealed": world.vault.seal(permit, 1, text)}
        world.tables.commit([Put(keys.record(BORIS, "allergy", row["id"]), new)])
    merge = {"id": "m", "patient": BORIS, "source": ANNA, "state": "merged", "ver": 3}
    world.tables.commit([Put(keys.merge(BORIS, "m"), merge), *new_source(BORIS, CLINIC, world.clock())])
    world.clinic.held[1] = allergy(2, 2)
    world.gathering.run()
    row = world.source(CLINIC, BORIS)
    assert (int(row["added"]), int(row["updated"]), int(row["unchanged"])) == (0, 1, 2)
    assert world.substances(BORIS) == {
        "AllergyIntolerance/1": (1, "Вещество 1.1"),
        "AllergyIntolerance/2": (2, "Вещество 2.2"),
    }
    world.clock.advance(days=8)
    world.gathering.run()
    assert int(world.source(CLINIC, BORIS)["unchanged"]) == 3


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
