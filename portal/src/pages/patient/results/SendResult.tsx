import { useState } from "react";
import { useLocation } from "wouter";
import { api } from "../../../api/client";
import { useRead } from "../../../api/queries";
import { useMe } from "../../../app/session";
import { dictionary } from "../../../i18n";
import { ButtonLink, Card, Form, Notice, Page, Radios, Select, Shown, TextField, useForm } from "../../../ui";

type Consents = {
  items: {
    member: string;
    organisation: string;
    role: string;
    state: string;
    who?: { name: string; organisation: string };
  }[];
};
type Organisations = { items: { organisation_id: string; name: string }[] };

const ANOTHER = "another";
const SYSTEM = "system"; // the operator of Medkarta: nobody treats there

/** A result put before one doctor: who already sees the card is chosen by name, others by their staff number. */
export default function SendResult({ params }: { params: { recordId: string } }) {
  const [location] = useLocation();
  const isStudy = location.startsWith("/studies/");
  const back = `/${isStudy ? "studies" : "results"}/${params.recordId}`;
  const [sent, setSent] = useState<"stands" | "given" | null>(null);
  const { person_id } = useMe();
  const consents = useRead<Consents>(["consents", person_id], async () => ({
    data: (await api.GET("/api/v1/me/consents")).data as unknown as Consents,
  }));
  return (
    <Page title={t("title")} width="text" up={{ to: back, label: t("back") }} lead={t("lead")}>
      {sent ? (
        <Notice tone="good" title={t("sent")} live actions={<ButtonLink to={back}>{t("back")}</ButtonLink>}>
          {sent === "given" ? t("given") : t("stands")}
        </Notice>
      ) : (
        <Shown of={consents}>
          {({ items }) => (
            <Sending
              doctors={items.filter((one) => one.state === "granted" && one.role === "doctor")}
              kind={isStudy ? "imaging-study" : "laboratory-result"}
              recordId={params.recordId}
              done={setSent}
            />
          )}
        </Shown>
      )}
    </Page>
  );
}

type SendingProps = {
  doctors: Consents["items"];
  kind: "laboratory-result" | "imaging-study";
  recordId: string;
  done: (consent: "stands" | "given") => void;
};

function Sending({ doctors, kind, recordId, done }: SendingProps) {
  const form = useForm(
    { doctor: doctors[0]?.member ?? ANOTHER, organisation_id: "", staff_number: "" },
    async ({ doctor, organisation_id, staff_number }, key) => {
      const known = doctors.find((one) => one.member === doctor);
      const whom = known
        ? { member_id: known.member, organisation_id: known.organisation }
        : { staff_number: staff_number.trim(), organisation_id };
      const body = { kind, record_id: recordId, purpose: "consultation" as const, ...whom };
      return (await api.POST("/api/v1/me/sent-results", { body, headers: key })).data;
    },
    {
      check: ({ doctor, organisation_id, staff_number }) =>
        doctor === ANOTHER
          ? {
              organisation_id: organisation_id ? "" : t("organisationNeeded"),
              staff_number: staff_number.trim() ? "" : t("numberNeeded"),
            }
          : {},
      done: (answer) => done((answer as { consent: "stands" | "given" }).consent),
    },
  );
  const another = form.values.doctor === ANOTHER;
  return (
    <Card>
      <Form form={form} submit={t("submit")}>
        <Radios
          {...form.field("doctor")}
          label={t("whom")}
          choices={[
            ...doctors.map((one) => ({
              value: one.member,
              label: one.who?.name ?? t("doctor"),
              hint: one.who?.organisation ?? "",
            })),
            { value: ANOTHER, label: t("another"), hint: t("anotherHint") },
          ]}
        />
        {another && <Another form={form} />}
        <Notice>{another ? t("willGive") : t("willTell")}</Notice>
      </Form>
    </Card>
  );
}

function Another({
  form,
}: {
  form: ReturnType<typeof useForm<{ doctor: string; organisation_id: string; staff_number: string }>>;
}) {
  const found = useRead<Organisations>(["directory-organisations"], async () => ({
    data: (await api.GET("/api/v1/directory/organisations", { params: { query: { limit: 100 } } }))
      .data as unknown as Organisations,
  }));
  return (
    <Shown of={found}>
      {({ items }) => (
        <>
          <Select
            {...form.field("organisation_id")}
            label={t("organisation")}
            empty={t("choose")}
            choices={items
              .filter((one) => one.organisation_id !== SYSTEM)
              .map((one) => ({ value: one.organisation_id, label: one.name }))}
          />
          <TextField
            {...form.field("staff_number")}
            label={t("number")}
            hint={t("numberHint")}
            width="middle"
            required
          />
        </>
      )}
    </Shown>
  );
}

const t = dictionary({
  ru: {
    title: "Отправить результат врачу",
    back: "Вернуться к результату",
    lead: "Врач получит уведомление и откроет этот результат в вашей карте. Сам результат по почте и в СМС не уходит.",
    whom: "Кому отправить",
    doctor: "Врач",
    another: "Другому врачу",
    anotherHint: "по табельному номеру, который он вам назовёт",
    organisation: "Где работает врач",
    choose: "Выберите организацию",
    organisationNeeded: "Выберите, где работает врач",
    number: "Табельный номер врача",
    numberHint: "Его можно спросить у врача или в регистратуре",
    numberNeeded: "Введите табельный номер врача",
    willTell: "У этого врача уже есть доступ к вашей карте: он получит уведомление.",
    willGive:
      "Врач получит доступ только к разделу «Анализы и исследования» – для консультации. Закрыть доступ можно в любой момент в разделе «Доступ к карте».",
    submit: "Отправить",
    sent: "Отправлено",
    given: "Врач получил доступ к анализам и исследованиям и уведомление о результате.",
    stands: "Врач получил уведомление о результате.",
  },
  en: {
    title: "Send the result to a doctor",
    back: "Back to the result",
    lead: "The doctor gets a notice and opens this result in your card. The result itself goes neither by e-mail nor by SMS.",
    whom: "To whom",
    doctor: "Doctor",
    another: "To another doctor",
    anotherHint: "by the staff number that they tell you",
    organisation: "Where the doctor works",
    choose: "Choose an organisation",
    organisationNeeded: "Choose where the doctor works",
    number: "The doctor's staff number",
    numberHint: "Ask the doctor or the reception for it",
    numberNeeded: "Enter the doctor's staff number",
    willTell: "This doctor has access to your card already and will get a notice.",
    willGive:
      "The doctor gets access to “Tests and studies” alone, for a consultation. You can end it at any time under “Access to the card”.",
    submit: "Send",
    sent: "Sent",
    given: "The doctor got access to tests and studies, and a notice of the result.",
    stands: "The doctor got a notice of the result.",
  },
});
