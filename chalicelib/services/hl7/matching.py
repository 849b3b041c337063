"""Who a message is about (PRT-2): by a number that is one person's, when the description does not speak against it.

1. SNILS and policy lead to a person by the blind index; a partner's own number to the person whom an earlier match, or
   a registrar, joined it to.
2. All numbers must lead to one person.
3. Birth date and names must agree with the profile; without a birth date both names must.
Names and birth date alone never match: that is a person's to decide.
"""

from __future__ import annotations

import json
from dataclasses import dataclass

from chalicelib.domain.hl7 import Person
from chalicelib.domain.identity import Actor, PersonId
from chalicelib.domain.matching import Comparison, compare, contradicts
from chalicelib.domain.moments import stamp
from chalicelib.domain.patients import traits
from chalicelib.ports import Sealed, keys
from chalicelib.ports.rows import known_as
from chalicelib.ports.tables import Key, Put, Write
from chalicelib.services.hl7.tools import TASK, Tools

UNKNOWN, CONTRADICTS = "unmatched", "contradicts"
MERGES = 5  # cards that went on into one another, one after the other


@dataclass(frozen=True, slots=True)
class Match:
    """``patient_id``, or why there is none. ``learned``: the partner's numbers that are to be joined to them."""

    patient_id: PersonId | None = None
    reason: str = ""
    learned: tuple[Key, ...] = ()


class Matching:
    def __init__(self, tools: Tools) -> None:
        self._t = tools

    def of(self, actor: Actor, person: Person) -> Match:
        own = self.own_numbers(actor, person)
        national = [
            keys.blind_index(one.scheme, self._t.index.tag(one.scheme, one.value))
            for one in person.identifiers
            if one.scheme != "mrn"
        ]
        wanted = [*own, *national]
        rows = self._t.tables.get_many(wanted) if wanted else {}
        found = {self.now(PersonId(row["person"])) for row in rows.values()}
        if len(found) != 1:
            return Match(reason=CONTRADICTS if found else UNKNOWN)
        (patient_id,) = found
        if not self._agrees(patient_id, person):
            return Match(reason=CONTRADICTS)
        return Match(patient_id, learned=tuple(key for key in own if key not in rows))

    def own_numbers(self, actor: Actor, person: Person) -> list[Key]:
        client = actor.person_id
        return [
            keys.hl7_number(client, self._t.tag(client, "mrn", one.authority, one.value))
            for one in person.identifiers
            if one.scheme == "mrn"
        ]

    def joined(self, learned: tuple[Key, ...], patient_id: PersonId) -> list[Write]:
        row = {"person": patient_id, "at": stamp(self._t.clock())}
        return [write for key in learned for write in (Put(key, row, None), known_as(patient_id, key))]

    def now(self, patient_id: PersonId) -> PersonId:
        """Under whose id the card goes on."""
        for _ in range(MERGES):
            row = self._t.tables.get(keys.profile(patient_id))
            if row is None or "merged_into" not in row:
                break
            patient_id = PersonId(row["merged_into"])
        return patient_id

    def _agrees(self, patient_id: PersonId, person: Person) -> bool:
        """The profile is opened under an entry in the person's own chain."""
        row = self._t.tables.get(keys.profile(patient_id))
        if row is None or row["state"] == "erased":
            return False
        permit = self._t.gate.permit_private(TASK, patient_id, "profile", "profile", "hl7:match")
        content = json.loads(self._t.vault.open(permit, Sealed.of("profile", row)))
        return _fits(compare(person.traits, traits(content)), person)


def _fits(found: Comparison, person: Person) -> bool:
    if contradicts(found) or "sex" in found.differs:
        return False
    if person.birth_date:
        return "birth_date" in found.agrees
    return {"last_name", "first_name"} <= {*found.agrees, *found.close}
