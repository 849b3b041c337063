/** What is typed about a reading, and the readings that it makes. */
import { today } from "../../../i18n/dates";
import { typedNumber } from "../../../i18n/units";
import type { Said } from "./bands";
import type { PartName, ReadingBody } from "./shapes";
import { ENTRIES, type Entered } from "./signs";

export type Typed = {
  sign: Entered;
  systolic: string;
  diastolic: string;
  value: string;
  /** Tonometers show it beside the pressure. */
  pulse: string;
  day: string;
  clock: string;
  specimen: string;
  timing: string;
  breathing: string;
  note: string;
};

const two = (number: number) => String(number).padStart(2, "0");
const clockOf = (at: Date) => `${two(at.getHours())}:${two(at.getMinutes())}`;

export function emptyForm(sign: Entered = "blood-pressure"): Typed {
  return {
    sign,
    systolic: "",
    diastolic: "",
    value: "",
    pulse: "",
    day: today(),
    clock: clockOf(new Date()),
    specimen: "capillary-blood",
    timing: "",
    breathing: "air",
    note: "",
  };
}

export function formOf(body: ReadingBody): Typed {
  const at = new Date(body.occurred_at);
  return {
    sign: body.code as Entered,
    systolic: body.systolic ?? "",
    diastolic: body.diastolic ?? "",
    value: body.value ?? "",
    pulse: "",
    day: `${at.getFullYear()}-${two(at.getMonth() + 1)}-${two(at.getDate())}`,
    clock: clockOf(at),
    specimen: body.specimen ?? "unknown",
    timing: body.timing ?? "unknown",
    breathing: body.breathing ?? "unknown",
    note: body.note ?? "",
  };
}

const CLOCK = /^([01]?\d|2[0-3])[:.\s-]?([0-5]\d)$/;

/** By the clock of this device; an invalid date for what is no day and time. "8:05", "08.05" and "0805" are times. */
export function momentOf({ day, clock }: Typed): Date {
  const [, hours = "", minutes = ""] = CLOCK.exec(clock.trim()) ?? [];
  return new Date(`${day}T${hours.padStart(2, "0")}:${minutes}`);
}

export function bodyOf(typed: Typed, before?: ReadingBody): ReadingBody {
  const { unit, parts, needs } = ENTRIES[typed.sign];
  const given = (part: PartName) => (parts.includes(part) ? typedNumber(typed[part]) : null);
  const said = (name: "specimen" | "timing" | "breathing") => (needs.includes(name) ? typed[name] : null);
  return {
    code: typed.sign,
    occurred_at: momentOf(typed).toISOString(),
    value: given("value"),
    systolic: given("systolic"),
    diastolic: given("diastolic"),
    unit,
    specimen: said("specimen"),
    timing: said("timing"),
    breathing: said("breathing"),
    place: before?.place ?? null,
    device: before?.device ?? null,
    note: typed.note.trim() || null,
  };
}

/** The reading itself, and the pulse that was measured with it. */
export function bodiesOf(typed: Typed): ReadingBody[] {
  const first = bodyOf(typed);
  if (typed.sign !== "blood-pressure" || !typed.pulse.trim()) return [first];
  return [first, bodyOf({ ...typed, sign: "pulse", value: typed.pulse })];
}

export const valuesOf = (body: ReadingBody): Partial<Record<PartName, string>> =>
  Object.fromEntries(
    (["value", "systolic", "diastolic"] as const).flatMap((part) => (body[part] ? [[part, body[part]]] : [])),
  );

/** How a reading was taken, as limits ask for it. Where nobody says, a patient measures at home. */
export const saidOf = (body: ReadingBody): Said => ({
  place: body.place ?? "home",
  ...(body.specimen && { specimen: body.specimen }),
  ...(body.timing && { timing: body.timing }),
  ...(body.breathing && { breathing: body.breathing }),
});

const NUMBER = /^\d+([.,]\d+)?$/;

/** What can be told before sending: the fields that are not right, each with the word for why. */
export function faultsOf(
  typed: Typed,
): Partial<Record<keyof Typed, "number" | "optionalNumber" | "timing" | "moment" | "clockFault" | "future">> {
  const { parts, needs } = ENTRIES[typed.sign];
  const at = momentOf(typed).getTime();
  const hasClock = CLOCK.test(typed.clock.trim());
  return {
    ...Object.fromEntries(parts.filter((part) => !NUMBER.test(typed[part].trim())).map((part) => [part, "number"])),
    ...(typed.sign === "blood-pressure" && typed.pulse.trim() && !NUMBER.test(typed.pulse.trim())
      ? { pulse: "optionalNumber" as const }
      : {}),
    ...(needs.includes("timing") && !typed.timing ? { timing: "timing" as const } : {}),
    ...(hasClock ? {} : { clock: "clockFault" as const }),
    ...(!hasClock
      ? {}
      : Number.isNaN(at)
        ? { day: "moment" as const }
        : at > Date.now() + 60_000
          ? { day: "future" as const }
          : {}),
  };
}
