import { useState } from "react";
import { api } from "../../../api/client";
import { useCardId } from "../../../app/session";
import { dictionary } from "../../../i18n";
import { day } from "../../../i18n/dates";
import { Button, Dialog, Form, say, TextArea, useForm } from "../../../ui";
import type { Series, Sign } from "./shapes";
import { signWords } from "./signs";

/** A period of readings put before the attending doctors, as a record of its own. */
export function SendSeries({ series, sign }: { series: Series; sign: Sign }) {
  const [open, setOpen] = useState(false);
  return (
    <>
      <Button kind="secondary" onPress={() => setOpen(true)}>
        {t("show")}
      </Button>
      <Dialog title={t("title")} open={open} onClose={() => setOpen(false)}>
        <Sending series={series} sign={sign} close={() => setOpen(false)} />
      </Dialog>
    </>
  );
}

function Sending({ series, sign, close }: { series: Series; sign: Sign; close: () => void }) {
  const cardId = useCardId();
  const form = useForm(
    { comment: "" },
    ({ comment }, key) =>
      api.POST("/api/v1/patients/{patient_id}/observation-series", {
        params: { path: { patient_id: cardId } },
        body: { code: sign, since: series.from, until: series.to, comment: comment.trim() || null },
        headers: key,
      }),
    {
      done: () => {
        close();
        say(t("sent"));
      },
    },
  );
  return (
    <Form form={form} submit={t("send")}>
      <p>
        {t("what", { sign: signWords(sign), from: day(series.from), to: day(series.to), n: series.statistics.count })}
      </p>
      <p className="quiet">{t("who")}</p>
      <TextArea {...form.field("comment")} label={t("comment")} hint={t("commentHint")} optional maxLength={1000} />
    </Form>
  );
}

const t = dictionary({
  ru: {
    show: "Показать врачу",
    title: "Показать измерения врачу",
    what: {
      one: "{sign}: {n} измерение с {from} по {to}.",
      few: "{sign}: {n} измерения с {from} по {to}.",
      many: "{sign}: {n} измерений с {from} по {to}.",
      other: "{sign}: {n} измерения с {from} по {to}.",
    },
    who: "Их увидят врачи, которым вы открыли этот раздел карты для лечения. Они получат уведомление.",
    comment: "Что добавить от себя",
    commentHint: "Например: голова кружится по утрам",
    send: "Отправить",
    sent: "Измерения отправлены врачу",
  },
  en: {
    show: "Show to a doctor",
    title: "Show the readings to a doctor",
    what: { one: "{sign}: {n} reading from {from} to {to}.", other: "{sign}: {n} readings from {from} to {to}." },
    who: "Doctors to whom you opened this section for treatment will see them and get a notice.",
    comment: "What you want to add",
    commentHint: "For example: dizzy in the mornings",
    send: "Send",
    sent: "The readings were sent to the doctor",
  },
});
