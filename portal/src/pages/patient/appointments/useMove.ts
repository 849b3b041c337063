import { useLocation } from "wouter";
import { api } from "../../../api/client";
import { useChange } from "../../../api/queries";
import { ifMatch, typed } from "../../../api/typed";
import { say } from "../../../ui";
import { visitsChanged } from "./changes";
import type { Appointment } from "./shapes";

export type NewTime = { schedule_id: string; start: string };

/** Moves a visit, then shows it; `moved` is said. */
export function useMove(visit: Appointment, moved: string) {
  const [, go] = useLocation();
  const move = useChange((to: NewTime) =>
    typed<Appointment>(
      api.PUT("/api/v1/me/appointments/{appointment_id}/time", {
        params: { path: { appointment_id: visit.id } },
        headers: ifMatch(visit.version),
        body: { start: to.start, schedule_id: to.schedule_id === visit.schedule_id ? "" : to.schedule_id },
      }),
    ),
  );
  const to = (time: NewTime) =>
    move.mutate(time, {
      onSuccess: (after) => {
        say(moved);
        visitsChanged(after);
        go(`/appointments/${visit.id}`);
      },
    });
  return { to, busy: move.isPending, problem: move.error, reset: move.reset };
}
