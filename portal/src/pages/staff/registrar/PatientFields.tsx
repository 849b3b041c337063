/** The fields of who is registered, by steps: the person, the papers, how to reach them. */
import { Checkbox, DateField, Radios, TextField, type FormState } from "../../../ui";
import { pastDay, snilsRight } from "../../entry/checks";
import { p } from "./patientWords";

export const NO_PATIENT = {
  last_name: "",
  first_name: "",
  middle_name: "",
  birth_date: "",
  sex: "",
  snils: "",
  oms: "",
  passport_series: "",
  passport_number: "",
  phone: "",
  email: "",
  consent_given: false,
};

export type NewPatientValues = typeof NO_PATIENT;
type Name = keyof NewPatientValues;
type Faults = Partial<Record<Name, string>>;

export const STEPS: readonly (readonly Name[])[] = [
  ["last_name", "first_name", "middle_name", "birth_date", "sex"],
  ["snils", "oms", "passport_series", "passport_number"],
  ["phone", "email", "consent_given"],
];

/** The step on which a refused field stands. */
export function stepOf(pointers: readonly string[]): number | null {
  const names = pointers.map((pointer) => pointer.replace(/^\//, ""));
  const found = STEPS.findIndex((step) => step.some((name) => names.includes(name)));
  return found < 0 ? null : found;
}

const CHECKS: readonly ((values: NewPatientValues) => Faults)[] = [
  (v) => ({
    last_name: v.last_name.trim() ? "" : p("needed"),
    first_name: v.first_name.trim() ? "" : p("needed"),
    birth_date: pastDay(v.birth_date) ? "" : p("dateNeeded"),
    sex: v.sex ? "" : p("needed"),
  }),
  (v) => ({
    snils: v.snils ? (snilsRight(v.snils) ? "" : p("snilsWrong")) : v.oms || v.passport_number ? "" : p("oneNumber"),
  }),
  (v) => ({ consent_given: v.consent_given ? "" : p("consentNeeded") }),
];

export const patientFaults = (values: NewPatientValues, step: number): Faults => CHECKS[step]?.(values) ?? {};

export function PatientFields({ form, step }: { form: FormState<NewPatientValues>; step: number }) {
  if (step === 0) {
    return (
      <>
        <TextField {...form.field("last_name")} label={p("lastName")} required />
        <TextField {...form.field("first_name")} label={p("firstName")} required />
        <TextField {...form.field("middle_name")} label={p("middleName")} optional />
        <DateField {...form.field("birth_date")} label={p("born")} />
        <Radios
          {...form.field("sex")}
          label={p("sex")}
          choices={[
            { value: "female", label: p("female") },
            { value: "male", label: p("male") },
          ]}
        />
      </>
    );
  }
  if (step === 1) {
    return (
      <>
        <p>{p("papersWhy")}</p>
        <TextField {...form.field("snils")} label={p("snils")} hint={p("snilsHint")} inputMode="numeric" width="middle" />
        <TextField {...form.field("oms")} label={p("oms")} hint={p("omsHint")} inputMode="numeric" width="middle" />
        <TextField {...form.field("passport_series")} label={p("series")} hint={p("seriesHint")} inputMode="numeric" width="short" />
        <TextField {...form.field("passport_number")} label={p("number")} hint={p("numberHint")} inputMode="numeric" width="short" />
      </>
    );
  }
  return (
    <>
      <TextField {...form.field("phone")} type="tel" label={p("phone")} hint={p("phoneHint")} width="middle" optional />
      <TextField {...form.field("email")} type="email" label={p("email")} optional />
      <Checkbox {...form.field("consent_given")} label={p("consentSigned")} hint={p("consentSignedHint")} />
    </>
  );
}
