"""A search of FHIR within one card: newest first and page by page, or sorted, within bounds.

No index tells what is in sealed bodies, so rows of the type's kinds are opened and compared, at most ``OPENED`` of them
for one answer; then the page is short and ``next`` goes on. What needs all of them (``_sort``, ``_total``) is refused
over that bound.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from chalicelib.domain import exact_json
from chalicelib.domain.identity import OWNERS, Actor, PatientId, Role
from chalicelib.domain.resource_ids import resource_id_of
from chalicelib.domain.resource_search.asking import Asked, patient_clauses
from chalicelib.domain.resource_search.matching import Around, Clause, matches
from chalicelib.domain.resource_search.ordering import later, ordered, place
from chalicelib.domain.resource_search.parameters import types, whose
from chalicelib.domain.resource_search.values import Token
from chalicelib.domain.resources import SERVED
from chalicelib.errors import (
    ResourceTypeUnknownError,
    SearchPatientNeededError,
    SearchTooCostlyError,
)
from chalicelib.ports.going_on import followed
from chalicelib.ports.resources import Resource
from chalicelib.ports.tables import Item
from chalicelib.records.resource_search import RESOURCE_SEARCH
from chalicelib.services.resource_search.included import Including, wanted_kinds
from chalicelib.services.resource_search.people import NOBODY, People
from chalicelib.services.resource_search.results import Found
from chalicelib.services.resource_search.stream import Stand, newest_first, stand_of
from chalicelib.services.resource_search.views import Tools, View, seen

OPENED = 2000
"""Rows that one request opens."""
PASSED = 20_000
"""Rows that one request looks at without opening them."""
BYTES = 4 * 1024 * 1024
"""Of one answer: a Lambda function answers with at most 6 MB."""
READS, DIRECTORY = 10, 100
"""Reads of the directory for one answer, and entries of one of them."""
BY_DATE = "date"


class ResourceSearchService:
    def __init__(self, tools: Tools) -> None:
        self._t = tools
        self._people = People(tools)

    def search(self, actor: Actor, asked: Asked, after: Item | None) -> Found:
        """Raises ResourceTypeUnknownError, SearchPatientNeededError, SearchTooCostlyError, and what the gate raises."""
        if asked.resource_type not in types() or asked.resource_type not in SERVED:
            raise ResourceTypeUnknownError
        if asked.resource_type == "Patient":
            return self._people.search(actor, asked, after)
        patient_id, clauses = self._whose(actor, asked)
        if patient_id is None:
            return self._nobodys(actor, asked, after)
        return followed(patient_id, lambda card: self._within(actor, card, asked, clauses, after))

    # --- whose

    def _whose(self, actor: Actor, asked: Asked) -> tuple[PatientId | None, Sequence[Clause]]:
        """Into whose card to look, "" for nobody's, and with what else to compare; None where no card is meant."""
        mine, others = patient_clauses(asked)
        named = {self._people.meant(actor, value) for clause in mine for value in clause.values}
        ids = [str(value.code) for one in asked.clauses if one.parameter.name == "_id" for value in _tokens(one)]
        if not mine:
            named = {found.patient_id for one in ids if (found := resource_id_of(one))}
        named = named - {NOBODY} or named
        if len(named) == 1:
            return named.pop(), others
        if not named and actor.role in {*OWNERS, Role.APPLICATION} and not ids:
            return actor.card_id, others
        if not named and (ids or asked.resource_type in self._t.directory.types()):
            return None, asked.clauses
        raise SearchPatientNeededError("; ".join(["_id", *whose(asked.resource_type)]))

    def _nobodys(self, actor: Actor, asked: Asked, after: Item | None) -> Found:
        """Resources without a patient, of the caller's organisation."""
        if asked.resource_type not in self._t.directory.types() or not actor.organisation_id:
            return Found(total=0 if asked.total else None)
        around = Around(self._t.clock(), self._t.base)
        hits, further = self._entries(actor, asked, around, after)
        if (asked.orders or asked.total) and (further is not None or after is not None):
            raise SearchTooCostlyError
        if asked.orders:
            hits = [dict(one) for one in ordered(hits, asked.orders)]
        found = Found(hits, total=len(hits) if asked.total else None, after=further)
        found.included, found.partial = Including(self._t, actor, None, asked).of(hits)
        return found

    def _entries(
        self, actor: Actor, asked: Asked, around: Around, after: Item | None
    ) -> tuple[list[Resource], Item | None]:
        directory, kind = self._t.directory, asked.resource_type
        criteria = {
            one.parameter.name: _said(_tokens(one)[0])
            for one in asked.clauses
            if one.parameter.name in {"_id", "identifier"} and len(_tokens(one)) == 1 and not one.modifier
        }
        if criteria:
            return [one for one in directory.matching(actor, kind, criteria) if _all(one, asked.clauses, around)], None
        hits: list[Resource] = []
        for _ in range(READS):
            wanted = DIRECTORY if asked.orders or asked.total else asked.count - len(hits)
            found, after = directory.listed(actor, kind, wanted, after)
            hits += [one for one in found if _all(one, asked.clauses, around)]
            if after is None or (len(hits) >= asked.count and not (asked.orders or asked.total)):
                break
        return hits, after

    # --- within one card

    def _within(
        self, actor: Actor, patient_id: PatientId, asked: Asked, clauses: Sequence[Clause], after: Item | None
    ) -> Found:
        if not patient_id:
            return Found(total=0 if asked.total else None)
        kinds = self._t.mapper.kinds(asked.resource_type)
        if not kinds:
            return Found(total=0 if asked.total else None)
        view = seen(self._t, actor, patient_id, RESOURCE_SEARCH, [*kinds, *wanted_kinds(self._t, actor, asked)])
        looking = _Looking(self._t, view, asked, clauses)
        whole = looking.ids or (asked.orders and not _by_row(asked))
        found = looking.sorted(after) if whole else looking.newest(after)
        if asked.summary != "count":
            found.included, found.partial = Including(self._t, actor, view, asked).of(found.hits)
        return found


class _Looking:
    """One search of one card."""

    def __init__(self, tools: Tools, view: View, asked: Asked, clauses: Sequence[Clause]) -> None:
        self._t = tools
        self._view = view
        self._asked = asked
        self._clauses = clauses
        self._around = Around(tools.clock(), tools.base)
        self.ids = [str(one.code) for c in clauses if c.parameter.name == "_id" for one in _tokens(c) if not c.modifier]

    def newest(self, after: Item | None) -> Found:
        """In the order of the rows. ``total`` is counted on past the page, from the first one alone."""
        counts = self._asked.total and after is None
        found, count, size, opened, last = Found(), 0, 0, 0, after
        for looked, (row, matching) in enumerate(self._matching(after), 1):
            opened += matching is not None
            for number, one in enumerate(matching or (), 1):
                count += 1
                if found.after is None and self._asked.summary != "count":
                    found.hits.append(one)
                    size += len(exact_json.dumps(one))
                    if len(found.hits) >= self._asked.count or size > BYTES:
                        found.after = _behind(row, number, len(matching or ()), last)
            last = {"stand": list(stand_of(row))}
            if found.after is not None and not counts:
                return found
            if opened >= OPENED or looked >= PASSED:
                if counts:
                    raise SearchTooCostlyError
                found.after = last
                return found
        found.total = count if counts else None
        return found

    def sorted(self, after: Item | None) -> Found:
        """All that match, ordered; ``after`` says behind which place the page begins."""
        everything: list[Resource] = []
        opened = 0
        for looked, matching in enumerate(self._all_matching()):
            opened += matching is not None
            if opened > OPENED or looked >= PASSED:
                raise SearchTooCostlyError
            everything += matching or ()
        orders, compare = self._asked.orders, later(self._asked.orders)
        hits = [dict(one) for one in ordered(everything, orders)]
        if after is not None:
            hits = [one for one in hits if compare(place(one, orders), list(after["place"])) > 0]
        found = Found(total=len(everything) if self._asked.total else None)
        size = 0
        for one in hits[: self._asked.count]:
            found.hits.append(one)
            size += len(exact_json.dumps(one))
            if size > BYTES:
                break
        if len(found.hits) < len(hits):
            found.after = {"place": place(found.hits[-1], orders)}
        return found

    def _all_matching(self) -> Iterator[list[Resource] | None]:
        if self.ids:
            yield [one for one in self._view.named(self.ids) if self._matches(one)]
        else:
            yield from (matching for _, matching in self._matching(None))

    def _matching(self, after: Item | None) -> Iterator[tuple[Item, list[Resource] | None]]:
        """Rows, newest first, with what of them matches; None for those that were not opened."""
        skip, start = _skipped(after)
        kind = self._asked.resource_type
        for row in newest_first(self._t.tables, self._view.patient_id, self._view.kinds_of(kind), after=start):
            passed, skip = (skip[1] if skip[0] == row["id"] else 0), ("", 0)
            if not self._view.may_hold(row, kind):
                yield row, None
                continue
            yield row, [one for one in self._view.resources(row) if self._matches(one)][passed:]

    def _matches(self, resource: Mapping[str, Any]) -> bool:
        return resource.get("resourceType") == self._asked.resource_type and _all(resource, self._clauses, self._around)


def _all(resource: Mapping[str, Any], clauses: Sequence[Clause], around: Around) -> bool:
    return all(matches(resource, clause, around) for clause in clauses)


def _tokens(clause: Clause) -> list[Token]:
    return [value for value in clause.values if isinstance(value, Token)]


def _by_row(asked: Asked) -> bool:
    """Newest first by clinical date is the order of the rows themselves."""
    return [(order.parameter.name, order.down) for order in asked.orders] == [(BY_DATE, True)]


def _said(value: Token) -> str:
    return value.code if value.system is None else f"{value.system}|{value.code}"


def _behind(row: Item, given: int, of: int, before: Item | None) -> Item:
    """Behind a row; or behind some of the resources that it is: then behind the row before it, with what to skip."""
    if given >= of:
        return {"stand": list(stand_of(row))}
    passed = (before or {}).get("skip", ["", 0])
    return {**(before or {}), "skip": [str(row["id"]), given + (passed[1] if passed[0] == row["id"] else 0)]}


def _skipped(after: Item | None) -> tuple[tuple[str, int], Stand | None]:
    if after is None:
        return ("", 0), None
    skip = after.get("skip", ["", 0])
    start = Stand(*after["stand"]) if "stand" in after else None
    return (str(skip[0]), int(skip[1])), start
