"""The signs as data. Units are UCUM, codes are LOINC; numbers outside ``plausible`` are slips, not signs."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal

from chalicelib.domain.texts.said import Said

WHOLE = "value"
PRESSURE_PARTS = ("systolic", "diastolic")
NUMBERS = (WHOLE, *PRESSURE_PARTS)
"""Every field of a body that holds a measured number."""

UNKNOWN = "unknown"
"""For what another system sent without saying."""
HOW = ("specimen", "timing", "breathing")
"""Fields that say how a number was come by, of those signs that need it."""


@dataclass(frozen=True, slots=True)
class Sign:
    """``parts``: the fields that hold its numbers, with the LOINC code of each. ``needs``: fields of ``HOW`` that
    its readings must have. ``derived``: computed, never entered. ``digits`` after the decimal point when it is judged.
    """

    words: Said
    unit: str
    shown_unit: Said
    loinc: str
    plausible: tuple[int, int]
    parts: Mapping[str, str] = field(default_factory=dict)
    needs: tuple[str, ...] = ()
    derived: bool = False
    digits: int = 2

    @property
    def fields(self) -> tuple[str, ...]:
        return tuple(self.parts) or (WHOLE,)


SIGNS: Mapping[str, Sign] = {
    "blood-pressure": Sign(
        Said("Артериальное давление", "Blood pressure"),
        "mm[Hg]",
        Said("мм рт. ст.", "mmHg"),
        "85354-9",
        (20, 350),
        parts={"systolic": "8480-6", "diastolic": "8462-4"},
    ),
    "pulse": Sign(Said("Пульс", "Pulse"), "/min", Said("уд/мин", "/min"), "8867-4", (10, 350)),
    "glucose": Sign(
        Said("Глюкоза", "Glucose"),
        "mmol/L",
        Said("ммоль/л", "mmol/L"),
        "15074-8",
        (0, 100),
        needs=("specimen", "timing"),
    ),
    "weight": Sign(Said("Масса тела", "Weight"), "kg", Said("кг", "kg"), "29463-7", (0, 700)),
    "height": Sign(Said("Рост", "Height"), "cm", Said("см", "cm"), "8302-2", (20, 280)),
    "body-mass-index": Sign(
        Said("Индекс массы тела", "Body mass index"),
        "kg/m2",
        Said("кг/м²", "kg/m²"),
        "39156-5",
        (5, 200),
        derived=True,
    ),
    "temperature": Sign(
        Said("Температура тела", "Body temperature"), "Cel", Said("°C", "°C"), "8310-5", (20, 46), digits=1
    ),
    "saturation": Sign(
        Said("Насыщение крови кислородом", "Oxygen saturation"),
        "%",
        Said("%", "%"),
        "59408-5",
        (20, 100),
        needs=("breathing",),
    ),
    "respiration": Sign(
        Said("Частота дыхания", "Respiratory rate"), "/min", Said("в минуту", "/min"), "9279-1", (0, 100)
    ),
}
"""Names are stored and public: never rename, never reuse."""

ENTERED = tuple(name for name, sign in SIGNS.items() if not sign.derived)

SPECIMEN_LOINC: Mapping[str, str] = {"capillary-blood": "14743-9", "venous-plasma": "14749-6", UNKNOWN: "15074-8"}
"""Glucose, moles per volume: in capillary blood by glucometer, in serum or plasma, in blood."""

PART_WORDS: Mapping[str, Said] = {
    WHOLE: Said("Значение", "Value"),
    "systolic": Said("Систолическое", "Systolic"),
    "diastolic": Said("Диастолическое", "Diastolic"),
}


INDICATORS: Mapping[str, tuple[str, str]] = {
    "-".join((name, part) if part != WHOLE else (name,)): (name, part)
    for name, sign in SIGNS.items()
    for part in sign.fields
}
"""What a doctor's control targets call a number of a sign: ``blood-pressure-systolic``, ``glucose``."""


def indicator(name: str) -> tuple[str, str] | None:
    """Sign and part; None for what is no vital sign."""
    return INDICATORS.get(name)


@dataclass(frozen=True, slots=True)
class Reading:
    """One measurement, as it is judged and charted. ``how``: fields of ``HOW`` that were said."""

    sign: str
    at: datetime
    values: Mapping[str, Decimal]
    place: str
    how: Mapping[str, str] = field(default_factory=dict)


def reading_of(body: Mapping[str, object], *, reported: bool) -> Reading:
    """From a stored body. Where it was measured, if nobody said: at home what a patient reports, else in an office."""
    sign = str(body["code"])
    return Reading(
        sign=sign,
        at=datetime.fromisoformat(str(body["occurred_at"])),
        values={name: Decimal(str(body[name])) for name in SIGNS[sign].fields},
        place=str(body.get("place") or ("home" if reported else "office")),
        how={name: str(body[name]) for name in HOW if body.get(name)},
    )


def unit_fault(code: str, unit: str) -> str:
    """What is wrong with a unit; "" for nothing. No unit is converted: a converted number is nobody's reading."""
    wanted = SIGNS[code].unit
    return "" if unit == wanted else f"the unit of {code} is {wanted}"


def number_fault(code: str, name: str, value: Decimal | None) -> str:
    """What is wrong with one number of a reading; "" for nothing."""
    sign = SIGNS[code]
    if name not in sign.fields:
        return "" if value is None else f"{code} has no {name}"
    if value is None:
        return f"{code} needs {name}"
    low, high = sign.plausible
    return "" if low <= value <= high else f"{name} of {code} lies between {low} and {high}"


def how_fault(code: str, name: str, value: str | None) -> str:
    """What is wrong with a field of ``HOW``; "" for nothing."""
    if name in SIGNS[code].needs:
        return "" if value else f"{code} needs {name}"
    return f"{code} has no {name}" if value else ""


def body_mass_index(weight: Reading, centimetres: Decimal) -> Reading:
    """kg/m², to one decimal, of the moment of the weight."""
    metres = centimetres / 100
    index = (weight.values[WHOLE] / (metres * metres)).quantize(Decimal("0.1"))
    return Reading("body-mass-index", weight.at, {WHOLE: index}, weight.place)
