"""A change that looks at what stood before: reading it has an entry of its own, stored before anything is opened."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from chalicelib.domain.access import Permit
from chalicelib.errors import AuditUnavailableError, UnavailableError
from chalicelib.ports import Sealed
from chalicelib.records.examination import EXAMINATION_PROTOCOL
from chalicelib.records.laboratory import LABORATORY_RESULT
from tests.result_world import ResultWorld, value
from tests.world import ANNA, PROTOCOL

pytestmark = pytest.mark.requirement("AUD-1")

Change = Callable[[ResultWorld], Callable[[], Any]]


@pytest.fixture
def world(monkeypatch: pytest.MonkeyPatch) -> ResultWorld:
    made = ResultWorld()
    made.opened = []
    open_ = made.vault.open

    def watched(permit: Permit, sealed: Sealed) -> bytes:
        made.opened.append((permit.kind, permit.entry_id in dict(made.audit.entries)))
        return open_(permit, sealed)

    monkeypatch.setattr(made.vault, "open", watched)
    return made


def amendment(world: ResultWorld) -> Callable[[], Any]:
    body = world.body(value("Калий", "4.2", "mmol/L"), panel="Электролиты")
    made = world.records.create(world.doctor, ANNA, LABORATORY_RESULT, body, world.key())[0]
    changed = {**body, "laboratory": "КДЛ № 2"}
    return lambda: world.records.amend(world.doctor, ANNA, LABORATORY_RESULT, made["id"], changed, 1)


def edit(world: ResultWorld) -> Callable[[], Any]:
    (draft,) = world.drafts_of(world.result(value("ТТГ", "9.8", "m[IU]/L", low="0.4", high="4.0")), "referral")
    return lambda: world.drafting.edit(world.doctor, ANNA, draft["id"], draft["body"], 1)


CHANGES = pytest.mark.parametrize(
    ("change", "kind", "verb"),
    [(amendment, "laboratory-result", "amend"), (edit, "result-draft", "amend")],
    ids=["amendment", "edit-of-a-draft"],
)


@CHANGES
def test_the_entry_stands_before_old_content_is_opened(
    world: ResultWorld, change: Change, kind: str, verb: str
) -> None:
    make = change(world)
    world.opened.clear()
    entries = len(world.audit.entries)
    make()
    assert world.opened == [(kind, True)]
    assert [event.action for event in world.audit.events[entries:]] == [f"{kind}:read", f"{kind}:{verb}"]


@CHANGES
def test_without_that_entry_nothing_is_opened_and_nothing_changed(
    world: ResultWorld, change: Change, kind: str, verb: str
) -> None:
    make = change(world)
    world.opened.clear()
    world.audit.fail_next()
    with pytest.raises(AuditUnavailableError):
        make()
    assert world.opened == []
    assert not world.entries(f"{kind}:{verb}")


@CHANGES
def test_a_change_that_is_lost_leaves_the_entry_of_what_was_read(
    world: ResultWorld, change: Change, kind: str, verb: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    make = change(world)
    before = len(world.entries(f"{kind}:read"))
    commit = world.gate.commit

    def lost(*_: object, **__: object) -> None:
        raise UnavailableError

    monkeypatch.setattr(world.gate, "commit", lost)
    with pytest.raises(UnavailableError):
        make()
    monkeypatch.setattr(world.gate, "commit", commit)
    assert len(world.entries(f"{kind}:read")) == before + 1
    assert not world.entries(f"{kind}:{verb}")


def test_an_amendment_that_looks_at_nothing_has_one_entry(world: ResultWorld) -> None:
    made = world.records.create(world.doctor, ANNA, EXAMINATION_PROTOCOL, PROTOCOL, world.key())[0]
    world.opened.clear()
    entries = len(world.audit.entries)
    world.records.amend(world.doctor, ANNA, EXAMINATION_PROTOCOL, made["id"], PROTOCOL, 1)
    assert world.opened == []
    assert [event.action for event in world.audit.events[entries:]] == ["examination-protocol:amend"]
