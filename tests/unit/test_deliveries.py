"""A notice on its way outside: decided, queued, sent; and what becomes of it when somebody dies or is late (MSG-2)."""

from __future__ import annotations

from datetime import timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from chalicelib.domain.deliveries import MOST_A_DAY, State
from chalicelib.domain.moments import stamp
from chalicelib.domain.texts import NOTICES, SUBJECT
from chalicelib.errors import ConflictError, OutcomeUnknownError, UnavailableError
from chalicelib.ports import crossings, keys
from chalicelib.ports.outgoing import Outgoing
from chalicelib.ports.tables import Put
from chalicelib.services.timers import TimerService
from tests.outside_fakes import FakeParking
from tests.world import ANNA, World

pytestmark = pytest.mark.requirement("MSG-2")

URGENT, CALM, ALARM, GUARD = "prescription_dispensed", "new_record", "emergency_opened", "factor_added"
PHONE, MAIL = "+79161234567", "anna@example.org"


class Post(World):
    """Anna takes SMS and e-mail; ``tell`` is what ``on_notice`` does."""

    def __init__(self) -> None:
        super().__init__()
        self.person(ANNA, email=MAIL)
        self.wish(channels=["sms", "email"], tags={"email": "tag-1"})
        self.timers = TimerService(
            self.gate, self.tables, FakeParking(), lambda: {"outside": self.outside.deciding.topic}, self.clock
        )

    def wish(self, **wishes: Any) -> None:
        self.tables.tamper(keys.profile(ANNA), **wishes)

    def tell(self, event: str = URGENT, notice: str = "n1") -> None:
        self.outside.deciding.decide(ANNA, event, notice)

    def state(self, channel: str = "sms", notice: str = "n1") -> str:
        row = self.tables.get(keys.delivery(ANNA, notice, channel))
        return str(row["state"]) if row else ""

    def send(self, channel: str = "sms", received: int = 1, notice: str = "n1") -> timedelta | None:
        return self.outside.sending.send(Outgoing(ANNA, notice, channel), received)

    def react(self) -> None:
        """The stream, and what it has announced anew."""
        self.notifier.published.clear()
        self.pump()
        for person, event, notice in self.notifier.published:
            self.outside.deciding.decide(person, event, notice)


@pytest.fixture
def post() -> Post:
    return Post()


# --- deciding


def test_it_goes_by_choice_once_and_says_nothing_medical(post: Post) -> None:
    for _ in range(2):
        post.outside.tell(ANNA, URGENT, "n1")
    assert post.messenger.texts == [(PHONE, NOTICES[URGENT].outside.ru)]
    [(to, subject, text)] = post.messenger.letters
    assert (to, subject) == (MAIL, SUBJECT.ru)
    assert text.startswith(NOTICES[URGENT].outside.ru)
    assert "https://card.example" in text
    assert (post.state(), post.state("email")) == ("sent", "sent")
    post.outside.tell(ANNA, CALM, "n2")
    assert (post.state(notice="n2"), post.state("email", "n2")) == ("", "sent")
    post.wish(channels=[], language="en")
    post.outside.tell(ANNA, URGENT, "n3")
    assert (post.state(notice="n3"), len(post.messenger.texts)) == ("", 1)
    post.outside.tell(ANNA, GUARD, "n4")
    assert post.messenger.letters[-1][1] == SUBJECT.en


def test_an_unknown_event_is_for_the_dead_letters_and_an_unknown_person_is_nothing(post: Post) -> None:
    with pytest.raises(KeyError):
        post.tell("no_such_event")
    post.outside.deciding.decide("nobody", URGENT, "n1")
    assert not post.outside.queues.waiting


@pytest.mark.parametrize("fault", ["read", "commit", "lost-reply", "first-publish", "second-publish"])
def test_deciding_that_dies_is_repeated_and_nothing_goes_twice(post: Post, fault: str) -> None:
    if fault == "read":
        post.tables.fail_next()
    elif fault == "commit":
        post.tables.fail_next_commit()
    elif fault == "lost-reply":
        post.tables.lose_reply_next()
    else:
        publish, count = post.outside.queues.publish, iter(range(9))
        dies = 0 if fault == "first-publish" else 1

        def dying(message: Outgoing) -> None:
            if next(count) == dies:
                raise UnavailableError
            publish(message)

        post.outside.queues.publish = dying
    with pytest.raises((UnavailableError, OutcomeUnknownError)):
        post.tell()
    post.tell()
    post.outside.send()
    assert (len(post.messenger.texts), len(post.messenger.letters)) == (1, 1)
    assert post.row(keys.deliveries_today(ANNA))["sms"] == 1


def test_two_that_decide_at_once_count_both(post: Post) -> None:
    post.tables.before_next_commit(lambda: post.tell(notice="n2"))
    post.tell()
    assert post.row(keys.deliveries_today(ANNA))["sms"] == 2
    assert len(post.outside.queues.waiting) == 4


def test_a_storm_of_notices_is_left_to_the_queue(post: Post) -> None:
    for number in range(crossings.TRIES):
        post.tables.fail_next_commit(error=ConflictError(index=number))
    with pytest.raises(ConflictError):
        post.tell()
    assert not post.outside.queues.waiting


def test_a_day_has_so_many_and_the_next_one_anew(post: Post) -> None:
    post.wish(channels=["sms"])
    for number in range(MOST_A_DAY["sms"] + 2):
        post.outside.tell(ANNA, URGENT, f"n{number}")
    assert len(post.messenger.texts) == MOST_A_DAY["sms"]
    assert post.state(notice=f"n{MOST_A_DAY['sms']}") == State.LIMITED
    post.outside.tell(ANNA, GUARD, "guard")  # security has no limit
    assert post.state(notice="guard") == "sent"
    post.clock.advance(days=1)
    post.outside.tell(ANNA, URGENT, "tomorrow")
    assert post.state(notice="tomorrow") == "sent"


def quiet_now(post: Post) -> None:
    """Hours from a moment ago until in two hours, where Anna lives."""
    at = post.clock().astimezone(ZoneInfo("Europe/Moscow"))
    begin, end = at - timedelta(minutes=5), at + timedelta(hours=2)
    post.wish(quiet={"start": f"{begin:%H:%M}", "end": f"{end:%H:%M}"})


def test_what_is_held_goes_out_when_the_quiet_hours_end(post: Post) -> None:
    quiet_now(post)
    post.outside.tell(ANNA, URGENT, "n1")
    post.outside.tell(ANNA, ALARM, "n2")
    assert (post.state(), post.state("email"), post.state(notice="n2")) == ("held", "held", "sent")
    post.tell()  # the queue brought it twice
    post.timers.run()
    post.react()
    assert (post.state(), len(post.messenger.texts)) == ("held", 1)
    post.clock.advance(hours=2, minutes=1)
    assert post.timers.run()["rung"] == 1
    post.react()
    post.react()
    post.outside.send()
    assert (post.state(), post.state("email")) == ("sent", "sent")
    assert len(post.messenger.texts) == 2


def test_a_reading_far_out_of_limits_is_told_in_the_night(post: Post) -> None:
    quiet_now(post)
    for event in ("vital_sign_urgent", "vital_sign_attention"):
        post.outside.tell(ANNA, event, event)
    assert [post.state(channel, "vital_sign_urgent") for channel in ("sms", "email")] == ["sent", "sent"]
    assert post.state("email", "vital_sign_attention") == "held"


def test_what_is_about_a_moment_of_the_night_is_not_held_until_it_is_over(post: Post) -> None:
    quiet_now(post)
    for notice, hours in (("soon", 1), ("later", 3), ("over", -1)):
        row: Any = {"when": stamp(post.clock() + timedelta(hours=hours))}
        post.tables.commit([Put(keys.notice(ANNA, notice), row)])
        post.tell("visit_soon", notice)
    assert [post.state(notice=one) for one in ("soon", "later", "over")] == ["queued", "held", "held"]


def test_without_a_wish_the_night_is_quiet(post: Post) -> None:
    post.clock.advance(hours=11)  # 23:00 in Moscow
    post.tell()
    post.tell(GUARD, "n2")
    assert (post.state(), post.state(notice="n2")) == ("held", "queued")
    post.clock.advance(hours=9, minutes=1)
    assert post.timers.run()["rung"] == 1
    post.react()
    assert post.state() == "queued"


def test_wishes_that_changed_meanwhile_hold(post: Post) -> None:
    quiet_now(post)
    post.tell()
    post.wish(channels=["email"])
    post.clock.advance(hours=2, minutes=1)
    post.timers.run()
    post.react()
    post.outside.send()
    assert (post.state(), post.state("email"), post.messenger.texts) == ("dropped", "sent", [])
