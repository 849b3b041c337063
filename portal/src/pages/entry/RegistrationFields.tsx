import { DateField, Radios, Select, TextField, type FieldProps, type FormState } from "../../ui";
import { countries } from "./countries";
import type { RegistrationForm, Step } from "./registration";
import { t } from "./registrationWords";

export function Fields({ step, form }: { step: Step; form: FormState<RegistrationForm> }) {
  return { person: <Person form={form} />, papers: <Papers form={form} />, contacts: <Contacts form={form} />, password: <Password form={form} /> }[step];
}

type Props = { form: FormState<RegistrationForm> };

function Person({ form }: Props) {
  const sexes = [
    { value: "female", label: t("female") },
    { value: "male", label: t("male") },
  ];
  return (
    <>
      <TextField {...form.field("last_name")} label={t("last")} autoComplete="family-name" required />
      <TextField {...form.field("first_name")} label={t("first")} autoComplete="given-name" required />
      <TextField {...form.field("middle_name")} label={t("middle")} hint={t("middleHint")} autoComplete="additional-name" optional />
      <DateField {...form.field("birth_date")} label={t("birth")} hint={t("birthHint")} autoComplete="bday" />
      <Radios {...(form.field("sex") as unknown as FieldProps)} label={t("sex")} choices={sexes} />
    </>
  );
}

function Papers({ form }: Props) {
  const russian = form.values.document_kind === "passport";
  const kinds = [
    { value: "passport", label: t("russian") },
    { value: "foreign", label: t("foreign") },
  ];
  return (
    <>
      <Radios {...(form.field("document_kind") as unknown as FieldProps)} label={t("document")} choices={kinds} />
      {russian ? (
        <>
          <TextField {...form.field("passport_series")} label={t("series")} hint={t("seriesHint")} inputMode="numeric" width="short" required />
          <TextField {...form.field("passport_number")} label={t("number")} hint={t("numberHint")} inputMode="numeric" width="short" required />
          <TextField {...form.field("snils")} label={t("snils")} hint={t("snilsHint")} inputMode="numeric" width="middle" required />
        </>
      ) : (
        <>
          <Select {...form.field("citizenship")} label={t("country")} choices={countries()} empty={t("choose")} />
          <TextField {...form.field("foreign_passport")} label={t("foreignNumber")} width="middle" required />
          <TextField {...form.field("snils")} label={t("snils")} hint={t("snilsForeign")} inputMode="numeric" width="middle" optional />
        </>
      )}
    </>
  );
}

function Contacts({ form }: Props) {
  return (
    <>
      <TextField {...form.field("phone")} label={t("phone")} hint={t("phoneHint")} type="tel" autoComplete="tel" width="middle" required />
      <TextField {...form.field("email")} label={t("email")} hint={t("emailHint")} type="email" autoComplete="email" required />
    </>
  );
}

function Password({ form }: Props) {
  return (
    <>
      <TextField {...form.field("password")} label={t("password")} hint={t("passwordHint")} type="password" autoComplete="new-password" required />
      <TextField {...form.field("repeated")} label={t("repeat")} type="password" autoComplete="new-password" required />
    </>
  );
}
