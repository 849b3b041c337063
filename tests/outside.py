"""Notices on their way outside, over the fakes of a world: deciding, the queues, sending."""

from __future__ import annotations

from typing import Any

from chalicelib.domain.identity import PersonId
from chalicelib.services.deliveries.deciding import DecidingService
from chalicelib.services.deliveries.feedback import FeedbackService
from chalicelib.services.deliveries.sending import SendingService
from tests.outside_fakes import FakeDispatcher, FakeNotifier, FakeTally

URL = "https://card.example"


class Outside:
    """``world`` has ``gate``, ``tables``, ``vault``, ``messenger`` and ``clock``."""

    def __init__(self, world: Any) -> None:
        self.queues = FakeDispatcher()
        self.notifier = getattr(world, "notifier", None) or FakeNotifier()
        self.deciding = DecidingService(world.tables, self.queues, self.notifier, world.clock)
        self.tally = FakeTally()
        self.sending = SendingService(
            world.gate, world.tables, world.vault, world.messenger, self.tally, world.clock, URL
        )
        self.feedback = FeedbackService(world.tables, world.gate.new_id, world.clock)
        self.reactions = {"announce_delivery": self.deciding.announce, "delivery_failed": self.deciding.instead}

    def tell(self, person_id: PersonId, event: str, notice_id: str) -> None:
        """As ``on_notice`` and the senders do it one after the other."""
        self.deciding.decide(person_id, event, notice_id)
        self.send()

    def send(self) -> None:
        while self.queues.waiting:
            self.sending.send(self.queues.waiting.pop(0), 1)
