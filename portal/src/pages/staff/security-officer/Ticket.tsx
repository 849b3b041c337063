import { useState } from "react";
import { useParams } from "wouter";
import { api } from "../../../api/client";
import { useChange, useRead } from "../../../api/queries";
import { ifMatch, typed } from "../../../api/typed";
import { dayAndTime } from "../../../i18n/dates";
import { Button, Card, Confirm, Facts, Form, Notice, Page, ProblemBox, Radios, say, Section, Shown, TextArea, useForm } from "../../../ui";
import { TICKET_OUTCOMES, type Ticket as Told } from "./shapes";
import { TicketState } from "./Tickets";
import { t } from "./words";

type Outcome = (typeof TICKET_OUTCOMES)[number];
const after = (id: string) => [["ticket-read", id], ["ticket-list"]];

export default function Ticket() {
  const { ticketId = "" } = useParams();
  const found = useRead(["ticket-read", ticketId], () => typed<Told>(api.GET("/api/v1/tickets/{ticket_id}", { params: { path: { ticket_id: ticketId } } })));
  return (
    <Page title={found.data ? t(`kind-${found.data.kind}`) : t("ticket")} up={{ to: "/tickets", label: t("tickets") }} width="text">
      <Shown of={found}>
        {(ticket) => (
          <>
            <What ticket={ticket} />
            {ticket.about["session"] && ticket.state !== "closed" && <Unblock ticket={ticket} />}
            {ticket.state === "open" && <Take ticket={ticket} label={t("take")} />}
            {ticket.state === "in-work" && <Close ticket={ticket} />}
          </>
        )}
      </Shown>
    </Page>
  );
}

function What({ ticket }: { ticket: Told }) {
  return (
    <Card>
      <div className="row">
        <TicketState of={ticket.state} />
      </div>
      <p>{t(`kindHint-${ticket.kind}`)}</p>
      {ticket.text && <Notice title={t("personWrote")}>{ticket.text.split("\n").map((line, n) => <p key={n}>{line}</p>)}</Notice>}
      <Facts
        facts={[
          [t("came"), dayAndTime(ticket.opened_at)],
          [t("taken"), dayAndTime(ticket.taken_at)],
          [t("closedAt"), dayAndTime(ticket.closed_at)],
          [t("outcome"), ticket.outcome && t(`ticketOutcome-${ticket.outcome}`)],
          [t("answer"), ticket.answer],
        ]}
      />
    </Card>
  );
}

function Take({ ticket, label }: { ticket: Told; label: string }) {
  const path = { ticket_id: ticket.ticket_id };
  const taken = useChange(() => api.POST("/api/v1/tickets/{ticket_id}", { params: { path }, body: { step: "take" }, headers: ifMatch(ticket.version) }), after(ticket.ticket_id));
  return (
    <>
      {taken.error && <ProblemBox problem={taken.error} />}
      <div>
        <Button kind={ticket.state === "open" ? "primary" : "plain"} busy={taken.isPending} onPress={() => taken.mutate()}>
          {label}
        </Button>
      </div>
    </>
  );
}

function Close({ ticket }: { ticket: Told }) {
  const path = { ticket_id: ticket.ticket_id };
  const closed = useChange(
    (body: { step: "close"; outcome: Outcome; words: string }) => api.POST("/api/v1/tickets/{ticket_id}", { params: { path }, body, headers: ifMatch(ticket.version) }),
    after(ticket.ticket_id),
  );
  const form = useForm({ outcome: "" as "" | Outcome, words: "" }, ({ outcome, words }) => closed.mutateAsync({ step: "close", outcome: outcome || "answered", words: words.trim() }), {
    check: ({ outcome, words }) => ({ outcome: outcome ? "" : t("chooseOutcome"), words: outcome !== "answered" || words.trim() ? "" : t("answerNeeded") }),
    done: () => say(t("ticketClosed")),
  });
  return (
    <Section title={t("closeTicket")}>
      <Card>
        <Form form={form} submit={t("closeTicket")}>
          <Radios
            {...form.field("outcome")}
            onChange={(outcome) => form.set({ outcome: outcome as Outcome })}
            label={t("ticketResult")}
            choices={TICKET_OUTCOMES.map((value) => ({ value, label: t(`ticketOutcome-${value}`) }))}
          />
          <TextArea {...form.field("words")} label={t("answer")} hint={t("answerHint")} maxLength={2000} />
        </Form>
      </Card>
      <Take ticket={ticket} label={t("takeOver")} />
    </Section>
  );
}

/** Only the session that the ticket is about; its owner goes on where they were. */
function Unblock({ ticket }: { ticket: Told }) {
  const [asked, setAsked] = useState(false);
  const path = { ticket_id: ticket.ticket_id };
  const lifted = useChange(() => api.POST("/api/v1/tickets/{ticket_id}/unblock", { params: { path } }), after(ticket.ticket_id));
  const lift = () =>
    lifted.mutate(undefined, {
      onSuccess: () => say(t("unblocked")),
      onSettled: () => setAsked(false),
    });
  return (
    <Section title={t("block")}>
      {lifted.error && <ProblemBox problem={lifted.error} />}
      <div>
        <Button kind="secondary" onPress={() => setAsked(true)}>
          {t("unblock")}
        </Button>
      </div>
      <Confirm title={t("unblockSure")} yes={t("unblock")} open={asked} busy={lifted.isPending} onYes={lift} onClose={() => setAsked(false)}>
        {t("unblockWhat")}
      </Confirm>
    </Section>
  );
}
