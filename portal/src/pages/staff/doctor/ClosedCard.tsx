/** A card that its owner has not opened to this member of staff: ask, wait, or break the glass. */
import { api } from "../../../api/client";
import { Problem } from "../../../api/problems";
import { useChange } from "../../../api/queries";
import { useMe } from "../../../app/session";
import { Button, Card, Checkboxes, Form, More, Notice, Page, ProblemBox, Radios, Section, Select, TextArea, useForm } from "../../../ui";
import { say } from "../../../ui/status";
import { sectionChoices, type SharedSection } from "../../../access/sections";
import { t } from "./words";

const CLOSED: readonly string[] = ["consent-required", "blocked", "card-state", "access-denied"];

export const isClosed = (problem: Problem): boolean => problem.status === 403 && CLOSED.includes(problem.code);

export function ClosedCard({ patientId, problem, again }: { patientId: string; problem: Problem; again: () => void }) {
  const { role } = useMe();
  return (
    <Page title={t("closed")} lead={problem.words} up={{ to: "/patients", label: t("patients") }} width="text" actions={<Button kind="secondary" onPress={again}>{t("lookAgain")}</Button>}>
      <Notice title={t("askedItself")}>{t("closedWhy")}</Notice>
      <Section title={t("askConsent")}>
        <p>{t("askAgainWhen")}</p>
        <AskConsent patientId={patientId} />
      </Section>
      {role === "doctor" && (
        <More title={t("emergency")}>
          <Emergency patientId={patientId} opened={again} />
        </More>
      )}
    </Page>
  );
}

const STANDS = "already-exists"; // a request that is open is not made twice

const PURPOSES = ["treatment", "consultation", "examination", "second-opinion"] as const;
const LEVELS = ["full", "limited"] as const;

function AskConsent({ patientId }: { patientId: string }) {
  const form = useForm(
    { level: "full" as (typeof LEVELS)[number], sections: [] as readonly SharedSection[], purpose: "treatment" as (typeof PURPOSES)[number] },
    async ({ level, sections, purpose }) => {
      const body = { level, purpose, sections: level === "full" ? [] : [...sections] };
      try {
        await api.POST("/api/v1/patients/{patient_id}/consent-requests", { params: { path: { patient_id: patientId } }, body });
        return t("asked");
      } catch (thrown) {
        if (thrown instanceof Problem && thrown.code === STANDS) return t("stillWaiting");
        throw thrown;
      }
    },
    {
      check: ({ level, sections }) => ({ sections: level === "full" || sections.length ? "" : t("sectionsNeeded") }),
      done: say,
    },
  );
  return (
    <Card>
      <Form form={form} submit={t("ask")}>
        <Select {...form.field("purpose")} onChange={(purpose) => form.set({ purpose: purpose as (typeof PURPOSES)[number] })} label={t("purpose")} choices={PURPOSES.map((value) => ({ value, label: t(`purpose-${value}`) }))} />
        <Radios {...form.field("level")} onChange={(level) => form.set({ level: level as (typeof LEVELS)[number] })} label={t("level")} choices={LEVELS.map((value) => ({ value, label: t(`level-${value}`), hint: t(`levelHint-${value}`) }))} />
        {form.values.level === "limited" && (
          <Checkboxes {...form.field("sections")} onChange={(sections) => form.set({ sections: sections as readonly SharedSection[] })} label={t("whichSections")} choices={sectionChoices()} />
        )}
      </Form>
    </Card>
  );
}

const REASONS = ["unconscious", "life-threat", "cannot-consent", "infection-threat"] as const;

/** One hour without consent. The patient hears of it at once, and a security officer looks into every one. */
function Emergency({ patientId, opened }: { patientId: string; opened: () => void }) {
  const open = useChange((body: { reason: (typeof REASONS)[number]; words: string }) => api.POST("/api/v1/patients/{patient_id}/emergency-access", { params: { path: { patient_id: patientId } }, body }));
  const form = useForm({ reason: "" as "" | (typeof REASONS)[number], words: "" }, ({ reason, words }) => open.mutateAsync({ reason: reason || "life-threat", words: words.trim() }), {
    check: ({ reason, words }) => ({ reason: reason ? "" : t("reasonNeeded"), words: words.trim().length >= 10 ? "" : t("wordsNeeded") }),
    done: opened,
  });
  return (
    <div className="stack">
      <Notice tone="warn" title={t("emergencyWhat")}>
        {t("emergencyTold")}
      </Notice>
      {open.error && !form.problem && <ProblemBox problem={open.error} />}
      <Form form={form} submit={t("emergencyOpen")} kind="danger">
        <Radios {...form.field("reason")} onChange={(reason) => form.set({ reason: reason as (typeof REASONS)[number] })} label={t("reason")} choices={REASONS.map((value) => ({ value, label: t(`reason-${value}`) }))} />
        <TextArea {...form.field("words")} label={t("happened")} hint={t("happenedHint")} maxLength={1000} />
      </Form>
    </div>
  );
}
