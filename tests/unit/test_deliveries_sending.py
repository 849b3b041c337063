"""Senders of notices, and words of the mail: one that dies, is late, or hears nothing (MSG-2)."""

from __future__ import annotations

from contextlib import suppress
from datetime import timedelta
from typing import Any

import pytest

from chalicelib.domain.deliveries import LEASE, TRIES, Word
from chalicelib.domain.identity import Role
from chalicelib.errors import AddressRefusedError, OutcomeUnknownError
from chalicelib.ports import keys
from tests.unit.test_deliveries import CALM, PHONE, URGENT, Post
from tests.world import ANNA

pytestmark = pytest.mark.requirement("MSG-2")


@pytest.fixture
def post() -> Post:
    return Post()


def test_of_parallel_doubles_one_sends(post: Post) -> None:
    post.tell()
    post.tables.before_next_commit(post.send)
    assert post.send() is not None
    assert post.send() is None
    assert len(post.messenger.texts) == 1


def test_while_one_has_it_another_waits_for_the_end_of_the_lease(post: Post) -> None:
    post.tell()
    post.messenger.fail_next(error=SystemExit())
    with pytest.raises(SystemExit):
        post.send()
    wait = post.send()
    assert wait is not None
    assert timedelta(0) < wait <= LEASE + timedelta(seconds=1)
    assert not post.messenger.texts


def test_who_dies_between_sending_and_saying_so_sends_twice_at_most(post: Post) -> None:
    post.wish(channels=["sms"])
    post.tell()
    commit = post.tables.commit

    def dying(writes: Any) -> None:
        if any(write.key.sk == "SENT" for write in writes):
            raise SystemExit
        commit(writes)

    post.tables.commit = dying
    for _ in range(4):
        with suppress(SystemExit):
            post.send()
        post.clock.advance(minutes=3)
    assert len(post.messenger.texts) == 2
    assert (post.state(), post.row(keys.delivery(ANNA, "n1", "sms"))["reason"]) == ("failed", "unknown")


@pytest.mark.parametrize("fault", ["read", "vault", "audit", "claim", "provider"])
def test_a_try_that_fails_is_no_doubt_and_the_next_one_sends(post: Post, fault: str) -> None:
    post.tell()
    {
        "read": post.tables.fail_next,
        "vault": post.vault.fail_next,
        "audit": post.audit.fail_next,
        "claim": post.tables.fail_next_commit,
        "provider": post.messenger.fail_next,
    }[fault]()
    assert post.send(received=1) is not None
    assert post.state() == "queued"
    assert post.send(received=2) is None
    assert (post.state(), len(post.messenger.texts)) == ("sent", 1)
    assert post.row(keys.delivery(ANNA, "n1", "sms"))["doubts"] == 0


def test_waits_grow_and_after_the_last_try_it_says_failed(post: Post) -> None:
    post.wish(channels=["sms"])
    post.tell()
    post.messenger.fail_next(TRIES)
    waits = [post.send(received=n + 1) for n in range(TRIES)]
    assert waits[:-1] == sorted(waits[:-1])
    assert all(waits)
    assert (post.state(), post.messenger.texts) == ("failed", [])
    assert post.send(received=TRIES + 1) is None


def test_an_urgent_notice_that_failed_goes_the_other_way_once(post: Post) -> None:
    post.wish(channels=["email"], topics={"visits": ["sms"]})
    post.tell()
    post.messenger.fail_next(TRIES)
    for n in range(TRIES):
        post.send("email", received=n + 1)
    for _ in range(3):
        post.react()
        post.outside.send()
    assert (post.state("email"), post.state("sms")) == ("failed", "sent")
    assert len(post.messenger.texts) == 1
    assert post.row(keys.delivery(ANNA, "n1", "sms"))["instead"] == "email"


def test_a_letter_that_comes_back_in_the_night_wakes_nobody(post: Post) -> None:
    post.wish(channels=["email"], topics={"visits": ["sms"]})
    post.outside.tell(ANNA, URGENT, "n1")
    post.clock.advance(hours=12)  # midnight
    post.outside.feedback.hear(Word.FAILED, "email-1", 1)
    post.react()
    post.react()
    post.outside.send()
    assert (post.state("email"), post.state("sms"), post.messenger.texts) == ("failed", "held", [])
    post.clock.advance(hours=8, minutes=1)
    assert post.timers.run()["rung"] == 1
    post.react()
    post.outside.send()
    assert post.row(keys.delivery(ANNA, "n1", "sms"))["instead"] == "email"
    assert (post.state("sms"), len(post.messenger.texts)) == ("sent", 1)
    assert post.row(keys.deliveries_today(ANNA))["sms"] == 1


def test_what_the_provider_never_takes_is_not_tried_six_times(post: Post) -> None:
    post.tell()
    post.messenger.fail_next(error=AddressRefusedError())
    assert post.send() is None
    assert (post.state(), post.row(keys.delivery(ANNA, "n1", "sms"))["reason"]) == ("failed", "refused")
    assert post.send() is None
    assert post.messenger.texts == []


def test_no_answer_of_the_provider_is_a_doubt_and_it_goes_twice_at_most(post: Post) -> None:
    post.wish(channels=["sms"])
    post.tell()
    sms = post.messenger.sms

    def unheard(phone: str, text: str) -> str:
        sms(phone, text)
        raise OutcomeUnknownError

    post.messenger.sms = unheard
    for received in range(1, TRIES + 1):
        post.send(received=received)
        post.clock.advance(minutes=3)
    assert len(post.messenger.texts) == 2
    assert (post.state(), post.row(keys.delivery(ANNA, "n1", "sms"))["reason"]) == ("failed", "unknown")


def test_without_an_address_and_after_erasure_it_is_dropped(post: Post) -> None:
    post.tell()
    post.keys.destroy(ANNA, "entry")
    assert post.send() is None
    assert (post.state(), post.messenger.texts) == ("dropped", [])


def test_messages_of_nothing_are_done_with(post: Post) -> None:
    assert post.send(notice="never") is None


# --- words of the mail


def test_a_letter_that_came_says_so_once(post: Post) -> None:
    post.outside.tell(ANNA, CALM, "n1")
    hear = post.outside.feedback.hear
    assert hear(Word.DELIVERED, "email-1", 1) is None
    assert hear(Word.DELIVERED, "email-1", 2) is None
    assert post.state("email") == "delivered"
    assert post.send("email") is None


def test_an_address_that_came_back_is_closed_until_there_is_another(post: Post) -> None:
    actor = post.session(ANNA, Role.PATIENT)
    post.outside.tell(ANNA, CALM, "n1")
    for _ in range(2):
        post.outside.feedback.hear(Word.RETURNED, "email-1", 1)
    post.react()
    post.outside.send()
    assert post.state("email") == "failed"
    assert post.inbox(actor) == ["address_unreachable"]
    assert [to for to, _ in post.messenger.texts] == [PHONE]
    post.outside.tell(ANNA, CALM, "n2")
    assert (post.state("email", "n2"), len(post.messenger.letters)) == ("dropped", 1)
    post.wish(tags={"email": "tag-2"})
    post.outside.tell(ANNA, CALM, "n3")
    assert (post.state("email", "n3"), len(post.messenger.letters)) == ("sent", 2)


def test_a_complaint_closes_the_address_and_the_letter_has_come(post: Post) -> None:
    post.outside.tell(ANNA, CALM, "n1")
    post.outside.feedback.hear(Word.DELIVERED, "email-1", 1)
    post.outside.feedback.hear(Word.COMPLAINED, "email-1", 1)
    assert post.state("email") == "delivered"
    assert post.row(keys.unreachable(ANNA, "email"))["reason"] == "complained"


def test_a_letter_that_did_not_come_this_time_closes_nothing(post: Post) -> None:
    post.outside.tell(ANNA, CALM, "n1")
    post.outside.feedback.hear(Word.FAILED, "email-1", 1)
    assert (post.state("email"), post.tables.get(keys.unreachable(ANNA, "email"))) == ("failed", None)


def test_a_word_that_is_faster_than_the_sender_waits_and_an_unknown_one_ends(post: Post) -> None:
    assert post.outside.feedback.hear(Word.DELIVERED, "email-9", 1) is not None
    assert post.outside.feedback.hear(Word.DELIVERED, "email-9", 3) is None
