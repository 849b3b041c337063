"""Values of a laboratory result as Observations: beside the report when it is shown, inside of one that is read."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from chalicelib.interop.mapping.codecs import NUMBER, Body, Tree
from chalicelib.interop.mapping.form import TERMS, concept
from chalicelib.interop.mapping.lenses import At, Field, own, taken
from chalicelib.interop.mapping.paths import first, put
from chalicelib.interop.mapping.reading import LOINC
from chalicelib.interop.mapping.wholes import quantity, years

FLAGS = f"{TERMS}/v3-ObservationInterpretation"
RANGE = "referenceRange[0]"
GENDER = "http://hl7.org/fhir/administrative-gender"


@dataclass(frozen=True, slots=True)
class Number:
    """A value with its unit; a unit beside words stands in an extension."""

    names: tuple[str, ...] = ("value", "unit")
    where: str = "valueQuantity"

    def show(self, body: Body, made: Tree, at: At) -> None:
        if body.get("value") is not None:
            made["valueQuantity"] = quantity(body["value"], body.get("unit"))
        else:
            _WORDED.show(body, made, at)

    def take(self, found: Mapping[str, Any]) -> Tree:
        said = first(found, "valueQuantity")
        if said is None:
            return _WORDED.take(found)
        return {"value": NUMBER.back(first(said, "value")), "unit": first(said, "code") or first(said, "unit")}


_WORDED = own("unit")


@dataclass(frozen=True, slots=True)
class Range:
    """The laboratory's own range, and for whom it is (obs-3: a range without bounds has a text)."""

    names: tuple[str, ...] = ("low", "high", "reference_text", "applies_to")
    where: str = RANGE

    def show(self, body: Body, made: Tree, at: At) -> None:  # noqa: ARG002 - one signature
        said: Tree = {name: quantity(body[name], body.get("unit")) for name in ("low", "high") if body.get(name)}
        if body.get("reference_text"):
            said["text"] = body["reference_text"]
        whom = body.get("applies_to") or {}
        if whom.get("sex"):
            said["appliesTo"] = [concept(GENDER, whom["sex"])]
        for name, end in (("age_from", "low"), ("age_to", "high")):
            if whom.get(name) is not None:
                put(said, f"age.{end}", quantity(str(whom[name]), "a"))
        if said and not {"low", "high", "text"} & set(said):
            said["_text"] = {"extension": [ABSENT]}
        if said:
            made["referenceRange"] = [said]

    def take(self, found: Mapping[str, Any]) -> Tree:
        said = first(found, RANGE)
        if said is None:
            return {}
        numbers = {end: NUMBER.back(first(said, f"{end}.value")) for end in ("low", "high")}
        whom = {
            "sex": first(said, f"appliesTo[0].coding[system={GENDER}].code"),
            "age_from": years(first(said, "age.low")),
            "age_to": years(first(said, "age.high")),
        }
        made = {**numbers, "reference_text": first(said, "text")}
        made |= {"applies_to": whom} if any(value is not None for value in whom.values()) else {}
        return {name: value for name, value in made.items() if value is not None}


ABSENT = {"url": "http://hl7.org/fhir/StructureDefinition/data-absent-reason", "valueCode": "unknown"}

VALUE = (
    Field("name", "code.text"),
    Field("loinc", f"code.coding[system={LOINC}].code"),
    Number(),
    Field("text", "valueString"),
    Range(),
    Field("laboratory_flag", f"interpretation[0].coding[system={FLAGS}].code"),
    Field("method", "method.text"),
)


@dataclass(frozen=True, slots=True)
class Results:
    """Read from what the report contains; ``observations`` below makes what it shows."""

    names: tuple[str, ...] = ("values",)
    where: str = "result: Observation"

    def show(self, body: Body, made: Tree, at: At) -> None: ...

    def take(self, found: Mapping[str, Any]) -> Tree:
        inside = [first(found, f"contained[id={_named(one)}]") for one in found.get("result") or ()]
        values = [taken(VALUE, one) for one in inside if one is not None]
        return {"values": values} if values and len(values) == len(inside) else {}


def observations(body: Body, made: Tree, at: At) -> list[Tree]:
    """One for each value, with what it has from the report: status, time, laboratory."""
    shared = {"category": [concept(f"{TERMS}/observation-category", "laboratory")]}
    shared |= {name: made[name] for name in ("status", "effectiveDateTime", "performer") if name in made}
    parts = []
    for number, value in enumerate(body.get("values") or (), 1):
        part: Tree = {"resourceType": "Observation", "id": f"{made['id']}-{number}", **shared}
        for lens in VALUE:
            lens.show(value, part, at)
        parts.append(part)
    if parts:
        made["result"] = [{"reference": f"Observation/{part['id']}"} for part in parts]
    return parts


def _named(reference: Any) -> str:
    return str(first(reference, "reference")).removeprefix("#")
