"""Discharge summaries and sick-leave notes."""

from chalicelib.records.spec import DOCTOR, RecordType, grants

DISCHARGE_SUMMARY = RecordType(
    name="discharge-summary",
    collection="discharge-summaries",
    section="hospital",
    body="records.bodies.hospital:DischargeSummary",
    occurred="occurred_at",
    grants=grants(write=DOCTOR),
    summary=("occurred_at", "doctor_name", "department", "outcome"),
    labels={"ru": "Выписной эпикриз", "en": "Discharge summary"},
    after_write=("issue_document", "notify_patient", "count_record"),
    pdf_template="record",
    fhir_resource="Composition",
)

SICK_LEAVE = RecordType(
    name="sick-leave",
    collection="sick-leaves",
    section="sick-leave",
    body="records.bodies.hospital:SickLeave",
    occurred="occurred_at",
    grants=grants(write=DOCTOR),
    summary=("number", "periods", "status"),
    labels={"ru": "Листок нетрудоспособности", "en": "Sick-leave note"},
    after_write=("issue_document", "notify_patient"),
    transitions={
        "status": {
            "open": frozenset({"extended", "closed", "cancelled"}),
            "extended": frozenset({"extended", "closed", "cancelled"}),
            "closed": frozenset({"cancelled"}),
            "cancelled": frozenset(),
        }
    },
    pdf_template="record",
    fhir_resource="DocumentReference",
)
