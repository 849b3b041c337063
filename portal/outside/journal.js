// The page that checks a copy of the access journal. The check itself is ../verifier/verify.js; here are files and words.
// Nothing leaves the browser; the one request, for the server's policy, is made when its button is pressed.

import { placeText, safe, sentence } from "../verifier/texts.js";
import { check } from "../verifier/verify.js";
import { clear, element, language, put, setLanguage, text } from "./journal-parts.js";
import { showEntries } from "./journal-entries.js";

const LARGEST = 256 * 2 ** 20; // bytes of a bundle, those of the verifier
const FIRST = 3; // findings of one code that are shown at once
const SERVER = "/.well-known/audit-policy.json";
const LEVELS = ["usage", "broken", "alarm", "info"];

const WORDS = {
  verdict: [
    ["Проверка пройдена", "The check passed"],
    ["Тревога: подделки не найдено, но есть вопросы", "Alarm: no forgery was found, but there are questions"],
    ["Проверка не пройдена", "The check failed"],
    ["Проверить не удалось", "It could not be checked"],
  ],
  meaning: [
    [
      "Все записи на месте, ни одна не изменена, и ваш запрос среди них последний.",
      "All entries are in place, none was altered, and your own request is the newest of them.",
    ],
    [
      "Записи сходятся, но ниже есть то, что надо выяснить. Спросите клинику или уполномоченного по защите данных.",
      "The entries hold together, but something below must be looked into. Ask the clinic or the data protection officer.",
    ],
    [
      "Этой выписке нельзя верить. Если файлы и число выбраны верно, сохраните выписку и сообщите о ней клинике и свидетелям.",
      "This copy cannot be trusted. If files and number are the right ones, keep the copy and tell the clinic and the witnesses.",
    ],
    ["Это ничего не говорит о журнале.", "That says nothing about the journal."],
  ],
  proved: [
    [
      "Доказано: записи выписки стоят в журнале, подписанном теми, кому вы верите; все они ваши, ни одна между ними не скрыта, и годы не пропущены.",
      "Proved: the copy's entries are in the log signed by those whom you trust; all of them are yours, none between them is hidden, and no year was left out.",
    ],
    ["Этой выпиской не доказано ничего.", "This copy proves nothing."],
  ],
  levels: {
    usage: ["Почему", "Why"],
    broken: ["Нарушения", "Broken promises"],
    alarm: ["Надо выяснить", "To be looked into"],
    info: ["К сведению", "Remarks"],
  },
  more: ["И ещё таких же: {count}", "{count} more of the same"],
  busy: ["Проверяем…", "Checking…"],
  noBundle: ["Выберите файл выписки или вставьте её текст.", "Choose the file of the copy, or paste its text."],
  noPolicy: ["Выберите файл политики.", "Choose the policy file."],
  unreadable: ["Файл не читается или слишком велик.", "The file cannot be read, or is too large."],
  fetched: [
    "Внимание: политика взята у того же сервера, чей журнал вы проверяете. Сервер, который обманывает, дал бы и подложную политику. Сравните её с той, что получена в другом месте.",
    "Take care: this policy comes from the very server whose log you check. A server that deceives would give a false policy too. Compare it with one from elsewhere.",
  ],
  notFetched: ["Получить политику не удалось.", "The policy could not be fetched."],
  years: ["По годам", "By year"],
  chain: [
    "{year} год: ваших записей {entries}, из них без текста {erased}; всего в журнале {size}",
    "{year}: {entries} entries of yours, {erased} of them without text; the whole log has {size}",
  ],
  title: ["Проверка журнала доступа – Медкарта", "Check of the access journal – Medkarta"],
  witness: ["Свидетель {name} видел журнал: {time}", "Witness {name} saw the log: {time}"],
};

const at = (id) => document.getElementById(id);
let [policyOfServer, last, turn] = [null, null, 0];

/** Bytes of a chosen file, unpacked where it is gzip. Rejects when there are too many. */
async function bytesOf(file) {
  const head = new Uint8Array(await file.slice(0, 2).arrayBuffer());
  const packed = head[0] === 0x1f && head[1] === 0x8b;
  const stream = packed ? file.stream().pipeThrough(new DecompressionStream("gzip")) : file.stream();
  const [parts, reader] = [[], stream.getReader()];
  for (let size = 0; ; ) {
    const { done, value } = await reader.read();
    if (done) break;
    size += value.length;
    if (size > LARGEST) throw new RangeError("too large");
    parts.push(value);
  }
  return new Uint8Array(await new Blob(parts).arrayBuffer());
}

async function chosen(id, otherwise) {
  const [file] = at(id).files;
  return file ? bytesOf(file) : otherwise;
}

/** The result of the check, or the words that say what is missing. */
async function checked() {
  let [bundle, policy] = [null, null];
  try {
    [bundle, policy] = [await chosen("bundle", at("pasted").value.trim()), await chosen("policy", policyOfServer)];
  } catch {
    return WORDS.unreadable;
  }
  if (!bundle.length) return WORDS.noBundle;
  if (!policy) return WORDS.noPolicy;
  const age = at("age").valueAsNumber;
  return check(bundle, policy, { nonce: at("nonce").value.trim(), maxAge: Number.isNaN(age) ? null : age });
}

async function submit(event) {
  event.preventDefault();
  const mine = ++turn;
  forget();
  put(at("state"), element("p", {}, text(WORDS.busy)));
  at("form").setAttribute("aria-busy", "true");
  const found = await checked();
  if (mine !== turn) return; // something was changed meanwhile
  at("form").removeAttribute("aria-busy");
  clear(at("state"));
  if (Array.isArray(found)) {
    put(at("state"), element("p", { class: "note" }, text(found)));
    return;
  }
  last = found;
  show();
  at("verdict").focus();
}

/** A result must not stand beside other files than its own. */
function forget() {
  last = null;
  at("result").hidden = true;
  clear(at("state"));
  at("form").removeAttribute("aria-busy");
}

function show() {
  const { exitCode, findings } = last;
  at("result").hidden = false;
  at("box").className = ["box fine", "box alarm", "box broken", "box"][exitCode];
  put(at("verdict"), text(WORDS.verdict[exitCode]));
  put(at("meaning"), text(WORDS.meaning[exitCode]));
  put(at("proved"), text(WORDS.proved[exitCode < 2 ? 0 : 1]));
  put(at("findings"), ...LEVELS.flatMap((level) => findingsOf(level, findings.filter((one) => one.level === level))));
  put(at("summary"), ...summary(last.facts));
  showEntries(at("entries"), last);
}

/** Under one heading; of each code a few, and the rest where it is asked for. */
function findingsOf(level, found) {
  if (!found.length) return [];
  const lists = [...new Set(found.map((one) => one.code))].flatMap((code) => {
    const items = found.filter((one) => one.code === code).map(line);
    const hidden = items.slice(FIRST);
    const count = hidden.length + (last.leftOff[code] ?? 0);
    const more = element("summary", {}, text(WORDS.more, { count }));
    const rest = element("details", {}, more, element("ul", { class: "list" }, ...hidden));
    return [element("ul", { class: "list" }, ...items.slice(0, FIRST)), ...(hidden.length ? [rest] : [])];
  });
  return [element("h3", {}, text(WORDS.levels[level])), ...lists];
}

function line({ code, place, values }) {
  const where = element("strong", {}, `${placeText(place, language())}:`);
  return element("li", {}, where, " ", sentence(code, language(), values), " ", element("small", {}, code));
}

function summary({ chains = [] }) {
  if (!chains.length) return [];
  const items = chains.map(({ witnesses, ...chain }) => {
    const seen = Object.entries(witnesses).map(([name, time]) =>
      element("li", {}, text(WORDS.witness, { name: safe(name), time: moment(time) })),
    );
    return element("li", {}, text(WORDS.chain, chain), element("ul", {}, ...seen));
  });
  return [element("h3", {}, text(WORDS.years)), element("ul", { class: "list" }, ...items)];
}

function moment(seconds) {
  const date = new Date(seconds * 1000);
  if (Number.isNaN(date.getTime())) return String(seconds);
  return date.toLocaleString(language(), { dateStyle: "medium", timeStyle: "short" });
}

async function takePolicy() {
  try {
    const answer = await fetch(SERVER, { cache: "no-store", credentials: "omit", redirect: "error" });
    if (!answer.ok) throw new Error(answer.statusText);
    policyOfServer = new Uint8Array(await answer.arrayBuffer());
    at("policy").value = "";
    forget();
  } catch {
    policyOfServer = null;
  }
  sayFetched();
}

let tried = false;
function sayFetched() {
  if (tried) put(at("fetched"), element("p", { class: "note" }, text(policyOfServer ? WORDS.fetched : WORDS.notFetched)));
}

function choose(chosenLanguage) {
  setLanguage(chosenLanguage);
  document.title = text(WORDS.title);
  clear(at("state"));
  sayFetched();
  if (last) show();
}

at("form").addEventListener("submit", submit);
at("form").addEventListener("input", () => {
  turn += 1;
  forget();
});
at("policy").addEventListener("change", () => {
  [policyOfServer, tried] = [null, false];
  clear(at("fetched"));
});
at("fetch").addEventListener("click", () => {
  tried = true;
  takePolicy();
});
for (const button of document.querySelectorAll("[data-language]")) {
  button.addEventListener("click", () => choose(button.dataset.language));
}
if (location.search === "?en") choose("en");
