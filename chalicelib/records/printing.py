"""From a record's body to what a printer needs: the model's words and the order of its fields decide (words.py)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from importlib import import_module
from typing import TYPE_CHECKING, Any

from chalicelib.records.bodies.words import chosen
from chalicelib.records.spec import RecordType

if TYPE_CHECKING:
    from chalicelib.records.bodies.base import Body

REPORTED = (("Источник", "Source"), ("со слов пациента", "reported by the patient"))
POSITIONS = {"doctor": ("Врач", "Doctor"), "nurse": ("Медицинская сестра", "Nurse")}
"""Roles (domain/identity.py) of staff who write records; what others write names nobody as its author."""
LONG = 160
"""Characters; a longer text is a paragraph with a heading, not a line of a table."""


def stored_model(spec: RecordType) -> type[Body]:
    """The model of what is stored: what a client sends, or more where a process adds to it."""
    module, _, name = (spec.stored or spec.body).partition(":")
    found: type[Body] = getattr(import_module(f"chalicelib.{module}"), name)
    return found


def sections(spec: RecordType, body: Mapping[str, Any], language: str = "ru") -> list[dict[str, Any]]:
    """Sections of a document (documents/pdf.py says their shape); the first holds the short lines."""
    rows: list[tuple[str, str]] = []
    more: list[dict[str, Any]] = []
    for field in stored_model(spec).printed():
        value = body.get(field.name)
        if value in (None, [], {}, ""):
            continue
        title, nested = field.title(language), field.nested
        if nested is not None and isinstance(value, list):
            more += nested.laid_out(title, value, language)
            continue
        for name, text in field.lines(value, language):
            if len(text) > LONG:
                more.append(_section(name, text=text))
            else:
                rows.append((name, text))
    return [_section("", rows=rows), *more]


def printable(
    spec: RecordType,
    body: Mapping[str, Any],
    *,
    subject: Sequence[tuple[str, str]],
    organisation: str,
    record_id: str,
    version: int,
    issued_at: str,
    signed_by: str,
    role: str,
    reported: bool = False,
    language: str = "ru",
) -> dict[str, Any]:
    """Content for ``Printer.render`` (documents/pdf.py says its shape).

    ``signed_by``, ``role``: who wrote it by the system's own knowledge, not by what was typed into the form.
    ``reported``: it is the patient's own word, and a reader is told so before anything else (REC-9).
    """
    ru = language != "en"
    printed = sections(spec, body, language)
    if reported:
        printed[0]["rows"].insert(0, tuple(chosen(words, language) for words in REPORTED))
    return {
        "title": spec.label(language),
        "language": language,
        "organisation": organisation,
        "subject": list(subject),
        "sections": printed,
        "footer": "Сформировано системой «Медкарта»" if ru else "Made by Medkarta",
        "issued_at": issued_at,
        "document_id": record_id,
        "version": version,
        "qr": _qr(body, ru=ru),
        "signature": {"name": signed_by, "position": chosen(POSITIONS[role], language), "time": issued_at}
        if role in POSITIONS
        else None,
    }


def _section(title: str, **content: Any) -> dict[str, Any]:
    return {"title": title, "rows": None, "table": None, "text": None, **content}


def _qr(body: Mapping[str, Any], *, ru: bool) -> dict[str, str] | None:
    if "qr" not in body:
        return None
    caption = "Покажите в аптеке" if ru else "Show this at the pharmacy"
    return {"text": body["qr"], "caption": caption}
