"""Notices about requests for copies and for a transfer (DOC-5). None says which records they are about."""

from __future__ import annotations

from collections.abc import Mapping

from chalicelib.domain.texts.said import NEWS, Notice, Said

NOTICES: Mapping[str, Notice] = {
    "case_accepted": Notice(
        Said("Заявление принято", "Your application was accepted"),
        Said(
            "Организация приняла ваше заявление. Срок исполнения указан в нём.",
            "The organisation accepted your application; it says until when it is to be done.",
        ),
        NEWS,
    ),
    "case_preparing": Notice(
        Said("Документы готовят", "Your papers are being prepared"),
        Said("По вашему заявлению готовят документы.", "What you applied for is being prepared."),
        NEWS,
    ),
    "case_ready": Notice(
        Said("Документы готовы", "Your papers are ready"),
        Said(
            "Документы по вашему заявлению готовы. Как их получить, сказано в заявлении.",
            "What you applied for is ready. Your application says how to get it.",
        ),
        NEWS,
        urgent=True,
    ),
    "case_sent": Notice(
        Said("Документы отправлены", "Your papers were sent"),
        Said(
            "Документы по вашему заявлению отправлены. Отметьте в заявлении, когда они придут.",
            "What you applied for was sent. Please mark it in your application when it has come.",
        ),
        NEWS,
        urgent=True,
    ),
    "case_received": Notice(
        Said("Документы выданы", "Your papers were handed over"),
        Said(
            "По вашему заявлению документы выданы, оно закрыто. Если вы их не получали, обратитесь в организацию.",
            "What you applied for was handed over, and the application is closed. If you did not get it, ask the"
            " organisation.",
        ),
        NEWS,
    ),
    "case_overdue": Notice(
        Said("Срок исполнения заявления прошёл", "Your application is overdue"),
        Said(
            "Организация не исполнила ваше заявление в срок. Обратитесь к ней; при отказе — в страховую компанию или"
            " Росздравнадзор.",
            "The organisation has not done in time what you applied for. Ask it; then your insurer or the supervising"
            " authority.",
        ),
        NEWS,
        urgent=True,
    ),
    "transfer_ready": Notice(
        Said("Передача подготовлена", "Your transfer is prepared"),
        Said(
            "Организация завершила свою часть передачи. Врачу новой организации карта откроется, только если вы"
            " согласитесь: ответьте на его запрос в разделе «Согласия».",
            "The organisation has done its part of the transfer. The new doctor sees your card only if you agree:"
            " answer the request under “Consents”.",
        ),
        NEWS,
        urgent=True,
    ),
}
