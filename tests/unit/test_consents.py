"""Consent: asked, given, narrowed, revoked; and its journal."""

from __future__ import annotations

import pytest

from chalicelib.domain.access import Action, Level
from chalicelib.domain.identity import PersonId
from chalicelib.errors import (
    AccessDeniedError,
    AlreadyExistsError,
    ConsentRequiredError,
    InvalidFieldsError,
    NotFoundError,
    StaleVersionError,
    WrongStateError,
)
from chalicelib.records.examination import VISIT
from tests.world import ANNA, World


@pytest.fixture
def world() -> World:
    made = World()
    made.anna, made.doctor = made.patient(), made.staff()
    return made


def ask(world: World, level: Level = Level.FULL, sections: tuple[str, ...] = ()) -> int:
    asked = world.consents.request(world.doctor, ANNA, level=level, sections=sections, purpose="treatment")
    return asked["version"]


def say(world: World, state: str, version: int, **more):
    return world.consents.answer(world.anna, world.doctor.member_id, version, {"state": state, **more})


@pytest.mark.requirement("ACC-1", "ACC-2", "MSG-2")
def test_the_whole_story(world: World) -> None:
    ask(world)
    world.pump()
    (waiting,) = world.consents.mine(world.anna, 10, None)[0]
    assert waiting["state"] == "requested"
    assert waiting["who"] == {
        "name": "Петров Пётр Петрович",
        "organisation": "Поликлиника № 1",
        "role": "doctor",
        "department": "therapy",
    }
    granted = say(world, "granted", waiting["version"])
    assert world.gate.admit(world.doctor, Action.LIST, ANNA, VISIT)
    world.pump()
    asker = world.session(world.doctor.person_id, world.doctor.role, world.doctor.member_id)
    assert world.inbox(asker) == ["consent_answered"]
    said = [world.notices.mine(asker, language, 10, None)[0][0]["text"] for language in ("ru", "en")]
    assert [text.rpartition(": ")[2] for text in said] == ["доступ разрешён.", "granted."]
    say(world, "revoked", granted["version"])
    with pytest.raises(AccessDeniedError):
        world.gate.admit(world.doctor, Action.LIST, ANNA, VISIT)
    lines = [line["what"] for line in world.consents.journal(world.anna, 10, None)[0]]
    assert lines == ["revoked", "granted", "requested"]
    assert [e.action for e in world.audit.events if e.action in {"consent:granted", "consent:revoked"}] == [
        "consent:granted",
        "consent:revoked",
    ]
    assert world.consents.my_patients(world.doctor, 10, None)[0][0]["state"] == "revoked"


@pytest.mark.requirement("ACC-4")
def test_the_patient_narrows_what_was_asked(world: World) -> None:
    granted = say(
        world, "granted", ask(world), level="limited", sections=["visits"], valid_until="2026-04-01T00:00:00+03:00"
    )
    assert (granted["level"], granted["sections"]) == ("limited", ["visits"])
    assert world.gate.admit(world.doctor, Action.LIST, ANNA, VISIT).summary_only
    world.clock.advance(days=31)
    world.session(world.doctor.person_id, world.doctor.role, world.doctor.member_id)
    with pytest.raises(AccessDeniedError):
        world.gate.admit(world.doctor, Action.LIST, ANNA, VISIT)


@pytest.mark.requirement("ACC-1")
def test_asking_again(world: World) -> None:
    version = ask(world)
    with pytest.raises(AlreadyExistsError):
        ask(world)
    refused = say(world, "refused", version)
    assert ask(world) == refused["version"] + 1
    with pytest.raises(ConsentRequiredError):
        world.consents.request(world.doctor, PersonId("nobody"), level=Level.FULL, sections=(), purpose="treatment")


def test_answers_that_cannot_be(world: World) -> None:
    version = ask(world)
    with pytest.raises(WrongStateError):
        say(world, "revoked", version)
    with pytest.raises(StaleVersionError):
        say(world, "granted", version + 1)
    with pytest.raises(NotFoundError):
        world.consents.answer(world.anna, "nobody", 1, {"state": "granted"})
    for moment in ("2026-03-01T00:00:00+03:00", "2027-12-01T00:00:00+03:00"):
        with pytest.raises(InvalidFieldsError):
            say(world, "granted", version, valid_until=moment)


@pytest.mark.requirement("ACC-2")
def test_grant_and_revocation_at_the_same_moment_have_one_outcome(world: World) -> None:
    granted = say(world, "granted", ask(world))
    world.tables.before_next_commit(lambda: say(world, "revoked", granted["version"]))
    with pytest.raises(StaleVersionError):
        say(world, "granted", granted["version"], level="limited")
    assert world.consents.mine(world.anna, 10, None)[0][0]["state"] == "revoked"
