"""Sessions after sign-in (ID-9): refresh with detection of reuse, list, end, step-up, change of role (ID-12)."""

from __future__ import annotations

import secrets
from collections.abc import Mapping
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from chalicelib.domain import limits, sessions
from chalicelib.domain.factors import ANSWERED
from chalicelib.domain.identity import STAFF_ROLES, Actor, PersonId, Role
from chalicelib.domain.sessions import ACTIVE, ENDED, Presented, task_for
from chalicelib.domain.tickets import Kind
from chalicelib.errors import (
    AccessDeniedError,
    ConflictError,
    CredentialsError,
    ErasedError,
    FieldProblem,
    InvalidFieldsError,
    LockedOutError,
    NotFoundError,
    OutcomeUnknownError,
    SessionBlockedError,
    SessionEndedError,
)
from chalicelib.ports import Clock, Event, Signer, keys
from chalicelib.ports.access_rows import representation_of
from chalicelib.ports.rows import happened
from chalicelib.ports.tables import Item, Key, Store, Tables, Update, Write, every_row
from chalicelib.ports.ticket_rows import ticket
from chalicelib.services.gate import Gate

if TYPE_CHECKING:
    from chalicelib.services.factors import FactorService
    from chalicelib.services.limits import LimitService

ROUNDS = 5  # of ending sessions while others are being opened


class SessionService:
    def __init__(
        self,
        gate: Gate,
        tables: Tables,
        signer: Signer,
        factors: FactorService,
        limits: LimitService,
        clock: Clock,
    ) -> None:
        self._gate = gate
        self._tables = tables
        self._signer = signer
        self._factors = factors
        self._limits = limits
        self._clock = clock

    # --- refresh

    def refresh(self, caller: Actor, text: str) -> Item:
        """Exchange a refresh token for new tokens.

        Raises SessionEndedError for anything but the present token of a live session. A token that was exchanged
        before ends the session, and its owner is told. ConflictError when two exchanges of the present token meet:
        one of them has the new tokens.
        """
        token, row = self._presented(caller, text)
        key = keys.session(token.person_id, token.session_id)
        self._limits.spend(limits.REFRESH, token.session_id)
        fresh = token.rotated(secrets.token_urlsafe(32))
        change = sessions.refreshed(row, fresh, self._clock())
        update = Update(key, change, {"ver": 1}, expect={"refresh": row["refresh"], "state": ACTIVE})
        try:
            self._tables.commit([update])
        except OutcomeUnknownError:
            # Without this look the client would repeat a token that is used up, and lose the session to a lost reply.
            if (self._tables.get(key) or {}).get("refresh") != change["refresh"]:
                raise
        return self._answer(row | change) | {"refresh_token": fresh.text}

    def renewed(self, caller: Actor, text: str) -> Item:
        """A new access token for a session whose refresh token stays: the portal's cookie (handlers/portal.py).

        A cookie is sent with every request, so it cannot be exchanged at each use without losing parallel requests.
        Raises SessionEndedError for anything but the present token of a live session; a token that was exchanged
        before ends the session, as in ``refresh``.
        """
        token, row = self._presented(caller, text)
        key = keys.session(token.person_id, token.session_id)
        change = sessions.refreshed(row, token, self._clock())
        try:
            self._tables.commit([Update(key, change, expect={"refresh": row["refresh"], "state": ACTIVE})])
        except ConflictError:
            raise SessionEndedError from None
        return self._answer(row | change)

    def _presented(self, caller: Actor, text: str) -> tuple[sessions.RefreshToken, Item]:
        """The present token of a live session, and its row. Raises SessionEndedError for anything else; one that was
        exchanged before ends the session.
        """
        token = sessions.parse_refresh(text)
        if token is None:
            raise SessionEndedError
        row = self._live(token)
        presented = token.judged(row)
        if presented is Presented.USED:
            self._revoke(caller, row)
        if presented is not Presented.CURRENT:
            raise SessionEndedError
        return token, row

    def _live(self, token: sessions.RefreshToken) -> Item:
        """The session that a token names. Raises SessionEndedError, and SessionBlockedError to who holds its token."""
        key, known = keys.session(token.person_id, token.session_id), keys.profile(token.person_id)
        rows = self._tables.get_many([key, known])
        row = rows.get(key)
        if row is not None and row["state"] == sessions.BLOCKED and token.judged(row) is Presented.CURRENT:
            raise SessionBlockedError
        if row is None or not sessions.live(row, self._clock()) or not sessions.of_this_epoch(row, rows.get(known)):
            raise SessionEndedError
        return row

    def _revoke(self, caller: Actor, row: Item) -> None:
        """End a session whose refresh token is in two hands, and tell the owner, in one transaction."""
        person_id = PersonId(row["person"])
        event = Event(
            task_for("sign-in", caller),
            "session:revoke",
            person_id,
            resource_type="session",
            resource_id=row["id"],
            reason="refresh-reuse",
        )
        now, ticket_id = self._clock(), self._gate.new_id()
        about = {"session": str(row["id"]), "rule": "refresh-reuse"}
        writes: list[Write] = [
            _ending(row, {"state": ACTIVE}),
            happened(person_id, self._gate.new_id(), "session_revoked", now),
            *ticket(ticket_id, Kind.SESSION_REVOKED, person_id, now, organisation=row["organisation"], about=about),
        ]
        try:
            self._gate.commit([self._gate.stage(event)], writes)
        except ConflictError:
            return  # it has ended meanwhile

    # --- own sessions

    def mine(self, actor: Actor) -> list[Item]:
        """Live sessions, newest first."""
        self._gate.record(Event(actor, "session:list", actor.person_id, resource_type="session"))
        rows = sorted(self._open_rows(actor.person_id), key=lambda row: -int(row["created_at"]))
        return [sessions.shown(row, actor.session_id) for row in rows]

    def end(self, actor: Actor, session_id: str) -> None:
        """End one own session; repeatable. NotFoundError when there never was one."""
        row = self._tables.get(keys.session(actor.person_id, session_id))
        if row is None:
            raise NotFoundError
        self._end(actor, [row])

    def sign_out(self, actor: Actor) -> None:
        """End the session that asks."""
        self.end(actor, actor.session_id)

    def end_others(self, actor: Actor) -> int:
        """End all own sessions but the one that asks; returns how many."""
        ended = 0
        for _ in range(ROUNDS):
            rows = [row for row in self._open_rows(actor.person_id) if row["id"] != actor.session_id]
            if not rows:
                return ended
            ended += self._end(actor, rows)
        raise ConflictError("sessions are being opened right now")

    def _end(self, actor: Actor, rows: list[Item]) -> int:
        live = [row for row in rows if row["state"] == ACTIVE][:40]  # with their entries below 100 writes
        if not live:
            return 0
        staged = [
            self._gate.stage(
                Event(actor, "session:end", actor.person_id, resource_type="session", resource_id=row["id"])
            )
            for row in live
        ]
        try:
            self._gate.commit(staged, [_ending(row, {"state": ACTIVE}) for row in live])
        except ConflictError:
            if len(live) == 1:
                return 0  # ended by somebody else at the same moment: that is what was asked for
            return sum(self._end(actor, [row]) for row in live)
        return len(live)

    def _open_rows(self, person_id: PersonId) -> list[Item]:
        now = self._clock()
        rows = every_row(self._tables, Store.IDENTITY, keys.person(person_id), "SESSION#")
        profile = self._tables.get(keys.profile(person_id))
        return [row for row in rows if sessions.live(row, now) and sessions.of_this_epoch(row, profile)]

    # --- step-up

    def send_code(self, actor: Actor) -> Item:
        """SMS with a code for the step-up of this session."""
        row = self._current(actor)
        key = keys.session(actor.person_id, actor.session_id)
        self._factors.send(actor, actor.person_id, key, row, actor.session_id)
        return {"code_expires_in": sessions.CODE_SECONDS}

    def ask_passkey(self, actor: Actor) -> Item:
        """What a passkey is to sign for the step-up of this session. WrongStateError when there is none."""
        self._current(actor)
        key = keys.session(actor.person_id, actor.session_id)
        return self._factors.ask(actor, actor.person_id, key, actor.session_id)

    def step_up(self, actor: Actor, factor: str, code: str, assertion: Mapping[str, Any] | None = None) -> Item:
        """A fresh second factor: a new access token that says so. Raises CredentialsError, LockedOutError."""
        row = self._current(actor)
        try:
            used = self._factors.check(
                actor, actor.person_id, factor, code, row=row, context=actor.session_id, assertion=assertion
            )
        except (CredentialsError, LockedOutError):
            self._gate.refuse(actor, "session:step-up", "factor")
            raise
        change: Item = {"confirmed_at": int(self._clock().timestamp()), "factor": factor}
        answered = ANSWERED.get(factor, ())
        expect = {"state": ACTIVE, **{name: row[name] for name in answered[:1]}}
        event = Event(
            actor, "session:step-up", actor.person_id, resource_id=actor.session_id, details={"factor": factor}
        )
        update = Update(_key(row), change, {"ver": 1}, remove=answered, expect=expect)
        try:
            self._gate.commit([self._gate.stage(event)], [update, *used])
        except ConflictError:
            raise CredentialsError from None
        return self._answer(row | change)

    # --- the role that is acted in

    def act_as(self, actor: Actor, role: Role, member_id: str = "", ward_id: str = "") -> Item:
        """Change the role of this session; the tokens of the old role stop working with the next request.

        ``ward_id``: for whom a representative acts from now on; a session acts for one ward (ACC-8).

        Raises AccessDeniedError for a role that is not held, InvalidFieldsError when it is not clear which membership.
        """
        row = self._current(actor)
        membership = None
        if role is Role.REPRESENTATIVE:
            return self._represent(actor, row, PersonId(ward_id))
        if role is not Role.PATIENT:
            found = self._tables.query(Store.IDENTITY, keys.person(actor.person_id), "MEMBER#", limit=100)
            members = sessions.memberships_of(found.items)
            if role not in STAFF_ROLES or not any(m.role is role for m in members):
                self._gate.refuse(actor, "session:role", "role")
                raise AccessDeniedError
            membership = sessions.chosen(members, role, member_id)
            if membership is None:
                problem = FieldProblem("/member_id", "choice", "name one of your memberships")
                raise InvalidFieldsError(fields=(problem,))
        change = sessions.acting(role, membership)
        event = Event(
            actor, "session:role", actor.person_id, resource_id=actor.session_id, details={"role": role.value}
        )
        expect = {"state": ACTIVE, "role": row["role"], "member": row["member"]}
        self._gate.commit([self._gate.stage(event)], [Update(_key(row), change, {"ver": 1}, expect=expect)])
        return self._answer(row | change)

    def _represent(self, actor: Actor, row: Item, ward_id: PersonId) -> Item:
        """AccessDeniedError alike for a stranger, an unknown id, and a representation that has ended."""
        standing = representation_of(self._tables.get(keys.representation(ward_id, actor.person_id)))
        if not ward_id or standing is None or not standing.live(self._clock()):
            self._gate.refuse(actor, "session:role", "role")
            raise AccessDeniedError
        change = sessions.acting(Role.REPRESENTATIVE, None, ward_id)
        event = Event(
            actor,
            "session:role",
            actor.person_id,
            resource_id=actor.session_id,
            on_behalf_of=ward_id,
            details={"role": Role.REPRESENTATIVE.value},
        )
        expect = {"state": ACTIVE, "role": row["role"], "member": row["member"]}
        staged = [self._gate.stage(event), self._gate.stage(replace(event, subject=ward_id))]
        try:
            self._gate.commit(staged, [Update(_key(row), change, {"ver": 1}, expect=expect)])
        except ErasedError:
            raise AccessDeniedError from None
        return self._answer(row | change)

    # --- pieces

    def _current(self, actor: Actor) -> Item:
        row = self._tables.get(keys.session(actor.person_id, actor.session_id))
        if row is None or not sessions.live(row, self._clock()):
            raise SessionEndedError
        return row

    def _answer(self, row: Item) -> Item:
        claims = sessions.access_claims(row, self._clock(), secrets.token_hex(16))
        return {
            "access_token": self._signer.issue(claims, purpose="access"),
            "token_type": "Bearer",
            "expires_in": claims["exp"] - claims["iat"],
            "session_id": row["id"],
            "role": row["role"],
        }


def _key(row: Item) -> Key:
    return keys.session(row["person"], row["id"])


def _ending(row: Item, expect: Item) -> Update:
    return Update(
        _key(row),
        {"state": ENDED},
        {"ver": 1},
        remove=("refresh", "family", "code", "asked", "new_asked"),
        expect=expect,
    )
