"""Notices about emergency access and representatives."""

from __future__ import annotations

from collections.abc import Mapping

from chalicelib.domain.texts.said import NEWS, SECURITY, Notice, Said, Topic

NOTICES: Mapping[str, Notice] = {
    "emergency_opened": Notice(
        Said("Карту открыли экстренно, без согласия", "The card was opened in an emergency, without consent"),
        Said(
            "Врач открыл карту по экстренной причине на один час. Кто и почему: раздел «Экстренный доступ». Служба"
            " безопасности проверит каждый такой случай.",
            "A doctor opened the card in an emergency, for one hour. Who and why: see “Emergency access”. The security"
            " service reviews every such case.",
        ),
        SECURITY,
        topic=Topic.SECURITY,
        urgent=True,
        everywhere=True,
    ),
    "emergency_unjustified": Notice(
        Said("Экстренный доступ признан необоснованным", "An emergency access was found unjustified"),
        Said(
            "Служба безопасности проверила экстренный доступ к карте и признала его необоснованным. Подробности:"
            " раздел «Экстренный доступ».",
            "The security service reviewed an emergency access to the card and found it unjustified. See “Emergency"
            " access”.",
        ),
        SECURITY,
        topic=Topic.SECURITY,
        urgent=True,
        everywhere=True,
    ),
    "emergency_judged": Notice(
        Said("Ваш экстренный доступ рассмотрен", "Your emergency access was reviewed"),
        Said(
            "Служба безопасности рассмотрела ваш экстренный доступ к карте пациента. Итог вам сообщит руководитель.",
            "The security service reviewed your emergency access to a patient's card. You will be told the outcome.",
        ),
        NEWS,
    ),
    "emergency_to_review": Notice(
        Said("Экстренный доступ ждёт проверки", "An emergency access awaits review"),
        Said(
            "Врач вашей организации открыл карту экстренно. Откройте раздел «Экстренный доступ».",
            "A doctor of your organisation opened a card in an emergency. Open “Emergency access”.",
        ),
        NEWS,
    ),
    "emergency_repeated": Notice(
        Said("Повторный экстренный доступ одного врача", "Repeated emergency access by one doctor"),
        Said(
            "Один врач за день открыл экстренно не одну карту. Проверьте раздел «Экстренный доступ».",
            "One doctor opened more than one card in emergencies within a day. Check “Emergency access”.",
        ),
        SECURITY,
        topic=Topic.SECURITY,
        urgent=True,
    ),
    "representation_granted": Notice(
        Said("Вам доверено представительство", "You were made a representative"),
        Said(
            "Вам открыт доступ к карте другого человека. Смотрите раздел «Подопечные».",
            "Access to another person's card was given to you. See “Wards”.",
        ),
        NEWS,
    ),
    "representation_ended": Notice(
        Said("Представительство прекращено", "A representation has ended"),
        Said(
            "Одно из представительств с вашим участием прекращено. Смотрите разделы «Подопечные» и «Представители».",
            "A representation that concerns you has ended. See “Wards” and “Representatives”.",
        ),
        NEWS,
    ),
    "representation_narrowed": Notice(
        Said("Права представителя ограничены", "A representation was narrowed"),
        Said(
            "Права по одному из представительств с вашим участием ограничены.",
            "What may be done under a representation that concerns you was narrowed.",
        ),
        NEWS,
    ),
    "age_soon_own": Notice(
        Said("Скоро согласие будет вашим собственным", "Your consent will soon be your own"),
        Said(
            "В 15 лет решения о вашей карте принимаете вы, доступ родителей закончится. Вы сможете дать его снова.",
            "At 15 you decide about your card, and your parents' access ends. You can give it again.",
        ),
        NEWS,
    ),
    "age_soon": Notice(
        Said("Представительство скоро закончится", "A representation will soon end"),
        Said(
            "Вашему подопечному скоро 15 лет: согласие станет его собственным, и ваш доступ к карте закончится.",
            "Your ward will soon be 15: consent becomes their own, and your access to the card ends.",
        ),
        NEWS,
    ),
    "age_reached_own": Notice(
        Said("Теперь согласие даёте вы сами", "Consent is now your own"),
        Said(
            "Доступ родителей к вашей карте закончился. Вы можете дать его снова в разделе «Представители».",
            "Your parents' access to your card has ended. You can give it again under “Representatives”.",
        ),
        NEWS,
        urgent=True,
    ),
    "age_reached": Notice(
        Said("Представительство закончилось", "A representation has ended"),
        Said(
            "Подопечному исполнилось 15 лет. Доступ к карте он может дать вам сам.",
            "Your ward is 15. Access to the card is now theirs to give.",
        ),
        NEWS,
    ),
}
