"""The two formats of an export: from what a step has read to the next bytes of the file."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from itertools import groupby
from typing import Any

from chalicelib.domain.exports import STATES, WORDS, WROTE, Order, json_head, json_records, json_tail
from chalicelib.domain.moments import local
from chalicelib.domain.names import full_name
from chalicelib.errors import TooLargeError
from chalicelib.ports.booklets import Booklet
from chalicelib.ports.tables import Item
from chalicelib.records.bodies.words import moment
from chalicelib.records.printing import sections, stored_model
from chalicelib.records.registry import record_type
from chalicelib.services.drafts import REPORTED
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
        count += sum(not read.continues for read in reading.records)
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
            text, booklet = self._added(booklet, self._entries(reading.records, kind))
            kind = reading.records[-1].spec.name
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
                entries = halves(entries[0])
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

    def _entries(self, reads: Sequence[Read], before: str) -> list[dict[str, Any]]:
        """One a record, and one for all short readings of a kind. ``before``: the kind that the file ended with."""
        entries = []
        for kind, found in groupby(reads, key=lambda read: read.spec.name):
            same = list(found)
            if same[0].spec.export_as == "table":
                label = same[0].spec.label(self.order.language) if kind != before else ""
                entries.append({"heading": label, "title": "", "sections": [self._table(same)]})
            else:
                entries += [self._entry(read, heading=kind != before and read is same[0]) for read in same]
        return entries

    def _table(self, reads: Sequence[Read]) -> dict[str, Any]:
        """A row a reading, with where it comes from; a column that no row fills is left out."""
        model, language = stored_model(reads[0].spec), self.order.language
        names = [*(name for name, _ in model.cells({}, language)), self._say("source")]
        rows = []
        for read in reads:
            if read.body is None:
                cells = [moment(self._local(read.row["created_at"]), language), self._say("unreadable")]
                cells += [""] * (len(names) - 1 - len(cells))
            else:
                cells = [text for _, text in model.cells(read.body, language)]
            rows.append([*cells, self._from(read)])
        kept = [place for place in range(len(names)) if any(row[place] for row in rows)]
        table = {"columns": [names[n] for n in kept], "rows": [[row[n] for n in kept] for row in rows]}
        return {"title": "", "rows": None, "table": table, "text": None}

    def _from(self, read: Read) -> str:
        """Where a reading comes from, who wrote it, and what else is known of it, in one cell."""
        said = [self._whose(read)]
        if read.row["role"] in WROTE and (read.organisation or read.row["role"] != "patient"):
            said.append(WROTE[read.row["role"]].to(self.order.language))
        if int(read.row["ver"]) > 1:
            said.append(self._version(read))
        if read.confirmed:
            said.append(f"{self._say('confirmed').lower()} {self._confirmed(read)}")
        return "; ".join(said)

    def _entry(self, read: Read, *, heading: bool) -> dict[str, Any]:
        label = read.spec.label(self.order.language)
        day = self._day(str((read.body or {}).get(read.spec.occurred) or self._local(read.row["created_at"])))
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
        rows = [(self._say("source"), f"{self._whose(read)}; {self._version(read)}")]
        if read.status:
            rows.insert(0, (self._say("status"), STATES[read.status["state"]].to(self.order.language)))
        if read.confirmed:
            rows.append((self._say("confirmed"), self._confirmed(read)))
        for file in read.files:
            known = f"; SHA-256 {file['sha256']}" if "sha256" in file else ""
            rows.append((self._say("file"), f"{file['type']}; {int(file['size'])} {self._say('bytes')}{known}"))
        return rows

    def _whose(self, read: Read) -> str:
        return read.organisation or (self._say("reported") if read.row["source"] == REPORTED else "—")

    def _version(self, read: Read) -> str:
        return f"{self._say('version').lower()} {int(read.row['ver'])}"

    def _confirmed(self, read: Read) -> str:
        return f"{self._day(self._local(read.confirmed['at']))}, {read.confirmed['organisation']}"

    def _chosen(self, records: int) -> dict[str, Any]:
        kinds = (record_type(name).label(self.order.language) for name in self.row["kinds"])
        names = ", ".join(kinds) if self.order.sections else self._say("whole")
        rows = [(self._say("purpose"), self.order.purpose)] if self.order.purpose else []
        rows += [(self._say("sections"), names), (self._say("period"), self._period())]
        return {"title": self._say("chosen"), "rows": [*rows, (self._say("records"), str(records))]}

    def _period(self) -> str:
        ends = (("since", self.order.since), ("until", self.order.until))
        said = [WORDS[name].to(self.order.language).format(date=self._end(end)) for name, end in ends if end]
        return " ".join(said) or self._say("all_time")

    def _say(self, name: str) -> str:
        return WORDS[name].to(self.order.language)

    @staticmethod
    def _local(text: str) -> str:
        """A moment of the system's own, in the zone that people are told moments in."""
        return local(datetime.fromisoformat(text)).isoformat()

    def _end(self, end: date) -> str:
        if isinstance(end, datetime):
            return moment(self._local(end.isoformat()), self.order.language)
        return self._day(end.isoformat())

    def _day(self, text: str) -> str:
        day = date.fromisoformat(text[:10])
        return f"{day:%d.%m.%Y}" if self.order.language == "ru" else day.isoformat()


def halves(entry: Mapping[str, Any]) -> list[dict[str, Any]]:
    """The two halves of a table that is too long for one stretch. One row is left as a record that is too long, named
    by its first cell; what is no table is left as it is.
    """
    table = entry["sections"][0].get("table")
    if entry["title"] or not table:
        return [dict(entry)]
    rows = table["rows"]
    if len(rows) == 1:
        return [{**entry, "title": rows[0][0]}]
    half = len(rows) // 2
    parts = [{**entry["sections"][0], "table": {**table, "rows": some}} for some in (rows[:half], rows[half:])]
    return [{**entry, "sections": [parts[0]]}, {**entry, "heading": "", "sections": [parts[1]]}]
