"""What each placeholder says of one card (UX-3): text with its sources, or why there is none.

1. Nothing is concluded from silence: what the card does not have becomes a gap, not «no allergies».
2. What who asks may not read becomes a gap that says so; of two kinds the open one is told, and the gap stands behind.
3. A measurement older than a day is not today's finding: it stands beside its gap, with its date.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass, field
from datetime import date, datetime
from enum import StrEnum
from typing import Any

from chalicelib.domain.ages import age_at
from chalicelib.domain.entry_templates.marks import Use, quoted
from chalicelib.domain.entry_templates.placeholders import PERSON, PLACEHOLDERS, called
from chalicelib.domain.moments import local_day, stamp
from chalicelib.domain.texts.said import Said
from chalicelib.domain.visit_forms import LASTING, TAKEN, Found, Known
from chalicelib.domain.visit_rules import FRESH
from chalicelib.domain.vital_signs.signs import SIGNS

ENDED = frozenset({"inactive", "resolved", "refuted", "entered-in-error"})
MEASURED = frozenset({"vital-sign", "vital-signs"})
"""Placeholders of what grows old within a day."""
SEX: Mapping[str, Said] = {"male": Said("мужской", "male"), "female": Said("женский", "female")}


class Why(StrEnum):
    """Why a gap stays where a value was wanted. Public: never rename, never reuse."""

    CLOSED = "closed"
    ABSENT = "absent"
    STALE = "stale"
    MORE = "more"


WORDS: Mapping[Why, Said] = {
    Why.CLOSED: Said("нет доступа, спросите", "no access, ask"),
    Why.ABSENT: Said("в карте не указано, спросите", "not in the card, ask"),
    Why.STALE: Said("измерьте заново", "measure again"),
    Why.MORE: Said("в карте есть ещё, дополните", "the card has more, complete it"),
}


@dataclass(frozen=True, slots=True)
class Scene:
    """What is known of one card. ``found``: kinds that may be read, newest records first; ``person``: None where it
    may not be read; ``cut``: kinds that have more records than were read. ``unit``: a unit of UCUM in words.
    """

    found: Found
    person: Mapping[str, Any] | None
    cut: AbstractSet[str]
    now: datetime
    language: str
    unit: Callable[[str], str]

    def open(self, kind: str) -> bool:
        return self.person is not None if kind == PERSON else kind in self.found

    def day(self, at: str | datetime) -> str:
        """A day where people live: 24.11.2026 in Russian, ISO 8601 in English."""
        moment = datetime.fromisoformat(at) if isinstance(at, str) else at
        day = local_day(moment)
        return day.isoformat() if self.language == "en" else f"{day:%d.%m.%Y}"


@dataclass(frozen=True, slots=True)
class Item:
    """A part of a value; ``record`` None: from the profile, or from the clock."""

    text: str
    record: Known | None = None


@dataclass(frozen=True, slots=True)
class Answer:
    """``text`` is what is put in. ``items``: its parts; ``why``: there is a gap in it, and the reason; ``beside``: what
    was found and not put in.
    """

    text: str
    items: Sequence[Item] = ()
    why: Why | None = None
    beside: Sequence[Item] = field(default_factory=tuple)


def answer(use: Use, scene: Scene) -> Answer:
    """What stands in the place of a placeholder."""
    kinds = PLACEHOLDERS[use.name].kinds
    items = [Item(quoted(one.text), one.record) for one in _SAYS[use.name](use, scene) if one.text]
    beside = tuple(one for one in items if _stale(one, use, scene))
    items = [one for one in items if one not in beside]
    why = None
    if not all(scene.open(kind) for kind in kinds):
        why = Why.CLOSED
    elif not items:
        why = Why.STALE if beside else Why.ABSENT
    elif any(kind in scene.cut for kind in kinds) and use.name in _WHOLE:
        why = Why.MORE
    told = "; ".join(dict.fromkeys(one.text for one in items))  # what two records say is told once
    gap = "" if why is None else f"[[{called(use, scene.language)}: {WORDS[why].to(scene.language)}]]"
    return Answer("; ".join(part for part in (told, gap) if part), items, why, beside)


def _stale(one: Item, use: Use, scene: Scene) -> bool:
    return use.name in MEASURED and one.record is not None and one.record.at < stamp(scene.now - FRESH)


_WHOLE = frozenset({"allergies", "medication", "chronic-diagnoses"})
"""Lists that are of use when they are whole."""


# --- what each says

Says = Iterator[Item]


def _date(_use: Use, scene: Scene) -> Says:
    yield Item(scene.day(scene.now))


def _name(_use: Use, scene: Scene) -> Says:
    person = scene.person or {}
    initials = [f"{str(person[name])[0]}." for name in ("first_name", "middle_name") if person.get(name)]
    yield Item(" ".join(part for part in (str(person.get("last_name") or ""), *initials) if part))


def _age(_use: Use, scene: Scene) -> Says:
    born = (scene.person or {}).get("birth_date")
    if born:
        yield Item(years(age_at(date.fromisoformat(str(born)), scene.now), scene.language))


def years(age: int, language: str) -> str:
    """45 лет, 41 год, 22 года."""
    if language == "en":
        return f"{age} year{'' if age == 1 else 's'}"
    last, teens = age % 10, age % 100 in range(11, 15)
    word = "год" if last == 1 and not teens else "года" if last in {2, 3, 4} and not teens else "лет"
    return f"{age} {word}"


def _sex(_use: Use, scene: Scene) -> Says:
    words = SEX.get(str((scene.person or {}).get("sex")))
    if words is not None:
        yield Item(words.to(scene.language))


def _allergies(_use: Use, scene: Scene) -> Says:
    for one in _standing(scene, "allergy"):
        if one.body.get("clinical_status", "active") == "active":
            yield Item(_with(one.body["substance"], one.body.get("reaction")), one)
    for one in _standing(scene, "received-allergies"):
        if one.body.get("state", "") not in ENDED:
            yield Item(str(one.body["title"]), one)


def _medication(_use: Use, scene: Scene) -> Says:
    today = scene.now.date().isoformat()
    for one in _standing(scene, "medication-statement"):
        over = one.body.get("ended_on") and str(one.body["ended_on"]) < today
        if one.body.get("status", "active") in TAKEN and not over:
            yield Item(_drug(one.body["drug"], one.body["dosage"]), one)
    for one in _standing(scene, "prescription"):
        yield from (Item(_drug(drug, drug["dosage"]), one) for drug in one.body["drugs"])


def _drug(drug: Mapping[str, Any], dosage: str) -> str:
    return ", ".join(part for part in (_spaced(drug["inn"], drug.get("strength")), dosage) if part)


def _chronic(_use: Use, scene: Scene) -> Says:
    for one in _standing(scene, "chronic-condition"):
        if one.body.get("clinical_status", "active") in LASTING:
            said = one.body["diagnosis"]
            yield Item(_spaced(said.get("code"), said["text"]), one)


def _signs(use: Use, scene: Scene) -> Says:
    """The newest reading of each sign, or of the one that is named."""
    seen = set[str]()
    for one in _standing(scene, "vital-sign"):
        code = str(one.body["code"])
        if code in SIGNS and code not in seen and use.parameter in {"", code}:
            seen.add(code)
            yield Item(_measured(one, code, scene), one)


def _measured(one: Known, code: str, scene: Scene) -> str:
    sign = SIGNS[code]
    numbers = "/".join(str(one.body[name]) for name in sign.fields if one.body.get(name) is not None)
    words, unit = sign.words.to(scene.language), sign.shown_unit.to(scene.language)
    return f"{words} {numbers} {unit} ({scene.day(one.at)})"


def _result(use: Use, scene: Scene) -> Says:
    wanted = use.parameter.casefold()
    for one in _standing(scene, "laboratory-result"):
        if one.body.get("status") == "entered-in-error":
            continue
        for value in one.body["values"]:
            if wanted in {str(value["name"]).casefold(), str(value.get("loinc") or "").casefold()}:
                said = value.get("value") if value.get("value") is not None else value.get("text")
                unit = scene.unit(str(value.get("unit") or ""))
                yield Item(f"{_spaced(value['name'], said, unit)} ({scene.day(one.at)})", one)
                return


def _standing(scene: Scene, kind: str) -> Iterator[Known]:
    return (one for one in scene.found.get(kind, ()) if one.standing)


def _with(text: str, more: str | None) -> str:
    return f"{text} ({' '.join(more.split())})" if more else str(text)


def _spaced(*parts: object) -> str:
    return " ".join(str(part) for part in parts if part not in {None, ""})


_SAYS: Mapping[str, Callable[[Use, Scene], Says]] = {
    "date": _date,
    "name": _name,
    "age": _age,
    "sex": _sex,
    "allergies": _allergies,
    "medication": _medication,
    "chronic-diagnoses": _chronic,
    "vital-signs": _signs,
    "vital-sign": _signs,
    "result": _result,
}
