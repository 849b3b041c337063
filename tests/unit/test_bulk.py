"""Bulk exports in memory: who is in one, steps that die or run twice, files that the client alone opens, their end."""

from __future__ import annotations

import json
from contextlib import suppress
from datetime import timedelta
from typing import Any

import pytest
from joserfc import jwe
from joserfc.jwk import ECKey, RSAKey

from chalicelib.crypto.recipients import JweRecipients
from chalicelib.domain import bulk
from chalicelib.domain.resource_ids import card_resource_id
from chalicelib.errors import (
    AccessDeniedError,
    BulkBusyError,
    BulkFailedError,
    BulkFileClosedError,
    BulkKeyMissingError,
    MalformedError,
    NotFoundError,
    OutcomeUnknownError,
    UnavailableError,
)
from chalicelib.ports import keys
from chalicelib.ports.tables import Put, Update
from chalicelib.services.bulk import MAKE, BulkMaker, BulkService, BulkTidying, Tools, making
from tests.resource_search_world import BASE, SearchWorld, consent
from tests.resource_world import GLEB, VERA

PRIVATE = ECKey.generate_key("P-256", {"kid": "e1", "use": "enc"})


class BulkWorld(SearchWorld):
    def __init__(self) -> None:
        super().__init__()
        self.bulk_tools = Tools(
            gate=self.gate,
            tables=self.tables,
            documents=self.files,
            cards=self.everything,
            reader=self.reader,
            cipher=JweRecipients(),
            clock=self.clock,
            base=BASE,
        )
        self.bulk = BulkService(self.bulk_tools)
        self.maker = BulkMaker(self.bulk_tools)
        self.tidying = BulkTidying(self.bulk_tools, self.maker)
        self.patient(GLEB)
        self.keyed(PRIVATE.as_dict(private=False))
        for patient_id in (VERA, GLEB):
            self.weights(3, patient_id=patient_id)
            consent(self, self.system, patient_id=patient_id)

    def keyed(self, *jwks: Any) -> None:
        self.tables.commit([Update(keys.client(self.system.person_id), {"jwks": {"keys": list(jwks)}})])

    def order(self, group: str = bulk.CONSENTED, **more: Any) -> str:
        said = {"types": (), "since": "", "request": f"{BASE}/Patient/$export", **more}
        return self.bulk.order(self.system, group, **said)

    def row(self, export_id: str) -> Any:
        return self.tables.get(keys.bulk_export(self.system.person_id, export_id))

    def react(self, row: Any) -> None:
        """One reaction, as the stream runs it."""
        staged, writes = self.maker.make(row)
        if staged:
            self.gate.commit(staged, writes)
        else:
            self.tables.commit(writes)

    def made(self, export_id: str) -> dict[str, Any]:
        for _ in range(50):
            row = self.row(export_id)
            if MAKE not in row["react"]:
                break
            self.react(row)
        return self.bulk.state(self.system, export_id)[1]

    def read_file(self, export_id: str, file: dict[str, Any]) -> list[dict[str, Any]]:
        content = self.bulk.file(self.system, export_id, file["url"].rpartition("/")[2])
        text = jwe.decrypt_compact(content.decode(), PRIVATE, algorithms=["ECDH-ES", "A256GCM"]).plaintext or b""
        return [json.loads(line) for line in text.splitlines()]

    def all_of(self, export_id: str, of: str = "output") -> list[dict[str, Any]]:
        files = self.made(export_id)[of]
        assert all(len(self.read_file(export_id, file)) == file["count"] for file in files)
        return [one for file in files for one in self.read_file(export_id, file)]


@pytest.fixture
def world() -> BulkWorld:
    return BulkWorld()


@pytest.mark.requirement("PRT-2")
def test_the_cards_of_those_who_consented(world: BulkWorld) -> None:
    export_id = world.order()
    assert world.bulk.state(world.system, export_id)[0] == "0 of 2 patients"
    found = world.all_of(export_id)
    assert {one["id"] for one in found if one["resourceType"] == "Patient"} == {
        card_resource_id(VERA),
        card_resource_id(GLEB),
    }
    assert len([one for one in found if one["resourceType"] == "Observation"]) == 6
    manifest = world.bulk.state(world.system, export_id)[1]
    assert manifest["requiresAccessToken"] is True
    assert manifest["error"] == []
    assert [event.action for event in world.audit.events].count("resource-export:list") >= 2
    assert b"3141-9" not in b"".join(world.files.objects.values())
    with pytest.raises(NotFoundError):
        world.bulk.state(world.partner("other"), export_id)


def test_types_since_and_groups(world: BulkWorld) -> None:
    only = world.all_of(world.order(types=["Patient"]))
    assert {one["resourceType"] for one in only} == {"Patient"}
    later = (world.clock() + timedelta(days=1)).isoformat()
    assert {one["resourceType"] for one in world.all_of(world.order(since=later))} == {"Patient"}
    member = [{"entity": {"reference": f"Patient/{card_resource_id(GLEB)}"}}]
    group = world.deliver({"resourceType": "Group", "type": "person", "actual": True, "member": member})
    found = world.all_of(world.order(group.resource["id"], types=["Patient"]))
    assert [one["id"] for one in found] == [card_resource_id(GLEB)]
    with pytest.raises(NotFoundError):
        world.order("nosuchgroup")


@pytest.mark.requirement("ACC-2")
def test_who_ends_the_consent_is_left_out_and_their_files_are_closed(world: BulkWorld) -> None:
    export_id = world.order()
    consent(world, world.system, patient_id=GLEB, state="revoked")
    found = world.all_of(export_id)
    assert {one["id"] for one in found if one["resourceType"] == "Patient"} == {card_resource_id(VERA)}
    (told,) = world.all_of(export_id, "error")
    assert told["issue"][0]["diagnostics"] == f"Patient/{card_resource_id(GLEB)}"
    assert not [one for one in world.audit.events if one.outcome == "denied"]
    file = world.bulk.state(world.system, export_id)[1]["output"][0]
    consent(world, world.system, patient_id=VERA, state="revoked")
    with pytest.raises(BulkFileClosedError):
        world.read_file(export_id, file)


@pytest.mark.requirement("PRT-1")
def test_a_token_for_less_opens_no_file_of_more(world: BulkWorld) -> None:
    export_id = world.order()
    assert world.all_of(export_id)
    file = world.bulk.state(world.system, export_id)[1]["output"][0]
    with pytest.raises(AccessDeniedError):
        world.bulk.file(world.weaker("system/Slot.r"), export_id, file["url"].rpartition("/")[2])


@pytest.mark.requirement("ACC-4")
@pytest.mark.parametrize("closing", ["barred", "erased"])
def test_who_closes_the_card_closes_their_files(world: BulkWorld, closing: str) -> None:
    export_id = world.order()
    assert world.all_of(export_id)
    file = world.bulk.state(world.system, export_id)[1]["output"][0]
    barred = Put(keys.barred(VERA, world.system.organisation_id), {"at": world.moment()})
    world.tables.commit([barred if closing == "barred" else Update(keys.card(VERA), {"state": "erased"})])
    with pytest.raises(BulkFileClosedError):
        world.read_file(export_id, file)


def test_a_client_without_a_key_gets_nothing(world: BulkWorld) -> None:
    world.keyed({"kty": "EC", "crv": "P-256", "kid": "s", "use": "sig"})
    with pytest.raises(BulkKeyMissingError):
        world.order()


def test_one_at_a_time_until_it_is_deleted_or_stands_still(world: BulkWorld) -> None:
    export_id = world.order()
    with pytest.raises(BulkBusyError):
        world.order()
    world.bulk.cancel(world.system, export_id)
    with pytest.raises(NotFoundError):
        world.bulk.state(world.system, export_id)
    world.react(world.row(export_id))  # a step that comes too late does nothing
    assert world.row(export_id)["step"] == 0
    line = next(row for row in world.tables.rows().values() if row.get("what") == "bulk" and row["id"] == export_id)
    world.tables.commit(world.tidying.look(line)[1])
    assert world.row(export_id) is None
    second = world.order()
    world.clock.advance(seconds=bulk.STALLED.total_seconds() + 1)
    assert world.order() != second


@pytest.mark.parametrize("fault", ["commit", "lost-reply", "audit", "files", "twice"])
def test_a_step_that_dies_or_runs_twice(world: BulkWorld, fault: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(making.bulk, "CARDS", 1)
    export_id = world.order()
    first = world.row(export_id)
    if fault == "commit":
        world.tables.fail_next_commit()
    elif fault == "lost-reply":
        world.tables.lose_reply_next()
    elif fault != "twice":
        getattr(world, fault).fail_next()
    with suppress(UnavailableError, OutcomeUnknownError):
        world.react(first)
    world.react(world.row(export_id) if fault != "lost-reply" else first)
    found = world.all_of(export_id)
    assert len(found) == len({one["id"] for one in found}) == 8
    world.react(first)
    assert len(world.all_of(export_id)) == 8


def test_a_large_card_takes_several_steps(world: BulkWorld, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(making.bulk, "RESOURCES", 2)
    monkeypatch.setattr("chalicelib.services.resource_search.everything.OPENED", 2)
    export_id = world.order()
    found = world.all_of(export_id)
    assert len(found) == len({one["id"] for one in found}) == 8
    assert world.row(export_id)["step"] > 2


def test_what_stands_still_is_pushed_given_up_and_deleted_in_its_time(world: BulkWorld) -> None:
    task = {"client": world.system.person_id, "id": world.order()}
    assert world.tidying.look(task)[2]
    for _ in range(bulk.TRIES + 1):
        world.clock.advance(seconds=bulk.STALLED.total_seconds() + 1)
        staged, writes, again = world.tidying.look(task)
        assert again
        if staged:
            world.gate.commit(staged, writes)
        else:
            world.tables.commit(writes)
    with pytest.raises(BulkFailedError):
        world.bulk.state(world.system, task["id"])
    made = {"client": world.system.person_id, "id": world.order()}
    world.made(made["id"])
    assert world.files.objects
    world.clock.advance(seconds=bulk.KEPT.total_seconds() + 1)
    _, writes, again = world.tidying.look(made)
    world.tables.commit(writes)
    assert (again, world.files.objects, world.row(made["id"])) == ("", {}, None)


@pytest.mark.parametrize("private", [PRIVATE, RSAKey.generate_key(2048, {"kid": "r1"})], ids=["EC", "RSA"])
def test_a_message_is_opened_by_its_recipient_alone(private: Any) -> None:
    cipher, public = JweRecipients(), private.as_dict(private=False)
    sealed = cipher.encrypt(public, "тайна".encode(), "text/plain").decode()
    algorithms = [cipher.algorithm(public), "A256GCM"]
    found = jwe.decrypt_compact(sealed, private, algorithms=algorithms)
    assert found.plaintext == "тайна".encode()
    assert found.headers()["cty"] == "text/plain"
    assert sealed != cipher.encrypt(public, "тайна".encode(), "text/plain").decode()


@pytest.mark.parametrize(
    "jwk",
    [
        {"kty": "oct", "k": "AAAA"},
        {"kty": "EC", "crv": "P-384"},
        {"kty": "RSA", "alg": "RSA1_5"},
        {"kty": "RSA", "n": "A"},
    ],
)
def test_no_other_key_is_used(jwk: Any) -> None:
    with pytest.raises(MalformedError):
        JweRecipients().encrypt(jwk, b"x", "text/plain")
