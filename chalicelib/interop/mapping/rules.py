"""What a rule of the tables is, and how one is applied.

A path is a chain of names with dots: ``code.coding.display``. Every step of a list is taken, so a path finds any number
of values; ``coding[system=…]`` keeps the elements whose ``system`` is that.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time
from typing import Any
from zoneinfo import ZoneInfo

from chalicelib.domain.ages import DEFAULT_ZONE

_STEP = re.compile(r"([A-Za-z]+)(?:\[([A-Za-z]+)=([^\]]+)\])?(?:\.|$)")
_DAY = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")


class Unfit(Exception):
    """A resource that the card cannot hold; ``field`` of our body, or what else does not fit. No value."""

    def __init__(self, name: str) -> None:
        super().__init__(name)
        self.field = name[:60]


Convert = Callable[[Any], Any]


@dataclass(frozen=True, slots=True)
class Take:
    """A field of our body: the first value that any of ``paths`` finds, converted; else ``default``.

    ``needed``: without a value the resource does not fit. A conversion answers None for what it cannot say.
    """

    paths: tuple[str, ...]
    convert: Convert = str
    default: Any = None
    needed: bool = False


@dataclass(frozen=True, slots=True)
class Rule:
    """One kind of resource into one kind of record.

    ``when``: a path must find one of the values. ``unless``: elements that have a meaning which the record cannot say;
    a resource that has one is kept whole. ``compute``: fields that take more than one value at a time.
    """

    resource: str
    kind: str
    fields: Mapping[str, Take]
    when: tuple[tuple[str, frozenset[str]], ...] = ()
    unless: tuple[str, ...] = ()
    compute: tuple[Callable[[Mapping[str, Any]], dict[str, Any]], ...] = ()
    constants: Mapping[str, Any] = field(default_factory=dict)

    def fits(self, resource: Mapping[str, Any]) -> bool:
        return all(any(str(value) in wanted for value in every(resource, path)) for path, wanted in self.when)


def body_of(rule: Rule, resource: Mapping[str, Any]) -> dict[str, Any]:
    """Raises Unfit."""
    for path in ("modifierExtension", *rule.unless):
        if every(resource, path):  # FHIR R4, 2.3.2: who does not know a modifier must not use the resource
            raise Unfit(path)
    body: dict[str, Any] = dict(rule.constants)
    for name, take in rule.fields.items():
        value = _taken(take, resource)
        if value is None and take.needed:
            raise Unfit(name)
        if value is not None:
            body[name] = value
    for compute in rule.compute:
        body |= compute(resource)
    return body


def _taken(take: Take, resource: Mapping[str, Any]) -> Any:
    for path in take.paths:
        for value in every(resource, path):
            if (converted := take.convert(value)) is not None:
                return converted
    return take.default


def every(resource: Any, path: str) -> list[Any]:
    """All values at a path; nothing for a shape that is not there."""
    found = [resource]
    for step, name, wanted in _STEP.findall(path):
        inner: list[Any] = []
        for one in found:
            value = one.get(step) if isinstance(one, Mapping) else None
            inner += value if isinstance(value, list) else [] if value is None else [value]
        found = [one for one in inner if not name or (isinstance(one, Mapping) and one.get(name) == wanted)]
    return found


# --- conversions


def line(value: Any) -> str | None:
    return value.strip()[:300] if isinstance(value, str) and value.strip() else None


def moment(value: Any) -> str | None:
    """A full date begins at midnight of the default zone; what is less than a day is no moment."""
    if not isinstance(value, str):
        return None
    try:
        if _DAY.fullmatch(value):
            return datetime.combine(date.fromisoformat(value), time(), ZoneInfo(DEFAULT_ZONE)).isoformat()
        found = datetime.fromisoformat(value)
        found.astimezone(UTC)
    except (ValueError, OverflowError):
        return None
    return found.isoformat() if found.tzinfo else None


def day(value: Any) -> str | None:
    """The day of a full date or moment, as it was written; a month and a year are none."""
    found = moment(value)
    return found[:10] if found else None


def one_of(table: Mapping[str, str], other: str | None = None) -> Convert:
    """Words of theirs to words of ours."""
    return lambda value: table.get(value, other) if isinstance(value, str) else None


def matching(pattern: str) -> Convert:
    form = re.compile(pattern)
    return lambda value: value if isinstance(value, str) and form.fullmatch(value) else None


def number(value: Any) -> str | None:
    """As it was written, so that 5.10 stays 5.10: the client keeps the text of a number (interop/fhir_source.py)."""
    if isinstance(value, bool) or not isinstance(value, int | float):
        return None
    text = getattr(value, "text", "") or str(value)
    return text if re.fullmatch(r"-?[0-9]{1,15}(\.[0-9]{1,6})?", text) else None
