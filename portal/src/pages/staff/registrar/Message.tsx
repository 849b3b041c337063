import { useState } from "react";
import { useLocation, useParams } from "wouter";
import { api } from "../../../api/client";
import { useChange, useRead } from "../../../api/queries";
import { ifMatch, typed } from "../../../api/typed";
import { dayAndTime } from "../../../i18n/dates";
import { Button, Facts, Form, More, Notice, Page, ProblemBox, say, Section, Select, Shown, Tag, useForm } from "../../../ui";
import { shown } from "./Comparison";
import { fieldName } from "./fieldWords";
import type { Waiting } from "./Messages";
import { PatientBySnils } from "./PatientBySnils";
import { Stale } from "./Stale";
import { t } from "./words";

type Described = Partial<Record<"last_name" | "first_name" | "middle_name" | "birth_date" | "sex", string>> & { identifiers?: { scheme: string; value: string }[]; results?: string[] };
type Opened = Waiting & { text: string; faults: string[]; patient?: Described };
type StepProps = { message: Opened; again: () => void };

const PERSON = ["last_name", "first_name", "middle_name", "birth_date", "sex"] as const;
const AFTER = [["hl7-unmatched-list"], ["queue-size"]];

/** One message that waits: whom it describes, and what is done with it. */
export default function Message() {
  const { entryId = "" } = useParams();
  const found = useRead(["hl7-unmatched-read", entryId], () => typed<Opened>(api.GET("/api/v1/hl7/unmatched/{entry_id}", { params: { path: { entry_id: entryId } } })), { fresh: 0 });
  const again = () => void found.refetch();
  return (
    <Page title={t("message")} up={{ to: "/messages", label: t("messages") }} width="text">
      <Shown of={found}>
        {(message) => (
          <>
            <p className="row">
              <Tag tone="warn">{t(`why-${message.reason}`)}</Tag>
              <span>{dayAndTime(message.at)}</span>
              <span className="quiet">{message.kind}</span>
            </p>
            <Section title={t("whom")}>{message.patient ? <Whom patient={message.patient} /> : <p>{t("nobody")}</p>}</Section>
            <More title={t("text")}>
              <pre>{message.text}</pre>
            </More>
            {message.reason === "merge-wish" ? <Merging message={message} again={again} /> : message.reason !== "broken" && <Binding message={message} again={again} />}
            <Rejecting message={message} again={again} />
          </>
        )}
      </Shown>
    </Page>
  );
}

function Whom({ patient }: { patient: Described }) {
  return (
    <Facts
      facts={[
        ...PERSON.map((field) => [fieldName(field), patient[field] && shown(patient[field])] as const),
        [t("identifiers"), patient.identifiers?.map(({ scheme, value }) => `${fieldName(scheme)}: ${value}`).join("\n")],
        [t("results"), patient.results?.join("\n")],
      ]}
    />
  );
}

function useDone() {
  const [, go] = useLocation();
  return (words: string) => {
    say(words);
    go("/messages");
  };
}

function Binding({ message, again }: StepProps) {
  const done = useDone();
  const params = { path: { entry_id: message.id } };
  const bound = useChange((patientId: string) => api.POST("/api/v1/hl7/unmatched/{entry_id}/binding", { params, headers: ifMatch(message.version), body: { patient_id: patientId } }), AFTER);
  return (
    <Section title={t("whose")}>
      <p>{t("whoseWhy")}</p>
      <Stale problem={bound.error} again={again} />
      {bound.error && <ProblemBox problem={bound.error} />}
      <PatientBySnils submit={t("bind")} found={(patientId) => bound.mutate(patientId, { onSuccess: () => done(t("bound")) })} />
    </Section>
  );
}

function Merging({ message, again }: StepProps) {
  const done = useDone();
  const [stays, setStays] = useState("");
  const [goes, setGoes] = useState("");
  const params = { path: { entry_id: message.id } };
  const merged = useChange(
    () => api.POST("/api/v1/hl7/unmatched/{entry_id}/merging", { params, headers: ifMatch(message.version), body: { patient_id: stays, source_id: goes } }),
    [...AFTER, ["merge-list"]],
  );
  return (
    <>
      <Section title={t("stays")}>{stays ? <p>{stays.slice(0, 6)}</p> : <PatientBySnils submit={t("findPatient")} found={setStays} kind="secondary" />}</Section>
      <Section title={t("goes")}>{goes ? <p>{goes.slice(0, 6)}</p> : <PatientBySnils submit={t("findPatient")} found={setGoes} kind="secondary" />}</Section>
      <Stale problem={merged.error} again={again} />
      {merged.error && <ProblemBox problem={merged.error} />}
      {stays && goes && (
        <div>
          <Button busy={merged.isPending} onPress={() => merged.mutate(undefined, { onSuccess: () => done(t("proposed")) })}>
            {t("proposeMerge")}
          </Button>
        </div>
      )}
    </>
  );
}

const REASONS = ["not-our-patient", "test", "duplicate", "sent-again", "unreadable", "other"] as const;

function Rejecting({ message, again }: StepProps) {
  const done = useDone();
  const params = { path: { entry_id: message.id } };
  const rejected = useChange((reason: (typeof REASONS)[number]) => api.POST("/api/v1/hl7/unmatched/{entry_id}/rejection", { params, headers: ifMatch(message.version), body: { reason } }), AFTER);
  const form = useForm({ reason: "" }, ({ reason }) => rejected.mutateAsync(reason as (typeof REASONS)[number]), {
    check: ({ reason }) => ({ reason: reason ? "" : t("choose") }),
    done: () => done(t("rejected")),
  });
  return (
    <More title={t("reject")}>
      <Stale problem={form.problem} again={again} />
      {message.faults.length > 0 && <Notice>{message.faults.join(" ")}</Notice>}
      <Form form={form} submit={t("reject")} kind="danger">
        <Select {...form.field("reason")} label={t("reason")} empty={t("choose")} choices={REASONS.map((value) => ({ value, label: t(`reject-${value}`) }))} />
      </Form>
    </More>
  );
}
