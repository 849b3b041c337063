"""Proposals for schedules: what the figures speak for, and what a person said (ANA-2)."""

from __future__ import annotations

from datetime import date, timedelta
from math import factorial

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chalicelib.domain.identity import Role
from chalicelib.domain.load.proposals import AIM, QUIET_DAYS
from chalicelib.domain.load.queues import erlang_c, mean_wait
from chalicelib.errors import NotFoundError
from chalicelib.ports import keys
from chalicelib.ports.tables import Put, Store
from chalicelib.services.load import LoadCounting, LoadOffers, LoadProposals
from local.clinic_month import Clinic, live, three
from tests.world import World

pytestmark = pytest.mark.requirement("ANA-2")

MEMBERS = (("m-busy", "p1"), ("m-uneven", "p2"), ("m-quiet", "p3"))


# --- the model


@given(st.integers(1, 30), st.floats(0.01, 0.99))
def test_erlang_c_is_what_its_formula_says(servers: int, use: float) -> None:
    load = servers * use
    last = load**servers / factorial(servers) / (1 - use)
    assert erlang_c(servers, load) == pytest.approx(last / (sum(load**k / factorial(k) for k in range(servers)) + last))


def test_known_values() -> None:
    assert erlang_c(1, 0.5) == pytest.approx(0.5)
    assert erlang_c(2, 1.0) == pytest.approx(1 / 3)
    assert mean_wait(1, 70, 66.5) == round(0.95 / (2 * 70 * 0.05) * 168)  # Pollaczek and Khinchine, M/D/1
    assert [mean_wait(1, 70, 70), mean_wait(1, 0, 0), mean_wait(0, 70, 1)] == [None, None, None]


@given(st.integers(1, 8), st.floats(20, 200), st.floats(0.1, 0.97))
def test_more_slots_never_lengthen_the_wait(doctors: int, offered: float, use: float) -> None:
    waits = [mean_wait(doctors, offered + more, offered * use) for more in (0, 1, 10)]
    assert None not in waits
    assert waits == sorted(waits, reverse=True)


# --- a month of a clinic


class Lived:
    def __init__(self, weeks: int) -> None:
        self.world = world = World()
        world.clock.now = world.clock().replace(month=4, day=1)
        last = world.clock().date() - timedelta(days=1)
        for member, _ in MEMBERS:
            row = {"member": member, "department": "поликлиника", "state": "active"}
            world.tables.commit([Put(keys.staff("clinic", member), row)])
        self.visits = live(world.tables, Clinic("clinic", three(MEMBERS)), last - timedelta(days=7 * weeks), last)
        LoadOffers(world.tables, world.clock).run()
        counting = LoadCounting(world.tables)
        for row in list(world.tables.rows(Store.CARD).values()):
            for name in row.get("react", ()):
                if name in counting.reactions:
                    _, writes = counting.reactions[name](row)
                    world.tables.commit(writes)
        self.proposals = LoadProposals(world.gate, world.tables, world.clock)
        self.boss = world.staff("boss", Role.ADMINISTRATOR)


def test_the_same_seed_is_the_same_life() -> None:
    tables, (last, clinic) = World().tables, (date(2026, 2, 27), Clinic("clinic", three(MEMBERS), ("anna", "boris")))
    first = live(tables, clinic, last - timedelta(days=6), last)
    rows = dict(tables.rows())
    assert live(tables, clinic, last - timedelta(days=6), last) == first
    assert tables.rows() == rows
    assert {one.patient for one in first} == {"anna", "boris"}


@pytest.fixture(scope="module")
def lived() -> Lived:
    return Lived(7)


def test_each_sort_of_doctor_gets_the_proposal_that_fits(lived: Lived) -> None:
    shown = lived.proposals.listed(lived.boss)
    found = {one["member_id"]: one for one in shown["items"]}
    assert {member: one["kind"] for member, one in found.items()} == {
        "m-busy": "more",
        "m-uneven": "move",
        "m-quiet": "fewer",
    }
    more, move, fewer = (found[member] for member, _ in MEMBERS)
    assert more["slots"] > 0 > fewer["slots"]
    assert more["reason"]["use_percent"] >= 90 > AIM >= more["effect"]["use_percent"]
    assert more["reason"]["wait_hours"] > 14 * 24
    assert more["effect"]["model_wait_hours_before"] > more["effect"]["model_wait_hours"]
    assert (move["to_part"], move["from_part"]) == ("morning", "afternoon")
    assert move["effect"]["to_percent"] < move["reason"]["to_percent"]
    assert fewer["effect"]["use_percent"] <= AIM
    assert all(len(one["schedules"]) == 1 and one["decision"] is None for one in found.values())
    assert shown["too_little"] == []


def test_little_data_says_nothing_but_that() -> None:
    short = Lived(2)
    shown = short.proposals.listed(short.boss)
    assert shown["items"] == []
    assert {one["member_id"] for one in shown["too_little"]} == {member for member, _ in MEMBERS}


def test_a_decision_is_a_persons_stands_a_while_and_changes_no_schedule() -> None:
    lived = Lived(7)
    before = {key: row for key, row in lived.world.tables.rows(Store.CARD).items() if key.pk.startswith("SCHEDULE")}
    first, *_ = lived.proposals.listed(lived.boss)["items"]
    said = lived.proposals.decide(lived.boss, first["id"], "dismissed")
    assert said["decision"]["by"] == lived.boss.person_id
    assert lived.proposals.decide(lived.boss, first["id"], "dismissed") == said  # repeatable
    assert lived.proposals.decide(lived.boss, first["id"], "accepted")["decision"]["decision"] == "accepted"
    listed = lived.proposals.listed(lived.boss)["items"]
    assert [one["id"] for one in listed if one["decision"]] == [first["id"]] == [listed[-1]["id"]]
    after = {key: row for key, row in lived.world.tables.rows(Store.CARD).items() if key.pk.startswith("SCHEDULE")}
    assert before == after
    decided = [event for event in lived.world.audit.events if event.action == "load:decide"]
    assert [event.details["decision"] for event in decided] == ["dismissed", "accepted"]
    with pytest.raises(NotFoundError):
        lived.proposals.decide(lived.boss, "unknown", "accepted")
    lived.world.clock.advance(days=QUIET_DAYS + 1)
    assert all(one["decision"] is None for one in lived.proposals.listed(lived.boss)["items"])
