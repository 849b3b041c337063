import { currentLanguage } from "../../../i18n";
import { day } from "../../../i18n/dates";
import type { Figures } from "./shapes";
import { t } from "./words";

export const NAMES = ["bookings", "visits", "no_shows", "cancellations", "slots_offered", "slots_used", "slot_use_percent", "wait_hours", "stay_minutes", "results", "result_hours"] as const;
export type Name = (typeof NAMES)[number];

const UNITS: Partial<Record<Name, "percent" | "days_n" | "minutes" | "hours_n">> = { slot_use_percent: "percent", wait_hours: "days_n", stay_minutes: "minutes", result_hours: "hours_n" };
const HOURS = 24;

/** Days with one digit behind the point: a wait of hours says little. */
export const inDays = (hours: number) => Math.round((hours / HOURS) * 10) / 10;

export const valueOf = (of: Figures, name: Name): number | null => {
  const value = of[name];
  return value !== null && name === "wait_hours" ? inDays(value) : value;
};

/** "85 %", "12,5 дн.", or a dash where nothing is known. */
export function shown(of: Figures, name: Name): string {
  const value = valueOf(of, name);
  const unit = UNITS[name];
  return value === null ? "–" : unit ? t(unit, { n: value }) : new Intl.NumberFormat(currentLanguage()).format(value);
}

export const periodWords = (period: string): string =>
  period.length === "2026-11".length
    ? new Intl.DateTimeFormat(currentLanguage(), { month: "long", year: "numeric", timeZone: "UTC" }).format(new Date(`${period}-01`))
    : day(period);
