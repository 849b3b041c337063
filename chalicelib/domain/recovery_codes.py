"""Recovery codes as pure rules (ID-8): ten codes of 80 bits, each good once.

A code is 16 characters of Crockford's base 32, in groups of four. Nobody can guess one, so it is kept like a token
(domain/secrets.py); read from paper and typed by hand, so case, hyphens and the look-alikes O, I and L do not matter.
"""

from __future__ import annotations

from collections.abc import Sequence

from chalicelib.domain.secrets import hash_secret, same_secret

COUNT = 10
BYTES = 10  # 80 bits
FEW = 3  # from here on the owner is told that they run out

_ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
_LENGTH = BYTES * 8 // 5
_ALIKE = str.maketrans({"O": "0", "I": "1", "L": "1", "-": None, " ": None})


def code_text(random: bytes) -> str:
    """The code of ``BYTES`` random bytes, as it is shown."""
    number = int.from_bytes(random, "big")
    letters = [_ALPHABET[number >> (5 * place) & 31] for place in reversed(range(_LENGTH))]
    return "-".join("".join(letters[start : start + 4]) for start in range(0, _LENGTH, 4))


def normal(code: str) -> str:
    """One spelling of what was typed; empty when it cannot be a code."""
    plain = code.upper().translate(_ALIKE)
    return plain if len(plain) == _LENGTH and all(letter in _ALPHABET for letter in plain) else ""


def hashed(code: str, person_id: str) -> str:
    return hash_secret(f"{person_id}\0{normal(code)}")


def remaining(hashes: Sequence[str], code: str, person_id: str) -> list[str] | None:
    """The hashes without that of ``code``; None when it is none of them. All are compared, in constant time."""
    said = f"{person_id}\0{normal(code)}"
    fits = [same_secret(kept, said) for kept in hashes]
    if not normal(code) or not any(fits):
        return None
    return [kept for kept, this in zip(hashes, fits, strict=True) if not this]
