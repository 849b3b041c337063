"""What a card says: issuer, times, resources, whether it was revoked."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any
from urllib.parse import urlsplit

from verifier.health_cards.flaw import CardFlaw

SECONDS_UNTIL = 10**11  # of the year 5138; what is larger was written in milliseconds
TYPE = "https://smarthealth.cards#health-card"
LOOPBACK = frozenset({"localhost", "127.0.0.1", "::1"})
_RID = re.compile(r"[A-Za-z0-9_-]{1,24}")
_SECONDS = re.compile(r"[0-9]{1,12}")
_RESOURCE = re.compile(r"resource:[0-9]+")


def check_issuer(found: Any, trusted: str, *, local: bool) -> None:
    if not isinstance(found, str):
        raise CardFlaw("issuer", "no issuer is named")
    address = urlsplit(found)
    secure = address.scheme == "https" or (local and address.scheme == "http" and address.hostname in LOOPBACK)
    if not secure or not address.hostname or address.query or address.fragment or found.endswith("/"):
        raise CardFlaw("issuer", "an issuer is an https address without a slash at its end")
    if found != trusted:
        raise CardFlaw("issuer", "the card is not of the issuer whose keys these are")


def check_times(payload: Mapping[str, Any], now: float) -> None:
    begins, ends = payload.get("nbf"), payload.get("exp")
    for name, value in (("nbf", begins), ("exp", ends)):
        if name in payload and (isinstance(value, bool) or not isinstance(value, int | float)):
            raise CardFlaw(name, "a time is a number of seconds")
        if isinstance(value, int | float) and value >= SECONDS_UNTIL:
            raise CardFlaw(name, "a time is in seconds, not in milliseconds")
    if begins is None:
        raise CardFlaw("nbf", "from when on the card holds is not said")
    if begins > now:
        raise CardFlaw("nbf", "the card does not hold yet")
    if ends is not None and ends <= now:
        raise CardFlaw("exp", "the card has expired")


def check_credential(vc: Any) -> None:
    if not isinstance(vc, dict) or not isinstance(vc.get("type"), list) or TYPE not in vc["type"]:
        raise CardFlaw("type", "this is no health card")
    subject = vc.get("credentialSubject")
    if not isinstance(subject, dict) or not re.fullmatch(r"4\.[0-9]+\.[0-9]+", str(subject.get("fhirVersion"))):
        raise CardFlaw("fhir", "FHIR R4 is expected")
    bundle = subject.get("fhirBundle")
    if not isinstance(bundle, dict) or bundle.get("resourceType") != "Bundle" or bundle.get("type") != "collection":
        raise CardFlaw("fhir", "no collection of resources")
    _bundle(bundle)


def _bundle(bundle: Mapping[str, Any]) -> None:
    entries = bundle.get("entry")
    if not (isinstance(entries, list) and entries and all(isinstance(entry, dict) for entry in entries)):
        raise CardFlaw("fhir", "no resources")
    kinds = []
    for n, entry in enumerate(entries):
        resource = entry.get("resource")
        if entry.get("fullUrl") != f"resource:{n}" or not isinstance(resource, dict):
            raise CardFlaw("fhir-references", "resources are called resource:0, resource:1 and so on")
        kinds.append(resource.get("resourceType"))
        _without_words(resource, top=True)
    if kinds.count("Patient") != 1:
        raise CardFlaw("fhir", "a card is of one person")
    for entry in entries:
        if entry["resource"]["resourceType"] == "Immunization" and entry["resource"].get("status") != "completed":
            raise CardFlaw("fhir", "a vaccination that was not carried out")


def _without_words(node: Any, *, top: bool = False) -> None:
    """Nothing that a card must not carry: ids, narratives, words beside codes, metadata but labels of security."""
    if isinstance(node, list):
        for item in node:
            _without_words(item)
    if not isinstance(node, dict):
        return
    meta = node.get("meta")
    if top and (
        "id" in node
        or "text" in node
        or (meta is not None and (not isinstance(meta, dict) or set(meta) - {"security"}))
    ):
        raise CardFlaw("fhir-metadata", "a resource has an id, a narrative or metadata")
    if "coding" in node and "text" in node:
        raise CardFlaw("fhir-metadata", "words beside a code")
    if "code" in node and "display" in node:
        raise CardFlaw("fhir-metadata", "words beside a code")
    reference = node.get("reference")
    if isinstance(reference, str) and not _RESOURCE.fullmatch(reference):
        raise CardFlaw("fhir-references", "a reference out of the card")
    for value in node.values():
        _without_words(value)


def check_revocation(payload: Mapping[str, Any], key: Mapping[str, Any], revoked: Mapping[str, Any] | None) -> None:
    rid = payload["vc"].get("rid")
    if rid is not None and not (isinstance(rid, str) and _RID.fullmatch(rid)):
        raise CardFlaw("rid", "at most 24 characters of base64url")
    if rid is None or "crlVersion" not in key:
        return
    if revoked is None:
        raise CardFlaw("revocations", "the key has a list of revocations, and it is not here")
    for one, until in _revocations(revoked, key):
        if one == rid and (until is None or payload["nbf"] < until):
            raise CardFlaw("revoked", "the issuer has revoked the card")


def _revocations(revoked: Mapping[str, Any], key: Mapping[str, Any]) -> Iterator[tuple[str, int | None]]:
    """Ids, each with the moment before which cards of it are revoked, if one is said."""
    if revoked.get("kid") != key["kid"] or revoked.get("method") != "rid" or revoked.get("ctr") != key["crlVersion"]:
        raise CardFlaw("revocations", "the list is of another key, another kind or another version")
    rids = revoked.get("rids")
    if not isinstance(rids, list) or len(rids) != len({str(rid) for rid in rids}):
        raise CardFlaw("revocations", "the list names an id twice, or none")
    for line in rids:
        rid, dot, moment = str(line).partition(".")
        if not _RID.fullmatch(rid) or (dot and not _SECONDS.fullmatch(moment)):
            raise CardFlaw("revocations", "an id in the list is malformed")
        yield rid, int(moment) if dot else None
