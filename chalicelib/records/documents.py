"""Imaging studies with their files, and other documents that a clinic or the patient brings."""

from chalicelib.records.spec import CLINICIANS, PATIENT_AND_CLINICIANS, RecordType, grants

IMAGING_STUDY = RecordType(
    name="imaging-study",
    collection="imaging-studies",
    section="results",
    body="records.bodies.documents:ImagingStudy",
    occurred="occurred_at",
    grants=grants(write=CLINICIANS),
    summary=("occurred_at", "centre", "modality", "region"),
    labels={"ru": "Исследование с изображением", "en": "Imaging study"},
    after_write=("issue_document", "notify_patient"),
    pdf_template="record",
    fhir_resource="ImagingStudy",
    files="attachments",
)

ATTACHED_DOCUMENT = RecordType(
    name="attached-document",
    collection="attached-documents",
    section="documents",
    body="records.bodies.documents:AttachedDocument",
    occurred="occurred_at",
    grants=grants(write=PATIENT_AND_CLINICIANS),
    summary=("occurred_at", "title", "category", "issued_by"),
    labels={"ru": "Документ", "en": "Document"},
    after_write=("issue_document", "notify_patient"),
    pdf_template="record",
    fhir_resource="DocumentReference",
    files="attachments",
)
