"""A session between the watch, its owner, an officer and the clock: what has ended never lives again (ID-9, ID-11)."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule

from chalicelib.domain.identity import Actor, PersonId, Role
from chalicelib.domain.suspicion import RULES
from chalicelib.errors import MedkartaError, SessionBlockedError, SessionEndedError
from chalicelib.ports import keys
from chalicelib.ports.tables import Store, Update
from chalicelib.services.sign_ins import SignInJournal
from tests.accounts import CALLER, PASSWORD
from tests.desk_world import DeskWorld
from tests.effort import tried

pytestmark = pytest.mark.requirement("ID-9", "ID-11")

OFFICER = Actor(PersonId("officer"), Role.SECURITY_OFFICER, "s", "m", "system")


class Machine(RuleBasedStateMachine):
    @initialize()
    def begin(self) -> None:
        self.world = DeskWorld()
        self.journal = SignInJournal(self.world.gate, self.world.tables, self.world.clock)
        self.tokens = self.world.enter()
        self.watched, self.other = self.world.actor(self.tokens), self.world.actor(self.world.enter())
        self.state, self.password, self.dead = "active", PASSWORD, False

    def tried(self, call, *given) -> bool:
        try:
            call(*given)
        except MedkartaError:
            return False
        return True

    @rule(name=st.sampled_from(sorted(name for name, rule in RULES.items() if rule.blocks)))
    def block(self, name: str) -> None:
        self.world.watch.block(self.watched, RULES[name])
        if self.state == "active":
            self.state = "ended-by-door" if name == "new-country" else "blocked"

    @rule(factor=st.sampled_from(["sms", "totp"]), enrolled=st.booleans())
    def lift(self, factor: str, *, enrolled: bool) -> None:
        world = self.world
        key = keys.credentials(world.owner)
        world.tables.commit([Update(key, remove=("totp",))])
        if enrolled:
            world.tables.tamper(key, totp=b"x")
        world.tables.tamper(keys.session(world.owner, self.other.session_id), factor=factor)
        lifted = self.tried(self.journal.unblock, self.other, self.watched.session_id)
        assert lifted == (self.state in {"blocked", "ended-by-door"} and not (enrolled and factor == "sms"))
        self.after_a_lift(lifted=lifted)

    @rule()
    def lift_by_officer(self) -> None:
        tickets = [row for key, row in self.world.tables.rows(Store.CARD).items() if key.pk.startswith("TICKET#")]
        if tickets:
            self.after_a_lift(lifted=self.tried(self.journal.unblock_by_ticket, OFFICER, tickets[-1]["id"]))

    def after_a_lift(self, *, lifted: bool) -> None:
        if lifted:
            assert self.state in {"blocked", "ended-by-door"}
            self.state = "active" if self.state == "blocked" else "ended"

    @rule()
    def sign_out(self) -> None:
        if self.state == "active" and self.tried(self.world.sessions.sign_out, self.watched):
            self.state = "ended"

    @rule()
    def refresh(self) -> None:
        try:
            self.tokens = self.world.sessions.refresh(CALLER, self.tokens["refresh_token"])
        except MedkartaError:
            assert self.state != "active" or self.dead
        else:
            assert self.state == "active"
            assert not self.dead

    @rule()
    def report(self) -> None:
        lines = self.journal.mine(self.other, 50, None)[0]
        line = next(x for x in lines if x.get("session") == self.watched.session_id)
        if self.tried(self.journal.report, self.other, line["sign_in_id"]):
            self.state = "ended"

    @rule()
    def change_password(self) -> None:
        new = "Журавль-в-небе-9" if self.password == PASSWORD else PASSWORD
        self.world.password.change(self.other, self.password, new)
        self.password = new
        self.dead = True  # whatever becomes of its row

    @rule()
    def wait(self) -> None:
        self.world.clock.advance(minutes=16)

    @invariant()
    def the_gate_says_so(self) -> None:
        if not hasattr(self, "world"):
            return
        actor = replace(self.watched, confirmed_at=self.world.clock())
        if self.state == "active" and not self.dead:
            self.world.gate.signed_in(actor)
        else:
            with pytest.raises(SessionEndedError) as raised:
                self.world.gate.signed_in(actor)
            assert isinstance(raised.value, SessionBlockedError) == (self.state in {"blocked", "ended-by-door"})
        self.world.gate.signed_in(self.other)


class TestMachine(Machine.TestCase):
    settings = settings(
        max_examples=tried(25), stateful_step_count=20, deadline=None, suppress_health_check=list(HealthCheck)
    )
