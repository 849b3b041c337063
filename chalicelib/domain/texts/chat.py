"""Notices: chat of patients and doctors; and what is said over every chat."""

from __future__ import annotations

from collections.abc import Mapping

from chalicelib.domain.texts.said import Notice, Said, Topic

WAITS = Said(
    "Медкарта: вам пришло сообщение. Откройте кабинет.", "Medkarta: a message waits for you. Open your cabinet."
)

NOTICES: Mapping[str, Notice] = {
    "message_received": Notice(
        Said("Новое сообщение от врача", "A new message from a doctor"),
        Said(
            "Врач написал вам. Сообщение ждёт в разделе «Переписка».",
            "A doctor has written to you. The message waits under “Messages”.",
        ),
        WAITS,
        topic=Topic.MESSAGES,
    ),
    "patient_message_received": Notice(
        Said("Новое сообщение от пациента", "A new message from a patient"),
        Said(
            "Пациент написал вам. Сообщение ждёт в разделе «Переписка».",
            "A patient has written to you. The message waits under “Messages”.",
        ),
        WAITS,
        topic=Topic.MESSAGES,
    ),
}

NOTES: Mapping[str, Said] = {
    "response_time": Said(
        "Врач читает сообщения в рабочее время и отвечает обычно в течение двух рабочих дней.",
        "The doctor reads messages during working hours and usually answers within two working days.",
    ),
    "emergency": Said(
        "Переписка не для неотложных случаев. Если вам плохо, звоните 103 или 112.",
        "Chat is not for emergencies. If you feel unwell, call 103 or 112.",
    ),
}
"""Stands over every chat."""
