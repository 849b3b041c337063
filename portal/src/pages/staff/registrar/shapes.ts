/** What the API says to registrars, as far as these pages use it. */
import type { Two } from "../../../i18n";

export type Paged<T> = { items: T[]; next?: string };
export type QueuedApplication = { application_id: string; patient_id: string; submitted_at: string };
export type QueuedCase = { case_id: string; patient_id: string; at: string; filed_at?: string; state?: CaseState; due?: string; overdue?: boolean };
export type Scan = { upload_id: string; state: string; type: string };

export type CaseState =
  | "awaiting-parties"
  | "submitted"
  | "needs-more"
  | "approved"
  | "refused"
  | "withdrawn"
  | "accepted"
  | "preparing"
  | "ready"
  | "sent"
  | "received";

export type CaseKind = { kind: string; label: Two; documents: { name: string; label: Two }[]; term_days: number | null; decided_by: string[] };

export type CaseReview = {
  case_id: string;
  patient_id: string;
  kind: string;
  state: CaseState;
  filed_at: string;
  due?: string;
  overdue?: boolean;
  version: number;
  form: Record<string, unknown>;
  beside: Record<string, unknown> & { findings?: string[]; differs?: string[]; fields?: { field: string; old: string; new: string; differs: boolean }[]; profile_changed_since?: boolean };
  documents: Record<string, Scan[]>;
  steps: { at: string; step: string; role: string }[];
  words: string;
};

export type Review = {
  application_id: string;
  state: string;
  version: number;
  oms_policy: string;
  documents: Record<string, Scan[]>;
  person: Record<string, string>;
  differs: string[];
} & Record<string, unknown>;
