"""Characters that look alike, folded into one: a word is known whichever alphabet it was read in."""

from __future__ import annotations

import unicodedata
from collections.abc import Mapping

_PAIRS = {
    "а": "a", "б": "6", "в": "b", "е": "e", "ё": "e", "з": "3", "и": "u", "к": "k", "л": "n", "м": "m", "н": "h",
    "о": "o", "р": "p", "с": "c", "т": "t", "у": "y", "х": "x", "ч": "4", "ш": "w", "і": "1", "l": "1", "i": "1",
    "|": "1",
    "!": "1", "0": "o", "×": "x", "*": "x", "–": "-", "—": "-", "−": "-", "«": '"', "»": '"', "“": '"', "”": '"',
}  # fmt: skip
_TABLE = str.maketrans(_PAIRS)

LATIN = str.maketrans("АВЕКМНОРСТУХІЗ", "ABEKMHOPCTYXI3")
"""Capitals of Russian that codes are printed with by mistake."""
DIGITS = str.maketrans(
    {"О": "0", "о": "0", "O": "0", "o": "0", "З": "3", "з": "3", "l": "1", "I": "1", "|": "1", "б": "6"}
)

LONG, SHORTEST = 5, 4


def folded(text: str) -> str:
    """Small letters, one alphabet, no blanks."""
    plain = unicodedata.normalize("NFKC", text).casefold().translate(_TABLE)
    return "".join(plain.split())


def alike(one: str, other: str) -> bool:
    """Equal but for what looks alike, and but for one character in five."""
    a, b = folded(one), folded(other)
    if a == b:
        return True
    most = max(len(a), len(b)) // LONG
    return abs(len(a) - len(b)) <= most and most > 0 and _distance(a, b, most) <= most


def nearest(text: str, known: Mapping[str, str]) -> str | None:
    """Of what ``known`` leads to by folded texts: what one character away from this leads to, if it is one thing."""
    said = folded(text)
    found = {value for one, value in known.items() if len(one) >= SHORTEST and _distance(said, one, 1) <= 1}
    return found.pop() if len(found) == 1 else None


def _distance(a: str, b: str, most: int) -> int:
    """Characters to change, add or leave out (Levenshtein); more than ``most`` as soon as it is known."""
    row = list(range(len(b) + 1))
    for i, char in enumerate(a, start=1):
        before, row[0] = row[0], i
        for j, other in enumerate(b, start=1):
            before, row[j] = row[j], min(row[j] + 1, row[j - 1] + 1, before + (char != other))
        if min(row) > most:
            return most + 1
    return row[-1]
