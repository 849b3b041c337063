/** What is taken, and its intakes: planned by the entry's hours, marked by the person. */
import type { components } from "../../../api/schema";
import { daysBetween, momentAt } from "./zones";

type Body = components["schemas"]["MedicationStatement"];
export type Statement = {
  id: string;
  source: string;
  version: number;
  author: { role: string; person: string };
  body: Body;
};
export type Mark = { medication_statement: string; when: string; state: "taken" | "skipped" };
export type MarkedDay = { day: string; marks: Mark[] };
export type Intake = { statement: Statement; time: string; when: string; state: Mark["state"] | "" };

export const isTaken = ({ body }: Statement): boolean => (body.status ?? "active") === "active";

/** The intakes of a day, by the clock of the person's zone; those of what was ended since are told as well. */
export function intakesOn(day: string, statements: readonly Statement[], marked: readonly MarkedDay[], zone: string): Intake[] {
  const states = new Map(
    marked.flatMap(({ marks }) => marks.map((one) => [keyOf(one.medication_statement, one.when), one.state] as const)),
  );
  return statements
    .filter((one) => isTaken(one) && fitsDay(one.body, day))
    .flatMap((statement) =>
      (statement.body.intake?.times ?? []).map((time) => {
        const when = momentAt(day, time, zone);
        return { statement, time, when, state: states.get(keyOf(statement.id, when)) ?? ("" as const) };
      }),
    )
    .sort((one, other) => one.time.localeCompare(other.time));
}

const keyOf = (statementId: string, when: string) => `${statementId} ${Date.parse(when)}`;

function fitsDay({ started_on: first, ended_on: last, intake }: Body, day: string): boolean {
  if (day < first || (last && day > last)) return false;
  return daysBetween(first, day) % (intake?.every_days ?? 1) === 0;
}

const HOUR = 3_600_000;
/** From so long before an intake the API takes a word on it. */
const AHEAD = 12 * HOUR;
export const mayMark = (when: string, now: number): boolean => Date.parse(when) <= now + AHEAD;
export const opensAt = (when: string): string => new Date(Date.parse(when) - AHEAD).toISOString();
