"""From what a scanner read to the row of a code: a text that is no code of ours is refused by name, and logged."""

from __future__ import annotations

from dataclasses import dataclass, replace

from chalicelib.domain.identity import SYS, Actor, PersonId
from chalicelib.domain.prescriptions import State, from_stamp, present_state, scanned_code
from chalicelib.domain.secrets import hash_secret
from chalicelib.errors import CodeSignatureError, NotFoundError, NotSignedInError, ScannedCodeError
from chalicelib.ports import Clock, Event, PatientKeys, Signer, Vault, keys
from chalicelib.ports.tables import Item, Tables
from chalicelib.records.medication import PRESCRIPTION
from chalicelib.services.gate import Gate


@dataclass(frozen=True, slots=True)
class Counter:
    """What the counter of a pharmacy stands on; wired in bootstrap."""

    gate: Gate
    tables: Tables
    vault: Vault
    patient_keys: PatientKeys
    signer: Signer
    clock: Clock
    public_url: str


@dataclass(frozen=True, slots=True)
class Scanned:
    """A code that is known, the row of its state, and what the signature beside it is: ``valid`` or ``absent``."""

    code_hash: str
    row: Item
    signature: str

    @property
    def patient_id(self) -> PersonId:
        return PersonId(self.row["patient"])

    @property
    def record_id(self) -> str:
        return str(self.row["record"])

    @property
    def version(self) -> int:
        """Of the code's row: what dispensing competes for."""
        return int(self.row["ver"])

    @property
    def remaining(self) -> list[int]:
        """Packs left of each drug."""
        return [int(packs) for packs in self.row["remaining"]]

    @property
    def reversed(self) -> list[int]:
        """Numbers of dispensings that were taken back."""
        return [int(number) for number in self.row.get("reversed", ())]


class Scanner:
    def __init__(self, counter: Counter) -> None:
        self._s = counter

    def scan(self, actor: Actor, text: str) -> Scanned:
        """Raises ScannedCodeError and its kin, NotFoundError; each leaves an entry of its own first."""
        try:
            code, signature = scanned_code(text, self._s.public_url)
        except ScannedCodeError as error:
            self._s.gate.record(Event(actor, "prescription:refused-code", SYS, "denied", reason=error.code))
            raise
        code_hash = hash_secret(code)
        row = self._s.tables.get(keys.prescription_code(code_hash))
        if row is None:
            self._s.gate.record(Event(actor, "prescription:unknown-code", SYS, "denied"))
            raise NotFoundError
        if signature and not self._genuine(signature, code):
            whose, about = PersonId(row["patient"]), (PRESCRIPTION.name, str(row["record"]))
            refused = Event(actor, "prescription:refused-code", whose, "denied", *about)
            self._s.gate.record(replace(refused, reason=CodeSignatureError.code))
            raise CodeSignatureError
        return Scanned(code_hash, row, "valid" if signature else "absent")

    def again(self, code_hash: str) -> Item:
        """The row as it is now. Raises NotFoundError."""
        row = self._s.tables.get(keys.prescription_code(code_hash))
        if row is None:
            raise NotFoundError
        return row

    def state(self, row: Item) -> State:
        return present_state(row["state"], from_stamp(row["expires_at"]), self._s.clock())

    def version(self, code_row: Item) -> tuple[Item, str]:
        """The record's version that this code was made for, and the state of the card that it lies on.

        A replaced code still shows what it was.
        """
        patient_id, record_id, number = code_row["patient"], code_row["record"], int(code_row["record_ver"])
        newest, card = keys.record(patient_id, PRESCRIPTION.name, record_id), keys.card(patient_id)
        rows = self._s.tables.get_many([newest, card])
        row = rows.get(newest)
        if row is not None and int(row["ver"]) != number:
            row = self._s.tables.get(keys.record_version(patient_id, PRESCRIPTION.name, record_id, number))
        if row is None:
            raise NotFoundError
        return row, str(rows.get(card, {}).get("state", ""))

    def _genuine(self, token: str, code: str) -> bool:
        try:
            claims = self._s.signer.verify(token, purpose="prescription")
        except NotSignedInError:
            return False
        return bool(claims.get("id") == code)
