"""Keys of the audit log and of what stands in the key table. The table of all keys is in the package's docstring."""

from __future__ import annotations

from chalicelib.ports.tables import Key, Store

AUDIT_SUBJECTS = "audit#"


def key_state(person_id: str) -> Key:
    """Whether a person's keys are alive or destroyed (crypto/patient_keys.py). Others than persons have no such row."""
    return Key(Store.KEYS, person_id, "active")


def audit_subject(person_id: str, year: int) -> Key:
    return Key(Store.KEYS, person_id, f"{AUDIT_SUBJECTS}{year:04d}")


def audit_tag(tag: str) -> Key:
    return Key(Store.KEYS, f"tag#{tag}", "audit")


LOG_HEADS = "HEAD"


def log_head(year: int) -> Key:
    return Key(Store.AUDIT_INDEX, LOG_HEADS, f"{year:04d}")


def log_entry(entry_id: str) -> Key:
    return Key(Store.AUDIT_INDEX, f"E#{entry_id}", "E")


def log_chain(tag: str) -> str:
    return f"P#{tag}"


def log_link(tag: str, number: int) -> Key:
    return Key(Store.AUDIT_INDEX, log_chain(tag), f"{number:012d}")


def log_writer(writer_id: str, year: int) -> Key:
    return Key(Store.AUDIT_INDEX, f"W#{writer_id}", f"{year:04d}")


def log_swept() -> Key:
    return Key(Store.AUDIT_INDEX, "SWEPT", "SWEPT")


def log_hint(tag: str) -> Key:
    return Key(Store.AUDIT_INDEX, f"H#{tag}", "H")
