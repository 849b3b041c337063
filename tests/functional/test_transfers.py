"""Exchange of cards and aggregate counts through the front door (PRT-7, PRT-8)."""

from __future__ import annotations

import json
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from joserfc.jwe import JWERegistry, decrypt_compact, encrypt_compact
from joserfc.jwk import ECKey

from chalicelib.bootstrap import services
from chalicelib.domain.aggregates.periods import end_of, month_of
from local.open_transfer import main, opened
from tests.functional.front import Front, Person, Reply
from tests.world import PROTOCOL

pytestmark = [pytest.mark.xdist_group("story"), pytest.mark.requirement("PRT-7", "PRT-8")]

BASE = "/api/v1/transfers"
SCOPES = ["transfer.read", "transfer.write", "card.read"]


def registry() -> JWERegistry:
    made = JWERegistry(algorithms=["ECDH-ES+A256KW", "A256GCM"])
    made.max_ciphertext_length = 1 << 24
    return made


class Two:
    """A clinic with a doctor, a hospital with a system and a registrar, a patient with a protocol of the clinic."""

    def __init__(self, front: Front) -> None:
        self.front = front
        self.clinic, self.hospital = front.organisation("Поликлиника № 7"), front.organisation("Больница № 8")
        self.doctor, self.registrar = front.staff("doctor", self.clinic), front.staff("registrar", self.hospital)
        self.key = ECKey.generate_key("P-256")
        jwk = {**self.key.as_dict(private=False), "use": "enc", "kid": "box"}
        self.token, self.client = front.partner("clinical-system", self.hospital, SCOPES, "МИС больницы", [jwk])
        self.vera = front.patient()
        front.consent(self.vera, self.doctor)
        path = f"/api/v1/patients/{self.vera.id}/examination-protocols"
        self.ok("POST", path, PROTOCOL, self.doctor)

    def call(self, method: str, path: str, body: Any, who: Person | str, **headers: str) -> Reply:
        headers |= {"Idempotency_Key": self.front.key()} if method == "POST" else {}
        token = who if isinstance(who, str) else self.front.fresh(who.token)
        return self.front.call(method, path, body, token=token, **headers)

    def ok(self, method: str, path: str, body: Any, who: Person | str) -> Any:
        reply = self.call(method, path, body, who)
        assert reply.status < 300, (path, reply.status, reply.raw)
        return reply.body

    def answer(self, state: str) -> None:
        path = f"/api/v1/me/consents/{self.client}"
        (row,) = [one for one in self.ok("GET", "/api/v1/me/consents", None, self.vera)["items"]
                  if one["member"] == self.client]  # fmt: skip
        headers = {"If_Match": f'W/"{row["version"]}"'}
        reply = self.call("PUT", path, {"state": state}, self.vera, **headers)
        assert reply.status == 200, reply.raw

    def opened(self, sealed: str) -> bytes:
        return decrypt_compact(sealed, self.key, registry=registry()).plaintext or b""


@pytest.fixture(scope="module")
def two(front: Front) -> Two:
    return Two(front)


def opened_alone(two: Two, part: Any, place: Path) -> None:
    """By the program that needs nothing of this system (local/open_transfer.py); with another key it refuses."""
    keys = two.front.call("GET", f"{BASE}/keys").body
    claims, content = opened(part["sealed"], two.key.as_dict(private=True), keys)
    assert (claims["aud"], claims["part"], content["bundle"]["type"]) == (two.hospital, 1, "collection")
    other = ECKey.generate_key("P-256").as_dict(private=True)
    for private, done in ((two.key.as_dict(private=True), 0), (other, 1)):
        files = {"part.json": part, "private.jwk": private, "keys.json": keys}
        for name, said in files.items():
            (place / name).write_text(json.dumps(said), "utf-8")
        assert main([str(place / name) for name in files]) == done
    with pytest.raises(ValueError, match="no key of the sender"):
        opened(part["sealed"], two.key.as_dict(private=True), {"keys": []})


def test_a_card_goes_from_one_organisation_to_another_and_back_in(two: Two, tmp_path: Path) -> None:
    form = {"patient_id": two.vera.id, "client_id": two.client, "sections": ["protocols"], "purpose": "лечение"}
    asked = two.ok("POST", BASE, form, two.registrar)
    parts = f"{BASE}/{asked['id']}/parts"
    assert two.call("GET", parts, None, two.token).code == "wrong-state"
    two.answer("granted")
    assert two.ok("GET", f"{BASE}/{asked['id']}", None, two.registrar)["state"] == "granted"
    part = two.ok("GET", parts, None, two.token)
    assert "next" not in part
    opened_alone(two, part, tmp_path)
    outer = json.loads(two.opened(part["sealed"]))
    content = json.loads(outer["content"])
    assert PROTOCOL["conclusion"] in outer["content"]
    assert len(content["manifest"]) >= 1

    accepted = two.ok("POST", f"{BASE}/{asked['id']}/acceptance", {"parts": 1}, two.token)
    assert (accepted["state"], accepted["receipt"].count(".")) == ("accepted", 2)
    two.front.pump()
    events = [one["event"] for one in two.ok("GET", "/api/v1/me/notices?limit=50", None, two.vera)["items"]]
    assert {"transfer_given", "transfer_accepted"} <= set(events)
    assert [one["state"] for one in two.ok("GET", "/api/v1/me/transfers", None, two.vera)["items"]] == ["accepted"]

    keys = two.front.call("GET", f"{BASE}/keys").body["keys"]
    (ours,) = [key for key in keys if key["use"] == "enc"]
    header = {"alg": "ECDH-ES+A256KW", "enc": "A256GCM", "kid": ours["kid"]}
    back = encrypt_compact(header, json.dumps(outer).encode(), ECKey.import_key(ours), registry=registry())
    taken = take(two, back)
    assert taken.status == 200, taken.raw
    assert {one["outcome"] for one in taken.body["entries"]} == {"known"}  # both share the card
    assert take(two, back).headers.get("idempotent-replay") == "true"
    assert take(two, back[:-4] + "AAAA").code == "transfer-unreadable"
    assert take(two, back, two.registrar).status == 403

    two.answer("revoked")
    assert two.call("GET", parts, None, two.token).status in {403, 409}
    other, _ = two.front.partner("clinical-system", two.clinic, SCOPES, "МИС")
    assert two.call("GET", parts, None, other).status == 404


def take(two: Two, sealed: str, who: Person | None = None) -> Reply:
    token = two.front.fresh(who.token) if who else two.token
    path = f"{BASE}/incoming?patient={two.vera.id}"
    return two.front.call(
        "POST", path, raw=sealed.encode(), token=token, Content_Type="application/vnd.medkarta.transfer"
    )


def test_counts_are_switched_on_and_published_once(two: Two, monkeypatch: pytest.MonkeyPatch) -> None:
    from chalicelib.handlers.events import check_policies
    from tests.functional.timers import EVENT

    front, base = two.front, "/api/v1/aggregates"
    analytics, _ = front.partner("analytics", two.clinic, ["aggregates.read"], "Аналитика")
    admin = front.administrator()
    assert two.ok("PUT", base, {"counting": True}, admin)["counting"]
    assert two.call("PUT", base, {"counting": True}, analytics).status == 403
    assert two.call("PUT", base, {"counting": True, "k": 3}, admin).code == "invalid-fields"
    now = services().clock()
    body = {**PROTOCOL, "occurred_at": now.isoformat(), "diagnoses": [{"code": "I10", "text": "гипертензия"}]}
    two.ok("POST", f"/api/v1/patients/{two.vera.id}/examination-protocols", body, two.doctor)
    front.pump()
    assert check_policies(EVENT, None)["added"] == 1
    month = month_of(now)
    assert two.call("GET", f"{base}/periods/{month}/persons", None, analytics).status == 404
    later = end_of(month) + timedelta(days=12)
    monkeypatch.setattr(services().aggregate_closing, "_clock", lambda: later)
    assert check_policies(EVENT, None)["closed"] >= 1
    (period,) = [one for one in two.ok("GET", f"{base}/periods", None, analytics)["items"] if one["period"] == month]
    assert {one["table"] for one in period["tables"]} >= {"persons", "diagnosis-chapters"}
    found = two.call("GET", f"{base}/periods/{month}/persons", None, analytics)
    assert (found.status, found.body["cells"], found.body["k"]) == (200, [], 10)  # one person is fewer than ten
    assert two.call("GET", f"{base}/periods/{month}/cards", None, analytics).status == 404
    assert two.call("GET", f"{base}/periods/{month}/persons", None, two.token).status == 403


@pytest.mark.requirement("PRT-3", "PRT-4")
def test_an_insurer_and_a_chain_of_pharmacies_ask_and_say(two: Two) -> None:
    insurer, _ = two.front.partner("insurer", two.clinic, ["policy.verify", "payment.write"], "Страховая")
    pharmacy, _ = two.front.partner("pharmacy", two.clinic, ["pharmacy-order.write"], "Сеть")
    asked = {"oms_policy": "7853320842000018", "birth_date": "1990-01-01"}
    checks, payments = "/api/v1/insurance/policy-checks", "/api/v1/insurance/payments"
    assert two.ok("POST", checks, asked, insurer) == {"valid": False}
    paid = {**asked, "service": "Encounter/17", "state": "paid", "sequence": 1}
    assert two.call("POST", payments, paid, insurer).status == 404
    assert two.call("POST", payments, {**paid, "state": "gone"}, insurer).status == 422
    assert two.ok("GET", "/api/v1/me/payments", None, two.vera) == {"items": []}
    orders = "/api/v1/pharmacy-orders"
    assert two.call("GET", orders, None, pharmacy).status == 404  # it speaks for no chain of the setting
    assert two.call("POST", f"{orders}/none/standing", {"state": "ready", "number": 1}, pharmacy).status == 404
    for path, token in ((checks, pharmacy), (checks, two.token), (payments, pharmacy)):
        assert two.call("POST", path, paid if path == payments else asked, token).status == 403
    assert two.call("GET", orders, None, insurer).status == 403
