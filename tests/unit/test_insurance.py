"""What an insurer's and a pharmacy's systems ask and say of their own accord (PRT-3, PRT-4)."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import Any

import pytest

from chalicelib.domain.access import Permit
from chalicelib.domain.identifiers import oms_check_digit
from chalicelib.domain.identity import Actor, PersonId, Role
from chalicelib.domain.resource_ids import ResourceId
from chalicelib.errors import MedkartaError, NotFoundError
from chalicelib.ports import keys
from chalicelib.ports.tables import Put, Store, Update
from chalicelib.records.examination import VISIT
from chalicelib.services.insurance import InsuranceService
from chalicelib.services.pharmacy_orders import PharmacyOrderService, PharmacyOrderWork, Tools
from chalicelib.services.pharmacy_orders.reported import PharmacyReports
from tests.pharmacy_world import CHAIN, CHAINS, ordering
from tests.resource_world import GLEB, VERA, ResourceWorld
from tests.world import ANNA

FIFTEEN = "785332084200001"
POLICY = FIFTEEN + str(oms_check_digit(FIFTEEN))
OTHER_POLICY = "785332084200002" + str(oms_check_digit("785332084200002"))
BORN = "1984-03-02"
VISITED = {"occurred_at": "2026-02-20T08:00:00+03:00", "doctor_name": "Петров Пётр Петрович", "reason": "Кашель"}


class Insured(ResourceWorld):
    def __init__(self) -> None:
        super().__init__()
        self.insurance = InsuranceService(self.gate, self.tables, self.vault, self.keys, self.index, self.clock)
        self.insurer = Actor(PersonId("insurer"), Role.INSURER, organisation_id="org-insurer")
        self.policy()
        self.sealed("profile", keys.profile(VERA), {"birth_date": BORN})
        self.tables.commit([Put(keys.blind_index("oms", self.index.tag("oms", POLICY)), {"person": VERA})])
        self.doctor = self.staff()
        self.consent(self.doctor, VERA)
        record, _ = self.records.create(self.doctor, VERA, VISIT, VISITED, "key-visit-0000001")
        self.service = str(ResourceId(VERA, "visit", record["id"]))

    def sealed(self, kind: str, key: keys.Key, content: dict[str, str]) -> None:
        text = json.dumps(content).encode()
        sealed = self.vault.seal(Permit(VERA, kind, kind, "test", writes=True), 2, text)
        self.tables.commit([Update(key, {"sealed": sealed, "ver": 2})])

    def policy(self, status: str = "active") -> None:
        self.sealed("policy", keys.policy(VERA), {"oms_policy": POLICY, "policy_status": status})

    def valid(self, number: str = POLICY, born: str = BORN) -> bool:
        return self.insurance.check(self.insurer, number, born)

    def said(self, sequence: int = 1, **more: Any) -> dict[str, Any]:
        form: dict[str, Any] = {"oms_policy": POLICY, "birth_date": BORN, "service": self.service, "state": "paid"}
        return form | {"sequence": sequence, "amount": None, "note": None} | more


@pytest.mark.requirement("PRT-4")
def test_a_policy_is_valid_or_it_is_not_and_no_more_is_told() -> None:
    world = Insured()
    assert world.valid()
    assert not world.valid(born="1984-03-03")
    assert not world.valid(number=OTHER_POLICY)
    assert not world.valid(number="12")
    world.tables.commit([Put(keys.barred(VERA, "org-insurer"), {"id": "org-insurer"})])
    assert not world.valid()
    asked = world.entries("policy:verify")
    assert {one.subject for one in asked} == {VERA, "sys"}
    assert POLICY not in str(asked)
    assert all(one.details.get("client") == "insurer" for one in asked if one.subject == VERA)


@pytest.mark.requirement("PRT-4")
def test_a_closed_policy_is_not_valid() -> None:
    world = Insured()
    world.policy("closed")
    assert not world.valid()


@pytest.mark.requirement("PRT-4")
def test_what_is_said_of_a_payment_is_seen_and_told_and_counts_by_its_number() -> None:
    world = Insured()
    first = world.said(2, amount="1500.00", note="Оплачено полностью")
    assert world.insurance.report(world.insurer, first) == ({"state": "stored", "sequence": 2}, True)
    for sequence in (1, 2):
        assert not world.insurance.report(world.insurer, world.said(sequence, state="refused"))[1]
    (shown,) = world.insurance.mine(world.vera)
    assert (shown["state"], shown["amount"], shown["kind"]) == ("paid", "1500.00", "visit")
    assert world.insurance.report(world.insurer, world.said(3, state="returned"))[1]
    assert world.insurance.mine(world.vera)[0]["state"] == "returned"
    (row,) = [row for key, row in world.tables.rows(Store.CARD).items() if key.sk.startswith("PAYMENT#")]
    assert "1500" not in str({name: value for name, value in row.items() if name != "sealed"})
    world.pump()
    told = [row["event"] for row in world.tables.rows(Store.CARD).values() if "event" in row]
    assert told.count("payment_changed") == 2


@pytest.mark.requirement("PRT-4")
@pytest.mark.parametrize("change", ["policy", "birth", "service", "another", "form"])
def test_a_payment_for_nothing_that_is_known_is_refused_alike(change: str) -> None:
    world = Insured()
    changes = {
        "policy": {"oms_policy": OTHER_POLICY},
        "birth": {"birth_date": "1990-01-01"},
        "service": {"service": str(ResourceId(VERA, "visit", "01890000-0000-7000-8000-000000000000"))},
        "another": {"service": str(ResourceId(GLEB, "visit", "01890000-0000-7000-8000-000000000000"))},
        "form": {"service": "Encounter/17"},
    }
    with pytest.raises(NotFoundError):
        world.insurance.report(world.insurer, world.said(**changes[change]))
    assert not [key for key in world.tables.rows(Store.CARD) if key.sk.startswith("PAYMENT#")]


# --- pharmacies


def chain() -> Any:
    """An order that the chain was told of, and the chain's own system."""
    made = ordering()
    chains = {CHAIN: replace(CHAINS[CHAIN], partner="camomile")}
    tools = Tools(made.gate, made.tables, made.vault, made.keys, made.chain, chains, made.clock)
    made.orders, made.work = PharmacyOrderService(tools), PharmacyOrderWork(tools)
    made.reports = PharmacyReports(tools, made.work)
    made.theirs = Actor(PersonId("camomile"), Role.PHARMACY, organisation_id="org-camomile")
    form = {"prescription_id": made.record["id"], "chain": CHAIN, "pharmacy_id": "p1", "kind": "reservation"}
    form |= {"drugs": [], "delivery": None, "use_loyalty": False}
    made.order = made.orders.order(made.anna, form, "key-order-0000001")[0]["id"]
    return made


@pytest.mark.requirement("PRT-3")
def test_a_chain_says_where_an_order_stands() -> None:
    world = chain()
    assert world.reports.listed(world.theirs, 10, None)[0] == []  # it was not told of it yet
    with pytest.raises(NotFoundError):
        world.reports.report(world.theirs, world.order, {"state": "ready", "number": 5})
    world.work.run()
    listed, _ = world.reports.listed(world.theirs, 10, None)
    assert [(one["id"], one["state"]) for one in listed] == [(world.order, "confirmed")]
    assert ANNA not in str(listed)
    shown, news = world.reports.report(world.theirs, world.order, {"state": "ready", "number": 5, "text": "Касса 2"})
    assert (shown["state"], news) == ("ready", True)
    for late in (5, 4):
        assert not world.reports.report(world.theirs, world.order, {"state": "refused", "number": late})[1]
    assert world.orders.one(world.anna, world.order)["state"] == "ready"
    world.reports.report(world.theirs, world.order, {"state": "collected", "number": 6})
    world.reports.report(world.theirs, world.order, {"state": "ready", "number": 7})
    assert world.orders.one(world.anna, world.order)["state"] == "collected"


@pytest.mark.requirement("PRT-3")
def test_another_chain_learns_nothing_and_a_lost_reply_is_repeated() -> None:
    world = chain()
    world.work.run()
    stranger = replace(world.theirs, person_id=PersonId("other"))
    for call in (
        lambda: world.reports.listed(stranger, 10, None),
        lambda: world.reports.report(stranger, world.order, {"state": "ready", "number": 5}),
        lambda: world.reports.report(world.theirs, "none", {"state": "ready", "number": 5}),
    ):
        with pytest.raises(NotFoundError):
            call()
    world.tables.lose_reply_next()
    with pytest.raises(MedkartaError):
        world.reports.report(world.theirs, world.order, {"state": "ready", "number": 5})
    shown, news = world.reports.report(world.theirs, world.order, {"state": "ready", "number": 5})
    assert (shown["state"], news) == ("ready", False)
