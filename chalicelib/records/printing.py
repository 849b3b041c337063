"""From a record's body to what a printer needs: labels and order are data, the shape decides the rest."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from chalicelib.records.spec import RecordType

LABELS: Mapping[str, tuple[str, str]] = {
    "occurred_at": ("Дата и время", "Date and time"),
    "doctor_name": ("Врач", "Doctor"),
    "examination": ("Вид осмотра", "Examination"),
    "reason": ("Повод обращения", "Reason"),
    "place": ("Место", "Place"),
    "complaints": ("Жалобы", "Complaints"),
    "findings": ("Объективный статус", "Findings"),
    "conclusion": ("Заключение", "Conclusion"),
    "follow_up_plan": ("План наблюдения", "Follow-up plan"),
    "recommendations": ("Рекомендации", "Recommendations"),
    "diagnoses": ("Диагнозы", "Diagnoses"),
    "diagnosis": ("Диагноз", "Diagnosis"),
    "laboratory": ("Лаборатория", "Laboratory"),
    "category": ("Вид исследования", "Category"),
    "panel": ("Исследование", "Panel"),
    "values": ("Показатели", "Values"),
    "form": ("Форма рецепта", "Form"),
    "validity": ("Срок действия", "Validity"),
    "expires_at": ("Действителен до", "Valid until"),
    "drug": ("Препарат", "Drug"),
    "dosage": ("Способ применения", "Dosage"),
    "packs": ("Количество упаковок", "Packs"),
}
HIDDEN = frozenset({"related", "qr", "provenance"})
VALUE_COLUMNS = (("Показатель", "Analyte"), ("Значение", "Value"), ("Ед.", "Unit"), ("Норма", "Range"), ("", ""))
DIAGNOSIS_COLUMNS = (("Код", "Code"), ("Диагноз", "Diagnosis"))
CODED: Mapping[str, tuple[str, str]] = {
    "blood": ("кровь", "blood"),
    "urine": ("моча", "urine"),
    "biochemistry": ("биохимия", "biochemistry"),
    "other": ("другое", "other"),
    "15d": ("15 дней", "15 days"),
    "30d": ("30 дней", "30 days"),
    "60d": ("60 дней", "60 days"),
    "90d": ("90 дней", "90 days"),
    "1y": ("1 год", "1 year"),
}
MARK = {"H": "↑", "L": "↓"}
LONG = 160


def label(name: str, language: str) -> str:
    return LABELS.get(name, (name, name))[_column(language)]


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
    language: str = "ru",
) -> dict[str, Any]:
    """Content for ``Printer.render`` (documents/pdf.py says its shape)."""
    rows: list[tuple[str, str]] = []
    sections: list[dict[str, Any]] = []
    order = list(LABELS)
    for name in sorted(body, key=lambda n: order.index(n) if n in LABELS else len(order)):
        value = body[name]
        if name in HIDDEN or value in (None, [], ""):
            continue
        title = label(name, language)
        if isinstance(value, list):
            sections.append({"title": title, "rows": None, "table": _table(name, value, language), "text": None})
        elif isinstance(value, str) and len(value) > LONG:
            sections.append({"title": title, "rows": None, "table": None, "text": value})
        else:
            rows.append((title, _text(name, value, language)))
    ru = language != "en"
    return {
        "title": spec.label(language),
        "language": language,
        "organisation": organisation,
        "subject": list(subject),
        "sections": [{"title": "", "rows": rows, "table": None, "text": None}, *sections],
        "footer": "Сформировано системой «Медкарта»" if ru else "Made by Medkarta",
        "issued_at": issued_at,
        "document_id": record_id,
        "version": version,
        "qr": _qr(body, ru=ru),
        # Who wrote it by the system's own knowledge, not by what was typed into the form.
        "signature": {"name": signed_by, "position": "Врач" if ru else "Doctor", "time": issued_at}
        if "doctor_name" in body
        else None,
    }


def _qr(body: Mapping[str, Any], *, ru: bool) -> dict[str, str] | None:
    if "qr" not in body:
        return None
    caption = "Покажите в аптеке" if ru else "Show this at the pharmacy"
    return {"text": body["qr"], "caption": caption}


def _column(language: str) -> int:
    return 1 if language == "en" else 0


def _text(name: str, value: Any, language: str) -> str:
    if name == "drug":
        lines = (value.get("inn"), value.get("trade_name"), value.get("form"), value.get("strength"))
        return ", ".join(str(line) for line in lines if line)
    if name == "diagnosis":
        return f"{value['code']} {value['text']}"
    if name in {"occurred_at", "expires_at"}:
        return _moment(str(value), language)
    text = str(value)
    return CODED[text][_column(language)] if text in CODED else text


def _moment(text: str, language: str) -> str:
    """Date and time as written, without seconds: 24.11.2026 01:16 in Russian, ISO 8601 in English."""
    date, _, time = text.partition("T")
    if language != "en":
        date = ".".join(reversed(date.split("-")))
    return f"{date} {time[:5]}"


def _table(name: str, items: Sequence[Mapping[str, Any]], language: str) -> dict[str, Any]:
    column = _column(language)
    if name == "values":
        lines = [
            [
                item["name"],
                str(item.get("value") or item.get("text") or ""),
                item.get("unit") or "",
                _range(item),
                MARK.get(str(item.get("interpretation")), ""),
            ]
            for item in items
        ]
        return {"columns": [c[column] for c in VALUE_COLUMNS], "rows": lines}
    lines = [[item["code"], item["text"]] for item in items]
    return {"columns": [c[column] for c in DIAGNOSIS_COLUMNS], "rows": lines}


def _range(item: Mapping[str, Any]) -> str:
    low, high = item.get("low"), item.get("high")
    if low is not None and high is not None:
        return f"{low} – {high}"
    if low is not None:
        return f"≥ {low}"
    if high is not None:
        return f"≤ {high}"
    return str(item.get("reference_text") or "")
