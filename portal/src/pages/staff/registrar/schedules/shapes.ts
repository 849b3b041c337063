/** Schedules and visits as the API gives them to a registrar. */
export type Rule = { weekdays: number[]; start: string; end: string; valid_from: string; valid_until?: string | null; every_weeks: number };
export type Exception = { first: string; last: string; reason: ExceptionReason; hours: { start: string; end: string }[] };
export const EXCEPTION_REASONS = ["leave", "sickness", "holiday", "training", "other"] as const;
export type ExceptionReason = (typeof EXCEPTION_REASONS)[number];

export type OwnSchedule = {
  schedule_id: string;
  member_id: string;
  doctor: string;
  position: string;
  room: string;
  zone: string;
  specialty: { code: string; name: string };
  organisation: { id: string; name: string };
  state: "active" | "closed";
  version: number;
  slot_minutes: number;
  horizon_days: number;
  notice_minutes: number;
  cancel_hours: number;
  referral: boolean;
  works_on_holidays: boolean;
  rules: Rule[];
  exceptions: Exception[];
};

/** What a change does to visits that are booked. */
export type Changed = OwnSchedule & { displaced: { count: number } };

export type Visit = {
  id: string;
  schedule_id: string;
  patient_id: string;
  start: string;
  end: string;
  zone: string;
  state: "booked" | "arrived" | "fulfilled" | "cancelled" | "noshow";
  version: number;
  displaced: boolean;
  missed: number;
};

export type Slot = { start: string; end: string; zone: string };
export type NearSlot = Slot & { schedule: { schedule_id: string; doctor: string; room: string } };
