import { useParams } from "wouter";
import { api } from "../../../api/client";
import { useChange, useRead } from "../../../api/queries";
import { ifMatch, typed } from "../../../api/typed";
import { dayAndTime } from "../../../i18n/dates";
import { Card, Facts, Form, Notice, Page, Radios, say, Section, Shown, TextArea, useForm } from "../../../ui";
import { Reviewed } from "./Emergencies";
import { Evidence } from "./Evidence";
import type { Emergency as Opened } from "./shapes";
import { t } from "./words";

const DECISIONS = ["justified", "unjustified"] as const;
type Decision = (typeof DECISIONS)[number];

/** A card opened without consent: who and why, what was read, and whether it was right. */
export default function Emergency() {
  const { patientId = "", emergencyId = "" } = useParams();
  const path = { patient_id: patientId, emergency_id: emergencyId };
  const found = useRead(["emergency-read", patientId, emergencyId], () => typed<Opened>(api.GET("/api/v1/emergencies/{patient_id}/{emergency_id}", { params: { path } })));
  return (
    <Page title={t("emergency")} up={{ to: "/emergencies", label: t("emergencies") }} width="text">
      <Shown of={found}>
        {(opened) => (
          <>
            <What opened={opened} />
            <Section title={t("evidence")}>
              <Evidence patient={opened.patient} actor={opened.person} from={opened.at} to={opened.until} marked={[]} />
            </Section>
            <Section title={t("decisionTitle")}>{opened.state === "open" ? <Decide opened={opened} /> : <Decided opened={opened} />}</Section>
          </>
        )}
      </Shown>
    </Page>
  );
}

function What({ opened }: { opened: Opened }) {
  return (
    <Card tone={opened.state === "open" ? "warn" : "accent"}>
      <div className="row">
        <Reviewed of={opened.state} />
      </div>
      <p>
        <strong>{t(`reason-${opened.reason}`)}</strong>
      </p>
      {opened.words && <p>{t("doctorSays", { words: opened.words })}</p>}
      <Facts
        facts={[
          [t("who"), opened.name],
          [t("department"), opened.department],
          [t("openedAt"), dayAndTime(opened.at)],
          [t("openUntil"), dayAndTime(opened.until)],
          [t("usedTimes"), t("times", { n: opened.uses })],
          [t("reviewBy"), opened.state === "open" && dayAndTime(opened.review_by)],
          [t("patient"), opened.patient],
          [t("actor"), opened.person],
        ]}
      />
    </Card>
  );
}

function Decide({ opened }: { opened: Opened }) {
  const path = { patient_id: opened.patient, emergency_id: opened.id };
  const decided = useChange(
    (body: { outcome: Decision; words: string }) => api.POST("/api/v1/emergencies/{patient_id}/{emergency_id}/decision", { params: { path }, body, headers: ifMatch(opened.version) }),
    [["emergency-read", opened.patient, opened.id], ["emergency-queue"]],
  );
  const form = useForm({ outcome: "" as "" | Decision, words: "" }, ({ outcome, words }) => decided.mutateAsync({ outcome: outcome || "unjustified", words: words.trim() }), {
    check: ({ outcome, words }) => ({ outcome: outcome ? "" : t("chooseDecision"), words: words.trim().length >= 10 ? "" : t("wordsNeeded") }),
    done: () => say(t("decided")),
  });
  return (
    <Card>
      <Form form={form} submit={t("decide")}>
        <Radios
          {...form.field("outcome")}
          onChange={(outcome) => form.set({ outcome: outcome as Decision })}
          label={t("wasItRight")}
          choices={DECISIONS.map((value) => ({ value, label: t(`decision-${value}`), hint: t(`decisionHint-${value}`) }))}
        />
        <TextArea {...form.field("words")} label={t("decisionWords")} hint={t("decisionWordsHint")} maxLength={1000} />
      </Form>
    </Card>
  );
}

function Decided({ opened }: { opened: Opened }) {
  return (
    <Notice tone={opened.state === "justified" ? "good" : "bad"} title={t(`review-${opened.state}`)}>
      <p>{opened.decision}</p>
      <p className="quiet">{dayAndTime(opened.decided_at)}</p>
    </Notice>
  );
}
