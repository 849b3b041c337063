"""Cards that a partner's Patient opened though somebody like them was there: a registrar says whether they are one.

``different``: written on both cards, so that they are not proposed again. ``same``: the registrar proposes the merge
(SPC-5), which has a second pair of eyes; the pair is off the list.
"""

from __future__ import annotations

from chalicelib.domain.identity import SYS, Actor, PersonId
from chalicelib.domain.moments import stamp
from chalicelib.domain.patients import Answer
from chalicelib.errors import ConflictError, NotFoundError
from chalicelib.ports import Clock, Event, keys
from chalicelib.ports.tables import Delete, Expect, Item, Put, Store, Tables, Write
from chalicelib.services.gate import Gate

SHOWN = ("why", "others", "organisation", "at")


class Doubts:
    def __init__(self, gate: Gate, tables: Tables, clock: Clock) -> None:
        self._gate = gate
        self._tables = tables
        self._clock = clock

    def listed(self, actor: Actor, limit: int, after: Item | None) -> tuple[list[Item], Item | None]:
        """Oldest first: ids of cards alone. What they say is compared at ``/patients/{id}/duplicates``."""
        self._gate.record(Event(actor, "patient-doubt:list", SYS))
        found = self._tables.query(Store.CARD, f"QUEUE#{keys.DOUBTS}", limit=limit, after=after)
        return [
            {"doubt_id": row["id"], "patient_id": row["patient"], **{name: row[name] for name in SHOWN}}
            for row in found.items
        ], found.after

    def decide(self, actor: Actor, doubt_id: str, answer: Answer, reason: str) -> None:
        """Raises NotFoundError, also for one that was decided meanwhile."""
        key = keys.queue(keys.DOUBTS, doubt_id)
        row = self._tables.get(key)
        if row is None:
            raise NotFoundError
        patient_id = PersonId(row["patient"])
        details = {"others": " ".join(row["others"]), "why": reason}
        event = Event(actor, f"patient-doubt:{answer.value}", patient_id, details=details)
        said: Item = {"member": actor.member_id, "why": reason, "at": stamp(self._clock())}
        pairs = [pair for other in row["others"] for pair in ((patient_id, other), (other, patient_id))]
        apart = pairs if answer is Answer.DIFFERENT else []
        writes: list[Write] = [Delete(key, Expect.PRESENT), *(Put(keys.distinct(*pair), said, None) for pair in apart)]
        try:
            self._gate.commit([self._gate.stage(event)], writes)
        except ConflictError:
            raise NotFoundError from None
