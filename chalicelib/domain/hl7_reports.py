"""Two messages about one report, in whatever order they come, as one resource (PRT-2).

The later one by ``issued`` says what the report is; of each result the later one counts, of two at one time the one of
the higher status. What was taken back stays in it as a mark, so that no older message revives it. A visit is the later
of the two.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

Resource = dict[str, Any]

WITHDRAWN = "urn:medkarta:withdrawn-result"
"""Extension of a DiagnosticReport that keeps a result which the laboratory took back."""
ERROR = "entered-in-error"
RANKS = {"registered": 0, "preliminary": 1, "partial": 1, "final": 2, "amended": 3, "corrected": 3, ERROR: 4}
JOINED = ("contained", "result", "extension", "presentedForm")


def merged(old: Mapping[str, Any], new: Mapping[str, Any], *, late: bool = False) -> Resource:
    """``late``: the new one was sent before the old one, which decides where both say one time and one status."""
    newest = old if _before(new, old, late=late) else new
    other = new if newest is old else old
    if newest.get("resourceType") != "DiagnosticReport":
        return dict(newest)
    results = _results(newest, other, old, late=late)
    kept = [one["id"] for one in results if one["status"] != ERROR]
    gone = [one["id"] for one in results if one["status"] == ERROR]
    rest = [one for one in newest.get("contained", ()) if one["resourceType"] != "Observation"]
    found: Resource = {name: value for name, value in newest.items() if name not in JOINED}
    for name in ("conclusion", "specimen", "encounter", "basedOn"):
        if name not in found and name in other and name != "specimen":
            found[name] = other[name]
    if not rest and "specimen" not in newest:
        rest = [one for one in other.get("contained", ()) if one["resourceType"] == "Specimen"]
        found |= {"specimen": other["specimen"]} if rest else {}
    if found["status"] == ERROR and kept:  # that message took back what it named, and not the others
        found["status"] = "corrected"
    elif results and not kept:
        found["status"] = ERROR
    joined = {
        "contained": [*results, *rest],
        "result": [{"reference": f"#{one}"} for one in kept],
        "extension": [{"url": WITHDRAWN, "valueReference": {"reference": f"#{one}"}} for one in gone],
        "presentedForm": newest.get("presentedForm") or other.get("presentedForm") or [],
    }
    return found | {name: value for name, value in joined.items() if value}


def _results(
    newest: Mapping[str, Any], other: Mapping[str, Any], old: Mapping[str, Any], *, late: bool
) -> list[Resource]:
    found = {one["id"]: one for one in _observations(newest)}
    for one in _observations(other):
        there = found.get(one["id"])
        if there is None:
            found[one["id"]] = one
            continue
        first, second = (one, there) if other is old else (there, one)
        found[one["id"]] = first if _before(second, first, late=late) else second
    return list(found.values())


def _observations(report: Mapping[str, Any]) -> list[Resource]:
    return [one for one in report.get("contained", ()) if one["resourceType"] == "Observation"]


def _before(one: Mapping[str, Any], other: Mapping[str, Any], *, late: bool) -> bool:
    """Whether ``one`` is overtaken by ``other``."""
    mine, theirs = _order(one), _order(other)
    return mine < theirs or (mine == theirs and late)


def _order(resource: Mapping[str, Any]) -> tuple[float, int]:
    return when(resource), RANKS.get(str(resource.get("status")), 0)


def when(resource: Mapping[str, Any]) -> float:
    """The moment by which messages about it are ordered, in seconds; 0 without one."""
    said = resource.get("issued") or resource.get("meta", {}).get("lastUpdated") or ""
    try:
        return datetime.fromisoformat(str(said)).timestamp()
    except ValueError:
        return 0.0
