"""Vaccinations, exemptions, risk groups, certificates (REC-6)."""

from chalicelib.domain.access import Action
from chalicelib.domain.identity import OWNERS
from chalicelib.records.spec import CLINICIANS, DOCTOR, RecordType, grants

VACCINATION = RecordType(
    name="vaccination",
    collection="vaccinations",
    section="vaccinations",
    body="records.bodies.vaccination:Vaccination",
    occurred="occurred_at",
    grants=grants(write=CLINICIANS),
    summary=("occurred_at", "vaccine", "targets", "status"),
    labels={"ru": "Прививка", "en": "Vaccination"},
    reminds="vaccination",
    after_write=("issue_document", "notify_patient", "count_record"),
    pdf_template="record",
    transitions={
        "status": {"completed": frozenset({"entered-in-error"}), "entered-in-error": frozenset[str]()},
    },
    tasks=("gather",),
    fhir_resource="Immunization",
)

EXEMPTION = RecordType(
    name="vaccination-exemption",
    collection="vaccination-exemptions",
    section="vaccinations",
    body="records.bodies.vaccination:VaccinationExemption",
    occurred="occurred_at",
    grants=grants(write=DOCTOR),
    summary=("occurred_at", "kind", "diseases", "since", "until", "status"),
    labels={"ru": "Медотвод или отказ от прививки", "en": "Exemption from vaccination"},
    transitions={
        "status": {
            "active": frozenset({"revoked", "entered-in-error"}),
            "revoked": frozenset[str](),
            "entered-in-error": frozenset[str](),
        }
    },
    reminds="vaccination",
    after_write=("issue_document", "notify_patient"),
    pdf_template="record",
    fhir_resource="Flag",
)

FACTORS = RecordType(
    name="vaccination-factors",
    collection="vaccination-factors",
    section="vaccinations",
    body="records.bodies.vaccination:VaccinationFactors",
    occurred="occurred_at",
    grants=grants(write=DOCTOR),
    summary=("occurred_at", "groups", "had", "history", "intervals"),
    labels={"ru": "Группы риска для прививок", "en": "Risk groups for vaccination"},
    reminds="vaccination",
    after_write=("issue_document", "notify_patient"),
    pdf_template="record",
    fhir_resource="Observation",
)

CERTIFICATE = RecordType(
    name="vaccination-certificate",
    collection="vaccination-certificates",
    section="vaccinations",
    body="records.bodies.vaccination:VaccinationCertificate",
    occurred="occurred_at",
    grants=dict.fromkeys(
        (Action.CREATE, Action.LIST, Action.READ, Action.HISTORY, Action.DOWNLOAD, Action.REVOKE), OWNERS
    ),
    summary=("occurred_at", "language"),
    owner_only=("qr",),
    labels={"ru": "Сертификат о прививках", "en": "Vaccination certificate"},
    after_write=("issue_vaccination_certificate",),
    pdf_template="certificate",
    process="vaccination-certificates",
    routes="own",
    fhir_resource="DocumentReference",
)
"""It names its holder in clear, so nobody but the patient, or who acts for them, asks for it and hands it on."""

PLANNED_FROM = (VACCINATION, EXEMPTION, FACTORS)
"""What the plan is made of. Their names begin alike, so that one query finds all of them."""
