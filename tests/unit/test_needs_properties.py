"""Overdue care: what holds whatever a card has (ANA-3)."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from chalicelib.domain.needs.facts import Facts
from chalicelib.domain.needs.judging import judged
from chalicelib.domain.needs.matching import Known
from chalicelib.domain.needs.table import KINDS, PERIODIC
from tests.effort import tried
from tests.needs_facts import TODAY, condition, facts, result, satisfying

pytestmark = pytest.mark.requirement("ANA-3")

MATCHES = list({match.said.en: match for rule in PERIODIC for match in rule.matches}.values())
days = st.integers(-40, 2500).map(lambda ago: TODAY - timedelta(days=ago))
conditions = st.builds(
    condition,
    st.sampled_from(["E11.9", "I10", "I25.1", "E78.0", "N18.3", "E03.9", "J45.9"]),
    days,
    clinical_status=st.sampled_from(["active", "remission", "resolved"]),
    next_review=st.none() | days.map(date.isoformat),
)
flagged = st.builds(
    lambda on, name, value: result(on, name, value, unit="m[IU]/L", low="1", high="4"),
    days,
    st.sampled_from(["ТТГ", "Гликированный гемоглобин", "Что-то своё"]),
    st.sampled_from(["0.5", "2", "9"]),
)
cards = st.lists(conditions | flagged | st.builds(satisfying, st.sampled_from(MATCHES), days), max_size=8)
people: Any = st.fixed_dictionaries(
    {
        "born": st.none() | st.integers(1930, 2024).map(lambda year: date(year, 2, 28)),
        "sex": st.sampled_from(["female", "male", ""]),
    }
)


def said(found: Facts) -> tuple[list[Any], list[Any]]:
    answer = judged(found)
    return [(one.id, one.since, one.reason) for one in answer.needs], list(answer.unjudged)


@settings(max_examples=tried(150), deadline=None)
@given(cards, people, st.randoms(use_true_random=False))
def test_order_and_repetition_of_records_change_nothing(records: list[Known], person: Any, chance: Any) -> None:
    shuffled = [*records, *records[:3]]
    chance.shuffle(shuffled)
    assert said(facts(*shuffled, **person)) == said(facts(*records, **person))


@settings(max_examples=tried(150), deadline=None)
@given(cards, people, st.sampled_from(MATCHES), st.integers(0, 400))
def test_a_record_that_satisfies_never_adds_a_need(records: list[Known], person: Any, match: Any, ago: int) -> None:
    before = {one.id for one in judged(facts(*records, **person)).needs}
    more = satisfying(match, TODAY - timedelta(days=ago))
    after = {one.id for one in judged(facts(*records, more, **person)).needs}
    assert after <= before
    today = {one.rule.id for one in judged(facts(*records, satisfying(match, TODAY), **person)).needs}
    assert not today & {rule.id for rule in PERIODIC if match in rule.matches}


@settings(max_examples=tried(100), deadline=None)
@given(cards, people, st.sets(st.sampled_from(KINDS)))
def test_a_closed_kind_hides_needs_and_adds_none(records: list[Known], person: Any, closed: set[str]) -> None:
    whole, part = judged(facts(*records, **person)), judged(facts(*records, closed=closed, **person))
    shared = {rule.id for rule in PERIODIC if rule.without}  # another rule has the study where the condition is seen
    added = {one.id for one in part.needs} - {one.id for one in whole.needs}
    assert not added - shared
    lost = {one.rule.id for one in whole.needs} - {one.rule.id for one in part.needs}
    assert lost <= {one.rule.id for one in part.unjudged}
    assert not {record.kind for one in part.needs for record in one.records} & closed


@settings(max_examples=tried(100), deadline=None)
@given(cards, people)
def test_everything_is_due_by_now_and_has_words_in_both_languages(records: list[Known], person: Any) -> None:
    found = judged(facts(*records, **person)).needs
    assert len({one.id for one in found}) == len(found)
    for one in found:
        assert one.since <= TODAY
        assert "причина обсудить с врачом" in one.reason.ru
        assert one.reason.en
        assert all(record.on <= TODAY for record in one.records)
