/** Two versions of something as lines of words, so that a person can see where they differ. */
import type { Labels } from "./outbox";

export type Line = { path: string; mine: string; theirs: string };

type Values = Map<string, string>;
type Parts = Record<string, unknown>;

/** Every value by its path: "values/0/name". */
function flat(value: unknown, path = "", found: Values = new Map()): Values {
  if (value === null || value === undefined || value === "") return found;
  if (typeof value !== "object") return found.set(path, String(value));
  for (const [name, part] of Object.entries(value)) flat(part, path ? `${path}/${name}` : name, found);
  return found;
}

/** All members of either version, in the order of mine; those that differ first. */
export function linesOf(mine: unknown, theirs: unknown): Line[] {
  const [own, other] = [flat(mine), flat(theirs)];
  const paths = [...new Set([...own.keys(), ...other.keys()])];
  const lines = paths.map((path) => ({ path, mine: own.get(path) ?? "", theirs: other.get(path) ?? "" }));
  return [...lines.filter((line) => line.mine !== line.theirs), ...lines.filter((line) => line.mine === line.theirs)];
}

/** Paths of the texts that may be changed in place. */
export function textsOf(body: unknown): [path: string, text: string][] {
  return [...flat(body)].filter(([path]) => typeof at(body, path.split("/")) === "string");
}

const at = (body: unknown, names: readonly string[]): unknown =>
  names.reduce<unknown>((part, name) => (part as Parts)[name], body);

/** The same body with other texts at some paths. */
export function withTexts(body: unknown, texts: Readonly<Record<string, string>>): unknown {
  const copy: unknown = structuredClone(body);
  for (const [path, text] of Object.entries(texts)) {
    const names = path.split("/");
    const last = names.pop()!;
    (at(copy, names) as Parts)[last] = text;
  }
  return copy;
}

/** Members that mean the same wherever they stand. */
const COMMON: Labels = {
  text: { ru: "Текст", en: "Text" },
  note: { ru: "Примечание", en: "Note" },
  comment: { ru: "Комментарий", en: "Comment" },
  reason: { ru: "Причина", en: "Reason" },
  name: { ru: "Название", en: "Name" },
  value: { ru: "Значение", en: "Value" },
  systolic: { ru: "Верхнее давление", en: "Systolic" },
  diastolic: { ru: "Нижнее давление", en: "Diastolic" },
  occurred_at: { ru: "Когда", en: "When" },
  when: { ru: "Когда", en: "When" },
};

const labelOf = (name: string, labels: Labels | undefined) => labels?.[name] ?? COMMON[name];
const NUMBER = /^\d+$/;

/** Whether a value has a name that says something to a reader; codes and ids for the system have none. */
export const named = (path: string, labels: Labels | undefined): boolean =>
  path.split("/").every((name) => NUMBER.test(name) || labelOf(name, labels) !== undefined);

/** A path in words, as far as there are some. */
export function wordsOf(path: string, labels: Labels | undefined, language: "ru" | "en"): string {
  return path
    .split("/")
    .map((name) => (NUMBER.test(name) ? String(Number(name) + 1) : (labelOf(name, labels)?.[language] ?? name)))
    .join(" · ");
}
