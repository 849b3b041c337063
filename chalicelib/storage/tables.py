"""``Tables`` on DynamoDB: strongly consistent reads, conditional writes, one transaction a commit.

What DynamoDB answers becomes three outcomes: it happened; it certainly did not (ConflictError, UnavailableError);
nobody knows (OutcomeUnknownError). botocore repeats a call whose reply was lost, so a failed condition is compared with
what was sent: a row that is exactly ours means success.
"""

from __future__ import annotations

import secrets
import time
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from chalicelib.errors import ConflictError, MedkartaError, OutcomeUnknownError, UnavailableError
from chalicelib.ports.tables import Check, Delete, Item, Key, Page, Put, Store, Update, Write
from chalicelib.storage.expressions import request
from chalicelib.storage.values import decode, encode

MAX_KEYS = 100
MAX_WRITES = 100
TRIES = 4
INDEX_ATTRIBUTES = {"by_date": "kd"}
UNKNOWN = frozenset({"InternalServerError", "TransactionInProgressException", "ServiceUnavailable"})


class DynamoTables:
    def __init__(self, client: Callable[[], Any], names: Mapping[Store, str]) -> None:
        self._client = client
        self._names = dict(names)
        self._stores = {name: store for store, name in self._names.items()}

    # --- reading

    def get(self, key: Key) -> Item | None:
        answer = self._read(
            "get_item", TableName=self._names[key.store], Key=encode(_position(key)), ConsistentRead=True
        )
        found = answer.get("Item")
        return decode(found) if found else None

    def get_many(self, keys: Sequence[Key]) -> dict[Key, Item]:
        wanted = list(dict.fromkeys(keys))
        if len(wanted) > MAX_KEYS:
            raise MedkartaError("at most 100 keys in one read")
        asked: dict[str, Any] = {}
        for key in wanted:
            table = asked.setdefault(self._names[key.store], {"Keys": [], "ConsistentRead": True})
            table["Keys"].append(encode(_position(key)))
        found: dict[Key, Item] = {}
        for attempt in range(TRIES):
            if not asked:
                return found
            if attempt:
                _pause(attempt)
            answer = self._read("batch_get_item", RequestItems=asked)
            for name, rows in answer["Responses"].items():
                for row in map(decode, rows):
                    found[Key(self._stores[name], row["pk"], row["sk"])] = row
            asked = answer.get("UnprocessedKeys") or {}
        if asked:
            raise UnavailableError
        return found

    def query(
        self,
        store: Store,
        pk: str,
        prefix: str = "",
        *,
        index: str | None = None,
        limit: int = 50,
        after: Item | None = None,
        newest_first: bool = False,
    ) -> Page:
        sort = INDEX_ATTRIBUTES[index] if index else "sk"
        asked: dict[str, Any] = {
            "TableName": self._names[store],
            "KeyConditionExpression": "#p = :p" + (" AND begins_with(#s, :s)" if prefix else ""),
            "ExpressionAttributeNames": {"#p": "pk", **({"#s": sort} if prefix else {})},
            "ExpressionAttributeValues": encode({":p": pk, **({":s": prefix} if prefix else {})}),
            "ConsistentRead": True,
            "ScanIndexForward": not newest_first,
        }
        if index:
            asked["IndexName"] = index
        rows: list[Item] = []
        start = encode(after) if after else None
        while len(rows) <= limit:  # one more than asked for tells whether there is a next page
            more = {"ExclusiveStartKey": start} if start else {}
            answer = self._read("query", **asked, **more, Limit=limit + 1 - len(rows))
            rows += map(decode, answer["Items"])
            start = answer.get("LastEvaluatedKey")
            if not start:
                break
        if len(rows) <= limit:
            return Page(rows)
        last = rows[limit - 1]
        return Page(rows[:limit], {name: last[name] for name in {"pk", "sk", sort}})

    # --- writing

    def commit(self, writes: Sequence[Write]) -> None:
        if not writes:
            return
        if len(writes) > MAX_WRITES:
            raise MedkartaError("at most 100 writes in one transaction")
        if len(writes) == 1 and not isinstance(writes[0], Check):
            self._single(writes[0])
        else:
            self._transaction(writes)

    def _single(self, write: Put | Update | Delete) -> None:
        name, arguments = request(write, self._names[write.key.store])
        operation = {"Put": "put_item", "Update": "update_item", "Delete": "delete_item"}[name]
        try:
            self._write(operation, **arguments)
        except ConflictError:
            if not self._ours([write]):
                raise ConflictError(index=0) from None

    def _transaction(self, writes: Sequence[Write]) -> None:
        items = []
        for write in writes:
            name, arguments = request(write, self._names[write.key.store])
            items.append({"ConditionCheck" if name == "Check" else name: arguments})
        token = secrets.token_hex(16)  # makes botocore's own repeats harmless for ten minutes
        for attempt in range(TRIES):
            if attempt:
                _pause(attempt)
            try:
                self._write("transact_write_items", TransactItems=items, ClientRequestToken=token)
            except ConflictError as error:
                if error.index >= 0:
                    if self._ours(writes):
                        return
                    raise
                token = secrets.token_hex(16)  # lost against another transaction: this one did not happen
            else:
                return
        raise ConflictError

    def increment(self, key: Key, attribute: str, expires: int) -> int:
        answer = self._write(
            "update_item",
            TableName=self._names[key.store],
            Key=encode(_position(key)),
            UpdateExpression="ADD #a :one SET #e = if_not_exists(#e, :e)",
            ExpressionAttributeNames={"#a": attribute, "#e": "expires"},
            ExpressionAttributeValues=encode({":one": 1, ":e": expires}),
            ReturnValues="UPDATED_NEW",
        )
        return int(decode(answer["Attributes"])[attribute])

    def _ours(self, writes: Sequence[Write]) -> bool:
        """A repeat of our own write: a new row that could not be there holds exactly what we sent.

        Only rows put as new can tell, and only if they carry something nobody else would send; an audit row or a sealed
        record does, by its random bytes.
        """
        telling = [
            write
            for write in writes
            if isinstance(write, Put) and any(isinstance(value, bytes) for value in write.item.values())
        ]
        if not telling:
            return False
        stored = self.get_many([write.key for write in telling])
        return all(stored.get(w.key) == {**w.item, **_position(w.key)} for w in telling)

    # --- the wire

    def _read(self, operation: str, **arguments: Any) -> dict[str, Any]:
        from botocore.exceptions import BotoCoreError, ClientError

        try:
            answer: dict[str, Any] = getattr(self._client(), operation)(**arguments)
        except (BotoCoreError, ClientError) as error:
            raise UnavailableError from error
        return answer

    def _write(self, operation: str, **arguments: Any) -> dict[str, Any]:
        from botocore.exceptions import (
            BotoCoreError,
            ClientError,
            ConnectTimeoutError,
            EndpointConnectionError,
            NoCredentialsError,
        )

        try:
            answer: dict[str, Any] = getattr(self._client(), operation)(**arguments)
        except ClientError as error:
            raise _meaning(error) from error
        except (EndpointConnectionError, ConnectTimeoutError, NoCredentialsError) as error:
            raise UnavailableError from error  # nothing was sent
        except BotoCoreError as error:
            raise OutcomeUnknownError from error
        return answer


def _meaning(error: Any) -> MedkartaError:
    """What a refusal of DynamoDB says about the write."""
    code = error.response["Error"]["Code"]
    if code == "ConditionalCheckFailedException":
        return ConflictError(index=0)
    if code == "TransactionCanceledException":
        reasons = [reason.get("Code", "None") for reason in error.response.get("CancellationReasons", [])]
        if "ConditionalCheckFailed" in reasons:
            return ConflictError(index=reasons.index("ConditionalCheckFailed"))
        if "TransactionConflict" in reasons:
            return ConflictError()
        return UnavailableError()
    if code == "TransactionConflictException":
        return ConflictError()
    return OutcomeUnknownError() if code in UNKNOWN else UnavailableError()


def _position(key: Key) -> Item:
    return {"pk": key.pk, "sk": key.sk}


def _pause(attempt: int) -> None:
    """Jittered back-off between 0 and 50, 100, 200 ms."""
    time.sleep(secrets.randbelow(50 * 2**attempt) / 1000)
