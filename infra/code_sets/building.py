"""From rows of a source to the file of a code set; what we ship ourselves is added to it."""

from __future__ import annotations

import os
import tempfile
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path

from chalicelib.domain.code_set_files import SEVERAL, problems, written
from chalicelib.domain.code_sets import CodeSet, Row
from infra.code_sets.sources import Analyte, Drug, Icd, SourceError

SUCCESSORS = Path(__file__).parent / "icd-10-successors.tsv"
"""Which code took the place of one that ended: updates of ICD-10 by WHO, from secondary lists (unverified)."""


def icd10(russian: Sequence[Icd], english: Mapping[str, str], own: CodeSet, head: Mapping[str, str]) -> str:
    """Every row of the directory, those that ended too, with English names; codes that only English has stand last."""
    successors = dict(line.split("\t") for line in SUCCESSORS.read_text("utf-8").splitlines() if line[0] != "#")
    known = {row.code: row for row in own.rows()}
    rows = []
    for row in russian:
        ours = known.get(row.code)
        english_name = english.get(row.code) or (ours.en if ours else "")
        rows.append((row.code, row.name, english_name, row.mark, row.until, successors.get(row.code, "")))
    there = {row.code for row in russian}
    rows += [(code, "", name, "", "", "") for code, name in sorted(english.items()) if code not in there]
    columns = ("code", "ru", "en", "mark", "until", "successor")
    return written({**own.head, **head, "complete": "yes"}, columns, rows)


def drugs(registry: Sequence[Drug], atc: Mapping[str, tuple[str, ...]], own: CodeSet, head: Mapping[str, str]) -> str:
    """Our own drugs, which have English names and ATC, with the registry's trade names; then the rest of the registry.

    Not complete: a registry lists what is registered, and a name that is not in it is a hint for whoever prescribes.
    """
    by_name = {row.ru.casefold(): row for row in own.rows()}
    listed = {drug.inn.casefold(): drug for drug in registry}
    rows = []
    for name, row in by_name.items():
        also = sorted({*row.also, *(listed[name].trade_names if name in listed else ())})
        rows.append((row.code, row.ru, row.en, _cell(also), _cell(atc.get(name) or row.values("atc"))))
    for name, drug in listed.items():
        if name not in by_name:
            rows.append((name, drug.inn, "", _cell(sorted(drug.trade_names)), _cell(atc.get(name, ()))))
    return written({**own.head, **head, "complete": "no"}, ("code", "ru", "en", "also", "atc"), rows)


def analytes(registry: Sequence[Analyte], own: CodeSet, units: CodeSet, head: Mapping[str, str]) -> str:
    """Our own analytes, and those of the registry that they do not name. Units count where all of them are known."""
    columns = ("code", "ru", "en", "also", "loinc", "units", "group")
    rows = [_own_analyte(row) for row in own.rows()]
    for analyte in registry:
        if own.named(analyte.name) or own.row(analyte.name.casefold()):
            continue
        spelt = [units.named(unit) for unit in analyte.units]
        allowed = [found[0].code for found in spelt if found] if all(spelt) else []
        cells = (_cell(analyte.synonyms), "", _cell(dict.fromkeys(allowed)), analyte.group)
        rows.append((analyte.name.casefold(), analyte.name, "", *cells))
    return written({**own.head, **head, "complete": "no"}, columns, rows)


def _own_analyte(row: Row) -> tuple[str, ...]:
    more = (row.more.get(name, "") for name in ("loinc", "units", "group"))
    return (row.code, row.ru, row.en, _cell(row.also), *more)


def _cell(values: Iterable[str]) -> str:
    return SEVERAL.join(value.replace(SEVERAL, ", ") for value in values)


def put(text: str, target: Path) -> None:
    """Write a file that was checked, in one step: whoever reads meanwhile gets the old one or the new. SourceError."""
    if wrong := problems(text):
        raise SourceError("\n".join([f"{target.name}: nothing was built", *wrong]))
    target.parent.mkdir(parents=True, exist_ok=True)
    handle, name = tempfile.mkstemp(dir=target.parent, prefix=f".{target.name}.")
    try:
        with os.fdopen(handle, "w", encoding="utf-8", newline="\n") as file:
            file.write(text)
        Path(name).chmod(0o644)
        Path(name).replace(target)
    except BaseException:
        Path(name).unlink(missing_ok=True)
        raise
