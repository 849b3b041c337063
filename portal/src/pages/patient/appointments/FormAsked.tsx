import { useLocation } from "wouter";
import { api } from "../../../api/client";
import { queries } from "../../../api/queries";
import { dictionary } from "../../../i18n";
import { day, today } from "../../../i18n/dates";
import { dropDraft } from "../../../offline/unfinished";
import { Button, DateField, Form, More, Notice, say, TextArea, useForm } from "../../../ui";
import { visitsChanged } from "./changes";
import { Allergies, Conditions, Medicines } from "./FormLists";
import { Measured } from "./FormMeasured";
import { bodyFrom, type Filled, type VisitFormData } from "./formShapes";
import { draftKey, useKeeping, type Keeping } from "./useKeeping";

type Props = { form: VisitFormData; initial: Filled; again: () => void };

/** Nothing is mandatory: a form that is half filled in helps too. What the card knows is asked, not taken as said. */
export function FormAsked({ form: data, initial, again }: Props) {
  const [, go] = useLocation();
  const id = data.appointment.id;
  const form = useForm<Filled>(
    initial,
    (values, key) =>
      api.POST("/api/v1/me/appointments/{appointment_id}/form/submission", {
        params: { path: { appointment_id: id } },
        body: bodyFrom(values, data.body, true),
        headers: key,
      }),
    {
      check: ({ since }) => ({ since: since && since > today() ? t("future") : "" }),
      done: () => {
        void dropDraft(draftKey(id));
        void queries.invalidateQueries({ queryKey: ["visit-form-prefill", id] });
        visitsChanged();
        say(t("sent"));
        go(`/appointments/${id}`);
      },
    },
  );
  const keeping = useKeeping(id, data.body, data.version, form.values, form.changed);
  return (
    <>
      <p>{t("lead")}</p>
      <Beside data={data} />
      <Form form={form} submit={t("send")}>
        <TextArea
          {...form.field("complaints")}
          label={t("complaints")}
          hint={t("complaintsHint")}
          optional
          maxLength={4000}
        />
        <DateField {...form.field("since")} label={t("since")} hint={t("sinceHint")} optional />
        {data.last_visit && (
          <TextArea
            {...form.field("changes")}
            label={t("changes", { day: day(data.last_visit.date) })}
            optional
            maxLength={4000}
          />
        )}
        <Medicines {...form.field("medicines")} />
        <Allergies {...form.field("allergies")} />
        <Conditions {...form.field("conditions")} />
        <Measured items={data.body.measured ?? []} />
        <TextArea
          {...form.field("questions")}
          label={t("questions")}
          hint={t("questionsHint")}
          optional
          maxLength={4000}
        />
        <Kept state={keeping.state} again={again} ours={() => void keepOurs(id, keeping.takeOver)} />
        <p className="quiet">{t("once")}</p>
      </Form>
    </>
  );
}

/** Ours goes over the version that stands at the server now. */
async function keepOurs(id: string, takeOver: (version: number) => Promise<void>): Promise<void> {
  const { data } = await api.GET("/api/v1/me/appointments/{appointment_id}/form", {
    params: { path: { appointment_id: id } },
  });
  await takeOver((data as unknown as VisitFormData).version);
}

function Beside({ data }: { data: VisitFormData }) {
  if (!data.beside?.length) return null;
  return (
    <More title={t("beside")}>
      <ul>
        {data.beside.map((one) => (
          <li key={one.field}>
            {one.reason} ({day(one.date)}): {String(one.value)}
          </li>
        ))}
      </ul>
    </More>
  );
}

function Kept({ state, again, ours }: { state: Keeping; again: () => void; ours: () => void }) {
  if (state === "conflict") {
    const choices = (
      <>
        <Button kind="secondary" onPress={again}>
          {t("theirs")}
        </Button>
        <Button kind="secondary" onPress={ours}>
          {t("ours")}
        </Button>
      </>
    );
    return (
      <Notice tone="warn" live title={t("conflict")} actions={choices}>
        {t("conflictWhat")}
      </Notice>
    );
  }
  return (
    <p className="quiet" role="status">
      {state === "nothing" ? t("autosave") : t(state)}
    </p>
  );
}

const t = dictionary({
  ru: {
    lead: "Отвечать на всё не обязательно. Врач прочитает ответы до приёма.",
    complaints: "Что вас беспокоит?",
    complaintsHint: "Своими словами: что болит, когда, после чего становится хуже или лучше.",
    since: "С какого дня это началось?",
    sinceHint: "Можно примерно. Например: 5 10 2026",
    future: "Этот день ещё не наступил. Проверьте дату.",
    changes: "Что изменилось с прошлого приёма ({day})?",
    questions: "Что вы хотите спросить у врача?",
    questionsHint: "Запишите здесь, чтобы не забыть.",
    send: "Отправить врачу",
    once: "Отправить анкету можно один раз. После отправки исправить её нельзя: что вспомните потом, скажите врачу.",
    sent: "Анкета отправлена. Врач увидит её перед приёмом.",
    beside: "Что было в прошлый раз",
    autosave: "Написанное сохраняется само.",
    keeping: "Сохраняем…",
    kept: "Сохранено. Можно закрыть страницу и продолжить потом.",
    here: "Сейчас не получилось сохранить на сервере. Текст сохранён на этом устройстве и отправится, когда появится связь.",
    failed: "Не сохранено: нет связи. Не закрывайте страницу, пока связь не появится.",
    conflict: "Эту анкету изменили на другом устройстве",
    conflictWhat: "Выберите, какие ответы оставить. Другие пропадут.",
    theirs: "Взять ответы с другого устройства",
    ours: "Оставить эти ответы",
  },
  en: {
    lead: "You need not answer everything. The doctor reads the answers before the visit.",
    complaints: "What troubles you?",
    complaintsHint: "In your own words: what hurts, when, what makes it better or worse.",
    since: "On what day did it begin?",
    sinceHint: "Roughly is enough. For example: 5 10 2026",
    future: "This day has not come yet. Check the date.",
    changes: "What has changed since the last visit ({day})?",
    questions: "What do you want to ask the doctor?",
    questionsHint: "Write it here so as not to forget.",
    send: "Send to the doctor",
    once: "The form is sent once and cannot be corrected then: what you remember later, tell the doctor.",
    sent: "The form is sent. The doctor sees it before the visit.",
    beside: "What was last time",
    autosave: "What you write is kept by itself.",
    keeping: "Keeping…",
    kept: "Kept. You may close the page and go on later.",
    here: "It could not be kept at the server now. The text is kept on this device and goes when there is a connection.",
    failed: "Not kept: there is no connection. Do not close the page until there is.",
    conflict: "This form was changed on another device",
    conflictWhat: "Choose which answers to keep. The others are lost.",
    theirs: "Take the answers of the other device",
    ours: "Keep these answers",
  },
});
