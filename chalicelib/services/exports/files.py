"""The two formats of an export: from what a step has read to the next bytes of the file."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from chalicelib.domain.exports import STATES, WORDS, Order, json_head, json_records, json_tail
from chalicelib.domain.names import full_name
from chalicelib.errors import TooLargeError
from chalicelib.ports.booklets import Booklet
from chalicelib.ports.tables import Item
from chalicelib.records.printing import sections, stored_model
from chalicelib.records.registry import record_type
from chalicelib.services.exports.reading import Read, Reading

State = dict[str, Any]
WRITERS = frozenset({"doctor_name", "laboratory"})
"""Fields of a summary that say who, not what."""


@dataclass(frozen=True, slots=True)
class JsonFile:
    """One JSON document: who, what was ordered, the records."""

    order: Order
    row: Item
    person: Mapping[str, Any]
    made_at: str

    def piece(self, before: State | None, reading: Reading, _shown: Mapping[str, Any]) -> tuple[bytes, State]:
        count = int(before["records"]) if before else 0
        text = b"" if before else json_head(self.order, self.person, self.row["id"], self.made_at)
        text += json_records([read.as_content() for read in reading.records], first=not count)
        count += len(reading.records)
        if reading.reached is None:
            text += json_tail(count)
        return text, {"records": count}


@dataclass(frozen=True, slots=True)
class PdfFile:
    """A booklet with a first page, contents and bookmarks (documents/booklet.py)."""

    order: Order
    row: Item
    person: Mapping[str, Any]
    made_at: str
    booklet: Booklet

    def piece(self, before: State | None, reading: Reading, shown: Mapping[str, Any]) -> tuple[bytes, State]:
        """``shown``: the code to verify by, for the last piece."""
        state: State = before or {"records": 0, "kind": "", "booklet": self.booklet.begin()}
        text, booklet, kind = b"", state["booklet"], state["kind"]
        if reading.records:
            entries = []
            for read in reading.records:
                entries.append(self._entry(read, heading=read.spec.name != kind))
                kind = read.spec.name
            text, booklet = self._added(booklet, entries)
        after: State = {"records": state["records"] + len(reading.records), "kind": kind, "booklet": booklet}
        if reading.reached is None:
            first = {**self._frame(), "sections": [self._chosen(after["records"])], **shown}
            text += self.booklet.close(booklet, first)
        return text, {**after, "pages": booklet["pages"]}

    def _added(self, booklet: State, entries: list[dict[str, Any]]) -> tuple[bytes, State]:
        """In two stretches what is too long for one. One record that is too long keeps the others from nobody."""
        try:
            return self.booklet.add(booklet, {**self._frame(), "entries": entries})
        except TooLargeError:
            if len(entries) == 1:
                said = [{**entries[0], "sections": [{"title": "", "text": self._say("too_long")}]}]
                return self.booklet.add(booklet, {**self._frame(), "entries": said})
        half = len(entries) // 2
        text, booklet = self._added(booklet, entries[:half])
        more, booklet = self._added(booklet, entries[half:])
        return text + more, booklet

    def _frame(self) -> dict[str, Any]:
        """What stands on every page. One moment for all of them: that of the order."""
        subject = [(self._say("patient"), full_name(self.person))]
        if self.person.get("birth_date"):
            subject.append((self._say("birth_date"), self._day(str(self.person["birth_date"]))))
        return {
            "title": self.order.title.to(self.order.language),
            "language": self.order.language,
            "subject": subject,
            "footer": self._say("footer"),
            "issued_at": str(self.row["at"]).replace("Z", "+00:00"),
            "document_id": self.row["id"],
            "version": 1,
        }

    def _entry(self, read: Read, *, heading: bool) -> dict[str, Any]:
        label = read.spec.label(self.order.language)
        day = self._day(str((read.body or {}).get(read.spec.occurred) or read.row["created_at"])[:10])
        return {
            "heading": label if heading else "",
            "title": f"{day} · {self._about(read) or label}",
            "sections": [*self._content(read), {"title": "", "rows": self._origin(read)}],
        }

    def _about(self, read: Read) -> str:
        """The first line of its summary that tells one record of a kind from the next."""
        fields = {field.name: field for field in stored_model(read.spec).printed()}
        for name in read.spec.summary:
            value = (read.body or {}).get(name)
            if name in fields and name not in {read.spec.occurred, *WRITERS} and value not in (None, "", [], {}):
                return next((text for _, text in fields[name].lines(value, self.order.language) if text), "")
        return ""

    def _content(self, read: Read) -> list[dict[str, Any]]:
        if read.body is None:
            return [{"title": "", "text": self._say("unreadable")}]
        return sections(read.spec, read.body, self.order.language)

    def _origin(self, read: Read) -> list[tuple[str, str]]:
        """Where the record comes from: which organisation, or the patient's own words, and which version it is; what
        has become of it, who confirmed it, and the files that hang on it.
        """
        said = read.organisation or (self._say("reported") if read.row["source"] == "patient-reported" else "—")
        rows = [(self._say("source"), f"{said}; {self._say('version').lower()} {int(read.row['ver'])}")]
        if read.status:
            rows.insert(0, (self._say("status"), STATES[read.status["state"]].to(self.order.language)))
        if read.confirmed:
            rows.append(
                (self._say("confirmed"), f"{self._day(read.confirmed['at'])}, {read.confirmed['organisation']}")
            )
        for file in read.files:
            known = f"; SHA-256 {file['sha256']}" if "sha256" in file else ""
            rows.append((self._say("file"), f"{file['type']}; {int(file['size'])} {self._say('bytes')}{known}"))
        return rows

    def _chosen(self, records: int) -> dict[str, Any]:
        kinds = (record_type(name).label(self.order.language) for name in self.row["kinds"])
        names = ", ".join(kinds) if self.order.sections else self._say("whole")
        rows = [(self._say("purpose"), self.order.purpose)] if self.order.purpose else []
        rows += [(self._say("sections"), names), (self._say("period"), self._period())]
        return {"title": self._say("chosen"), "rows": [*rows, (self._say("records"), str(records))]}

    def _period(self) -> str:
        ends = (("since", self.order.since), ("until", self.order.until))
        said = [
            WORDS[name].to(self.order.language).format(date=self._day(day.isoformat())) for name, day in ends if day
        ]
        return " ".join(said) or self._say("all_time")

    def _say(self, name: str) -> str:
        return WORDS[name].to(self.order.language)

    def _day(self, text: str) -> str:
        day = date.fromisoformat(text[:10])
        return f"{day:%d.%m.%Y}" if self.order.language == "ru" else day.isoformat()
