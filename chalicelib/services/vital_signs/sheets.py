"""A series on paper: what it comes to, a chart, and the readings that the chart shows (REC-10)."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from chalicelib.domain.access import Action, Permit
from chalicelib.domain.identity import Actor, PersonId
from chalicelib.domain.moments import local, stamp
from chalicelib.domain.names import full_name
from chalicelib.domain.texts.said import Said
from chalicelib.domain.vital_signs.bands import LEVEL_WORDS, OUT, VERSION, Rule, rules_of
from chalicelib.domain.vital_signs.rolls import Point
from chalicelib.domain.vital_signs.series import statistics, thinned
from chalicelib.domain.vital_signs.signs import PART_WORDS, SIGNS
from chalicelib.ports import Printer, Sealed, keys
from chalicelib.records.bodies.words import moment
from chalicelib.records.observation import VITAL_SIGN_SERIES
from chalicelib.services.vital_signs.reading import Found, Range, Reading, range_of
from chalicelib.services.vital_signs.rows import Tools

LINE, ROWS = 400, 60
"""Points of the chart, and lines of the table."""

WORDS: Mapping[str, Said] = {
    "patient": Said("Пациент", "Patient"),
    "born": Said("Дата рождения", "Date of birth"),
    "period": Said("Период", "Period"),
    "count": Said("Измерений", "Measurements"),
    "out": Said("Вне границ", "Out of limits"),
    "edition": Said("Редакция границ", "Edition of limits"),
    "summary": Said("Итоги", "Summary"),
    "chart": Said("График", "Chart"),
    "readings": Said("Измерения", "Measurements"),
    "at": Said("Дата и время", "Date and time"),
    "level": Said("Оценка", "Level"),
    "place": Said("Где", "Where"),
    "source": Said("Источник", "Source"),
    "least": Said("Наименьшее", "Least"),
    "greatest": Said("Наибольшее", "Greatest"),
    "mean": Said("Среднее", "Mean"),
    "footer": Said(
        "Сформировано системой «Медкарта». Оценка по границам не является диагнозом.",
        "Made by Medkarta. A level by limits is no diagnosis.",
    ),
}
PLACES: Mapping[str, Said] = {
    "home": Said("дома", "at home"),
    "office": Said("на приёме", "office"),
    "device": Said("прибор", "device"),
}
SOURCES: Mapping[str, Said] = {
    "patient-reported": Said("пациент", "patient"),
    "staff": Said("медработник", "clinician"),
    "connected": Said("другая система", "another system"),
}


class Sheets:
    def __init__(self, tools: Tools, reading: Reading, printer: Printer) -> None:
        self._t = tools
        self._reading = reading
        self._printer = printer

    def pdf(
        self,
        actor: Actor,
        patient_id: PersonId,
        code: str,
        since: datetime | None,
        until: datetime | None,
        language: str,
    ) -> bytes:
        """Raises InvalidFieldsError as ``Reading.series``. Two entries: that it was taken out, and what was read."""
        self._t.gate.admit(actor, Action.DOWNLOAD, patient_id, VITAL_SIGN_SERIES)
        permits = self._reading.permits(actor, patient_id)
        wanted = range_of(code, since, until, self._t.clock())
        found = self._reading.found(permits, patient_id, wanted)
        content = sheet(wanted, found, self._subject(permits, patient_id, language), stamp(self._t.clock()), language)
        return self._printer.render("record", content)

    def _subject(self, permits: Mapping[str, Permit], patient_id: PersonId, language: str) -> list[tuple[str, str]]:
        row = self._t.tables.get(keys.profile(patient_id)) or {}
        profile = json.loads(self._t.vault.open(permits["profile"], Sealed.of("profile", row)))
        text = profile.get("birth_date")
        born = _day(datetime.fromisoformat(text), language) if text else "—"
        return [(WORDS["patient"].to(language), full_name(profile)), (WORDS["born"].to(language), born)]


def sheet(
    wanted: Range, found: Found, subject: Sequence[tuple[str, str]], issued_at: str, language: str
) -> dict[str, Any]:
    """Content for ``Printer.render`` (documents/pdf.py says its shape)."""
    sign = SIGNS[wanted.code]
    said = statistics(found.count, found.sums, found.points, found.levels)
    period = f"{_day(local(wanted.since), language)} – {_day(local(wanted.until), language)}"
    rows = [
        (WORDS["period"].to(language), period),
        (WORDS["count"].to(language), str(found.count)),
        (WORDS["out"].to(language), f"{said['out_of_limits']} %"),
        (WORDS["edition"].to(language), VERSION),
    ]
    rules = rules_of(wanted.code, found.known.age, found.known.limits)
    return {
        "title": f"{sign.words.to(language)}, {sign.shown_unit.to(language)}",
        "language": language,
        "organisation": "",
        "subject": list(subject),
        "sections": [
            {"title": "", "rows": rows},
            {"title": WORDS["summary"].to(language), "table": _summary(said["parts"], language)},
            {"title": WORDS["chart"].to(language), "chart": _chart(wanted, found, rules, language)},
            {"title": WORDS["readings"].to(language), "table": _table(found, language)},
        ],
        "footer": WORDS["footer"].to(language),
        "issued_at": issued_at,
        "document_id": "",
        "version": 1,
        "qr": None,
        "signature": None,
    }


def _summary(parts: Mapping[str, Mapping[str, str]], language: str) -> dict[str, Any]:
    columns = ["", *(WORDS[name].to(language) for name in ("least", "greatest", "mean"))]
    rows = [[PART_WORDS[name].to(language), one["min"], one["max"], one["mean"]] for name, one in parts.items()]
    return {"columns": columns, "rows": rows}


def _chart(wanted: Range, found: Found, rules: Sequence[Rule], language: str) -> dict[str, Any]:
    """Lines of the numbers, and the limits of attention that hold wherever it was measured at last."""
    points = thinned(found.points, LINE)
    names = list(points[0].values) if points else []
    place = points[-1].place if points else ""
    fitting = [rule for rule in rules if rule.level is OUT[0] and place in rule.when.get("place", (place,))]
    limits = {float(rule.limit) for rule in fitting if not set(rule.when) - {"place"}}
    return {
        "since": stamp(wanted.since),
        "until": stamp(wanted.until),
        "unit": SIGNS[wanted.code].shown_unit.to(language),
        "limits": sorted(limits),
        "lines": [
            {
                "title": PART_WORDS[name].to(language),
                "points": [(stamp(p.at), float(p.values[name]), _out(p, name, fitting)) for p in points],
            }
            for name in names
        ],
    }


def _out(point: Point, name: str, rules: Sequence[Rule]) -> bool:
    """Of a reading with two numbers the level does not say which one is out of its limits."""
    if len(point.values) == 1:
        return point.level in OUT
    return any(rule.part == name and rule.broken_by(point.values[name]) for rule in rules)


def _table(found: Found, language: str) -> dict[str, Any]:
    points = thinned(found.points, ROWS)
    names = list(points[0].values) if points else []
    columns = [WORDS["at"].to(language), *(PART_WORDS[name].to(language) for name in names)]
    columns += [WORDS[name].to(language) for name in ("level", "place", "source")]
    return {"columns": columns, "rows": [_line(point, names, language) for point in points]}


def _line(point: Point, names: Sequence[str], language: str) -> list[str]:
    numbers = [format(point.values[name], "f") for name in names]
    level = LEVEL_WORDS[point.level].to(language) + (" ●" if point.level in OUT else "")
    source = SOURCES[point.source].to(language) if point.source in SOURCES else point.source
    return [moment(local(point.at).isoformat(), language), *numbers, level, PLACES[point.place].to(language), source]


def _day(moment: datetime, language: str) -> str:
    return f"{moment:%Y-%m-%d}" if language == "en" else f"{moment:%d.%m.%Y}"
