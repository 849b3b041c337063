"""What DynamoTables makes of failures: faults are injected under botocore, so its own repetitions are part of it."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

import boto3
import pytest
from botocore.awsrequest import AWSResponse
from moto import mock_aws

from chalicelib.errors import ConflictError, MedkartaError, OutcomeUnknownError, UnavailableError
from chalicelib.ports.tables import Check, Delete, Expect, Key, Put, Store, Tables, Update
from chalicelib.storage.tables import DynamoTables
from tests.contract.wire import READ_TIMEOUT, TRIES, Wire, answer, cancelled, refuse

pytestmark = pytest.mark.xdist_group("contract")

A, B = (Key(Store.CARD, "P#1", f"R#x#{name}") for name in "ab")


@pytest.fixture(autouse=True)
def no_waiting(monkeypatch: pytest.MonkeyPatch) -> None:
    """botocore waits between its own repetitions; nothing else here sleeps."""
    monkeypatch.setattr("botocore.endpoint.time.sleep", lambda _: None)


@pytest.fixture
def wire() -> Iterator[Wire]:
    with mock_aws():
        yield Wire()


def stored(tables: Tables, key: Key) -> dict[str, Any] | None:
    row = tables.get(key)
    return row and {name: value for name, value in row.items() if name not in {"pk", "sk"}}


@pytest.mark.parametrize(
    "write",
    [
        Put(A, {"n": 1}, Expect.ABSENT),
        Put(A, {"n": 1, "ver": 2}, {"ver": 1}),
        Update(A, {"n": 1, "ver": 2}, expect={"ver": 1}),
        Update(A, {"n": 1}, add={"ver": 1}, expect={"ver": 1}),
    ],
)
@pytest.mark.requirement("SEC-3")
def test_a_write_that_meets_its_own_trace_is_no_conflict(wire: Wire, write: Put | Update) -> None:
    if write.expect is not Expect.ABSENT:
        wire.tables.commit([Put(A, {"ver": 1})])
    wire.script = [wire.lose_reply]
    before = wire.attempts
    wire.tables.commit([write])
    assert wire.attempts - before == 2  # botocore repeated it: the condition failed on our own row
    assert stored(wire.tables, A)["n"] == 1


def test_an_addition_counts_once_although_it_is_sent_twice(wire: Wire) -> None:
    wire.tables.commit([Put(A, {"n": 1})])
    for expect in (Expect.PRESENT, None):
        wire.script = [wire.lose_reply]
        wire.tables.commit([Update(A, add={"n": 1}, expect=expect)])
    assert stored(wire.tables, A) == {"n": 3}


def test_another_with_the_very_same_content_is_still_another(wire: Wire) -> None:
    """Two uses of one single-use token write equal rows; only one may win, whatever the line does."""

    def faster(request: Any) -> AWSResponse:
        DynamoTables(lambda: boto3.client("dynamodb"), wire.names).commit([Put(A, {"n": 1})])
        raise READ_TIMEOUT

    wire.script = [faster]
    with pytest.raises(OutcomeUnknownError):
        wire.tables.commit([Put(A, {"n": 1})])
    with pytest.raises(ConflictError) as refused:
        wire.tables.commit([Put(A, {"n": 1})])
    assert refused.value.index == 0


def test_a_delete_that_finds_nothing_after_a_lost_reply_is_not_called_a_conflict(wire: Wire) -> None:
    wire.tables.commit([Put(A, {"ver": 1})])
    wire.script = [wire.lose_reply]
    with pytest.raises(OutcomeUnknownError):
        wire.tables.commit([Delete(A, {"ver": 1})])
    assert stored(wire.tables, A) is None


WRITES = [
    [Put(A, {"n": 1})],
    [Put(A, {"n": 1}), Put(B, {"n": 1})],
]


@pytest.mark.parametrize("writes", WRITES)
class TestOutcomes:
    def test_replies_lost_for_good(self, wire: Wire, writes: list[Put]) -> None:
        wire.script = [wire.lose_request] * TRIES
        with pytest.raises(OutcomeUnknownError):
            wire.tables.commit(writes)

    def test_applied_but_never_answered(self, wire: Wire, writes: list[Put]) -> None:
        wire.script = [wire.lose_reply, wire.lose_request, wire.lose_request]
        with pytest.raises(OutcomeUnknownError):
            wire.tables.commit(writes)
        assert stored(wire.tables, A) == {"n": 1}

    def test_never_connected_is_certainly_not_done(self, wire: Wire, writes: list[Put]) -> None:
        wire.script = [wire.no_connection] * TRIES
        with pytest.raises(UnavailableError) as failed:
            wire.tables.commit(writes)
        assert type(failed.value) is UnavailableError

    def test_never_connected_after_a_lost_reply_is_not_certain(self, wire: Wire, writes: list[Put]) -> None:
        wire.script = [wire.lose_reply, wire.no_connection, wire.no_connection]
        with pytest.raises(OutcomeUnknownError):
            wire.tables.commit(writes)

    def test_doubt_does_not_outlive_its_write(self, wire: Wire, writes: list[Put]) -> None:
        wire.script = [wire.lose_request] * TRIES
        with pytest.raises(OutcomeUnknownError):
            wire.tables.commit(writes)
        wire.script = [wire.no_connection] * TRIES
        with pytest.raises(UnavailableError) as failed:
            wire.tables.commit(writes)
        assert type(failed.value) is UnavailableError

    @pytest.mark.parametrize("status", [500, 503])
    def test_a_server_error_may_have_been_applied(self, wire: Wire, writes: list[Put], status: int) -> None:
        wire.script = [refuse("InternalServerError", status)] * TRIES
        with pytest.raises(OutcomeUnknownError):
            wire.tables.commit(writes)

    @pytest.mark.parametrize("code", ["ProvisionedThroughputExceededException", "ThrottlingException"])
    def test_throttled_is_certainly_not_done(self, wire: Wire, writes: list[Put], code: str) -> None:
        wire.script = [refuse(code)] * TRIES
        with pytest.raises(UnavailableError) as failed:
            wire.tables.commit(writes)
        assert type(failed.value) is UnavailableError

    @pytest.mark.parametrize("code", ["ValidationException", "AccessDeniedException", "ResourceNotFoundException"])
    def test_a_wrong_request_is_a_fault_of_ours(self, wire: Wire, writes: list[Put], code: str) -> None:
        wire.script = [refuse(code)]
        with pytest.raises(MedkartaError) as failed:
            wire.tables.commit(writes)
        assert type(failed.value) is MedkartaError

    @pytest.mark.parametrize("code", ["TransactionConflictException", "TransactionInProgressException"])
    def test_a_busy_row_is_waited_for(self, wire: Wire, writes: list[Put], code: str) -> None:
        wire.script = [refuse(code)] * 2
        wire.tables.commit(writes)
        assert stored(wire.tables, A) == {"n": 1}


def test_a_collision_of_transactions_is_waited_for_but_not_for_ever(wire: Wire) -> None:
    wire.script = [cancelled("None", "TransactionConflict")] * 2
    wire.tables.commit([Put(A, {"n": 1}), Put(B, {"n": 1})])
    assert 0 < len(wire.pauses) <= 2
    wire.script = [cancelled("TransactionConflict", "None")] * 20
    with pytest.raises(ConflictError) as refused:
        wire.tables.commit([Put(A, {"n": 2}, None), Put(B, {"n": 2}, None)])
    assert refused.value.index == -1
    assert sum(wire.pauses) < 1


def test_a_condition_counts_more_than_a_collision(wire: Wire) -> None:
    wire.script = [cancelled("TransactionConflict", "ConditionalCheckFailed")]
    with pytest.raises(ConflictError) as refused:
        wire.tables.commit([Put(A, {"n": 1}), Check(B)])
    assert refused.value.index == 1


@pytest.mark.parametrize("code", ["ThrottlingError", "ProvisionedThroughputExceeded"])
def test_a_throttled_transaction_is_certainly_not_done(wire: Wire, code: str) -> None:
    wire.script = [cancelled("None", code)]
    with pytest.raises(UnavailableError) as failed:
        wire.tables.commit([Put(A, {"n": 1}), Put(B, {"n": 1})])
    assert type(failed.value) is UnavailableError


def test_each_transaction_carries_one_token_in_all_its_attempts(wire: Wire) -> None:
    tokens: list[str] = []

    def note(request: Any) -> AWSResponse:
        tokens.append(json.loads(request.body)["ClientRequestToken"])
        raise READ_TIMEOUT

    for _ in range(2):
        wire.script = [note, note]
        wire.tables.commit([Put(A, {"n": 1}, None), Put(B, {"n": 1}, None)])
    assert tokens[0] == tokens[1] != tokens[2] == tokens[3]


def test_reads_that_fail_are_unavailable(wire: Wire) -> None:
    for read in (
        lambda: wire.tables.get(A),
        lambda: wire.tables.get_many([A]),
        lambda: wire.tables.query(Store.CARD, "P#1"),
    ):
        wire.script = [wire.lose_request] * TRIES
        with pytest.raises(UnavailableError):
            read()
        wire.script = [refuse("ThrottlingException")] * TRIES
        with pytest.raises(UnavailableError):
            read()
        wire.script = [refuse("AccessDeniedException")]
        with pytest.raises(MedkartaError) as failed:
            read()
        assert type(failed.value) is MedkartaError


def test_keys_left_over_by_a_batch_read_are_asked_for_again(wire: Wire) -> None:
    wire.tables.commit([Put(A, {"n": 1}), Put(B, {"n": 2})])

    def half(request: Any) -> AWSResponse:
        (table,) = (body := json.loads(request.body))["RequestItems"]
        left = {**body["RequestItems"][table], "Keys": body["RequestItems"][table]["Keys"][1:]}
        row = {"pk": {"S": A.pk}, "sk": {"S": A.sk}, "n": {"N": "1"}}
        return answer(request, json.dumps({"Responses": {table: [row]}, "UnprocessedKeys": {table: left}}).encode())

    wire.script = [half]
    assert {key: row["n"] for key, row in wire.tables.get_many([A, B]).items()} == {A: 1, B: 2}
    assert len(wire.pauses) == 1
    wire.script = [half] * 50
    with pytest.raises(UnavailableError):
        wire.tables.get_many([A, B])


@pytest.mark.requirement("SEC-3")
def test_every_read_is_consistent_and_one_call(wire: Wire) -> None:
    bodies: list[dict[str, Any]] = []
    wire.client.meta.events.register(
        "before-call.dynamodb", lambda params, **_: bodies.append(json.loads(params["body"]))
    )
    wire.tables.get(A)
    wire.tables.get_many([A, Key(Store.IDENTITY, "PERSON#1", "PROFILE")])
    wire.tables.query(Store.CARD, "P#1", "x#", index="by_date")
    assert len(bodies) == 3
    assert bodies[0]["ConsistentRead"]
    assert [table["ConsistentRead"] for table in bodies[1]["RequestItems"].values()] == [True, True]
    assert bodies[2]["ConsistentRead"]


def test_a_single_write_is_no_transaction(wire: Wire) -> None:
    called: list[str] = []
    wire.client.meta.events.register("before-call.dynamodb", lambda model, **_: called.append(model.name))
    wire.tables.commit([Put(A, {"n": 1})])
    wire.tables.commit([Update(A, {"n": 2})])
    wire.tables.commit([Check(A)])
    wire.tables.commit([Delete(A)])
    assert called == ["PutItem", "UpdateItem", "TransactWriteItems", "DeleteItem"]


def test_a_counter_waits_for_a_busy_row_and_reports_what_failed(wire: Wire) -> None:
    key = Key(Store.IDENTITY, "LIMIT#x", "1")
    wire.script = [refuse("TransactionConflictException")]
    assert wire.tables.increment(key, "count", 100) == 1
    wire.script = [refuse("TransactionConflictException")] * 20
    with pytest.raises(UnavailableError):
        wire.tables.increment(key, "count", 100)
    wire.script = [refuse("ThrottlingException")] * TRIES
    with pytest.raises(UnavailableError):
        wire.tables.increment(key, "count", 100)
    wire.script = []
    assert wire.tables.increment(key, "count", 100) == 2


def test_a_long_partition_is_read_on_until_the_page_is_full(wire: Wire) -> None:
    """A megabyte ends a Query's answer, whatever its limit says."""
    for n in range(5):
        wire.tables.commit([Put(Key(Store.CARD, "P#1", f"R#x#{n}"), {"n": n, "b": bytes(350_000)})])
    page = wire.tables.query(Store.CARD, "P#1", "R#x#", limit=4)
    assert [item["n"] for item in page.items] == [0, 1, 2, 3]
    assert [item["n"] for item in wire.tables.query(Store.CARD, "P#1", "R#x#", after=page.after).items] == [4]
