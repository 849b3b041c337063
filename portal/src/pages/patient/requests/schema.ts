/**
 * Fields of a request, from the JSON Schema of its kind (GET /api/v1/case-kinds). A field inside another object has a
 * name with a dot: "other_parent.snils".
 */
import { Problem } from "../../../api/problems";

type Property = {
  type?: string;
  enum?: string[];
  pattern?: string;
  maxLength?: number;
  default?: unknown;
  description?: string;
  anyOf?: Property[];
  $ref?: string;
};

export type FormSchema = {
  properties: Record<string, Property>;
  required?: string[];
  $defs?: Record<string, FormSchema>;
};

export type FieldSchema = {
  name: string;
  kind: "text" | "long" | "day" | "choice" | "several";
  options: readonly string[];
  required: boolean;
  initial: string;
  most: number | undefined;
};

export type Values = Record<string, string | readonly string[]>;

const DAY = "^[0-9]{4}-[0-9]{2}-[0-9]{2}$";
const LONG = 500; // characters from which on a field has several lines

/** "null or this" is how an optional property is written. */
const given = (property: Property): Property => property.anyOf?.find(({ type }) => type !== "null") ?? property;

export function fieldsOf(schema: FormSchema, definitions = schema.$defs ?? {}, above = ""): FieldSchema[] {
  return Object.entries(schema.properties).flatMap(([name, property]) => {
    const found = given(property);
    const inner = found.$ref && definitions[found.$ref.split("/").at(-1) ?? ""];
    if (inner) return fieldsOf(inner, definitions, `${above}${name}.`);
    return [
      fieldOf(`${above}${name}`, { ...found, default: property.default }, schema.required?.includes(name) ?? false),
    ];
  });
}

function fieldOf(name: string, property: Property, required: boolean): FieldSchema {
  return {
    name,
    kind: kindOf(property),
    options: property.enum ?? [],
    required,
    initial: typeof property.default === "string" ? property.default : "",
    most: property.maxLength,
  };
}

function kindOf({ type, enum: options, pattern, maxLength = 0 }: Property): FieldSchema["kind"] {
  if (options) return "choice";
  if (type === "array") return "several";
  if (pattern === DAY) return "day";
  return maxLength > LONG ? "long" : "text";
}

/** The body of the form: what was asked and given. What was there and was emptied is sent empty: a name given up. */
export function bodyOf(names: readonly string[], values: Values, initial: Values): Record<string, unknown> {
  const body: Record<string, unknown> = {};
  for (const name of names) {
    const value = values[name] ?? "";
    if (!value.length && !initial[name]?.length) continue;
    const [first = "", second] = name.split(".");
    const sent = typeof value === "string" ? value.trim() : value;
    if (!second) body[first] = sent;
    else body[first] = { ...(body[first] as object | undefined), [second]: sent };
  }
  return body;
}

/** A refusal whose fields are named as the form names them: "/form/other_parent/snils" is "other_parent.snils". */
export function namedAsHere(problem: Problem, names: readonly string[]): Problem {
  const fields = problem.fields.map((one) => ({ ...one, field: nearest(dotted(one.field), names) }));
  return new Problem(problem.status, { ...problem.extra, fields }, problem.retryAfter);
}

const dotted = (pointer: string): string =>
  pointer
    .replace(/^\/form\b/, "")
    .slice(1)
    .replaceAll("/", ".");

/** The field itself, the whole that it is an entry of ("sections.0"), or the first part of what is named ("child"). */
const nearest = (name: string, names: readonly string[]): string =>
  names.find((one) => one === name) ??
  names.find((one) => name.startsWith(`${one}.`)) ??
  names.find((one) => one.startsWith(`${name}.`)) ??
  name;
