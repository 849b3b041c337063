"""Whether an organisation lets a service outside read handwriting: its administrator says so, for plaintext leaves."""

from __future__ import annotations

from chalicelib.domain.identity import SYS, Actor
from chalicelib.domain.moments import stamp
from chalicelib.domain.recognition.drafting import KINDS
from chalicelib.errors import ConflictError, HandwritingOffError, StaleVersionError
from chalicelib.ports import Event, keys
from chalicelib.ports.tables import Expect, Item, Put
from chalicelib.services.recognition.asking import KIND, Tools


class RecognitionSettings:
    def __init__(self, tools: Tools) -> None:
        self._t = tools

    def read(self, actor: Actor) -> Item:
        """What can be had here, and what the organisation chose."""
        self._t.gate.record(Event(actor, "recognition:settings", SYS, resource_type=KIND))
        return self._shown(self._t.tables.get(keys.recognition_settings(actor.organisation_id)))

    def switch(self, actor: Actor, *, handwriting: bool) -> Item:
        """Raises HandwritingOffError to switch on what no setting of the installation names, StaleVersionError."""
        if handwriting and not self._t.offer.handwriting:
            raise HandwritingOffError
        key = keys.recognition_settings(actor.organisation_id)
        old = self._t.tables.get(key)
        row: Item = {
            "handwriting": handwriting,
            "by": actor.person_id,
            "at": stamp(self._t.clock()),
            "ver": int(old["ver"]) + 1 if old else 1,
        }
        event = Event(
            actor,
            "recognition:switch",
            SYS,
            resource_type=KIND,
            resource_id=actor.organisation_id,
            details={"handwriting": int(handwriting)},
        )
        expect = {"ver": int(old["ver"])} if old else Expect.ABSENT
        try:
            self._t.gate.commit([self._t.gate.stage(event)], [Put(key, row, expect)])
        except ConflictError:
            raise StaleVersionError from None
        return self._shown(row)

    def _shown(self, row: Item | None) -> Item:
        offer = self._t.offer
        return {
            "available": offer.local,
            "kinds": list(KINDS),
            "handwriting": {
                "connected": offer.handwriting,
                "title": dict(offer.title),
                "switched_on": bool(row and row["handwriting"]),
            },
        }
