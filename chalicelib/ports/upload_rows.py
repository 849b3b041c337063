"""Uploads that a request names, as the services that have such requests look at them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from chalicelib.domain.attachments import CLEAN, DELETED
from chalicelib.domain.identity import PersonId
from chalicelib.errors import FieldProblem, InvalidFieldsError, NotFoundError, WrongStateError
from chalicelib.ports import keys
from chalicelib.ports.tables import Item, Key, Store, Tables, Update, Write, every_row

CHECK_SIGNATURE = "check_upload_signature"
"""Reaction of a file that was found clean: its signature is looked at (services/upload_signatures.py)."""

Documents = Mapping[str, Sequence[str]]
"""Ids of uploads by slot."""


def rows_of(tables: Tables, patient_id: PersonId, documents: Documents) -> dict[str, Item]:
    """Rows of the uploads, by id; absent ones are absent. One read."""
    wanted = {upload: keys.upload(patient_id, upload) for upload in _named(documents)}
    rows = tables.get_many(list(wanted.values()))
    return {upload: rows[key] for upload, key in wanted.items() if key in rows}


def check_usable(tables: Tables, patient_id: PersonId, documents: Documents) -> None:
    """Raises InvalidFieldsError for each upload that is not this person's, or was refused."""
    rows = rows_of(tables, patient_id, documents)
    problems = [
        FieldProblem(f"/documents/{slot}/{place}", *_fault(rows.get(upload)))
        for slot, uploads in documents.items()
        for place, upload in enumerate(uploads)
        if upload not in rows or rows[upload]["state"] in {"refused", DELETED}
    ]
    if problems:
        raise InvalidFieldsError(fields=tuple(problems))


def check_clean(tables: Tables, patient_id: PersonId, documents: Documents) -> None:
    """Raises WrongStateError while one of them is being checked, or was refused."""
    rows = rows_of(tables, patient_id, documents)
    if any(upload not in rows or rows[upload]["state"] != "clean" for upload in _named(documents)):
        raise WrongStateError("a document is still being checked, or was refused")


def clean_one(tables: Tables, patient_id: PersonId, documents: Documents, upload_id: str) -> Item:
    """The row of one upload that the request names. Raises NotFoundError for any other, and until it is clean."""
    if upload_id not in _named(documents):
        raise NotFoundError
    row = tables.get(keys.upload(patient_id, upload_id))
    if row is None or row["state"] != "clean":
        raise NotFoundError("the file was not checked yet, or was refused")
    return row


def shown(documents: Documents, rows: Mapping[str, Item]) -> dict[str, list[Item]]:
    """State and type of each upload, by slot."""
    return {
        slot: [
            {"upload_id": upload, "state": rows[upload]["state"], "type": rows[upload]["type"]}
            for upload in uploads
            if upload in rows
        ]
        for slot, uploads in documents.items()
    }


def is_asked_with(tables: Tables, person_id: PersonId, upload_id: str) -> bool:
    """Whether a case or an application names the file, decided or not: it is what was decided by."""
    prefixes = (keys.CASES, keys.APPLICATIONS)
    rows = (row for prefix in prefixes for row in every_row(tables, Store.CARD, keys.patient(person_id), prefix))
    return any(upload_id in _named(row.get("documents", {})) for row in rows)


def rows_of_files(tables: Tables, patient_id: PersonId, uploads: Sequence[str]) -> dict[str, tuple[Key, Item]]:
    """Key and row of each file of a card by its id, a scan's or a large file's; absent ones are absent. One read."""
    ids = list(dict.fromkeys(uploads))
    wanted = {key: one for one in ids for key in (keys.upload(patient_id, one), keys.large_file(patient_id, one))}
    return {wanted[key]: (key, row) for key, row in tables.get_many(list(wanted)).items()}


def sort_of(key: Key) -> str:
    """What a file's content is sealed as: ``file`` in parts, ``scan`` whole."""
    return "file" if key.sk.startswith(keys.LARGE_FILES) else "scan"


def hung(key: Key, row: Item, here: str) -> Write:
    """A file on its record (domain/attachments.py). What its row named to follow, its own version has started."""
    as_seen: Item = {"ver": int(row["ver"]), "state": CLEAN}
    return Update(key, {"attached": here, "react": []}, {"ver": 1}, expect=as_seen)


def _named(documents: Documents) -> list[str]:
    return list(dict.fromkeys(upload for uploads in documents.values() for upload in uploads))


def _fault(row: Item | None) -> tuple[str, str]:
    gone = row is None or row["state"] == DELETED
    return ("unknown", "no such file of yours") if gone else ("refused", "this file was refused")
