import { Link, useLocation } from "wouter";
import { api } from "../../../api/client";
import { usePages } from "../../../api/queries";
import { typed } from "../../../api/typed";
import { day } from "../../../i18n/dates";
import { Card, Empty, Form, List, Page, Section, Tag, TextField, useForm } from "../../../ui";
import { snilsRight } from "../../entry/checks";
import { PatientName } from "./PatientName";
import type { MyPatient } from "./shapes";
import { t } from "./words";

const TONES = { requested: "info", granted: "good", refused: "warn", revoked: "warn", expired: "quiet" } as const;

/** Who was asked for consent, and what they answered; and the way to somebody new. */
export default function Patients() {
  const pages = usePages(["consent-my-patients"], (query) => typed<{ items: MyPatient[]; next?: string }>(api.GET("/api/v1/me/patients", { params: { query } })));
  return (
    <Page title={t("patients")} lead={t("patientsLead")}>
      <Section title={t("findPatient")}>
        <Find />
      </Section>
      <Section title={t("known")}>
        <List of={pages} label={t("known")} keyOf={(one) => one.patient_id} empty={<Empty title={t("noPatients")}>{t("noPatientsWhy")}</Empty>}>
          {(one) => (
            <div className="row-between">
              <Link href={`/patients/${one.patient_id}`}>
                {one.state === "granted" ? <PatientName patientId={one.patient_id} /> : t("nameClosed", { id: one.patient_id.slice(0, 6) })}
              </Link>
              <span className="row">
                <Tag tone={TONES[one.state]}>{t(`consent-${one.state}`)}</Tag>
                <span className="quiet">{day(one.at)}</span>
              </span>
            </div>
          )}
        </List>
      </Section>
    </Page>
  );
}

function Find() {
  const [, go] = useLocation();
  const form = useForm({ snils: "" }, async ({ snils }) => (await typed<{ patient_id: string }>(api.POST("/api/v1/patients/look-up", { body: { snils } }))).data, {
    check: ({ snils }) => ({ snils: snilsRight(snils) ? "" : t("snilsWrong") }),
    done: (found) => found && go(`/patients/${found.patient_id}`),
  });
  return (
    <Card>
      <Form form={form} submit={t("find")}>
        <TextField {...form.field("snils")} label={t("snils")} hint={t("snilsHint")} inputMode="numeric" width="middle" required />
      </Form>
    </Card>
  );
}
