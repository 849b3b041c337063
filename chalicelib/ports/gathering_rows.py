"""Rows of gathering whose shape more than one service must know."""

from __future__ import annotations

from datetime import datetime

from chalicelib.domain.gathering import COUNTS, State, due_key
from chalicelib.domain.moments import stamp
from chalicelib.ports import keys
from chalicelib.ports.tables import Delete, Expect, Item, Put, Write


def new_source(patient_id: str, name: str, now: datetime) -> list[Write]:
    """A source that waits for its first run."""
    due = stamp(now)
    row: Item = {
        "patient": patient_id,
        "source": name,
        "state": State.WAITING.value,
        "due": due,
        "run": 0,
        "attempts": 0,
        "since": "",
        "created_at": due,
        "ver": 1,
        **dict.fromkeys(COUNTS, 0),
    }
    return [Put(keys.source(patient_id, name), row), in_queue(patient_id, name, due)]


def in_queue(patient_id: str, name: str, due: str) -> Write:
    row: Item = {"patient": patient_id, "source": name, "due": due}
    return Put(keys.queue(keys.GATHERING, due_key(due, patient_id, name)), row, None)


def out_of_queue(patient_id: str, name: str, due: str) -> Write:
    return Delete(keys.queue(keys.GATHERING, due_key(due, patient_id, name)))


def moved(row: Item, due: str) -> list[Write]:
    """A source's place in the queue when its row gets ``due``; "" for none."""
    patient_id, name, before = row["patient"], row["source"], row.get("due", "")
    if before == due:
        return []
    leaves = [out_of_queue(patient_id, name, before)] if before else []
    return [*leaves, *([in_queue(patient_id, name, due)] if due else [])]


def new_policy_check(patient_id: str, due: datetime) -> list[Write]:
    moment = stamp(due)
    row: Item = {"patient": patient_id, "due": moment, "attempts": 0, "ver": 1}
    return [Put(keys.policy_check(patient_id), row, Expect.ABSENT), policy_in_queue(patient_id, moment)]


def policy_in_queue(patient_id: str, due: str) -> Write:
    row: Item = {"patient": patient_id, "due": due}
    return Put(keys.queue(keys.POLICY_CHECKS, due_key(due, patient_id)), row, None)


def policy_out_of_queue(patient_id: str, due: str) -> Write:
    return Delete(keys.queue(keys.POLICY_CHECKS, due_key(due, patient_id)))
