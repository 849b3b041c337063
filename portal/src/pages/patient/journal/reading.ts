import { useEffect } from "react";
import { api } from "../../../api/client";
import { usePages, useRead } from "../../../api/queries";
import { useCardId } from "../../../app/session";
import { currentLanguage } from "../../../i18n";
import { queryOf, type Emergency, type Filter, type Line } from "./shapes";

const ENOUGH = 5; // lines on the first screen: a page may be short, or empty, and yet have a next one

export function useJournal(filter: Filter) {
  const cardId = useCardId();
  const { person, ...named } = filter;
  const pages = usePages(
    ["journal-read", cardId, currentLanguage(), ...Object.values(named), person?.id ?? ""],
    (query) =>
      api.GET("/api/v1/me/journal", { params: { query: { ...query, ...queryOf(filter) } } }) as unknown as Promise<{
        data?: { items: Line[]; next?: string };
      }>,
  );
  const { items, more, loadingMore, problem, readMore } = pages;
  const few = items.length < ENOUGH && more && !loadingMore && !problem;
  useEffect(() => {
    if (few) readMore();
  }, [few, readMore]);
  return { ...pages, loading: pages.loading || (items.length === 0 && more) };
}

export function useEmergencies() {
  const cardId = useCardId();
  return useRead(["emergency-list", cardId], () => api.GET("/api/v1/me/emergencies") as unknown as Promise<{ data?: { items: Emergency[] } }>);
}
