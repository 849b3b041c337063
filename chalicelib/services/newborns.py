"""What a decision about a newborn does (SPC-1): the child, its card, its parents, its plan of vaccinations.

    prepare   the form is checked; the other parent is found by SNILS and birth date, and must agree
    compare   the registrar sees what speaks against it: the certificate, SNILS or policy belongs to somebody already
    approve   one transaction with the case: the child with its identifiers, card, policy, both representations, a line
              in each parent's family profile, the plan, and a notice to each parent

The child's id is chosen when the form is filed, so a repeat after a crash makes the same child or none.
"""

from __future__ import annotations

import json
import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import TYPE_CHECKING, Any

from chalicelib.domain.access import CardState
from chalicelib.domain.ages import CONSENT_AGE, birthday
from chalicelib.domain.assurance import CONFIRMED, Channel, evidence, level_of
from chalicelib.domain.cases import Prepared
from chalicelib.domain.forms import below_form
from chalicelib.domain.identifiers import problem
from chalicelib.domain.identity import Actor, PersonId
from chalicelib.domain.moments import local_day, stamp
from chalicelib.domain.names import same_name
from chalicelib.domain.newborns import OTHER_PARENT, SINGLE_PARENT_SLOT, normal_newborn, normal_other_parent
from chalicelib.domain.sessions import task_for
from chalicelib.domain.vaccination_calendar.national import NAME as CALENDAR
from chalicelib.errors import AlreadyExistsError, CardStateError, WrongStateError
from chalicelib.ports import BlindIndex, Clock, PatientKeys, Sealed, Vault, keys, plaintext
from chalicelib.ports.matching_rows import block_rows, block_tags, family_tag
from chalicelib.ports.profiles import Profiles
from chalicelib.ports.rows import happened, new_person, representation
from chalicelib.ports.tables import Item, Put, Store, Tables, Write, every_row
from chalicelib.services.gate import Gate, Staged

if TYPE_CHECKING:
    from chalicelib.services.limits import LimitService

TASK = "newborn"
APPROVED = "newborn_registered"
"""Notice of the other parent; who filed has the same one from the case (domain/case_kinds/special.py)."""

SHOWN = ("last_name", "first_name", "middle_name", "birth_date", "sex")
IDENTIFIERS = {"birth-certificate": "birth_certificate", "snils": "snils", "oms": "oms_policy"}
"""Blind index by which a child is found, and the field of the form."""


@dataclass(frozen=True, slots=True)
class Nursery:
    gate: Gate
    tables: Tables
    vault: Vault
    patient_keys: PatientKeys
    index: BlindIndex
    profiles: Profiles
    limits: LimitService
    clock: Clock


class NewbornEffect:
    def __init__(self, nursery: Nursery) -> None:
        self._n = nursery

    # --- filing

    def prepare(self, actor: Actor, form: dict[str, Any]) -> Prepared:
        """Raises InvalidFieldsError, CardStateError when the parent's own card is not open, TooManyRequestsError."""
        today = self._today()
        card = self._n.tables.get(keys.card(actor.person_id)) or {}
        if card.get("state") != CardState.ACTIVE.value:
            raise CardStateError("one's own card is opened first")
        with below_form():
            child, named = normal_newborn(form, today), normal_other_parent(form, today)
            other = self._other_parent(actor, named) if named else None
        content: dict[str, Any] = {
            "child": child,
            "child_id": secrets.token_hex(16),
            "filed_on": today.isoformat(),
            "single_parent_basis": form.get("single_parent_basis") or "",
        }
        told: Item = {
            name: child[name] for name in ("last_name", "first_name", "middle_name", "birth_date") if name in child
        }
        return Prepared(content, (other,) if other else (), told)

    def _other_parent(self, actor: Actor, named: Mapping[str, str]) -> PersonId:
        """Who has this SNILS and birth date, and a confirmed identity. One answer to all others, few tries a day.

        For an unknown SNILS one's own profile is opened instead, so that the time does not tell either.
        """
        self._n.limits.spend(OTHER_PARENT, actor.person_id)
        row = self._n.tables.get(keys.blind_index("snils", self._n.index.tag("snils", named["snils"])))
        person_id = PersonId(row["person"]) if row else actor.person_id
        profile = self._n.profiles.open(task_for(TASK, actor), person_id, "newborn:find-parent")
        confirmed = profile.row["state"] == "active" and level_of(profile.row) >= CONFIRMED
        if row is None or not confirmed or profile.content.get("birth_date") != named["birth_date"]:
            raise problem("/other_parent", "unknown", "nobody with this SNILS and birth date can be asked")
        if person_id == actor.person_id:
            raise problem("/other_parent", "same", "the other parent is somebody else")
        return person_id

    # --- staff

    def compare(self, actor: Actor, case: Item, content: dict[str, Any]) -> dict[str, Any]:
        """The parents, to be held against the certificate, and what speaks against it."""
        found = [f"{name}-taken" for name in self._taken(content["child"])]
        if not found and any(self._knows(actor, parent, content["child"]) for parent in self._parents(case)):
            found.append("child-known")  # under another certificate: a lost one was issued anew
        profiles = [self._n.profiles.open(actor, parent, "newborn:compare") for parent in self._parents(case)]
        parents = [{n: p.content[n] for n in SHOWN if n in p.content} for p in profiles]
        return {"parents": parents, "findings": [*found, *self._bare_basis(case, content)]}

    def approve(self, actor: Actor, case: Item, content: dict[str, Any]) -> tuple[list[Staged], list[Write]]:
        """Raises AlreadyExistsError, WrongStateError without the document of a basis."""
        if self._bare_basis(case, content):
            raise WrongStateError("the document on which one parent registers alone is missing")
        child, child_id = content["child"], PersonId(content["child_id"])
        if self._taken(child):
            raise AlreadyExistsError("this certificate, SNILS or policy belongs to somebody already")
        self._enrol(child_id)
        staged, writes = self._person(actor, child_id, child)
        for parent in self._parents(case):
            line, rows = self._parent(actor, parent, child_id, child, case)
            staged.append(line)
            writes += rows
        return staged, writes

    def refuse(self, actor: Actor, case: Item, content: dict[str, Any]) -> tuple[list[Staged], list[Write]]:  # noqa: ARG002
        """Nothing was made, so nothing is undone."""
        return [], []

    # --- pieces

    @staticmethod
    def _parents(case: Item) -> list[PersonId]:
        """Who filed, and who agreed. For whom a permission stood in (SPC-2) gets no rights by this case."""
        return [PersonId(case["patient"]), *(PersonId(p) for p, said in case["parties"].items() if said == "agreed")]

    @staticmethod
    def _bare_basis(case: Item, content: Mapping[str, Any]) -> list[str]:
        alone = content["single_parent_basis"] and not case.get("documents", {}).get(SINGLE_PARENT_SLOT)
        return ["basis-document-missing"] if alone else []

    def _knows(self, actor: Actor, parent: PersonId, child: Mapping[str, str]) -> bool:
        """Whether a parent's family profile has a child of this given name and birth date; twins differ in the name."""
        rows = list(every_row(self._n.tables, Store.CARD, keys.patient(parent), keys.FAMILY))
        if not rows:
            return False
        permit = self._n.gate.permit_private(task_for(TASK, actor), parent, "family", None, "newborn:compare")
        known = [json.loads(self._n.vault.open(permit, Sealed.of(row["id"], row))) for row in rows]
        return any(
            one["birth_date"] == child["birth_date"] and same_name(one["first_name"], child["first_name"])
            for one in known
        )

    def _taken(self, child: Mapping[str, str]) -> list[str]:
        tags = {name: keys.blind_index(name, tag) for name, tag in self._tags(child).items()}
        rows = self._n.tables.get_many(list(tags.values()))
        return [name for name, key in tags.items() if key in rows]

    def _tags(self, child: Mapping[str, str]) -> dict[str, str]:
        return {name: self._n.index.tag(name, child[field]) for name, field in IDENTIFIERS.items() if child.get(field)}

    def _enrol(self, child_id: PersonId) -> None:
        try:
            self._n.patient_keys.enrol(child_id)
        except AlreadyExistsError:  # a decision that died half-way
            return

    def _person(self, actor: Actor, child_id: PersonId, child: Mapping[str, str]) -> tuple[list[Staged], list[Write]]:
        """The child with its card and plan, and its policy when there is one."""
        now, gate, seal = self._n.clock(), self._n.gate, self._seal
        known = {name: value for name, value in child.items() if name != "oms_policy"}
        profile = gate.stage_private(actor, child_id, "profile", "profile", "newborn:register", resource_version=1)
        plan = gate.stage_private(task_for(TASK, actor), child_id, "plan", "plan", "plan:start", resource_version=1)
        tags = self._tags(child)
        policy_tag = tags.pop("oms", "")
        blocks = block_tags(self._n.index, known)
        staged, writes = (
            [profile, plan],
            [
                *new_person(
                    child_id,
                    state="ward",
                    sealed=seal(profile, known),
                    tags=tags,
                    now=now,
                    family=family_tag(self._n.index, known),
                    more=evidence(Channel.REGISTRAR, now) | {"blocks": blocks},
                ),
                *block_rows(child_id, blocks),
                Put(keys.card(child_id), {"state": CardState.ACTIVE.value, "opened_at": stamp(now), "ver": 1}),
                Put(keys.vaccination_plan(child_id), self._plan(plan, now)),
                happened(child_id, self._n.gate.new_id(), "plan_card", now),
                self._n.patient_keys.alive(child_id),
            ],
        )
        if policy_tag:
            policy = gate.stage_private(actor, child_id, "policy", "policy", "policy:set", resource_version=1)
            content = {"oms_policy": child["oms_policy"], "confirmed_at": stamp(now)}
            staged.append(policy)
            writes += [
                Put(keys.policy(child_id), {"sealed": seal(policy, content), "ver": 1, "tag": policy_tag}),
                Put(keys.blind_index("oms", policy_tag), {"person": child_id}),
            ]
        return staged, writes

    def _plan(self, staged: Staged, now: datetime) -> Item:
        """That the card knows of every dose from birth on; the doses follow from what is recorded (REC-6)."""
        started = {"calendar": CALENDAR, "history": "complete"}
        return {"id": "plan", "calendar": CALENDAR, "ver": 1, "at": stamp(now), "sealed": self._seal(staged, started)}

    def _parent(
        self, actor: Actor, parent: PersonId, child_id: PersonId, child: Mapping[str, str], case: Item
    ) -> tuple[Staged, list[Write]]:
        """The right to act, and the child in the family profile, sealed under the parent's own key."""
        now, gate = self._n.clock(), self._n.gate
        line = gate.stage_private(task_for(TASK, actor), parent, "family", child_id, "family:add", resource_version=1)
        shown = {n: child[n] for n in SHOWN if n in child}
        until = birthday(date.fromisoformat(child["birth_date"]), CONSENT_AGE)
        row: Item = {"id": child_id, "relation": "child", "ver": 1, "at": stamp(now), "sealed": self._seal(line, shown)}
        return line, [
            *representation(child_id, parent, kind="parent", until=until, basis=str(case["id"]), now=now),
            Put(keys.family_member(parent, child_id), row),
            self._n.patient_keys.alive(parent),
            *([happened(parent, gate.new_id(), APPROVED, now)] if parent != case["patient"] else []),
        ]

    def _seal(self, staged: Staged, content: Mapping[str, Any]) -> bytes:
        return self._n.vault.seal(staged.seal_with, 1, plaintext(content))

    def _today(self) -> date:
        return local_day(self._n.clock())
