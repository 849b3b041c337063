// Measured values as laboratories print them: name, value, unit, range, mark. What few read is folded below.

import { element, text } from "./journal-parts.js";
import { folding } from "./s-folds.js";
import { blank, plain, readable, resolved } from "./s-schema.js";

const HEADS = {
  name: ["Показатель", "Analyte"],
  value: ["Значение", "Value"],
  unit: ["Ед.", "Unit"],
  range: ["Норма", "Range"],
  mark: ["Оценка", "Mark"],
};
const WORDS = { more: ["Коды и методы", "Codes and methods"] };
export const FLAGS = {
  L: ["↓ ниже нормы", "↓ below the range"],
  H: ["↑ выше нормы", "↑ above the range"],
  LL: ["↓↓ критически низко", "↓↓ critically low"],
  HH: ["↑↑ критически высоко", "↑↑ critically high"],
  A: ["! отклонение", "! abnormal"],
  AA: ["!! критическое отклонение", "!! critically abnormal"],
};
const SHAPE = ["name", "value", "unit", "low", "high"];
const IN_CELLS = new Set([...SHAPE, "text", "reference_text", "applies_to", "laboratory_flag"]);

/** Whether parts of this shape are measured values, of whatever kind of record. */
export const isMeasured = (schema) => SHAPE.every((name) => Object.hasOwn(schema.properties ?? {}, name));

export const flag = ({ interpretation }) => (Object.hasOwn(FLAGS, interpretation ?? "") ? text(FLAGS[interpretation]) : "");

/** The table, and below it what it leaves out; `key` names the fold. */
export function measured(items, schema, defs, key, title) {
  const rows = items.map((item) => cells(item, schema, defs));
  const columns = Object.keys(HEADS).filter((name) => rows.some((row) => row[name]));
  const head = element("tr", {}, ...columns.map((name) => element("th", { scope: "col", class: name }, ...shown(name, text(HEADS[name])))));
  const body = rows.map((row) => element("tr", {}, ...columns.map((name) => element("td", { class: name }, ...shown(name, row[name])))));
  const made = element("table", { class: "measured" }, element("thead", {}, head), element("tbody", {}, ...body));
  const table = element("div", { class: "wide", role: "region", tabindex: "0", "aria-label": title }, made);
  const more = rest(items, schema);
  return more ? [table, folding(key, text(WORDS.more), [more])] : [table];
}

/** On a narrow screen a mark is its sign alone to the eye; its words are there for whoever listens. */
function shown(column, said) {
  if (column !== "mark" || !said) return [said];
  const [, sign, words] = /^([↓↑!]*)\s*(.*)$/.exec(said);
  return [sign, element("span", { class: "words" }, words)].filter(Boolean);
}

function cells(item, schema, defs) {
  const unit = blank(item.unit ?? null) ? "" : plain(item.unit, schema.properties.unit);
  const whom = blank(item.applies_to ?? null) ? "" : ` (${people(item.applies_to, resolved(schema.properties.applies_to, defs))})`;
  return {
    name: item.name ?? "",
    value: String(item.value ?? item.text ?? ""),
    unit,
    range: limits(item) + whom,
    mark: flag(item),
  };
}

function limits({ low = null, high = null, reference_text: words }) {
  if (low !== null && high !== null) return `${low} – ${high}`;
  if (low !== null) return `≥ ${low}`;
  return high !== null ? `≤ ${high}` : words ?? "";
}

/** For whom a range is, in one line: жен., 18–60 */
function people({ sex = null, age_from: since = null, age_to: until = null }, schema) {
  const ages = since === null ? `≤ ${until}` : until === null ? `≥ ${since}` : `${since}–${until}`;
  return [sex && plain(sex, schema.properties.sex), (since ?? until) !== null && ages].filter(Boolean).join(", ");
}

/** What has no column, by the name of its value; null when there is none. */
function rest(items, schema) {
  const left = readable(schema).filter(([name]) => !IN_CELLS.has(name));
  const lines = items.flatMap((item) => {
    const said = left.filter(([name]) => !blank(item[name] ?? null)).map(([name, property, title]) => `${title}: ${plain(item[name], property)}`);
    return said.length ? [element("dt", {}, item.name), element("dd", {}, said.join("; "))] : [];
  });
  return lines.length ? element("dl", {}, ...lines) : null;
}
