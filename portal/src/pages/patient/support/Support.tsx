import { api } from "../../../api/client";
import { useChange, usePages } from "../../../api/queries";
import { typed } from "../../../api/typed";
import { useMe } from "../../../app/session";
import { dayAndTime } from "../../../i18n/dates";
import { KeptNotice, useKeptForm } from "../../../offline/keptForm";
import { ButtonLink, Card, Empty, Form, List, Notice, Page, say, Section, Tag, TextArea, useForm } from "../../../ui";
import { t } from "./words";
import "./support.css";

type Ticket = {
  ticket_id: string;
  kind:
    | "question"
    | "sign-in-reported"
    | "session-blocked"
    | "session-revoked"
    | "brute-force"
    | "recovery-stopped"
    | "account-stolen"
    | "walking";
  state: "open" | "in-work" | "closed";
  opened_at: string;
  taken_at?: string;
  closed_at?: string;
  outcome?: "answered" | "confirmed" | "false-alarm" | "no-action";
  text?: string;
  answer?: string;
};

const MOST = 2000; // characters that the API takes
const TONES = { open: "info", "in-work": "info", closed: "good" } as const;

const ticketsKey = (personId: string) => ["ticket-mine", personId];

/** What the person wrote, and what the watch over the account reported by itself. */
export default function Support() {
  const { person_id } = useMe();
  const pages = usePages(ticketsKey(person_id), (query) =>
    typed<{ items: Ticket[]; next?: string }>(api.GET("/api/v1/me/tickets", { params: { query } })),
  );
  return (
    <Page title={t("title")} lead={t("lead")} width="text">
      <Notice tone="warn" title={t("emergency")}>
        {t("emergencyHow")}
      </Notice>
      <div className="row">
        <ButtonLink to="/help">{t("help")}</ButtonLink>
        <ButtonLink to="/tour" kind="plain">
          {t("tour")}
        </ButtonLink>
      </div>
      <Section title={t("write")}>
        <Write personId={person_id} />
      </Section>
      <Section title={t("mine")}>
        <p className="quiet">{t("order")}</p>
        <List
          of={pages}
          label={t("mine")}
          keyOf={(ticket) => ticket.ticket_id}
          empty={<Empty title={t("none")}>{t("noneWhy")}</Empty>}
        >
          {(ticket) => <OneTicket ticket={ticket} />}
        </List>
      </Section>
    </Page>
  );
}

function Write({ personId }: { personId: string }) {
  const written = useChange(
    (body: { text: string }) => api.POST("/api/v1/me/tickets", { body }),
    [ticketsKey(personId)],
  );
  const form = useForm({ text: "" }, ({ text }) => written.mutateAsync({ text: text.trim() }), {
    check: ({ text }) => ({ text: text.trim() ? "" : t("textNeeded") }),
    done: () => {
      form.set({ text: "" });
      say(t("sent"));
    },
  });
  const kept = useKeptForm(`ticket/${personId}`, form);
  return (
    <Card>
      <KeptNotice kept={kept} />
      <Form form={form} submit={t("send")}>
        <TextArea {...form.field("text")} label={t("text")} hint={t("textHint")} rows={5} maxLength={MOST} />
      </Form>
    </Card>
  );
}

function OneTicket({ ticket }: { ticket: Ticket }) {
  return (
    <>
      <div className="row-between">
        <h3>{t(`kind-${ticket.kind}`)}</h3>
        <Tag tone={TONES[ticket.state]}>{t(`state-${ticket.state}`)}</Tag>
      </div>
      <p className="quiet">{dayAndTime(ticket.opened_at)}</p>
      {ticket.text && <p className="ticket-words">{ticket.text}</p>}
      {ticket.state === "closed" && (
        <Notice title={ticket.outcome && t(`outcome-${ticket.outcome}`)}>
          {ticket.answer && <p className="ticket-words">{ticket.answer}</p>}
          <p className="quiet">{dayAndTime(ticket.closed_at)}</p>
        </Notice>
      )}
    </>
  );
}
