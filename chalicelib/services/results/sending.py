"""A patient puts a result before a doctor (REC-5): the smallest thing that lets the doctor open it, and a notice.

A doctor who may read the section already is only told. Otherwise a consent for that section alone is given first, as
``POST /me/consents`` gives it. The notice names the record by its id; nothing of its content goes anywhere. A crash
between the two leaves a consent and no notice, and the same request again tells.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from chalicelib.domain.access import Action, Level
from chalicelib.domain.idempotency import once
from chalicelib.domain.identity import Actor, PersonId
from chalicelib.errors import NotFoundError
from chalicelib.ports import Clock, Event, keys
from chalicelib.ports.access_rows import consent_of
from chalicelib.ports.results import Sharing
from chalicelib.ports.rows import happened
from chalicelib.ports.tables import Item, Tables, Write
from chalicelib.records.registry import record_type
from chalicelib.records.spec import RecordType
from chalicelib.services.gate import Gate, Staged

REACTION = "tell_result_sent"
SENT = "patient_result_sent"

Tell = Callable[[str, str, Mapping[str, str], Mapping[str, str]], tuple[Sequence[Staged], Sequence[Write]]]
"""A notice for a person: event, words, links; what is to be stored."""


class Sending:
    def __init__(self, gate: Gate, tables: Tables, sharing: Sharing, tell: Tell, clock: Clock) -> None:
        self._gate = gate
        self._tables = tables
        self._sharing = sharing
        self._tell = tell
        self._clock = clock

    def send(self, actor: Actor, form: Mapping[str, Any], key: str, language: str) -> tuple[dict[str, Any], bool]:
        """``form``: kind and record, whom (organisation with staff number or membership), purpose, until when.

        Returns ``{"member", "consent": "stands" | "given"}`` and whether it was sent before. Raises NotFoundError for a
        record or a doctor that is not there, AlreadyExistsError where a request or a consent for something else is open
        (the patient answers that one), WrongStateError where the card is closed to them.
        """
        patient_id, spec = actor.card_id, record_type(form["kind"])
        self._gate.admit(actor, Action.READ, patient_id, spec, form["record_id"])
        if self._tables.get(keys.record(patient_id, spec.name, form["record_id"])) is None:
            raise NotFoundError
        to, _ = self._sharing.grantee(form)
        given = not self._opens(patient_id, to.grantee_id, spec)
        if given:
            wanted = {name: form.get(name) for name in ("organisation_id", "staff_number", "member_id", "valid_until")}
            narrow = {"level": Level.FULL.value, "sections": [spec.section], "purpose": form["purpose"]}
            self._sharing.grant(actor, {**wanted, **narrow}, language)
        answer = {"member": to.grantee_id, "consent": "given" if given else "stands"}
        about = {"kind": spec.name, "record": form["record_id"], "member": to.grantee_id, "person": to.person_id}
        event = Event(
            actor,
            "result:send",
            patient_id,
            resource_type=spec.name,
            resource_id=form["record_id"],
            purpose=form["purpose"],
        )
        told: list[Write] = [happened(patient_id, self._gate.new_id(), REACTION, self._clock(), about)]
        request = once(f"{actor.person_id}", "result:send", key, [patient_id, dict(form)], answer)
        stored = self._gate.commit([self._gate.stage(event)], told, request)
        return (answer, False) if stored is None else (stored, True)

    def _opens(self, patient_id: PersonId, member_id: str, spec: RecordType) -> bool:
        consent = consent_of(self._tables.get(keys.consent(patient_id, member_id)))
        if consent is None or consent.level is not Level.FULL:
            return False
        return consent.covers(Action.READ, spec.section, self._clock())

    def tell(self, row: Item) -> tuple[Sequence[Staged], Sequence[Write]]:
        """Reaction: the doctor hears of it, unless the patient took the consent back in between."""
        if not self._opens(PersonId(row["patient"]), row["member"], record_type(row["kind"])):
            return (), ()
        links = {"kind": row["kind"], "id": row["record"], "patient": row["patient"]}
        return self._tell(row["person"], SENT, {"kind": row["kind"]}, links)
