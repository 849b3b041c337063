"""Invariants of data types, and the form of Russian identifiers."""

from __future__ import annotations

from collections.abc import Mapping

from chalicelib.domain.fhir_identifiers import acceptable
from chalicelib.interop.r4.invariants.looking import UCUM, Element, Rule, after, has, many, number, one, rule, text

WHOLE_CODE = "1"
_UNTIMED = frozenset({"C", "CM", "CD", "CV"})


def _positive(element: Element) -> bool:
    value = number(element, "value")
    return value is None or value > 0


def _ucum(element: Element) -> bool:
    return not has(element, "system") or text(element, "system") == UCUM


def _code_with_value(element: Element) -> bool:
    return has(element, "code") or not has(element, "value")


def _whole(element: Element) -> bool:
    value = number(element, "value")
    return value is None or float(value).is_integer()


def _ordered(element: Element) -> bool:
    """Of a Range. What is measured in other units is not compared."""
    low, high = one(element, "low"), one(element, "high")
    first, second = number(low, "value"), number(high, "value")
    same = (text(low, "code"), text(low, "unit")) == (text(high, "code"), text(high, "unit"))
    return first is None or second is None or not same or first <= second


def _both(element: Element) -> bool:
    numerator = has(element, "numerator")
    return numerator == has(element, "denominator") and (numerator or has(element, "extension"))


def _not_negative(element: Element, name: str) -> bool:
    value = number(element, name)
    return value is None or value >= 0


def _offset(element: Element) -> bool:
    when = many(element, "when")
    return not has(element, "offset") or (bool(when) and not _UNTIMED.intersection(map(str, when)))


def _number_of_person(element: Element) -> tuple[str, ...]:
    value = element.get("value")
    wrong = isinstance(value, str) and len(value) <= 300 and not acceptable(text(element, "system"), value)  # noqa: PLR2004
    return (".value",) if wrong else ()


def _trigger(element: Element) -> bool:
    kind = text(element, "type")
    return (
        (kind != "named-event" or has(element, "name"))
        and (kind != "periodic" or has(element, "timing[x]"))
        and (not kind.startswith("data-") or has(element, "data"))
    )


_QUANTITY = rule(
    "qty-3",
    lambda e: not has(e, "code") or has(e, "system"),
    "a code of a unit needs its system",
    "коду единицы нужна система (system)",
)
_EITHER_PATH = "a path or a searchParam, not both", "нужен path или searchParam, но не оба"

RULES: Mapping[str, tuple[Rule, ...]] = {
    "Extension": (
        rule(
            "ext-1",
            lambda e: has(e, "extension") != has(e, "value[x]"),
            "a value or extensions, not both and not neither",
            "нужно значение или вложенные расширения, ровно одно из двух",
        ),
    ),
    "Quantity": (_QUANTITY,),
    "Age": (
        _QUANTITY,
        rule(
            "age-1",
            lambda e: _code_with_value(e) and _ucum(e) and _positive(e),
            "an age is above zero, with a code of UCUM",
            "возраст больше нуля, с кодом единицы UCUM",
        ),
    ),
    "Count": (
        _QUANTITY,
        rule(
            "cnt-3",
            lambda e: (
                _code_with_value(e) and _ucum(e) and (not has(e, "code") or text(e, "code") == WHOLE_CODE) and _whole(e)
            ),
            "a count is a whole number with the code 1 of UCUM",
            "счёт — целое число с кодом 1 UCUM",
        ),
    ),
    "Distance": (
        _QUANTITY,
        rule(
            "dis-1",
            lambda e: _code_with_value(e) and _ucum(e),
            "a distance has a code of UCUM",
            "расстоянию нужен код единицы UCUM",
        ),
    ),
    "Duration": (
        _QUANTITY,
        rule(
            "drt-1",
            lambda e: not has(e, "code") or (text(e, "system") == UCUM and has(e, "value")),
            "a code of a duration is of UCUM and has a value",
            "код единицы длительности — из UCUM и при значении",
        ),
    ),
    "Attachment": (
        rule(
            "att-1",
            lambda e: not has(e, "data") or has(e, "contentType"),
            "data needs its contentType",
            "данным нужен contentType",
        ),
    ),
    "ContactPoint": (
        rule(
            "cpt-2",
            lambda e: not has(e, "value") or has(e, "system"),
            "a value needs its system",
            "нужен вид связи (system)",
        ),
    ),
    "DataRequirement_CodeFilter": (rule("drq-1", lambda e: has(e, "path") != has(e, "searchParam"), *_EITHER_PATH),),
    "DataRequirement_DateFilter": (rule("drq-2", lambda e: has(e, "path") != has(e, "searchParam"), *_EITHER_PATH),),
    "Expression": (
        rule(
            "exp-1",
            lambda e: has(e, "expression", "reference"),
            "needs an expression or a reference",
            "нужно выражение или ссылка на него",
        ),
    ),
    "Identifier": (
        Rule(
            "ru-identifier",
            _number_of_person,
            "the number does not keep to the rule of its system: length or check digits",
            "номер не по правилу своей системы: длина или контрольные цифры",
            "value",
        ),
    ),
    "Period": (
        rule(
            "per-1",
            lambda e: not after(text(e, "start"), text(e, "end")),
            "the start is after the end",
            "начало позже конца",
        ),
    ),
    "Range": (rule("rng-2", _ordered, "low is above high", "нижняя граница выше верхней"),),
    "Ratio": (
        rule(
            "rat-1",
            _both,
            "numerator and denominator together, or neither and an extension",
            "числитель и знаменатель вместе, либо ни того ни другого и расширение",
        ),
    ),
    "Timing_Repeat": (
        rule(
            "tim-1",
            lambda e: not has(e, "duration") or has(e, "durationUnit"),
            "duration needs durationUnit",
            "длительности нужна единица (durationUnit)",
        ),
        rule(
            "tim-2",
            lambda e: not has(e, "period") or has(e, "periodUnit"),
            "period needs periodUnit",
            "периоду нужна единица (periodUnit)",
        ),
        rule("tim-4", lambda e: _not_negative(e, "duration"), "duration is below zero", "длительность меньше нуля"),
        rule("tim-5", lambda e: _not_negative(e, "period"), "period is below zero", "период меньше нуля"),
        rule(
            "tim-6",
            lambda e: not has(e, "periodMax") or has(e, "period"),
            "periodMax needs a period",
            "periodMax бывает только при period",
        ),
        rule(
            "tim-7",
            lambda e: not has(e, "durationMax") or has(e, "duration"),
            "durationMax needs a duration",
            "durationMax бывает только при duration",
        ),
        rule(
            "tim-8",
            lambda e: not has(e, "countMax") or has(e, "count"),
            "countMax needs a count",
            "countMax бывает только при count",
        ),
        rule(
            "tim-9",
            _offset,
            "an offset needs a when, other than C, CM, CD, CV",
            "offset бывает только при when, и не C, CM, CD, CV",
        ),
        rule(
            "tim-10",
            lambda e: not (has(e, "timeOfDay") and has(e, "when")),
            "timeOfDay or when, not both",
            "timeOfDay или when, но не оба",
        ),
    ),
    "TriggerDefinition": (
        rule(
            "trd-1",
            lambda e: not (has(e, "data") and has(e, "timing[x]")),
            "timing or data, not both",
            "timing или data, но не оба",
        ),
        rule(
            "trd-2",
            lambda e: not has(e, "condition") or has(e, "data"),
            "a condition needs data",
            "condition бывает только при data",
        ),
        rule("trd-3", _trigger, "its type needs a name, a timing or data", "этому виду нужно имя, время или данные"),
    ),
}
