"""Resources inside a resource: dom-2 … dom-5 (R4, domainresource, references#contained)."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence

from chalicelib.interop.r4.findings import Findings
from chalicelib.interop.r4.plain import Inner


def types(inner: Sequence[Inner]) -> dict[str, str]:
    """Id to type of what is contained."""
    return {
        identity: str(one.resource["resourceType"])
        for one in inner
        if one.contained and isinstance(identity := one.resource.get("id"), str)
    }


def check(inner: Sequence[Inner], findings: Findings) -> None:
    """What a contained resource may not have, by itself."""
    seen: set[str] = set()
    for one in inner:
        if not one.contained:
            continue
        identity, meta = one.resource.get("id"), one.resource.get("meta")
        if not isinstance(identity, str):
            findings.add(f"{one.path}.id", "required", *IDENTITY, "contained-id")
        elif identity in seen:
            findings.add(f"{one.path}.id", "duplicate", *REPEATED, "contained-id")
        else:
            seen.add(identity)
        for name in ("versionId", "lastUpdated"):
            if isinstance(meta, Mapping) and name in meta:
                findings.add(f"{one.path}.meta.{name}", "invariant", *OWN_VERSION, "dom-4")
        if isinstance(meta, Mapping) and "security" in meta:
            findings.add(f"{one.path}.meta.security", "invariant", *OWN_SECURITY, "dom-5")


def check_reached(
    inner: Sequence[Inner], outer: Collection[str], local: Mapping[str, Collection[str]], findings: Findings
) -> None:
    """dom-3, and a step on: from the resource itself, over as many others as may be; a ring of its own is not reached.

    ``outer``: ids that the resource names as ``#id``. ``local``: path of a contained one to ids that it names, ``""``
    for the resource itself. Each is visited once, so rings end.
    """
    paths = {str(one.resource.get("id")): one.path for one in inner if one.contained}
    reached: set[str] = set()
    waiting = [*outer, *(identity for identity, path in paths.items() if "" in local.get(path, ()))]
    while waiting:
        identity = waiting.pop()
        if identity in paths and identity not in reached:
            reached.add(identity)
            waiting += local.get(paths[identity], ())
    for identity, path in paths.items():
        if identity not in reached:
            findings.add(path, "invariant", *UNUSED, "dom-3")


IDENTITY = ("a contained resource needs an id", "вложенному ресурсу нужен id")
REPEATED = ("another contained resource has this id", "такой id уже есть у другого вложенного ресурса")
OWN_VERSION = ("a contained resource has no version of its own", "у вложенного ресурса нет своей версии")
OWN_SECURITY = (
    "a contained resource has no security labels of its own",
    "у вложенного ресурса нет своих меток доступа",
)
UNUSED = ("nothing refers to this contained resource", "на вложенный ресурс никто не ссылается")
