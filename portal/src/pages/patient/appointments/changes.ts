import { queries } from "../../../api/queries";
import type { Appointment } from "./shapes";

const CHANGED = [
  "appointment-list",
  "appointment-read",
  "appointment-alternatives",
  "waiting-entry-list",
  "free-slot-list",
  "schedule-slots",
  "reminder-list",
  "reminder-extra",
  "notice-list",
];

/** What a booking, a move or a cancellation makes stale is read anew when it is looked at next; `after` is shown at once. */
export function visitsChanged(after?: Appointment): void {
  for (const operation of CHANGED) void queries.invalidateQueries({ queryKey: [operation] });
  if (after) queries.setQueryData(["appointment-read", after.id], after);
}
