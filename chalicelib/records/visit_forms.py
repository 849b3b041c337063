"""The patient's form before a visit."""

from chalicelib.domain.identity import OWNERS
from chalicelib.records.spec import RecordType, grants

VISIT_FORM = RecordType(
    name="visit-form",
    collection="visit-forms",
    section="visits",
    body="records.bodies.visit_forms:VisitForm",
    occurred="occurred_at",
    grants=grants(write=OWNERS),
    summary=("occurred_at", "specialty", "complaints"),
    labels={"ru": "Анкета перед приёмом", "en": "Form before a visit"},
    after_write=("issue_document",),
    pdf_template="record",
    fhir_resource="QuestionnaireResponse",
    process="visit_forms",
)
"""Written once, by the submission of a form (services/visit_forms/); nobody is told, the doctor finds it (APT-4)."""
