/**
 * Gaps of a template in what is being written: "[[what is to be written here]]". They are marked below their field, and
 * a button leads from one to the next; the API stores no record that has one.
 */
import { useRef, type ReactNode, type RefObject } from "react";
import { Button, Notice } from "../../ui";
import { isValues } from "../schema";
import { formWords as t } from "./words";

const GAP = /\[\[([^[\]]*)\]\]/g;

/** Names of the gaps in a text, in their order. */
export const gapsIn = (text: string): readonly string[] => [...text.matchAll(GAP)].map((found) => found[1]?.trim() ?? "");

/** How many gaps are left in values of any shape. */
export function gapsLeft(value: unknown): number {
  if (typeof value === "string") return gapsIn(value).length;
  if (Array.isArray(value)) return value.reduce<number>((sum, one) => sum + gapsLeft(one), 0);
  return isValues(value) ? Object.values(value).reduce<number>((sum, one) => sum + gapsLeft(one), 0) : 0;
}

/** A text with its gaps marked. */
export function Marked({ text }: { text: string }) {
  const parts: ReactNode[] = [];
  let place = 0;
  for (const found of text.matchAll(GAP)) {
    parts.push(text.slice(place, found.index), <mark key={found.index} className="gap">{found[1]?.trim()}</mark>);
    place = found.index + found[0].length;
  }
  return <>{[...parts, text.slice(place)]}</>;
}

/** What a field says below its name: `hint`, and the gaps that are left in it. */
export function withGaps(text: string, hint: string): ReactNode {
  const names = gapsIn(text);
  if (!names.length) return hint;
  return (
    <>
      {hint} {t("fillIn")}{" "}
      {names.map((name, index) => (
        <span key={index}>
          <mark className="gap">{name}</mark>{" "}
        </span>
      ))}
    </>
  );
}

type Text = HTMLInputElement | HTMLTextAreaElement;
type Place = { field: Text; from: number; to: number };

function placesIn(form: HTMLElement): readonly Place[] {
  const fields = form.querySelectorAll<Text>("input:not([type=radio], [type=checkbox]), textarea");
  return [...fields].flatMap((field) => [...field.value.matchAll(GAP)].map((mark) => ({ field, from: mark.index, to: mark.index + mark[0].length })));
}

const isBehind = (one: Place, other: Place): boolean =>
  one.field === other.field ? one.from > other.from : Boolean(other.field.compareDocumentPosition(one.field) & Node.DOCUMENT_POSITION_FOLLOWING);

/** Says how many are left, and leads to the next one: its text is chosen, so what is typed takes its place. */
export function NextGap({ form, values }: { form: RefObject<HTMLElement | null>; values: unknown }) {
  const last = useRef<Place | null>(null);
  const left = gapsLeft(values);
  if (!left) return null;
  const go = () => {
    const before = last.current;
    const places = form.current ? placesIn(form.current) : [];
    const next = (before && places.find((one) => isBehind(one, before))) ?? places[0];
    last.current = next ?? null;
    next?.field.focus();
    next?.field.setSelectionRange(next.from, next.to);
    next?.field.scrollIntoView({ block: "center" });
  };
  return (
    <div className="gaps-left">
      <Notice
        tone="warn"
        title={t("gapsLeft", { n: left })}
        actions={
          <Button kind="secondary" onPress={go}>
            {t("nextGap")}
          </Button>
        }
      >
        {t("gapsWhy")}
      </Notice>
    </div>
  );
}
