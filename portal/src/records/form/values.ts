/** The values of a form whose shape is a JSON Schema: what stands at first, how one changes, and what is sent. */
import { isBlank, isLinks, isNumber, isValues, mayBeMissing, resolved, type Models, type Property, type Values } from "../schema";

export type Path = readonly (string | number)[];

/** As the API names a place: "/diagnoses/0/code". */
export const pointer = (path: Path): string => path.map((part) => `/${String(part).replace(/~/g, "~0").replace(/\//g, "~1")}`).join("");

/** The values with one of them changed; nothing of the old ones is touched. */
export function changedAt<T>(values: T, path: Path, value: unknown): T {
  const [part, ...rest] = path;
  if (part === undefined) return value as T;
  if (typeof part === "number") {
    const items = Array.isArray(values) ? [...(values as unknown[])] : [];
    items[part] = changedAt(items[part], rest, value);
    return items as T;
  }
  const before: Values = isValues(values) ? values : {};
  return { ...before, [part]: changedAt(before[part], rest, value) } as T;
}

/** What a model says that stands in its fields when nobody filled them in, under what is `given`. */
export function atFirst(schema: Property, given: Values = {}): Values {
  const presets = Object.entries(schema.properties ?? {}).filter(([, property]) => property.default !== undefined);
  return { ...Object.fromEntries(presets.map(([name, property]) => [name, property.default])), ...given };
}

const WITHOUT_OFFSET = /T\d{2}:\d{2}(:\d{2})?$/;
const ONE_DIGIT = /T(\d):/; // "9:05"

/** Minutes of this device's clock as "+03:00", on the day that is meant: summer time has another offset. */
function offset(at: string): string {
  const minutes = -new Date(at).getTimezoneOffset();
  const two = (number: number) => String(Math.trunc(Math.abs(number))).padStart(2, "0");
  return Number.isNaN(minutes) ? "Z" : `${minutes < 0 ? "-" : "+"}${two(minutes / 60)}:${two(minutes % 60)}`;
}

function cleanText(text: string, property: Property): unknown {
  const trimmed = text.trim();
  if (property.format === "date-time") {
    const at = trimmed.replace(ONE_DIGIT, "T0$1:");
    return WITHOUT_OFFSET.test(at) ? at + offset(at) : at;
  }
  if (!isNumber(property)) return trimmed;
  const number = trimmed.replace(",", ".").replace(/\s/g, "");
  return property.type === "integer" && /^-?\d+$/.test(number) ? Number(number) : number;
}

function cleanValue(value: unknown, property: Property, models: Models): unknown {
  const of = resolved(property, models);
  if (typeof value === "string") return cleanText(value, property.anyOf && isNumber(property) ? property : of);
  if (Array.isArray(value)) {
    if (isLinks(property, models)) return value;
    return value.map((item: unknown) => cleanValue(item, of.items ?? {}, models)).filter((item) => isValues(item) || !isBlank(item));
  }
  if (!isValues(value)) return value;
  return of.properties ? clean(value, of, models) : Object.fromEntries(Object.entries(value).filter(([, text]) => !isBlank(text)));
}

/** What is sent: without fields that the model does not know, and without those that were left empty. */
export function clean(values: Values, schema: Property, models: Models): Values {
  const sent: [string, unknown][] = [];
  for (const [name, property] of Object.entries(schema.properties ?? {})) {
    const value = cleanValue(values[name], property, models);
    if (value === "" || value === undefined || value === null) {
      if (mayBeMissing(property)) sent.push([name, null]);
    } else sent.push([name, value]);
  }
  return Object.fromEntries(sent);
}
