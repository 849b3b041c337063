// A link to a card: <origin>/s/<share>#<secret>. The fragment leaves the browser once, in the body of the request that
// opens the link. The token stays in this page's memory: whoever closes the page gives the passcode again.

import { clear, element, language, put, setLanguage, text } from "./journal-parts.js";
import { card } from "./s-record.js";

const WORDS = {
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
const ERRORS = {
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
const OVER = new Set(["not-signed-in", "session-ended"]);
const PAGE = 20;

const at = (id) => document.getElementById(id);
const share = location.pathname.split("/")[2] ?? "";
const secret = location.hash.slice(1);
const base = `/api/v1/shares/${encodeURIComponent(share)}`;
const device = Array.from(crypto.getRandomValues(new Uint8Array(16)), (byte) => byte.toString(16).padStart(2, "0")).join("");

let busy = false;
let token = "";
let held = null;
let kinds = new Map();
let said = () => "";

function say(words, values = {}) {
  said = () => (words ? text(words, values) : "");
  at("state").textContent = said();
}

async function call(path, options = {}) {
  const headers = { "X-Device-ID": device, ...options.headers };
  if (token) headers.Authorization = `Bearer ${token}`;
  const answer = await fetch(path, { ...options, headers, cache: "no-store", credentials: "omit" });
  if (answer.ok) return answer;
  const problem = await answer.json().catch(() => ({}));
  throw Object.assign(new Error("refused"), { problem });
}

function failed(error) {
  if (!error.problem) return say(WORDS.offline);
  const { code, tries_left: left } = error.problem;
  say(ERRORS[code] ?? ERRORS.other);
  if (left > 0) {
    const before = said;
    said = () => `${before()} ${text(WORDS.tries, { left })}`;
    at("state").textContent = said();
  }
  if (OVER.has(code) || code === "share-closed") close(code === "share-closed");
}

function close(forGood) {
  token = "";
  held = null;
  clear(at("held"));
  at("form").hidden = forGood;
  if (!forGood) at("passcode").focus();
}

async function open(passcode) {
  say(WORDS.opening);
  const options = { method: "POST", headers: { "Content-Type": "application/json" } };
  const opened = await call(`${base}/open`, { ...options, body: JSON.stringify({ secret, passcode }) });
  token = (await opened.json()).share_token;
  at("passcode").value = "";
  const [contents, types] = await Promise.all([call(base), call("/api/v1/record-types")]);
  held = await contents.json();
  kinds = new Map((await types.json()).items.map((type) => [type.name, type]));
  setLanguage(held.language);
  at("form").hidden = true;
  show();
}

const label = (both) => both[language()] ?? both.ru;

function show() {
  const day = new Date(held.until).toLocaleString(language(), { dateStyle: "long", timeStyle: "short" });
  const empty = held.kinds.length + held.records.length === 0;
  say(empty ? WORDS.nothing : WORDS.until, { day });
  const parts = [];
  if (held.level === "limited") parts.push(element("p", { class: "note" }, text(WORDS.brief)));
  if (held.kinds.length) parts.push(element("h2", {}, text(WORDS.kinds)), ...held.kinds.map(section));
  if (held.records.length) parts.push(element("h2", {}, text(WORDS.single)), ...held.records.map(single));
  put(at("held"), ...parts);
}

/** A kind whose records are asked for when it is unfolded, and not before: each reading is recorded. */
function section(kind) {
  const list = element("ol", { class: "entries" });
  const more = element("button", { type: "button", class: "second" }, text(WORDS.more));
  more.hidden = true;
  let cursor = "";
  const next = async () => {
    say(WORDS.reading);
    const query = new URLSearchParams({ limit: PAGE, ...(cursor && { cursor }) });
    const page = await (await call(`${base}/records/${kind.kind}?${query}`)).json();
    list.append(...page.items.map((record) => entry(record, kind.document)));
    cursor = page.next ?? "";
    more.hidden = !cursor;
    say(list.children.length ? null : WORDS.empty);
  };
  more.addEventListener("click", () => next().catch(failed));
  return folded(label(kind.label), next, list, more);
}

function single(record) {
  const list = element("ol", { class: "entries" });
  const read = async () => {
    say(WORDS.reading);
    const found = await (await call(`${base}/records/${record.kind}/${record.record_id}`)).json();
    list.append(entry(found, record.document));
    say(null);
  };
  return folded(label(record.label), read, list);
}

function folded(title, load, ...children) {
  const made = element("details", {}, element("summary", {}, title), ...children);
  let loaded = false;
  made.addEventListener("toggle", () => {
    if (!made.open || loaded) return;
    loaded = true;
    load().catch((error) => {
      loaded = false;
      made.open = false;
      failed(error);
    });
  });
  return made;
}

const entry = (record, document) => card(record, kinds.get(record.kind), document ? () => download(record).catch(failed) : null);

async function download({ kind, id }) {
  say(WORDS.reading);
  const options = { headers: { Accept: "application/pdf" } }; // the gateway gives files to who asks for their type
  const data = await (await call(`${base}/records/${kind}/${id}/document`, options)).blob();
  const place = URL.createObjectURL(data);
  element("a", { href: place, download: `${kind}-${id}.pdf` }).click();
  setTimeout(() => URL.revokeObjectURL(place), 60_000);
  say(null);
}

at("form").addEventListener("submit", (event) => {
  event.preventDefault();
  if (busy) return; // a key that is held down is no second try
  busy = true;
  open(at("passcode").value)
    .catch(failed)
    .finally(() => (busy = false));
});
for (const button of document.querySelectorAll("[data-language]")) {
  button.addEventListener("click", () => {
    setLanguage(button.dataset.language);
    if (held) show();
    else at("state").textContent = said();
  });
}
addEventListener("hashchange", () => location.reload());
if (!secret || !share) {
  at("form").hidden = true;
  say(WORDS.incomplete);
}
