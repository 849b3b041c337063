/** What the API says of appointments, free times and the waiting list, as far as the pages use it. */

export type VisitState = "booked" | "arrived" | "fulfilled" | "cancelled" | "noshow";

export type Appointment = {
  id: string;
  schedule_id: string;
  organisation_id: string;
  specialty: string;
  start: string;
  end: string;
  zone: string;
  state: VisitState;
  version: number;
  displaced: boolean;
  /** Of a schedule that is still there. */
  doctor?: string;
  position?: string;
  room?: string;
  /** Until when its patient may move or cancel it; absent when they may not any more. */
  changeable_until?: string;
  /** Why the patient comes, in their own words. */
  reason?: string;
  /** Why the clinic cancelled it. */
  why?: string;
  form_id?: string;
  visit_id?: string;
};

export type Schedule = {
  schedule_id: string;
  organisation: { id: string; name: string };
  specialty: { code: string; name: string };
  doctor: string;
  position: string;
  room: string;
  zone: string;
  cancel_hours: number;
  referral: boolean;
};

export type FreeTime = { start: string; end: string; zone: string; schedule: Schedule };
export type Alternative = {
  schedule_id: string;
  doctor: string;
  position: string;
  start: string;
  end: string;
  zone: string;
};
export type Alternatives = { displaced: boolean; items: Alternative[]; answer_by?: string };

export type Part = "morning" | "afternoon" | "evening";
type Held = { schedule_id: string; start: string; end: string; zone: string };

export type WaitingEntry = {
  id: string;
  state: "waiting" | "offered" | "booked" | "left" | "ended";
  organisation: string;
  specialty: string;
  zone: string;
  first: string;
  last: string;
  put_first: boolean;
  created_at: string;
  version: number;
  weekdays: number[];
  parts: Part[];
  schedule_id?: string;
  why?: "until" | "lapsed" | "booked-otherwise";
  offer?: Held & { held_until: string };
  booked?: Held;
};

export const isOpen = ({ state }: Appointment): boolean => state === "booked" || state === "arrived";
