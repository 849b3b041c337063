"""Links to a card (DOC-4): what one opens and to whom, how it ends, what its maker sees."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from chalicelib.domain import shares
from chalicelib.domain.access import CardState
from chalicelib.domain.shares import WRONG_PASSCODES
from chalicelib.errors import (
    AccessDeniedError,
    CardStateError,
    IdempotencyKeyReusedError,
    InvalidFieldsError,
    NotFoundError,
    SessionEndedError,
    ShareClosedError,
    ShareExpiredError,
    ShareLockedError,
    SharePasscodeError,
    ShareRevokedError,
    ShareUnknownError,
    ShareUsedUpError,
)
from chalicelib.ports import keys
from chalicelib.ports.tables import Store
from chalicelib.records.registry import record_type
from tests.share_world import CODE, OUTSIDE, ShareWorld, form
from tests.vital_world import body as measured
from tests.world import ANNA, BORIS, PRESCRIPTION

pytestmark = pytest.mark.requirement("DOC-4")
PROTOCOL = "examination-protocol"


@pytest.fixture
def world() -> ShareWorld:
    return ShareWorld()


def prescription(world: ShareWorld) -> str:
    made, _ = world.prescriptions.issue(world.doctor, ANNA, dict(PRESCRIPTION), "rx-" + "0" * 20)
    return str(made["id"])


def kinds(items: list[dict[str, Any]]) -> set[str]:
    return {item["kind"] for item in items}


# --- what it opens


def test_a_section_is_opened_live_and_nothing_beside_it(world: ShareWorld) -> None:
    first = world.protocol()
    holder = world.open(world.share())
    assert kinds(world.shares.contents(holder)["kinds"]) == {PROTOCOL}
    second = world.protocol()  # what comes later in that section is shared too
    found, _ = world.shares.page(holder, PROTOCOL, 50, None)
    assert {record["id"] for record in found} == {first, second}
    assert found[0]["body"]["conclusion"] == "Острый бронхит"
    assert "person" not in found[0]["author"]
    for kind in ("visit", "prescription", "allergy"):
        with pytest.raises(AccessDeniedError):
            world.shares.page(holder, kind, 50, None)
    for kind in ("overview", "vaccination-plan", "profile", "none"):
        with pytest.raises(NotFoundError):
            world.shares.page(holder, kind, 50, None)


@pytest.mark.requirement("DOC-4", "REC-9")
def test_who_confirmed_a_patients_own_entry_is_no_id_outside(world: ShareWorld) -> None:
    spec = record_type("vital-sign")
    made, _ = world.records.create(world.anna, ANNA, spec, measured("pulse", world.clock(), "72"), "own-" + "0" * 20)
    world.records.confirm(world.doctor, ANNA, spec, made["id"], 1)
    shown = world.shares.read(world.open(world.share(sections=[spec.section])), spec.name, made["id"])
    assert shown["confirmed"]["role"] == "doctor"
    assert world.doctor.person_id not in str(shown)


def test_a_shared_record_leads_to_none_that_is_not_shared(world: ShareWorld) -> None:
    linked = world.protocol(related=[{"kind": PROTOCOL, "id": world.protocol()}])
    holder = world.open(world.share(sections=[], records=[{"kind": PROTOCOL, "record_id": linked}]))
    assert world.records.read(world.anna, ANNA, record_type(PROTOCOL), linked)["body"]["related"]
    assert "related" not in world.shares.read(holder, PROTOCOL, linked)["body"]


def test_a_single_record_is_opened_and_not_its_neighbour(world: ShareWorld) -> None:
    shown, other = world.protocol(), world.protocol()
    holder = world.open(world.share(sections=[], records=[{"kind": PROTOCOL, "record_id": shown}]))
    held = world.shares.contents(holder)
    assert (held["kinds"], [one["record_id"] for one in held["records"]]) == ([], [shown])
    assert world.shares.read(holder, PROTOCOL, shown)["id"] == shown
    for act in (
        lambda: world.shares.read(holder, PROTOCOL, other),
        lambda: world.shares.page(holder, PROTOCOL, 50, None),
        lambda: world.shares.document(holder, PROTOCOL, other),
    ):
        with pytest.raises(AccessDeniedError):
            act()


def test_in_brief_shows_summaries_and_lets_nothing_leave(world: ShareWorld) -> None:
    record = world.protocol()
    world.printed(PROTOCOL, record)
    brief = world.shares.read(world.open(world.share(level="limited", download=False)), PROTOCOL, record)
    assert brief["summary_only"]
    assert brief["body"]
    assert "follow_up_plan" not in brief["body"]
    for changes in ({"level": "limited", "download": True}, {"download": False}):
        with pytest.raises(AccessDeniedError):
            world.shares.document(world.open(world.share(**changes)), PROTOCOL, record)
    assert world.shares.document(world.open(world.share()), PROTOCOL, record) == b"%PDF-"


def test_what_is_the_owners_alone_is_in_no_record_and_no_document(world: ShareWorld) -> None:
    record = prescription(world)
    world.printed("prescription", record)
    holder = world.open(world.share(sections=["medication"]))
    assert "qr" not in world.shares.read(holder, "prescription", record)["body"]
    with pytest.raises(AccessDeniedError):
        world.shares.document(holder, "prescription", record)
    described = {one["kind"]: one["document"] for one in world.shares.contents(holder)["kinds"]}
    assert described["prescription"] is False


def test_another_patients_card_stays_closed(world: ShareWorld) -> None:
    boris = world.patient(BORIS)
    record = world.protocol()
    other = world.open(world.share(boris))
    with pytest.raises(NotFoundError):
        world.shares.read(other, PROTOCOL, record)
    assert world.shares.page(other, PROTOCOL, 50, None)[0] == []
    with pytest.raises(InvalidFieldsError):
        world.share(boris, sections=[], records=[{"kind": PROTOCOL, "record_id": record}])


# --- making


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"sections": []}, "/sections"),
        ({"sections": ["overview"]}, "/sections/0"),
        ({"sections": ["protocols", "none"]}, "/sections/1"),
        ({"records": [{"kind": "visit", "record_id": "none"}]}, "/records/0"),
        ({"records": [{"kind": "none", "record_id": "none"}]}, "/records/0"),
        ({"passcode": "12-34-56"}, "/passcode"),
        ({"passcode": "aaaaaaa"}, "/passcode"),
        ({"passcode": "1 2 3 4 5"}, "/passcode"),
        ({"valid_until": "2026-03-02T08:59:59+00:00"}, "/valid_until"),
        ({"valid_until": "2026-04-02T09:00:01+00:00"}, "/valid_until"),
    ],
    ids=[
        "nothing",
        "composed",
        "unknown-section",
        "no-record",
        "no-kind",
        "row",
        "one-character",
        "short",
        "past",
        "late",
    ],
)
def test_what_cannot_be_shared_is_named(world: ShareWorld, changes: dict[str, Any], field: str) -> None:
    with pytest.raises(InvalidFieldsError) as caught:
        world.share(**changes)
    assert [problem.field for problem in caught.value.fields] == [field]


def test_address_and_passcode_are_told_once_and_kept_as_hashes(world: ShareWorld) -> None:
    wanted = form(passcode=None)
    made, repeated = world.shares.create(world.anna, wanted, "key-" + "a" * 20)
    again, replayed = world.shares.create(world.anna, wanted, "key-" + "a" * 20)
    assert (repeated, replayed) == (False, True)
    assert again == {name: value for name, value in made.items() if name not in {"link", "passcode"}}
    secret = made["link"].partition("#")[2]
    assert made["link"] == f"https://card.example/s/{made['share_id']}#{secret}"
    assert len(secret) == 32  # 192 bits
    assert len(made["passcode"]) == shares.MADE
    stored = repr(world.tables.rows()) + repr(world.audit.events)
    assert not [one for one in (secret, made["passcode"], "Страховая") if one in stored]
    world.open((made["share_id"], secret), made["passcode"].lower() + " ")
    with pytest.raises(IdempotencyKeyReusedError):
        world.shares.create(world.anna, form(passcode="another-7"), "key-" + "a" * 20)


def test_a_card_that_is_not_open_is_not_shared(world: ShareWorld) -> None:
    world.tables.tamper(keys.card(ANNA), state=CardState.MERGING.value)
    with pytest.raises(CardStateError):
        world.share()


# --- coming in


def test_no_link_and_another_secret_are_one_answer(world: ShareWorld) -> None:
    share, _ = world.share()
    answers = set()
    for wrong in ((share, "x" * 32), ("none", "x" * 32), (share, ""), ("n" * 2000, "x"), (share, "\ud800")):
        with pytest.raises(ShareUnknownError) as caught:
            world.shares.open(OUTSIDE, *wrong, CODE)
        answers.add((caught.value.code, caught.value.detail, str(caught.value.extra)))
    assert len(answers) == 1
    assert int(world.row(keys.share(ANNA, share))["opened"]) == 0
    assert world.tables.get(keys.share_tries(share)) is None  # without the secret nobody locks a link
    assert {(e.subject, e.reason) for e in world.entries("share:open")} == {
        (ANNA, "share-secret"),
        ("sys", "share-secret"),
    }


def test_wrong_passcodes_lock_the_link_and_its_maker_is_told(world: ShareWorld) -> None:
    link = world.share()
    inside = world.open(link)
    left = []
    for _ in range(WRONG_PASSCODES):
        with pytest.raises(SharePasscodeError) as caught:
            world.open(link, "сирень-28")
        left.append(caught.value.extra["tries_left"])
    assert left == [4, 3, 2, 1, 0]
    with pytest.raises(ShareLockedError):
        world.open(link)
    with pytest.raises(ShareClosedError):  # whoever is inside goes out too: the address is known to somebody else
        world.shares.page(inside, PROTOCOL, 50, None)
    world.pump()
    assert world.inbox(world.anna).count("share_locked") == 1
    assert world.journal(link) == ["opened", *["wrong-passcode"] * WRONG_PASSCODES]
    world.shares.revoke(world.anna, link[0])
    with pytest.raises(ShareRevokedError):
        world.open(link)


def test_right_passcodes_are_no_guesses(world: ShareWorld) -> None:
    link = world.share(openings=20)
    for _ in range(WRONG_PASSCODES + 3):
        world.open(link)
    assert int(world.row(keys.share_tries(link[0]))["count"]) == 0


@pytest.mark.parametrize("passcode", ["сирень27", " СИРЕНЬ–27 ", "Сирень - 27"], ids=["bare", "dash", "blanks"])
def test_a_passcode_is_taken_as_it_was_read_out(world: ShareWorld, passcode: str) -> None:
    assert world.open(world.share(), passcode).role == "recipient"


# --- how it ends


def test_revoked_it_opens_nothing_at_once(world: ShareWorld) -> None:
    record, link = world.protocol(), world.share()
    holder = world.open(link)
    world.shares.revoke(world.anna, link[0])
    world.shares.revoke(world.anna, link[0])
    assert len(world.entries("share:revoke")) == 1
    for act in (
        lambda: world.shares.contents(holder),
        lambda: world.shares.page(holder, PROTOCOL, 50, None),
        lambda: world.shares.read(holder, PROTOCOL, record),
    ):
        with pytest.raises(ShareClosedError):
            act()
    with pytest.raises(ShareRevokedError):
        world.open(link)
    with pytest.raises(NotFoundError):
        world.shares.revoke(world.patient(BORIS), link[0])


def test_it_is_opened_as_often_as_was_said(world: ShareWorld) -> None:
    link = world.share(openings=2)
    inside = [world.open(link), world.open(link)]
    with pytest.raises(ShareUsedUpError):
        world.open(link)
    world.shares.contents(inside[0])  # who is inside reads on
    (shown,), _ = world.shares.mine(world.anna, 50, None)
    assert (shown["state"], shown["opened"], shown["label"]) == ("used-up", 2, "Страховая, случай 17")


def test_an_opening_lasts_half_an_hour_and_no_longer_than_the_link(world: ShareWorld) -> None:
    link = world.share()
    holder = world.open(link)
    world.clock.advance(minutes=30)
    with pytest.raises(SessionEndedError):
        world.shares.contents(holder)
    with pytest.raises(SessionEndedError):
        world.shares.page(holder, PROTOCOL, 50, None)
    world.clock.now += shares.DEFAULT_LIFE - timedelta(minutes=40)
    late = world.open(link)
    world.clock.advance(minutes=10)
    with pytest.raises(SessionEndedError):
        world.shares.page(late, PROTOCOL, 50, None)
    with pytest.raises(ShareExpiredError):
        world.open(link)


@pytest.mark.parametrize("state", [CardState.ERASED, CardState.MERGED, CardState.NONE])
def test_it_ends_with_the_card(world: ShareWorld, state: CardState) -> None:
    link = world.share()
    holder = world.open(link)
    world.tables.tamper(keys.card(ANNA), state=state.value, merged_into="boris")
    with pytest.raises(ShareClosedError):
        world.shares.page(holder, PROTOCOL, 50, None)
    with pytest.raises(ShareClosedError):
        world.open(link)


@pytest.mark.requirement("DOC-4", "SPC-8")
def test_of_an_erased_person_a_link_opens_nothing_and_leaves_no_entry_in_their_name(world: ShareWorld) -> None:
    link = world.share()
    holder = world.open(link)
    world.keys.destroy(ANNA, "entry")
    world.tables.tamper(keys.card(ANNA), state=CardState.ERASED.value)
    before = len(world.audit.events)
    for act in (
        lambda: world.open(link),
        lambda: world.open(link, "guess-1"),
        lambda: world.shares.contents(holder),
        lambda: world.shares.page(holder, PROTOCOL, 50, None),
    ):
        with pytest.raises(ShareClosedError):
            act()
    assert {event.subject for event in world.audit.events[before:]} == {"sys"}
    assert len(world.audit.events) == before + 4


@pytest.mark.requirement("DOC-4", "SPC-7")
@pytest.mark.parametrize("state", [CardState.SUSPENDED, CardState.MERGING])
def test_a_card_that_is_only_read_is_read_by_a_link_too(world: ShareWorld, state: CardState) -> None:
    link = world.share()
    world.tables.tamper(keys.card(ANNA), state=state.value)
    assert world.shares.page(world.open(link), PROTOCOL, 50, None)[0] == []


# --- what its maker sees


@pytest.mark.requirement("DOC-4", "AUD-1")
def test_each_reading_has_its_entry_and_its_line(world: ShareWorld) -> None:
    record, link = world.protocol(), world.share()
    world.printed(PROTOCOL, record)
    holder = world.open(link)
    before = len(world.audit.events)
    world.shares.page(holder, PROTOCOL, 50, None)
    world.shares.read(holder, PROTOCOL, record)
    world.shares.document(holder, PROTOCOL, record)
    made = world.audit.events[before:]
    assert [(e.action, e.subject, e.reason, e.purpose) for e in made] == [
        (f"{PROTOCOL}:{verb}", ANNA, "share", "insurance") for verb in ("list", "read", "download")
    ]
    assert {e.details["opening"] for e in made} == {holder.share.opening_id}
    lines, _ = world.shares.openings(world.anna, link[0], 50, None)
    assert [(line["what"], line.get("record_id", "")) for line in lines[::-1]] == [
        ("opened", ""),
        ("list", ""),
        ("read", record),
        ("download", record),
    ]
    assert {(line["network"], line["client"]) for line in lines} == {("203.0.113.0/24", "Firefox, Linux")}
    assert OUTSIDE.ip not in repr(world.tables.rows(Store.CARD))
    world.pump()
    assert {"share_made", "share_opened"} <= set(world.inbox(world.anna))
    with pytest.raises(NotFoundError):
        world.shares.openings(world.patient(BORIS), link[0], 50, None)


def test_a_reading_by_a_link_costs_what_a_doctors_costs(world: ShareWorld) -> None:
    record = world.protocol()
    holder = world.open(world.share())
    costs = []
    for read in (
        lambda: world.records.read(world.doctor, ANNA, record_type(PROTOCOL), record),
        lambda: world.shares.read(holder, PROTOCOL, record),
    ):
        world.tables.calls.clear()
        read()
        costs.append(list(world.tables.calls))
    assert costs[0] == costs[1]
    assert costs[0][:3] == ["get_many", "commit", "get"]  # evidence, entry with its line, record
