"""Chat (MSG-1): what is unread, who is told, waiting for news, pages, files, absences."""

from __future__ import annotations

from datetime import timedelta

import pytest

from chalicelib.domain.attachments import hook
from chalicelib.errors import (
    ConsentRequiredError,
    InvalidFieldsError,
    MessageFixedError,
    NotFoundError,
)
from chalicelib.ports import keys
from chalicelib.records.chat import CHAT
from local.scans import JPEG, JPEG_TYPE, PDF, PDF_TYPE
from tests.chat_world import TEXT, ChatWorld
from tests.world import ANNA

pytestmark = pytest.mark.requirement("MSG-1")


@pytest.fixture
def world() -> ChatWorld:
    return ChatWorld()


def unread(world: ChatWorld, thread: str) -> tuple[int, int]:
    return tuple(world.chat.one(actor, ANNA, thread)["unread"] for actor in (world.anna, world.doctor))


# --- marks and notices


def test_marks_move_forward_alone_and_count_what_the_other_wrote(world: ChatWorld) -> None:
    thread = world.open()
    first = world.thread(thread)["last"]
    world.send(world.doctor, thread)
    second = world.send(world.anna, thread)
    third = world.send(world.anna, thread)
    assert unread(world, thread) == (1, 3)
    assert world.chat.mark(world.doctor, ANNA, thread, second)["unread"] == 1
    before = world.thread(thread)
    assert world.chat.mark(world.doctor, ANNA, thread, first)["unread"] == 1
    assert world.thread(thread) == before
    assert world.chat.mark(world.doctor, ANNA, thread, third)["seen"] == {"doctor": third}
    assert unread(world, thread) == (1, 0)
    assert [line["unread"] for line in world.chat.mine(world.doctor, 9, None)[0]] == [0]
    with pytest.raises(NotFoundError):
        world.chat.mark(world.doctor, ANNA, thread, "f" * 36)


def test_a_message_that_comes_while_one_marks_stays_unread(world: ChatWorld) -> None:
    thread = world.open()
    last = world.thread(thread)["last"]
    world.tables.before_next_commit(lambda: world.send(world.anna, thread, "Ещё"))
    assert world.chat.mark(world.doctor, ANNA, thread, last)["unread"] == 1


def test_each_side_is_told_once_until_it_has_read(world: ChatWorld) -> None:
    thread = world.open()
    for _ in range(3):
        world.send(world.doctor, thread)
    assert world.told_of(ANNA, "message_received") == 1
    assert world.told_of(world.doctor.person_id, "patient_message_received") == 1
    world.chat.mark(world.anna, ANNA, thread, world.thread(thread)["last"])
    world.send(world.doctor, thread)
    world.send(world.doctor, thread)
    assert world.told_of(ANNA, "message_received") == 2
    world.pump()
    assert world.inbox(world.anna) == ["message_received"] * 2
    assert world.inbox(world.doctor) == ["patient_message_received"]


@pytest.mark.requirement("MSG-1", "ACC-8")
def test_a_representative_is_told_too_and_the_doctors_own_are_not(world: ChatWorld) -> None:
    mother = world.represent()
    thread = world.open()
    world.send(world.doctor, thread)
    world.pump()
    assert world.inbox(mother) == ["message_received"]
    assert TEXT not in str(world.notifier.published)


# --- pages, news, waiting


@pytest.mark.parametrize("limit", [1, 2, 3, 50])
def test_pages_hold_each_message_once(world: ChatWorld, limit: int) -> None:
    thread, other = world.open(), world.open()
    for number in range(5):
        world.send((world.anna, world.doctor)[number % 2], thread, f"№ {number}")
        world.send(world.anna, other)
    found, after = [], None
    while True:
        _, items, after = world.chat.page(world.doctor, ANNA, thread, limit, after)
        found += [item["text"] for item in items]
        if after is None:
            break
    assert found == [f"№ {number}" for number in range(4, -1, -1)] + [TEXT]


def test_a_page_begins_before_a_moment(world: ChatWorld) -> None:
    thread = world.open()
    world.clock.advance(hours=1)
    world.send(world.anna, thread, "Через час")
    until = world.clock()
    assert [one["text"] for one in world.chat.page(world.anna, ANNA, thread, 9, None, until)[1]] == [TEXT]
    later = until + timedelta(seconds=1)
    assert len(world.chat.page(world.anna, ANNA, thread, 9, None, later)[1]) == 2


def test_news_are_what_came_behind_and_what_was_changed_before(world: ChatWorld) -> None:
    thread = world.open()
    first = world.thread(thread)["last"]
    shown = world.chat.newer(world.doctor, ANNA, thread, first, 0, 0, 9)
    assert (shown["items"], shown["changed"]) == ([], [])
    known = shown["thread"]["version"]
    assert world.chat.newer(world.doctor, ANNA, thread, first, known, 0, 9) is None
    world.chat.edit(world.anna, ANNA, thread, first, "Иначе", 1)
    world.send(world.anna, thread, "И ещё")
    shown = world.chat.newer(world.doctor, ANNA, thread, first, known, 0, 9)
    assert [one["text"] for one in shown["items"]] == ["И ещё"]
    assert [one["text"] for one in shown["changed"]] == ["Иначе"]
    assert shown["thread"]["version"] == known + 2


def test_nothing_new_leaves_no_entry_and_news_leave_one(world: ChatWorld) -> None:
    thread = world.open()
    last, known = world.thread(thread)["last"], int(world.thread(thread)["step"])
    before = len(world.audit.events)
    assert world.chat.newer(world.doctor, ANNA, thread, last, known, 3, 9) is None
    world.chat.newer(world.doctor, ANNA, thread, last, 0, 0, 9)
    assert (len(world.audit.events), world.naps) == (before, [1, 1, 1])
    world.send(world.anna, thread)
    before = len(world.audit.events)
    assert world.chat.newer(world.doctor, ANNA, thread, last, known, 3, 9)["items"]
    assert [event.action for event in world.audit.events[before:]] == ["chat:list"]
    assert len(world.naps) == 3


@pytest.mark.parametrize("with_version", [True, False])
def test_waiting_ends_with_the_message(world: ChatWorld, *, with_version: bool) -> None:
    thread = world.open()
    row = world.thread(thread)
    world.meanwhile += [lambda: None, lambda: world.send(world.anna, thread, "Вот")]
    known = int(row["step"]) if with_version else 0
    shown = world.chat.newer(world.doctor, ANNA, thread, row["last"], known, 20, 9)
    assert ([one["text"] for one in shown["items"]], len(world.naps)) == (["Вот"], 2)


def test_waiting_costs_one_read_a_second(world: ChatWorld) -> None:
    thread = world.open()
    row = world.thread(thread)
    world.tables.calls.clear()
    world.chat.newer(world.doctor, ANNA, thread, row["last"], int(row["step"]), 20, 9)
    assert world.tables.calls == ["get_many", "get", "increment", *["get"] * 20, "get_many", "get"]


def test_consent_that_ends_while_one_waits_ends_the_waiting(world: ChatWorld) -> None:
    thread = world.open()
    row = world.thread(thread)

    def both() -> None:
        world.send(world.anna, thread, "Не для вас")
        world.end_consent()

    world.meanwhile.append(both)
    with pytest.raises(ConsentRequiredError):
        world.chat.newer(world.doctor, ANNA, thread, row["last"], int(row["step"]), 5, 9)


def test_who_finds_no_place_to_wait_is_answered_at_once(world: ChatWorld) -> None:
    thread = world.open()
    row = world.thread(thread)
    naps: list[int] = []

    def second() -> None:
        before = len(world.naps)
        world.chat.newer(world.anna, ANNA, thread, row["last"], int(row["step"]), 20, 9)
        naps.append(len(world.naps) - before)

    world.meanwhile.append(second)
    world.chat.newer(world.doctor, ANNA, thread, row["last"], int(row["step"]), 2, 9)
    assert naps == [0]
    world.naps.clear()
    world.chat.newer(world.doctor, ANNA, thread, row["last"], int(row["step"]), 2, 9)
    assert len(world.naps) == 2  # the place is free again


# --- files


def test_a_file_goes_with_its_message_to_the_other_side(world: ChatWorld) -> None:
    thread, elsewhere = world.open(), world.open()
    for actor, other, data, kind in (
        (world.anna, world.doctor, JPEG, JPEG_TYPE),
        (world.doctor, world.anna, PDF, PDF_TYPE),
    ):
        file = world.file(actor, data, kind)
        with pytest.raises(NotFoundError):
            world.chat.file(other, ANNA, thread, file)
        sent = world.send(actor, thread, files=[{"upload_id": file}])
        assert world.row(keys.upload(ANNA, file))["attached"] == hook(CHAT.name, sent)
        before = len(world.audit.events)
        given_ = world.chat.file(other, ANNA, thread, file)
        assert (given_.data, given_.media_type) == (data, kind)
        assert [event.action for event in world.audit.events[before:]] == ["chat:download"]
        assert world.chat.file(other, ANNA, thread, file, "bytes=0-3").data == data[:4]
        with pytest.raises(NotFoundError):
            world.chat.file(other, ANNA, elsewhere, file)
        shown = world.chat.message(other, ANNA, thread, sent)
        assert shown["files"] == [{"upload_id": file, "type": kind, "size": len(data)}]
        world.chat.withdraw(actor, ANNA, thread, sent, 1)
        with pytest.raises(NotFoundError):
            world.chat.file(other, ANNA, thread, file)


def test_a_file_hangs_on_one_message_and_only_when_it_is_clean_and_ones_own(world: ChatWorld) -> None:
    thread = world.open()
    file = world.file(world.anna, JPEG, JPEG_TYPE)
    waiting = world.uploads.create_for_record(world.anna, ANNA, CHAT, JPEG_TYPE, JPEG)["upload_id"]
    world.send(world.anna, thread, files=[{"upload_id": file}])
    others = world.file(world.doctor, JPEG, JPEG_TYPE)
    before = world.texts(world.anna, thread)
    for wrong, code in ((file, "attached"), (waiting, "waiting"), (others, "unknown"), ("nothing", "unknown")):
        with pytest.raises(InvalidFieldsError) as caught:
            world.send(world.anna, thread, files=[{"upload_id": wrong}])
        assert [(one.field, one.code) for one in caught.value.fields] == [("/files/0/upload_id", code)]
    assert world.texts(world.anna, thread) == before


# --- absences


def test_who_is_away_answers_once_a_chat_and_absence(world: ChatWorld) -> None:
    thread = world.open()
    world.away(days=3)
    answer = "В отпуске до понедельника"
    assert world.chat.one(world.anna, ANNA, thread)["away"]["text"] == answer
    world.send(world.anna, thread, "Раз")
    world.send(world.anna, thread, "Два")
    world.send(world.doctor, thread, "Я всё же здесь")
    assert world.texts(world.anna, thread) == [TEXT, "Раз", answer, "Два", "Я всё же здесь"]
    assert unread(world, thread)[0] == 1  # the answer by itself is not counted
    assert world.told_of(ANNA, "message_received") == 1
    other = world.open()
    assert world.texts(world.doctor, other) == [TEXT, answer]
    world.away(days=5)
    world.send(world.anna, thread, "Три")
    assert world.texts(world.anna, thread)[-2:] == ["Три", answer]
    assert answer.encode() not in world.tables.raw_bytes()
    automatic = world.chat.page(world.anna, ANNA, thread, 1, None)[1][0]
    assert (automatic["automatic"], automatic["by"]) == (True, "doctor")
    with pytest.raises(MessageFixedError):
        world.chat.edit(world.doctor, ANNA, thread, automatic["id"], "Иначе", 1)


def test_an_absence_is_over_by_itself_or_by_word(world: ChatWorld) -> None:
    thread = world.open()
    world.away(hours=1)
    assert world.chat.absence(world.doctor)["text"]
    world.clock.advance(hours=1)
    world.send(world.anna, thread, "Раз")
    assert "away" not in world.chat.one(world.anna, ANNA, thread)
    world.away(hours=1)
    world.chat.end_absence(world.doctor)
    world.send(world.anna, thread, "Два")
    assert world.texts(world.anna, thread) == [TEXT, "Раз", "Два"]
    with pytest.raises(NotFoundError):
        world.chat.absence(world.doctor)
    with pytest.raises(InvalidFieldsError):
        world.away(days=366)
