"""The index under faults: stopped at any write, overtaken, doubled, erased, carried and taken back."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

from chalicelib.domain.erasures import Basis, State
from chalicelib.domain.identity import Role
from chalicelib.domain.search.terms import parted, spelled
from chalicelib.domain.search.wanted import Asked
from chalicelib.errors import ConflictError, OutcomeUnknownError, UnavailableError
from chalicelib.ports import keys
from chalicelib.ports.tables import Store
from chalicelib.records.examination import EXAMINATION_PROTOCOL
from chalicelib.services.search import postings
from tests.search_world import Searching
from tests.unit.merge_world import GOES, STAYS, Registry
from tests.world import ANNA, PROTOCOL

LONG = {**PROTOCOL, "findings": " ".join(f"Находка{letter}щ" for letter in "абвгдежзиклмнопрст")}
NEXT = {**PROTOCOL, "findings": " ".join(f"Изменение{letter}щ" for letter in "абвгдежзиклмнопрст")}


@pytest.fixture
def world(monkeypatch: pytest.MonkeyPatch) -> Iterator[Searching]:
    """A transaction has room for five postings, so that every record needs several."""
    monkeypatch.setattr(postings, "ROOM", 5)
    return Searching()


def newest(world: Searching, record_id: str) -> dict[str, Any]:
    return world.row(keys.record(ANNA, "examination-protocol", record_id))


def unavailable() -> None:
    raise UnavailableError


def unknown() -> None:
    raise OutcomeUnknownError


@pytest.mark.requirement("REC-11")
@pytest.mark.parametrize("applied", [False, True], ids=["nothing-happened", "reply-lost"])
def test_stopped_at_any_write_it_is_finished_by_the_next_run(world: Searching, *, applied: bool) -> None:
    for number in range(40):
        made = world.write(base=LONG)
        world.react()
        world.records.amend(world.doctor, ANNA, EXAMINATION_PROTOCOL, made, NEXT, 1)
        row = newest(world, made)
        world.at_commit(number, unknown if applied else unavailable, applied=applied)
        try:
            world.reactions.run("index_record", row)
        except (UnavailableError, OutcomeUnknownError):
            world.reactions.run("index_record", row)
        else:
            break
        assert world.found("находкаащ") == []
        assert made in world.found("изменениеащ изменениетщ")
        assert postings.settled(world.row(keys.indexed(ANNA, "examination-protocol", made)))
        assert exactly(world, made)
    assert number > 5  # it has been stopped at each


def exactly(world: Searching, record_id: str) -> bool:
    """Whether the postings of a record are those that its INDEX row names."""
    row = world.row(keys.indexed(ANNA, "examination-protocol", record_id))
    place = keys.place(row["at"], "examination-protocol", record_id)
    named = {f"{spelled(one)}#{place}" for one in parted(bytes(row["tokens"]))}
    return named == {one for one in world.postings() if record_id in one}


@pytest.mark.requirement("REC-11")
def test_an_older_version_that_finishes_late_changes_nothing(world: Searching) -> None:
    for number in range(40):
        made = world.write(base=LONG)
        first = newest(world, made)

        def overtaken(made: str = made) -> None:
            world.records.amend(world.doctor, ANNA, EXAMINATION_PROTOCOL, made, NEXT, 1)
            world.reactions.run("index_record", newest(world, made))

        world.at_commit(number, overtaken)
        try:
            done = world.reactions.run("index_record", first)
        except ConflictError:
            world.reactions.run("index_record", first)  # the stream brings it again
        else:
            assert done
        if int(newest(world, made)["ver"]) == 1:
            break
        assert made not in world.found("находкаащ")
        assert made in world.found("изменениеащ")
        assert exactly(world, made)
    assert number > 5


def test_two_workers_at_one_version_end_as_one(world: Searching) -> None:
    made = world.write(base=LONG)
    row = newest(world, made)
    world.at_commit(3, lambda: world.reactions.run("index_record", row))
    assert world.reactions.run("index_record", row) is False
    assert world.found("находкаащ") == [made]
    before = world.stored_index()
    assert world.reactions.run("index_record", row) is False
    assert world.stored_index() == before


def test_the_key_is_made_once_whoever_comes_first(world: Searching) -> None:
    first, second = (newest(world, world.write()) for _ in range(2))
    world.at_commit(1, lambda: world.reactions.run("index_record", second))  # 0 is the entry of reading the record
    world.reactions.run("index_record", first)
    assert set(world.found("бронхит")) == {first["id"], second["id"]}


@pytest.mark.requirement("SPC-8")
def test_an_erasure_takes_postings_and_key_and_nothing_is_indexed_after_it() -> None:
    world = Searching()
    made = [world.write() for _ in range(5)]
    late = newest(world, made[-1])
    admin, officer = world.staff("admin", Role.ADMINISTRATOR, "system"), world.staff("officer", Role.SECURITY_OFFICER)
    for record_id in made[:-1]:
        world.reactions.run("index_record", newest(world, record_id))
    assert len(world.postings()) > 50
    order = world.erasures.propose(admin, ANNA, Basis.COURT_ORDER, "2-17/2026")
    version = int(world.row(keys.erasure(order["erasure_id"]))["ver"])
    world.erasures.decide(officer, order["erasure_id"], version, approve=True)
    world.eraser.execute(order["erasure_id"])
    assert world.stored_index() == {}
    assert world.reactions.run("index_record", late) is False
    assert world.stored_index() == {}
    assert world.eraser.execute(order["erasure_id"]) == State.EXECUTED  # and again, as after a restore


def test_a_card_is_indexed_anew_in_pages(world: Searching) -> None:
    made = [world.write(occurred_at=f"2026-01-{n:02d}T08:00:00Z") for n in range(1, 26)]
    world.search_index.begin(ANNA)
    world.react(("reindex_card",))
    assert world.found("бронхит", limit=7) == made[::-1]
    entries = len(world.audit.events)
    world.clock.advance(minutes=1)
    world.search_index.begin(ANNA)
    world.react(("reindex_card",))
    opened = [event.action for event in world.audit.events[entries:] if event.action.endswith((":list", ":read"))]
    assert opened == []  # what is indexed as it should be is not opened


def test_what_an_older_edition_of_the_rules_indexed_is_indexed_anew(
    world: Searching, monkeypatch: pytest.MonkeyPatch
) -> None:
    made = world.write()
    world.react()
    monkeypatch.setattr(postings, "EDITION", 2)
    monkeypatch.setattr("chalicelib.services.search.indexing.EDITION", 2)
    world.search_index.begin(ANNA)
    world.react()
    assert world.row(keys.indexed(ANNA, "examination-protocol", made))["edition"] == 2


@pytest.mark.requirement("REC-11", "SPC-5")
def test_a_merge_carries_what_is_found_and_undoing_it_takes_it_back() -> None:
    world = Registry()
    only, twin = world.protocol(GOES, 3, conclusion="Пневмония"), world.protocol(GOES, 1)
    kept = world.protocol(STAYS, 1)
    run(world)
    merge_id = world.merged()
    run(world)
    assert found(world, world.anna, STAYS, "пневмонии") == [only]
    assert found(world, world.anna, STAYS, "бронхит") == [kept]  # its twin stays out of lists and out of here
    assert postings_of(world, twin) == set()
    world.undo(merge_id)
    world.carry_on()
    run(world)
    assert found(world, world.anna, STAYS, "пневмонии") == []
    assert postings_of(world, only) == set()
    assert found(world, world.doctor, GOES, "пневмонии") == [only]
    world.merged()
    run(world)
    assert found(world, world.anna, STAYS, "пневмонии") == [only]  # it came again, and is indexed again


def postings_of(world: Registry, record_id: str) -> set[str]:
    index = [key.sk for key in world.tables.rows(Store.CARD) if key.pk == keys.search_index(STAYS)]
    return {sk for sk in index if record_id in sk and not sk.startswith("INDEX#")}


def run(world: Registry) -> None:
    for _ in range(3):
        for row in list(world.tables.rows(Store.CARD).values()):
            for name in row.get("react", ()):
                if name in {"index_record", "drop_record", "reindex_card"}:
                    world.reactions.run(name, row)


def found(world: Registry, actor: Any, patient: Any, text: str) -> list[str]:
    return [hit["id"] for hit in world.search.search(actor, patient, Asked(text), "ru", limit=20, after=None)[0]]
