"""The one gate in front of everything that is somebody's: decide, log, and only then hand out a permit.

Reading:  1 one batch read (ports/evidence.py)  2 decide (domain/access.py)  3 store the audit entry
          4 permit. A refusal stores its entry, and the row that tells the owner, before it is told (ACC-6).
Changing: 1 and 2 as above; the permit is staged with its entry, and ``commit`` stores entry and change in one
          transaction (AUD-1). Without its entry no change, without its entry no data.
"""

from __future__ import annotations

from collections.abc import Container, Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any

from chalicelib.domain.access import (
    EXPORTERS,
    Action,
    CardState,
    Decision,
    Permit,
    Question,
    decide,
)
from chalicelib.domain.identity import Actor, PersonId
from chalicelib.domain.private import may_private
from chalicelib.errors import (
    AccessDeniedError,
    CardMergedError,
    SessionBlockedError,
)
from chalicelib.ports import Event, evidence, keys
from chalicelib.records.registry import RECORD_NAMES, RECORD_TYPES
from chalicelib.records.spec import RecordType
from chalicelib.services.answers import Answers
from chalicelib.services.ledger import Staged, for_whom
from chalicelib.services.presence import STEP_UP_FRESH

__all__ = ["STEP_UP_FRESH", "Gate", "Staged"]


class Gate(Answers):
    # --- a card

    def admit(
        self,
        actor: Actor,
        action: Action,
        patient_id: PersonId,
        spec: RecordType,
        record_id: str | None = None,
        *,
        opens: str = "",
        file_id: str = "",
        delivered: bool = False,
        details: Mapping[str, str | int] | None = None,
    ) -> Permit:
        """Permit to read; its audit entry is stored when this returns.

        ``opens`` names another sealed kind that belongs to the record: its printed document, or the file ``file_id``
        that hangs on it. ``delivered``: a partner asks for a record of which the row says that it brought it, or, to
        list, for no others than those. ``details`` say more in the entry.
        """
        decision, event, question = self._judge(actor, action, patient_id, spec, record_id or "", delivered=delivered)
        said = {**event.details, **({"file": file_id} if file_id else {}), **(details or {})}
        entry_id = self._entered(replace(event, details=said), action)
        opened = file_id or record_id
        linked = _Listable(question, self._clock())
        return Permit(patient_id, opens or spec.name, opened, entry_id, False, decision.summary_only, linked)

    def allowed(
        self, actor: Actor, action: Action, patient_id: PersonId, spec: RecordType, any_of: Sequence[RecordType] = ()
    ) -> None:
        """Raises as ``admit``, a refusal with its entry; gives no permit and stores nothing. For an answer without
        content: that there is nothing new. ``any_of``: kinds of which one that may be listed is enough.
        """
        self._judge(actor, action, patient_id, spec, "", any_of=any_of)

    def admit_kinds(
        self, actor: Actor, patient_id: PersonId, spec: RecordType, kinds: Sequence[RecordType]
    ) -> dict[str, Permit]:
        """Permits for a composed view (REC-1) under one entry; kinds that the consent does not cover are left out."""
        decision, event, question = self._judge(actor, Action.READ, patient_id, spec, "")
        return self._several(event, question, kinds, {"profile": decision, "policy": decision})

    def admit_listed(
        self,
        actor: Actor,
        patient_id: PersonId,
        spec: RecordType,
        kinds: Sequence[RecordType],
        *opens: str,
        delivered: bool = False,
    ) -> dict[str, Permit]:
        """Permits for what may be listed of several kinds (REC-11), under one entry of ``spec``; refused for none.

        ``opens`` names private kinds that the view needs beside them (the key of the search). ``delivered`` as in
        ``admit``: no others than what the partner brought are listed.
        """
        decision, event, question = self._judge(
            actor, Action.LIST, patient_id, spec, "", any_of=kinds, delivered=delivered
        )
        return self._several(event, question, kinds, dict.fromkeys(opens, decision), delivered=delivered)

    def admit_check(
        self,
        actor: Actor,
        patient_id: PersonId,
        spec: RecordType,
        kinds: Sequence[RecordType],
        said: str,
        opens: Sequence[str] = (),
    ) -> dict[str, Permit]:
        """Permits for what may be listed of several kinds by whoever may write a record of ``spec`` (REC-14).

        ``said``: the action that the one entry names. ``opens``: private kinds that are needed beside them.
        """
        decision, event, question = self._judge(actor, Action.CREATE, patient_id, spec, "")
        return self._several(replace(event, action=said), question, kinds, dict.fromkeys(opens, decision))

    def _several(
        self,
        event: Event,
        question: Question,
        kinds: Sequence[RecordType],
        seen: dict[str, Decision],
        *,
        delivered: bool = False,
    ) -> dict[str, Permit]:
        now, patient_id = self._clock(), question.patient_id
        judged = {kind.name: _listed(question, kind, now, delivered=delivered) for kind in kinds}
        seen |= {name: verdict for name, verdict in judged.items() if verdict}
        entry_id = self._audit.append(replace(event, details={"kinds": " ".join(sorted(seen))}))
        linked = _Listable(question, now)
        return {
            name: Permit(patient_id, name, None, entry_id, False, verdict.summary_only, linked)
            for name, verdict in seen.items()
        }

    def admit_change(
        self,
        actor: Actor,
        action: Action,
        patient_id: PersonId,
        spec: RecordType,
        record_id: str,
        *,
        version: int,
        seals: str = "",
        code_presented: bool = False,
        delivered: bool = False,
    ) -> Staged:
        """Permit to write one version; its entry is stored by ``commit``. ``seals`` as ``opens`` in ``admit``.

        ``delivered``: a partner changes what it brought itself. What it creates it brings.
        """
        _, event, question = self._judge(
            actor,
            action,
            patient_id,
            spec,
            record_id,
            version,
            code_presented=code_presented,
            delivered=delivered,
        )
        entry_id, linked = self._audit.new_id(), _Listable(question, self._clock())
        permit = Permit(patient_id, seals or spec.name, record_id, entry_id, writes=True, linked=linked)
        return Staged(event, entry_id, permit)

    def admit_export(
        self, actor: Actor, patient_id: PersonId, kinds: Sequence[RecordType], export_id: str
    ) -> list[Staged]:
        """Entries of an export, one a kind, to be stored with it. Refused unless every kind may be downloaded."""
        return [Staged(event, self._audit.new_id()) for event in self._exported(actor, patient_id, kinds, export_id)]

    def admit_exported(
        self, actor: Actor, patient_id: PersonId, kinds: Sequence[RecordType], export_id: str, **fields: Any
    ) -> Permit:
        """Permit to open an export that was made of these kinds: each is judged anew, as of now."""
        first, *_ = self._exported(actor, patient_id, kinds, export_id)
        details = {"kinds": " ".join(kind.name for kind in kinds), **fields}
        event = replace(first, action="export:download", resource_type="export", details=details)
        return Permit(patient_id, "export", export_id, self._audit.append(event))

    def _exported(self, actor: Actor, patient_id: PersonId, kinds: Sequence[RecordType], export_id: str) -> list[Event]:
        if actor.role not in EXPORTERS:
            kinds = [replace(kinds[0], grants={})]
        _, event, question = self._judge(actor, Action.DOWNLOAD, patient_id, kinds[0], "")
        now, events = self._clock(), []
        for kind in kinds:
            verdict = decide(replace(question, section=kind.section, grants=kind.grants, kind=kind.name), now)
            if not verdict:
                self._judge(actor, Action.DOWNLOAD, patient_id, kind, "")  # raises, with its entry
            events.append(replace(event, action=f"{kind.name}:export", resource_type=kind.name, resource_id=export_id))
        return events

    def admit_changes(
        self,
        actor: Actor,
        action: Action,
        patient_id: PersonId,
        spec: RecordType,
        record_ids: Sequence[str],
        *,
        delivered: bool = False,
    ) -> list[Staged]:
        """As ``admit_change`` for first versions of several records: one decision, an entry for each."""
        _, event, _ = self._judge(actor, action, patient_id, spec, "", 1, delivered=delivered)
        found = []
        for record_id in record_ids:
            entry_id = self._audit.new_id()
            permit = Permit(patient_id, spec.name, record_id, entry_id, writes=True)
            found.append(Staged(replace(event, resource_id=record_id), entry_id, permit))
        return found

    def admit_by_code(
        self, actor: Actor, patient_id: PersonId, spec: RecordType, record_id: str, **fields: Any
    ) -> Permit:
        """Permit for a partner who presented the code of exactly this record (RX-2). ``fields`` go into the entry."""
        _, event, _ = self._judge(actor, Action.READ, patient_id, spec, record_id, code_presented=True)
        return Permit(patient_id, spec.name, record_id, self._audit.append(replace(event, **fields)))

    def _judge(
        self,
        actor: Actor,
        action: Action,
        patient_id: PersonId,
        spec: RecordType,
        record_id: str,
        version: int = 0,
        *,
        code_presented: bool = False,
        delivered: bool = False,
        any_of: Sequence[RecordType] = (),
    ) -> tuple[Decision, Event, Question]:
        now = self._clock()
        rows = self._tables.get_many(evidence.wanted(actor, patient_id))
        card = evidence.card_state(rows, patient_id)
        # Nothing is judged by a closed card: the caller is led to the one that goes on. A link goes on nowhere.
        if card is CardState.MERGED and actor.share is None:
            raise CardMergedError(str(rows[keys.card(patient_id)]["merged_into"]))
        question = evidence.question(
            rows, actor, action, patient_id, spec, record_id, now, code_presented=code_presented, delivered=delivered
        )
        listed = (_listed(question, kind, now, delivered=delivered) for kind in any_of)
        decision = next(filter(None, listed), None) or decide(question, now)
        event = replace(self._asked(question, decision), resource_version=version)
        if not decision:
            refused = self._refused(question, event)
            raise SessionBlockedError if evidence.session_blocked(actor, rows) else refused
        return decision, event, question

    # --- private kinds

    def permit_private(
        self, actor: Actor, person_id: PersonId, kind: str, record_id: str | None, action: str, **fields: Any
    ) -> Permit:
        """Permit to open a private kind (domain/private.py); its entry is stored when this returns.

        ``fields`` say more in the entry (``details``, ``purpose`` …).
        """
        event = self._private_event(actor, person_id, kind, record_id or "", action, **fields)
        return Permit(person_id, kind, record_id, self._audit.append(event))

    def permit_private_kinds(
        self, actor: Actor, person_id: PersonId, kinds: Sequence[str], action: str, **fields: Any
    ) -> dict[str, Permit]:
        """Permits to open several private kinds of one person under one entry, which names the first of them."""
        if not all(may_private(actor, person_id, kind, RECORD_NAMES) for kind in kinds[1:]):
            raise AccessDeniedError
        first = self.permit_private(actor, person_id, kinds[0], None, action, **fields)
        return {kind: replace(first, kind=kind) for kind in kinds}

    def stage_private(
        self, actor: Actor, person_id: PersonId, kind: str, record_id: str, action: str, **fields: Any
    ) -> Staged:
        """Permit to write a private kind; its entry is stored by ``commit``."""
        event = self._private_event(actor, person_id, kind, record_id, action, **fields)
        entry_id = self._audit.new_id()
        return Staged(event, entry_id, Permit(person_id, kind, record_id, entry_id, writes=True))

    def _private_event(
        self, actor: Actor, person_id: PersonId, kind: str, record_id: str, action: str, **fields: Any
    ) -> Event:
        allowed = may_private(actor, person_id, kind, RECORD_NAMES)
        event = for_whom(
            Event(
                actor=actor,
                action=action,
                subject=person_id,
                outcome="success" if allowed else "denied",
                resource_type=kind,
                resource_id=record_id,
                **fields,
            )
        )
        if not allowed:
            self.record(event)
            raise AccessDeniedError
        return event


class _Listable(Container[str]):
    """Kinds to whose records links may be shown: those that may be listed. Each is judged when a link asks about it."""

    def __init__(self, question: Question, now: datetime) -> None:
        self._question = question
        self._now = now

    def __contains__(self, kind: object) -> bool:
        return any(spec.name == kind and _listed(self._question, spec, self._now) for spec in RECORD_TYPES)


def _listed(question: Question, kind: RecordType, now: datetime, *, delivered: bool = False) -> Decision:
    """The same question about the list of a kind; ``delivered``: no others are listed than a partner brought."""
    of_kind = replace(question, section=kind.section, grants=kind.grants, kind=kind.name)
    return decide(replace(of_kind, action=Action.LIST, delivered=delivered), now)
