/** Finding records of the own card. What is looked for is sensitive: it stands in no address and in no key of a query. */
import { useCallback, useState } from "react";
import { usePages } from "../../../api/queries";
import { ask, recordPath } from "../../../records";
import type { Values } from "../../../records/schema";

export type Hit = {
  id: string;
  kind: string;
  occurred_at: string;
  version: number;
  source: "staff" | "patient-reported" | "connected";
  summary_only: boolean;
  summary: Values;
};

export type Wanted = { text: string; doctor: string; from: string; to: string; kinds: readonly string[] };
export const ANY: Wanted = { text: "", doctor: "", from: "", to: "", kinds: [] };

const EVERYTHING = "all";

/** `within` are the kinds of the section; the reader may choose fewer of them. */
export function useFinding(cardId: string, within: readonly string[], first: Wanted = ANY) {
  const [wanted, setWanted] = useState<Wanted>(first);
  const [asked, setAsked] = useState({ wanted: first, turn: first === ANY ? EVERYTHING : crypto.randomUUID() });
  // Each question has a key of its own that says nothing; what is unfiltered may be kept and shown without a connection.
  const search = useCallback((next: Wanted) => setAsked({ wanted: next, turn: next === ANY ? EVERYTHING : crypto.randomUUID() }), []);
  const kinds = asked.wanted.kinds.length ? asked.wanted.kinds : within;
  const pages = usePages<{ items: Hit[]; next?: string }>(
    ["search-list", cardId, within.join(), asked.turn],
    (query) => ask(recordPath(cardId, "search"), { method: "POST", body: { ...asked.wanted, kinds, ...query } }),
    { wanted: within.length > 0 || isAsked(asked.wanted) },
  );
  return { wanted, setWanted, asked: asked.wanted, search, pages };
}

/** Whether anything is looked for: a search of everything is none. */
export const isAsked = ({ text, doctor, from, to, kinds }: Wanted): boolean => Boolean(text.trim() || doctor.trim() || from || to || kinds.length);

export const isWhole = (date: string): boolean => date === "" || (/^\d{4}-\d{2}-\d{2}$/.test(date) && !Number.isNaN(Date.parse(date)));
