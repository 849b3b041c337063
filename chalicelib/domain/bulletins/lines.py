"""A bulletin as CSV (RFC 4180, UTF-8): a line for each number. What would be run as a formula stands as text."""

from __future__ import annotations

import csv
import io
from collections.abc import Mapping
from typing import Any

from chalicelib.domain.bulletins.words import WORDS, category_words

COLUMNS = (
    "organisation",
    "organisation_name",
    "period",
    "threshold",
    "part",
    "category",
    "category_name",
    "age",
    "sex",
    "persons",
    "of_persons",
    "percent",
    "digest",
)
FORMULA = ("=", "+", "-", "@", "\t", "\r")
"""How a text begins that spreadsheets would run (OWASP, CSV injection)."""
MARK = "\ufeff"
"""At the beginning: spreadsheets know UTF-8 by it."""


def safe(text: str) -> str:
    return f"'{text}" if text.startswith(FORMULA) else text


def as_csv(bulletin: Mapping[str, Any], language: str) -> str:
    """Lines end with CR LF. Of a period without numbers one line says so in words."""
    made = io.StringIO()
    writer = csv.writer(made)
    writer.writerow(COLUMNS)
    about = [bulletin["organisation_id"], bulletin["organisation"], bulletin["period"], str(bulletin["k"])]
    lines = [
        [part["part"], cell["category"], category_words(part["part"], cell["category"], language), cell["age"],
         cell["sex"], cell["persons"], cell.get("of"), cell.get("percent")]
        for part in bulletin["parts"]
        for cell in part["cells"]
    ]  # fmt: skip
    if not lines:
        lines = [["", "", WORDS["empty"].to(language).format(k=bulletin["k"]), "", "", "", "", ""]]
    for line in lines:
        whole = [*about, *line, bulletin["digest"]]
        writer.writerow(["" if value is None else safe(str(value)) for value in whole])
    return MARK + made.getvalue()
