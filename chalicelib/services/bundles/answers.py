"""What became of each entry, as a line that can be kept, and as the entry of the answer."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

CREATED, OK, GONE = "201 Created", "200 OK", "204 No Content"
FAULT, SEARCH = "fault", "search"
"""Members of an answered entry that the edge replaces: an error by its outcome, type and query by what is found."""
STATUS: Mapping[str, str] = {"201": CREATED, "200": OK, "204": GONE}


class Line(NamedTuple):
    """``place``: ``Type/id``; "" for what has none."""

    number: int
    status: str
    place: str = ""
    version: int = 0
    at: str = ""

    def text(self) -> str:
        return " ".join([str(self.number), self.status, self.place or "-", str(self.version), self.at or "-"])


def line_of(text: str) -> Line:
    number, status, place, version, at = text.split(" ")
    return Line(int(number), status, "" if place == "-" else place, int(version), "" if at == "-" else at)


def answered(line: Line, here: str) -> dict[str, Any]:
    """Entry of a transaction-response (FHIR R4, 3.1.0.11.3)."""
    response: dict[str, Any] = {"status": STATUS.get(line.status, line.status)}
    if line.place and line.version:
        response["location"] = f"{here}{line.place}/_history/{line.version}"
        response["etag"] = f'W/"{line.version}"'
    if line.at:
        response["lastModified"] = line.at
    found: dict[str, Any] = {"response": response}
    return {"fullUrl": f"{here}{line.place}", **found} if line.place and line.status != "204" else found


def response(kind: str, entries: Sequence[Mapping[str, Any]], bundle_id: str = "") -> dict[str, Any]:
    """``kind``: transaction or batch. What is answered twice has its fullUrl once (bdl-7)."""
    named = {"id": bundle_id} if bundle_id else {}
    found: list[Mapping[str, Any]] = []
    seen: set[str] = set()
    for one in entries:
        again = one.get("fullUrl") in seen
        found.append({name: said for name, said in one.items() if name != "fullUrl"} if again else one)
        seen |= {one["fullUrl"]} if "fullUrl" in one else set()
    return {"resourceType": "Bundle", **named, "type": f"{kind}-response", "entry": found}
