"""No illegal state of a case can be reached, in whatever order people, parties and staff act (rules of the service)."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule

from chalicelib.domain.case_kinds import CASE_KINDS
from chalicelib.domain.cases import OPEN, CaseState
from chalicelib.domain.identity import Role
from chalicelib.errors import AlreadyExistsError, MedkartaError, NotFoundError, StaleVersionError, WrongStateError
from chalicelib.ports import keys
from tests.cases_world import PAIR, CasesWorld, PairEffect
from tests.effort import tried
from tests.world import ANNA, BORIS

CARL = "carl"
EXPECTED = (AlreadyExistsError, NotFoundError, StaleVersionError, WrongStateError)


class Life(RuleBasedStateMachine):
    """One person's cases of one kind; ``model`` says what each must be."""

    @initialize()
    def begin(self) -> None:
        self.world = CasesWorld()
        self.anna = self.world.patient(ANNA)
        self.people = {BORIS: self.world.patient(BORIS), CARL: self.world.patient(CARL)}
        self.model: dict[str, CaseState] = {}
        self.waiting: dict[str, set[str]] = {}
        self.keys = 0

    def tries(self, act: Any) -> bool:
        """Whether it was done; what is refused is refused in one of the known ways."""
        try:
            act()
        except EXPECTED:
            return False
        except MedkartaError as error:
            raise AssertionError(error.code) from error
        return True

    def one(self, number: int) -> str:
        """One of the cases: the newest, as a rule; for 9 the one before, or none."""
        names = list(self.model)
        return "none" if not names or (number == 9 and len(names) == 1) else names[-2 if number == 9 else -1]

    @rule(
        parties=st.sampled_from([(), (), (BORIS,), (BORIS, CARL)]), state=st.sampled_from(["clean"] * 3 + ["waiting"])
    )
    def file(self, parties: tuple[str, ...], state: str) -> None:
        self.keys += 1
        form = {"subject": "x", "parties": parties}
        documents = {"paper": [self.world.scan(ANNA, state)]}
        made: list[str] = []
        key = str(self.keys)
        done = self.tries(
            lambda: made.append(self.world.cases.submit(self.anna, PAIR, form, documents, key)[0]["case_id"])
        )
        assert done == (not any(s in OPEN for s in self.model.values()))
        if done:
            self.model[made[0]] = CaseState.AWAITING_PARTIES if parties else CaseState.SUBMITTED
            self.waiting[made[0]] = set(parties)

    @rule(who=st.sampled_from([BORIS, CARL]), agree=st.sampled_from([True, True, False]), number=st.integers(0, 9))
    def answer(self, who: str, agree: bool, number: int) -> None:  # noqa: FBT001
        case = self.one(number)
        expected = self.model.get(case) is CaseState.AWAITING_PARTIES and who in self.waiting[case]
        done = self.tries(lambda: self.world.cases.answer(self.people[who], ANNA, case, agree=agree))
        assert done == expected
        if done:
            self.waiting[case].discard(who)
            if not agree:
                self.model[case] = CaseState.REFUSED
            elif not self.waiting[case]:
                self.model[case] = CaseState.SUBMITTED

    def decided(self, decision: str, allowed: set[CaseState], after: CaseState, number: int) -> None:
        case = self.one(number)
        late = number == 8
        version = (self.world.version(ANNA, case) if case in self.model else 1) - late
        expected = not late and self.model.get(case) in allowed and (decision != "approve" or self.clean(case))
        done = self.tries(
            lambda: self.world.cases.decide(self.world.registrar, ANNA, case, version, decision=decision, words="так")
        )
        assert done == expected, (decision, self.model.get(case))
        if done:
            self.model[case] = after

    @rule(number=st.integers(0, 9))
    def approve(self, number: int) -> None:
        self.decided("approve", {CaseState.SUBMITTED}, CaseState.APPROVED, number)

    @rule(number=st.integers(0, 9))
    def refuse(self, number: int) -> None:
        self.decided("refuse", {CaseState.SUBMITTED, CaseState.NEEDS_MORE}, CaseState.REFUSED, number)

    @rule(number=st.integers(0, 9))
    def ask_more(self, number: int) -> None:
        self.decided("ask-more", {CaseState.SUBMITTED}, CaseState.NEEDS_MORE, number)

    @rule(number=st.integers(0, 9))
    def supply(self, number: int) -> None:
        case = self.one(number)
        documents = {"paper": [self.world.scan(ANNA)]}
        done = self.tries(lambda: self.world.cases.supply(self.anna, case, documents))
        assert done == (self.model.get(case) is CaseState.NEEDS_MORE)
        if done:
            self.model[case] = CaseState.SUBMITTED

    @rule(number=st.integers(0, 9))
    def withdraw(self, number: int) -> None:
        case = self.one(number)
        done = self.tries(lambda: self.world.cases.withdraw(self.anna, case))
        assert done == (self.model.get(case) in OPEN)
        if done:
            self.model[case] = CaseState.WITHDRAWN

    def clean(self, case: str) -> bool:
        row = self.world.row(keys.case(ANNA, case))
        named = [upload for uploads in row["documents"].values() for upload in uploads]
        return all(self.world.row(keys.upload(ANNA, upload))["state"] == "clean" for upload in named)

    @invariant()
    def the_rows_say_what_the_model_says(self) -> None:
        if not hasattr(self, "model"):
            return
        world = self.world
        assert {case: world.state(ANNA, case) for case in self.model} == {c: s.value for c, s in self.model.items()}
        assert set(world.lined_up(PAIR)) == {c for c, s in self.model.items() if s is CaseState.SUBMITTED}
        still_open = [case for case, state in self.model.items() if state in OPEN]
        assert len(still_open) <= 1
        marker = world.tables.get(keys.open_case(ANNA, PAIR.name))
        assert (marker or {}).get("case") == (still_open[0] if still_open else None)
        for case, state in self.model.items():
            effect = world.tables.get(PairEffect.done(case))
            assert (effect is not None) == (state is CaseState.APPROVED)


@pytest.mark.requirement("ID-7", "ACT-1")
def test_no_illegal_state_of_a_case_can_be_reached(monkeypatch: pytest.MonkeyPatch) -> None:
    from hypothesis.stateful import run_state_machine_as_test

    monkeypatch.setitem(CASE_KINDS, PAIR.name, PAIR)  # type: ignore[arg-type]
    run_state_machine_as_test(
        Life,
        settings=settings(
            max_examples=tried(25), stateful_step_count=20, deadline=None, derandomize=True, database=None
        ),
    )


LEGAL = {
    "awaiting-parties": {"agree": "submitted", "decline": "refused", "withdraw": "withdrawn"},
    "submitted": {"approve": "approved", "refuse": "refused", "ask-more": "needs-more", "withdraw": "withdrawn"},
    "needs-more": {"supply": "submitted", "refuse": "refused", "withdraw": "withdrawn"},
    "approved": {},
    "refused": {},
    "withdrawn": {},
}
"""Written by hand, beside the table of the domain: what each step makes of each state; all else is refused."""

STEPS = ("agree", "decline", "withdraw", "supply", "ask-more", "approve", "refuse")
WAYS = {
    "awaiting-parties": (),
    "submitted": ("agree",),
    "needs-more": ("agree", "ask-more"),
    "approved": ("agree", "approve"),
    "refused": ("agree", "refuse"),
    "withdrawn": ("withdraw",),
}


def take(world: CasesWorld, step: str, case: str) -> None:
    anna, boris = (world.session(person, Role.PATIENT) for person in (ANNA, BORIS))
    if step in {"agree", "decline"}:
        world.cases.answer(boris, ANNA, case, agree=step == "agree")
    elif step == "withdraw":
        world.cases.withdraw(anna, case)
    elif step == "supply":
        world.cases.supply(anna, case, {"paper": [world.scan(ANNA)]})
    else:
        world.cases.decide(world.registrar, ANNA, case, world.version(ANNA, case), decision=step)


@pytest.mark.requirement("ID-7", "ACT-1")
@pytest.mark.parametrize("state", sorted(LEGAL))
@pytest.mark.parametrize("step", STEPS)
def test_every_step_from_every_state(state: str, step: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(CASE_KINDS, PAIR.name, PAIR)  # type: ignore[arg-type]
    world = CasesWorld()
    anna, _ = world.patient(ANNA), world.patient(BORIS)
    form, documents = {"subject": "x", "parties": (BORIS,)}, {"paper": [world.scan(ANNA)]}
    case = world.cases.submit(anna, PAIR, form, documents, "key")[0]["case_id"]
    for way in WAYS[state]:
        take(world, way, case)
    assert world.state(ANNA, case) == state
    if step in LEGAL[state]:
        take(world, step, case)
    else:
        with pytest.raises(WrongStateError):
            take(world, step, case)
    assert world.state(ANNA, case) == LEGAL[state].get(step, state)
