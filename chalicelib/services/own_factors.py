"""Recovery codes, and the factors that go: authenticator app and SMS (ID-3, ID-8)."""

from __future__ import annotations

import secrets

from chalicelib.domain import factors, recovery_codes
from chalicelib.domain.factors import Factor
from chalicelib.domain.identity import Actor
from chalicelib.domain.moments import stamp
from chalicelib.errors import ConflictError, LastFactorError, NotFoundError, WrongStateError
from chalicelib.ports import Clock, Event, keys
from chalicelib.ports.account_rows import own_credentials
from chalicelib.ports.rows import happened
from chalicelib.ports.tables import Item, Tables, Update
from chalicelib.services.gate import Gate


class OwnFactorService:
    def __init__(self, gate: Gate, tables: Tables, clock: Clock) -> None:
        self._gate = gate
        self._tables = tables
        self._clock = clock

    # --- recovery codes

    def make(self, actor: Actor) -> Item:
        """New codes, shown once; the earlier ones stop working."""
        row = own_credentials(self._tables, actor)
        codes = [
            recovery_codes.code_text(secrets.token_bytes(recovery_codes.BYTES)) for _ in range(recovery_codes.COUNT)
        ]
        now = stamp(self._clock())
        change: Item = {
            "recovery": [recovery_codes.hashed(code, actor.person_id) for code in codes],
            "recovery_at": now,
        }
        event = Event(actor, "recovery-codes:make", actor.person_id, resource_type="recovery-codes")
        self._changed(event, row, Update(keys.credentials(actor.person_id), change), "recovery_codes_made")
        return {"codes": codes, "made_at": now}

    def left(self, actor: Actor) -> Item:
        """How many are unused, and since when there are these."""
        self._gate.record(Event(actor, "recovery-codes:left", actor.person_id, resource_type="recovery-codes"))
        row = own_credentials(self._tables, actor)
        return {"left": len(row.get("recovery", [])), "made_at": row.get("recovery_at", "")}

    # --- factors that go

    def remove_totp(self, actor: Actor) -> Item:
        """The authenticator app is no factor any more. NotFoundError without one, LastFactorError."""
        row = own_credentials(self._tables, actor)
        if "totp" not in row:
            raise NotFoundError
        if not factors.may_go(row, Factor.TOTP):
            raise LastFactorError
        gone = ("totp", "totp_ver", "totp_step", "totp_at", "totp_pending")  # totp_count stays: versions never repeat
        event = Event(actor, "totp:remove", actor.person_id, resource_type="totp")
        self._changed(event, row, Update(keys.credentials(actor.person_id), remove=gone), "factor_removed")
        return self._shown({name: value for name, value in row.items() if name not in gone})

    def set_sms(self, actor: Actor, *, on: bool) -> Item:
        """Switch SMS on or off as a factor; repeatable. WrongStateError without what has to be there instead."""
        row = own_credentials(self._tables, actor)
        if on is (not row.get("sms_off", False)):
            return self._shown(row)
        if not on and not factors.may_switch_sms_off(row):
            raise WrongStateError("a passkey or an authenticator app, and unused recovery codes, have to be there")
        account = keys.credentials(actor.person_id)
        update = Update(account, remove=("sms_off",)) if on else Update(account, {"sms_off": True})
        event = Event(
            actor,
            "sms-factor:set",
            actor.person_id,
            resource_type="sms-factor",
            details={"state": "on" if on else "off"},
        )
        self._changed(event, row, update, "factor_added" if on else "factor_removed")
        after = {name: value for name, value in row.items() if name != "sms_off"}
        return self._shown(after if on else {**row, "sms_off": True})

    # --- pieces

    def _changed(self, event: Event, row: Item, update: Update, notice: str) -> None:
        """Entry, change and notice together; no two changes of one account at the same moment."""
        change = Update(update.key, update.set, {"ver": 1}, update.remove, expect={"ver": row["ver"]})
        told = happened(event.subject, self._gate.new_id(), notice, self._clock())
        try:
            self._gate.commit([self._gate.stage(event)], [change, told])
        except ConflictError:
            raise WrongStateError("the account changed at the same moment") from None

    @staticmethod
    def _shown(credentials: Item) -> Item:
        return {"factors": factors.enrolled(credentials)}
