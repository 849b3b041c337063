"""The inbox as a whole (MSG-2): what is unread, by topic, in pages; and messages of queues that are none."""

from __future__ import annotations

import json
from datetime import timedelta
from typing import Any

import pytest

from chalicelib.domain.identity import Actor
from chalicelib.domain.texts import NOTICES, Topic
from chalicelib.errors import UnavailableError
from chalicelib.handlers.messages import each, each_in_time
from chalicelib.ports import keys
from chalicelib.ports.rows import happened
from chalicelib.ports.tables import Item, Store
from chalicelib.services.notices import AT_ONCE, COUNTED
from tests.world import ANNA, World

pytestmark = pytest.mark.requirement("MSG-2")

EVENTS = ("card_opened", "factor_added", "prescription_expiring")


class Inbox(World):
    def __init__(self) -> None:
        super().__init__()
        self.anna: Actor = self.patient()

    def tell(self, many: int) -> None:
        for number in range(many):
            self.clock.advance(seconds=1)
            event = EVENTS[number % len(EVENTS)]
            row = happened(ANNA, self.gate.new_id(), event, self.clock())
            self.reactions.run(event, row.item)

    def ids(self, **asked: Any) -> list[str]:
        """All pages of the inbox, three at a time."""
        found: list[str] = []
        after: Item | None = None
        while True:
            shown, after = self.notices.mine(self.anna, "ru", 3, after, **asked)
            assert len(shown) <= 3
            found += [one["id"] for one in shown]
            if after is None:
                return found


@pytest.fixture
def inbox() -> Inbox:
    return Inbox()


def test_pages_of_a_topic_and_of_what_is_unread_are_the_inbox_filtered(inbox: Inbox) -> None:
    inbox.tell(11)
    every = inbox.ids()
    assert len(every) == len(set(every)) == 11
    topics = {one["id"]: one["topic"] for one in inbox.notices.mine(inbox.anna, "ru", 50, None)[0]}
    for one in every[::2]:
        inbox.notices.mark_read(inbox.anna, one)
    for topic in Topic:
        of_topic = [one for one in every if topics[one] == topic]
        assert inbox.ids(topic=topic.value) == of_topic
        assert inbox.ids(topic=topic.value, unread=True) == [one for one in of_topic if one in every[1::2]]
    assert inbox.ids(unread=True) == every[1::2]
    assert inbox.notices.unread(inbox.anna) == {"unread": 5, "more": False}


def test_a_count_reads_no_more_than_it_says(inbox: Inbox) -> None:
    inbox.tell(COUNTED)
    assert inbox.notices.unread(inbox.anna) == {"unread": COUNTED, "more": False}
    inbox.tell(2)
    inbox.tables.calls.clear()
    assert inbox.notices.unread(inbox.anna) == {"unread": COUNTED, "more": True}
    assert inbox.tables.calls.count("query") == 1


def test_all_are_read_up_to_the_newest_that_was_shown(inbox: Inbox) -> None:
    inbox.tell(AT_ONCE + 5)
    newest = inbox.ids()[0]
    inbox.tell(1)
    assert inbox.notices.mark_all_read(inbox.anna, newest) == {"left": False}
    assert len(inbox.ids(unread=True)) == 1
    rows = [row for key, row in inbox.tables.rows(Store.CARD).items() if key.sk.startswith(keys.NOTICES)]
    assert sum("read_at" in row for row in rows) == AT_ONCE + 5
    assert inbox.notices.mark_all_read(inbox.anna, newest) == {"left": False}


def test_reading_all_that_dies_goes_on_where_it_was(inbox: Inbox) -> None:
    inbox.tell(AT_ONCE + 5)
    newest = inbox.ids()[0]
    inbox.tables.before_next_commit(inbox.tables.fail_next)
    with pytest.raises(UnavailableError):
        inbox.notices.mark_all_read(inbox.anna, newest)
    inbox.notices.mark_all_read(inbox.anna, newest)
    assert inbox.ids(unread=True) == []


def test_nobody_reads_the_inbox_of_another(inbox: Inbox) -> None:
    inbox.tell(2)
    doctor = inbox.staff()
    assert inbox.notices.unread(doctor) == {"unread": 0, "more": False}
    inbox.notices.mark_all_read(doctor, "z")
    assert inbox.notices.unread(inbox.anna)["unread"] == 2


def test_every_notice_is_of_a_topic_that_can_be_asked_for() -> None:
    assert {notice.topic for notice in NOTICES.values()} <= set(Topic)


# --- messages


class Event:
    def __init__(self, *bodies: str) -> None:
        self._records = [
            {"messageId": f"m{n}", "receiptHandle": f"h{n}", "body": body, "attributes": {}}
            for n, body in enumerate(bodies)
        ]

    def to_dict(self) -> dict[str, Any]:
        return {"Records": self._records}


class Waiting:
    def __init__(self) -> None:
        self.asked: list[tuple[str, str, timedelta]] = []

    def put_off(self, queue: str, handle: str, wait: timedelta) -> None:
        self.asked.append((queue, handle, wait))


POISON = ("no json", "[" * 100_000, "[]", "7", '{"other": 1}', '{"person": null}', '{"Message": "{"}')


@pytest.mark.parametrize("body", POISON, ids=range(len(POISON)))
def test_a_poisoned_message_fails_alone(body: str) -> None:
    done: list[str] = []
    event = Event('{"person": "a"}', body, '{"person": "b"}')
    answer = each(event, "not done", lambda said: done.append(said["person"].upper()))
    assert (answer, done) == ({"batchItemFailures": [{"itemIdentifier": "m1"}]}, ["A", "B"])


def test_a_body_in_an_envelope_is_opened() -> None:
    done: list[str] = []
    inner = json.dumps({"person": "a"})
    assert each(Event(json.dumps({"Message": inner})), "", lambda said: done.append(said["person"])) == {
        "batchItemFailures": []
    }
    assert done == ["a"]


@pytest.mark.parametrize("body", POISON, ids=range(len(POISON)))
def test_what_is_put_off_says_for_how_long_and_poison_waits_for_the_queue(body: str) -> None:
    waiting, minute = Waiting(), timedelta(minutes=1)

    def work(said: dict[str, Any], received: int) -> timedelta | None:
        assert received == 1
        return minute if said["person"].upper() == "LATER" else None

    event = Event('{"person": "later"}', body, '{"person": "now"}')
    answer = each_in_time(event, "not done", work, lambda: (waiting, "queue"))
    assert [failed["itemIdentifier"] for failed in answer["batchItemFailures"]] == ["m0", "m1"]
    assert waiting.asked == [("queue", "h0", minute)]
