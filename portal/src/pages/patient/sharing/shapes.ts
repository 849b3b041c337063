/** What the API says of access to the own card, as far as these pages use it. */
import type { SharedSection } from "../../../access/sections";

export type Level = "full" | "limited";
export type Purpose = "treatment" | "consultation" | "examination" | "second-opinion" | "insurance";

export type Consent = {
  member: string;
  state: "requested" | "granted" | "refused" | "revoked" | "expired";
  version: number;
  level: Level;
  sections: SharedSection[];
  purpose: Purpose;
  valid_until?: string;
  requested_at?: string;
  answered_at?: string;
  role: string;
  who: { name: string; organisation: string; role: string; department: string };
};

export type ConsentLine = {
  id: string;
  member: string;
  what: Consent["state"] | "narrowed" | "extended";
  at: string;
  by_role: string;
  level?: Level;
  sections?: SharedSection[];
  valid_until?: string;
};

export type ShareState = "active" | "revoked" | "locked" | "expired" | "used-up";

export type ShareLink = {
  share_id: string;
  label: string;
  recipient: "doctor" | "insurer" | "employer" | "other";
  state: ShareState;
  level: Level;
  sections: string[];
  records: { kind: string; record_id: string }[];
  download: boolean;
  until: string;
  openings: number;
  opened: number;
  created_at: string;
  by: "patient" | "representative";
};

export type NewShare = ShareLink & { link?: string; passcode?: string };
export type Opening = { at: string; what: string; opening?: string; network?: string; client?: string; kind?: string; record_id?: string };
export type Block = { grantee_id: string; kind: "member" | "organisation"; name?: string; at?: string };
export type App = { client_id: string; application: { name: string } | string; state: "active" | "ended"; reads: string[]; allowed_at: string; until: string };
