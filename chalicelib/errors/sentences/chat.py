"""Sentences about fields: chat of patients and doctors."""

from __future__ import annotations

from collections.abc import Mapping

SENTENCES: Mapping[str, Mapping[str, str]] = {
    "format": {"the id of a message": "Идентификатор сообщения"},
    "required": {"name the doctor": "Укажите врача"},
    "unknown": {"no such message in this chat": "Такого сообщения в этой переписке нет"},
}
