import { api } from "../../../api/client";
import { usePages, useRead } from "../../../api/queries";
import { useCardId } from "../../../app/session";
import type { MarkedDay, Statement } from "./shapes";

export const STATEMENTS = "medication-statement-list";
export const INTAKES = "intake-list";
export const REMINDERS = "reminder-list";
const WEEK_OF_DAYS = 8; // seven and tomorrow, whose first hours may be marked in the evening

export function useStatements() {
  const cardId = useCardId();
  return usePages(
    [STATEMENTS, cardId],
    (query) =>
      api.GET("/api/v1/patients/{patient_id}/medication-statements", {
        params: { path: { patient_id: cardId }, query },
      }) as Promise<{ data?: { items: Statement[]; next?: string } }>,
    { limit: 50 },
  );
}

export function useMarkedDays() {
  const cardId = useCardId();
  return useRead(
    [INTAKES, cardId],
    () =>
      api.GET("/api/v1/me/intakes", { params: { query: { limit: WEEK_OF_DAYS } } }) as Promise<{ data?: { items: MarkedDay[] } }>,
  );
}

type Reminder = { topic: string; when: string; about: { kind: string; id?: string }; muted?: boolean };

/** The next intake that is reminded of, by medication; a medication without hours has none. */
export function useReminders() {
  const cardId = useCardId();
  const found = useRead(
    [REMINDERS, cardId],
    () => api.GET("/api/v1/me/reminders", { params: { query: { limit: 100 } } }) as Promise<{ data?: { items: Reminder[] } }>,
  );
  const intakes = (found.data?.items ?? []).filter((one) => one.topic === "intake");
  return { ...found, of: (statementId: string) => intakes.find((one) => one.about.id === statementId) };
}
