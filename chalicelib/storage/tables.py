"""DynamoDB behind ``ports.tables.Tables``: consistent reads, one transaction a commit, outcomes told apart."""

from __future__ import annotations

import secrets
import threading
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Any
from uuid import uuid4

from chalicelib.errors import ConflictError, MedkartaError, OutcomeUnknownError, UnavailableError
from chalicelib.ports.tables import Check, Delete, Item, Key, Page, Put, Store, Update, Write, check_place
from chalicelib.storage import failures
from chalicelib.storage.requests import (
    INDEX_KEYS,
    MARK,
    Request,
    check_writes,
    increment_request,
    key_of,
    query_request,
    write_request,
)
from chalicelib.storage.values import decode, encode

if TYPE_CHECKING:
    from botocore.exceptions import ClientError
    from mypy_boto3_dynamodb import DynamoDBClient

MAX_KEYS = 100  # limit of BatchGetItem
LENIENT = {Store.AUDIT_OUTBOX, Store.AUDIT_INDEX}
"""Read with whatever somebody planted among the rows: one of them must not hold up the others."""
MAX_PUTS = 25  # limit of BatchWriteItem
ATTEMPTS = 5  # of our own, on top of botocore's, for what is over in a moment
FIRST_PAUSE = 0.02  # seconds; doubled each time, then jittered over the whole range


class DynamoTables:
    """``names`` gives the table of each store. The client is made at the first call: cold start."""

    def __init__(
        self,
        client_factory: Callable[[], DynamoDBClient],
        names: Mapping[Store, str],
        *,
        sleep: Callable[[float], None] = time.sleep,
    ) -> None:
        self._client_factory = client_factory
        self._names = dict(names)
        self._sleep = sleep
        self._doubt = failures.Doubt()
        self._made: DynamoDBClient | None = None
        self._making = threading.Lock()

    # --- reads

    def get(self, key: Key) -> Item | None:
        answer = self._read("get_item", TableName=self._names[key.store], Key=key_of(key), ConsistentRead=True)
        return _item(answer["Item"], strict=key.store not in LENIENT) if "Item" in answer else None

    def get_many(self, keys: Sequence[Key]) -> dict[Key, Item]:
        if len(set(keys)) > MAX_KEYS:
            raise MedkartaError("at most 100 keys in one read")
        wanted: dict[str, Any] = {}
        for key in dict.fromkeys(keys):
            table = wanted.setdefault(self._names[key.store], {"Keys": [], "ConsistentRead": True})
            table["Keys"].append(key_of(key))
        stores = {name: store for store, name in self._names.items()}
        found: dict[Key, Item] = {}
        pauses = self._pauses()
        while wanted:
            answer = self._read("batch_get_item", RequestItems=wanted)
            for table, rows in answer["Responses"].items():
                items = [_item(row, strict=stores[table] not in LENIENT) for row in rows]
                found.update({Key(stores[table], item["pk"], item["sk"]): item for item in items})
            wanted = answer.get("UnprocessedKeys") or {}
            if wanted and not next(pauses):
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
        check_place(pk, after)
        # One row more than asked for tells whether there is another page, so no page is ever empty for nothing.
        request = query_request(self._names[store], pk, prefix, index, limit + 1, newest_first=newest_first)
        if after is not None:
            request["ExclusiveStartKey"] = encode(after)
        items: list[Item] = []
        while len(items) <= limit:
            answer = self._read("query", **request)
            items += [_item(row, strict=store not in LENIENT) for row in answer["Items"]]
            if "LastEvaluatedKey" not in answer:
                break
            request["ExclusiveStartKey"] = answer["LastEvaluatedKey"]
        if len(items) <= limit:
            return Page(items)
        items = items[:limit]
        position = {"pk", "sk", INDEX_KEYS[index] if index else "sk"}
        return Page(items, {name: items[-1][name] for name in sorted(position)})

    # --- writes

    def commit(self, writes: Sequence[Write]) -> None:
        check_writes(writes)
        if not writes:
            return
        if len(writes) == 1 and not isinstance(writes[0], Check):
            self._commit_one(writes[0])
        else:
            self._commit_all(writes)

    def put_many(self, rows: Mapping[Key, Item]) -> None:
        ready = [(self._names[key.store], encode({**item, "pk": key.pk, "sk": key.sk})) for key, item in rows.items()]
        for start in range(0, len(ready), MAX_PUTS):
            wanted: dict[str, Any] = {}
            for table, row in ready[start : start + MAX_PUTS]:
                wanted.setdefault(table, []).append({"PutRequest": {"Item": row}})
            pauses = self._pauses()
            while wanted:
                # Putting the same rows again changes nothing, so a lost reply is as good as a refusal.
                wanted = self._read("batch_write_item", RequestItems=wanted).get("UnprocessedItems") or {}
                if wanted and not next(pauses):
                    raise UnavailableError

    def increment(self, key: Key, attribute: str, expires: int, by: int = 1) -> int:
        """See the port. A lost reply may count twice: the counters are limits, and too strict is the safe side."""
        request = increment_request(self._names[key.store], key, attribute, expires, by)
        for _ in self._tries():
            try:
                return int(decode(self._write("update_item", request)["Attributes"])[attribute])
            except _client_error() as error:
                if failures.code_of(error) not in failures.IN_THE_WAY:
                    raise failures.of_write(error, self._doubt) from error
        raise UnavailableError

    def _commit_one(self, write: Put | Update | Delete) -> None:
        """A write by itself needs no transaction: half the price, and no collision with other readers."""
        mark = secrets.token_hex(6)
        operation, request = write_request(write, self._names[write.key.store], mark)
        if "ConditionExpression" in request:
            request["ReturnValuesOnConditionCheckFailure"] = "ALL_OLD"
        for _ in self._tries():
            try:
                self._write(f"{operation.lower()}_item", request)
            except _client_error() as error:
                code = failures.code_of(error)
                if code == failures.REFUSED_BY_CONDITION:
                    return self._refused(error, mark)
                if code not in failures.IN_THE_WAY:
                    raise failures.of_write(error, self._doubt) from error
            else:
                return None
        raise ConflictError

    def _refused(self, error: ClientError, mark: str) -> None:
        """A condition did not hold: another's row, or the trace of an earlier attempt of this very write?"""
        if not self._doubt:
            raise ConflictError(index=0) from error
        standing = error.response.get("Item", {})
        if isinstance(standing, dict) and standing.get(MARK) == {"S": mark}:
            return
        raise OutcomeUnknownError from error

    def _commit_all(self, writes: Sequence[Write]) -> None:
        items = []
        for write in writes:
            operation, request = write_request(write, self._names[write.key.store])
            items.append({operation: request})
        # The token makes botocore's repetitions of a transaction count once (for ten minutes).
        request = {"TransactItems": items, "ClientRequestToken": str(uuid4())}
        for _ in self._tries():
            try:
                self._write("transact_write_items", request)
            except _client_error() as error:
                if failures.code_of(error) in failures.IN_THE_WAY:
                    continue
                meaning = failures.of_transaction(error, self._doubt)
                if meaning is not None:
                    raise meaning from error
            else:
                return
        raise OutcomeUnknownError if self._doubt else ConflictError

    # --- calls

    def _read(self, operation: str, **request: Any) -> dict[str, Any]:
        from botocore.exceptions import BotoCoreError, ClientError

        try:
            answer: dict[str, Any] = getattr(self._client(), operation)(**request)
        except (BotoCoreError, ClientError) as error:
            raise failures.of_read(error) from error
        return answer

    def _write(self, operation: str, request: Request) -> dict[str, Any]:
        """One call. ClientError passes: the caller reads its code."""
        from botocore.exceptions import BotoCoreError

        try:
            answer: dict[str, Any] = getattr(self._client(), operation)(**request)
        except BotoCoreError as error:
            raise failures.of_write(error, self._doubt) from error
        return answer

    def _client(self) -> DynamoDBClient:
        if self._made is None:
            with self._making:
                if self._made is None:
                    client = self._client_factory()
                    self._doubt.watch(client)
                    self._made = client
        return self._made

    def _tries(self) -> Iterator[None]:
        """One go each; between two a pause. Begins a write: what happened before is of no account."""
        self._doubt.clear()
        yield
        for go_on in self._pauses():
            if not go_on:
                return
            yield

    def _pauses(self) -> Iterator[bool]:
        """Each True has waited, a random part of a growing time; False means that it is enough."""
        for attempt in range(ATTEMPTS - 1):
            longest = FIRST_PAUSE * 2**attempt
            self._sleep(longest * secrets.randbelow(1000) / 1000)
            yield True
        yield False


def _item(row: Mapping[str, Mapping[str, Any]], *, strict: bool = True) -> Item:
    item = decode(row, strict=strict)
    item.pop(MARK, None)
    return item


def _client_error() -> type[ClientError]:
    from botocore.exceptions import ClientError

    return ClientError
