"""The journal of one's sign-ins (ID-11): see it, say "it was not me", lift a block that the watch laid on a session."""

from __future__ import annotations

from chalicelib.domain.factors import Factor, enrolled
from chalicelib.domain.identity import SYS, Actor, PersonId, Role
from chalicelib.domain.moments import stamp
from chalicelib.domain.sessions import ACTIVE, BLOCKED, ENDED
from chalicelib.domain.suspicion import NEW_COUNTRY, Known, Place
from chalicelib.domain.tickets import Kind, refusal_to_work
from chalicelib.errors import AccessDeniedError, ConflictError, NotFoundError, StaleVersionError, WrongStateError
from chalicelib.ports import Clock, Event, keys
from chalicelib.ports.rows import happened
from chalicelib.ports.tables import Item, Store, Tables, Update, Write
from chalicelib.ports.ticket_rows import ticket
from chalicelib.services.gate import Gate

SHOWN = ("at", "outcome", "reason", "factor", "role", "network", "place", "client", "session", "reported_at")


class SignInJournal:
    def __init__(self, gate: Gate, tables: Tables, clock: Clock) -> None:
        self._gate = gate
        self._tables = tables
        self._clock = clock

    def mine(self, actor: Actor, limit: int, after: Item | None) -> tuple[list[Item], Item | None]:
        """Successful, refused and blocked attempts, newest first."""
        self._gate.record(Event(actor, "sign-in:list", actor.person_id, resource_type="sign-in"))
        found = self._tables.query(
            Store.IDENTITY, keys.person(actor.person_id), keys.SIGN_INS, limit=limit, after=after, newest_first=True
        )
        shown = [
            {"sign_in_id": row["id"], **{name: row[name] for name in SHOWN if name in row}}
            for row in found.items
            if "at" in row
        ]
        return shown, found.after

    def report(self, actor: Actor, sign_in_id: str) -> Item:
        """Somebody else signed in: their session ends, the device is no known one, an officer looks into it.

        Repeatable: the ticket of the first report. NotFoundError for what is not in one's own journal.
        """
        person_id, now = actor.person_id, self._clock()
        key = keys.sign_in(person_id, sign_in_id)
        row = self._tables.get(key)
        if row is None or "at" not in row:
            raise NotFoundError
        if "ticket" in row:
            return {"sign_in_id": sign_in_id, "ticket_id": row["ticket"]}
        session_id, ticket_id = str(row.get("session", "")), self._gate.new_id()
        rows = self._tables.get_many([keys.devices(person_id), keys.session(person_id, session_id or "none")])
        session = rows.get(keys.session(person_id, session_id or "none"), {})
        known = Known.of(rows.get(keys.devices(person_id))).without(str(row["device"]))
        writes: list[Write] = [
            Update(key, {"ticket": ticket_id, "reported_at": stamp(now)}, expect={"id": sign_in_id}),
            Update(keys.devices(person_id), known.row(), expect=None),
            happened(person_id, self._gate.new_id(), "ticket_opened", now),
            *ticket(
                ticket_id,
                Kind.SIGN_IN_REPORTED,
                person_id,
                now,
                organisation=str(session.get("organisation", "")),
                about={"sign_in": sign_in_id, "session": session_id},
            ),
        ]
        ended = session.get("state") in {ACTIVE, BLOCKED}
        if ended:
            gone = ("refresh", "family", "code")
            writes.append(
                Update(
                    keys.session(person_id, session_id), {"state": ENDED}, {"ver": 1}, gone, {"state": session["state"]}
                )
            )
        event = Event(
            actor,
            "sign-in:report",
            person_id,
            resource_type="sign-in",
            resource_id=sign_in_id,
            details={"session": session_id},
        )
        try:
            self._gate.commit([self._gate.stage(event)], writes)
        except ConflictError:
            raise StaleVersionError from None
        return {"sign_in_id": sign_in_id, "ticket_id": ticket_id, "session_ended": ended}

    # --- a blocked session

    def unblock(self, actor: Actor, session_id: str) -> None:
        """The owner, in another session, after a fresh second factor: one that is not SMS where there is another.

        Raises NotFoundError, WrongStateError for a session that is not blocked, AccessDeniedError for a weak factor.
        """
        own, account = keys.session(actor.person_id, actor.session_id), keys.credentials(actor.person_id)
        blocked = keys.session(actor.person_id, session_id)
        rows = self._tables.get_many(list({own, account, blocked}))
        if blocked not in rows:
            raise NotFoundError
        others = set(enrolled(rows.get(account, {}))) - {Factor.SMS.value}
        if others and rows.get(own, {}).get("factor") not in others:
            self._gate.refuse(actor, "session:unblock", "weak-factor")
            raise AccessDeniedError("confirm with a factor other than SMS")
        self._lift(actor, actor.person_id, session_id)

    def unblock_by_ticket(self, actor: Actor, ticket_id: str) -> None:
        """A security officer who has spoken to the owner. NotFoundError, WrongStateError, AccessDeniedError."""
        row = self._tables.get(keys.ticket(ticket_id))
        if row is None:
            raise NotFoundError
        refused = refusal_to_work(actor, row["person"], row["organisation"])
        if refused:
            self._gate.refuse(actor, "session:unblock", refused)
            raise NotFoundError if refused == "scope" else AccessDeniedError
        self._lift(actor, PersonId(row["person"]), str(row["about"].get("session", "none")))

    def _lift(self, actor: Actor, person_id: PersonId, session_id: str) -> None:
        key = keys.session(person_id, session_id)
        rows = self._tables.get_many([key, keys.devices(person_id)])
        session, now = rows.get(key), self._clock()
        if session is None:
            raise NotFoundError
        if session["state"] != BLOCKED:
            raise WrongStateError("the session is not blocked")
        place = Place(str(session.get("place", "")))
        known = Known.of(rows.get(keys.devices(person_id))).with_(str(session.get("device", "")), place)
        event = Event(actor, "session:unblock", person_id, resource_type="session", resource_id=session_id)
        staged = [self._gate.stage(event)]
        if actor.role is Role.SECURITY_OFFICER:
            about = {"person": person_id}
            staged.append(self._gate.stage(Event(actor, "session:unblock", SYS, resource_id=session_id, details=about)))
        # Who was stopped at the door never had its tokens: they sign in anew, from what is known now.
        state = ENDED if session.get("blocked_by") == NEW_COUNTRY else ACTIVE
        writes: list[Write] = [
            Update(key, {"state": state}, {"ver": 1}, ("blocked_by", "blocked_at"), {"state": BLOCKED}),
            Update(keys.devices(person_id), known.row(), expect=None),
            happened(person_id, self._gate.new_id(), "session_unblocked", now),
        ]
        try:
            self._gate.commit(staged, writes)
        except ConflictError:
            raise StaleVersionError from None
