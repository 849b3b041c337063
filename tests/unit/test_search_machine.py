"""Search is the same as looking through everything: random cards, writes, amendments, doubled, reordered reactions."""

from __future__ import annotations

import itertools
from collections.abc import Iterator
from typing import Any

import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule

from chalicelib.domain.search.words import forms, split
from chalicelib.errors import MedkartaError, UnavailableError
from chalicelib.ports import keys
from chalicelib.records.examination import EXAMINATION_PROTOCOL, VISIT
from chalicelib.services.search import lists, postings
from chalicelib.services.search.stems import stem
from tests.effort import tried
from tests.search_world import Searching
from tests.world import ANNA

WORDS = ("бронхит", "анемия", "кашель", "I10", "J45.0", "осмотр")
DOCTORS = ("Петров Пётр", "Орлова Вера")
KINDS = {EXAMINATION_PROTOCOL.name: EXAMINATION_PROTOCOL, VISIT.name: VISIT}
DAYS = [f"2026-01-{n:02d}" for n in range(1, 8)]

texts = st.lists(st.sampled_from(WORDS), max_size=3, unique=True)
bodies = st.tuples(texts, st.sampled_from(DOCTORS), st.sampled_from(DAYS))
kinds = st.sampled_from(sorted(KINDS))
questions = st.tuples(
    texts, st.sampled_from(("", *DOCTORS)), st.sampled_from(("", *DAYS)), st.sampled_from(("", *DAYS)), st.sets(kinds)
)


@pytest.fixture(autouse=True, scope="module")
def _small() -> Iterator[None]:
    """Everything in small pieces, so that small cards need many."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(postings, "ROOM", 3)
        patch.setattr(lists, "FIRST", 2)
        patch.setattr(lists, "LONGEST", 4)
        patch.setattr(lists, "BATCH", 3)
        patch.setattr("chalicelib.services.search.searching.CALLS", 12)
        yield


def body_of(kind: str, words: list[str], doctor: str, day: str) -> dict[str, Any]:
    text = " ".join(words) or "—"
    common = {"occurred_at": f"{day}T09:00:00Z", "doctor_name": doctor}
    if kind == VISIT.name:
        return {**common, "reason": text}
    return {**common, "examination": "—", "conclusion": text, "follow_up_plan": "—"}


class Card(RuleBasedStateMachine):
    def __init__(self) -> None:
        super().__init__()
        self.world = Searching()
        self.held: dict[str, tuple[str, int, list[str], str, str]] = {}
        self.waiting: list[dict[str, Any]] = []
        self.numbers = itertools.count()

    @rule(kind=kinds, body=bodies)
    def write(self, kind: str, body: tuple[list[str], str, str]) -> None:
        made = self.world.write(KINDS[kind], body_of(kind, *body))
        self.held[made] = (kind, 1, *body)
        self.waiting.append(self._row(kind, made))

    @rule(body=bodies, which=st.integers(0, 99))
    def amend(self, body: tuple[list[str], str, str], which: int) -> None:
        if self.held:
            made = sorted(self.held)[which % len(self.held)]
            kind, version, *_ = self.held[made]
            self.world.records.amend(self.world.doctor, ANNA, KINDS[kind], made, body_of(kind, *body), version)
            self.held[made] = (kind, version + 1, *body)
            self.waiting.append(self._row(kind, made))

    @rule(which=st.integers(0, 99), keep=st.booleans(), stop=st.integers(0, 9))
    def deliver(self, which: int, stop: int, *, keep: bool) -> None:
        """Any reaction, perhaps again later, perhaps stopped at some commit."""
        if not self.waiting:
            return
        row = self.waiting[which % len(self.waiting)]

        def broken() -> None:
            raise UnavailableError

        if stop < 5:
            self.world.at_commit(stop, broken)
        try:
            self.world.reactions.run("index_record", row)
        except MedkartaError:
            return
        finally:
            self.world.tables.__dict__.pop("commit", None)
        if not keep:
            self.waiting.remove(row)

    @rule(question=questions, limit=st.integers(1, 4))
    def ask(self, question: Any, limit: int) -> None:
        """Whatever is still to be indexed may be missing; nothing is there wrongly, twice, or out of order."""
        found, expected = self._found(question, limit), self._expected(question)
        assert found == [one for one in expected if one in set(found)]
        late = {row["id"] for row in self.waiting}
        assert [one for one in expected if one not in late] == [one for one in found if one not in late]

    @rule(question=questions, limit=st.integers(1, 4))
    def ask_when_all_is_done(self, question: Any, limit: int) -> None:
        for row in self.waiting[::-1]:
            self.world.reactions.run("index_record", row)
        self.waiting = []
        assert self._found(question, limit) == self._expected(question)

    @invariant()
    def no_posting_without_its_row(self) -> None:
        if not self.waiting:
            held = {sk.rsplit("#", 1)[1] for sk in self.world.postings()}
            assert held == set(self.held)

    def _row(self, kind: str, record_id: str) -> dict[str, Any]:
        return self.world.row(keys.record(ANNA, kind, record_id))

    def _found(self, question: Any, limit: int) -> list[str]:
        words, doctor, since, until, wanted = question
        if since and until and since > until:
            since, until = until, since
        asked = {"doctor": doctor, "since": since, "until": until, "kinds": tuple(sorted(wanted))}
        if not (words or any(asked.values())):
            asked["kinds"] = tuple(KINDS)
        return self.world.found(" ".join(words), limit=limit, **asked)

    def _expected(self, question: Any) -> list[str]:
        words, doctor, since, until, wanted = question
        if since and until and since > until:
            since, until = until, since

        def fits(kind: str, text: list[str], by: str, day: str) -> bool:
            stems = {form for one in text for word in split(one) for form in forms(word, stem)}
            asked = {forms(split(one)[0], stem)[0] for one in words}
            dated = (not since or day >= since) and (not until or day <= until)
            return asked <= stems and (not doctor or by == doctor) and dated and (not wanted or kind in wanted)

        fitting = [
            (day, kind, made) for made, (kind, _, text, by, day) in self.held.items() if fits(kind, text, by, day)
        ]
        return [made for _, _, made in sorted(fitting, reverse=True)]


Card.TestCase.settings = settings(max_examples=tried(50), stateful_step_count=25, deadline=None)
TestCard = pytest.mark.requirement("REC-11")(Card.TestCase)
