"""Notices of special cases: families, changed profiles, foreign citizens, suspension."""

from __future__ import annotations

from collections.abc import Mapping

from chalicelib.domain.texts.said import NEWS, SECURITY, Notice, Said, Topic

NOTICES: Mapping[str, Notice] = {
    "newborn_registered": Notice(
        Said("Ребёнок зарегистрирован", "The child is registered"),
        Said(
            "Карта ребёнка открыта, составлен план прививок. Смотрите раздел «Семья».",
            "The child's card is open and the plan of vaccinations is made. See “Family”.",
        ),
        NEWS,
        urgent=True,
    ),
    "minor_permission_accepted": Notice(
        Said("Документ о ребёнке принят", "The document about the child was accepted"),
        Said(
            "Решение суда, органа опеки или нотариальное согласие принято. Смотрите разделы «Семья» и «Заявления».",
            "The decision or permission was accepted. See “Family” and “Applications”.",
        ),
        NEWS,
        urgent=True,
    ),
    "representation_registered": Notice(
        Said("У ребёнка новый представитель", "Another person acts for the child"),
        Said(
            "По принятому документу за ребёнка может действовать ещё один человек. Смотрите раздел «Представители».",
            "By a document that was accepted another person may act for the child. See “Representatives”.",
        ),
        SECURITY,
        topic=Topic.SECURITY,
        urgent=True,
    ),
    "representation_registered_own": Notice(
        Said("У вас новый представитель", "Another person acts for you"),
        Said(
            "По принятому документу за вас может действовать ещё один человек, пока вам нет 15 лет. Смотрите раздел"
            " «Представители». Если вы этого человека не знаете, сообщите нам.",
            "By a document that was accepted another person may act for you until you are 15. See “Representatives”."
            " If you do not know this person, tell us.",
        ),
        SECURITY,
        topic=Topic.SECURITY,
        urgent=True,
    ),
    "profile_changed": Notice(
        Said("Данные профиля изменены", "Your profile was changed"),
        Said(
            "По вашему заявлению изменены имя или паспорт. Прежние данные сохранены в истории профиля. Если вы об этом"
            " не просили, обратитесь в поддержку.",
            "Your name or passport was changed by your application. What stood before is kept in the profile's history."
            " If you did not ask for this, contact support.",
        ),
        SECURITY,
        topic=Topic.SECURITY,
        urgent=True,
    ),
    "residence_set": Notice(
        Said("Временное пребывание подтверждено", "Your temporary stay is confirmed"),
        Said(
            "Пребывание подтверждено. До его окончания доступна часть функций; затем карту можно только читать.",
            "Your stay is confirmed. Until it ends some functions are open to you; after that the card can be read.",
        ),
        NEWS,
        urgent=True,
    ),
    "card_suspended": Notice(
        Said("Карта приостановлена", "Your card is suspended"),
        Said(
            "По вашему заявлению карта приостановлена: в неё ничего не вносят, на приём не записывают, чтение по"
            " согласиям сохранено. Если вы об этом не просили, возобновите карту и завершите сеансы.",
            "Your card is suspended on your application: no entries and no booking; reading by consent goes on. If you"
            " did not ask for this, lift the suspension and end the sessions.",
        ),
        SECURITY,
        topic=Topic.SECURITY,
        urgent=True,
    ),
    "card_resumed": Notice(
        Said("Карта возобновлена", "Your card is active again"),
        Said("Приостановление карты снято.", "The suspension of your card was lifted."),
        SECURITY,
        topic=Topic.SECURITY,
        urgent=True,
    ),
}
