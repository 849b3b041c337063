"""Fields that are more than one element of a resource: components, sections, contained conditions, drugs, signs."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from chalicelib.domain.ucum import is_unit
from chalicelib.domain.vital_signs.signs import PART_WORDS, PRESSURE_PARTS, SIGNS, SPECIMEN_LOINC
from chalicelib.interop.mapping.codecs import NUMBER, TEXT, URN, Body, Codec, Tree, concept_of, diagnosis_of
from chalicelib.interop.mapping.lenses import At, Choice
from chalicelib.interop.mapping.narrative import division, undivided
from chalicelib.interop.mapping.paths import first, put
from chalicelib.interop.mapping.reading import ATC, LOINC, UCUM
from chalicelib.records.bodies.units import UNITS

COMPONENT = f"{URN}:component"


def coded(model: str, name: str, system: str = "", codes: Mapping[str, str] | None = None) -> Codec:
    """A word of a closed list as a CodeableConcept."""
    choice = Choice(name, "", model, system, codes)
    return Codec(choice.concept, choice.value)


def quantity(value: str, unit: str | None) -> Tree:
    """``unit``: UCUM where it is one, with its Russian words; else as it was written."""
    said: Tree = {"value": NUMBER.out(value)}
    if unit:
        said["unit"] = UNITS[unit][0] if unit in UNITS else unit
    return said | ({"system": UCUM, "code": unit} if unit and is_unit(unit) else {})


def loinc(code: str, text: str) -> Tree:
    return {"coding": [{"system": LOINC, "code": code}], "text": text}


def years(age: Any) -> int | None:
    """Whole years of an Age; None for anything else."""
    value = first(age, "value")
    return value if type(value) is int and first(age, "code") == "a" and first(age, "comparator") is None else None


AGE = Codec(lambda value: {"value": value, "unit": "a", "system": UCUM, "code": "a"}, years)


@dataclass(frozen=True, slots=True)
class Component:
    """A field, or each value of a list (``many``), as a component of an Observation with a code of its own."""

    name: str
    title: str
    kind: str
    codec: Codec = TEXT
    code: str = ""
    many: bool = False

    @property
    def names(self) -> tuple[str, ...]:
        return (self.name,)

    @property
    def where(self) -> str:
        return f"component ({self.code or self.name}).value{self.kind}"

    def show(self, body: Body, made: Tree, at: At) -> None:  # noqa: ARG002 - one signature
        value = body.get(self.name)
        for one in value or () if self.many else () if value is None else (value,):
            codings = [{"system": COMPONENT, "code": self.name}]
            if self.code:
                codings.append({"system": LOINC, "code": self.code})
            element = {"code": {"coding": codings, "text": self.title}, f"value{self.kind}": self.codec.out(one)}
            made.setdefault("component", []).append(element)

    def take(self, found: Mapping[str, Any]) -> Tree:
        elements = found.get("component")
        values = [
            self.codec.back(first(one, f"value{self.kind}"))
            for one in (elements if isinstance(elements, list) else ())
            if first(one, f"code.coding[system={COMPONENT}].code") == self.name
        ]
        said = [value for value in values if value is not None]
        return {} if not said else {self.name: said if self.many else said[0]}


@dataclass(frozen=True, slots=True)
class Section:
    """A text as a section of a Composition."""

    name: str
    title: str
    code: str

    @property
    def names(self) -> tuple[str, ...]:
        return (self.name,)

    @property
    def where(self) -> str:
        return f"section ({self.code}).text"

    def show(self, body: Body, made: Tree, at: At) -> None:  # noqa: ARG002 - one signature
        if body.get(self.name):
            made.setdefault("section", []).append(_section(self.title, loinc(self.code, self.title), body[self.name]))

    def take(self, found: Mapping[str, Any]) -> Tree:
        text = undivided(first(found, f"section[title={self.title}].text.div"))
        return {} if text is None else {self.name: text}


@dataclass(frozen=True, slots=True)
class Sections:
    """Texts by name, each as a section whose code is the name."""

    name: str
    words: Mapping[str, tuple[str, str]]
    system: str

    @property
    def names(self) -> tuple[str, ...]:
        return (self.name,)

    @property
    def where(self) -> str:
        return f"section ({self.system}).text"

    def show(self, body: Body, made: Tree, at: At) -> None:  # noqa: ARG002 - one signature
        for name, text in (body.get(self.name) or {}).items():
            title = self.words.get(name, (name, name))[0]
            code = {"coding": [{"system": self.system, "code": name}], "text": title}
            made.setdefault("section", []).append(_section(title, code, text))

    def take(self, found: Mapping[str, Any]) -> Tree:
        said = {}
        for one in found.get("section") or ():
            name, text = first(one, f"code.coding[system={self.system}].code"), undivided(first(one, "text.div"))
            if name and text:
                said[name] = text
        return {self.name: said} if said else {}


def _section(title: str, code: Tree, text: str) -> Tree:
    return {"title": title, "code": code, "text": {"status": "generated", "div": division(text)}}


@dataclass(frozen=True, slots=True)
class Conditions:
    """Diagnoses as Conditions inside of the resource, which ``listed`` names one by one at ``inner``."""

    listed: str
    inner: str
    names: tuple[str, ...] = ("diagnoses",)

    @property
    def where(self) -> str:
        return f"contained Condition.code, {self.listed}"

    def show(self, body: Body, made: Tree, at: At) -> None:
        elements: list[Tree] = []
        for number, one in enumerate(body.get("diagnoses") or (), 1):
            inside = {"resourceType": "Condition", "id": f"d{number}", "subject": dict(at.subject)}
            made.setdefault("contained", []).append({**inside, "code": concept_of(one)})
            element: Tree = {}
            put(element, self.inner, f"#d{number}")
            elements.append(element)
        if elements:
            put(made, self.listed, elements)

    def take(self, found: Mapping[str, Any]) -> Tree:
        said = []
        for element in first(found, self.listed) or ():
            number = str(first(element, self.inner)).removeprefix("#")
            if diagnosis := diagnosis_of(first(found, f"contained[id={number}].code")):
                said.append(diagnosis)
        return {"diagnoses": said} if said else {}


DRUG = ("inn", "trade_name", "form", "strength")


def drug_concept(drug: Body) -> Tree:
    """All that is said of the drug in its text; ATC as a code; each field as an extension."""
    extensions = [{"url": f"{URN}:drug:{name}", "valueString": drug[name]} for name in DRUG if drug.get(name)]
    names = drug["inn"] + (f" ({drug['trade_name']})" if drug.get("trade_name") else "")
    made: Tree = {"extension": extensions}
    if drug.get("atc"):
        made["coding"] = [{"system": ATC, "code": drug["atc"], "display": drug["inn"]}]
    return {**made, "text": ", ".join(part for part in (names, drug.get("form"), drug.get("strength")) if part)}


@dataclass(frozen=True, slots=True)
class Drug:
    where: str = "medicationCodeableConcept"
    names: tuple[str, ...] = ("drug",)

    def show(self, body: Body, made: Tree, at: At) -> None:  # noqa: ARG002 - one signature
        if body.get("drug"):
            put(made, self.where, drug_concept(body["drug"]))

    def take(self, found: Mapping[str, Any]) -> Tree:
        concept = first(found, self.where)
        said = {name: first(concept, f"extension[url={URN}:drug:{name}].valueString") for name in DRUG}
        said["atc"] = first(concept, f"coding[system={ATC}].code")
        drug = {name: value for name, value in said.items() if value is not None}
        return {"drug": drug} if drug else {}


@dataclass(frozen=True, slots=True)
class Measured:
    """Which vital sign, and its numbers: a quantity, or components of a blood pressure. Glucose is coded by specimen.

    Codes: the vital signs profile of R4, which asks for its own code beside a more exact one.
    """

    names: tuple[str, ...] = ("code", "value", "systolic", "diastolic", "unit", "specimen")
    where: str = "code, valueQuantity, component.valueQuantity"

    def show(self, body: Body, made: Tree, at: At) -> None:  # noqa: ARG002 - one signature
        if "code" not in body:
            return
        sign = SIGNS[body["code"]]
        code = SPECIMEN_LOINC.get(body.get("specimen") or "", sign.loinc) if body["code"] == "glucose" else sign.loinc
        made["code"] = loinc(code, sign.words.ru)
        if body["code"] == "saturation":
            made["code"]["coding"].append({"system": LOINC, "code": "2708-6"})
        if body.get("value") is not None:
            made["valueQuantity"] = quantity(body["value"], body["unit"])
        parts = [
            {"code": loinc(sign.parts[name], PART_WORDS[name].ru), "valueQuantity": quantity(body[name], body["unit"])}
            for name in PRESSURE_PARTS
            if body.get(name) is not None
        ]
        if parts:
            made["component"] = parts

    def take(self, found: Mapping[str, Any]) -> Tree:
        code = first(found, f"code.coding[system={LOINC}].code")
        specimens = {number: specimen for specimen, number in SPECIMEN_LOINC.items()}
        name = "glucose" if code in specimens else next((n for n, sign in SIGNS.items() if sign.loinc == code), None)
        if name is None:
            return {}
        said: Tree = {"code": name, "unit": SIGNS[name].unit}
        if name == "glucose":
            said["specimen"] = specimens[str(code)]
        places = {"value": found, **{p: _component(found, SIGNS[name].parts[p]) for p in SIGNS[name].parts}}
        for field, place in places.items():
            if (value := first(place, "valueQuantity.value")) is not None:
                said[field] = NUMBER.back(value)
        return said


def _component(found: Mapping[str, Any], code: str) -> Any:
    elements = found.get("component")
    return next(
        (one for one in elements or () if first(one, f"code.coding[system={LOINC}].code") == code),
        None,
    )
