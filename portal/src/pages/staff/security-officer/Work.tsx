import { Link } from "wouter";
import { api } from "../../../api/client";
import { useRead } from "../../../api/queries";
import { typed } from "../../../api/typed";
import { dayAndTime } from "../../../i18n/dates";
import { Button, ButtonLink, Card, Empty, Page, Section, Shown, Tag } from "../../../ui";
import type { Emergency, Finding, Ticket } from "./shapes";
import { t } from "./words";

const MOST = 100; // of what one question gives; above it "100+" says enough
const OLDEST = 3;

type Waiting = { id: string; to: string; title: string; since: string; urgent: boolean };
type Answer<T> = { items: T[]; next?: string };

/** What waits for a decision: emergencies first, for their time runs; the longest waiting on top of each list. */
export default function Work() {
  const emergencies = useRead(["emergency-queue", "waiting"], () => typed<Answer<Emergency>>(api.GET("/api/v1/emergencies", { params: { query: { limit: MOST } } })));
  const findings = useRead(["finding-list", "waiting"], () => typed<Answer<Finding>>(api.GET("/api/v1/findings", { params: { query: { state: "open", limit: MOST } } })));
  const tickets = useRead(["ticket-list", "waiting"], () => typed<Answer<Ticket>>(api.GET("/api/v1/tickets", { params: { query: { limit: MOST } } })));
  const again = () => void [emergencies, findings, tickets].map((one) => one.refetch());
  return (
    <Page title={t("work")} lead={t("workLead")} actions={<Button kind="secondary" onPress={again}>{t("refresh")}</Button>}>
      <Shown of={emergencies} lines={2}>
        {({ items, next }) => <Queue title={t("emergencies")} to="/emergencies" more={Boolean(next)} waiting={items.filter(({ state }) => state === "open").map(ofEmergency)} none={t("noEmergencies")} />}
      </Shown>
      <Shown of={findings} lines={2}>
        {({ items, next }) => <Queue title={t("findings")} to="/findings" more={Boolean(next)} waiting={items.map(ofFinding)} none={t("noFindingsShort")} />}
      </Shown>
      <Shown of={tickets} lines={2}>
        {({ items, next }) => <Queue title={t("tickets")} to="/tickets" more={Boolean(next)} waiting={items.filter(({ state }) => state !== "closed").map(ofTicket)} none={t("noTicketsShort")} />}
      </Shown>
    </Page>
  );
}

const ofEmergency = (one: Emergency): Waiting => ({ id: one.id, to: `/emergencies/${one.patient}/${one.id}`, title: t(`reason-${one.reason}`), since: one.at, urgent: one.overdue });
const ofFinding = (one: Finding): Waiting => ({ id: one.finding_id, to: `/findings/${one.finding_id}`, title: one.title, since: one.found_at, urgent: one.severity === "high" });
const ofTicket = (one: Ticket): Waiting => ({ id: one.ticket_id, to: `/tickets/${one.ticket_id}`, title: t(`kind-${one.kind}`), since: one.opened_at, urgent: one.kind === "account-stolen" });

type QueueProps = { title: string; to: string; waiting: readonly Waiting[]; more: boolean; none: string };

function Queue({ title, to, waiting, more, none }: QueueProps) {
  const oldest = [...waiting].sort((one, other) => one.since.localeCompare(other.since)).slice(0, OLDEST);
  if (!oldest.length) {
    return (
      <Section title={title} actions={<ButtonLink to={to} kind="plain" label={`${t("all")}: ${title}`}>{t("all")}</ButtonLink>}>
        <Empty title={none} />
      </Section>
    );
  }
  return (
    <Section title={title} actions={<ButtonLink to={to} kind="plain" label={`${t("all")}: ${title}`}>{t("all")}</ButtonLink>}>
      <Card>
        <p>
          <strong>{more ? t("waitingMore", { n: waiting.length }) : t("waiting", { n: waiting.length })}</strong>
          {waiting.length > oldest.length && ` ${t("oldestOf", { n: oldest.length })}`}
        </p>
        <ul className="plain-list list" aria-label={title}>
          {oldest.map((one) => (
            <li key={one.id} className="list-item row-between">
              <Link href={one.to}>{one.title}</Link>
              <span className="row">
                {one.urgent && <Tag tone="bad">{t("urgent")}</Tag>}
                <span className="quiet">{t("since", { when: dayAndTime(one.since) })}</span>
              </span>
            </li>
          ))}
        </ul>
      </Card>
    </Section>
  );
}
