"""Searching a card: one entry, one page, and nothing opened but what the page shows."""

from __future__ import annotations

import json
from collections.abc import Collection, Mapping, Sequence
from contextlib import suppress
from typing import Any

from chalicelib.domain.access import Permit
from chalicelib.domain.identity import OWNERS, Actor, PersonId
from chalicelib.domain.links import with_open_links
from chalicelib.domain.prescriptions import status_on
from chalicelib.domain.search.terms import ANY, Place, Term, parted, spelled, token
from chalicelib.domain.search.wanted import NEWEST, Asked, Wanted, wanted
from chalicelib.ports import Clock, Sealed, Vault, keys
from chalicelib.ports.tables import Item, Tables
from chalicelib.records.registry import RECORD_TYPES, record_type
from chalicelib.records.search import SEARCH
from chalicelib.records.spec import RecordType
from chalicelib.services.gate import Gate
from chalicelib.services.search.held import KIND, HeldKeys
from chalicelib.services.search.lists import Kinds, Meeting, Places, Posted, Reader, Spent
from chalicelib.services.search.stems import stem
from chalicelib.services.search.tokens import doctors_in, tokens_of

CALLS = 40
"""Reads of the index for one page. Two words that are common and never meet could cost any number; instead the page
comes short, with a cursor to go on from."""
FEW = 3
"""So many kinds are walked as lists beside the words; of more it is quicker to pass over what is of another kind."""
MOST = 50
"""Hits of a page: the record and the INDEX row of each fit into one read."""

Hit = dict[str, Any]
"""id, kind, label, occurred_at, version, source, summary_only, ``summary`` with its fields; a status if it has one."""


class SearchService:
    def __init__(self, gate: Gate, tables: Tables, vault: Vault, held: HeldKeys, clock: Clock) -> None:
        self._gate = gate
        self._tables = tables
        self._vault = vault
        self._held = held
        self._clock = clock

    def search(
        self, actor: Actor, patient_id: PersonId, asked: Asked, language: str, *, limit: int, after: Item | None
    ) -> tuple[list[Hit], Item | None]:
        """A page of what ``actor`` may list, newest first; a short one may still have a second value to go on with.

        Raises InvalidFieldsError with the fields named, and what the gate raises.
        """
        search = wanted(asked, [(spec.name, spec.section) for spec in RECORD_TYPES], stem)
        permits = self._gate.admit_listed(actor, patient_id, SEARCH, RECORD_TYPES, KIND)
        key = self._held.to_search(permits.pop(KIND))
        kinds = search.kinds & permits.keys()
        if key is None or not kinds:
            return [], None
        summary_only = any(permit.summary_only for permit in permits.values())
        page = _Page(self._tables, patient_id, key, search, summary_only=summary_only)
        start = min(search.until, str(after["place"])) if after else search.until
        meeting = Meeting(page.lists(kinds), kinds, start)
        hits: list[Hit] = []
        with suppress(Spent):
            while len(hits) < limit:
                places = meeting.ahead(limit - len(hits))
                if not places:
                    return hits, None
                hits += self._opened(actor, permits, places, page, language)
        return hits, None if meeting.over else page.onward(meeting.reached, permits)

    def _opened(
        self,
        actor: Actor,
        permits: Mapping[str, Permit],
        places: Sequence[str],
        page: _Page,
        language: str,
    ) -> list[Hit]:
        """What still is as the index says; what was deleted, or says these words no more, is left out."""
        found = []
        for at, kind, record_id in (place.split("#") for place in places):
            patient_id = permits[kind].patient_id
            found.append((keys.record(patient_id, kind, record_id), keys.indexed(patient_id, kind, record_id), at))
        rows = self._tables.get_many([key for record, index, _ in found for key in (record, index)])
        hits = []
        for record, index, at in found:
            row, said = rows.get(record), rows.get(index)
            if row is None or said is None or not _stands(row, said, at, page.tokens):
                continue
            spec = record_type(row["kind"])
            permit = permits[spec.name]
            body = json.loads(self._vault.open(permit, Sealed.of(row["id"], row)))
            if int(said["ver"]) == int(row["ver"]) or page.says(spec, body):
                hits.append(self._shown(actor, spec, permit, row, at, body) | {"label": spec.label(language)})
        return hits

    def _shown(
        self, actor: Actor, spec: RecordType, permit: Permit, row: Item, at: str, content: Mapping[str, Any]
    ) -> Hit:
        body = with_open_links(content, permit.linked)
        hidden = () if actor.role in OWNERS else spec.owner_only
        hit: Hit = {
            "id": row["id"],
            "kind": spec.name,
            "occurred_at": at,
            "version": int(row["ver"]),
            "source": row["source"],
            "summary_only": permit.summary_only,
            "summary": {name: body[name] for name in spec.summary if name in body and name not in hidden},
        }
        return hit | ({"status": status_on(row["status"], self._clock())} if "status" in row else {})


class _Page:
    """The lists that one search walks, and the words that all of its hits have."""

    def __init__(self, tables: Tables, patient_id: str, key: bytes, search: Wanted, *, summary_only: bool) -> None:
        self.tokens = frozenset(token(key, term) for term in search.terms(summary_only=summary_only))
        self._tables = tables
        self._patient_id = patient_id
        self._key = key
        self._since = search.since
        self._reader = Reader(tables, patient_id, CALLS)

    def lists(self, kinds: Collection[str]) -> list[Places]:
        found: list[Places] = [Posted(self._reader, spelled(one), self._since) for one in sorted(self.tokens)]
        if len(kinds) <= FEW:
            found.append(self._of(self._reader, kinds))
        return found or [self._posted(self._reader, ANY)]

    def says(self, spec: RecordType, body: Mapping[str, Any]) -> bool:
        """Whether a version that the index does not know yet has the words; of its doctors those it names itself."""
        return not self.tokens or self.tokens <= tokens_of(self._key, spec, body, doctors_in(body))

    def onward(self, reached: str, permits: Mapping[str, Permit]) -> Item | None:
        """Where the next page begins: the reader of a cursor learns of no record that they may not list.

        Lists of words hold records of every kind. In place of one that is hidden stands the next one that is not.
        """
        if not reached or reached.split("#")[1] in permits:
            return {"place": reached} if reached else None
        reader = Reader(self._tables, self._patient_id, len(permits))
        further = self._of(reader, permits.keys()).ahead(reached, 1)
        return {"place": further[0] + NEWEST} if further else None

    def _of(self, reader: Reader, kinds: Collection[str]) -> Kinds:
        return Kinds({kind: self._posted(reader, (Place.KIND, kind)) for kind in sorted(kinds)})

    def _posted(self, reader: Reader, term: Term) -> Posted:
        return Posted(reader, spelled(token(self._key, term)), self._since)


def _stands(row: Item, said: Item, at: str, tokens: Collection[bytes]) -> bool:
    """The INDEX row has the words in this place, and the newest version stands there.

    It speaks of that version or, until the reaction of an amendment has run, of an earlier one.
    """
    in_place = said["at"] == at and str(row.get("kd", "")).split("#")[1:2] == [at]
    known = int(said["ver"]) <= int(row["ver"])
    return in_place and known and parted(bytes(said["tokens"])).issuperset(tokens)
