"""The identity desk (ID-7, ID-8): compare a passport with an account, confirm an identity, open a recovery.

    look_up    all four numbers fit, or the answer is that of an unknown person; good for half an hour, for one operator
    confirm    the person is who the account says: evidence of the desk
    open_      a recovery begins; a second operator approves where four eyes are wanted
    issue      the temporary code, shown once, for printing

Each step is an entry in the person's own chain, and the person is told of it (services/desk_recovery.py has the rest).
"""

from __future__ import annotations

import hmac
import json
import secrets
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any, NoReturn

from chalicelib.domain import desk_recovery as rules
from chalicelib.domain import identifiers as ids
from chalicelib.domain.assurance import Channel, evidence
from chalicelib.domain.desk_recovery import OPEN, Reason, State
from chalicelib.domain.identity import SYS, Actor, PersonId, Role
from chalicelib.domain.moments import stamp
from chalicelib.domain.secrets import hash_code
from chalicelib.domain.sessions import memberships_of, task_for
from chalicelib.domain.tickets import Kind
from chalicelib.errors import AccessDeniedError, AlreadyExistsError, ConflictError, NotFoundError, StaleVersionError
from chalicelib.ports import BlindIndex, Clock, Event, Sealed, Vault, keys
from chalicelib.ports.desk_rows import advanced, new_recovery, no_longer_open, none_open, opening, state_of, told
from chalicelib.ports.rows import happened
from chalicelib.ports.tables import Check, Item, Put, Store, Tables, Update, Write
from chalicelib.ports.ticket_rows import ticket
from chalicelib.services.gate import Gate

if TYPE_CHECKING:
    from chalicelib.services.limits import LimitService

TASK = "desk"
COMPARED = ("snils", "passport_series", "passport_number", "birth_date")
SHOWN = ("reason", "document", "opened_by", "opened_at", "approved_by", "approved_at", "four_eyes")


class DeskService:
    def __init__(
        self, gate: Gate, tables: Tables, vault: Vault, index: BlindIndex, limits: LimitService, clock: Clock
    ) -> None:
        self._gate = gate
        self._tables = tables
        self._vault = vault
        self._index = index
        self._limits = limits
        self._clock = clock

    # --- the passport

    def look_up(self, actor: Actor, form: Mapping[str, str]) -> Item:
        """Compare the four numbers with an account. Raises NotFoundError alike for a stranger and a wrong number.

        TooManyRequestsError per operator and organisation. Whose account did not fit is told, once a day and operator.
        """
        self._limits.spend(rules.LOOK_UPS, actor.person_id)
        self._limits.spend(rules.LOOK_UPS_TOGETHER, actor.organisation_id)
        given = self._normal(form)
        found = self._tables.get(keys.blind_index("snils", self._index.tag("snils", given["snils"])))
        person_id = PersonId(found["person"]) if found else None
        profile = self._profile(actor, person_id) if person_id else None
        if person_id is None or profile is None:
            self._differs(actor, None)
        if person_id == actor.person_id:
            self._refuse(actor, "desk:look-up", "self")
        fits = [hmac.compare_digest(str(profile.get(name, "")).encode(), given[name].encode()) for name in COMPARED]
        if not all(fits):
            self._differs(actor, person_id)
        now, look_up_id = self._clock(), secrets.token_hex(16)
        until = int((now + rules.LOOK_UP_HOLDS).timestamp())
        row: Item = {"person": person_id, "operator": actor.person_id, "until": until, "expires": until}
        event = Event(actor, "desk:look-up", person_id, resource_type="profile")
        self._gate.commit([self._gate.stage(event)], [Put(keys.desk_look_up(look_up_id), row)])
        names = {name: profile[name] for name in ("last_name", "first_name", "middle_name") if name in profile}
        return {"look_up_id": look_up_id, "person_id": person_id, "expires_at": until, "name": names}

    def _normal(self, form: Mapping[str, str]) -> dict[str, str]:
        found = ids.Findings()
        given = {
            "snils": found.check(ids.normal_snils, form["snils"]),
            "passport_series": found.check(ids.normal_passport_series, form["passport_series"]),
            "passport_number": found.check(ids.normal_passport_number, form["passport_number"]),
            "birth_date": found.check(ids.normal_birth_date, form["birth_date"], self._clock().date()),
        }
        found.close()
        return {name: str(value) for name, value in given.items()}

    def _profile(self, actor: Actor, person_id: PersonId) -> dict[str, Any] | None:
        """Opened by the desk's task, to compare: an operator has no right to profiles of their own."""
        row = self._tables.get(keys.profile(person_id))
        if row is None or row["state"] != "active":
            return None
        permit = self._gate.permit_private(
            task_for(TASK, actor),
            person_id,
            "profile",
            "profile",
            "desk:compare",
            details={"operator": actor.member_id},
        )
        sealed = Sealed.of("profile", row)
        opened: dict[str, Any] = json.loads(self._vault.open(permit, sealed))
        return opened

    def _differs(self, actor: Actor, person_id: PersonId | None) -> NoReturn:
        event = Event(actor, "desk:look-up", person_id or SYS, "denied", "profile", reason="papers-differ")
        if person_id is None:
            self._gate.record(event)
            raise NotFoundError
        now = self._clock()
        notice = happened(person_id, f"desk-{now:%Y%m%d}-{actor.person_id}", "desk_refused", now)
        try:
            self._gate.commit([self._gate.stage(event)], [notice])
        except ConflictError:  # told today
            self._gate.record(event)
        raise NotFoundError

    # --- identity confirmed

    def confirm(self, actor: Actor, look_up_id: str, document: str) -> Item:
        """The person stood at the desk with their passport (ID-7). Repeatable. NotFoundError without a look-up."""
        person_id, seen = self._compared(actor, look_up_id, "desk:confirm")
        now = self._clock()
        event = Event(
            actor, "desk:confirm", person_id, resource_type="profile", details={"channel": "desk", "document": document}
        )
        writes: list[Write] = [
            Update(keys.profile(person_id), evidence(Channel.DESK, now), expect={"state": "active"}),
            seen,
            happened(person_id, self._gate.new_id(), "identity_confirmed_at_desk", now),
        ]
        try:
            self._gate.commit([self._gate.stage(event)], writes)
        except ConflictError:
            raise NotFoundError from None
        return {"person_id": person_id, "confirmed_at": stamp(now)}

    def _compared(self, actor: Actor, look_up_id: str, operation: str) -> tuple[PersonId, Write]:
        """Whose passport this operator has just compared, and the condition that it was so."""
        row = self._tables.get(keys.desk_look_up(look_up_id))
        mine = row is not None and row["operator"] == actor.person_id
        if row is None or not mine or int(row["until"]) <= self._clock().timestamp():
            raise NotFoundError
        person_id = PersonId(row["person"])
        refused = rules.refusal_to_operate(actor, person_id)
        if refused:
            self._refuse(actor, operation, refused)
        return person_id, Check(keys.desk_look_up(look_up_id), {"operator": actor.person_id, "person": person_id})

    # --- a recovery

    def open_(self, actor: Actor, look_up_id: str, document: str, reason: Reason) -> Item:
        """Begin a recovery for whose passport was compared. AlreadyExistsError while another one is open."""
        person_id, seen = self._compared(actor, look_up_id, "recovery:open")
        now = self._clock()
        four_eyes = self._four_eyes(actor, person_id)
        recovery_id = rules.code_text(secrets.randbelow(rules.CODES)).replace("-", "")
        row = new_recovery(actor, recovery_id, person_id, reason, document, now, four_eyes=four_eyes)
        writes: list[Write] = [
            *opening(row, none_open(self._tables, person_id, now)),
            seen,
            Check(keys.profile(person_id), {"state": "active"}),
            *told(row, "recovery_opened", self._gate.new_id(), now),
            *self._officers(row),
        ]
        try:
            self._gate.commit([self._entry(actor, "recovery:open", row)], writes)
        except ConflictError as error:
            if error.index == 1:
                raise AlreadyExistsError("another recovery was opened at the same moment") from None
            raise
        return self._shown(row)

    def _officers(self, row: Item) -> list[Write]:
        """The ticket about a theft: who cannot stop the recovery has a security officer look into it."""
        if row["reason"] != Reason.STOLEN:
            return []
        about = {"recovery": row["id"], "operator": row["opened_by"], "desk": row["organisation"]}
        return ticket(self._gate.new_id(), Kind.ACCOUNT_STOLEN, PersonId(row["person"]), self._clock(), about=about)

    def _four_eyes(self, actor: Actor, person_id: PersonId) -> bool:
        organisation = self._tables.get(keys.organisation(actor.organisation_id))
        members = self._tables.query(Store.IDENTITY, keys.person(person_id), "MEMBER#", limit=100).items
        roles: list[Role] = [member.role for member in memberships_of(members)]
        return rules.wants_four_eyes(organisation, roles)

    # --- the operators

    def waiting(self, actor: Actor, limit: int, after: Item | None) -> tuple[list[Item], Item | None]:
        """Recoveries of one's own organisation, newest first: states and ids, no names."""
        self._gate.record(Event(actor, "recovery:list", SYS, resource_type="recovery"))
        pk = keys.desk(actor.organisation_id)
        found = self._tables.query(Store.IDENTITY, pk, limit=limit, after=after, newest_first=True)
        wanted = [keys.recovery(line["recovery"]) for line in found.items]
        rows = self._tables.get_many(wanted)
        return [self._shown(rows[key]) for key in wanted if key in rows], found.after

    def approve(self, actor: Actor, recovery_id: str) -> Item:
        """The second pair of eyes. AccessDeniedError for who opened it, the person, and who represents them."""
        row = self._row(recovery_id)
        refused = rules.refusal_to_approve(actor, row["person"], row["organisation"], row["opened_by"])
        if not refused and self._tables.get(keys.representation(row["person"], actor.person_id)) is not None:
            refused = "self"  # nobody opens the door to a ward of theirs
        change: Item = {"approved_by": actor.person_id, "approved_at": stamp(self._clock())}
        ended = _everybody_out(row) if rules.closes_sign_in(row["reason"], State.APPROVED) else ()
        return self._step(actor, "recovery:approve", row, refused, State.APPROVED, change, "recovery_approved", ended)

    def issue(self, actor: Actor, recovery_id: str) -> Item:
        """The temporary code, shown this once. Only who opened the recovery prints it."""
        row = self._row(recovery_id)
        refused = rules.refusal_to_issue(actor, row["person"], row["organisation"], row["opened_by"])
        code = rules.code_text(secrets.randbelow(rules.CODES))
        change: Item = {"code": hash_code(rules.typed(code), row["id"])}
        shown = self._step(actor, "recovery:issue", row, refused, State.CODE_ISSUED, change, "recovery_code_issued")
        return {**shown, "code": code}

    def cancel(self, actor: Actor, recovery_id: str) -> Item:
        """By any operator of the organisation, until it is completed."""
        row = self._row(recovery_id)
        refused = rules.refusal_to_continue(actor, row["person"], row["organisation"])
        return self._step(actor, "recovery:cancel", row, refused, State.CANCELLED, {}, "recovery_cancelled")

    def _step(
        self,
        actor: Actor,
        action: str,
        row: Item,
        refused: str,
        following: State,
        change: Item,
        notice: str,
        more: Sequence[Write] = (),
    ) -> Item:
        if refused == "scope":  # another organisation's looks like an unknown one
            self._gate.refuse(actor, action, refused)
            raise NotFoundError
        if refused:
            self._refuse(actor, action, refused)
        now = self._clock()
        update = advanced(row, following, change, now)
        over = [] if following in OPEN else [no_longer_open(row)]
        writes = [update, *over, *more, *told(row, notice, self._gate.new_id(), now)]
        try:
            self._gate.commit([self._entry(actor, action, row)], writes)
        except ConflictError:
            raise StaleVersionError from None
        after: Item = {**row, **change, "state": following.value, "ver": int(row["ver"]) + 1}
        return self._shown(after | ({"until": rules.good_until(following, now)} if following in OPEN else {}))

    # --- pieces

    def _row(self, recovery_id: str) -> Item:
        row = self._tables.get(keys.recovery(rules.typed(recovery_id)[:32] or "none"))
        if row is None:
            raise NotFoundError
        return row

    def _entry(self, actor: Actor, action: str, row: Item) -> Any:
        details = {"reason": row["reason"], "document": row["document"]}
        event = Event(
            actor, action, PersonId(row["person"]), resource_type="recovery", resource_id=row["id"], details=details
        )
        return self._gate.stage(event)

    def _shown(self, row: Item) -> Item:
        return {
            "recovery_id": row["id"],
            "person_id": row["person"],
            "state": state_of(row, self._clock()).value,
            "good_until": int(row["until"]),
            **{name: row[name] for name in SHOWN if name in row},
        }

    def _refuse(self, actor: Actor, operation: str, reason: str) -> NoReturn:
        self._gate.refuse(actor, operation, reason)
        raise AccessDeniedError


def _everybody_out(row: Item) -> tuple[Write, ...]:
    """Every session and sign-in on its way dies by number (domain/sessions.py), and so does what they were changing."""
    person_id = PersonId(row["person"])
    return (
        Update(keys.profile(person_id), {}, {"epoch": 1}, expect={"state": "active"}),
        Update(keys.credentials(person_id), {}, {"ver": 1}),
    )
