"""Search of a card: found by any case of a word, by whoever may list it, and by nothing that holds no more."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from chalicelib.domain.access import Action, Level
from chalicelib.domain.identity import Role
from chalicelib.domain.search.wanted import Asked
from chalicelib.errors import (
    AccessDeniedError,
    AuditUnavailableError,
    ConsentRequiredError,
    InvalidFieldsError,
    NotFoundError,
)
from chalicelib.ports import keys
from chalicelib.ports.tables import Delete, Store
from chalicelib.records.examination import EXAMINATION_PROTOCOL, VISIT
from chalicelib.records.laboratory import LABORATORY_RESULT
from chalicelib.records.observation import ALLERGY
from chalicelib.records.registry import RECORD_TYPES, record_type
from chalicelib.records.search import SEARCH
from tests.search_world import RESULT, Searching
from tests.world import ANNA, BORIS, PRESCRIPTION, PROTOCOL


@pytest.fixture
def world() -> Searching:
    return Searching()


@pytest.mark.requirement("REC-11")
@pytest.mark.parametrize(
    "asked",
    ["бронхит", "бронхита", "БРОНХИТОМ", "острые бронхиты", "неделя", "терапевта", "Петрова Петра", "осмотр, бронхит!"],
)
def test_a_record_is_found_in_any_case_of_its_words(world: Searching, asked: str) -> None:
    made = world.write()
    world.write(conclusion="Здорова")
    world.react()
    expected = {"неделя", "терапевта", "Петрова Петра"}
    assert world.found(asked)[-1 if asked in expected else 0] == made
    assert len(world.found(asked)) == (2 if asked in expected else 1)


@pytest.mark.requirement("REC-11")
def test_words_codes_dates_doctors_kinds_and_sections_narrow_a_search(world: Searching) -> None:
    diagnoses = [{"code": "J45.0", "text": "Астма с преобладанием аллергического компонента"}]
    protocol = world.write(diagnoses=diagnoses)
    result = world.write(LABORATORY_RESULT, RESULT)
    world.react()
    assert world.found("J45.0") == world.found("j45") == world.found("астмы аллергической") == [protocol]
    assert world.found("анемия") == world.found("гемоглобина крови") == [result]
    assert world.found("анемия бронхит") == []
    assert world.found(doctor="петров") == [protocol, result]  # the result names no doctor; who wrote it is known
    assert world.found(doctor="Сидоров") == []
    assert world.found(kinds=("laboratory-result",)) == world.found(sections=("results",)) == [result]
    assert world.found(kinds=("laboratory-result",), sections=("protocols",)) == []
    assert world.found(since="2026-02-21") == [protocol]
    assert world.found(until="2026-02-20") == [result]
    assert world.found(since="2026-02-21", until="2026-02-28") == []
    assert world.found(
        "кровь", since="2026-02-20", until="2026-02-20", doctor="Пётр", kinds=("laboratory-result",)
    ) == [result]


def test_a_measured_value_and_a_hidden_field_find_nothing(world: Searching) -> None:
    world.write(LABORATORY_RESULT, RESULT)
    world.react()
    assert world.found("131") == []
    assert world.found("blood") != []  # a closed list is found by its words, in both languages


@pytest.mark.requirement("REC-11")
def test_a_hit_shows_its_summary_and_no_more(world: Searching) -> None:
    made = world.write()
    world.react()
    [[hit]] = world.pages("бронхит")
    assert hit == {
        "id": made,
        "kind": "examination-protocol",
        "label": "Протокол осмотра",
        "occurred_at": "2026-03-01T07:00:00.000Z",
        "version": 1,
        "source": "staff",
        "summary_only": False,
        "summary": {n: PROTOCOL[n] for n in ("occurred_at", "doctor_name", "examination", "conclusion")},
    }


@pytest.mark.requirement("REC-11", "RX-1")
def test_a_hit_says_how_a_prescription_stands_today(world: Searching) -> None:
    world.prescriptions.issue(world.doctor, ANNA, dict(PRESCRIPTION), "rx-" + "0" * 20)
    world.react()
    found = []
    for _ in range(2):
        [[hit]] = world.pages(actor=world.anna, kinds=("prescription",))
        record = world.records.read(world.anna, ANNA, record_type("prescription"), hit["id"])
        found.append((hit["status"]["state"], hit["status"] == record["status"]))
        world.clock.advance(days=400)
        world.session(ANNA, Role.PATIENT)
    assert found == [("active", True), ("expired", True)]


@pytest.mark.requirement("REC-11", "AUD-1")
def test_one_entry_a_search_without_its_words_and_before_any_data(world: Searching) -> None:
    world.write()
    world.react()
    world.found("бронхит")
    before = len(world.audit.events)
    assert world.found("бронхит")
    [entry] = world.audit.events[before:]
    assert (entry.action, entry.subject, entry.outcome) == ("search:list", ANNA, "success")
    assert "бронх" not in str(entry)
    world.audit.fail_next()
    with pytest.raises(AuditUnavailableError):
        world.found("бронхит")


@pytest.mark.requirement("REC-11", "ACC-3")
def test_limited_consent_finds_by_summaries_alone(world: Searching) -> None:
    nurse = world.staff("nurse", Role.NURSE)
    world.consent(nurse, level=Level.LIMITED)
    made = world.write(findings="Хрипы в лёгких")
    world.react()
    assert world.found("хрипы") == [made]
    assert world.found("хрипы", nurse) == []
    [[hit]] = world.pages("бронхит", nurse)
    assert hit["summary_only"] is True
    assert "findings" not in hit["summary"]


@pytest.mark.requirement("REC-11", "ACC-3")
def test_limited_consent_finds_by_no_doctor_whom_the_summary_does_not_name(world: Searching) -> None:
    nurse = world.staff("nurse", Role.NURSE)
    world.consent(nurse, level=Level.LIMITED)
    protocol, result = world.write(), world.write(LABORATORY_RESULT, RESULT)
    world.react()
    assert world.found(doctor="петров") == [protocol, result]
    assert world.found(doctor="петров", actor=nurse) == [protocol]
    assert world.found("бронхит", nurse, doctor="Пётр Петров") == [protocol]
    assert world.found("бронхит", nurse, doctor="Сидоров") == []


@pytest.mark.requirement("REC-11", "ACC-2")
def test_only_what_the_caller_may_list_is_found(world: Searching) -> None:
    narrow, stranger = world.staff("narrow"), world.staff("stranger")
    world.consent(narrow, sections=["results"])
    protocols = [world.write(conclusion="Анемия") for _ in range(5)]
    result = world.write(LABORATORY_RESULT, RESULT)
    world.react()
    assert set(world.found("анемия")) == {*protocols, result}
    assert world.found("анемия", narrow) == [result]
    assert world.found("анемия", narrow, limit=1) == [result]
    assert world.found("анемия", narrow, kinds=("examination-protocol",)) == []
    assert world.found("анемия", world.anna) == world.found("анемия")
    with pytest.raises(ConsentRequiredError):
        world.found("анемия", stranger)
    with pytest.raises(NotFoundError):
        world.found("анемия", world.patient(BORIS))
    with pytest.raises(AccessDeniedError):
        world.found("анемия", world.staff("desk", Role.REGISTRAR))


def test_a_cursor_names_no_record_that_its_owner_may_not_list(world: Searching) -> None:
    narrow = world.staff("narrow")
    world.consent(narrow, sections=["results"])
    shown = [world.write(LABORATORY_RESULT, RESULT, occurred_at=f"2026-02-{n:02d}T08:00:00Z") for n in (3, 5, 7)]
    hidden = [world.write(conclusion="Анемия", occurred_at=f"2026-02-{n:02d}T08:00:00Z") for n in (2, 4, 6)]
    world.react()
    _, after = world.search.search(narrow, ANNA, Asked("анемия"), "ru", limit=1, after=None)
    assert not any(record_id in str(after) for record_id in hidden)
    assert world.found("анемия", narrow, limit=1) == shown[::-1]


def test_who_may_search_is_who_may_list_anything() -> None:
    search_below_fhir = {Role.CLINICAL_SYSTEM, Role.LABORATORY, Role.APPLICATION}
    listers = {role for spec in RECORD_TYPES for role in spec.grants.get(Action.LIST, ())}
    assert SEARCH.grants[Action.LIST] == listers - search_below_fhir


def test_every_kind_of_record_is_indexed_whoever_writes_it() -> None:
    assert all("index_record" in spec.reactions for spec in RECORD_TYPES)
    services = Path(keys.__file__).parents[2] / "services"
    past = [path.name for path in services.rglob("*.py") if ".after_write" in path.read_text("utf-8")]
    assert past == []  # a version without this reaction would be found no more


@pytest.mark.requirement("REC-11")
def test_an_amended_record_is_found_by_its_newest_version_alone(world: Searching) -> None:
    made = world.write()
    world.react()
    world.records.amend(world.doctor, ANNA, EXAMINATION_PROTOCOL, made, {**PROTOCOL, "conclusion": "Ринит"}, 1)
    assert world.found("бронхит") == []  # from the amendment on, not from the next reaction on
    assert world.found("ринит") == []
    world.react()
    assert world.found("ринита") == [made]
    moved = {**PROTOCOL, "conclusion": "Ринит", "occurred_at": "2026-01-10T10:00:00Z"}
    world.records.amend(world.doctor, ANNA, EXAMINATION_PROTOCOL, made, moved, 2)
    world.react()
    assert world.found("ринит", until="2026-01-31") == [made]
    assert world.found("ринит", since="2026-02-01") == []
    assert all("#2026-01-10T" in sk for sk in world.postings())


@pytest.mark.requirement("REC-11")
def test_until_its_reaction_an_amended_record_is_found_by_what_it_still_says(world: Searching) -> None:
    made = world.write()
    world.react()
    world.records.amend(world.doctor, ANNA, EXAMINATION_PROTOCOL, made, {**PROTOCOL, "conclusion": "Ринит"}, 1)
    assert world.found("терапевт") == world.found(doctor="Петров") == [made]
    assert world.found(kinds=("examination-protocol",)) == [made]
    assert world.found("терапевт бронхит") == []
    moved = {**PROTOCOL, "occurred_at": "2026-01-10T10:00:00Z"}
    world.records.amend(world.doctor, ANNA, EXAMINATION_PROTOCOL, made, moved, 2)
    assert world.found("терапевт") == []  # it stands at another place now
    world.react()
    assert world.found("терапевт") == world.found("бронхит") == [made]


def test_a_record_that_is_gone_leaves_the_page_whole(world: Searching) -> None:
    made = [world.write(occurred_at=f"2026-02-{n:02d}T08:00:00Z") for n in range(1, 10)]
    world.react()
    world.tables.commit([Delete(keys.record(ANNA, "examination-protocol", made[4]))])
    pages = [[hit["id"] for hit in page] for page in world.pages("бронхит", limit=3)]
    expected = [one for one in made[::-1] if one != made[4]]
    assert [one for page in pages for one in page] == expected
    assert [len(page) for page in pages] == [3, 3, 2]


@pytest.mark.requirement("REC-11")
@pytest.mark.parametrize(
    ("asked", "field", "code"),
    [
        ({}, "/text", "missing"),
        ({"text": "  "}, "/text", "missing"),
        ({"text": "и на не"}, "/text", "no-words"),
        ({"text": "<>&;"}, "/text", "no-words"),
        ({"text": "я" * 300}, "/text", "word-too-long"),
        ({"text": "один два три четыре пять шесть семь восемь девять"}, "/text", "too-many-words"),
        ({"doctor": "П. П."}, "/doctor", "no-words"),
        ({"since": "2026-02-02", "until": "2026-02-01"}, "/to", "order"),
        ({"since": "yesterday"}, "/from", "format"),
        ({"kinds": ("visit", "horoscope")}, "/kinds/1", "choice"),
        ({"sections": ("results", "")}, "/sections/1", "choice"),
    ],
    ids=lambda value: str(value)[:24],
)
def test_bad_questions_name_their_field_and_quote_nothing(world: Searching, asked: Any, field: str, code: str) -> None:
    with pytest.raises(InvalidFieldsError) as raised:
        world.found(**asked)
    assert [(problem.field, problem.code) for problem in raised.value.fields] == [(field, code)]
    assert all(str(value) not in str(raised.value.fields) for value in asked.values() if value)


@pytest.mark.requirement("SEC-1")
def test_nothing_of_a_word_stands_in_the_store_and_cards_share_no_token(world: Searching) -> None:
    world.write()
    boris = world.patient(BORIS)
    world.consent(world.doctor, BORIS)
    world.records.create(world.doctor, BORIS, EXAMINATION_PROTOCOL, PROTOCOL, "key-of-boris-0001")
    world.react()
    assert world.search.search(boris, BORIS, Asked("бронхит"), "ru", limit=5, after=None)[0]
    assert "бронх".encode() not in world.tables.raw_bytes()
    tokens = {
        who: {
            key.sk[:12]
            for key in world.tables.rows(Store.CARD)
            if key.pk == keys.search_index(who) and "#2026" in key.sk
        }
        for who in (ANNA, BORIS)
    }
    assert tokens[ANNA]
    assert not tokens[ANNA] & tokens[BORIS]


def test_an_allergy_and_a_visit_are_found_too(world: Searching) -> None:
    allergy = world.write(
        ALLERGY, {"occurred_at": "2026-02-01T00:00:00Z", "substance": "Пенициллин", "category": "drug"}
    )
    visit = world.write(
        VISIT, {"occurred_at": "2026-02-02T00:00:00Z", "doctor_name": "Орлова Вера", "reason": "Сыпь после пенициллина"}
    )
    world.react()
    assert world.found("пенициллином") == [visit, allergy]
    assert world.found("сыпи", doctor="орлова") == [visit]
