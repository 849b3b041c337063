"""What comes along with a page: what its resources refer to (_include), and what refers to them (_revinclude)."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from chalicelib.domain.identity import Actor
from chalicelib.domain.resource_search.asking import Asked, Include
from chalicelib.domain.resource_search.matching import pointed
from chalicelib.domain.resource_search.parameters import ANY_TARGET, found
from chalicelib.errors import MedkartaError
from chalicelib.ports.resources import Resource
from chalicelib.services.resource_search.stream import newest_first
from chalicelib.services.resource_search.views import Tools, View, scoped

MOST = 200
"""Resources that come along with one page."""
LOOKED = 1000
"""Rows that are opened to find what refers to a page."""
SERVER = 500
Pointers = Iterator[tuple[str, str]]


def wanted_kinds(tools: Tools, actor: Actor, asked: Asked) -> list[str]:
    """Kinds of record beside those of the search that its page may bring along."""
    targets = {one for include in asked.includes for one in _targets(include)}
    sources = {include.source for include in asked.reverse}
    named = [one for one in sorted(targets | sources) if scoped(actor, one, "r")]
    return [kind for one in named for kind in tools.mapper.kinds(one)]


def _targets(include: Include) -> Sequence[str]:
    return [include.target] if include.target else [one for one in include.parameter.targets if one != ANY_TARGET]


class Including:
    """``view``: the card of the page; None where it is of no card."""

    def __init__(self, tools: Tools, actor: Actor, view: View | None, asked: Asked) -> None:
        self._t = tools
        self._actor = actor
        self._view = view
        self._asked = asked

    def of(self, hits: Sequence[Resource]) -> tuple[list[Resource], bool]:
        """What comes along, each once, and whether there may be more than was looked for."""
        there = {(str(one["resourceType"]), str(one.get("id"))) for one in hits}
        found = [*self._referred(hits, there)]
        further, partial = self._referring(there, len(found)) if self._asked.reverse else ([], False)
        unique = {(str(one["resourceType"]), str(one.get("id"))): one for one in [*found, *further]}
        kept = [one for named, one in unique.items() if named not in there]
        return kept[:MOST], partial or len(kept) > MOST

    def _referred(self, hits: Sequence[Resource], there: set[tuple[str, str]]) -> Iterator[Resource]:
        wanted = {
            pointer: None
            for include in self._asked.includes
            for one in hits
            for pointer in self._pointers(one, include)
            if pointer not in there
        }
        ours = [resource_id for _, resource_id in wanted]
        named = {str(one["id"]): one for one in self._view.named(ours)} if self._view else {}
        for kind, resource_id in [*wanted][:MOST]:
            if not scoped(self._actor, kind, "r"):
                continue
            if resource_id in named:
                if named[resource_id]["resourceType"] == kind:  # of the type that the token speaks of
                    yield named[resource_id]
            elif kind == "Patient" or kind in self._t.directory.types():
                yield from self._read(kind, resource_id)

    def _pointers(self, resource: Resource, include: Include) -> Pointers:
        if resource["resourceType"] != include.source:
            return
        for one in found(resource, include.parameter):
            kind, resource_id = pointed(one, self._t.base)
            if resource_id and include.target in {"", kind}:
                yield kind, resource_id

    def _read(self, kind: str, resource_id: str) -> Iterator[Resource]:
        try:
            yield self._t.reader.read(self._actor, kind, resource_id)
        except MedkartaError as error:
            if error.status >= SERVER:
                raise

    def _referring(self, there: set[tuple[str, str]], before: int) -> tuple[list[Resource], bool]:
        if self._view is None or not there:
            return [], self._view is None and bool(there)
        reverse = [one for one in self._asked.reverse if scoped(self._actor, one.source, "r")]
        kinds = {kind for one in reverse for kind in self._view.kinds_of(one.source)}
        sources = {one.source for one in reverse}
        came: list[Resource] = []
        for looked, row in enumerate(newest_first(self._t.tables, self._view.patient_id, sorted(kinds))):
            if looked >= LOOKED or before + len(came) > MOST:
                return came, True
            if any(self._view.may_hold(row, source) for source in sources):
                came += [
                    one
                    for one in self._view.resources(row)
                    if any(pointer in there for include in reverse for pointer in self._pointers(one, include))
                ]
        return came, False
