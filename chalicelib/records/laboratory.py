"""Laboratory results."""

from chalicelib.domain.identity import DELIVERERS, Role
from chalicelib.records.spec import DOCTOR, RecordType, grants

SETTLED = ("occurred_at", "panel", "specimen", "values", "conclusion")

LABORATORY_RESULT = RecordType(
    name="laboratory-result",
    collection="laboratory-results",
    section="results",
    body="records.bodies.laboratory:LaboratoryResult",
    occurred="occurred_at",
    grants=grants(write=DOCTOR | {Role.NURSE}, delivered_by=DELIVERERS),
    summary=("occurred_at", "laboratory", "panel"),
    labels={"ru": "Результат анализа", "en": "Laboratory result"},
    after_write=("issue_document", "notify_patient", "count_record"),
    pdf_template="record",
    tasks=("gather",),
    transitions={
        "status": {
            "preliminary": frozenset({"final", "entered-in-error"}),
            "final": frozenset({"corrected", "entered-in-error"}),
            "corrected": frozenset({"entered-in-error"}),
            "entered-in-error": frozenset(),
        }
    },
    settled={"status": dict.fromkeys(("final", "entered-in-error"), SETTLED)},
    news={"status": {"corrected": "result_corrected", "entered-in-error": "result_withdrawn"}},
    fhir_resource="DiagnosticReport",
)
