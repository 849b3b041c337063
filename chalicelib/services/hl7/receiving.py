"""Messages of partners (PRT-2): kept first, then taken, then answered.

1. A message is known by client, sender (MSH-3, MSH-4) and control id (MSH-10). The same again gets the same answer;
   another content under that id is rejected.
2. The bytes as they came are sealed before anything is made of them. A worker that dies after that leaves a message
   without an answer: the sender sends it again, and what was taken is found.
3. What cannot be taken waits for a person (services/hl7/queue.py), and the answer says so: AA with a warning, for the
   sender has nothing to do about it; AE or AR where only the sender can.
"""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass

from chalicelib.domain.hl7 import (
    MOST_MESSAGES,
    Acknowledgement,
    Answer,
    Code,
    Fault,
    Place,
    Reading,
)
from chalicelib.domain.identity import Actor
from chalicelib.domain.moments import stamp
from chalicelib.errors import ConflictError, MedkartaError
from chalicelib.ports import keys
from chalicelib.ports.readers import HL7
from chalicelib.ports.tables import Item, Key, Put, Update, Write
from chalicelib.services.hl7.groups import Groups, Left
from chalicelib.services.hl7.queue import BROKEN, waiting_rows
from chalicelib.services.hl7.tools import REMEMBERED, Tools

KEPT, ANSWERED = "kept", "answered"
TOGETHER = 40
"""Patients of one message who are put into the queue by one transaction; each is two rows."""
REJECTS = frozenset({Code.MESSAGE_TYPE, Code.EVENT, Code.VERSION, Code.PROCESSING, Code.REQUIRED, Code.DUPLICATE_KEY})
"""What the header alone refuses (2.13.1.1, step 3): AR; every other error is AE."""
QUEUED = frozenset(
    {"not-hl7", "separators", "too-many-segments", "too-long", "no-patient", "no-report", "control-id", "no-table"}
)
"""Words of errors with which a message waits for a person: it may be the only copy of a result."""


@dataclass(frozen=True, slots=True)
class Answered:
    """``text``: of one or several acknowledgements. ``answers``: of each message, in their order."""

    text: str
    answers: tuple[Answer, ...]


class Receiving:
    def __init__(self, tools: Tools, groups: Groups) -> None:
        self._t = tools
        self._groups = groups

    def receive(self, actor: Actor, raw: bytes, form: str = HL7) -> Answered:
        """Every message of a body by itself, or every part of a file. ``form``: of ports/readers.py. Raises what the
        stores and keys raise, when nothing could be kept.
        """
        messages, now = self._t.readers[form], self._t.clock()
        parts = messages.split(raw)
        if len(parts) > MOST_MESSAGES:
            fault = Fault(Code.INTERNAL, "too-many-messages", None, error=True)
            said = [Acknowledgement(Answer.REJECTED, messages.read(parts[0], now).heading, (fault,))]
        else:
            said = [self._one(actor, part, form) for part in parts]
        texts = [messages.answered(one, now) for one in said]
        several = len(said) > 1 or messages.is_batch(raw)
        return Answered(messages.batch(texts, now) if several else texts[0], tuple(one.answer for one in said))

    def _one(self, actor: Actor, raw: bytes, form: str) -> Acknowledgement:
        client = self._t.tables.get(keys.client(actor.person_id)) or {}
        reading = self._t.readers[form].read(raw, self._t.clock(), str(client.get("name", "")))
        digest = hashlib.sha256(raw).hexdigest()
        heading = reading.heading
        edition = self._t.readers[form].edition
        unnamed = ("digest", digest, edition) if edition else ("digest", digest)
        named = (heading.sender, heading.control_id) if heading.control_id else unnamed
        key = keys.hl7_message(actor.organisation_id, self._t.tag(actor.person_id, *named))
        row = self._t.tables.get(key)
        if row is None:
            try:
                row = self._kept(actor, raw, form, digest, reading, key)
            except ConflictError:  # the same message beside this one was faster
                row = self._t.tables.get(key)
                if row is None:
                    raise
        if row["digest"] != digest:
            fault = Fault(Code.DUPLICATE_KEY, "duplicate", Place("MSH", 1, 10), error=True)
            self._t.gate.failed(actor, "hl7-receive", "duplicate")
            return Acknowledgement(Answer.REJECTED, heading, (fault,), row["id"], reading.rows)
        if row["state"] == ANSWERED:
            return Acknowledgement(Answer(row["answer"]), heading, _faults(row["faults"]), row["id"], reading.rows)
        return self._taken(actor, reading, row, keys_of=key)

    def _kept(self, actor: Actor, raw: bytes, form: str, digest: str, reading: Reading, key: Key) -> Item:
        now, message_id = self._t.clock(), self._t.gate.new_id()
        staged, writes = self._t.keep(actor, message_id, raw)
        row: Item = {
            "id": message_id,
            "client": actor.person_id,
            "digest": digest,
            "state": KEPT,
            "form": form,
            "kind": reading.heading.kind,
            "at": stamp(now),
            "expires": int((now + REMEMBERED).timestamp()),
        }
        self._t.gate.commit([staged], [Put(key, row), *writes])
        return row

    def _taken(self, actor: Actor, reading: Reading, row: Item, *, keys_of: Key) -> Acknowledgement:
        message_id, faults, left = row["id"], list(reading.faults), list[Left]()
        if reading.broken:
            answer = Answer.REJECTED if any(f.error and f.code in REJECTS for f in faults) else Answer.ERROR
            if any(fault.error and fault.word in QUEUED for fault in faults):
                left = [Left(0, BROKEN)]
        else:
            answer = Answer.ACCEPTED
            try:
                left, more = self._groups.take(actor, reading, message_id)
                faults += more
            except MedkartaError as error:
                if error.status < 500:  # noqa: PLR2004
                    raise
                again = Fault(Code.INTERNAL, "again", None, error=True)
                return Acknowledgement(Answer.ERROR, reading.heading, (again,), message_id, reading.rows)
        self._answer(actor, answer, faults, left, row, keys_of)
        return Acknowledgement(answer, reading.heading, tuple(faults), message_id, reading.rows)

    def _answer(
        self,
        actor: Actor,
        answer: Answer,
        faults: Sequence[Fault],
        left: Sequence[Left],
        row: Item,
        key: Key,
    ) -> None:
        """What became of it, and who waits; an original that somebody waits for is not forgotten."""
        now = self._t.clock()
        said = [[f.code.value, f.word, f.place.written() if f.place else "", f.error] for f in faults]
        change: Item = {"state": ANSWERED, "answer": answer.value, "faults": said}
        writes: list[Write] = [Update(key, change, expect={"state": KEPT})]
        if left:
            self._t.hold(actor.organisation_id, row["id"], forget=False)
        for at in range(0, len(left), TOGETHER):
            waiting = [each for one in left[at : at + TOGETHER] for each in waiting_rows(actor, row, one, now)]
            if at + TOGETHER < len(left):
                with suppress(ConflictError):  # they wait already: a worker died after it wrote them
                    self._t.tables.commit(waiting)
            else:
                writes += waiting
        try:
            self._t.tables.commit(writes)
        except ConflictError:  # a worker beside this one has answered: the same, for what was taken is found
            stored = self._t.tables.get(key)
            if stored is None or stored["state"] != ANSWERED:
                raise


def _faults(stored: Sequence[Sequence[object]]) -> tuple[Fault, ...]:
    found = []
    for code, word, place, error in stored:
        parts = str(place).split("^")
        numbers = [int(one) for one in parts[1:]]
        where = Place(parts[0], *numbers) if parts[0] else None
        found.append(Fault(Code(str(code)), str(word), where, bool(error)))
    return tuple(found)
