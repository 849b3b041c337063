/** What the API answers about vaccinations, as far as these pages show it. */
import type { CardRecord } from "../../../records";

export type Status = "done" | "due" | "overdue" | "upcoming" | "exempt" | "not-applicable" | "unknown";

export type Next = { stage: string; due: string; late_from?: string; recommended?: string };

export type Course = {
  course: string;
  name: string;
  status: Status;
  reason: string;
  given: number;
  not_counted: { record: string; on: string; reason: string; earliest?: string }[];
  next?: Next;
  exemption?: { record: string; kind: "medical" | "refusal"; since: string; until?: string };
};

/** `vaccine` is the course that it is of. */
export type Dose = { id: string; vaccine: string; state: "given" | "assumed" | "planned"; on?: string };

export type Plan = {
  factors: { groups: string[]; had: string[]; history: "complete" | "unknown" };
  source: string;
  in_force: boolean;
  as_of: string;
  courses: Course[];
  doses: Dose[];
};

export type VaccinationBody = {
  occurred_at: string;
  vaccine: string;
  trade_name: string | null;
  targets: { disease: string; stage: string }[];
  lot: string;
  organisation: string;
  status: "completed" | "entered-in-error";
};

export type Certified = {
  on: string;
  vaccine: string;
  stages: string;
  lot: string;
  organisation: string;
  in_code: boolean;
};
export type Certificate = Omit<CardRecord, "body" | "status"> & {
  status?: { state: "active" | "revoked" };
  body: { occurred_at: string; language: "ru" | "en"; vaccinations: Certified[]; qr: string };
};
