"""What chat tells at its edges (MSG-1): to other doctors, by limited rights, by a broken glass, while one waits."""

from __future__ import annotations

from datetime import datetime
from itertools import chain
from unicodedata import normalize

import pytest

from chalicelib.domain import suspicion
from chalicelib.domain.access import Level
from chalicelib.domain.chat import MOST_EDITS
from chalicelib.domain.emergency import Reason
from chalicelib.domain.identity import Actor
from chalicelib.domain.limits import CHAT_WAIT
from chalicelib.errors import (
    ChatEndedError,
    ConsentRequiredError,
    InvalidFieldsError,
    MessageFixedError,
    NotFoundError,
    TooManyRequestsError,
)
from chalicelib.services.chat import finding
from local.scans import JPEG, JPEG_TYPE
from tests.chat_world import ChatWorld
from tests.world import ANNA

pytestmark = pytest.mark.requirement("MSG-1")


@pytest.fixture
def world() -> ChatWorld:
    return ChatWorld()


def begun(world: ChatWorld, doctor: Actor, text: str) -> str:
    form = world.form(text, subject="Вопрос", member_id=doctor.member_id)
    return str(world.chat.open(world.anna, ANNA, form, world.key())[0]["id"])


@pytest.fixture
def other(world: ChatWorld) -> Actor:
    found = world.staff("other")
    world.consent(found)
    return found


# --- other doctors


def test_neither_a_list_nor_a_search_goes_on_over_chats_of_others(
    world: ChatWorld, other: Actor, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(finding, "LOOKED_THROUGH", 2)
    for _ in range(3):
        world.open()
    world.tables.calls.clear()
    assert world.chat.listed(other, ANNA, 1, None) == ([], None)
    assert world.tables.calls.count("query") == 1
    assert world.chat.find(other, ANNA, "гемоглобин", None) == ([], None)


def test_a_doctors_pages_are_of_their_own_chats(
    world: ChatWorld, other: Actor, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(finding, "LOOKED_THROUGH", 2)
    mine = []
    for number in range(4):
        world.open()
        mine.append(begun(world, other, f"гемоглобин {number}"))
        world.chat.send(other, ANNA, mine[-1], world.form("гемоглобин, и что?"), world.key())
    world.open()
    for read in (
        lambda after: world.chat.listed(other, ANNA, 2, after),
        lambda after: world.chat.find(other, ANNA, "гемоглобин", after),
    ):
        pages, after = [], None
        while not pages or after is not None:
            items, after = read(after)
            pages.append([item.get("thread", item["id"]) for item in items])
        assert [len(page) for page in pages] == [2] * len(pages)
        assert list(dict.fromkeys(chain(*pages))) == mine[::-1]
    assert len(pages) == 4


@pytest.mark.parametrize("side", ["anna", "doctor"])
@pytest.mark.parametrize("size", [1, 2, 3, 5])
def test_a_search_finds_each_message_once_whatever_one_request_opens(
    world: ChatWorld, monkeypatch: pytest.MonkeyPatch, size: int, side: str
) -> None:
    monkeypatch.setattr(finding, "LOOKED_THROUGH", size)
    sent = []
    for _ in range(3):
        thread = world.open()
        sent += [world.thread(thread)["last"], *(world.send(world.doctor, thread) for _ in range(2))]
    found, after = [], None
    for _ in range(20):
        hits, after = world.chat.find(getattr(world, side), ANNA, "гемоглобин", after)
        found += [hit["id"] for hit in hits]
        if after is None:
            break
    assert sorted(found) == sorted(sent)
    world.tables.calls.clear()
    world.chat.find(world.anna, ANNA, "гемоглобин", None)
    assert world.tables.calls.count("query") == 1


@pytest.mark.parametrize("form", ["NFC", "NFD"])
def test_words_are_found_however_they_were_typed(world: ChatWorld, form: str) -> None:
    world.open(text=normalize(form, "Мой ребёнок, до\u0301за, пшённый"))
    for question in ("мой ребенок", "ДОЗА", "пшенный"):
        for asked in ("NFC", "NFD"):
            assert world.chat.find(world.anna, ANNA, normalize(asked, question), None)[0], question


# --- rights


def test_whom_a_limited_consent_shows_no_text_has_read_none(world: ChatWorld) -> None:
    thread = world.open()
    world.consent(world.doctor, level=Level.LIMITED)
    with pytest.raises(ConsentRequiredError):
        world.chat.mark(world.doctor, ANNA, thread, world.thread(thread)["last"])
    assert world.thread(thread)["unread_doctor"] == 1


@pytest.mark.requirement("MSG-1", "ACC-7")
def test_by_a_broken_glass_a_doctor_reads_and_writes_to_nobody_who_cannot_answer(world: ChatWorld) -> None:
    thread = world.open()
    world.bar(world.doctor.member_id)
    world.emergencies.open(world.doctor, ANNA, Reason.UNCONSCIOUS, "Доставлена без сознания")
    for act in (
        lambda: world.send(world.doctor, thread),
        lambda: world.open(world.doctor),
    ):
        with pytest.raises(ChatEndedError):
            act()
    assert world.chat.one(world.doctor, ANNA, thread)["closed_to_you"] == "chat-ended"
    assert len(world.texts(world.anna, thread)) == 1


def test_consent_that_ends_at_the_same_moment_lets_no_doctor_write(world: ChatWorld) -> None:
    thread = world.open()
    world.tables.before_next_commit(world.end_consent)
    with pytest.raises(ConsentRequiredError):
        world.send(world.doctor, thread)
    assert len(world.texts(world.anna, thread)) == 1


# --- files, absences


def test_a_doctors_file_is_opened_in_the_chat_alone(world: ChatWorld) -> None:
    thread, mine = world.open(), world.file(world.anna, JPEG, JPEG_TYPE)
    file = world.file(world.doctor, JPEG, JPEG_TYPE)

    def elsewhere() -> list[str]:
        with pytest.raises(NotFoundError):
            world.uploads.download(world.anna, file)
        return [one["upload_id"] for one in world.uploads.mine(world.anna, 9, None)[0]]

    assert elsewhere() == [mine], "it was not sent yet"
    sent = world.send(world.doctor, thread, files=[{"upload_id": file}])
    assert elsewhere() == [mine]
    assert world.chat.file(world.anna, ANNA, thread, file).data == JPEG
    world.chat.withdraw(world.doctor, ANNA, thread, sent, 1)
    assert elsewhere() == [mine]
    assert world.uploads.download(world.anna, mine)[1] == JPEG


def test_a_doctor_who_left_and_was_erased_while_away_stops_no_reading(world: ChatWorld) -> None:
    thread = world.open()
    world.away(days=3)
    world.dismiss()
    world.keys.destroy(world.doctor.person_id, "entry")
    assert "away" not in world.chat.one(world.anna, ANNA, thread)
    with pytest.raises(ChatEndedError):
        world.send(world.anna, thread)


def test_a_message_is_edited_so_often_and_no_oftener(world: ChatWorld) -> None:
    thread = world.open()
    sent = world.send(world.doctor, thread)
    for number in range(1, MOST_EDITS + 1):
        world.chat.edit(world.doctor, ANNA, thread, sent, f"Иначе, {number}", number)
    with pytest.raises(MessageFixedError):
        world.chat.edit(world.doctor, ANNA, thread, sent, "И ещё раз", MOST_EDITS + 1)
    assert len(world.chat.versions(world.anna, ANNA, thread, sent)) == MOST_EDITS + 1
    assert world.chat.withdraw(world.doctor, ANNA, thread, sent, MOST_EDITS + 1)["state"] == "withdrawn"


@pytest.mark.parametrize("until", ["0001-01-01T00:00:00+14:00", "9999-12-31T23:59:59-12:00"])
def test_an_absence_till_the_end_of_the_calendar_is_none(world: ChatWorld, until: str) -> None:
    with pytest.raises(InvalidFieldsError):
        world.chat.set_absence(world.doctor, datetime.fromisoformat(until), "Ушла навсегда")


# --- waiting


def test_a_page_of_news_is_followed_by_the_next_one(world: ChatWorld) -> None:
    thread = world.open()
    last = world.thread(thread)["last"]
    sent = [world.send(world.anna, thread, f"№ {number}") for number in range(5)]
    found: list[str] = []
    known = 0
    while (news := world.chat.newer(world.doctor, ANNA, thread, last, known, 20, 2)) is not None:
        found += [item["id"] for item in news["items"]]
        last, known = found[-1], news["thread"]["version"]
        assert news["more"] is (len(found) < len(sent))
        if not news["more"]:
            assert world.naps == []
    assert found == sent
    assert len(world.naps) == 20, "only who has all of it waits"


def test_nobody_waits_without_end(world: ChatWorld) -> None:
    thread = world.open()
    row = world.thread(thread)

    def wait(actor: Actor) -> None:
        world.chat.newer(actor, ANNA, thread, row["last"], int(row["step"]), 1, 9)

    for _ in range(CHAT_WAIT.limit):
        wait(world.anna)
    with pytest.raises(TooManyRequestsError):
        wait(world.anna)
    wait(world.doctor)
    assert world.chat.newer(world.anna, ANNA, thread, row["last"], int(row["step"]), 0, 9) is None


def test_waiting_alone_is_no_fast_reading() -> None:
    """Else who leaves a chat open would find their session stopped."""
    for name in (suspicion.FAST_READS, suspicion.FAST_READS_HOUR):
        rule = suspicion.RULES[name]
        assert CHAT_WAIT.limit * rule.window // CHAT_WAIT.window < rule.limit
