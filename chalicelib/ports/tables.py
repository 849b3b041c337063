"""The stores as data: keys, writes with conditions, pages.

A service says what is to be written as a tuple of ``Put``, ``Update``, ``Delete`` and ``Check``; the adapter turns it
into one transaction. So every transaction can be read whole in the service that makes it (docs/adr/0003).
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from itertools import islice
from typing import Any, Protocol

from chalicelib.errors import FieldProblem, InvalidFieldsError

Item = dict[str, Any]
"""Attributes of one row: str, int, bool, bytes, list, dict; never float, never None."""


class Store(StrEnum):
    """The segmented tables (SEC-2)."""

    IDENTITY = "identity"
    CARD = "card"
    KEYS = "keys"
    AUDIT_OUTBOX = "audit_outbox"
    AUDIT_INDEX = "audit_index"


@dataclass(frozen=True, slots=True)
class Key:
    store: Store
    pk: str
    sk: str


class Expect(StrEnum):
    ABSENT = "absent"
    PRESENT = "present"


Expected = Expect | Mapping[str, Any] | None
"""Condition on the row as it stands: absent, present, or these attributes have these values."""


@dataclass(frozen=True, slots=True)
class Put:
    key: Key
    item: Item
    expect: Expected = Expect.ABSENT


@dataclass(frozen=True, slots=True)
class Update:
    key: Key
    set: Item = field(default_factory=dict)
    add: Mapping[str, int] = field(default_factory=dict)
    remove: tuple[str, ...] = ()
    expect: Expected = Expect.PRESENT


@dataclass(frozen=True, slots=True)
class Delete:
    key: Key
    expect: Expected = None


@dataclass(frozen=True, slots=True)
class Check:
    key: Key
    expect: Expected = Expect.PRESENT


Write = Put | Update | Delete | Check


@dataclass(frozen=True, slots=True)
class Page:
    """``after`` continues the query; None means the end. Items carry ``pk`` and ``sk``."""

    items: list[Item]
    after: Item | None = None


class Tables(Protocol):
    """All reads are strongly consistent."""

    def get(self, key: Key) -> Item | None: ...

    def get_many(self, keys: Sequence[Key]) -> dict[Key, Item]:
        """One BatchGetItem over any tables (at most 100 keys); absent rows are absent from the answer."""
        ...

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
        """Rows of one partition whose sort key begins with ``prefix``; ``index`` names a local index (its own key).

        Raises InvalidFieldsError for an ``after`` of another partition: where a card has gone into another one
        (SPC-5), a list that was begun before is begun anew.
        """
        ...

    def commit(self, writes: Sequence[Write]) -> None:
        """All or nothing, at most 100 writes.

        Raises ConflictError with the index of the first write whose condition did not hold, OutcomeUnknownError when
        the reply was lost, UnavailableError when it certainly did not happen.
        """
        ...

    def put_many(self, rows: Mapping[Key, Item]) -> None:
        """Put rows over whatever stands there, each by itself and in no order: for rows that never change.

        Repeatable. Raises UnavailableError when it is not certain that all are stored.
        """
        ...

    def increment(self, key: Key, attribute: str, expires: int, by: int = 1) -> int:
        """Add ``by`` to a counter row (made if absent, removed by TTL at ``expires``); returns the new value."""
        ...


def check_place(pk: str, after: Item | None) -> None:
    """Raises InvalidFieldsError when ``after`` is no place in the partition ``pk``: the store would refuse it whole."""
    if after is not None and after.get("pk") != pk:
        raise InvalidFieldsError(fields=(FieldProblem("?cursor", "cursor", "start the list again"),))


def every_row(
    tables: Tables, store: Store, pk: str, prefix: str = "", *, newest_first: bool = False, page: int = 100
) -> Iterator[Item]:
    """All rows of one partition whose sort key begins with ``prefix``, read a page at a time as they are wanted."""
    after: Item | None = None
    while True:
        found = tables.query(store, pk, prefix, limit=page, after=after, newest_first=newest_first)
        yield from found.items
        after = found.after
        if after is None:
            return


def parts_of(rows: Iterable[Item], most: int) -> Iterator[list[Item]]:
    """So many rows at a time, in order; the last part may be shorter."""
    left = iter(rows)
    while part := list(islice(left, most)):
        yield part


MOST_KEYS = 100
"""Of one ``get_many``."""


def every_one(tables: Tables, keys: Sequence[Key]) -> dict[Key, Item]:
    """``get_many`` of any number of keys, so many at a time."""
    wanted = [*dict.fromkeys(keys)]
    found: dict[Key, Item] = {}
    for start in range(0, len(wanted), MOST_KEYS):
        found |= tables.get_many(wanted[start : start + MOST_KEYS])
    return found
