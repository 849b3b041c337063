"""Single sign-on, confirmation of identity and links against a provider in memory."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from chalicelib.domain.secrets import hash_secret
from chalicelib.domain.single_sign_on import FLOW_SECONDS, LEASE_SECONDS, MOST_ANSWERS, SIGN_IN
from chalicelib.errors import (
    AlreadyExistsError,
    AuditUnavailableError,
    ConflictError,
    CredentialsError,
    IdentityConflictError,
    IdentityUnverifiedError,
    KeyUnavailableError,
    NoAccountError,
    NotFoundError,
    ProviderUnavailableError,
    WrongStateError,
)
from chalicelib.ports import keys
from chalicelib.ports.tables import Store, Update
from tests.accounts import CALLER
from tests.sign_on_world import CALLBACK, SignOn, parameters

pytestmark = pytest.mark.requirement("ID-6")


@pytest.fixture
def here() -> SignOn:
    return SignOn()


# --- sign-in


def test_what_a_browser_takes_along(here: SignOn) -> None:
    started = here.single_sign_on.begin("state")
    asked = parameters(started["authorization_url"])
    assert asked["redirect_uri"] == CALLBACK
    assert asked["state"] == started["handle"]
    assert started["binding"] not in started["authorization_url"]
    row = here.tables.get(keys.flow(hash_secret(started["handle"])))
    assert row is not None
    assert not {started["binding"], started["handle"], asked["nonce"]} & {str(value) for value in row.values()}
    assert (row["purpose"], row["person"]) == (SIGN_IN, "")


@pytest.mark.requirement("ID-3")
def test_it_stands_where_a_password_would_and_the_second_factor_follows(here: SignOn) -> None:
    person = here.register()
    answer = here.sign_on()
    assert set(answer) == {"challenge_id", "factors", "expires_in"}
    assert here.row_of(keys.challenge(answer["challenge_id"]))["method"] == "oidc:state"
    assert here.events("session:create") == []  # nothing is open yet
    with pytest.raises(CredentialsError):
        here.sign_in.finish(CALLER, answer["challenge_id"], "sms", "000000")
    here.sign_in.send_code(CALLER, answer["challenge_id"])
    session = here.sign_in.finish(CALLER, answer["challenge_id"], "sms", here.sms_code())
    assert here.actor(session).person_id == person
    assert here.flows() == []


@pytest.mark.requirement("ID-8")
def test_a_challenge_from_before_a_recovery_is_worth_nothing_after_it(here: SignOn) -> None:
    person = here.register()
    here.tables.commit([Update(keys.profile(person), {"epoch": 3})])
    answer = here.sign_on()
    assert here.row_of(keys.challenge(answer["challenge_id"]))["epoch"] == 3
    here.sign_in.send_code(CALLER, answer["challenge_id"])
    code = here.sms_code()
    here.tables.commit([Update(keys.profile(person), {"epoch": 4})])
    with pytest.raises(CredentialsError):
        here.sign_in.finish(CALLER, answer["challenge_id"], "sms", code)


def test_the_first_time_makes_a_link_and_tells_the_owner_once(here: SignOn) -> None:
    person = here.register()
    here.sign_on()
    here.sign_on()
    assert here.told(person) == ["provider_linked"]
    assert [e.subject for e in here.events("sign-on:finish")] == [person, person]
    assert [row["provider"] for row in here.links.mine(here.owner())] == ["state"]


def test_the_account_is_found_by_the_verified_number_alone(here: SignOn) -> None:
    """Name, birth date and e-mail of person 1 with the number of person 2 are person 2."""
    here.register(1)
    second = here.register(2)
    here.sign_on(n=1, snils=here.form(2)["snils"])
    assert here.events("sign-on:finish")[-1].subject == second


def test_a_number_without_an_account_is_told_to_who_proved_it(here: SignOn) -> None:
    here.register(1)
    with pytest.raises(NoAccountError):
        here.sign_on(n=7, snils=here.form(7)["snils"])
    assert here.denied() == [("sys", "no-account")]
    assert here.flows() == []


@pytest.mark.parametrize("state", ["unclaimed", "ward", "closed", "erased"])
@pytest.mark.parametrize("linked", [False, True])
def test_who_has_no_active_account_is_unknown(here: SignOn, state: str, *, linked: bool) -> None:
    person = here.register()
    if linked:
        here.sign_on()
    here.tables.commit([Update(keys.profile(person), {"state": state})])
    with pytest.raises(NoAccountError):
        here.sign_on()
    assert here.denied() == [("sys", "no-account")]
    assert here.told(person) == (["provider_linked"] if linked else [])


@pytest.mark.parametrize("changes", [{"verified": False}, {"snils": ""}, {"snils": "12345678901"}])
def test_a_number_that_is_not_verified_opens_nothing(here: SignOn, changes: dict[str, Any]) -> None:
    person = here.register()
    with pytest.raises(IdentityUnverifiedError):
        here.sign_on(**changes)
    assert here.denied() == [("sys", "identity-unverified")]
    assert here.told(person) == []


def test_unknown_providers(here: SignOn) -> None:
    started = here.single_sign_on.begin("state")
    for call in (
        lambda: here.single_sign_on.begin("nowhere"),
        lambda: here.finish(here.brought(started), "nowhere"),
    ):
        with pytest.raises(NotFoundError):
            call()


def test_what_everybody_may_know(here: SignOn) -> None:
    shown = here.single_sign_on.providers()
    assert [(p["name"], p["confirms"]) for p in shown] == [("state", True), ("bank", True), ("shop", False)]
    assert "client_id" not in str(shown)


# --- links: one login, one person


def test_a_login_of_another_person_is_refused_and_both_are_told(here: SignOn) -> None:
    first, second = here.register(1), here.register(2)
    here.sign_on(n=1)
    with pytest.raises(IdentityConflictError):
        here.sign_on(n=2, sub="sub-1")
    assert sorted(here.denied()) == sorted([(first, "identity-conflict"), (second, "identity-conflict")])
    assert "provider_conflict" in here.told(first)
    assert here.told(second) == ["provider_conflict"]
    assert here.flows() == []


def test_a_second_login_of_a_person_at_one_provider_is_refused_until_the_link_is_removed(here: SignOn) -> None:
    person = here.register()
    here.sign_on()
    with pytest.raises(IdentityConflictError):
        here.sign_on(sub="sub-new")
    here.links.remove(here.owner(), "state")
    assert here.sign_on(sub="sub-new")["challenge_id"]
    assert here.told(person).count("provider_linked") == 2


def test_a_linked_login_whose_number_has_no_account_any_more(here: SignOn) -> None:
    person = here.register()
    here.sign_on()
    with pytest.raises(IdentityConflictError):
        here.sign_on(n=7, sub="sub-1", snils=here.form(7)["snils"])
    assert here.denied() == [(person, "identity-conflict")]


@pytest.mark.requirement("SPC-5")
def test_a_login_of_a_merged_account_opens_the_one_it_went_into(here: SignOn) -> None:
    """As services/merges.py leaves it: the number leads to the other account, the link stays for the undoing."""
    source, survivor = here.register(1), here.register(2)
    here.sign_on(n=1)
    number = here.row_of(keys.profile(source))["tags"]["snils"]
    here.tables.commit(
        [
            Update(keys.profile(source), {"state": "merged", "merged_into": survivor}),
            Update(keys.blind_index("snils", number), {"person": survivor}),
        ]
    )
    assert here.sign_on(n=1)["challenge_id"]
    assert here.events("sign-on:finish")[-1].subject == survivor
    here.tables.commit([Update(keys.profile(source), {"merged_into": source})])  # a circle is nobody's
    with pytest.raises(IdentityConflictError):
        here.sign_on(n=1)


def test_logins_at_two_providers_are_two_links(here: SignOn) -> None:
    person = here.register()
    here.sign_on("state")
    here.sign_on("bank")
    owner = here.owner()
    assert [row["provider"] for row in here.links.mine(owner)] == ["bank", "state"]
    here.links.remove(owner, "bank")
    assert [row["provider"] for row in here.links.mine(owner)] == ["state"]
    assert "provider_unlinked" in here.told(person)
    with pytest.raises(NotFoundError):
        here.links.remove(owner, "bank")


def test_a_link_of_the_same_login_at_the_same_moment_is_looked_at_again(here: SignOn) -> None:
    person = here.register()
    one, two = here.single_sign_on.begin("state"), here.single_sign_on.begin("state")
    brought = here.brought(one), here.brought(two)
    here.once_redeemed(lambda: here.finish(brought[1]))
    assert here.finish(brought[0])["challenge_id"]
    assert len(here.tables.query(Store.IDENTITY, keys.person(person), keys.LINKS).items) == 1


# --- attacks on a flow


def test_an_answer_is_good_once(here: SignOn) -> None:
    here.register()
    brought = here.brought(here.single_sign_on.begin("state"))
    here.finish(brought)
    with pytest.raises(CredentialsError):
        here.finish(brought)
    assert here.denied() == [("sys", "flow")]


def test_another_browser_cannot_end_a_flow_nor_spoil_it(here: SignOn) -> None:
    """Login fixation and its reverse: the state alone, from a log or a link, is worth nothing."""
    here.register()
    brought = here.brought(here.single_sign_on.begin("state"))
    for _ in range(MOST_ANSWERS + 1):
        with pytest.raises(CredentialsError):
            here.finish(replace(brought, binding=here.single_sign_on.begin("state")["binding"]))
    assert set(here.denied()) == {("sys", "another-browser")}
    assert here.finish(brought)["challenge_id"]


def test_a_code_of_another_flow_is_refused_and_ends_this_one(here: SignOn) -> None:
    """Code injection: the victim's code in the attacker's flow fails at PKCE; and one more attempt at its state."""
    here.register(1)
    here.register(2)
    stolen = here.brought(here.single_sign_on.begin("state"), n=1)
    own = here.brought(here.single_sign_on.begin("state"), n=2)
    with pytest.raises(CredentialsError):
        here.finish(replace(own, code=stolen.code))
    with pytest.raises(CredentialsError):
        here.finish(own)
    assert here.denied() == [("sys", "provider-code"), ("sys", "flow")]


def test_a_token_with_the_nonce_of_another_flow(here: SignOn) -> None:
    here.register()
    brought = here.brought(here.single_sign_on.begin("state"))
    here.outside._codes[brought.code] = replace(here.outside._codes[brought.code], nonce="another")
    with pytest.raises(CredentialsError):
        here.finish(brought)
    event = here.events("sign-on:finish")[-1]
    assert (event.reason, event.details["failed"]) == ("id-token", "nonce")


def test_an_answer_for_another_provider_or_by_another_issuer(here: SignOn) -> None:
    here.register()
    started = here.single_sign_on.begin("state")
    with pytest.raises(CredentialsError):
        here.finish(here.brought(started), "bank")
    with pytest.raises(CredentialsError):
        here.finish(replace(here.brought(started), issuer=here.known["bank"].issuer))
    assert here.denied() == [("sys", "mix-up"), ("sys", "mix-up")]


def test_a_flow_ends_by_itself(here: SignOn) -> None:
    here.register()
    brought = here.brought(here.single_sign_on.begin("state"))
    here.clock.advance(seconds=FLOW_SECONDS)
    with pytest.raises(CredentialsError):
        here.finish(brought)


def test_of_two_answers_at_once_one_counts(here: SignOn) -> None:
    here.register()
    brought = here.brought(here.single_sign_on.begin("state"))
    seen: list[type[Exception]] = []

    def second() -> None:
        try:
            here.finish(brought)
        except ConflictError as error:
            seen.append(type(error))

    real = here.outside.redeem

    def redeem(*arguments: Any) -> Any:
        here.outside.redeem = real  # type: ignore[method-assign]
        second()  # while the first one waits for the provider
        return real(*arguments)

    here.outside.redeem = redeem  # type: ignore[method-assign]
    assert here.finish(brought)["challenge_id"]
    assert seen == [WrongStateError]


def test_a_flow_gives_once_though_a_provider_takes_a_code_twice_and_the_first_is_slow(here: SignOn) -> None:
    here.register()
    brought = here.brought(here.single_sign_on.begin("state"))
    here.outside.codes_stay = True
    seen: list[Any] = []

    def overtake() -> None:
        here.clock.advance(seconds=LEASE_SECONDS + 1)
        seen.append(here.finish(brought))

    here.once_redeemed(overtake)
    with pytest.raises(ConflictError):
        here.finish(brought)
    assert len(seen) == 1
    assert len([event for event in here.events("sign-on:finish") if event.outcome == "success"]) == 1


# --- failures: nothing is lost


@pytest.mark.parametrize("error", [ProviderUnavailableError, KeyUnavailableError])
def test_while_a_provider_is_down_nothing_is_used_up(here: SignOn, error: type[Exception]) -> None:
    here.register()
    brought = here.brought(here.single_sign_on.begin("state"))
    real = here.outside.redeem

    def redeem(*_: Any) -> Any:
        raise error

    here.outside.redeem = redeem  # type: ignore[method-assign]
    with pytest.raises(error):
        here.finish(brought)
    here.outside.redeem = real  # type: ignore[method-assign]
    assert here.finish(brought)["challenge_id"]


def test_a_provider_that_is_down_begins_nothing(here: SignOn) -> None:
    here.outside.down = True
    with pytest.raises(ProviderUnavailableError):
        here.single_sign_on.begin("state")
    assert here.flows() == []


def test_an_answer_that_died_half_way_is_free_again_after_the_lease(here: SignOn) -> None:
    here.register()
    brought = here.brought(here.single_sign_on.begin("state"))
    here.audit.fail_next()
    with pytest.raises(AuditUnavailableError):
        here.finish(brought)
    with pytest.raises(WrongStateError):
        here.finish(brought)
    here.clock.advance(seconds=LEASE_SECONDS + 1)
    with pytest.raises(CredentialsError):  # the code is spent at the provider; the person begins anew
        here.finish(brought)
    assert here.sign_on()["challenge_id"]


# --- erasure


@pytest.mark.requirement("SPC-8")
def test_an_account_names_the_index_row_of_each_link_for_the_eraser(here: SignOn) -> None:
    person = here.register()
    here.sign_on()
    (link,) = here.tables.query(Store.IDENTITY, keys.person(person), keys.LINKS).items
    (field, tag), *more = link["tags"].items()
    assert not more
    assert here.row_of(keys.blind_index(field, tag))["person"] == person


def test_registration_of_who_has_an_account_is_still_refused(here: SignOn) -> None:
    here.register()
    here.sign_on()
    made = here.registrations.apply(CALLER, here.form(1, phone="8 (926) 777-22-33", email="x@example.org"))
    with pytest.raises(AlreadyExistsError):
        here.registrations.confirm(CALLER, made["registration_id"], *here.codes())


def test_nothing_of_a_person_stands_in_keys_and_entries(here: SignOn) -> None:
    form = here.form(1)
    here.register()
    here.sign_on()
    here.confirm(here.owner())
    told = str([(e.action, e.details, e.reason, e.resource_id) for e in here.audit.events])
    told += str(list(here.tables.rows()))
    for secret in (form["snils"], form["last_name"], "sub-1", form["birth_date"]):
        assert secret not in told
