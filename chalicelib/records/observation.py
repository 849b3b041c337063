"""Allergies, vital signs and the diary of one's own health."""

from chalicelib.domain.access import Action
from chalicelib.domain.identity import DELIVERERS, OWNERS, Role
from chalicelib.records.spec import DOCTOR, PATIENT_AND_CLINICIANS, RecordType, grants

ALLERGY = RecordType(
    name="allergy",
    collection="allergies",
    section="allergies",
    body="records.bodies.observation:Allergy",
    occurred="occurred_at",
    grants=grants(write=PATIENT_AND_CLINICIANS),
    summary=("substance", "criticality", "clinical_status"),
    labels={"ru": "Аллергия", "en": "Allergy"},
    after_write=("issue_document", "notify_patient"),
    pdf_template="record",
    tasks=("gather",),
    fhir_resource="AllergyIntolerance",
)

VITAL_SIGN = RecordType(
    name="vital-sign",
    collection="vital-signs",
    section="vital-signs",
    body="records.bodies.observation:VitalSign",
    occurred="occurred_at",
    grants=grants(write=PATIENT_AND_CLINICIANS, delivered_by=DELIVERERS),
    summary=("occurred_at", "code", "value", "systolic", "diastolic", "unit"),
    labels={"ru": "Показатель", "en": "Vital sign"},
    after_write=("check_vital_sign",),
    export_as="table",
    routes="own",
    tasks=("gather",),
    fhir_resource="Observation",
)

VITAL_SIGN_SERIES = RecordType(
    name="vital-sign-series",
    collection="vital-signs/series",
    section="vital-signs",
    body="",
    occurred="",
    grants={
        **dict.fromkeys((Action.READ, Action.LIST), PATIENT_AND_CLINICIANS | {Role.INSURER}),
        Action.DOWNLOAD: PATIENT_AND_CLINICIANS,
    },
    summary=(),
    labels={"ru": "Ряд показателей", "en": "Series of vital signs"},
    after_write=(),
    tasks=("check_vital_sign",),
)
"""Composed of vital signs (services/vital_signs/); it has a name and grants like a record: one gate serves it."""

OBSERVATION_SERIES = RecordType(
    name="observation-series",
    collection="observation-series",
    section="vital-signs",
    body="records.bodies.series:SeriesOrder",
    stored="records.bodies.series:ObservationSeries",
    occurred="occurred_at",
    grants=grants(write=DOCTOR | OWNERS, delivered_by=frozenset()),
    summary=("occurred_at", "code", "since", "until", "count"),
    labels={"ru": "Ряд измерений", "en": "Series of measurements"},
    after_write=("issue_document", "notify_patient"),
    pdf_template="record",
    fhir_resource="Observation",
    process="vital_signs",
    routes="own",
)
"""A period of somebody's readings, put before a doctor as a record of its own (REC-10)."""

HEALTH_STATUS = RecordType(
    name="health-status",
    collection="health-statuses",
    section="vital-signs",
    body="records.bodies.observation:HealthStatus",
    occurred="occurred_at",
    grants=grants(write=PATIENT_AND_CLINICIANS),
    summary=("occurred_at", "mood", "pain", "complaints"),
    labels={"ru": "Самочувствие", "en": "Health status"},
    export_as="table",
    fhir_resource="Observation",
)
