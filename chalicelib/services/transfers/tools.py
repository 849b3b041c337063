"""What all parts of exchange work with."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from chalicelib.ports import BlindIndex, Clock, PatientKeys, Signer
from chalicelib.ports.resources import Intake, Opened, Subjects, Validator
from chalicelib.ports.tables import Tables
from chalicelib.ports.transfers import TransferBox
from chalicelib.services.gate import Gate


@dataclass(frozen=True, slots=True)
class Tools:
    """``issuer``: our name in signatures. What is asked for by a call is not loaded by who does not need it."""

    gate: Gate
    tables: Tables
    patient_keys: PatientKeys
    index: BlindIndex
    signer: Signer
    box: TransferBox
    opened: Callable[[], Opened]
    intake: Callable[[], Intake]
    subjects: Callable[[], Subjects]
    validator: Callable[[], Validator]
    clock: Clock
    issuer: str
