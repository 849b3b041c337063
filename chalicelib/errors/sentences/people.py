"""Names, numbers and documents of people; passwords and passcodes; who may act for whom."""

from __future__ import annotations

from collections.abc import Mapping

SENTENCES: Mapping[str, Mapping[str, str]] = {
    "manual-review": {
        "this early number is checked at the identity desk": "Ранний номер СНИЛС проверяют в отделе идентификации",
    },
    "check-digits": {
        "the check digit does not fit": "Контрольная цифра не сходится",
        "the check digits do not fit": "Контрольные цифры не сходятся",
    },
    "format": {
        "{n} digits are needed": "Цифр должно быть {n}",
        "this is not a telephone number": "Это не номер телефона",
        "this is not an e-mail address": "Это не адрес электронной почты",
        "a date as YYYY-MM-DD": "Дата в виде ГГГГ-ММ-ДД",
        "there is no such date": "Такой даты нет",
        "letters, spaces, hyphens and apostrophes only": "Только буквы, пробелы, дефисы и апострофы",
        "Latin letters and digits, from 4 to 20": "Латинские буквы и цифры, от 4 до 20",
        "the document's number, at most {n} characters": "Номер документа, символов не больше {n}",
        "as on the certificate: II-АБ № 123456": "Как в свидетельстве: II-АБ № 123456",
        "the series begins with a Roman numeral": "Серия начинается с римской цифры",
        "two Cyrillic letters after the numeral": "После римской цифры две буквы кириллицы",
    },
    "not-mobile": {
        "a mobile number is needed: codes come by SMS": "Нужен мобильный номер: коды приходят по SMS",
    },
    "future": {
        "the date is in the future": "Дата в будущем",
        "this lies in the future": "Это в будущем",
    },
    "past": {
        "this document has ended": "Срок документа истёк",
        "the stay is over": "Срок пребывания истёк",
    },
    "too-early": {
        "at most {n} years ago": "Не раньше, чем лет назад: {n}",
        "this lies before {year}": "Это раньше {year} года",
    },
    "too-old": {
        "this document is too old": "Документ слишком старый",
        "older than {n} days: a clinic registers the child": "Старше {n} дней: ребёнка регистрирует клиника",
    },
    "too-young": {
        "a passport is given at {n}": "Паспорт выдают с {n} лет",
        "from {n} years on; a parent or clinic registers a child": (
            "С {n} лет, ребёнка регистрирует родитель или клиника"
        ),
    },
    "country": {"two letters of ISO 3166 of another country": "Две буквы другой страны по ISO 3166"},
    "citizen": {"this profile has a Russian passport": "В профиле указан российский паспорт"},
    "incomplete": {
        "series and number of the passport belong together": "Серия и номер паспорта указываются вместе",
    },
    "required": {
        "one of SNILS, policy and passport is needed": "Нужен СНИЛС, полис или паспорт",
        "SNILS or birth certificate is needed": "Нужен СНИЛС или свидетельство о рождении",
        "name the other card by SNILS, policy or its id": "Укажите другую карту по СНИЛС, полису или её id",
        "name a section or a record": "Укажите раздел или запись",
        "where to send it": "Куда отправить",
        "name this device": "Назовите это устройство",
        "A document needs a title": "Документу нужно название",
        "{purpose} on form {form} takes it": "Обязательно для {purpose} на бланке {form}",
    },
    "nothing": {"name at least one thing that changes": "Укажите хотя бы одно изменение"},
    "same": {"the other parent is somebody else": "Второй родитель — другой человек"},
    "given": {"the telephone was given at the desk": "Телефон уже указан при обращении"},
    "birth-date-differs": {"this is not as in the profile": "Не совпадает с профилем"},
    "snils-differs": {"this is not as in the profile": "Не совпадает с профилем"},
    "nothing-changes": {"this is not as in the profile": "Ничего не меняется"},
    "basis": {
        "a guardian is appointed by a court or an order": "Опекуна назначает суд или акт органа опеки",
        "a birth certificate lets a parent act for a registered child": (
            "По свидетельству о рождении действует родитель зарегистрированного ребёнка"
        ),
    },
    "closed": {"this section is closed to you": "Этот раздел для вас закрыт"},
    "too-short": {"at least {n} characters": "Символов: не меньше {n}"},
    "no-digit": {"at least one digit": "Нужна хотя бы одна цифра"},
    "no-capital": {"at least one capital letter": "Нужна хотя бы одна заглавная буква"},
    "no-special": {"at least one special character": "Нужен хотя бы один специальный символ"},
    "unprintable": {"control characters are not allowed": "Управляющие символы недопустимы"},
    "common": {"this password is one of the first that are tried": "Такой пароль подбирают одним из первых"},
    "own-data": {
        "your name, e-mail or phone must not be part of it": "В пароле не должно быть вашего имени, почты или телефона",
    },
    "weak": {
        "not one character repeated, and not a row like 123456": "Не один и тот же символ и не ряд вроде 123456",
    },
}
