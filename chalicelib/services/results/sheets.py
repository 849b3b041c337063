"""A comparison on paper: for each analyte its values in order and, where they are numbers, a line with its band."""

from __future__ import annotations

import json
from collections.abc import Sequence
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any

from chalicelib.domain.access import Action
from chalicelib.domain.identity import Actor, PersonId
from chalicelib.domain.moments import local, stamp
from chalicelib.domain.names import full_name
from chalicelib.domain.observation import MARKS
from chalicelib.domain.results.comparison import Comparison, Line, plain
from chalicelib.domain.results.points import QUANTITY, Point
from chalicelib.domain.results.series import Part
from chalicelib.domain.results.trends import trend
from chalicelib.domain.texts.results import BROKEN, COMPARISON
from chalicelib.ports import Clock, Printer, Sealed, Vault, keys
from chalicelib.ports.tables import Tables
from chalicelib.records.bodies.units import UNITS
from chalicelib.records.bodies.words import chosen
from chalicelib.records.results import RESULT_COMPARISON
from chalicelib.services.gate import Gate
from chalicelib.services.results.comparing import Comparing, Question

LINES, ROWS = 20, 40
"""Analytes of a document, and the newest values of each; what does not fit is named."""
MARGIN = timedelta(hours=12)


class Sheets:
    def __init__(
        self, gate: Gate, tables: Tables, vault: Vault, comparing: Comparing, printer: Printer, clock: Clock
    ) -> None:
        self._gate = gate
        self._tables = tables
        self._vault = vault
        self._comparing = comparing
        self._printer = printer
        self._clock = clock

    def pdf(self, actor: Actor, patient_id: PersonId, question: Question, language: str) -> bytes:
        """Raises InvalidFieldsError. Entries say that it was taken out, and what was read for it."""
        question.checked()
        self._gate.admit(actor, Action.DOWNLOAD, patient_id, RESULT_COMPARISON)
        found, _, _ = self._comparing.found(actor, patient_id, question)
        subject = self._subject(actor, patient_id, language)
        content = sheet(found, subject, stamp(self._clock()), language)
        return self._printer.render("record", content)

    def _subject(self, actor: Actor, patient_id: PersonId, language: str) -> list[tuple[str, str]]:
        permits = self._gate.admit_kinds(actor, patient_id, RESULT_COMPARISON, [])
        row = self._tables.get(keys.profile(patient_id)) or {}
        profile = json.loads(self._vault.open(permits["profile"], Sealed.of("profile", row)))
        born = profile.get("birth_date")
        shown = _day(datetime.fromisoformat(born), language) if born else "—"
        return [(_word("patient", language), full_name(profile)), (_word("born", language), shown)]


def sheet(found: Comparison, subject: Sequence[tuple[str, str]], issued_at: str, language: str) -> dict[str, Any]:
    """Content for ``Printer.render`` (documents/pdf.py says its shape)."""
    printed, left_out = found.lines[:LINES], found.lines[LINES:]
    sections = [section for line in printed for section in _sections(line, language)]
    return {
        "title": _word("title", language),
        "language": language,
        "organisation": "",
        "subject": list(subject),
        "sections": [{"title": "", "rows": _summary(found, left_out, language)}, *sections],
        "footer": _word("footer", language),
        "issued_at": issued_at,
        "document_id": "",
        "version": 1,
        "qr": None,
        "signature": None,
    }


def _summary(found: Comparison, left_out: Sequence[Line], language: str) -> list[tuple[str, str]]:
    rows = [(_word("results", language), str(len(found.results)))]
    if found.results:
        period = f"{_day(local(found.results[0].at), language)} – {_day(local(found.results[-1].at), language)}"
        rows.insert(0, (_word("period", language), period))
    if found.withdrawn:
        rows.append((_word("withdrawn", language), str(found.withdrawn)))
    if left_out:
        rows.append((_word("left_out", language), ", ".join(line.title(language) for line in left_out)))
    return rows


def _sections(line: Line, language: str) -> list[dict[str, Any]]:
    """A chart of the newest comparable values, where there are two; then the values, newest first."""
    unit = _unit(line.parts[-1].unit, language)
    table = {"title": f"{line.title(language)}{', ' + unit if unit else ''}", "table": _table(line, language)}
    drawn = _chart(line.parts[-1], line.title(language), language)
    rows = [(_word("trend", language), _trend(line, language))]
    chart = [{"title": "", "chart": drawn}] if drawn else []
    return [table, {"title": "", "rows": rows}, *chart]


def _table(line: Line, language: str) -> dict[str, Any]:
    columns = [_word(name, language) for name in ("at", "value", "range", "flag", "laboratory")]
    placed = [(part, number, one) for part in line.parts for number, one in enumerate(part.points)]
    rows = [_row(part, one, language, first=number == 0) for part, number, one in placed]
    return {"columns": columns, "rows": rows[-ROWS:][::-1]}


def _row(part: Part, one: Point, language: str, *, first: bool) -> list[str]:
    value = f"{one.text} {_unit(one.unit, language)}".strip()
    notes = [_word("preliminary", language)] if not one.settled else []
    notes += [BROKEN[part.broken_by].to(language)] if first and part.broken_by else []
    return [
        _day(local(one.source.at), language),
        "; ".join((value, *notes)),
        _range(one, language),
        MARKS.get(str(one.flag), ""),
        one.source.laboratory,
    ]


def _range(one: Point, language: str) -> str:
    low, high = plain(one.low), plain(one.high)
    if low and high:
        text = f"{low} – {high}"
    elif low or high:
        text = f"≥ {low}" if low else f"≤ {high}"
    else:
        text = one.reference
    note = "another" if one.fits is False else ""
    return f"{text} ({_word(note, language)})" if note else text


def _trend(line: Line, language: str) -> str:
    found = trend(line.parts)
    if not found["comparable"]:
        return BROKEN[found["reason"]].to(language)
    percent = found["relative_percent"]
    relative = f" ({_signed(round(Decimal(str(percent)), 1))} %)" if percent is not None else ""
    return f"{_signed(Decimal(str(found['change'])))} {_unit(found['unit'], language)}{relative}"


def _signed(value: Decimal) -> str:
    """With its sign, a minus as typography has it."""
    return f"{value:+f}".replace("-", "\N{MINUS SIGN}")


def _chart(part: Part, title: str, language: str) -> dict[str, Any] | None:
    """A line through comparable values, and the band of the newest: None where there is nothing to draw."""
    if part.points[-1].kind != QUANTITY or len(part.points) < 2:  # noqa: PLR2004
        return None
    newest = part.points[-1]
    limits = [part.scaled(limit, newest) for limit in (newest.low, newest.high)] if newest.fits is not False else []
    shown = part.points[-ROWS:]
    return {
        "since": stamp(shown[0].source.at - MARGIN),
        "until": stamp(newest.source.at + MARGIN),
        "unit": _unit(part.unit, language),
        "limits": sorted(float(limit) for limit in limits if limit is not None),
        "lines": [
            {
                "title": title,
                "points": [
                    (stamp(one.source.at), float(part.scaled(one.value, one) or 0), one.flag not in {None, "N"})
                    for one in shown
                ],
            }
        ],
    }


def _unit(unit: str, language: str) -> str:
    return chosen(UNITS.get(unit, (unit, unit)), language)


def _word(name: str, language: str) -> str:
    return COMPARISON[name].to(language)


def _day(moment: datetime, language: str) -> str:
    return f"{moment:%Y-%m-%d}" if language == "en" else f"{moment:%d.%m.%Y}"
