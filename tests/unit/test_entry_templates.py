"""Templates of entries in a hospital in memory: versions, lists, sharing, drafts, and records with a gap."""

from __future__ import annotations

from typing import Any

import pytest

from chalicelib.domain.access import Action
from chalicelib.domain.entry_templates.scopes import Scope, State
from chalicelib.domain.identity import Actor, Role, system_actor
from chalicelib.errors import (
    AccessDeniedError,
    ConsentRequiredError,
    GapsLeftError,
    IdempotencyKeyReusedError,
    InvalidFieldsError,
    NotFoundError,
    StaleVersionError,
    WrongStateError,
)
from chalicelib.ports.tables import Store
from chalicelib.records.registry import record_type
from chalicelib.services.entry_templates import TemplateDrafts, TemplateKeeping, TemplateList
from chalicelib.services.entry_templates.kinds import kinds_for, readers_of
from chalicelib.services.entry_templates.listing import Wanted
from chalicelib.services.entry_templates.tools import Tools
from tests.world import ANNA, PRESCRIPTION, World

pytestmark = pytest.mark.requirement("UX-3")

BODY = {"examination": "Осмотр терапевта", "findings": "{{allergies}}. Пульс [[ЧСС]].", "conclusion": "[[вывод]]"}
FORM = {"name": "Первичный осмотр", "kind": "examination-protocol", "specialty": "therapy", "body": BODY}
WHOLE = {"doctor_name": "Петров П. П.", "examination": "Осмотр", "conclusion": "Здорова", "follow_up_plan": "Через год"}
PROTOCOL = record_type("examination-protocol")


class TemplateWorld(World):
    def __init__(self) -> None:
        super().__init__()
        self.anna = self.patient()
        self.doctor, self.colleague = self.staff(), self.staff("colleague")
        self.admin = self.staff("admin", Role.ADMINISTRATOR)
        tools = Tools(self.gate, self.tables, self.vault, self.keys, self.clock)
        self.kept, self.listed, self.drafted = TemplateKeeping(tools), TemplateList(tools), TemplateDrafts(tools)

    def template(self, actor: Actor | None = None, **form: Any) -> dict[str, Any]:
        made, _ = self.kept.create(actor or self.doctor, {**FORM, **form}, f"key-{len(self.audit.events)}")
        return made

    def names(self, actor: Actor, **wanted: str) -> list[str]:
        found: list[str] = []
        after: Any = None
        while True:
            items, after = self.listed.page(actor, Wanted(**wanted), 1, after)
            found += [one["name"] for one in items]
            if after is None:
                return found

    def protocol(self, **more: Any) -> dict[str, Any]:
        body = {"occurred_at": self.moment(), **WHOLE, **more}
        record, _ = self.records.create(self.doctor, ANNA, PROTOCOL, body, f"key-{len(self.audit.events)}")
        return record


@pytest.fixture
def world() -> TemplateWorld:
    return TemplateWorld()


def test_every_change_is_a_version_and_an_old_one_comes_back(world: TemplateWorld) -> None:
    made = world.template()
    first, second = made["id"], world.kept.change(world.doctor, made["id"], {**FORM, "name": "Осмотр"}, 1)
    assert (second["version"], second["name"]) == (2, "Осмотр")
    back = world.kept.restore(world.doctor, first, 1, 2)
    assert (back["version"], back["name"], back["body"]) == (3, FORM["name"], BODY)
    versions, rest = world.kept.versions(world.doctor, first, 2, None)
    assert [(one["version"], one["change"], one["name"]) for one in versions] == [
        (3, "restore", FORM["name"]),
        (2, "change", "Осмотр"),
    ]
    assert [one["change"] for one in world.kept.versions(world.doctor, first, 2, rest)[0]] == ["create"]
    with pytest.raises(StaleVersionError):
        world.kept.change(world.doctor, first, FORM, 2)
    with pytest.raises(NotFoundError):
        world.kept.restore(world.doctor, first, 9, 3)
    assert world.names(world.doctor) == [FORM["name"]]


def test_it_is_made_once(world: TemplateWorld) -> None:
    (first, one), (again, two) = (world.kept.create(world.doctor, FORM, "k" * 16) for _ in range(2))
    assert (first["id"], one, two) == (again["id"], False, True)
    with pytest.raises(IdempotencyKeyReusedError):
        world.kept.create(world.doctor, {**FORM, "name": "Другой"}, "k" * 16)
    assert world.names(world.doctor) == [FORM["name"]]


def test_shared_a_step_at_a_time_and_found_where_it_stands(world: TemplateWorld) -> None:
    template_id = world.template()["id"]
    for who in (world.colleague, world.admin):
        assert world.names(who) == []
        with pytest.raises(AccessDeniedError):
            world.kept.read(who, template_id)
    with pytest.raises(AccessDeniedError):
        world.kept.share(world.doctor, template_id, Scope.ORGANISATION, 1)
    world.kept.share(world.doctor, template_id, Scope.DEPARTMENT, 1)
    assert world.names(world.colleague, scope="department") == world.names(world.admin) == [FORM["name"]]
    assert world.names(world.doctor, scope="own") == []
    with pytest.raises(AccessDeniedError):
        world.kept.change(world.colleague, template_id, FORM, 2)
    with pytest.raises(AccessDeniedError):
        world.kept.share(world.colleague, template_id, Scope.OWN, 2)
    shared = world.kept.share(world.admin, template_id, Scope.ORGANISATION, 2)
    assert (shared["scope"], shared["may"]) == ("organisation", {"change": True, "share": ["department"]})
    with pytest.raises(AccessDeniedError):
        world.kept.change(world.doctor, template_id, FORM, 3)
    elsewhere = world.staff("outside", organisation="other")
    assert world.names(elsewhere) == []
    assert world.names(world.colleague) == [FORM["name"]]


def test_lists_are_filtered_and_paged(world: TemplateWorld) -> None:
    world.template(world.admin, name="Клиники: осмотр", specialty="")
    for number in range(3):
        world.template(name=f"Осмотр {number}")
    visit = world.template(name="Приём", kind="visit", body={"reason": "[[повод]]"})
    assert world.names(world.doctor) == ["Приём", "Осмотр 2", "Осмотр 1", "Осмотр 0", "Клиники: осмотр"]
    assert world.names(world.doctor, kind="visit") == ["Приём"]
    assert world.names(world.doctor, text="осмотр 1") == ["Осмотр 1"]
    assert world.names(world.doctor, specialty="therapy", scope="organisation") == []
    world.kept.archive(world.doctor, visit["id"], State.ARCHIVED, 1)
    assert world.names(world.doctor, kind="visit") == []
    assert world.names(world.doctor, state="archived") == ["Приём"]
    with pytest.raises(WrongStateError):
        world.kept.change(world.doctor, visit["id"], {**FORM, "kind": "visit"}, 2)
    world.kept.archive(world.doctor, visit["id"], State.ACTIVE, 2)
    assert world.names(world.doctor, kind="visit") == ["Приём"]


@pytest.mark.parametrize(
    ("form", "field", "code"),
    [
        ({"kind": "prescription"}, "/kind", "kind"),
        ({"kind": "received-allergies"}, "/kind", "kind"),
        ({"kind": "nothing"}, "/kind", "kind"),
        ({"specialty": "magic"}, "/specialty", "unknown"),
        ({"body": {}}, "/body", "not-in-a-template"),
        ({"body": {"occurred_at": "2026-01-01T00:00:00Z"}}, "/body/occurred_at", "not-in-a-template"),
        ({"body": {"related": []}}, "/body/related", "not-in-a-template"),
        ({"body": {"mood": "good"}}, "/body/mood", "extra-forbidden"),
        ({"body": {"findings": 7}}, "/body/findings", "string-type"),
        ({"body": {"diagnoses": [{"text": "Жалоб нет", "code": "[[код]]"}]}}, "/body/diagnoses/0/code", None),
        ({"body": {"sections": {"x": "СНИЛС 112-233-445 95"}}}, "/body/sections/x", "personal-data"),
        ({"name": "Иванова, +7 916 123-45-67"}, "/name", "personal-data"),
    ],
)
def test_what_is_no_template(world: TemplateWorld, form: dict[str, Any], field: str, code: str | None) -> None:
    with pytest.raises(InvalidFieldsError) as told:
        world.template(**form)
    assert any(one.field == field and code in {None, one.code} for one in told.value.fields), told.value.fields
    assert "112" not in str(told.value.fields)


def test_nothing_of_it_can_be_read_in_the_tables(world: TemplateWorld) -> None:
    world.template(name="Секретное название", body={"findings": "Секретный текст"})
    stored = repr([{**row, "sealed": b""} for row in world.tables.rows(Store.CARD).values()])
    assert "Секретн" not in stored


def test_a_draft_reads_what_its_placeholders_name_and_no_more(world: TemplateWorld) -> None:
    world.consent(world.doctor)
    body = {"occurred_at": world.moment(), "substance": "Мёд", "category": "food"}
    world.records.create(world.anna, ANNA, record_type("allergy"), body, "a" * 16)
    template_id = world.template()["id"]
    draft = world.drafted.draft(world.doctor, ANNA, template_id, "ru")
    assert draft["body"]["findings"] == "Мёд. Пульс [[ЧСС]]."
    (source,) = draft["sources"]
    assert (source["field"], source["kind"], source["value"]) == ("/findings", "allergy", "Мёд")
    assert {(one["field"], one["name"]) for one in draft["gaps"]} == {("/findings", "ЧСС"), ("/conclusion", "вывод")}
    assert "/follow_up_plan" in draft["missing"]
    (entry,) = world.entries("entry-template:fill")
    assert entry.details["kinds"] == "allergy received-allergies"


def test_what_the_consent_closes_is_a_gap_and_is_not_read(world: TemplateWorld) -> None:
    world.consent(world.doctor, sections=("protocols",))
    template_id = world.template(body={"findings": "{{age}}, {{allergies}}, {{medication}}"})["id"]
    draft = world.drafted.draft(world.doctor, ANNA, template_id, "ru")
    assert draft["sources"] == []
    assert [one["why"] for one in draft["unfilled"]] == ["closed"] * 3
    assert draft["body"]["findings"].count("[[") == 3
    assert world.entries("entry-template:fill")[0].details["kinds"] == ""


def test_no_draft_without_a_right(world: TemplateWorld) -> None:
    template_id = world.template()["id"]
    with pytest.raises(ConsentRequiredError):
        world.drafted.draft(world.doctor, ANNA, template_id, "ru")
    world.consent(world.colleague)
    with pytest.raises(AccessDeniedError):  # it is another's own
        world.drafted.draft(world.colleague, ANNA, template_id, "ru")
    world.consent(world.doctor)
    world.kept.archive(world.doctor, template_id, State.ARCHIVED, 1)
    with pytest.raises(WrongStateError):
        world.drafted.draft(world.doctor, ANNA, template_id, "ru")


def test_a_protocol_with_a_gap_is_not_stored_nor_amended(world: TemplateWorld) -> None:
    world.consent(world.doctor)
    with pytest.raises(GapsLeftError) as told:
        world.protocol(findings="Пульс [[ЧСС]]", diagnoses=[{"code": "I10", "text": "[[диагноз]]"}])
    assert [(one.field, one.code) for one in told.value.fields] == [
        ("/findings", "gap"),
        ("/diagnoses/0/text", "gap"),
    ]
    record = world.protocol(findings="Пульс 72")
    body = {**record["body"], "conclusion": "[[вывод]]"}
    with pytest.raises(GapsLeftError):
        world.records.amend(world.doctor, ANNA, PROTOCOL, record["id"], body, 1)
    told_early = world.entry_checks.look(PROTOCOL, body, ())
    assert (told_early["storable"], told_early["problems"][0]["field"]) == (False, "/conclusion")


def test_a_patient_writes_none_either_so_that_a_doctor_can_confirm_it(world: TemplateWorld) -> None:
    body = {"occurred_at": world.moment(), "substance": "[[что]]", "category": "food"}
    with pytest.raises(GapsLeftError):
        world.records.create(world.anna, ANNA, record_type("allergy"), body, "a" * 16)


def test_what_a_system_brings_is_stored_as_it_says(world: TemplateWorld) -> None:
    """What connected sources and partners say is theirs to correct: the same door lets it through."""
    body = {"occurred_at": world.moment(), **WHOLE, "findings": "[[x]]"}
    visit = {"occurred_at": world.moment(), "doctor_name": "Петров П. П.", "reason": "[[x]]"}
    gather = system_actor("gather")
    draft = world.drafts.draft(gather, Action.CREATE, ANNA, record_type("visit"), world.gate.new_id(), visit, version=1)
    assert draft.row["kind"] == "visit"
    assert [one["field"] for one in world.entry_checks.look(PROTOCOL, body, ())["problems"]] == ["/findings"]


def test_a_prescription_with_a_gap_is_not_signed(world: TemplateWorld) -> None:
    world.consent(world.doctor)
    body: dict[str, Any] = {**PRESCRIPTION, "occurred_at": world.moment()}
    body["drugs"] = [{**body["drugs"][0], "dosage": "по [[сколько]] таблетке"}]
    with pytest.raises(GapsLeftError):
        world.prescriptions.issue(world.doctor, ANNA, body, "p" * 16)


def test_who_fills_what() -> None:
    doctors, nurses = ({spec.name for spec in kinds_for(role)} for role in (Role.DOCTOR, Role.NURSE))
    assert "examination-protocol" in doctors - nurses
    assert nurses | doctors == {spec.name for spec in kinds_for(Role.ADMINISTRATOR)}
    assert readers_of("allergies") == ["doctor", "nurse"]
    choices = TemplateDrafts.choices(Role.DOCTOR, "ru")
    assert {one["name"] for one in choices["kinds"]} == doctors
    (result,) = [one for one in choices["placeholders"] if one["name"] == "result"]
    assert result["reads"] == [{"kind": "laboratory-result", "label": "Результат анализа"}]
