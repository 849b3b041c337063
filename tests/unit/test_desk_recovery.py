"""Recovery in person: who may do what at the desk, what the code opens, what a completed recovery leaves behind."""

from __future__ import annotations

from dataclasses import replace

import pytest

from chalicelib.domain import desk_recovery as rules
from chalicelib.domain import limits
from chalicelib.domain.assurance import level_of
from chalicelib.domain.desk_recovery import Reason
from chalicelib.domain.identifiers import normal_phone
from chalicelib.domain.identity import Role
from chalicelib.errors import (
    AccessDeniedError,
    AlreadyExistsError,
    ConflictError,
    CredentialsError,
    InvalidFieldsError,
    LockedOutError,
    NotFoundError,
    OutcomeUnknownError,
    TooManyRequestsError,
    UnavailableError,
    WrongStateError,
)
from chalicelib.ports import keys
from chalicelib.ports.tables import Put
from tests.accounts import CALLER, PASSWORD
from tests.desk_world import NEW_PASSWORD, NEW_PHONE, DeskWorld
from tests.outside import Outside


@pytest.fixture
def world() -> DeskWorld:
    return DeskWorld()


# --- the passport


@pytest.mark.requirement("ID-7", "ID-8")
def test_all_four_numbers_fit_or_the_person_is_unknown(world: DeskWorld) -> None:
    found = world.desk.look_up(world.first, world.papers())
    assert found["name"]["last_name"] == "Журавлёва"
    assert not {"phone", "email"} & set(found["name"])
    for wrong in (
        {"passport_number": "999999"},
        {"passport_series": "0000"},
        {"birth_date": "1987-04-13"},
        {"snils": world.form(50)["snils"]},
    ):
        with pytest.raises(NotFoundError):
            world.desk.look_up(world.first, world.papers(**wrong))
    assert [e.outcome for e in world.events("desk:look-up")] == ["success", *["denied"] * 4]
    assert world.told(world.owner) == ["desk_refused"]  # once a day and operator


def test_look_ups_are_counted_per_operator_and_organisation(world: DeskWorld) -> None:
    for _ in range(rules.LOOK_UPS.limit):
        world.desk.look_up(world.first, world.papers())
    with pytest.raises(TooManyRequestsError):
        world.desk.look_up(world.first, world.papers())
    world.desk.look_up(world.second, world.papers())


def test_a_look_up_is_one_operators_and_for_half_an_hour(world: DeskWorld) -> None:
    look_up = world.look_up()
    with pytest.raises(NotFoundError):
        world.desk.confirm(world.second, look_up, "passport")
    with pytest.raises(NotFoundError):
        world.desk.confirm(world.first, "unknown", "passport")
    world.clock.advance(minutes=30)
    with pytest.raises(NotFoundError):
        world.desk.confirm(world.first, look_up, "passport")


@pytest.mark.requirement("ID-7")
def test_confirmation_in_person_gives_the_highest_level(world: DeskWorld) -> None:
    assert level_of(world.tables.get(keys.profile(world.owner))) == 1
    world.desk.confirm(world.first, world.look_up(), "passport")
    assert level_of(world.tables.get(keys.profile(world.owner))) == 3
    assert world.told(world.owner) == ["identity_confirmed_at_desk"]


def test_nobody_serves_themselves(world: DeskWorld) -> None:
    owner = world.hold(world.owner, Role.IDENTITY_OPERATOR)
    with pytest.raises(AccessDeniedError):
        world.desk.look_up(owner, world.papers())


# --- four eyes


@pytest.mark.requirement("ID-8")
def test_a_second_operator_approves_before_a_code_exists(world: DeskWorld) -> None:
    recovery_id = world.opened()
    with pytest.raises(WrongStateError):
        world.desk.issue(world.first, recovery_id)
    with pytest.raises(AccessDeniedError):
        world.desk.approve(world.first, recovery_id)
    stranger = world.operator(72, "elsewhere")
    with pytest.raises(NotFoundError):
        world.desk.approve(stranger, recovery_id)
    owner = world.hold(world.owner, Role.IDENTITY_OPERATOR)
    with pytest.raises(AccessDeniedError):
        world.desk.approve(owner, recovery_id)
    world.desk.approve(world.second, recovery_id)
    with pytest.raises(AccessDeniedError):
        world.desk.issue(world.second, recovery_id)
    assert len(world.desk.issue(world.first, recovery_id)["code"]) == 11
    with pytest.raises(WrongStateError):
        world.desk.issue(world.first, recovery_id)
    assert world.desk.waiting(stranger, 10, None)[0] == []
    assert world.desk.waiting(world.second, 10, None)[0][0]["state"] == "code-issued"


@pytest.mark.parametrize(("role", "needed"), [(None, False), (Role.DOCTOR, False), (Role.ADMINISTRATOR, True)])
def test_where_an_organisation_wants_no_second_pair_some_accounts_need_it(role: Role | None, *, needed: bool) -> None:
    world = DeskWorld(four_eyes=False)
    if role:
        world.hold(world.owner, role, "clinic")
    opened = world.desk.open_(world.first, world.look_up(), "passport", Reason.LOST_PHONE)
    assert opened["state"] == ("opened" if needed else "approved")


def test_one_open_recovery_a_person(world: DeskWorld) -> None:
    recovery_id = world.opened()
    with pytest.raises(AlreadyExistsError):
        world.opened()
    world.desk.cancel(world.second, recovery_id)
    again = world.opened()
    world.clock.advance(hours=25)  # lapsed
    assert world.opened() != again


# --- the code


@pytest.mark.requirement("ID-8", "SPC-3")
def test_the_whole_story(world: DeskWorld) -> None:
    actor = world.actor(world.enter())
    recovery_id, code = world.issued()
    made = world.recovery.redeem(CALLER, recovery_id.lower(), code.lower(), NEW_PASSWORD, "8 (916) 123-00-99")
    assert world.messenger.texts[-1][0] == NEW_PHONE
    world.complete(recovery_id, made["handle"])
    assert not world.live(actor)
    with pytest.raises(CredentialsError):
        world.begin(1, PASSWORD)
    with pytest.raises(CredentialsError):
        world.begin(1, NEW_PASSWORD)  # by the old telephone
    challenge = world.sign_in.begin(CALLER, NEW_PHONE, NEW_PASSWORD)["challenge_id"]
    world.sign_in.send_code(CALLER, challenge)
    assert world.messenger.texts[-1][0] == NEW_PHONE
    entered = world.sign_in.finish(CALLER, challenge, "sms", world.sms_code())
    assert world.live(world.actor(entered))
    assert level_of(world.tables.get(keys.profile(world.owner))) == 3
    assert world.told(world.owner) == [
        "recovery_opened",
        "recovery_approved",
        "recovery_code_issued",
        "recovery_redeemed",
        "recovery_completed",
    ]
    steps = [e.action for e in world.audit.events if e.action.startswith("recovery:") and e.subject == world.owner]
    assert {"recovery:open", "recovery:approve", "recovery:issue", "recovery:redeem", "recovery:complete"} <= set(steps)


def test_what_is_stored_of_codes_and_of_the_new_telephone_cannot_be_read(world: DeskWorld) -> None:
    recovery_id, code = world.issued()
    made = world.recovery.redeem(CALLER, recovery_id, code, NEW_PASSWORD, NEW_PHONE)
    stored = world.tables.raw_bytes()
    for secret in (code, rules.typed(code), made["handle"], world.sms_code(), NEW_PHONE, NEW_PASSWORD):
        assert secret.encode() not in stored


def test_a_code_is_good_once_for_half_an_hour_and_five_tries(world: DeskWorld) -> None:
    recovery_id, code = world.issued()
    with pytest.raises(CredentialsError):
        world.recovery.redeem(CALLER, "0000000000", code, NEW_PASSWORD, NEW_PHONE)
    for _ in range(4):
        with pytest.raises(CredentialsError):
            world.recovery.redeem(CALLER, recovery_id, "AAAAA-AAAAA", NEW_PASSWORD, NEW_PHONE)
    world.recovery.redeem(CALLER, recovery_id, code, NEW_PASSWORD, NEW_PHONE)
    with pytest.raises(CredentialsError):
        world.recovery.redeem(CALLER, recovery_id, code, NEW_PASSWORD, NEW_PHONE)


def test_five_wrong_tries_end_it(world: DeskWorld) -> None:
    recovery_id, code = world.issued()
    for _ in range(5):
        with pytest.raises(CredentialsError):
            world.recovery.redeem(CALLER, recovery_id, "AAAAA-AAAAA", NEW_PASSWORD, NEW_PHONE)
    with pytest.raises(LockedOutError):
        world.recovery.redeem(CALLER, recovery_id, code, NEW_PASSWORD, NEW_PHONE)


def test_a_late_code_is_no_code(world: DeskWorld) -> None:
    recovery_id, code = world.issued()
    world.clock.advance(minutes=30)
    with pytest.raises(CredentialsError):
        world.recovery.redeem(CALLER, recovery_id, code, NEW_PASSWORD, NEW_PHONE)
    recovery_id, handle = world.redeemed()
    sms = world.sms_code()
    world.clock.advance(minutes=15)
    with pytest.raises(CredentialsError):
        world.recovery.complete(CALLER, recovery_id, handle, sms)


def test_mistakes_in_the_form_are_named_and_cost_no_try(world: DeskWorld) -> None:
    recovery_id, code = world.issued()
    world.register(5)
    taken = world.form(5)["phone"]
    for _ in range(6):
        with pytest.raises(InvalidFieldsError) as raised:
            world.recovery.redeem(CALLER, recovery_id, code, "weak", "12")
        assert {problem.field for problem in raised.value.fields} == {"/password", "/phone"}
    with pytest.raises(InvalidFieldsError):
        world.recovery.redeem(CALLER, recovery_id, code, NEW_PASSWORD, "")  # the telephone is what was lost
    with pytest.raises(AlreadyExistsError):
        world.recovery.redeem(CALLER, recovery_id, code, NEW_PASSWORD, taken)
    world.recovery.redeem(CALLER, recovery_id, code, NEW_PASSWORD, NEW_PHONE)


def test_a_lost_password_leaves_the_telephone(world: DeskWorld) -> None:
    recovery_id, code = world.issued(Reason.LOST_PASSWORD)
    made = world.recovery.redeem(CALLER, recovery_id, code, NEW_PASSWORD, "")
    world.complete(recovery_id, made["handle"])
    assert world.begin(1, NEW_PASSWORD)


def test_the_sms_can_be_sent_again_and_wrong_ones_run_out(world: DeskWorld) -> None:
    recovery_id, handle = world.redeemed()
    old = world.sms_code()
    with pytest.raises(CredentialsError):
        world.recovery.send_again(CALLER, recovery_id, "h" * 43)
    world.recovery.send_again(CALLER, recovery_id, handle)
    if old != world.sms_code():
        with pytest.raises(CredentialsError):
            world.recovery.complete(CALLER, recovery_id, handle, old)
    wrong = f"{(int(world.sms_code()) + 1) % 1_000_000:06d}"
    for _ in range(3):
        with pytest.raises(CredentialsError):
            world.recovery.complete(CALLER, recovery_id, handle, wrong)
    world.complete(recovery_id, handle)


# --- what is left behind


@pytest.mark.requirement("ID-8", "ID-9")
def test_every_session_and_every_sign_in_on_its_way_is_dead_with_the_transaction(world: DeskWorld) -> None:
    actors = [world.actor(world.enter())]
    row = world.tables.get(keys.session(world.owner, actors[0].session_id))
    for n in range(120):  # more than one transaction could end
        session = {name: value for name, value in row.items() if name not in {"pk", "sk"}} | {"id": f"s{n}"}
        world.tables.commit([Put(keys.session(world.owner, f"s{n}"), session)])
        actors.append(replace(actors[0], session_id=f"s{n}"))
    assert all(world.live(actor) for actor in actors)
    challenge = world.begin()
    world.sign_in.send_code(CALLER, challenge)
    sms = world.sms_code()
    recovery_id, handle = world.redeemed()
    world.complete(recovery_id, handle)
    assert not any(world.live(actor) for actor in actors)
    assert world.sessions.mine(actors[-1]) == []
    with pytest.raises(CredentialsError):
        world.sign_in.finish(CALLER, challenge, "sms", sms)


def test_second_factors_are_reset(world: DeskWorld) -> None:
    key = keys.credentials(world.owner)
    world.tables.tamper(key, totp=b"x", totp_ver=1, totp_step=0, recovery=["x"], sms_off=True, passkeys=0)
    recovery_id, handle = world.redeemed()
    world.complete(recovery_id, handle)
    row = world.tables.get(key)
    assert not {"totp", "totp_ver", "totp_step", "recovery", "sms_off"} & set(row)


@pytest.mark.parametrize("lost", [False, True])
def test_a_lost_reply_and_a_failed_store_leave_all_or_nothing(world: DeskWorld, *, lost: bool) -> None:
    recovery_id, handle = world.redeemed()
    before = world.tables.get(keys.credentials(world.owner))["password"]
    commit = world.gate.commit

    def failing(*given):
        if lost:
            world.tables.lose_reply_next()
        else:
            world.audit.fail_next()
        return commit(*given)

    world.gate.commit = failing
    with pytest.raises((OutcomeUnknownError, UnavailableError)):
        world.complete(recovery_id, handle)
    row = world.tables.get(keys.recovery(recovery_id))
    changed = world.tables.get(keys.credentials(world.owner))["password"] != before
    assert changed == (row["state"] == "completed") == lost


def test_two_recoveries_cannot_take_one_telephone(world: DeskWorld) -> None:
    recovery_id, handle = world.redeemed()
    sms = world.sms_code()
    world.register(5, phone=NEW_PHONE)
    with pytest.raises(AlreadyExistsError):
        world.recovery.complete(CALLER, recovery_id, handle, sms)
    assert world.tables.get(keys.recovery(recovery_id))["state"] == "redeemed"


def test_one_of_two_completions_at_the_same_moment(world: DeskWorld) -> None:
    recovery_id, handle = world.redeemed()
    sms = world.sms_code()
    world.tables.before_next_commit(lambda: world.recovery.complete(CALLER, recovery_id, handle, sms))
    with pytest.raises(CredentialsError):
        world.recovery.complete(CALLER, recovery_id, handle, sms)
    assert world.tables.get(keys.profile(world.owner))["epoch"] == 1


@pytest.mark.requirement("ID-8", "MSG-2")
def test_for_a_week_the_old_telephone_hears_too_whatever_the_person_chose(world: DeskWorld) -> None:
    recovery_id, handle = world.redeemed()
    world.complete(recovery_id, handle)
    world.tables.tamper(keys.profile(world.owner), channels=[])
    old, email = world.form(1)["phone"], world.form(1)["email"].lower()
    outside = Outside(world)

    def told(notice: str) -> tuple[list[str], list[str]]:
        texts, letters = len(world.messenger.texts), len(world.messenger.letters)
        for _ in range(2):  # a trigger may come twice
            outside.tell(world.owner, "recovery_completed", notice)
        return [to for to, _ in world.messenger.texts[texts:]], [to for to, *_ in world.messenger.letters[letters:]]

    assert told("n1") == ([NEW_PHONE, normal_phone(old)], [email])
    world.clock.advance(days=7)
    assert told("n2") == ([NEW_PHONE], [email])


# --- the owner


@pytest.mark.requirement("ID-8", "ID-11")
@pytest.mark.parametrize("stage", ["opened", "issued", "redeemed"])
def test_the_owner_stops_it_at_any_stage(world: DeskWorld, stage: str) -> None:
    actor = world.actor(world.enter())
    with pytest.raises(NotFoundError):
        world.own.stop(actor)
    made = getattr(world, stage)()
    recovery_id = made if isinstance(made, str) else made[0]
    assert world.own.current(actor)["recovery_id"] == recovery_id
    stopped = world.own.stop(actor)
    ticket = world.tables.get(keys.ticket(stopped["ticket_id"]))
    assert (ticket["kind"], ticket["about"]["operator"]) == ("recovery-stopped", world.first.person_id)
    further = {
        "opened": lambda: world.desk.approve(world.second, recovery_id),
        "issued": lambda: world.recovery.redeem(CALLER, recovery_id, made[1], NEW_PASSWORD, NEW_PHONE),
        "redeemed": lambda: world.complete(*made),
    }
    with pytest.raises((CredentialsError, WrongStateError)):
        further[stage]()
    assert world.live(actor)
    with pytest.raises(NotFoundError):
        world.own.current(actor)


def test_stopping_and_completing_at_the_same_moment_have_one_outcome(world: DeskWorld) -> None:
    actor = world.actor(world.enter())
    recovery_id, handle = world.redeemed()
    sms = world.sms_code()
    world.tables.before_next_commit(lambda: world.own.stop(actor))
    with pytest.raises((CredentialsError, ConflictError)):
        world.recovery.complete(CALLER, recovery_id, handle, sms)
    assert "epoch" not in world.tables.get(keys.profile(world.owner))


def test_registrations_with_somebodys_telephone_do_not_stop_their_recovery(world: DeskWorld) -> None:
    recovery_id, code = world.issued(Reason.LOST_PASSWORD)
    for n in range(limits.SMS_TARGET.limit - 1):  # one was the own registration
        world.registrations.apply(CALLER, world.form(200 + n, phone=world.form(1)["phone"]))
    assert world.recovery.redeem(CALLER, recovery_id, code, NEW_PASSWORD, "")["handle"]


# --- the code as text


def test_codes_are_read_as_they_are_written() -> None:
    assert rules.CODES == 2**50
    for number in (0, 1, rules.CODES - 1, 123_456_789_012_345):
        code = rules.code_text(number)
        assert len(rules.typed(code)) == rules.CODE_LENGTH
        assert rules.typed(code.lower().replace("0", "o").replace("1", "l")) == rules.typed(code)
    assert rules.wants_four_eyes(None, [])
