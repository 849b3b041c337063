"""Proposals for changes of schedules, and what an administrator said to each.

They are computed from the counters when they are asked for; only a decision is stored, with the figures that it was
made on. Nothing here changes a schedule: the answer names those of the doctor, and whoever enters schedules edits them.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict
from datetime import datetime, timedelta
from typing import Any

from chalicelib.domain.identity import SYS, Actor
from chalicelib.domain.load import proposals as rules
from chalicelib.domain.moments import stamp
from chalicelib.domain.schedules import ONE_DAY
from chalicelib.errors import ConflictError, NotFoundError, StaleVersionError
from chalicelib.ports import Clock, Event, keys
from chalicelib.ports.tables import Expect, Expected, Item, Put, Store, Tables, every_row
from chalicelib.services.gate import Gate
from chalicelib.services.load.reading import Staff, rows_of_days, staff_of

STANDS = timedelta(days=rules.QUIET_DAYS)


class LoadProposals:
    def __init__(self, gate: Gate, tables: Tables, clock: Clock) -> None:
        self._gate = gate
        self._tables = tables
        self._clock = clock

    def listed(self, actor: Actor) -> dict[str, Any]:
        """What the last weeks speak for, undecided ones first; and of whom there is too little to say anything."""
        self._gate.record(Event(actor, "load:propose", SYS, resource_type="load"))
        found, staff, doctors, days = self._now(actor)
        decided = self._decided(actor)
        items = [{**_shown(one, staff), "decision": decided.pop(one.id, None)} for one in found]
        items += [{**_again(row["about"]), "decision": row} for row in decided.values()]
        few = [one for one in doctors if not one.enough]
        return {
            "from": days[0],
            "to": days[-1],
            "items": [
                {**one, "decision": _said(one["decision"])}
                for one in sorted(items, key=lambda one: (one["decision"] is not None, one["doctor"], one["id"]))
            ],
            "too_little": [
                {**_who(one.member, staff), "weeks": one.weeks, "slots_offered": one.total["offered"]} for one in few
            ],
            "least": {"weeks": rules.LEAST_WEEKS, "slots_offered": rules.LEAST_SLOTS},
        }

    def decide(self, actor: Actor, proposal_id: str, decision: str) -> dict[str, Any]:
        """``accepted`` or ``dismissed``; a later word takes the place of an earlier one. Repeatable.

        Raises NotFoundError for what is not proposed now and was not decided lately; StaleVersionError when somebody
        else said something at the same moment.
        """
        found, staff, *_ = self._now(actor)
        row = self._decided(actor).get(proposal_id)
        about = next(
            (_shown(one, staff) for one in found if one.id == proposal_id), _again(row["about"]) if row else None
        )
        if about is None:
            raise NotFoundError
        if row is not None and row["decision"] == decision:
            self._gate.record(Event(actor, "load:propose", SYS, resource_type="load", resource_id=proposal_id))
            return {**about, "decision": _said(row)}
        stored = self._tables.get(keys.load_decision(actor.organisation_id, proposal_id))
        version = int(stored["ver"]) if stored else 0
        new: Item = {
            "id": proposal_id,
            "decision": decision,
            "at": stamp(self._clock()),
            "by": actor.person_id,
            "about": _kept(about),
            "ver": version + 1,
        }
        expect: Expected = {"ver": version} if version else Expect.ABSENT
        said = {"decision": decision, "kind": str(about["kind"]), "member": str(about["member_id"])}
        event = Event(actor, "load:decide", SYS, resource_type="load", resource_id=proposal_id, details=said)
        try:
            self._gate.commit(
                [self._gate.stage(event)], [Put(keys.load_decision(actor.organisation_id, proposal_id), new, expect)]
            )
        except ConflictError:
            raise StaleVersionError from None
        return {**about, "decision": _said(new)}

    # --- pieces

    def _now(self, actor: Actor) -> tuple[list[rules.Proposal], dict[str, Staff], list[rules.Doctor], list[str]]:
        today = self._clock().date()
        days = [(today - n * ONE_DAY).isoformat() for n in range(7 * rules.WEEKS, 0, -1)]
        staff = staff_of(self._tables, actor.organisation_id)
        rows = rows_of_days(self._tables, actor.organisation_id, days)
        working = [row for row in rows if staff.get(row.member) and staff[row.member].schedules]
        pools = {one.member: f"{one.department}|{one.specialty}" for one in staff.values()}
        doctors = rules.doctors_of(working, pools)
        return rules.proposals(doctors), staff, doctors, days

    def _decided(self, actor: Actor) -> dict[str, Item]:
        """Decisions that stand still, by proposal."""
        pk, now = keys.load(actor.organisation_id), self._clock()
        rows = every_row(self._tables, Store.CARD, pk, keys.LOAD_DECISIONS)
        return {row["id"]: row for row in rows if datetime.fromisoformat(row["at"]) + STANDS > now}


def _shown(found: rules.Proposal, staff: Mapping[str, Staff]) -> dict[str, Any]:
    said = {name: value for name, value in asdict(found).items() if name != "member"}
    return {**said, "reason": dict(found.reason), "effect": dict(found.effect), **_who(found.member, staff)}


def _who(member: str, staff: Mapping[str, Staff]) -> dict[str, Any]:
    one = staff[member]
    return {
        "member_id": member,
        "doctor": one.doctor,
        "position": one.position,
        "department": one.department,
        "schedules": list(one.schedules),
    }


def _kept(about: Mapping[str, Any]) -> Item:
    """Rows hold no None (ports/tables.py): what is not known is left out."""
    figures = {name: {k: v for k, v in about[name].items() if v is not None} for name in ("reason", "effect")}
    return {**about, **figures}


def _again(about: Mapping[str, Any]) -> dict[str, Any]:
    """As it was shown when it was decided on."""
    whole = {name: {k: int(v) for k, v in about[name].items()} for name in ("reason", "effect")}
    return {**about, **whole, "slots": int(about["slots"])}


def _said(row: Item | None) -> Item | None:
    return None if row is None else {"decision": row["decision"], "at": row["at"], "by": row["by"]}
