"""What a check of the signature of an uploaded file finds (DOC-3), as pure rules. A wrong signature loses no file."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Any

from chalicelib.domain.moments import stamp
from chalicelib.domain.scans import PDF
from chalicelib.domain.texts.said import Said


class State(StrEnum):
    """Stored and public: never rename, never reuse."""

    WAITING = "waiting"
    VALID = "valid"
    WRONG = "wrong"
    """It is over something else: another file, or this one before it was altered."""
    NOT_TRUSTED = "not-trusted"
    """It fits the file, but the certificate does not count here."""
    UNSUPPORTED = "unsupported"
    UNREADABLE = "unreadable"


TEXTS: Mapping[str, Said] = {
    State.WAITING: Said("Подпись ещё проверяется.", "The signature is still being checked."),
    State.VALID: Said(
        "Подпись верна: файл не изменён, сертификат действителен.",
        "The signature is right: the file was not altered, the certificate is valid.",
    ),
    State.WRONG: Said(
        "Подпись неверна: она сделана для другого файла, или файл изменён после подписания.",
        "The signature is wrong: it was made for another file, or the file was altered after signing.",
    ),
    State.NOT_TRUSTED: Said(
        "Подпись сделана для этого файла, но сертификату подписавшего здесь не доверяют.",
        "The signature was made for this file, but the signer's certificate is not trusted here.",
    ),
    State.UNSUPPORTED: Said(
        "Подпись сделана алгоритмом, который здесь не принимается.",
        "The signature was made with an algorithm that is not accepted here.",
    ),
    State.UNREADABLE: Said("Подпись не удалось прочитать.", "The signature cannot be read."),
}

REASONS: Mapping[str, Said] = {
    "expired": Said("Срок действия сертификата истёк.", "The certificate has expired."),
    "not-yet-valid": Said("Сертификат ещё не действует.", "The certificate is not valid yet."),
    "revoked": Said("Сертификат отозван.", "The certificate is revoked."),
    "revocation-unknown": Said("Неизвестно, не отозван ли сертификат.", "It is not known whether it is revoked."),
    "untrusted": Said("Удостоверяющий центр не доверенный.", "The authority is not trusted."),
    "usage": Said("Сертификат не предназначен для подписи.", "The certificate is not meant for signing."),
    "appended": Said("После подписания к файлу добавлено содержимое.", "Content was added after signing."),
    "another-file": Said("Подпись сделана для другого содержимого.", "It was made for other content."),
    "algorithm": Said("Слабый или неизвестный алгоритм.", "A weak or unknown algorithm."),
}
"""Those that are told in words; the rest show the state's text alone."""


@dataclass(frozen=True, slots=True)
class Finding:
    """``signer`` is filled for a valid signature alone: of any other nobody knows whose it is."""

    state: State
    reason: str = ""
    signer: Mapping[str, str] = field(default_factory=dict, repr=False)


def bears_signature(media_type: str, data: bytes) -> bool:
    """Whether a PDF has a signature inside. Its byte range stands in clear: it says where it stands itself."""
    return media_type == PDF and b"/ByteRange" in data


def signer_of(name: str, organisation: str, serial: str, since: datetime, until: datetime) -> dict[str, str]:
    return {
        "name": name,
        "organisation": organisation,
        "serial": serial,
        "valid_from": stamp(since),
        "valid_until": stamp(until),
    }


def shown(state: str, reason: str, language: str) -> dict[str, Any]:
    said = [TEXTS[State(state)].to(language)]
    if reason in REASONS:
        said.append(REASONS[reason].to(language))
    return {"state": state, "reason": reason, "text": " ".join(said)}
