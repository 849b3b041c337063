"""Client of a FHIR R4 server as a source of one person's records (ACT-3).

    1  POST Patient/_search   by a number of the person, in the body and not in the address, which servers log
    2  GET  Patient/<id>/$everything?_count&_since, then the links ``next``

Rules:
  1. exactly one Patient, who has that number and was born on that day; otherwise nothing is taken
  2. a link ``next`` leads to the same origin, or nowhere; no redirect is followed (interop/web.py)
  3. a resource about another patient is left out and counted; one whose kind must say whose it is and does not, too
  4. 429 and 5xx are told as unavailable with what ``Retry-After`` says; waiting is the business of who asks
Sources: HL7 FHIR R4 (4.0.1) http.html, patient-operation-everything.html, bundle.html; RFC 9110, 10.2.3.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from typing import Any, Protocol
from urllib.parse import quote, urlencode

from chalicelib.domain.gathering import order
from chalicelib.domain.sources import IDENTIFIERS, Connection
from chalicelib.errors import SourceAnswerError, SourcePersonError, SourceUnavailableError
from chalicelib.interop.mapping import mapped
from chalicelib.interop.mapping.rules import every
from chalicelib.interop.mapping.tables import RULES
from chalicelib.interop.web import NoAnswer, Reply, Web, origin
from chalicelib.ports.sources import Batch, Found, Query

SECONDS = 10.0
LARGEST = 4 * 1024 * 1024
COUNT = 50
MOST = 500  # entries of one page, whatever was asked for
DEPTH = 40
BUSY = 429
TYPES = frozenset({"application/fhir+json", "application/json"})
ABOUT = ("subject.reference", "patient.reference", "beneficiary.reference", "individual.reference", "for.reference")
OURS = frozenset(rule.resource for rule in RULES)
"""Kinds of resource that must say whose they are."""
WRONG = "entered-in-error"
STATUS = ("status", "verificationStatus.coding.code")

_ID = re.compile(r"[A-Za-z0-9.-]{1,64}")
_TYPE = re.compile(r"[A-Z][A-Za-z]{1,40}")
_DELETED = re.compile(r"([A-Z][A-Za-z]{1,40}/[A-Za-z0-9.-]{1,64})(\?.*)?")


class Exact(float):
    """A number that remembers how it was written: 5.10 is not 5.1 (FHIR R4, datatypes.html#decimal)."""

    text = ""


class Credentials(Protocol):
    def headers(self) -> Mapping[str, str]:
        """What a request carries. Raises SourceUnavailableError."""
        ...

    def refused(self) -> None:
        """The server did not take it: make anew."""
        ...


class FhirSource:
    """Implements ``ports.sources.Source``."""

    def __init__(self, connection: Connection, credentials: Credentials, web: Web | None = None) -> None:
        self._base = connection.url.rstrip("/")
        self._systems = connection.identifiers
        self._credentials = credentials
        self._web = web or Web(SECONDS, LARGEST)

    def fetch(self, query: Query, cursor: str) -> Batch:
        """See ``ports/sources.py``. A cursor that the server does not know any more begins from the beginning."""
        if cursor:
            patient, link = _cursor(cursor)
            reply = self._get(link)
            if reply.status not in {400, 404, 410}:
                return self._batch(reply, patient)
        patient = self._patient(query)
        if not patient:
            return Batch(())
        asked = {"_count": str(COUNT), **({"_since": query.since} if query.since else {})}
        return self._batch(self._get(f"{self._base}/Patient/{quote(patient)}/$everything?{urlencode(asked)}"), patient)

    # --- whose

    def _patient(self, query: Query) -> str:
        """The person's id there; "" when nobody there has any of the numbers. Raises SourcePersonError."""
        for name in IDENTIFIERS:
            system, value = self._systems.get(name), query.identifiers.get(name)
            if not system or not value:
                continue
            reply = self._send("POST", f"{self._base}/Patient/_search", {"identifier": f"{system}|{value}"})
            found = [one for one in self._resources(self._bundle(reply)) if one.get("resourceType") == "Patient"]
            if len(found) > 1:
                raise SourcePersonError
            for patient in found:
                numbers = [one.get("value") for one in every(patient, f"identifier[system={system}]")]
                if value not in numbers or patient.get("birthDate") != query.birth_date:
                    raise SourcePersonError
                return _checked_id(patient)
        return ""

    # --- what

    def _batch(self, reply: Reply, patient: str) -> Batch:
        bundle = self._bundle(reply)
        found: list[Found] = []
        refused = 0
        for entry in _entries(bundle):
            if (deleted := _deletion(entry)) is not None:
                found.append(deleted)
                continue
            resource = entry.get("resource")
            if not isinstance(resource, dict) or every(entry, "search.mode") == ["outcome"]:
                continue
            if resource.get("resourceType") == "Patient":
                refused += resource.get("id") != patient
            elif self._about(resource, patient):
                found.append(_found(resource))
            else:
                refused += 1
        return Batch(tuple(found), self._next(bundle, patient), refused)

    def _about(self, resource: Mapping[str, Any], patient: str) -> bool:
        mine = {f"Patient/{patient}", f"{self._base}/Patient/{patient}"}
        named = {str(reference) for path in ABOUT for reference in every(resource, path)}
        theirs = {one for one in named if "Patient/" in one or one.startswith("#")}
        if not theirs:
            return resource.get("resourceType") not in OURS
        return theirs <= mine

    def _next(self, bundle: Mapping[str, Any], patient: str) -> str:
        """Where it goes on. Raises SourceAnswerError for a link that leads elsewhere."""
        links = [link.get("url") for link in every(bundle, "link[relation=next]")]
        if not links:
            return ""
        link = links[0]
        if len(links) > 1 or not isinstance(link, str) or origin(link) is None or origin(link) != origin(self._base):
            raise SourceAnswerError
        return json.dumps({"patient": patient, "next": link})

    @staticmethod
    def _resources(bundle: Mapping[str, Any]) -> list[dict[str, Any]]:
        return [one for entry in _entries(bundle) if isinstance(one := entry.get("resource"), dict)]

    # --- calls

    def _get(self, url: str) -> Reply:
        if origin(url) != origin(self._base):
            raise SourceAnswerError
        return self._send("GET", url, None)

    def _send(self, method: str, url: str, form: Mapping[str, str] | None) -> Reply:
        reply = self._once(method, url, form)
        if reply.status == 401:  # noqa: PLR2004
            self._credentials.refused()
            reply = self._once(method, url, form)
        if reply.status == BUSY or reply.status >= 500:  # noqa: PLR2004
            raise SourceUnavailableError(retry_after=_seconds(reply.retry_after))
        return reply

    def _once(self, method: str, url: str, form: Mapping[str, str] | None) -> Reply:
        headers = {"Accept": "application/fhir+json", **self._credentials.headers()}
        try:
            return self._web.post(url, form or {}, headers) if method == "POST" else self._web.get(url, headers)
        except NoAnswer:
            raise SourceUnavailableError from None

    @staticmethod
    def _bundle(reply: Reply) -> dict[str, Any]:
        if reply.status != 200 or reply.content_type not in TYPES:  # noqa: PLR2004
            raise SourceAnswerError
        try:
            bundle = json.loads(reply.body, parse_float=_exact, parse_constant=_no_number)
            json.dumps(bundle, ensure_ascii=False).encode()  # halves of a character cannot be stored
        except (ValueError, RecursionError):
            raise SourceAnswerError from None
        if not isinstance(bundle, dict) or bundle.get("resourceType") != "Bundle" or _depth(bundle) > DEPTH:
            raise SourceAnswerError
        return bundle


# --- pieces of a bundle


def _entries(bundle: Mapping[str, Any]) -> Iterator[Mapping[str, Any]]:
    entries = bundle.get("entry", [])
    if not isinstance(entries, list) or len(entries) > MOST or not all(isinstance(one, dict) for one in entries):
        raise SourceAnswerError
    return iter(entries)


def _found(resource: Mapping[str, Any]) -> Found:
    kind = resource.get("resourceType")
    if not isinstance(kind, str) or not _TYPE.fullmatch(kind):
        raise SourceAnswerError
    reference = f"{kind}/{_checked_id(resource)}"
    updated, version = _version(resource)
    if WRONG in {str(value) for path in STATUS for value in every(resource, path)}:
        return Found(reference, version, updated, gone=True)
    result = mapped(resource)
    return Found(reference, version, updated, resource, result.kind, result.body, result.reason)


def _version(resource: Mapping[str, Any]) -> tuple[str, str]:
    """Raises SourceAnswerError for a resource that says neither when it changed nor which version it is."""
    updated, version = (next(iter(every(resource, f"meta.{name}")), "") for name in ("lastUpdated", "versionId"))
    if not isinstance(updated, str) or not isinstance(version, str) or not (updated or version):
        raise SourceAnswerError
    try:
        order(updated, version)
    except ValueError:
        raise SourceAnswerError from None
    if version and not _ID.fullmatch(version):
        raise SourceAnswerError
    return updated, version


def _deletion(entry: Mapping[str, Any]) -> Found | None:
    """An entry of a history that says that a record is deleted (FHIR R4, http.html#history)."""
    request = entry.get("request")
    if not isinstance(request, dict) or request.get("method") != "DELETE":
        return None
    place = _DELETED.fullmatch(str(request.get("url", "")))
    if place is None:
        raise SourceAnswerError
    said = {"meta": {"lastUpdated": next(iter(every(entry, "response.lastModified")), "")}}
    updated, version = _version(said)
    return Found(place[1], version, updated, gone=True)


def _checked_id(resource: Mapping[str, Any]) -> str:
    found = resource.get("id")
    if not isinstance(found, str) or not _ID.fullmatch(found):
        raise SourceAnswerError
    return found


def _cursor(text: str) -> tuple[str, str]:
    """One of ours: it was sealed meanwhile."""
    said = json.loads(text)
    return str(said["patient"]), str(said["next"])


def _exact(text: str) -> Exact:
    number = Exact(text)
    if number in {float("inf"), float("-inf")}:
        raise ValueError("not a number")
    number.text = text
    return number


def _no_number(_text: str) -> float:
    raise ValueError("not a number")


def _depth(value: Any) -> int:
    """How deep it is, DEPTH + 1 at most."""
    level, depth = [value], 0
    while level and depth <= DEPTH:
        depth += 1
        level = [
            inner
            for one in level
            if isinstance(one, dict | list)
            for inner in (one.values() if isinstance(one, dict) else one)
        ]
    return depth


def _seconds(said: str) -> int | None:
    """``Retry-After`` as seconds from now; None when it says nothing."""
    if said.isascii() and said.isdecimal() and len(said) <= 6:  # noqa: PLR2004
        return int(said)
    try:
        moment = parsedate_to_datetime(said)
    except (ValueError, TypeError):
        return None
    if moment.tzinfo is None:
        return None
    return max(0, int((moment - datetime.now(UTC)).total_seconds()))
