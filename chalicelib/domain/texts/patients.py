"""Notices about registration at a clinic and about merged cards (ACT-5, SPC-5)."""

from __future__ import annotations

from collections.abc import Mapping

from chalicelib.domain.texts.said import NEWS, SECURITY, Notice, Said, Topic

NOTICES: Mapping[str, Notice] = {
    "card_claimed": Notice(
        Said("Ваша карта найдена", "Your card was found"),
        Said(
            "Карта, которую завела клиника, откроется, когда вы подтвердите личность: сканом паспорта, через банк или"
            " государственный портал, электронной подписью или с паспортом в центре обслуживания. Если вы не"
            " регистрировались, сообщите нам.",
            "The card that a clinic made for you opens once you have confirmed who you are: by a scan of the passport,"
            " through a bank or the state portal, by electronic signature, or with the passport at an identity desk."
            " If you did not register, tell us.",
        ),
        SECURITY,
        topic=Topic.SECURITY,
        urgent=True,
    ),
    "consent_on_paper": Notice(
        Said("Внесено ваше согласие на бумаге", "Your consent on paper was recorded"),
        Said(
            "Регистратура внесла согласие на доступ к карте, подписанное на бумаге. Отозвать его можно в разделе"
            " «Согласия» или в клинике. Если вы ничего не подписывали, сообщите нам.",
            "A clinic recorded a consent to access to your card that was signed on paper. Revoke it under “Consents”,"
            " or at the clinic. If you did not sign anything, tell us.",
        ),
        Said(
            "Медкарта: клиника внесла ваше согласие на бумаге. Если вы не подписывали, сообщите клинике.",
            "Medkarta: a clinic recorded a consent that you signed on paper. If you did not, tell the clinic.",
        ),
        topic=Topic.SECURITY,
        urgent=True,
        everywhere=True,
    ),
    "patient_bound": Notice(
        Said("Вас внесли в список клиники", "A clinic put you on its list"),
        Said(
            "Клиника внесла вас в список своих пациентов. Если вы туда не обращались, сообщите нам.",
            "A clinic put you on the list of its patients. If you have not been there, tell us.",
        ),
        Said(
            "Медкарта: клиника внесла вас в список пациентов. Если вы не обращались, сообщите нам.",
            "Medkarta: a clinic put you on its list of patients. If you have not been there, tell us.",
        ),
        topic=Topic.SECURITY,
        urgent=True,
        everywhere=True,
    ),
    "merge_proposed": Notice(
        Said("Предложено объединить ваши карты", "A merge of your cards was proposed"),
        Said(
            "Регистратура предложила объединить две карты на ваше имя. Решение примет второй сотрудник.",
            "A registrar proposed to merge two cards in your name. A second member of staff will decide.",
        ),
        NEWS,
        urgent=True,
    ),
    "merge_approved": Notice(
        Said("Ваши карты объединяются", "Your cards are being merged"),
        Said(
            "Записи второй карты переносятся в эту. Согласия второй карты не переносятся: дайте их заново. "
            "Объединение можно отменить в течение 30 дней.",
            "The records of the other card come into this one. Consents of the other card are not carried over: "
            "give them again. The merge can be undone for 30 days.",
        ),
        SECURITY,
        topic=Topic.SECURITY,
        urgent=True,
    ),
    "merge_done": Notice(
        Said("Карты объединены", "Your cards are merged"),
        Said("Все записи второй карты теперь в этой.", "All records of the other card are in this one now."),
        NEWS,
    ),
    "merge_refused": Notice(
        Said("Карты не объединены", "Your cards were not merged"),
        Said("В объединении карт отказано. Причину укажет регистратура.", "A registrar will tell you the reason."),
        NEWS,
    ),
    "merge_undone": Notice(
        Said("Объединение карт отменено", "A merge of your cards was undone"),
        Said(
            "Записи вернулись в свои карты; внесённое после объединения осталось в этой. Согласия карты, которая была"
            " закрыта, отозваны: дайте нужные заново.",
            "The records are back in their cards; what was written after the merge stayed in this one. Consents of the"
            " card that was closed are revoked: give anew those that you need.",
        ),
        SECURITY,
        topic=Topic.SECURITY,
        urgent=True,
    ),
}
"""The days are ``domain/merges.py``'s."""
