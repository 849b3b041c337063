"""Sign-in: password, then a second factor, for everybody (ID-3).

    begin    login and password -> a challenge of ten minutes; a wrong and an unknown login cannot be told apart,
             neither by the answer nor by its time nor by the lock-out. Tries are counted by the login as it was given:
             counted by the account, a lock would tell that a telephone and an address are one person's. A device from
             which the owner has come in has tries of its own, so that a stranger's guesses do not lock them out at home
    code     the SMS of the challenge
    finish   second factor and role -> session, access token, refresh token

Every attempt is an entry in the chain of the person it was aimed at, or in the system's when it is nobody's.
"""

from __future__ import annotations

import secrets
from collections.abc import Mapping, Sequence
from contextlib import suppress
from typing import TYPE_CHECKING, Any

from chalicelib.domain import limits, sessions
from chalicelib.domain.factors import enrolled
from chalicelib.domain.identity import STAFF_ROLES, SYS, Actor, PersonId, Role
from chalicelib.domain.passwords_policy import prepared
from chalicelib.domain.registrations import login_candidates
from chalicelib.domain.sessions import Membership, task_for
from chalicelib.domain.suspicion import Known
from chalicelib.errors import (
    AccessDeniedError,
    ConflictError,
    CredentialsError,
    ErasedError,
    FieldProblem,
    InvalidFieldsError,
    LockedOutError,
    SessionBlockedError,
)
from chalicelib.ports import BlindIndex, Clock, Event, Passwords, Signer, keys
from chalicelib.ports.desk_rows import signs_nobody_in
from chalicelib.ports.rows import challenge
from chalicelib.ports.tables import Check, Delete, Item, Put, Store, Tables, Update
from chalicelib.ports.watch import Watch
from chalicelib.services.gate import Gate

if TYPE_CHECKING:
    from chalicelib.services.factors import FactorService
    from chalicelib.services.limits import LimitService

TASK = "sign-in"


class SignInService:
    def __init__(
        self,
        gate: Gate,
        tables: Tables,
        index: BlindIndex,
        passwords: Passwords,
        signer: Signer,
        factors: FactorService,
        limits: LimitService,
        watch: Watch,
        clock: Clock,
    ) -> None:
        self._gate = gate
        self._tables = tables
        self._index = index
        self._passwords = passwords
        self._signer = signer
        self._factors = factors
        self._limits = limits
        self._watch = watch
        self._clock = clock

    # --- the password

    def begin(self, caller: Actor, login: str, password: str) -> Item:
        """Check the password. Raises CredentialsError, LockedOutError."""
        person_id, account, given = self._resolve(login)
        rows = self._tables.get_many([keys.credentials(account), keys.profile(account), keys.devices(account)])
        credentials = rows.get(keys.credentials(account), {})
        profile = rows.get(keys.profile(account), {})
        at_home = Known.of(rows.get(keys.devices(account))).keeps(caller.device)
        counted = f"{account}.{caller.device}" if at_home else given
        try:
            self._limits.spend(limits.PASSWORD, counted)
        except LockedOutError:
            self._refused(caller, person_id, "locked-out", account)
            raise
        right = self._passwords.verify(str(credentials.get("password", "")), prepared(password))
        if not right or person_id is None or profile.get("state") != "active":
            self._refused(caller, person_id, "password", account)
            raise CredentialsError
        self._renew(person_id, credentials, password)
        return self._challenge(caller, person_id, enrolled(credentials), profile, counted)

    def _renew(self, person_id: PersonId, credentials: Item, password: str) -> None:
        """A hash made with earlier parameters is replaced while the password is at hand; no matter if it fails."""
        hashed = str(credentials["password"])
        if not self._passwords.outdated(hashed):
            return
        change: Item = {"password": self._passwords.hash(prepared(password))}
        with suppress(ConflictError):  # the password was changed at the same moment
            self._tables.commit([Update(keys.credentials(person_id), change, expect={"password": hashed})])

    def _resolve(self, login: str) -> tuple[PersonId | None, str, str]:
        """The person; whose journal it is, theirs or that of a login that is nobody's; the keyed tag of the login.

        The tag is that of what the login most likely is, also where another reading of it has an owner.
        """
        candidates = login_candidates(login) or [("login", login.strip().casefold())]
        tags = [(field, self._index.tag(field, value)) for field, value in candidates]
        found = self._tables.get_many([keys.blind_index(field, tag) for field, tag in tags])
        for field, tag in tags:
            row = found.get(keys.blind_index(field, tag))
            if row is not None:
                return PersonId(row["person"]), str(row["person"]), tags[0][1]
        return None, f"nobody-{tags[0][1]}", tags[0][1]

    def _challenge(self, caller: Actor, person_id: PersonId, known: list[str], profile: Item, counted: str) -> Item:
        challenge_id = secrets.token_hex(16)
        event = Event(task_for(TASK, caller), "session:password", person_id, resource_type="session")
        self._gate.commit(
            [self._gate.stage(event)],
            [
                challenge(challenge_id, person_id, "password", self._clock(), profile),
                self._limits.cleared(limits.PASSWORD, counted),
            ],
        )
        return {"challenge_id": challenge_id, "factors": known, "expires_in": sessions.CHALLENGE_SECONDS}

    # --- the second factor

    def send_code(self, caller: Actor, challenge_id: str) -> Item:
        """Send the SMS of a challenge. Raises CredentialsError when there is none, TooManyRequestsError."""
        row = self._pending(challenge_id)
        actor = task_for(TASK, caller)
        self._factors.send(actor, PersonId(row["person"]), keys.challenge(challenge_id), row, challenge_id)
        return {"challenge_id": challenge_id, "code_expires_in": sessions.CODE_SECONDS}

    def ask_passkey(self, caller: Actor, challenge_id: str) -> Item:
        """What a passkey is to sign. Raises CredentialsError when there is no such challenge, WrongStateError."""
        row = self._pending(challenge_id)
        actor = task_for(TASK, caller)
        return self._factors.ask(actor, PersonId(row["person"]), keys.challenge(challenge_id), challenge_id)

    def finish(
        self,
        caller: Actor,
        challenge_id: str,
        factor: str,
        code: str,
        role: Role = Role.PATIENT,
        member_id: str = "",
        assertion: Mapping[str, Any] | None = None,
    ) -> Item:
        """Check the second factor and open a session in a role that the person holds.

        Raises CredentialsError, LockedOutError, AccessDeniedError for a role that is not theirs, InvalidFieldsError
        when several memberships have the role and none is named, SessionBlockedError when the watch stops it (ID-11).
        """
        row = self._pending(challenge_id)
        person_id, actor = PersonId(row["person"]), task_for(TASK, caller)
        stolen = keys.open_recovery(person_id)
        known = self._tables.get_many([keys.profile(person_id), keys.devices(person_id), stolen])
        live = sessions.of_this_epoch(row, known.get(keys.profile(person_id)))
        if not live or signs_nobody_in(self._tables, known.get(stolen), self._clock()):
            self._refused(caller, person_id, "stolen" if live else "factor")
            raise CredentialsError
        try:
            used = self._factors.check(
                actor, person_id, factor, code, row=row, context=challenge_id, assertion=assertion
            )
        except (CredentialsError, LockedOutError) as error:
            self._refused(caller, person_id, "locked-out" if isinstance(error, LockedOutError) else "factor")
            raise
        members = sessions.memberships_of(
            self._tables.query(Store.IDENTITY, keys.person(person_id), "MEMBER#", limit=100).items
        )
        membership = self._membership(caller, person_id, members, role, member_id)
        token = _new_token(person_id)
        session = sessions.new_row(token, role, membership, caller, self._clock(), factor)
        entrance = self._watch.entering(
            caller, person_id, token.session_id, factor, role, known.get(keys.devices(person_id))
        )
        session |= {"epoch": int(row.get("epoch", 0)), **entrance.session}
        event = Event(
            actor,
            "session:create",
            person_id,
            "denied" if entrance.blocked else "success",
            resource_type="session",
            resource_id=token.session_id,
            reason=entrance.blocked,
            details={"factor": factor, "role": role.value},
        )
        writes = [
            Put(keys.session(person_id, token.session_id), session),
            Delete(keys.challenge(challenge_id), expect={"ver": row["ver"]}),  # one session a challenge
            Check(keys.profile(person_id), {"state": "active"}),  # the account was not closed since the password
            *used,
            *entrance.writes,
        ]
        try:
            self._gate.commit([self._gate.stage(event)], writes)
        except ConflictError:  # the challenge or the code was used at the same moment
            self._refused(caller, person_id, "factor")
            raise CredentialsError from None
        if entrance.blocked:
            raise SessionBlockedError
        return self._answer(session, token, members)

    def _membership(
        self, caller: Actor, person_id: PersonId, members: Sequence[Membership], role: Role, member_id: str
    ) -> Membership | None:
        if role is Role.PATIENT:
            return None
        if role not in STAFF_ROLES or not any(m.role is role for m in members):
            self._refused(caller, person_id, "role")
            raise AccessDeniedError
        membership = sessions.chosen(members, role, member_id)
        if membership is None:
            raise InvalidFieldsError(fields=(FieldProblem("/member_id", "choice", "name one of your memberships"),))
        return membership

    def _answer(self, session: Item, token: sessions.RefreshToken, members: Sequence[Membership]) -> Item:
        claims = sessions.access_claims(session, self._clock(), secrets.token_hex(16))
        return {
            "access_token": self._signer.issue(claims, purpose="access"),
            "token_type": "Bearer",
            "expires_in": claims["exp"] - claims["iat"],
            "refresh_token": token.text,
            "session_id": token.session_id,
            "role": session["role"],
            "memberships": [m.shown() for m in members],
        }

    # --- pieces

    def _pending(self, challenge_id: str) -> dict[str, Any]:
        row = self._tables.get(keys.challenge(challenge_id))
        if row is None or int(row["ends_at"]) <= self._clock().timestamp():
            raise CredentialsError
        return row

    def _refused(self, caller: Actor, person_id: PersonId | None, reason: str, account: str = "") -> None:
        """The entry and the line in the journal of sign-ins; as many writes for nobody's login as for a person's."""
        event = Event(
            task_for(TASK, caller), "session:create", person_id or SYS, "denied", resource_type="session", reason=reason
        )
        attempt = self._watch.refused(caller, account or str(person_id), person_id, reason)
        try:
            self._gate.commit([self._gate.stage(event)], [*attempt.writes, *attempt.once])
        except ConflictError:  # the owner was told today
            self._gate.commit([self._gate.stage(event)], attempt.writes)
        except ErasedError:
            self._gate.record(event)


def _new_token(person_id: PersonId) -> sessions.RefreshToken:
    """A family of 128 bits that stays, and 256 bits that change with every refresh (domain/sessions.py)."""
    secret = secrets.token_urlsafe(16) + secrets.token_urlsafe(32)
    return sessions.RefreshToken(person_id, secrets.token_hex(16), secret)
