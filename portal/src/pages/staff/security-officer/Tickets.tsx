import { useState } from "react";
import { Link } from "wouter";
import { api } from "../../../api/client";
import { usePages } from "../../../api/queries";
import { typed } from "../../../api/typed";
import { dayAndTime } from "../../../i18n/dates";
import { Empty, List, Page, Select, Tag } from "../../../ui";
import type { Ticket } from "./shapes";
import { t } from "./words";

const STATES = ["open", "in-work", "closed"] as const;
const TONES = { open: "warn", "in-work": "info", closed: "quiet" } as const;

export const TicketState = ({ of }: { of: Ticket["state"] }) => <Tag tone={TONES[of]}>{t(`ticket-${of}`)}</Tag>;

export default function Tickets() {
  const [state, setState] = useState<(typeof STATES)[number]>("open");
  const pages = usePages(["ticket-list", state], (query) => typed<{ items: Ticket[]; next?: string }>(api.GET("/api/v1/tickets", { params: { query: { ...query, state } } })));
  return (
    <Page title={t("tickets")} lead={t("ticketsLead")}>
      <Select name="state" label={t("show")} value={state} onChange={(value) => setState(value as typeof state)} choices={STATES.map((value) => ({ value, label: t(`tickets-${value}`) }))} />
      <List of={pages} label={t("tickets")} keyOf={(one) => one.ticket_id} empty={<Empty title={t("noTickets")}>{t("noTicketsWhy")}</Empty>}>
        {(one) => (
          <div className="row-between">
            <Link href={`/tickets/${one.ticket_id}`}>
              <strong>{t(`kind-${one.kind}`)}</strong>
            </Link>
            <span className="row">
              <TicketState of={one.state} />
              <span className="quiet">{dayAndTime(one.opened_at)}</span>
            </span>
          </div>
        )}
      </List>
    </Page>
  );
}
