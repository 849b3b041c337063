import { Link } from "wouter";
import { dictionary } from "../../../i18n";
import { dayAndTime } from "../../../i18n/dates";
import { ButtonLink, commonWords, Empty, List } from "../../../ui";
import { useDiary } from "./reading";
import type { ReadingRecord } from "./shapes";
import { readingWords, signWords } from "./signs";

/** Every reading as it was entered, newest first; one's own can be corrected. */
export function Diary() {
  const pages = useDiary();
  return (
    <div className="stack">
      {pages.items.length > 0 && <p className="quiet">{commonWords("newestFirst")}.</p>}
      <List
        of={pages}
        keyOf={(record) => record.id}
        label={t("label")}
        empty={
          <Empty title={t("none")}>
            <p>{t("noneWhy")}</p>
            <ButtonLink to="/vitals/new">{t("enter")}</ButtonLink>
          </Empty>
        }
      >
        {(record) => <One record={record} />}
      </List>
    </div>
  );
}

function One({ record: { id, source, body } }: { record: ReadingRecord }) {
  const values = {
    ...(body.value && { value: body.value }),
    ...(body.systolic && { systolic: body.systolic }),
    ...(body.diastolic && { diastolic: body.diastolic }),
  };
  const more = [body.device, body.note].filter(Boolean).join(". ");
  return (
    <article className="row-between">
      <div>
        <p>
          {signWords(body.code)}: <strong className="number">{readingWords(values, body.unit)}</strong>
        </p>
        <p className="quiet">
          {dayAndTime(body.occurred_at)} · {t(source)}
        </p>
        {more && <p>{more}</p>}
      </div>
      {source === "patient-reported" && (
        <Link
          href={`/vitals/${id}`}
          className="button button-plain"
          aria-label={t("correctThis", { sign: signWords(body.code), when: dayAndTime(body.occurred_at) })}
        >
          {t("correct")}
        </Link>
      )}
    </article>
  );
}

const t = dictionary({
  ru: {
    label: "Записи дневника",
    none: "В дневнике пока пусто",
    noneWhy: "Записывайте давление, пульс, сахар и другое: врач увидит, как вы себя чувствуете между приёмами.",
    enter: "Записать измерение",
    "patient-reported": "записано вами",
    staff: "записал медработник",
    connected: "получено из другой системы",
    correct: "Исправить",
    correctThis: "Исправить: {sign}, {when}",
  },
  en: {
    label: "Entries of the diary",
    none: "The diary is empty so far",
    noneWhy: "Enter blood pressure, pulse, sugar and others: the doctor will see how you are between visits.",
    enter: "Enter a reading",
    "patient-reported": "entered by you",
    staff: "entered by a clinician",
    connected: "received from another system",
    correct: "Correct",
    correctThis: "Correct: {sign}, {when}",
  },
});
