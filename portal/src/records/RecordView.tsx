/** One record as a reader sees it. Titles and words of its fields come from the schema of its kind. */
import { useState, type ReactNode } from "react";
import { Link } from "wouter";
import { Button, Facts, Table, type Column } from "../ui";
import { kindOf, recordPath, useKinds, type CardRecord, type Kind } from "./access";
import { Files, type Attachment } from "./Files";
import { Marks } from "./Marks";
import { Flag, isMeasured, Measured } from "./Measured";
import { isBlank, isLinks, isValues, plain, readable, resolved, type Models, type Property, type Values } from "./schema";
import { recordWords as t } from "./words";
import { inLanguage } from "../i18n";
import "./records.css";

export type RecordLink = { readonly kind: string; readonly id: string };

type Props = {
  record: CardRecord;
  kind: Kind;
  patientId: string;
  /** Where another record of the card is opened; without it related records are not shown. */
  addressOf?: (link: RecordLink, kind: Kind) => string;
  /** Fields that the page shows by itself. */
  without?: readonly string[];
};

type Within = Pick<Props, "addressOf" | "record" | "kind" | "patientId"> & { models: Models };

export function RecordView({ record, kind, patientId, addressOf, without = [] }: Props) {
  const within: Within = { record, kind, patientId, models: kind.schema.$defs ?? {}, ...(addressOf ? { addressOf } : {}) };
  return (
    <div className="stack">
      <Marks record={record} />
      <Parts values={record.body} schema={kind.schema} within={within} without={without} />
      {record.provenance && <p className="quiet">{t("from", { source: record.provenance.source })}</p>}
    </div>
  );
}

type Fact = readonly [title: string, value: ReactNode];

/** Short values as names and values; what has parts of its own stands below its title, over the whole width. */
function Parts({ values, schema, within, without = [] }: { values: Values; schema: Property; within: Within; without?: readonly string[] }) {
  const blocks: (Fact[] | { title: string; value: ReactNode })[] = [];
  for (const [name, property, title] of readable(schema)) {
    if (without.includes(name) || isBlank(values[name]) || !shows(property, within)) continue;
    const value = <Value value={values[name]} name={name} property={property} title={title} within={within} />;
    const last = blocks.at(-1);
    if (isWide(values[name])) blocks.push({ title, value });
    else if (Array.isArray(last)) last.push([title, value]);
    else blocks.push([[title, value]]);
  }
  return blocks.map((block, index) =>
    Array.isArray(block) ? (
      <Facts key={index} facts={block} />
    ) : (
      <div key={index} className="record-part stack-tight">
        <p className="record-part-title">{block.title}</p>
        {block.value}
      </div>
    ),
  );
}

const isWide = (value: unknown): boolean => (Array.isArray(value) ? value.some((item) => typeof item === "object") : typeof value === "object");

/** Links to other records stand only where they lead somewhere. */
const shows = (property: Property, { addressOf, models }: Within) => Boolean(addressOf) || !isLinks(property, models);

type ValueProps = { value: unknown; name: string; property: Property; title: string; within: Within };

function Value({ value, name, property, title, within }: ValueProps): ReactNode {
  const of = resolved(property, within.models);
  if (within.kind.files === name) return <Files files={value as Attachment[]} pathOf={fileOf(within)} />;
  if (isLinks(property, within.models)) return <Related links={value as RecordLink[]} addressOf={within.addressOf} />;
  if (Array.isArray(value)) return <Several items={value} of={of} title={title} within={within} />;
  if (!isValues(value)) return plain(value, { ...property, ...of });
  if (of.properties) return <Parts values={value} schema={of} within={within} />;
  return <Facts facts={Object.entries(value).map(([key, item]) => [plain(key, property), String(item)])} />;
}

const fileOf = ({ record, kind, patientId }: Within) =>
  record.summary_only ? null : (uploadId: string) => recordPath(patientId, kind.collection, record.id, "files", uploadId);

function Several({ items, of, title, within }: { items: readonly unknown[]; of: Property; title: string; within: Within }) {
  const parts = resolved(of.items ?? {}, within.models);
  if (!items.every(isValues)) return items.map((item) => plain(item, { ...of, ...of.items })).join("; ");
  if (isMeasured(parts)) return <Measured items={items} schema={parts} models={within.models} title={title} />;
  const columns: Column<Values>[] = readable(parts)
    .filter(([name]) => items.some((item) => !isBlank(item[name])))
    .map(([name, property, head]) => ({
      title: head,
      of: (item) => (isBlank(item[name]) ? "" : <Value value={item[name]} name={name} property={property} title={head} within={within} />),
    }));
  if (items.some((item) => item["interpretation"])) columns.push({ title: t("mark"), of: (item) => <Flag of={item["interpretation"]} /> });
  return <Table caption={title} columns={columns} rows={items} keyOf={(_, index) => String(index)} />;
}

function Related({ links, addressOf }: { links: readonly RecordLink[]; addressOf: Props["addressOf"] }) {
  const kinds = useKinds();
  if (!addressOf || !kinds.data) return null;
  return (
    <ul className="plain-list">
      {links.map((link) => {
        const kind = kindOf(kinds.data, link.kind);
        return kind ? (
          <li key={link.id}>
            <Link href={addressOf(link, kind)}>{inLanguage(kind.labels)}</Link>
          </li>
        ) : null;
      })}
    </ul>
  );
}

const SIZES = ["", "text-1", "text-2", "text-3"] as const;

/** A protocol or a summary that can be read in larger letters; the choice holds while the page is open. */
export function Zoomable({ children }: { children: ReactNode }) {
  const [size, setSize] = useState(0);
  return (
    <div className="stack">
      <div className="row no-print" role="group" aria-label={t("textSize")}>
        <Button kind="secondary" onPress={() => setSize(size + 1)} disabled={size === SIZES.length - 1}>
          {`A+ ${t("larger")}`}
        </Button>
        <Button kind="secondary" onPress={() => setSize(size - 1)} disabled={size === 0}>
          {`A− ${t("smaller")}`}
        </Button>
      </div>
      <div className={SIZES[size]}>{children}</div>
    </div>
  );
}
