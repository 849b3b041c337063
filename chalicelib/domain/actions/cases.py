"""Words of uploads and cases in the access journal."""

from __future__ import annotations

from collections.abc import Mapping

from chalicelib.domain.scans import Fault
from chalicelib.domain.texts import Said

ACTIONS: Mapping[str, Said] = {
    "application:document": Said("Просмотр скана к заявлению", "A scan of an application was opened"),
    "case:agree": Said("Согласие участника заявления", "A party agreed to an application"),
    "case:answer": Said("Ответ участника заявления", "Answer of a party to an application"),
    "case:approve": Said("Заявление одобрено", "An application was approved"),
    "case:ask-more": Said("Запрошены документы к заявлению", "More documents were asked for"),
    "case:ask-party": Said("Участника просят согласиться", "A party was asked to agree"),
    "case:decide": Said("Решение по заявлению", "Decision on an application"),
    "case:decline": Said("Отказ участника заявления", "A party declined an application"),
    "case:document": Said("Просмотр документа к заявлению", "A document of an application was opened"),
    "case:file": Said("Подано заявление", "An application was filed"),
    "case:kinds": Said("Просмотр видов заявлений", "The kinds of application were listed"),
    "case:list": Said("Просмотр своих заявлений", "One's own applications were listed"),
    "case:queue": Said("Просмотр очереди заявлений", "A queue of applications was read"),
    "case:read": Said("Просмотр своего заявления", "One's own application was read"),
    "case:refuse": Said("В заявлении отказано", "An application was refused"),
    "case:release": Said("Заявление закрыто без решения", "An application was closed without a decision"),
    "case:requests": Said("Просмотр заявлений, где нужно согласие", "Applications that await agreement were listed"),
    "case:review": Said("Рассмотрение заявления", "An application was reviewed"),
    "case:supply": Said("Документы к заявлению", "Documents were brought to an application"),
    "case:withdraw": Said("Заявление отозвано", "An application was withdrawn"),
    "case:words": Said("Пояснение к решению", "The reason of a decision"),
    "identity:confirm": Said("Личность подтверждена", "An identity was confirmed"),
    "text:read": Said("Просмотр текста согласия", "A text of consent was read"),
    "upload:accept": Said("Загруженный файл принят", "An uploaded file was accepted"),
    "upload:check": Said("Проверка загруженного файла", "An uploaded file was checked"),
    "upload:create": Said("Загрузка файла", "A file was uploaded"),
    "upload:list": Said("Просмотр своих файлов", "One's own files were listed"),
    "upload:refuse": Said("Загруженный файл не принят", "An uploaded file was refused"),
    "upload:read": Said("Скачивание своего файла", "One's own file was downloaded"),
}

REASONS: Mapping[str, Said] = {
    "incomplete": Said("документов недостаточно", "documents are missing"),
    "not-eligible": Said("условия не выполнены", "the conditions are not met"),
    "own-case": Said("собственное заявление", "one's own application"),
    Fault.TYPE: Said("файл другого типа", "another type of file"),
    Fault.STRUCTURE: Said("файл повреждён", "the file is damaged"),
    Fault.TRAILING: Said("после конца файла есть другие данные", "other data follow the end of the file"),
    Fault.PIXELS: Said("изображение слишком велико", "the picture is too large"),
    Fault.PAGES: Said("слишком много страниц", "too many pages"),
    Fault.COMPLEX: Said("файл слишком сложен для проверки", "the file is too complex to check"),
    Fault.ENCRYPTED: Said("файл зашифрован", "the file is encrypted"),
    Fault.ACTIVE: Said("в файле есть активное содержимое", "the file holds active content"),
    Fault.VIRUS: Said("в файле найден вирус", "a virus was found"),
    Fault.DIGEST: Said("содержимое не совпало с объявленным", "the content is not what was announced"),
    Fault.LOST: Said("файл не найден", "the file was not found"),
    Fault.UNSCANNED: Said("файл не удалось проверить на вирусы", "the file could not be scanned for viruses"),
}

THINGS: Mapping[str, Said] = {
    "case": Said("Заявление", "Application"),
    "case-request": Said("Запрос согласия участника", "Request to a party"),
    "scan": Said("Загруженный файл", "Uploaded file"),
}
