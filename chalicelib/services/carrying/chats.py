"""Chats of a card, with their messages of all versions and the files that hang on those (MSG-1)."""

from __future__ import annotations

from collections.abc import Sequence

from chalicelib.domain.identity import PersonId
from chalicelib.ports import keys
from chalicelib.ports.tables import Item, Store, Tables, Update, Write, every_row
from chalicelib.ports.upload_rows import rows_of_files, sort_of
from chalicelib.records.chat import CHAT

FILES = 50  # two keys each in one read
PREFIXES = (keys.THREADS, keys.MESSAGES, keys.MESSAGE_VERSIONS)
Row = tuple[str, Item]
"""What a row's content is sealed as, and the row."""


def chats(tables: Tables, patient_id: str) -> list[Row]:
    pk = keys.patient(patient_id)
    found: list[Row] = [(CHAT.name, row) for prefix in PREFIXES for row in every_row(tables, Store.CARD, pk, prefix)]
    hanging = list(dict.fromkeys(str(file["upload_id"]) for _, row in found for file in row.get("files", ())))
    for at in range(0, len(hanging), FILES):
        some = rows_of_files(tables, PersonId(patient_id), hanging[at : at + FILES])
        found += [(sort_of(key), row) for key, row in some.values()]
    return found


def going_on(tables: Tables, source: str, rows: Sequence[Row]) -> set[str]:
    """Sort keys of chats that have gone on since they came from the card ``source``: they stay where that happened,
    as a record that was amended does, and the other card has what it had.
    """
    threads = [row for _, row in rows if row["sk"].startswith(keys.THREADS)]
    theirs = {row["id"]: tables.get(keys.thread(source, row["id"])) for row in threads}
    on = {row["id"] for row in threads if (other := theirs[row["id"]]) is None or int(row["step"]) > int(other["step"])}
    hooks = {f"{CHAT.name}/{row['id']}" for _, row in rows if row.get("thread") in on}
    return {
        row["sk"]
        for _, row in rows
        if row.get("thread") in on or row.get("attached") in hooks or (row["id"] in on and "step" in row)
    }


def listed(tables: Tables, rows: Sequence[Item], way: tuple[str, str]) -> list[Write]:
    """The threads among ``rows`` in doctors' lists, led to the other card. ``way``: from whom, to whom."""
    old, new = way
    lines = [keys.chat_of(row["member"], row["id"]) for row in rows if row["sk"].startswith(keys.THREADS)]
    there = tables.get_many(lines)
    return [Update(key, {"patient": new}, expect={"patient": old}) for key in lines if _of(there.get(key), old)]


def _of(line: Item | None, patient_id: str) -> bool:
    return line is not None and line["patient"] == patient_id
