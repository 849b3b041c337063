"""A transaction carried out: in one transaction of the database where it fits, else as an import (``importing``).

Of two that meet, one is first; the other looks again, and finds what the first one made. A repeat with the same
Idempotency-Key is answered from what the first one left, whatever has been lost in between.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from chalicelib.domain.bundles.entries import MOST_READ, Entry, Wrong, entries_of, ordered, refused
from chalicelib.domain.idempotency import Once, once, same_request
from chalicelib.domain.identity import SYS, Actor, PersonId
from chalicelib.errors import (
    AlreadyExistsError,
    BundleMixedError,
    BundleTooLargeError,
    ConflictError,
    IdempotencyKeyReusedError,
    ImportFailedError,
    MedkartaError,
    NotFoundError,
    StaleVersionError,
)
from chalicelib.ports import Event, keys
from chalicelib.ports.rows import happened
from chalicelib.ports.tables import Check, Expect, Item, Put, Update, Write
from chalicelib.services.bundles.answers import FAULT, SEARCH, Line, answered, line_of, response
from chalicelib.services.bundles.importing import ACTIONS, BYTES, SETTLED, VOID, Load
from chalicelib.services.bundles.naming import Prepared
from chalicelib.services.bundles.preparing import Preparation
from chalicelib.services.bundles.tools import Tools, about, check_scope
from chalicelib.services.gate import Staged

TRIES = 4
OPERATION = "bundle:transaction"
LARGE = "import"
AT_ONCE, A_CALL = timedelta(seconds=18), timedelta(seconds=8)
"""So long an import is brought in while its sender waits, and while somebody asks: gateways wait 29 seconds."""


@dataclass(frozen=True, slots=True)
class Outcome:
    """``body``: the answer; empty while an import is on its way. ``repeated``: the same request took effect before."""

    body: Mapping[str, Any]
    import_id: str = ""
    repeated: bool = False


class Transactions:
    def __init__(self, tools: Tools) -> None:
        self._t = tools

    def run(self, actor: Actor, bundle: Mapping[str, Any], key: str, *, later: bool = False) -> Outcome:
        """``later``: a large one may be answered before it is in; so is one that takes too long.

        Raises what is wrong, with the entry that it is of.
        """
        until, entries = self._t.clock() + AT_ONCE, entries_of(bundle, self._t.here)
        if sum(one.method == "GET" for one in entries) > MOST_READ:
            raise BundleTooLargeError(f"at most {MOST_READ} entries GET", extra={"limit": MOST_READ})
        for entry in entries:
            with about(entry):
                check_scope(self._t.gate, actor, entry)
        request = once(actor.person_id, OPERATION, key, _print(entries), {})
        stored = self._t.tables.get(keys.idempotency(request.caller, request.operation, request.key_hash))
        if stored is not None:
            if not same_request(stored["fingerprint"], request):
                raise IdempotencyKeyReusedError
            return self._answer(actor, entries, stored["result"], None if later else until, repeated=True)
        self._check(bundle)
        changes = [one for one in ordered(entries) if one.method != "GET"]
        for last in (*[False] * (TRIES - 1), True):
            done = Preparation(self._t, actor, _provenance(actor, bundle)).of(changes)
            try:
                done.changes |= len(changes) < len(entries)  # a GET is answered at once, or not at all
                result = self._committed(actor, done, request, later=later)
            except (AlreadyExistsError, StaleVersionError):
                raise
            except ConflictError:
                if last:
                    raise
                continue
            return self._answer(actor, entries, result, None if later else until)
        raise ConflictError  # cannot be reached: the last try returns or raises

    def standing(self, actor: Actor, import_id: str) -> tuple[Outcome, int, int]:
        """Of an import of this very client: its answer, or how many entries are in, of how many.

        Whoever asks carries it on by some parts, beside the reaction: it need not wait for what the stream has before.

        Raises NotFoundError, ImportFailedError for one that came to nothing.
        """
        row = self._t.imports.state(import_id)
        if row is None or row["client"] != actor.person_id:
            raise NotFoundError
        if row["state"] == VOID:
            raise ImportFailedError
        row = self._t.imports.bring_in(import_id, self._t.clock() + A_CALL)
        done, every = self._t.imports.progress(row)
        if row["state"] != SETTLED:
            return Outcome({}, import_id), done, every
        lines = map(line_of, self._t.imports.answers(import_id))
        return Outcome(response("transaction", [answered(one, self._t.here) for one in lines]), import_id), done, every

    def _check(self, bundle: Mapping[str, Any]) -> None:
        found = self._t.validator().problems(bundle)
        if found:
            raise refused([Wrong(one.path, one.code, one.text, one.text_ru) for one in found])

    # --- stored

    def _committed(self, actor: Actor, done: Prepared, request: Once, *, later: bool) -> Item:
        """What a repeat is answered from."""
        lines = [done.lines[number].text() for number in sorted(done.lines)]
        patients = sorted({part.patient for part in done.parts if part.patient})
        staged = [*done.staged, *(one for part in done.parts for one in part.staged)]
        guards: list[Write] = [
            *(self._t.patient_keys.alive(PersonId(one)) for one in patients),
            *(happened(PersonId(one), self._t.gate.new_id(), "import_delivered", self._t.clock()) for one in patients),
        ]
        if not done.parts:  # everything was there already
            return {"lines": lines}
        writes = _merged([*done.writes, *(one for part in done.parts for one in part.writes), *guards])
        if len(writes) + len(staged) + 2 <= ACTIONS and _size(writes) <= BYTES:
            event = Event(actor, OPERATION, SYS, resource_type="bundle", details={"entries": len(done.lines)})
            return self._at_once(done, [self._t.gate.stage(event), *staged], writes, (request, {"lines": lines}))
        return self._as_import(actor, done, lines, request, later=later)

    def _at_once(
        self, done: Prepared, staged: Sequence[Staged], writes: Sequence[Write], request: tuple[Once, Item]
    ) -> Item:
        asked, result = request
        try:
            stored = self._t.gate.commit(staged, writes, _answering(asked, result))
        except ConflictError as error:
            self._check_versions(done, writes, error)
            raise
        return stored or result

    @staticmethod
    def _check_versions(done: Prepared, writes: Sequence[Write], error: ConflictError) -> None:
        """A version that is not the newest any more is told, and not tried again."""
        if not 0 <= error.index < len(writes):
            return
        key = writes[error.index].key
        for part in done.parts:
            line = done.lines[part.number]
            if line.status != "201" and any(one.key == key for one in part.writes):
                entry = Entry(part.number, "PUT", line.place.partition("/")[0])
                with about(entry):
                    raise StaleVersionError

    def _as_import(self, actor: Actor, done: Prepared, lines: list[str], request: Once, *, later: bool) -> Item:
        if done.changes:
            raise BundleMixedError(f"{ACTIONS} actions at once, the entries of the log among them")
        import_id = self._t.gate.new_id()
        load = Load(actor, done.parts, lines, (done.staged, _merged(done.writes)))
        self._t.imports.stage(import_id, load)
        staged, writes = self._t.imports.beginning(import_id, load, later=later)
        if len(staged) + len(writes) + 1 > ACTIONS:
            raise BundleTooLargeError(
                "a large transaction opens few cards and has few conditional creates", extra={"limit": ACTIONS}
            )
        stored = self._t.gate.commit(staged, writes, _answering(request, {LARGE: import_id}))
        return stored or {LARGE: import_id}

    # --- answered

    def _answer(
        self, actor: Actor, entries: Sequence[Entry], result: Item, until: datetime | None, *, repeated: bool = False
    ) -> Outcome:
        """``until``: an import is brought in now until then; None: not now."""
        import_id = str(result.get(LARGE, ""))
        if import_id:
            row = self._t.imports.bring_in(import_id, until) if until else self._t.imports.state(import_id)
            if row is None or row["state"] != SETTLED:
                return Outcome({}, import_id, repeated)
            texts = self._t.imports.answers(import_id)
        else:
            texts = result["lines"]
        lines = {line.number: line for line in map(line_of, texts)}
        found = [self._entry(actor, entry, lines.get(entry.number)) for entry in entries]
        return Outcome(response("transaction", found), import_id, repeated)

    def _entry(self, actor: Actor, entry: Entry, line: Line | None) -> dict[str, Any]:
        if line is not None:
            return answered(line, self._t.here)
        try:
            with about(entry):
                return read_entry(self._t, actor, entry)
        except MedkartaError as error:  # what was to be stored is stored
            return failed(error)


def failed(error: MedkartaError) -> dict[str, Any]:
    return {"response": {"status": f"{error.status} {error.title}"}, FAULT: error}


def read_entry(tools: Tools, actor: Actor, entry: Entry) -> dict[str, Any]:
    """A GET: one resource by its id, or a search."""
    if not entry.id:
        return {"response": {"status": "200 OK"}, SEARCH: (entry.type, entry.query)}
    resource = tools.reader.read(actor, entry.type, entry.id)
    meta = resource.get("meta", {})
    told = {"status": "200 OK", "etag": f'W/"{meta.get("versionId", "1")}"'}
    told |= {"lastModified": meta["lastUpdated"]} if "lastUpdated" in meta else {}
    if str(entry.if_none_match) == meta.get("versionId"):
        return {"response": {**told, "status": "304 Not Modified"}}
    return {"fullUrl": f"{tools.here}{entry.type}/{entry.id}", "resource": resource, "response": told}


def _provenance(actor: Actor, bundle: Mapping[str, Any]) -> dict[str, str]:
    """What each record says of the bundle that it came with."""
    identifier = bundle.get("identifier", {})
    named = str(bundle.get("id") or identifier.get("value") or "")[:64]
    found = {"organisation": actor.organisation_id, "request": actor.request_id}
    found |= {"message": named} if named else {}
    return found | ({"sent_at": bundle["timestamp"]} if isinstance(bundle.get("timestamp"), str) else {})


def _print(entries: Sequence[Entry]) -> str:
    """Of the entries as they were sent."""
    from chalicelib.domain import exact_json

    hashed = hashlib.sha256()
    for one in entries:
        said = [one.method, one.type, one.id, one.query, one.full_url, one.if_none_exist, one.if_match, one.resource]
        hashed.update(exact_json.dumps(said).encode())
    return hashed.hexdigest()


def _answering(request: Once, result: Mapping[str, Any]) -> Once:
    return Once(request.caller, request.operation, request.key_hash, request.fingerprint, result)


def _merged(writes: Sequence[Write]) -> list[Write]:
    """One write a row. Raises ResourceInvalidError for what can be made but once and is made twice."""
    found: dict[Any, Write] = {}
    for one in writes:
        earlier = found.get(one.key)
        made_twice = isinstance(one, Put) and one.expect is Expect.ABSENT and earlier is not None
        if made_twice and not isinstance(earlier, Check):
            text = "two entries are about one person, or have one condition"
            text_ru = "Два элемента об одном человеке или с одним условием"
            raise refused([Wrong("Bundle.entry", "duplicate", text, text_ru)])
        if earlier is None or not isinstance(one, Check | Update):
            found[one.key] = one
    return list(found.values())


def _size(writes: Sequence[Write]) -> int:
    items = [one.item for one in writes if isinstance(one, Put)]
    return sum(len(value) for item in items for value in item.values() if isinstance(value, bytes | str)) + 1_000 * len(
        writes
    )
