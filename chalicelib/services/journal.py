"""Who looked at my card (AUD-3): the person's own chains as a list, and as a copy that verifies off-line.

Reading the journal is an access too: its entry is stored first, in the same chain, and so appears in the journal. An
ordered copy ends, in every year, with the entry of the order, which holds the patient's own number: nothing that the
log had taken in before can be missing from it.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any

from chalicelib.domain import actions
from chalicelib.domain.access import Permit
from chalicelib.domain.identity import OWNERS, PARTNER_ROLES, STAFF_ROLES, Actor, PersonId, Role, system_actor
from chalicelib.domain.journal import Position, Wanted, chain_parts, gathered
from chalicelib.domain.moments import stamp
from chalicelib.domain.names import full_name
from chalicelib.errors import DecryptionError, ErasedError, NotFoundError, NotReadyError
from chalicelib.ports import Clock, Event, Sealed, Vault, keys
from chalicelib.ports.journal import AuditReader, LogEntry
from chalicelib.ports.tables import Item, Key, Put, Tables
from chalicelib.records.registry import labels
from chalicelib.services.gate import Gate

ORDER_LIFETIME = timedelta(days=7)
RETRY = 5  # seconds; a committed entry is published within a few
MOST = 1000  # entries that one call looks at
PART = 100
BATCH = 100  # keys of one batch read


@dataclass(frozen=True, slots=True)
class Page:
    """``complete_until``: log time up to which every entry that was stored is in the log."""

    items: Sequence[Item]
    after: Position
    complete_until: datetime | None


class JournalService:
    def __init__(self, gate: Gate, tables: Tables, vault: Vault, reader: AuditReader, clock: Clock) -> None:
        self._gate = gate
        self._tables = tables
        self._vault = vault
        self._reader = reader
        self._clock = clock

    # --- the list

    def page(
        self, actor: Actor, wanted: Wanted, language: str, limit: int, after: Item | None, action: str = "journal:read"
    ) -> Page:
        """Newest first over all years. A page may be short, or empty, and yet have a next one."""
        card_id = actor.card_id
        permits = self._gate.permit_private_kinds(actor, card_id, ("journal", "consent"), action, details=wanted.said())
        until = self._reader.newest()
        permit, part = permits["journal"], max(limit, PART)
        pages = chain_parts(
            self._reader.years(card_id),
            after,
            lambda year, number: self._reader.chain(permit, year, limit=part, before=number),
        )
        found = gathered(pages, wanted, limit, MOST)
        names = self._names(permits["consent"], actor, language, found.entries)
        items = [shown(entry, actor.person_id, names, language) for entry in found.entries]
        return Page(items, found.after, until)

    # --- names

    def _names(self, permit: Permit, actor: Actor, language: str, entries: Sequence[LogEntry]) -> Names:
        """Who is behind the actors of a page, with as few openings as can be."""
        actors = {
            (who["id"], who["role"], who["org"], who["member"])
            for entry in entries
            if (who := _actor(entry)) is not None
        }
        named = STAFF_ROLES | {Role.REPRESENTATIVE}
        staff = {(i, member) for i, role, _, member in actors if role in named and i != actor.person_id}
        rows = self._rows(
            [
                *(keys.consent(actor.card_id, member) for _, member in staff if member),
                *(keys.organisation(org) for _, _, org, _ in actors if org),
                *(keys.client(i) for i, role, _, _ in actors if role in PARTNER_ROLES),
                *(keys.app(member) for _, role, _, member in actors if role == Role.APPLICATION),
            ]
        )
        people: dict[str, str] = {}
        for person_id, member in staff:
            sealed = rows.get(keys.consent(actor.card_id, member), {}) if member else {}
            if "sealed" in sealed:
                card = Sealed(sealed["member"], int(sealed["sealed_ver"]), bytes(sealed["sealed"]))
                people[person_id] = str(json.loads(self._vault.open(permit, card))["name"])
        for person_id in sorted({i for i, _ in staff} - set(people)):
            people[person_id] = self._staff_name(actor, PersonId(person_id))
        partners = {
            i: str(rows.get(keys.client(i), {}).get("name", "")) for i, role, _, _ in actors if role in PARTNER_ROLES
        }
        partners |= {
            member: str(rows.get(keys.app(member), {}).get("name_en" if language == "en" else "name_ru", ""))
            for _, role, _, member in actors
            if role == Role.APPLICATION
        }
        organisations = {o: str(rows.get(keys.organisation(o), {}).get("name", "")) for _, _, o, _ in actors if o}
        return Names(actor.person_id, people | partners, organisations, language)

    def _staff_name(self, actor: Actor, person_id: PersonId) -> str:
        """The system opens the profile of who opened the card; that is an entry in their chain."""
        row = self._tables.get(keys.profile(person_id))
        if row is None:
            return ""
        task = replace(system_actor("journal"), request_id=actor.request_id)
        try:
            permit = self._gate.permit_private(task, person_id, "profile", "profile", "journal:name")
            sealed = Sealed.of("profile", row)
            return full_name(json.loads(self._vault.open(permit, sealed)))
        except (DecryptionError, ErasedError):
            return ""

    def _rows(self, wanted: Sequence[Key]) -> dict[Key, Item]:
        unique = list(dict.fromkeys(wanted))
        found: dict[Key, Item] = {}
        for start in range(0, len(unique), BATCH):
            found |= self._tables.get_many(unique[start : start + BATCH])
        return found

    # --- the copy that verifies

    def order(self, actor: Actor, nonce: str) -> Item:
        """Store the patient's own number as the newest entry of every year's chain, in one transaction."""
        person_id, now, request_id = actor.person_id, self._clock(), self._gate.new_id()
        staged = {
            year: self._gate.stage_private(
                actor, person_id, "journal", request_id, "journal:request", year=year, details={"nonce": nonce}
            )
            for year in sorted({*self._reader.years(person_id), now.year})
        }
        row: Item = {
            "id": request_id,
            "nonce": nonce,
            "entries": {str(year): one.entry_id for year, one in staged.items()},
            "at": stamp(now),
            "expires": int((now + ORDER_LIFETIME).timestamp()),
        }
        self._gate.commit(list(staged.values()), [Put(keys.journal_request(person_id, request_id), row)])
        return {"request_id": request_id, "expires_at": stamp(now + ORDER_LIFETIME)}

    def download(self, actor: Actor, request_id: str) -> Mapping[str, Any]:
        """The bundle of docs/audit.md. Raises NotReadyError until the log has published the order."""
        person_id = actor.person_id
        row = self._tables.get(keys.journal_request(person_id, request_id))
        if row is None or int(row["expires"]) <= self._clock().timestamp():
            raise NotFoundError
        requests = {int(year): str(entry_id) for year, entry_id in row["entries"].items()}
        if not self._reader.ready(person_id, requests):
            raise NotReadyError(retry_after=RETRY)
        permit = self._gate.permit_private(actor, person_id, "journal", request_id, "journal:download")
        bundle = self._reader.bundle(permit, requests, str(row["nonce"]))
        if bundle is None:
            raise NotReadyError(retry_after=RETRY)
        return bundle

    def consistency(self, actor: Actor, year: int, old: int, new: int) -> list[str]:
        """Base64 hashes; nothing in them is anybody's. Raises NotFoundError for a size that is not published."""
        self._gate.record(Event(actor, "journal:consistency", actor.card_id))
        return self._reader.consistency(year, old, new)


NAMED = STAFF_ROLES | PARTNER_ROLES | {Role.REPRESENTATIVE}


@dataclass(frozen=True, slots=True)
class Names:
    """Names for one answer. ``people``: staff, partners, applications by id; others than ``own`` stay unnamed."""

    own: PersonId
    people: Mapping[str, str]
    organisations: Mapping[str, str]
    language: str

    def who(self, actor: Mapping[str, Any]) -> Item:
        """A member of staff, a partner, the system, oneself; another patient's id and name are not told."""
        person_id, role = str(actor["id"]), str(actor["role"])
        known = person_id == self.own or role in NAMED
        return {
            "id": person_id if known or role in {Role.SYSTEM, Role.RECIPIENT} else "",  # of a link: its own id
            "name": self._name(str(actor["member"]) if role == Role.APPLICATION else person_id, role),
            "role": role,
            "role_name": actions.role_text(role, self.language),
            "organisation": actor["org"],
            "organisation_name": self.organisations.get(str(actor["org"]), ""),
            "department": actor["dept"],
            "member": str(actor["member"]) if role in STAFF_ROLES else "",  # to whom the card can be closed
        }

    def _name(self, person_id: str, role: str) -> str:
        if role == Role.SYSTEM:
            return actions.SYSTEM_NAME.to(self.language)
        if role == Role.ANONYMOUS:
            return actions.NOT_SIGNED_IN.to(self.language)
        if role == Role.RECIPIENT:
            return actions.role_text(role, self.language)
        if role == Role.APPLICATION:
            return self.people.get(person_id, "")
        if person_id == self.own:
            return actions.ONESELF.to(self.language)
        if role in NAMED:
            return self.people.get(person_id, "")
        return actions.ANOTHER_PATIENT.to(self.language)


def _actor(entry: LogEntry) -> Mapping[str, Any] | None:
    return None if entry.body is None else entry.body["actor"]


def shown(entry: LogEntry, own: PersonId, names: Names, language: str) -> Item:
    """One line of the journal. ``at`` is the log's time, ``time`` that of the clock where it happened.

    Of a ward's or another representative's use the address is not told: it says where the other parent, or the child,
    is staying.
    """
    line: Item = {
        "id": entry.id,
        "year": entry.year,
        "number": entry.number,
        "at": stamp(entry.at),
        "altered": entry.altered,
        "unreadable": entry.body is None and not entry.altered,
    }
    body = entry.body
    if body is None:
        return line
    kinds = labels(language)
    resource, mine = body["resource"], body["actor"]["id"] == own
    return {
        **line,
        "time": body["time"],
        "who": names.who(body["actor"]),
        "mine": mine,
        "action": body["action"],
        "what": actions.action_text(body["action"], kinds, language),
        "record": {**resource, "name": actions.thing_text(resource["type"], kinds, language)}
        if resource["type"]
        else None,
        "reason": body["reason"],
        "purpose": body["purpose"],
        "why": actions.why(body["reason"], body["purpose"], language),
        "outcome": body["outcome"],
        "on_behalf_of": body["on_behalf_of"],
        "ip": body["ip"] if mine or body["actor"]["role"] not in OWNERS else "",
        "request": body["request"],
    }
