"""What a person reads in a patient summary: each section as a table, in the sender's words."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from html import escape
from typing import Any

from chalicelib.interop.mapping.narrative import XHTML
from chalicelib.interop.mapping.rules import every
from chalicelib.ports.resources import Resource

NOTHING = {
    "ru": "Сведений нет: в карте, насколько она здесь видна, об этом ничего не записано.",
    "en": "No information: as far as the card can be seen here, nothing is recorded about this.",
}
HEADINGS = {"ru": ("Дата", "Что", "Значение, состояние"), "en": ("Date", "What", "Value, status")}
STATES: Mapping[str, tuple[str, str]] = {
    "active": ("есть", "active"),
    "recurrence": ("обострение", "recurrence"),
    "relapse": ("обострение", "relapse"),
    "remission": ("ремиссия", "remission"),
    "inactive": ("не проявляется", "inactive"),
    "resolved": ("прошло", "resolved"),
    "high": ("высокая опасность", "high criticality"),
    "low": ("низкая опасность", "low criticality"),
    "preliminary": ("предварительный результат", "preliminary result"),
    "on-hold": ("приостановлено", "on hold"),
    "unconfirmed": ("не подтверждено врачом", "not confirmed by a doctor"),
}
"""How a thing stands, where it matters to a reader; a final result goes without saying."""


def narrative(listed: Sequence[Resource], language: str) -> str:
    """A table: when, what, and the value or how it stands. What a sender wrote is text in it, never mark-up."""
    if not listed:
        return f'<div xmlns="{XHTML}"><p>{escape(NOTHING[language])}</p></div>'
    head = "".join(f"<th>{escape(one)}</th>" for one in HEADINGS[language])
    rows = "".join(
        f"<tr>{''.join(f'<td>{escape(cell)}</td>' for cell in (_when(one), _what(one), _how(one, language)))}</tr>"
        for one in listed
    )
    return f'<div xmlns="{XHTML}"><table><thead><tr>{head}</tr></thead><tbody>{rows}</tbody></table></div>'


_WHEN = (
    "effectiveDateTime",
    "effectivePeriod.start",
    "occurrenceDateTime",
    "performedDateTime",
    "performedPeriod.start",
    "onsetDateTime",
    "timingDateTime",
    "authoredOn",
    "recordedDate",
    "recordedOn",
    "issued",
    "dateAsserted",
)
_WHAT = (
    "code",
    "vaccineCode",
    "medicationCodeableConcept",
    "contained[resourceType=Medication].code",
    "contained[resourceType=Device].type",
)
_TEXTS = ("dosage.text", "dosageInstruction.text", "conclusion")
_STATED = ("clinicalStatus.coding.code", "verificationStatus.coding.code", "criticality", "status")
_NAMES = ("contained[resourceType=Device].deviceName.name", "medicationReference.display", "device.display")


def _when(one: Resource) -> str:
    return next((str(value)[:10] for path in _WHEN for value in every(one, path) if isinstance(value, str)), "")


def _what(one: Resource) -> str:
    coded = (_words(found) for path in _WHAT for found in every(one, path))
    named = (str(value) for path in _NAMES for value in every(one, path))
    return next((text for text in (*coded, *named) if text), "")


def _how(one: Resource, language: str) -> str:
    values = [_value(one), *(f"{_words(part.get('code'))}: {_value(part)}" for part in _parts(one))]
    texts = [str(text) for path in _TEXTS for text in every(one, path)]
    states = [str(code) for path in _STATED for code in every(one, path)]
    told = [STATES[code][1 if language == "en" else 0] for code in states if code in STATES]
    return "; ".join(text for text in (*values, *texts, *told) if text)


def _parts(one: Resource) -> list[Mapping[str, Any]]:
    return [part for part in every(one, "component") if isinstance(part, Mapping)]


def _value(one: Mapping[str, Any]) -> str:
    for quantity in every(one, "valueQuantity"):
        said = [found for name in ("comparator", "value", "unit") for found in every(quantity, name)]
        return " ".join(getattr(part, "text", "") or str(part) for part in said)
    concepts = [_words(found) for found in every(one, "valueCodeableConcept")]
    plain = [str(found) for name in ("valueString", "valueInteger") for found in every(one, name)]
    return next((text for text in (*concepts, *plain) if text), "")


def _words(concept: Any) -> str:
    return next((str(text) for path in ("text", "coding.display", "coding.code") for text in every(concept, path)), "")
