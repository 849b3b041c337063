"""Laboratory orders, referrals and planned studies: written by doctors, with a status (REC-13)."""

from chalicelib.domain.identity import Role
from chalicelib.records.spec import CLINICIANS, DOCTOR, Evidence, RecordType, grants

TRANSITIONS = {
    "status": {
        "draft": frozenset({"active", "revoked"}),
        "active": frozenset({"on-hold", "completed", "revoked"}),
        "on-hold": frozenset({"active", "revoked"}),
        "completed": frozenset[str](),
        "revoked": frozenset[str](),
    }
}
"""As the states of a FHIR request go (R4, request-status): what is over is not opened again."""


def _done_by(*kinds: str) -> dict[str, dict[str, Evidence]]:
    """What was ordered is completed by something: a record of the card, or the doctor's word that it was elsewhere."""
    return {"status": {"completed": Evidence(frozenset({*kinds, "attached-document"}), "no_record_because")}}


LABORATORY_ORDER = RecordType(
    name="laboratory-order",
    collection="laboratory-orders",
    section="referrals",
    body="records.bodies.orders:LaboratoryOrder",
    occurred="occurred_at",
    grants=grants(write=DOCTOR | {Role.NURSE}),
    summary=("occurred_at", "doctor_name", "panel", "status", "planned_for"),
    labels={"ru": "Направление на анализ", "en": "Laboratory order"},
    reminds="test",
    after_write=("issue_document", "notify_patient", "count_order"),
    transitions=TRANSITIONS,
    evidence=_done_by("laboratory-result"),
    pdf_template="record",
    fhir_resource="ServiceRequest",
)

REFERRAL = RecordType(
    name="referral",
    collection="referrals",
    section="referrals",
    body="records.bodies.orders:Referral",
    occurred="occurred_at",
    grants=grants(write=DOCTOR),
    summary=("occurred_at", "doctor_name", "specialty", "status", "valid_until"),
    labels={"ru": "Направление", "en": "Referral"},
    after_write=("issue_document", "notify_patient"),
    tasks=("booking",),  # whether it leads to a doctor, where a registrar books
    transitions=TRANSITIONS,
    evidence=_done_by(
        "visit", "examination-protocol", "discharge-summary", "surgery", "imaging-study", "laboratory-result"
    ),
    pdf_template="record",
    fhir_resource="ServiceRequest",
)

PLANNED_STUDY = RecordType(
    name="planned-study",
    collection="planned-studies",
    section="referrals",
    body="records.bodies.orders:PlannedStudy",
    occurred="occurred_at",
    grants=grants(write=CLINICIANS),
    summary=("study", "planned_for", "status"),
    labels={"ru": "Плановое исследование", "en": "Planned study"},
    reminds="test",
    after_write=("issue_document", "notify_patient", "count_order"),
    transitions=TRANSITIONS,
    evidence=_done_by("imaging-study", "laboratory-result", "examination-protocol", "observation-series"),
    pdf_template="record",
    fhir_resource="ServiceRequest",
)
