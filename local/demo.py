"""Loads the demo hospital through the public API, as its people would: register, sign in, consent, write."""

from __future__ import annotations

import json
import re
import secrets
import time
import urllib.error
import urllib.request
from datetime import UTC, datetime
from typing import Any

from chalicelib.domain.identifiers import oms_check_digit, snils_check_digits
from local import demo_schedules, demo_signatures, demo_templates, demo_visits
from local.certification_centre import Centre
from local.demo_card import HISTORY
from local.demo_people import ADMINISTRATOR, PASSWORD, PATIENTS, STAFF, Person
from local.scans import JPEG, JPEG_TYPE, PDF, PDF_TYPE

PATIENCE = 90
"""Seconds to wait for what the event pump does: others may use the machine too. What is refused ends at once."""
SEARCHED = {"text": "метформин", "kinds": ["prescription"]}  # of the demo card, among the last to be written
CODE = re.compile(r"\b[0-9]{6}\b")


class Api:
    """A small client; every call must succeed."""

    def __init__(self, base_url: str) -> None:
        self._base = base_url
        self._used: dict[str, str] = {}

    def call(self, method: str, path: str, body: Any = None, token: str = "", **headers: str) -> Any:
        """Parsed answer. Raises RuntimeError with the answer's code when it is refused."""
        data = None if body is None else json.dumps(body).encode()
        return self._send(method, path, data, "application/json", token, **headers)

    def _send(self, method: str, path: str, data: bytes | None, kind: str, token: str, **headers: str) -> Any:
        request = urllib.request.Request(self._base + path, data=data, method=method)
        if data is not None:
            request.add_header("Content-Type", kind)
        if token:
            request.add_header("Authorization", f"Bearer {token}")
        for name, value in headers.items():
            request.add_header(name.replace("_", "-"), value)
        try:
            with urllib.request.urlopen(request, timeout=30) as answer:
                raw = answer.read()
        except urllib.error.HTTPError as error:
            raise RuntimeError(f"{method} {path}: {error.code} {error.read().decode(errors='replace')}") from error
        return json.loads(raw) if raw else None

    def post(self, path: str, body: Any = None, token: str = "", **headers: str) -> Any:
        return self.call("POST", "/api/v1" + path, body, token, **headers)

    def put_file(self, path: str, data: bytes, kind: str, token: str) -> Any:
        return self._send("PUT", "/api/v1" + path, data, kind, token)

    def upload(self, data: bytes, kind: str, token: str) -> str:
        """Id of a scan, when the event pump has had it checked."""
        made = self._send("POST", "/api/v1/me/uploads", data, kind, token)["upload_id"]
        until = time.monotonic() + PATIENCE
        while time.monotonic() < until:
            found = self.call("GET", "/api/v1/me/uploads", None, token)["items"]
            state = next((one["state"] for one in found if one["upload_id"] == made), "gone")
            if state == "clean":
                return str(made)
            if state != "waiting":
                raise RuntimeError(f"an upload is {state}")
            time.sleep(0.1)
        raise RuntimeError(f"an upload was not checked in {PATIENCE} s")

    def code(self, to: str) -> str:
        """The newest one-time code sent to an address or a telephone, newer than the one taken before."""
        until = time.monotonic() + PATIENCE
        while time.monotonic() < until:
            for message in self.call("GET", "/_local/outbox.json")["messages"]:
                found = CODE.findall(message["text"]) if message["to"] == to else []
                if found and found[-1] != self._used.get(to):
                    self._used[to] = found[-1]
                    return str(found[-1])
                if found:
                    break
            time.sleep(0.1)
        raise RuntimeError(f"a code did not arrive in {PATIENCE} s")

    def register(self, person: Person) -> str:
        """Person's id; the SNILS in the data lacks its check digits."""
        form = {**person, "snils": person["snils"] + snils_check_digits(person["snils"])}
        made = self.post("/registrations", form)
        codes = {"phone_code": self.code(form["phone"]), "email_code": self.code(form["email"])}
        return str(self.post(f"/registrations/{made['registration_id']}/confirm", codes)["person_id"])

    def sign_in(self, person: Person, role: str = "patient") -> str:
        challenge = self.post("/sessions", {"login": person["phone"], "password": PASSWORD})["challenge_id"]
        self.post(f"/sessions/{challenge}/sms")
        answer = {"factor": "sms", "code": self.code(person["phone"]), "role": role}
        return str(self.post(f"/sessions/{challenge}/factor", answer)["access_token"])


def load(base_url: str) -> list[str]:
    """Returns the lines to print: the accounts."""
    api = Api(base_url)
    staff, schedules = _staff(api)
    (patient_id, patient), (_, waiting) = (_patient(api, person, policy, staff) for person, policy in PATIENTS)
    doctor, member = staff["doctor"]
    tokens = {"patient": patient, "doctor": api.sign_in(doctor, "doctor")}
    _history(api, patient_id, member, tokens)
    cast = demo_visits.Cast(patient_id, patient, waiting, tokens["doctor"], member, schedules[member])
    demo_visits.arrange(api, cast)
    _searchable(api, patient_id, patient)
    return _accounts()


def _searchable(api: Api, patient_id: str, token: str) -> None:
    """Wait for the reactions: who signs in first finds what the card holds."""
    until = time.monotonic() + PATIENCE
    while not api.post(f"/patients/{patient_id}/search", SEARCHED, token)["items"]:
        if time.monotonic() > until:
            raise RuntimeError(f"the card cannot be searched after {PATIENCE} s")
        time.sleep(0.2)


def _staff(api: Api) -> tuple[dict[str, tuple[Person, str]], dict[str, str]]:
    """Registers the staff; returns who holds which role first, with the member id; and schedules by member id."""
    api.register(ADMINISTRATOR)
    snils = ADMINISTRATOR["snils"] + snils_check_digits(ADMINISTRATOR["snils"])
    api.call("POST", "/_local/function/appoint_administrator", {"snils": snils})
    token = api.sign_in(ADMINISTRATOR, "administrator")
    clinic = {"name": "Городская поликлиника № 1", "oid": "1.2.643.5.1.13.13.12.2.77.7777"}
    organisation = api.post("/organisations", clinic, token)["organisation_id"]
    found: dict[str, tuple[Person, str]] = {}
    members: dict[str, str] = {}
    for person, role, department, position in STAFF:
        api.register(person)
        form = {
            "snils": person["snils"] + snils_check_digits(person["snils"]),
            "role": role,
            "department": department,
            "position": position,
        }
        member = api.post(f"/organisations/{organisation}/staff", form, token)["member_id"]
        found.setdefault(role, (person, member))
        members[person["phone"]] = member
    _signatures(api, organisation, token, found["security-officer"][0])
    demo_templates.publish(api, api.sign_in(found["administrator"][0], "administrator"))
    return found, _schedules(api, members, api.sign_in(found["registrar"][0], "registrar"))


def _schedules(api: Api, members: dict[str, str], registrar: str) -> dict[str, str]:
    """Patients book from the first start. Ids by member id."""
    return {
        form["member_id"]: api.post("/schedules", form, registrar, Idempotency_Key=secrets.token_hex(16))["schedule_id"]
        for form in demo_schedules.forms(members, datetime.now(UTC).date().isoformat())
    }


def _signatures(api: Api, organisation: str, administrator: str, officer: Person) -> None:
    """The clinic and its doctors sign what they issue, under a stand-in certification centre."""
    centre = Centre()
    demo_signatures.trust(api, centre, administrator, api.sign_in(officer, "security-officer"))
    demo_signatures.certify(api, centre, f"/organisations/{organisation}/seal-certificate", administrator)
    api.put_file(f"/organisations/{organisation}/stamp", demo_signatures.stamp(), "image/png", administrator)
    for person, role, *_ in STAFF:
        if role == "doctor":
            demo_signatures.certify(api, centre, "/me/signing-certificate", api.sign_in(person, "doctor"))


def _patient(api: Api, person: Person, policy: str, staff: dict[str, tuple[Person, str]]) -> tuple[str, str]:
    """Somebody whose card is open: their id, and a token."""
    patient_id = api.register(person)
    token = api.sign_in(person)
    form = _activation(api, person, policy, token)
    application = api.post("/me/card-application", form, token)["application_id"]
    registrar = api.sign_in(staff["registrar"][0], "registrar")
    decision = f"/applications/{patient_id}/{application}/decision"
    api.post(decision, {"approve": True}, registrar, If_Match='W/"1"')
    return patient_id, token


def _history(api: Api, patient_id: str, member: str, tokens: dict[str, str]) -> None:
    """The doctor asks for consent, the patient gives it, both write. ``tokens``: of ``patient`` and ``doctor``."""
    api.post(f"/patients/{patient_id}/consent-requests", {}, tokens["doctor"])
    granted = {"state": "granted", "level": "full"}
    api.call("PUT", f"/api/v1/me/consents/{member}", granted, tokens["patient"], If_Match='W/"1"')
    for who, collection, body in HISTORY:
        path = f"/patients/{patient_id}/{collection}"
        api.post(path, body, tokens[who], Idempotency_Key=secrets.token_hex(16))


def _activation(api: Api, person: Person, policy: str, token: str) -> dict[str, Any]:
    """The form with two scans that were checked, and the text of consent as it is served."""
    text = api.call("GET", "/api/v1/texts/card-consent")
    names = ("last_name", "first_name", "middle_name", "passport_series", "passport_number", "phone")
    documents = {"policy": [api.upload(PDF, PDF_TYPE, token)], "identity": [api.upload(JPEG, JPEG_TYPE, token)]}
    return {
        **{name: person[name] for name in names},
        "oms_policy": policy + oms_check_digit(policy),
        "documents": documents,
        "consent_text_version": text["version"],
        "consent_text_sha256": text["texts"][0]["sha256"],
        "consent_given": True,
    }


def _accounts() -> list[str]:
    lines = [f"Вход / sign in: телефон + пароль {PASSWORD}, код из исходящих / code from the outbox"]
    people = [
        (ADMINISTRATOR, "administrator"),
        *((p, role) for p, role, _, _ in STAFF),
        *((p, "patient") for p, _ in PATIENTS),
    ]
    for person, role in people:
        lines.append(
            f"  {person['phone']}  {role:17} {person['last_name']} {person['first_name']} {person['middle_name']}"
        )
    return lines
