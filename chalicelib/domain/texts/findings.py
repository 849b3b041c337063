"""Notices of the review of the log."""

from __future__ import annotations

from collections.abc import Mapping

from chalicelib.domain.texts.said import NEWS, SECURITY, Notice, Said, Topic

NOTICES: Mapping[str, Notice] = {
    "finding_opened": Notice(
        Said("Новые находки проверки журнала", "New findings of the review"),
        Said(
            "Автоматическая проверка журнала доступа нашла то, что нужно рассмотреть. Откройте раздел «Находки».",
            "The regular review of the access log found something to look at. Open “Findings”.",
        ),
        NEWS,
    ),
    "finding_about_card": Notice(
        Said("Необычный доступ к вашей карте", "An unusual access to your card"),
        Said(
            "Карту открыл ваш коллега или её открыли экстренно, без согласия. Кто и когда: раздел «Журнал доступа».",
            "A colleague opened your card, or it was opened in an emergency without consent. Who and when: see “Access"
            " journal”.",
        ),
        SECURITY,
        topic=Topic.SECURITY,
        urgent=True,
    ),
    "finding_confirmed": Notice(
        Said("Нарушение доступа к вашей карте подтверждено", "A breach of access to your card was confirmed"),
        Said(
            "Служба безопасности подтвердила нарушение. Кто и когда открывал карту: раздел «Журнал доступа».",
            "The security service confirmed a breach. Who opened the card and when: see “Access journal”.",
        ),
        SECURITY,
        topic=Topic.SECURITY,
        urgent=True,
    ),
    "finding_new_network": Notice(
        Said("Вход из новой сети", "Sign-in from a new network"),
        Said(
            "В вашу учётную запись вошли из сети, откуда раньше не входили. Если это не вы, завершите сеансы.",
            "Somebody signed in to your account from a new network. If it was not you, end the sessions.",
        ),
        SECURITY,
        topic=Topic.SECURITY,
        urgent=True,
    ),
    "report_ready": Notice(
        Said("Отчёт о доступе за месяц готов", "The monthly access report is ready"),
        Said(
            "Отчёт о доступе сотрудников за прошлый месяц готов. Откройте раздел «Отчёты».",
            "The report of access by staff for the last month is ready. Open “Reports”.",
        ),
        NEWS,
    ),
}
