import { useQueryClient } from "@tanstack/react-query";
import { useLocation } from "wouter";
import { api } from "../../../api/client";
import { useCardId, useMe } from "../../../app/session";
import { KeptNotice, useKeptForm } from "../../../offline/keptForm";
import { Card, DateField, Form, Page, say, TextArea, TextField, useForm } from "../../../ui";
import { REMINDERS, STATEMENTS } from "./reading";
import { t } from "./words";
import { dayIn } from "./zones";

const HOURS = /^([01]\d|2[0-3]):[0-5]\d$/;
const hoursOf = (text: string): string[] =>
  text
    .split(/[\s,;]+/)
    .filter(Boolean)
    .map((one) => one.replace(".", ":").padStart(5, "0"));

/** What a person takes of their own accord, so that doctors see it beside what they prescribe. */
export default function NewMedicine() {
  const cardId = useCardId();
  const { zone } = useMe();
  const [, go] = useLocation();
  const client = useQueryClient();
  const form = useForm(
    { inn: "", form: "", strength: "", dosage: "", times: "", started_on: dayIn(zone), note: "" },
    (values, key) =>
      api.POST("/api/v1/patients/{patient_id}/medication-statements", {
        params: { path: { patient_id: cardId } },
        headers: key,
        body: {
          occurred_at: new Date().toISOString(),
          drug: { inn: values.inn.trim(), form: values.form.trim(), strength: values.strength.trim() },
          dosage: values.dosage.trim(),
          intake: values.times.trim() ? { times: hoursOf(values.times) } : null,
          started_on: values.started_on,
          note: values.note.trim() || null,
        },
      }),
    {
      check: (values) => ({
        inn: values.inn.trim() ? "" : t("innNeeded"),
        form: values.form.trim() ? "" : t("formNeeded"),
        strength: values.strength.trim() ? "" : t("strengthNeeded"),
        dosage: values.dosage.trim() ? "" : t("dosageNeeded"),
        times: hoursOf(values.times).every((one) => HOURS.test(one)) ? "" : t("timesWrong"),
        started_on: Number.isNaN(Date.parse(values.started_on)) ? t("startedNeeded") : "",
      }),
      done: () => {
        for (const key of [STATEMENTS, REMINDERS]) void client.invalidateQueries({ queryKey: [key] });
        say(t("added"));
        go("/medication");
      },
    },
  );
  const kept = useKeptForm(`medication-statement/${cardId}`, form);
  return (
    <Page title={t("newTitle")} lead={t("newLead")} up={{ to: "/medication", label: t("up") }} width="text">
      <Card>
        <Form form={form} submit={t("save")}>
          <KeptNotice kept={kept} />
          <TextField {...form.field("inn")} label={t("inn")} hint={t("innHint")} required maxLength={120} />
          <TextField {...form.field("form")} label={t("form")} hint={t("formHint")} width="middle" required maxLength={120} />
          <TextField {...form.field("strength")} label={t("strength")} hint={t("strengthHint")} width="middle" required maxLength={120} />
          <TextField {...form.field("dosage")} label={t("dosage")} hint={t("dosageHint")} required maxLength={250} />
          <TextField {...form.field("times")} label={t("times")} hint={t("timesHint")} width="middle" optional />
          <DateField {...form.field("started_on")} label={t("started")} />
          <TextArea {...form.field("note")} label={t("note")} optional rows={3} />
        </Form>
      </Card>
    </Page>
  );
}
