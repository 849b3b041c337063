/** The form before a visit (visit-forms.md): what is asked, filled in with what the card knows. */
import type { components } from "../../../api/schema";

type Answers = components["schemas"]["VisitFormAnswers"];
export type FormBody = { [Name in keyof Answers]: Answers[Name] };
export type Medicine = components["schemas"]["TakenMedicine"];
export type Allergy = components["schemas"]["KnownAllergy"];
export type Condition = components["schemas"]["KnownCondition"];

export type VisitFormData = {
  appointment: { id: string; start: string; zone: string };
  state: "open" | "draft" | "submitted" | "closed";
  version: number;
  last_visit: { date: string } | null;
  body: FormBody;
  /** What is shown and not asked: what the doctor advised, what was complained of last time. */
  beside?: { field: string; value: unknown; reason: string; date: string }[];
};

/** What the page holds while it is filled in: no nulls, since fields of a page are texts. */
export type Filled = {
  complaints: string;
  since: string;
  changes: string;
  questions: string;
  medicines: Medicine[];
  allergies: Allergy[];
  conditions: Condition[];
};

export const filledFrom = (body: FormBody): Filled => ({
  complaints: body.complaints ?? "",
  since: body.since ?? "",
  changes: body.changes ?? "",
  questions: body.questions ?? "",
  medicines: body.medicines ?? [],
  allergies: body.allergies ?? [],
  conditions: body.conditions ?? [],
});

const WHOLE_DAY = /^\d{4}-\d{2}-\d{2}$/;
const named = (text: string | undefined): boolean => Boolean(text?.trim());

/** As the API takes it: added lines without a name are left out; `strict` keeps a day that is not one, to be refused. */
export function bodyFrom(filled: Filled, { measured, related }: FormBody, strict: boolean): FormBody {
  const since = filled.since && (strict || WHOLE_DAY.test(filled.since)) ? filled.since : null;
  return {
    complaints: filled.complaints.trim() || null,
    since,
    changes: filled.changes.trim() || null,
    questions: filled.questions.trim() || null,
    medicines: filled.medicines.filter(({ name }) => named(name)),
    allergies: filled.allergies.filter(({ substance }) => named(substance)),
    conditions: filled.conditions.filter(({ name }) => named(name)),
    measured: measured ?? [],
    related: related ?? [],
  };
}
