"""Walk through a resource by the definitions of its elements: what the JSON schema cannot say (infra/fhir_schema.py).

Needed elements, choices, types that references may name, real dates, gaps in lists, codes of coded statuses, and the
invariants of ``invariants``. It takes any JSON: what has the wrong form is passed over, the schema has told of it.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from functools import cache
from typing import Any, NamedTuple

from chalicelib.interop.r4.findings import Findings
from chalicelib.interop.r4.invariants import INVARIANTS, Rule
from chalicelib.interop.r4.narrative import broken
from chalicelib.interop.r4.plain import NULL
from chalicelib.interop.r4.schema import Child, children, every_type, rules, simple

REFERENCE = 2048
"""Characters: more is no address that anything could read."""
SIMPLE = "Element"
"""Definition of what stands beside a simple value, ``_birthDate``: it may say no more than an id."""
DATED = frozenset({"date", "dateTime", "instant"})
_TYPED = re.compile(r"(?:^|/)([A-Z][A-Za-z]+)/[A-Za-z0-9\-.]{1,64}(?:/_history/[A-Za-z0-9\-.]{1,64})?(?:#.*)?$")
_CONDITIONAL = re.compile(r"([A-Z][A-Za-z]+)\?.+")
_ABSOLUTE = re.compile(r"[A-Za-z][A-Za-z0-9+.\-]*:")
_LAST_SURE_DAY = "28"


class Plan(NamedTuple):
    """What is asked of one definition."""

    children: Mapping[str, Child]
    simple: frozenset[str]
    needs: tuple[str, ...]
    choices: Mapping[str, str]
    """Spelling to stem: ``valueQuantity`` to ``value``."""
    chosen: tuple[str, ...]
    targets: Mapping[str, list[str]]
    exact: tuple[str, ...]
    coded: Mapping[str, tuple[str, list[str]]]
    invariants: tuple[Rule, ...]


@cache
def plan(definition: str) -> Plan:
    said = rules().get(definition, {})
    known = children(definition)
    return Plan(
        known,
        frozenset(name for name, child in known.items() if simple(child.definition)),
        tuple(said.get("needs", ())),
        {spelling: stem for stem, spellings in said.get("choices", {}).items() for spelling in spellings},
        tuple(said.get("chosen", ())),
        said.get("targets", {}),
        tuple(said.get("exact", ())),
        said.get("coded", {}),
        INVARIANTS.get(definition, ()),
    )


@dataclass
class Walk:
    """``contained``: id to type. ``named``: fullUrl to type, of the Bundle around. Both only to know types."""

    findings: Findings
    contained: Mapping[str, str] = field(default_factory=dict)
    named: Mapping[str, str] = field(default_factory=dict)

    def element(self, definition: str, value: Mapping[str, Any], path: str) -> None:
        if self.findings.full:
            return
        asked = plan(definition)
        for name in value:
            if name in asked.children:
                self._child(asked, value, name, path)
        if len(value) == 1 and "id" in value and definition != SIMPLE:
            self.findings.add(path, "invariant", *NOTHING, "ele-1")
        self._presence(asked, value, path)
        self._meaning(asked, value, path)
        for rule in asked.invariants:
            for place in rule.broken(value):
                self.findings.add(path + place, rule.code, rule.text, rule.text_ru, rule.name)

    def _child(self, asked: Plan, value: Mapping[str, Any], name: str, path: str) -> None:
        child, inner = asked.children[name], value[name]
        if name in asked.simple:
            if child.definition in DATED or child.many:
                self._simple(child, value, name, path)
        elif child.many and isinstance(inner, list):
            for number, one in enumerate(inner):
                self._inner(child.definition, value, (name, number), one, path)
        elif isinstance(inner, dict):
            self._one(child.definition, inner, f"{path}.{name}")

    def _meaning(self, asked: Plan, value: Mapping[str, Any], path: str) -> None:
        for name, targets in asked.targets.items():
            if name in value:
                self._references(value[name], targets, f"{path}.{name}")
        for name in asked.exact:
            if isinstance(quantity := value.get(name), dict) and "comparator" in quantity:
                self.findings.add(f"{path}.{name}.comparator", "invariant", *COMPARED, "sqty-1")
        for name, (system, codes) in asked.coded.items():
            if name in value and not _coded(value[name], system, codes):
                listed = ", ".join(codes)
                text, text_ru = f"needs one of {listed} of {system}", f"нужен один из кодов {listed} системы {system}"
                self.findings.add(f"{path}.{name}", "code-invalid", text, text_ru, "binding")

    def _one(self, definition: str, value: Mapping[str, Any], path: str) -> None:
        if definition == "ResourceList":
            if not isinstance(value.get("resourceType"), str):
                self.findings.add(path, "structure", "resourceType is missing", "не указан resourceType", "type")
            return
        self.element(definition, value, path)
        if definition == "Reference":
            self._local(value, path)
        elif definition == "Narrative" and isinstance(div := value.get("div"), str) and (name := broken(div)):
            self.findings.add(f"{path}.div", "invariant", *NARRATIVE[name], name)

    def _inner(self, definition: str, parent: Mapping[str, Any], place: tuple[str, int], one: Any, path: str) -> None:
        name, number = place
        where = f"{path}.{name}[{number}]"
        if isinstance(one, dict):
            self._one(definition, one, where)
        elif one is None and not (name.startswith("_") and _at(parent.get(name[1:]), number) is not None):
            self.findings.add(where, "invalid", *NULL)

    def _simple(self, child: Child, parent: Mapping[str, Any], name: str, path: str) -> None:
        said = parent[name]
        for number, one in enumerate(said if isinstance(said, list) else [said]):
            where = f"{path}.{name}[{number}]" if isinstance(said, list) else f"{path}.{name}"
            if one is None and _at(parent.get(f"_{name}"), number) is None:
                self.findings.add(where, "invalid", *NULL)
            elif child.definition in DATED and isinstance(one, str) and not real(one):
                self.findings.add(where, "value", "there is no such day", "такого дня нет", "date")

    def _presence(self, asked: Plan, value: Mapping[str, Any], path: str) -> None:
        for name in asked.needs:
            if name not in value and f"_{name}" not in value:
                self.findings.add(f"{path}.{name}", "required", *NEEDED, "required")
        said: dict[str, str] = {}
        for key in value:
            bare = key.removeprefix("_")
            stem = asked.choices.get(bare)
            if stem is not None and said.setdefault(stem, bare) != bare:
                self.findings.add(f"{path}.{stem}", "structure", *ONE_CHOICE, "choice")
        for stem in asked.chosen:
            if stem not in said:
                self.findings.add(f"{path}.{stem}", "required", *NEEDED, "required")

    # --- references

    def _references(self, said: Any, targets: list[str], path: str) -> None:
        for number, one in enumerate(said if isinstance(said, list) else [said]):
            if isinstance(one, dict):
                found = self._type(one)
                if found and found not in targets:
                    listed = ", ".join(targets)
                    where = f"{path}[{number}]" if isinstance(said, list) else path
                    text, text_ru = f"may name only: {listed}", f"ссылка может вести только на: {listed}"
                    self.findings.add(where, "value", text, text_ru, "target")

    def _type(self, reference: Mapping[str, Any]) -> str:
        """What a reference names; "" when it cannot be known."""
        said = reference.get("reference")
        declared = reference.get("type")
        declared = declared if isinstance(declared, str) and declared in every_type() else ""
        if not isinstance(said, str) or len(said) > REFERENCE:
            return declared
        if said.startswith("#"):
            return self.contained.get(said[1:], declared)
        if said in self.named:
            return self.named[said]
        found = _TYPED.search(said) or _CONDITIONAL.fullmatch(said)
        return found[1] if found and found[1] in every_type() else declared

    def _local(self, value: Mapping[str, Any], path: str) -> None:
        """The form of a reference, whatever it may name."""
        said = value.get("reference")
        if not isinstance(said, str) or not said:
            return
        if len(said) > REFERENCE:
            self.findings.add(f"{path}.reference", "too-long", *LONG, "reference")
            return
        if said.startswith("#"):
            if len(said) > 1 and said[1:] not in self.contained:
                self.findings.add(path, "not-found", *NOT_CONTAINED, "ref-1")
            return
        found = _TYPED.search(said) or _CONDITIONAL.fullmatch(said)
        if not _ABSOLUTE.match(said) and (found is None or found[1] not in every_type()):
            self.findings.add(f"{path}.reference", "value", *FORM, "reference")
        declared = value.get("type")
        named = self._type({"reference": said})
        if declared in every_type() and named and named != declared:
            self.findings.add(f"{path}.type", "value", *OTHER_TYPE, "reference")


NARRATIVE = {
    "txt-1": (
        "XHTML in a div of its namespace, with elements for text alone: no scripts, forms, frames, events",
        "XHTML в div со своим пространством имён, только элементы текста: без скриптов, форм, фреймов, событий",
    ),
    "txt-2": ("the narrative says nothing", "в описании нет текста"),
}
NOTHING = ("needs a value or children", "нет ни значения, ни вложенных элементов")
NEEDED = ("must be there", "обязательный элемент")
ONE_CHOICE = ("only one of its types", "допустим только один из типов этого элемента")
NOT_CONTAINED = ("no contained resource has this id", "среди вложенных ресурсов нет такого id")
LONG = (f"at most {REFERENCE} characters", f"не длиннее {REFERENCE} знаков")
COMPARED = ("no comparator here", "здесь нет места знаку сравнения (comparator)")
FORM = ("a reference is Type/id, a URL, urn:… or #id", "ссылка — это Тип/id, URL, urn:… или #id")
OTHER_TYPE = ("is not the type of what is referred to", "не тот тип, на который ведёт ссылка")


def real(said: str) -> bool:
    """Whether the day of a date exists; the form is the schema's business."""
    if said[8:10] <= _LAST_SURE_DAY:
        return True
    try:
        date.fromisoformat(said[:10])
    except ValueError:
        return not re.match(r"[0-9]{4}-[0-9]{2}-[0-9]{2}", said)
    return True


def _at(said: Any, number: int) -> Any:
    return said[number] if isinstance(said, list) and number < len(said) else None


def _coded(said: Any, system: str, codes: list[str]) -> bool:
    codings = said.get("coding") if isinstance(said, dict) else None
    return any(
        isinstance(one, dict) and one.get("system") == system and one.get("code") in codes
        for one in (codings if isinstance(codings, list) else ())
    )
