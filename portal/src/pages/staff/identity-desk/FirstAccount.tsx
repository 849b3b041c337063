import { useLocation } from "wouter";
import { api } from "../../../api/client";
import { useChange } from "../../../api/queries";
import { Card, DateField, Form, Notice, Page, Radios, say, TextField, useForm } from "../../../ui";
import { snilsRight } from "../../entry/checks";
import { t } from "./words";

const EMPTY = {
  last_name: "",
  first_name: "",
  birth_date: "",
  snils: "",
  birth_certificate: "",
  passport_series: "",
  passport_number: "",
  phone: "",
  email: "",
  language: "ru",
};

/** Who has a passport and a card, and no way into the cabinet: a child of 14, a patient of a clinic. */
export default function FirstAccount() {
  const [, go] = useLocation();
  const opened = useChange((body: typeof EMPTY) => api.POST("/api/v1/desk/first-accounts", { body: { ...body, language: body.language as "ru" | "en" } }), [["recovery-list"]]);
  const form = useForm(EMPTY, (values) => opened.mutateAsync(values), {
    check: (values) => ({
      last_name: values.last_name.trim() ? "" : t("needed"),
      first_name: values.first_name.trim() ? "" : t("needed"),
      birth_date: /^\d{4}-\d{2}-\d{2}$/.test(values.birth_date) ? "" : t("dateNeeded"),
      snils: values.snils ? (snilsRight(values.snils) ? "" : t("snilsWrong")) : values.birth_certificate ? "" : t("snilsOrCertificate"),
      passport_series: values.passport_series.trim() ? "" : t("needed"),
      passport_number: values.passport_number.trim() ? "" : t("needed"),
      phone: values.phone.trim() ? "" : t("needed"),
      email: values.email.trim() ? "" : t("needed"),
    }),
    done: () => {
      say(t("begun"));
      go("/recoveries");
    },
  });
  return (
    <Page title={t("first")} lead={t("firstLead")} width="text">
      <Notice>{t("firstNext")}</Notice>
      <Card>
        <Form form={form} submit={t("begin")}>
          <TextField {...form.field("last_name")} label={t("lastName")} required />
          <TextField {...form.field("first_name")} label={t("firstName")} required />
          <DateField {...form.field("birth_date")} label={t("born")} />
          <TextField {...form.field("snils")} label={t("snils")} hint={t("snilsHint")} inputMode="numeric" width="middle" />
          <TextField {...form.field("birth_certificate")} label={t("certificate")} hint={t("certificateHint")} width="middle" optional />
          <TextField {...form.field("passport_series")} label={t("series")} hint={t("seriesHint")} inputMode="numeric" width="short" required />
          <TextField {...form.field("passport_number")} label={t("number")} hint={t("numberHint")} inputMode="numeric" width="short" required />
          <TextField {...form.field("phone")} type="tel" label={t("phone")} hint={t("phoneHint")} width="middle" required />
          <TextField {...form.field("email")} type="email" label={t("email")} required />
          <Radios
            {...form.field("language")}
            label={t("language")}
            choices={[
              { value: "ru", label: "Русский" },
              { value: "en", label: "English" },
            ]}
          />
        </Form>
      </Card>
    </Page>
  );
}
