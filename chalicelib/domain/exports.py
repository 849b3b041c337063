"""An export of a card as pure rules (DOC-1): what may be ordered, how far it is, how its file is cut.

    requested ──► making ──► ready ──► expired
        └────────────┴──► failed

Rules:
  1. one export of a card a person at a time; one that has not moved for ``STALLED`` no longer counts
  2. it is made in steps of at most ``RECORDS`` records and ``BYTES`` of text, so memory and time of a step are bounded
  3. it is kept for ``KEPT`` and then deleted: what somebody wants to keep, they have downloaded
  4. an order names whole sections; a section that the orderer may not download refuses the order
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from enum import StrEnum
from typing import Any

from chalicelib.domain.texts.said import Said
from chalicelib.errors import FieldProblem, InvalidFieldsError


class ExportState(StrEnum):
    """Stored: never rename, never reuse."""

    REQUESTED = "requested"
    MAKING = "making"
    READY = "ready"
    FAILED = "failed"
    EXPIRED = "expired"


OPEN = frozenset({ExportState.REQUESTED, ExportState.MAKING})

RECORDS, BYTES = 30, 192 * 1024
"""A step ends with the record that reaches either: about 30 printed pages."""
SHORT = 4
"""So many short readings, or earlier versions, count as one record."""
EARLIER = 1_000
"""Earlier versions of one record, the newest: how many more there are, the file says (``earlier_left_out``)."""
LINE = 80
"""Bytes that an end of a line counts for: on paper it takes as much room as a line of text."""
STEPS = 400  # about 12,000 records
KEPT = timedelta(days=7)
STALLED = timedelta(minutes=30)
TRIES = 3  # times that a stalled export is begun again where it stopped

FORMATS: Mapping[str, tuple[str, str]] = {"pdf": ("application/pdf", "pdf"), "json": ("application/json", "json")}
"""Media type and suffix by format."""
JSON_FORMAT = "medkarta-export/1"
"""Stands in each file: a reader knows by it what it reads. Never reused for another shape."""

CARD_TITLE = Said("Медицинская карта", "Medical card")
EXTRACT_TITLE = Said("Выписка из медицинской карты", "Extract from the medical card")

WORDS: Mapping[str, Said] = {
    "patient": Said("Пациент", "Patient"),
    "birth_date": Said("Дата рождения", "Date of birth"),
    "chosen": Said("Что вошло в документ", "What is in this document"),
    "purpose": Said("Цель", "Purpose"),
    "sections": Said("Разделы", "Sections"),
    "whole": Said("вся карта", "the whole card"),
    "period": Said("Период", "Period"),
    "all_time": Said("за всё время", "all of it"),
    "since": Said("с {date}", "from {date}"),
    "until": Said("по {date}", "to {date}"),
    "records": Said("Записей", "Records"),
    "version": Said("Версия", "Version"),
    "reported": Said("со слов пациента", "reported by the patient"),
    "source": Said("Источник", "Source"),
    "date": Said("Дата и время", "Date and time"),
    "status": Said("Состояние", "Status"),
    "confirmed": Said("Подтверждено врачом", "Confirmed by a doctor"),
    "file": Said("Файл", "File"),
    "bytes": Said("байт", "bytes"),
    "unreadable": Said("Запись не удалось открыть", "This record could not be opened"),
    "too_long": Said(
        "Запись слишком длинна для печати; она есть в выгрузке JSON",
        "This record is too long to be printed; it is in the JSON export",
    ),
    "footer": Said("Сформировано системой «Медкарта» по запросу", "Made by Medkarta on request"),
}

WROTE: Mapping[str, Said] = {
    "patient": Said("пациент", "patient"),
    "representative": Said("представитель", "representative"),
    "doctor": Said("врач", "doctor"),
    "nurse": Said("медицинская сестра", "nurse"),
    "system": Said("другая система", "another system"),
}
"""Who wrote a reading, by the role of its row; a table names no person."""

STATES: Mapping[str, Said] = {
    "active": Said("действует", "active"),
    "dispensed": Said("отпущен", "dispensed"),
    "revoked": Said("отозван", "revoked"),
    "replaced": Said("заменён другим", "replaced by another"),
    "expired": Said("срок действия истёк", "expired"),
}
"""What has become of a record that has a life of its own: of prescriptions and certificates (``status`` of its row)."""


End = date | datetime | None
"""An end of a period: a day, or a moment in UTC."""


def _end(text: str) -> End:
    if not text:
        return None
    return date.fromisoformat(text) if len(text) == len("2026-01-01") else datetime.fromisoformat(text)


def _day(end: date) -> date:
    return end.date() if isinstance(end, datetime) else end


def _instant(end: date, *, last: bool = False) -> datetime:
    """A day stands for its beginning in UTC, or for its ``last`` instant."""
    if isinstance(end, datetime):
        return end
    return datetime.combine(end, time.max if last else time.min, UTC)


@dataclass(frozen=True, slots=True)
class Order:
    """What was asked for. ``sections`` empty means the whole card; ``until`` is exclusive, a day as an end included.

    A day is the day that a record was written with, in its own offset; a moment is the same everywhere.
    """

    format: str
    sections: tuple[str, ...] = ()
    since: End = None
    until: End = None
    language: str = "ru"
    versions: str = "newest"
    purpose: str = ""

    def as_content(self) -> dict[str, Any]:
        return {
            "format": self.format,
            "sections": list(self.sections),
            "since": self.since.isoformat() if self.since else "",
            "until": self.until.isoformat() if self.until else "",
            "language": self.language,
            "versions": self.versions,
            "purpose": self.purpose,
        }

    @classmethod
    def of_content(cls, content: Mapping[str, Any]) -> Order:
        return cls(
            content["format"],
            tuple(content["sections"]),
            _end(content["since"]),
            _end(content["until"]),
            content["language"],
            content["versions"],
            content["purpose"],
        )

    @property
    def title(self) -> Said:
        """A part of the card, or the card for a purpose, is an extract."""
        part = self.sections or self.since or self.until or self.purpose
        return EXTRACT_TITLE if part else CARD_TITLE

    def covers(self, occurred: str) -> bool:
        """Whether a record of this moment, with its own offset as it was written, belongs to the period."""
        day, moment = date.fromisoformat(occurred[:10]), _instant(datetime.fromisoformat(occurred))
        begun = moment >= self.since if isinstance(self.since, datetime) else self.since is None or self.since <= day
        over = moment >= self.until if isinstance(self.until, datetime) else self.until is not None and day > self.until
        return begun and not over

    def surely_outside(self, occurred: str) -> bool:
        """The same of a moment in UTC, whose day may be one off: True only where no offset brings it in."""
        day, one = date.fromisoformat(occurred[:10]), timedelta(days=1)
        before = self.since is not None and day + one < _day(self.since)
        return before or (self.until is not None and day - one > _day(self.until))


def checked(order: Order, sections: Sequence[str], today: date) -> Order:
    """The order in one form. Raises InvalidFieldsError with every field that is wrong."""
    wrong: list[FieldProblem] = []
    for place, section in enumerate(order.sections):
        if section not in sections:
            wrong.append(FieldProblem(f"/sections/{place}", "unknown", "there is no such section"))
    if order.since and order.until and _instant(order.since) >= _instant(order.until, last=True):
        wrong.append(FieldProblem("/to", "range", "ends before it begins"))
    if order.since and _day(order.since) > today:
        wrong.append(FieldProblem("/from", "future", "this lies in the future"))
    if order.format == "pdf" and order.versions == "all":
        wrong.append(FieldProblem("/versions", "format", "earlier versions are in the JSON alone"))
    if wrong:
        raise InvalidFieldsError(fields=tuple(wrong))
    return order


def counts_as_open(row: Mapping[str, Any], now: datetime) -> bool:
    """Rule 1, of the newest export of the same person and card."""
    moved = datetime.fromisoformat(str(row["moved_at"]))
    return ExportState(row["state"]) in OPEN and now - moved < STALLED


# --- the pieces in which it is stored: each is sealed by itself, under its number


ORDER_PIECE = 0


def file_piece(step: int) -> int:
    """Number of the piece of the file that step 1, 2, … made."""
    return 2 * step


def state_piece(step: int) -> int:
    """Number of what the maker must know to go on after a step."""
    return 2 * step + 1


# --- the JSON file: a row of texts that make one document


def json_head(order: Order, person: Mapping[str, Any], export_id: str, made_at: str) -> bytes:
    head: dict[str, Any] = {"format": JSON_FORMAT, "export_id": export_id, "made_at": made_at}
    head |= {"order": order.as_content(), "person": dict(person)}
    return _json(head).removesuffix(b"}") + b', "records": [\n'


def json_records(records: Sequence[Mapping[str, Any]], *, first: bool) -> bytes:
    """``first``: none stands in the file yet."""
    text = b",\n".join(_json(record) for record in records)
    return text if first or not text else b",\n" + text


def json_tail(count: int) -> bytes:
    return b'\n], "count": %d}\n' % count


def _json(content: Mapping[str, Any]) -> bytes:
    return json.dumps(dict(content), ensure_ascii=False, sort_keys=True, default=str).encode()
