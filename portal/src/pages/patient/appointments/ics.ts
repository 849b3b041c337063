/** One visit as an iCalendar file (RFC 5545). Times are in UTC, so that no time zone of a calendar can be wrong. */
import type { Appointment } from "./shapes";

const utc = (moment: string | number): string => `${new Date(moment).toISOString().replace(/[-:]/g, "").slice(0, 15)}Z`;
const escaped = (text: string): string => text.replace(/([\\;,])/g, "\\$1").replace(/\n/g, "\\n");

/** The UID is the one of the calendar feed: a visit that is in both is there once. */
export function calendarFile(visit: Appointment, summary: string, description: string): string {
  const lines = [
    "BEGIN:VCALENDAR",
    "VERSION:2.0",
    "PRODID:-//Medkarta//Portal//RU",
    "BEGIN:VEVENT",
    `UID:${visit.id}@medkarta`,
    `SEQUENCE:${visit.version}`,
    `DTSTAMP:${utc(Date.now())}`,
    `DTSTART:${utc(visit.start)}`,
    `DTEND:${utc(visit.end)}`,
    `SUMMARY:${escaped(summary)}`,
    `DESCRIPTION:${escaped(description)}`,
    "BEGIN:VALARM",
    "ACTION:DISPLAY",
    "TRIGGER:-PT2H",
    `DESCRIPTION:${escaped(summary)}`,
    "END:VALARM",
    "END:VEVENT",
    "END:VCALENDAR",
  ];
  return `${lines.join("\r\n")}\r\n`;
}
