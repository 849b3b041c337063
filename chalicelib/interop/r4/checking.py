"""Whether a resource is one of R4: implements ``ports.resources.Validator`` (docs/fhir-validation.md).

Each resource is looked at by itself: limits and plain JSON, the JSON schema of its type, then the rules beyond it.
What is inside it (contained, entries of a Bundle, parameters) follows, each by its own type, with its path before it.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from contextlib import suppress
from typing import Any

from chalicelib.interop.r4 import contained, schema
from chalicelib.interop.r4.elements import Walk
from chalicelib.interop.r4.findings import Findings
from chalicelib.interop.r4.plain import Copier, Inner, TooMuchError
from chalicelib.ports.resources import Problem


class R4Validator:
    """Implements ``ports.resources.Validator``."""

    def types(self) -> Sequence[str]:
        return schema.types()

    def problems(self, resource: object) -> list[Problem]:
        """At most ``findings.MOST``; numbers may keep their spelling (``domain/exact_json.py``)."""
        findings = Findings()
        if not isinstance(resource, Mapping) or not isinstance(kind := resource.get("resourceType"), str):
            findings.add("resourceType", "structure", *NO_TYPE, "type")
            return findings.problems
        root = kind if kind in schema.types() else "resourceType"
        with suppress(TooMuchError):
            _Look(findings).at(Inner(root, resource, 0, contained=False))
        return findings.problems


class _Look:
    def __init__(self, findings: Findings) -> None:
        self._findings = findings
        self._copier = Copier(findings)

    def at(self, whole: Inner) -> None:
        """A resource and what is inside it, but for what is contained in it: that is looked at with it."""
        waiting: list[tuple[Inner, Mapping[str, str]]] = [(whole, {})]
        while waiting and not self._findings.full:
            inner, named = self._resource(*waiting.pop())
            waiting += [(one, named) for one in reversed(inner)]

    def _resource(self, whole: Inner, named: Mapping[str, str]) -> tuple[list[Inner], Mapping[str, str]]:
        if not self._served(whole):
            return [], named
        copy, inner, local = self._copy(whole)
        mine = [one for one in inner if one.contained]
        if whole.resource["resourceType"] == "Bundle":
            named = _named(copy)
        ids = contained.types(mine)
        schema.check(copy, whole.path, self._findings)
        Walk(self._findings, ids, named).element(copy["resourceType"], copy, whole.path)
        if mine:
            contained.check(mine, self._findings)
            says = {one.path: self._contained(one, ids, named) for one in mine}
            contained.check_reached(mine, local, says, self._findings)
        return [one for one in inner if not one.contained], named

    def _contained(self, whole: Inner, ids: Mapping[str, str], named: Mapping[str, str]) -> Collection[str]:
        """What a contained resource refers to, as ``#id``."""
        if not self._served(whole):
            return set()
        copy, inner, local = self._copy(whole)
        for one in inner:
            self._findings.add(one.path, "invariant", *NESTED, "dom-2")
        schema.check(copy, whole.path, self._findings)
        Walk(self._findings, ids, named).element(copy["resourceType"], copy, whole.path)
        return local

    def _copy(self, whole: Inner) -> tuple[dict[str, Any], list[Inner], set[str]]:
        copy = self._copier.resource(whole.resource, whole.path, whole.depth)
        return copy, self._copier.inner, self._copier.local

    def _served(self, whole: Inner) -> bool:
        if whole.resource["resourceType"] in schema.types():
            return True
        self._findings.add(whole.path, "not-supported", *NOT_SERVED, "type")
        return False


def _named(bundle: Mapping[str, Any]) -> dict[str, str]:
    """The fullUrl to the type of the entries."""
    found = {}
    entries = bundle.get("entry")
    for entry in entries if isinstance(entries, list) else ():
        if isinstance(entry, dict) and isinstance(resource := entry.get("resource"), dict):
            url, kind = entry.get("fullUrl"), resource.get("resourceType")
            if isinstance(url, str) and isinstance(kind, str):
                found[url] = kind
    return found


NO_TYPE = ("resourceType is missing", "не указан resourceType")
NOT_SERVED = ("this type of resource is not served here", "ресурсы этого типа здесь не обслуживаются")
NESTED = ("a contained resource holds no others", "вложенный ресурс не содержит других")
