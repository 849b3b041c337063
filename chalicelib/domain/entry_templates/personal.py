"""What looks like data of a person has no place in a template, which many read and every patient's record is made of.

By shape alone, and on the safe side: a number of eleven digits is taken for a SNILS whatever its check digits say. What
has no shape (a name, an address) is not found; the page says so beside the editor.
"""

from __future__ import annotations

import re
from collections.abc import Mapping

_SHAPES: Mapping[str, re.Pattern[str]] = {
    "snils": re.compile(r"(?<!\d)\d{3}[ -]?\d{3}[ -]?\d{3}[ -]?\d{2}(?!\d)"),
    "policy": re.compile(r"(?<!\d)\d{4} ?\d{4} ?\d{4} ?\d{4}(?!\d)"),
    "passport": re.compile(r"(?<!\d)\d{2} ?\d{2} ?(?:№ ?)?\d{6}(?!\d)"),
    "phone": re.compile(r"(?<!\d)(?:\+7|8)[ -]?\(?\d{3}\)?[ -]?\d{3}[ -]?\d{2}[ -]?\d{2}(?!\d)|\+\d{10,15}(?!\d)"),
    "email": re.compile(r"[\w.+-]{1,64}@[\w-]{1,63}\.[\w.-]{2,63}"),
}


def looks_personal(text: str) -> bool:
    flat = re.sub(r"[\u00a0\u2007\u202f]", " ", re.sub(r"[\u2010-\u2015]", "-", text))
    return any(shape.search(flat) for shape in _SHAPES.values())
