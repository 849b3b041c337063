"""Parameters, headers and bodies that no model describes: lists, periods, drafts, devices, partners."""

from __future__ import annotations

from collections.abc import Mapping

SENTENCES: Mapping[str, Mapping[str, str]] = {
    "format": {
        "16 to 64 of A-Z a-z 0-9 - _": "От 16 до 64 символов A-Z a-z 0-9 - _",
        'a version as in ETag, like W/"3"': 'Версия, как в ETag, например W/"3"',
        "sha-256=:<base64>: (RFC 9530)": "Формат: sha-256=:<base64>: (RFC 9530)",
        "ISO 8601 with an offset, or a date": "Момент по ISO 8601 со смещением от UTC или дата",
        "letters, digits, - and :": "Буквы, цифры, - и :",
        "a number from 1 on": "Число от 1",
        "base64url": "Нужен base64url",
        "earlier versions are in the JSON alone": "Прежние версии есть только в JSON",
    },
    "date-time": {
        "An ISO 8601 moment with its offset is needed": "Нужен момент по ISO 8601 со смещением от UTC",
    },
    "cursor": {"start the list again": "Начните список сначала"},
    "range": {
        "a number from {least} to {most}": "Число от {least} до {most}",
        "a year from {first} to {last}": "Год от {first} до {last}",
        "a whole number of a year or a size": "Целое число: год или размер журнала",
        "at most {n} months": "Месяцев: не больше {n}",
        "it begins before it ends": "Начало должно быть раньше конца",
        "ends before it begins": "Конец раньше начала",
        "an empty file is no file": "Файл пуст",
        "within one year from now": "В пределах года от сегодняшнего дня",
        "within {n} days from now": "Дней от сегодняшнего: не больше {n}",
        "within {n} days: it is on paper": "Согласие на бумаге, дней: не больше {n}",
        "longer than a temporary stay can be": "Дольше возможного срока временного пребывания",
    },
    "order": {
        "the end is not after the beginning": "Конец не позже начала",
        "the period ends before it begins": "Период кончается раньше, чем начинается",
    },
    "choice": {
        "one of: {these}": "Одно из: {these}",
        "name one of your memberships": "Укажите одно из своих мест работы",
        "either a case that waits, or a child that is registered": (
            "Укажите либо обращение, которое ждёт, либо зарегистрированного ребёнка"
        ),
        "either the birth certificate or the SNILS": "Укажите либо свидетельство о рождении, либо СНИЛС",
        "there is no such one": "Такого значения нет",
        "either the other parent or a basis for registering alone": (
            "Укажите либо второго родителя, либо основание для регистрации одним родителем"
        ),
        "either cms, or signature, algorithm and certificate": (
            "Укажите либо cms, либо signature, algorithm и certificate"
        ),
    },
    "unknown": {
        "no such parameter": "Такого параметра нет",
        "one of: {these}": "Одно из: {these}",
        "one or more of {these}": "Одно или несколько из: {these}",
        "GET /api/v1/case-kinds lists them": "Список: GET /api/v1/case-kinds",
        "there is no such section": "Такого раздела нет",
        "no section of a card": "Такого раздела карты нет",
        "no section of records": "Такого раздела записей нет",
        "no record of this card": "Такой записи в этой карте нет",
        "there is no such organisation": "Такой организации нет",
        "no such organisation": "Такой организации нет",
        "no doctor of that organisation": "Такого врача в этой организации нет",
        "no such chain is connected": "Такая аптечная сеть не подключена",
        "there are {n} drugs": "Лекарств в рецепте: {n}",
        "no vaccination that can be certified has this id": "Прививки с таким id, которую можно подтвердить, нет",
        "nobody with this SNILS and birth date can be asked": "Некого спросить с таким СНИЛС и датой рождения",
        "no child with this number and birth date": "Ребёнка с таким номером и датой рождения нет",
        "no case of yours that waits for another's word": "Вашего обращения, которое ждёт чужого слова, нет",
        "no such scan of this clinic, or it belongs to another consent": (
            "Такого скана у этой клиники нет, или он относится к другому согласию"
        ),
        "there is no such place for documents": "Такого места для документов нет",
        "no such file of yours": "Такого вашего файла нет",
        "no such file on this card that you brought": "Такого добавленного вами файла в этой карте нет",
        "not the version that is served now": "Это не действующая редакция",
        "the hash is not that of the text that is served": "Хеш не совпадает с действующим текстом",
    },
    "missing": {
        "give words, a doctor, a date, a kind or a section": "Укажите слова, врача, дату, вид или раздел",
        "name what is to be given up": "Назовите то, от чего отказываетесь",
        "say what it was": "Укажите, что это было",
        "the telephone to which codes are sent from now on": "Телефон, на который теперь приходят коды",
        "the factor {factor} answers with this": "Фактор {factor} подтверждают этим полем",
        "a signature without CMS needs this": "Обязательно для подписи без CMS",
    },
    "extra-forbidden": {"the factor {factor} has none": "У фактора {factor} этого поля нет"},
    "length": {
        "{least} to {most} characters": "Символов: от {least} до {most}",
        "from {least} to {most} characters": "Символов: от {least} до {most}",
        "at most {n} characters": "Символов: не больше {n}",
        "this part has {n} bytes": "Байт в этой части: {n}",
    },
    "no-words": {
        "give a name, not initials": "Нужно имя, а не инициалы",
        "these words are in every text; add others": "Эти слова есть в любом тексте, добавьте другие",
    },
    "too-many-words": {"at most {n} words": "Слов: не больше {n}"},
    "word-too-long": {"a word has at most {n} letters": "Букв в слове: не больше {n}"},
    "twice": {"two readings of one sign and moment": "Два измерения одного показателя в один момент"},
    "empty": {"there are no readings in this time": "За это время измерений нет"},
    "keys": {
        "public RSA (2048 bits or more) or P-256 keys, each with kid": (
            "Открытые ключи RSA (от 2048 бит) или P-256, каждый с kid"
        ),
    },
    "key": {
        "RSA of 2048 bits, exponent 65537": "RSA на 2048 бит, экспонента 65537",
        "not an RSA key": "Это не ключ RSA",
    },
    "scopes": {"not for a {role}": "Недоступно для роли {role}"},
}
