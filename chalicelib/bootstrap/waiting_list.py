"""The waiting list, offers of freed slots, and changes by the clinic."""

from __future__ import annotations

from datetime import datetime
from functools import cached_property
from typing import TYPE_CHECKING, Any

from chalicelib.bootstrap.appointments import Appointments

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from chalicelib.domain.identity import Actor
    from chalicelib.ports.tables import Item, Write
    from chalicelib.ports.timers import Ring
    from chalicelib.services.gate import Staged
    from chalicelib.services.reactions import OtherReaction
    from chalicelib.services.waiting_list import Displaced, Offers, Tools, WaitingListOffice, WaitingListService


class WaitingList(Appointments):
    @cached_property
    def waiting_list(self) -> WaitingListService:
        from chalicelib.services.waiting_list import WaitingListService

        return WaitingListService(self.waiting_tools, self.offers, lambda: self._book_held)

    @cached_property
    def offers(self) -> Offers:
        from chalicelib.services.waiting_list import Offers

        return Offers(self.waiting_tools)

    @cached_property
    def displaced_answers(self) -> Displaced:
        from chalicelib.services.waiting_list import Displaced

        return Displaced(self.waiting_tools, self.offers)

    @cached_property
    def waiting_list_office(self) -> WaitingListOffice:
        from chalicelib.services.waiting_list import WaitingListOffice

        return WaitingListOffice(self.waiting_tools)

    @cached_property
    def waiting_tools(self) -> Tools:
        from chalicelib.services.waiting_list import Tools

        return Tools(self.gate, self.tables, self.vault, self.patient_keys, self.clock)

    def timer_topics(self) -> dict[str, Ring]:
        from chalicelib.ports.waiting_rows import ENDING, OFFER, UNANSWERED

        return {
            **super().timer_topics(),
            OFFER: self.offers.lapse,
            ENDING: self.waiting_list.over,
            UNANSWERED: self.displaced_answers.lapse,
        }

    def other_reactions(self) -> dict[str, OtherReaction]:
        return {
            **super().other_reactions(),
            "slot_freed": self.offers.freed,
            "slots_opened": self.offers.opened,
            "schedule_changed": self.displaced_answers.changed,
            "appointment_displaced": self.displaced_answers.displaced,
            "appointment_restored": self.displaced_answers.restored,
            "appointment_unanswered": self.displaced_answers.unanswered,
            "appointment_booked": self._booked,
            "booked_otherwise": self.waiting_list.booked_otherwise,
        }

    def _booked(self, row: Item) -> tuple[Sequence[Staged], Sequence[Write]]:
        """The notice of a booking; and who waits for the specialty leaves its lists."""
        moment = {name: row[name] for name in ("when", "zone")}
        staged, writes = self.reactions.notice(row["patient"], "appointment_booked", moment, {})
        return staged, [*writes, *self.waiting_list.booked(row)]

    def _book_held(
        self, actor: Actor, entry: Item, answer: Mapping[str, Any], key: str, beside: Sequence[Write]
    ) -> tuple[dict[str, Any], bool]:
        form = {"schedule_id": entry["offer"]["schedule"], "start": datetime.fromisoformat(entry["offer"]["start"])}
        return self.appointments.book(actor, {**form, **answer}, key, hold=entry["id"], beside=beside)
