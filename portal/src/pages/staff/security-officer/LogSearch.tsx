import { useState } from "react";
import { inLanguage } from "../../../i18n";
import { Card, DateField, Form, More, Notice, Page, Section, Select, TextField, useForm } from "../../../ui";
import { LogLines, type Wanted } from "./LogLines";
import { ACTORS } from "./shapes";
import { t } from "./logWords";

const OUTCOMES = ["success", "denied", "error"] as const;
const EXAMPLES = "card:break-glass, audit:read";
const ID = /^[A-Za-z0-9_-]{0,64}$/;
const DAY = /^(\d{4}-\d{2}-\d{2})?$/;

const EMPTY = { patient: "", actor: "", role: "", outcome: "", action: "", from: "", to: "" };
type Values = typeof EMPTY;

/** The filters go in the body of a question, never in an address: whom one looks for is nobody else's business. */
export default function LogSearch() {
  const [wanted, setWanted] = useState<Wanted | null>(null);
  const form = useForm(EMPTY, async (values) => wantedOf(values), { check, done: (asked) => setWanted(asked as Wanted) });
  return (
    <Page title={t("log")} lead={t("logLead")}>
      <Card>
        <Form form={form} submit={t("find")}>
          <TextField {...form.field("patient")} label={t("searchPatient")} hint={t("searchPatientHint")} optional />
          <TextField {...form.field("actor")} label={t("searchActor")} hint={t("searchActorHint")} optional />
          <div className="row">
            <Select {...form.field("role")} label={t("role")} empty={t("anyRole")} choices={Object.entries(ACTORS).filter(([value]) => value !== "system" && value !== "anonymous").map(([value, name]) => ({ value, label: inLanguage(name) }))} />
            <Select {...form.field("outcome")} label={t("outcome")} empty={t("anyOutcome")} choices={OUTCOMES.map((value) => ({ value, label: t(`result-${value}`) }))} />
          </div>
          <More title={t("moreFilters")}>
            <div className="stack">
              <TextField {...form.field("action")} label={t("actionName")} hint={t("actionHint", { examples: EXAMPLES })} optional width="middle" />
              <DateField {...form.field("from")} label={t("from")} optional />
              <DateField {...form.field("to")} label={t("to")} optional />
            </div>
          </More>
          {form.values.patient && <Notice>{t("patientSees")}</Notice>}
        </Form>
      </Card>
      {wanted && (
        <Section title={t("lines")}>
          <p className="quiet">{t("newest")}</p>
          <LogLines wanted={wanted} />
        </Section>
      )}
    </Page>
  );
}

const check = ({ patient, actor, action, from, to }: Values) => ({
  patient: ID.test(patient.trim()) ? "" : t("idWrong"),
  actor: ID.test(actor.trim()) ? "" : t("idWrong"),
  action: /^[a-z:-]{0,64}$/.test(action.trim()) ? "" : t("actionWrong"),
  from: DAY.test(from) ? "" : t("dayWrong"),
  to: DAY.test(to) && (!from || !to || from <= to) ? "" : t(DAY.test(to) ? "daysCrossed" : "dayWrong"),
});

const wantedOf = ({ patient, actor, role, outcome, action, from, to }: Values): Wanted => ({
  patient_id: patient.trim(),
  actor_id: actor.trim(),
  role: role as NonNullable<Wanted["role"]>,
  outcome: outcome as NonNullable<Wanted["outcome"]>,
  action: action.trim(),
  from,
  to,
});
