/** What the API says of requests, as far as these pages use it. */
import type { Role } from "../../../app/roles";
import type { Two } from "../../../i18n";
import type { FormSchema } from "./schema";

export const STATES = [
  "awaiting-parties",
  "submitted",
  "needs-more",
  "approved",
  "refused",
  "withdrawn",
  "accepted",
  "preparing",
  "ready",
  "sent",
  "received",
] as const;
export type State = (typeof STATES)[number];

export type Slot = { name: string; label: Two; least: number; most: number };

export type CaseKind = {
  kind: string;
  label: Two;
  form: FormSchema;
  documents: Slot[];
  level: number;
  term_days: number | null;
};

export type Case = {
  case_id: string;
  kind: string;
  state: State;
  version: number;
  filed_at: string;
  at: string;
  open: boolean;
  organisation?: string;
  due?: string;
  overdue?: boolean;
};

export type Step = { step: string; at: string; role: Role; reason?: string };
export type Scan = { upload_id: string; state: string; type: string };

export type WholeCase = Case & {
  steps: Step[];
  documents: Record<string, Scan[]>;
  parties: string[];
  form: Record<string, unknown>;
  /** What staff said last. */
  words: string;
};

/** A request of somebody else that names this person and waits for their word. */
export type AskedOfMe = {
  patient_id: string;
  case_id: string;
  kind: string;
  state: "asked" | "agreed" | "declined" | "closed";
  at: string;
  told: Record<string, string>;
};
