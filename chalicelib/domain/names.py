"""Names of people as one line, and whether two spellings are one name."""

from __future__ import annotations

from collections.abc import Mapping


def full_name(profile: Mapping[str, str]) -> str:
    """Surname, given name, patronymic; a dash when there is none of them."""
    names = (profile.get("last_name"), profile.get("first_name"), profile.get("middle_name"))
    return " ".join(name for name in names if name) or "—"


def same_name(one: str, other: str) -> bool:
    """Equal but for case, blanks and ё, which is often written е."""
    return _plain(one) == _plain(other)


def _plain(name: str) -> str:
    return " ".join(name.casefold().replace("ё", "е").split())


ENDINGS = (
    ("ский", "ск"),
    ("цкий", "цк"),
    ("ская", "ск"),
    ("цкая", "цк"),
    ("ова", "ов"),
    ("ева", "ев"),
    ("ина", "ин"),
    ("ына", "ын"),
    ("ая", ""),
    ("яя", ""),
    ("ый", ""),
    ("ий", ""),
    ("ой", ""),
)
"""What tells a man's form of a Russian surname from a woman's, longest first, and what is left of both."""

SHORTEST = 2


def surname_stem(surname: str) -> str:
    """The same for a man and a woman of one family: "Иванов" and "Иванова", "Толстой" and "Толстая".

    Of a double surname the first part: it is the one that a wife keeps beside her husband's, or adds his to. Coarse on
    purpose ("Калин" and "Калина" fall together); a surname without such an ending stays as it is.
    """
    first = _plain(surname).replace("‑", "-").split("-")[0].strip()
    letters = "".join(c for c in first if c.isalpha())
    for ending, left in ENDINGS:
        if letters.endswith(ending) and len(letters) - len(ending) + len(left) >= SHORTEST:
            return letters.removesuffix(ending) + left
    return letters
