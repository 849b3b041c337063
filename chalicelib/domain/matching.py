"""Whether two descriptions are of one person (ACT-5): Fellegi-Sunter with levels of agreement, as data.

Each field that both sides have adds log2(m/u): ``m`` is how often two descriptions of one person agree so, ``u`` how
often those of two people do. A missing value adds nothing. Added is the prior, that two people out of ``CARDS`` are
one. Weights are starting values (reference: health data, section 11); docs/matching.md says how they do and how to
measure them anew. An equal SNILS or policy decides; names and dates only propose, and a person confirms.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date
from math import log2

from chalicelib.domain.names import surname_stem

CARDS = 1_000_000
"""How many cards the prior is made for. Ten times as many take 3.3 bits from every comparison."""

THRESHOLD = 0.5
"""Probability from which a card is proposed: recall 0.990, precision 0.982 on made-up people (docs/matching.md)."""

CLOSE = 0.92
"""Jaro-Winkler similarity from which two names may be one with a typing error."""

MAX_CANDIDATES = 60
"""More are not opened: a block of that size says that the description is too poor to compare."""


@dataclass(frozen=True, slots=True)
class Level:
    """One way in which a field agrees or does not."""

    name: str
    m: float
    u: float

    @property
    def bits(self) -> float:
        return log2(self.m / self.u)


@dataclass(frozen=True, slots=True)
class Field:
    """``level`` says which of ``levels`` two normalised values are at."""

    name: str
    levels: Mapping[str, Level]
    level: Callable[[str, str], str]


@dataclass(frozen=True, slots=True)
class Comparison:
    """Which fields agree, nearly agree and differ, never their values. ``certain``: an identifier decides."""

    probability: float
    bits: float
    agrees: tuple[str, ...]
    close: tuple[str, ...]
    differs: tuple[str, ...]
    certain: bool = False
    veto: str = ""

    @property
    def proposed(self) -> bool:
        return self.certain or (not self.veto and self.probability >= THRESHOLD)


def compare(one: Mapping[str, str], other: Mapping[str, str]) -> Comparison:
    """Both in the normal forms of domain/identifiers.py; ``passport`` is series and number together."""
    bits = -log2(CARDS)
    by_level: dict[str, list[str]] = {"same": [], "close": [], "differs": []}
    for field in FIELDS:
        mine, theirs = one.get(field.name, ""), other.get(field.name, "")
        if mine and theirs:
            name = field.level(mine, theirs)
            bits += field.levels[name].bits
            by_level[name].append(field.name)
    decided = [name for name in DECISIVE if one.get(name) and one.get(name) == other.get(name)]
    return Comparison(
        probability=1 / (1 + 2**-bits),
        bits=bits,
        agrees=(*decided, *by_level["same"]),
        close=tuple(by_level["close"]),
        differs=tuple(by_level["differs"]),
        certain=bool(decided),
        veto=_veto(one, other, by_level["differs"]),
    )


def contradicts(found: Comparison) -> bool:
    """Whether an equal identifier is likelier a slip of the keyboard: birth date and surname both speak against it."""
    return {"birth_date", "last_name"} <= {*found.differs} or "first_name" in found.differs


DECISIVE = ("snils", "oms")
"""Valid and equal, each is one person."""


def _veto(one: Mapping[str, str], other: Mapping[str, str], differs: list[str]) -> str:
    """Twins agree in all but the given name, and score higher than one person with a typing error."""
    mine, theirs = one.get("snils", ""), other.get("snils", "")
    if mine and theirs and mine != theirs:
        return "snils"
    return "first_name" if "first_name" in differs else ""


# --- blocks: only who shares one of these is compared


def blocks(person: Mapping[str, str]) -> dict[str, str]:
    """Values whose keyed tags find those who may be the same person, by kind. Never stored but as tags.

    No pair that shares none of them is ever compared: bench/matching.py measures how many are missed.
    """
    surname, given, born = plain(person["last_name"]), plain(person["first_name"]), person["birth_date"]
    found = {
        "born-surname": f"{born} {surname[:1]}",
        "born-given": f"{born} {given[:1]}",
        "stem-year": f"{surname_stem(surname)} {born[:4]} {given[:1]}",
    }
    if person.get("phone"):
        found["phone"] = person["phone"]
    return found


# --- how values are compared


def plain(name: str) -> str:
    """Lower case, е for ё, blanks for hyphens, single blanks."""
    return " ".join(name.casefold().replace("ё", "е").replace("-", " ").split())


VARIANTS = (
    {"наталья", "наталия"},
    {"софья", "софия"},
    {"мария", "марья"},
    {"юлия", "юлья"},
    {"татьяна", "татиана"},
    {"геннадий", "генадий"},
    {"даниил", "данила", "данил"},
    {"артем", "артемий"},
    {"егор", "георгий"},
    {"алена", "елена"},
)
"""Spellings that registries of births use for one name: one for the other is a close match, not an equal."""


def _name(one: str, other: str) -> str:
    mine, theirs = plain(one), plain(other)
    if mine == theirs:
        return "same"
    if any(mine in names and theirs in names for names in VARIANTS):
        return "close"
    from rapidfuzz.distance import JaroWinkler

    return "close" if JaroWinkler.similarity(mine, theirs) >= CLOSE else "differs"


def _born(one: str, other: str) -> str:
    """Close: one of year, month and day is another, or day and month have changed places."""
    if one == other:
        return "same"
    mine, theirs = date.fromisoformat(one), date.fromisoformat(other)
    parts = ((mine.year, theirs.year), (mine.month, theirs.month), (mine.day, theirs.day))
    swapped = (mine.year, mine.month, mine.day) == (theirs.year, theirs.day, theirs.month)
    return "close" if swapped or sum(a != b for a, b in parts) == 1 else "differs"


def _equal(one: str, other: str) -> str:
    return "same" if one == other else "differs"


def _levels(*levels: tuple[str, float, float]) -> Mapping[str, Level]:
    return {name: Level(name, m, u) for name, m, u in levels}


FIELDS = (
    Field("last_name", _levels(("same", 0.92, 0.001), ("close", 0.04, 0.003), ("differs", 0.04, 0.996)), _name),
    Field("first_name", _levels(("same", 0.95, 0.02), ("close", 0.03, 0.01), ("differs", 0.02, 0.97)), _name),
    Field("middle_name", _levels(("same", 0.94, 0.02), ("close", 0.03, 0.02), ("differs", 0.03, 0.96)), _name),
    Field("birth_date", _levels(("same", 0.97, 0.00004), ("close", 0.02, 0.003), ("differs", 0.01, 0.97)), _born),
    Field("sex", _levels(("same", 0.995, 0.5), ("differs", 0.005, 0.5)), _equal),
    Field("phone", _levels(("same", 0.594, 0.0000957), ("differs", 0.406, 0.9999)), _equal),
    Field("passport", _levels(("same", 0.846, 0.000001), ("differs", 0.154, 1.0)), _equal),
)
