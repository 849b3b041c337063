"""A Patient whom a partner delivers becomes a card (PRT-6): of who is there, or a new one that nobody has claimed yet.

    bound     one of the numbers is one person's, and birth date, sex and names agree: the delivery is theirs
    new       nobody has the numbers; or they are somebody's who is not the one described, or whose card takes nothing
              from this partner: then without those numbers, and a registrar is shown the pair
    doubtful  a new one that may be somebody who is there: a machine decides nothing, a registrar is shown the pair

The partner gets the same answer in every case: whether somebody was known, it does not learn.
"""

from __future__ import annotations

import json
import secrets
from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from typing import Any

from chalicelib.domain.access import CardState
from chalicelib.domain.bundles.people import agrees, described, numbers_of_sender, replaced_by
from chalicelib.domain.identity import Actor, PersonId, system_actor
from chalicelib.domain.matching import MAX_CANDIDATES, compare
from chalicelib.domain.moments import stamp
from chalicelib.domain.patients import UNCLAIMED, identifiers, traits
from chalicelib.domain.resource_ids import patient_of
from chalicelib.errors import AlreadyExistsError
from chalicelib.ports import BlindIndex, Clock, Event, PatientKeys, Sealed, Vault, keys, plaintext
from chalicelib.ports.matching_rows import block_rows, block_tags, family_tag
from chalicelib.ports.profiles import Profiles
from chalicelib.ports.rows import happened, known_as, new_person
from chalicelib.ports.tables import Expect, Item, Key, Put, Store, Tables, Write, every_row
from chalicelib.services.gate import Gate, Staged

TASK = system_actor("partner-patient")
OPENED_BY = "partner"
MOST_OWN_NUMBERS = 5
NOT_FOLLOWED = frozenset({"oms", "phone", "email"})
"""A policy has a row of its own, and contacts are proved by codes: none of them changes by what a partner says."""
NUMBER, LOOK_ALIKE, REPLACED = "number", "look-alike", "replaced"
"""Why a registrar is shown a pair."""


@dataclass(frozen=True, slots=True)
class Admission:
    """Whose card a Patient is, and what is to be stored. ``pending``: rows of a card that is not there yet."""

    patient_id: PersonId
    staged: Sequence[Staged]
    writes: Sequence[Write]
    pending: Mapping[Key, Item]


class PartnerPatients:
    def __init__(
        self,
        gate: Gate,
        tables: Tables,
        vault: Vault,
        patient_keys: PatientKeys,
        index: BlindIndex,
        profiles: Profiles,
        clock: Clock,
    ) -> None:
        self._gate = gate
        self._tables = tables
        self._vault = vault
        self._keys = patient_keys
        self._index = index
        self._profiles = profiles
        self._clock = clock

    def admit(self, actor: Actor, resource: Mapping[str, Any], *, once: bool = False) -> Admission:
        """Nothing is stored but the keys of a new card. ``once``: its own numbers must be nobody's yet (If-None-Exist).

        Raises ResourceInvalidError, KeyUnavailableError.
        """
        content = described(resource, self._clock().date())
        tags = {field: self._index.tag(field, value) for field, value in identifiers(content).items()}
        owners = self._owners(tags)
        known = self._known(actor, content, sorted(set(owners.values())))
        staged, writes, pending = self._bound(actor, known) if known else self._new(actor, content, tags, owners)
        patient_id = known or PersonId(next(iter(pending)).pk.removeprefix("P#"))
        return Admission(patient_id, staged, [*writes, *self._own_numbers(actor, resource, patient_id, once)], pending)

    def listed(self, actor: Actor, patient_id: PersonId, kind: str, record_id: str) -> Write:
        """That this client delivered the patient, and the record that holds what it said."""
        row: Item = {"patient": patient_id, "kind": kind, "record": record_id, "at": stamp(self._clock())}
        return Put(keys.delivered_patient(actor.person_id, patient_id), row, None)

    def delivered(self, actor: Actor, patient_id: PersonId) -> tuple[str, str] | None:
        """Kind and id of the record that holds the Patient as this client delivered it."""
        row = self._tables.get(keys.delivered_patient(actor.person_id, patient_id))
        return (str(row["kind"]), str(row["record"])) if row else None

    def amended(
        self, actor: Actor, patient_id: PersonId, resource: Mapping[str, Any]
    ) -> tuple[list[Staged], list[Write]]:
        """What a new version of a Patient changes beside its record: the profile of a card that this partner opened and
        nobody has claimed, and that no other organisation has to do with: by a new name and birth date a card would be
        somebody else's, with what others brought into it. A card that goes on in its place is shown to a registrar.
        """
        content = described(resource, self._clock().date())
        staged, writes = self._replaced(actor, patient_id, resource)
        rows = self._tables.get_many([keys.profile(patient_id), keys.card(patient_id)])
        row, card = rows.get(keys.profile(patient_id), {}), rows.get(keys.card(patient_id), {})
        theirs = card.get("opened_by") == OPENED_BY and card.get("organisation") == actor.organisation_id
        if row.get("state") != UNCLAIMED or not theirs or self._others(actor, patient_id):
            return staged, writes
        profile = self._profiles.open(TASK, patient_id, "patient:follow")
        said = {name: value for name, value in content.items() if name not in NOT_FOLLOWED}
        kept = said | {name: value for name, value in profile.content.items() if name in NOT_FOLLOWED}
        if kept == profile.content:
            return staged, writes
        with suppress(AlreadyExistsError):  # a number of somebody else: the profile stays, and nobody is told of them
            more, changes = self._profiles.next_version(TASK, profile, kept, "patient:follow", {})
            staged, writes = [*staged, *more], [*writes, *changes]
        return staged, writes

    def _others(self, actor: Actor, patient_id: PersonId) -> bool:
        """Whether the patient is registered at another organisation too."""
        clinics = self._tables.query(Store.CARD, keys.patient(patient_id), keys.CLINICS, limit=2).items
        return any(one["organisation"] != actor.organisation_id for one in clinics)

    def _replaced(
        self, actor: Actor, patient_id: PersonId, resource: Mapping[str, Any]
    ) -> tuple[list[Staged], list[Write]]:
        other = patient_of(replaced_by(resource).removeprefix("Patient/"))
        if other is None or other == patient_id or self.delivered(actor, other) is None:
            return [], []
        return [], [self._doubt(actor, patient_id, [other], REPLACED)]

    # --- who it is

    def _owners(self, tags: Mapping[str, str]) -> dict[str, PersonId]:
        """Whose a number is, by its field."""
        wanted = {keys.blind_index(field, tag): field for field, tag in tags.items()}
        rows = self._tables.get_many([*wanted])
        return {wanted[key]: PersonId(row["person"]) for key, row in rows.items()}

    def _known(self, actor: Actor, content: Mapping[str, str], owners: Sequence[PersonId]) -> PersonId | None:
        """The one person whose the numbers are, when they are the one described and their card takes deliveries."""
        if len(owners) != 1:
            return None
        (owner,) = owners
        wanted = [keys.profile(owner), keys.card(owner), keys.barred(owner, actor.organisation_id)]
        rows = self._tables.get_many([*wanted, keys.barred(owner, actor.person_id)])
        profile, card = rows.get(wanted[0]), rows.get(wanted[1])
        closed = len(rows) > sum(one is not None for one in (profile, card))
        if profile is None or card is None or card["state"] != CardState.ACTIVE or closed:
            return None
        return owner if agrees(compare(traits(content), self._traits(actor, owner, profile))) else None

    def _look_alikes(self, actor: Actor, content: Mapping[str, str], blocks: Mapping[str, str]) -> list[PersonId]:
        shared: dict[PersonId, int] = {}
        for kind, tag in blocks.items():
            for row in every_row(self._tables, Store.IDENTITY, keys.block(kind, tag)):
                if row["sk"] != keys.GUARD:
                    shared[PersonId(row["person"])] = shared.get(PersonId(row["person"]), 0) + 1
        likeliest = sorted(shared, key=lambda one: (-shared[one], one))[:MAX_CANDIDATES]
        rows = self._tables.get_many([keys.profile(one) for one in likeliest])
        found: list[PersonId] = []
        for one in likeliest:
            profile = rows.get(keys.profile(one))
            if profile is None or profile["state"] == CardState.ERASED:
                continue
            now = PersonId(profile.get("merged_into", one))
            if now not in found and compare(traits(content), self._traits(actor, one, profile)).proposed:
                found.append(now)
        return found

    def _traits(self, actor: Actor, person_id: PersonId, row: Item) -> dict[str, str]:
        """Opened under an entry in their own chain: who it is about can see that somebody compared them."""
        details = {"client": actor.person_id}
        permit = self._gate.permit_private(TASK, person_id, "profile", "profile", "patient:compare", details=details)
        return traits(json.loads(self._vault.open(permit, Sealed.of("profile", row))))

    # --- what is stored

    def _bound(self, actor: Actor, patient_id: PersonId) -> tuple[list[Staged], list[Write], dict[Key, Item]]:
        event = Event(actor, "patient:bind", patient_id, reason="delivery")
        writes = [self._at_clinic(actor, patient_id)]
        if self._tables.get(keys.clinic(patient_id, actor.organisation_id)) is None:
            writes.append(happened(patient_id, self._gate.new_id(), "patient_bound", self._clock()))
        return [self._gate.stage(event)], writes, {}

    def _new(
        self, actor: Actor, content: Mapping[str, str], tags: Mapping[str, str], owners: Mapping[str, PersonId]
    ) -> tuple[list[Staged], list[Write], dict[Key, Item]]:
        """A person without an account and their card; numbers that are somebody's already stay theirs."""
        blocks = block_tags(self._index, content)
        alike = self._look_alikes(actor, content, blocks)
        person_id, now = PersonId(secrets.token_hex(16)), self._clock()
        self._keys.enrol(person_id)
        free = {field: tag for field, tag in tags.items() if field not in owners}
        oms = content.get("oms", "") if "oms" in free else ""
        kept = {name: value for name, value in content.items() if name != "oms"}
        card: Item = {
            "state": CardState.ACTIVE.value,
            "opened_at": stamp(now),
            "ver": 1,
            "opened_by": OPENED_BY,
            "organisation": actor.organisation_id,
        }
        details = {"client": actor.person_id}
        change = self._gate.stage_private(
            TASK, person_id, "profile", "profile", "patient:open", resource_version=1, details=details
        )
        writes: list[Write] = [
            Put(keys.card(person_id), card),
            *new_person(
                person_id,
                state=UNCLAIMED,
                sealed=self._vault.seal(change.seal_with, 1, plaintext(kept)),
                tags={field: tag for field, tag in free.items() if field != "oms"},
                now=now,
                family=family_tag(self._index, content),
                more={"blocks": dict(blocks)},
            ),
            *block_rows(person_id, blocks),
            self._at_clinic(actor, person_id),
            happened(person_id, self._gate.new_id(), "card_opened", now),
            happened(person_id, self._gate.new_id(), "plan_card", now),
        ]
        staged = [change]
        if oms:
            more, rows = self._policy(person_id, oms, free["oms"])
            staged, writes = [*staged, more], [*writes, *rows]
        for others, why in ((sorted(set(owners.values())), NUMBER), (alike, LOOK_ALIKE)):
            if others:
                writes.append(self._doubt(actor, person_id, others, why))
                break
        return staged, writes, {keys.card(person_id): card}

    def _policy(self, person_id: PersonId, oms: str, tag: str) -> tuple[Staged, list[Write]]:
        staged = self._gate.stage_private(TASK, person_id, "policy", "policy", "policy:set")
        content = {"oms_policy": oms, "confirmed_at": stamp(self._clock())}
        row: Item = {"sealed": self._vault.seal(staged.seal_with, 1, plaintext(content)), "ver": 1, "tag": tag}
        return staged, [Put(keys.policy(person_id), row), Put(keys.blind_index("oms", tag), {"person": person_id})]

    def _at_clinic(self, actor: Actor, person_id: PersonId) -> Write:
        row: Item = {"organisation": actor.organisation_id, "member": actor.person_id, "at": stamp(self._clock())}
        return Put(keys.clinic(person_id, actor.organisation_id), row, None)

    def _doubt(self, actor: Actor, patient_id: PersonId, others: Sequence[str], why: str) -> Write:
        doubt_id = self._gate.new_id()
        row: Item = {
            "id": doubt_id,
            "patient": patient_id,
            "others": list(others),
            "why": why,
            "organisation": actor.organisation_id,
            "at": stamp(self._clock()),
        }
        return Put(keys.queue(keys.DOUBTS, doubt_id), row)

    def _own_numbers(
        self,
        actor: Actor,
        resource: Mapping[str, Any],
        patient_id: PersonId,
        once: bool,  # noqa: FBT001
    ) -> list[Write]:
        """By these the partner names its patient from now on."""
        found = dict.fromkeys(f"{system}|{value}" for system, value in numbers_of_sender(resource))
        expect = Expect.ABSENT if once else None
        named = [keys.own_number(actor.person_id, self._index.tag("mrn", one)) for one in [*found][:MOST_OWN_NUMBERS]]
        return [
            write for key in named for write in (Put(key, {"patient": patient_id}, expect), known_as(patient_id, key))
        ]
