"""Registering a patient at a clinic (ACT-5): who is there already is found before anybody is made.

    exact      a SNILS, policy or passport is somebody's: that person is bound to the clinic, nobody is made
    probable   domain/matching.py proposes people out of the same blocks: the registrar decides, and says why
    nobody     one transaction makes the person (without an account yet), their card and their policy

Of two registrars at one moment one stores first: identifiers are unique by condition, and a block that was found empty
must still be as it was (the guard of ports/matching_rows.py). The other looks again and finds the first one's patient.
"""

from __future__ import annotations

import json
import secrets
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from chalicelib.domain.access import CardState
from chalicelib.domain.assurance import Channel, evidence
from chalicelib.domain.idempotency import Once, once, same_request
from chalicelib.domain.identity import SYS, Actor, PersonId
from chalicelib.domain.matching import MAX_CANDIDATES, Comparison, compare, contradicts
from chalicelib.domain.moments import stamp
from chalicelib.domain.patients import UNCLAIMED, Answer, identifiers, masked, normal_patient, traits, undecided
from chalicelib.errors import (
    AlreadyExistsError,
    ConflictError,
    IdempotencyKeyReusedError,
    NotFoundError,
    PossibleDuplicateError,
)
from chalicelib.ports import BlindIndex, Clock, Event, PatientKeys, Sealed, Vault, keys, plaintext
from chalicelib.ports.matching_rows import block_rows, block_tags, family_tag
from chalicelib.ports.rows import happened, new_person
from chalicelib.ports.tables import Item, Put, Store, Tables, Write, every_row
from chalicelib.services.gate import Gate, Staged

TRIES = 3
FOUND, MADE = "exists", "registered"


@dataclass(frozen=True, slots=True)
class Decision:
    """What the registrar says about look-alikes; ``reason`` is a word of a list."""

    answer: Answer | None = None
    named: tuple[str, ...] = ()
    reason: str = ""


@dataclass(frozen=True, slots=True)
class _Seen:
    """One look into the blocks: who is there, and how the guards stood."""

    others: tuple[PersonId, ...]
    guards: Mapping[str, int]


class PatientService:
    def __init__(
        self, gate: Gate, tables: Tables, vault: Vault, patient_keys: PatientKeys, index: BlindIndex, clock: Clock
    ) -> None:
        self._gate = gate
        self._tables = tables
        self._vault = vault
        self._keys = patient_keys
        self._index = index
        self._clock = clock

    def register(self, actor: Actor, form: Mapping[str, Any], decision: Decision, key: str) -> Item:
        """The patient's id and ``outcome``: ``registered``, or ``exists`` for somebody who was there.

        Raises InvalidFieldsError, PossibleDuplicateError (nothing was made; decide and send again),
        AlreadyExistsError when the numbers belong to several people.
        """
        content = normal_patient(form, self._clock().date())
        request = once(actor.person_id, "patient:register", key, [content, decision.answer, decision.named], {})
        stored = self._tables.get(keys.idempotency(request.caller, request.operation, request.key_hash))
        if stored is not None:
            if not same_request(stored["fingerprint"], request):
                raise IdempotencyKeyReusedError
            return dict(stored["result"])
        tags = {field: self._index.tag(field, value) for field, value in identifiers(content).items()}
        blocks: dict[str, str] = {}
        for last in (*[False] * (TRIES - 1), True):
            owners = self._owners(tags)
            try:
                if owners:
                    return self._known(actor, content, owners, decision, request)
                blocks = blocks or block_tags(self._index, content)
                seen = self._look(blocks)
                return self._unknown(actor, content, form, (tags, blocks), seen, decision, request)
            except PossibleDuplicateError:
                raise
            except ConflictError as error:
                if last or isinstance(error, AlreadyExistsError):
                    raise
        raise ConflictError  # cannot be reached: the last try returns or raises

    def look_alikes(self, actor: Actor, patient_id: PersonId) -> list[Item]:
        """People who may be the same as this one, without those about whom it was decided that they are not."""
        row = self._tables.get(keys.profile(patient_id))
        if row is None:
            raise NotFoundError
        content = self._opened(actor, patient_id, row)
        seen = self._look(row.get("blocks", {}))
        decided = {
            PersonId(line["sk"].removeprefix(keys.DISTINCT))
            for line in every_row(self._tables, Store.CARD, keys.patient(patient_id), keys.DISTINCT)
        }
        others = [one for one in seen.others if one != patient_id and one not in decided]
        found = self._compared(actor, traits(content), others)
        return masked({one: result for one, result in found.items() if result.proposed})

    # --- looking

    def _owners(self, tags: Mapping[str, str]) -> list[PersonId]:
        """Whose the numbers are."""
        wanted = [keys.blind_index(field, tag) for field, tag in tags.items()]
        return sorted({PersonId(row["person"]) for row in self._tables.get_many(wanted).values()})

    def _look(self, blocks: Mapping[str, str]) -> _Seen:
        guards: dict[str, int] = {}
        shared: dict[PersonId, int] = {}
        for kind, tag in blocks.items():
            for row in every_row(self._tables, Store.IDENTITY, keys.block(kind, tag)):
                if row["sk"] == keys.GUARD:
                    guards[kind] = int(row["ver"])
                else:
                    shared[PersonId(row["person"])] = shared.get(PersonId(row["person"]), 0) + 1
        others = sorted(shared, key=lambda one: (-shared[one], one))  # who shares most blocks is the likeliest
        return _Seen(tuple(others[:MAX_CANDIDATES]), guards)

    def _compared(
        self, actor: Actor, mine: Mapping[str, str], people: Sequence[PersonId]
    ) -> dict[PersonId, Comparison]:
        """Each profile is opened under an entry in its own chain: its owner can see that it was compared."""
        found: dict[PersonId, Comparison] = {}
        rows = self._tables.get_many([keys.profile(one) for one in people])
        for one in people:
            row = rows.get(keys.profile(one))
            if row is None or row["state"] == CardState.ERASED:
                continue
            now = PersonId(row.get("merged_into", one))
            if now not in found:
                found[now] = compare(mine, traits(self._opened(actor, one, row)))
        return found

    def _opened(self, actor: Actor, person_id: PersonId, row: Item) -> dict[str, str]:
        permit = self._gate.permit_private(actor, person_id, "profile", "profile", "patient:compare")
        opened: dict[str, str] = json.loads(self._vault.open(permit, Sealed.of("profile", row)))
        return opened

    # --- somebody is there

    def _known(
        self,
        actor: Actor,
        content: Mapping[str, str],
        owners: Sequence[PersonId],
        decision: Decision,
        request: Once,
    ) -> Item:
        """An identifier decides, unless birth date or name speak against it: then somebody mistyped a number."""
        found = self._compared(actor, traits(content), owners)
        if not found:
            raise AlreadyExistsError("a number belongs to a card that is closed")
        if len(found) > 1:
            self._asked(actor, found)
            raise PossibleDuplicateError(
                "the numbers belong to several cards", extra={"candidates": masked(found, certain=True)}
            )
        ((person_id, result),) = found.items()
        if contradicts(result) and not (decision.answer is Answer.SAME and decision.named == (person_id,)):
            self._asked(actor, found)
            raise PossibleDuplicateError(
                "a number is this person's, the description is not",
                extra={"candidates": masked(found, certain=True)},
            )
        return self._bind(actor, person_id, decision.reason, request)

    def _bind(self, actor: Actor, person_id: PersonId, reason: str, request: Once) -> Item:
        """The person belongs to this clinic from now on; nothing about them is shown."""
        result = {"patient_id": person_id, "outcome": FOUND}
        event = Event(actor, "patient:bind", person_id, details={"why": reason} if reason else {})
        writes = [self._at_clinic(actor, person_id), self._keys.alive(person_id)]
        if self._tables.get(keys.clinic(person_id, actor.organisation_id)) is None:  # not with every visit
            writes.append(happened(person_id, self._gate.new_id(), "patient_bound", self._clock()))
        stored = self._gate.commit([self._gate.stage(event)], writes, replace(request, result=result))
        return dict(stored or result)

    def _at_clinic(self, actor: Actor, person_id: PersonId) -> Write:
        row: Item = {"organisation": actor.organisation_id, "member": actor.member_id, "at": stamp(self._clock())}
        return Put(keys.clinic(person_id, actor.organisation_id), row, None)

    # --- nobody is known by a number

    def _unknown(
        self,
        actor: Actor,
        content: Mapping[str, str],
        form: Mapping[str, Any],
        tags: tuple[Mapping[str, str], Mapping[str, str]],
        seen: _Seen,
        decision: Decision,
        request: Once,
    ) -> Item:
        found = self._compared(actor, traits(content), seen.others)
        proposed = {one: result for one, result in found.items() if result.proposed}
        left = undecided(proposed, decision.answer, decision.named)
        if left:
            self._asked(actor, proposed)
            shown = {one: proposed[PersonId(one)] for one in left}
            raise PossibleDuplicateError(extra={"candidates": masked(shown)})
        if proposed and decision.answer is Answer.SAME:
            return self._bind(actor, PersonId(decision.named[0]), decision.reason, request)
        return self._made(actor, content, form, tags, seen, (tuple(proposed), decision.reason), request)

    def _asked(self, actor: Actor, found: Mapping[PersonId, Comparison]) -> None:
        details = {"candidates": " ".join(sorted(found))}
        self._gate.record(Event(actor, "patient:possible-duplicate", SYS, outcome="error", details=details))

    def _made(
        self,
        actor: Actor,
        content: Mapping[str, str],
        form: Mapping[str, Any],
        tags: tuple[Mapping[str, str], Mapping[str, str]],
        seen: _Seen,
        decided: tuple[tuple[str, ...], str],
        request: Once,
    ) -> Item:
        """A person without an account, their card, and that each look-alike is another one; all or nothing."""
        unique, blocks = tags
        person_id, now = PersonId(secrets.token_hex(16)), self._clock()
        self._keys.enrol(person_id)
        result = {"patient_id": person_id, "outcome": MADE}
        oms = content.get("oms", "")
        kept = {name: value for name, value in content.items() if name != "oms"}  # the policy has a row of its own
        event = {"resource_version": 1, "details": {"different": " ".join(decided[0]), "why": decided[1]}}
        profile = self._gate.stage_private(actor, person_id, "profile", "profile", "patient:register", **event)
        card: Item = {"state": CardState.ACTIVE.value, "opened_at": stamp(now), "ver": 1, "opened_by": "clinic"}
        channels = [channel for channel, field in (("sms", "phone"), ("email", "email")) if content.get(field)]
        writes: list[Write] = [
            *new_person(
                person_id,
                state=UNCLAIMED,
                sealed=self._vault.seal(profile.seal_with, 1, plaintext(kept)),
                tags={field: tag for field, tag in unique.items() if field != "oms"},
                now=now,
                language=form["language"],
                channels=channels,
                family=family_tag(self._index, content),
                more=evidence(Channel.REGISTRAR, now)
                | {"blocks": dict(blocks), "consent_text_version": form["consent_text_version"]},
            ),
            *block_rows(person_id, blocks, seen.guards),
            Put(keys.card(person_id), card),
            self._at_clinic(actor, person_id),
            self._keys.alive(person_id),
            happened(person_id, self._gate.new_id(), "card_opened", now),
            happened(person_id, self._gate.new_id(), "plan_card", now),
            *self._different(actor, person_id, decided),
        ]
        staged = [profile]
        if oms:
            policy, rows = self._policy(actor, person_id, oms, unique["oms"])
            staged.append(policy)
            writes += rows
        stored = self._gate.commit(staged, writes, replace(request, result=result))
        return dict(stored or result)

    def _policy(self, actor: Actor, person_id: PersonId, oms: str, tag: str) -> tuple[Staged, list[Write]]:
        staged = self._gate.stage_private(actor, person_id, "policy", "policy", "policy:set")
        content = {"oms_policy": oms, "confirmed_at": stamp(self._clock())}
        row: Item = {"sealed": self._vault.seal(staged.seal_with, 1, plaintext(content)), "ver": 1, "tag": tag}
        return staged, [
            Put(keys.policy(person_id), row),
            Put(keys.blind_index("oms", tag), {"person": person_id}),
        ]

    def _different(self, actor: Actor, person_id: PersonId, decided: tuple[tuple[str, ...], str]) -> list[Write]:
        others, reason = decided
        row: Item = {"member": actor.member_id, "why": reason, "at": stamp(self._clock())}
        pairs = [pair for one in others for pair in ((person_id, one), (one, person_id))]
        return [Put(keys.distinct(mine, theirs), row, None) for mine, theirs in pairs]
