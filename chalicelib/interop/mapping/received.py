"""What fits no kind of the card: what it is called, when it was, how it stands, and its own words.

A resource is found by these; it lies whole beside them (ports/resources.py).
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, date, datetime, time
from typing import Any
from zoneinfo import ZoneInfo

from chalicelib.domain.ages import DEFAULT_ZONE
from chalicelib.domain.occurred import EARLIEST
from chalicelib.interop.mapping.narrative import plain
from chalicelib.interop.mapping.rules import every

SECTIONS: Mapping[str, str] = {
    **dict.fromkeys(("Appointment", "Encounter", "EpisodeOfCare", "QuestionnaireResponse"), "visits"),
    **dict.fromkeys(("DiagnosticReport", "ImagingStudy", "Media", "Observation", "Specimen"), "results"),
    **dict.fromkeys(
        ("MedicationAdministration", "MedicationDispense", "MedicationRequest", "MedicationStatement"), "medication"
    ),
    "AllergyIntolerance": "allergies",
    **dict.fromkeys(
        (
            "CarePlan",
            "CareTeam",
            "ClinicalImpression",
            "Condition",
            "Device",
            "DeviceUseStatement",
            "FamilyMemberHistory",
            "Flag",
            "Goal",
            "NutritionOrder",
            "Procedure",
            "RiskAssessment",
        ),
        "conditions",
    ),
    **dict.fromkeys(("Immunization", "ImmunizationRecommendation"), "vaccinations"),
}
"""Type to the section of a consent under which it is received."""
OTHERS = "documents"
"""Where every other type goes."""

TITLES = (
    "code.text",
    "code.coding.display",
    "vaccineCode.text",
    "vaccineCode.coding.display",
    "medicationCodeableConcept.text",
    "medicationCodeableConcept.coding.display",
    "medicationReference.display",
    "contained[resourceType=Medication].code.text",
    "contained[resourceType=Medication].code.coding.display",
    "title",
    "condition.code.text",
    "condition.code.coding.display",
    "productCodeableConcept.text",
    "device.display",
    "deviceName.name",
    "type.text",
    "type.coding.display",
    "reasonCode.text",
    "reasonCode.coding.display",
    "serviceType.text",
    "serviceType.coding.display",
    "procedureCode.text",
    "procedureCode.coding.display",
    "category.text",
    "category.coding.display",
    "class.display",
    "description",
    "name",
    "name.text",
    "code.coding.code",
    "vaccineCode.coding.code",
    "medicationCodeableConcept.coding.code",
    "type.coding.code",
    "class.code",
)
"""The first that says something; else the type's own name."""

STATES = ("status", "clinicalStatus.coding.code", "verificationStatus.coding.code", "lifecycleStatus")

MOMENTS = (
    "effectiveDateTime",
    "effectiveInstant",
    "effectivePeriod.start",
    "performedDateTime",
    "performedPeriod.start",
    "occurrenceDateTime",
    "occurrencePeriod.start",
    "onsetDateTime",
    "onsetPeriod.start",
    "period.start",
    "started",
    "whenHandedOver",
    "whenPrepared",
    "authoredOn",
    "recordedDate",
    "recordedOn",
    "dateAsserted",
    "billablePeriod.start",
    "servicedDate",
    "servicedPeriod.start",
    "collection.collectedDateTime",
    "collection.collectedPeriod.start",
    "createdDateTime",
    "start",
    "startDate",
    "date",
    "dateTime",
    "issued",
    "authored",
    "sent",
    "created",
    "recorded",
    "timestamp",
    "meta.lastUpdated",
)
"""When it happened, then when it was written down, then when the sender said it last."""

LONGEST_TITLE, LONGEST_TEXT = 300, 20_000


def section_of(resource_type: str) -> str:
    return SECTIONS.get(resource_type, OTHERS)


def received(resource: Mapping[str, Any], now: datetime) -> tuple[str, dict[str, Any]]:
    """Kind and body. What has no day is dated ``now``, when it arrived. Never raises for any object of JSON."""
    kind = resource.get("resourceType")
    name = kind if isinstance(kind, str) and kind.isascii() and kind.isalpha() and kind[0].isupper() else "Basic"
    found: dict[str, Any] = {
        "occurred_at": next(_moments(resource, now), now.isoformat()),
        "resource_type": name[:41],
        "title": _words(resource, TITLES, LONGEST_TITLE) or name[:41],
    }
    if state := _words(resource, STATES, LONGEST_TITLE):
        found["state"] = state
    if text := plain(next((div for div in every(resource, "text.div") if isinstance(div, str)), ""), LONGEST_TEXT):
        found["narrative"] = text
    return f"received-{section_of(name)}", found


def _words(resource: Mapping[str, Any], paths: tuple[str, ...], longest: int) -> str:
    texts = (plain(value, longest) for path in paths for value in every(resource, path) if isinstance(value, str))
    return next((" ".join(text.split()) for text in texts if text), "")


def _moments(resource: Mapping[str, Any], now: datetime) -> Any:
    """Those of a life until now: a card is dated by no other (domain/occurred.py)."""
    for path in MOMENTS:
        for value in every(resource, path):
            found = began(value)
            if found is not None and EARLIEST <= found <= now:
                yield found.isoformat()


def began(value: Any) -> datetime | None:
    """The first moment of a ``dateTime``: a year and a month begin with their first day, at midnight of our zone."""
    if not isinstance(value, str):
        return None
    try:
        if len(value) <= len("2026-12-31"):
            whole = value + "-01-01"[len(value) - 4 :] if len(value) >= len("2026") else ""
            found = datetime.combine(date.fromisoformat(whole), time(), ZoneInfo(DEFAULT_ZONE))
        else:
            found = datetime.fromisoformat(value)
        found.astimezone(UTC)
    except (ValueError, OverflowError):
        return None
    return found if found.tzinfo else None
