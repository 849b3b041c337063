/** Days of the week and parts of the day in words. */
import { currentLanguage, dictionary } from "../../../i18n";
import type { Part } from "./shapes";

export const WEEKDAYS = [1, 2, 3, 4, 5, 6, 7] as const;
export const PARTS: readonly Part[] = ["morning", "afternoon", "evening"];

/** 1 is Monday: the first of January 2024 was one. */
export const weekdayName = (weekday: number): string =>
  new Intl.DateTimeFormat(currentLanguage(), { weekday: "long", timeZone: "UTC" }).format(
    new Date(Date.UTC(2024, 0, weekday)),
  );

export const partName = dictionary<Part>({
  ru: { morning: "утро, до 12:00", afternoon: "день, с 12:00 до 17:00", evening: "вечер, с 17:00" },
  en: { morning: "morning, until 12:00", afternoon: "afternoon, 12:00 to 17:00", evening: "evening, from 17:00" },
});
