"""What the review keeps of each chain: forks and gaps are found, and a cursor that was moved hides nothing for long."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from chalicelib.domain.acts import Act
from chalicelib.ports import keys
from chalicelib.ports.tables import Put
from tests.effort import tried
from tests.fakes import START
from tests.unit.review_world import ReviewWorld
from tests.unit.test_review import EXPECTED, busy, whole
from tests.unit.test_review_rules import found

pytestmark = pytest.mark.requirement("AUD-4")
CURSOR = keys.review_cursor("2026")


@pytest.fixture
def world() -> ReviewWorld:
    return ReviewWorld()


def leaves(*numbers: int, tag: str = "t", person: str = "anna", year: int = 2026) -> list[Act]:
    """A chain alone in its log, bodies that do not open."""
    return [
        Act(f"{tag}{year}-{seq}", START, year, tag, number, person, readable=True, seq=seq)
        for seq, number in enumerate(numbers)
    ]


@pytest.mark.parametrize(
    ("numbers", "broken"),
    [
        ([0, 1, 2, 3], []),
        ([0, 1, 1, 2], [2]),
        ([0, 1, 2, 1, 2, 3], [3, 4]),
        ([0, 2, 3], [1]),
        ([1, 2], [0]),
        ([0, 0, 1], [1]),
    ],
    ids=["whole", "two of one number", "a fork", "a gap", "no beginning", "begun twice"],
)
def test_each_number_follows_the_last(numbers, broken):
    breaks = [f for f in found(leaves(*numbers)).values() if f.rule == "chain-broken"]
    assert [entry for f in breaks for entry in f.entries] == [f"t2026-{seq}" for seq in broken]
    assert sum(f.count for f in breaks) == len(broken)
    assert {(f.patient, f.actor) for f in breaks} <= {("anna", "")}


def test_chains_are_counted_apart_and_begin_anew_each_year():
    one = leaves(0, 1, tag="a", person="anna")
    other = [replace(act, seq=act.seq + 2) for act in leaves(0, 1, tag="b", person="boris")]
    assert found([*one, *other, *leaves(0, 1, tag="c", year=2027)]) == {}


def test_an_envelope_out_of_form_has_no_chain():
    nothing = Act("", START, 2026, "", 0, "", readable=False, altered=True, seq=4)
    kept: dict = {}
    assert {f.rule for f in found([nothing, nothing], kept=kept).values()} == {"altered-entry"}
    assert kept == {}


@settings(max_examples=tried(60), deadline=None)
@given(st.lists(st.integers(0, 6), min_size=1, max_size=14), st.data())
def test_cuts_change_no_finding_of_chains(numbers, data):
    acts = leaves(*numbers)
    cut = data.draw(st.integers(0, len(acts)))
    kept: dict = {}
    parts = [*found(acts[:cut], kept=kept).values(), *found(acts[cut:], kept=kept).values()]
    entries = {entry for f in parts if f.rule == "chain-broken" for entry in f.entries}
    assert entries == {e for f in found(acts).values() if f.rule == "chain-broken" for e in f.entries}


@pytest.mark.parametrize("planted", [{"n": "x", "seq": []}, {"n": 7}, {}], ids=["out of form", "half", "nothing"])
def test_what_is_remembered_out_of_form_stops_nothing(world, planted):
    world.log.read()
    world.review.run()
    world.tables.commit([Put(keys.review_kept("numbers", "tag-anna-2026"), planted, None)])
    world.log.read()
    assert world.review.run()["entries"] == 1
    assert "chain-broken" in world.rules()


def test_a_cursor_that_was_put_over_new_entries_is_seen_at_the_next_one(world):
    world.log.consented()
    world.review.run()
    world.log.read(purpose="emergency")
    world.tables.commit([Put(CURSOR, {"seq": 2, "at": ""}, None)])
    world.review.run()
    assert world.rules() == []
    world.log.read()
    world.review.run()
    assert world.rules() == ["chain-broken"]


def test_a_cursor_that_was_put_back_doubles_no_alarm_of_forks(world):
    world.log.consented()
    world.log.read()
    world.review.run()
    world.tables.commit([Put(CURSOR, {"seq": 1, "at": ""}, None)])
    world.review.run()
    assert world.rules() == ["review-cursor"]


# --- ahead of the log


@pytest.mark.parametrize(
    "planted",
    [{"seq": 10**9, "at": ""}, {"seq": "x"}, {"seq": -1}, {"seq": 0}, {"at": ""}, {"seq": 1, "again": 10**9}],
    ids=["ahead", "a word", "below nothing", "nothing", "absent", "begun again without end"],
)
def test_a_cursor_that_cannot_be_right_is_a_finding_and_all_is_reviewed(world, planted):
    officer = world.system_officer()
    busy(world)
    world.tables.commit([Put(CURSOR, planted, None)])
    assert world.review.run()["entries"] == len(world.log.entries)
    assert set(world.rules()) == EXPECTED | {"outside-department", "review-cursor"}
    assert ("finding_opened", officer.person_id) in world.events()
    assert world.row(CURSOR)["seq"] == len(world.log.entries)
    world.log.read()
    assert world.review.run()["entries"] == 1
    assert world.rules().count("review-cursor") == 1


@pytest.mark.parametrize("reviewed", [0, 1, 30, 50, 58])
@pytest.mark.parametrize("most", [7, 10**6])
def test_what_was_reviewed_before_is_found_and_counted_once(monkeypatch, reviewed, most):
    """Also when beginning again takes many runs."""
    expected = whole(busy)
    world = ReviewWorld()
    busy(world)
    everything = world.log.entries
    world.log.entries = everything[:reviewed]
    world.review.run()
    world.log.entries = everything
    world.tables.commit([Put(CURSOR, {"seq": 10**9, "at": ""}, None)])
    monkeypatch.setattr("chalicelib.services.review.MOST", most)
    for _ in range(len(everything) // most + 2):
        world.reviewer().run()
    found = {name: row for name, row in world.found().items() if row["rule"] != "review-cursor"}
    assert (found, world.counters()) == expected
    assert world.rules().count("review-cursor") == 1
    assert world.row(CURSOR)["seq"] == len(everything)
    assert "again" not in world.row(CURSOR)


def test_nothing_is_called_caught_up_while_it_is_begun_again(world, monkeypatch):
    busy(world)
    world.tables.commit([Put(CURSOR, {"seq": 10**9, "at": ""}, None)])
    monkeypatch.setattr("chalicelib.services.review.MOST", 5)
    world.review.run()
    assert world.tables.get(keys.review_cursor("caught-up")) is None


def test_one_row_a_chain_goes_with_what_was_found(world):
    """In the same transactions, which stay as small as they were."""
    for n in range(300):
        world.log.add("visit:read", f"p{n * n % 71}", "x", role="patient", org="", member="")
    sizes = []
    inner = world.tables.commit

    def commit(writes):
        sizes.append(len(writes))
        inner(writes)

    world.tables.commit = commit
    world.review.run()
    assert max(sizes) <= 100
    assert world.rules() == []
    rows = [key for key in world.tables.rows() if key.pk.startswith("REVIEW#numbers#")]
    assert len(rows) == len({entry.tag for entry in world.log.entries})
