import { useParams } from "wouter";
import { api } from "../../../api/client";
import { useChange, useRead } from "../../../api/queries";
import { ifMatch, typed } from "../../../api/typed";
import { currentLanguage } from "../../../i18n";
import { dayAndTime } from "../../../i18n/dates";
import { Card, Facts, Form, Notice, Page, Radios, say, Section, Shown, TextField, useForm } from "../../../ui";
import { Evidence } from "./Evidence";
import { Severity } from "./Findings";
import { CONCLUSIONS, type Conclusion, type Finding as Found } from "./shapes";
import { t } from "./words";

/** What the review found, by which rule, what the log says of it, and the officer's conclusion. */
export default function Finding() {
  const { findingId = "" } = useParams();
  const found = useRead(["finding-read", findingId, currentLanguage()], () => typed<Found>(api.GET("/api/v1/findings/{finding_id}", { params: { path: { finding_id: findingId } } })));
  return (
    <Page title={found.data?.title ?? t("finding")} up={{ to: "/findings", label: t("findings") }} width="text">
      <Shown of={found}>
        {(finding) => (
          <>
            <Rule finding={finding} />
            <Section title={t("evidence")}>
              <Evidence patient={finding.patient} actor={finding.actor} from={finding.first} to={finding.last} marked={finding.entries} />
            </Section>
            <Section title={t("conclusion")}>{finding.state === "open" ? <Resolve finding={finding} /> : <Resolved finding={finding} />}</Section>
          </>
        )}
      </Shown>
    </Page>
  );
}

const ABOUT: readonly string[] = ["kind", "record", "version", "reason", "purpose"];

function Rule({ finding }: { finding: Found }) {
  const about = ABOUT.filter((name) => finding.about[name]).map((name) => [t(`about-${name}` as Parameters<typeof t>[0]), finding.about[name]] as const);
  return (
    <Card tone={finding.severity === "high" ? "bad" : "warn"}>
      <div className="row">
        <Severity of={finding.severity} />
      </div>
      <p>{finding.text}</p>
      <Facts
        facts={[
          [t("found"), dayAndTime(finding.found_at)],
          [t("happened"), finding.first === finding.last ? dayAndTime(finding.first) : `${dayAndTime(finding.first)} – ${dayAndTime(finding.last)}`],
          [t("howOften"), t("times", { n: finding.count })],
          [t("actor"), finding.actor],
          [t("patient"), finding.patient],
          ...about,
        ]}
      />
    </Card>
  );
}

function Resolve({ finding }: { finding: Found }) {
  const path = { finding_id: finding.finding_id };
  const resolved = useChange(
    (body: { outcome: Conclusion; reference: string }) => api.POST("/api/v1/findings/{finding_id}/resolution", { params: { path }, body, headers: ifMatch(finding.version) }),
    [["finding-read", finding.finding_id], ["finding-list"]],
  );
  const form = useForm(
    { outcome: "" as "" | Conclusion, reference: "" },
    ({ outcome, reference }) => resolved.mutateAsync({ outcome: outcome || "explained", reference: reference.trim() }),
    {
      check: ({ outcome, reference }) => ({
        outcome: outcome ? "" : t("chooseConclusion"),
        reference: /^[0-9A-Za-z/.-]{0,40}$/.test(reference.trim()) ? "" : t("referenceWrong"),
      }),
      done: () => say(t("resolved")),
    },
  );
  return (
    <Card>
      <Form form={form} submit={t("resolve")}>
        <Radios
          {...form.field("outcome")}
          onChange={(outcome) => form.set({ outcome: outcome as Conclusion })}
          label={t("whatWasIt")}
          choices={CONCLUSIONS.map((value) => ({ value, label: t(`outcome-${value}`), hint: t(`outcomeHint-${value}`) }))}
        />
        <TextField {...form.field("reference")} label={t("reference")} hint={t("referenceHint")} optional width="middle" maxLength={40} />
      </Form>
    </Card>
  );
}

function Resolved({ finding }: { finding: Found }) {
  return (
    <Notice tone={finding.outcome === "confirmed" ? "warn" : "good"} title={finding.outcome && t(`outcome-${finding.outcome}`)}>
      {[dayAndTime(finding.resolved_at), finding.reference && t("byDocument", { number: finding.reference })].filter(Boolean).join(", ")}
    </Notice>
  );
}
