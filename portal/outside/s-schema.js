// What the schema of a kind says of a value: titles and words stand in it (x-title, x-options).

import { language, text } from "./journal-parts.js";

const WORDS = { yes: ["да", "yes"], no: ["нет", "no"] };
const MOMENT = /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}/;
const DAY = /^\d{4}-\d{2}-\d{2}$/;

/** [name, property, title] of what is for a reader, in the model's order: that of a body is its names'. */
export const readable = (schema) =>
  Object.entries(schema.properties ?? {}).flatMap(([name, property]) => {
    const title = property["x-title"]?.[language()];
    return title ? [[name, property, title]] : [];
  });

export const blank = (value) => value === null || value === "" || (typeof value === "object" && Object.keys(value).length === 0);

/** What a property refers to: a model, itself, or the one of its choices that is not null. */
export function resolved(property, defs) {
  const choice = property.anyOf?.find((one) => one.type !== "null") ?? property;
  const name = choice.$ref?.split("/").at(-1);
  return name && Object.hasOwn(defs, name) ? defs[name] : { ...choice, "x-options": property["x-options"] ?? choice["x-options"] };
}

/** The text of what has no parts. */
export function plain(value, property) {
  if (typeof value === "boolean") return text(value ? WORDS.yes : WORDS.no);
  const option = property["x-options"]?.find((one) => one.value === value);
  return option ? option[language()] : day(String(value));
}

/** A day or a moment in words, at the clock where it was written, as documents print it; any other text as it is. */
export function day(shown) {
  if (MOMENT.test(shown)) return new Date(shown.endsWith("Z") ? shown : shown.slice(0, 16)).toLocaleString(language(), { dateStyle: "long", timeStyle: "short" });
  return DAY.test(shown) ? new Date(`${shown}T00:00:00`).toLocaleDateString(language(), { dateStyle: "long" }) : shown;
}

const FEW = 3;

/** One line of a value, for a heading: of a part its first two words, of a list its first few items. "" for nothing. */
export function brief(value, property, defs) {
  if (blank(value ?? null)) return "";
  const of = resolved(property, defs);
  if (Array.isArray(value)) {
    const items = value.slice(0, FEW).map((item) => brief(item, of.items ?? {}, defs));
    return items.join(", ") + (value.length > FEW ? "…" : "");
  }
  if (typeof value !== "object") return plain(value, { ...of, ...property });
  const words = readable(of).map(([name, inner]) => (typeof value[name] === "object" ? "" : brief(value[name], inner, defs)));
  return words.filter(Boolean).slice(0, 2).join(" ");
}
