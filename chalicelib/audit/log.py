"""The writing side of the audit log: entries into the outbox, alone or together with a change (AUD-1).

A sequencer carries them into the immutable log. When an entry cannot be stored nothing else happens: fail closed.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from chalicelib.audit.entry import content_hash, uuid7
from chalicelib.audit.subjects import Subjects
from chalicelib.audit.writer import Writer
from chalicelib.errors import (
    AuditUnavailableError,
    ConflictError,
    ErasedError,
    MedkartaError,
    OutcomeUnknownError,
    UnavailableError,
)
from chalicelib.ports import Clock, Event
from chalicelib.ports.tables import Put, Tables, Write

RESENDS = 2


class OutboxAuditLog:
    def __init__(self, tables: Tables, subjects: Subjects, new_writer: Callable[[], Writer], clock: Clock) -> None:
        self._tables = tables
        self._subjects = subjects
        self._new_writer = new_writer
        self._clock = clock
        self._local = threading.local()  # a writer each thread: its counter must not be shared

    def new_id(self) -> str:
        return uuid7(int(self._clock().timestamp() * 1000))

    def content_hash(self, salt: bytes, content: Mapping[str, Any]) -> str:
        return content_hash(salt, content)

    def append(self, event: Event, entry_id: str = "") -> str:
        """Store one entry. Raises AuditUnavailableError for whatever reason it is not certain to be stored, and
        ErasedError when its person was erased.
        """
        try:
            return self.commit([event], (), [entry_id] if entry_id else ())[0]
        except (AuditUnavailableError, ErasedError):
            raise
        except MedkartaError as error:
            raise AuditUnavailableError from error

    def commit(self, events: Sequence[Event], writes: Sequence[Write], entry_ids: Sequence[str] = ()) -> list[str]:
        """Entries and writes in one transaction; the writes come first, so that a conflict's index is theirs.

        Raises ConflictError, AuditUnavailableError and ErasedError when nothing happened, OutcomeUnknownError when
        nobody can tell.
        """
        ids = list(entry_ids) or [self.new_id() for _ in events]
        rows = self._rows(events, ids)
        try:
            self._send([*writes, *rows], rows)
        except ConflictError as error:
            if error.index >= len(writes):  # an entry of this id is there already, and it is not ours
                raise AuditUnavailableError from error
            raise
        except OutcomeUnknownError:
            raise
        except UnavailableError as error:
            raise AuditUnavailableError from error
        self._writer().stored(len(rows))
        return ids

    def _rows(self, events: Sequence[Event], ids: Sequence[str]) -> list[Put]:
        moment = self._clock()
        try:
            writer = self._writer()
            return [
                writer.row(event, self._subjects.of(event.subject, event.year or moment.year), entry_id, moment, ahead)
                for ahead, (event, entry_id) in enumerate(zip(events, ids, strict=True))
            ]
        except UnavailableError as error:
            raise AuditUnavailableError from error

    def _send(self, writes: list[Write], rows: list[Put]) -> None:
        """Store; after a lost reply look whether it happened, and resend the very same rows if it did not.

        A sending whose reply was lost may still arrive late. Resending is safe, because a row is put only where none
        is; but when it ends in anything else than the rows being there, their numbers are in doubt for ever, and the
        writer goes: a number used twice would break the log's check, a retired writer leaves no gap.
        """
        doubt = False
        for _ in range(RESENDS + 1):
            try:
                self._tables.commit(writes)
            except OutcomeUnknownError:
                doubt = True
                if self._happened(rows):
                    return
            except MedkartaError as error:
                if not doubt:
                    raise
                happened = self._happened(rows)
                if happened:
                    return
                self._discard()
                if happened is None or not isinstance(error, ConflictError):
                    raise OutcomeUnknownError from error
                raise
            else:
                return
        self._discard()
        raise OutcomeUnknownError

    def _happened(self, rows: list[Put]) -> bool | None:
        """Whether the rows of the transaction are there, with this writer's signatures; None when it cannot be read."""
        try:
            stored = self._tables.get_many([row.key for row in rows])
        except MedkartaError:
            return None
        return all(stored.get(row.key, {}).get("wsig") == row.item["wsig"] for row in rows)

    def _writer(self) -> Writer:
        writer: Writer | None = getattr(self._local, "writer", None)
        if writer is None:
            writer = self._local.writer = self._new_writer()
        return writer

    def _discard(self) -> None:
        self._local.writer = None
