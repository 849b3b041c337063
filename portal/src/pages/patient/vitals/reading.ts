import { api } from "../../../api/client";
import { usePages, useRead } from "../../../api/queries";
import { useCardId } from "../../../app/session";
import { today } from "../../../i18n/dates";
import type { ReadingRecord, Series, Sign } from "./shapes";

/** Days back; of the longest the API reads at most 98 months. */
export const PERIODS = { week: 7, month: 30, quarter: 91, year: 365, years: 365 * 8 } as const;
export type Period = keyof typeof PERIODS;

const POINTS = 300; // more than a screen can tell apart

/** The first day of a period, by the clock of this device. */
export function firstDay(period: Period): string {
  const [year = 0, month = 1, day = 1] = today().split("-").map(Number);
  return new Date(Date.UTC(year, month - 1, day - PERIODS[period])).toISOString().slice(0, 10);
}

/** Readings of a time, at most so many: the API leaves out those that a line does not need. */
export async function readSeries(cardId: string, code: Sign, period: Period, points: number): Promise<{ data: Series }> {
  const answer = await api.GET("/api/v1/patients/{patient_id}/vital-signs/series", {
    params: { path: { patient_id: cardId }, query: { code, from: firstDay(period), points } },
  });
  return { data: answer.data as unknown as Series };
}

export function useSeries(code: Sign, period: Period, wanted = true) {
  const cardId = useCardId();
  return useRead<Series>(
    ["vital-sign-series", cardId, code, period],
    () => readSeries(cardId, code, period, POINTS),
    { wanted },
  );
}

type Page = { items: ReadingRecord[]; next?: string | null };

export function useDiary() {
  const cardId = useCardId();
  return usePages<Page>(["vital-signs", cardId], async (query) => {
    const answer = await api.GET("/api/v1/patients/{patient_id}/vital-signs", {
      params: { path: { patient_id: cardId }, query },
    });
    return { data: answer.data as unknown as Page };
  });
}
