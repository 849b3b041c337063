/** Times of visits stand by the clock on the clinic's wall, wherever the reader is; where clocks differ it is said. */
import { currentLanguage, dictionary } from "../../../i18n";

const written = (moment: string, zone: string, style: Intl.DateTimeFormatOptions): string =>
  new Intl.DateTimeFormat(currentLanguage(), { ...style, timeZone: zone }).format(new Date(moment));

/** "понедельник, 30 ноября" */
export const visitDay = (moment: string, zone: string): string =>
  written(moment, zone, { weekday: "long", day: "numeric", month: "long" });

/** "12:00" */
export const visitTime = (moment: string, zone: string): string =>
  written(moment, zone, { hour: "2-digit", minute: "2-digit" });

/** "понедельник, 30 ноября, 12:00" */
export const visitMoment = (moment: string, zone: string): string =>
  `${visitDay(moment, zone)}, ${visitTime(moment, zone)}`;

/** "30 ноября 2026 г., 12:00", for visits of long ago. */
export const pastMoment = (moment: string, zone: string): string =>
  `${written(moment, zone, { day: "numeric", month: "long", year: "numeric" })}, ${visitTime(moment, zone)}`;

/** "2026-11-30": the day of the clinic, to group by. */
export const clinicDay = (moment: string, zone: string): string =>
  new Intl.DateTimeFormat("sv", { timeZone: zone, year: "numeric", month: "2-digit", day: "2-digit" }).format(
    new Date(moment),
  );

/** A sentence where the reader's clock shows another time than the clinic's, else "". */
export function otherClock(moment: string, zone: string): string {
  const here = Intl.DateTimeFormat().resolvedOptions().timeZone;
  const [clinic, own] = [visitTime(moment, zone), visitTime(moment, here)];
  return clinic === own && clinicDay(moment, zone) === clinicDay(moment, here) ? "" : t("otherClock", { own });
}

/** "через 3 дня", "через 2 часа": what is left until a moment. */
export function left(moment: string, now = Date.now()): string {
  const minutes = Math.max(0, Math.round((Date.parse(moment) - now) / 60_000));
  if (minutes < 60) return t("minutes", { n: minutes });
  if (minutes < 48 * 60) return t("hours", { n: Math.floor(minutes / 60) });
  return t("days", { n: Math.floor(minutes / (24 * 60)) });
}

const t = dictionary({
  ru: {
    otherClock: "Время указано по часам клиники. На ваших часах в это время {own}.",
    minutes: { one: "{n} минута", few: "{n} минуты", many: "{n} минут", other: "{n} минуты" },
    hours: { one: "{n} час", few: "{n} часа", many: "{n} часов", other: "{n} часа" },
    days: { one: "{n} день", few: "{n} дня", many: "{n} дней", other: "{n} дня" },
  },
  en: {
    otherClock: "The time is by the clinic's clock. Your clock shows {own} then.",
    minutes: { one: "{n} minute", other: "{n} minutes" },
    hours: { one: "{n} hour", other: "{n} hours" },
    days: { one: "{n} day", other: "{n} days" },
  },
});
