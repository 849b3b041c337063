"""Types of FHIR resource that are served, as data: what may be done to each, and which elements say whose it is.

``whose``: elements of the Patient compartment (R4, compartmentdefinition-patient), those that name the subject alone.
A type without any is one of the organisation's directory. GET /fhir/metadata is made of this table.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

READ = ("read", "vread", "history-instance")
ALL = (*READ, "create", "update", "patch", "delete")
DIRECTORY = (*READ, "create", "update", "patch")
"""Nothing of the directory is deleted: what was delivered refers to it."""
NO_PATCH = (*READ, "create", "update")


@dataclass(frozen=True, slots=True)
class Served:
    """``whose``: paths of references to a Patient, the first that is there counts. ``anywhere``: of a card where it
    names a patient, else of the directory. ``by_target``: of the card in which the resource lies that ``target`` names.
    """

    whose: tuple[str, ...] = ()
    interactions: tuple[str, ...] = ALL
    anywhere: bool = False
    by_target: bool = False

    @property
    def of_a_card(self) -> bool:
        return bool(self.whose) or self.by_target


SUBJECT, PATIENT = Served(("subject",)), Served(("patient",))
ENTRY = Served(interactions=DIRECTORY)

SERVED: Mapping[str, Served] = {
    "Account": SUBJECT,
    "AllergyIntolerance": PATIENT,
    "Appointment": Served(("participant.actor",)),
    "Basic": SUBJECT,
    "BodyStructure": PATIENT,
    "CarePlan": SUBJECT,
    "CareTeam": SUBJECT,
    "Claim": PATIENT,
    "ClinicalImpression": SUBJECT,
    "Communication": SUBJECT,
    "Composition": SUBJECT,
    "Condition": SUBJECT,
    "Consent": PATIENT,
    "Coverage": Served(("beneficiary",)),
    "Device": Served(("patient",), anywhere=True),
    "DeviceUseStatement": SUBJECT,
    "DiagnosticReport": SUBJECT,
    "DocumentReference": SUBJECT,
    "Encounter": SUBJECT,
    "Endpoint": ENTRY,
    "EpisodeOfCare": PATIENT,
    "ExplanationOfBenefit": PATIENT,
    "FamilyMemberHistory": PATIENT,
    "Flag": SUBJECT,
    "Goal": SUBJECT,
    "Group": ENTRY,
    "HealthcareService": ENTRY,
    "ImagingStudy": SUBJECT,
    "Immunization": PATIENT,
    "ImmunizationRecommendation": PATIENT,
    "List": SUBJECT,
    "Location": ENTRY,
    "Media": SUBJECT,
    "Medication": ENTRY,
    "MedicationAdministration": SUBJECT,
    "MedicationDispense": SUBJECT,
    "MedicationRequest": SUBJECT,
    "MedicationStatement": SUBJECT,
    "Observation": SUBJECT,
    "Organization": ENTRY,
    "Patient": Served(interactions=NO_PATCH),
    "Practitioner": ENTRY,
    "PractitionerRole": ENTRY,
    "Procedure": SUBJECT,
    "Provenance": Served(by_target=True),
    "Questionnaire": ENTRY,
    "QuestionnaireResponse": SUBJECT,
    "RelatedPerson": PATIENT,
    "RiskAssessment": SUBJECT,
    "Schedule": ENTRY,
    "ServiceRequest": SUBJECT,
    "Slot": ENTRY,
    "Specimen": SUBJECT,
    "Substance": ENTRY,
    "SupplyDelivery": PATIENT,
    "Task": Served(("for",)),
}
OF_ITS_OWN = frozenset({"Patient"})
"""Served by a room of its own (services/bundles): a Patient is a card, and not a record in one."""
DIRECTORY_TYPES = tuple(
    name for name, one in SERVED.items() if (not one.of_a_card or one.anywhere) and name not in OF_ITS_OWN
)


def named_subjects(resource: Mapping[str, Any]) -> Iterator[Mapping[str, Any]]:
    """The references by which a resource says whose it is; of several elements those of the first that is there."""
    served = SERVED[resource["resourceType"]]
    if served.by_target:
        yield from _at(resource, ["target"])
        return
    for path in served.whose:
        found = [one for one in _at(resource, path.split(".")) if _may_be_patient(one)]
        if found:
            yield from found
            return


def resolved(resource: Mapping[str, Any], literal: str) -> dict[str, Any]:
    """With ``literal`` in the place of conditional references (``Patient?identifier=…``) to whose it is (R4, 3.1.0.11).

    So no number of a person stands in what is read back.
    """
    found = dict(resource)
    for path in SERVED[resource["resourceType"]].whose:
        name, _, rest = path.partition(".")
        if name in found:
            found[name] = _replaced(found[name], rest, literal)
    return found


def _replaced(value: Any, rest: str, literal: str) -> Any:
    if isinstance(value, list):
        return [_replaced(one, rest, literal) for one in value]
    if rest:
        return {**value, rest: _replaced(value[rest], "", literal)} if rest in value else value
    return {**value, "reference": literal} if value.get("reference", "").startswith("Patient?") else value


def _at(value: Any, path: list[str]) -> Iterator[Mapping[str, Any]]:
    if isinstance(value, list):
        for one in value:
            yield from _at(one, path)
    elif isinstance(value, Mapping):
        if not path:
            yield value
        elif path[0] in value:
            yield from _at(value[path[0]], path[1:])


def _may_be_patient(reference: Mapping[str, Any]) -> bool:
    """Not what names another type, as the practitioner of an appointment or the group of an observation; nor words."""
    said = reference.get("reference", "")
    if not said and "identifier" not in reference:
        return False
    kind = reference.get("type", "Patient")
    bare = said.split("?")[0].split("/")
    named = bare[0] if "?" in said else bare[-2] if len(bare) > 1 else "Patient"
    return kind == "Patient" and (named == "Patient" or said.startswith(("#", "urn:")))
