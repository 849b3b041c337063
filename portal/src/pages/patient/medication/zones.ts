/** Days and hours by the clock of another zone than this device's. */

const DAY = 86_400_000;

function partsOf(moment: number, zone: string): Record<string, string> {
  const format = new Intl.DateTimeFormat("en-GB", {
    timeZone: zone,
    hourCycle: "h23",
    year: "numeric",
    month: "2-digit",
    day: "2-digit",
    hour: "2-digit",
    minute: "2-digit",
    second: "2-digit",
  });
  return Object.fromEntries(format.formatToParts(moment).map(({ type, value }) => [type, value]));
}

export function dayIn(zone: string, moment = Date.now()): string {
  const { year, month, day } = partsOf(moment, zone);
  return `${year}-${month}-${day}`;
}

/** How far the zone's clock is ahead of UTC, in milliseconds. */
function ahead(moment: number, zone: string): number {
  const { year, month, day, hour, minute, second } = partsOf(moment, zone);
  return Date.parse(`${year}-${month}-${day}T${hour}:${minute}:${second}Z`) - moment;
}

/** The moment of "08:00" on a day. Asked twice: the offset may be another one at that hour than at the same hour of UTC. */
export function momentAt(day: string, time: string, zone: string): string {
  const wall = Date.parse(`${day}T${time}:00Z`);
  const near = wall - ahead(wall, zone);
  return new Date(wall - ahead(near, zone)).toISOString();
}

export const daysBetween = (first: string, last: string): number => Math.round((Date.parse(last) - Date.parse(first)) / DAY);

export const dayPlus = (day: string, days: number): string => new Date(Date.parse(day) + days * DAY).toISOString().slice(0, 10);
