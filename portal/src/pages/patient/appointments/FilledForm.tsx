import { dictionary } from "../../../i18n";
import { day } from "../../../i18n/dates";
import { Card, Facts, Notice } from "../../../ui";
import type { VisitFormData } from "./formShapes";

/** The form as it was sent, or why none can be sent any more. */
export function FilledForm({ form: { state, body } }: { form: VisitFormData }) {
  const listed = (lines: readonly string[]) => (lines.length ? lines.join("\n") : "");
  const medicines = (body.medicines ?? []).map(({ name, dosage, taking }) =>
    [name, dosage, taking ? ANSWERS(taking) : t("unanswered")].filter(Boolean).join(", "),
  );
  const allergies = (body.allergies ?? []).map(
    ({ substance, still }) => `${substance}, ${still ? ANSWERS(still) : t("unanswered")}`,
  );
  const conditions = (body.conditions ?? []).map(
    ({ name, still }) => `${name}, ${still ? ANSWERS(still) : t("unanswered")}`,
  );
  if (state === "closed") return <Notice>{t("closed")}</Notice>;
  return (
    <>
      <Notice tone="good">{t("sent")}</Notice>
      <Card>
        <Facts
          facts={[
            [t("complaints"), body.complaints],
            [t("since"), day(body.since)],
            [t("changes"), body.changes],
            [t("medicines"), listed(medicines)],
            [t("allergies"), listed(allergies)],
            [t("conditions"), listed(conditions)],
            [t("questions"), body.questions],
          ]}
        />
      </Card>
    </>
  );
}

const ANSWERS = dictionary<"taken" | "not-any-more" | "new" | "yes" | "no" | "unsure">({
  ru: {
    taken: "принимаю",
    "not-any-more": "больше не принимаю",
    new: "новое",
    yes: "да",
    no: "нет",
    unsure: "не знаю",
  },
  en: { taken: "taken", "not-any-more": "not any more", new: "new", yes: "yes", no: "no", unsure: "not sure" },
});

const t = dictionary({
  ru: {
    sent: "Анкета отправлена. Врач увидит её перед приёмом. Что вспомните ещё, скажите врачу на приёме.",
    closed: "Приём уже начался, поэтому анкету заполнить нельзя. Расскажите всё врачу.",
    complaints: "Что беспокоит",
    since: "С какого дня",
    changes: "Что изменилось с прошлого приёма",
    medicines: "Лекарства",
    allergies: "Аллергии",
    conditions: "Хронические болезни",
    questions: "Вопросы врачу",
    unanswered: "без ответа",
  },
  en: {
    sent: "The form is sent. The doctor sees it before the visit. What else you remember, tell the doctor then.",
    closed: "The visit has begun, so the form can no longer be filled in. Tell the doctor all of it.",
    complaints: "What troubles you",
    since: "Since when",
    changes: "Changed since the last visit",
    medicines: "Medicines",
    allergies: "Allergies",
    conditions: "Long-lasting illnesses",
    questions: "Questions to the doctor",
    unanswered: "not answered",
  },
});
