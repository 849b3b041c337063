/** Days and moments in words. A day is "2026-11-12"; a moment is RFC 3339 and is shown by the clock of this device. */
import { currentLanguage } from "./index";

const DAY = /^\d{4}-\d{2}-\d{2}$/;

/** What the API gives: text, or seconds of the epoch. */
type Given = string | number | null | undefined;

function moment(value: string | number): Date {
  if (typeof value === "number") return new Date(value * 1000);
  return DAY.test(value) ? new Date(`${value}T00:00:00`) : new Date(value);
}

function written(value: Given, style: Intl.DateTimeFormatOptions): string {
  if (!value) return "";
  const date = moment(value);
  return Number.isNaN(date.getTime()) ? String(value) : new Intl.DateTimeFormat(currentLanguage(), style).format(date);
}

/** "12 ноября 2026 г." */
export const day = (value: Given) =>
  written(value, { day: "numeric", month: "long", year: "numeric" });

/** "12 нояб. 2026 г.", for tables and charts. */
export const shortDay = (value: Given) =>
  written(value, { day: "numeric", month: "short", year: "numeric" });

/** "12.11.2026", where there is little room: at the foot of a chart. */
export const numericDay = (value: string | null | undefined) =>
  written(value, { day: "2-digit", month: "2-digit", year: "numeric" });

/** "12 ноября 2026 г. в 14:05"; a day without a time stays a day. */
export const dayAndTime = (value: Given) =>
  typeof value === "string" && DAY.test(value) ? day(value) : written(value, { dateStyle: "long", timeStyle: "short" });

/** "14:05" */
export const time = (value: Given) => written(value, { timeStyle: "short" });

/** "четверг, 12 ноября" */
export const weekday = (value: Given) =>
  written(value, { weekday: "long", day: "numeric", month: "long" });

/** Today as "2026-11-12" by the clock of this device. */
export function today(): string {
  const now = new Date();
  return new Date(now.getTime() - now.getTimezoneOffset() * 60_000).toISOString().slice(0, 10);
}
