"""A bulletin on paper: content for ``Printer.render`` (documents/pdf.py says its shape)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from chalicelib.domain.bulletins.content import AGES, SEXES
from chalicelib.domain.bulletins.words import ABOUT, PARTS, TITLE, WORDS, age_words, category_words, period_words
from chalicelib.domain.bulletins.words import SEXES as SEX_WORDS

HIDDEN = "–"


def printable(bulletin: Mapping[str, Any], language: str) -> dict[str, Any]:
    """The same bulletin gives the same bytes: it is dated by its publication."""

    def say(name: str) -> str:
        return WORDS[name].to(language).format(k=bulletin["k"])

    period = period_words(bulletin["period"], language)
    rows = [(say("threshold"), say("fewest")), (say("digest"), bulletin["digest"])]
    parts = [_section(part, language) for part in bulletin["parts"]]
    if bulletin["empty"]:
        parts = [{"title": period, "text": say("empty")}]
    return {
        "title": f"{TITLE.to(language)}, {period}",
        "language": language,
        "organisation": bulletin["organisation"],
        "subject": [(say("period"), period), (say("organisation"), bulletin["organisation"])],
        "sections": [
            {"title": "", "rows": rows},
            *parts,
            {"title": say("how"), "text": f"{say('counted')}\n{say('hidden')}"},
        ],
        "footer": say("footer"),
        "issued_at": bulletin["published_at"],
        "document_id": f"{bulletin['organisation_id']}-{bulletin['period']}",
        "version": 1,
        "qr": None,
        "signature": None,
    }


def _section(part: Mapping[str, Any], language: str) -> dict[str, Any]:
    name = part["part"]
    title = PARTS[name].to(language)
    if not part["counted"] or not part["cells"]:
        return {"title": title, "text": WORDS["nothing" if part["counted"] else "uncounted"].to(language)}
    return {"title": title, "text": ABOUT[name].to(language), "table": _table(name, part["cells"], language)}


def _table(part: str, cells: Sequence[Mapping[str, Any]], language: str) -> dict[str, Any]:
    """A line for each category and sex that has a number, a column for each age band that has one."""
    ages = [age for age in AGES if any(cell["age"] == age for cell in cells) or age != "unknown"]
    found = {(cell["category"], cell["sex"], cell["age"]): _number(cell, language) for cell in cells}
    rows = []
    for category in dict.fromkeys(cell["category"] for cell in cells):
        for sex in (sex for sex in SEXES if any((category, sex, age) in found for age in ages)):
            numbers = [found.get((category, sex, age), HIDDEN) for age in ages]
            rows.append([category_words(part, category, language), SEX_WORDS[sex].to(language), *numbers])
    columns = [WORDS["category"].to(language), WORDS["sex"].to(language), *(age_words(age, language) for age in ages)]
    return {"columns": columns, "rows": rows}


def _number(cell: Mapping[str, Any], language: str) -> str:
    share = cell.get("percent")
    if share is None:
        return str(cell["persons"])
    return f"{cell['persons']} ({share if language == 'en' else share.replace('.', ',')} %)"
