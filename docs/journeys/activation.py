"""A person confirms who they are by a scan and opens their card: ID-7 (scan), ACT-1, ACT-2, DOC-2.

python docs/journeys/activation.py [http://localhost:8000]
"""

from __future__ import annotations

from client import Person, System

from chalicelib.domain.assurance import CONFIRMED, REGISTERED
from chalicelib.domain.texts import NOTICES
from local.scans import JPEG, JPEG_TYPE, PDF, PDF_TYPE


def story(system: System) -> None:
    system.step("Somebody registers and signs in; their card is closed (ID-7)")
    person = system.sign_in(system.register())
    overview = f"/patients/{person.id}/overview"
    assert system.call(403, "GET", overview, who=person)["code"] == "card-state"
    assert system.call(200, "GET", "/me", who=person)["level"] == REGISTERED

    system.step("What is no scan is not taken in; what hides something behind its end is refused (DOC-2)")
    system.call(415, "POST", "/me/uploads", who=person, raw=b"MZ", content_type=PDF_TYPE)
    system.call(415, "POST", "/me/uploads", who=person, raw=PDF, content_type=JPEG_TYPE)
    system.call(201, "POST", "/me/uploads", who=person, raw=PDF + b"PK\x03\x04", content_type=PDF_TYPE)
    checked = system.wait(lambda body: body["items"][0]["state"] != "waiting", "/me/uploads", person)["items"][0]
    assert (checked["state"], checked["fault"]) == ("refused", "scan-trailing-data")
    system.show(checked)

    registrar = system.demo("registrar")
    confirmed_by_scan(system, person, registrar)
    opened(system, person, registrar)


def confirmed_by_scan(system: System, person: Person, registrar: Person) -> None:
    system.step("They file the main page of the passport (ID-7)")
    passport = {name: person.form[name] for name in ("passport_series", "passport_number")}
    scan = system.scan(person, JPEG, JPEG_TYPE)
    filing = {"kind": "identity-scan", "form": passport, "documents": {"passport": [scan]}}
    case = system.call(201, "POST", "/me/cases", filing, person, headers=system.key())["case_id"]
    path = f"/cases/{person.id}/{case}"
    line = system.call(200, "GET", "/cases?kind=identity-scan&limit=100", who=registrar)["items"]
    assert case in {one["case_id"] for one in line}

    system.step("The registrar looks at it beside the profile and asks for a better one")
    shown = system.call(200, "GET", path, who=registrar)
    assert shown["beside"]["differs"] == []
    accept = {"Accept": JPEG_TYPE}
    assert system.call(200, "GET", f"{path}/uploads/{scan}", who=registrar, headers=accept).body == JPEG
    wish = {"decision": "ask-more", "reason": "unreadable", "words": "Номер не читается"}
    system.call(200, "POST", f"{path}/decision", wish, registrar, headers={"If-Match": shown.etag})
    mine = system.call(200, "GET", f"/me/cases/{case}", who=person)
    assert (mine["state"], mine["words"]) == ("needs-more", "Номер не читается")

    system.step("They bring another one, and it is approved: level 2, told in the cabinet and by phone (ID-7)")
    better = {"documents": {"passport": [system.scan(person)]}}
    system.call(200, "POST", f"/me/cases/{case}/documents", better, person)
    again = system.call(200, "GET", path, who=registrar)
    decision = f"{path}/decision"
    system.call(412, "POST", decision, {"decision": "approve"}, registrar, headers={"If-Match": shown.etag})
    system.call(200, "POST", decision, {"decision": "approve"}, registrar, headers={"If-Match": again.etag})
    assert system.call(200, "GET", "/me", who=person)["level"] == CONFIRMED
    told(system, person, "identity_confirmed")


def opened(system: System, person: Person, registrar: Person) -> None:
    system.step("Consent is given to the text that was served, in its version and by its hash (ACT-1)")
    form = system.activation(person)
    altered = {**form, "consent_text_sha256": "0" * 64}
    assert system.call(422, "POST", "/me/card-application", altered, person)["fields"][0]["field"] == (
        "/consent_text_sha256"
    )
    system.call(200, "PATCH", "/me", {"quiet": "none"}, person)  # the story is told at night too
    made = system.call(201, "POST", "/me/card-application", {**form, "first_name": "Оксана"}, person)
    lines = system.call(200, "GET", "/me/consent-journal", who=person)["items"]
    assert lines[0]["text_sha256"] == form["consent_text_sha256"]

    system.step("The registrar sees what differs from the profile and refuses; the reason is in the cabinet (ACT-1)")
    path = f"/applications/{person.id}/{made['application_id']}"
    shown = system.call(200, "GET", path, who=registrar)
    assert shown["differs"] == ["first_name"]
    system.show({name: shown[name] for name in ("state", "differs", "documents")})
    refusal = {"approve": False, "reason": "papers-differ"}
    system.call(200, "POST", f"{path}/decision", refusal, registrar, headers={"If-Match": shown.etag})
    mine = system.call(200, "GET", "/me/card", who=person)
    assert mine["application"]["reason"] == "papers-differ"

    system.step("With the right name the card opens; they are told in the cabinet and by phone (ACT-2)")
    made = system.call(201, "POST", "/me/card-application", form, person)
    path = f"/applications/{person.id}/{made['application_id']}"
    shown = system.call(200, "GET", path, who=registrar)
    assert shown["differs"] == []
    system.call(200, "POST", f"{path}/decision", {"approve": True}, registrar, headers={"If-Match": shown.etag})
    assert system.call(200, "GET", "/me/card", who=person)["card"] == "active"
    system.call(200, "GET", f"/patients/{person.id}/overview", who=person)
    told(system, person, "card_opened")
    scan = form["documents"]["policy"][0]
    system.call(409, "GET", f"{path}/uploads/{scan}", who=registrar)


def told(system: System, person: Person, event: str) -> None:
    """The notice is in the cabinet, and a text without content has come by phone."""
    found = system.wait(lambda body: event in {one["event"] for one in body["items"]}, "/me/notices", person)
    system.show([one["title"] for one in found["items"] if one["event"] == event])
    sent = NOTICES[event].outside.ru
    system.wait(lambda _: sent in system.messages(person.phone), "/_local/outbox.json")


if __name__ == "__main__":
    story(System())
