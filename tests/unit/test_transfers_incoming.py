"""What comes in from another system is known again, and comes once (PRT-7)."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import Any

import pytest
from cryptography.hazmat.primitives.asymmetric import ec

from chalicelib.domain.identity import PersonId
from chalicelib.domain.resource_ids import card_resource_id, resource_id_of
from chalicelib.domain.transfers import digest_of
from chalicelib.errors import (
    AccessDeniedError,
    InvalidFieldsError,
    MedkartaError,
    SubjectUnknownError,
    TransferSenderError,
    TransferUnreadableError,
)
from chalicelib.ports import keys
from chalicelib.ports.tables import Put
from tests.resource_world import GLEB, VERA
from tests.transfer_world import OTHER, Exchange, seen
from tests.world import URL

pytestmark = pytest.mark.requirement("PRT-7")


def test_what_comes_in_says_where_from_and_comes_once() -> None:
    world = Exchange()
    world.trust()
    answer, repeated = world.take(world.sent(seen()))
    (entry,) = answer["entries"]
    assert (entry["outcome"], repeated) == ("imported", False)
    lies = resource_id_of(entry["id"])
    assert lies is not None
    row = world.row(keys.record(VERA, lies.kind, lies.record_id))
    assert (row["client"], row["source"]) == ("receiver", "connected")
    kept = json.dumps(world.reader.read(world.receiver, "Observation", entry["id"]))
    assert f"Patient/{card_resource_id(VERA)}" in kept
    assert "theirs" not in kept
    assert world.take(world.sent(seen())) == (answer, True)
    other, _ = world.take(world.sent(seen(), transfer="t2"))
    assert other["entries"][0] == {"original": "Observation/o1", "outcome": "known", "id": entry["id"]}
    copy, _ = world.take(world.sent(seen(name="o2"), transfer="t3"))
    assert (copy["entries"][0]["outcome"], copy["entries"][0]["id"]) == ("known", entry["id"])
    assert len(world.entries("transfer:take")) == 3


def test_what_changed_at_the_sender_is_the_next_version_and_what_is_alike_is_marked() -> None:
    world = Exchange()
    world.trust()
    first = world.take(world.sent(seen()))[0]["entries"][0]
    changed = world.take(world.sent(seen(72.5), seen(80, "o9"), transfer="t2"))[0]["entries"]
    assert (changed[0]["outcome"], changed[0]["id"]) == ("updated", first["id"])
    assert changed[1]["outcome"] == "imported"
    assert first["id"] in changed[1]["similar"]


def test_entries_are_answered_one_by_one_and_references_lead_on() -> None:
    world = Exchange()
    world.trust()
    bad = {k: v for k, v in seen(name="bad").items() if k != "status"}
    derived = seen(90, "o2", derivedFrom=[{"reference": "Observation/o1"}])
    done = world.take(world.sent(seen(), bad, derived))[0]["entries"]
    assert [one["outcome"] for one in done] == ["imported", "refused", "imported"]
    assert (done[1]["code"], bool(done[1]["path"])) == ("resource-invalid", True)
    read = world.reader.read(world.receiver, "Observation", done[2]["id"])
    assert read["derivedFrom"] == [{"reference": f"Observation/{done[0]['id']}"}]


@pytest.mark.parametrize("fault", ["fail", "lose"])
def test_an_import_that_dies_half_way_is_repeated(fault: str) -> None:
    world = Exchange()
    world.trust()
    note = [{"text": "Измерено дома, со слов. " * 200}]
    many = [seen(50 + number, f"o{number}", note=note) for number in range(20)]
    assert len(world.sent(*many)) > 100_000
    if fault == "fail":
        world.tables.fail_next_commit()
    else:
        world.tables.lose_reply_next()
    with pytest.raises(MedkartaError):
        world.take(world.sent(*many))
    answer, repeated = world.take(world.sent(*many))
    assert not repeated
    assert len({one["id"] for one in answer["entries"]}) == 20


@pytest.mark.parametrize(
    "claims",
    [
        {"aud": "clinic"},
        {"digest": "0" * 64},
        {"iat": 1},
        {"part": "1"},
        {"iss": "https://unknown.example"},
        {"iss": URL},
        {"transfer": ""},
    ],
)
def test_what_is_not_signed_for_this_organisation_is_refused(claims: dict[str, Any]) -> None:
    world = Exchange()
    world.trust()
    with pytest.raises(TransferSenderError):
        world.take(world.sent(seen(), **claims))
    assert world.entries("transfer:take")[-1].outcome == "denied"
    assert not world.entries("received-results:create")


def test_a_sender_who_is_trusted_no_more_or_has_another_key_is_refused() -> None:
    world = Exchange()
    world.trust()
    sealed = world.sent(seen())
    world.senders.remove(world.root, digest_of(OTHER))
    with pytest.raises(TransferSenderError):
        world.take(sealed)
    world.trust()
    world.sender_key = ec.generate_private_key(ec.SECP256R1())
    with pytest.raises(TransferSenderError):
        world.take(world.sent(seen()))


@pytest.mark.parametrize("sealed", ["", "a.b.c", "x" * 100, "eyJhbGciOiJub25lIn0....", "eyJhbGciOiJkaXIifQ.a.b.c.d"])
def test_what_cannot_be_read_is_said_so(sealed: str) -> None:
    with pytest.raises(TransferUnreadableError):
        Exchange().take(sealed)


@pytest.mark.parametrize("bundle", [{"resourceType": "Patient"}, {"resourceType": "Bundle", "entry": [1]}, "x"])
def test_a_bundle_that_is_none(bundle: Any) -> None:
    world = Exchange()
    world.trust()
    with pytest.raises(TransferUnreadableError):
        world.take(world.sent(bundle=bundle))


def test_a_card_that_is_closed_to_the_organisation_takes_nothing() -> None:
    world = Exchange()
    world.trust()
    world.tables.commit([Put(keys.barred(VERA, "hospital"), {"id": "hospital"})])
    with pytest.raises(MedkartaError):
        world.take(world.sent(seen()))


def test_own_transfers_are_known_in_the_card_that_both_share() -> None:
    """What this system gave another organisation, that organisation's system may bring in here as well."""
    world = Exchange()
    world.protocol()
    transfer = world.granted()
    part = world.giving.part(world.receiver, transfer, 1, None)
    answer, _ = world.take(world.resealed(part))
    assert {one["outcome"] for one in answer["entries"]} == {"known"}


def test_senders_are_named_by_administrators_of_the_installation() -> None:
    world = Exchange()
    with pytest.raises(AccessDeniedError):
        world.senders.listed(replace(world.root, organisation_id="clinic"), 10, None)
    world.trust()
    listed, _ = world.senders.listed(world.root, 10, None)
    assert [(one["issuer"], one["keys"]) for one in listed] == [(OTHER, ["s1"])]
    for jwk in ({"kty": "oct", "k": "a", "kid": "s1"}, {"kty": "EC", "crv": "P-256", "d": "a", "kid": "a"}):
        with pytest.raises(InvalidFieldsError):
            world.senders.put(world.root, {"issuer": OTHER, "name": "x", "jwks": {"keys": [jwk]}})
    assert {key["use"] for key in world.senders.own_keys()["keys"]} == {"sig", "enc"}


def whole(*entries: dict[str, Any]) -> dict[str, Any]:
    return {"resourceType": "Bundle", "entry": list(entries)}


def of(patient: str, name: str) -> dict[str, Any]:
    return {"resource": {**seen(name=name), "subject": {"reference": patient}}}


@pytest.mark.parametrize(
    "entries",
    [
        [of("Patient/theirs", "o1"), of("Patient/another", "o2")],
        [of("https://a.example/fhir/Patient/theirs", "o1"), of("https://a.example/fhir/Patient/another", "o2")],
        [{"resource": {"resourceType": "Patient", "id": "another"}}, of("Patient/theirs", "o1")],
        [of("Patient/theirs", "o1"), {"resource": {**seen(name="o2"), "subject": {"identifier": {"value": "7"}}}}],
        [{"resource": {**seen(), "subject": {"reference": 7}}}],
    ],
)
def test_a_part_about_two_people_is_not_taken(entries: list[dict[str, Any]]) -> None:
    world = Exchange()
    world.trust()
    with pytest.raises(TransferUnreadableError):
        world.take(world.sent(bundle=whole(*entries)))
    assert not world.entries("transfer:take")


def test_a_part_is_not_for_another_card_than_it_is_of() -> None:
    """What one system fetched of one patient by consent it cannot have in another's card, nor without a card at all."""
    world = Exchange()
    world.patient(GLEB)
    world.protocol()
    part = world.giving.part(world.receiver, world.granted(), 1, None)
    sealed = world.resealed(part)
    with pytest.raises(SubjectUnknownError):
        world.take(sealed, GLEB)
    assert world.take(sealed, VERA)[0]["entries"]


def test_an_empty_part_asks_the_gate_too() -> None:
    world = Exchange()
    world.trust()
    with pytest.raises(AccessDeniedError):
        world.take(world.sent(), PersonId("0" * 32))


def test_what_others_have_of_a_day_is_not_told() -> None:
    world = Exchange()
    world.trust()
    world.deliver({**seen(70), "subject": {"reference": f"Patient/{card_resource_id(VERA)}"}})
    (entry,) = world.take(world.sent(seen()))[0]["entries"]
    assert (entry["outcome"], "similar" in entry) == ("imported", False)


@pytest.mark.parametrize("outer", [{"signature": 7, "content": "{}"}, {"signature": "a.b.c", "content": "{}"}, [], 7])
def test_an_envelope_of_another_form(outer: Any) -> None:
    world = Exchange()
    with pytest.raises(TransferUnreadableError):
        world.take(world.box.seal(world.box.published()[0], json.dumps(outer).encode()))
