export type Figures = {
  bookings: number;
  visits: number;
  no_shows: number;
  cancellations: number;
  no_show_percent: number | null;
  slots_offered: number;
  slots_used: number;
  slot_use_percent: number | null;
  wait_hours: number | null;
  stay_minutes: number | null;
  results: number;
  result_hours: number | null;
};
export type OfPeriod = Figures & { period: string };
export type OfHour = Figures & { hour: number };
export type OfDoctor = Figures & { member_id: string; doctor: string; position: string; department: string };
export type Panel = { periods: OfPeriod[]; hours: OfHour[]; doctors: OfDoctor[]; departments: string[]; total: Figures };

export type Decision = { decision: "accepted" | "dismissed"; at: string; by: string };
type Who = { member_id: string; doctor: string; position: string; department: string; schedules: string[] };
type Numbers<K extends string> = Partial<Record<K, number | null>>;
export type Proposal = Who & {
  id: string;
  kind: "move" | "more" | "fewer";
  slots: number;
  to_part: string;
  from_part: string;
  reason: Numbers<"weeks" | "slots_offered" | "slots_used" | "use_percent" | "wait_hours" | "no_show_percent" | "to_percent" | "from_percent">;
  effect: Numbers<"use_percent" | "doctors" | "model_wait_hours_before" | "model_wait_hours" | "to_percent" | "from_percent">;
  decision: Decision | null;
};
export type Proposals = {
  from: string;
  to: string;
  items: Proposal[];
  too_little: (Who & { weeks: number; slots_offered: number })[];
  least: { weeks: number; slots_offered: number };
};
