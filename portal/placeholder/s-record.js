// One record as it is shown by a link. Titles and words of fields come from the schema of its kind (x-title, x-options).

import { element, language, text } from "./journal-parts.js";

const WORDS = {
  document: ["Скачать PDF", "Download PDF"],
  yes: ["да", "yes"],
  no: ["нет", "no"],
};
const MARKS = {
  "patient-reported": ["Со слов пациента", "Reported by the patient"],
  connected: ["Из подключённого источника", "From a connected source"],
  confirmed: ["Подтверждено врачом", "Confirmed by a doctor"],
  dispensed: ["Отпущено", "Dispensed"],
  revoked: ["Отменено", "Revoked"],
  replaced: ["Заменено другим", "Replaced by another"],
  expired: ["Срок истёк", "Expired"],
};
const FLAGS = {
  L: ["ниже нормы", "below the range"],
  H: ["выше нормы", "above the range"],
  LL: ["критически низко", "critically low"],
  HH: ["критически высоко", "critically high"],
  A: ["отклонение", "abnormal"],
  AA: ["критическое отклонение", "critically abnormal"],
};
const MOMENT = /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}/;
const DAY = /^\d{4}-\d{2}-\d{2}$/;

/** An item of a list. `kind` is that of /api/v1/record-types; `download` is called when the PDF is wanted, or null. */
export function card(record, kind, download) {
  const made = element("li", {}, element("p", { class: "what" }, kind ? kind.labels[language()] : record.kind));
  const marks = [record.source, record.confirmed && "confirmed", record.status?.state].filter((one) => Object.hasOwn(MARKS, one));
  if (marks.length) made.append(element("p", { class: "note" }, marks.map((one) => text(MARKS[one])).join("; ")));
  made.append(fields(record.body, kind?.schema ?? {}, kind?.schema?.$defs ?? {}));
  if (download) {
    const button = element("button", { type: "button", class: "second" }, text(WORDS.document));
    button.addEventListener("click", download);
    made.append(button);
  }
  return made;
}

function fields(body, schema, defs) {
  const list = element("dl", {});
  for (const [name, property, title] of readable(schema)) {
    const value = body[name] ?? null;
    if (blank(value)) continue;
    const shown = element("dd", {});
    shown.append(...content(value, property, defs, title));
    list.append(element("dt", {}, title), shown);
  }
  return list;
}

/** [name, property, title] of what is for a reader, in the model's order: that of a body is its names'. */
const readable = (schema) =>
  Object.entries(schema.properties ?? {}).flatMap(([name, property]) => {
    const title = property["x-title"]?.[language()];
    return title ? [[name, property, title]] : [];
  });

/** Parts of one shape: a line each, without the columns that none fills; a flag stands where no scrolling hides it. */
function table(items, schema, defs, title) {
  const columns = readable(schema).filter(([name]) => items.some((item) => !blank(item[name] ?? null)));
  const rows = items.map((item) => {
    const cells = columns.map(([name, property, head]) => {
      const value = item[name] ?? null;
      return element("td", {}, ...(blank(value) ? [] : content(value, property, defs, head)));
    });
    if (flag(item)) cells[0].append(element("p", { class: "mark" }, flag(item)));
    return element("tr", {}, ...cells);
  });
  const head = element("tr", {}, ...columns.map((column) => element("th", { scope: "col" }, column[2])));
  const made = element("table", {}, element("thead", {}, head), element("tbody", {}, ...rows));
  return element("div", { class: "wide", role: "region", tabindex: "0", "aria-label": title }, made);
}

const flag = ({ interpretation }) => (Object.hasOwn(FLAGS, interpretation ?? "") ? text(FLAGS[interpretation]) : "");

const blank = (value) => value === null || value === "" || (typeof value === "object" && Object.keys(value).length === 0);

function content(value, property, defs, title) {
  const of = resolved(property, defs);
  if (Array.isArray(value)) {
    if (value.every((item) => typeof item !== "object")) return [value.map((item) => plain(item, of.items ?? of)).join("; ")];
    return [table(value, resolved(of.items ?? {}, defs), defs, title)];
  }
  if (typeof value === "object") return [of.properties ? fields(value, of, defs) : named(value, of)];
  return [plain(value, { ...of, ...property })];
}

/** What a property refers to: a model, itself, or the one of its choices that is not null. */
function resolved(property, defs) {
  const choice = property.anyOf?.find((one) => one.type !== "null") ?? property;
  const name = choice.$ref?.split("/").at(-1);
  return name && Object.hasOwn(defs, name) ? defs[name] : { ...choice, "x-options": property["x-options"] ?? choice["x-options"] };
}

/** An object without a model: names with texts. */
function named(value, property) {
  const list = element("dl", {});
  for (const [name, item] of Object.entries(value)) {
    list.append(element("dt", {}, plain(name, property)), element("dd", {}, typeof item === "object" ? JSON.stringify(item) : String(item)));
  }
  return list;
}

function plain(value, property) {
  if (typeof value === "boolean") return text(value ? WORDS.yes : WORDS.no);
  const option = property["x-options"]?.find((one) => one.value === value);
  if (option) return option[language()];
  const shown = String(value);
  if (MOMENT.test(shown)) return new Date(shown).toLocaleString(language(), { dateStyle: "long", timeStyle: "short" });
  return DAY.test(shown) ? new Date(`${shown}T00:00:00`).toLocaleDateString(language(), { dateStyle: "long" }) : shown;
}
