"""What a password must be (ID-1): long enough, of several kinds of character, not one that everybody tries first.

The list ``data/common_passwords.txt`` holds the words that common passwords are made of, in lower case: Russian and
English words and names, each also in Latin letters and as typed with the other keyboard layout, and walks over the
keyboard. A password is compared with it after its usual disguises (capitals, digits and signs around, @ for a) are
taken off, so one line stands for hundreds of passwords.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable
from functools import lru_cache
from importlib.resources import files

from chalicelib.errors import FieldProblem, InvalidFieldsError

MIN_LENGTH = 10
MAX_LENGTH = 128  # above this only the hashing gets dearer
DECORATION = 6  # so many characters around a common word do not make it a good password
SHORTEST_OWN = 3  # shorter parts of a name occur by chance
OWN_DIGITS = 7  # a telephone number without its prefix

_DISGUISE = str.maketrans("@401!3$578", "aaoiiesstb")


def prepared(password: str) -> str:
    """The form that is hashed: NFC, so that one password is the same on every keyboard (RFC 8265, OpaqueString)."""
    return unicodedata.normalize("NFC", password)


def check(password: str, own: Iterable[str] = (), field: str = "/password") -> str:
    """The prepared password. ``own``: names, e-mail and phone of the person, which it must not contain.

    Raises InvalidFieldsError with one problem per broken rule.
    """
    text = prepared(password)
    if len(text) > MAX_LENGTH:
        raise InvalidFieldsError(fields=(FieldProblem(field, "too-long", f"at most {MAX_LENGTH} characters"),))
    rules = (
        (len(text) >= MIN_LENGTH, "too-short", f"at least {MIN_LENGTH} characters"),
        (any(c.isdigit() for c in text), "no-digit", "at least one digit"),
        (any(c.isupper() for c in text), "no-capital", "at least one capital letter"),
        (any(_special(c) for c in text), "no-special", "at least one special character"),
        (all(c.isprintable() for c in text), "unprintable", "control characters are not allowed"),
        (not is_common(text), "common", "this password is one of the first that are tried"),
        (not contains_own(text, own), "own-data", "your name, e-mail or phone must not be part of it"),
    )
    broken = tuple(FieldProblem(field, code, message) for holds, code, message in rules if not holds)
    if broken:
        raise InvalidFieldsError(fields=broken)
    return text


def is_common(password: str) -> bool:
    """Whether the password is a common word in disguise, one character repeated, or a row of digits."""
    text = password.casefold()
    if len(set(text)) <= 3:  # noqa: PLR2004  # aaaaaaaaa1!
        return True
    common = _common()
    return any(len(text) - len(core) <= DECORATION and core in common for core in _cores(text))


def contains_own(password: str, own: Iterable[str]) -> bool:
    text = password.casefold()
    digits = "".join(c for c in text if c.isdecimal())
    for value in own:
        part = value.casefold()
        number = "".join(c for c in part if c.isdecimal())
        if part.startswith("+") and len(number) >= OWN_DIGITS:
            if number[-OWN_DIGITS:] in digits:
                return True
            continue
        local = part.partition("@")[0]
        if len(local) >= SHORTEST_OWN and local in text:
            return True
    return False


def _special(character: str) -> bool:
    return character.isprintable() and not character.isalnum()


def _cores(text: str) -> set[str]:
    """What is left when the usual disguises are taken off."""
    start = next((i for i, c in enumerate(text) if c.isalpha()), 0)
    end = next((i for i in range(len(text), 0, -1) if text[i - 1].isalpha()), len(text))
    middle = text[start:end]
    bare = "".join(c for c in text if c.isalnum())
    plain = {text, bare, middle, "".join(c for c in text if c.isalpha()), "".join(c for c in text if c.isdecimal())}
    return plain | {core.translate(_DISGUISE) for core in (text.rstrip("!"), middle, bare)}


@lru_cache(maxsize=1)
def _common() -> frozenset[str]:
    text = (files("chalicelib.domain") / "data" / "common_passwords.txt").read_text("utf-8")
    return frozenset(line for line in text.splitlines() if line and not line.startswith("#"))
