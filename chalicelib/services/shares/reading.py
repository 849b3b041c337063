"""What whoever opened a link may do: see what it holds, page and read records, take their documents."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import TYPE_CHECKING, Any

from chalicelib.domain.access import Action, Level, share_ended
from chalicelib.domain.identity import Actor, Role, SharePass
from chalicelib.domain.links import LINKS
from chalicelib.domain.representation import Representation
from chalicelib.errors import NotFoundError, NotSignedInError, SessionEndedError, ShareClosedError
from chalicelib.ports import Clock, Event, evidence, keys, share_rows
from chalicelib.ports.tables import Item, Tables
from chalicelib.records.registry import RECORD_NAMES, RECORD_TYPES, record_type
from chalicelib.records.spec import RecordType
from chalicelib.services.gate import Gate

if TYPE_CHECKING:
    from chalicelib.services.attachments import AttachmentService, Given
    from chalicelib.services.documents import DocumentService
    from chalicelib.services.records import RecordService


class Reading:
    def __init__(
        self,
        gate: Gate,
        tables: Tables,
        records: RecordService,
        documents: DocumentService,
        attachments: AttachmentService,
        clock: Clock,
    ) -> None:
        self._clock = clock
        self._gate = gate
        self._tables = tables
        self._records = records
        self._documents = documents
        self._attachments = attachments

    def contents(self, actor: Actor) -> Item:
        """Kinds and single records that the link opens, and how; no content.

        Raises SessionEndedError, ShareClosedError.
        """
        row = self._admitted(actor)
        download = bool(row["download"])
        kinds = [
            _described(spec, download=download)
            for spec in RECORD_TYPES
            if spec.section in row["sections"] and Role.PATIENT in spec.grants.get(Action.LIST, ())
        ]
        records = [
            {**_described(record_type(one["kind"]), download=download), "record_id": one["record_id"]}
            for one in row["records"]
        ]
        return {
            "share_id": actor.person_id,
            "level": (Level.LIMITED if row["limited"] else Level.FULL).value,
            "language": row["language"],
            "until": row["until"],
            "kinds": kinds,
            "records": records,
        }

    def _admitted(self, actor: Actor) -> Item:
        """The link's row while it lives, as narrow as its maker's right is by now. Its entry is stored.

        What each kind opens, the gate says with each reading.
        """
        pass_, now = _of(actor), self._clock()
        rows = self._tables.get_many(evidence.wanted(actor, pass_.patient_id))
        row = rows.get(keys.share(pass_.patient_id, actor.person_id))
        live = evidence.session_live(actor, rows, now)
        card, acts = evidence.card_state(rows, pass_.patient_id), evidence.representation(rows, actor)
        reason = share_ended(card, share_rows.share_of(row), acts, now) if live else "session-ended"
        event = Event(
            actor,
            "share:read",
            pass_.patient_id,
            "denied" if reason else "success",
            "share",
            str(actor.person_id),
            reason=reason,
            details={"opening": pass_.opening_id},
        )
        self._gate.record(event)
        if reason or row is None:
            raise ShareClosedError if live else SessionEndedError
        return row if acts is None else _narrowed(row, acts, now)

    def page(self, actor: Actor, kind: str, limit: int, after: Item | None) -> tuple[list[Item], Item | None]:
        found, rest = self._records.page(actor, _of(actor).patient_id, _kind(kind), limit=limit, after=after)
        return [_outside(record) for record in found], rest

    def read(self, actor: Actor, kind: str, record_id: str) -> Item:
        return _outside(self._records.read(actor, _of(actor).patient_id, _kind(kind), record_id))

    def document(self, actor: Actor, kind: str, record_id: str) -> bytes:
        """The PDF. AccessDeniedError where it may not leave, or shows what is its owner's alone."""
        return self._documents.download(actor, _of(actor).patient_id, _kind(kind), record_id)

    def file(self, actor: Actor, kind: str, record_id: str, file_id: str, wanted: str = "") -> Given:
        """A file that hangs on the record, or a range of it. AccessDeniedError where nothing may leave."""
        return self._attachments.download(actor, _of(actor).patient_id, _kind(kind), record_id, file_id, wanted)


def _of(actor: Actor) -> SharePass:
    """What the token says. NotSignedInError for a caller who came by no link."""
    if actor.share is None:
        raise NotSignedInError
    return actor.share


def _kind(name: str) -> RecordType:
    """A kind of record; what is composed of several (the overview) is not shared. Raises NotFoundError."""
    if name not in RECORD_NAMES:
        raise NotFoundError
    return record_type(name)


def _narrowed(row: Item, acts: Representation, now: datetime) -> Item:
    """A representative's link shows what is open to them today, as ``domain/access.py`` judges each reading."""
    limited = bool(row["limited"]) or not acts.full
    return {
        **row,
        "limited": limited,
        "download": bool(row["download"]) and not limited,
        "sections": [name for name in row["sections"] if acts.opens(name, now)],
        "records": [one for one in row["records"] if acts.opens(record_type(one["kind"]).section, now)],
    }


def _described(spec: RecordType, *, download: bool) -> Item:
    printed = download and spec.pdf_template is not None and not spec.owner_only
    files = download and bool(spec.files)
    return {
        "kind": spec.name,
        "section": spec.section,
        "label": dict(spec.labels),
        "document": printed,
        "files": files,
    }


def _outside(record: Mapping[str, Any]) -> Item:
    """A record as it is shown to somebody outside: no ids of people, of other cards, or of other records.

    Links to records say which kinds there are, in sections that were not shared.
    """
    shown: Item = {name: value for name, value in record.items() if name != "merged_from"}
    for who in ("author", "confirmed"):
        if who in shown:
            shown[who] = {name: value for name, value in shown[who].items() if name != "person"}
    return {**shown, "body": {name: value for name, value in record["body"].items() if name != LINKS}}
