"""The stores in memory: what ``ports/tables.py`` promises, with faults on demand. Shown equal in tests/contract."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator, Mapping, Sequence

from chalicelib.errors import ConflictError, MedkartaError, OutcomeUnknownError, UnavailableError
from chalicelib.ports import keys as layout
from chalicelib.ports.tables import (
    Check,
    Delete,
    Expect,
    Expected,
    Item,
    Key,
    Page,
    Put,
    Store,
    Update,
    Write,
    check_place,
)
from chalicelib.storage.values import decode, encode

INDEXES = {layout.BY_DATE: "kd"}
Row = dict[str, dict]  # encoded: nothing mutable is ever shared with a caller


class Faults:
    """Errors to come, in order; mixed into every fake that talks to the outside."""

    def __init__(self) -> None:
        self._faults: list[Exception] = []

    def fail_next(self, n: int = 1, error: Exception | None = None) -> None:
        """The next ``n`` operations raise ``error`` (UnavailableError) and do nothing."""
        self._faults += [error or UnavailableError()] * n

    def _fault(self) -> None:
        if self._faults:
            raise self._faults.pop(0)


class MemoryTables(Faults):
    """Thread-safe. ``calls`` lists the operations, one word for each round trip."""

    def __init__(self) -> None:
        super().__init__()
        self._rows: dict[Key, Row] = {}
        self._lock = threading.RLock()
        self._lost_replies = 0
        self._commit_faults: list[Exception] = []
        self._interludes: list[Callable[[], None]] = []
        self.calls: list[str] = []

    # --- faults

    def fail_next_commit(self, n: int = 1, error: Exception | None = None) -> None:
        """As ``fail_next``, but reads go on working."""
        self._commit_faults += [error or UnavailableError()] * n

    def lose_reply_next(self, n: int = 1) -> None:
        """The next ``n`` commits that succeed are applied, and yet raise OutcomeUnknownError."""
        self._lost_replies += n

    def before_next_commit(self, interlude: Callable[[], None]) -> None:
        """Run ``interlude`` right before the next commit is applied: somebody else was faster."""
        self._interludes.append(interlude)

    # --- the port

    def get(self, key: Key) -> Item | None:
        self._called("get")
        with self._lock:
            row = self._rows.get(key)
            return None if row is None else decode(row)

    def get_many(self, keys: Sequence[Key]) -> dict[Key, Item]:
        if len(set(keys)) > 100:
            raise MedkartaError("at most 100 keys in one read")
        if not keys:
            return {}
        self._called("get_many")
        with self._lock:
            return {key: decode(self._rows[key]) for key in keys if key in self._rows}

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
        self._called("query")
        check_place(pk, after)
        order = INDEXES[index] if index else "sk"
        with self._lock:
            found = [decode(row) for key, row in self._rows.items() if key.store is store and key.pk == pk]
        found = [item for item in found if str(item.get(order, "\0")).startswith(prefix) and order in item]
        found.sort(key=lambda item: (item[order], item["sk"]), reverse=newest_first)
        if after is not None:
            last = (after[order], after["sk"])
            found = [
                item
                for item in found
                if (item[order], item["sk"]) != last and ((item[order], item["sk"]) > last) != newest_first
            ]
        items = found[:limit]
        if len(found) <= limit:
            return Page(items)
        return Page(items, {name: items[-1][name] for name in {"pk", "sk", order}})

    def commit(self, writes: Sequence[Write]) -> None:
        while self._interludes:
            self._interludes.pop(0)()
        if not writes:
            return
        self._called("commit")
        if self._commit_faults:
            raise self._commit_faults.pop(0)
        _well_formed(writes)
        with self._lock:
            for i, write in enumerate(writes):
                if not _holds(write.expect, self._rows.get(write.key)):
                    raise ConflictError(index=i)
            changed = [(write.key, _applied(write, self._rows.get(write.key))) for write in writes]
            for key, row in changed:
                if row is None:
                    self._rows.pop(key, None)
                else:
                    self._rows[key] = row
            lost = self._lost_replies > 0
            self._lost_replies -= lost
        if lost:
            raise OutcomeUnknownError

    def put_many(self, rows: Mapping[Key, Item]) -> None:
        self._called("put_many")
        with self._lock:
            for key, item in rows.items():
                self._rows[key] = encode({**item, "pk": key.pk, "sk": key.sk})

    def increment(self, key: Key, attribute: str, expires: int, by: int = 1) -> int:
        self._called("increment")
        with self._lock:
            row = decode(self._rows.get(key) or encode({"pk": key.pk, "sk": key.sk, "expires": expires}))
            row[attribute] = row.get(attribute, 0) + by
            self._rows[key] = encode(row)
            return row[attribute]

    # --- for tests to look in

    def rows(self, store: Store | None = None) -> dict[Key, Item]:
        """Everything that is stored (in one store)."""
        with self._lock:
            return {key: decode(row) for key, row in self._rows.items() if store in {None, key.store}}

    def tamper(self, key: Key, **attributes: object) -> None:
        """What a database administrator could do: change attributes of a row, past all conditions."""
        with self._lock:
            self._rows[key] = {**self._rows[key], **encode(attributes)}

    def raw_bytes(self) -> bytes:
        """All that an administrator of the database sees, for a search for plaintext (UTF-8)."""
        return b"\n".join(_leaves([self.rows(store) for store in Store]))

    def _called(self, operation: str) -> None:
        with self._lock:
            self.calls.append(operation)
            self._fault()


def _leaves(value: object) -> Iterator[bytes]:
    match value:
        case bytes():
            yield value
        case dict():
            for name, inner in value.items():
                yield from _leaves(name)
                yield from _leaves(inner)
        case list():
            for inner in value:
                yield from _leaves(inner)
        case _:
            yield str(value).encode()


def _well_formed(writes: Sequence[Write]) -> None:
    if len(writes) > 100:
        raise MedkartaError("at most 100 writes in one transaction")
    if len({write.key for write in writes}) != len(writes):
        raise MedkartaError("two writes of one row in one transaction")
    for write in writes:
        if not (write.key.pk and write.key.sk):
            raise MedkartaError("an empty key")
        if isinstance(write, Update) and not (write.set or write.add or write.remove):
            raise MedkartaError("an update of nothing")


def _holds(expect: Expected, row: Row | None) -> bool:
    match expect:
        case None:
            return True
        case Expect.ABSENT:
            return row is None
        case Expect.PRESENT:
            return row is not None
        case _:
            return row is not None and all(row.get(name) == value for name, value in encode(expect).items())


def _applied(write: Write, row: Row | None) -> Row | None:
    own = {"pk": write.key.pk, "sk": write.key.sk}
    match write:
        case Put():
            return encode({**write.item, **own})
        case Delete():
            return None
        case Check():
            return row
        case Update():
            item: Mapping = {**(decode(row) if row else own), **write.set}
            added = {name: item.get(name, 0) + amount for name, amount in write.add.items()}
            kept = {name: value for name, value in {**item, **added}.items() if name not in write.remove}
            return encode(kept)
