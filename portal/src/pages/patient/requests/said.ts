/** States, steps and answers of a request in words. */
import { isSharedSection, sectionWords } from "../../../access/sections";
import { currentLanguage } from "../../../i18n";
import { day } from "../../../i18n/dates";
import { fieldNames, fieldTitle, optionTitle } from "./fieldWords";
import type { State, Step } from "./shapes";
import { t } from "./words";

type Word = Parameters<typeof t>[0];

export const TONES = {
  "awaiting-parties": "info",
  submitted: "info",
  "needs-more": "warn",
  approved: "good",
  refused: "bad",
  withdrawn: "quiet",
  accepted: "info",
  preparing: "info",
  ready: "good",
  sent: "info",
  received: "quiet",
} as const satisfies Record<State, string>;

const TOO_LATE: readonly State[] = ["approved", "refused", "withdrawn", "sent", "received"];
export const mayWithdraw = (state: State): boolean => !TOO_LATE.includes(state);
export const mayReceive = (state: State): boolean => state === "ready" || state === "sent";

export const stepTitle = ({ step, reason }: Step): string => {
  const said = t(`step-${step}` as Word);
  return reason ? `${said}: ${t(`reason-${reason}` as Word)}` : said;
};

const DAY = /^\d{4}-\d{2}-\d{2}$/;
function shown(kind: string, name: string, value: unknown): string {
  if (Array.isArray(value))
    return value.map((one) => (isSharedSection(String(one)) ? sectionWords(one) : String(one))).join(", ");
  if (name === "citizenship")
    return new Intl.DisplayNames(currentLanguage(), { type: "region" }).of(String(value)) ?? String(value);
  const text = String(value ?? "");
  return DAY.test(text) ? day(text) : optionTitle(kind, name, text);
}

type Fact = readonly [name: string, value: string];

const isPlain = (value: unknown): value is Record<string, unknown> =>
  typeof value === "object" && value !== null && !Array.isArray(value);

const flat = (form: Record<string, unknown>, above = ""): [name: string, value: unknown][] =>
  Object.entries(form).flatMap(([key, value]): [string, unknown][] =>
    isPlain(value) ? flat(value, `${above}${key}.`) : [[above + key, value]],
  );

/**
 * What was given, in the words and the order of the form. The API keeps some of it below another name ("child.…"); what
 * has no words (ids that were found) is left out.
 */
export function factsOf(kind: string, form: Record<string, unknown>, clinics: ReadonlyMap<string, string>): Fact[] {
  const given = flat(form);
  return fieldNames(kind).flatMap((name): Fact[] => {
    const found = given.find(([key]) => key === name || key.endsWith(`.${name}`));
    return found ? [[fieldTitle(kind, name), clinics.get(String(found[1])) ?? shown(kind, name, found[1])]] : [];
  });
}
