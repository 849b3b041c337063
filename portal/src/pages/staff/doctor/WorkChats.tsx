import { useState } from "react";
import { Link } from "wouter";
import { api } from "../../../api/client";
import { asProblem, type Problem } from "../../../api/problems";
import { useChange, usePages, useRead } from "../../../api/queries";
import { typed } from "../../../api/typed";
import { dayAndTime } from "../../../i18n/dates";
import { Button, Card, DateField, Empty, Form, List, Notice, Page, ProblemBox, Section, Tag, TextArea, useForm } from "../../../ui";
import { PatientName } from "./PatientName";
import { t } from "./words";

type Talk = { id: string; patient_id: string; state: "open" | "closed"; last_at: string; unread: number };

/** All chats of a doctor, and the notice for when they are away. */
export default function WorkChats() {
  const pages = usePages(["chat-mine", "all"], (query) => typed<{ items: Talk[]; next?: string }>(api.GET("/api/v1/me/chats", { params: { query } })));
  return (
    <Page title={t("chats")} lead={t("chatsLead")}>
      <List of={pages} label={t("chats")} keyOf={(talk) => talk.id} empty={<Empty title={t("noChats")}>{t("noChatsWhy")}</Empty>}>
        {(talk) => (
          <div className="row-between">
            <Link href={`/work-chats/${talk.patient_id}/${talk.id}`}>
              <PatientName patientId={talk.patient_id} />
            </Link>
            <span className="row">
              {talk.unread > 0 && <Tag tone="info">{t("unread", { n: talk.unread })}</Tag>}
              {talk.state === "closed" && <Tag>{t("chatClosed")}</Tag>}
              <span className="quiet">{dayAndTime(talk.last_at)}</span>
            </span>
          </div>
        )}
      </List>
      <AbsenceSection />
    </Page>
  );
}

/** Asked for when it is opened: most days there is nothing to see. */
function AbsenceSection() {
  const [open, setOpen] = useState(false);
  return (
    <Section title={t("absence")}>
      {open ? (
        <Absence />
      ) : (
        <div>
          <Button kind="secondary" onPress={() => setOpen(true)}>
            {t("absenceOpen")}
          </Button>
        </div>
      )}
    </Section>
  );
}

type Away = { until: string; text: string };
const KEY = ["absence-read"];

async function standing(): Promise<{ data: Away | null }> {
  try {
    const { data } = await typed<Away>(api.GET("/api/v1/me/absence"));
    return { data: data ?? null };
  } catch (thrown) {
    const problem: Problem = asProblem(thrown);
    if (problem.status === 404) return { data: null };
    throw problem;
  }
}

function Absence() {
  const found = useRead<Away | null>(KEY, standing as () => Promise<{ data?: Away | null }>);
  const ended = useChange(() => api.DELETE("/api/v1/me/absence"), [KEY]);
  if (found.error) return <ProblemBox problem={found.error} retry={() => void found.refetch()} />;
  if (!found.data) return <SetAbsence />;
  return (
    <Card tone="warn">
      <Notice tone="warn" title={t("absenceIs", { when: dayAndTime(found.data.until) })}>
        {found.data.text}
      </Notice>
      {ended.error && <ProblemBox problem={ended.error} />}
      <div>
        <Button kind="secondary" busy={ended.isPending} onPress={() => ended.mutate()}>
          {t("absenceOff")}
        </Button>
      </div>
    </Card>
  );
}

/** The end of a day by the clock of this device, with its offset: the API takes moments. */
const endOf = (date: string): string => new Date(`${date}T23:59:00`).toISOString();

function SetAbsence() {
  const set = useChange((body: Away) => api.PUT("/api/v1/me/absence", { body }), [KEY]);
  const form = useForm({ until: "", text: "" }, ({ until, text }) => set.mutateAsync({ until: endOf(until), text: text.trim() }), {
    check: ({ until, text }) => ({ until: /^\d{4}-\d{2}-\d{2}$/.test(until) ? "" : t("dayNeeded"), text: text.trim() ? "" : t("absenceText") }),
  });
  return (
    <Card>
      <p>{t("absenceWhy")}</p>
      <Form form={form} submit={t("absenceOn")}>
        <DateField {...form.field("until")} label={t("absenceUntil")} />
        <TextArea {...form.field("text")} label={t("absenceText")} maxLength={1000} />
      </Form>
    </Card>
  );
}
