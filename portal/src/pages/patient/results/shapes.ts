/** What the API answers about results, as far as these pages show it. */
import type { Two } from "../../../i18n";

export type Flag = "N" | "L" | "H" | "LL" | "HH" | "A" | "AA";
export type ResultStatus = "preliminary" | "final" | "corrected" | "entered-in-error";

export type LabValue = {
  name: string;
  loinc: string | null;
  value: string | null;
  text: string | null;
  unit: string | null;
  low: string | null;
  high: string | null;
  reference_text: string | null;
  applies_to: { sex?: string | null; age_from?: number | null; age_to?: number | null } | null;
  interpretation: Flag | null;
  method: string | null;
};

export type CardRecord<B> = {
  id: string;
  kind: string;
  version: number;
  source: "staff" | "connected" | "patient-reported";
  body: B;
  provenance?: { source: string; fetched_at: string };
};

export type LabResult = CardRecord<{
  occurred_at: string;
  laboratory: string;
  category: string;
  panel: string;
  status: ResultStatus;
  specimen: string | null;
  values: LabValue[];
  conclusion: string | null;
}>;

/** A value at a moment. `number`, `low` and `high` are in the unit of its part. */
export type Point = {
  record: string;
  at: string;
  laboratory: string;
  value: string;
  unit: string;
  number: string | null;
  low: string | null;
  high: string | null;
  reference: string | null;
  flag: Flag | null;
  /** false: the norm is one for another sex or age. */
  range_fits: boolean | null;
  preliminary: boolean;
};

export type Part = {
  unit: string;
  kind: "quantity" | "comparator" | "text";
  broken_by: string | null;
  points: Point[];
};

export type Trend =
  | { comparable: true; direction: "rising" | "falling" | "steady"; change: string; unit: string; points: number }
  | { comparable: false; reason: string };

/** One analyte over time. */
export type Analyte = { analyte: string | null; names: Two; loinc: string[]; parts: Part[]; trend: Trend };

export type Comparison = {
  results: { record: string; version: number; at: string; laboratory: string; panel: string; status: ResultStatus }[];
  withdrawn: number;
  analytes: Analyte[];
  next?: string | null;
};
