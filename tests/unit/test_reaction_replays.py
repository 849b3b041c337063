"""Every reaction that a kind of record names, killed, repeated, run twice at once and replayed: nothing is made twice.

What was made is counted: rows of the card by what they are, printed documents, announcements.
"""

from __future__ import annotations

from collections import Counter
from contextlib import suppress
from typing import Any

import pytest

from chalicelib.errors import MedkartaError, OutcomeUnknownError, UnavailableError
from chalicelib.ports import keys
from chalicelib.ports.tables import Store
from chalicelib.records.examination import EXAMINATION_PROTOCOL
from chalicelib.records.medication import MEDICATION_STATEMENT
from chalicelib.records.observation import VITAL_SIGN
from chalicelib.records.registry import RECORD_TYPES
from chalicelib.records.spec import RecordType
from chalicelib.records.vaccination import CERTIFICATE
from tests.reminder_world import statement
from tests.vaccination_world import VaccinationWorld
from tests.vital_world import body
from tests.world import ANNA, PROTOCOL

pytestmark = pytest.mark.requirement("REC-3")

WHERE: dict[str, RecordType] = {
    "index_record": EXAMINATION_PROTOCOL,
    "count_record": EXAMINATION_PROTOCOL,
    "issue_document": EXAMINATION_PROTOCOL,
    "notify_patient": EXAMINATION_PROTOCOL,
    "plan_reminder": MEDICATION_STATEMENT,
    "check_vital_sign": VITAL_SIGN,
    "issue_vaccination_certificate": CERTIFICATE,
}
"""A kind that names the reaction: one of each, for what a reaction does depends on no kind."""
ELSEWHERE = {"count_order"}
"""Counts an order when it is done: tests/unit/test_load.py repeats, delays and cuts off its runs."""
FAULTS = ("audit", "vault", "files", "tables", "commit", "lost-reply")


class Once(VaccinationWorld):
    """A record whose reactions have not run, and everything that they leave."""

    def __init__(self, name: str) -> None:
        super().__init__()
        self.name, self.spec = name, WHERE[name]
        self.record_id = self._written()

    def _written(self) -> str:
        if self.spec is CERTIFICATE:
            self.given("mmr", "2026-02-01")
            self.pump()
            return str(self.certificate()["id"])
        return str(self.records.create(self.doctor, ANNA, self.spec, self.body(1), self.key())[0]["id"])

    def body(self, version: int) -> dict[str, Any]:
        if self.spec is VITAL_SIGN:
            return body("pulse", self.clock(), f"{200 + version}")
        if self.spec is MEDICATION_STATEMENT:
            return statement(times=[f"{8 + version:02}:00"])
        return {**PROTOCOL, "conclusion": f"Бронхит {version}"}

    @property
    def image(self) -> dict[str, Any]:
        return dict(self.row(keys.record(ANNA, self.spec.name, self.record_id)))

    def react(self, image: dict[str, Any]) -> bool:
        return self.reactions.run(self.name, image)

    def retried(self, image: dict[str, Any]) -> None:
        """As the stream does: again while it fails."""
        for _ in range(9):
            try:
                self.react(image)
            except MedkartaError:
                continue
            return
        raise AssertionError("it never succeeds")

    def made(self) -> Counter[str]:
        """What stands there: a word a thing, however its random id is."""
        there = list(self.tables.rows(Store.CARD))
        rows = Counter(f"{key.pk.partition('#')[0]}|{key.sk.partition('#')[0]}" for key in there if key.pk[:2] != "S#")
        words = Counter("words of the search" for key in there if key.pk[:2] == "S#")
        told = Counter({f"told {event}": n for event, n in Counter(e for _, e, _ in self.notifier.published).items()})
        named = [row["place"] for row in self.tables.rows(Store.CARD).values() if "place" in row]
        assert set(named) <= self.files.objects.keys()
        files = Counter({"files": len(named)})  # a try that lost leaves ciphertext that nothing names
        return rows + words + told + files


def clean(name: str) -> Counter[str]:
    """After one run that nothing disturbed."""
    world = Once(name)
    before = world.made()
    assert world.react(world.image)
    assert world.made() - before, "the reaction does something, or this shows nothing"
    return world.made()


def test_every_reaction_of_the_registry_is_looked_at() -> None:
    named = {name for spec in RECORD_TYPES for name in spec.reactions}
    assert named == set(WHERE) | ELSEWHERE
    assert all(name in spec.reactions for name, spec in WHERE.items())


@pytest.mark.parametrize("fault", FAULTS)
@pytest.mark.parametrize("name", sorted(WHERE))
def test_killed_and_tried_again(name: str, fault: str) -> None:
    world = Once(name)
    if fault == "commit":
        world.tables.fail_next_commit()
    elif fault == "lost-reply":
        world.tables.lose_reply_next()
    else:
        getattr(world, fault).fail_next()
    with suppress(UnavailableError, OutcomeUnknownError):
        world.react(world.image)
    world.retried(world.image)
    assert world.made() == clean(name)


@pytest.mark.parametrize("name", sorted(WHERE))
def test_twice_at_once(name: str) -> None:
    world = Once(name)
    image = world.image
    world.tables.before_next_commit(lambda: world.retried(image))
    world.retried(image)
    assert world.react(image) is False
    assert world.made() == clean(name)


@pytest.mark.parametrize("name", sorted(WHERE))
def test_replayed_after_it_was_done(name: str) -> None:
    world = Once(name)
    image = world.image
    world.retried(image)
    world.pump()
    made, entries = world.made(), len(world.audit.events)
    for _ in range(3):
        assert world.react(image) is False
    assert (world.made(), len(world.audit.events)) == (made, entries)


@pytest.mark.parametrize("late", [False, True], ids=["replayed", "late"])
@pytest.mark.parametrize("name", sorted(name for name, spec in WHERE.items() if spec.process is None))
def test_an_earlier_version_that_comes_after_an_amendment(name: str, *, late: bool) -> None:
    """Replayed it changes nothing; late it may still tell that there was one, and makes nothing twice either."""
    world = Once(name)
    first = world.image
    if not late:
        world.retried(first)
    world.records.amend(world.doctor, ANNA, world.spec, world.record_id, world.body(2), 1)
    second = world.image
    world.retried(second)
    if late:
        world.retried(first)
    made = world.made()
    for image in (first, second, first):
        assert world.react(image) is False
    assert world.made() == made
