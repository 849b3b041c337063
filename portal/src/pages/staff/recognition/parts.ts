/** Parts of a record that a person compares: a field, or one item of a list, as the API counts them. */
import { inLanguage } from "../../../i18n";
import type { Kind } from "../../../records";
import { brief, isBlank, isValues, readable, resolved, type Values } from "../../../records/schema";
import type { FoundField } from "./shapes";

const NOT_READ = new Set(["related", "status", "sections"]);

/** `pointer` as the API names it, `title` and `value` for a reader. */
export type Part = { readonly pointer: string; readonly title: string; readonly value: string; readonly raw: unknown };

export function partsOf(body: Values, kind: Kind): readonly Part[] {
  const models = kind.schema.$defs ?? {};
  return readable(kind.schema).flatMap(([name, property, title]) => {
    const value = body[name];
    if (NOT_READ.has(name) || isBlank(value)) return [];
    const of = resolved(property, models);
    if (!Array.isArray(value)) return [{ pointer: `/${name}`, title, value: brief(value, property, models), raw: value }];
    const item = resolved(of.items ?? {}, models);
    return value.map((one: unknown, place) => ({
      pointer: `/${name}/${place}`,
      title: `${title} ${place + 1}`,
      value: isValues(one) ? readable(item).map(([inner, what]) => brief(one[inner], what, models)).filter(Boolean).join(" · ") : brief(one, item, models),
      raw: one,
    }));
  });
}

const FILLED_IN = new Set(["interpretation"]);

/** Without what a model adds of its own. */
const essence = (value: unknown): string =>
  JSON.stringify(
    isValues(value)
      ? Object.entries(value)
          .filter(([name, inner]) => !FILLED_IN.has(name) && !isBlank(inner) && inner !== false)
          .map(([name, inner]) => [name, String(inner)])
          .sort()
      : String(value),
  );

/** What counts as compared: what was marked and is as it was read, and what the person wrote themselves. */
export function compared(before: readonly Part[], now: readonly Part[], marked: ReadonlySet<string>): string[] {
  const read = new Map(before.map((part) => [part.pointer, essence(part.raw)]));
  return now.filter((part) => marked.has(part.pointer) || read.get(part.pointer) !== essence(part.raw)).map(({ pointer }) => pointer);
}

/** The place on the paper of a field of the form, or of the part that it belongs to. */
export function placeOf(fields: readonly FoundField[], pointer: string): FoundField | null {
  const exact = fields.find(({ field }) => field === pointer);
  if (exact) return exact;
  const part = pointer.split("/").slice(0, 3).join("/");
  return fields.find(({ field }) => field === part || field.startsWith(`${part}/`)) ?? null;
}

export const labelOf = (kind: Kind): string => inLanguage(kind.labels);
