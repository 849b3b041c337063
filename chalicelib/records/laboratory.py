"""Laboratory results."""

from chalicelib.domain.identity import Role
from chalicelib.records.spec import DOCTOR, RecordType, grants

LABORATORY_RESULT = RecordType(
    name="laboratory-result",
    collection="laboratory-results",
    section="results",
    body="records.bodies.laboratory:LaboratoryResult",
    occurred="occurred_at",
    grants=grants(write=DOCTOR | {Role.NURSE}),
    summary=("occurred_at", "laboratory", "panel"),
    labels={"ru": "Результат анализа", "en": "Laboratory result"},
    after_write=("issue_document", "notify_patient"),
    pdf_template="record",
    tasks=("gather",),
    transitions={
        "status": {
            "preliminary": frozenset({"final"}),
            "final": frozenset({"corrected"}),
            "corrected": frozenset(),
        }
    },
    settled={"status": {"final": ("occurred_at", "panel", "specimen", "values", "conclusion")}},
    fhir_resource="DiagnosticReport",
)
