"""A machine over newborns and permissions: whatever is filed, answered and decided, no illegal family comes out."""

from __future__ import annotations

from typing import Any

from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import Bundle, RuleBasedStateMachine, initialize, invariant, rule

from chalicelib.errors import AlreadyExistsError, ConflictError, InvalidFieldsError, StaleVersionError
from chalicelib.ports import keys
from chalicelib.ports.tables import Store
from tests.effort import tried
from tests.special_world import BORN, CLARA, SNILS, SpecialWorld
from tests.world import ANNA, BORIS

CERTIFICATES = ("II-АБ 123456", "II-АБ 123457")
REFUSALS = (AlreadyExistsError, ConflictError, InvalidFieldsError, StaleVersionError)
OFTEN = st.sampled_from([True, True, True, False])
MOVES = (
    "answer yes",
    "decide approve",
    "stand_in now",
    "stand_in later",
    "answer no",
    "decide approve old",
    "decide refuse",
    "decide ask-more",
    "withdraw",
)


class Families(RuleBasedStateMachine):
    """The model: who agreed to what, which documents were there; the rows are held against it."""

    newborns = Bundle("newborns")

    def __init__(self) -> None:
        super().__init__()
        self.world = SpecialWorld()
        self.registrars = [self.world.registrar, self.world.second_registrar()]
        self.said: dict[str, dict[str, str]] = {}
        self.alone: set[str] = set()
        self.approved: set[str] = set()
        self.waiting: list[str] = []
        self.versions: dict[str, int] = {}

    def attempt(self, call: Any) -> Any:
        """Refusals are part of life; nothing else is."""
        try:
            return call()
        except REFUSALS:
            return None

    # --- the people

    @initialize(target=newborns)
    def begin(self) -> str:
        return self.file(CERTIFICATES[0], BORIS, paper=False)

    @rule(
        target=newborns,
        certificate=st.sampled_from(CERTIFICATES),
        other=st.sampled_from([BORIS, CLARA, None]),
        paper=OFTEN,
    )
    def file(self, certificate: str, other: Any, *, paper: bool) -> str:
        changes: dict[str, Any] = {"birth_certificate": certificate}
        if other is None:
            changes |= {"other_parent": None, "single_parent_basis": "court-decision"}
        else:
            changes["other_parent"] = {"snils": SNILS[other], "birth_date": BORN[other]}
        documents = {"single-parent-basis": [self.world.scan(ANNA)]} if paper else {}
        self.world.clock.advance(days=1)  # naming a parent is limited by day
        self.fresh_sessions()
        case_id = self.world.file(self.world.anna, "newborn", self.world.newborn(**changes), **documents)
        self.said[case_id] = {}
        if other is None and paper:
            self.alone.add(case_id)
        return case_id

    def fresh_sessions(self) -> None:
        world = self.world
        for actor in (world.anna, world.boris, world.clara, *self.registrars):
            world.session(actor.person_id, actor.role, actor.member_id)

    @rule(case_id=newborns, moves=st.lists(st.sampled_from(MOVES), min_size=2, max_size=6))
    def go_on(self, case_id: str, moves: list[str]) -> None:
        """Several moves about one case, as likely out of order as in it."""
        for move in moves:
            name, _, how = move.partition(" ")
            getattr(self, name)(case_id, how)

    def answer(self, case_id: str, how: str) -> None:
        row = self.world.row(keys.case(ANNA, case_id))
        for party in row["parties"]:
            actor = self.world.boris if party == BORIS else self.world.clara
            if self.attempt(lambda a=actor: self.world.agree(a, case_id, agree=how == "yes")) is not None:
                self.said[case_id][party] = "agreed" if how == "yes" else "declined"

    def withdraw(self, case_id: str, _: str) -> None:
        self.attempt(lambda: self.world.cases.withdraw(self.world.anna, case_id))

    def stand_in(self, case_id: str, how: str) -> None:
        """A permission is filed, and decided at once or later."""
        form = {
            "basis": "court-decision",
            "kind": "parent",
            "number": "2-17/2026",
            "authority": "Районный суд",
            "issued_on": "2026-01-10",
            "for_case": case_id,
        }
        made = self.attempt(lambda: self.world.file(self.world.anna, "minor-permission", form))
        self.waiting += [made] if made else []
        if how == "now" and self.waiting:
            self.attempt(lambda: self.world.decide(self.waiting.pop()))

    def decide(self, case_id: str, how: str) -> None:
        """Two registrars, each with the version that they saw last."""
        decision, _, seen = how.partition(" ")
        version = self.versions.get(case_id, 1) if seen else self.world.version(ANNA, case_id)
        self.versions[case_id] = self.world.version(ANNA, case_id)
        registrar = self.registrars[version % 2]
        call = lambda: self.world.decide(case_id, decision, registrar=registrar, version=version)  # noqa: E731
        if self.attempt(call) is not None and decision == "approve":
            self.approved.add(case_id)

    # --- what must hold

    @invariant()
    def one_child_a_certificate_and_an_approval(self) -> None:
        rows = self.world.tables.rows(Store.IDENTITY)
        wards = [k.pk.removeprefix("PERSON#") for k, r in rows.items() if k.sk == "PROFILE" and r["state"] == "ward"]
        assert len(wards) == len(self.approved) <= len(CERTIFICATES)
        for child_id in wards:
            assert self.world.row(keys.card(child_id))["state"] == "active"
            assert self.world.row(keys.vaccination_plan(child_id))

    @invariant()
    def only_who_agreed_acts(self) -> None:
        rows = self.world.tables.rows(Store.CARD)
        rights = [row for key, row in rows.items() if key.sk.startswith("REP#")]
        lines = {(key.pk, key.sk) for key in rows if key.sk.startswith("FAMILY#")}
        for right in rights:
            case_id = right["basis"]
            assert case_id in self.approved
            assert right["person"] == ANNA or self.said[case_id].get(right["person"]) == "agreed"
        assert lines == {(f"P#{r['person']}", f"FAMILY#{r['patient']}") for r in rights}

    @invariant()
    def nobody_is_passed_over_in_silence(self) -> None:
        for case_id in self.approved:
            row = self.world.row(keys.case(ANNA, case_id))
            assert set(row["parties"].values()) <= {"agreed", "stood-in"}
            assert row["parties"] or case_id in self.alone
            assert "stood-in" not in row["parties"].values() or row["permission"]


TestFamilies = Families.TestCase
TestFamilies.settings = settings(max_examples=tried(25), stateful_step_count=8, deadline=None)
