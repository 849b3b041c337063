"""Findings of the review (AUD-4): which rules there are, how grave each is, what people read, and one finding as data.

A finding holds ids and counts, nothing that was read. Its id follows from rule, actor, patient and window, so that a
review that is run again finds the same one.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum

from chalicelib.domain.texts import Said

EVIDENCE = 20
"""Ids of entries that a finding keeps; it counts the rest."""


class Severity(StrEnum):
    LOW = "low"
    MEDIUM = "medium"
    HIGH = "high"


class Outcome(StrEnum):
    """What an officer says of a finding in the end. Words of a list and no prose: prose would name people."""

    EXPLAINED = "explained"
    CONFIRMED = "confirmed"
    FALSE_ALARM = "false-alarm"


class Tells(StrEnum):
    """Who is told of a finding besides the security officers."""

    NOBODY = ""
    PATIENT = "patient"
    ACTOR = "actor"


@dataclass(frozen=True, slots=True)
class Rule:
    """``tells``: whom a new finding is told at once. The patient learns of any finding when it is confirmed."""

    name: str
    severity: Severity
    title: Said
    text: Said
    tells: Tells = Tells.NOBODY


RULES: Mapping[str, Rule] = {
    rule.name: rule
    for rule in (
        Rule(
            "bulk-reading",
            Severity.MEDIUM,
            Said("Массовый просмотр карт", "Many cards read"),
            Said(
                "За час открыто больше разных карт, чем может потребовать приём.",
                "More different cards were opened within an hour than seeing patients can need.",
            ),
        ),
        Rule(
            "out-of-hours",
            Severity.LOW,
            Said("Просмотр в нерабочее время", "Reading out of hours"),
            Said(
                "Карта открыта, когда организация не работает, не из круглосуточного отделения.",
                "A card was opened while the organisation is closed, not by a department that works at night.",
            ),
        ),
        Rule(
            "outside-department",
            Severity.LOW,
            Said("Просмотр вне отделения", "Reading outside the department"),
            Said(
                "Отделение ничего не записывало в карту, и согласия этому сотруднику в журнале нет.",
                "The department wrote nothing in the card, and the log has no consent to this member of staff.",
            ),
        ),
        Rule(
            "colleague",
            Severity.MEDIUM,
            Said("Карта коллеги", "A colleague's card"),
            Said(
                "Открыта карта человека, который работает в той же организации.",
                "The card belongs to somebody who works in the same organisation.",
            ),
            Tells.PATIENT,
        ),
        Rule(
            "possible-relative",
            Severity.LOW,
            Said("Возможно, карта родственника", "Perhaps a relative's card"),
            Said(
                "Фамилии, возможно, совпадают. Признак грубый: бывает и случайность.",
                "The surnames may be the same. The sign is coarse and can be chance.",
            ),
        ),
        Rule(
            "refusals",
            Severity.MEDIUM,
            Said("Серия отказов", "A series of refusals"),
            Said(
                "Несколько отказов подряд или перебор номеров одним участником.",
                "Several refusals in a row, or numbers tried one by one, by the same caller.",
            ),
        ),
        Rule(
            "break-glass",
            Severity.HIGH,
            Said("Экстренный доступ", "Emergency access"),
            Said(
                "Карта открыта без согласия по экстренной причине: проверьте её.",
                "A card was opened without consent for an emergency: check the reason.",
            ),
            Tells.PATIENT,
        ),
        Rule(
            "new-network",
            Severity.MEDIUM,
            Said("Вход из новой сети", "Sign-in from a new network"),
            Said(
                "Сотрудник вошёл из сети, откуда не входил 90 дней, и смотрел карты.",
                "A member of staff signed in from a network not used for 90 days, and read cards.",
            ),
            Tells.ACTOR,
        ),
        Rule(
            "bound-on-paper",
            Severity.MEDIUM,
            Said("Согласие на бумаге сразу после внесения в список", "A consent on paper at once after a binding"),
            Said(
                "Один сотрудник внёс человека в список клиники и в тот же день его согласие на бумаге: проверьте скан.",
                "One member of staff put a person on the clinic's list and within a day recorded a consent of theirs"
                " on paper: look at the scan.",
            ),
            Tells.PATIENT,
        ),
        Rule(
            "unreadable-entry",
            Severity.HIGH,
            Said("Запись журнала не читается", "An entry cannot be read"),
            Said(
                "Содержимое записи не открывается, а квитанции об уничтожении нет.",
                "The content of an entry does not open, and there is no receipt of erasure.",
            ),
        ),
        Rule(
            "altered-entry",
            Severity.HIGH,
            Said("Запись журнала изменена", "An entry was altered"),
            Said("Хранимое содержимое не то, что вошло в журнал.", "The stored content is not what went into the log."),
        ),
        Rule(
            "incident",
            Severity.HIGH,
            Said("Вмешательство в очередь журнала", "Tampering with the outbox"),
            Said(
                "Записи изменили, удалили или подложили раньше, чем они вошли в журнал.",
                "Entries were changed, removed or slipped in before they reached the log.",
            ),
        ),
        Rule(
            "split-chain",
            Severity.HIGH,
            Said("Две цепочки одного человека", "Two chains of one person"),
            Said(
                "За год у человека две цепочки записей: часть могли скрыть от него.",
                "A person has two chains within a year: a part may have been hidden from them.",
            ),
        ),
        Rule(
            "chain-broken",
            Severity.HIGH,
            Said("Цепочка записей прервана", "A chain is broken"),
            Said(
                "Номер записи не следующий за последним: записи пропущены, или цепочка раздвоена.",
                "An entry's number does not follow the last one: entries were skipped, or the chain was forked.",
            ),
        ),
        Rule(
            "review-cursor",
            Severity.HIGH,
            Said("Память проверки изменена", "What the review remembers was altered"),
            Said(
                "Отметка проверки не там, где могла бы быть: её изменили, и записи могли остаться без проверки.",
                "A mark of the review is where it cannot be: it was changed, and entries may have been passed over.",
            ),
        ),
        Rule(
            "key-log-unreadable",
            Severity.HIGH,
            Said("Журнал ключей не читается", "The key log cannot be read"),
            Said(
                "Файл об использовании ключей испорчен или удалён: сверить его с журналом нельзя.",
                "A file on the use of keys is damaged or gone: it cannot be held against the log.",
            ),
        ),
        Rule(
            "unmatched-key-use",
            Severity.HIGH,
            Said("Ключ использован без записи", "A key was used without an entry"),
            Said(
                "Ключ человека использован, а записи о доступе в это время нет.",
                "A person's key was used, and no entry of that time says why.",
            ),
        ),
        Rule(
            "record-altered",
            Severity.HIGH,
            Said("Запись карты изменена помимо журнала", "A record was altered behind the log"),
            Said("Хранится не то, что вошло в журнал.", "What is stored is not what the log says."),
        ),
        Rule(
            "record-missing",
            Severity.HIGH,
            Said("Записи карты нет", "A record is missing"),
            Said("Журнал знает запись, в хранилище её нет.", "The log knows the record, the store does not have it."),
        ),
        Rule(
            "record-unlogged",
            Severity.HIGH,
            Said("Запись карты без журнала", "A record without an entry"),
            Said("В хранилище есть запись, о которой журнал не знает.", "The store has a record unknown to the log."),
        ),
        Rule(
            "record-rolled-back",
            Severity.HIGH,
            Said("Запись карты возвращена к старой версии", "A record was rolled back"),
            Said("В хранилище версия старше той, что в журнале.", "The stored version is older than the log's."),
        ),
    )
}
"""Names are stored: never rename, never reuse."""


@dataclass(frozen=True, slots=True)
class Finding:
    """``window`` is the text that tells two findings of one rule, actor and patient apart (an hour, a night, an id).

    ``entries`` are ids of log entries (of key uses: of CloudTrail events), the first ones; ``count`` counts all.
    ``about`` says more in words of lists and ids: a record's kind and id, an incident's reason.
    """

    rule: str
    window: str
    first: datetime
    last: datetime
    actor: str = ""
    organisation: str = ""
    patient: str = ""
    entries: tuple[str, ...] = ()
    count: int = 1
    about: Mapping[str, str] = field(default_factory=dict)

    @property
    def id(self) -> str:
        name = json.dumps([self.rule, self.actor, self.patient, self.window], ensure_ascii=True)
        return hashlib.sha256(b"medkarta/finding/v1\n" + name.encode()).hexdigest()[:32]

    @property
    def known(self) -> Rule:
        return RULES[self.rule]

    def with_more(self, other: Finding) -> Finding:
        """Joined with a later one of the same id; the same evidence twice adds nothing."""
        if set(other.entries) <= set(self.entries):
            return self
        entries = tuple(dict.fromkeys((*self.entries, *other.entries)))
        twice = len(self.entries) + len(other.entries) - len(entries)
        return Finding(
            self.rule,
            self.window,
            min(self.first, other.first),
            max(self.last, other.last),
            self.actor,
            self.organisation or other.organisation,
            self.patient,
            entries[:EVIDENCE],
            self.count + other.count - twice,
            self.about or other.about,
        )


def joined(findings: list[Finding]) -> dict[str, Finding]:
    """Findings by id, each with all its evidence, in the order in which they were found."""
    found: dict[str, Finding] = {}
    for finding in findings:
        old = found.get(finding.id)
        found[finding.id] = old.with_more(finding) if old else finding
    return found
