"""The emulator of the local system keeps every promise, and those about many writers at once."""

from __future__ import annotations

import threading
from concurrent.futures import ThreadPoolExecutor

import pytest
from botocore.exceptions import ClientError

from tests.emulator.promises import PROMISES
from tests.emulator.rows import fresh, key

pytestmark = [pytest.mark.emulator, pytest.mark.xdist_group("emulator")]

THREADS = 8


@pytest.mark.parametrize("promise", PROMISES, ids=lambda p: p.__name__)
def test_promise(emulator, promise):
    promise(emulator)


@pytest.mark.requirement("RX-3", "APT-1")
def test_of_eight_who_race_for_one_key_exactly_one_wins(emulator):
    dynamodb, card, identity = (
        emulator.client("dynamodb"),
        emulator.outputs["CardTable"],
        emulator.outputs["IdentityTable"],
    )
    prizes = [fresh("prize") for _ in range(15)]
    together = threading.Barrier(THREADS)

    def racer(name: int) -> list[str]:
        won = []
        for prize in prizes:
            together.wait(timeout=30)
            row = {**key(prize), "who": {"N": str(name)}}
            put = {"TableName": card, "Item": row, "ConditionExpression": "attribute_not_exists(pk)"}
            mine = {"TableName": identity, "Item": key(prize, str(name))}
            try:
                dynamodb.transact_write_items(TransactItems=[{"Put": put}, {"Put": mine}])
            except ClientError as error:
                code = error.response["Error"]["Code"]
                assert code in ("TransactionCanceledException", "TransactionConflictException"), code
            else:
                won.append(prize)
        return won

    with ThreadPoolExecutor(THREADS) as pool:
        wins = list(pool.map(racer, range(THREADS)))
    assert sorted(p for won in wins for p in won) == sorted(prizes)
    for name, won in enumerate(wins):
        for prize in won:
            row = dynamodb.get_item(TableName=card, Key=key(prize), ConsistentRead=True)["Item"]
            assert row["who"] == {"N": str(name)}
            beside = dynamodb.query(
                TableName=identity,
                KeyConditionExpression="pk = :p",
                ExpressionAttributeValues={":p": {"S": prize}},
                ConsistentRead=True,
            )["Items"]
            assert [i["sk"]["S"] for i in beside] == [str(name)]


def test_no_acknowledged_write_is_lost_beside_cancelled_transactions(emulator):
    dynamodb, card, pk = emulator.client("dynamodb"), emulator.outputs["CardTable"], fresh("acknowledged")
    wall = {"TableName": card, "Key": key(fresh("wall")), "ConditionExpression": "attribute_exists(pk)"}

    def write(n: int) -> None:
        dynamodb.put_item(TableName=card, Item=key(pk, f"{n:03d}"))
        with pytest.raises(ClientError):
            dynamodb.transact_write_items(
                TransactItems=[{"Put": {"TableName": card, "Item": key(pk, f"no-{n}")}}, {"ConditionCheck": wall}]
            )

    with ThreadPoolExecutor(THREADS) as pool:
        list(pool.map(write, range(120)))
    rows = dynamodb.query(
        TableName=card,
        KeyConditionExpression="pk = :p",
        ExpressionAttributeValues={":p": {"S": pk}},
        ConsistentRead=True,
    )["Items"]
    assert [i["sk"]["S"] for i in rows] == [f"{n:03d}" for n in range(120)]
