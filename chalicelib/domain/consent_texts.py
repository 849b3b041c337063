"""Texts that people agree to, with their versions (ACC-2, ACT-1). A text that was ever agreed to is never changed.

Who agrees sends back the version and the SHA-256 of the text as it was served (its UTF-8 bytes, nothing added), so what
was on the screen is what was agreed to; both are stored.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property

from chalicelib.domain.identifiers import problem
from chalicelib.domain.texts.said import Said


@dataclass(frozen=True)
class ConsentText:
    version: str
    said: Said

    @cached_property
    def hashes(self) -> dict[str, str]:
        """SHA-256 in hexadecimal, by language."""
        return {language: hashlib.sha256(self.said.to(language).encode()).hexdigest() for language in ("ru", "en")}


CARD_CONSENT = "card-consent"
ACCESS_CONSENT = "access-consent"

TEXTS: Mapping[str, tuple[ConsentText, ...]] = {
    CARD_CONSENT: (
        ConsentText(
            "2026-11",
            Said(
                "Я даю согласие оператору системы «Медкарта» и медицинской организации, рассматривающей моё заявление,"
                " на обработку моих персональных данных, включая сведения о состоянии здоровья: фамилии, имени,"
                " отчества, даты рождения, пола, СНИЛС, паспортных данных, номера полиса ОМС, телефона, электронной"
                " почты, изображений приложенных документов и записей электронной медицинской карты.\n\n"
                "Цель: ведение электронной медицинской карты и оказание медицинской помощи. Действия: сбор, запись,"
                " хранение, уточнение, использование, предоставление лицам, которым я разрешу доступ, уничтожение."
                " Данные хранятся в зашифрованном виде; каждое обращение к ним записывается, и запись доступна мне.\n\n"
                "Согласие действует, пока открыта карта, и может быть отозвано в любой момент в кабинете или в"
                " медицинской организации. После отзыва данные уничтожаются, кроме тех, которые закон обязывает"
                " хранить. Основание: статьи 9 и 10 Федерального закона от 27.07.2006 № 152-ФЗ «О персональных данных»,"
                " статья 13 Федерального закона от 21.11.2011 № 323-ФЗ.",
                "I agree that the operator of Medkarta and the medical organisation that reviews my application process"
                " my personal data, including data about my health: names, date of birth, sex, SNILS, passport data,"
                " number of the insurance policy, telephone, e-mail, images of the attached documents and the records"
                " of the electronic medical card.\n\n"
                "Purpose: keeping the electronic medical card and giving medical care. Actions: collecting, recording,"
                " storing, correcting, using, giving to those whom I allow access, destroying. The data are stored"
                " encrypted; every access to them is recorded, and the record is open to me.\n\n"
                "The consent holds while the card is open and can be withdrawn at any moment in the cabinet or at the"
                " medical organisation. After that the data are destroyed, except those that the law orders to keep."
                " Basis: articles 9 and 10 of Federal Law 152-FZ of 27.07.2006 on personal data, article 13 of Federal"
                " Law 323-FZ of 21.11.2011.",
            ),
        ),
    ),
    ACCESS_CONSENT: (
        ConsentText(
            "2026-11",
            Said(
                "Я разрешаю названному сотруднику медицинской организации (или названной страховой компании) доступ к"
                " моей электронной медицинской карте в названном объёме, с названной целью и до названного дня."
                " Полный доступ даёт просмотр, историю, скачивание и внесение записей; ограниченный даёт только"
                " краткие сведения без скачивания.\n\n"
                "Каждое обращение к карте записывается в журнал, который мне доступен. Я могу сузить, продлить или"
                " отозвать согласие в любой момент в кабинете; отзыв действует со следующего обращения. В назначенный"
                " день согласие заканчивается само. Основание: статья 13 Федерального закона от 21.11.2011 № 323-ФЗ,"
                " статьи 9 и 10 Федерального закона от 27.07.2006 № 152-ФЗ.",
                "I allow the named member of staff of a medical organisation (or the named insurer) access to my"
                " electronic medical card in the named scope, for the named purpose and until the named day. Full"
                " access is viewing, history, downloading and adding records; limited access is summaries alone,"
                " without downloading.\n\n"
                "Every access to the card is recorded in a journal that is open to me. I can narrow, prolong or revoke"
                " the consent at any moment in the cabinet; a revocation holds from the next access on. On the named"
                " day the consent ends by itself. Basis: article 13 of Federal Law 323-FZ of 21.11.2011, articles 9"
                " and 10 of Federal Law 152-FZ of 27.07.2006.",
            ),
        ),
    ),
}
"""By name, newest last: the newest one is what new consent is given to. A lawyer is to look at the wording."""


def current(name: str) -> ConsentText:
    return TEXTS[name][-1]


def check(name: str, version: str, sha256: str, at: str = "/consent_text") -> ConsentText:
    """The text that was agreed to. Raises InvalidFieldsError for a version that is not the newest, or another text.

    ``at``: JSON pointer without ``_version`` and ``_sha256``, by which the form names the two.
    """
    text = current(name)
    if version != text.version:
        raise problem(f"{at}_version", "unknown", "not the version that is served now")
    if sha256 not in text.hashes.values():
        raise problem(f"{at}_sha256", "unknown", "the hash is not that of the text that is served")
    return text
