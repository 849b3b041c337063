/** Words of everything about work without a connection. */
import { dictionary } from "../i18n";

export const t = dictionary({
  ru: {
    offline: "Нет связи",
    offlineWrite: "Что вы напишете, сохранится на этом устройстве и отправится само, когда связь появится.",
    shownFrom: "Нет связи. Показаны данные от {moment}",
    waiting: {
      one: "{n} запись ждёт отправки",
      few: "{n} записи ждут отправки",
      many: "{n} записей ждут отправки",
      other: "{n} записи ждут отправки",
    },
    attention: {
      one: "{n} запись требует вашего решения",
      few: "{n} записи требуют вашего решения",
      many: "{n} записей требуют вашего решения",
      other: "{n} записи требуют вашего решения",
    },
    look: "Посмотреть",
    notKept: "На этом устройстве ничего не сохраняется",
    notKeptWhy: "Без связи страницы не откроются, а незаконченный текст пропадёт, если закрыть страницу.",
    leavingLater: "Вы вышли. Данные с этого устройства стёрты. Выход на сервере завершится, когда появится связь.",
    again: "Попробовать ещё раз",

    leaveTitle: "Есть неотправленное",
    leaveDrafts: {
      one: "На этом устройстве осталась {n} неотправленная запись или форма.",
      few: "На этом устройстве остались {n} неотправленные записи или формы.",
      many: "На этом устройстве осталось {n} неотправленных записей или форм.",
      other: "На этом устройстве осталось {n} неотправленной записи или формы.",
    },
    leaveWhy: "Если выйти сейчас, они сотрутся и восстановить их будет нельзя. Чтобы сохранить их, останьтесь и дождитесь связи.",
    leaveYes: "Выйти и стереть",

    unlockTitle: "Нет связи с сервером",
    unlockLead: "Откройте то, что сохранено на этом устройстве.",
    unlockNothing: "Без связи открыть медкарту на этом устройстве нельзя",
    unlockNothingWhy:
      "Сохранённое здесь закрыто: ключ к нему приходит с сервера. Когда связь появится, страница откроется сама. Чтобы читать карту без связи, включите это заранее: «Мой кабинет» → «Работа без связи».",
    passphrase: "Кодовая фраза",
    open: "Открыть",
    openPasskey: "Открыть ключом входа",
    passkeyHint: "Отпечатком, лицом или ПИН-кодом этого устройства.",
    wrong: "Фраза не подходит. Проверьте раскладку и заглавные буквы.",
    passkeyWrong: "Этот ключ входа здесь ничего не открывает. Попробуйте другой.",
    passkeyStopped: "Ключ входа не ответил. Попробуйте ещё раз.",
    noPrf: "Этот ключ входа не умеет открывать данные без связи. Попробуйте другой ключ.",
  },
  en: {
    offline: "No connection",
    offlineWrite: "What you write is kept on this device and sent by itself when the connection is back.",
    shownFrom: "No connection. You see data of {moment}",
    waiting: { one: "{n} record waits to be sent", other: "{n} records wait to be sent" },
    attention: { one: "{n} record needs your decision", other: "{n} records need your decision" },
    look: "Look",
    notKept: "Nothing is kept on this device",
    notKeptWhy: "Without a connection pages will not open, and unfinished text is lost when the page is closed.",
    leavingLater: "You have left. Your data was erased from this device. The server ends the session when the connection is back.",
    again: "Try again",

    leaveTitle: "Something was not sent",
    leaveDrafts: {
      one: "{n} record or form on this device was not sent.",
      other: "{n} records or forms on this device were not sent.",
    },
    leaveWhy: "If you sign out now, they are erased for ever. To keep them, stay and wait for the connection.",
    leaveYes: "Sign out and erase",

    unlockTitle: "The server cannot be reached",
    unlockLead: "Open what is kept on this device.",
    unlockNothing: "The card cannot be opened on this device without a connection",
    unlockNothingWhy:
      "What is kept here is locked: its key comes from the server. The page opens by itself when the connection is back. To read the card without one, turn that on beforehand: “My account” → “Without a connection”.",
    passphrase: "Passphrase",
    open: "Open",
    openPasskey: "Open with a passkey",
    passkeyHint: "By fingerprint, face or the PIN of this device.",
    wrong: "The passphrase does not fit. Check the keyboard layout and capital letters.",
    passkeyWrong: "This passkey opens nothing here. Try another one.",
    passkeyStopped: "The passkey did not answer. Try again.",
    noPrf: "This passkey cannot open data without a connection. Try another one.",
  },
});
