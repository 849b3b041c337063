/** The steps that a case takes now, with a reason for a refusal and words for the person. */
import { useLocation } from "wouter";
import { api } from "../../../api/client";
import { useChange } from "../../../api/queries";
import { ifMatch } from "../../../api/typed";
import { Card, Form, Notice, Radios, say, Section, Select, TextArea, useForm } from "../../../ui";
import type { CaseReview, CaseState } from "./shapes";
import { Stale } from "./Stale";
import { t } from "./words";

type Step = "approve" | "refuse" | "ask-more" | "accept" | "prepare" | "finish" | "send" | "hand-over";
const REASONS = ["incomplete", "not-eligible", "papers-differ", "unreadable", "other"] as const;

const REVIEWED: Partial<Record<CaseState, readonly Step[]>> = { submitted: ["approve", "ask-more", "refuse"], "needs-more": ["refuse"] };
/** Of what an organisation fulfils within a term. */
const FULFILLED: Partial<Record<CaseState, readonly Step[]>> = {
  submitted: ["accept", "refuse"],
  accepted: ["prepare", "refuse"],
  preparing: ["finish", "send", "refuse"],
  ready: ["hand-over"],
  sent: ["hand-over"],
};

type Values = { decision: string; reason: string; words: string };
type Props = { review: CaseReview; fulfilled: boolean; again: () => void };

export function CaseDecision({ review, fulfilled, again }: Props) {
  const [, go] = useLocation();
  const steps = (fulfilled ? FULFILLED : REVIEWED)[review.state] ?? [];
  const params = { path: { patient_id: review.patient_id, case_id: review.case_id } };
  const decided = useChange(
    ({ decision, reason, words }: Values) =>
      api.POST("/api/v1/cases/{patient_id}/{case_id}/decision", {
        params,
        headers: ifMatch(review.version),
        body: { decision: decision as Step, words, ...(decision === "refuse" ? { reason: reason as (typeof REASONS)[number] } : {}) },
      }),
    [["case-queue"], ["queue-size"], ["case-review", review.case_id]],
  );
  const form = useForm<Values>({ decision: "", reason: "", words: "" }, (values) => decided.mutateAsync(values), {
    check: ({ decision, reason, words }) => ({
      decision: decision ? "" : t("decisionNeeded"),
      reason: decision === "refuse" && !reason ? t("reasonNeeded") : "",
      words: decision === "ask-more" && !words.trim() ? t("wordsNeeded") : "",
    }),
    done: () => {
      say(t("sent"));
      go(`/cases?kind=${review.kind}`);
    },
  });
  return (
    <Section title={t("decision")}>
      {review.words && <Notice title={t("written")}>{review.words}</Notice>}
      {!steps.length && <Notice>{t("noStep")}</Notice>}
      <Stale problem={form.problem} again={again} />
      {steps.length > 0 && (
        <Card>
          <Form form={form} submit={t("decide")}>
            <Radios {...form.field("decision")} label={t("decision")} choices={steps.map((value) => ({ value, label: t(`step-${value}`) }))} />
            {form.values.decision === "refuse" && (
              <Select {...form.field("reason")} label={t("reason")} empty={t("choose")} choices={REASONS.map((value) => ({ value, label: t(`reason-${value}`) }))} />
            )}
            <TextArea {...form.field("words")} label={t("words")} hint={t("wordsHint")} optional={form.values.decision !== "ask-more"} maxLength={1000} />
          </Form>
        </Card>
      )}
    </Section>
  );
}
