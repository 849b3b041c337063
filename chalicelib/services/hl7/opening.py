"""A card for whom a clinic's own system admits or registers (ADT A01, A04) and nobody knows: as of a Patient it sends.

Whether the person is bound to a card that is there, or gets one of their own, is decided where every Patient of a
partner is taken in (services/bundles/patients.py). Without both names, a birth date and a number nothing is opened.
"""

from __future__ import annotations

import logging
from collections.abc import Callable
from dataclasses import replace
from urllib.parse import quote

from chalicelib.domain.fhir_identifiers import ENP, SNILS
from chalicelib.domain.hl7 import Group, Identified, Reading
from chalicelib.domain.identity import Actor, PersonId, Role
from chalicelib.domain.resource_ids import patient_of
from chalicelib.errors import MedkartaError
from chalicelib.ports.resources import Resource, Writer

log = logging.getLogger("medkarta.hl7")

OPENS = frozenset({"ADT^A01", "ADT^A04"})
SYSTEMS = {"snils": SNILS, "oms": ENP}
OWN = "urn:medkarta:hl7:"
"""Of a partner's own numbers: with the authority that the message names."""
OPENING = "system/Patient.crs"
"""What bringing an admission means in scopes about resources."""
PASSING = 500


class Opening:
    def __init__(self, writer: Callable[[], Writer]) -> None:
        self._writer = writer

    def open(self, actor: Actor, reading: Reading, group: Group, key: str) -> PersonId | None:
        """The patient, or None where this message opens no card. ``key``: the same for the same message."""
        person = group.person
        named = person.last_name and person.first_name and person.birth_date and person.identifiers
        if actor.role is not Role.CLINICAL_SYSTEM or reading.heading.kind not in OPENS or not named:
            return None
        own = next((one for one in person.identifiers if one.scheme == "mrn"), None)
        condition = f"identifier={_system(own)}|{own.value}" if own and "," not in own.value else ""
        opener = replace(actor, scopes=actor.scopes | {OPENING})
        try:
            found = self._writer().create(opener, "Patient", _patient(group), if_none_exist=condition, key=key)
        except MedkartaError as error:
            if error.status >= PASSING:
                raise
            log.warning("a message opened no card: %s", error.code)
            return None
        return patient_of(str(found.resource["id"]))


def _patient(group: Group) -> Resource:
    person = group.person
    given = [one for one in (person.first_name, person.middle_name) if one]
    found: Resource = {
        "resourceType": "Patient",
        "identifier": [{"system": _system(one), "value": one.value} for one in person.identifiers],
        "name": [{"use": "official", "family": person.last_name, "given": given}],
        "birthDate": person.birth_date,
    }
    return found | ({"gender": person.sex} if person.sex else {})


def _system(number: Identified) -> str:
    return SYSTEMS.get(number.scheme) or OWN + quote(number.authority or "unknown", safe="")
