"""A small client for the stories in this folder: plain Python against a running system (``make run``).

    python docs/journeys/consent.py [http://localhost:8000]

Every call states the status that it expects; a story stops at the first answer that differs. Codes are read from the
local outbox, which stands for the person's telephone and mailbox.
"""

from __future__ import annotations

import json
import os
import re
import secrets
import sys
import time
import urllib.error
import urllib.request
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).parents[2]))  # the demo people and the check digits are the project's own

from chalicelib.domain.identifiers import oms_check_digit, snils_check_digits
from local.demo_people import ADMINISTRATOR, PASSWORD, PATIENTS, STAFF
from local.scans import JPEG, JPEG_TYPE, PDF, PDF_TYPE

PATIENCE = 150  # seconds to wait for what happens in the background, also where others use the machine
CODE = re.compile(r"\b[0-9]{6}\b")


@dataclass
class Answer:
    """What came back; ``body`` is parsed JSON, or bytes of anything else."""

    status: int
    body: Any
    headers: dict[str, str]

    def __getitem__(self, name: str) -> Any:
        return self.body[name]

    @property
    def etag(self) -> str:
        return self.headers.get("etag", "")


@dataclass
class Person:
    """Somebody with an account. ``token`` is of the newest sign-in."""

    phone: str
    email: str
    snils: str
    form: dict[str, str] = field(default_factory=dict)
    id: str = ""
    token: str = ""


class System:
    """The running system as its users meet it."""

    def __init__(self, url: str = "") -> None:
        self.url = (url or (sys.argv[1] if len(sys.argv) > 1 else "http://localhost:8000")).rstrip("/")
        self._used: dict[str, str] = {}
        self._step = 0
        self.call(200, "POST", "/_local/limits")  # stories sign the same demo people in again and again

    def step(self, text: str) -> None:
        self._step += 1
        print(f"\n== {self._step}. {text}", flush=True)

    @staticmethod
    def show(value: Any) -> None:
        print(json.dumps(value, ensure_ascii=False, default=str)[:600], flush=True)

    def call(
        self,
        expected: int | frozenset[int],
        method: str,
        path: str,
        body: Any = None,
        who: Person | str = "",
        *,
        raw: bytes | None = None,
        content_type: str = "application/json",
        headers: dict[str, str] | None = None,
    ) -> Answer:
        """One request below ``/api/v1``; ``who`` is a person, a token, or nobody. ``raw`` is sent as it is."""
        data = raw if raw is not None else None if body is None else json.dumps(body).encode()
        request = urllib.request.Request(self._address(path), data=data, method=method)
        if data is not None:
            request.add_header("Content-Type", content_type)
        token = who.token if isinstance(who, Person) else who
        if token:
            request.add_header("Authorization", f"Bearer {token}")
        for name, value in (headers or {}).items():
            request.add_header(name, value)
        try:
            with urllib.request.urlopen(request, timeout=60) as reply:
                answer = _answer(reply.status, reply.read(), dict(reply.headers))
        except urllib.error.HTTPError as error:
            answer = _answer(error.code, error.read(), dict(error.headers))
        self._count(method, path, answer)
        if answer.status not in ({expected} if isinstance(expected, int) else expected):
            raise SystemExit(f"{method} {path}: expected {expected}, got {answer.status}: {answer.body}")
        return answer

    @staticmethod
    def _count(method: str, path: str, answer: Answer) -> None:
        """For bench/stories.py: what the local system says of its calls to AWS, a line a request."""
        if (place := os.environ.get("COUNTED")) and path.startswith(("/", "/api")) and not path.startswith("/_local"):
            line = [method, path.partition("?")[0], answer.status, answer.headers.get("x-local-calls", "")]
            with Path(place).open("a", encoding="utf-8") as lines:
                lines.write(json.dumps(line) + "\n")

    def _address(self, path: str) -> str:
        return self.url + (path if path.startswith(("/_local", "/api", "/fhir")) else "/api/v1" + path)

    def wait(self, holds: Any, path: str, who: Person | str = "") -> Answer:
        """Ask until ``holds(body)``: for what happens in the background."""
        until = time.monotonic() + PATIENCE
        answer = self.call(200, "GET", path, who=who)
        while not holds(answer.body):
            if time.monotonic() > until:
                raise SystemExit(f"waited in vain at {path}: {answer.body}")
            time.sleep(0.2)
            answer = self.call(200, "GET", path, who=who)
        return answer

    def wait_for(self, path: str, who: Person | str = "") -> Answer:
        """Ask for a document until it is printed in the background."""
        until, either, pdf = time.monotonic() + PATIENCE, frozenset({200, 404}), {"Accept": "application/pdf"}
        while (answer := self.call(either, "GET", path, who=who, headers=pdf)).status == 404:  # noqa: PLR2004
            if time.monotonic() > until:
                raise SystemExit(f"waited in vain for {path}")
            time.sleep(0.2)
        return answer

    @staticmethod
    def key() -> dict[str, str]:
        """An Idempotency-Key header of its own."""
        return {"Idempotency-Key": secrets.token_hex(16)}

    # --- people

    def code(self, to: str) -> str:
        """The newest one-time code sent to a telephone or an address, newer than the one taken before."""
        until = time.monotonic() + PATIENCE
        while time.monotonic() < until:
            for message in self.call(200, "GET", "/_local/outbox.json")["messages"]:
                found = CODE.findall(message["text"]) if message["to"] == to else []
                if found:
                    if found[-1] != self._used.get(to):
                        self._used[to] = found[-1]
                        return str(found[-1])
                    break
            time.sleep(0.1)
        raise SystemExit(f"no code came to {to[:4]}…")

    def messages(self, to: str) -> list[str]:
        """Everything that was sent to a telephone or an address, newest first."""
        sent = self.call(200, "GET", "/_local/outbox.json")["messages"]
        return [message["text"] for message in sent if message["to"] == to]

    @staticmethod
    def form(**changes: str) -> dict[str, str]:
        """A registration form of right form, of nobody who exists."""
        nine = str(secrets.randbelow(800_000_000) + 100_000_000)
        return {
            "last_name": "Журавлёва",
            "first_name": "Ксения",
            "middle_name": "Аркадьевна",
            "birth_date": "1987-04-12",
            "sex": "female",
            "snils": nine + snils_check_digits(nine),
            "passport_series": "4510",
            "passport_number": f"{secrets.randbelow(1_000_000):06d}",
            "phone": f"+7926{secrets.randbelow(10_000_000):07d}",
            "email": f"story{secrets.token_hex(6)}@example.org",
            "password": PASSWORD,
            "language": "ru",
            **changes,
        }

    def register(self, **changes: str) -> Person:
        """A new person with an account, not signed in."""
        form = self.form(**changes)
        return self.confirm(self.call(202, "POST", "/registrations", form)["registration_id"], form)

    def confirm(self, registration_id: str, form: dict[str, str]) -> Person:
        """Give the codes that came to telephone and mailbox."""
        codes = {"phone_code": self.code(form["phone"]), "email_code": self.code(form["email"])}
        done = self.call(201, "POST", f"/registrations/{registration_id}/confirm", codes)
        return Person(form["phone"], form["email"], form["snils"], form, str(done["person_id"]))

    def sign_in(self, person: Person, role: str = "patient", **more: str) -> Person:
        """Password, then the SMS code; ``more`` goes with the second factor (member_id)."""
        begun = self.call(200, "POST", "/sessions", {"login": person.phone, "password": PASSWORD})
        challenge = begun["challenge_id"]
        self.call(202, "POST", f"/sessions/{challenge}/sms")
        answer = {"factor": "sms", "code": self.code(person.phone), "role": role, **more}
        done = self.call(200, "POST", f"/sessions/{challenge}/factor", answer)
        person.token = str(done["access_token"])
        return person

    def demo(self, role: str, number: int = 0) -> Person:
        """One of the demo hospital's people, signed in; the ``number``-th of that role."""
        if role == "administrator":
            form = ADMINISTRATOR
        elif role == "patient":
            form = [person for person, _ in PATIENTS][number]
        else:
            form = [person for person, held, _, _ in STAFF if held == role][number]
        snils = form["snils"] + snils_check_digits(form["snils"])
        person = Person(form["phone"], form["email"], snils, dict(form))
        self.sign_in(person, role)
        person.id = str(self.call(200, "GET", "/me", who=person)["person_id"])
        return person

    def hired(self, registrar: Person, **changes: str) -> Person:
        """A new doctor of the registrar's organisation, signed in, whose time nobody has; ``form["member"]`` is the
        membership.
        """
        known = self.call(200, "GET", "/me", who=registrar)["memberships"]
        (place,) = [one["organisation_id"] for one in known if one["role"] == "registrar"]
        doctor = self.register(**changes)
        role = {"snils": doctor.snils, "role": "doctor", "department": "therapy", "position": "врач"}
        made = self.call(201, "POST", f"/organisations/{place}/staff", role, self.demo("administrator"))
        doctor.form["member"] = str(made["member_id"])
        return self.sign_in(doctor, "doctor")

    def scan(self, who: Person, data: bytes = PDF, kind: str = PDF_TYPE) -> str:
        """Id of a scan that was uploaded, and checked in the background."""
        made = self.call(201, "POST", "/me/uploads", who=who, raw=data, content_type=kind)["upload_id"]
        self.wait(lambda body: body["items"][0]["state"] == "clean", "/me/uploads?limit=1", who)
        return str(made)

    def activation(self, who: Person, **changes: Any) -> dict[str, Any]:
        """The form with which somebody who is signed in applies for the card, with scans and the text of consent."""
        text = self.call(200, "GET", "/texts/card-consent")
        names = ("last_name", "first_name", "middle_name", "passport_series", "passport_number", "phone")
        return {
            **{name: who.form[name] for name in names},
            "oms_policy": self.policy(),
            "documents": {"policy": [self.scan(who)], "identity": [self.scan(who, JPEG, JPEG_TYPE)]},
            "consent_text_version": text["version"],
            "consent_text_sha256": text["texts"][0]["sha256"],
            "consent_given": True,
            **changes,
        }

    def with_card(self, **changes: str) -> Person:
        """A new person, signed in, whose card a registrar has opened."""
        who = self.sign_in(self.register(**changes))
        made = self.call(201, "POST", "/me/card-application", self.activation(who), who)
        path = f"/applications/{who.id}/{made['application_id']}/decision"
        self.call(200, "POST", path, {"approve": True}, self.demo("registrar"), headers={"If-Match": 'W/"1"'})
        return who

    @staticmethod
    def policy() -> str:
        """An OMS policy number of right form that nobody has."""
        fifteen = f"7800{secrets.randbelow(10**11):011d}"
        return fifteen + oms_check_digit(fifteen)


def now() -> str:
    return datetime.now(UTC).isoformat(timespec="seconds")


def _answer(status: int, raw: bytes, headers: dict[str, str]) -> Answer:
    named = {name.lower(): value for name, value in headers.items()}
    kind = named.get("content-type", "")
    body: Any = raw
    if raw and ("json" in kind):
        body = json.loads(raw)
    return Answer(status, body, named)
