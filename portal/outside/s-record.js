// One record as it is shown by a link. Titles and words of fields come from the schema of its kind.

import { element, text } from "./journal-parts.js";
import { blank, brief, day, plain, readable, resolved } from "./s-schema.js";
import { flag, isMeasured, measured } from "./s-values.js";

const WORDS = {
  document: ["Скачать PDF", "Download PDF"],
  file: ["Скачать файл", "Download the file"],
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

/**
 * An item of a list. `kind` is that of /api/v1/record-types. `takes.document` is called when the PDF is wanted, what
 * `takes.file(id)` gives when a file of the record is; null where none may be taken.
 */
export function card(record, kind, takes) {
  const schema = kind?.schema ?? {};
  const within = { defs: schema.$defs ?? {}, key: `${record.kind}/${record.id}`, files: kind?.files, take: takes.file };
  const made = element("li", {}, element("h3", {}, heading(record, kind, within.defs)));
  const marks = [record.source, record.confirmed && "confirmed", record.status?.state].filter((one) => Object.hasOwn(MARKS, one));
  if (marks.length) made.append(element("p", { class: "note" }, marks.map((one) => text(MARKS[one])).join("; ")));
  made.append(fields(record.body, schema, within, kind?.occurred));
  if (takes.document) made.append(button(text(WORDS.document), takes.document));
  return made;
}

/** When it was and what it is, in a line; the name of the kind alone for what says neither. */
function heading({ body, kind: name }, kind, defs) {
  if (!kind) return name;
  const said = kind.summary
    .filter((field) => field !== kind.occurred)
    .map((field) => brief(body[field], kind.schema.properties?.[field] ?? {}, defs));
  const when = blank(body[kind.occurred] ?? null) ? "" : day(String(body[kind.occurred]));
  return [when, said.filter(Boolean).join("; ")].filter(Boolean).join(" – ") || text([kind.labels.ru, kind.labels.en]);
}

function button(title, pressed, more = {}) {
  const made = element("button", { type: "button", class: "second", ...more }, title);
  made.addEventListener("click", pressed);
  return made;
}

/** `left`: a field that stands elsewhere. */
function fields(body, schema, within, left = "") {
  const list = element("dl", {});
  for (const [name, property, title] of readable(schema)) {
    const value = body[name] ?? null;
    if (name === left || blank(value)) continue;
    const shown = element("dd", {});
    shown.append(...(within.files === name ? [files(value, within)] : content(value, property, within, title, name)));
    list.append(element("dt", {}, title), shown);
  }
  return list;
}

/** Files by their titles, each with its button where it may be taken. */
function files(items, { take }) {
  const lines = items.map(({ upload_id: id, title }) => {
    const line = element("li", {}, element("span", {}, title));
    if (take) line.append(button(text(WORDS.file), take(id), { "aria-label": `${text(WORDS.file)}: ${title}` }));
    return line;
  });
  return element("ul", { class: "files" }, ...lines);
}

/** Parts of one shape: a line each, without the columns that none fills; a flag stands where no scrolling hides it. */
function table(items, schema, within, title) {
  const columns = readable(schema).filter(([name]) => items.some((item) => !blank(item[name] ?? null)));
  const rows = items.map((item) => {
    const cells = columns.map(([name, property, head]) => {
      const value = item[name] ?? null;
      return element("td", {}, ...(blank(value) ? [] : content(value, property, within, head, name)));
    });
    if (flag(item)) cells[0].append(element("p", { class: "mark" }, flag(item)));
    return element("tr", {}, ...cells);
  });
  const head = element("tr", {}, ...columns.map((column) => element("th", { scope: "col" }, column[2])));
  const made = element("table", {}, element("thead", {}, head), element("tbody", {}, ...rows));
  return element("div", { class: "wide", role: "region", tabindex: "0", "aria-label": title }, made);
}

function content(value, property, within, title, name) {
  const of = resolved(property, within.defs);
  if (Array.isArray(value)) {
    if (value.every((item) => typeof item !== "object")) return [value.map((item) => plain(item, of.items ?? of)).join("; ")];
    const parts = resolved(of.items ?? {}, within.defs);
    if (isMeasured(parts)) return measured(value, parts, within.defs, `${within.key}/${name}`, title);
    return [table(value, parts, within, title)];
  }
  if (typeof value === "object") return [of.properties ? fields(value, of, within) : named(value, of)];
  return [plain(value, { ...of, ...property })];
}

/** An object without a model: names with texts. */
function named(value, property) {
  const list = element("dl", {});
  for (const [name, item] of Object.entries(value)) {
    list.append(element("dt", {}, plain(name, property)), element("dd", {}, typeof item === "object" ? JSON.stringify(item) : String(item)));
  }
  return list;
}
