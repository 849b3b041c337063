"""What a template may have filled in from the card: a closed list, as data (UX-3).

Old findings, complaints, conclusions and plans are not in it: text that is carried from note to note outlives its truth
(domain/visit_rules.py). A measurement that is older than a day is not filled in either; it is shown beside its gap.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from chalicelib.domain.entry_templates.marks import Use
from chalicelib.domain.texts.said import Said
from chalicelib.domain.vital_signs.signs import ENTERED, SIGNS

PERSON = "profile"
"""Name, birth date and sex: opened to those who may see whose card it is."""


@dataclass(frozen=True, slots=True)
class Placeholder:
    """``kinds``: what of the card is read, each by its own right. ``parameter``: what stands behind the colon, None for
    nothing. ``choices``: the values that it may have; empty for any.
    """

    words: Said
    kinds: tuple[str, ...] = ()
    parameter: Said | None = None
    choices: tuple[str, ...] = ()


PLACEHOLDERS: Mapping[str, Placeholder] = {
    "date": Placeholder(Said("Сегодняшняя дата", "Today's date")),
    "name": Placeholder(Said("Фамилия и инициалы", "Last name and initials"), (PERSON,)),
    "age": Placeholder(Said("Возраст", "Age"), (PERSON,)),
    "sex": Placeholder(Said("Пол", "Sex"), (PERSON,)),
    "allergies": Placeholder(Said("Аллергии", "Allergies"), ("allergy", "received-allergies")),
    "medication": Placeholder(
        Said("Принимаемые лекарства", "Current medication"), ("medication-statement", "prescription")
    ),
    "chronic-diagnoses": Placeholder(Said("Хронические диагнозы", "Chronic diagnoses"), ("chronic-condition",)),
    "vital-signs": Placeholder(Said("Последние измерения за сутки", "Measurements of the last day"), ("vital-sign",)),
    "vital-sign": Placeholder(
        Said("Последнее измерение показателя", "Last measurement of a sign"),
        ("vital-sign",),
        Said("Показатель", "Sign"),
        ENTERED,
    ),
    "result": Placeholder(
        Said("Последний результат анализа", "Last result of an analyte"),
        ("laboratory-result",),
        Said("Название показателя или код LOINC", "Name of the analyte or its LOINC code"),
    ),
}
"""Names are stored in templates: never rename, never reuse."""


def known(use: Use) -> bool:
    """Whether there is such a placeholder, with such a parameter."""
    found = PLACEHOLDERS.get(use.name)
    if found is None or bool(use.parameter) != (found.parameter is not None):
        return False
    return not found.choices or use.parameter in found.choices


def kinds_of(uses: Sequence[Use]) -> list[str]:
    """Kinds of the card that these placeholders read, each once."""
    return list(dict.fromkeys(kind for use in uses for kind in PLACEHOLDERS[use.name].kinds))


def called(use: Use, language: str) -> str:
    """A placeholder in words: for the gap that stays where nothing can be filled in."""
    if use.parameter in SIGNS and PLACEHOLDERS[use.name].choices:
        return SIGNS[use.parameter].words.to(language)
    words = PLACEHOLDERS[use.name].words.to(language)
    return f"{words}: {use.parameter}" if use.parameter else words
