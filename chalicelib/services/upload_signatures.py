"""Signatures of uploaded files: taken in, checked when the file was found clean, kept with what was found (DOC-3).

A signature comes beside its file (CMS) or inside it (PDF). Either may be first: the file's check and the signature's
row both lead to ``check``, which does nothing until both are there. A wrong signature is marked, and the file stays.
"""

from __future__ import annotations

import json
from base64 import b64decode, b64encode
from collections.abc import Callable, Mapping, Sequence

from chalicelib.domain.attachments import opens
from chalicelib.domain.file_signatures import Finding, State, shown
from chalicelib.domain.identity import Actor, PersonId, system_actor
from chalicelib.domain.moments import stamp
from chalicelib.domain.signatures import decoded
from chalicelib.errors import NotFoundError
from chalicelib.ports import Clock, Documents, Sealed, Vault, keys, plaintext
from chalicelib.ports.certificates import TrustStore
from chalicelib.ports.file_signatures import UPLOAD_SIGNATURE, FileSignatures
from chalicelib.ports.tables import Expect, Expected, Item, Put, Tables, Update, Write
from chalicelib.ports.upload_rows import CHECK_SIGNATURE
from chalicelib.services.gate import Gate, Staged

TASK = "check_upload"
Outcome = tuple[Sequence[Staged], Sequence[Write]]


class UploadSignatureService:
    def __init__(
        self,
        gate: Gate,
        tables: Tables,
        vault: Vault,
        documents: Documents,
        signatures: FileSignatures,
        trust: TrustStore,
        clock: Clock,
    ) -> None:
        self._gate = gate
        self._tables = tables
        self._vault = vault
        self._documents = documents
        self._signatures = signatures
        self._trust = trust
        self._clock = clock

    @property
    def reactions(self) -> Mapping[str, Callable[[Item], Outcome]]:
        return {CHECK_SIGNATURE: self.check}

    def put(self, actor: Actor, upload_id: str, cms: str) -> Item:
        """A detached signature for one's own file, in the place of an earlier one. It is checked in a moment.

        Raises InvalidFieldsError for what is no base64, NotFoundError for no file, or one that was refused.
        """
        person_id, content = actor.card_id, decoded(cms, "/cms")
        upload = self._tables.get(keys.upload(person_id, upload_id))
        if upload is None or upload["state"] in {"refused", "deleted"} or not opens(actor, upload):
            raise NotFoundError
        key = keys.upload_signature(person_id, upload_id)
        old = self._tables.get(key)
        version = int(old["ver"]) + 1 if old else 1
        staged = self._gate.stage_private(actor, person_id, UPLOAD_SIGNATURE, upload_id, "upload-signature:put")
        row: Item = {
            "id": self._gate.new_id(),
            "patient": person_id,
            "upload": upload_id,
            "state": State.WAITING.value,
            "reason": "",
            "ver": version,
            "at": stamp(self._clock()),
            "sealed": self._vault.seal(staged.seal_with, version, plaintext({"cms": b64encode(content).decode()})),
            "react": [CHECK_SIGNATURE],
        }
        expect: Expected = {"ver": old["ver"]} if old else Expect.ABSENT
        self._gate.commit([staged], [Put(key, row, expect)])
        return {"upload_id": upload_id, "state": row["state"], "at": row["at"]}

    def read(self, actor: Actor, upload_id: str, language: str) -> Item:
        """What the check found, in words, and who signed. NotFoundError for a file without a signature."""
        person_id = actor.card_id
        signature, file = keys.upload_signature(person_id, upload_id), keys.upload(person_id, upload_id)
        rows = self._tables.get_many([signature, file])
        row = rows.get(signature)
        if row is None or file not in rows or not opens(actor, rows[file]):
            raise NotFoundError
        permit = self._gate.permit_private(actor, person_id, UPLOAD_SIGNATURE, upload_id, "upload-signature:read")
        content = json.loads(self._vault.open(permit, Sealed.of(upload_id, row)))
        told = {"upload_id": upload_id, **shown(row["state"], row["reason"], language), "at": row["at"]}
        return told | ({"signer": content["signer"]} if content.get("signer") else {})

    # --- the check

    def check(self, row: Item) -> Outcome:
        """The reaction of a file that was found clean, and of a signature that came for one."""
        person_id, upload_id = PersonId(row["patient"]), str(row.get("upload", row["id"]))
        key = keys.upload_signature(person_id, upload_id)
        rows = self._tables.get_many([keys.upload(person_id, upload_id), key])
        upload, waiting = rows.get(keys.upload(person_id, upload_id)), rows.get(key)
        if upload is None or upload["state"] != "clean":
            return [], []
        if waiting["state"] != State.WAITING if waiting else "signed" not in upload:
            return [], []
        cms = self._brought(person_id, upload_id, waiting)
        found = self._found(person_id, upload, cms)
        return self._kept(person_id, upload_id, waiting, cms, found) if found else ([], [])

    def _brought(self, person_id: PersonId, upload_id: str, row: Item | None) -> bytes:
        if row is None:
            return b""
        permit = self._gate.permit_private(
            system_actor(TASK), person_id, UPLOAD_SIGNATURE, upload_id, "upload-signature:check"
        )
        return b64decode(json.loads(self._vault.open(permit, Sealed.of(upload_id, row)))["cms"])

    def _found(self, person_id: PersonId, upload: Item, cms: bytes) -> Finding | None:
        permit = self._gate.permit_private(
            system_actor(TASK), person_id, "scan", upload["id"], "upload-signature:check"
        )
        data = self._vault.open(permit, Sealed(upload["id"], 1, self._documents.get(upload["place"])))
        trust, now = self._trust.current(), self._clock()
        if cms:
            return self._signatures.detached(data, cms, trust, now)
        return self._signatures.embedded(data, trust, now)

    def _kept(self, person_id: PersonId, upload_id: str, old: Item | None, cms: bytes, found: Finding) -> Outcome:
        version = int(old["ver"]) + 1 if old else 1
        staged = self._gate.stage_private(
            system_actor(TASK),
            person_id,
            UPLOAD_SIGNATURE,
            upload_id,
            "upload-signature:check",
            details={"state": found.state.value, "reason": found.reason},
        )
        content = plaintext({"cms": b64encode(cms).decode(), "signer": dict(found.signer)})
        told: Item = {"state": found.state.value, "reason": found.reason}
        row: Item = {
            **told,
            "id": old["id"] if old else self._gate.new_id(),
            "patient": person_id,
            "upload": upload_id,
            "ver": version,
            "at": stamp(self._clock()),
            "sealed": self._vault.seal(staged.seal_with, version, content),
        }
        expect: Expected = {"ver": old["ver"]} if old else Expect.ABSENT
        writes: list[Write] = [
            Put(keys.upload_signature(person_id, upload_id), row, expect),
            Update(keys.upload(person_id, upload_id), {"signature": told}),
        ]
        return [staged], writes
