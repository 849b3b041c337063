"""Which values are of one analyte: by LOINC, by the code set of analytes, by their names.

A row of the code set joins what is known under several names and codes. What the code set does not know is joined by
its LOINC code, and where one of two values has none, by the name that both have. What was found in urine is never one
with what was found in blood. Codes that differ within an analyte break its series (domain/results/series.py).
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from chalicelib.domain.code_sets import CodeSet, fold

URINE = "urine"
"""Category of a result, and group of the code set."""


@dataclass(frozen=True, slots=True)
class Named:
    """How one value calls its analyte; ``code`` and names of the code set, where exactly one row fits."""

    name: str
    loinc: str
    urine: bool
    code: str = ""
    ru: str = ""
    en: str = ""

    def title(self, language: str) -> str:
        return (self.en if language == "en" else self.ru) or self.name

    @property
    def folded(self) -> str:
        return " ".join(fold(self.name).split())


def named(value: Mapping[str, Any], category: str, analytes: CodeSet) -> Named:
    """``value``: an item of ``values`` of a laboratory result; ``category``: of the result."""
    loinc = str(value.get("loinc") or "")
    rows = (analytes.having("loinc", loinc) if loinc else []) or analytes.named(value["name"])
    unit = str(value.get("unit") or "")
    if len(rows) > 1:  # a share and a count are both called neutrophils
        rows = [row for row in rows if unit in row.values("units")]
    in_urine = any(row.more.get("group") == URINE for row in rows)
    urine = category == URINE or in_urine
    if len(rows) != 1 or urine != in_urine:  # the code set means it in blood
        return Named(str(value["name"]), loinc, urine)
    return Named(str(value["name"]), loinc, urine, rows[0].code, rows[0].name("ru"), rows[0].name("en"))


def keys_of(found: Iterable[Named]) -> dict[Named, str]:
    """A key for each, equal where they are of one analyte; keys say nothing beyond this call."""
    distinct = list(dict.fromkeys(found))
    codes: dict[tuple[str, bool], set[str]] = defaultdict(set)
    for one in distinct:
        if not one.code and one.loinc:
            codes[one.folded, one.urine].add(one.loinc)
    return {one: _key(one, codes[one.folded, one.urine]) for one in distinct}


def _key(one: Named, codes: set[str]) -> str:
    """``codes``: LOINC codes that values of the same name have."""
    place = "u" if one.urine else "b"
    if one.code:
        return f"{place}:code:{one.code}"
    loinc = one.loinc or (next(iter(codes)) if len(codes) == 1 else "")
    return f"{place}:loinc:{loinc}" if loinc else f"{place}:name:{one.folded}"


def asked(names: Iterable[str], analytes: CodeSet) -> tuple[frozenset[str], frozenset[str]]:
    """Codes of the code set, and folded names or LOINC codes, that a reader means by what they ask for."""
    codes: set[str] = set()
    words: set[str] = set()
    for name in names:
        row = analytes.row(name)
        rows = [row] if row else analytes.having("loinc", name) or analytes.named(name)
        codes |= {row.code for row in rows}
        words |= {" ".join(fold(name).split()), name}
    return frozenset(codes), frozenset(words)


def meant(one: Named, codes: frozenset[str], words: frozenset[str]) -> bool:
    """Whether a value is one of what was asked for."""
    return one.code in codes or one.folded in words or (bool(one.loinc) and one.loinc in words)
