"""Whether a resource is what a search asks for, value by value (R4, search.html).

Elements are told apart by their shape: a CodeableConcept has ``coding``, an Identifier a ``value``, and so on.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from datetime import datetime
from typing import Any, NamedTuple

from chalicelib.domain.resource_search import dates, numbers
from chalicelib.domain.resource_search.parameters import Kind, Parameter, found
from chalicelib.domain.resource_search.values import Amount, Pointer, Token, Value, When, folded

_NOT_TEXT = frozenset({"use", "type", "system", "period", "extension", "id", "url", "rank"})


class Clause(NamedTuple):
    """One parameter as it was asked: any of its values will do. ``chain``: of the patient that it names."""

    parameter: Parameter
    modifier: str
    values: tuple[Value, ...]
    chain: str = ""


class Around(NamedTuple):
    """What a comparison needs beside the resource: the moment, and the address that references may begin with."""

    now: datetime
    base: str


def matches(resource: Mapping[str, Any], clause: Clause, around: Around) -> bool:
    there = found(resource, clause.parameter)
    if clause.modifier == "missing":
        return bool(there) != (clause.values[0] == "true")
    test = _TESTS[clause.parameter.kind]
    if clause.parameter.name == "deceased":  # a date says yes
        there = [bool(there) and there != [False]]
    if clause.modifier == "not":
        return not any(test(one, value, "", around) for value in clause.values for one in there)
    return any(test(one, value, clause.modifier, around) for value in clause.values for one in there)


# --- tokens


def codes(value: Any) -> Iterator[tuple[str | None, str]]:
    """System and code of an element; system None where the element's definition alone says it."""
    if isinstance(value, bool):
        yield None, "true" if value else "false"
    elif isinstance(value, str):
        yield None, value
    elif isinstance(value, Mapping):
        if "coding" in value or ("text" in value and "code" not in value):
            for coding in value.get("coding") or ():
                yield from codes(coding)
        elif "code" in value:
            yield str(value.get("system", "")), str(value["code"])
        elif "value" in value and "rank" not in value and value.get("system") not in _CONTACTS:
            yield str(value.get("system", "")), str(value["value"])
        elif "value" in value:
            yield None, str(value["value"])


_CONTACTS = frozenset({"phone", "fax", "email", "pager", "url", "sms", "other"})
"""Systems of a ContactPoint: they are no namespace."""


def _token(there: Any, wanted: Value, modifier: str, _around: Around) -> bool:
    if isinstance(wanted, str):
        return any(folded(wanted) in folded(said) for said in _words(there))
    if not isinstance(wanted, Token):
        return False
    if modifier == "of-type":
        types = [*codes(there.get("type"))] if isinstance(there, Mapping) else []
        return (wanted.system, wanted.code) in types and there.get("value") == wanted.value
    return any(_same(system, code, wanted) for system, code in codes(there))


def _same(system: str | None, code: str, wanted: Token) -> bool:
    if wanted.system is not None and system is not None and system != wanted.system:
        return False
    return not wanted.code or code == wanted.code


def _words(there: Any) -> Iterator[str]:
    """What a person reads of a coded element: its text, and what its codings are called."""
    if isinstance(there, Mapping):
        named = [there, *(one for one in there.get("coding") or () if isinstance(one, Mapping))]
        if isinstance(there.get("type"), Mapping):
            yield from _words(there["type"])
        for one in named:
            yield from (one[name] for name in ("text", "display") if isinstance(one.get(name), str))


# --- references


def _reference(there: Any, wanted: Value, _modifier: str, around: Around) -> bool:
    if isinstance(wanted, Token):
        said = there.get("identifier") if isinstance(there, Mapping) else None
        return any(_same(system, code, wanted) for system, code in codes(said))
    if not isinstance(wanted, Pointer):
        return False
    if wanted.url:
        return address(there) == wanted.url
    kind, there_id = pointed(there, around.base)
    return there_id == wanted.id and (not wanted.type or kind == wanted.type)


def address(there: Any) -> str:
    """What a Reference or a canonical says; "" for nothing."""
    said = there.get("reference") if isinstance(there, Mapping) else there
    return said if isinstance(said, str) else ""


def pointed(there: Any, base: str) -> tuple[str, str]:
    """Type and id that a reference within this server names; ("", "") for any other."""
    said = address(there).removeprefix(base + "/").split("/_history/", maxsplit=1)[0]
    kind, _, resource_id = said.partition("/")
    local = kind.isalpha() and kind[:1].isupper() and resource_id and "/" not in resource_id
    return (kind, resource_id) if local else ("", "")


# --- the rest


def _date(there: Any, wanted: Value, _modifier: str, around: Around) -> bool:
    interval = dates.interval_in(there)
    if interval is None or not isinstance(wanted, When):
        return False
    return dates.compares(wanted.prefix, wanted.interval, interval, around.now)


def texts(there: Any) -> Iterator[str]:
    """All words of a string, a HumanName, an Address …"""
    if isinstance(there, str):
        yield there
    elif isinstance(there, list):
        for one in there:
            yield from texts(one)
    elif isinstance(there, Mapping):
        for name, inner in there.items():
            if name not in _NOT_TEXT and not name.startswith("_"):
                yield from texts(inner)


def _string(there: Any, wanted: Value, modifier: str, _around: Around) -> bool:
    if not isinstance(wanted, str):
        return False
    if modifier == "exact":
        return any(said == wanted for said in texts(there))
    plain = folded(wanted)
    if modifier == "contains":
        return any(plain in folded(said) for said in texts(there))
    return any(folded(said).startswith(plain) for said in texts(there))


def _quantity(there: Any, wanted: Value, _modifier: str, _around: Around) -> bool:
    span = numbers.span_in(there)
    if span is None or not isinstance(wanted, Amount):
        return False
    return numbers.compares(wanted.prefix, wanted.number, span) and _unit(there, wanted)


def _unit(there: Any, wanted: Amount) -> bool:
    """The same unit; nothing is converted. Without a system the unit may be the code or what people read."""
    if not wanted.code or not isinstance(there, Mapping):
        return not wanted.code
    held = there.get("low") or there.get("high") or there
    if wanted.system:
        system = "urn:iso:std:iso:4217" if "currency" in held else held.get("system")
        return system == wanted.system and wanted.code in {held.get("code"), held.get("currency")}
    return wanted.code in {held.get("code"), held.get("unit"), held.get("currency")}


def _uri(there: Any, wanted: Value, modifier: str, _around: Around) -> bool:
    if not isinstance(there, str) or not isinstance(wanted, str):
        return False
    if modifier == "below":
        return there == wanted or there.startswith(wanted.rstrip("/") + "/")
    if modifier == "above":
        return there == wanted or wanted.startswith(there.rstrip("/") + "/")
    return there == wanted


_TESTS: Mapping[Kind, Callable[[Any, Value, str, Around], bool]] = {
    Kind.TOKEN: _token,
    Kind.REFERENCE: _reference,
    Kind.DATE: _date,
    Kind.STRING: _string,
    Kind.QUANTITY: _quantity,
    Kind.NUMBER: _quantity,
    Kind.URI: _uri,
}
