/** A field whose words come from a code set: ICD-10, drugs, units. What is chosen fills in its neighbours too. */
import { lazy, Suspense, useState } from "react";
import { inLanguage } from "../../i18n";
import { TextField } from "../../ui";
import type { Suggested } from "../../ui/lazy/Combobox";
import { suggest, type Suggestion } from "../access";
import { isBlank, resolved, type Property, type Values } from "../schema";
import { useRecordFormContext } from "./context";
import { pointer, type Path } from "./values";
import { formWords as t } from "./words";

const Combobox = lazy(() => import("../../ui/lazy/Combobox"));

type Props = {
  name: string;
  label: string;
  value: unknown;
  path: Path;
  optional: boolean;
  codeSet: string;
  by: string;
  within: { schema: Property; values: Values; path: Path };
};

const RECENT = 8;
/** What was chosen of late, by code set; of this page's life alone: it may tell of patients. */
const recent = new Map<string, Suggestion[]>();

const nameOf = (found: Suggestion) => found.ru || found.en; // records are in Russian where a name has both
const valueOf = (found: Suggestion, by: string): string =>
  by === "name" ? nameOf(found) : by === "atc" ? (found.atc?.[0] ?? "") : by === "loinc" ? (found.loinc?.[0] ?? "") : found.code;

function shown(found: Suggestion, by: string): Suggested {
  const name = inLanguage(found) || nameOf(found);
  const title = by === "code" ? `${found.code} ${name}` : name;
  return { id: found.code, title, note: (found.also ?? []).join(", ") };
}

export function CodeField({ name, label, value, path, optional, codeSet, by, within }: Props) {
  const { models, change, errorAt, hintAt } = useRecordFormContext();
  const text = isBlank(value) ? "" : String(value);
  const [words, setWords] = useState(text);
  const [found, setFound] = useState<readonly Suggestion[]>([]);
  const field = { name: pointer(path), label, error: errorAt(path), hint: hintAt(path), optional };
  const typed = (to: string) => {
    setWords(to);
    change(path, to.trim());
  };
  if (filledByNeighbour(name, codeSet, by, within.schema, (property) => resolved(property, models))) {
    return <TextField {...field} value={text} width="middle" onChange={(to) => change(path, to)} />;
  }
  const find = async (typedWords: string) => {
    const items = await suggest(codeSet, typedWords);
    setFound(items);
    return items.filter((item) => valueOf(item, by)).map((item) => shown(item, by));
  };
  const late = recent.get(codeSet) ?? [];
  const pick = (code: string) => {
    const item = [...found, ...late].find((one) => one.code === code);
    if (!item) return;
    recent.set(codeSet, [item, ...late.filter((one) => one.code !== code)].slice(0, RECENT));
    setWords(by === "code" && codeSet === "units" ? inLanguage(item) : valueOf(item, by));
    change(path, valueOf(item, by));
    for (const [place, filled] of neighbours(item, name, codeSet, within.schema, within.values)) change([...within.path, place], filled);
  };
  return (
    <Suspense fallback={<TextField {...field} value={words} onChange={typed} disabled />}>
      <Combobox {...field} hint={field.hint || t("typeToFind")} words={words} onWords={typed} onPick={pick} find={find} recent={late.map((item) => shown(item, by))} />
    </Suspense>
  );
}

/** Codes of what has a name beside it are filled in by choosing the name. */
function filledByNeighbour(name: string, codeSet: string, by: string, schema: Property, of: (property: Property) => Property): boolean {
  if (by === "name" || by === "code") return false;
  return Object.entries(schema.properties ?? {}).some(([other, property]) => {
    const whole = { ...property, ...of(property) };
    return other !== name && whole["x-code-set"] === codeSet && whole["x-code-by"] === "name";
  });
}

/** What a choice says of the fields beside it. */
function neighbours(found: Suggestion, name: string, codeSet: string, schema: Property, values: Values): readonly (readonly [string, string])[] {
  const filled: [string, string][] = [];
  for (const other of Object.keys(schema.properties ?? {})) {
    if (other === name) continue;
    if (other === "atc" && codeSet === "drugs") filled.push([other, found.atc?.[0] ?? ""]);
    if (other === "loinc" && codeSet === "analytes") filled.push([other, found.loinc?.[0] ?? ""]);
    if (other === "unit" && codeSet === "analytes" && isBlank(values[other])) filled.push([other, found.units?.[0] ?? ""]);
    if ((other === "text" || other === "condition") && codeSet === "icd-10") filled.push([other, nameOf(found)]);
    if (other === "substance" && codeSet === "drugs" && isBlank(values[other])) filled.push([other, nameOf(found)]);
  }
  return filled;
}
