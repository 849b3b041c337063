"""Messages of HL7 v2 read and answered. Implements ``ports.readers.Reader``; reading never raises, whatever is sent."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime, tzinfo
from itertools import islice
from zoneinfo import ZoneInfo

from chalicelib.domain.ages import DEFAULT_ZONE
from chalicelib.domain.hl7 import (
    CODE_TEXTS,
    MOST_MESSAGES,
    Acknowledgement,
    Code,
    Fault,
    Group,
    Heading,
    Place,
    Reading,
)
from chalicelib.interop.hl7 import values
from chalicelib.interop.hl7.admissions import EVENTS, groups_of
from chalicelib.interop.hl7.persons import person_of
from chalicelib.interop.hl7.reports import About, Gathered, report_of
from chalicelib.interop.hl7.text import Marks, Segment, Unreadable, decoded, lines_of, marks_of

RESULTS = frozenset({"R01", "R03", "R32", ""})
LONGEST_ID = 199
MOST_FAULTS = 50
OURS = "MEDKARTA"
ENVELOPE = frozenset({b"BTS", b"FTS", b"BHS", b"FHS"})
MOST_TRAILERS = 20
_HEADING = re.compile(rb"(?:^|[\r\n])[\x0b \t]*(?:\xef\xbb\xbf)?(?=MSH[^A-Za-z0-9\s])")


class Hl7Messages:
    edition = ""

    def split(self, raw: bytes) -> list[bytes]:
        """The messages of a body: one, or those of a batch (2.10.3), whose envelope is left out; several without an
        envelope are a batch too. What begins with no MSH is one message, which cannot be read.
        """
        if raw[:2] in {b"\xff\xfe", b"\xfe\xff"}:
            return [raw]
        starts = [found.end() for found in islice(_HEADING.finditer(raw), MOST_MESSAGES + 1)]
        if not starts:
            return [raw]
        ends = [*starts[1:], len(raw)]
        return [_without_trailer(raw[start:end]) for start, end in zip(starts, ends, strict=True)]

    def is_batch(self, raw: bytes) -> bool:
        return re.match(rb"[\x0b\s]*(?:\xef\xbb\xbf)?(FHS|BHS)[^A-Za-z0-9\s]", raw[:64]) is not None

    def shown(self, raw: bytes, group: int) -> str:  # noqa: ARG002 - of the port
        """For people: the whole message, in whatever character set it can be."""
        for charset in ("utf-8-sig", "cp1251"):
            try:
                return raw.decode(charset).replace("\r\n", "\n").replace("\r", "\n")
            except UnicodeDecodeError:
                continue
        return raw.decode("latin-1").replace("\r", "\n")

    def read(self, raw: bytes, now: datetime, laboratory: str = "", zone: str = DEFAULT_ZONE) -> Reading:
        """``laboratory``: the sender's name, where a message names none. ``zone``: of times that say no offset."""
        heading = Heading()
        faults: list[Fault] = []
        try:
            text, charset, faults = decoded(raw)
            segments, skipped = _segments(text, charset)
            if skipped:
                faults.append(Fault(Code.SEQUENCE, "line"))
            where = values.offset_of(segments[0].get(7)) or ZoneInfo(zone)
            heading = _heading(segments[0], where)
            faults += _wrong(segments[0], heading)
            if any(fault.error for fault in faults):
                return Reading(heading, (), tuple(faults[:MOST_FAULTS]))
            groups, more = _groups(segments, heading, now, laboratory, where)
            return Reading(heading, tuple(groups), tuple([*faults, *more][:MOST_FAULTS]))
        except Unreadable as unreadable:
            return Reading(heading, (), (*faults[:MOST_FAULTS], unreadable.fault))

    def answered(self, said: Acknowledgement, now: datetime) -> str:
        """The acknowledgement, original mode: MSH, MSA, ERR for each fault, in Russian and English."""
        heading = said.heading
        kind = heading.kind.partition("^")[2]
        moment = now.astimezone(ZoneInfo(DEFAULT_ZONE)).strftime("%Y%m%d%H%M%S%z")
        fields = [
            "MSH",
            "^~\\&",
            OURS,
            "",
            _escaped(heading.application),
            _escaped(heading.facility),
            moment,
            "",
            f"ACK^{_escaped(kind)}^ACK" if kind else "ACK",
            said.message_id or f"A{moment}",
            _escaped(heading.processing) or "P",
            _escaped(heading.version) or "2.5.1",
            *[""] * 5,
            "UNICODE UTF-8",
        ]
        first = next((fault for fault in said.faults if fault.error), next(iter(said.faults), None))
        text = first.texts[0] if first else ""
        lines = ["|".join(fields), f"MSA|{said.answer}|{_escaped(heading.control_id)}|{_escaped(text)}"]
        return "\r".join([*lines, *(_err(fault) for fault in said.faults[:MOST_FAULTS])]) + "\r"

    def batch(self, answers: Sequence[str], now: datetime) -> str:
        moment = now.astimezone(ZoneInfo(DEFAULT_ZONE)).strftime("%Y%m%d%H%M%S%z")
        return f"BHS|^~\\&|{OURS}||||{moment}\r{''.join(answers)}BTS|{len(answers)}\r"


def _without_trailer(raw: bytes) -> bytes:
    """A message without the BTS, FTS, BHS and FHS lines that stand after it, and without the frame of MLLP."""
    found, rest = raw, raw.rstrip(b"\r\n\x1c")
    for _ in range(MOST_TRAILERS):
        at = max(rest.rfind(b"\r"), rest.rfind(b"\n"))
        if at < 0 or rest[at + 1 : at + 4] not in ENVELOPE:
            break
        rest = rest[:at].rstrip(b"\r\n\x1c")
        found = rest + b"\r"
    return found


def _segments(text: str, charset: str) -> tuple[list[Segment], bool]:
    """From MSH on; whether something stood before it. Raises Unreadable."""
    counts: dict[str, int] = {}
    found: list[Segment] = []
    marks = Marks()
    skipped = not re.match(r"\s*MSH", text)
    for line in lines_of(text):
        if not found:
            if not line.startswith("MSH"):
                continue
            marks = marks_of(line, charset)
        if found and line[3:4] not in {"", marks.field}:
            skipped = True
            continue
        counts[line[:3]] = counts.get(line[:3], 0) + 1
        found.append(Segment(line, marks, counts[line[:3]]))
    if not found:
        raise Unreadable(Fault(Code.SEQUENCE, "not-hl7", Place("MSH"), error=True))
    return found, skipped


def _heading(msh: Segment, zone: tzinfo) -> Heading:
    kind, event = msh.get(9), msh.get(9, 2)
    return Heading(
        application=msh.get(3)[:180],
        facility=msh.get(4)[:180],
        to_application=msh.get(5)[:180],
        to_facility=msh.get(6)[:180],
        sent_at=values.instant(msh.get(7), zone) or "",
        kind=f"{kind}^{event}"[:20] if event else kind[:20],
        control_id=msh.get(10)[: LONGEST_ID + 1],
        processing=msh.get(11)[:3],
        version=msh.get(12)[:10],
    )


def _wrong(msh: Segment, heading: Heading) -> Iterator[Fault]:
    kind, _, event = heading.kind.partition("^")
    if not heading.control_id or len(heading.control_id) > LONGEST_ID:
        yield Fault(Code.REQUIRED, "control-id", msh.place(10), error=True)
    if heading.version and not heading.version.startswith("2."):
        yield Fault(Code.VERSION, "version", msh.place(12), error=True)
    if heading.processing and heading.processing[0] not in "PTD":
        yield Fault(Code.PROCESSING, "processing", msh.place(11), error=True)
    if msh.get(7) and not heading.sent_at:
        yield Fault(Code.DATA_TYPE, "time", msh.place(7))
    events = {"ORU": RESULTS, "ADT": EVENTS}.get(kind)
    if events is None:
        yield Fault(Code.MESSAGE_TYPE, "type", msh.place(9, 1, 1), error=True)
    elif event not in events:
        yield Fault(Code.EVENT, "event", msh.place(9, 1, 2), error=True)


def _groups(
    segments: list[Segment], heading: Heading, now: datetime, laboratory: str, zone: tzinfo
) -> tuple[list[Group], list[Fault]]:
    sent_at = heading.sent_at or now.astimezone(UTC).isoformat(timespec="seconds")
    kind, _, event = heading.kind.partition("^")
    if kind == "ADT":
        return groups_of(segments, event, sent_at, zone)
    names = (heading.facility, heading.application, laboratory)
    about = About(sent_at, next((name for name in names if name), "—"), heading.control_id, zone)
    return _results(segments, about)


def _results(segments: list[Segment], about: About) -> tuple[list[Group], list[Fault]]:
    """Patients with their reports (ORU^R01, 7.3.1)."""
    patients: list[tuple[Segment, list[Gathered]]] = []
    orphan = _gather(segments, patients)
    faults: list[Fault] = []
    if orphan is not None or not patients:
        place = orphan.place() if orphan else Place("PID")
        faults.append(Fault(Code.SEQUENCE, "no-patient", place, error=True))
    elif not any(reports for _, reports in patients):
        faults.append(Fault(Code.SEQUENCE, "no-report", Place("OBR"), error=True))
    seen: dict[str, int] = {}
    groups: list[Group] = []
    for pid, reports in patients:
        made = [report_of(one, about, seen) for one in reports]
        faults += [fault for _, found in made for fault in found]
        groups.append(Group(person_of(pid), tuple(report for report, _ in made)))
    return groups, faults


def _gather(segments: list[Segment], patients: list[tuple[Segment, list[Gathered]]]) -> Segment | None:
    """Segments to their patients and reports, as they come; answers a report of nobody."""
    order: Segment | None = None
    visit = ""
    for segment in segments:
        match segment.name:
            case "PID":
                patients.append((segment, []))
                order, visit = None, ""
            case "PV1":
                visit = segment.get(19)
            case "ORC":
                order = segment
            case "OBR":
                if not patients:
                    return segment
                pid, reports = patients[-1]
                reports.append(Gathered(segment, order, visit or pid.get(18)))
                order = None
            case "OBX" | "NTE" | "SPM":
                if patients and patients[-1][1] and order is None:
                    patients[-1][1][-1].lines.append(segment)
    return None


def _err(fault: Fault) -> str:
    """ERR-2 the place, ERR-3 the code, ERR-4 how grave, ERR-5 our word, ERR-8 for people."""
    place = fault.place.written() if fault.place else ""
    russian, english = fault.texts
    fields = [
        "",
        place,
        f"{fault.code}^{CODE_TEXTS[fault.code]}^HL70357",
        "E" if fault.error else "W",
        f"{fault.word}^{english}^medkarta",
        "",
        "",
        russian,
    ]
    return "ERR|" + "|".join(fields)


def _escaped(text: str) -> str:
    for mark, code in (("\\", "\\E\\"), ("|", "\\F\\"), ("^", "\\S\\"), ("&", "\\T\\"), ("~", "\\R\\")):
        text = text.replace(mark, code)
    return re.sub(r"[\r\n]", " ", text)
