"""Keys of the review of the log: findings, cursors, reports. The table of all keys is in the package's docstring."""

from __future__ import annotations

import hashlib

from chalicelib.ports.tables import Key, Store


def finding(finding_id: str) -> Key:
    return Key(Store.CARD, f"FINDING#{finding_id}", "FINDING")


def findings(organisation_id: str) -> str:
    return f"QUEUE#findings-{organisation_id}"


def finding_line(organisation_id: str, at: str, finding_id: str) -> Key:
    return Key(Store.CARD, findings(organisation_id), f"{at}#{finding_id}")


def review_cursor(name: str) -> Key:
    """``name``: a year of the log, or another thing that the review goes through."""
    return Key(Store.AUDIT_INDEX, "REVIEW", name)


def review_kept(kind: str, whose: str) -> Key:
    return Key(Store.AUDIT_INDEX, f"REVIEW#{kind}#{whose}", "KEPT")


def review_cards(shard: str) -> str:
    return f"REVIEWCARDS#{shard}"


def review_card(patient_id: str) -> Key:
    """In one of sixteen partitions, so that all cards can be gone through."""
    shard = hashlib.sha256(patient_id.encode()).hexdigest()[0]
    return Key(Store.AUDIT_INDEX, review_cards(shard), patient_id)


def key_log_file(day: str, name: str) -> Key:
    return Key(Store.AUDIT_INDEX, f"KEYLOG#{day}", name)


def accesses(organisation_id: str, month: str) -> str:
    return f"ACCESS#{organisation_id}#{month}"


def access_total(organisation_id: str, month: str) -> Key:
    return Key(Store.AUDIT_INDEX, accesses(organisation_id, month), "ALL")


def access_member(organisation_id: str, month: str, member_id: str) -> Key:
    return Key(Store.AUDIT_INDEX, accesses(organisation_id, month), f"M#{member_id}")


def access_closed(organisation_id: str, month: str) -> Key:
    return Key(Store.AUDIT_INDEX, accesses(organisation_id, month), "CLOSED")
