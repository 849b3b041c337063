/** What the API says to who treats patients, as far as these pages use it. */
import type { CardRecord } from "../../../records";

export type Person = { last_name?: string; first_name?: string; middle_name?: string; birth_date?: string; sex?: "male" | "female"; oms_policy?: string };

export type MyPatient = { patient_id: string; state: "requested" | "granted" | "refused" | "revoked" | "expired"; at: string };

export type Condition = { code: string; text: string; clinical_status?: string; record?: string; source?: string };

export type Overview = {
  person: Person;
  allergies: CardRecord[];
  received_allergies: CardRecord[];
  chronic_conditions: Condition[];
  current_medication: CardRecord[];
  current_intake: CardRecord[];
};

export type WorkSchedule = { schedule_id: string; organisation: { id: string; name: string }; specialty: { code: string; name: string }; room: string; zone: string; state: string };

export type WorkVisit = {
  id: string;
  schedule_id: string;
  patient_id: string;
  start: string;
  end: string;
  zone: string;
  state: "booked" | "arrived" | "fulfilled" | "cancelled" | "noshow";
  version: number;
  reason?: string;
  form_id?: string;
  visit_id?: string;
};

export type Warning = {
  code: string;
  severity: "stop" | "warning" | "notice";
  line: number;
  kind: string;
  id: string;
  key: string;
  rule?: string;
  with_line?: number;
};

export type ResultDraft = { id: string; kind: string; result: string; version: number; missing: string[]; body: Record<string, unknown>; ends_at: string };

export const fullName = ({ last_name, first_name, middle_name }: Person): string => [last_name, first_name, middle_name].filter(Boolean).join(" ");
