"""Chronic conditions, disability, family history, surgery, implants."""

from chalicelib.records.spec import CLINICIANS, DOCTOR, PATIENT_AND_CLINICIANS, RecordType, grants

CHRONIC_CONDITION = RecordType(
    name="chronic-condition",
    collection="chronic-conditions",
    section="conditions",
    body="records.bodies.conditions:ChronicCondition",
    occurred="occurred_at",
    grants=grants(write=PATIENT_AND_CLINICIANS),
    summary=("diagnosis", "clinical_status", "next_review"),
    labels={"ru": "Хроническое заболевание", "en": "Chronic condition"},
    after_write=("issue_document", "notify_patient", "count_record"),
    pdf_template="record",
    fhir_resource="Condition",
)

DISABILITY = RecordType(
    name="disability",
    collection="disabilities",
    section="conditions",
    body="records.bodies.conditions:Disability",
    occurred="occurred_at",
    grants=grants(write=DOCTOR),
    summary=("group", "established_on", "until"),
    labels={"ru": "Инвалидность", "en": "Disability"},
    after_write=("issue_document", "notify_patient"),
    pdf_template="record",
    fhir_resource="Condition",
)

FAMILY_HISTORY = RecordType(
    name="family-history",
    collection="family-histories",
    section="conditions",
    body="records.bodies.conditions:FamilyHistory",
    occurred="occurred_at",
    grants=grants(write=PATIENT_AND_CLINICIANS),
    summary=("relation", "condition"),
    labels={"ru": "Семейный анамнез", "en": "Family history"},
    after_write=("issue_document", "notify_patient"),
    pdf_template="record",
    fhir_resource="FamilyMemberHistory",
)

LIFESTYLE = RecordType(
    name="lifestyle",
    collection="lifestyles",
    section="conditions",
    body="records.bodies.conditions:Lifestyle",
    occurred="occurred_at",
    grants=grants(write=PATIENT_AND_CLINICIANS),
    summary=("occurred_at", "smoking", "activity_minutes"),
    labels={"ru": "Образ жизни", "en": "Lifestyle"},
    after_write=("issue_document", "notify_patient"),
    pdf_template="record",
    fhir_resource="Observation",
)

SURGERY = RecordType(
    name="surgery",
    collection="surgeries",
    section="conditions",
    body="records.bodies.conditions:Surgery",
    occurred="occurred_at",
    grants=grants(write=DOCTOR),
    summary=("occurred_at", "doctor_name", "operation"),
    labels={"ru": "Операция", "en": "Surgery"},
    after_write=("issue_document", "notify_patient"),
    pdf_template="record",
    fhir_resource="Procedure",
)

IMPLANT = RecordType(
    name="implant",
    collection="implants",
    section="conditions",
    body="records.bodies.conditions:Implant",
    occurred="occurred_at",
    grants=grants(write=CLINICIANS),
    summary=("device", "site", "mri", "status"),
    labels={"ru": "Имплантат", "en": "Implant"},
    after_write=("issue_document", "notify_patient"),
    pdf_template="record",
    fhir_resource="DeviceUseStatement",
)
