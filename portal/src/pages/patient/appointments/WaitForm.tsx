import { api } from "../../../api/client";
import { dictionary } from "../../../i18n";
import { today } from "../../../i18n/dates";
import { Button, Checkboxes, Form, Radios, say, useForm } from "../../../ui";
import { commonWords } from "../../../ui/words";
import { visitsChanged } from "./changes";
import type { Part } from "./shapes";
import type { Target } from "./WaitLink";
import { PARTS, WEEKDAYS, weekdayName, partName } from "./wishes";

const PERIODS = ["14", "30", "90"] as const; // days

function lastDay(days: string): string {
  const day = new Date(`${today()}T12:00:00Z`);
  day.setUTCDate(day.getUTCDate() + Number(days));
  return day.toISOString().slice(0, 10);
}

/** How long to wait, and which days and hours would suit; nothing medical is asked. */
export function WaitForm({ target, done }: { target: Target; done: () => void }) {
  const about =
    "scheduleId" in target
      ? { schedule_id: target.scheduleId }
      : { organisation_id: target.organisation, specialty: target.specialty };
  const form = useForm(
    { last: "30", weekdays: [] as readonly string[], parts: [] as readonly string[] },
    ({ last, weekdays, parts }, key) =>
      api.POST("/api/v1/me/waiting-list", {
        body: { ...about, last: lastDay(last), weekdays: weekdays.map(Number), parts: parts as Part[] },
        headers: key,
      }),
    {
      done: () => {
        say(t("done"));
        visitsChanged();
        done();
      },
    },
  );
  return (
    <Form
      form={form}
      submit={t("join")}
      actions={
        <Button kind="plain" onPress={done}>
          {commonWords("cancel")}
        </Button>
      }
    >
      <Radios
        {...form.field("last")}
        label={t("last")}
        choices={PERIODS.map((value) => ({ value, label: t(value) }))}
      />
      <Checkboxes
        {...form.field("weekdays")}
        label={t("weekdays")}
        hint={t("any")}
        choices={WEEKDAYS.map((value) => ({ value: String(value), label: weekdayName(value) }))}
      />
      <Checkboxes
        {...form.field("parts")}
        label={t("parts")}
        hint={t("any")}
        choices={PARTS.map((value) => ({ value, label: partName(value) }))}
      />
    </Form>
  );
}

const t = dictionary({
  ru: {
    last: "Сколько вы готовы ждать?",
    "14": "Две недели",
    "30": "Месяц",
    "90": "Три месяца",
    weekdays: "Дни недели",
    parts: "Время дня",
    any: "Ничего не отметите – подойдёт любое.",
    join: "Встать в лист ожидания",
    done: "Вы в листе ожидания",
  },
  en: {
    last: "How long are you ready to wait?",
    "14": "Two weeks",
    "30": "A month",
    "90": "Three months",
    weekdays: "Days of the week",
    parts: "Time of day",
    any: "Mark none, and any will do.",
    join: "Join the waiting list",
    done: "You are on the waiting list",
  },
});
