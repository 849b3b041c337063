"""What came from other systems and fits no kind of the card: kept whole, one kind for each section of a consent."""

from chalicelib.domain.identity import DELIVERERS
from chalicelib.records.spec import CLINICAL_SYSTEM, CLINICIANS, RecordType, grants

SECTIONS = {
    "visits": ("Приём из другой системы", "Visit from another system"),
    "results": ("Результат из другой системы", "Result from another system"),
    "medication": ("Назначение из другой системы", "Medication from another system"),
    "allergies": ("Аллергия из другой системы", "Allergy from another system"),
    "conditions": ("Заболевание из другой системы", "Condition from another system"),
    "vaccinations": ("Прививка из другой системы", "Vaccination from another system"),
    "documents": ("Сведения из другой системы", "Information from another system"),
}

OF_LABORATORIES = frozenset({"results", "documents"})
"""Sections to which a laboratory brings what fits no kind."""

RECEIVED: tuple[RecordType, ...] = tuple(
    RecordType(
        name=f"received-{section}",
        collection=f"received-{section}",
        section=section,
        body="records.bodies.received:Received",
        occurred="occurred_at",
        grants=grants(write=CLINICIANS, delivered_by=DELIVERERS if section in OF_LABORATORIES else CLINICAL_SYSTEM),
        summary=("occurred_at", "resource_type", "title", "state"),
        labels={"ru": russian, "en": english},
        after_write=("issue_document", "notify_patient"),
        pdf_template="record",
        fhir_resource="Basic",
        process="resources",
    )
    for section, (russian, english) in SECTIONS.items()
)
