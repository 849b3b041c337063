"""Fields of our bodies and their places in a resource, read and written by the same line of a table."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Protocol

from chalicelib.domain.resource_ids import CODES, ResourceId
from chalicelib.interop.mapping.codecs import TEXT, URN, Body, Codec, Tree, concept_of, diagnosis_of, options
from chalicelib.interop.mapping.paths import first, put
from chalicelib.records.registry import record_type


@dataclass(frozen=True, slots=True)
class At:
    """For whom a resource is made: its card, the reference to the patient, and the row without its body."""

    patient_id: str
    subject: Mapping[str, str]
    row: Mapping[str, Any]

    @property
    def reported(self) -> bool:
        return bool(self.row.get("source") == "patient-reported")


class Lens(Protocol):
    @property
    def names(self) -> tuple[str, ...]:
        """Fields of the body; none for what is said of every record of the kind."""
        ...

    @property
    def where(self) -> str:
        """Where they are in the resource, for a reader."""
        ...

    def show(self, body: Body, made: Tree, at: At) -> None: ...

    def take(self, found: Mapping[str, Any]) -> Tree:
        """Fields that are said; a field without a value is left out."""
        ...


# --- lenses


@dataclass(frozen=True, slots=True)
class Field:
    """One field at one place."""

    name: str
    where: str
    codec: Codec = TEXT

    @property
    def names(self) -> tuple[str, ...]:
        return (self.name,)

    def show(self, body: Body, made: Tree, at: At) -> None:  # noqa: ARG002 - one signature
        value = body.get(self.name)
        if value is not None and (said := self.codec.out(value)) is not None:
            put(made, self.where, said)

    def take(self, found: Mapping[str, Any]) -> Tree:
        value = first(found, self.where)
        said = None if value is None else self.codec.back(value)
        return {} if said is None else {self.name: said}


def own(name: str, kind: str = "String", codec: Codec = TEXT) -> Field:
    """What FHIR has no element for: an extension."""
    return Field(name, f"extension[url={URN}:field:{name}].value{kind}", codec)


@dataclass(frozen=True, slots=True)
class Always:
    """What is so of every record of the kind."""

    where: str
    value: Any
    names: tuple[str, ...] = ()

    def show(self, body: Body, made: Tree, at: At) -> None:  # noqa: ARG002 - one signature
        put(made, self.where, self.value)

    def take(self, found: Mapping[str, Any]) -> Tree:  # noqa: ARG002 - one signature
        return {}


@dataclass(frozen=True, slots=True)
class Choice:
    """A field with a closed list, as a CodeableConcept: our own code with its words, and a standard one where there is.

    ``system`` and ``codes``: the standard; ``title``: what stands before the word, where it says little by itself.
    What has neither our code nor a known one is not taken.
    """

    name: str
    where: str
    model: str
    system: str = ""
    codes: Mapping[str, str] | None = None
    title: str = ""

    @property
    def names(self) -> tuple[str, ...]:
        return (self.name,)

    @property
    def _own(self) -> str:
        return f"{URN}:{self.model.rpartition(':')[2]}.{self.name}"

    def concept(self, value: str) -> Tree:
        said = options(self.model, self.name).get(value, (value, value))[0]
        codings = [{"system": self._own, "code": value, "display": said}]
        if self.codes and value in self.codes:
            codings.append({"system": self.system, "code": self.codes[value]})
        return {"coding": codings, "text": f"{self.title}{said}"}

    def value(self, concept: Any) -> str | None:
        found = first(concept, f"coding[system={self._own}].code")
        if found is None and self.codes:
            code = first(concept, f"coding[system={self.system}].code")
            found = next((ours for ours, theirs in self.codes.items() if theirs == code), None)
        return found if isinstance(found, str) else None

    def show(self, body: Body, made: Tree, at: At) -> None:  # noqa: ARG002 - one signature
        if body.get(self.name) is not None:
            put(made, self.where, self.concept(body[self.name]))

    def take(self, found: Mapping[str, Any]) -> Tree:
        value = self.value(first(found, self.where))
        return {} if value is None else {self.name: value}


@dataclass(frozen=True, slots=True)
class Diagnosis:
    """A diagnosis as a CodeableConcept: the Russian ICD-10, its words, its role and whether it is chronic."""

    name: str
    where: str

    @property
    def names(self) -> tuple[str, ...]:
        return (self.name,)

    def show(self, body: Body, made: Tree, at: At) -> None:  # noqa: ARG002 - one signature
        if body.get(self.name):
            put(made, self.where, concept_of(body[self.name]))

    def take(self, found: Mapping[str, Any]) -> Tree:
        said = diagnosis_of(first(found, self.where))
        return {self.name: said} if said else {}


@dataclass(frozen=True, slots=True)
class Inside:
    """A part of the body whose fields stand in the same resource."""

    name: str
    lenses: tuple[Lens, ...]

    @property
    def names(self) -> tuple[str, ...]:
        return (self.name,)

    @property
    def where(self) -> str:
        return ", ".join(lens.where for lens in self.lenses)

    def show(self, body: Body, made: Tree, at: At) -> None:
        if body.get(self.name):
            for lens in self.lenses:
                lens.show(body[self.name], made, at)

    def take(self, found: Mapping[str, Any]) -> Tree:
        said = taken(self.lenses, found)
        return {self.name: said} if said else {}


@dataclass(frozen=True, slots=True)
class Items:
    """A list of parts as a list of elements. ``marked``: a field of every element that tells them from others."""

    name: str
    where: str
    lenses: tuple[Lens, ...]
    marked: tuple[str, str] | None = None

    @property
    def names(self) -> tuple[str, ...]:
        return (self.name,)

    def show(self, body: Body, made: Tree, at: At) -> None:
        elements = list(first(made, self.where) or [])
        for item in body.get(self.name) or ():
            element: Tree = {self.marked[0]: self.marked[1]} if self.marked else {}
            for lens in self.lenses:
                lens.show(item, element, at)
            elements.append(element)
        if elements:
            put(made, self.where, elements)

    def take(self, found: Mapping[str, Any]) -> Tree:
        elements = first(found, self.where)
        if not isinstance(elements, list):
            return {}
        if self.marked:
            elements = [one for one in elements if first(one, self.marked[0]) == self.marked[1]]
        items = [taken(self.lenses, one) for one in elements]
        return {self.name: items} if items else {}


def own_items(name: str, *lenses: Lens) -> Items:
    """A list of parts as extensions, one for each, with parts of their own."""
    return Items(name, "extension", lenses, ("url", f"{URN}:field:{name}"))


def part(name: str, kind: str = "String", codec: Codec = TEXT) -> Field:
    """A field inside of one of ``own_items``."""
    return Field(name, f"extension[url={name}].value{kind}", codec)


@dataclass(frozen=True, slots=True)
class Values:
    """A list of plain values as a list of elements. ``inner``: their place in an element; "" for the element."""

    name: str
    where: str
    inner: str = ""
    codec: Codec = TEXT

    @property
    def names(self) -> tuple[str, ...]:
        return (self.name,)

    def show(self, body: Body, made: Tree, at: At) -> None:  # noqa: ARG002 - one signature
        elements = []
        for value in body.get(self.name) or ():
            element: Any = self.codec.out(value)
            if self.inner:
                element = {}
                put(element, self.inner, self.codec.out(value))
            elements.append(element)
        if elements:
            put(made, self.where, elements)

    def take(self, found: Mapping[str, Any]) -> Tree:
        elements = first(found, self.where)
        read = [first(one, self.inner) if self.inner else one for one in elements or ()]
        values = [value for one in read if one is not None and (value := self.codec.back(one)) is not None]
        return {self.name: values} if values else {}


@dataclass(frozen=True, slots=True)
class Related:
    """Links to other records of the card. They are not read back: in another card nothing has these ids."""

    names: tuple[str, ...] = ("related",)
    where: str = f"extension[url={URN}:field:related].valueReference"

    def show(self, body: Body, made: Tree, at: At) -> None:
        for link in body.get("related") or ():
            if link["kind"] in CODES:
                target = ResourceId(at.patient_id, link["kind"], link["id"])  # type: ignore[arg-type]
                reference = {"reference": f"{record_type(link['kind']).fhir_resource}/{target}"}
                made.setdefault("extension", []).append({"url": f"{URN}:field:related", "valueReference": reference})

    def take(self, found: Mapping[str, Any]) -> Tree:  # noqa: ARG002 - one signature
        return {}


@dataclass(frozen=True, slots=True)
class Files:
    """What the files of a record are called. They lie in its card, so they are not read back either."""

    names: tuple[str, ...] = ("attachments",)
    where: str = f"extension[url={URN}:field:file].valueString"

    def show(self, body: Body, made: Tree, at: At) -> None:  # noqa: ARG002 - one signature
        for one in body.get("attachments") or ():
            made.setdefault("extension", []).append({"url": f"{URN}:field:file", "valueString": one["title"]})

    def take(self, found: Mapping[str, Any]) -> Tree:  # noqa: ARG002 - one signature
        return {}


# --- pieces


def taken(lenses: Sequence[Lens], found: Any) -> Tree:
    said: Tree = {}
    for lens in lenses:
        said |= lens.take(found)
    return said
