// Sentences for the codes of report.js, in Russian and English. Codes and values are those of verifier/texts.py; the
// words are for a patient who reads them in a browser.

export const LANGUAGES = Object.freeze(["ru", "en"]);
const MOST_SHOWN = 160;

const FINDINGS = {
  // reasons inside another sentence
  "json-malformed": ["это не JSON в кодировке UTF-8", "this is not JSON in UTF-8"],
  "json-deep": ["слишком много вложенных уровней", "it is nested too deeply"],
  "json-twice": ["ключ повторяется", "a key is there twice"],
  "json-number": ["дробное или слишком большое число", "a fraction, or too large a number"],
  "json-not-canonical": ["запись не в единственно верной форме (RFC 8785)", "not in the one right form (RFC 8785)"],
  "not-an-object": ["это не объект JSON", "this is not a JSON object"],
  "field-wrong": ["поля {field} нет, или оно не того вида", "field {field} is missing or of a wrong kind"],
  "field-unknown": ["лишнее поле {field}", "field {field} does not belong here"],
  "too-large": ["больше {most} байт", "larger than {most} bytes"],
  "policy-key": ["негодный ключ в поле {field}", "an unusable key in field {field}"],
  "policy-witness-twice": ["один свидетель назван дважды", "a witness is named twice"],
  // the policy, the browser, the check itself
  "policy-unusable": ["Файл политики не годится: {why}.", "The policy file cannot be used: {why}."],
  "crypto-missing": [
    "Этот браузер не умеет проверять подписи Ed25519. Обновите его: подойдут Chrome или Edge от 137, Firefox от 129, Safari от 17. Страница должна быть открыта по https.",
    "This browser cannot verify Ed25519 signatures. Use a newer one: Chrome or Edge from 137, Firefox from 129, Safari from 17. The page must be opened over https.",
  ],
  "quorum-none": [
    "Ваша политика не требует свидетелей. Тогда владелец ключа журнала мог бы переписать историю незаметно.",
    "Your policy asks for no witness. An owner of the log's key could then rewrite history unnoticed.",
  ],
  internal: ["Проверка прервалась на этом файле ({kind}).", "The check was cut short by this file ({kind})."],
  // the checkpoint
  "note-malformed": ["Контрольная точка журнала испорчена.", "The log's checkpoint is malformed."],
  "note-origin": ["Контрольная точка другого журнала, нужен {origin}.", "The checkpoint is not of the log {origin}."],
  "note-signature": [
    "Подпись «{name}» под контрольной точкой неверна: её изменили.",
    "The signature of “{name}” on the checkpoint is wrong: it was altered.",
  ],
  "note-unsigned": [
    "Под контрольной точкой нет подписи журнала, которому вы доверяете.",
    "The checkpoint is not signed by the log that you trust.",
  ],
  "note-quorum": [
    "Свидетелей, которым вы доверяете, подписалось {have}, а нужно {need}: историю могли переписать.",
    "{have} witnesses that you trust have signed, {need} are needed: history may have been rewritten.",
  ],
  "note-strange-line": [
    "Кто-то подписался именем «{name}», но другим ключом.",
    "Somebody signed as “{name}”, but with another key.",
  ],
  proof: [
    "Доказательство не сходится: этих записей в подписанном журнале нет.",
    "The proof does not hold: these entries are not in the signed log.",
  ],
  // entries
  "entry-malformed": ["Запись испорчена: {why}.", "The entry is malformed: {why}."],
  "entry-twice": ["Запись {id} показана дважды.", "Entry {id} is shown twice."],
  "time-back": ["Время записи раньше, чем у предыдущей.", "Its time is before that of the entry before it."],
  "chain-number": [
    "Запись с номером {have} (счёт от 0) стоит на месте {need}: какая-то запись скрыта, добавлена или переставлена.",
    "The entry with number {have} (from 0) stands in place {need}: an entry was hidden, put in or moved.",
  ],
  "chain-link": [
    "Запись не продолжает предыдущую: одну из них изменили или между ними что-то убрали.",
    "The entry does not continue the one before it: one was altered, or something between them was taken out.",
  ],
  "chain-index": [
    "Место предыдущей записи в журнале указано неверно: {have} вместо {need}.",
    "The place of the entry before it in the log is wrong: {have} instead of {need}.",
  ],
  "chain-tag": ["Эта запись не из вашей цепочки.", "This entry is not of your chain."],
  "chain-origin": ["Записи из чужого журнала «{origin}».", "Entries of another log, “{origin}”."],
  "chain-empty": ["За этот год не показано ни одной записи.", "No entry of this year is shown."],
  "writer-signature": ["Запись подделана: подпись неверна.", "The entry is forged: its signature is wrong."],
  "writer-counter-twice": [
    "Номер {counter} писателя {writer} использован дважды.",
    "Number {counter} of writer {writer} was used twice.",
  ],
  "writer-uncertified": [
    "Неизвестно, кто сделал запись: у писателя {writer} нет сертификата.",
    "Nobody vouches for who made the entry: writer {writer} has no certificate.",
  ],
  "certificate-wrong": ["Сертификат писателя {writer} подделан.", "The certificate of writer {writer} is forged."],
  "year-before-place": [
    "Запись выдаёт себя за первую в журнале года, а она не первая.",
    "The entry passes for the first of the year's log, which it is not.",
  ],
  // their texts
  "body-altered": ["Показан не тот текст, что внесён в журнал.", "The text shown is not the one that was logged."],
  "body-malformed": ["Текст записи испорчен: {why}.", "The text of the entry is malformed: {why}."],
  "body-of-another-entry": ["Это текст другой записи.", "This is the text of another entry."],
  "body-of-another-patient": ["Это запись о другом человеке.", "This entry is about another person."],
  "body-erased": [
    "Текст записи уничтожен; сама запись на месте.",
    "The text of the entry is erased; the entry itself is in place.",
  ],
  "body-missing": [
    "Текста записи нет, хотя тексты других ваших записей есть: его могли скрыть.",
    "The text of the entry is missing, while those of your other entries are there: it may be hidden.",
  ],
  // the bundle
  "bundle-malformed": ["Выписка испорчена: {why}.", "The copy of the journal is malformed: {why}."],
  "bundle-empty": ["В выписке нет ни одного года, который можно проверить.", "The copy has no year that can be checked."],
  "years-order": ["Годы повторяются или идут не по порядку.", "A year is there twice, or out of order."],
  "tag-twice": ["Одни и те же записи показаны дважды.", "The same entries are shown twice."],
  "year-left-out": ["Скрыты записи за {year} год.", "The entries of {year} were left out."],
  "newest-year-left-out": [
    "Выписка сделана уже в {year} году, а записей за этот год в ней нет.",
    "The copy was made in {year}, but has no entries of that year.",
  ],
  "request-missing": [
    "Последняя запись не ваш запрос журнала: более новые записи могли отрезать.",
    "The newest entry is not your own request of the journal: newer ones may have been cut off.",
  ],
  "request-other": [
    "Это ответ на другой запрос: число в последней записи не ваше. Более новые записи могли скрыть.",
    "This answers another request: the number in the newest entry is not yours. Newer entries may be hidden.",
  ],
  "nonce-other": ["Число запроса не то, что вы сохранили.", "The number of the request is not the one that you kept."],
  "nonce-unknown": [
    "Вы не указали число запроса, поэтому оно взято из самой выписки. Так не отличить старую выписку от новой.",
    "You gave no number of the request, so the copy's own is used. An old copy would pass that way too.",
  ],
  "age-unknown": ["Ни один свидетель не назвал времени.", "No witness has named a time."],
  "too-old": ["Свидетели видели журнал {minutes} мин назад: это давно.", "Witnesses saw the log {minutes} min ago: too long."],
  "time-ahead": ["Время свидетелей в будущем.", "The witnesses' time is in the future."],
};

const PLACES = [
  [/^(\d{4})\/entry\/(\d+)$/, "{year} год, запись {entry}", "{year}, entry {entry}"],
  [/^(\d{4})\/checkpoint$/, "{year} год, контрольная точка", "{year}, checkpoint"],
  [/^(\d{4})$/, "{year} год", "{year}"],
  [/^chains\/\d+$/, "один из годов выписки", "one of the copy's years"],
  [/^bundle$/, "выписка", "the copy"],
  [/^policy$/, "политика", "the policy"],
  [/^browser$/, "браузер", "the browser"],
];

export const CODES = Object.freeze(Object.keys(FINDINGS));

/** What a finding means. Foreign text in it is made harmless to a reader's eye. */
export function sentence(code, language, values = {}) {
  const template = FINDINGS[code][LANGUAGES.indexOf(language)];
  return template.replace(/\{([a-z]+)\}/g, (_, name) => {
    if (name !== "why" || !Object.hasOwn(FINDINGS, values.why)) return safe(values[name]);
    const { why, ...others } = values;
    return sentence(why, language, others);
  });
}

/** Where it was found. Entries are counted from 1 for people. */
export function placeText(place, language) {
  for (const [pattern, ...templates] of PLACES) {
    const found = pattern.exec(place);
    if (!found) continue;
    const [, year, entry] = found;
    return templates[LANGUAGES.indexOf(language)].replace("{year}", year).replace("{entry}", Number(entry) + 1);
  }
  return safe(place);
}

/** Nothing that hides or turns the line around, and not too long. */
export function safe(value) {
  const text = String(value);
  const cut = text.length > MOST_SHOWN ? `${text.slice(0, MOST_SHOWN)}…` : text;
  return cut.replace(/[\p{C}\p{Zl}\p{Zp}]/gu, (c) => `\\x${c.codePointAt(0).toString(16).padStart(2, "0")}`);
}
