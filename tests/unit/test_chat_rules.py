"""Chat (MSG-1): faults, senders at once, order, words, and text of every kind."""

from __future__ import annotations

import threading

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pydantic import ValidationError

from chalicelib.domain import chat
from chalicelib.errors import (
    ConflictError,
    DecryptionError,
    OutcomeUnknownError,
    UnavailableError,
)
from chalicelib.handlers.models.chat import LONGEST, MOST_FILES, Message, NewChat
from chalicelib.ports import keys
from chalicelib.ports.tables import Put
from chalicelib.services.chat.tools import OWN
from tests.chat_world import TEXT, ChatWorld
from tests.effort import tried
from tests.world import ANNA

pytestmark = pytest.mark.requirement("MSG-1")


@pytest.fixture
def world() -> ChatWorld:
    return ChatWorld()


# --- faults


def test_what_was_not_stored_is_sent_again_and_is_there_once(world: ChatWorld) -> None:
    thread, key = world.open(), world.key()
    world.tables.fail_next_commit()
    with pytest.raises(UnavailableError):
        world.chat.send(world.anna, ANNA, thread, world.form("Раз"), key)
    world.tables.lose_reply_next()
    with pytest.raises(OutcomeUnknownError):
        world.chat.send(world.anna, ANNA, thread, world.form("Раз"), key)
    made, repeated = world.chat.send(world.anna, ANNA, thread, world.form("Раз"), key)
    assert (made["text"], repeated) == ("Раз", True)
    assert world.texts(world.doctor, thread) == [TEXT, "Раз"]
    assert int(world.thread(thread)["unread_doctor"]) == 2


def test_parallel_senders_keep_order_and_lose_nothing(world: ChatWorld) -> None:
    thread = world.open()
    sent: list[str] = []
    refused: list[str] = []

    def write(name: int) -> None:
        for number in range(4):
            text = f"{name}-{number}"
            try:
                world.send((world.anna, world.doctor)[name % 2], thread, text)
                sent.append(text)
            except ConflictError:
                refused.append(text)

    threads = [threading.Thread(target=write, args=(name,)) for name in range(4)]
    for one in threads:
        one.start()
    for one in threads:
        one.join()
    found = world.texts(world.anna, thread)[1:]
    assert sorted(found) == sorted(sent)
    assert len(sent) + len(refused) == 16
    for name in range(4):
        own = [text for text in found if text.startswith(f"{name}-")]
        assert own == sorted(own)
    ids = [one["id"] for one in world.chat.page(world.anna, ANNA, thread, 50, None)[1]]
    assert ids == sorted(ids, reverse=True)


def test_a_clock_that_goes_back_puts_no_message_before_another(world: ChatWorld) -> None:
    thread = world.open()
    world.clock.advance(hours=-1)
    world.consent(world.doctor)
    world.send(world.anna, thread, "Позже")
    assert world.texts(world.anna, thread) == [TEXT, "Позже"]


# --- rules


@given(last=st.uuids(version=4), made=st.uuids(version=4))
def test_ids_grow(last, made) -> None:
    found = chat.following(str(last), str(made))
    assert found > str(last)
    assert len(found) == 36


@given(st.text(max_size=60), st.text(max_size=60))
def test_a_text_has_its_own_words(before: str, text: str) -> None:
    wanted = chat.words(text)
    assert chat.has_all(f"{before} {text}", wanted) is bool(wanted)


@pytest.mark.parametrize(
    ("question", "found"),
    [("гемоглобин", True), ("ГЕМО опас", True), ("гемоглобина", False), ("лейкоциты", False), ("?!", False)],
)
def test_words_are_found_by_how_they_begin(world: ChatWorld, question: str, *, found: bool) -> None:
    thread = world.open()
    hits, after = world.chat.find(world.anna, ANNA, question, None)
    assert ([hit["thread"] for hit in hits], after) == ([thread] if found else [], None)


@settings(max_examples=tried(60), deadline=None)
@given(text=st.text(st.characters(codec="utf-8", exclude_categories=("Cs",)), max_size=80))
def test_odd_text_is_refused_or_comes_back_as_it_was(text: str) -> None:
    try:
        kept = Message(text=text).text
    except ValidationError:
        return
    world = ChatWorld()
    thread = world.open()
    world.send(world.doctor, thread, kept)
    assert world.texts(world.anna, thread)[-1] == kept == text.strip()


@pytest.mark.parametrize(
    "body",
    [
        {"text": ""},
        {"text": " \n "},
        {"text": "x" * (LONGEST + 1)},
        {"text": "a\u202eb"},
        {"text": "a\x00b"},
        {"text": "a", "files": [{"upload_id": f"f{n}"} for n in range(MOST_FILES + 1)]},
        {"text": "a", "reply_to": "x"},
        {"text": "a", "by": "doctor"},
    ],
)
def test_what_is_no_message(body) -> None:
    with pytest.raises(ValidationError):
        Message(**body)
    with pytest.raises(ValidationError):
        NewChat(**{"subject": "Тема", **body, "subject2": 1})


def test_the_longest_message_goes_through(world: ChatWorld) -> None:
    thread = world.open()
    longest = "ж" * LONGEST
    world.send(world.anna, thread, Message(text=longest).text)
    assert world.texts(world.doctor, thread)[-1] == longest


def test_a_message_put_in_the_place_of_another_opens_nothing(world: ChatWorld) -> None:
    thread = world.open()
    sent = world.send(world.doctor, thread, "Ответ")
    row = {name: value for name, value in world.row(keys.message(ANNA, thread, sent)).items() if name not in OWN}
    other = sent[:-1] + "f"
    world.tables.commit([Put(keys.message(ANNA, thread, other), {**row, "id": other})])
    with pytest.raises(DecryptionError):
        world.texts(world.anna, thread)
