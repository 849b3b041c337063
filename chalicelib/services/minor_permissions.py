"""What an accepted permission does for a child without one parent's consent (SPC-2; domain/minor_permissions.py)."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

from chalicelib.domain.ages import CONSENT_AGE, DEFAULT_ZONE, birthday
from chalicelib.domain.case_kinds import case_kind
from chalicelib.domain.cases import CaseState, Prepared
from chalicelib.domain.forms import below_form
from chalicelib.domain.identifiers import problem
from chalicelib.domain.identity import Actor, PersonId
from chalicelib.domain.minor_permissions import IDENTIFIERS, RESTORES, normal_permission, still_good
from chalicelib.domain.moments import local_day, stamp
from chalicelib.domain.newborns import OTHER_PARENT
from chalicelib.domain.representation import RESTRICTED
from chalicelib.domain.sessions import task_for
from chalicelib.errors import AccessDeniedError, AlreadyExistsError, WrongStateError
from chalicelib.ports import BlindIndex, Clock, Event, PatientKeys, Sealed, Vault, keys, plaintext
from chalicelib.ports.access_rows import representation_of
from chalicelib.ports.profiles import Profile, Profiles
from chalicelib.ports.rows import happened, representation
from chalicelib.ports.tables import Expect, Expected, Item, Put, Store, Tables, Update, Write
from chalicelib.services.gate import Gate, Staged

if TYPE_CHECKING:
    from chalicelib.services.limits import LimitService

TASK = "minor-permission"
STOOD_IN = "stood-in"
"""What the case says of a party for whom a permission stands."""

FOR_KINDS = frozenset({"newborn"})
SHOWN = ("last_name", "first_name", "middle_name", "birth_date", "sex")


@dataclass(frozen=True, slots=True)
class Guardians:
    gate: Gate
    tables: Tables
    vault: Vault
    patient_keys: PatientKeys
    index: BlindIndex
    profiles: Profiles
    limits: LimitService
    clock: Clock


class MinorPermissionEffect:
    def __init__(self, guardians: Guardians) -> None:
        self._g = guardians

    # --- filing

    def prepare(self, actor: Actor, form: dict[str, Any]) -> Prepared:
        """Raises InvalidFieldsError; one answer for a child that is not registered and for a wrong birth date."""
        with below_form():
            return Prepared(self._checked(actor, normal_permission(form, self._today())))

    def _checked(self, actor: Actor, given: dict[str, Any]) -> dict[str, Any]:
        if "for_case" in given:
            waiting = self._g.tables.get(keys.case(actor.person_id, given["for_case"])) or {}
            if waiting.get("kind") not in FOR_KINDS or waiting.get("state") != CaseState.AWAITING_PARTIES.value:
                raise problem("/for_case", "unknown", "no case of yours that waits for another's word")
            return given
        child = given.pop("child")
        self._g.limits.spend(OTHER_PARENT, actor.person_id)
        name = next(n for n in IDENTIFIERS if n in child)
        field = name.replace("_", "-")
        row = self._g.tables.get(keys.blind_index(field, self._g.index.tag(field, child[name])))
        wanted = PersonId(row["person"]) if row else actor.person_id  # as long for an unknown one
        profile = self._g.profiles.open(task_for(TASK, actor), wanted, "minor-permission:find-child")
        if row is None or profile.content.get("birth_date") != child["birth_date"]:
            raise problem("/child", "unknown", "no child with this number and birth date")
        return {**given, "child_id": row["person"]}

    # --- staff

    def compare(self, actor: Actor, case: Item, content: dict[str, Any]) -> dict[str, Any]:
        """Who acts for the child now, or how the case that waits stands; whether the document still counts."""
        found: dict[str, Any] = {"document_counts": still_good(content, self._today())}
        if "for_case" in content:
            return found | {"case": self._waiting(actor, PersonId(case["patient"]), content["for_case"])}
        child = self._g.profiles.open(actor, PersonId(content["child_id"]), "minor-permission:compare")
        acting = [_stands(row, case) for row in self._acting(child)]
        return found | {"child": {n: child.content[n] for n in SHOWN if n in child.content}, "representations": acting}

    def _waiting(self, actor: Actor, person_id: PersonId, case_id: str) -> dict[str, Any]:
        """The case for which the document is to stand, with the child that it names."""
        row = self._g.tables.get(keys.case(person_id, case_id))
        if row is None:
            return {"state": "none"}
        permit = self._g.gate.permit_private(actor, person_id, "case", case_id, "case:review")
        form = json.loads(self._g.vault.open(permit, Sealed(case_id, 1, bytes(row["sealed"]))))
        return {"kind": row["kind"], "state": row["state"], "child": form.get("child", {})}

    def approve(self, actor: Actor, case: Item, content: dict[str, Any]) -> tuple[list[Staged], list[Write]]:
        """Raises WrongStateError when document, case or age passed meanwhile."""
        person_id = PersonId(case["patient"])
        if not still_good(content, self._today()):
            raise WrongStateError("the document does not count any more")
        if "for_case" in content:
            return self._stand_in(actor, case, content["for_case"])
        return self._represent(actor, person_id, case, content)

    def refuse(self, actor: Actor, case: Item, content: dict[str, Any]) -> tuple[list[Staged], list[Write]]:  # noqa: ARG002
        """Nothing was changed."""
        return [], []

    # --- it stands in for a party

    def _stand_in(self, actor: Actor, case: Item, for_case: str) -> tuple[list[Staged], list[Write]]:
        """The other case goes to staff; whoever was asked and has not answered is not asked any more."""
        now, patient_id = self._g.clock(), case["patient"]
        waiting = self._g.tables.get(keys.case(patient_id, for_case)) or {}
        if waiting.get("state") != CaseState.AWAITING_PARTIES.value:
            raise WrongStateError("the other case does not wait any more")
        asked = [party for party, said in waiting["parties"].items() if said == "asked"]
        change: Item = {
            "state": CaseState.SUBMITTED.value,
            "at": stamp(now),
            "parties": {**waiting["parties"], **dict.fromkeys(asked, STOOD_IN)},
            "permission": case["id"],
            "steps": [*waiting["steps"], {"step": STOOD_IN, "at": stamp(now), "role": actor.role.value}],
        }
        stands = {"ver": waiting["ver"], "state": waiting["state"]}
        line: Item = {"patient": patient_id, "at": stamp(now), "kind": waiting["kind"]}
        event = Event(
            actor,
            "minor-permission:apply",
            patient_id,
            resource_type="case",
            resource_id=for_case,
            resource_version=int(waiting["ver"]) + 1,
        )
        closed = [Update(keys.case_request(party, patient_id, for_case), {"state": "closed"}) for party in asked]
        return [self._g.gate.stage(event)], [
            Update(keys.case(patient_id, for_case), change, {"ver": 1}, expect=stands),
            Put(keys.queue(case_kind(waiting["kind"]).queue, for_case), line),
            *closed,
        ]

    # --- it lets one person act alone

    def _represent(
        self, actor: Actor, person_id: PersonId, case: Item, content: Mapping[str, Any]
    ) -> tuple[list[Staged], list[Write]]:
        now, child_id = self._g.clock(), PersonId(content["child_id"])
        child = self._g.profiles.open(actor, child_id, "minor-permission:compare")
        until = self._until(child, content)
        if until <= now:
            raise WrongStateError("at this age the child decides alone")
        self._not_ones_own(actor, child)
        former = self._g.tables.get(keys.representation(child_id, person_id))
        expect, version = self._free(former, now)
        kept = self._kept(former, content)
        known = self._g.tables.get(keys.family_member(person_id, child_id)) is not None
        event = Event(actor, "representation:register", child_id, resource_type="representation", resource_id=person_id)
        staged = [self._g.gate.stage(event)]
        put, *others = representation(
            child_id,
            person_id,
            kind=content["kind"],
            until=until,
            basis=str(case["id"]),
            now=now,
            expect=expect,
            version=version,
        )
        assert isinstance(put, Put)  # noqa: S101 - the first of them is the row
        writes: list[Write] = [replace(put, item={**put.item, **kept}), *others]
        if not known:
            line, row = self._family_line(actor, person_id, child, content["kind"])
            staged.append(line)
            writes.append(row)
        told = {PersonId(row["id"]) for row in self._acting(child) if row["state"] == "active"} - {person_id}
        writes += [happened(p, self._g.gate.new_id(), "representation_registered", now) for p in sorted(told)]
        if child.row["state"] == "active":  # from 14 on a child may have an account
            writes.append(happened(child_id, self._g.gate.new_id(), "representation_registered_own", now))
        return staged, [*writes, self._g.patient_keys.alive(child_id), self._g.patient_keys.alive(person_id)]

    @staticmethod
    def _until(child: Profile, content: Mapping[str, Any]) -> datetime:
        """The 15th birthday, or the end of the document's last day when that is earlier."""
        grown = birthday(date.fromisoformat(child.content["birth_date"]), CONSENT_AGE)
        if "until" not in content:
            return grown
        after = date.fromisoformat(content["until"]) + timedelta(days=1)
        return min(grown, datetime.combine(after, datetime.min.time(), ZoneInfo(DEFAULT_ZONE)))

    def _not_ones_own(self, actor: Actor, child: Profile) -> None:
        """Staff who act or acted for the child have a part in it. Raises AccessDeniedError."""
        if actor.person_id in {child.person_id, *(row["id"] for row in self._acting(child))}:
            self._g.gate.refuse(actor, "case:decide", "own-case")
            raise AccessDeniedError("a case about one's own ward is decided by somebody else")

    @staticmethod
    def _kept(row: Item | None, content: Mapping[str, Any]) -> Item:
        """What a doctor did for the child's safety outlasts the person's next paper, a court's or guardians' aside.

        Raises WrongStateError where a doctor ended the representation.
        """
        if row is None or "restriction" not in row or content["basis"] in RESTORES:
            return {}
        if row["state"] != "active":
            raise WrongStateError("a doctor ended this for the child's safety: a court or the guardians decide")
        return {name: row[name] for name in RESTRICTED if name in row}

    @staticmethod
    def _free(row: Item | None, now: datetime) -> tuple[Expected, int]:
        """Condition on the row of the representation, and its next version: none stands, or one that has ended.

        Raises AlreadyExistsError.
        """
        standing = representation_of(row)
        if row is None or standing is None:
            return Expect.ABSENT, 1
        if standing.live(now):
            raise AlreadyExistsError("this person acts for the child already")
        return {"state": row["state"], "ver": row["ver"]}, int(row["ver"]) + 1

    def _family_line(self, actor: Actor, person_id: PersonId, child: Profile, kind: str) -> tuple[Staged, Write]:
        line = self._g.gate.stage_private(
            task_for(TASK, actor), person_id, "family", child.person_id, "family:add", resource_version=1
        )
        shown = {n: child.content[n] for n in SHOWN if n in child.content}
        text = plaintext(shown)
        row: Item = {
            "id": child.person_id,
            "relation": "child" if kind == "parent" else "ward",
            "ver": 1,
            "at": stamp(self._g.clock()),
            "sealed": self._g.vault.seal(line.seal_with, 1, text),
        }
        return line, Put(keys.family_member(person_id, child.person_id), row)

    def _acting(self, child: Profile) -> list[Item]:
        return self._g.tables.query(Store.CARD, keys.patient(child.person_id), keys.REPRESENTATIONS, limit=20).items

    def _today(self) -> date:
        return local_day(self._g.clock())


def _stands(row: Item, case: Item) -> Item:
    """A representation as the registrar sees it: whether it is the applicant's, and whether a doctor restricted it."""
    shown: Item = {name: row[name] for name in ("kind", "state", "since", "until") if name in row}
    return {**shown, "applicant": row["id"] == case["patient"], "restricted": "restriction" in row}
