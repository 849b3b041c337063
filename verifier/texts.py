"""Everything people read, in Russian and English. Codes are stable: programs may rest on them.

A finding is ``broken`` (a promise does not hold), an ``alarm`` (nothing is proved wrong; somebody must look),
or ``info``.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime

BROKEN, ALARM, INFO = "broken", "alarm", "info"
LANGUAGES = ("ru", "en")
MOST_SHOWN = 160
LAST_SECOND = 253_402_300_799

FINDINGS: dict[str, tuple[str, str, str]] = {
    # JSON and fields; these also stand as the reason in another sentence
    "json-malformed": (BROKEN, "это не JSON в UTF-8", "this is not JSON in UTF-8"),
    "json-deep": (BROKEN, "JSON вложен слишком глубоко", "the JSON is nested too deeply"),
    "json-twice": (BROKEN, "ключ JSON повторяется", "a JSON key is there twice"),
    "json-number": (BROKEN, "дробное или слишком большое число", "a fraction, or too large a number"),
    "json-not-canonical": (BROKEN, "JSON не в канонической форме (RFC 8785)", "the JSON is not canonical (RFC 8785)"),
    "not-an-object": (BROKEN, "это не объект JSON", "this is not a JSON object"),
    "field-wrong": (BROKEN, "поля {field} нет, или оно не того вида", "field {field} is missing or of a wrong kind"),
    "field-unknown": (BROKEN, "лишнее поле {field}", "field {field} does not belong here"),
    "too-large": (BROKEN, "больше {most} байт", "larger than {most} bytes"),
    "certificate-place": (
        BROKEN,
        "сертификат писателя {writer} стоит не в его первой записи этого журнала",
        "the certificate of writer {writer} stands elsewhere than in its first entry of this log",
    ),
    # policy and call
    "policy-key": (BROKEN, "негодный ключ в поле {field}", "an unusable key in field {field}"),
    "policy-witness-twice": (BROKEN, "один свидетель назван дважды", "a witness is named twice"),
    "quorum-none": (
        INFO,
        "политика не требует свидетелей: владелец ключа журнала мог бы переписать историю незаметно",
        "the policy asks for no witness: an owner of the log's key could rewrite history unnoticed",
    ),
    "internal": (BROKEN, "проверка прервана: вход её сломал ({kind})", "the check was cut short by its input ({kind})"),
    # notes
    "note-malformed": (BROKEN, "контрольная точка испорчена", "the checkpoint is malformed"),
    "note-origin": (BROKEN, "контрольная точка другого журнала, нужен {origin}", "a checkpoint not of {origin}"),
    "note-signature": (BROKEN, "подпись {name} неверна", "the signature of {name} is wrong"),
    "note-unsigned": (BROKEN, "нет подписи журнала", "not signed by the log"),
    "note-quorum": (
        BROKEN,
        "подписей известных свидетелей {have}, нужно {need}: историю могли переписать",
        "cosigned by {have} known witnesses, {need} are needed: history may have been rewritten",
    ),
    "note-strange-line": (
        ALARM,
        "строка подписи выдаёт себя за {name}, но ключ не тот",
        "a signature line passes for {name}, but not with that key",
    ),
    # objects
    "object-missing": (BROKEN, "объекта нет", "the object is missing"),
    "object-unreadable": (BROKEN, "объект не читается", "the object cannot be read"),
    "object-altered": (
        BROKEN,
        "объект изменён: не совпадает с записями журнала начиная с байта {at}",
        "the object was altered: from byte {at} on it is not what the log's entries give",
    ),
    "object-strange": (ALARM, "такого объекта в журнале не бывает", "no such object belongs to a log"),
    "object-ahead": (
        ALARM,
        "объект большего журнала, чем подписан: конец отрезан или выгрузка сделана посреди работы; повторите её",
        "of a larger log than is signed: the tail was cut, or the export was taken in mid-work; take it again",
    ),
    "year-absent": (BROKEN, "журнала нет", "there is no such log"),
    "year-unreadable": (
        BROKEN,
        "нет ни одной читаемой контрольной точки: проверить журнал этого года нечем",
        "no checkpoint can be read: nothing to check this year's log against",
    ),
    "leaves-missing": (
        BROKEN,
        "записей с {start} до {size} нет ни в пачке, ни в сегменте: проверка остановилась на них",
        "entries from {start} up to {size} are neither in a bundle nor in a segment: the check ends there",
    ),
    "root": (
        BROKEN,
        "подписанный корень дерева на {size} записей не получается из записей: они изменены, убраны или переставлены",
        "entries do not give the signed root at size {size}: some were altered, dropped or reordered",
    ),
    "checkpoint-name": (BROKEN, "в имени другой размер, чем внутри ({size})", "its size ({size}) is not its name's"),
    "checkpoint-ahead": (
        BROKEN,
        "подписан журнал из {size} записей, а новейшая точка говорит о {newest}: конец журнала отрезан",
        "a log of {size} entries was signed, the newest checkpoint says {newest}: the tail was cut off",
    ),
    # segments
    "segment-hash": (BROKEN, "сегмент изменён: хеш не тот, что в имени", "altered: its hash is not that of its name"),
    "segment-gzip": (BROKEN, "сегмент не распаковывается", "the segment cannot be unpacked"),
    "segment-header": (BROKEN, "заголовок не совпадает с именем", "the header is not that of the name"),
    "segment-count": (BROKEN, "строк {have}, нужно {need}", "it has {have} lines, {need} are needed"),
    "segment-line": (BROKEN, "строка записи {index} испорчена", "the line of entry {index} is malformed"),
    "segment-sealed": (
        BROKEN,
        "запечатанное тело записи {index} подменено: хеш другой",
        "the sealed body of entry {index} was exchanged: another hash",
    ),
    "segment-time": (BROKEN, "время записи {index} другое, чем у сегмента", "entry {index} has another time"),
    "segment-leaf": (BROKEN, "запись {index} не та, что в журнале", "entry {index} is not the log's"),
    "segment-missing": (
        BROKEN,
        "нет сегмента, который кончается на записи {end}",
        "the segment that ends at entry {end} is missing",
    ),
    "segment-link": (BROKEN, "цепь сегментов разорвана", "the chain of segments is broken"),
    "segment-root": (BROKEN, "корень в заголовке не тот, что у дерева", "a root in the header is not the tree's"),
    "segment-orphan": (
        INFO,
        "остаток прерванной работы: сегмент не вошёл в журнал, это безвредно",
        "left from work that was cut short: it is not part of the log, which is harmless",
    ),
    "segment-ahead": (
        ALARM,
        "сегмент дальше подписанного размера: конец отрезан или ещё не подписан; повторите выгрузку",
        "beyond the signed size: the tail was cut, or is not signed yet; take the export again",
    ),
    # entries
    "entry-malformed": (BROKEN, "запись не по форме: {why}", "a malformed entry: {why}"),
    "entry-twice": (BROKEN, "запись {id} внесена дважды", "entry {id} is there twice"),
    "time-back": (BROKEN, "время журнала пошло назад", "log time went back"),
    "chain-number": (
        BROKEN,
        "в цепочке номер {have} вместо {need}: запись скрыта или вставлена",
        "number {have} of its chain instead of {need}: an entry was hidden or put in",
    ),
    "chain-link": (BROKEN, "запись не указывает на предыдущую в цепочке", "it does not link to the entry before it"),
    "chain-index": (
        BROKEN,
        "место предыдущей записи цепочки {have} вместо {need}",
        "the place of the entry before it is {have} instead of {need}",
    ),
    "writer-signature": (BROKEN, "подпись писателя неверна: запись подделана", "a forged entry: signature wrong"),
    "writer-counter-twice": (
        BROKEN,
        "номер {counter} писателя {writer} использован дважды",
        "number {counter} of writer {writer} was used twice",
    ),
    "writer-uncertified": (BROKEN, "у писателя {writer} нет сертификата", "writer {writer} has no certificate"),
    "certificate-wrong": (BROKEN, "сертификат писателя {writer} подделан", "the certificate of {writer} is forged"),
    "writer-elsewhere": (
        INFO,
        "номера {counters} писателя {writer} могут стоять в журнале другого года: пропажу видно по всем годам вместе",
        "numbers {counters} of writer {writer} may be in another year's log: only all years together show a loss",
    ),
    "writer-gap": (
        ALARM,
        "у писателя {writer} не хватает записей: {count} (номера {counters}); они пропали до попадания в журнал",
        "of writer {writer} {count} entries (numbers {counters}) were dropped before they reached the log",
    ),
    "year-before-place": (
        BROKEN,
        "сведения о журнале прошлого года стоят ровно в нулевой записи журнала",
        "what is said of the log of the year before stands exactly in entry 0 of a log",
    ),
    "year-before-wrong": (
        BROKEN,
        "о журнале предыдущего года сказано неверно",
        "what it says of the log of the year before cannot be",
    ),
    "year-before-absent": (
        BROKEN,
        "журнал {year} года существовал, но его здесь нет: он скрыт, или проверяйте с --year",
        "the log of {year} existed but is not here: it is hidden, or check one year with --year",
    ),
    "year-before-unchecked": (INFO, "журнал {year} года не проверялся", "the log of {year} was not checked"),
    "year-before-cut": (
        BROKEN,
        "записей {have}, а следующий год видел {need}: конец журнала отрезан",
        "{have} entries, but the next year had seen {need}: its tail was cut off",
    ),
    "year-before-other": (
        BROKEN,
        "журнал не тот, который видел следующий год (на {size} записях)",
        "not the log that the next year had seen (at size {size})",
    ),
    # kept checkpoints, consistency
    "old-year-absent": (BROKEN, "журнала {year} года здесь нет", "the log of {year} is not here"),
    "old-cut": (
        BROKEN,
        "в журнале {year} года {have} записей, а сохранённая точка видела {need}: конец отрезан",
        "the log of {year} has {have} entries, the kept checkpoint saw {need}: the tail was cut off",
    ),
    "old-other": (
        BROKEN,
        "журнал {year} года переписан: сохранённая точка на {size} записей не его начало",
        "the log of {year} was rewritten: the kept checkpoint of size {size} is not its beginning",
    ),
    "proof": (BROKEN, "доказательство не ведёт к подписанному корню", "the proof does not lead to the signed root"),
    "proof-malformed": (BROKEN, "это не список хешей в base64", "this is not a list of hashes in base64"),
    # the patient's bundle
    "bundle-malformed": (BROKEN, "выписка не по форме: {why}", "a malformed bundle: {why}"),
    "bundle-empty": (BROKEN, "в выписке нет ни одной цепочки", "the bundle has no chain"),
    "chain-origin": (BROKEN, "цепочка чужого журнала {origin}", "a chain of another log, {origin}"),
    "chain-empty": (BROKEN, "цепочка пуста", "the chain is empty"),
    "chain-tag": (BROKEN, "запись из чужой цепочки", "an entry of another chain"),
    "body-altered": (BROKEN, "показан не тот текст, что внесён в журнал", "the text shown is not what was logged"),
    "body-malformed": (BROKEN, "текст записи не по форме: {why}", "a malformed text: {why}"),
    "body-of-another-entry": (BROKEN, "текст другой записи", "the text of another entry"),
    "body-of-another-patient": (BROKEN, "запись о другом пациенте", "an entry about another patient"),
    "body-erased": (INFO, "текст записи уничтожен, сама она на месте", "its text is erased; it is in place"),
    "body-missing": (
        ALARM,
        "текста записи нет, хотя тексты других записей этой цепочки есть: его могли скрыть",
        "its text is missing, while those of others in the chain are there: it may be hidden",
    ),
    "years-order": (BROKEN, "годы повторяются или идут не по порядку", "a year is there twice, or out of order"),
    "tag-twice": (BROKEN, "одна цепочка показана дважды", "one chain is shown twice"),
    "year-left-out": (BROKEN, "скрыта цепочка {year} года", "the chain of {year} was left out"),
    "newest-year-left-out": (
        BROKEN,
        "выписка сделана уже в {year} году, а цепочки этого года в ней нет",
        "the bundle was made in {year}, but has no chain of that year",
    ),
    "request-missing": (
        BROKEN,
        "последняя запись не ваш запрос журнала: более новые могли быть отрезаны",
        "the newest entry is not your request of the journal: newer ones may have been cut off",
    ),
    "request-other": (
        BROKEN,
        "в последней записи другое число запроса: это ответ на другой запрос, новые записи могли быть скрыты",
        "the newest entry has another nonce: the answer to another request, newer entries may be hidden",
    ),
    "nonce-other": (BROKEN, "число запроса не то, что вы сохранили", "the nonce is not the one that you kept"),
    "nonce-unknown": (
        INFO,
        "число запроса взято из самой выписки. Это слабее: старую выписку так не отличить; есть --nonce",
        "the nonce is the bundle's own. That is weaker: an old bundle would pass too; use --nonce",
    ),
    "age-unknown": (BROKEN, "свидетели не назвали времени", "no time from the witnesses"),
    "too-old": (BROKEN, "свидетели видели журнал {minutes} мин назад", "the witnesses saw the log {minutes} min ago"),
    "time-ahead": (BROKEN, "время свидетелей в будущем", "the witnesses' time is in the future"),
}

LABELS: dict[str, tuple[str, str]] = {
    BROKEN: ("НАРУШЕНИЕ", "BROKEN"),
    ALARM: ("ТРЕВОГА", "ALARM"),
    INFO: ("сведения", "info"),
    "exit-0": ("ПРОВЕРКА ПРОЙДЕНА.", "THE CHECK PASSED."),
    "exit-1": (
        "ТРЕВОГА: подделки не найдено, но есть то, что надо выяснить.",
        "ALARM: no forgery was found, but something must be looked into.",
    ),
    "exit-2": ("ПРОВЕРКА НЕ ПРОЙДЕНА.", "THE CHECK FAILED."),
    "more": ("… и ещё {count} с кодом {code}", "… and {count} more of code {code}"),
    "witness": ("  свидетель {name}: {time}", "  witness {name}: {time}"),
    "year": (
        "{year}: записей {size}, проверено {checked}, цепочек {chains}, корень {root}",
        "{year}: {size} entries, {checked} checked, {chains} chains, root {root}",
    ),
    "patient": ("Пациент {patient}: записей {entries}, годы {years}", "Patient {patient}: {entries} entries, {years}"),
    "chain": (
        "{year}: записей {entries} (без текста {erased}), с {since} по {until}, журнал из {size} записей",
        "{year}: {entries} entries ({erased} without text), from {since} to {until}, log of {size} entries",
    ),
    "consistency": ("{origin}: {old} → {new} записей", "{origin}: {old} → {new} entries"),
    "limits-fsck": (
        (
            "Не доказано: что каждый доступ был записан; что новейшие записи не отрезаны, если их не видел ни один "
            "свидетель и никто не сохранил контрольную точку; что написанное в записях правда."
        ),
        (
            "Not proved: that every access was recorded; that newest entries were not cut off which no witness saw "
            "and of which nobody kept a checkpoint; that what entries say is true."
        ),
    ),
    "limits-patient": (
        (
            "Доказано: в журнале ничего не изменено, не убрано и не переставлено, и ваш запрос в нём последний. "
            "Не доказано: что каждый доступ был записан, и что написанное в записях правда."
        ),
        (
            "Proved: nothing in the log was altered, dropped or reordered, and your own request is its newest entry. "
            "Not proved: that every access was recorded, and that what entries say is true."
        ),
    ),
    "limits-consistency": (
        "Доказано: новый журнал начинается со старого. Содержание записей этим не проверяется.",
        "Proved: the newer log begins with the older one. What entries hold is not checked by this.",
    ),
    "usage-file": ("не удаётся прочитать файл {name}", "cannot read file {name}"),
    "usage-folder": ("нет такой папки: {name}", "no such folder: {name}"),
    "usage-policy": ("негодная политика {name}: {why}", "unusable policy {name}: {why}"),
}


def sentence(code: str, language: str, values: Mapping[str, object]) -> str:
    _, *texts = FINDINGS[code]
    shown = {name: safe(value) for name, value in values.items()}
    why = values.get("why")
    if why in FINDINGS:
        shown["why"] = sentence(str(why), language, {name: value for name, value in values.items() if name != "why"})
    return texts[LANGUAGES.index(language)].format(**shown)


def label(name: str, language: str, /, **values: object) -> str:
    shown = {key: safe(value) for key, value in values.items()}
    return LABELS[name][LANGUAGES.index(language)].format(**shown)


def safe(value: object) -> str:
    """Foreign text for a terminal: nothing that moves the cursor or hides, and not too long."""
    text = str(value)
    cut = text if len(text) <= MOST_SHOWN else text[:MOST_SHOWN] + "…"
    return "".join(c if c.isprintable() else f"\\x{ord(c):02x}" for c in cut)


def moment(seconds: int) -> str:
    """UTC; a number that is no moment stays one."""
    if not 0 <= seconds <= LAST_SECOND:
        return str(seconds)
    return datetime.fromtimestamp(seconds, UTC).strftime("%Y-%m-%d %H:%M:%S UTC")
