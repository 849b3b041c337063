"""Files that hang on a record (REC-5, REC-9, DOC-2) as pure rules: scans and large files that were on its card.

Rules:
  1. only a file of the same card that was checked and found clean hangs on a record
  2. it hangs on one record, on the version that named it first and on those after it; another record links to that one
  3. whoever acts for the card attaches what they brought themselves; staff what their own organisation brought for a
     record of that kind, never what the patient brought for something else
  4. what hangs nowhere is opened by whoever brought it and by the card's owner alone, and may be deleted by the former;
     what a doctor brought for a message is opened in the chat alone: not before it is sent, nor when it is withdrawn
  5. a file that a record names is opened by who may take that record away; one that only an earlier version names, by
     who may read its history
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from chalicelib.domain.identity import OWNERS, Actor, Role

CLEAN, WAITING, DELETED = "clean", "waiting", "deleted"
IN_PLACE = frozenset({"chat"})
"""Kinds of which a file that staff brought is opened where it hangs alone (rule 4)."""

UNKNOWN = ("unknown", "no such file on this card that you brought")
NOT_YET = ("waiting", "this file is still being checked")
REFUSED = ("refused", "this file was refused")
ELSEWHERE = ("attached", "this file hangs on another record; link to that one")
TWICE = ("repeated", "this file is named twice")


def named(field: str, body: Mapping[str, Any]) -> list[str]:
    """Ids of the files that a body names in ``field``, in order, with repetitions."""
    return [str(item["upload_id"]) for item in body.get(field) or ()] if field else []


def hook(kind: str, record_id: str) -> str:
    """What a file says of the record that it hangs on."""
    return f"{kind}/{record_id}"


def faults(
    actor: Actor, kind: str, here: str, uploads: Sequence[str], rows: Mapping[str, Mapping[str, Any]]
) -> list[tuple[int, tuple[str, str]]]:
    """(place in ``uploads``, (stable code, sentence)) of each file that cannot hang ``here``; rows by id."""
    found: list[tuple[int, tuple[str, str]]] = []
    for place, upload_id in enumerate(uploads):
        wrong = TWICE if upload_id in uploads[:place] else _fault(actor, kind, here, rows.get(upload_id))
        if wrong is not None:
            found.append((place, wrong))
    return found


def _fault(actor: Actor, kind: str, here: str, row: Mapping[str, Any] | None) -> tuple[str, str] | None:
    if row is not None and row.get("attached") == here:
        return None
    if row is None or row["state"] in {DELETED, "open", "abandoned"} or not _brought(actor, kind, row):
        return UNKNOWN
    if row.get("attached"):
        return ELSEWHERE
    if row["state"] == WAITING:
        return NOT_YET
    return None if row["state"] == CLEAN else REFUSED


def _brought(actor: Actor, kind: str, row: Mapping[str, Any]) -> bool:
    """By the card's side, or by the actor's organisation for a record of this kind."""
    if actor.role in OWNERS:
        return "organisation" not in row and opens(actor, row)
    return of_staff(actor, kind, row)


def opens(actor: Actor, row: Mapping[str, Any]) -> bool:
    """Rule 4, of one side of the card: whoever acts for its owner opens here what they brought themselves.

    What hangs on a record they ask for there, where a section that is closed to them stays closed.
    """
    if row.get("organisation") and row.get("for") in IN_PLACE:
        return False
    return actor.role is not Role.REPRESENTATIVE or row.get("by") == actor.person_id


def of_staff(actor: Actor, kind: str, row: Mapping[str, Any]) -> bool:
    return bool(row.get("organisation")) and (row["organisation"], row.get("for")) == (actor.organisation_id, kind)
