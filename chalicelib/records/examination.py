"""Visits and examination protocols."""

from chalicelib.records.spec import DOCTOR, PATIENT_AND_CLINICIANS, RecordType, grants

VISIT = RecordType(
    name="visit",
    collection="visits",
    section="visits",
    body="records.bodies.examination:Visit",
    occurred="occurred_at",
    grants=grants(write=DOCTOR),
    summary=("occurred_at", "doctor_name", "reason", "diagnoses"),
    labels={"ru": "Посещение", "en": "Visit"},
    after_write=("issue_document", "notify_patient", "count_record"),
    pdf_template="record",
    tasks=("gather",),
    fhir_resource="Encounter",
)

EXAMINATION_PROTOCOL = RecordType(
    name="examination-protocol",
    collection="examination-protocols",
    section="protocols",
    body="records.bodies.examination:ExaminationProtocol",
    occurred="occurred_at",
    grants=grants(write=DOCTOR, read=PATIENT_AND_CLINICIANS),
    summary=("occurred_at", "doctor_name", "examination", "conclusion"),
    labels={"ru": "Протокол осмотра", "en": "Examination protocol"},
    after_write=("issue_document", "notify_patient", "count_record"),
    pdf_template="record",
    fhir_resource="Composition",
)
