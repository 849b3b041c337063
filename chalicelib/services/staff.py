"""Organisations and their staff (ID-12). An administrator acts in the own organisation; one of the system in all.

The MEMBER row under the person is what the gate reads with every request; the STAFF row under the organisation is the
list. Both change in one transaction, so that whoever is removed is out with the next request.
"""

from __future__ import annotations

import secrets
from collections.abc import Mapping
from typing import Any, NoReturn

from chalicelib.domain.identifiers import normal_snils
from chalicelib.domain.identity import SYS, Actor, PersonId, Role, system_actor
from chalicelib.domain.moments import stamp
from chalicelib.domain.staff import SYSTEM, refusal_to_change, refusal_to_list, refusal_to_manage, runs_the_system
from chalicelib.errors import AccessDeniedError, AlreadyExistsError, ConflictError, NotFoundError
from chalicelib.ports import BlindIndex, Clock, Event, keys
from chalicelib.ports.rows import happened
from chalicelib.ports.tables import Check, Delete, Expect, Item, Put, Store, Tables, Update, Write
from chalicelib.services.gate import Gate


class StaffService:
    def __init__(self, gate: Gate, tables: Tables, index: BlindIndex, clock: Clock) -> None:
        self._gate = gate
        self._tables = tables
        self._index = index
        self._clock = clock

    # --- organisations

    def create_organisation(self, actor: Actor, name: str, oid: str) -> Item:
        """Only an administrator of the system. AlreadyExistsError for an OID that is entered already."""
        self._system_only(actor, "organisation:create")
        organisation_id = secrets.token_hex(8)
        row: Item = {"id": organisation_id, "name": name, "oid": oid, "created_at": stamp(self._clock())}
        event = Event(actor, "organisation:create", SYS, resource_type="organisation", resource_id=organisation_id)
        writes = [
            Put(keys.organisation_oid(oid), {"organisation": organisation_id}),
            Put(keys.organisation(organisation_id), row),
        ]
        try:
            self._gate.commit([self._gate.stage(event)], writes)
        except ConflictError:
            raise AlreadyExistsError("this OID is entered already") from None
        return _organisation(row)

    def organisations(self, actor: Actor, limit: int, after: Item | None) -> tuple[list[Item], Item | None]:
        """All, for an administrator of the system; one's own, for the others."""
        self._gate.record(Event(actor, "organisation:list", SYS))
        if not runs_the_system(actor):
            own = self._tables.get(keys.organisation(actor.organisation_id))
            return ([_organisation(own)] if own else []), None
        found = self._tables.query(Store.IDENTITY, "ORGS", "ORG#", limit=limit, after=after)
        return [_organisation(row) for row in found.items], found.after

    # --- staff

    def add(self, actor: Actor, organisation_id: str, form: Mapping[str, Any]) -> Item:
        """Give a registered person a role. NotFoundError for an unknown person or organisation.

        AccessDeniedError by the rules of ``domain/staff.py``, AlreadyExistsError when the role is held already. A
        repeat after a lost reply meets the row of the held role, so nobody gets the same role twice.
        """
        self._own_only(actor, organisation_id, "staff:add")
        tag = self._index.tag("snils", normal_snils(form["snils"]))
        person = self._tables.get(keys.blind_index("snils", tag))
        if person is None:
            raise NotFoundError
        person_id = PersonId(person["person"])
        self._check_change(actor, person_id, Role(form["role"]), "staff:add")
        member_id = secrets.token_hex(16)
        event = Event(
            actor, "staff:add", person_id, resource_type="member", resource_id=member_id, details={"role": form["role"]}
        )
        writes: list[Write] = [
            Check(keys.organisation(organisation_id)),
            Check(keys.profile(person_id), {"state": "active"}),  # of a role and an erasure at once one is first
            *self._rows(person_id, member_id, organisation_id, form),
        ]
        try:
            self._gate.commit([self._gate.stage(event)], writes)
        except ConflictError as error:
            if error.index in {0, 1}:
                raise NotFoundError from None
            raise AlreadyExistsError("this person holds this role here already") from None
        return {"member_id": member_id, "person_id": person_id, "role": form["role"]}

    def _rows(self, person_id: PersonId, member_id: str, organisation_id: str, form: Mapping[str, Any]) -> list[Write]:
        row: Item = {
            "member": member_id,
            "person": person_id,
            "organisation": organisation_id,
            "role": form["role"],
            "department": form["department"],
            "staff_number": form.get("staff_number", ""),
            "position": form.get("position", ""),
            "state": "active",
            "since": stamp(self._clock()),
        }
        held = keys.held_role(person_id, organisation_id, form["role"], form["department"])
        return [
            Put(held, {"member": member_id}),
            Put(keys.member(person_id, member_id), row),
            Put(keys.staff(organisation_id, member_id), row),
        ]

    def listed(
        self, actor: Actor, organisation_id: str, limit: int, after: Item | None
    ) -> tuple[list[Item], Item | None]:
        """Members without names: those are sealed under each person's own key."""
        refused = refusal_to_list(actor, organisation_id)
        if refused and actor.role is Role.REGISTRAR:  # another's organisation is answered like one that is not there
            self._gate.refuse(actor, "staff:list", refused)
            raise NotFoundError
        if refused:
            self._refuse(actor, "staff:list", refused)
        self._gate.record(Event(actor, "staff:list", SYS, resource_type="organisation", resource_id=organisation_id))
        found = self._tables.query(Store.IDENTITY, f"ORG#{organisation_id}", "STAFF#", limit=limit, after=after)
        names = ("role", "department", "staff_number", "position", "state", "since")
        shown = [
            {"member_id": row["member"], "person_id": row["person"], **{name: row[name] for name in names}}
            for row in found.items
        ]
        return shown, found.after

    def remove(self, actor: Actor, organisation_id: str, member_id: str) -> None:
        """Repeatable; the person's sessions in this role stop with their next request."""
        self._own_only(actor, organisation_id, "staff:remove")
        row = self._tables.get(keys.staff(organisation_id, member_id))
        if row is None:
            raise NotFoundError
        if row["state"] != "active":
            return
        person_id = PersonId(row["person"])
        self._check_change(actor, person_id, Role(row["role"]), "staff:remove")
        event = Event(actor, "staff:remove", person_id, resource_type="member", resource_id=member_id)
        change = {"state": "removed", "until": stamp(self._clock())}
        held = keys.held_role(person_id, organisation_id, row["role"], row["department"])
        left = {"organisation": organisation_id, "member": member_id}
        writes: list[Write] = [
            Update(keys.member(person_id, member_id), change, expect={"state": "active"}),
            Update(keys.staff(organisation_id, member_id), change, expect={"state": "active"}),
            Delete(held, {"member": member_id}),
            happened(SYS, self._gate.new_id(), "member_left", self._clock(), left),
        ]
        try:
            self._gate.commit([self._gate.stage(event)], writes)
        except ConflictError:
            return  # removed by somebody else at the same moment

    # --- the first one

    def appoint_first_administrator(self, snils: str) -> str:
        """For the operator alone (an IAM right, no route). Refused for ever once there has been an administrator.

        Makes the organisation of the system too, so that this administrator can appoint further ones. A repeat for
        the same person answers with the same membership.
        """
        tag = self._index.tag("snils", normal_snils(snils))
        person = self._tables.get(keys.blind_index("snils", tag))
        if person is None:
            raise NotFoundError
        person_id, member_id = PersonId(person["person"]), secrets.token_hex(16)
        form = {"role": Role.ADMINISTRATOR.value, "department": SYSTEM, "position": "administrator"}
        event = Event(system_actor("operator"), "staff:appoint-first", person_id, resource_id=member_id)
        now = stamp(self._clock())
        organisation: Item = {"id": SYSTEM, "name": "Медкарта", "oid": "", "created_at": now}
        writes = [
            Put(keys.first_administrator(), {"member": member_id, "person": person_id, "at": now}, Expect.ABSENT),
            Put(keys.organisation(SYSTEM), organisation),
            *self._rows(person_id, member_id, SYSTEM, form),
        ]
        try:
            self._gate.commit([self._gate.stage(event)], writes)
        except ConflictError:
            first = self._tables.get(keys.first_administrator())
            if first is None or first["person"] != person_id:
                raise AlreadyExistsError("there is an administrator") from None
            return str(first["member"])
        return member_id

    # --- scope

    def _system_only(self, actor: Actor, operation: str) -> None:
        if not runs_the_system(actor):
            self._refuse(actor, operation, "scope")

    def _own_only(self, actor: Actor, organisation_id: str, operation: str) -> None:
        refused = refusal_to_manage(actor, organisation_id)
        if refused:
            self._refuse(actor, operation, refused)

    def _check_change(self, actor: Actor, person_id: PersonId, role: Role, operation: str) -> None:
        refused = refusal_to_change(actor, person_id, role)
        if refused:
            self._refuse(actor, operation, refused)

    def _refuse(self, actor: Actor, operation: str, reason: str) -> NoReturn:
        self._gate.refuse(actor, operation, reason)
        raise AccessDeniedError


def _organisation(row: Item) -> Item:
    return {"organisation_id": row["id"], "name": row["name"], "oid": row["oid"]}
