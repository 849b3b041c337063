"""Prescriptions, a record whose life is a process (services/prescriptions/), and what a person takes."""

from chalicelib.domain.access import Action
from chalicelib.domain.identity import Role
from chalicelib.records.spec import DOCTOR, PATIENT_AND_CLINICIANS, READ_BY_CONSENT, RecordType, grants

PRESCRIPTION = RecordType(
    name="prescription",
    collection="prescriptions",
    section="medication",
    body="records.bodies.medication:Prescription",
    stored="records.bodies.medication:IssuedPrescription",
    occurred="occurred_at",
    grants={
        **grants(write=DOCTOR, delivered_by=frozenset()),
        Action.READ: PATIENT_AND_CLINICIANS | READ_BY_CONSENT | {Role.PHARMACY},
        Action.DISPENSE: frozenset({Role.PHARMACY}),
        Action.REVOKE: DOCTOR,
    },
    summary=("occurred_at", "doctor_name", "drugs"),
    owner_only=("qr",),
    labels={"ru": "Рецепт", "en": "Prescription"},
    after_write=("issue_document", "notify_patient", "count_record"),
    pdf_template="prescription",
    fhir_resource="MedicationRequest",
    process="prescriptions",
    routes="own",
)

MEDICATION_STATEMENT = RecordType(
    name="medication-statement",
    collection="medication-statements",
    section="medication",
    body="records.bodies.medication:MedicationStatement",
    occurred="occurred_at",
    grants=grants(write=PATIENT_AND_CLINICIANS),
    summary=("drug", "dosage", "started_on", "ended_on", "status"),
    labels={"ru": "Приём лекарства", "en": "Medication statement"},
    reminds="intake",
    after_write=("issue_document", "notify_patient"),
    pdf_template="record",
    fhir_resource="MedicationStatement",
)
