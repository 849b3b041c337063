"""Every kind of record as resources of R4, and back: valid, and nothing lost but what is named here (PRT-1)."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from chalicelib.domain.exact_json import dumps, loads
from chalicelib.domain.resource_ids import CODES, resource_id_of
from chalicelib.domain.resources import SERVED
from chalicelib.interop.mapping import mapper
from chalicelib.interop.mapping.forms import FORMS, TYPES
from chalicelib.interop.mapping.placing import checked
from chalicelib.interop.mapping.rules import Unfit
from chalicelib.interop.mapping.table_mapper import TableMapper
from chalicelib.interop.r4 import validator
from chalicelib.records.registry import RECORD_TYPES, record_type
from tests.effort import tried
from tests.unit.mapping_samples import PATIENT, bodies, record, varied

pytestmark = pytest.mark.requirement("PRT-1")

NOW = datetime(2027, 1, 10, 12, 0, tzinfo=UTC)
MAPPER = TableMapper(lambda: NOW)
BODIES = bodies()
NATIVE = [spec.name for spec in RECORD_TYPES if spec.process != "resources"]
LOST = {"related": [], "attachments": []}
"""Fields that name what lies in one card: other records, files. They are not taken back, and they are empty then."""
OF_A_PROCESS = {"prescription", "observation-series", "vaccination-certificate", "visit-form", "attached-document"}
"""Kinds that no resource becomes; why, each form says."""


def resources(kind: str, body: dict[str, Any], **more: Any) -> list[dict[str, Any]]:
    """As they are read by whoever gets them: through their text."""
    made: list[dict[str, Any]] = loads(dumps(MAPPER.shown(PATIENT, record(kind, body, **more))))
    return made


def test_every_kind_has_a_form_of_the_type_that_the_registry_names() -> None:
    assert set(NATIVE) == set(FORMS) == set(BODIES)
    assert {name: record_type(name).fhir_resource for name in NATIVE} == dict(TYPES)
    assert {kind for kind, form in FORMS.items() if form.kept} == OF_A_PROCESS


@pytest.mark.parametrize("kind", NATIVE)
def test_whatever_a_record_says_its_resources_are_valid_and_say_it_back(kind: str) -> None:
    check, count = validator(), 0
    for body in varied(kind, BODIES[kind]):
        shown = resources(kind, body)
        assert [check.problems(one) for one in shown] == [[]] * len(shown), body
        whole, *_ = MAPPER.packed(shown)
        assert check.problems(whole) == []
        placed = MAPPER.placed(whole)
        if kind in OF_A_PROCESS:
            assert (placed.kind.partition("-")[0], placed.reason) == ("received", "own-process")
        else:
            wanted = {**body, **{name: empty for name, empty in LOST.items() if name in body}}
            assert (placed.kind, placed.body) == (kind, wanted)
        count += 1
    assert count > 1


@pytest.mark.parametrize("kind", NATIVE)
def test_what_is_shown_of_a_record_is_valid_too(kind: str) -> None:
    """A level of consent that opens the summary; a patient's own word, confirmed or not; what was taken back."""
    check, spec = validator(), record_type(kind)
    part = {name: BODIES[kind][name] for name in spec.summary if name in BODIES[kind]}
    for shown in (
        resources(kind, part, summary_only=True),
        resources(kind, BODIES[kind], source="patient-reported"),
        resources(kind, BODIES[kind], source="patient-reported", confirmed={"role": "doctor"}),
        resources(kind, BODIES[kind], source="connected", status={"state": "withdrawn"}, provenance={"system": "lab"}),
    ):
        assert [check.problems(one) for one in shown] == [[]] * len(shown), shown


def test_ids_say_where_a_resource_lies_and_parts_follow_the_first() -> None:
    shown = resources("laboratory-result", BODIES["laboratory-result"])
    ids = [resource_id_of(one["id"]) for one in shown]
    assert [one and (one.patient_id, one.kind, one.part) for one in ids] == [
        (PATIENT, "laboratory-result", part) for part in ("", "1", "2", "3", "4")
    ]
    assert [one["reference"] for one in shown[0]["result"]] == [f"Observation/{one['id']}" for one in shown[1:]]
    assert {kind for kind in NATIVE if kind not in CODES} == set()


def test_links_name_the_resources_that_the_other_records_are() -> None:
    link = {"kind": "laboratory-result", "id": "01890000-0000-7000-8000-0000000000b2"}
    shown = resources("referral", {**BODIES["referral"], "related": [link]})[0]
    [named] = [one["valueReference"]["reference"] for one in shown["extension"] if "valueReference" in one]
    kind, _, identity = named.partition("/")
    found = resource_id_of(identity)
    assert (kind, found and (found.kind, found.record_id)) == ("DiagnosticReport", tuple(link.values()))
    assert MAPPER.placed(shown).body["related"] == []


def test_numbers_keep_their_spelling() -> None:
    shown = MAPPER.shown(PATIENT, record("vital-sign", BODIES["vital-sign"]))
    assert '"value":82.50' in dumps(shown)


def test_who_said_it() -> None:
    mine = resources("allergy", BODIES["allergy"], source="patient-reported")[0]
    assert mine["recorder"] == mine["patient"]
    assert mine["verificationStatus"]["coding"][0]["code"] == "unconfirmed"
    sure = resources("allergy", BODIES["allergy"], source="patient-reported", confirmed={})[0]
    assert sure["verificationStatus"]["coding"][0]["code"] == "confirmed"
    assert {"system": "urn:medkarta:source", "code": "confirmed"} in sure["meta"]["tag"]
    gone = resources("allergy", BODIES["allergy"], source="connected", status={"state": "withdrawn"})[0]
    assert gone["verificationStatus"]["coding"][0]["code"] == "entered-in-error"
    assert "clinicalStatus" not in gone
    theirs = resources("vital-sign", BODIES["vital-sign"])[0]
    assert theirs["performer"] == [{"identifier": {"system": "urn:medkarta:person", "value": "9" * 32}}]


def test_a_prescription_is_a_request_for_each_drug() -> None:
    first, second = resources("prescription", BODIES["prescription"], status={"state": "revoked"})
    assert (first["status"], second["id"]) == ("cancelled", first["id"] + "-2")
    assert first["groupIdentifier"] == second["groupIdentifier"]
    assert first["medicationCodeableConcept"]["text"] == "Лизиноприл (Диротон), таблетки, 10 мг"
    assert second["dispenseRequest"]["quantity"]["value"] == 1
    assert "expectedSupplyDuration" not in second["dispenseRequest"]


def test_what_somebody_added_to_a_shown_resource_is_not_lost_silently() -> None:
    """It is taken as the record that it was only while it says the very same."""
    shown = resources("surgery", BODIES["surgery"])[0]
    assert MAPPER.placed({**shown, "text": {"status": "generated"}, "language": "ru"}).kind == "surgery"
    for more in (
        {"followUp": [{"text": "x"}]},
        {"status": "not-done"},
        {"code": {"text": "x", "coding": [{"code": "1"}]}},
    ):
        assert MAPPER.placed({**shown, **more}).kind == "received-conditions"
    wrong = {**shown, "meta": {"tag": [{"system": "urn:medkarta:kind", "code": "sick-leave"}]}}
    assert MAPPER.placed(wrong).kind == "received-conditions"


def test_a_delivered_record_is_shown_as_it_came() -> None:
    text = '{"resourceType":"Goal","id":"x","meta":{"profile":["p"],"versionId":"9"},"n":5.10}'
    body = {"occurred_at": "2026-11-20T09:30:00+03:00", "resource_type": "Goal", "title": "x"}
    [shown] = MAPPER.shown(PATIENT, record("received-conditions", body, resource=text))
    assert dumps(shown["n"]) == "5.10"
    assert shown["meta"] == {"profile": ["p"], "versionId": "1", "lastUpdated": "2026-11-21T10:00:00.000Z"}
    assert resource_id_of(shown["id"])
    [told] = MAPPER.shown(PATIENT, record("received-conditions", body))
    assert (told["resourceType"], validator().problems(told)) == ("Basic", [])


def test_kinds_that_a_type_may_be_in() -> None:
    assert MAPPER.kinds("Observation")[-1] == "received-results"
    assert {"vital-sign", "laboratory-result", "lifestyle", "health-status"} <= {*MAPPER.kinds("Observation")}
    assert MAPPER.kinds("ServiceRequest") == ("laboratory-order", "planned-study", "referral", "received-documents")
    assert mapper().kinds("Claim") == mapper().kinds("Patient") == ("received-documents",)
    assert MAPPER.kinds("Practitioner") == MAPPER.kinds("Nonsense") == ()
    assert {kind for name in SERVED for kind in MAPPER.kinds(name)} == set(CODES)


TRICKY = st.text(st.sampled_from("аЁz <>&\"'\n\t\u00a0\u2028é😀|#]=.5"), min_size=3, max_size=30)


@given(data=st.data())
@settings(max_examples=tried(60), deadline=None)
def test_whatever_the_words_are_they_come_back(data: st.DataObject) -> None:
    """Mark-up, breaks, signs that paths are made of: in every text of a body."""
    kind = data.draw(st.sampled_from(sorted(set(NATIVE) - OF_A_PROCESS)))
    body = _reworded(BODIES[kind], data)
    try:
        said = checked(kind, body)
    except Unfit:
        return
    shown = resources(kind, said)
    assert [validator().problems(one) for one in shown] == [[]] * len(shown)
    placed = MAPPER.placed(MAPPER.packed(shown)[0])
    assert (placed.kind, placed.body) == (kind, {**said, **{name: LOST[name] for name in LOST if name in said}})


def _reworded(value: Any, data: st.DataObject) -> Any:
    """Texts with a blank are words of people; codes, days and numbers have none."""
    if isinstance(value, dict):
        return {name: _reworded(one, data) for name, one in value.items()}
    if isinstance(value, list):
        return [_reworded(one, data) for one in value]
    return data.draw(TRICKY) if isinstance(value, str) and " " in value else value
