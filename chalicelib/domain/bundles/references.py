"""References between entries of a transaction: what an entry is called there becomes the id that it gets here.

Rewritten are ``Reference.reference`` wherever it stands (contained resources and extensions too), and elements of the
types uri, url, uuid, oid and canonical that are exactly the name of an entry. Links in narratives stay as they are: a
narrative is what a person attested, and it is shown as text.

Sources: FHIR R4, 3.1.0.11.2 (http.html#trules), 3.1.0.11.4 (conditional references), 3.2.2 (bundle.html#references).
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

REFERENCE = "reference"
NAMES = frozenset(
    {
        "url",
        "valueUri",
        "valueUrl",
        "valueUuid",
        "valueOid",
        "valueCanonical",
        "instantiatesUri",
        "instantiatesCanonical",
        "source",
        "questionnaire",
    }
)
"""Elements that may name an entry by its fullUrl and are no Reference."""
RELATIVE = re.compile(r"[A-Z][A-Za-z]{1,40}/[A-Za-z0-9\-.]{1,64}")
CONDITIONAL = re.compile(r"([A-Z][A-Za-z]{1,40})\?(.{1,500})")

Walked = tuple[str, str]
"""Path as FHIRPath, and the text that stands there."""


@dataclass(frozen=True, slots=True)
class Names:
    """``known``: by the fullUrl of an entry, ``Type/id`` here. ``found``: by a conditional reference, ``Type/id``.

    ``here``: the address of this server's FHIR API, with a slash at its end; what it begins with is made relative.
    """

    known: Mapping[str, str]
    found: Mapping[str, str]
    here: str = ""

    def of(self, said: str, base: str) -> str | None:
        """What a reference becomes; None when it is a name that no entry has."""
        bare, mark, part = said.partition("#")
        if not bare:
            return said
        if bare in self.found:
            return self.found[bare]
        for name in (bare, f"{base}/{bare}" if base and RELATIVE.fullmatch(bare) else ""):
            if name in self.known:
                return self.known[name] + mark + part
        if bare.startswith("urn:"):
            return None
        return said.removeprefix(self.here) if self.here and said.startswith(self.here) else said


def rewritten(resource: Mapping[str, Any], names: Names, base: str = "") -> tuple[dict[str, Any], list[str]]:
    """The resource with references of here, and the paths of those that lead nowhere, which stay as they are."""
    lost: list[str] = []

    def reference(path: str, said: str) -> str:
        becomes = names.of(said, base)
        if becomes is None:
            lost.append(path)
            return said
        return becomes

    def name(_path: str, said: str) -> str:
        return names.known.get(said, said)

    found: dict[str, Any] = _copied(resource, str(resource.get("resourceType", "")), reference, name)
    return found, lost


def references(resource: Mapping[str, Any]) -> Iterator[Walked]:
    """Every reference of a resource."""
    found: list[Walked] = []

    def seen(path: str, said: str) -> str:
        found.append((path, said))
        return said

    _copied(resource, str(resource.get("resourceType", "")), seen, lambda _path, said: said)
    yield from found


def conditional(said: str) -> tuple[str, str] | None:
    """Type and search of a conditional reference; None for another one."""
    found = CONDITIONAL.fullmatch(said)
    return (found[1], found[2]) if found else None


def _copied(value: Any, path: str, reference: Callable[[str, str], str], name: Callable[[str, str], str]) -> Any:
    if isinstance(value, list):
        return [_copied(one, f"{path}[{at}]", reference, name) for at, one in enumerate(value)]
    if not isinstance(value, dict):
        return value
    copy: dict[str, Any] = {}
    for key, inner in value.items():
        place = f"{path}.{key}"
        if isinstance(inner, str):
            change = reference if key == REFERENCE else name if key in NAMES else None
            copy[key] = change(place, inner) if change else inner
        else:
            copy[key] = _copied(inner, place, reference, name)
    return copy
