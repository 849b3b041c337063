"""Allergies, conditions, disability, family, habits, operations, implants."""

from __future__ import annotations

from chalicelib.interop.mapping.codecs import ICD10_RU, NUMBER, URN, WHOLE, YES_NO, words
from chalicelib.interop.mapping.form import TERMS, Form, coding, concept, dated, performed, verified
from chalicelib.interop.mapping.lenses import Always, Choice, Diagnosis, Field, Related, own, own_items, part
from chalicelib.interop.mapping.reading import ATC, LOINC
from chalicelib.interop.mapping.wholes import AGE, Component

BODIES = "records.bodies.conditions"
RELATIVES = {
    "mother": "MTH",
    "father": "FTH",
    "sister": "SIS",
    "brother": "BRO",
    "daughter": "DAUC",
    "son": "SONC",
    "grandmother": "GRMTH",
    "grandfather": "GRFTH",
    "other": "FAMMEMB",
}
"""HL7 v3 RoleCode."""
SMOKING = {"never": "LA18978-9", "former": "LA15920-4", "current": "LA18979-7"}
"""LOINC answers: never smoker, former smoker, smoker whose current status is not known closer."""
MRI = {"safe": "C106045", "conditional": "C106046", "unsafe": "C106047", "unknown": "C113844"}
"""NCI Thesaurus, as the value set device-safety of R4 has it; C113844: the labelling does not say."""
NCI = "urn:oid:2.16.840.1.113883.3.26.1.1"
DEVICE = "contained[resourceType=Device]"

ALLERGY = Form(
    kind="allergy",
    resource="AllergyIntolerance",
    subject="patient",
    lenses=(
        dated("recordedDate"),
        Field("substance", "code.text"),
        Field("atc", f"code.coding[system={ATC}].code"),
        Field("category", "category[0]", words({"drug": "medication", "food": "food", "environment": "environment"})),
        Field("criticality", "criticality"),
        Field("reaction", "reaction[0].description"),
        Field("reaction", "reaction[0].manifestation[0].text"),
        Field("clinical_status", f"clinicalStatus.coding[system={TERMS}/allergyintolerance-clinical].code"),
        own("category", "Code", words({"other": "other"})),
    ),
    needed={"code": None},
    wrong=None,
    by_row=verified,
    beside=("verificationStatus", "recorder"),
)

CHRONIC_CONDITION = Form(
    kind="chronic-condition",
    resource="Condition",
    lenses=(
        dated("recordedDate"),
        Always("category[0]", concept(f"{TERMS}/condition-category", "problem-list-item")),
        Always("category[1]", concept(f"{URN}:condition", "chronic", "Хроническое заболевание")),
        Diagnosis("diagnosis", "code"),
        Field("clinical_status", f"clinicalStatus.coding[system={TERMS}/condition-clinical].code"),
        Field("since", "onsetDateTime"),
        Field("ended_on", "abatementDateTime"),
        Field("stage", "stage[0].summary.text"),
        own("plan"),
        own_items(
            "control_targets",
            part("indicator"),
            part("low", "Decimal", NUMBER),
            part("high", "Decimal", NUMBER),
            part("unit"),
            part("every_days", "Integer", WHOLE),
        ),
        own("next_review", "Date"),
        own("follow_up", "Boolean", YES_NO),
        Related(),
    ),
    wrong=None,
    by_row=verified,
    beside=("verificationStatus", "recorder"),
)

DISABILITY = Form(
    kind="disability",
    resource="Condition",
    lenses=(
        dated("recordedDate"),
        Always("category[0]", concept(f"{URN}:condition", "disability", "Инвалидность")),
        Always("clinicalStatus", concept(f"{TERMS}/condition-clinical", "active")),
        Choice("group", "code", f"{BODIES}:Disability", title="Инвалидность, группа: "),
        Field("established_on", "onsetDateTime"),
        own("until", "Date"),
        Field("certificate", "identifier[0].value"),
        Field("commission", "asserter.display"),
        Diagnosis("diagnosis", "evidence[0].code[0]"),
        own("rehabilitation"),
    ),
    wrong=None,
    by_row=verified,
    beside=("verificationStatus", "recorder"),
)

FAMILY_HISTORY = Form(
    kind="family-history",
    resource="FamilyMemberHistory",
    subject="patient",
    lenses=(
        dated("date"),
        Always("status", "completed"),
        Choice("relation", "relationship", f"{BODIES}:FamilyHistory", f"{TERMS}/v3-RoleCode", RELATIVES),
        Field("condition", "condition[0].code.text"),
        Field("code", f"condition[0].code.coding[system={ICD10_RU}].code"),
        Field("onset_age", "condition[0].onsetAge", AGE),
        Field("deceased", "condition[0].contributedToDeath", YES_NO),
        Field("note", "note[0].text"),
    ),
    needed={"relationship": None},
)

LIFESTYLE = Form(
    kind="lifestyle",
    resource="Observation",
    lenses=(
        dated("effectiveDateTime"),
        Always("status", "final"),
        Always("category[0]", concept(f"{TERMS}/observation-category", "social-history")),
        Always("code", {"coding": [coding(LOINC, "72166-2")], "text": "Курение и образ жизни"}),
        Choice("smoking", "valueCodeableConcept", f"{BODIES}:Lifestyle", LOINC, SMOKING),
        Component("cigarettes_per_day", "Сигарет в день", "Integer", WHOLE, "64218-1"),
        Component("audit_c", "AUDIT-C, баллы", "Integer", WHOLE, "75626-2"),
        Component("activity_minutes", "Нагрузка, минут в неделю", "Integer", WHOLE),
        Field("note", "note[0].text"),
    ),
    by_row=performed("performer"),
    beside=("performer",),
)

SURGERY = Form(
    kind="surgery",
    resource="Procedure",
    lenses=(
        dated("performedDateTime"),
        Always("status", "completed"),
        Always("category", concept(f"{URN}:procedure", "surgery", "Операция")),
        Field("operation", "code.text"),
        Field("doctor_name", "performer[0].actor.display"),
        Diagnosis("diagnosis", "reasonCode[0]"),
        Choice("anaesthesia", f"extension[url={URN}:field:anaesthesia].valueCodeableConcept", f"{BODIES}:Surgery"),
        Field("course", "note[0].text"),
        Field("outcome", "outcome.text"),
        Field("complications", "complication[0].text"),
        Related(),
    ),
    by_row=performed("recorder"),
    beside=("recorder",),
)

IMPLANT = Form(
    kind="implant",
    resource="DeviceUseStatement",
    lenses=(
        dated("timingDateTime"),
        Field("status", "status", words({"in-place": "active", "removed": "completed"})),
        Always(f"{DEVICE}.id", "device"),
        Always("device.reference", "#device"),
        Field("device", f"{DEVICE}.deviceName[0].name"),
        Always(f"{DEVICE}.deviceName[0].type", "user-friendly-name"),
        Field("manufacturer", f"{DEVICE}.manufacturer"),
        Field("model", f"{DEVICE}.modelNumber"),
        Field("serial", f"{DEVICE}.serialNumber"),
        Choice("mri", f"{DEVICE}.safety[0]", f"{BODIES}:Implant", NCI, MRI),
        Field("site", "bodySite.text"),
        Field("doctor_name", "source.display"),
        Related(),
    ),
    needed={"status": "active"},
)

FORMS = (ALLERGY, CHRONIC_CONDITION, DISABILITY, FAMILY_HISTORY, LIFESTYLE, SURGERY, IMPLANT)
