"""When a sign out of its limits is told of: once a burst, at once when worse, taken back when corrected."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chalicelib.domain.vital_signs.alerts import BURST, FRESH, Judged, after, gone, restored, stored
from chalicelib.domain.vital_signs.bands import Level

NOW = datetime(2026, 3, 2, 9, tzinfo=UTC)
N, A, U = Level.NORMAL, Level.ATTENTION, Level.URGENT
ATTENTION, URGENT, BACK = "vital_sign_attention", "vital_sign_urgent", "vital_sign_withdrawn"


def run(*steps: tuple[str, Level, timedelta]) -> list[list[str]]:
    """Events after each step: a record's reading at a level, so long after the start."""
    alerts, said = [], []
    for record, level, late in steps:
        now = NOW + late
        alerts, events = after(restored(stored(alerts)), Judged(record, now, level), now)
        said.append(events)
    return said


M = timedelta(minutes=1)


@pytest.mark.requirement("REC-10", "MSG-2")
@pytest.mark.parametrize(
    ("steps", "events"),
    [
        ([("a", N, M)], [[]]),
        ([("a", A, M), ("b", A, 2 * M)], [[ATTENTION], []]),
        ([("a", A, M), ("b", U, 2 * M)], [[ATTENTION], [URGENT]]),
        ([("a", U, M), ("b", A, 2 * M)], [[URGENT], []]),
        ([("a", A, M), ("b", A, BURST + M), ("c", A, BURST + 2 * M)], [[ATTENTION], [], [ATTENTION]]),
        ([("a", U, M), ("a", N, 2 * M)], [[URGENT], [BACK]]),
        ([("a", U, M), ("a", A, 2 * M)], [[URGENT], [BACK, ATTENTION]]),
        ([("a", A, M), ("a", U, 2 * M)], [[ATTENTION], [URGENT]]),
        ([("a", A, M), ("a", A, 2 * M)], [[ATTENTION], []]),
        ([("a", U, M), ("b", U, 2 * M), ("a", N, 3 * M)], [[URGENT], [], []]),
        ([("a", U, M), ("b", U, 2 * M), ("a", N, 3 * M), ("b", N, 4 * M)], [[URGENT], [], [], [BACK]]),
        ([("a", U, M), ("b", A, 2 * M), ("a", N, 3 * M)], [[URGENT], [], [BACK, ATTENTION]]),
        ([("a", N, M), ("a", U, 2 * M), ("a", Level.NONE, 3 * M)], [[], [URGENT], [BACK]]),
    ],
    ids=[
        "within",
        "burst",
        "worse at once",
        "lower joins",
        "after an hour again",
        "corrected",
        "corrected to attention",
        "amended to worse",
        "amended alike",
        "another bears it out",
        "all corrected",
        "a lower one is left",
        "another sign",
    ],
)
def test_events(steps: list[tuple[str, Level, timedelta]], events: list[list[str]]) -> None:
    assert run(*steps) == events


@pytest.mark.requirement("REC-10")
def test_what_was_measured_long_ago_and_what_is_only_shown_is_told_to_nobody() -> None:
    old = Judged("a", NOW - FRESH - M, U)
    assert after([], old, NOW) == ([], [])
    assert after([], Judged("a", NOW - FRESH, U), NOW)[1] == [URGENT]
    assert after([], Judged("a", NOW, A, told=False), NOW) == ([], [])


def test_a_record_that_left_the_card_leaves_its_alerts() -> None:
    alerts, _ = after([], Judged("a", NOW, U), NOW)
    assert gone(alerts, "a") == []
    assert gone(alerts, "b") == alerts


STEPS = st.lists(
    st.tuples(st.sampled_from("abcde"), st.sampled_from([N, A, U]), st.integers(0, 40)), min_size=1, max_size=25
)


@given(STEPS)
def test_whoever_follows_the_notices_knows_whether_the_worst_is_over(steps: list[tuple[str, Level, int]]) -> None:
    """After every step somebody was told of a level at least as bad as each reading of the last burst, and no alert
    stands that no reading bears out."""
    alerts: list = []
    levels: dict[str, Level] = {}
    now = NOW
    for record, level, minutes in steps:
        now += minutes * M
        alerts, events = after(alerts, Judged(record, now, level), now)
        levels[record] = level
        if level in {A, U}:
            assert any(record in alert.readings for alert in alerts)
        assert set(events) <= {ATTENTION, URGENT, BACK}
        for alert in alerts:
            assert alert.worst().rank >= alert.level.rank
            assert all(levels[name] is said for name, said in alert.readings.items())
