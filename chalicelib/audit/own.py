"""What the sequencer itself says in the log: that a log was opened, and what is wrong with the outbox."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from chalicelib.audit.entry import b64, canonical, uuid7
from chalicelib.audit.envelopes import Row
from chalicelib.audit.subjects import Subjects
from chalicelib.audit.writer import Writer
from chalicelib.domain.identity import SYS, system_actor
from chalicelib.errors import MedkartaError
from chalicelib.ports import Clock, Event

ACTOR = system_actor("sequencer")
OPENED, INCIDENT = "audit:log-opened", "audit:incident"


@dataclass(frozen=True, slots=True)
class Note:
    """An entry to be written. An incident's id comes from what happened, so that a replay is the same incident."""

    id: str
    action: str
    reason: str = ""
    details: Mapping[str, str | int] = field(default_factory=dict)


def incident(kind: str, key: str, evidence: Any) -> Note:
    """``evidence`` is what was found; its hash alone goes into the log, because it may be anybody's."""
    key = _text(key)
    digest = hashlib.sha256(canonical(_plain(evidence))).digest()
    seed = hashlib.sha256(b"emr-audit/incident/v1\n" + canonical([kind, key, b64(digest)])).hexdigest()
    entry_id = f"{seed[:8]}-{seed[8:12]}-8{seed[13:16]}-8{seed[17:20]}-{seed[20:32]}"  # RFC 9562: custom, version 8
    return Note(entry_id, INCIDENT, kind, {"key": key[:200], "evidence": b64(digest)})


def opening(now_ms: int) -> Note:
    return Note(uuid7(now_ms), OPENED)


def _plain(value: Any) -> Any:
    """Whatever stood in a row, in a form that has a canonical one."""
    match value:
        case bytes():
            return "B:" + b64(value)
        case dict():
            return {_text(str(name)): _plain(inner) for name, inner in value.items()}
        case list() | tuple() | set():
            return [_plain(inner) for inner in value]
        case str():
            return _text(value)
        case _:
            return repr(value)


def _text(value: str) -> str:
    """Without lone surrogates, which have no canonical form."""
    return value.encode("utf-8", "backslashreplace").decode()


class OwnWriter:
    """A writer like any other. A number is used when the entry is committed; in doubt the writer is given up."""

    def __init__(self, new_writer: Callable[[], Writer], subjects: Subjects, clock: Clock) -> None:
        self._new_writer = new_writer
        self._subjects = subjects
        self._clock = clock
        self._writer: Writer | None = None

    def row(self, note: Note, year: int, ahead: int) -> Row:
        """``ahead``: how many entries of the same batch come before."""
        if self._writer is None:
            self._writer = self._new_writer()
        outcome = "success" if note.action == OPENED else "error"
        event = Event(ACTOR, note.action, SYS, outcome, reason=note.reason, details=note.details, year=year)
        put = self._writer.row(event, self._subjects.of(SYS, year), note.id, self._clock(), ahead)
        row = Row.read({**put.item, "sk": note.id})
        if row is None:
            raise MedkartaError("an entry of the sequencer's own that is none")
        return row

    def stored(self, count: int) -> None:
        if self._writer is not None and count:
            self._writer.stored(count)

    def doubt(self) -> None:
        """Nobody knows whether numbers were used: a new writer leaves no gap and uses none twice."""
        self._writer = None
