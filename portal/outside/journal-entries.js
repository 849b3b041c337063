// The list of entries: when, who, in which role, for which organisation, what. Newest first, a part at a time.

import { placeText, safe, sentence } from "../verifier/texts.js";
import { element, language, put, text } from "./journal-parts.js";
import { ACTIONS, ROLES, WHYS } from "./journal-words.js";

const PAGE = 50;
const WORDS = {
  heading: ["Записи: {count}, новые сверху", "Entries: {count}, newest first"],
  names: [
    "Имён сотрудников в выписке нет, только их номера. Имена показывает журнал в личном кабинете. Время журнала, в часовом поясе этого устройства.",
    "The copy has no names of staff, only their numbers. The journal in your cabinet shows the names. Times are the log's, in this device's time zone.",
  ],
  untrusted: [
    "Проверка не пройдена: записям ниже верить нельзя.",
    "The check failed: the entries below cannot be trusted.",
  ],
  more: ["Показать ещё", "Show more"],
  gone: ["Текста нет", "No text"],
  you: ["вы", "you"],
  person: ["Кто: {id}", "Who: {id}"],
  organisation: ["Организация: {id}", "Organisation: {id}"],
  denied: ["отказано", "refused"],
  error: ["не удалось", "failed"],
};

/** `result` is that of the check. */
export function showEntries(parent, result) {
  const entries = [...result.entries].reverse();
  if (!entries.length) return put(parent);
  const marks = byPlace(result.findings);
  const list = element("ol", { class: "entries" });
  const more = element("button", { type: "button", class: "second" }, text(WORDS.more));
  let shown = 0;
  const next = () => {
    const part = entries.slice(shown, shown + PAGE);
    list.append(...part.map((entry) => item(entry, result.facts.patient, marks.get(entry.place) ?? [])));
    shown += part.length;
    more.hidden = shown >= entries.length;
  };
  more.addEventListener("click", () => {
    const first = shown;
    next();
    list.children[first]?.focus();
  });
  next();
  const warning = result.exitCode > 1 ? [element("p", { class: "note" }, text(WORDS.untrusted))] : [];
  const heading = element("h3", {}, text(WORDS.heading, { count: entries.length }));
  return put(parent, heading, ...warning, element("p", {}, text(WORDS.names)), list, more);
}

function byPlace(findings) {
  const found = new Map();
  for (const one of findings) {
    if (!found.has(one.place)) found.set(one.place, []);
    found.get(one.place).push(one);
  }
  return found;
}

function item({ time, place, body }, patient, marks) {
  const date = new Date(time);
  const shown = date.toLocaleString(language(), { dateStyle: "long", timeStyle: "medium" });
  const when = element("time", { datetime: date.toISOString() }, shown);
  const made = element("li", { tabindex: "-1" }, when, " ", element("small", {}, placeText(place, language())));
  made.append(element("p", { class: "what" }, body ? what(body) : text(WORDS.gone)));
  if (body) made.append(element("p", {}, who(body, patient)), ...numbers(body, patient));
  for (const { level, code, values } of marks) {
    made.append(element("p", { class: level === "broken" ? "mark" : "remark" }, sentence(code, language(), values)));
  }
  return made;
}

const isText = (value) => typeof value === "string" && value !== "";
const word = (words, key) => (Object.hasOwn(words, key) ? text(words[key]) : safe(key));

/** An operation's name (`card-read`) stands for the action (`card:read`), where a call failed before it came to it. */
function action(name) {
  if (Object.hasOwn(ACTIONS, name)) return text(ACTIONS[name]);
  for (let cut = name.indexOf("-"); cut > 0; cut = name.indexOf("-", cut + 1)) {
    const other = `${name.slice(0, cut)}:${name.slice(cut + 1)}`;
    if (Object.hasOwn(ACTIONS, other)) return text(ACTIONS[other]);
  }
  return safe(name);
}

/** Fields of a body may be anything: whoever logged them, logged them. */
function what(body) {
  const parts = [isText(body.action) ? action(body.action) : safe(JSON.stringify(body.action))];
  if (body.outcome === "denied" || body.outcome === "error") parts.push(`— ${text(WORDS[body.outcome])}`);
  const whys = [body.purpose, body.reason].filter(isText).map((key) => word(WHYS, key));
  if (whys.length) parts.push(`(${whys.join(", ")})`);
  return parts.join(" ");
}

function who({ actor }, patient) {
  const role = isText(actor.role) ? word(ROLES, actor.role) : "";
  return actor.id === patient ? `${text(WORDS.you)}, ${role}` : role;
}

/** Of who it was and for which organisation; oneself and the system need none. */
function numbers({ actor }, patient) {
  const person = actor.id === patient || actor.role === "system" ? "" : actor.id;
  const shown = [[WORDS.person, person], [WORDS.organisation, actor.org]].filter(([, id]) => isText(id));
  return shown.map(([words, id]) => element("p", { class: "remark" }, text(words, { id: safe(id) })));
}
