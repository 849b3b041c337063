"""Notices about uploads, cases and the confirmation of an identity. None says what a document holds."""

from __future__ import annotations

from collections.abc import Mapping

from chalicelib.domain.texts.said import NEWS, SECURITY, Notice, Said, Topic

NOTICES: Mapping[str, Notice] = {
    "upload_refused": Notice(
        Said("Файл не принят", "A file was refused"),
        Said(
            "Загруженный файл не прошёл проверку. Причина указана в списке файлов; загрузите другой.",
            "A file that you uploaded did not pass the check. The list of your files says why; upload another one.",
        ),
        NEWS,
    ),
    "case_agreement_asked": Notice(
        Said("Нужно ваше согласие по заявлению", "Your agreement to an application is asked for"),
        Said(
            "Вас назвали в заявлении. Прочитайте его в кабинете и согласитесь или откажитесь.",
            "You are named in an application. Read it in your cabinet and agree or decline.",
        ),
        NEWS,
        urgent=True,
    ),
    "case_parties_agreed": Notice(
        Said("Все участники согласились", "Everybody who was asked has agreed"),
        Said("Заявление передано на рассмотрение.", "Your application is under review now."),
        NEWS,
    ),
    "case_party_declined": Notice(
        Said("Участник отказался", "Somebody who was asked has declined"),
        Said(
            "Названный в заявлении человек отказался, заявление закрыто.",
            "A person named in your application declined, so it is closed.",
        ),
        NEWS,
    ),
    "case_needs_more": Notice(
        Said("Нужны ещё документы", "More documents are needed"),
        Said("По вашему заявлению просят документы. Откройте его в кабинете.", "Open your application in the cabinet."),
        NEWS,
        urgent=True,
    ),
    "case_approved": Notice(
        Said("Заявление одобрено", "Your application was approved"),
        Said("Ваше заявление рассмотрено и одобрено.", "Your application was reviewed and approved."),
        NEWS,
        urgent=True,
    ),
    "case_refused": Notice(
        Said("В заявлении отказано", "Your application was refused"),
        Said("По заявлению принят отказ. Причина указана в нём.", "Your application was refused; it says why."),
        NEWS,
        urgent=True,
    ),
    "identity_confirmed": Notice(
        Said("Личность подтверждена", "Your identity is confirmed"),
        Said(
            "Ваша личность подтверждена по документу. Если вы этого не просили, обратитесь в поддержку.",
            "Your identity was confirmed by a document. If you did not ask for this, contact support.",
        ),
        SECURITY,
        topic=Topic.SECURITY,
        urgent=True,
    ),
    "identity_refused": Notice(
        Said("Личность не подтверждена", "Your identity was not confirmed"),
        Said("Документ рассмотрен. Причина отказа указана в заявлении.", "Your application says why it was refused."),
        NEWS,
        urgent=True,
    ),
}
