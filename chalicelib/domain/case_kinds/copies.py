"""Copies of records, and the transfer to another organisation (DOC-5; domain/copies.py)."""

from __future__ import annotations

from chalicelib.domain.assurance import CONFIRMED
from chalicelib.domain.cases import FULFILMENT, CaseKind, Step
from chalicelib.domain.copies import TERM, TRANSFER_TERM
from chalicelib.domain.identity import OWNERS
from chalicelib.domain.texts.said import Said

MODELS = "handlers.models.copies"

COPY_REQUEST = CaseKind(
    name="copy-request",
    label=Said("Копии медицинских документов", "Copies of medical records"),
    form=f"{MODELS}:CopyRequest",
    filed_by=OWNERS,
    level=CONFIRMED,
    one_open=False,
    steps=FULFILMENT,
    term=TERM.period,
)

TRANSFER = CaseKind(
    name="transfer",
    label=Said("Передача в другую организацию", "Transfer to another organisation"),
    form=f"{MODELS}:Transfer",
    filed_by=OWNERS,
    level=CONFIRMED,
    notices={Step.FINISH: "transfer_ready", Step.SEND: "transfer_ready"},
    steps=FULFILMENT,
    term=TRANSFER_TERM.period,
)

COPIES = (COPY_REQUEST, TRANSFER)
