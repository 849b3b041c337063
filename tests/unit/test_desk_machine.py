"""A recovery in any order of hands: operators, the person, the owner, a thief and the clock. No illegal state."""

from __future__ import annotations

import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule

from chalicelib.domain.desk_recovery import NEXT, OPEN, Reason, State, closes_sign_in
from chalicelib.domain.sessions import of_this_epoch
from chalicelib.errors import MedkartaError
from chalicelib.ports import keys
from chalicelib.ports.desk_rows import state_of
from tests.accounts import CALLER, PASSWORD
from tests.desk_world import NEW_PASSWORD, NEW_PHONE, DeskWorld
from tests.effort import tried

pytestmark = pytest.mark.requirement("ID-8", "SPC-3")


class Machine(RuleBasedStateMachine):
    """``said`` is what the rules allow; whatever the service does must be among it."""

    @initialize()
    def begin(self) -> None:
        self.world = DeskWorld()
        self.owner = self.world.actor(self.world.enter())
        self.id, self.code, self.handle, self.sms = "", "", "", ""
        self.approved = self.moved = self.ended = False
        self.reason = Reason.LOST_BOTH
        self.before: State | None = None
        self.look_up = ""

    def now(self) -> State | None:
        row = self.world.tables.get(keys.recovery(self.id)) if self.id else None
        return state_of(row, self.world.clock()) if row else None

    def tried(self, call, *given):
        """What the call gave, or None; a step that happened is a step of the table."""
        before = self.now()
        try:
            answer = call(*given)
        except MedkartaError:
            assert self.now() == before
            return None
        after = self.now()
        assert before is after or after in NEXT[before], (before, after)
        return answer

    def alive(self) -> bool:
        """Whether the last session still lives, as far as no time ended it."""
        session = self.world.tables.get(keys.session(self.world.owner, self.owner.session_id))
        return of_this_epoch(session, self.world.tables.get(keys.profile(self.world.owner)))

    @rule(reason=st.sampled_from([Reason.LOST_BOTH, Reason.STOLEN]))
    def open_(self, reason: Reason) -> None:
        before = self.now()
        try:
            look_up = self.world.look_up()
            made = self.world.desk.open_(self.world.first, look_up, "passport", reason)
        except MedkartaError:
            return
        assert before not in OPEN
        self.reason = reason
        self.id, self.code, self.handle, self.sms, self.approved = str(made["recovery_id"]), "", "", "", False

    @precondition(lambda self: self.id)
    @rule(second=st.booleans())
    def approve(self, *, second: bool) -> None:
        who = self.world.second if second else self.world.first
        if self.tried(self.world.desk.approve, who, self.id):
            assert second
            self.approved = True
            self.ended = self.ended or self.reason is Reason.STOLEN

    @precondition(lambda self: self.id)
    @rule(second=st.booleans())
    def issue(self, *, second: bool) -> None:
        who = self.world.second if second else self.world.first
        made = self.tried(self.world.desk.issue, who, self.id)
        if made:
            assert self.approved
            assert not second
            self.code = made["code"]

    @precondition(lambda self: self.id)
    @rule(right=st.booleans())
    def redeem(self, *, right: bool) -> None:
        code = self.code if right and self.code else "AAAAA-AAAAA"
        made = self.tried(self.world.recovery.redeem, CALLER, self.id, code, NEW_PASSWORD, NEW_PHONE)
        if made:
            assert right
            self.handle, self.sms = made["handle"], self.world.sms_code()

    @precondition(lambda self: self.id)
    @rule(right=st.booleans())
    def complete(self, *, right: bool) -> None:
        handle = self.handle if right and self.handle else "h" * 43
        if self.tried(self.world.recovery.complete, CALLER, self.id, handle, self.sms or "000000"):
            assert right
            assert self.approved
            self.moved = True

    @precondition(lambda self: self.id)
    @rule()
    def stop(self) -> None:
        if self.tried(self.world.own.stop, self.owner):
            assert self.now() is State.CANCELLED
            assert self.reason is not Reason.STOLEN

    @rule()
    def enter(self) -> None:
        """By the old password and the old telephone, whoever holds it."""
        try:
            entered = self.world.enter()
        except MedkartaError:
            return
        assert not self.moved
        assert self.now() is None or not closes_sign_in(self.reason, self.now())
        self.owner, self.ended = self.world.actor(entered), False

    @precondition(lambda self: self.id)
    @rule()
    def cancel(self) -> None:
        self.tried(self.world.desk.cancel, self.world.second, self.id)

    @rule(steps=st.integers(1, 5))
    def go_on(self, steps: int) -> None:
        """What everybody waits for, so that far states are met often."""
        for _ in range(steps):
            match self.now():
                case State.OPENED:
                    self.approve(second=True)
                case State.APPROVED:
                    self.issue(second=False)
                case State.CODE_ISSUED:
                    self.redeem(right=True)
                case State.REDEEMED:
                    self.complete(right=True)
                case _:
                    self.open_(reason=self.reason)

    @rule(minutes=st.sampled_from([1, 16, 31, 1500]))
    def wait(self, minutes: int) -> None:
        self.world.clock.advance(minutes=minutes)

    @invariant()
    def the_account_is_as_it_was_until_it_is_completed(self) -> None:
        if not hasattr(self, "world"):
            return
        row = self.world.tables.get(keys.credentials(self.world.owner))
        password = NEW_PASSWORD if self.moved else PASSWORD
        assert self.world.passwords.verify(row["password"], password)
        assert self.alive() == (not self.moved and not self.ended)
        holder = self.world.tables.get(keys.blind_index("phone", self.world.index.tag("phone", NEW_PHONE)))
        assert (holder is not None) == self.moved

    @invariant()
    def a_code_exists_in_one_state_alone(self) -> None:
        row = self.world.tables.get(keys.recovery(self.id)) if getattr(self, "id", "") else None
        if row:
            assert ("code" in row) == (row["state"] == "code-issued")
            assert ("handle" in row) == (row["state"] == "redeemed")


class TestMachine(Machine.TestCase):
    settings = settings(
        max_examples=tried(25), stateful_step_count=20, deadline=None, suppress_health_check=list(HealthCheck)
    )
