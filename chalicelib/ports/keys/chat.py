"""Keys: chat of patients and doctors."""

from __future__ import annotations

from chalicelib.ports.keys.cards import patient
from chalicelib.ports.tables import Key, Store

__all__ = [
    "MESSAGES",
    "MESSAGE_VERSIONS",
    "THREADS",
    "absence",
    "chat_of",
    "chats_of",
    "message",
    "message_version",
    "message_versions",
    "messages",
    "thread",
]

THREADS, MESSAGES, MESSAGE_VERSIONS = "THREAD#", "MSG#", "MSGV#"


def thread(patient_id: str, thread_id: str) -> Key:
    """Two sides, what each has seen, the newest message; the subject is sealed."""
    return Key(Store.CARD, patient(patient_id), f"{THREADS}{thread_id}")


def messages(thread_id: str) -> str:
    """What keys of a thread's messages begin with; their ids follow, in order of time."""
    return f"{MESSAGES}{thread_id}#"


def message(patient_id: str, thread_id: str, message_id: str) -> Key:
    """Its newest version, sealed."""
    return Key(Store.CARD, patient(patient_id), messages(thread_id) + message_id)


def message_versions(thread_id: str, message_id: str) -> str:
    return f"{MESSAGE_VERSIONS}{thread_id}#{message_id}#"


def message_version(patient_id: str, thread_id: str, message_id: str, version: int) -> Key:
    """An earlier version, sealed as it was."""
    return Key(Store.CARD, patient(patient_id), f"{message_versions(thread_id, message_id)}{version:06d}")


def chats_of(member_id: str) -> str:
    """Partition of the threads of a doctor."""
    return f"CHATS#{member_id}"


def chat_of(member_id: str, thread_id: str) -> Key:
    """A line of the doctor's list: ids, moments, counts."""
    return Key(Store.CARD, chats_of(member_id), thread_id)


def absence(member_id: str) -> Key:
    """Until when a doctor is away; the text is sealed under the doctor's own key."""
    return Key(Store.CARD, f"ABSENCE#{member_id}", "ABSENCE")
