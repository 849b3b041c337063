import { useState } from "react";
import { useParams } from "wouter";
import { queries } from "../../../api/queries";
import { ButtonLink, Card, Form, Notice, Page, Select, useForm } from "../../../ui";
import { faultWords, ReadingFields } from "../../patient/vitals/ReadingFields";
import { bodiesOf, emptyForm, valuesOf } from "../../patient/vitals/readingForm";
import { saveReadings, type Saved } from "../../patient/vitals/saving";
import { ENTRIES, readingWords, signWords, type Entered } from "../../patient/vitals/signs";
import { PatientName } from "../doctor/PatientName";
import { t } from "./words";

/** One reading after another, at the bedside; without a connection they wait on this device. */
export default function Measure() {
  const { patientId = "" } = useParams();
  const [saved, setSaved] = useState<Saved | null>(null);
  const form = useForm(emptyForm(), (typed, key) => saveReadings(patientId, bodiesOf(typed), key), {
    check: faultWords,
    done: (answer) => {
      setSaved(answer as Saved);
      form.set(emptyForm(form.values.sign));
      void queries.invalidateQueries({ queryKey: ["vital-sign-series", patientId] });
    },
  });
  return (
    <Page title={t("measure")} lead={<PatientName patientId={patientId} />} width="text" up={{ to: `/patients/${patientId}`, label: t("card") }}>
      {saved && <Done saved={saved} />}
      <Card>
        <Form form={form} submit={t("save")} actions={<ButtonLink to={`/patients/${patientId}/signs`} kind="plain">{t("allReadings")}</ButtonLink>}>
          <Select {...form.field("sign")} onChange={(sign) => form.set({ sign: sign as Entered })} label={t("whatMeasured")} choices={(Object.keys(ENTRIES) as Entered[]).map((value) => ({ value, label: signWords(value) }))} />
          <ReadingFields form={form} withPulse />
        </Form>
      </Card>
    </Page>
  );
}

function Done({ saved: { bodies, queued } }: { saved: Saved }) {
  return (
    <Notice tone="good" title={t(queued ? "queued" : "saved")} live>
      <ul className="plain-list">
        {bodies.map((body) => (
          <li key={body.code}>
            {signWords(body.code)}: {readingWords(valuesOf(body), body.unit)}
          </li>
        ))}
      </ul>
    </Notice>
  );
}
