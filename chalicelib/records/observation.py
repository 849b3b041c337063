"""Allergies and vital signs."""

from chalicelib.records.spec import PATIENT_AND_CLINICIANS, RecordType, grants

ALLERGY = RecordType(
    name="allergy",
    collection="allergies",
    section="allergies",
    body="records.bodies.observation:Allergy",
    occurred="occurred_at",
    grants=grants(write=PATIENT_AND_CLINICIANS),
    summary=("substance", "criticality", "clinical_status"),
    labels={"ru": "Аллергия", "en": "Allergy"},
    tasks=("gather",),
    fhir_resource="AllergyIntolerance",
)

VITAL_SIGN = RecordType(
    name="vital-sign",
    collection="vital-signs",
    section="vital-signs",
    body="records.bodies.observation:VitalSign",
    occurred="occurred_at",
    grants=grants(write=PATIENT_AND_CLINICIANS),
    summary=("occurred_at", "code", "value", "systolic", "diastolic", "unit"),
    labels={"ru": "Показатель", "en": "Vital sign"},
    after_write=(),
    routes="own",
    tasks=("gather",),
    fhir_resource="Observation",
)
