/** What the JSON Schema of a kind of record says of a value: titles and words stand in it (x-title, x-options). */
import { currentLanguage, inLanguage, type Two } from "../i18n";
import { day, dayAndTime } from "../i18n/dates";
import { recordWords as t } from "./words";

export type Option = Two & { readonly value: string };

export type Property = {
  readonly type?: string;
  readonly format?: string;
  readonly enum?: readonly string[];
  readonly const?: string;
  readonly anyOf?: readonly Property[];
  readonly $ref?: string;
  readonly items?: Property;
  readonly properties?: Readonly<Record<string, Property>>;
  readonly required?: readonly string[];
  readonly default?: unknown;
  readonly pattern?: string;
  readonly minLength?: number;
  readonly maxLength?: number;
  readonly maxItems?: number;
  readonly additionalProperties?: Property | boolean;
  readonly "x-title"?: Two;
  readonly "x-options"?: readonly Option[];
  readonly "x-code-set"?: string;
  readonly "x-code-by"?: string;
};

export type Models = Readonly<Record<string, Property>>;
export type Schema = Property & { readonly $defs?: Models };
export type Values = Readonly<Record<string, unknown>>;

const MOMENT = /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}/;
const MIDNIGHT = /T00:00(:00(\.0+)?)?(?=[+-])/;
const DAY = /^\d{4}-\d{2}-\d{2}$/;
const NUMBER = /^-?\d+(\.\d+)?$/;

export const isValues = (value: unknown): value is Values => typeof value === "object" && value !== null && !Array.isArray(value);

export const isBlank = (value: unknown): boolean =>
  value === null || value === undefined || value === "" || (typeof value === "object" && Object.keys(value).length === 0);

/** Name, property and title of what is for a reader, in the model's order. */
export const readable = (schema: Property): readonly (readonly [name: string, property: Property, title: string])[] =>
  Object.entries(schema.properties ?? {}).flatMap(([name, property]) => {
    const title = property["x-title"];
    return title ? [[name, property, inLanguage(title)] as const] : [];
  });

/** What a property refers to: a model, itself, or the one of its choices that is not null. */
export function resolved(property: Property, models: Models): Property {
  const choice = property.anyOf?.find((one) => one.type !== "null") ?? property;
  const name = choice.$ref?.split("/").at(-1);
  const found = name ? models[name] : undefined;
  if (found) return found;
  const options = property["x-options"] ?? choice["x-options"];
  return options ? { ...choice, "x-options": options } : choice;
}

export const isNumber = (property: Property): boolean =>
  property.type === "number" || property.type === "integer" || (property.anyOf ?? []).some((one) => one.type === "number");

export const mayBeMissing = (property: Property): boolean => (property.anyOf ?? []).some((one) => one.type === "null");

/** Whether it is one of the links to other records of the card: "related". */
export const isLinks = (property: Property, models: Models): boolean =>
  property.type === "array" && Object.keys(resolved(property.items ?? {}, models).properties ?? {}).join() === "kind,id";

/** A number as it is written in the reader's language; decimals come as text, so that none is rounded. */
export const written = (number: string): string => (currentLanguage() === "ru" ? number.replace(".", ",") : number);

/**
 * A day or a moment in words, at the clock where it was written, as documents print it. Midnight stands where only the
 * day is known.
 */
export function moment(value: string): string {
  if (DAY.test(value)) return day(value);
  if (value.endsWith("Z")) return dayAndTime(value);
  return MIDNIGHT.test(value) ? day(value.slice(0, 10)) : dayAndTime(value.slice(0, 16));
}

/** The text of what has no parts. */
export function plain(value: unknown, property: Property): string {
  if (typeof value === "boolean") return t(value ? "yes" : "no");
  const text = String(value);
  const option = property["x-options"]?.find((one) => one.value === text);
  if (option) return inLanguage(option);
  if (MOMENT.test(text) || DAY.test(text)) return moment(text);
  return NUMBER.test(text) && (typeof value === "number" || isNumber(property)) ? written(text) : text;
}

const FEW = 3; // items of a list in a line

/** One line of a value, for a heading: of a part its first two words, of a list its first few items. "" for nothing. */
export function brief(value: unknown, property: Property, models: Models): string {
  if (isBlank(value)) return "";
  const of = resolved(property, models);
  if (Array.isArray(value)) {
    const items = value.slice(0, FEW).map((item: unknown) => brief(item, of.items ?? {}, models));
    return items.filter(Boolean).join(", ") + (value.length > FEW ? "…" : "");
  }
  if (!isValues(value)) return plain(value, { ...property, ...of });
  const words = readable(of).map(([name, inner]) => (typeof value[name] === "object" ? "" : brief(value[name], inner, models)));
  return words.filter(Boolean).slice(0, 2).join(" ");
}
