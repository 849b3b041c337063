/** Reading prescriptions. The list is what is kept on the device: one prescription is found in it without a connection. */
import { useEffect } from "react";
import { api } from "../../../api/client";
import { usePages, useRead } from "../../../api/queries";
import { useCardId } from "../../../app/session";
import type { Prescription } from "./shapes";

const LONGEST = 366 * 24 * 3600 * 1000; // milliseconds that a prescription may be valid
const AT_ONCE = 50;

type Listed = { items: Prescription[]; next?: string };

/** All that may still be valid is read, so that "active first" holds; with `all`, everything, so that a search does. */
export function usePrescriptions({ wanted = true, all = false } = {}) {
  const cardId = useCardId();
  const pages = usePages(
    ["prescription-list", cardId],
    (query) =>
      api.GET("/api/v1/patients/{patient_id}/prescriptions", {
        params: { path: { patient_id: cardId }, query },
      }) as Promise<{ data?: Listed }>,
    { wanted, limit: AT_ONCE },
  );
  const oldest = pages.items.at(-1);
  const unread = oldest && (all || Date.parse(oldest.body.occurred_at) > Date.now() - LONGEST);
  const { more, loadingMore, problem, readMore } = pages;
  useEffect(() => {
    if (unread && more && !loadingMore && !problem) readMore();
  }, [unread, more, loadingMore, problem, readMore]);
  return pages;
}

export function usePrescription(recordId: string) {
  const cardId = useCardId();
  const one = useRead<Prescription>(["prescription-read", cardId, recordId], () =>
    api.GET("/api/v1/patients/{patient_id}/prescriptions/{record_id}", {
      params: { path: { patient_id: cardId, record_id: recordId } },
    }),
  );
  const unreached = one.error?.offline === true;
  const list = usePrescriptions({ wanted: unreached });
  const kept = unreached ? list.items.find((other) => other.id === recordId) : undefined;
  return kept ? { ...one, data: kept, error: null, isPending: false, dataUpdatedAt: list.readAt } : one;
}
