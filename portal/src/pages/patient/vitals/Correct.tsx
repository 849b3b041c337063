import { useLocation } from "wouter";
import { api } from "../../../api/client";
import { queries, useRead } from "../../../api/queries";
import { useCardId } from "../../../app/session";
import { dictionary } from "../../../i18n";
import { etagOf } from "../../../records";
import { ButtonLink, Card, commonWords, Form, Notice, Page, say, Shown, useForm } from "../../../ui";
import { faultWords, ReadingFields } from "./ReadingFields";
import { bodyOf, formOf } from "./readingForm";
import type { ReadingRecord } from "./shapes";
import { signWords } from "./signs";

/** A reading of one's own that was typed wrongly. The former version stays in the card's history. */
export default function Correct({ params }: { params: { recordId: string } }) {
  const cardId = useCardId();
  const path = { patient_id: cardId, record_id: params.recordId };
  const found = useRead<ReadingRecord>(["vital-sign", cardId, params.recordId], async () => ({
    data: (await api.GET("/api/v1/patients/{patient_id}/vital-signs/{record_id}", { params: { path } }))
      .data as unknown as ReadingRecord,
  }));
  return (
    <Page title={t("title")} width="text" up={{ to: "/vitals", label: t("back") }}>
      <Shown of={found}>
        {(record) =>
          record.source === "patient-reported" ? (
            <Correcting key={record.version} record={record} />
          ) : (
            <Notice title={t("notYours")}>{t("notYoursWhy")}</Notice>
          )
        }
      </Shown>
    </Page>
  );
}

function Correcting({ record }: { record: ReadingRecord }) {
  const cardId = useCardId();
  const [, go] = useLocation();
  const form = useForm(
    formOf(record.body),
    (typed) =>
      api.PUT("/api/v1/patients/{patient_id}/vital-signs/{record_id}", {
        params: { path: { patient_id: cardId, record_id: record.id } },
        headers: { "If-Match": etagOf(record) },
        body: bodyOf(typed, record.body) as never,
      }),
    {
      check: faultWords,
      done: () => {
        void queries.invalidateQueries({ queryKey: ["vital-sign-series", cardId] });
        void queries.invalidateQueries({ queryKey: ["vital-signs", cardId] });
        void queries.invalidateQueries({ queryKey: ["vital-sign", cardId, record.id] });
        say(t("done"));
        go("/vitals");
      },
    },
  );
  return (
    <Card>
      <h2>{signWords(record.body.code)}</h2>
      <Form
        form={form}
        submit={commonWords("save")}
        actions={
          <ButtonLink to="/vitals" kind="plain">
            {commonWords("cancel")}
          </ButtonLink>
        }
      >
        <ReadingFields form={form} />
      </Form>
    </Card>
  );
}

const t = dictionary({
  ru: {
    title: "Исправить запись",
    back: "Показатели",
    done: "Исправлено",
    notYours: "Эту запись сделали не вы",
    notYoursWhy: "Исправить её может тот, кто её внёс. Сообщите врачу, если в ней ошибка.",
  },
  en: {
    title: "Correct an entry",
    back: "Readings",
    done: "Corrected",
    notYours: "This entry is not yours",
    notYoursWhy: "Whoever entered it can correct it. Tell your doctor if there is a mistake.",
  },
});
