"""Reading the log: what was logged is shown, what is not what was logged is called altered, whoever changed it."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from chalicelib.audit.entry import b64
from chalicelib.audit.merkle import leaf_hash, tile_path
from chalicelib.audit.published import Published, parsed, policy
from chalicelib.domain.identity import SYS
from chalicelib.errors import AccessDeniedError, KeyIntegrityError, KeyUnavailableError, UnavailableError
from chalicelib.ports import keys
from chalicelib.ports.tables import Delete, Put
from tests.effort import tried
from tests.log.world import NAME, Crash, LogWorld, crash_at, row
from tests.unit.journal_world import ANNA, BORIS, WHOLE, JournalWorld, permit
from verifier.policy import Policy

NONCE = "n" * 20


@pytest.fixture
def world() -> JournalWorld:
    return JournalWorld()


def bodies(entries: list[Any]) -> list[str]:
    return [entry.body["resource"]["id"] if entry.body else "?" for entry in entries]


def written(world: JournalWorld, count: int, person: Any = ANNA) -> None:
    for n in range(count):
        world.write(person, resource_type="visit", resource_id=str(n))


# --- one person's chain


@pytest.mark.requirement("AUD-3")
def test_a_chain_is_read_newest_first_in_pages(world: JournalWorld) -> None:
    written(world, 5)
    written(world, 2, BORIS)
    first = world.reader.chain(permit(), 2026, limit=3)
    assert bodies(first) == ["4", "3", "2"]
    assert bodies(world.reader.chain(permit(), 2026, limit=3, before=first[-1].number)) == ["1", "0"]
    assert world.reader.chain(permit(), 2026, limit=3, before=0) == []
    assert {(e.person_id, e.year, e.altered) for e in first} == {(ANNA, 2026, False)}
    assert first[0].at == world.clock()
    assert first[0].body["patient"] == ANNA
    assert world.reader.years(ANNA) == [2026]


@pytest.mark.requirement("AUD-3", "SEC-1")
def test_a_permit_of_another_kind_opens_nothing(world: JournalWorld) -> None:
    written(world, 1)
    for attempt in (
        lambda: world.reader.chain(permit(kind="profile"), 2026, limit=1),
        lambda: world.reader.chain(permit(kind="audit-log"), 2026, limit=1),
        lambda: world.reader.slice(permit(), 2026, 0, 1),
        lambda: world.reader.bundle(WHOLE, {2026: "x"}, NONCE),
    ):
        with pytest.raises(AccessDeniedError):
            attempt()


def test_of_nobody_and_of_an_empty_log_there_is_nothing(world: JournalWorld) -> None:
    assert world.reader.chain(permit(), 2026, limit=5) == []
    assert world.reader.years(ANNA) == []
    assert (world.reader.log_years(), world.reader.size(2026), world.reader.newest()) == ([], 0, None)
    assert world.reader.checkpoint(2026) is None
    assert world.reader.slice(WHOLE, 2026, 0, 5) == []


FORGERIES: dict[str, Any] = {
    "another body": lambda rows: {"ct": rows[0]["ct"]},
    "a cut body": lambda rows: {"ct": rows[1]["ct"][:-1]},
    "no bytes": lambda _: {"ct": "text"},
    "another envelope": lambda rows: {"env": rows[0]["env"], "leaf": rows[0]["leaf"]},
    "an envelope with another hash": lambda rows: {"env": rows[1]["env"].replace('"v":1', '"v":2')},
    "no envelope": lambda _: {"env": "{}", "leaf": b64(leaf_hash(b"{}"))},
    "no JSON": lambda _: {"env": "x", "leaf": b64(leaf_hash(b"x"))},
}


@pytest.mark.requirement("AUD-2", "AUD-3")
@pytest.mark.parametrize("forgery", FORGERIES)
def test_a_row_that_is_not_what_was_logged_is_called_altered(world: JournalWorld, forgery: str) -> None:
    written(world, 3)
    world.tables.tamper(world.link(1), **FORGERIES[forgery](world.links()))
    in_chain = world.reader.chain(permit(), 2026, limit=3)
    assert [(e.altered, e.body is None) for e in in_chain] == [(False, False), (True, True), (False, False)]
    in_log = world.reader.slice(WHOLE, 2026, 1, 4)  # after the entry that opened the log
    assert [(e.altered, e.body is None) for e in in_log] == [(False, False), (True, True), (False, False)]


@pytest.mark.requirement("AUD-2", "AUD-3")
def test_a_row_made_anew_does_not_fit_the_next_one(world: JournalWorld) -> None:
    """Who owns the table and a public key can make an entry that opens; the chain does not lead to it."""
    written(world, 3)
    other = row(world.log.item(ANNA, action="visit:list"))
    old = json.loads(world.links()[1]["env"])
    place = {name: old[name] for name in ("n", "pi", "prev", "t")}
    forged = other.envelope(place, certified=False)
    world.tables.tamper(
        world.link(1), env=forged.decode(), leaf=b64(leaf_hash(forged)), ct=other.sealed, id=other.signed.id
    )
    assert [e.altered for e in world.reader.chain(permit(), 2026, limit=3)] == [False, True, False]
    assert [e.altered for e in world.reader.slice(WHOLE, 2026, 1, 4)] == [False, True, False]


@pytest.mark.requirement("AUD-2", "AUD-3")
def test_an_older_entry_in_the_place_of_the_newest_is_no_entry(world: JournalWorld) -> None:
    written(world, 3)
    older = {name: world.links()[0][name] for name in ("env", "leaf", "ct", "id", "seq")}
    world.tables.tamper(world.link(2), **older)
    assert [e.altered for e in world.reader.chain(permit(), 2026, limit=3)] == [True, False, False]


@pytest.mark.requirement("AUD-2", "AUD-3")
@pytest.mark.parametrize("lost", [{1}, {0}, {3}, {0, 1}, {1, 2}])
def test_a_row_that_is_missing_is_shown_as_missing(world: JournalWorld, lost: set[int]) -> None:
    written(world, 5)
    world.tables.commit([Delete(world.link(number)) for number in lost])
    found = world.reader.chain(permit(), 2026, limit=2)
    found += world.reader.chain(permit(), 2026, limit=9, before=found[-1].number)
    assert [e.number for e in found] == [4, 3, 2, 1, 0]
    assert {e.number for e in found if e.altered} == lost
    assert {e.at for e in found} == {world.clock()}


@pytest.mark.requirement("AUD-3", "SPC-8")
def test_without_its_key_an_entry_is_unreadable_and_not_altered(world: JournalWorld) -> None:
    written(world, 2)
    written(world, 1, BORIS)
    assert bodies(world.reader.chain(permit(), 2026, limit=2)) == ["1", "0"]  # and so the key is in memory
    world.erase(ANNA)
    assert world.reader.chain(permit(), 2026, limit=2) == []
    found = world.reader.slice(WHOLE, 2026, 1, 4)
    assert [(e.person_id, e.body is None, e.altered) for e in found] == [
        ("", True, False),
        ("", True, False),
        (BORIS, False, False),
    ]


@pytest.mark.requirement("SPC-8")
def test_a_row_without_its_wrapped_key_opens_nothing(world: JournalWorld) -> None:
    written(world, 1)
    world.tables.tamper(keys.audit_subject(ANNA, 2026), wrapped=b"")
    (entry,) = world.reader.chain(permit(), 2026, limit=1)
    assert (entry.body, entry.altered, entry.person_id) == (None, False, ANNA)


@pytest.mark.requirement("AUD-3", "SEC-1")
def test_a_key_or_a_row_of_somebody_else_is_not_taken(world: JournalWorld) -> None:
    written(world, 1)
    written(world, 1, BORIS)
    anna, boris = keys.audit_subject(ANNA, 2026), keys.audit_subject(BORIS, 2026)
    theirs = world.tables.get(boris) or {}
    world.tables.tamper(anna, wrapped=theirs["wrapped"])
    assert [e.altered for e in world.reader.chain(permit(), 2026, limit=1)] == [True]
    assert [e.altered for e in world.reader.slice(WHOLE, 2026, 1, 3)] == [True, False]
    copied = {name: value for name, value in theirs.items() if name not in {"pk", "sk"}}
    world.tables.commit([Put(anna, copied, None)])
    with pytest.raises(KeyIntegrityError):
        world.reader.chain(permit(), 2026, limit=1)
    assert [e.altered for e in world.reader.slice(WHOLE, 2026, 1, 3)] == [True, False]


@pytest.mark.requirement("AUD-3")
def test_a_tag_that_leads_to_another_person_opens_nothing(world: JournalWorld) -> None:
    written(world, 1)
    written(world, 1, BORIS)
    world.tables.tamper(keys.audit_tag(world.log.subjects.of(ANNA, 2026).tag), person=BORIS)
    found = world.reader.slice(WHOLE, 2026, 1, 3)
    assert [(e.person_id, e.altered) for e in found] == [("", True), (BORIS, False)]


def test_a_key_is_unwrapped_once_in_five_minutes(world: JournalWorld) -> None:
    written(world, 2)
    for _ in range(3):
        world.reader.chain(permit(), 2026, limit=2)
    assert world.kms.calls == 1
    world.clock.advance(seconds=301)
    world.reader.chain(permit(), 2026, limit=2)
    assert world.kms.calls == 2


def test_without_kms_nothing_is_shown(world: JournalWorld) -> None:
    written(world, 1)
    world.log.kms.down = True
    with pytest.raises(KeyUnavailableError):
        world.reader.chain(permit(), 2026, limit=1)
    with pytest.raises(KeyUnavailableError):
        world.reader.slice(WHOLE, 2026, 0, 2)


# --- the whole log


@pytest.mark.requirement("AUD-3")
def test_a_slice_is_everybodys_oldest_first_over_the_edge_of_a_bundle(world: JournalWorld) -> None:
    world.write(ANNA, 250)
    world.write(BORIS, 20)
    found = world.reader.slice(WHOLE, 2026, 240, 265)
    assert [e.seq for e in found] == list(range(240, 265))
    assert [e.person_id for e in found] == [ANNA] * 11 + [BORIS] * 14
    assert all(e.body and not e.altered for e in found)
    (opened,) = world.reader.slice(WHOLE, 2026, 0, 1)
    assert (opened.person_id, opened.body["action"]) == (SYS, "audit:log-opened")
    assert len(world.reader.slice(WHOLE, 2026, 0, 999)) == 256
    assert world.reader.slice(WHOLE, 2026, 271, 280) == []
    assert world.reader.size(2026) == 271


@pytest.mark.requirement("AUD-2", "AUD-3")
def test_a_commit_on_its_way_is_not_yet_counted(world: JournalWorld) -> None:
    written(world, 2)
    before = world.clock()
    world.clock.advance(seconds=7)
    rows = world.log.rows(3, person=ANNA)
    with pytest.raises(Crash):
        world.log.sequencer(crash_at("committed")).run(2026, rows)
    assert (world.reader.size(2026), world.reader.newest()) == (3, before)
    assert len(world.reader.slice(WHOLE, 2026, 0, 9)) == 3
    world.run(rows)
    assert (world.reader.size(2026), world.reader.newest()) == (6, world.clock())


@pytest.mark.requirement("AUD-3")
@settings(max_examples=tried(20), deadline=None, database=None, suppress_health_check=list(HealthCheck))
@given(steps=st.lists(st.integers(0, 3), min_size=1, max_size=6), asked=st.integers(-2, 20))
def test_place_finds_the_first_entry_of_a_moment(steps: list[int], asked: int) -> None:
    world = JournalWorld()
    start = world.clock()
    for step in steps:
        world.clock.advance(seconds=step)
        world.write(ANNA)
    moment = start + timedelta(seconds=asked)
    times = [e.at for e in world.reader.slice(WHOLE, 2026, 0, 99)]
    assert world.reader.place(2026, moment) == sum(at < moment for at in times)


def test_the_beginning_of_a_full_bundle_stands_for_a_partial_one(world: JournalWorld) -> None:
    world.write(ANNA, 260)
    published = Published(world.log.store)
    name = tile_path("entries", 0, 10)
    world.log.edge.kept.pop(f"2026/{name}", None)
    assert len(published.bundle(2026, 0, 10)) == 10
    assert len(published.inclusion(2026, 3, 10)) == 4
    world.log.locked.overwrite("2026/tile/entries/000", b"\x00")
    with pytest.raises(UnavailableError):
        published.bundle(2026, 0, 10)
    with pytest.raises(UnavailableError):
        published.inclusion(2026, 300, 301)


def test_an_envelope_that_cannot_be_read_is_altered(world: JournalWorld) -> None:
    written(world, 2)
    world.log.edge.overwrite("2026/tile/entries/000.p/3", b"\x00\x02{}" * 3)
    assert [(e.altered, e.id) for e in world.reader.slice(WHOLE, 2026, 0, 3)] == [(True, "")] * 3


@pytest.mark.requirement("AUD-4")
def test_times_of_entries_come_from_both_years_and_open_nothing(world: JournalWorld) -> None:
    world.clock.now = datetime(2026, 12, 31, 23, 59, tzinfo=UTC)
    world.write(ANNA, 2)
    last = world.clock()
    world.clock.advance(minutes=2)
    world.write(ANNA)
    world.write(BORIS)
    assert world.reader.entry_times(ANNA, last, world.clock()) == [last, last, world.clock()]
    assert world.reader.entry_times(ANNA, last + timedelta(seconds=1), world.clock()) == [world.clock()]
    assert world.kms.calls == 0


# --- what is published


@pytest.mark.requirement("AUD-2")
def test_the_checkpoint_says_when_its_witness_saw_it(world: JournalWorld) -> None:
    written(world, 2)
    found = world.reader.checkpoint(2026)
    assert found is not None
    assert (found.origin, found.size) == (f"{NAME}/2026", 3)
    assert found.witnesses == (("witness.example/w1", world.clock()),)
    assert parsed(found.note, 2026) == found


@pytest.mark.parametrize("note", ["", "x", "a\nb\nc\n\n", "a\n-1\nc\n\n"])
def test_what_is_no_checkpoint_is_not_shown(note: str) -> None:
    with pytest.raises(UnavailableError):
        parsed(note, 2026)


@pytest.mark.parametrize(
    "line", ["\u2014 w x", "\u2014 w " + b64(bytes(76)), "\u2014 w " + b64(b"\xff" * 76), "\u2014 o AAAA"]
)
def test_a_line_that_is_no_cosignature_is_no_witness(line: str) -> None:
    found = parsed(f"o\n3\nroot\n\n{line}\n", 2026)
    assert [at.year for _, at in found.witnesses] == ([1970] if "AAAAAAAAAA" in line else [])


@pytest.mark.requirement("AUD-2")
@pytest.mark.parametrize(("witnesses", "quorum"), [(0, 0), (1, 1), (2, 2), (3, 2)])
def test_the_published_policy_is_one_for_the_verifier(witnesses: int, quorum: int) -> None:
    log = LogWorld(witness=True)
    names = [log.witness_key] * min(witnesses, 1)
    shown = policy(NAME, log.log_key, log.ca, names)
    assert Policy.parse(shown).name == NAME
    assert policy(NAME, log.log_key, log.ca, ["w"] * witnesses)["quorum"] == quorum
