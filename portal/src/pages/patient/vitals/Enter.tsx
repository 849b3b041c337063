import { useState } from "react";
import { useCardId } from "../../../app/session";
import { queries } from "../../../api/queries";
import { dictionary } from "../../../i18n";
import { LockedError } from "../../../offline/vault";
import { ButtonLink, Card, Form, Notice, Page, Select, useForm } from "../../../ui";
import { judged } from "./bands";
import { Advice } from "./Leveled";
import { faultWords, ReadingFields } from "./ReadingFields";
import { bodiesOf, emptyForm, saidOf, valuesOf } from "./readingForm";
import { useSeries } from "./reading";
import { saveReadings, type Saved } from "./saving";
import type { Level, ReadingBody, Series } from "./shapes";
import { ENTRIES, readingWords, signWords, type Entered } from "./signs";

/** One reading after another; each is judged at once, so that nobody learns of a dangerous value an hour later. */
export default function Enter() {
  const cardId = useCardId();
  const [saved, setSaved] = useState<Saved | null>(null);
  const [locked, setLocked] = useState(false);
  const form = useForm(
    emptyForm(),
    async (typed, key) => {
      setLocked(false);
      return saveReadings(cardId, bodiesOf(typed), key).catch((thrown: unknown) => {
        if (!(thrown instanceof LockedError)) throw thrown;
        setLocked(true);
        return null;
      });
    },
    {
      check: faultWords,
      done: (answer) => {
        if (!answer) return;
        setSaved(answer as Saved);
        form.set(emptyForm(form.values.sign));
        void queries.invalidateQueries({ queryKey: ["vital-sign-series", cardId] });
        void queries.invalidateQueries({ queryKey: ["vital-signs", cardId] });
      },
    },
  );
  return (
    <Page title={t("title")} lead={t("lead")} width="text" up={{ to: "/vitals", label: t("back") }}>
      {saved && <Done saved={saved} />}
      {locked && (
        <Notice tone="bad" title={t("notKept")} live>
          {t("notKeptWhy")}
        </Notice>
      )}
      <Card>
        <Form
          form={form}
          submit={t("save")}
          actions={
            <ButtonLink to="/vitals" kind="plain">
              {t("finish")}
            </ButtonLink>
          }
        >
          <Select
            {...form.field("sign")}
            onChange={(sign) => form.set({ sign: sign as Entered })}
            label={t("what")}
            choices={(Object.keys(ENTRIES) as Entered[]).map((value) => ({ value, label: signWords(value) }))}
          />
          <ReadingFields form={form} withPulse />
        </Form>
      </Card>
    </Page>
  );
}

function Done({ saved: { bodies, queued } }: { saved: Saved }) {
  return (
    <div className="stack">
      <Notice tone="good" title={queued ? t("queued") : t("saved")} live>
        <ul className="plain-list">
          {bodies.map((body) => (
            <li key={body.code}>
              {signWords(body.code)}: {readingWords(valuesOf(body), body.unit)}
            </li>
          ))}
        </ul>
        {queued && <p>{t("queuedWhy")}</p>}
      </Notice>
      {bodies.map((body) => (
        <Judged key={body.code + body.occurred_at} body={body} />
      ))}
    </div>
  );
}

function Judged({ body }: { body: ReadingBody }) {
  const series = useSeries(body.code, "month").data as Series | undefined;
  if (!series) return null;
  const level: Level = judged(valuesOf(body), saidOf(body), series.bands);
  return <Advice level={level} advice={series.advice} live />;
}

const t = dictionary({
  ru: {
    title: "Записать измерение",
    lead: "Запись увидят врачи, которым вы открыли этот раздел. В ней будет отмечено, что измеряли вы сами.",
    back: "Показатели",
    what: "Что вы измерили",
    save: "Записать",
    finish: "Закончить",
    saved: "Записано",
    queued: "Нет связи – запись ждёт отправки",
    queuedWhy: "Она сохранена на этом устройстве и уйдёт сама, когда появится связь.",
    notKept: "Запись не сохранена",
    notKeptWhy:
      "Связи нет, а хранилище на этом устройстве закрыто. Не закрывайте страницу и попробуйте ещё раз, когда связь появится.",
  },
  en: {
    title: "Enter a reading",
    lead: "Doctors to whom you opened this section will see it, marked as measured by yourself.",
    back: "Readings",
    what: "What you measured",
    save: "Enter",
    finish: "Finish",
    saved: "Entered",
    queued: "No connection: the entry waits to be sent",
    queuedWhy: "It is kept on this device and will be sent when there is a connection.",
    notKept: "The entry was not kept",
    notKeptWhy:
      "There is no connection, and the store on this device is locked. Leave this page open and try again when you are connected.",
  },
});
