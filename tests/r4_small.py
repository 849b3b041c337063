"""Good resources of R4, small ones, and how one is broken."""

from __future__ import annotations

from copy import deepcopy
from typing import Any, NamedTuple

UCUM = "http://unitsofmeasure.org"
CLINICAL = "http://terminology.hl7.org/CodeSystem/condition-clinical"
CERTAINTY = "http://terminology.hl7.org/CodeSystem/condition-ver-status"
ALLERGY = "http://terminology.hl7.org/CodeSystem/allergyintolerance-clinical"
ALLERGY_CERTAINTY = "http://terminology.hl7.org/CodeSystem/allergyintolerance-verification"
PATIENT = {"reference": "Patient/1"}
TEXT = {"text": "x"}
CODE = {"coding": [{"system": "http://loinc.org", "code": "718-7"}]}


def coding(system: str, code: str) -> dict[str, Any]:
    return {"coding": [{"system": system, "code": code}]}


GOOD: dict[str, dict[str, Any]] = {
    kind: {"resourceType": kind, **fields}
    for kind, fields in {
        "Patient": {
            "name": [{"family": "Иванов", "given": ["Пётр\u00a0И."]}],
            "gender": "male",
            "birthDate": "1980-02-29",
        },
        "Observation": {"status": "final", "code": CODE, "subject": PATIENT},
        "Immunization": {
            "status": "completed",
            "vaccineCode": TEXT,
            "patient": PATIENT,
            "occurrenceDateTime": "2026-01-31T10:00:00.000+03:00",
        },
        "ImmunizationRecommendation": {
            "patient": PATIENT,
            "date": "2026-01-01",
            "recommendation": [{"vaccineCode": [TEXT], "forecastStatus": TEXT}],
        },
        "Condition": {"subject": PATIENT, "code": TEXT, "clinicalStatus": coding(CLINICAL, "active")},
        "AllergyIntolerance": {"patient": PATIENT, "code": TEXT, "clinicalStatus": coding(ALLERGY, "active")},
        "Appointment": {
            "status": "booked",
            "start": "2026-01-01T10:00:00Z",
            "end": "2026-01-01T10:30:00Z",
            "participant": [{"actor": PATIENT, "status": "accepted"}],
        },
        "Organization": {"name": "Клиника"},
        "MedicationDispense": {"status": "completed", "medicationCodeableConcept": TEXT},
        "MedicationAdministration": {
            "status": "completed",
            "medicationCodeableConcept": TEXT,
            "subject": PATIENT,
            "effectiveDateTime": "2026",
            "dosage": {"dose": {"value": 1}},
        },
        "MedicationRequest": {
            "status": "active",
            "intent": "order",
            "medicationCodeableConcept": TEXT,
            "subject": PATIENT,
            "dosageInstruction": [{"timing": {"repeat": {"frequency": 1, "period": 1, "periodUnit": "d"}}}],
        },
        "ServiceRequest": {"status": "active", "intent": "order", "subject": PATIENT, "code": TEXT},
        "CarePlan": {
            "status": "active",
            "intent": "plan",
            "subject": PATIENT,
            "activity": [{"reference": {"display": "x"}}],
        },
        "CareTeam": {
            "participant": [{"member": {"reference": "Practitioner/1"}, "onBehalfOf": {"reference": "Organization/1"}}]
        },
        "Goal": {
            "lifecycleStatus": "active",
            "description": TEXT,
            "subject": PATIENT,
            "target": [{"measure": TEXT, "detailString": "x"}],
        },
        "FamilyMemberHistory": {"status": "completed", "patient": PATIENT, "relationship": TEXT},
        "RiskAssessment": {
            "status": "final",
            "subject": PATIENT,
            "prediction": [{"outcome": TEXT, "probabilityDecimal": 5}],
        },
        "Consent": {
            "status": "active",
            "scope": TEXT,
            "category": [TEXT],
            "patient": PATIENT,
            "policyRule": TEXT,
        },
        "AuditEvent": {
            "type": {"code": "rest"},
            "recorded": "2026-01-01T10:00:00Z",
            "agent": [{"requestor": True}],
            "source": {"observer": {"display": "x"}},
            "entity": [{"name": "x"}],
        },
        "MeasureReport": {
            "status": "complete",
            "type": "summary",
            "measure": "urn:x",
            "period": {"start": "2026-01"},
            "group": [{"stratifier": [{"stratum": [{"value": TEXT}]}]}],
        },
        "Composition": {
            "status": "final",
            "type": TEXT,
            "date": "2026-01-01",
            "author": [{"display": "x"}],
            "title": "x",
            "section": [{"title": "x", "entry": [{"reference": "Condition/1"}]}],
        },
        "Parameters": {"parameter": [{"name": "x", "valueString": "y"}]},
        "Questionnaire": {
            "status": "active",
            "item": [
                {"linkId": "1", "type": "group", "item": [{"linkId": "1.1", "type": "string"}]},
                {"linkId": "2", "type": "display", "text": "x"},
                {"linkId": "3", "type": "choice", "answerOption": [{"valueString": "x"}]},
                {
                    "linkId": "4",
                    "type": "boolean",
                    "enableWhen": [{"question": "3", "operator": "exists", "answerBoolean": True}],
                },
            ],
        },
        "QuestionnaireResponse": {"status": "completed", "item": [{"linkId": "1", "answer": [{"valueString": "x"}]}]},
        "Group": {"type": "person", "actual": True, "member": [{"entity": PATIENT}]},
        "List": {"status": "current", "mode": "working", "entry": [{"item": {"display": "x"}, "date": "2026"}]},
        "DocumentReference": {
            "status": "current",
            "content": [{"attachment": {"contentType": "text/plain", "data": "eHl6"}}],
        },
        "Bundle": {
            "type": "transaction",
            "entry": [
                {
                    "fullUrl": "urn:uuid:4d5a6899-2669-49f6-ac69-a59aa97d5e9c",
                    "resource": {"resourceType": "Patient"},
                    "request": {"method": "POST", "url": "Patient"},
                }
            ],
        },
        "Basic": {"code": TEXT, "contained": [{"resourceType": "Patient", "id": "p"}], "subject": {"reference": "#p"}},
    }.items()
}
DOCUMENT = {
    "resourceType": "Bundle",
    "type": "document",
    "identifier": {"system": "urn:x", "value": "1"},
    "timestamp": "2026-01-01T10:00:00Z",
    "entry": [{"resource": GOOD["Composition"]}],
}
GOOD["document"] = DOCUMENT


class Case(NamedTuple):
    rule: str
    good: str
    path: str
    fields: dict[str, Any]
    """Put over the fields of the good one; None takes a field away."""

    def resource(self) -> dict[str, Any]:
        made = deepcopy(GOOD[self.good])
        for name, value in self.fields.items():
            if value is None:
                del made[name]
            else:
                made[name] = value
        return made


def extension(value: Any, kind: str) -> dict[str, Any]:
    return {"extension": [{"url": "urn:x", f"value{kind}": value}]}


def repeat(**fields: Any) -> dict[str, Any]:
    return {"dosageInstruction": [{"timing": {"repeat": fields}}]}


def item(**fields: Any) -> dict[str, Any]:
    return {"item": [{"linkId": "1", "type": "string", **fields}]}


def narrative(div: str) -> dict[str, Any]:
    return {"text": {"status": "generated", "div": div}}


def bundle(kind: str, **entry: Any) -> dict[str, Any]:
    return {"type": kind, "entry": [{"resource": {"resourceType": "Patient"}, **entry}]}


REQUEST = {"method": "GET", "url": "Patient/1"}
XHTML = 'xmlns="http://www.w3.org/1999/xhtml"'
VALUE = "Patient.extension[0].value"
REPEAT = "MedicationRequest.dosageInstruction[0].timing.repeat"
ITEM = "Questionnaire.item[0]"
