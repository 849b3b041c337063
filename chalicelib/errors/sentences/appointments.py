"""Sentences about fields: appointments: booking, moving, cancelling, what became of them."""

from __future__ import annotations

from collections.abc import Mapping

SENTENCES: Mapping[str, Mapping[str, str]] = {
    "same": {
        "the appointment is at this time already": "Запись и так на это время",
    },
    "unknown": {
        "upcoming or all": "Возможные значения: upcoming или all",
        "no such record of this patient": "У этого пациента такой записи в карте нет",
    },
}
