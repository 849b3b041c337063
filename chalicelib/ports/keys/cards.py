"""Keys of a card and of what staff work on. The table of all keys is in the package's docstring."""

from __future__ import annotations

from chalicelib.ports.tables import Key, Store

BY_DATE = "by_date"
APPLICATIONS = "APPLICATION#"
CONSENTS = "CONSENT#"


def patient(patient_id: str) -> str:
    return f"P#{patient_id}"


def card(patient_id: str) -> Key:
    return Key(Store.CARD, patient(patient_id), "CARD")


def consent(patient_id: str, member_id: str) -> Key:
    return Key(Store.CARD, patient(patient_id), f"{CONSENTS}{member_id}")


def consent_journal(patient_id: str, entry_id: str) -> Key:
    return Key(Store.CARD, patient(patient_id), f"CJ#{entry_id}")


def grantee(member_id: str, patient_id: str) -> Key:
    return Key(Store.CARD, f"GRANTEE#{member_id}", patient(patient_id))


def record(patient_id: str, kind: str, record_id: str) -> Key:
    return Key(Store.CARD, patient(patient_id), f"R#{kind}#{record_id}")


def record_version(patient_id: str, kind: str, record_id: str, version: int) -> Key:
    return Key(Store.CARD, patient(patient_id), f"V#{kind}#{record_id}#{version:08d}")


def record_date(kind: str, occurred: str, record_id: str) -> str:
    """Value of the index attribute ``kd``. ``occurred`` is ISO 8601 in UTC, so text order is time order."""
    return f"{kind}#{occurred}#{record_id}"


def event(patient_id: str, event_id: str) -> Key:
    return Key(Store.CARD, patient(patient_id), f"EVENT#{event_id}")


def refusal(patient_id: str, day: str, who: str) -> Key:
    return Key(Store.CARD, patient(patient_id), f"REFUSAL#{day}#{who}")


def notice(patient_id: str, notice_id: str) -> Key:
    return Key(Store.CARD, patient(patient_id), f"NOTICE#{notice_id}")


def dispensings(record_id: str) -> str:
    """What the sort keys of all dispensings of a prescription begin with."""
    return f"DISP#{record_id}#"


def dispensing(patient_id: str, record_id: str, number: int) -> Key:
    return Key(Store.CARD, patient(patient_id), f"{dispensings(record_id)}{number:04d}")


def receipt(patient_id: str, record_id: str, version: int, reaction: str) -> Key:
    return Key(Store.CARD, patient(patient_id), f"RECEIPT#{record_id}#{version:08d}#{reaction}")


def document(patient_id: str, kind: str, record_id: str, version: int) -> Key:
    return Key(Store.CARD, patient(patient_id), f"DOC#{kind}#{record_id}#{version:08d}")


def application(patient_id: str, application_id: str) -> Key:
    return Key(Store.CARD, patient(patient_id), APPLICATIONS + application_id)


def open_application(patient_id: str) -> Key:
    return Key(Store.CARD, patient(patient_id), "OPEN_APPLICATION")


def journal_request(patient_id: str, request_id: str) -> Key:
    return Key(Store.CARD, patient(patient_id), f"JOURNAL#{request_id}")


def queue(name: str, task_id: str) -> Key:
    return Key(Store.CARD, f"QUEUE#{name}", task_id)


def prescription_code(code_hash: str) -> Key:
    return Key(Store.CARD, f"RX#{code_hash}", "RX")


ERASURES = "ERASURES"


def erasure(erasure_id: str) -> Key:
    return Key(Store.CARD, ERASURES, erasure_id)


def newest_erasure(patient_id: str) -> Key:
    return Key(Store.CARD, patient(patient_id), "ERASURE")


def idempotency(caller: str, operation: str, key_hash: str) -> Key:
    return Key(Store.CARD, f"IDEM#{caller}#{operation}", key_hash)


REPRESENTATIONS = "REP#"


def representation(patient_id: str, person_id: str) -> Key:
    """That a person acts for this patient; the gate reads it with every request of theirs."""
    return Key(Store.CARD, patient(patient_id), f"{REPRESENTATIONS}{person_id}")
