"""Calendar feeds, and changes from outside scheduling systems."""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING

from chalicelib.bootstrap.cards import Cards
from chalicelib.bootstrap.identity import Identity

if TYPE_CHECKING:
    from chalicelib.ports.calendars import CalendarTexts
    from chalicelib.services.calendars import FeedReader, FeedService, OutsideLog, OutsideOffice, OutsideTimes
    from chalicelib.services.reactions import OtherReaction


class Calendars(Identity, Cards):
    @cached_property
    def calendar_texts(self) -> CalendarTexts:
        from chalicelib.interop.calendars import ICalendarTexts

        return ICalendarTexts()

    @cached_property
    def calendar_feeds(self) -> FeedService:
        from chalicelib.services.calendars import FeedService

        return FeedService(self.gate, self.tables, self.patient_keys, self.clock, self.settings.public_url)

    @cached_property
    def calendar_reader(self) -> FeedReader:
        from chalicelib.services.calendars import FeedReader

        return FeedReader(self.gate, self.tables, self.calendar_texts, self.limits, self.clock)

    @cached_property
    def outside_times(self) -> OutsideTimes:
        from chalicelib.services.calendars import OutsideTimes

        return OutsideTimes(self.gate, self.tables, self.clock)

    @cached_property
    def outside_office(self) -> OutsideOffice:
        from chalicelib.services.calendars import OutsideOffice

        return OutsideOffice(self.gate, self.tables, self.clock)

    @cached_property
    def outside_log(self) -> OutsideLog:
        from chalicelib.services.calendars import OutsideLog

        return OutsideLog(self.gate, self.tables, self.clock)

    def other_reactions(self) -> dict[str, OtherReaction]:
        from chalicelib.ports.appointment_rows import NOTED

        return {**super().other_reactions(), NOTED: self.outside_log.note}
