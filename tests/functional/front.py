"""A client of the front door: the same WSGI adapter as the local system, and people to come in by it."""

from __future__ import annotations

import io
import itertools
import json
import re
import secrets
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from chalicelib.bootstrap import services
from chalicelib.domain.identifiers import oms_check_digit, snils_check_digits
from chalicelib.ports import keys
from chalicelib.ports.tables import Update
from local.scans import JPEG, JPEG_TYPE, PDF, PDF_TYPE
from tests.functional import answers

PASSWORD = "Demo-Card-2026"
PAPERS = ("last_name", "first_name", "middle_name", "passport_series", "passport_number")


@dataclass(frozen=True)
class Reply:
    status: int
    headers: dict[str, str]
    raw: bytes

    @property
    def body(self) -> Any:
        return json.loads(self.raw) if self.raw else None

    @property
    def code(self) -> str:
        """Of the error, whether it is told as a problem or as an OperationOutcome."""
        said = self.body if "json" in self.headers.get("content-type", "") else {}
        body = said if isinstance(said, dict) else {}
        if body.get("resourceType") == "OperationOutcome":
            return str(body["issue"][0]["details"].get("coding", [{}])[0].get("code", ""))
        return str(body.get("code", ""))


@dataclass
class Person:
    """Somebody who registered; ``token`` is set by signing in."""

    id: str
    phone: str
    email: str
    snils: str
    token: str = ""
    refresh: str = ""
    member: str = ""
    extra: dict[str, str] = field(default_factory=dict)


class Front:
    def __init__(self) -> None:
        from app import app
        from local.wsgi import ChaliceWSGI

        self.app = app
        self._wsgi = ChaliceWSGI(app)
        self._numbers = itertools.count(1)
        self._seen: dict[str, int] = {}

    # --- calls

    def call(
        self, method: str, path: str, body: Any = None, *, token: str = "", raw: bytes | None = None, **headers: str
    ) -> Reply:
        """One request; header names with underscores (``If_Match``)."""
        sent = raw if raw is not None else (b"" if body is None else json.dumps(body, ensure_ascii=False).encode())
        path, _, query = path.partition("?")
        environ: dict[str, Any] = {
            "REQUEST_METHOD": method,
            "PATH_INFO": path,
            "RAW_URI": path + ("?" + query if query else ""),
            "REQUEST_URI": path + ("?" + query if query else ""),
            "QUERY_STRING": query,
            "CONTENT_LENGTH": str(len(sent)),
            "REMOTE_ADDR": "192.0.2.7",
            "SERVER_NAME": "localhost",
            "SERVER_PORT": "80",
            "SERVER_PROTOCOL": "HTTP/1.1",
            "wsgi.input": io.BytesIO(sent),
            "wsgi.url_scheme": "https",
        }
        if sent or body is not None:
            environ["CONTENT_TYPE"] = "application/json"
        if token:
            environ["HTTP_AUTHORIZATION"] = f"Bearer {token}"
        for name, value in headers.items():
            upper = name.upper()
            environ[upper if upper == "CONTENT_TYPE" else f"HTTP_{upper}"] = value
        status, found, answer = self._wsgi.answer(environ)
        reply = Reply(status, {k.lower(): v for k, v in found}, answer)
        if 200 <= status < 300:
            answers.observe(method, path, reply.headers.get("content-type", ""), answer)
        return reply

    def ok(self, method: str, path: str, body: Any = None, *, token: str = "", **headers: str) -> Any:
        reply = self.call(method, path, body, token=token, **headers)
        assert reply.status < 300, (method, path, reply.status, reply.raw[:500])
        return reply.body

    @staticmethod
    def key() -> str:
        return secrets.token_hex(16)

    # --- people

    def code(self, to: str) -> str:
        """The newest code sent to a phone or an address (moto keeps what was sent)."""
        from moto.ses.models import ses_backends
        from moto.sns.models import sns_backends

        texts: list[str] = []
        if "@" in to:
            for backend in ses_backends["123456789012"].values():
                texts += [m.body for m in backend.sent_messages if to in str(m.destinations)]
        else:
            for backend in sns_backends["123456789012"].values():
                texts += [text for phone, text, *_ in backend.sms_messages.values() if phone == to]
        return re.findall(r"\b\d{6}\b", texts[-1])[-1]

    def register(self, **changes: Any) -> Person:
        n = next(self._numbers)
        nine = f"{secrets.randbelow(800_000_000) + 100_000_000}"
        form = {
            "last_name": "Журавлёва",
            "first_name": "Ксения",
            "middle_name": "Аркадьевна",
            "birth_date": "1987-04-12",
            "sex": "female",
            "snils": nine + snils_check_digits(nine),
            "passport_series": "4510",
            "passport_number": f"{n:06d}",
            "phone": f"+7926{secrets.randbelow(10_000_000):07d}",
            "email": f"person{n}-{secrets.token_hex(4)}@example.org",
            "password": PASSWORD,
            "language": "ru",
            **changes,
        }
        made = self.ok("POST", "/api/v1/registrations", form)
        codes = {"phone_code": self.code(form["phone"]), "email_code": self.code(form["email"])}
        person = self.ok("POST", f"/api/v1/registrations/{made['registration_id']}/confirm", codes)
        known = {name: form[name] for name in PAPERS}
        return Person(person["person_id"], form["phone"], form["email"], form["snils"], extra=known)

    @staticmethod
    def awake(person: Person) -> None:
        """Without quiet hours, that tests say the same by day and by night; the log is not the test's business here."""
        wish: Any = {"quiet": {"start": "00:00", "end": "00:00"}}
        services().tables.commit([Update(keys.profile(person.id), wish)])

    def sign_in(self, person: Person, role: str = "patient") -> Person:
        begun = self.ok("POST", "/api/v1/sessions", {"login": person.phone, "password": PASSWORD})
        challenge = begun["challenge_id"]
        self.ok("POST", f"/api/v1/sessions/{challenge}/sms")
        given = {"factor": "sms", "code": self.code(person.phone), "role": role}
        session = self.ok("POST", f"/api/v1/sessions/{challenge}/factor", given)
        person.token, person.refresh = session["access_token"], session["refresh_token"]
        person.extra["session_id"] = session["session_id"]
        return person

    def administrator(self) -> Person:
        """The first administrator, appointed by the operator's function; the same one for the whole run."""
        if not hasattr(self, "_administrator"):
            from chalicelib.handlers.events import appoint_administrator

            person = self.register(last_name="Админова", first_name="Ирина")
            answer = appoint_administrator({"snils": person.snils}, None)
            assert "member_id" in answer, answer
            self._administrator = self.sign_in(person, "administrator")
        self._administrator.token = self.fresh(self._administrator.token)
        return self._administrator

    @staticmethod
    def fresh(token: str) -> str:
        """The token with a new life and a second factor of now: on a busy machine a file of tests outlasts both."""
        from tests.functional.story import reissued

        return reissued(token, cat=int(services().clock().timestamp()))

    def organisation(self, name: str = "Поликлиника № 1") -> str:
        admin = self.administrator()
        oid = f"1.2.643.5.1.13.13.12.2.77.{next(self._numbers)}"
        made = self.ok("POST", "/api/v1/organisations", {"name": name, "oid": oid}, token=admin.token)
        return str(made["organisation_id"])

    def staff(self, role: str, organisation: str = "") -> Person:
        admin = self.administrator()
        organisation = organisation or self.organisation()
        person = self.register(last_name="Петров", first_name="Пётр", middle_name="Петрович", sex="male")
        body = {
            "snils": person.snils,
            "role": role,
            "department": "therapy",
            "staff_number": f"{next(self._numbers)}",
            "position": "врач-терапевт",
        }
        made = self.ok("POST", f"/api/v1/organisations/{organisation}/staff", body, token=admin.token)
        person.member = made["member_id"]
        person.extra["organisation"] = organisation
        return self.sign_in(person, role)

    def system_officer(self) -> Person:
        """A security officer of the system's organisation, who sees what concerns every organisation."""
        return self.staff("security-officer", "system")

    def scan(self, person: Person, data: bytes = PDF, kind: str = PDF_TYPE) -> str:
        """A scan that was uploaded, and checked at once, as the trigger would do it a moment later."""
        return self._checked("/api/v1/me/uploads", person.id, person.token, data, kind)

    def paper_consent(self, patient_id: str, registrar: Person, doctor: Person) -> None:
        """A patient without an account consents on paper; the registrar records it with its scan."""
        path, text = f"/api/v1/patients/{patient_id}", self.ok("GET", "/api/v1/texts/access-consent")
        scan = self._checked(f"{path}/uploads", patient_id, registrar.token, PDF, PDF_TYPE)
        body = {"member_id": doctor.member, "level": "full", "scans": [scan]}
        body |= {"consent_text_version": text["version"], "consent_text_sha256": text["texts"][0]["sha256"]}
        self.ok("POST", f"{path}/paper-consents", body, token=registrar.token)

    def _checked(self, path: str, patient_id: str, token: str, data: bytes, kind: str) -> str:
        from chalicelib.ports import keys

        made = self.call("POST", path, raw=data, token=token, Content_Type=kind)
        assert made.status == 201, made.raw
        row = services().tables.get(keys.upload(patient_id, made.body["upload_id"]))
        services().reactions.run("check_upload", row)
        return str(made.body["upload_id"])

    def application(self, person: Person, **changes: Any) -> dict[str, Any]:
        """The activation form of somebody who is signed in, with two scans."""
        fifteen = f"7800{secrets.randbelow(10**11):011d}"
        text = self.ok("GET", "/api/v1/texts/card-consent")
        return {
            **{name: person.extra[name] for name in PAPERS},
            "phone": person.phone,
            "oms_policy": fifteen + oms_check_digit(fifteen),
            "documents": {"policy": [self.scan(person)], "identity": [self.scan(person, JPEG, JPEG_TYPE)]},
            "consent_text_version": text["version"],
            "consent_text_sha256": text["texts"][0]["sha256"],
            "consent_given": True,
            **changes,
        }

    def patient(self, **changes: Any) -> Person:
        """A person with an open card."""
        person = self.sign_in(self.register(**changes))
        form = self.application(person)
        made = self.ok("POST", "/api/v1/me/card-application", form, token=person.token)
        registrar = self.staff("registrar")
        path = f"/api/v1/applications/{person.id}/{made['application_id']}/decision"
        self.ok("POST", path, {"approve": True}, token=registrar.token, If_Match='W/"1"')
        return person

    def consent(self, patient: Person, doctor: Person, level: str = "full") -> None:
        self.ok("POST", f"/api/v1/patients/{patient.id}/consent-requests", {"level": level}, token=doctor.token)
        self.ok(
            "PUT",
            f"/api/v1/me/consents/{doctor.member}",
            {"state": "granted", "level": level},
            token=patient.token,
            If_Match='W/"1"',
        )

    def represent(self, person: Person, ward: Person, kind: str = "parent", days: float = 365) -> Person:
        """Staff registered ``person`` as somebody who acts for ``ward``; their session goes into that role."""
        from datetime import timedelta

        from chalicelib.domain.identity import PersonId
        from chalicelib.ports import keys
        from chalicelib.ports.rows import representation

        made, now = services(), services().clock()
        if made.tables.get(keys.representation(ward.id, person.id)) is None:
            until = now + timedelta(days=days)
            rows = representation(PersonId(ward.id), PersonId(person.id), kind=kind, until=until, basis="case", now=now)
            made.tables.commit(rows)
        role = {"role": "representative", "patient_id": ward.id}
        person.token = self.ok("POST", "/api/v1/me/role", role, token=person.token)["access_token"]
        return person

    def pharmacy(self) -> tuple[str, str]:
        return self.partner(
            "pharmacy",
            self.organisation("Аптека"),
            ["prescription.verify", "prescription.dispense"],
            "Аптека «Ромашка»",
        )

    def partner(
        self, role: str, organisation_id: str, scopes: list[str], name: str, more: Sequence[Any] = ()
    ) -> tuple[str, str]:
        """Access token and client id of a partner system with a key of its own (RFC 7523); ``more``: other keys."""
        from urllib.parse import urlencode

        import jwt
        from cryptography.hazmat.primitives.asymmetric import ec

        private = ec.generate_private_key(ec.SECP256R1())
        jwk = {**json.loads(jwt.algorithms.ECAlgorithm.to_jwk(private.public_key())), "kid": "k1", "alg": "ES256"}
        admin = self.administrator()
        body = {
            "name": name,
            "role": role,
            "organisation_id": organisation_id,
            "jwks": {"keys": [jwk, *more]},
            "scopes": scopes,
            "dpop_required": False,
        }
        client = self.ok("POST", "/api/v1/partners", body, token=admin.token)["client_id"]
        now = int(services().clock().timestamp())
        audience = services().settings.public_url + "/api/v1/oauth/token"
        claims = {"iss": client, "sub": client, "aud": audience, "jti": self.key(), "iat": now, "exp": now + 120}
        assertion = jwt.encode(claims, private, "ES256", headers={"kid": "k1"})
        form = {
            "grant_type": "client_credentials",
            "client_assertion_type": "urn:ietf:params:oauth:client-assertion-type:jwt-bearer",
            "client_assertion": assertion,
        }
        reply = self.call(
            "POST",
            "/api/v1/oauth/token",
            raw=urlencode(form).encode(),
            Content_Type="application/x-www-form-urlencoded",
        )
        assert reply.status == 200, reply.raw
        return reply.body["access_token"], client

    def pump(self) -> None:
        """Deliver what the streams and queues hold, as the event pump would, until nothing is left."""
        from tests.functional.events import deliver

        deliver()
