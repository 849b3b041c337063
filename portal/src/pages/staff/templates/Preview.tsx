import type { Kind } from "../../../records";
import { Marked } from "../../../records/form/gaps";
import { isBlank, isValues, plain, readable, resolved, type Property, type Values } from "../../../records/schema";
import { t } from "./words";

type Line = { title: string; text: string };

/** Every text of a body with the titles that lead to it. */
function lines(values: Values, schema: Property, kind: Kind, above: readonly string[] = []): Line[] {
  const models = kind.schema.$defs ?? {};
  return readable(schema).flatMap(([name, property, title]) => one(values[name], property, [...above, title]));

  function one(value: unknown, property: Property, titles: readonly string[]): Line[] {
    if (isBlank(value)) return [];
    const of = { ...property, ...resolved(property, models) };
    if (Array.isArray(value)) return value.flatMap((item: unknown) => one(item, of.items ?? {}, titles));
    if (!isValues(value)) return [{ title: titles.join(", "), text: plain(value, of) }];
    if (of.properties) return lines(value, of, kind, titles);
    return Object.entries(value).map(([name, text]) => ({ title: plain(name, of), text: String(text) }));
  }
}

/** A template as it reads: gaps are marked, placeholders stand in braces. */
export function Preview({ kind, body }: { kind: Kind; body: Values }) {
  const found = lines(body, kind.schema, kind);
  if (!found.length) return <p className="quiet">{t("nothingYet")}</p>;
  return (
    <dl className="facts">
      {found.map(({ title, text }, index) => (
        <div key={index} className="fact">
          <dt>{title}</dt>
          <dd className="template-text">
            <Marked text={text} />
          </dd>
        </div>
      ))}
    </dl>
  );
}
