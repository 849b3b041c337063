"""What goes outside: by which channel, when, and what became of it."""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING

from chalicelib.bootstrap.cards import Cards
from chalicelib.bootstrap.clients import aws

if TYPE_CHECKING:
    from chalicelib.notify.dispatcher import SqsPatience
    from chalicelib.ports.timers import Ring
    from chalicelib.services.deliveries.deciding import DecidingService
    from chalicelib.services.deliveries.feedback import FeedbackService
    from chalicelib.services.deliveries.sending import SendingService
    from chalicelib.services.deliveries.wishes import WishService
    from chalicelib.services.reactions import OtherReaction


class Deliveries(Cards):
    @cached_property
    def deciding(self) -> DecidingService:
        from chalicelib.notify.dispatcher import SnsDispatcher
        from chalicelib.services.deliveries.deciding import DecidingService

        dispatcher = SnsDispatcher(lambda: aws("sns"), self.settings.outgoing_topic)
        return DecidingService(self.tables, dispatcher, self.notifier, self.clock)

    @cached_property
    def sending(self) -> SendingService:
        from chalicelib.notify.messenger import AwsMessenger
        from chalicelib.notify.metrics import PrintedTally
        from chalicelib.services.deliveries.sending import SendingService

        settings = self.settings
        messenger = AwsMessenger(
            lambda: aws("sns", 1), lambda: aws("ses", 1), settings.mail_sender, settings.mail_configuration
        )
        tally = PrintedTally(settings.function())
        return SendingService(self.gate, self.tables, self.vault, messenger, tally, self.clock, settings.public_url)

    @cached_property
    def feedback(self) -> FeedbackService:
        from chalicelib.services.deliveries.feedback import FeedbackService

        return FeedbackService(self.tables, self.audit.new_id, self.clock)

    @cached_property
    def wishes(self) -> WishService:
        from chalicelib.services.deliveries.wishes import WishService

        return WishService(self.gate, self.tables, self.clock)

    def patience_of(self, queue: str) -> tuple[SqsPatience, str]:
        """Of the queue ``sms``, ``email`` or ``feedback``, and its URL."""
        from chalicelib.notify.dispatcher import SqsPatience

        return SqsPatience(lambda: aws("sqs")), str(getattr(self.settings, f"{queue}_queue"))

    def timer_topics(self) -> dict[str, Ring]:
        from chalicelib.services.deliveries.deciding import TOPIC

        return {**super().timer_topics(), TOPIC: self.deciding.topic}

    def other_reactions(self) -> dict[str, OtherReaction]:
        more: dict[str, OtherReaction] = {
            "announce_delivery": self.deciding.announce,
            "delivery_failed": self.deciding.instead,
        }
        return {**super().other_reactions(), **more}
