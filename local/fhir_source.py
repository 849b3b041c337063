"""A stand-in for a clinic's FHIR R4 server that holds records of the demo patients, with manners good and bad.

It knows the people whom it is given, by SNILS and birth date (``POST /_people`` for more), and holds the same records
of each (``local/fhir_resources.py``); ``POST /_records/<patient>`` brings one more. Faults are switched on by
``POST /_faults`` with a JSON list of words:

    errors     every other answer is 500            busy        429 with Retry-After: 1
    slow       answers after the client gave up     malformed   JSON that ends too early
    huge       more bytes than a client takes       elsewhere   the link ``next`` leads to another host
    stranger   a resource about another patient     twice       every resource comes twice
    backwards  pages with the newest version first, then an older one
With any of them ``_since`` is not heeded. Nothing here is a real clinic, and nothing is checked.
"""

from __future__ import annotations

import json
import threading
import time
from collections.abc import Mapping
from typing import Any
from urllib.parse import parse_qs, urlsplit

from local.fhir_resources import records
from local.stand_in import Handler, StandIn

NAME = "demo-clinic"
SNILS = "urn:oid:1.2.643.100.3"
SLOW = 15.0  # seconds; the client waits for ten
PAGE = 4
HUGE = 6 * 1024 * 1024
KIND = "application/fhir+json"


class FhirSource(StandIn):
    """The clinic. ``people``: birth date by SNILS."""

    name = "fhir-source"

    def __init__(self, people: Mapping[str, str], slow: float = SLOW) -> None:
        super().__init__(slow)
        self.people = dict(people)
        self.faults: set[str] = set()
        self.changes: dict[str, list[dict[str, Any]]] = {}
        """Resources that came in after the start, by id of the patient."""
        self.asked: list[str] = []
        self._lock = threading.Lock()

    @property
    def setting(self) -> str:
        """The setting ``sources`` for this stand-in."""
        title = {"ru": "Демо-поликлиника (внешняя)", "en": "Demo clinic (another one)"}
        one = {"name": NAME, "kind": "fhir-r4", "url": f"{self.url}/fhir", "title": title, "every_days": 7}
        return json.dumps([{**one, "identifiers": {"snils": SNILS}}], ensure_ascii=False)

    # --- answers: status, headers, body

    def answer(self, path: str, query: Mapping[str, list[str]]) -> tuple[int, dict[str, str], bytes]:
        with self._lock:
            self.asked.append(path)
            number = len(self.asked)
        if "busy" in self.faults:
            return 429, {"Retry-After": "1"}, b"{}"
        if "errors" in self.faults and number % 2:
            return 500, {}, b"{}"
        if "slow" in self.faults:
            time.sleep(self.slow)
        if "huge" in self.faults:
            return 200, {"Content-Type": KIND}, b'{"resourceType": "Bundle", "x": "' + b"x" * HUGE
        body = json.dumps(self._bundle(path, query), ensure_ascii=False).encode()
        return 200, {"Content-Type": KIND}, body[:-20] if "malformed" in self.faults else body

    def _bundle(self, path: str, query: Mapping[str, list[str]]) -> dict[str, Any]:
        if path == "/fhir/Patient/_search":
            return self._search(query.get("identifier", [""])[0])
        patient = path.split("/")[3]
        since = "" if self.faults else query.get("_since", [""])[0]
        found = [one for one in self._held(patient) if one["meta"]["lastUpdated"] >= since]
        if "twice" in self.faults:
            found = [one for one in found for _ in range(2)]
        if "backwards" in self.faults:
            older = [{**one, "meta": {"versionId": "0", "lastUpdated": "2020-01-01T00:00:00Z"}} for one in found]
            found = [*found, *older]
        at = int(query.get("_at", ["0"])[0])
        links = [{"relation": "self", "url": self.url + path}]
        if at + PAGE < len(found):
            base = "http://elsewhere.example" if "elsewhere" in self.faults else self.url
            links.append({"relation": "next", "url": f"{base}{path}?_at={at + PAGE}&_since={since}"})
        return _bundle(found[at : at + PAGE], links)

    def _search(self, identifier: str) -> dict[str, Any]:
        system, _, number = identifier.partition("|")
        if system != SNILS or number not in self.people:
            return _bundle([], [])
        numbers = [{"system": SNILS, "value": number}]
        born = self.people[number]
        return _bundle(
            [{"resourceType": "Patient", "id": f"p{number[:9]}", "identifier": numbers, "birthDate": born}], []
        )

    def _held(self, patient: str) -> list[dict[str, Any]]:
        newer = {f"{one['resourceType']}/{one['id']}": one for one in self.changes.get(patient, [])}
        found = [newer.pop(f"{one['resourceType']}/{one['id']}", one) for one in records(patient)]
        if "stranger" in self.faults:
            found += [{**one, "id": f"x{one['id']}"} for one in records("p000000000")[:2]]
        return [*found, *newer.values()]


def _bundle(resources: list[dict[str, Any]], links: list[dict[str, str]]) -> dict[str, Any]:
    entries = [{"resource": one, "search": {"mode": "match"}} for one in resources]
    return {"resourceType": "Bundle", "type": "searchset", "link": links, "entry": entries}


class _Handler(Handler):
    stand_in: FhirSource

    def get(self) -> None:
        parts = urlsplit(self.path)
        if parts.path.startswith("/fhir/Patient/") and parts.path.endswith("/$everything"):
            self._answer(parts.path, parts.query)
        else:
            self.say(404, b"{}")

    def post(self) -> None:
        body = self.told()
        if self.path == "/fhir/Patient/_search":
            self._answer(self.path, body.decode("utf-8", "replace"))
        elif self.path == "/_faults":
            self.stand_in.faults = set(json.loads(body))
            self.say(200, b"{}")
        elif self.path == "/_people":  # the stories' own people
            self.stand_in.people |= json.loads(body)
            self.say(200, b"{}")
        elif self.path.startswith("/_records/"):
            self.stand_in.changes.setdefault(self.path.split("/")[2], []).append(json.loads(body))
            self.say(200, b"{}")
        else:
            self.say(404, b"{}")

    def _answer(self, path: str, query: str) -> None:
        status, headers, body = self.stand_in.answer(path, parse_qs(query))
        self.say(status, body, headers)


FhirSource.handler = _Handler
