/** How a record is called in a list: who, what; and when it was. */
import { inLanguage } from "../i18n";
import type { CardRecord, Kind } from "./access";
import { brief, isBlank, isNumber, moment, resolved, type Models, type Property, type Values } from "./schema";

type Titled = { readonly body: Values };

/** The words of its summary, without the date; what is a bare choice, day or number says what it is of. */
function said({ body }: Titled, kind: Kind): readonly string[] {
  const models = kind.schema.$defs ?? {};
  return kind.summary
    .filter((field) => field !== kind.occurred)
    .flatMap((field) => {
      const property = kind.schema.properties?.[field] ?? {};
      const words = brief(body[field], property, models);
      const title = property["x-title"];
      return words ? [isBare(property, models) && title ? `${inLanguage(title)}: ${words}` : words] : [];
    });
}

function isBare(property: Property, models: Models): boolean {
  const of = resolved(property, models);
  return Boolean(of.enum ?? of.format) || of.type === "boolean" || isNumber(property);
}

/** A doctor alone does not tell one visit from another. */
const inTitle = (kind: Kind): number => (kind.summary.includes("doctor_name") ? 2 : 1);

/** What it is, in a line; the name of its kind where it says nothing. */
export const recordTitle = (record: Titled, kind: Kind): string =>
  said(record, kind).slice(0, inTitle(kind)).join(" · ") || inLanguage(kind.labels);

/** What else its summary says. */
export const recordMore = (record: Titled, kind: Kind): string => said(record, kind).slice(inTitle(kind)).join(" · ");

/** When it was, in words; "" where it does not say. */
export const recordMoment = ({ body }: Titled, kind: Kind): string =>
  isBlank(body[kind.occurred]) ? "" : moment(String(body[kind.occurred]));

/** Kinds that have a page of their own. */
const PAGES: Readonly<Record<string, string>> = {
  "laboratory-results": "/results",
  "imaging-studies": "/studies",
  prescriptions: "/prescriptions",
};

/** Where a record is opened within the own pages. */
export const recordAddress = (record: Pick<CardRecord, "id">, { collection }: Pick<Kind, "collection">): string =>
  `${PAGES[collection] ?? `/records/${collection}`}/${record.id}`;
