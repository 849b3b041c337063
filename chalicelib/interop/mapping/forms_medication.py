"""What is taken and prescribed, vaccinations, exemptions, certificates."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from chalicelib.domain.vaccination_calendar.vaccines import VACCINES
from chalicelib.interop.mapping.codecs import CLOCK, NUMBER, URN, WHOLE, YES_NO, Body, Codec, Tree, words
from chalicelib.interop.mapping.form import TERMS, Form, coding, concept, dated, performed, person
from chalicelib.interop.mapping.lenses import Always, At, Choice, Diagnosis, Field, Inside, Items, Related, Values, own
from chalicelib.interop.mapping.paths import first, put
from chalicelib.interop.mapping.wholes import Component, Drug, coded, drug_concept, quantity

BODIES = "records.bodies.vaccination"
CVX = "http://hl7.org/fhir/sid/cvx"
CVX_CODES = {code: vaccine.cvx for code, vaccine in VACCINES.items() if vaccine.cvx}
SITES = {"left-arm": "LA", "right-arm": "RA", "left-thigh": "LT", "right-thigh": "RT"}
ROUTES = {"IM": "IM", "SC": "SQ", "ID": "IDINJ", "PO": "PO", "NASINHL": "NASINHL"}
"""HL7 v3 ActSite and RouteOfAdministration."""
STATES = {
    "active": "active",
    "dispensed": "completed",
    "revoked": "cancelled",
    "replaced": "stopped",
    "expired": "completed",
    "withdrawn": "entered-in-error",
    "outdated": "entered-in-error",
}
"""State of a prescription to MedicationRequest.status; what has run out is completed."""
FLAG = {"active": "active", "revoked": "inactive", "entered-in-error": "entered-in-error"}
REPEAT = "dosage[0].timing.repeat"
MILLILITRES = Codec(lambda value: quantity(value, "mL"), lambda said: NUMBER.back(first(said, "value")))


@dataclass(frozen=True, slots=True)
class OftenEnough:
    """How often within the period: as many times as there are times of the day."""

    names: tuple[str, ...] = ()
    where: str = f"{REPEAT}.frequency"

    def show(self, body: Body, made: Tree, at: At) -> None:  # noqa: ARG002 - one signature
        put(made, self.where, max(1, len(body.get("times") or ())))
        put(made, f"{REPEAT}.periodUnit", "d")

    def take(self, found: Mapping[str, Any]) -> Tree:  # noqa: ARG002 - one signature
        return {}


MEDICATION_STATEMENT = Form(
    kind="medication-statement",
    resource="MedicationStatement",
    lenses=(
        dated("dateAsserted"),
        Drug(),
        Field("dosage", "dosage[0].text"),
        Inside(
            "intake",
            (
                Values("times", f"{REPEAT}.timeOfDay", codec=CLOCK),
                Field("every_days", f"{REPEAT}.period", WHOLE),
                OftenEnough(),
                Field("dose", "dosage[0].doseAndRate[0].doseQuantity.value", NUMBER),
                Field("unit", "dosage[0].doseAndRate[0].doseQuantity.unit"),
                Field("food", f"dosage[0].extension[url={URN}:field:food].valueCode"),
            ),
        ),
        Field("started_on", "effectivePeriod.start"),
        Field("ended_on", "effectivePeriod.end"),
        own("prescriber"),
        Field("status", "status"),
        Diagnosis("reason", "reasonCode[0]"),
        Field("note", "note[0].text"),
        Related(),
    ),
    needed={"status": "unknown", "medicationCodeableConcept": None},
    by_row=performed("informationSource"),
    beside=("informationSource",),
)


def _by_drug(body: Body, made: Tree, at: At) -> list[Tree]:
    """A request for each drug; the first is the record's own, all have its number as their group."""
    state = (at.row.get("status") or {}).get("state", "")
    made["status"] = STATES.get(state, "unknown")
    made["groupIdentifier"] = {"system": f"{URN}:prescription", "value": at.row["id"]}
    drugs = body.get("drugs") or [{}]
    asked = [{**made, **_request(drug, made, body)} for drug in drugs]
    made |= asked[0]
    return [{**one, "id": f"{made['id']}-{number}"} for number, one in enumerate(asked[1:], 2)]


def _request(drug: Body, made: Tree, body: Body) -> Tree:
    if not drug:
        return {}
    supply: Tree = {**made.get("dispenseRequest", {}), "quantity": {"value": drug["packs"], "unit": "упаковка"}}
    if drug.get("course_days"):
        supply["expectedSupplyDuration"] = quantity(str(drug["course_days"]), "d")
    if body.get("expires_at"):
        supply["validityPeriod"] = {"start": body["occurred_at"], "end": body["expires_at"]}
    return {
        "medicationCodeableConcept": drug_concept(drug),
        "dosageInstruction": [{"text": drug["dosage"]}],
        "dispenseRequest": supply,
    }


PRESCRIPTION = Form(
    kind="prescription",
    resource="MedicationRequest",
    lenses=(
        dated("authoredOn"),
        Always("intent", "order"),
        Field("doctor_name", "requester.display"),
        own("form"),
        own("validity", "Code"),
        Inside(
            "special_purpose",
            (
                own("reason"),
                own("dispensing_period", "Code"),
            ),
        ),
        Diagnosis("diagnosis", "reasonCode[0]"),
        Related(),
    ),
    needed={"medicationCodeableConcept": None},
    wrong=None,
    parts=_by_drug,
    kept="a prescription of ours is signed, numbered and dispensed here; one from outside is only told",
)


VACCINATION = Form(
    kind="vaccination",
    resource="Immunization",
    subject="patient",
    lenses=(
        dated("occurrenceDateTime"),
        Choice("vaccine", "vaccineCode", f"{BODIES}:Vaccination", CVX, CVX_CODES),
        own("trade_name"),
        Field("manufacturer", "manufacturer.display"),
        Items(
            "targets",
            "protocolApplied",
            (
                Choice("disease", "targetDisease[0]", f"{BODIES}:Target"),
                Field("stage", "doseNumberString"),
            ),
        ),
        Field("lot", "lotNumber"),
        Field("expires_on", "expirationDate"),
        Field("amount", "doseQuantity", MILLILITRES),
        Choice("site", "site", f"{BODIES}:Vaccination", f"{TERMS}/v3-ActSite", SITES),
        Choice("route", "route", f"{BODIES}:Vaccination", f"{TERMS}/v3-RouteOfAdministration", ROUTES),
        Field("organisation", "performer[actor.type=Organization].actor.display"),
        Field("given_by", "performer[actor.type=Practitioner].actor.display"),
        Choice("consent", f"extension[url={URN}:field:consent].valueCodeableConcept", f"{BODIES}:Vaccination"),
        Field("reaction", "note[0].text"),
        Field("status", "status"),
        Related(),
    ),
    needed={"status": "completed", "vaccineCode": None},
)

EXEMPTION = Form(
    kind="vaccination-exemption",
    resource="Flag",
    lenses=(
        own("occurred_at", "DateTime"),
        Always("category[0]", concept(f"{URN}:flag", "vaccination-exemption", "Медотвод или отказ от прививки")),
        Choice("kind", "code", f"{BODIES}:VaccinationExemption"),
        Values("diseases", f"extension[url={URN}:field:diseases].valueCodeableConcept.coding", "code"),
        Diagnosis("reason", f"extension[url={URN}:field:reason].valueCodeableConcept"),
        Field("since", "period.start"),
        Field("until", "period.end"),
        own("permanent", "Boolean", YES_NO),
        Field("doctor_name", "author.display"),
        Field("status", "status", words(FLAG)),
        own("note"),
        Related(),
    ),
    needed={"status": "active", "code": None},
)

FACTORS = Form(
    kind="vaccination-factors",
    resource="Observation",
    lenses=(
        dated("effectiveDateTime"),
        Always("status", "final"),
        Always("category[0]", concept(f"{TERMS}/observation-category", "survey")),
        Always("code", concept(f"{URN}:observation", "vaccination-factors", "Группы риска для прививок")),
        Component(
            "groups", "Группа риска", "CodeableConcept", coded(f"{BODIES}:VaccinationFactors", "groups"), many=True
        ),
        Component("had", "Перенёс", "CodeableConcept", coded(f"{BODIES}:VaccinationFactors", "had"), many=True),
        Choice("history", "valueCodeableConcept", f"{BODIES}:VaccinationFactors"),
        Choice(
            "intervals", f"extension[url={URN}:field:intervals].valueCodeableConcept", f"{BODIES}:VaccinationFactors"
        ),
        Field("doctor_name", "performer[0].display"),
        Field("note", "note[0].text"),
    ),
)


def _certificate(made: Tree, at: At) -> None:
    made["author"] = [person(at)]


CERTIFICATE = Form(
    kind="vaccination-certificate",
    resource="DocumentReference",
    lenses=(
        dated("date"),
        Always("status", "current"),
        Always(
            "type", {"coding": [coding(f"{URN}:document", "vaccination-certificate")], "text": "Сертификат о прививках"}
        ),
        Always("content[0].attachment.title", "Сертификат о прививках"),
        Field("language", "content[0].attachment.language"),
        Items(
            "vaccinations",
            "extension",
            (Field("vaccine", "valueString"),),
            ("url", f"{URN}:field:vaccination"),
        ),
    ),
    by_row=_certificate,
    beside=("author",),
    kept="a certificate is made here of the vaccinations of the card, which come by themselves",
)

FORMS = (MEDICATION_STATEMENT, PRESCRIPTION, VACCINATION, EXEMPTION, FACTORS, CERTIFICATE)
