"""The person of a card as a Patient of R4. Only what is given is said: whoever calls shows no more than they may.

Numbers have the systems of the Russian profile (docs/fhir-validation.md).
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from chalicelib.domain.fhir_identifiers import CARD, ENP, PASSPORT, SNILS
from chalicelib.domain.resource_ids import card_resource_id
from chalicelib.interop.mapping.codecs import Tree
from chalicelib.interop.mapping.form import concept
from chalicelib.ports.resources import Resource

SEXES = {"male": "male", "female": "female"}
LANGUAGES = {"ru": "Русский", "en": "English"}


def patient(patient_id: str, content: Mapping[str, Any], version: int) -> Resource:
    """``content``: fields of a profile, and ``oms`` or ``oms_policy``; what is not there is not said."""
    passport = "".join(str(content.get(name, "")) for name in ("passport_series", "passport_number"))
    numbers = ((SNILS, content.get("snils")), (ENP, content.get("oms") or content.get("oms_policy")))
    identifiers = [{"system": CARD, "value": card_resource_id(patient_id)}]
    identifiers += [{"system": system, "value": str(value)} for system, value in numbers if value]
    identifiers += [{"system": PASSPORT, "value": passport}] if passport else []
    made: Resource = {
        "resourceType": "Patient",
        "id": card_resource_id(patient_id),
        "meta": {"versionId": str(version)},
        "identifier": identifiers,
        "active": True,
    }
    given = [content[name] for name in ("first_name", "middle_name") if content.get(name)]
    name = {"use": "official", "family": content.get("last_name"), "given": given}
    if len(kept := {word: value for word, value in name.items() if value}) > 1:
        made["name"] = [kept]
    telecom = [{"system": word, "value": content[word]} for word in ("phone", "email") if content.get(word)]
    said: Tree = {
        "telecom": telecom,
        "gender": SEXES.get(str(content.get("sex"))),
        "birthDate": content.get("birth_date"),
    }
    if content.get("language") in LANGUAGES:
        spoken = concept("urn:ietf:bcp:47", content["language"], LANGUAGES[content["language"]])
        said["communication"] = [{"language": spoken, "preferred": True}]
    return made | {word: value for word, value in said.items() if value}
