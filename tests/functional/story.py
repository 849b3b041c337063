"""The whole story through the front door, told once a worker: every reply is kept for the tests to look at.

A person registers and opens a card; a doctor asks, is granted, writes, amends and prescribes; two pharmacies meet at
one prescription; the doctor revokes it; the patient takes the consent back.
"""

from __future__ import annotations

import io
import logging
import secrets
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from functools import cache
from typing import Any

from chalicelib.bootstrap import aws, services
from chalicelib.domain.identifiers import oms_check_digit
from chalicelib.handlers.events import on_card_change
from tests.functional import events
from tests.functional.front import PASSWORD, Front, Reply

AT = (datetime.now(UTC) - timedelta(hours=2)).isoformat()
PROTOCOL: dict[str, Any] = {
    "occurred_at": AT,
    "doctor_name": "Воскресенский Лев Ильич",
    "examination": "Первичный приём пульмонолога",
    "complaints": "Ночной кашель и одышка",
    "conclusion": "Бронхиальная астма",
    "follow_up_plan": "Спирометрия через месяц",
    "diagnoses": [{"code": "J45.0", "text": "Аллергическая астма", "chronic": True}],
}
RESULT: dict[str, Any] = {
    "occurred_at": AT,
    "laboratory": "Лаборатория «Гемотест-17»",
    "category": "blood",
    "panel": "Общий анализ крови",
    "values": [{"name": "Эозинофилы", "value": "9.7", "unit": "%", "low": "0.5", "high": "5.0"}],
}
PRESCRIPTION: dict[str, Any] = {
    "occurred_at": AT,
    "doctor_name": "Петров Пётр Петрович",
    "form": "107-1/у",
    "validity": "60d",
    "drugs": [
        {
            "inn": "Будесонид",
            "atc": "R03BA02",
            "form": "суспензия",
            "strength": "0,25 мг/мл",
            "dosage": "ингаляции дважды в сутки",
            "packs": 3,
        }
    ],
}
DRUG = PRESCRIPTION["drugs"][0]
ONE_PACK = {"drugs": [{"line": 1, "packs": 1}]}
PDF = "application/pdf"
PHARMACIST = "Незабудкина Зинаида"
FINDINGS = "Сухие свистящие хрипы"


@cache
def told(front: Front) -> Story:
    return Story(front)


def claims_of(token: str) -> dict[str, Any]:
    import jwt

    claims: dict[str, Any] = jwt.decode(token, options={"verify_signature": False})
    return claims


def reissued(token: str, **changes: Any) -> str:
    """The same access token with a new life and other claims, under the right signature."""
    now = int(services().clock().timestamp())
    return str(services().signer.issue({**claims_of(token), "iat": now, "exp": now + 600, **changes}, purpose="access"))


def sms_to(phone: str) -> list[str]:
    from moto.sns.models import sns_backends

    backends = sns_backends["123456789012"].values()
    return [text for b in backends for to, text, *_ in b.sms_messages.values() if to == phone]


def mails_to(address: str) -> list[str]:
    from moto.ses.models import ses_backends

    backends = ses_backends["123456789012"].values()
    return [mail.body for b in backends for mail in b.sent_messages if address in str(mail.destinations)]


def policy() -> str:
    fifteen = f"7800{secrets.randbelow(10**11):011d}"
    return fifteen + oms_check_digit(fifteen)


_read: dict[str, str] = {}
"""By stream: the number of the last record that was delivered."""


def pump() -> None:
    """Deliver what the stream and the queue hold, until nothing is left.

    Each batch is read through an iterator of its own: moto answers a failed transaction by putting copies of the tables
    back, and an iterator made before goes on reading the old one, with the rows that were rolled back and without
    later ones.
    """
    dynamodb, streams = aws("dynamodb"), aws("dynamodbstreams")
    arn = dynamodb.describe_table(TableName=services().settings.card_table)["Table"]["LatestStreamArn"]
    shard = streams.describe_stream(StreamArn=arn)["StreamDescription"]["Shards"][0]["ShardId"]
    while True:
        start = {"ShardIteratorType": "TRIM_HORIZON"}
        if arn in _read:
            start = {"ShardIteratorType": "AFTER_SEQUENCE_NUMBER", "SequenceNumber": _read[arn]}
        iterator = streams.get_shard_iterator(StreamArn=arn, ShardId=shard, **start)["ShardIterator"]
        records = streams.get_records(ShardIterator=iterator, Limit=100)["Records"]
        if records:
            _read[arn] = records[-1]["dynamodb"]["SequenceNumber"]
            answer = on_card_change({"Records": [events._as_lambda(record) for record in records]}, None)
            assert answer == {"batchItemFailures": []}
        elif not events._queue():
            return


@contextmanager
def listening() -> Iterator[io.StringIO]:
    """Everything that is logged meanwhile, as a function's log would have it: our loggers in full, others from INFO."""
    text, root, ours = io.StringIO(), logging.getLogger(), logging.getLogger("medkarta")
    handler = logging.StreamHandler(text)
    handler.setFormatter(logging.Formatter("%(name)s %(levelname)s %(message)s"))
    before = root.level, ours.level
    loggers = [root] if ours.propagate else [root, ours]  # Chalice takes the logger of its own name out of the tree
    for logger in loggers:
        logger.addHandler(handler)
    root.setLevel(logging.INFO)
    ours.setLevel(logging.DEBUG)
    try:
        yield text
    finally:
        for logger in loggers:
            logger.removeHandler(handler)
        root.setLevel(before[0])
        ours.setLevel(before[1])


class Story:
    def __init__(self, front: Front) -> None:
        self.front = front
        self.replies: dict[str, Reply] = {}
        self.asked: dict[str, tuple[str, str]] = {}
        with listening() as logs:
            self._opens_a_card()
            self._grants()
            self._examined()
            self._treated()
            self._dispensed()
            self._takes_back()
        self.logs = logs.getvalue()

    def __getitem__(self, name: str) -> Reply:
        return self.replies[name]

    def ask(self, name: str, who: str, method: str, path: str, body: Any = None, **headers: str) -> Reply:
        reply = self.front.call(method, path, body, token=who, **headers)
        self.replies[name] = reply
        self.asked[name] = method, path.partition("?")[0]
        return reply

    @property
    def base(self) -> str:
        return f"/api/v1/patients/{self.patient.id}"

    def of(self, collection: str, name: str, tail: str = "") -> str:
        made = self[name]
        assert made.status == 201, (name, made.raw)
        return f"{self.base}/{collection}/{made.body['id']}{tail}"

    # --- the chapters

    def _opens_a_card(self) -> None:
        front = self.front
        self.passport = f"{secrets.randbelow(10**6):06d}"
        self.patient = front.register(
            last_name="Златоустова", first_name="Милолика", middle_name="Святогоровна", passport_number=self.passport
        )
        token = front.sign_in(self.patient).token
        front.awake(self.patient)
        self.oms = policy()
        self.ask("closed", token, "GET", f"{self.base}/overview")
        form = front.application(self.patient, oms_policy=self.oms)
        made = self.ask("applied", token, "POST", "/api/v1/me/card-application", form)
        self.organisation = front.organisation("Клиника «Астра»")
        registrar = front.staff("registrar", self.organisation)
        path = f"/api/v1/applications/{self.patient.id}/{made.body['application_id']}"
        seen = self.ask("application", registrar.token, "GET", path)
        tag = seen.headers["etag"]
        self.ask("decided", registrar.token, "POST", f"{path}/decision", {"approve": True}, If_Match=tag)

    def _grants(self) -> None:
        front, patient = self.front, self.patient
        self.doctor = front.staff("doctor", self.organisation)
        token = self.doctor.token
        self.ask("found", token, "POST", "/api/v1/patients/look-up", {"snils": patient.snils})
        self.ask("first access", token, "GET", f"{self.base}/examination-protocols")
        self.ask("second access", token, "GET", f"{self.base}/examination-protocols")
        pump()
        asked = self.ask("asked", patient.token, "GET", "/api/v1/me/consents")
        one = asked.body["items"][0]
        tag = f'W/"{one["version"]}"'
        self.consent = f"/api/v1/me/consents/{one['member']}"
        self.ask("granted", patient.token, "PUT", self.consent, {"state": "granted", "level": "full"}, If_Match=tag)

    def _examined(self) -> None:
        token, path = self.doctor.token, f"{self.base}/examination-protocols"
        key = self.front.key()
        self.ask("protocol", token, "POST", path, PROTOCOL, Idempotency_Key=key)
        self.ask("protocol again", token, "POST", path, PROTOCOL, Idempotency_Key=key)
        one = self.of("examination-protocols", "protocol")
        self.ask("first version", token, "GET", one)
        self.ask("amended", token, "PUT", one, {**PROTOCOL, "findings": FINDINGS}, If_Match='W/"1"')
        self.ask("amended late", token, "PUT", one, PROTOCOL, If_Match='W/"1"')
        self.ask("amended blindly", token, "PUT", one, PROTOCOL)
        self.ask("history", token, "GET", f"{one}/history")
        self.ask("result", token, "POST", f"{self.base}/laboratory-results", RESULT, Idempotency_Key=self.front.key())

    def _treated(self) -> None:
        doctor, patient, key = self.doctor.token, self.patient.token, self.front.key()
        path = f"{self.base}/prescriptions"
        self.ask("prescription", doctor, "POST", path, PRESCRIPTION, Idempotency_Key=key)
        self.ask("prescription again", doctor, "POST", path, PRESCRIPTION, Idempotency_Key=key)
        self.ask("unprinted", patient, "GET", self.of("prescriptions", "prescription", "/document"))
        pump()
        for name, collection in (("protocol", "examination-protocols"), ("result", "laboratory-results")):
            self.ask(f"paper of {name}", patient, "GET", self.of(collection, name, "/document"), Accept=PDF)
        one = self.of("prescriptions", "prescription")
        self.ask("paper of prescription", patient, "GET", f"{one}/document", Accept=PDF)
        self.ask("prescription as patient", patient, "GET", one)
        self.ask("prescription as doctor", doctor, "GET", one)
        self.qr = str(self["prescription as patient"].body["body"]["qr"])

    def _dispensed(self) -> None:
        front, code = self.front, {"code": self.qr}
        (first, _), (second, _) = front.pharmacy(), front.pharmacy()
        self.pharmacies = (first, second)
        tag = self.ask("verified", first, "POST", "/api/v1/prescriptions/verify", code).headers["etag"]
        self.ask("verified too", second, "POST", "/api/v1/prescriptions/verify", code)
        path, give = "/api/v1/prescriptions/dispense", {**code, **ONE_PACK, "pharmacist": {"name": PHARMACIST}}
        key = front.key()
        self.ask("dispensed", first, "POST", path, give, If_Match=tag, Idempotency_Key=key)
        self.ask("dispensed again", first, "POST", path, give, If_Match=tag, Idempotency_Key=key)
        self.ask("dispensed late", second, "POST", path, give, If_Match=tag, Idempotency_Key=front.key())
        one = self.of("prescriptions", "prescription", "/revocation")
        doctor = reissued(self.doctor.token, cat=int(services().clock().timestamp()))
        self.ask("revoked", doctor, "POST", one, {"reason": "side-effect"}, If_Match='W/"1"')
        after = self.ask("verified after", first, "POST", "/api/v1/prescriptions/verify", code)
        tag = after.headers["etag"]
        self.ask("dispensed after", second, "POST", path, give, If_Match=tag, Idempotency_Key=front.key())
        pump()

    def _takes_back(self) -> None:
        patient, doctor = self.patient.token, self.doctor.token
        one = self.of("examination-protocols", "protocol")
        self.ask("still open", doctor, "GET", one)
        now = int(services().clock().timestamp())
        tag = self["granted"].headers["etag"]
        self.ask("taken back", reissued(patient, cat=now), "PUT", self.consent, {"state": "revoked"}, If_Match=tag)
        self.ask("shut out", doctor, "GET", one)
        pump()
        self.ask("journal", patient, "GET", "/api/v1/me/consent-journal")
        self.ask("inbox", patient, "GET", "/api/v1/me/notices?limit=100")
        self.ask("overview", patient, "GET", f"{self.base}/overview")

    # --- what nobody but the people themselves may ever read

    def secret_words(self) -> list[str]:
        """Everything that was personal, medical or a secret in the story."""
        people = [self.patient, self.doctor]
        words = ["Златоустова", "Милолика", "Святогоровна", "Петрович", PHARMACIST, FINDINGS, PASSWORD]
        words += [f"4510{self.passport}", f"4510 {self.passport}", self.oms, "1987-04-12"]
        for person in people:
            words += [person.snils, person.phone, person.email, person.token, person.refresh.rpartition(".")[2]]
            nine = person.snils
            words.append(f"{nine[:3]}-{nine[3:6]}-{nine[6:9]} {nine[9:]}")
        words += [*self.pharmacies, self.qr, self.qr.rpartition("/")[2].partition("#")[0], self.qr.partition("#")[2]]
        words += [DRUG["inn"], DRUG["dosage"], "R03BA02"]
        words += [str(v) for n, v in PROTOCOL.items() if n not in {"occurred_at", "diagnoses"}]
        return [*words, "J45.0", "Аллергическая астма", RESULT["laboratory"], RESULT["panel"], "Эозинофилы"]
