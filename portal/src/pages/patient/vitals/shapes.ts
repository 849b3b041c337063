/** What the API answers about vital signs, as far as these pages show it. */
import type { Two } from "../../../i18n";

export const SIGNS = [
  "blood-pressure",
  "pulse",
  "glucose",
  "weight",
  "body-mass-index",
  "temperature",
  "saturation",
  "respiration",
  "height",
] as const;
export type Sign = (typeof SIGNS)[number];
export type PartName = "value" | "systolic" | "diastolic";
export type Level = "none" | "normal" | "attention" | "urgent";

/** A limit. `when` holds it to readings of a place or taken in a way; `personal`: set by a doctor for this person. */
export type Rule = {
  part: PartName;
  level: "attention" | "urgent";
  relation: ">=" | "<=" | "<" | ">";
  limit: string;
  when: Record<string, string[]>;
  personal: boolean;
};

export type Reading = {
  record: string;
  at: string;
  values: Partial<Record<PartName, string>>;
  level: Level;
  place: string;
  source: "patient-reported" | "staff" | "connected";
};

export type Series = {
  code: Sign;
  unit: string;
  from: string;
  to: string;
  resolution: "reading" | "day";
  thinned: boolean;
  points: Reading[];
  bands: Rule[];
  advice: Record<"attention" | "urgent", Two>;
  statistics: {
    count: number;
    parts: Partial<Record<PartName, { min: string; max: string; mean: string }>>;
    out_of_limits?: string | null;
  };
};

export type ReadingBody = {
  occurred_at: string;
  code: Sign;
  value: string | null;
  systolic: string | null;
  diastolic: string | null;
  unit: string;
  specimen: string | null;
  timing: string | null;
  breathing: string | null;
  place: string | null;
  device: string | null;
  note: string | null;
};

export type ReadingRecord = { id: string; version: number; source: Reading["source"]; body: ReadingBody };
