"""What an organisation says about its identity desk."""

from __future__ import annotations

from chalicelib.domain.desk_recovery import refusal_to_switch
from chalicelib.domain.identity import SYS, Actor
from chalicelib.errors import AccessDeniedError, ConflictError, NotFoundError
from chalicelib.ports import Event, keys
from chalicelib.ports.tables import Item, Update
from chalicelib.services.gate import Gate


class DeskSettings:
    def __init__(self, gate: Gate) -> None:
        self._gate = gate

    def four_eyes(self, actor: Actor, organisation_id: str, *, wanted: bool) -> Item:
        """Whether a second operator approves every recovery; for some accounts it is so always. Repeatable.

        Raises AccessDeniedError, also for an organisation's own administrator who wants to do without.
        """
        refused = refusal_to_switch(actor, organisation_id, wanted=wanted)
        if refused:
            self._gate.refuse(actor, "desk:four-eyes", refused)
            raise AccessDeniedError
        event = Event(
            actor,
            "desk:four-eyes",
            SYS,
            resource_type="organisation",
            resource_id=organisation_id,
            details={"four_eyes": int(wanted)},
        )
        try:
            self._gate.commit(
                [self._gate.stage(event)], [Update(keys.organisation(organisation_id), {"four_eyes": wanted})]
            )
        except ConflictError:
            raise NotFoundError from None
        return {"organisation_id": organisation_id, "four_eyes": wanted}
