"""What a new drug is held against (REC-14): active substances in records of several kinds."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any

from chalicelib.domain.prescribing import Substance
from chalicelib.domain.prescriptions import State, status_on

Body = Mapping[str, Any]
ALLERGENS = frozenset({"drug", "other"})
"""Categories of an allergy that a drug may belong to."""
ENDED = frozenset({"inactive", "resolved", "refuted", "entered-in-error"})
"""States of an AllergyIntolerance in which it is none."""
ATC = "http://www.whocc.no/atc"
LAST = "9999-12-31"


def substances(row: Body, body: Body, now: datetime) -> list[Substance]:
    """Those of one record that count today; none of a record that was withdrawn, ended or resolved.

    ``row``: as stored, with ``kind``, ``id`` and the status, if it has one; ``body``: opened.
    """
    found = _OF_KIND[row["kind"]](row.get("status", {}), body, now)
    return [Substance(inn=inn, atc=atc or "", kind=row["kind"], id=row["id"]) for inn, atc in found]


_Found = list[tuple[str, str | None]]


def _allergy(status: Body, body: Body, _now: datetime) -> _Found:
    counts = not status and body.get("clinical_status", "active") == "active" and body["category"] in ALLERGENS
    return [(body["substance"], body.get("atc"))] if counts else []


def _prescription(status: Body, body: Body, now: datetime) -> _Found:
    active = status_on(status, now).get("state") == State.ACTIVE
    return [(drug["inn"], drug.get("atc")) for drug in body["drugs"]] if active else []


def _statement(status: Body, body: Body, now: datetime) -> _Found:
    ended = (body.get("ended_on") or LAST) < now.date().isoformat()
    counts = not status and not ended and body.get("status", "active") == "active"
    return [(body["drug"]["inn"], body["drug"].get("atc"))] if counts else []


def _received(status: Body, body: Body, _now: datetime) -> _Found:
    """An allergy that another system brought and that fits no allergy of the card, by its name: a doctor is told at
    least that it was not compared.
    """
    sent = json.loads(body.get("resource", "{}"))
    of_drugs = set(sent.get("category", ALLERGENS)) - {"food", "environment"}
    said = {one.get("code") for one in sent.get("verificationStatus", {}).get("coding", ())} | {body.get("state")}
    counts = body["resource_type"] == "AllergyIntolerance" and of_drugs and not status and not said & ENDED
    codes = [one.get("code") for one in sent.get("code", {}).get("coding", ()) if one.get("system") == ATC]
    return [(body["title"], next(iter(codes), None))] if counts else []


_OF_KIND: Mapping[str, Callable[[Body, Body, datetime], _Found]] = {
    "allergy": _allergy,
    "prescription": _prescription,
    "medication-statement": _statement,
    "received-allergies": _received,
}
