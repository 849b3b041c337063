"""A search as it comes over HTTP, and its answer as a Bundle (R4, bundle.html#searchset)."""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import datetime
from typing import Any
from urllib.parse import parse_qsl, urlencode

from chalicelib.domain import exact_json
from chalicelib.domain.resource_search.asking import MOST, PARAMETERS, Asked, asked, personal
from chalicelib.domain.resource_search.dates import Interval, interval_of
from chalicelib.domain.resource_search.matching import Clause
from chalicelib.domain.resource_search.parameters import types
from chalicelib.domain.resource_search.shaping import shaped
from chalicelib.domain.resource_search.values import When
from chalicelib.domain.resources import SERVED
from chalicelib.errors import FieldProblem, MalformedError, SearchInvalidError
from chalicelib.handlers.endpoints import FORM, Call, File
from chalicelib.handlers.outcomes import issue, operation_outcome
from chalicelib.ports.resources import Resource
from chalicelib.services.resource_search import Found, Wanted

Pairs = list[tuple[str, str]]
STRICT = re.compile(r"(?:^|[;,\s])handling\s*=\s*\"?strict\b", re.IGNORECASE)
PAGE = 100
"""Resources of a page of ``$everything``, where the caller says no number."""


# --- what was asked


def query_pairs(call: Call) -> Pairs:
    return [(name, value) for name, values in call.values.items() for value in values]


def form_pairs(call: Call) -> Pairs:
    """Of a form in the body. Raises MalformedError."""
    if not isinstance(call.body, File):
        return []
    try:
        text = call.body.data.decode("utf-8")
        return parse_qsl(text, keep_blank_values=True, errors="strict", max_num_fields=PARAMETERS + 10)
    except ValueError:
        raise MalformedError("the body is not a form of UTF-8") from None


def operation_pairs(call: Call) -> Pairs:
    """Of an operation: a form, or a Parameters resource (R4, operations.html#request). Raises MalformedError."""
    if not isinstance(call.body, File) or call.body.media_type == FORM:
        return form_pairs(call)
    given = exact_json.loads(call.body.data)
    if not isinstance(given, dict) or given.get("resourceType") != "Parameters":
        raise MalformedError("a Parameters resource is needed")
    said = given.get("parameter", [])
    if not isinstance(said, list) or len(said) > PARAMETERS:
        raise MalformedError(f"a list of at most {PARAMETERS} parameters is needed")
    return [_parameter(one) for one in said]


def _parameter(given: Any) -> tuple[str, str]:
    """Its name, and its value as it would stand in a form: an Identifier as system|value."""
    said = given if isinstance(given, dict) else {}
    values = [value for name, value in said.items() if name.startswith("value")]
    if len(values) == 1 and isinstance(said.get("name"), str):
        (value,) = values
        if isinstance(value, dict) and isinstance(value.get("value"), str):
            return said["name"], f"{value.get('system', '')}|{value['value']}"
        if isinstance(value, bool):
            return said["name"], "true" if value else "false"
        if isinstance(value, str | int):
            return said["name"], str(value)
    raise MalformedError("a parameter is a name and one simple value")


def lenient(call: Call) -> bool:
    """What nobody knows is passed over, unless ``Prefer: handling=strict`` says otherwise."""
    return not STRICT.search(call.headers.get("prefer", ""))


def everything_asked(pairs: Pairs) -> Wanted:
    """Raises SearchInvalidError."""
    said = dict(pairs)
    return Wanted(
        count=_count(said.get("_count", str(PAGE))),
        types=frozenset(_types([value for name, value in pairs if name == "_type"])),
        start=moment_asked("start", said),
        end=_moment("end", said).high if said.get("end") else None,
        since=moment_asked("_since", said),
    )


def log_times(clauses: Sequence[Clause]) -> tuple[datetime | None, datetime | None]:
    """Between which moments of the log all that is asked for lies, as far as that is plain; None for no bound."""
    since: datetime | None = None
    until: datetime | None = None
    for clause in clauses:
        (first, *more) = clause.values
        if clause.parameter.name != "date" or more or not isinstance(first, When):
            continue
        if first.prefix in {"eq", "ge", "gt", "sa"}:
            since = max(since or first.interval.low, first.interval.low)
        if first.prefix in {"eq", "le", "lt", "eb"}:
            until = min(until or first.interval.high, first.interval.high)
    return since, until


def moment_asked(name: str, said: dict[str, str]) -> datetime | None:
    """Raises SearchInvalidError."""
    return _moment(name, said).low if said.get(name) else None


def shape_asked(call: Call) -> tuple[str, tuple[str, ...]]:
    """``_summary`` and ``_elements`` of a read, as of a search. Raises SearchInvalidError."""
    said = [(name, value) for name, value in query_pairs(call) if name in {"_summary", "_elements"}]
    wanted = asked("Basic", said, "") if said else None
    return (wanted.summary, wanted.elements) if wanted else ("", ())


def _count(text: str) -> int:
    if not (text.isascii() and text.isdecimal() and len(text) < 6 and int(text)):  # noqa: PLR2004
        raise SearchInvalidError(fields=(FieldProblem("?_count", "search", "a whole number"),))
    return min(int(text), MOST)


def _types(values: Sequence[str]) -> list[str]:
    found = [one.strip() for value in values for one in value.split(",") if one.strip()]
    if any(one not in SERVED for one in found):
        raise SearchInvalidError(fields=(FieldProblem("?_type", "search", "types of resource that are served"),))
    return found


def _moment(name: str, said: dict[str, str]) -> Interval:
    found = interval_of(said[name].replace(" ", "+"))
    if found is None:
        raise SearchInvalidError(fields=(FieldProblem(f"?{name}", "search", "a date or moment"),))
    return found


# --- what is answered


def address(here: str, pairs: Sequence[tuple[str, str]]) -> str:
    return f"{here}?{urlencode(pairs)}" if pairs else here


def searchset(
    wanted: Asked | None,
    found: Found,
    base: str,
    further: str,
    language: str,
    here: str = "",
    links: Sequence[tuple[str, str]] = (),
) -> Resource:
    """``further``: the cursor of the link ``next``. ``here`` and ``links``: of what is no search of one type."""
    if wanted is not None:
        here = f"{base}/{wanted.resource_type}"
        said = [pair for pair in wanted.said if not personal(wanted.resource_type, [pair[0]])]
        links = [("self", address(here, said))]
    shown = [*links, *([("next", address(here, [("_cursor", further)]))] if further else [])]
    bundle: Resource = {
        "resourceType": "Bundle",
        "type": "searchset",
        "link": [{"relation": relation, "url": url} for relation, url in shown],
    }
    if found.total is not None:
        bundle["total"] = found.total
    entries = [_entry(_shaped(one, wanted), base, "match") for one in found.hits]
    entries += [_entry(one, base, "include") for one in found.included]
    warnings = _warnings(wanted, found, language)
    if warnings:
        entries.append({"resource": operation_outcome(warnings), "search": {"mode": "outcome"}})
    return bundle | ({"entry": entries} if entries else {})


def _shaped(resource: Resource, wanted: Asked | None) -> Resource:
    return resource if wanted is None else shaped(resource, wanted.summary, wanted.elements)


def _entry(resource: Resource, base: str, mode: str) -> dict[str, Any]:
    full = {"fullUrl": f"{base}/{resource['resourceType']}/{resource['id']}"} if "id" in resource else {}
    return {**full, "resource": resource, "search": {"mode": mode}}


def _warnings(wanted: Asked | None, found: Found, language: str) -> list[dict[str, Any]]:
    english = language == "en"
    told = [
        issue(
            "warning",
            "not-supported",
            "No such parameter; it was passed over" if english else "Такого параметра нет, он не учтён",
            path=f"http.{name}",
        )
        for name in (wanted.unknown if wanted else ())
    ]
    if found.partial:
        text = "Not everything that was to be included could be looked for"
        russian = "Просмотрено не всё, что следовало приложить"
        told.append(issue("warning", "incomplete", text if english else russian))
    return told


def search_types() -> list[str]:
    """Types that can be searched, for the CapabilityStatement."""
    return [one for one in types() if one in SERVED]
