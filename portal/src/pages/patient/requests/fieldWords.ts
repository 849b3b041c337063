/** Words of the forms: the schema of a kind names its fields and options by codes alone. */
import { inLanguage, type Two } from "../../../i18n";
import all from "./fieldWords.json";

type Field = Two & { hint?: Two };
type KindWords = { title: Two; lead: Two; fields: Record<string, Field>; options: Record<string, Record<string, Two>> };

const ALL: Readonly<Record<string, KindWords>> = all;

/** The kinds that are filed on these pages, in the order in which they are offered. */
export const FILED = [
  "copy-request",
  "profile-change",
  "newborn",
  "minor-permission",
  "transfer",
  "card-merge",
  "foreign-citizen",
] as const;
/** Those that a representative files for somebody else; the others are about oneself. */
export const FOR_WARDS: readonly string[] = ["copy-request", "transfer"];

export const kindTitle = (kind: string): string => (ALL[kind] ? inLanguage(ALL[kind].title) : kind);
export const kindLead = (kind: string): string => (ALL[kind] ? inLanguage(ALL[kind].lead) : "");

export function fieldTitle(kind: string, name: string): string {
  const found = ALL[kind]?.fields[name];
  return found ? inLanguage(found) : "";
}

/** Those that have words, in the order of the form. */
export const fieldNames = (kind: string): string[] => Object.keys(ALL[kind]?.fields ?? {});

export function fieldHint(kind: string, name: string): string {
  const hint = ALL[kind]?.fields[name]?.hint;
  return hint ? inLanguage(hint) : "";
}

export function optionTitle(kind: string, name: string, option: string): string {
  const found = ALL[kind]?.options[name]?.[option];
  return found ? inLanguage(found) : option;
}
