/** The fields of a model, each by its type. */
import { Checkbox, Checkboxes, DateField, Radios, Select, TextArea, TextField, type Choice } from "../../ui";
import { inLanguage } from "../../i18n";
import { isLinks, isNumber, isValues, mayBeMissing, readable, resolved, type Property, type Values } from "../schema";
import { CodeField } from "./CodeField";
import { useRecordFormContext } from "./context";
import { FilesInput } from "./FilesInput";
import { withGaps } from "./gaps";
import { MapInput, Part, Parts, Texts } from "./groups";
import { MomentField } from "./MomentField";
import { pointer, type Path } from "./values";
import { formWords as t } from "./words";

const LONG = 500; // characters: more than a line
const FEW = 4; // choices that stand open
const CLOCK = "[01][0-9]";

type InputsProps = { schema: Property; values: Values; path: Path; without?: readonly string[] };

export function Inputs({ schema, values, path, without = [] }: InputsProps) {
  return readable(schema)
    .filter(([name]) => !without.includes(name))
    .map(([name, property, title]) => (
      <Input
        key={name}
        name={name}
        property={property}
        label={title}
        value={values[name]}
        path={[...path, name]}
        optional={!(schema.required ?? []).includes(name)}
        within={{ schema, values, path }}
      />
    ));
}

type InputProps = {
  name: string;
  property: Property;
  label: string;
  value: unknown;
  path: Path;
  optional: boolean;
  within: { schema: Property; values: Values; path: Path };
};

function Input(props: InputProps) {
  const { kind, models } = useRecordFormContext();
  const { name, property, value, path, label, optional } = props;
  const of = resolved(property, models);
  const whole = { ...property, ...of };
  if (path.length === 1 && kind.files === name) return <FilesInput label={label} value={value} path={path} />;
  if (isLinks(property, models)) return null;
  if (whole["x-code-set"]) return <CodeField {...props} codeSet={whole["x-code-set"]} by={whole["x-code-by"] ?? "code"} />;
  if (of.type === "array") return <ArrayInput {...props} of={of} />;
  if (of.properties) return <Part label={label} schema={of} value={isValues(value) ? value : null} path={path} optional={optional && mayBeMissing(property)} />;
  if (of.type === "object") return <MapInput label={label} property={whole} value={isValues(value) ? value : {}} path={path} />;
  return <Single {...props} of={whole} />;
}

function ArrayInput({ of, label, value, path, optional }: InputProps & { of: Property }) {
  const { models, change, errorAt } = useRecordFormContext();
  const items = Array.isArray(value) ? (value as unknown[]) : [];
  const item = resolved(of.items ?? {}, models);
  if (item.properties) return <Parts label={label} item={item} items={items} path={path} most={of.maxItems} />;
  const choices = choicesOf({ ...item, ...(of["x-options"] ? { "x-options": of["x-options"] } : {}) });
  if (!choices.length) return <Texts label={label} item={item} items={items.map(String)} path={path} clock={item.pattern?.includes(CLOCK) ?? false} />;
  return (
    <Checkboxes name={pointer(path)} label={label} value={items.map(String)} choices={choices} error={errorAt(path)} optional={optional} onChange={(chosen) => change(path, chosen)} />
  );
}

const choicesOf = (property: Property): readonly Choice[] =>
  property["x-options"]?.filter(({ value }) => property.enum?.includes(value) ?? true).map((option) => ({ value: option.value, label: inLanguage(option) })) ??
  property.enum?.map((value) => ({ value, label: value })) ??
  [];

/** A field of one value. */
function Single({ of, property, label, value, path, optional }: InputProps & { of: Property }) {
  const { change, errorAt, hintAt } = useRecordFormContext();
  const text = value === null || value === undefined ? "" : String(value);
  const field = { name: pointer(path), label, value: text, error: errorAt(path), optional, hint: withGaps(text, hintAt(path)), onChange: (to: string) => change(path, to) };
  if (of.type === "boolean") {
    return <Checkbox {...field} value={value === true} onChange={(to) => change(path, to)} />;
  }
  const choices = choicesOf(of);
  if (choices.length) {
    const known = !text || choices.some((choice) => choice.value === text);
    if (of.enum && !mayBeMissing(property) && choices.length <= FEW) return <Radios {...field} optional={false} choices={choices} />;
    return <Select {...field} choices={known ? choices : [...choices, { value: text, label: text }]} {...(text && !optional ? {} : { empty: t(optional ? "notGiven" : "chooseOne") })} />;
  }
  if (of.format === "date") return <DateField {...field} />;
  if (of.format === "date-time") return <MomentField {...field} hint={hintAt(path)} />;
  if (isNumber(of) || isNumber(property)) return <TextField {...field} inputMode={of.type === "integer" ? "numeric" : "decimal"} width="short" />;
  if ((of.maxLength ?? 0) > LONG) return <TextArea {...field} />;
  return <TextField {...field} {...(of.maxLength ? { maxLength: of.maxLength } : {})} />;
}
