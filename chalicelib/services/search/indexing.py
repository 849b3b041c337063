"""Records into the index, after they were written: as reactions, so a doubled or half-dead trigger changes nothing."""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from contextlib import suppress

from chalicelib.domain.access import Action, Permit
from chalicelib.domain.identity import PersonId
from chalicelib.domain.names import full_name
from chalicelib.domain.search.terms import EDITION
from chalicelib.errors import ConflictError, ErasedError
from chalicelib.ports import Clock, PatientKeys, Sealed, Vault, keys
from chalicelib.ports.rows import happened
from chalicelib.ports.tables import Item, Store, Tables, Write
from chalicelib.records.registry import record_type
from chalicelib.records.spec import RecordType
from chalicelib.services.gate import Gate, Staged
from chalicelib.services.search.held import TASK, HeldKeys
from chalicelib.services.search.postings import Postings, Version, settled
from chalicelib.services.search.tokens import doctors_in, tokens_of

PAGE = 10  # records of a card that is indexed anew, in one reaction
PREFIX = "R#"

Work = tuple[Sequence[Staged], Sequence[Write]]


class IndexService:
    def __init__(
        self,
        gate: Gate,
        tables: Tables,
        vault: Vault,
        patient_keys: PatientKeys,
        held: HeldKeys,
        clock: Clock,
    ) -> None:
        self._gate = gate
        self._tables = tables
        self._vault = vault
        self._held = held
        self._clock = clock
        self._postings = Postings(tables, patient_keys)

    @property
    def reactions(self) -> dict[str, Callable[[Item], Work]]:
        """By the names that rows call them by: never rename."""
        return {"index_record": self.index, "drop_record": self.drop, "reindex_card": self.reindex}

    # --- reactions

    def index(self, row: Item) -> Work:
        """A version was written: it is found from now on, and by what earlier ones said no more."""
        patient_id, spec = PersonId(row["patient"]), record_type(row["kind"])
        permit = self._gate.admit(TASK, Action.READ, patient_id, spec, row["id"])
        stored = self._tables.get(keys.record(patient_id, spec.name, row["id"]))
        if stored is None or int(stored["ver"]) != int(row["ver"]):
            return (), ()  # deleted, or amended meanwhile: the newer version is indexed by itself
        return (), self._placed(spec, permit, stored, self._name)

    def drop(self, row: Item) -> Work:
        """A record went back to the card that it came from (SPC-5): nothing is found by it here."""
        patient_id, kind, record_id = PersonId(row["patient"]), row["kind"], row["record"]
        old = self._tables.get(keys.indexed(patient_id, kind, record_id))
        if old is None or self._tables.get(keys.record(patient_id, kind, record_id)) is not None:
            return (), ()
        gone = Version(kind, record_id, int(old["ver"]), old["at"], ())
        return (), self._postings.place(patient_id, gone)

    def reindex(self, row: Item) -> Work:
        """Some records of a card that the index does not know yet as it should; then an event for those behind."""
        patient_id = PersonId(row["patient"])
        pk = keys.patient(patient_id)
        after = {"pk": pk, "sk": row["after"]} if "after" in row else None
        page = self._tables.query(Store.CARD, pk, PREFIX, limit=PAGE, after=after)
        known = self._tables.get_many([keys.indexed(patient_id, one["kind"], one["id"]) for one in page.items])
        missing = [
            one
            for one in page.items
            if not _as_it_should(known.get(keys.indexed(patient_id, one["kind"], one["id"])), one)
        ]
        permits = {kind: self._listing(patient_id, kind) for kind in sorted({one["kind"] for one in missing})}
        names: dict[str, str] = {}
        for one in missing:
            spec = record_type(one["kind"])
            with suppress(ConflictError):  # its own reaction is at it, or comes again
                self._tables.commit(self._placed(spec, permits[spec.name], one, self._remembering(names)))
        if page.after is None:
            return (), ()
        further = {"after": str(page.after["sk"])}
        return (), [happened(patient_id, self._gate.new_id(), "reindex_card", self._clock(), further)]

    def begin(self, patient_id: PersonId) -> None:
        """For the operator: have a card indexed anew in the background. Repeatable."""
        self._tables.commit([happened(patient_id, self._gate.new_id(), "reindex_card", self._clock())])

    # --- pieces

    def _placed(self, spec: RecordType, permit: Permit, stored: Item, name: Callable[[str], str]) -> list[Write]:
        """One that stands in no list by date (a duplicate that came with a merge) is not found either."""
        patient_id, record_id = permit.patient_id, stored["id"]
        at, tokens = "", frozenset[bytes]()
        if "kd" in stored:
            at = str(stored["kd"]).split("#")[1]
            body = json.loads(self._vault.open(permit, Sealed.of(record_id, stored)))
            key = self._held.to_index(patient_id)
            doctors = doctors_in(body)
            if not doctors and stored["source"] == "staff":
                doctors = [name(stored["person"])]
            tokens = tokens_of(key, spec, body, doctors)
        version = Version(spec.name, record_id, int(stored["ver"]), at, tokens)
        return self._postings.place(patient_id, version)

    def _name(self, person_id: str) -> str:
        """Of the member of staff who wrote a record that names no doctor; "" for one whom nobody knows any more."""
        row = self._tables.get(keys.profile(person_id))
        if row is None:
            return ""
        try:
            permit = self._gate.permit_private(TASK, PersonId(person_id), "profile", "profile", "profile:index")
            return full_name(json.loads(self._vault.open(permit, Sealed.of("profile", row))))
        except ErasedError:  # the writer's name is gone, the record stays
            return ""

    def _remembering(self, names: dict[str, str]) -> Callable[[str], str]:
        def name(person_id: str) -> str:
            if person_id not in names:
                names[person_id] = self._name(person_id)
            return names[person_id]

        return name

    def _listing(self, patient_id: PersonId, kind: str) -> Permit:
        return self._gate.admit(TASK, Action.LIST, patient_id, record_type(kind))


def _as_it_should(known: Item | None, stored: Item) -> bool:
    if known is None or not settled(known):
        return False
    found = bool(known["tokens"]) == ("kd" in stored)
    return found and int(known["ver"]) >= int(stored["ver"]) and int(known["edition"]) == EDITION
