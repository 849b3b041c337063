"""Chat of a patient and a doctor (MSG-1): who reads and writes what, and what each change leaves."""

from __future__ import annotations

from datetime import timedelta

import pytest

from chalicelib.domain.access import Action, Level
from chalicelib.domain.chat import EDIT_WINDOW, REOPENED_WITHIN
from chalicelib.domain.emergency import Reason
from chalicelib.domain.identity import PersonId, Role
from chalicelib.errors import (
    AccessDeniedError,
    AuditUnavailableError,
    CardStateError,
    ChatClosedError,
    ChatEndedError,
    ChatTooOldError,
    ConsentRequiredError,
    IdempotencyKeyReusedError,
    InvalidFieldsError,
    MessageFixedError,
    NotFoundError,
    SessionEndedError,
    StaleVersionError,
    WrongStateError,
)
from chalicelib.ports import keys
from chalicelib.ports.tables import Store
from chalicelib.records.chat import CHAT
from chalicelib.records.registry import RECORD_TYPES
from local.scans import JPEG, JPEG_TYPE
from tests.chat_world import SUBJECT, TEXT, ChatWorld
from tests.world import ANNA, BORIS

pytestmark = pytest.mark.requirement("MSG-1")


@pytest.fixture
def world() -> ChatWorld:
    return ChatWorld()


# --- both sides


def test_both_sides_read_all_and_nothing_of_it_stands_open(world: ChatWorld) -> None:
    thread = world.open()
    world.send(world.doctor, thread, "Немного ниже нормы, приходите")
    world.send(world.anna, thread, "Спасибо")
    expected = [TEXT, "Немного ниже нормы, приходите", "Спасибо"]
    assert world.texts(world.anna, thread) == world.texts(world.doctor, thread) == expected
    assert world.chat.one(world.doctor, ANNA, thread)["subject"] == SUBJECT
    stored = world.tables.raw_bytes()
    assert all(text.encode() not in stored for text in (SUBJECT, *expected))


def test_a_doctor_begins_with_their_patient(world: ChatWorld) -> None:
    thread = world.open(world.doctor)
    shown = world.chat.one(world.anna, ANNA, thread)
    assert (shown["opened_by"], shown["member_id"], shown["unread"]) == ("doctor", world.doctor.member_id, 1)


def test_each_reading_has_its_entry_before_it_and_each_change_with_it(world: ChatWorld) -> None:
    thread = world.open()
    sent = world.send(world.doctor, thread)
    world.chat.page(world.anna, ANNA, thread, 5, None)
    world.chat.edit(world.doctor, ANNA, thread, sent, "Иначе", 1)
    world.chat.versions(world.anna, ANNA, thread, sent)
    world.chat.close(world.anna, ANNA, thread, "answered")
    found = [event.action for event in world.audit.events if event.resource_type == CHAT.name]
    assert found == [
        "chat:create",
        "chat:create",
        "chat:create",
        "chat:list",
        "chat:amend",
        "chat:history",
        "chat:amend",
    ]
    world.audit.fail_next()
    with pytest.raises(AuditUnavailableError):
        world.chat.page(world.anna, ANNA, thread, 5, None)


def test_another_doctor_of_the_patient_has_not_this_chat(world: ChatWorld) -> None:
    thread = world.open()
    other = world.staff("other")
    world.consent(other)
    message = world.thread(thread)["last"]
    assert world.chat.listed(other, ANNA, 9, None)[0] == []
    assert world.chat.find(other, ANNA, "гемоглобин", None)[0] == []
    for act in (
        lambda: world.chat.one(other, ANNA, thread),
        lambda: world.chat.page(other, ANNA, thread, 9, None),
        lambda: world.chat.newer(other, ANNA, thread, message, 0, 0, 9),
        lambda: world.chat.versions(other, ANNA, thread, message),
        lambda: world.chat.mark(other, ANNA, thread, message),
        lambda: world.send(other, thread),
        lambda: world.chat.close(other, ANNA, thread, "other"),
    ):
        with pytest.raises(NotFoundError):
            act()


def test_nurses_strangers_and_links_have_no_chat(world: ChatWorld) -> None:
    thread = world.open()
    nurse = world.staff("nurse", Role.NURSE)
    world.consent(nurse)
    stranger = world.patient(BORIS)
    with pytest.raises(AccessDeniedError):
        world.chat.listed(nurse, ANNA, 9, None)
    for act in (lambda: world.chat.one(stranger, ANNA, thread), lambda: world.send(stranger, thread)):
        with pytest.raises(NotFoundError):
            act()
    assert CHAT not in RECORD_TYPES  # links are made to sections and kinds of these alone
    assert CHAT.section not in {spec.section for spec in RECORD_TYPES}
    assert Role.RECIPIENT not in {role for roles in CHAT.grants.values() for role in roles}


@pytest.mark.parametrize("level", [Level.LIMITED, Level.FULL])
def test_a_limited_consent_shows_that_there_is_a_chat_and_not_what_is_said(world: ChatWorld, level: Level) -> None:
    thread = world.open()
    world.consent(world.doctor, level=level)
    (shown,) = world.chat.page(world.doctor, ANNA, thread, 9, None)[1]
    full = level is Level.FULL
    assert (shown.get("text"), shown.get("withheld")) == ((TEXT, None) if full else (None, True))
    assert bool(world.chat.find(world.doctor, ANNA, "гемоглобин", None)[0]) is full
    if not full:
        with pytest.raises(ConsentRequiredError):
            world.send(world.doctor, thread)
        with pytest.raises(ChatEndedError):
            world.send(world.anna, thread)


def test_a_consent_for_other_sections_is_none(world: ChatWorld) -> None:
    world.consent(world.doctor, sections=("visits",))
    with pytest.raises(ChatEndedError):
        world.open()
    with pytest.raises(ConsentRequiredError):
        world.open(world.doctor)
    world.consent(world.doctor, sections=("messages",))
    assert world.open()


@pytest.mark.requirement("MSG-1", "ACC-8")
def test_a_representative_writes_as_the_patients_side(world: ChatWorld) -> None:
    mother = world.represent()
    thread = world.open(mother)
    world.send(world.doctor, thread, "Ответ")
    assert world.texts(mother, thread) == world.texts(world.anna, thread) == [TEXT, "Ответ"]
    world.chat.mark(mother, ANNA, thread, world.thread(thread)["last"])
    assert world.chat.one(world.anna, ANNA, thread)["unread"] == 0  # one mark a side


@pytest.mark.requirement("MSG-1", "ACC-8")
def test_a_representative_for_other_sections_has_no_chat(world: ChatWorld) -> None:
    thread = world.open()
    cousin = world.represent(PersonId("cousin"), kind="granted", sections=("visits",))
    for act in (
        lambda: world.chat.listed(cousin, ANNA, 9, None),
        lambda: world.chat.one(cousin, ANNA, thread),
        lambda: world.send(cousin, thread),
    ):
        with pytest.raises(AccessDeniedError):
            act()


# --- consent, dismissal, blocks, the state of the card


@pytest.mark.parametrize("end", ["consent", "block", "block-all", "dismissed"])
def test_when_the_doctor_is_out_the_patient_reads_on_and_is_told_why_nothing_goes(world: ChatWorld, end: str) -> None:
    thread = world.open()
    {
        "consent": world.end_consent,
        "block": lambda: world.bar(world.doctor.member_id),
        "block-all": lambda: world.bar("clinic"),
        "dismissed": world.dismiss,
    }[end]()
    for act in (
        lambda: world.chat.page(world.doctor, ANNA, thread, 9, None),
        lambda: world.chat.newer(world.doctor, ANNA, thread, "0" * 36, 0, 0, 9),
        lambda: world.send(world.doctor, thread),
        lambda: world.chat.mark(world.doctor, ANNA, thread, world.thread(thread)["last"]),
    ):
        with pytest.raises(SessionEndedError if end == "dismissed" else ConsentRequiredError):
            act()
    assert world.texts(world.anna, thread) == [TEXT]
    assert world.chat.one(world.anna, ANNA, thread)["closed_to_you"] == "chat-ended"
    with pytest.raises(ChatEndedError):
        world.send(world.anna, thread)
    with pytest.raises(ChatEndedError):
        world.open()
    if end == "consent":
        world.renew_consent()
        world.send(world.anna, thread, "Снова я")
        assert world.texts(world.doctor, thread) == [TEXT, "Снова я"]


def test_consent_that_ends_at_the_same_moment_lets_nothing_through(world: ChatWorld) -> None:
    thread = world.open()
    world.tables.before_next_commit(world.end_consent)
    with pytest.raises(ChatEndedError):
        world.send(world.anna, thread)
    assert world.texts(world.anna, thread) == [TEXT]


@pytest.mark.requirement("MSG-1", "ACC-7")
def test_broken_glass_opens_the_doctors_own_chat_and_no_other(world: ChatWorld) -> None:
    thread = world.open()
    world.end_consent()
    other = world.staff("other")
    for doctor in (world.doctor, other):
        world.emergencies.open(doctor, ANNA, Reason.UNCONSCIOUS, "Доставлена без сознания")
    assert world.texts(world.doctor, thread) == [TEXT]
    assert (world.audit.events[-1].action, world.audit.events[-1].reason) == ("chat:list", "emergency")
    with pytest.raises(NotFoundError):
        world.texts(other, thread)
    with pytest.raises(ChatEndedError):
        world.send(world.anna, thread)


@pytest.mark.requirement("MSG-1", "SPC-7")
def test_a_suspended_card_is_read_and_not_written(world: ChatWorld) -> None:
    thread = world.open()
    sent = world.send(world.doctor, thread, "Ответ")
    world.card("suspended")
    for actor in (world.anna, world.doctor):
        assert len(world.texts(actor, thread)) == 2
        for act in (
            lambda actor=actor: world.send(actor, thread),
            lambda actor=actor: world.chat.close(actor, ANNA, thread, "other"),
            lambda actor=actor: world.open(actor),
        ):
            with pytest.raises(CardStateError):
                act()
    assert world.chat.mark(world.anna, ANNA, thread, sent)["unread"] == 0
    assert world.chat.one(world.anna, ANNA, thread)["closed_to_you"] == "card-state"
    world.card("merging")
    with pytest.raises(CardStateError):
        world.chat.mark(world.doctor, ANNA, thread, sent)


def test_suspended_at_the_same_moment_nothing_is_written(world: ChatWorld) -> None:
    thread = world.open()
    world.tables.before_next_commit(lambda: world.card("suspended"))
    with pytest.raises(CardStateError):
        world.send(world.anna, thread)


# --- edits


def test_an_edit_keeps_the_earlier_text_for_both(world: ChatWorld) -> None:
    thread = world.open()
    sent = world.send(world.anna, thread, "Двести")
    shown = world.chat.edit(world.anna, ANNA, thread, sent, "Сто", 1)
    assert (shown["version"], shown["text"], bool(shown["edited_at"])) == (2, "Сто", True)
    for actor in (world.anna, world.doctor):
        assert [one["text"] for one in world.chat.versions(actor, ANNA, thread, sent)] == ["Сто", "Двести"]
    with pytest.raises(StaleVersionError):
        world.chat.edit(world.anna, ANNA, thread, sent, "Три", 1)


def test_what_was_withdrawn_is_gone_for_both_and_leaves_a_mark(world: ChatWorld) -> None:
    thread = world.open()
    sent = world.send(world.anna, thread, "Не то")
    world.chat.edit(world.anna, ANNA, thread, sent, "Совсем не то", 1)
    shown = world.chat.withdraw(world.anna, ANNA, thread, sent, 2)
    assert shown["state"] == "withdrawn"
    assert "text" not in shown
    for actor in (world.anna, world.doctor):
        assert world.texts(actor, thread) == [TEXT, ""]
        assert world.chat.versions(actor, ANNA, thread, sent) == []
        assert world.chat.find(actor, ANNA, "совсем", None)[0] == []
    with pytest.raises(MessageFixedError):
        world.chat.withdraw(world.anna, ANNA, thread, sent, 2)
    assert world.row(keys.message(ANNA, thread, sent))["sealed"]


@pytest.mark.parametrize("step", ["edit", "withdraw"])
@pytest.mark.parametrize(("seconds", "open_"), [(-1, True), (0, False), (1, False)])
def test_the_window_of_fifteen_minutes(world: ChatWorld, step: str, seconds: int, *, open_: bool) -> None:
    thread = world.open()
    sent = world.send(world.doctor, thread)
    world.clock.advance(seconds=EDIT_WINDOW.total_seconds() + seconds)
    act = {
        "edit": lambda: world.chat.edit(world.doctor, ANNA, thread, sent, "Иначе", 1),
        "withdraw": lambda: world.chat.withdraw(world.doctor, ANNA, thread, sent, 1),
    }[step]
    if open_:
        act()
    else:
        with pytest.raises(MessageFixedError):
            act()


def test_nobody_changes_what_another_wrote(world: ChatWorld) -> None:
    mother, thread = world.represent(), world.open()
    sent = world.thread(thread)["last"]
    for actor in (world.doctor, mother):
        with pytest.raises(MessageFixedError):
            world.chat.edit(actor, ANNA, thread, sent, "Подлог", 1)
        with pytest.raises(MessageFixedError):
            world.chat.withdraw(actor, ANNA, thread, sent, 1)


# --- closing


def test_closed_nothing_is_written_reopened_it_goes_on(world: ChatWorld) -> None:
    thread = world.open()
    sent = world.send(world.anna, thread)
    shown = world.chat.close(world.doctor, ANNA, thread, "visit-needed")
    assert {**shown["closed"], "at": "", "reopened_until": ""} == {
        "by": "doctor",
        "reason": "visit-needed",
        "at": "",
        "reopened_until": "",
    }
    for act in (
        lambda: world.send(world.anna, thread),
        lambda: world.send(world.doctor, thread),
        lambda: world.chat.edit(world.anna, ANNA, thread, sent, "Иначе", 1),
        lambda: world.chat.close(world.anna, ANNA, thread, "other"),
    ):
        with pytest.raises(ChatClosedError):
            act()
    assert world.chat.withdraw(world.anna, ANNA, thread, sent, 1)["state"] == "withdrawn"
    world.later(REOPENED_WITHIN - timedelta(seconds=1))
    assert world.chat.reopen(world.doctor, ANNA, thread)["state"] == "open"
    with pytest.raises(WrongStateError):
        world.chat.reopen(world.doctor, ANNA, thread)
    assert world.send(world.doctor, thread)


def test_after_thirty_days_it_stays_closed(world: ChatWorld) -> None:
    thread = world.open()
    world.chat.close(world.doctor, ANNA, thread, "answered")
    world.later(REOPENED_WITHIN)
    with pytest.raises(ChatTooOldError):
        world.chat.reopen(world.doctor, ANNA, thread)


# --- once


def test_a_draft_that_is_sent_twice_is_there_once(world: ChatWorld) -> None:
    thread, key = world.open(), world.key()
    file = world.file(world.anna, JPEG, JPEG_TYPE)
    form = world.form("Снимок", files=[{"upload_id": file}])
    first, repeated = world.chat.send(world.anna, ANNA, thread, form, key)
    again, repeated_again = world.chat.send(world.anna, ANNA, thread, form, key)
    assert (repeated, repeated_again, again["id"], again["text"]) == (False, True, first["id"], "Снимок")
    world.chat.close(world.doctor, ANNA, thread, "answered")
    assert world.chat.send(world.anna, ANNA, thread, form, key)[0]["id"] == first["id"]
    with pytest.raises(IdempotencyKeyReusedError):
        world.chat.send(world.anna, ANNA, thread, world.form("Другое"), key)
    assert world.texts(world.doctor, thread) == [TEXT, "Снимок"]


def test_a_chat_that_is_begun_twice_is_there_once(world: ChatWorld) -> None:
    key = world.key()
    form = world.form(subject=SUBJECT, member_id=world.doctor.member_id)
    made = [world.chat.open(world.anna, ANNA, form, key) for _ in range(2)]
    assert made[0][0]["id"] == made[1][0]["id"]
    assert [repeated for _, repeated in made] == [False, True]
    assert len(world.chat.listed(world.anna, ANNA, 9, None)[0]) == 1


def test_a_patient_names_the_doctor_and_an_answer_a_message_of_this_chat(world: ChatWorld) -> None:
    with pytest.raises(InvalidFieldsError) as wrong:
        world.chat.open(world.anna, ANNA, world.form(subject=SUBJECT, member_id=None), world.key())
    assert wrong.value.fields[0].field == "/member_id"
    one, other = world.open(), world.open()
    with pytest.raises(InvalidFieldsError) as wrong:
        world.send(world.anna, one, reply_to=world.thread(other)["last"])
    assert wrong.value.fields[0].field == "/reply_to"
    answer = world.send(world.doctor, one, reply_to=world.thread(one)["last"])
    assert world.chat.message(world.anna, ANNA, one, answer)["reply_to"]


def test_no_message_without_its_entry(world: ChatWorld) -> None:
    thread = world.open()
    before = world.tables.rows(Store.CARD)
    world.audit.fail_next()
    with pytest.raises(AuditUnavailableError):
        world.send(world.anna, thread)
    assert world.tables.rows(Store.CARD) == before


def test_actions_are_those_of_a_conversation() -> None:
    assert {Action.REVOKE, Action.CONFIRM, Action.DISPENSE}.isdisjoint(CHAT.grants)
