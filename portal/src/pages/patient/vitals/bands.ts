/** Limits of vital signs, held against readings here as the API does (domain/vital_signs/bands.py). */
import type { Level, PartName, Reading, Rule } from "./shapes";

/** What is known of how a reading was taken: its place, and for some signs more. */
export type Said = Record<string, string>;

const fits = (rule: Rule, said: Said): boolean =>
  Object.entries(rule.when).every(([name, words]) => words.includes(said[name] ?? ""));

function broken(rule: Rule, value: number): boolean {
  const limit = Number(rule.limit);
  switch (rule.relation) {
    case ">=":
      return value >= limit;
    case "<=":
      return value <= limit;
    case "<":
      return value < limit;
    case ">":
      return value > limit;
  }
}

/** The worst level of what is typed, before the API has judged it. */
export function judged(values: Partial<Record<PartName, string>>, said: Said, rules: readonly Rule[]): Level {
  const held = rules.filter((rule) => fits(rule, said));
  if (!held.length) return "none";
  const found = held.filter((rule) => values[rule.part] !== undefined && broken(rule, Number(values[rule.part])));
  if (found.some((rule) => rule.level === "urgent")) return "urgent";
  return found.length ? "attention" : "normal";
}

const isUpper = (rule: Rule): boolean => rule.relation === ">=" || rule.relation === ">";

/** Between which values a reading of this place is within limits; a doctor's own limits go before the common ones. */
export function limitsOf(
  rules: readonly Rule[],
  part: PartName,
  place: string,
): { low: number | null; high: number | null } {
  const held = rules.filter((rule) => rule.part === part && fits(rule, { place }));
  const end = (some: Rule[], nearest: (...limits: number[]) => number): number | null =>
    some.length ? nearest(...some.map((rule) => Number(rule.limit))) : null;
  return {
    low: end(
      held.filter((rule) => !isUpper(rule)),
      Math.max,
    ),
    high: end(held.filter(isUpper), Math.min),
  };
}

/** Where one number of a reading lies. The level is the API's: it knows how the reading was taken, the chart does not. */
export function standingOf(
  reading: Reading,
  part: PartName,
  rules: readonly Rule[],
): "below" | "within" | "above" | "unknown" {
  const value = Number(reading.values[part]);
  const found = rules.filter(
    (rule) => rule.part === part && fits(rule, { place: reading.place }) && broken(rule, value),
  );
  if (found.length) return found.some(isUpper) ? "above" : "below";
  if (reading.level === "none") return "unknown";
  const isOut = reading.level === "attention" || reading.level === "urgent";
  const elsewhere = rules.filter(
    (rule) => rule.part === part && Object.keys(rule.when).some((name) => name !== "place") && broken(rule, value),
  );
  return isOut && elsewhere.length ? (elsewhere.some(isUpper) ? "above" : "below") : "within";
}
