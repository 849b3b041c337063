"""What happens after a write: once, whatever the trigger does; and what is said outside."""

from __future__ import annotations

import json

import pytest

from chalicelib.domain.access import Level
from chalicelib.errors import AccessDeniedError, ConflictError, NotFoundError, UnavailableError
from chalicelib.ports import keys
from chalicelib.ports.rows import happened
from chalicelib.records.examination import EXAMINATION_PROTOCOL as KIND
from tests.world import ANNA, PROTOCOL, World

KEY = "0123456789abcdef"


@pytest.fixture
def world() -> World:
    made = World()
    made.anna, made.doctor = made.patient(), made.staff()
    made.consent(made.doctor)
    made.made = made.records.create(made.doctor, ANNA, KIND, PROTOCOL, KEY)[0]
    return made


@pytest.mark.requirement("REC-3", "DOC-1")
def test_a_protocol_prints_itself_under_the_patients_key_and_tells_the_patient(world: World) -> None:
    world.pump()
    (stored,) = world.files.objects.values()
    assert "бронхит".encode() not in stored
    pdf = world.documents.download(world.anna, ANNA, KIND, world.made["id"])
    template, content = json.loads(pdf.partition(b"\n")[2])
    assert (template, content["title"]) == ("record", "Протокол осмотра")
    assert ["Заключение", "Острый бронхит"] in content["sections"][0]["rows"]
    assert ["Пациент", "Иванова Анна"] in content["subject"]
    assert world.inbox(world.anna) == ["new_record"]
    assert world.notifier.published[0][:2] == (ANNA, "new_record")


@pytest.mark.requirement("REC-3")
def test_a_repeated_trigger_does_nothing_twice(world: World) -> None:
    row = world.row(keys.record(ANNA, KIND.name, world.made["id"]))
    assert [world.reactions.run(name, row) for name in row["react"]] == [True] * 4
    entries, objects = len(world.audit.events), dict(world.files.objects)
    assert [world.reactions.run(name, row) for name in row["react"]] == [False] * 4
    assert (len(world.audit.events), world.files.objects) == (entries, objects)
    world.pump()
    assert len(world.notifier.published) == 1


@pytest.mark.parametrize("fault", ["audit", "files", "commit"])
def test_dying_half_way_is_mended_by_the_next_try(world: World, fault: str) -> None:
    row = world.row(keys.record(ANNA, KIND.name, world.made["id"]))
    if fault == "audit":
        world.audit.fail_next()
    elif fault == "files":
        world.files.fail_next()
    else:
        world.tables.fail_next_commit()
    with pytest.raises(UnavailableError):
        world.reactions.run("issue_document", row)
    world.pump()
    assert world.inbox(world.anna) == ["new_record"]
    assert world.documents.download(world.anna, ANNA, KIND, world.made["id"]).startswith(b"%PDF")


def test_two_triggers_at_once_leave_one_notice(world: World) -> None:
    row = world.row(keys.record(ANNA, KIND.name, world.made["id"]))
    world.tables.before_next_commit(lambda: world.reactions.run("notify_patient", row))
    assert world.reactions.run("notify_patient", row) is False
    assert world.inbox(world.anna) == ["new_record"]


@pytest.mark.requirement("ID-1")
def test_an_owner_is_told_of_attempted_registrations_once_a_day(world: World) -> None:
    """However many strangers try, from however many telephones; two at one moment are one."""

    def attempted(name: str) -> dict[str, object]:
        write = happened(ANNA, name, "registration_attempted", world.clock())
        world.tables.commit([write])
        return world.row(write.key)

    world.pump()
    world.notifier.published.clear()
    first, second = attempted("e1"), attempted("e2")
    world.tables.before_next_commit(lambda: world.reactions.run("registration_attempted", second))
    with pytest.raises(ConflictError):
        world.reactions.run("registration_attempted", first)
    for days in (0, 0, 1, 0):
        world.clock.advance(days=days)
        attempted(world.gate.new_id())
        world.pump()
    assert world.inbox(world.anna).count("registration_attempted") == 2
    assert [event for _, event, _ in world.notifier.published] == ["registration_attempted"] * 2


def test_an_amended_record_prints_the_new_version(world: World) -> None:
    old = world.row(keys.record(ANNA, KIND.name, world.made["id"]))
    world.records.amend(world.doctor, ANNA, KIND, world.made["id"], {**PROTOCOL, "conclusion": "Пневмония"}, 1)
    with pytest.raises(NotFoundError):
        world.documents.download(world.anna, ANNA, KIND, world.made["id"])
    world.reactions.run("issue_document", old)  # late: it must not print what is no longer so
    assert world.files.objects == {}
    world.pump()
    assert "Пневмония".encode() in world.documents.download(world.anna, ANNA, KIND, world.made["id"])


def test_after_erasure_nothing_is_printed(world: World) -> None:
    row = world.row(keys.record(ANNA, KIND.name, world.made["id"]))
    world.keys.destroy(ANNA, "entry")
    assert world.reactions.run("issue_document", row) is False
    assert world.files.objects == {}


@pytest.mark.requirement("ACC-3")
def test_limited_consent_downloads_nothing(world: World) -> None:
    world.pump()
    other = world.staff("other")
    world.consent(other, level=Level.LIMITED)
    with pytest.raises(AccessDeniedError):
        world.documents.download(other, ANNA, KIND, world.made["id"])


@pytest.mark.requirement("MSG-2")
def test_inbox_in_both_languages_with_read_marks(world: World) -> None:
    world.pump()
    (notice,) = world.notices.mine(world.anna, "en", 10, None)[0]
    assert notice["title"] == "A new record in your card"
    assert notice["text"] == f"A record was added to your card: {KIND.label('en')}."
    assert KIND.label("ru") in world.notices.mine(world.anna, "ru", 10, None)[0][0]["text"]
    assert notice["links"] == {"kind": KIND.name, "id": world.made["id"]}
    world.notices.mark_read(world.anna, notice["id"])
    first = world.notices.mine(world.anna, "ru", 10, None)[0][0]["read_at"]
    world.clock.advance(minutes=1)
    world.notices.mark_read(world.anna, notice["id"])
    assert world.notices.mine(world.anna, "ru", 10, None)[0][0]["read_at"] == first
    with pytest.raises(NotFoundError):
        world.notices.mark_read(world.doctor, notice["id"])
