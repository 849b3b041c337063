"""The watch over suspicious activity (ID-11): what stops a session, what only tells, what lifts a block."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from chalicelib.domain import suspicion
from chalicelib.domain.identity import Actor, PersonId, Role
from chalicelib.domain.suspicion import RULES, Known, Place, device_of
from chalicelib.errors import (
    AccessDeniedError,
    CredentialsError,
    LockedOutError,
    NotFoundError,
    SessionBlockedError,
    SessionEndedError,
    UnavailableError,
    WrongStateError,
)
from chalicelib.interop.networks import TableNetworks
from chalicelib.ports import keys
from chalicelib.ports.tables import Put, Store
from chalicelib.services.sign_ins import SignInJournal
from chalicelib.services.watch import WatchService
from tests.accounts import CALLER, PASSWORD, Accounts

HOME = replace(CALLER, ip="192.0.2.7", device="i-home", client="Firefox, Linux")
WORK = replace(CALLER, ip="198.51.100.7", device="i-work", client="Chrome, Windows")
ABROAD = replace(CALLER, ip="203.0.113.7", device="i-new", client="Chrome, Android")
SOMEWHERE = replace(CALLER, ip="100.64.0.1", device="i-other", client="Safari, iOS")


class World(Accounts):
    def __init__(self) -> None:
        super().__init__()
        self.journal = SignInJournal(self.gate, self.tables, self.clock)
        self.owner = self.register(1)

    def come_in(self, caller: Actor = HOME, factor: str = "sms") -> Actor:
        challenge = str(self.sign_in.begin(caller, self.form(1)["phone"], PASSWORD)["challenge_id"])
        self.sign_in.send_code(caller, challenge)
        tokens = self.sign_in.finish(caller, challenge, "sms", self.sms_code())
        actor = self.actor(tokens)
        self.tables.tamper(keys.session(self.owner, actor.session_id), factor=factor)
        return replace(actor, device=caller.device, bound_to=caller.device, ip=caller.ip)

    def row(self, actor: Actor) -> dict[str, Any]:
        return self.tables.get(keys.session(actor.person_id, actor.session_id)) or {}

    def tickets(self) -> list[dict[str, Any]]:
        return [row for key, row in self.tables.rows(Store.CARD).items() if key.pk.startswith("TICKET#")]

    def lines(self, actor: Actor) -> list[str]:
        return [line["outcome"] for line in self.journal.mine(actor, 50, None)[0]]


@pytest.fixture
def world() -> World:
    return World()


def blocked(world: World, actor: Actor) -> bool:
    try:
        world.gate.signed_in(actor)
    except SessionBlockedError:
        return True
    return False


# --- requests


@pytest.mark.requirement("ID-11")
def test_reads_that_no_person_makes_stop_the_session_and_tell(world: World) -> None:
    actor, rule = world.come_in(), RULES[suspicion.FAST_READS]
    for _ in range(rule.limit):
        world.watch.seen(actor)
    assert not blocked(world, actor)
    for _ in range(rule.every):
        world.watch.seen(actor)
    assert blocked(world, actor)
    assert world.row(actor)["blocked_by"] == "fast-reads"
    assert world.told(world.owner) == ["session_blocked"]
    (ticket,) = world.tickets()
    assert (ticket["kind"], ticket["about"]) == (
        "session-blocked",
        {"session": actor.session_id, "rule": "fast-reads"},
    )
    (entry,) = world.events("session:block")
    assert (entry.subject, entry.reason) == (world.owner, "fast-reads")


def test_the_same_reads_over_minutes_are_a_day_of_work(world: World) -> None:
    actor = world.come_in()
    for _ in range(8):
        for _ in range(250):
            world.watch.seen(actor)
        world.clock.advance(minutes=1)
    assert not blocked(world, actor)


def test_most_requests_cost_no_call(world: World) -> None:
    actor, rule = world.come_in(), RULES[suspicion.FAST_READS]
    before = len(world.tables.calls)
    for _ in range(rule.every - 1):
        world.watch.seen(actor)
    assert len(world.tables.calls) == before
    world.watch.seen(actor)
    assert world.tables.calls[before:] == ["increment"]


@pytest.mark.requirement("ID-11")
def test_many_refusals_stop_the_session_and_other_errors_do_not(world: World) -> None:
    actor, rule = world.come_in(), RULES[suspicion.MANY_REFUSALS]
    for _ in range(3 * rule.limit):
        world.watch.denied(actor, "profile-change", "invalid-fields")
    for _ in range(rule.limit):
        world.watch.denied(actor, "visit-list", "consent-required")
    assert not blocked(world, actor)
    world.watch.denied(actor, "visit-list", "not-found")
    assert blocked(world, actor)
    world.watch.denied(actor, "visit-list", "not-found")
    assert len(world.tickets()) == 1


def clinician(world: World, n: int = 1) -> Actor:
    person, member = PersonId(f"doctor-{n}"), f"m-{n}"
    expires = int(world.clock().timestamp()) + 86_400
    row = {"state": "active", "role": "doctor", "member": member, "expires": expires, "id": f"s-{n}", "person": person}
    held = {"state": "active", "role": "doctor", "member": member}
    world.tables.commit([Put(keys.session(person, f"s-{n}"), row), Put(keys.member(person, member), held)])
    return Actor(person, Role.DOCTOR, f"s-{n}", member, "clinic", "therapy")


@pytest.mark.requirement("ID-11", "AUD-4")
def test_a_clinician_who_walks_through_patients_is_stopped(world: World) -> None:
    doctor, rule = clinician(world), RULES[suspicion.WALKING]
    for _ in range(10):
        world.clock.advance(minutes=1)
        for n in range(rule.limit):
            world.watch.seen(doctor, f"patient-{n}")
    assert not blocked(world, doctor)
    other = WatchService(world.gate, world.tables, world.networks, world.clock)  # another environment
    for n in range(rule.limit + 2 * rule.every):
        other.seen(doctor, f"patient-{n}")
    assert blocked(world, doctor)
    assert world.tickets()[0]["kind"] == "walking"
    assert world.tickets()[0]["organisation"] == "clinic"


def test_a_slow_walk_along_closed_cards_is_a_walk(world: World) -> None:
    doctor = clinician(world)
    for n in range(RULES[suspicion.WALKING].limit + 2 * RULES[suspicion.WALKING].every):
        world.clock.advance(seconds=40)  # never many refusals in ten minutes
        world.watch.denied(doctor, "visit-list", "consent-required", f"patient-{n}")
    assert world.row(doctor)["blocked_by"] == "walking"


def test_an_organisation_that_walks_together_is_reported_and_goes_on(world: World) -> None:
    rule = replace(RULES[suspicion.WALKING_TOGETHER], limit=100)
    world.watch.rules = {**RULES, rule.name: rule}
    doctors = [clinician(world, n) for n in range(3)]
    for number, doctor in enumerate(doctors):
        for n in range(50):
            world.watch.seen(doctor, f"patient-{number}-{n}")
    assert not any(blocked(world, doctor) for doctor in doctors)
    (ticket,) = world.tickets()
    assert ticket["about"] == {"rule": "walking-together", "organisation": "clinic"}
    assert world.tables.query(Store.CARD, keys.patient(doctors[2].person_id), "TICKET#").items == []


def test_numbers_tried_one_by_one_stop_the_session(world: World) -> None:
    doctor = clinician(world)
    world.watch.denied(doctor, "ticket-create", "too-many-requests")
    assert not blocked(world, doctor)
    world.watch.denied(doctor, "patient-look-up", "too-many-requests")
    assert blocked(world, doctor)


@pytest.mark.requirement("ID-9", "ID-11")
def test_a_token_on_another_device_stops_the_session(world: World) -> None:
    actor = world.come_in()
    assert world.watch.arrived(actor)
    assert world.watch.arrived(replace(actor, bound_to="w-words", device="w-others"))
    assert not world.watch.arrived(replace(actor, device="i-thief"))
    assert blocked(world, actor)
    assert world.row(actor)["blocked_by"] == "token-replay"


def test_partners_and_the_system_have_limits_of_their_own(world: World) -> None:
    pharmacy = Actor(PersonId("pharmacy"), Role.PHARMACY)
    before = len(world.tables.calls)
    for _ in range(1000):
        world.watch.seen(pharmacy, "anna")
        world.watch.denied(pharmacy, "prescription-verify", "not-found")
    assert len(world.tables.calls) == before


@pytest.mark.parametrize("lost", [False, True])
def test_a_block_that_failed_comes_with_the_next_fact_and_one_that_held_is_not_repeated(
    world: World, *, lost: bool
) -> None:
    actor, rule = world.come_in(), RULES[suspicion.TOKEN_REPLAY]
    if lost:
        world.tables.lose_reply_next()
    else:
        world.audit.fail_next()
    with pytest.raises(UnavailableError):
        world.watch.block(actor, rule)
    world.watch.block(actor, rule)
    assert blocked(world, actor)
    assert len(world.tickets()) == 1


# --- sign-ins


@pytest.mark.requirement("ID-11")
def test_a_new_device_in_a_new_country_gets_no_session(world: World) -> None:
    known = world.come_in()
    with pytest.raises(SessionBlockedError):
        world.come_in(ABROAD)
    with pytest.raises(SessionBlockedError):  # a second try is no more known than the first
        world.come_in(ABROAD)
    assert world.told(world.owner).count("session_blocked") == 2
    assert world.lines(known) == ["blocked", "blocked", "entered"]
    line = world.journal.mine(known, 1, None)[0][0]
    assert (line["network"], line["client"], line["place"]) == ("203.0.113.0/24", "Chrome, Android", "KZ")
    world.journal.unblock(known, line["session"])
    assert world.tables.get(keys.session(world.owner, line["session"]))["state"] == "ended"
    assert world.come_in(ABROAD)


def test_a_known_device_abroad_and_a_new_one_at_home_are_usual(world: World) -> None:
    world.come_in()
    assert world.come_in(replace(HOME, ip=ABROAD.ip))
    assert world.come_in(replace(WORK, ip=HOME.ip))
    assert world.told(world.owner) == []


@pytest.mark.requirement("ID-11")
def test_words_of_a_browser_make_no_device_known_in_another_country(world: World) -> None:
    said = device_of("Mozilla/5.0 (Windows NT 10.0) Chrome/120", "").tag
    world.come_in(replace(HOME, device=said))
    assert world.come_in(replace(SOMEWHERE, device=said))
    assert world.told(world.owner) == []
    with pytest.raises(SessionBlockedError):
        world.come_in(replace(ABROAD, device=said))


def test_where_no_country_is_known_the_owner_is_told_and_nothing_stops(world: World) -> None:
    world.come_in()
    assert world.come_in(SOMEWHERE)
    assert world.told(world.owner) == ["sign_in_from_new_place"]


def test_a_factor_that_no_telephone_holds_is_the_owner(world: World) -> None:
    known = Known.of(world.tables.get(keys.devices(world.come_in().person_id))).row()
    entrance = world.watch.entering(ABROAD, world.owner, "s", "totp", Role.PATIENT, known)
    assert not entrance.blocked


@pytest.mark.requirement("ID-11", "SEC-3")
def test_guessing_from_many_addresses_is_held_told_once_and_locks_nobody_out_for_ever(world: World) -> None:
    phone = world.form(1)["phone"]
    for n in range(12):
        with pytest.raises((CredentialsError, LockedOutError)):
            world.sign_in.begin(replace(HOME, ip=f"198.51.100.{n}"), phone, "wrong")
    assert world.told(world.owner) == ["password_guessed"]
    assert [ticket["kind"] for ticket in world.tickets()] == ["brute-force"]
    world.clock.advance(minutes=16)
    actor = world.come_in()
    assert world.lines(actor) == ["entered", "locked", *["refused"] * 5]


@pytest.mark.requirement("SEC-3")
def test_a_login_that_is_nobodys_costs_what_a_persons_does(world: World) -> None:
    def calls(login: str) -> list[list[str]]:
        found = []
        for _ in range(7):
            before, checks = len(world.tables.calls), world.passwords.checks
            with pytest.raises((CredentialsError, LockedOutError)):
                world.sign_in.begin(HOME, login, "wrong")
            found.append([*world.tables.calls[before:], *["verify"] * (world.passwords.checks - checks)])
        return found

    assert calls(world.form(1)["phone"]) == calls(world.form(2)["phone"])


@pytest.mark.requirement("ID-11")
def test_it_was_not_me(world: World) -> None:
    owner, thief = world.come_in(), world.come_in(WORK)
    line = next(line for line in world.journal.mine(owner, 9, None)[0] if line["session"] == thief.session_id)
    reported = world.journal.report(owner, line["sign_in_id"])
    assert reported["session_ended"]
    with pytest.raises(SessionEndedError):
        world.gate.signed_in(thief)
    assert world.journal.report(owner, line["sign_in_id"])["ticket_id"] == reported["ticket_id"]
    assert [ticket["kind"] for ticket in world.tickets()] == ["sign-in-reported"]
    assert "i-work" not in world.tables.get(keys.devices(world.owner))["devices"]
    world.gate.signed_in(owner)
    for unknown in ("unknown", "guessed-20260302"):
        with pytest.raises(NotFoundError):
            world.journal.report(owner, unknown)


def test_of_an_address_only_its_network_is_kept(world: World) -> None:
    world.come_in(replace(HOME, ip="192.0.2.77"))
    lines = [row for key, row in world.tables.rows(Store.IDENTITY).items() if key.sk.startswith("SIGNIN#")]
    assert "192.0.2.77" not in str(lines)


# --- lifting


@pytest.mark.requirement("ID-11")
def test_sms_lifts_a_block_only_where_there_is_nothing_better(world: World) -> None:
    stopped, owner = world.come_in(), world.come_in(WORK)
    with pytest.raises(WrongStateError):
        world.journal.unblock(owner, stopped.session_id)
    world.watch.block(stopped, RULES[suspicion.FAST_READS])
    world.tables.tamper(keys.credentials(world.owner), totp=b"x")
    with pytest.raises(AccessDeniedError):
        world.journal.unblock(owner, stopped.session_id)
    world.tables.tamper(keys.session(world.owner, owner.session_id), factor="totp")
    world.journal.unblock(owner, stopped.session_id)
    world.gate.signed_in(stopped)
    assert world.told(world.owner) == ["session_blocked", "session_unblocked"]
    with pytest.raises(NotFoundError):
        world.journal.unblock(owner, "unknown")


@pytest.mark.requirement("ID-11")
def test_an_officer_lifts_a_block_but_not_the_own_one(world: World) -> None:
    stopped = world.come_in()
    world.watch.block(stopped, RULES[suspicion.FAST_READS])
    ticket_id = world.tickets()[0]["id"]
    officer = Actor(PersonId("officer"), Role.SECURITY_OFFICER, "s", "m", "system")
    with pytest.raises(AccessDeniedError):
        world.journal.unblock_by_ticket(replace(officer, person_id=world.owner), ticket_id)
    with pytest.raises(NotFoundError):
        world.journal.unblock_by_ticket(replace(officer, organisation_id="clinic"), ticket_id)
    world.journal.unblock_by_ticket(officer, ticket_id)
    world.gate.signed_in(stopped)


def test_a_blocked_session_gives_no_new_tokens(world: World) -> None:
    tokens = world.enter()
    actor = world.actor(tokens)
    world.watch.block(actor, RULES[suspicion.FAST_READS])
    with pytest.raises(SessionBlockedError):
        world.sessions.refresh(CALLER, tokens["refresh_token"])


# --- what devices and networks are


def test_devices_are_told_apart_without_versions() -> None:
    firefox = "Mozilla/5.0 (X11; Linux x86_64; rv:{}.0) Gecko/20100101 Firefox/{}.0"
    assert device_of(firefox.format(120, 120), "") == device_of(firefox.format(131, 131), "")
    assert device_of(firefox.format(120, 120), "").label == "Firefox, Linux"
    assert device_of("", "").label == "?"
    assert device_of("", "one").tag != device_of("", "two").tag
    assert device_of("", "x" * 65).tag == device_of("", "").tag


def test_networks_have_countries_where_the_table_says_so() -> None:
    networks = TableNetworks('{"192.0.2.0/24": "RU", "192.0.2.128/25": "KZ", "2001:db8::/32": "AM"}')
    assert networks.place("192.0.2.1") == Place("RU", country=True)
    assert networks.place("192.0.2.200") == Place("KZ", country=True)
    assert networks.place("2001:db8::1") == Place("AM", country=True)
    assert networks.place("::ffff:192.0.2.1") == Place("RU", country=True)
    assert networks.place("100.64.3.4") == Place("100.64.0.0/16")
    assert networks.place("not an address") == Place("")
    assert TableNetworks("").place("100.64.3.4") == Place("100.64.0.0/16")
    for table in ("[]", '{"192.0.2.0/24": "Russia"}', '{"nonsense": "RU"}'):
        with pytest.raises(ValueError, match=r"."):
            TableNetworks(table)


def test_what_is_known_is_not_kept_for_ever() -> None:
    known = Known()
    for n in range(50):
        known = known.with_(f"d{n}", Place("RU", country=True))
    assert len(known.devices) == suspicion.MOST_KNOWN
    assert known.places == ("RU",)
    assert Known().unfamiliar("d", Place("KZ", country=True)) == ""
