"""A document of the International Patient Summary, made of resources of one patient.

Which resource belongs to which section is said by the resource (category, status), never guessed; what belongs to none
is left out. A section that must be there and has nothing says that nothing is known here, which is not the same as
"none": that would be a doctor's word. Sources: HL7 IPS 2.0.0 (Composition-uv-ips, Bundle-uv-ips), FHIR R4
documents.html, value set list-empty-reason.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import NAMESPACE_URL, uuid4, uuid5

from chalicelib.interop.ips_words import NOTHING, narrative
from chalicelib.interop.mapping.reading import LOINC
from chalicelib.interop.mapping.rules import every
from chalicelib.ports.resources import Resource

PROFILE = "http://hl7.org/fhir/uv/ips/StructureDefinition"
TERMS = "http://terminology.hl7.org/CodeSystem"
ACTIVE = frozenset({"active", "recurrence", "relapse"})
PAST = frozenset({"inactive", "remission", "resolved"})
TAKEN = frozenset({"active", "on-hold", "intended"})
DONE = frozenset({"final", "amended", "corrected", "preliminary"})
WRONG = frozenset({"entered-in-error", "refuted"})


def _says(path: str, words: frozenset[str]) -> Callable[[Resource], bool]:
    return lambda resource: bool(words & {str(value) for value in every(resource, path)})


def _category(*words: str) -> Callable[[Resource], bool]:
    return _says("category.coding.code", frozenset(words))


_DISABILITY = _category("disability")
_PAST = _says("clinicalStatus.coding.code", PAST)
_DONE = _says("status", DONE)
_LABORATORY, _VITAL, _SOCIAL = _category("laboratory"), _category("vital-signs"), _category("social-history")


@dataclass(frozen=True, slots=True)
class Section:
    """``required``: there even when it is empty."""

    name: str
    code: str
    ru: str
    en: str
    types: Mapping[str, Callable[[Resource], bool]]
    required: bool = False

    def title(self, language: str) -> str:
        return self.en if language == "en" else self.ru


SECTIONS: tuple[Section, ...] = (
    Section(
        "problems",
        "11450-4",
        "Заболевания",
        "Problems",
        {"Condition": lambda one: not _PAST(one) and not _DISABILITY(one)},
        required=True,
    ),
    Section(
        "allergies",
        "48765-2",
        "Аллергии и непереносимость",
        "Allergies and intolerances",
        {"AllergyIntolerance": lambda one: not _says("clinicalStatus.coding.code", frozenset({"resolved"}))(one)},
        required=True,
    ),
    Section(
        "medications",
        "10160-0",
        "Лекарства",
        "Medications",
        {"MedicationStatement": _says("status", TAKEN), "MedicationRequest": _says("status", TAKEN)},
        required=True,
    ),
    Section(
        "immunizations",
        "11369-6",
        "Прививки",
        "Immunizations",
        {"Immunization": _says("status", frozenset({"completed"}))},
    ),
    Section(
        "results",
        "30954-2",
        "Результаты исследований",
        "Results",
        {"DiagnosticReport": _DONE, "Observation": lambda one: _DONE(one) and _LABORATORY(one)},
    ),
    Section(
        "procedures",
        "47519-4",
        "Операции и вмешательства",
        "Procedures",
        {"Procedure": _says("status", frozenset({"completed", "in-progress"}))},
    ),
    Section(
        "devices",
        "46264-8",
        "Имплантаты",
        "Medical devices",
        {"DeviceUseStatement": _says("status", frozenset({"active"}))},
    ),
    Section("past-problems", "11348-0", "Перенесённые заболевания", "Past problems", {"Condition": _PAST}),
    Section("functional-status", "47420-5", "Инвалидность", "Functional status", {"Condition": _DISABILITY}),
    Section(
        "vital-signs",
        "8716-3",
        "Показатели",
        "Vital signs",
        {"Observation": lambda one: _DONE(one) and _VITAL(one) and bool(every(one, "effectiveDateTime"))},
    ),
    Section(
        "social-history",
        "29762-2",
        "Образ жизни",
        "Social history",
        {"Observation": lambda one: _DONE(one) and _SOCIAL(one)},
    ),
)

AUTHOR = {
    "resourceType": "Device",
    "id": "medkarta",
    "deviceName": [{"name": "Медкарта", "type": "manufacturer-name"}],
}
"""Who composes it: this system, not a person."""
TITLES = {"ru": "Сводка сведений о пациенте", "en": "Patient summary"}


def document(patient: Resource, resources: Sequence[Resource], now: datetime, language: str) -> Resource:
    """``resources``: of this patient, in the order in which a section lists them. ``language``: ``ru`` or ``en``.

    A Bundle whose entries refer to each other by ``urn:uuid``; what they refer to and is not here stays as it is.
    """
    chosen = sections(resources)
    listed = [one for section in chosen.values() for one in section]
    values = _values(chosen["results"], resources)
    carried = {_name(one): one for one in (patient, *listed, *(one for found in values.values() for one in found))}
    places = {name: _place(name) for name in carried}
    entries = [{"fullUrl": places[name], "resource": _referring(one, places)} for name, one in carried.items()]
    composition = _composition(patient, places, now, language)
    composition["section"] = [
        _section(section, chosen[section.name], values, places, language)
        for section in SECTIONS
        if chosen[section.name] or section.required
    ]
    whole: Resource = {
        "resourceType": "Bundle",
        "meta": {"profile": [f"{PROFILE}/Bundle-uv-ips"]},
        "language": language,
        "identifier": {"system": "urn:ietf:rfc:3986", "value": f"urn:uuid:{uuid4()}"},
        "type": "document",
        "timestamp": now.isoformat(timespec="milliseconds"),
        "entry": [
            {"fullUrl": f"urn:uuid:{uuid4()}", "resource": composition},
            *entries,
            {"fullUrl": _place("Device/medkarta"), "resource": AUTHOR},
        ],
    }
    return whole


def sections(resources: Sequence[Resource]) -> dict[str, list[Resource]]:
    """By section; each resource in the first that takes it. A value that its report lists stands with the report."""
    reported = {str(name) for one in resources for name in every(one, "result.reference")}
    found: dict[str, list[Resource]] = {section.name: [] for section in SECTIONS}
    for one in resources:
        if _wrong(one) or _name(one) in reported:
            continue
        for section in SECTIONS:
            belongs = section.types.get(str(one.get("resourceType")))
            if belongs is not None and belongs(one):
                found[section.name].append(one)
                break
    return found


def _values(reports: Sequence[Resource], resources: Sequence[Resource]) -> dict[str, list[Resource]]:
    """What each report lists, as far as it is here."""
    known = {_name(one): one for one in resources}
    return {
        _name(one): [known[name] for name in map(str, every(one, "result.reference")) if name in known]
        for one in reports
    }


def _composition(patient: Resource, places: Mapping[str, str], now: datetime, language: str) -> Resource:
    return {
        "resourceType": "Composition",
        "id": "summary",
        "meta": {"profile": [f"{PROFILE}/Composition-uv-ips"]},
        "language": language,
        "status": "final",
        "type": {"coding": [{"system": LOINC, "code": "60591-5", "display": "Patient summary Document"}]},
        "subject": {"reference": places[_name(patient)]},
        "date": now.isoformat(timespec="seconds"),
        "author": [{"reference": _place("Device/medkarta"), "display": "Медкарта"}],
        "title": TITLES[language],
    }


def _section(
    section: Section,
    listed: Sequence[Resource],
    values: Mapping[str, Sequence[Resource]],
    places: Mapping[str, str],
    language: str,
) -> Resource:
    told = [found for one in listed for found in (one, *values.get(_name(one), ()))]
    made: Resource = {
        "title": section.title(language),
        "code": {"coding": [{"system": LOINC, "code": section.code}]},
        "text": {"status": "generated", "div": narrative(told, language)},
    }
    if listed:
        made["entry"] = [{"reference": places[_name(one)]} for one in listed]
    else:
        reason = {"system": f"{TERMS}/list-empty-reason", "code": "unavailable", "display": "Unavailable"}
        made["emptyReason"] = {"coding": [reason], "text": NOTHING[language]}
    return made


# --- references


def _name(resource: Mapping[str, Any]) -> str:
    return f"{resource.get('resourceType')}/{resource.get('id')}"


def _place(name: str) -> str:
    """The same resource has the same address in every document of it."""
    return f"urn:uuid:{uuid5(NAMESPACE_URL, f'urn:medkarta:{name}')}"


def _referring(value: Any, places: Mapping[str, str]) -> Any:
    if isinstance(value, list):
        return [_referring(one, places) for one in value]
    if not isinstance(value, dict):
        return value
    return {
        name: places[inner] if name == "reference" and inner in places else _referring(inner, places)
        for name, inner in value.items()
    }


def _wrong(one: Resource) -> bool:
    return bool(
        WRONG & {str(code) for path in ("status", "verificationStatus.coding.code") for code in every(one, path)}
    )
