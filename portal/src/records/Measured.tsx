/** Measured values as laboratories print them: name, value, unit, range, mark. What few read is folded below. */
import { More, Table, Tag, type Column } from "../ui";
import { isBlank, plain, readable, resolved, written, type Models, type Property, type Values } from "./schema";
import { recordWords as t } from "./words";

const SHAPE = ["name", "value", "unit", "low", "high"];
const IN_CELLS = new Set([...SHAPE, "text", "reference_text", "applies_to", "laboratory_flag", "interpretation"]);
const FLAGS = { L: "warn", H: "warn", LL: "bad", HH: "bad", A: "warn", AA: "bad" } as const;

/** Whether parts of this shape are measured values, of whatever kind of record. */
export const isMeasured = (schema: Property): boolean => SHAPE.every((name) => name in (schema.properties ?? {}));

export function Flag({ of }: { of: unknown }) {
  if (typeof of !== "string" || !(of in FLAGS)) return null;
  const flag = of as keyof typeof FLAGS;
  return <Tag tone={FLAGS[flag]}>{t(flag)}</Tag>;
}

export function Measured({ items, schema, models, title }: { items: readonly Values[]; schema: Property; models: Models; title: string }) {
  const columns: Column<Values>[] = [
    { title: t("analyte"), of: (item) => String(item["name"] ?? "") },
    { title: t("value"), of: (item) => <strong>{valueOf(item)}</strong>, number: true },
    { title: t("unit"), of: (item) => (isBlank(item["unit"]) ? "" : plain(item["unit"], schema.properties?.["unit"] ?? {})) },
    { title: t("range"), of: (item) => rangeOf(item, schema, models), number: true },
    { title: t("mark"), of: (item) => <Flag of={item["interpretation"]} /> },
  ];
  const rest = readable(schema).filter(([name]) => !IN_CELLS.has(name));
  const coded = items.filter((item) => rest.some(([name]) => !isBlank(item[name])));
  return (
    <>
      <Table caption={title} columns={columns} rows={items} keyOf={(_, index) => String(index)} />
      {coded.length > 0 && (
        <More title={t("codes")}>
          <ul>
            {coded.map((item, index) => (
              <li key={index}>
                {String(item["name"] ?? "")}:{" "}
                {rest
                  .filter(([name]) => !isBlank(item[name]))
                  .map(([name, property, said]) => `${said}: ${plain(item[name], property)}`)
                  .join("; ")}
              </li>
            ))}
          </ul>
        </More>
      )}
    </>
  );
}

const valueOf = (item: Values): string => {
  const value = item["value"] ?? item["text"];
  return isBlank(value) ? "" : item["value"] === null || item["value"] === undefined ? String(value) : written(String(value));
};

/** "3,5–5,1", "≥ 60", or what the laboratory wrote, and for whom it holds. */
export function rangeOf(item: Values, schema: Property, models: Models): string {
  const [low, high] = [item["low"], item["high"]].map((end) => (isBlank(end) ? "" : written(String(end))));
  const range = low && high ? `${low}–${high}` : low ? `≥ ${low}` : high ? `≤ ${high}` : String(item["reference_text"] ?? "");
  const whom = item["applies_to"] as Values | null | undefined;
  if (isBlank(whom) || !whom) return range;
  const of = resolved(schema.properties?.["applies_to"] ?? {}, models);
  return `${range} (${people(whom, of)})`;
}

function people(whom: Values, schema: Property): string {
  const [since, until] = [whom["age_from"], whom["age_to"]];
  const ages = isBlank(since) ? (isBlank(until) ? "" : `≤ ${until}`) : isBlank(until) ? `≥ ${since}` : `${since}–${until}`;
  const sex = isBlank(whom["sex"]) ? "" : plain(whom["sex"], schema.properties?.["sex"] ?? {});
  return [sex, ages].filter(Boolean).join(", ");
}
