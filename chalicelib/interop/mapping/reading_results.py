"""Laboratory results as they come: numbers with the unit and range of the laboratory, everything else in its words.

What a number of ours cannot say (less than, a titre, a flag that we have no word for) stands as words, unjudged; what
is longer than a line, notes and the names of attached files stand in the conclusion.
Sources: FHIR R4 observation.html, diagnosticreport.html; value sets observation-status, diagnostic-report-status,
data-absent-reason; HL7 v3 ObservationInterpretation; HL7 v2 table 0074.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from chalicelib.interop.mapping.reading import CODE, NAMED, NOT_SAID, inside, said
from chalicelib.interop.mapping.rules import Unfit, every, number

LABORATORY_STATES: Mapping[str, str] = {
    "registered": "preliminary",
    "partial": "preliminary",
    "preliminary": "preliminary",
    "final": "final",
    "amended": "corrected",
    "corrected": "corrected",
    "appended": "corrected",
    "entered-in-error": "entered-in-error",
}
"""A cancelled or unknown result is no result of ours."""
LABORATORY: Mapping[str, str] = {
    "laboratory": "other",
    "LAB": "other",
    "HM": "blood",
    "CH": "biochemistry",
    **dict.fromkeys(("BLB", "CP", "GE", "HLA", "IMM", "MB", "MCB", "MYC", "PAR", "SP", "SR", "TX", "VR"), "other"),
}
"""Category of a report or an observation to ours; it is said by the sender, never by what was measured."""
FLAGS = frozenset({"N", "L", "H", "LL", "HH", "A", "AA"})
WAITING, REVOKED, BELOW = "результат ожидается", "отозвано", "см. заключение"
ABSENT: Mapping[str, str] = {
    "unknown": "не известно",
    "asked-unknown": "не известно",
    "temp-unknown": "пока не известно",
    "not-asked": "не запрашивалось",
    "asked-declined": "отказ",
    "masked": "скрыто",
    "not-applicable": "неприменимо",
    "unsupported": "не определяется",
    "as-text": "см. текст",
    "error": "ошибка измерения",
    "not-a-number": "не число",
    "negative-infinity": "не число",
    "positive-infinity": "не число",
    "not-performed": "не выполнялось",
    "not-permitted": "не разрешено",
}
_SIMPLE = ("valueString", "valueDateTime", "valueTime")
_WORDS = ("valueCodeableConcept.text", "valueCodeableConcept.coding.display", "valueCodeableConcept.coding.code")
_LINE, _DIGITS = 300, 15


def single(resource: Mapping[str, Any]) -> dict[str, Any]:
    """One observation, with its components."""
    values, notes = _values(resource)
    return _result(resource, [resource], values, notes)


def report(resource: Mapping[str, Any]) -> dict[str, Any]:
    """A report whose results it carries itself; one that only refers to them is kept whole beside its results."""
    carried, named = inside(resource), [str(one) for one in every(resource, "result.reference")]
    results = [carried.get(one) for one in named]
    waiting = LABORATORY_STATES.get(_state(resource)) == "preliminary" and not named
    if any(one is None for one in results) or not (results or waiting):
        raise Unfit("values")
    found = [_values(one) for one in results if one is not None]
    values = [value for values, _ in found for value in values]
    notes = [note for _, notes in found for note in notes]
    if not results:
        values = [{"name": said(resource, NAMED), "text": WAITING}]
    notes = [*filter(None, [_text(resource, "conclusion")]), *notes]
    coded = [said(one, ("text", "coding.display", "coding.code")) for one in every(resource, "conclusionCode")]
    notes += [one for one in coded if one]
    for file in (*every(resource, "presentedForm"), *every(resource, "media.link")):
        title = said(file, ("title", "display", "contentType", "reference")) or NOT_SAID
        notes.append(f"К результату приложен файл, он хранится в полученном сообщении: {title}")
    return _result(resource, [one for one in results if one is not None], values, notes)


def _result(
    resource: Mapping[str, Any], parts: Sequence[Mapping[str, Any]], values: list[dict[str, Any]], notes: Sequence[str]
) -> dict[str, Any]:
    """``status``: that of the least certain part, for it is one result here."""
    states = [_state(one) for one in (resource, *parts)]
    known = [LABORATORY_STATES[one] for one in states if one in LABORATORY_STATES]
    if states[0] not in LABORATORY_STATES or len(known) < len(states) - states.count("cancelled"):
        raise Unfit("status")
    own = LABORATORY_STATES[states[0]]
    status = "preliminary" if own in {"final", "corrected"} and "preliminary" in known else own
    codes = [str(code) for code in every(resource, "category.coding.code")]
    category = next((word for code in codes if (word := LABORATORY.get(code, "other")) != "other"), "other")
    specimens = [said(one, ("type.text", "type.coding.display")) for one in inside(resource).values()]
    specimen = said(resource, ("specimen.display",)) or next(filter(None, specimens), None)
    found = {"status": status, "category": category, "values": values}
    found |= {"specimen": specimen} if specimen else {}
    return found | ({"conclusion": "\n".join(notes)} if notes else {})


def _values(resource: Mapping[str, Any]) -> tuple[list[dict[str, Any]], list[str]]:
    """Its own value, then those of its components; and what is too long for a line."""
    if every(resource, "modifierExtension") or every(resource, "hasMember"):
        raise Unfit("hasMember" if every(resource, "hasMember") else "modifierExtension")
    parts = [one for one in every(resource, "component") if isinstance(one, Mapping)]
    has_own = any(name.startswith(("value", "dataAbsent")) for name in resource)
    values, notes = [], []
    for one in [*([resource] if has_own or not parts else []), *parts]:
        value, more = _value(one, _state(resource))
        values.append(value)
        notes += [f"{value['name']}: {text}" for text in more]
    notes += [f"{said(resource, NAMED)}: {text}" for text in map(_clean, every(resource, "note.text")) if text]
    return values, notes


def _value(one: Mapping[str, Any], state: str) -> tuple[dict[str, Any], list[str]]:
    name = said(one, NAMED)
    if not name:
        raise Unfit("values/name")
    found: dict[str, Any] = {"name": name, **_measured(one, state), **_range(one)}
    if code := next((str(code) for code in every(one, CODE) if re.fullmatch("[0-9]{1,7}-[0-9]", str(code))), None):
        found["loinc"] = code
    if method := said(one, ("method.text", "method.coding.display")):
        found["method"] = method
    found |= _flag(one, found)
    if len(found.get("text", "")) > _LINE:
        return {**found, "text": BELOW}, [found["text"]]
    return found, []


def _measured(one: Mapping[str, Any], state: str) -> dict[str, Any]:
    for quantity in every(one, "valueQuantity"):
        return _number(quantity) if isinstance(quantity, Mapping) else {}
    if text := next(_words(one), None):
        return {"text": text}
    absent = next(iter(every(one, "dataAbsentReason")), None)
    code = next((str(code) for code in every(absent, "coding.code")), "") if absent else ""
    if absent:
        return {"text": said(absent, ("text", "coding.display")) or ABSENT.get(code, NOT_SAID)}
    if state in {"registered", "preliminary", "partial"}:
        return {"text": WAITING}
    if state in {"entered-in-error", "cancelled"}:
        return {"text": REVOKED}
    raise Unfit("values/value")


def _number(quantity: Mapping[str, Any]) -> dict[str, Any]:
    """A number of ours has a unit and is exact; any other is given in words, as it was written."""
    value, unit = number(quantity.get("value")), quantity.get("code") or quantity.get("unit")
    written = value or getattr(quantity.get("value"), "text", "") or str(quantity.get("value", ""))
    named = {"unit": unit} if isinstance(unit, str) else {}
    if not written:
        raise Unfit("values/value")
    exact = value is not None and sum(map(str.isdigit, value)) <= _DIGITS
    if not exact or quantity.get("comparator") or not named:
        return {"text": " ".join(filter(None, [_clean(quantity.get("comparator")), written])), **named}
    return {"value": value, **named}


def _words(one: Mapping[str, Any]) -> Iterator[str]:
    yield from filter(None, (_text(one, path) for path in (*_SIMPLE, *_WORDS)))
    for whole in every(one, "valueInteger"):
        yield str(whole)
    for yes in every(one, "valueBoolean"):
        yield "да" if yes is True else "нет"
    for ratio in every(one, "valueRatio"):
        yield " : ".join(_shown(side) for side in (*every(ratio, "numerator"), *every(ratio, "denominator")))
    for low, high in _bounds(one, "valueRange"):
        yield f"{low} – {high}"
    for low, high in _bounds(one, "valuePeriod"):
        yield f"{low} – {high}"


def _bounds(one: Mapping[str, Any], name: str) -> Iterator[tuple[str, str]]:
    ends = ("start", "end") if name == "valuePeriod" else ("low", "high")
    for found in every(one, name):
        low, high = (next(iter(every(found, end)), None) for end in ends)
        yield (_shown(low), _shown(high))


def _shown(value: Any) -> str:
    if not isinstance(value, Mapping):
        return value if isinstance(value, str) else "…"
    unit, amount = value.get("unit") or value.get("code"), value.get("value")
    parts = (value.get("comparator"), number(amount) or amount, unit)
    return " ".join(str(part) for part in parts if part is not None)


def _range(one: Mapping[str, Any]) -> dict[str, Any]:
    """One range holds; of several, and of one for others, which holds is a judgement: they are words."""
    ranges = [found for found in every(one, "referenceRange") if isinstance(found, Mapping)]
    usual = all(str(code) == "normal" for found in ranges for code in every(found, "type.coding.code"))
    if len(ranges) == 1 and usual and _for_all(ranges[0]) and _same_unit(one, ranges[0]):
        found = {
            end: value
            for end in ("low", "high")
            if (value := number(next(iter(every(ranges[0], f"{end}.value")), None))) is not None
        }
        return {**found, **({"reference_text": text} if (text := said(ranges[0], ("text",))) else {})}
    words = "; ".join(filter(None, map(_told, ranges)))
    return {"reference_text": words[:_LINE]} if words else {}


def _for_all(found: Mapping[str, Any]) -> bool:
    return not every(found, "appliesTo") and not every(found, "age")


def _same_unit(one: Mapping[str, Any], found: Mapping[str, Any]) -> bool:
    """A bound in another unit is no bound of this number; one that says no unit is in that of the number."""
    units = {_unit(quantity) for path in ("low", "high") for quantity in every(found, path)} - {""}
    return not units or units == {_unit(next(iter(every(one, "valueQuantity")), None))}


def _unit(quantity: Any) -> str:
    return str(quantity.get("code") or quantity.get("unit") or "") if isinstance(quantity, Mapping) else ""


def _told(found: Mapping[str, Any]) -> str:
    named = (*every(found, "type"), *every(found, "appliesTo"))
    whom = [said(one, ("text", "coding.display", "coding.code")) for one in named]
    ages = [f"{low} – {high}" for low, high in _bounds(found, "age")]
    bounds = " – ".join(_shown(one) for end in ("low", "high") for one in (every(found, end) or ["…"]))
    text = said(found, ("text",)) or (bounds if every(found, "low") or every(found, "high") else "")
    return ", ".join(filter(None, [*whom, *ages])) + (": " if (whom or ages) and text else "") + text


def _flag(one: Mapping[str, Any], found: Mapping[str, Any]) -> dict[str, Any]:
    """A flag of ours; any other stands behind the value, in words."""
    codes = [str(code) for code in every(one, "interpretation.coding.code")]
    if known := next((code for code in codes if code in FLAGS), None):
        return {"laboratory_flag": known}
    word = said(one, ("interpretation.text", "interpretation.coding.display", "interpretation.coding.code"))
    if not word:
        return {}
    return {"value": None, "text": f"{found.get('value') or found.get('text')} ({word})"}


def _state(one: Any) -> str:
    return str(next(iter(every(one, "status")), ""))


def _text(one: Any, path: str) -> str:
    return next(filter(None, map(_clean, every(one, path))), "")


def _clean(value: Any) -> str:
    return value.strip() if isinstance(value, str) else ""
