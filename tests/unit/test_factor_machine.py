"""A person adds, removes and uses second factors in any order (ID-3, ID-4, ID-8).

What always holds: there is a factor that stays; no code, no assertion and no counter is accepted twice; what is
listed answers, what is not listed does not.
"""

from __future__ import annotations

from typing import Any

import pyotp
import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule

from chalicelib.domain import factors
from chalicelib.errors import CredentialsError, LastFactorError, LockedOutError, WrongStateError
from chalicelib.ports import keys
from chalicelib.ports.passkey_rows import ACTIVE, all_passkeys
from tests.accounts import CALLER, URL, Accounts
from tests.authenticator import Authenticator
from tests.effort import tried


class Factors(RuleBasedStateMachine):
    def __init__(self) -> None:
        super().__init__()
        self.world = Accounts()
        self.person = self.world.register()
        self.me = self.world.actor(self.world.enter())
        self.devices: dict[str, Authenticator] = {}
        """In the order in which they came: ids are random, and Hypothesis must find the same device again."""
        self.copied: dict[str, Authenticator] = {}
        self.app: pyotp.TOTP | None = None
        self.codes: list[str] = []
        self.used: list[tuple[str, str, Any]] = []
        """Every answer that was accepted."""

    @property
    def account(self) -> dict[str, Any]:
        return self.world.tables.get(keys.credentials(self.person)) or {}

    def later(self) -> None:
        """Beyond the windows of lock-outs, and of codes."""
        self.world.clock.advance(minutes=16)

    def accept(self, factor: str, code: str, assertion: Any = None) -> None:
        """The answer is taken, and at once no more; where there is a code sent, for that code."""
        self.world.sessions.step_up(self.me, factor, code, assertion)
        self.used.append((factor, code, assertion))
        self.refused(factor, code, assertion)

    def refused(self, factor: str, code: str, assertion: Any = None) -> None:
        with pytest.raises(CredentialsError):
            self.world.sessions.step_up(self.me, factor, code, assertion)

    # --- what comes

    @precondition(lambda self: len(self.devices) < 3)
    @rule(counts=st.booleans())
    def add_passkey(self, *, counts: bool) -> None:
        device = Authenticator(URL, counts=counts)
        answer = device.create(self.world.passkeys.options(self.me))
        made = self.world.passkeys.add(self.me, answer, "x")
        self.devices[made["passkey_id"]] = device
        with pytest.raises(CredentialsError):  # one challenge, one passkey
            self.world.passkeys.add(self.me, answer, "x")

    @rule()
    def add_app(self) -> None:
        app = pyotp.TOTP(self.world.people.begin_totp(self.me)["secret"])
        self.later()
        self.world.people.confirm_totp(self.me, app.at(self.world.clock()))
        self.refused("totp", app.at(self.world.clock()))
        self.app = app

    @rule()
    def make_codes(self) -> None:
        gone, self.codes = self.codes, self.world.own_factors.make(self.me)["codes"]
        for code in gone[:1]:
            self.refused("recovery-code", code)
            self.later()

    @rule()
    def sms_on(self) -> None:
        self.world.own_factors.set_sms(self.me, on=True)

    # --- what goes

    @rule()
    def sms_off(self) -> None:
        try:
            self.world.own_factors.set_sms(self.me, on=False)
        except WrongStateError:
            assert not factors.may_switch_sms_off(self.account)

    @precondition(lambda self: self.app is not None)
    @rule()
    def remove_app(self) -> None:
        try:
            self.world.own_factors.remove_totp(self.me)
        except LastFactorError:
            return
        app, self.app = self.app, None
        self.refused("totp", app.at(self.world.clock()))

    @precondition(lambda self: bool(self.devices))
    @rule(data=st.data())
    def delete_passkey(self, data: Any) -> None:
        passkey_id = data.draw(st.sampled_from(list(self.devices)))
        try:
            self.world.passkeys.delete(self.me, passkey_id)
        except LastFactorError:
            return
        self.devices.pop(passkey_id)
        self.copied.pop(passkey_id, None)

    # --- what is used

    @rule()
    def by_sms(self) -> None:
        self.later()
        if "sms" not in factors.enrolled(self.account):
            with pytest.raises(WrongStateError):
                self.world.sessions.send_code(self.me)
            return
        self.world.sessions.send_code(self.me)
        self.accept("sms", self.world.sms_code())

    @precondition(lambda self: self.app is not None)
    @rule()
    def by_app(self) -> None:
        self.later()
        self.accept("totp", self.app.at(self.world.clock()))

    @precondition(lambda self: bool(self.codes))
    @rule()
    def by_recovery_code(self) -> None:
        self.later()
        self.accept("recovery-code", self.codes.pop())

    @precondition(lambda self: bool(self.devices))
    @rule(data=st.data(), sign_in=st.booleans())
    def by_passkey(self, data: Any, *, sign_in: bool) -> None:
        self.later()
        passkey_id = data.draw(st.sampled_from(list(self.devices)))
        device = self.devices[passkey_id]
        if not sign_in:
            self.accept("passkey", "", device.get(self.world.sessions.ask_passkey(self.me)))
        else:
            challenge = self.world.begin()
            answer = device.get(self.world.sign_in.ask_passkey(CALLER, challenge))
            self.world.sign_in.finish(CALLER, challenge, "passkey", "", assertion=answer)
            self.used.append(("passkey", "", answer))
            with pytest.raises(CredentialsError):
                self.world.sign_in.finish(CALLER, challenge, "passkey", "", assertion=answer)
        if device.counts:
            stale = device.twin()
            stale.count -= 1
            self.copied[passkey_id] = stale

    # --- what must not be

    @precondition(lambda self: bool(self.used))
    @rule(data=st.data())
    def again(self, data: Any) -> None:
        self.later()
        with pytest.raises((CredentialsError, LockedOutError)):  # a code that was sent takes five tries a day
            self.world.sessions.step_up(self.me, *data.draw(st.sampled_from(self.used)))

    @precondition(lambda self: bool(self.copied))
    @rule(data=st.data())
    def copied_key(self, data: Any) -> None:
        """Whoever copied a key signs with a counter that was used: nobody has that passkey any more."""
        self.later()
        passkey_id = data.draw(st.sampled_from(list(self.copied)))
        options = self.world.sessions.ask_passkey(self.me)
        self.refused("passkey", "", self.copied.pop(passkey_id).get(options))
        self.refused("passkey", "", self.devices.pop(passkey_id).get(options))

    @invariant()
    def a_factor_stays(self) -> None:
        assert set(factors.enrolled(self.account)) & factors.LASTING

    @invariant()
    def what_is_listed_is_there(self) -> None:
        active = [row for row in all_passkeys(self.world.tables, self.person) if row["state"] == ACTIVE]
        assert int(self.account.get("passkeys", 0)) == len(active) == len(self.devices)
        assert ("totp" in self.account) == (self.app is not None)
        assert len(self.account.get("recovery", [])) == len(self.codes)


Factors.TestCase.settings = settings(max_examples=tried(20), stateful_step_count=20, deadline=None)


@pytest.mark.requirement("ID-3", "ID-4", "ID-8")
class TestFactors(Factors.TestCase):
    pass
