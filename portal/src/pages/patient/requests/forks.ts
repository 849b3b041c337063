/**
 * Where one answer decides what else is asked. The schema cannot say it; the rules stand in the API, which checks them.
 *
 * A fork is a field of the form, or a question of this page alone ("@…"), with the fields that each answer asks for:
 * they are then needed. Slots of documents are named "documents.<slot>".
 */
import type { Values } from "./schema";

export type Fork = { name: string; ways: Readonly<Record<string, readonly string[]>> };

const FORKS: Readonly<Record<string, readonly Fork[]>> = {
  newborn: [
    {
      name: "@parents",
      ways: {
        both: ["other_parent.snils", "other_parent.birth_date"],
        alone: ["single_parent_basis", "documents.single-parent-basis"],
      },
    },
  ],
  "minor-permission": [
    { name: "@child", ways: { registered: ["@by", "child.birth_date"], waiting: ["for_case"] } },
    { name: "@by", ways: { certificate: ["child.birth_certificate"], snils: ["child.snils"] } },
  ],
  "copy-request": [{ name: "delivery", ways: { "pick-up": [], post: ["address"], electronic: [] } }],
};

/** Asked of nobody: a staff number says who is meant in words that a patient has. */
const NEVER: Readonly<Record<string, readonly string[]>> = { transfer: ["member_id"] };

export const forksOf = (kind: string): readonly Fork[] => FORKS[kind] ?? [];

export const isNeverAsked = (kind: string, name: string): boolean => NEVER[kind]?.includes(name) ?? false;

const answerOf = (fork: Fork, values: Values): string => String(values[fork.name] || Object.keys(fork.ways)[0]);

const forkOver = (kind: string, name: string): Fork | undefined =>
  forksOf(kind).find(({ ways }) => Object.values(ways).some((names) => names.includes(name)));

/** Whether a field is asked, after the answers so far. */
export function isAsked(kind: string, name: string, values: Values): boolean {
  const fork = forkOver(kind, name);
  if (!fork) return true;
  return isAsked(kind, fork.name, values) && Boolean(fork.ways[answerOf(fork, values)]?.includes(name));
}

/** What a fork asks for is needed, whatever the schema says. */
export const isNeeded = (kind: string, name: string): boolean => forkOver(kind, name) !== undefined;
