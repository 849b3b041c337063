"""Warnings before a drug is prescribed (REC-14): allergies, duplicate therapy, pairs that must not meet.

Deterministic rules over the INN and the ATC code of WHO (level 4: five characters, level 5: seven). A warning names
what met what by code, line and record; it never diagnoses and never forbids: the doctor decides and says why.

    allergy-same-drug   stop      the INN, or ATC level 5, of an allergy
    allergy-group       warning   the same ATC level 4, or the group that the allergy names
    allergy-cross       warning   penicillins and cephalosporins, also one penicillin for another
    duplicate-drug      warning   the INN, or ATC level 5, is taken already, or stands on the prescription twice
    duplicate-group     warning   the same ATC level 4
    contraindicated     stop      a pair of ``PAIRS``
    not-checked         notice    what could not be compared, and why; it asks for no answer. Rule ``too-many``: there
                                  are more warnings than ``MOST``, and the gravest alone are told
A combination (amoxicillin + clavulanic acid) has the INN of each of its substances.
Source of the rules: reference (health data, section 6). Everything in the tables is for review by a clinician.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any

LEVEL_4 = 5
"""Characters of an ATC code that name its chemical subgroup."""
STOP, WARNING, NOTICE = "stop", "warning", "notice"
COMPARED_KINDS = ("allergy", "prescription", "medication-statement", "received-allergies")
"""Kinds of record that a new drug is held against."""
ALLERGIES = frozenset({"allergy", "received-allergies"})
MOST = 500
"""Warnings that ask for an answer: as many as are told can be answered, and stored with the prescription."""


@dataclass(frozen=True, slots=True)
class Substance:
    """A drug, or what somebody is allergic to. ``line``: on this prescription, from 1; else ``kind`` and ``id``."""

    inn: str = ""
    atc: str = ""
    line: int = 0
    kind: str = ""
    id: str = ""


@dataclass(frozen=True, slots=True)
class Alert:
    """``line``: of the drug; ``kind`` and ``id``: of the record that it meets, or ``with_line``; ``rule``: of which."""

    code: str
    severity: str
    line: int
    kind: str = ""
    id: str = ""
    with_line: int = 0
    rule: str = ""

    @property
    def key(self) -> str:
        """What an override names."""
        return "/".join((self.code, str(self.line), self.rule, self.kind, self.id or str(self.with_line or "")))

    def shown(self) -> dict[str, Any]:
        """Without what is empty."""
        return {name: value for name, value in {**asdict(self), "key": self.key}.items() if value}


CROSS: Mapping[str, tuple[tuple[str, ...], tuple[str, ...], str]] = {
    "penicillins-cephalosporins": (
        ("J01C",),
        ("J01DB", "J01DC", "J01DD", "J01DE", "J01DI"),
        "reference (health data, section 6); groups by the ATC index of WHO",
    ),
}
"""Two groups that make one class: an allergy to any drug of it is a warning for every other, and the source."""

GROUP_WORDS: Mapping[str, str] = {
    "пенициллин": "J01C",
    "пенициллины": "J01C",
    "penicillin": "J01C",
    "penicillins": "J01C",
    "цефалоспорин": "J01D",
    "цефалоспорины": "J01D",
    "cephalosporins": "J01D",
    "сульфаниламиды": "J01E",
    "sulfonamides": "J01E",
    "макролиды": "J01FA",
    "macrolides": "J01FA",
    "фторхинолоны": "J01MA",
    "fluoroquinolones": "J01MA",
    "тетрациклины": "J01AA",
    "tetracyclines": "J01AA",
}
"""Groups as people name them, in an allergy without a code. Source: titles of the ATC index of WHO."""


@dataclass(frozen=True, slots=True)
class Pair:
    """Two beginnings of ATC codes that must not be taken together, and where that is said."""

    name: str
    one: str
    other: str
    source: str


_UNREVIEWED = "; from memory of the label (unverified): for review by a clinician before use"
PAIRS: tuple[Pair, ...] = (
    Pair("nitrate-pde5", "C01DA", "G04BE", "EU SmPC of sildenafil, 4.3" + _UNREVIEWED),
    Pair("ssri-maoi", "N06AB", "N06AF", "EU SmPC of fluoxetine, 4.3" + _UNREVIEWED),
    Pair("linezolid-maoi", "J01XX08", "N06AF", "EU SmPC of linezolid, 4.3" + _UNREVIEWED),
    Pair("simvastatin-clarithromycin", "C10AA01", "J01FA09", "EU SmPC of simvastatin, 4.3" + _UNREVIEWED),
    Pair("simvastatin-itraconazole", "C10AA01", "J02AC02", "EU SmPC of simvastatin, 4.3" + _UNREVIEWED),
    Pair("ergots-clarithromycin", "N02CA", "J01FA09", "EU SmPC of clarithromycin, 4.3" + _UNREVIEWED),
    Pair("ivabradine-clarithromycin", "C01EB17", "J01FA09", "EU SmPC of ivabradine, 4.3" + _UNREVIEWED),
    Pair("sacubitril-ace-inhibitor", "C09DX04", "C09A", "EU SmPC of sacubitril and valsartan, 4.3" + _UNREVIEWED),
)

OVERRIDES = ("benefit-outweighs", "tolerated-before", "no-alternative", "replaces-therapy", "record-outdated", "other")
"""Why a doctor prescribes in spite of a warning. Stored: never rename, never reuse."""


def warnings(
    drugs: Sequence[Substance], allergies: Iterable[Substance], taken: Iterable[Substance], unread: Iterable[str]
) -> list[Alert]:
    """The warnings, the gravest first, each once; at most ``MOST`` of those that ask for an answer.

    ``taken``: active prescriptions and medication statements. ``unread``: kinds of record that could not be compared,
    because the consent does not cover them or there are too many.
    """
    allergies, taken = list(allergies), list(taken)
    found: list[Alert] = [Alert("not-checked", NOTICE, 0, kind=kind, rule="unread") for kind in unread]
    found += [Alert("not-checked", NOTICE, 0, a.kind, a.id, rule="uncoded") for a in allergies if not _group_of(a)]
    for drug in drugs:
        if not drug.atc:
            found.append(Alert("not-checked", NOTICE, drug.line, rule="no-atc"))
        found += (warning for allergy in allergies if (warning := _of_allergy(drug, allergy)))
        others = [*taken, *(other for other in drugs if other.line < drug.line)]
        found += (warning for other in others for warning in _of_another(drug, other))
    asking = _gravest_first(one for one in found if one.severity != NOTICE)
    notices = [one for one in found if one.severity == NOTICE]
    if len(asking) > MOST:
        notices.append(Alert("not-checked", NOTICE, 0, rule="too-many"))
    return [*asking[:MOST], *_gravest_first(notices)]


def _gravest_first(found: Iterable[Alert]) -> list[Alert]:
    order = (STOP, WARNING, NOTICE)
    return sorted(dict.fromkeys(found), key=lambda one: (order.index(one.severity), one.line, one.key))


def unanswered(found: Iterable[Alert], answered: Iterable[str]) -> list[Alert]:
    """Warnings that ask for an answer and that no override names."""
    named = set(answered)
    return [one for one in found if one.severity != NOTICE and one.key not in named]


def normal(name: str) -> str:
    """A name as it is compared: Ё and blanks do not matter."""
    return " ".join(name.casefold().replace("ё", "е").split())


def substances_of(inn: str) -> frozenset[str]:
    """Names of the substances of a drug, as they are compared: one, or those of a combination («А + [Б]»)."""
    return frozenset(one for part in inn.split("+") if (one := normal(part.strip(" []"))))


def _group_of(allergy: Substance) -> str:
    return allergy.atc or GROUP_WORDS.get(normal(allergy.inn), "")


def _same_drug(one: Substance, other: Substance) -> bool:
    by_name = substances_of(one.inn) & substances_of(other.inn)
    return bool(by_name) or (bool(one.atc) and one.atc == other.atc)


def _same_group(one: Substance, other: Substance) -> bool:
    return bool(one.atc and other.atc) and one.atc[:LEVEL_4] == other.atc[:LEVEL_4]


def _of_allergy(drug: Substance, allergy: Substance) -> Alert | None:
    about = (drug.line, allergy.kind, allergy.id)
    if _same_drug(drug, allergy):
        return Alert("allergy-same-drug", STOP, *about)
    group = _group_of(allergy)
    if not (drug.atc and group):
        return None
    if drug.atc.startswith(group[:LEVEL_4]):
        return Alert("allergy-group", WARNING, *about)
    for name, (one, other, _) in CROSS.items():
        if drug.atc.startswith((*one, *other)) and _within(group, (*one, *other)):
            return Alert("allergy-cross", WARNING, *about, rule=name)
    return None


def _within(group: str, beginnings: tuple[str, ...]) -> bool:
    """Whether a group of ATC is one of these, lies in one, or holds one."""
    return any(group.startswith(beginning) or beginning.startswith(group) for beginning in beginnings)


def _of_another(drug: Substance, other: Substance) -> Iterator[Alert]:
    about = (drug.line, other.kind, other.id, other.line)
    if _same_drug(drug, other):
        yield Alert("duplicate-drug", WARNING, *about)
    elif _same_group(drug, other):
        yield Alert("duplicate-group", WARNING, *about)
    for pair in PAIRS:
        if _meet(pair, drug.atc, other.atc) or _meet(pair, other.atc, drug.atc):
            yield Alert("contraindicated", STOP, *about, pair.name)


def _meet(pair: Pair, one: str, other: str) -> bool:
    return one.startswith(pair.one) and other.startswith(pair.other)
