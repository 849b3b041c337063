/** The form of a registration by its steps, and what can be told of each before it is sent (rules: domain/registrations.py). */
import { emailLikely, pastDay, phoneLikely, snilsRight } from "./checks";
import { t } from "./registrationWords";

const BLANK = {
  last_name: "",
  first_name: "",
  middle_name: "",
  birth_date: "",
  sex: "" as "" | "male" | "female",
  document_kind: "passport" as "passport" | "foreign",
  snils: "",
  passport_series: "",
  passport_number: "",
  citizenship: "",
  foreign_passport: "",
  phone: "",
  email: "",
  password: "",
  repeated: "",
};

export type RegistrationForm = Omit<typeof BLANK, "sex"> & { sex: "male" | "female" };

/** Nothing chosen yet; a form is sent only when the sex is. */
export const EMPTY = BLANK as RegistrationForm;

export const STEPS = ["person", "papers", "contacts", "password"] as const;
export type Step = (typeof STEPS)[number];

const FIELDS: Record<Step, readonly string[]> = {
  person: ["last_name", "first_name", "middle_name", "birth_date", "sex"],
  papers: ["document_kind", "snils", "passport_series", "passport_number", "citizenship", "foreign_passport"],
  contacts: ["phone", "email"],
  password: ["password", "repeated"],
};

/** The first step that has one of these fields. */
export const stepOf = (fields: readonly string[]): Step | null =>
  STEPS.find((step) => fields.some((field) => FIELDS[step].includes(field))) ?? null;

type Errors = Partial<Record<keyof RegistrationForm, string>>;
const needed = (value: string, words: string) => (value.trim() ? "" : words);

export function checked(values: RegistrationForm, step: Step): Errors {
  return RULES[step](values);
}

const RULES: Record<Step, (values: RegistrationForm) => Errors> = {
  person: (v) => ({
    last_name: needed(v.last_name, t("lastNeeded")),
    first_name: needed(v.first_name, t("firstNeeded")),
    birth_date: pastDay(v.birth_date) ? "" : t("birthNeeded"),
    sex: v.sex ? "" : t("sexNeeded"),
  }),
  papers: (v) =>
    v.document_kind === "passport"
      ? {
          snils: snilsRight(v.snils) ? "" : t("snilsWrong"),
          passport_series: v.passport_series.replace(/\D/g, "").length === 4 ? "" : t("seriesWrong"),
          passport_number: v.passport_number.replace(/\D/g, "").length === 6 ? "" : t("numberWrong"),
        }
      : {
          citizenship: needed(v.citizenship, t("countryNeeded")),
          foreign_passport: needed(v.foreign_passport, t("foreignNeeded")),
          snils: !v.snils || snilsRight(v.snils) ? "" : t("snilsWrong"),
        },
  contacts: (v) => ({
    phone: phoneLikely(v.phone) ? "" : t("phoneWrong"),
    email: emailLikely(v.email) ? "" : t("emailWrong"),
  }),
  password: (v) => ({
    password: v.password.length >= 10 ? "" : t("passwordShort"),
    repeated: v.password === v.repeated ? "" : t("repeatedDiffers"),
  }),
};
