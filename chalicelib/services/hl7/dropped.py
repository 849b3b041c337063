"""Files that partners leave in the drop, each as if it had come by a call; the answer is a file (PRT-2, PRT-9).

A run that dies leaves the file, and the next one does it again: what was taken is found. A file that cannot be taken in
for a passing reason stays.
"""

from __future__ import annotations

import logging

from chalicelib.domain.access import DELIVERY_SCOPES
from chalicelib.domain.hl7 import Acknowledgement, Answer, Code, Fault, Heading
from chalicelib.domain.identity import SYS, Actor, PersonId, Role
from chalicelib.errors import MedkartaError, NotFoundError, TooLargeError
from chalicelib.ports import Event, keys
from chalicelib.ports.hl7 import Drop
from chalicelib.ports.readers import CSV, HL7
from chalicelib.services.hl7.receiving import Receiving
from chalicelib.services.hl7.tools import TASK, Tools

log = logging.getLogger("medkarta.hl7")

A_RUN, LOOKED_AT = 20, 200
"""Files that a run takes, for it has minutes; and those among which it finds them: some may have to stay."""
SCOPES = {HL7: "hl7.write", CSV: "files.write"}
"""Which scope lets a partner leave files of a form."""


class Dropped:
    def __init__(self, tools: Tools, receiving: Receiving, drop: Drop) -> None:
        self._t = tools
        self._receiving = receiving
        self._drop = drop

    def run(self) -> dict[str, int]:
        """Counts: ``taken``, ``refused``, ``failed`` (they stay)."""
        done = dict.fromkeys(("taken", "refused", "failed"), 0)
        for place in self._drop.waiting(LOOKED_AT):
            if done["taken"] >= A_RUN:
                break
            try:
                done["taken" if self._one(place) else "refused"] += 1
            except MedkartaError as error:
                done["failed"] += 1
                log.warning("a file of the drop stays: %s", error.code)
        return done

    def _one(self, place: str) -> bool:
        form = place.partition("/")[0]
        actor = self._partner(place, SCOPES[form])
        if actor is None:
            self._drop.answered(place, self._refusal(form, "refused"))
            return False
        try:
            raw = self._drop.get(place)
        except NotFoundError:
            return False
        except TooLargeError:
            self._drop.answered(place, self._refusal(form, "too-large"))
            return False
        self._drop.answered(place, self._receiving.receive(actor, raw, form).text.encode())
        return True

    def _partner(self, place: str, scope: str) -> Actor | None:
        """Whose folder it is, if that partner may bring messages."""
        client_id = place.split("/")[1] if place.count("/") > 1 else ""
        row = self._t.tables.get(keys.client(client_id)) if client_id else None
        barred = row is None or row["state"] != "active" or scope not in row["scopes"]
        if row is None or barred or self._is_new(row["organisation"]):
            event = Event(TASK, "hl7:drop", SYS, "denied", resource_type="partner", reason="scope")
            self._t.gate.record(event)
            return None
        return Actor(
            PersonId(client_id),
            Role(row["role"]),
            organisation_id=row["organisation"],
            scopes=DELIVERY_SCOPES & set(row["scopes"]),
        )

    def _is_new(self, organisation_id: str) -> bool:
        """Keys of an organisation are made by its first message over HTTPS: this function has no right to make any."""
        return self._t.tables.get(self._t.patient_keys.alive(PersonId(organisation_id)).key) is None

    def _refusal(self, form: str, word: str) -> bytes:
        fault = Fault(Code.INTERNAL, word, None, error=True)
        said = Acknowledgement(Answer.REJECTED, Heading(), (fault,))
        reader, now = self._t.readers[form], self._t.clock()
        text = reader.answered(said, now)
        return (reader.batch([text], now) if reader.is_batch(b"") else text).encode()
