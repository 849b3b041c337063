import { Link } from "wouter";
import { api } from "../../../api/client";
import { useRead } from "../../../api/queries";
import { typed } from "../../../api/typed";
import { inLanguage } from "../../../i18n";
import { day, dayAndTime, today, weekday } from "../../../i18n/dates";
import { ButtonLink, Page, Section, Shown, Tag } from "../../../ui";
import { useCaseKinds } from "./caseKinds";
import type { Paged, QueuedCase } from "./shapes";
import { t } from "./words";

const MOST = 50; // a queue with more than that is "50 and more"

type Line = { at?: string; submitted_at?: string; due?: string; overdue?: boolean };
type Asked = (query: { limit: number }) => Promise<{ data?: unknown; response: Response }>;
type QueueProps = { title: string; to: string; name: string; ask: Asked };

const QUEUES = [
  { name: "applications", to: "/applications", ask: (query: { limit: number }) => api.GET("/api/v1/applications", { params: { query } }) },
  { name: "doubts", to: "/doubts", ask: (query: { limit: number }) => api.GET("/api/v1/patient-doubts", { params: { query } }) },
  { name: "merges", to: "/merges", ask: (query: { limit: number }) => api.GET("/api/v1/merges", { params: { query } }) },
  { name: "messages", to: "/messages", ask: (query: { limit: number }) => api.GET("/api/v1/hl7/unmatched", { params: { query } }) },
  { name: "outside", to: "/outside-times", ask: (query: { limit: number }) => api.GET("/api/v1/scheduling/conflicts", { params: { query } }) },
] as const;

/** What waits for a registrar: a line a queue, how much is in it, how long it waits, and what is late. */
export default function Work() {
  return (
    <Page title={t("work")} lead={weekday(today())} actions={<ButtonLink to="/clinic-patients">{t("findPatient")}</ButtonLink>}>
      <Section title={t("waits")}>
        <ul className="plain-list list" aria-label={t("waits")}>
          {QUEUES.map(({ name, to, ask }) => (
            <Queue key={name} name={name} to={to} title={t(name)} ask={ask} />
          ))}
        </ul>
      </Section>
      <Section title={t("casesByKind")}>
        <CaseQueues />
      </Section>
    </Page>
  );
}

function CaseQueues() {
  const kinds = useCaseKinds();
  return (
    <Shown of={kinds}>
      {(found) => (
        <ul className="plain-list list" aria-label={t("casesByKind")}>
          {found.map(({ kind, label }) => (
            <Queue
              key={kind}
              name={`cases-${kind}`}
              to={`/cases?kind=${kind}`}
              title={inLanguage(label)}
              ask={(query) => typed<Paged<QueuedCase>>(api.GET("/api/v1/cases", { params: { query: { ...query, kind } } }))}
            />
          ))}
        </ul>
      )}
    </Shown>
  );
}

function Queue({ title, to, name, ask }: QueueProps) {
  const found = useRead(["queue-size", name], () => typed<Paged<Line>>(ask({ limit: MOST })));
  return (
    <li className="list-item">
      <Shown of={found} lines={1}>
        {({ items, next }) => (
          <>
            <div className="row-between">
              <Link href={to}>{title}</Link>
              <span className="row">
                <Late lines={items} />
                <Tag tone={items.length ? "info" : "quiet"}>{next ? t("waitingMore", { n: items.length }) : items.length ? t("waiting", { n: items.length }) : t("noneWait")}</Tag>
              </span>
            </div>
            <Since lines={items} />
          </>
        )}
      </Shown>
    </li>
  );
}

function Late({ lines }: { lines: readonly Line[] }) {
  const late = lines.filter(({ overdue }) => overdue).length;
  return late > 0 && <Tag tone="bad">{t("late", { n: late })}</Tag>;
}

function Since({ lines }: { lines: readonly Line[] }) {
  const [first] = lines;
  if (!first) return null;
  const due = lines.flatMap((line) => line.due ?? []).sort()[0];
  return (
    <p className="quiet">
      {t("oldest", { at: dayAndTime(first.submitted_at ?? first.at) })}
      {due && <> · {t("dueFirst", { day: day(due) })}</>}
    </p>
  );
}
