// What the page of a link says: [Russian, English]; {values} are filled in.

export const WORDS = {
  incomplete: ["Адрес неполный. Откройте ссылку целиком, вместе с частью после знака #.", "The address is incomplete. Open the whole link, with what stands after #."],
  opening: ["Открываем…", "Opening…"],
  reading: ["Загружаем…", "Loading…"],
  until: ["Открыто на полчаса. Ссылка действует до {day}.", "Open for half an hour. The link lives until {day}."],
  brief: ["Владелец показал записи кратко.", "The owner shows the records in brief."],
  nothing: ["Ссылка сейчас ничего не показывает.", "The link shows nothing now."],
  empty: ["Записей этого вида пока нет.", "There are no records of this kind yet."],
  kinds: ["Виды записей", "Kinds of record"],
  single: ["Отдельные записи", "Single records"],
  more: ["Показать ещё", "Show more"],
  tries: ["Осталось попыток: {left}.", "Tries left: {left}."],
  offline: ["Нет связи. Проверьте подключение и повторите.", "No connection. Check it and try again."],
};

/** By the code of a problem (docs/errors.md). */
export const ERRORS = {
  "access-denied": ["Этим владелец карты не поделился.", "The card's owner did not share this."],
  conflict: ["Ссылку открывают сразу несколько человек. Повторите через несколько секунд.", "Several people are opening the link. Try again in a few seconds."],
  "invalid-fields": ["Проверьте код доступа.", "Check the passcode."],
  "locked-out": ["Слишком много попыток с этого адреса. Повторите позже.", "Too many tries from this address. Try later."],
  "not-found": ["Документ ещё готовится или записи нет.", "The document is being prepared, or there is no such record."],
  "not-signed-in": ["Полчаса прошли. Введите код доступа ещё раз.", "Half an hour is over. Give the passcode again."],
  "session-ended": ["Полчаса прошли. Введите код доступа ещё раз.", "Half an hour is over. Give the passcode again."],
  "share-closed": ["Эта ссылка больше ничего не открывает. Обратитесь к отправителю.", "This link opens nothing any more. Ask whoever sent it."],
  "share-expired": ["Срок ссылки истёк. Попросите новую.", "The time of this link is over. Ask for a new one."],
  "share-locked": ["Ссылка заблокирована после неверных кодов. Попросите новую.", "The link is locked after wrong passcodes. Ask for a new one."],
  "share-passcode": ["Неверный код доступа.", "The passcode is wrong."],
  "share-revoked": ["Отправитель отозвал ссылку.", "Whoever sent the link has taken it back."],
  "share-unknown": ["Такой ссылки нет. Попросите прислать адрес целиком.", "There is no such link. Ask for the whole address."],
  "share-used-up": ["Ссылку открыли столько раз, сколько разрешено. Попросите новую.", "The link was opened as often as it may be. Ask for a new one."],
  other: ["Не получилось. Повторите позже.", "That did not work. Try later."],
};

/** After these the passcode is asked for again. */
export const OVER = new Set(["not-signed-in", "session-ended"]);

/** After these no passcode opens the link any more. */
export const ENDED = new Set(["share-closed", "share-expired", "share-locked", "share-revoked", "share-used-up"]);
