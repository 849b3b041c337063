"""Flows in every order: answers, replays, swaps, a provider that comes and goes. No illegal state can be reached.

What must hold after every step: each challenge and each confirmation came from one flow, was for the person whose
number the provider verified, and no flow gave two; a login is linked to one person, a person to one login a provider.
"""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import Bundle, RuleBasedStateMachine, initialize, invariant, rule

from chalicelib.domain.assurance import level_of
from chalicelib.domain.single_sign_on import Brought
from chalicelib.errors import MedkartaError
from chalicelib.ports import keys
from chalicelib.ports.tables import Store
from tests.effort import tried
from tests.sign_on_world import SignOn

NAMES = st.sampled_from(["state", "bank"])
PEOPLE = st.sampled_from([1, 2])
OFTEN = st.sampled_from([True, True, True, False])
SWAPS = st.sampled_from([*[""] * 6, "code", "state", "binding", "issuer"])
TROUBLES = st.sampled_from([*[""] * 6, "provider", "log"])


class Flows(RuleBasedStateMachine):
    brought = Bundle("brought")

    @initialize()
    def people(self) -> None:
        self.here = SignOn()
        self.ids = {n: self.here.register(n) for n in (1, 2)}
        self.made_for: dict[str, str] = {}
        """Flow (its handle) to the person whom it gave something."""
        self.confirmed: set[str] = set()

    @rule(target=brought, name=NAMES, n=PEOPLE, sub=PEOPLE, verified=OFTEN)
    def come_back(self, name: str, n: int, sub: int, *, verified: bool) -> Any:
        """From the beginning of a sign-in to the portal again."""
        return self._agreed("sign-in", name, 0, self.here.single_sign_on.begin(name), n, sub, verified=verified)

    @rule(target=brought, name=NAMES, owner=PEOPLE, n=PEOPLE, sub=PEOPLE, verified=OFTEN)
    def come_back_to_confirm(self, name: str, owner: int, n: int, sub: int, *, verified: bool) -> Any:
        started = self.here.single_sign_on.begin_confirmation(self.here.owner(owner), name)
        return self._agreed("confirm", name, owner, started, n, sub, verified=verified)

    def _agreed(self, purpose: str, name: str, owner: int, started: Any, n: int, sub: int, *, verified: bool) -> Any:
        came = self.here.brought(started, name, n, sub=f"sub-{sub}", verified=verified)
        return purpose, name, owner, came, n if verified else 0

    @rule(answer=brought)
    def finish_whole(self, answer: Any) -> None:
        self._finish(answer, answer, "", "", own=True)

    @rule(answer=brought, other=brought, swap=SWAPS, own=OFTEN, trouble=TROUBLES)
    def finish(self, answer: Any, other: Any, swap: str, trouble: str, *, own: bool) -> None:
        """An answer, whole or with a part of another one; a confirmation by its owner or by somebody else."""
        self._finish(answer, other, swap, trouble, own=own)

    def _finish(self, answer: Any, other: Any, swap: str, trouble: str, *, own: bool) -> None:
        purpose, name, owner, came, person = answer
        sent: Brought = replace(came, **{swap: getattr(other[3], swap)}) if swap else came
        self.here.outside.down = trouble == "provider"
        if trouble == "log":
            self.here.audit.fail_next()
        n = owner if own else 3 - owner
        if purpose == "sign-in":
            done = self._tried(lambda: self.here.finish(sent, name))
            whose = done and self.here.row_of(keys.challenge(done["challenge_id"]))["person"]
        else:
            who = self.here.owner(n)
            done = self._tried(lambda: self.here.single_sign_on.finish_confirmation(who, name, sent))
            whose = who.person_id
        self.here.outside.down = False
        self.here.audit._faults.clear()
        if done:
            assert not trouble
            assert purpose == "sign-in" or own
            self.confirmed |= {whose} if purpose == "confirm" else set()
            self._gave(sent, whose, person, swapped=sent != came)

    def _gave(self, sent: Brought, whose: str, person: int, *, swapped: bool) -> None:
        assert not swapped, "an answer put together from two flows was taken"
        assert whose == self.ids[person], "somebody else than the provider verified"
        assert sent.state not in self.made_for, "one flow gave twice"
        self.made_for[sent.state] = whose

    @rule(seconds=st.sampled_from([0, 5, 30, 300]), n=PEOPLE, name=NAMES)
    def time_passes_or_a_link_goes(self, seconds: int, n: int, name: str) -> None:
        self.here.clock.advance(seconds=seconds)
        if not seconds:
            self._tried(lambda: self.here.links.remove(self.here.owner(n), name))

    @staticmethod
    def _tried(call: Any) -> Any:
        try:
            return call()
        except MedkartaError:
            return None

    @invariant()
    def one_login_one_person(self) -> None:
        if not hasattr(self, "here"):
            return
        rows = self.here.tables.rows(Store.IDENTITY)
        links = {(k.pk, k.sk): row["tags"][keys.SUBJECT] for k, row in rows.items() if k.sk.startswith(keys.LINKS)}
        owners = {k.pk: row["person"] for k, row in rows.items() if k.pk.startswith(f"BI#{keys.SUBJECT}#")}
        assert len(set(links.values())) == len(links)
        assert owners == {f"BI#{keys.SUBJECT}#{tag}": pk.removeprefix("PERSON#") for (pk, _), tag in links.items()}

    @invariant()
    def a_level_is_earned(self) -> None:
        if hasattr(self, "here"):
            for person in self.ids.values():
                raised = level_of(self.here.row_of(keys.profile(person))) > 1
                assert raised == (person in self.confirmed)


TestFlows = pytest.mark.requirement("ID-6", "ID-7")(Flows.TestCase)
TestFlows.settings = settings(
    max_examples=tried(25), stateful_step_count=20, deadline=None, derandomize=True, database=None
)
