"""What a record is found by, and the tokens under which that is stored.

A token is HMAC-SHA-256 under the card's own random key, cut to 72 bits. Among the hundred thousand words that a large
card may have two are equal with a chance of 2^-39, and then a record is found once too often; longer tokens would only
make every row longer. Nothing can be computed back, and cards have nothing in common.
"""

from __future__ import annotations

import hmac
import re
from base64 import urlsafe_b64encode
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any

from chalicelib.domain.search.words import LONGEST, STOP, Stem, forms, split

EDITION = 1
"""Of these rules and the stemmers. Raise it when they change; cards are then indexed anew (docs/operations.md)."""

MOST_TEXT, MOST_SUMMARY, MOST_DOCTOR = 500, 120, 12
"""Distinct words of one record. A protocol of 20,000 letters may have more: codes stay, then what comes first."""

WIDTH = 9
"""Bytes of a token."""


class Place(StrEnum):
    """Where in a record a word stands. Part of every token: never rename, never reuse."""

    TEXT = "text"
    SUMMARY = "summary"
    """The fields that limited consent shows: who sees no more finds by no more."""
    DOCTOR = "doctor"
    KIND = "kind"
    ALL = "all"


Term = tuple[Place, str]
ANY: Term = (Place.ALL, "")

_MEASURED = re.compile(r"[-+]?\d+(\.\d+)?")
"""A value alone: nobody looks for it by typing. Numbers within a text are words of it."""


@dataclass(frozen=True, slots=True)
class Shape:
    """What the rules must know of a kind of record. ``hidden`` fields are found by nobody."""

    kind: str
    summary: Collection[str]
    hidden: Collection[str] = field(default=())


def terms(shape: Shape, body: Mapping[str, Any], doctors: Iterable[str], stem: Stem) -> frozenset[Term]:
    """Everything that one version of a record is found by.

    ``body``: what of it is text for a reader (records/bodies/fields.py). ``doctors``: full names of who is behind it.
    """
    shown = {name: body[name] for name in shape.summary if name in body and name not in shape.hidden}
    rest = {name: value for name, value in body.items() if name not in shown and name not in shape.hidden}
    first, names = list(_leaves(shown)), [word for name in doctors for word in split(name) if len(word) > 1]
    found = {
        Place.SUMMARY: _most_useful(first, stem, MOST_SUMMARY),
        Place.TEXT: _most_useful([*first, *_leaves(rest)], stem, MOST_TEXT),
        Place.DOCTOR: list(dict.fromkeys(names))[:MOST_DOCTOR],
        Place.KIND: [shape.kind],
        Place.ALL: [""],
    }
    return frozenset((place, word) for place, all_words in found.items() for word in all_words)


def _leaves(value: object) -> Iterator[str]:
    match value:
        case str() if not _MEASURED.fullmatch(value):
            yield value
        case Mapping():
            for inner in value.values():
                yield from _leaves(inner)
        case list() | tuple():
            for inner in value:
                yield from _leaves(inner)


def _most_useful(texts: Iterable[str], stem: Stem, most: int) -> list[str]:
    """Codes first, bare numbers last, otherwise in the order of the record."""
    found: dict[str, None] = {}
    for text in texts:
        for word in split(text):
            if len(word) <= LONGEST and word not in STOP:
                found.update(dict.fromkeys(forms(word, stem)))
    return sorted(found, key=_rank)[:most]


def _rank(word: str) -> int:
    if not any(character.isdigit() for character in word):
        return 1
    return 0 if any(character.isalpha() for character in word) else 2


def token(key: bytes, term: Term) -> bytes:
    """``key``: of the card. The place and the word cannot run into each other: no place has a zero byte."""
    place, word = term
    return hmac.digest(key, f"{place.value}\0{word}".encode(), "sha256")[:WIDTH]


def spelled(token_: bytes) -> str:
    """A token as it stands in keys: 12 letters, digits, - and _."""
    return urlsafe_b64encode(token_).decode()


def joined(tokens: Iterable[bytes]) -> bytes:
    """Tokens one behind the other, as a row keeps them."""
    return b"".join(sorted(tokens))


def parted(text: bytes) -> frozenset[bytes]:
    return frozenset(text[at : at + WIDTH] for at in range(0, len(text), WIDTH))
