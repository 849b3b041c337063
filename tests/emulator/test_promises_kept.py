"""Promises that rest on real stores: bound ciphertext, destroyed keys, one winner. By the front door."""

from __future__ import annotations

import os
import re
import threading
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from chalicelib.ports import keys
from chalicelib.ports.tables import Store, Update
from local.outbox import Outbox
from tests.emulator.conftest import Emulated
from tests.functional.front import Front, Person
from tests.world import PRESCRIPTION, PROTOCOL

pytestmark = [pytest.mark.emulator, pytest.mark.xdist_group("emulator")]

AT = (datetime.now(UTC) - timedelta(hours=1)).isoformat()


class EmulatedFront(Front):
    """The front door over the emulator; one-time codes come from its outbox."""

    def __init__(self, url: str) -> None:
        super().__init__()
        self._outbox = Outbox(url)

    def code(self, to: str) -> str:
        newest = next(m for m in self._outbox.messages() if m.to == to and re.search(r"\d{6}", m.text))
        return re.findall(r"\b\d{6}\b", newest.text)[-1]


@pytest.fixture(scope="module")
def front(emulator: Emulated) -> Iterator[EmulatedFront]:
    from chalicelib import bootstrap

    before = dict(os.environ)
    os.environ.update(emulator.environment)
    emulator.client("ses").verify_email_identity(EmailAddress=emulator.outputs["MailSender"])
    bootstrap.aws.cache_clear()
    bootstrap.services.cache_clear()
    yield EmulatedFront(emulator.url)
    os.environ.clear()
    os.environ.update(before)
    bootstrap.aws.cache_clear()
    bootstrap.services.cache_clear()


class Ward:
    def __init__(self, front: EmulatedFront) -> None:
        self.front = front
        self.anna, self.boris = front.patient(), front.patient()
        self.doctor = front.staff("doctor")
        for patient in (self.anna, self.boris):
            front.consent(patient, self.doctor)

    def protocol(self, patient: Person) -> str:
        path = f"/api/v1/patients/{patient.id}/examination-protocols"
        body = {**PROTOCOL, "occurred_at": AT}
        return str(self.front.ok("POST", path, body, token=self.doctor.token, Idempotency_Key=self.front.key())["id"])

    def read(self, patient: Person, record_id: str) -> Any:
        path = f"/api/v1/patients/{patient.id}/examination-protocols/{record_id}"
        return self.front.call("GET", path, token=patient.token)


@pytest.fixture(scope="module")
def ward(front: EmulatedFront) -> Ward:
    return Ward(front)


def services() -> Any:
    from chalicelib.bootstrap import services as made

    return made()


def put_sealed(patient: Person, record_id: str, sealed: bytes) -> None:
    key = keys.record(patient.id, "examination-protocol", record_id)
    services().tables.commit([Update(key, {"sealed": sealed})])


@pytest.mark.requirement("SEC-1")
def test_a_ciphertext_in_another_place_is_refused(ward: Ward) -> None:
    one, two, other = ward.protocol(ward.anna), ward.protocol(ward.anna), ward.protocol(ward.boris)
    tables = services().tables
    rows = {
        r: tables.get(keys.record(p.id, "examination-protocol", r))
        for p, r in ((ward.anna, one), (ward.anna, two), (ward.boris, other))
    }
    for foreign in (rows[two]["sealed"], rows[other]["sealed"]):
        put_sealed(ward.anna, one, foreign)
        reply = ward.read(ward.anna, one)
        assert (reply.status, reply.code) == (500, "content-unreadable")
        assert "бронхит" not in reply.raw.decode()
    put_sealed(ward.anna, one, rows[one]["sealed"])
    assert ward.read(ward.anna, one).status == 200


@pytest.mark.requirement("REC-4", "SEC-1")
def test_an_older_version_put_back_is_refused(ward: Ward) -> None:
    record_id = ward.protocol(ward.anna)
    old = services().tables.get(keys.record(ward.anna.id, "examination-protocol", record_id))["sealed"]
    path = f"/api/v1/patients/{ward.anna.id}/examination-protocols/{record_id}"
    body = {**PROTOCOL, "occurred_at": AT, "conclusion": "Пневмония"}
    ward.front.ok("PUT", path, body, token=ward.doctor.token, If_Match='W/"1"')
    put_sealed(ward.anna, record_id, old)
    assert ward.read(ward.anna, record_id).code == "content-unreadable"


@pytest.mark.requirement("RX-3")
def test_eight_pharmacies_at_the_same_moment(ward: Ward) -> None:
    path = f"/api/v1/patients/{ward.anna.id}/prescriptions"
    body = {**PRESCRIPTION, "occurred_at": AT}
    made = ward.front.ok("POST", path, body, token=ward.doctor.token, Idempotency_Key=ward.front.key())
    qr = ward.front.ok("GET", f"{path}/{made['id']}", token=ward.anna.token)["body"]["qr"]
    tokens = [ward.front.pharmacy()[0] for _ in range(2)]
    give = {"code": qr, "drugs": [{"line": 1, "packs": 3}], "pharmacist": {"name": "Сидорова Мария"}}
    outcomes: list[int] = []
    barrier = threading.Barrier(8)

    def dispense(number: int) -> None:
        barrier.wait()
        reply = ward.front.call(
            "POST",
            "/api/v1/prescriptions/dispense",
            give,
            token=tokens[number % 2],
            If_Match='W/"1"',
            Idempotency_Key=ward.front.key(),
        )
        outcomes.append(reply.status)

    threads = [threading.Thread(target=dispense, args=(n,)) for n in range(8)]
    [t.start() for t in threads]
    [t.join() for t in threads]
    assert sorted(outcomes) == [200] + [409] * 7
    seen = ward.front.ok("POST", "/api/v1/prescriptions/verify", {"code": qr}, token=tokens[0])
    assert (seen["state"], seen["drugs"][0]["remaining"]) == ("dispensed", 0)


@pytest.mark.requirement("ACC-2")
def test_one_winner_of_eight_edits(ward: Ward) -> None:
    record_id = ward.protocol(ward.anna)
    path = f"/api/v1/patients/{ward.anna.id}/examination-protocols/{record_id}"
    outcomes: list[int] = []
    barrier = threading.Barrier(8)

    def edit(number: int) -> None:
        barrier.wait()
        body = {**PROTOCOL, "occurred_at": AT, "findings": f"вариант {number}"}
        outcomes.append(ward.front.call("PUT", path, body, token=ward.doctor.token, If_Match='W/"1"').status)

    threads = [threading.Thread(target=edit, args=(n,)) for n in range(8)]
    [t.start() for t in threads]
    [t.join() for t in threads]
    assert sorted(outcomes) == [200] + [412] * 7
    assert len(ward.front.ok("GET", f"{path}/history", token=ward.anna.token)["items"]) == 2


@pytest.mark.requirement("SPC-8", "SEC-1")
def test_destroyed_keys_close_one_card_and_no_other(ward: Ward) -> None:
    clara = ward.front.patient()
    ward.front.consent(clara, ward.doctor)
    mine, theirs = ward.protocol(clara), ward.protocol(ward.boris)
    assert ward.read(clara, mine).status == ward.read(ward.boris, theirs).status == 200
    final = services().patient_keys.destroy(clara.id, "01890000-0000-7000-8000-000000000000")
    assert final > datetime.now(UTC)
    assert ward.read(clara, mine).code == "erased"
    path = f"/api/v1/patients/{clara.id}/examination-protocols"
    refused = ward.front.call(
        "POST", path, {**PROTOCOL, "occurred_at": AT}, token=ward.doctor.token, Idempotency_Key=ward.front.key()
    )
    assert refused.status in {409, 410}
    assert ward.read(ward.boris, theirs).body["body"]["conclusion"] == PROTOCOL["conclusion"]
    left = services().tables.query(Store.KEYS, clara.id, "kek#").items
    assert left == []
