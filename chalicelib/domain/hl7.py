"""Words of HL7 v2 (PRT-2): what a message says about whom, what is wrong with it, and where. No text of HL7 here.

Codes of faults are those of HL7 table 0357, of answers those of table 0008. Places are written as ERL is (2.14.5.2).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from enum import StrEnum
from typing import Any

Resource = dict[str, Any]

MOST_BYTES = 5_000_000
"""Of one message or batch."""
MOST_SEGMENTS = 20_000
MOST_FIELD = 4_000_000
"""Characters: a field may be a document (OBX-5 of the type ED)."""
MOST_MESSAGES = 200
"""Of one batch."""


class Answer(StrEnum):
    """Table 0008, original mode."""

    ACCEPTED = "AA"
    ERROR = "AE"
    REJECTED = "AR"


class Code(StrEnum):
    """Table 0357."""

    SEQUENCE = "100"
    REQUIRED = "101"
    DATA_TYPE = "102"
    NOT_FOUND = "103"
    MESSAGE_TYPE = "200"
    EVENT = "201"
    PROCESSING = "202"
    VERSION = "203"
    UNKNOWN_KEY = "204"
    DUPLICATE_KEY = "205"
    LOCKED = "206"
    INTERNAL = "207"


CODE_TEXTS: Mapping[Code, str] = {
    Code.SEQUENCE: "Segment sequence error",
    Code.REQUIRED: "Required field missing",
    Code.DATA_TYPE: "Data type error",
    Code.NOT_FOUND: "Table value not found",
    Code.MESSAGE_TYPE: "Unsupported message type",
    Code.EVENT: "Unsupported event code",
    Code.PROCESSING: "Unsupported processing id",
    Code.VERSION: "Unsupported version id",
    Code.UNKNOWN_KEY: "Unknown key identifier",
    Code.DUPLICATE_KEY: "Duplicate key identifier",
    Code.LOCKED: "Application record locked",
    Code.INTERNAL: "Application internal error",
}


@dataclass(frozen=True, slots=True)
class Place:
    """``sequence`` counts segments of that name from 1; 0 of the rest: not said."""

    segment: str
    sequence: int = 1
    field: int = 0
    repetition: int = 0
    component: int = 0

    def written(self, separator: str = "^") -> str:
        parts = [self.segment, str(self.sequence)]
        for number in (self.field, self.repetition or (1 if self.component else 0), self.component):
            if not number:
                break
            parts.append(str(number))
        return separator.join(parts)


@dataclass(frozen=True, slots=True)
class Fault:
    """``word``: a stable word of ours. Texts quote no value. ``error``: the message was not taken as it is."""

    code: Code
    word: str
    place: Place | None = None
    error: bool = False

    @property
    def texts(self) -> tuple[str, str]:
        """Russian, English."""
        return WORDS[self.word]


WORDS: Mapping[str, tuple[str, str]] = {
    "not-hl7": ("Это не сообщение HL7 v2: нет сегмента MSH", "No HL7 v2 message: there is no MSH segment"),
    "separators": ("Разделители в MSH-1 и MSH-2 непригодны", "The separators in MSH-1 and MSH-2 cannot be used"),
    "too-large": ("Сообщение больше допустимого", "The message is larger than allowed"),
    "too-many-segments": ("Сегментов больше допустимого", "There are more segments than allowed"),
    "too-many-messages": ("Сообщений в пакете больше допустимого", "There are more messages in the batch than allowed"),
    "too-long": ("Поле длиннее допустимого", "The field is longer than allowed"),
    "control-id": ("Нужен идентификатор сообщения (до 199 знаков)", "A message control id is needed (at most 199)"),
    "type": ("Сообщения этого вида не принимаются", "Messages of this type are not taken"),
    "event": ("Это событие не принимается", "This event is not taken"),
    "version": ("Эта версия HL7 не принимается", "This version of HL7 is not taken"),
    "processing": ("Код обработки в MSH-11: P, T или D", "The processing id in MSH-11 is P, T or D"),
    "charset-unknown": ("Кодировка в MSH-18 не известна", "The character set in MSH-18 is not known"),
    "charset-guessed": ("Кодировка не указана, прочитано как windows-1251", "No character set: read as windows-1251"),
    "charset-wrong": ("Текст не в той кодировке, что указана", "The text is not in the character set that it says"),
    "line": ("Строка до первого сегмента не прочитана", "A line before the first segment was not read"),
    "time": ("Время не прочитано", "The time could not be read"),
    "number": ("Число не прочитано, сохранено как текст", "The number could not be read and is kept as text"),
    "status": ("Состояние результата не известно", "The result status is not known"),
    "no-patient": ("Нет сегмента PID", "There is no PID segment"),
    "no-report": ("Нет сегмента OBR", "There is no OBR segment"),
    "no-test": ("Не сказано, какое исследование", "It is not said which test it is"),
    "no-order": (
        "Нет номера заказа: исправления не найдут этот отчёт",
        "No order number: no correction will find it",
    ),
    "no-code": ("Показатель без кода и названия пропущен", "An observation without code or name was left out"),
    "no-visit": ("Нет номера обращения", "There is no visit number"),
    "document": ("Документ не разобран", "The document could not be decoded"),
    "document-large": ("Документ велик, в карте его описание", "The document is large: its description is kept"),
    "duplicate": (
        "Под этим номером уже принято другое сообщение",
        "Another message was taken under this control id",
    ),
    "unmatched": (
        "Пациент не определён, сообщение ждёт регистратора",
        "The patient is not known; the message waits for a person",
    ),
    "contradicts": (
        "Номера и сведения о пациенте расходятся, сообщение ждёт регистратора",
        "Numbers and description of the patient contradict; the message waits for a person",
    ),
    "merge-wish": (
        "Пожелание объединить карты передано регистратору",
        "The wish to merge was handed to a registrar",
    ),
    "refused": ("Карта не принимает эти сведения, сообщение ждёт", "The card does not take this; the message waits"),
    "unfit": ("Сведения не прошли проверку, сообщение ждёт", "The content breaks a rule; the message waits"),
    "broken": ("Сообщение не разобрано и сохранено для разбора", "The message could not be read and is kept"),
    "no-table": (
        "Колонки файла не подходят ни к одной таблице, файл ждёт",
        "No table knows the columns of this file; it waits",
    ),
    "row-empty": ("В обязательной ячейке ничего нет", "A cell that is needed is empty"),
    "row-value": ("Значение в ячейке не прочитано", "The value of a cell could not be read"),
    "row-person": ("Не сказано, чья это строка", "It is not said whose row it is"),
    "again": ("Временная ошибка, пришлите ещё раз", "A passing failure, send again"),
}
"""Russian and English of every fault. Words are public in ERR-5 and stored: never rename."""


@dataclass(frozen=True, slots=True)
class Heading:
    """MSH. ``sent_at``: ISO 8601 with offset, "" where it cannot be read. ``kind``: ``ORU^R01``."""

    application: str = ""
    facility: str = ""
    to_application: str = ""
    to_facility: str = ""
    sent_at: str = ""
    kind: str = ""
    control_id: str = ""
    processing: str = ""
    version: str = ""

    @property
    def sender(self) -> str:
        return f"{self.application}|{self.facility}"


@dataclass(frozen=True, slots=True)
class Identified:
    """A number of a person: ``scheme`` is ``snils`` or ``oms`` where the authority says so, else ``mrn``."""

    scheme: str
    value: str
    authority: str = ""


@dataclass(frozen=True, slots=True)
class Person:
    identifiers: tuple[Identified, ...] = ()
    last_name: str = ""
    first_name: str = ""
    middle_name: str = ""
    birth_date: str = ""
    sex: str = ""

    @property
    def traits(self) -> dict[str, str]:
        """What domain/matching.py compares."""
        names = ("last_name", "first_name", "middle_name", "birth_date", "sex")
        return {name: getattr(self, name) for name in names if getattr(self, name)}


@dataclass(frozen=True, slots=True)
class Report:
    """One resource of a message. ``number``: what stays the same when it is corrected, within the sender; "" for none.

    ``placer``: the order that it answers, ``visit``: the visit, as the partner names them.
    """

    resource: Resource
    number: str
    placer: str = ""
    visit: str = ""


@dataclass(frozen=True, slots=True)
class Group:
    """Of one patient. ``former``: numbers that go into this one's (A40). ``place``: where it is told, else its PID."""

    person: Person
    reports: tuple[Report, ...] = ()
    former: tuple[Identified, ...] = ()
    place: Place | None = None


@dataclass(frozen=True, slots=True)
class Reading:
    """A message as far as it could be read; one with a fault that is an error is not processed.
    ``rows``: how many there are, in a file of rows.
    """

    heading: Heading = field(default_factory=Heading)
    groups: tuple[Group, ...] = ()
    faults: tuple[Fault, ...] = ()
    rows: int = 0

    @property
    def broken(self) -> bool:
        return any(fault.error for fault in self.faults)

    def saying(self, *faults: Fault) -> Reading:
        return replace(self, faults=(*self.faults, *faults))


@dataclass(frozen=True, slots=True)
class Acknowledgement:
    """``message_id``: ours of the message, by which people speak about it. ``rows``: as of ``Reading``."""

    answer: Answer
    heading: Heading
    faults: Sequence[Fault] = ()
    message_id: str = ""
    rows: int = 0
