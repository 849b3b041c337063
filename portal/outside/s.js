// A link to a card: <origin>/s/<share>#<secret>. The fragment leaves the browser once, in the body of the request that
// opens the link. The token stays in this page's memory: whoever closes the page gives the passcode again.
// Each reading is recorded, so what was read is kept, and shown again from here when the language changes.

import { clear, element, language, put, setLanguage, text } from "./journal-parts.js";
import { file, printed, save } from "./s-files.js";
import { foldAll, folding } from "./s-folds.js";
import { card } from "./s-record.js";
import { ENDED, ERRORS, OVER, WORDS } from "./s-words.js";

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
let lists = new Map(); // key of a section: {records, cursor, read}
let said = () => "";

function say(words, values = () => ({})) {
  said = () => (words ? text(words, values()) : "");
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
  if (OVER.has(code) || ENDED.has(code)) close(ENDED.has(code));
}

function close(forGood) {
  token = "";
  held = null;
  lists = new Map();
  foldAll();
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
  const empty = held.kinds.length + held.records.length === 0;
  const day = () => new Date(held.until).toLocaleString(language(), { dateStyle: "long", timeStyle: "short" });
  say(empty ? WORDS.nothing : WORDS.until, () => ({ day: day() }));
  show();
  at("held").focus(); // the form that had the focus is gone
}

const label = (both) => both[language()] ?? both.ru;

function show() {
  const parts = [];
  if (held.level === "limited") parts.push(element("p", { class: "note" }, text(WORDS.brief)));
  if (held.kinds.length) parts.push(element("h2", {}, text(WORDS.kinds)), ...held.kinds.map(kindOf));
  if (held.records.length) parts.push(element("h2", {}, text(WORDS.single)), ...held.records.map(single));
  put(at("held"), ...parts);
}

/** Pages of a kind, newest first. */
function kindOf(kind) {
  return section(kind.kind, kind, async (list) => {
    const query = new URLSearchParams({ limit: PAGE, ...(list.cursor && { cursor: list.cursor }) });
    const page = await (await call(`${base}/records/${kind.kind}?${query}`)).json();
    return { records: page.items, cursor: page.next ?? "" };
  });
}

function single(record) {
  return section(`${record.kind}/${record.record_id}`, record, async () => {
    const found = await (await call(`${base}/records/${record.kind}/${record.record_id}`)).json();
    return { records: [found], cursor: "" };
  });
}

/** Records that are asked for when they are unfolded, and not before. `read(list)` gives the next of them. */
function section(key, described, read) {
  if (!lists.has(key)) lists.set(key, { records: [], cursor: "", read: false, busy: false });
  const list = lists.get(key);
  const shown = element("ol", { class: "entries" });
  const empty = element("p", {}, text(WORDS.empty));
  const more = element("button", { type: "button", class: "second" }, text(WORDS.more));
  list.add = (records) => {
    shown.append(...records.map((record) => entry(record, described)));
    more.hidden = !list.cursor;
    empty.hidden = !list.read || list.records.length > 0;
  };
  list.add(list.records);
  more.addEventListener("click", () => next(list, read).catch(failed));
  return folding(key, label(described.label), [shown, empty, more], async () => {
    if (!list.read) await next(list, read);
  }, failed);
}

/** One at a time: a second press would read the same page again. */
async function next(list, read) {
  if (list.busy) return;
  list.busy = true;
  say(WORDS.reading);
  try {
    const { records, cursor } = await read(list);
    Object.assign(list, { records: [...list.records, ...records], cursor, read: true });
    list.add(records); // to what is shown by now, perhaps in another language
    say(null);
  } finally {
    list.busy = false;
  }
}

function entry(record, { document: prints, files }) {
  const { kind, id } = record;
  const one = `${base}/records/${kind}/${id}`;
  const taking = (take, path, name) => () => {
    say(WORDS.reading);
    take((from, headers) => call(from, { headers }), path)
      .then((taken) => save(taken, name))
      .then(() => say(null))
      .catch(failed);
  };
  return card(record, kinds.get(kind), {
    document: prints ? taking(printed, `${one}/document`, `${kind}-${id}`) : null,
    file: files ? (file_id) => taking(file, `${one}/files/${encodeURIComponent(file_id)}`, `${kind}-${file_id}`) : null,
  });
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
    at("state").textContent = said();
    if (held) show();
  });
}
addEventListener("hashchange", () => location.reload());
if (!secret || !share) {
  at("form").hidden = true;
  say(WORDS.incomplete);
}
