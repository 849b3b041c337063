"""Links of a record show no record that whoever reads may not open, and stay when somebody amends who sees not all."""

from __future__ import annotations

import json
from collections.abc import Callable
from contextlib import suppress
from functools import partial
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from chalicelib.domain.access import Level
from chalicelib.domain.identity import Actor
from chalicelib.domain.links import hidden_links, with_open_links
from chalicelib.errors import ConsentRequiredError
from chalicelib.records.examination import EXAMINATION_PROTOCOL, VISIT
from chalicelib.records.laboratory import LABORATORY_RESULT
from chalicelib.records.observation import ALLERGY
from chalicelib.records.overview import KINDS, OVERVIEW
from chalicelib.records.registry import RECORD_TYPES, SECTIONS, record_type
from tests.exports_world import ExportsWorld
from tests.search_world import Searching
from tests.world import ANNA, PROTOCOL

pytestmark = pytest.mark.requirement("ACC-4", "SEC-2")

AT = "2026-02-20T08:00:00+03:00"
BODIES: dict[str, dict[str, Any]] = {
    VISIT.name: {
        "occurred_at": AT,
        "doctor_name": PROTOCOL["doctor_name"],
        "reason": "Осмотр",
        "complaints": "Нет",
        "examination": "Норма",
        "diagnoses": [],
        "related": [],
    },
    EXAMINATION_PROTOCOL.name: {**PROTOCOL, "related": []},
    LABORATORY_RESULT.name: {
        "occurred_at": AT,
        "laboratory": "КДЛ",
        "category": "blood",
        "panel": "Глюкоза",
        "status": "final",
        "values": [{"name": "Глюкоза", "value": "5.1", "unit": "mmol/L"}],
        "related": [],
    },
}
ALLERGIC = {
    "occurred_at": AT,
    "substance": "Пенициллин",
    "kind": "drug",
    "criticality": "high",
    "clinical_status": "active",
    "verification_status": "confirmed",
}


class Linked(Searching):
    """Records of three kinds on Anna's card, each of which leads to all others and to an allergy."""

    def __init__(self) -> None:
        super().__init__()
        self.readers = 0
        self.ids = {ALLERGY.name: self.write(ALLERGY, ALLERGIC)}
        self.ids |= {name: self.write(record_type(name), body) for name, body in BODIES.items()}
        for name, body in BODIES.items():
            links = [{"kind": kind, "id": one} for kind, one in self.ids.items() if kind != name]
            linked = {**body, "related": links}
            self.records.amend(self.doctor, ANNA, record_type(name), self.ids[name], linked, 1)
        self.react()

    def reader(self, sections: tuple[str, ...], level: Level = Level.FULL) -> Actor:
        self.readers += 1
        reader = self.staff(f"reader-{self.readers}")
        self.consent(reader, level=level, sections=sections)
        return reader

    def everything(self, reader: Actor) -> str:
        """All that a reader is answered, as one text."""
        asks: list[Callable[[], Any]] = [
            partial(self.found_by, reader, word) for word in ("Петров", "Глюкоза", "Пенициллин")
        ]
        for name, record_id in self.ids.items():
            spec = record_type(name)
            asks += [
                partial(self.records.read, reader, ANNA, spec, record_id),
                partial(self.records.history, reader, ANNA, spec, record_id),
                partial(self.records.page, reader, ANNA, spec, limit=10, after=None),
            ]
        asks.append(partial(self.records.overview, reader, ANNA, OVERVIEW, [record_type(kind) for kind in KINDS]))
        answers = []
        for ask in asks:
            with suppress(ConsentRequiredError):
                answers.append(ask())
        return json.dumps(answers, default=str)

    def found_by(self, reader: Actor, word: str) -> list[Any]:
        return list(self.pages(word, reader))


@pytest.fixture(scope="module")
def world() -> Linked:
    return Linked()


@settings(deadline=None)
@given(
    sections=st.lists(st.sampled_from(SECTIONS), min_size=1, max_size=4, unique=True).map(tuple),
    level=st.sampled_from(Level),
)
def test_no_answer_has_an_id_of_a_closed_section(world: Linked, sections: tuple[str, ...], level: Level) -> None:
    said = world.everything(world.reader(sections, level))
    for kind, record_id in world.ids.items():
        if record_type(kind).section not in sections:
            assert record_id not in said


def test_who_may_open_all_sees_all_links(world: Linked) -> None:
    others = {kind for kind in world.ids if kind != VISIT.name}
    for reader in (world.doctor, world.anna):
        found = world.records.read(reader, ANNA, VISIT, world.ids[VISIT.name])["body"]["related"]
        assert {link["kind"] for link in found} == others


@given(
    links=st.lists(
        st.fixed_dictionaries({"kind": st.sampled_from([s.name for s in RECORD_TYPES]), "id": st.text(max_size=3)})
    ),
    kinds=st.frozensets(st.sampled_from([s.name for s in RECORD_TYPES])),
)
def test_a_link_is_either_open_or_hidden(links: list[dict[str, str]], kinds: frozenset[str]) -> None:
    body = {"related": links, "x": 1}
    shown = with_open_links(body, kinds)
    assert shown["x"] == 1
    assert len(shown["related"]) + len(hidden_links(body, kinds)) == len(links)
    assert {link["kind"] for link in shown["related"]} <= kinds
    assert with_open_links({"x": 1}, kinds) == {"x": 1}


def test_hidden_links_stay_when_somebody_amends_who_sees_not_all() -> None:
    world = Linked()
    reader, record_id = world.reader((VISIT.section,)), world.ids[VISIT.name]
    seen = world.records.read(reader, ANNA, VISIT, record_id)
    made = world.records.amend(reader, ANNA, VISIT, record_id, {**seen["body"], "reason": "Иначе"}, 2)
    assert {link["kind"] for link in made["body"]["related"]} == {link["kind"] for link in seen["body"]["related"]}
    whole = world.records.read(world.anna, ANNA, VISIT, record_id)["body"]
    assert whole["reason"] == "Иначе"
    assert {link["kind"] for link in whole["related"]} == set(world.ids) - {VISIT.name}
    entries = [entry.action for entry in world.audit.events][-4:]
    assert entries == ["visit:read", "visit:read", "visit:amend", "visit:read"]


@pytest.mark.requirement("DOC-1")
def test_an_export_of_a_part_leads_to_that_part_alone_but_for_the_patient() -> None:
    world = ExportsWorld()
    world.open()
    visit = world.records.create(world.doctor, ANNA, VISIT, BODIES[VISIT.name], "key-visit-0123456789")[0]["id"]
    body = {**BODIES[LABORATORY_RESULT.name], "related": [{"kind": VISIT.name, "id": visit}]}
    world.records.create(world.doctor, ANNA, LABORATORY_RESULT, body, "key-result-0123456789")
    part = {"sections": (LABORATORY_RESULT.section,)}
    for who, shown in ((world.doctor, False), (world.anna, True)):
        export_id = world.order(who, **part)
        world.made(who, export_id)
        assert (visit.encode() in world.file(who, export_id)) is shown
