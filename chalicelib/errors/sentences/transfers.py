"""Sentences about fields: exchange of cards between organisations under consent."""

from __future__ import annotations

from collections.abc import Mapping

SENTENCES: Mapping[str, Mapping[str, str]] = {
    "keys": {
        "it has no public key for encryption (use: enc)": ("У системы нет открытого ключа для шифрования (use: enc)"),
        "public P-256 keys, each with kid": "Нужны открытые ключи P-256, у каждого kid",
    },
    "own": {
        "this system is trusted anyway": "Эта система и так доверенная",
    },
    "unknown": {
        "a clinical system of your organisation": "Нужна медицинская система вашей организации",
    },
}
