"""Keys of what the portal keeps on a device, through the front door (UX-2)."""

from __future__ import annotations

from base64 import urlsafe_b64decode
from typing import Any

import pytest

from bench.calls import Recorder
from chalicelib import bootstrap
from chalicelib.bootstrap import services
from chalicelib.domain.limits import PER_CALLER
from chalicelib.ports import keys
from tests.functional.front import PASSWORD, Front, Person
from tests.functional.may.people import STAFF

pytestmark = [pytest.mark.xdist_group("functional-offline"), pytest.mark.requirement("UX-2")]

PHONE, TABLET = "phone-7f3a", "tablet-91cc"
PATH = "/api/v1/me/vault-key"


def given(front: Front, person: Person, device: str = PHONE, earlier: list[int] | None = None) -> dict[str, Any]:
    headers = {"X_DEVICE_ID": device} if device else {}
    made: dict[str, Any] = front.ok("POST", PATH, {"earlier": earlier or []}, token=person.token, **headers)
    return made


@pytest.fixture
def anna(front: Front) -> Person:
    return front.sign_in(front.register())


def test_one_device_of_one_person_gets_the_same_keys_each_time(front: Front, anna: Person) -> None:
    first = given(front, anna)
    assert given(front, anna) == first
    assert first["epoch"] == 0
    assert first["earlier"] == []
    both = {first["cache_key"], first["draft_key"]}
    assert len(both) == 2
    assert all(len(urlsafe_b64decode(key + "=")) == 32 for key in both)


def test_another_device_and_another_person_get_other_keys(front: Front, anna: Person) -> None:
    boris = front.sign_in(front.register())
    seen = [given(front, anna), given(front, anna, TABLET), given(front, boris)]
    assert len({key for one in seen for key in (one["cache_key"], one["draft_key"])}) == 6


def test_forgetting_changes_the_keys_and_gives_the_earlier_ones_for_drafts_alone(front: Front, anna: Person) -> None:
    before = given(front, anna)
    assert front.call("DELETE", PATH, token=anna.token).status == 204
    after = given(front, anna, earlier=[0, 1, 5])
    assert after["epoch"] == 1
    assert after["earlier"] == [{"epoch": 0, "draft_key": before["draft_key"]}]
    assert before["cache_key"] not in str(after)
    assert not {before["cache_key"], before["draft_key"]} & {after["cache_key"], after["draft_key"]}


def test_an_earlier_key_is_of_the_same_device(front: Front, anna: Person) -> None:
    before = given(front, anna)
    front.ok("DELETE", PATH, token=anna.token)
    assert given(front, anna, TABLET, [0])["earlier"][0]["draft_key"] != before["draft_key"]


def test_ending_the_other_sessions_makes_what_they_kept_unreadable(front: Front, anna: Person) -> None:
    before = given(front, anna)
    front.ok("DELETE", "/api/v1/me/sessions", token=anna.token)
    assert given(front, anna)["epoch"] == before["epoch"] + 1


def test_a_new_password_makes_what_was_kept_unreadable(front: Front, anna: Person) -> None:
    before = given(front, anna)
    form = {"old_password": PASSWORD, "new_password": "Another-Card-2027"}
    front.ok("PUT", "/api/v1/me/password", form, token=front.fresh(anna.token))
    after = given(front, anna)
    assert after["epoch"] == before["epoch"] + 1
    assert after["cache_key"] != before["cache_key"]


def test_a_session_that_has_ended_gets_no_key(front: Front, anna: Person) -> None:
    given(front, anna)
    front.ok("POST", "/api/v1/sessions/sign-out", token=anna.token)
    assert front.call("POST", PATH, {}, token=anna.token, X_DEVICE_ID=PHONE).status == 401
    assert front.call("DELETE", PATH, token=anna.token).status == 401


def test_a_device_has_to_name_itself(front: Front, anna: Person) -> None:
    reply = front.call("POST", PATH, {}, token=anna.token)
    assert (reply.status, reply.body["fields"][0]["field"]) == (422, "X-Device-ID")


@pytest.mark.parametrize("earlier", [[-1], [1.5], ["0"], list(range(9)), [2_000_000]])
def test_only_a_few_epochs_are_named(front: Front, anna: Person, earlier: list[Any]) -> None:
    reply = front.call("POST", PATH, {"earlier": earlier}, token=anna.token, X_DEVICE_ID=PHONE)
    assert reply.status == 422


@pytest.mark.parametrize("role", [role for role in STAFF if role != "administrator"])
def test_every_human_session_has_keys(front: Front, role: str) -> None:
    assert given(front, front.staff(role))["epoch"] >= 0


def test_nothing_is_stored_that_opens_anything(front: Front, anna: Person) -> None:
    seen = given(front, anna)
    row = services().tables.get(keys.device_secret(anna.id))
    assert row is not None
    assert row.keys() - {"pk", "sk"} == {"ver", "raised", "sealed"}
    assert urlsafe_b64decode(seen["cache_key"] + "=") not in bytes(row["sealed"])


def test_keys_are_limited(front: Front, anna: Person) -> None:
    rule = PER_CALLER["vault-key-forget"]
    for _ in range(rule.limit):
        services().limits.spend(rule, anna.id)
    assert front.call("DELETE", PATH, token=anna.token).status == 429


def test_what_keys_cost(front: Front, anna: Person) -> None:
    """After what every call has: counter, the two rows in one, the entry. A person's key is unwrapped once."""
    given(front, anna)
    recorder = Recorder()
    for service in ("dynamodb", "kms"):
        recorder.watch(bootstrap.aws(service))
    with recorder.recording() as seen:
        given(front, anna)
    assert seen.of("kms") == []
    assert seen.of("dynamodb")[-3:] == ["UpdateItem", "BatchGetItem", "PutItem"]
    assert len(seen.calls) <= 5
