/** Questions about results, and their answers in the order that people read. */
import { useEffect, useMemo, useState } from "react";
import { api } from "../../../api/client";
import { usePages, useRead } from "../../../api/queries";
import { useCardId } from "../../../app/session";
import type { Standing } from "../../../ui/RangeBar";
import type { Analyte, Comparison, Flag, LabResult, LabValue, Point, ResultStatus } from "./shapes";

export type Wish = { analytes?: string[]; panel?: string; from?: string; to?: string };

/** One result with its values; the names are those of the code set where it knows them. */
export type Row = {
  record: string;
  at: string;
  laboratory: string;
  panel: string;
  status: ResultStatus;
  values: { names: Analyte["names"]; point: Point }[];
};

export type RowsPage = { items: Row[]; withdrawn: number; next?: string | null };

/** A comparison turned round: results with their values, newest first. */
export function rowsOf(found: Comparison): RowsPage {
  const values = new Map<string, Row["values"]>();
  for (const { names, parts } of found.analytes) {
    for (const point of parts.flatMap((part) => part.points)) {
      const found = values.get(point.record);
      if (found) found.push({ names, point });
      else values.set(point.record, [{ names, point }]);
    }
  }
  const items = found.results.map((one) => ({ ...one, values: values.get(one.record) ?? [] })).reverse();
  return { items, withdrawn: found.withdrawn, next: found.next ?? null };
}

/** By POST: what somebody is examined for stands in no address. */
const compared = async (
  cardId: string,
  body: Wish & { cursor?: string; limit?: number },
): Promise<{ data: Comparison }> => {
  const answer = await api.POST("/api/v1/patients/{patient_id}/result-comparisons", {
    params: { path: { patient_id: cardId } },
    body: { limit: 50, cursor: "", ...body },
  });
  return { data: answer.data as unknown as Comparison };
};

/** A name for a question in the keys of answers, which are readable on the device: it tells nothing of the question. */
export function useOpaque(asked: unknown): string {
  const text = JSON.stringify(asked);
  return useMemo(() => (text === "{}" ? "all" : crypto.randomUUID()), [text]);
}

export function useRows(wish: Wish, wanted = true) {
  const cardId = useCardId();
  const name = useOpaque(wish);
  return usePages(
    ["result-rows", cardId, name],
    async ({ cursor = "", limit = 20 }) => ({
      data: rowsOf((await compared(cardId, { ...wish, cursor, limit })).data),
    }),
    { wanted },
  );
}

export const MOST = 200; // results of one comparison

/** `name` tells questions apart in the keys of answers; it is opaque, as useOpaque says. */
export function useComparison(name: string, wish: Wish, wanted = true) {
  const cardId = useCardId();
  return useRead<Comparison>(["result-comparison", cardId, name], () => compared(cardId, { ...wish, limit: MOST }), {
    wanted,
  });
}

export function useResult(recordId: string) {
  const cardId = useCardId();
  return useRead<LabResult>(["laboratory-result", cardId, recordId], async () => {
    const answer = await api.GET("/api/v1/patients/{patient_id}/laboratory-results/{record_id}", {
      params: { path: { patient_id: cardId, record_id: recordId } },
    });
    return { data: answer.data as unknown as LabResult };
  });
}

/** By what a value is looked for in other results. */
export const askedFor = (value: LabValue): string => value.loinc ?? value.name;

/** The analyte of a comparison that a value of this result belongs to. */
export function analyteOf(value: LabValue, recordId: string, found: Comparison | undefined): Analyte | undefined {
  const here = (found?.analytes ?? []).filter((one) =>
    one.parts.some((part) => part.points.some((point) => point.record === recordId)),
  );
  const named = here.find((one) =>
    value.loinc ? one.loinc.includes(value.loinc) : Object.values(one.names).includes(value.name),
  );
  return named ?? here.find((one) => pointOf(one, recordId)?.value === (value.value ?? value.text));
}

export const pointOf = (analyte: Analyte | undefined, recordId: string): Point | undefined =>
  analyte?.parts.flatMap((part) => part.points).find((point) => point.record === recordId);

export function standingOf(flag: Flag | null | undefined): Standing {
  if (flag === "L" || flag === "LL") return "below";
  if (flag === "H" || flag === "HH") return "above";
  return flag === "N" ? "within" : "unknown";
}

export const isOut = (flag: Flag | null | undefined): boolean => Boolean(flag) && flag !== "N";
export const isGrave = (flag: Flag | null | undefined): boolean => flag === "LL" || flag === "HH" || flag === "AA";

/** What is typed, once the typing rests. */
export function useRested<T>(value: T, milliseconds = 400): T {
  const [rested, setRested] = useState(value);
  useEffect(() => {
    const timer = setTimeout(() => setRested(value), milliseconds);
    return () => clearTimeout(timer);
  }, [value, milliseconds]);
  return rested;
}
