"""Consent, closed doors, glass and representation in any order: nobody is let in whom no rule lets in.

A model that is written in a few lines beside the real thing says who may read; the gate has to agree with it after
every step. So no order of requests, answers, closed doors, birthdays and doctors' words opens what is not open.
"""

from __future__ import annotations

from contextlib import suppress
from datetime import timedelta

import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule

from chalicelib.domain.access import Action, Level
from chalicelib.domain.emergency import Reason
from chalicelib.domain.identity import PersonId
from chalicelib.errors import MedkartaError
from chalicelib.ports import keys
from chalicelib.records.examination import EXAMINATION_PROTOCOL, VISIT
from tests.access_world import FIFTEEN, MOTHER, AccessWorld, sharing
from tests.effort import tried
from tests.world import ANNA

KINDS = {"visits": VISIT, "protocols": EXAMINATION_PROTOCOL}
SCOPES = st.sampled_from([[], ["visits"], ["protocols"]])
ANSWERS = st.sampled_from(["granted", "refused", "revoked"])
GRANT = {"level": "full", "rights": ["records"], "valid_until": None}


class Access(RuleBasedStateMachine):
    """``consent``, ``mother``: what the model says stands: sections and end, or None."""

    @initialize()
    def begin(self) -> None:
        self.world = AccessWorld()
        self.anna, self.doctor = self.world.patient(), self.world.staff()
        self.mother = self.world.represent()
        self.consent: tuple[list[str], object] | None = None
        self.act: tuple[list[str], object] | None = ([], FIFTEEN)
        self.barred = False
        self.glass = None
        self.hidden: set[str] = set()

    def version(self) -> int:
        row = self.world.tables.get(keys.consent(ANNA, self.doctor.member_id))
        return int(row["ver"]) if row else 1

    @rule()
    def ask(self) -> None:
        live = self.consent is not None and self.consent[1] > self.world.clock()
        with suppress(MedkartaError):
            self.world.consents.request(self.doctor, ANNA, level=Level.FULL, sections=(), purpose="treatment")
            assert not live
            assert not self.barred
            self.consent = None

    @rule(state=ANSWERS, sections=SCOPES, days=st.integers(1, 20), by_mother=st.booleans())
    def answer(self, state: str, sections: list[str], days: int, by_mother: bool) -> None:  # noqa: FBT001
        who = self.mother if by_mother else self.anna
        until = self.world.clock() + timedelta(days=days)
        said = {"state": state, "level": "full", "sections": sections, "valid_until": until.isoformat()}
        try:
            self.world.gate.signed_in(who, "consent-answer", right="consent")
            self.world.consents.answer(who, self.doctor.member_id, self.version(), said)
        except MedkartaError:
            return
        assert not by_mother or (self.act is not None and self.act[1] > self.world.clock() and self.act[1] == FIFTEEN)
        if by_mother:  # for no longer than she may act
            until = min(until, FIFTEEN)
        self.consent = (sections, until) if state == "granted" else None

    @rule(sections=SCOPES)
    def share(self, sections: list[str]) -> None:
        try:
            self.world.sharing.grant(self.anna, sharing(sections=sections), "ru")
        except MedkartaError:
            return
        assert not self.barred
        self.consent = (sections, self.world.clock() + timedelta(days=90))

    @rule(close=st.booleans())
    def door(self, close: bool) -> None:  # noqa: FBT001
        if close:
            self.world.sharing.bar(self.anna, "organisation", "clinic")
            self.consent = None
        else:
            self.world.sharing.unbar(self.anna, "clinic")
        self.barred = close

    @rule()
    def break_glass(self) -> None:
        with suppress(MedkartaError):
            self.world.emergencies.open(self.doctor, ANNA, Reason.UNCONSCIOUS, "Доставлена без сознания")
            self.glass = (
                self.glass
                if self.glass and self.glass > self.world.clock()
                else (self.world.clock() + timedelta(hours=1))
            )

    @rule(hidden=SCOPES)
    def restrict(self, hidden: list[str]) -> None:
        form = {"reason": "safeguarding", "words": "Для безопасности пациентки", "hidden": hidden}
        row = self.world.row(keys.representation(ANNA, MOTHER))
        try:
            self.world.representatives.restrict(self.doctor, ANNA, MOTHER, int(row["ver"]), form)
        except MedkartaError:
            return
        self.hidden |= set(hidden)
        if not hidden:
            self.act = None

    @rule(sections=SCOPES)
    def grant_again(self, sections: list[str]) -> None:
        try:
            self.world.representatives.grant(self.anna, MOTHER, {**GRANT, "sections": sections})
        except MedkartaError:
            return
        assert self.world.clock() >= FIFTEEN
        self.act, self.hidden = (sections, self.world.clock() + timedelta(days=365)), set()

    @rule()
    def take_back(self) -> None:
        row = self.world.row(keys.representation(ANNA, MOTHER))
        with suppress(MedkartaError):
            self.world.representatives.end(self.anna, MOTHER, int(row["ver"]))
            assert row["kind"] == "granted"
            self.act = None

    @rule(minutes=st.sampled_from([1, 45, 61, 60 * 24, 60 * 24 * 5]))
    def time_passes(self, minutes: int) -> None:
        self.world.at(self.world.clock() + timedelta(minutes=minutes))

    @invariant()
    def the_gate_and_the_model_agree(self) -> None:
        now = self.world.clock()
        for section, kind in KINDS.items():
            consent = self.consent is not None and now < self.consent[1] and section in (self.consent[0] or KINDS)
            broken = self.glass is not None and now < self.glass
            assert self.reads(self.doctor, kind) == ((consent and not self.barred) or broken), section
            acts = self.act is not None and now < self.act[1]
            opens = acts and section in (self.act[0] or KINDS) and section not in self.hidden
            assert self.reads(self.mother, kind) == opens, section
            assert self.reads(self.anna, kind)

    def reads(self, actor, kind) -> bool:
        entries = len(self.world.audit.events)
        try:
            self.world.gate.admit(actor, Action.LIST, PersonId(ANNA), kind)
        except MedkartaError:
            allowed = False
        else:
            allowed = True
        last = self.world.audit.events[-1]
        assert len(self.world.audit.events) == entries + 1
        assert last.outcome == ("success" if allowed else "denied")
        return allowed


Access.TestCase.settings = settings(
    max_examples=tried(25), stateful_step_count=20, deadline=None, suppress_health_check=list(HealthCheck)
)


@pytest.mark.requirement("ACC-1", "ACC-2", "ACC-4", "ACC-7", "ACC-8")
class TestAccess(Access.TestCase):
    """One name for the run."""
