"""Conditional create (FHIR R4, http.html#ccreate): what the caller itself delivered, looked for by identifier.

What is found is answered; nothing of it is opened. Of several who look at one moment and find nothing, one takes the
claim: a row by organisation, client, type and criteria that must be new, in the transaction of the create.
"""

from __future__ import annotations

from dataclasses import dataclass
from urllib.parse import parse_qsl, urlencode

from chalicelib.domain.identity import Actor, PatientId, PersonId
from chalicelib.domain.moments import stamp
from chalicelib.domain.resource_ids import resource_id_of
from chalicelib.errors import ConflictError, FieldProblem, InvalidFieldsError, SeveralMatchesError
from chalicelib.ports import keys
from chalicelib.ports.going_on import goes_on
from chalicelib.ports.tables import Expect, Expected, Item, Key, Put, Store
from chalicelib.services.resources.directory import DirectoryService
from chalicelib.services.resources.tools import Tools, is_gone

OF_THE_PATIENT = frozenset({"patient", "subject"})
"""Criteria that the resource's own subject answers."""
MOST = 100
"""Deliveries with one identifier that are looked at."""


@dataclass(frozen=True, slots=True)
class Claim:
    """``before``: the resource that the claim names by now; "" for a new claim. ``of_patient``: of no others."""

    key: Key
    resource_type: str
    identifier: str
    of_patient: bool
    before: str = ""


class Conditions:
    def __init__(self, tools: Tools, directory: DirectoryService) -> None:
        self._t = tools
        self._directory = directory

    def claim(self, actor: Actor, resource_type: str, criteria: str) -> Claim | None:
        """Raises InvalidFieldsError for criteria that nobody can promise to keep: one ``identifier`` is needed."""
        if not criteria:
            return None
        pairs = sorted(parse_qsl(criteria.lstrip("?"), keep_blank_values=True))
        identifiers = [value for name, value in pairs if name == "identifier"]
        others = {name for name, _ in pairs} - {"identifier"}
        if len(identifiers) != 1 or not identifiers[0].partition("|")[2] or others - OF_THE_PATIENT:
            problem = FieldProblem("If-None-Exist", "criteria", "one identifier=system|value; the patient may be named")
            raise InvalidFieldsError(fields=(problem,))
        key = keys.claim(actor.organisation_id, self._t.tag(actor.person_id, f"{resource_type}?{urlencode(pairs)}"))
        named = self._t.tables.get(key)
        return Claim(key, resource_type, identifiers[0], bool(others), named["id"] if named else "")

    def of_a_card(self, actor: Actor, patient_id: PatientId, claim: Claim) -> str:
        """The id of the one that is there; "" for none. Raises SeveralMatchesError."""
        tag = self._t.tag(actor.person_id, claim.identifier)
        prefix = keys.identified(claim.resource_type, tag)
        named = self._t.tables.query(Store.CARD, keys.brought(actor.person_id), prefix, limit=MOST).items
        found = [row["id"] for row in named if self._has(row["id"], tag, patient_id if claim.of_patient else "")]
        if len(found) > 1:
            raise SeveralMatchesError
        return str(found[0]) if found else ""

    def of_the_directory(self, actor: Actor, claim: Claim) -> str:
        """The same."""
        found = self._directory.matching(actor, claim.resource_type, {"identifier": claim.identifier})
        if len(found) > 1:
            raise SeveralMatchesError
        return str(found[0]["id"]) if found else ""

    def taken(self, claim: Claim, resource_id: str) -> Put:
        expect: Expected = {"id": claim.before} if claim.before else Expect.ABSENT
        return Put(claim.key, {"id": resource_id, "at": stamp(self._t.clock())}, expect)

    def owner(self, claim: Claim) -> str:
        """Whoever was faster. ConflictError when that is nobody: ask again."""
        row = self._t.tables.get(claim.key)
        if row is None:
            raise ConflictError
        return str(row["id"])

    def _has(self, resource_id: str, tag: str, patient_id: str) -> bool:
        """Whether the newest version has the identifier, wherever the card went; of ``patient_id``, if one is given."""
        place = resource_id_of(resource_id)
        if place is None:
            return False
        owner = goes_on(self._t.tables, place.patient_id)
        if patient_id and owner != goes_on(self._t.tables, PersonId(patient_id)):
            return False
        row: Item | None = self._t.tables.get(keys.record(owner, place.kind, place.record_id))
        return row is not None and not is_gone(row) and tag in row["tags"]
