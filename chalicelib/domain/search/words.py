"""Text as words that can be compared: cases of Russian and English words meet in one stem, codes stay whole.

The stemmers come in as a function, so that these rules need nothing but the language.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable

Stem = Callable[[str, str], str]
"""(word, ``ru`` or ``en``) to its stem, once: Snowball's algorithm of that language."""

LONGEST = 64
"""Letters of a word; whatever is longer is no word, and no record is found by it."""
SHORTEST_STEM = 3

_WORD = re.compile(r"[^\W_]+(?:(?:-|(?<=\d)[.,](?=\d))[^\W_]+)*")
_UNSEEN = [0xAD, *range(0x300, 0x370), *range(0x200B, 0x2010), *range(0x202A, 0x202F), *range(0x2060, 0x2070), 0xFEFF]
"""Soft hyphens, stress marks that no letter has of its own, joiners, directions: pasted text is full of them."""
_DASHES = str.maketrans({**dict.fromkeys("\u2010\u2011\u2012\u2013\u2212", "-"), **dict.fromkeys(_UNSEEN, "")})
_ICD = re.compile(r"[a-zа-я]\d{2}(?:\.\d{1,2})?")
_ALIKE = str.maketrans("авсенкмортх", "abcehkmoptx")
"""Cyrillic letters that look like Latin ones: a code is found however its first letter was typed."""
_CYRILLIC, _LATIN = re.compile(r"[а-я]+"), re.compile(r"[a-z]+")
_LAST_VOWEL = re.compile(r"[аеиоуыьэюя]$")
_FLEETING = re.compile(r"(?<=...)[оеь](?=[кцлн]$)")
"""«желудок, желудка», «почек, почка», «кашель, кашля»: a vowel that comes and goes."""

_IN_EVERY_TEXT = """
а без более бы был была были было быть в вам вас весь во вот все всего всех вы где да даже для до его ее если есть еще
же за и из или им их к как ко когда кто ли либо между мне может мы на над надо не него нее нет них но ну о об однако он
она они оно от очень по под после при про с со так также там то того тоже той только том ты у уже чего чей чем что
чтобы эта эти это этого этой этот я
a an and are as at be by for from has have in is it its no not of on or that the this to was were will with
"""
STOP = frozenset(_IN_EVERY_TEXT.split())
"""Nothing is found by these: they would be the longest lists, and tell nothing."""


def plain(text: str) -> str:
    """A text as it is compared, however it was typed or pasted: lower case, ё as е, one kind of hyphen, no marks."""
    return unicodedata.normalize("NFKC", text).translate(_DASHES).casefold().replace("ё", "е")


def split(text: str) -> list[str]:
    """The words of a text as they are compared, with a point in decimals."""
    return [found.replace(",", ".") for found in _WORD.findall(plain(text))]


def forms(word: str, stem: Stem) -> list[str]:
    """What a word of a record is found by; the first one is what a question with this word asks for.

    A code of ICD-10 is found by its category too, and a word with hyphens by its parts.
    """
    if _ICD.fullmatch(word):
        code = word[0].translate(_ALIKE) + word[1:]
        return [code, code[:3]] if "." in code else [code]
    if "-" not in word:
        return [_stemmed(word, stem)]
    *first, last = word.split("-")
    parts = [part for part in (*first, last) if len(part) > 1 and part.isalpha() and part not in STOP]
    return ["-".join((*first, _stemmed(last, stem))), *(_stemmed(part, stem) for part in parts)]


def _stemmed(word: str, stem: Stem) -> str:
    if _LATIN.fullmatch(word):
        return stem(word, "en")
    return _russian(word, stem) if _CYRILLIC.fullmatch(word) else word


def _russian(word: str, stem: Stem) -> str:
    """Stemmed until it changes no more.

    Once is not enough for the words of medicine: «бронхит» looks like a verb and loses «ит», «бронхита» loses only «а»,
    and the two would never meet. Of 76 medical words in all their cases 27 fall apart after one pass.
    """
    while True:
        shorter = stem(word, "ru")
        if len(shorter) < SHORTEST_STEM or shorter == word:
            # «отите», «шпа»: the stemmer leaves short words alone, or nothing of them.
            found = _LAST_VOWEL.sub("", word) if len(shorter) <= SHORTEST_STEM <= len(word) else word
            return _FLEETING.sub("", found)
        word = shorter
