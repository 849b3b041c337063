"""The rules of entries: chains, writers, time. ``Ledger`` is over all years, because a writer may live at New Year."""

from __future__ import annotations

from dataclasses import dataclass, field

from verifier import entries
from verifier.entries import Envelope, YearBefore
from verifier.log import YearLog
from verifier.notes import b64
from verifier.report import Flaw, Report

SHOWN = 5  # ranges of missing counters in one finding


@dataclass(slots=True)
class WriterSeen:
    first: str  # place
    counters: set[int] = field(default_factory=set)


@dataclass(slots=True)
class Ledger:
    """Entries by id, and each writer's counters."""

    ids: set[str] = field(default_factory=set)
    writers: dict[str, WriterSeen] = field(default_factory=dict)

    def close(self, report: Report, *, whole: bool) -> None:
        """When all leaves are known. Unless the log is ``whole``, a missing number may stand in another year."""
        for name, writer in self.writers.items():
            lost = _missing(writer.counters)
            if lost:
                shown = ", ".join(f"{a}" if a == b else f"{a}-{b}" for a, b in lost[:SHOWN])
                count = sum(last + 1 - first for first, last in lost)
                code = "writer-gap" if whole else "writer-elsewhere"
                report.add(code, writer.first, writer=name, counters=shown, count=count)


def _missing(counters: set[int]) -> list[tuple[int, int]]:
    """Ranges from 0 up to the highest that are not there."""
    ranges, expected = [], 0
    for number in sorted(counters):
        if number > expected:
            ranges.append((expected, number - 1))
        expected = number + 1
    return ranges


@dataclass(slots=True)
class Leaves:
    """One year's entries, in the order of the log."""

    log: YearLog
    ledger: Ledger
    before: YearBefore | None = None
    chains: dict[str, tuple[int, str, int]] = field(default_factory=dict)  # tag: number, leaf hash, index of the newest
    certified: set[str] = field(default_factory=set)  # writers whose first leaf of this log was met
    moment: int = 0

    def check(self, index: int, raw: bytes) -> None:
        place = self.log.place(f"leaf/{index}")
        try:
            envelope = entries.read(raw)
        except Flaw as flaw:
            self.log.report.add("entry-malformed", place, why=flaw.code, **flaw.values)
            return
        self._chain(envelope, index, place)
        self._writer(envelope, place)
        report = self.log.report
        if envelope.id in self.ledger.ids:
            report.add("entry-twice", place, id=envelope.id)
        self.ledger.ids.add(envelope.id)
        if envelope.t < self.moment:
            report.add("time-back", place)
        self.moment = max(self.moment, envelope.t)
        if (envelope.before is not None) != (index == 0):
            report.add("year-before-place", place)
        elif envelope.before:
            self.before = envelope.before

    def _chain(self, envelope: Envelope, index: int, place: str) -> None:
        n, prev, pi = self.chains.get(envelope.tag, (-1, "", -1))
        if envelope.n != n + 1:
            self.log.report.add("chain-number", place, have=envelope.n, need=n + 1)
        if envelope.prev != prev:
            self.log.report.add("chain-link", place)
        if envelope.pi != pi:
            self.log.report.add("chain-index", place, have=envelope.pi, need=pi)
        self.chains[envelope.tag] = (envelope.n, b64(envelope.leaf), index)

    def _writer(self, envelope: Envelope, place: str) -> None:
        report, authority = self.log.report, self.log.policy.authority
        if not envelope.signed(int(self.log.year)):
            report.add("writer-signature", place)
            return
        writer = self.ledger.writers.setdefault(envelope.writer, WriterSeen(place))
        if envelope.counter in writer.counters:
            report.add("writer-counter-twice", place, counter=envelope.counter, writer=envelope.writer)
        writer.counters.add(envelope.counter)
        first = envelope.writer not in self.certified
        self.certified.add(envelope.writer)
        if not first and envelope.certificate is not None:
            report.add("certificate-place", place, writer=envelope.writer)
        elif first and envelope.certificate is None:
            report.add("writer-uncertified", place, writer=envelope.writer)
        elif first and not authority.certifies(envelope.writer, str(envelope.certificate)):
            report.add("certificate-wrong", place, writer=envelope.writer)
