"""A representative to whom a doctor closed something learns in no way where the ward will be, and when (ACC-8)."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from chalicelib.domain.identity import Actor, PersonId, Role
from chalicelib.domain.representation import TOLD
from chalicelib.domain.texts import NOTICES, Topic
from chalicelib.errors import AccessDeniedError
from chalicelib.ports import keys
from chalicelib.ports.outgoing import Outgoing
from chalicelib.ports.rows import happened, representation
from tests.calendar_world import CalendarWorld
from tests.world import ANNA

pytestmark = pytest.mark.requirement("ACC-8", "APT-1", "MSG-2")

MOTHER = PersonId("mother")
OF_VISITS = sorted(event for event in TOLD if NOTICES[event].topic is Topic.VISITS)
WHEN = {"when": "2026-03-20T10:00:00.000Z", "zone": "Europe/Moscow"}


class Ward(CalendarWorld):
    """Anna, and her mother, who takes SMS."""

    def __init__(self) -> None:
        super().__init__()
        self.anna, self.mother = self.patient(), self.patient(MOTHER)
        self.tables.tamper(keys.profile(MOTHER), channels=["sms"], topics={"visits": ["sms"]})
        until = self.clock() + timedelta(days=90)
        rows = representation(ANNA, MOTHER, kind="parent", until=until, basis="case", now=self.clock())
        self.tables.commit(rows)

    @property
    def acting(self) -> Actor:
        return replace(self.mother, role=Role.REPRESENTATIVE, ward_id=ANNA)

    def narrowed(self) -> None:
        self.tables.tamper(keys.representation(ANNA, MOTHER), hidden=["psychiatry"])

    def happens(self, event: str) -> None:
        self.tables.commit([happened(ANNA, f"event-{event}", event, self.clock(), WHEN)])
        self.pump()


@pytest.fixture
def ward() -> Ward:
    return Ward()


def test_all_that_tells_of_visits_is_known() -> None:
    assert {"visit_soon", "slot_offered", "visit_displaced", "appointment_moved"} <= set(OF_VISITS)


@pytest.mark.parametrize("event", OF_VISITS)
def test_it_is_not_told_and_what_was_told_is_shown_no_more(ward: Ward, event: str) -> None:
    ward.happens(event)
    assert ward.inbox(ward.mother) == [event]
    assert ward.notices.unread(ward.mother)["unread"] == 1
    ward.narrowed()
    assert (ward.inbox(ward.mother), ward.notices.unread(ward.mother)["unread"]) == ([], 0)
    ward.tables.commit([happened(ANNA, "once-more", event, ward.clock(), WHEN)])
    ward.pump()
    assert (ward.inbox(ward.mother), ward.inbox(ward.anna)) == ([], [event, event])


@pytest.mark.parametrize("ends", [{"hidden": ["visits"]}, {"state": "revoked"}, {}])
def test_what_waited_for_the_morning_is_not_sent(ward: Ward, ends: dict[str, object]) -> None:
    ward.happens("visit_soon")
    (told,) = [one for one in ward.notifier.published if one[0] == MOTHER]
    ward.outside.deciding.decide(*told)
    ward.tables.tamper(keys.representation(ANNA, MOTHER), **ends)
    ward.outside.sending.send(Outgoing(MOTHER, told[2], "sms"), 1)
    row = ward.row(keys.delivery(MOTHER, told[2], "sms"))
    assert (row["state"], len(ward.messenger.texts)) == (("dropped", 0) if ends else ("sent", 1))


def test_there_is_no_calendar_of_the_ward(ward: Ward) -> None:
    ward.feed(ward.acting)
    ward.narrowed()
    with pytest.raises(AccessDeniedError):
        ward.feed(ward.acting)
    (refused,) = [event for event in ward.audit.events if event.outcome == "denied"]
    assert (refused.action, refused.reason) == ("calendar-create", "representation-scope")
