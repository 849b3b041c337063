"""What the parts of transactions and batches work with, and how a fault names its entry."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass

from chalicelib.domain import smart
from chalicelib.domain.bundles.entries import Entry
from chalicelib.domain.identity import Actor
from chalicelib.errors import AccessDeniedError, MedkartaError
from chalicelib.ports import Clock, PatientKeys
from chalicelib.ports.conditions import Conditions
from chalicelib.ports.resources import Directory, Intake, Mapper, Reader, Subjects, Validator
from chalicelib.ports.tables import Item, Key, Page, Store, Tables, Write
from chalicelib.services.bundles.importing import Imports
from chalicelib.services.bundles.patients import PartnerPatients
from chalicelib.services.gate import Gate

LETTERS: Mapping[str, str] = {"POST": "c", "PUT": "u", "DELETE": "d", "GET": "r"}


@dataclass(frozen=True, slots=True)
class Tools:
    """``intake_over``: an intake that decides by these tables: cards that a transaction is about to open are in them.

    ``here``: the address of the FHIR API, with a slash at its end.
    """

    gate: Gate
    tables: Tables
    patient_keys: PatientKeys
    patients: PartnerPatients
    imports: Imports
    intake_over: Callable[[Tables], Intake]
    subjects: Subjects
    directory: Directory
    conditions: Conditions
    reader: Reader
    mapper: Callable[[], Mapper]
    validator: Callable[[], Validator]
    clock: Clock
    here: str


class PendingTables:
    """Tables in which some rows stand that are about to be stored; implements ``ports.tables.Tables``.

    The gate decides by them about a card that the same transaction opens: what it lets be sealed is stored with that
    card or not at all.
    """

    def __init__(self, tables: Tables) -> None:
        self._tables = tables
        self.rows: dict[Key, Item] = {}

    def get(self, key: Key) -> Item | None:
        return dict(self.rows[key]) if key in self.rows else self._tables.get(key)

    def get_many(self, keys: Sequence[Key]) -> dict[Key, Item]:
        ours = {key: dict(self.rows[key]) for key in keys if key in self.rows}
        others = [key for key in keys if key not in ours]
        return ours | (self._tables.get_many(others) if others else {})

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
        return self._tables.query(store, pk, prefix, index=index, limit=limit, after=after, newest_first=newest_first)

    def commit(self, writes: Sequence[Write]) -> None:
        self._tables.commit(writes)

    def put_many(self, rows: Mapping[Key, Item]) -> None:
        self._tables.put_many(rows)

    def increment(self, key: Key, attribute: str, expires: int, by: int = 1) -> int:
        return self._tables.increment(key, attribute, expires, by)


def check_scope(gate: Gate, actor: Actor, entry: Entry) -> None:
    """What the caller's token must say for each entry. Raises AccessDeniedError, after its entry in the log."""
    searches = entry.method == "GET" and not entry.id
    if not smart.permits(actor.scopes, smart.SYSTEM, entry.type, "s" if searches else LETTERS[entry.method]):
        gate.refuse(actor, "bundle-send", "scope")
        raise AccessDeniedError


@contextmanager
def about(entry: Entry) -> Iterator[None]:
    """A fault says of which entry it is: ``Bundle.entry[3]…``."""
    try:
        yield
    except MedkartaError as error:
        error.extra = {**error.extra, "issues": _issues(error, entry)}
        error.fields = ()
        raise


def _issues(error: MedkartaError, entry: Entry) -> list[dict[str, str]]:
    inside = f"{entry.place}.resource"
    found = error.extra.get("issues", ())
    if found:
        return [
            {**one, "path": one["path"] if one["path"].startswith("Bundle.") else inside + _below(one["path"])}
            for one in found
        ]
    if error.fields:
        return [
            {
                "path": inside + "." + field.field.strip("/").replace("/", "."),
                "code": error.fhir_issue,
                "text": field.message,
                "text_ru": field.message_ru,
                "rule": "",
            }
            for field in error.fields
        ]
    return [
        {
            "path": entry.place,
            "code": error.fhir_issue,
            "text": error.title,
            "text_ru": error.title_ru,
            "rule": error.detail,
        }
    ]


def _below(path: str) -> str:
    """A path within a resource without the type that it begins with."""
    _, dot, rest = path.partition(".")
    return dot + rest
