"""What a search asks for, from its parameters as they were sent (R4, search.html).

A parameter that nobody knows is passed over and named in a warning, or refused with ``Prefer: handling=strict``. A
known one with a modifier or value that cannot be understood is always refused: the answer would be another one.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import NamedTuple

from chalicelib.domain.resource_search.matching import Clause
from chalicelib.domain.resource_search.ordering import Order
from chalicelib.domain.resource_search.parameters import PERSONAL, Kind, Parameter, parameters, types, whose
from chalicelib.domain.resource_search.shaping import SUMMARIES
from chalicelib.domain.resource_search.values import Pointer, Value, apart, value_of
from chalicelib.errors import FieldProblem, SearchInvalidError

USUAL, MOST = 20, 200
"""Resources of a page."""
PARAMETERS, VALUES, LONGEST = 40, 50, 1000
"""Bounds of a search: parameters, values of one, characters of one."""
SORTS, INCLUDES = 4, 10
IGNORED = frozenset({"_format", "_pretty"})
TOTALS = ("none", "accurate", "estimate")
CHAINED = frozenset({"identifier"})
"""Of the patient that a search is about: whose card it is may be asked by a number."""

MODIFIERS: Mapping[Kind, frozenset[str]] = {
    Kind.TOKEN: frozenset({"not", "text", "of-type", "missing"}),
    Kind.REFERENCE: frozenset({"identifier", "missing"}),
    Kind.STRING: frozenset({"exact", "contains", "missing"}),
    Kind.URI: frozenset({"below", "above", "missing"}),
    Kind.DATE: frozenset({"missing"}),
    Kind.QUANTITY: frozenset({"missing"}),
    Kind.NUMBER: frozenset({"missing"}),
}
"""A reference takes a type of its targets too: ``subject:Patient``."""
_NAME = re.compile(r"(?P<name>[A-Za-z_][A-Za-z0-9_-]*)(?::(?P<modifier>[A-Za-z-]+))?(?:\.(?P<chain>[A-Za-z_-]+))?")

Pairs = Sequence[tuple[str, str]]


class Include(NamedTuple):
    """Resources of ``source`` refer by ``parameter``; ``target`` "" for whatever type they refer to."""

    source: str
    parameter: Parameter
    target: str


@dataclass(frozen=True, slots=True)
class Asked:
    resource_type: str
    clauses: tuple[Clause, ...] = ()
    includes: tuple[Include, ...] = ()
    reverse: tuple[Include, ...] = ()
    orders: tuple[Order, ...] = ()
    count: int = USUAL
    summary: str = ""
    elements: tuple[str, ...] = ()
    total: bool = False
    unknown: tuple[str, ...] = ()
    """Names that were passed over."""
    said: tuple[tuple[str, str], ...] = field(default=())
    """The parameters that count, as they were sent: for the link ``self``."""


def asked(resource_type: str, pairs: Pairs, base: str, *, strict: bool = False) -> Asked:
    """Raises SearchInvalidError with every parameter that is wrong. ``base``: address of this server."""
    reading = _Reading(resource_type, base)
    if len(pairs) > PARAMETERS:
        raise _invalid("?", "search", f"at most {PARAMETERS} parameters")
    for name, text in pairs:
        if text and name not in IGNORED:
            reading.take(name, text)
    if strict:
        reading.wrong += [FieldProblem(f"?{name}", "search", "no such parameter") for name in reading.unknown]
    if reading.wrong:
        raise SearchInvalidError(fields=tuple(reading.wrong))
    return reading.made()


def personal(resource_type: str, names: Sequence[str]) -> str:
    """The first of some parameters that tells who somebody is, and so may not stand in an address; "" for none."""
    for name in names:
        found = _NAME.fullmatch(name)
        if found is None:
            continue
        about_patient = found["name"] in whose(resource_type)
        own = PERSONAL.get(resource_type, frozenset({"identifier"} if resource_type == "Coverage" else ()))
        if found["name"] in own or (about_patient and (found["chain"] or found["modifier"] == "identifier")):
            return name
    return ""


def patient_clauses(search: Asked) -> tuple[list[Clause], tuple[Clause, ...]]:
    """Those that say whose card it is, and the rest, which resources of that card are compared with."""
    names = whose(search.resource_type)
    mine = [one for one in search.clauses if one.parameter.name in names and _names_patient(one)]
    return mine, tuple(one for one in search.clauses if one not in mine)


def _names_patient(clause: Clause) -> bool:
    if clause.modifier == "missing":
        return False
    pointers = all(isinstance(value, Pointer) and value.type in {"", "Patient"} for value in clause.values)
    return pointers or bool(clause.chain) or clause.modifier == "identifier"


class _Reading:
    def __init__(self, resource_type: str, base: str) -> None:
        self._type = resource_type
        self._known = parameters(resource_type)
        self._base = base
        self._clauses: list[Clause] = []
        self._includes: dict[str, list[Include]] = {"_include": [], "_revinclude": []}
        self._said: list[tuple[str, str]] = []
        self._orders: tuple[Order, ...] = ()
        self._elements: tuple[str, ...] = ()
        self._words: dict[str, str] = {}
        self.unknown: list[str] = []
        self.wrong: list[FieldProblem] = []

    def take(self, name: str, text: str) -> None:
        try:
            if len(text) > LONGEST:
                raise _invalid("?" + name[:40], "search", f"at most {LONGEST} characters")
            if self._result(name, text) or self._filter(name, text):
                self._said.append((name, text))
            else:
                self.unknown.append(name[:40])
        except SearchInvalidError as error:
            self.wrong += error.fields

    def made(self) -> Asked:
        words = self._words
        return Asked(
            self._type,
            tuple(self._clauses),
            tuple(self._includes["_include"]),
            tuple(self._includes["_revinclude"]),
            self._orders,
            int(words.get("_count", USUAL)),
            words.get("_summary", ""),
            self._elements,
            words.get("_total") in {"accurate", "estimate"} or words.get("_summary") == "count",
            tuple(self.unknown),
            tuple(self._said),
        )

    # --- what the answer is to be like

    def _result(self, name: str, text: str) -> bool:
        take = self._TAKEN.get(name)
        if take is not None:
            take(self, name, text)
        return take is not None

    def _count(self, name: str, text: str) -> None:
        if not (text.isascii() and text.isdecimal() and len(text) < 6):  # noqa: PLR2004
            raise _invalid("?" + name[:40], "search", "a whole number")
        self._words[name] = str(min(int(text), MOST))
        if not int(text):  # R4, search.html#count: the same as _summary=count
            self._words |= {"_count": "1", "_summary": "count"}

    def _word(self, name: str, text: str) -> None:
        words = SUMMARIES if name == "_summary" else TOTALS
        if text not in words:
            raise _invalid("?" + name[:40], "search", "one of " + ", ".join(words))
        self._words[name] = text

    def _only(self, _name: str, text: str) -> None:
        self._elements = tuple(one.strip().rpartition(".")[2] for one in text.split(",") if one.strip())

    def _sorted(self, name: str, text: str) -> None:
        self._orders = tuple(self._order(one.strip()) for one in text.split(","))
        if len(self._orders) > SORTS:
            raise _invalid("?" + name[:40], "search", f"at most {SORTS} values")

    def _included(self, name: str, text: str) -> None:
        self._includes[name].append(self._include(name, text))
        if len(self._includes[name]) > INCLUDES:
            raise _invalid("?" + name[:40], "search", f"at most {INCLUDES} values")

    _TAKEN: Mapping[str, Callable[[_Reading, str, str], None]] = {
        "_count": _count,
        "_summary": _word,
        "_total": _word,
        "_elements": _only,
        "_sort": _sorted,
        "_include": _included,
        "_revinclude": _included,
    }

    def _order(self, text: str) -> Order:
        parameter = self._known.get(text.removeprefix("-"))
        if parameter is None:
            raise _invalid("?_sort", "search", "parameters of this type of resource, a minus before what is to fall")
        return Order(parameter, text.startswith("-"))

    def _include(self, name: str, text: str) -> Include:
        source, _, rest = text.partition(":")
        wanted, _, target = rest.partition(":")
        parameter = parameters(source).get(wanted) if source in types() else None
        if parameter is None or parameter.kind is not Kind.REFERENCE or (name == "_include" and source != self._type):
            raise _invalid(
                "?" + name,
                "search",
                "a type, a parameter of it that is a reference, and perhaps a target, as Type:parameter",
            )
        return Include(source, parameter, target)

    # --- what it is to have

    def _filter(self, name: str, text: str) -> bool:
        found = _NAME.fullmatch(name)
        parameter = self._known.get(found["name"]) if found else None
        if found is None or parameter is None:
            return False
        modifier, chain = found["modifier"] or "", found["chain"] or ""
        self._check(name, parameter, modifier, chain)
        parts = apart(text, ",")
        if len(parts) > VALUES:
            raise _invalid("?" + name[:40], "search", f"at most {VALUES} values")
        read = parameter if not chain else parameters("Patient")[chain]
        kept = "" if chain else modifier
        self._clauses.append(
            Clause(parameter, modifier, tuple(self._value(name, read, kept, part) for part in parts), chain)
        )
        return True

    def _check(self, name: str, parameter: Parameter, modifier: str, chain: str) -> None:
        if chain and not (parameter.name in whose(self._type) and chain in CHAINED and modifier in {"", "Patient"}):
            raise _invalid("?" + name[:40], "search", "only patients are asked on: patient.identifier")
        typed = parameter.kind is Kind.REFERENCE and (modifier in parameter.targets or "*" in parameter.targets)
        if modifier and modifier not in MODIFIERS[parameter.kind] and not (typed and modifier[0].isupper()):
            raise _invalid("?" + name[:40], "search", "no such modifier of this parameter")

    def _value(self, name: str, parameter: Parameter, modifier: str, text: str) -> Value:
        if modifier == "missing":
            if text not in {"true", "false"}:
                raise _invalid("?" + name[:40], "search", "true or false")
            return text
        found = value_of(parameter.kind, modifier, text, self._base)
        if found is None:
            raise _unread("?" + name[:40], parameter.kind)
        return found


def _unread(name: str, kind: Kind) -> SearchInvalidError:
    match kind:
        case Kind.TOKEN:
            return _invalid(name, "search", "a code, as system|code, |code or code")
        case Kind.REFERENCE:
            return _invalid(name, "search", "an id, Type/id or an address")
        case Kind.DATE:
            return _invalid(name, "search", "a date or moment, perhaps with a prefix, like ge2026-03-02")
        case _:
            return _invalid(name, "search", "a number, perhaps with a prefix and a unit, like gt5.4 or 5|system|mg")


def _invalid(field_name: str, code: str, message: str) -> SearchInvalidError:
    return SearchInvalidError(fields=(FieldProblem(field_name, code, message),))
